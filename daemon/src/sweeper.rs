//! The sweeper: sleeps until something is due, at most a minute, and sweeps (T6, T7).
//!
//! It is woken by the doorbell, by every change, and by its own timer; sending what it decided is
//! the postman's, so that a slow mail server never holds up the end of a claim.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use lead_shared::clock::Clock;
use lead_shared::engine::{Engine, Swept};
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, sleep, sleep_until};
use tracing::{info, warn};

use crate::backup::Backups;
use crate::fault::Fault;

/// The longest sleep: a monotonic timer behind the doorbell (T5).
const LONGEST_SLEEP: Duration = Duration::from_secs(60);

/// The longest sleep under a clock that others move.
const LONGEST_SLEEP_BESIDE_FILE: Duration = Duration::from_millis(100);

/// After a sweep, changes wait for the next one so many times as long as it took: sweeping never
/// takes more than a small part of the day.
const REST_FACTOR: u32 = 10;

/// How long one may sleep until `next_at`, by this clock.
pub(crate) fn nap(clock: &Clock, next_at: Option<Timestamp>) -> Duration {
    let longest = if clock.is_followed_file() { LONGEST_SLEEP_BESIDE_FILE } else { LONGEST_SLEEP };
    let until_due =
        next_at.map(|next| Duration::try_from(next.duration_since(clock.now())).unwrap_or_default());
    until_due.map_or(longest, |due| due.min(longest)).max(Duration::from_millis(1))
}

/// The timed work of a store.
pub(crate) struct Sweeper {
    engine: Arc<Engine>,
    clock: Clock,
    bell: Arc<Notify>,
    changed: Arc<AtomicBool>,
    stopped: watch::Receiver<bool>,
    backups: Backups,
}

impl Sweeper {
    /// A sweeper that is woken by `bell`; whoever sets `changed` rings it.
    pub(crate) fn new(
        engine: Arc<Engine>,
        clock: Clock,
        bell: Arc<Notify>,
        changed: Arc<AtomicBool>,
        stopped: watch::Receiver<bool>,
    ) -> Self {
        let backups = Backups::new(Arc::clone(&engine), Arc::clone(&bell), stopped.clone());
        Self { engine, clock, bell, changed, stopped, backups }
    }

    /// Sweeps until stopped.
    pub(crate) async fn run(mut self) {
        let mut next_at = None;
        let mut last = Timestamp::MIN;
        let mut rested = Instant::now();
        loop {
            let now = self.clock.now();
            let is_due = next_at.is_some_and(|next| now >= next) || now < last;
            let has_changed = self.changed.load(Ordering::Acquire) && Instant::now() >= rested;
            if is_due || has_changed {
                self.changed.store(false, Ordering::Release);
                let began = Instant::now();
                match self.sweep(now).await {
                    Ok(swept) => {
                        next_at = swept.next_at;
                        rested = Instant::now() + began.elapsed() * REST_FACTOR;
                    }
                    Err(fault) => {
                        warn!(%fault, "a sweep failed; the next one is in a minute");
                        next_at = None;
                        rested = Instant::now() + LONGEST_SLEEP;
                        self.changed.store(true, Ordering::Release);
                    }
                }
            }
            self.backups.attend(now, now < last);
            last = now;
            // Without systemd there is nobody to tell.
            let _ = sd_notify::notify(&[sd_notify::NotifyState::Watchdog]);
            if *self.stopped.borrow() {
                return self.backups.end().await;
            }
            let next_at = next_at.into_iter().chain(self.backups.next_at()).min();
            self.rest(next_at, rested).await;
        }
    }

    async fn sweep(&self, now: Timestamp) -> Result<Swept, Fault> {
        let engine = Arc::clone(&self.engine);
        let swept = tokio::task::spawn_blocking(move || engine.sweep(now)).await;
        let swept = swept.map_err(|_| Fault::Ended("a sweep"))??;
        let Swept { lapsed, warned, reminders, alerts, escalated, reports, .. } = swept;
        if lapsed + warned + reminders + alerts + escalated + reports > 0 {
            info!(lapsed, warned, reminders, alerts, escalated, reports, "swept");
        }
        Ok(swept)
    }

    /// Sleeps until something is due, something changed, or it is time to look at the clock again.
    async fn rest(&mut self, next_at: Option<Timestamp>, rested: Instant) {
        let rung = async {
            if !self.changed.load(Ordering::Acquire) {
                self.bell.notified().await;
            }
            if self.changed.load(Ordering::Acquire) {
                sleep_until(rested).await;
            }
        };
        tokio::select! {
            () = sleep(nap(&self.clock, next_at)) => {}
            _ = self.stopped.changed() => {}
            () = rung => {}
        }
    }
}
