//! The day's backup, beside everything else: begun by the sweeper when it is due, and waited for by
//! nobody but whoever stops the daemon.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use lead_shared::engine::Engine;
use tokio::sync::{Notify, watch};
use tokio::task::{JoinHandle, spawn_blocking};
use tracing::{info, warn};

/// After a failure the next try is so much later.
const REST: SignedDuration = SignedDuration::from_hours(1);

/// The daily backups of a store.
pub(crate) struct Backups {
    engine: Arc<Engine>,
    bell: Arc<Notify>,
    stopped: watch::Receiver<bool>,
    /// When to look again; none while one is being made.
    next_at: Arc<Mutex<Option<Timestamp>>>,
    making: Option<JoinHandle<()>>,
}

impl Backups {
    /// Looks at once: one that was missed is made up for. `bell` is rung after each.
    pub(crate) fn new(engine: Arc<Engine>, bell: Arc<Notify>, stopped: watch::Receiver<bool>) -> Self {
        let next_at = Arc::new(Mutex::new(Some(Timestamp::MIN)));
        Self { engine, bell, stopped, next_at, making: None }
    }

    /// Begins one if it is due, or if the clock was set back.
    pub(crate) fn attend(&mut self, now: Timestamp, was_set_back: bool) {
        let mut next_at = self.next_at.lock().unwrap_or_else(PoisonError::into_inner);
        if next_at.is_none_or(|next| now < next && !was_set_back) {
            return;
        }
        *next_at = None;
        let (engine, bell, stopped) =
            (Arc::clone(&self.engine), Arc::clone(&self.bell), self.stopped.clone());
        let done = Arc::clone(&self.next_at);
        self.making = Some(spawn_blocking(move || {
            let next_at = make(&engine, now, &|| !*stopped.borrow());
            *done.lock().unwrap_or_else(PoisonError::into_inner) = Some(next_at);
            bell.notify_one();
        }));
    }

    /// When to look again, if that is known.
    pub(crate) fn next_at(&self) -> Option<Timestamp> {
        *self.next_at.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the one that is being made, if one is; told to stop, it ends soon.
    pub(crate) async fn end(&mut self) {
        if let Some(making) = self.making.take() {
            // One that panicked has made none.
            let _ = making.await;
        }
    }
}

/// Makes the day's backup if it is due; when to look again.
pub(crate) fn make(engine: &Engine, now: Timestamp, go_on: &dyn Fn() -> bool) -> Timestamp {
    match engine.back_up(now, go_on) {
        Ok(kept) => {
            if let Some((path, contents)) = kept.made {
                info!(path = %path.display(), change = contents.change, "made the day's backup");
            }
            kept.next_at
        }
        Err(fault) => {
            warn!(%fault, "the day's backup failed; the next try is in an hour");
            now.saturating_add(REST).unwrap_or(Timestamp::MAX)
        }
    }
}
