//! Wakes whoever waits for a write that has failed.
//!
//! A write of sled's that fails on one of its threads is noted, and those who wait for it are not
//! always woken: a flush then waits for ever. A thread looks once a second, while flushes come, at
//! how long one takes, and has sled wake it when there is a fault. It sleeps when no flush comes.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// How long a flush takes before anybody worries.
const LONG: Duration = Duration::from_secs(1);

#[derive(Default)]
struct State {
    /// Flushes begun.
    begun: u64,
    /// Flushes that returned.
    ended: u64,
    is_asleep: bool,
    is_over: bool,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The thread that looks; it ends when this is dropped.
pub(super) struct Rescue {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Rescue {
    /// Starts looking; `wake` is called while a flush takes long.
    pub(super) fn start(wake: impl Fn() + Send + 'static) -> std::io::Result<Self> {
        let shared = Arc::<Shared>::default();
        let looking = Arc::clone(&shared);
        let thread =
            std::thread::Builder::new().name("rescue".to_owned()).spawn(move || look(&looking, &wake))?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// Runs a flush.
    pub(super) fn watch<T>(&self, flush: impl FnOnce() -> T) -> T {
        let mut state = self.shared.state();
        state.begun += 1;
        if state.is_asleep {
            self.shared.changed.notify_one();
        }
        drop(state);
        let flushed = flush();
        self.shared.state().ended += 1;
        flushed
    }
}

impl Drop for Rescue {
    fn drop(&mut self) {
        self.shared.state().is_over = true;
        self.shared.changed.notify_one();
        if let Some(thread) = self.thread.take() {
            // One that panicked wakes nobody any more.
            let _ = thread.join();
        }
    }
}

fn look(shared: &Shared, wake: &dyn Fn()) {
    let mut state = shared.state();
    let mut seen = 0;
    while !state.is_over {
        if state.begun == seen && state.ended == seen {
            state.is_asleep = true;
            state = shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.is_asleep = false;
            continue;
        }
        let is_stuck = state.begun == seen && state.ended < seen;
        seen = state.begun;
        if is_stuck {
            drop(state);
            wake();
            state = shared.state();
        }
        let (woken, _) = shared.changed.wait_timeout(state, LONG).unwrap_or_else(PoisonError::into_inner);
        state = woken;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    /// A flush that nothing else would end is ended; one that ends by itself is left alone.
    #[test]
    fn a_flush_that_hangs_is_woken() {
        let (wake, woken) = channel();
        let rescue = Rescue::start(move || wake.send(()).expect("somebody waits")).expect("a thread");
        assert_eq!(rescue.watch(|| 1), 1);
        assert_eq!(rescue.watch(|| woken.recv()), Ok(()));
        assert!(woken.try_recv().is_err());
    }
}
