//! What is said of clients that misbehave: the first of them at once, the others by their number.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};
use tracing::warn;

/// No more than a line in so long.
const PAUSE: Duration = Duration::from_secs(60);

/// Complaints of one kind.
#[derive(Debug)]
pub(super) struct Complaints {
    /// What they are about.
    what: &'static str,
    state: Mutex<State>,
    held_back: Notify,
}

#[derive(Debug, Default)]
struct State {
    quiet_until: Option<Instant>,
    suppressed: u64,
}

impl Complaints {
    pub(super) fn of(what: &'static str) -> Self {
        Self { what, state: Mutex::default(), held_back: Notify::new() }
    }

    /// Says it, or counts it when one was said a short while ago.
    pub(super) fn say(&self, reason: &str, uid: Option<u32>) {
        let now = Instant::now();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.quiet_until.is_some_and(|until| now < until) {
            state.suppressed += 1;
            self.held_back.notify_one();
            return;
        }
        state.quiet_until = Some(now + PAUSE);
        drop(state);
        match uid {
            Some(uid) => warn!(reason, uid, "{}", self.what),
            None => warn!(reason, "{}", self.what),
        }
    }

    /// Tells the number of those that were held back, whenever it is time; never ends.
    pub(super) async fn sum_up(&self) {
        loop {
            let due = {
                let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
                state.quiet_until.filter(|_| state.suppressed > 0)
            };
            match due {
                None => self.held_back.notified().await,
                Some(until) => {
                    sleep_until(until).await;
                    self.end();
                }
            }
        }
    }

    /// Tells the number of those that were held back.
    pub(super) fn end(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let more = std::mem::take(&mut state.suppressed);
        if more > 0 {
            state.quiet_until = Some(Instant::now() + PAUSE);
            drop(state);
            warn!(more, "{}, again and again", self.what);
        }
    }
}
