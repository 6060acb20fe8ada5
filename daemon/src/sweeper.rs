//! The sweeper: sleeps until something is due, at most a minute, sweeps, and sends (T6, T7).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use lead_shared::clock::Clock;
use lead_shared::engine::{Engine, Swept};
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, sleep, sleep_until};
use tracing::info;

use crate::fault::Fault;
use crate::outbox::Outbox;

/// The longest sleep: a monotonic timer behind the doorbell (T5).
const LONGEST_SLEEP: Duration = Duration::from_secs(60);

/// The longest sleep under a clock that others move.
const LONGEST_SLEEP_BESIDE_FILE: Duration = Duration::from_millis(100);

/// The pause between two sweeps is at least so many times as long as the first one took, so that
/// sweeping never takes more than a small part of the day.
const REST_FACTOR: u32 = 10;

/// The timed work of a store.
pub(crate) struct Sweeper {
    engine: Arc<Engine>,
    clock: Clock,
    bell: Arc<Notify>,
    changed: Arc<AtomicBool>,
    stopped: watch::Receiver<bool>,
}

impl Sweeper {
    /// A sweeper that is woken by `bell` and by every change.
    pub(crate) fn new(
        engine: Arc<Engine>,
        clock: Clock,
        bell: Arc<Notify>,
        stopped: watch::Receiver<bool>,
    ) -> Self {
        let changed = Arc::new(AtomicBool::new(true));
        let (mark, ring) = (Arc::clone(&changed), Arc::clone(&bell));
        engine.on_commit(Box::new(move || {
            mark.store(true, Ordering::Release);
            ring.notify_one();
        }));
        Self { engine, clock, bell, changed, stopped }
    }

    /// Sweeps until stopped.
    pub(crate) async fn run(mut self) -> Result<(), Fault> {
        let mut outbox = Outbox::open(Arc::clone(&self.engine), self.clock.clone())?;
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
                let swept = self.sweep(now).await?;
                let stopped = self.stopped.clone();
                let round = outbox.round(&|| *stopped.borrow()).await?;
                next_at = [swept.next_at, round.next_at].into_iter().flatten().min();
                rested = Instant::now() + began.elapsed() * REST_FACTOR;
            }
            last = now;
            let _ = sd_notify::notify(&[sd_notify::NotifyState::Watchdog]);
            if *self.stopped.borrow() {
                return Ok(());
            }
            self.rest(next_at, rested).await;
        }
    }

    async fn sweep(&self, now: Timestamp) -> Result<Swept, Fault> {
        let engine = Arc::clone(&self.engine);
        let swept = tokio::task::spawn_blocking(move || engine.sweep(now, false)).await;
        let swept = swept.map_err(|_| Fault::Ended("a sweep"))??;
        if swept.lapsed + swept.reminders + swept.alerts > 0 {
            info!(lapsed = swept.lapsed, reminders = swept.reminders, alerts = swept.alerts, "swept");
        }
        Ok(swept)
    }

    /// Sleeps until something is due, the bell rings, or it is time to look at the clock again.
    async fn rest(&mut self, next_at: Option<Timestamp>, rested: Instant) {
        let longest = if self.clock.is_followed_file() { LONGEST_SLEEP_BESIDE_FILE } else { LONGEST_SLEEP };
        let until_due = next_at.map(|next| next.duration_since(self.clock.now()).unsigned_abs());
        let nap = until_due.map_or(longest, |due| due.min(longest)).max(Duration::from_millis(1));
        tokio::select! {
            () = sleep(nap) => {}
            _ = self.stopped.changed() => {}
            () = async {
                self.bell.notified().await;
                if self.changed.load(Ordering::Acquire) {
                    sleep_until(rested).await;
                }
            } => {}
        }
    }
}
