//! Who may have the store open: nobody while the program is stopped, or all others would wait for it.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The way to the store.
#[derive(Default)]
pub(super) struct Gate {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    is_shut: bool,
    is_passed: bool,
}

impl Gate {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Goes to the store, as soon as one may, and comes back.
    pub(super) fn pass(&self, errand: impl FnOnce()) {
        let mut state = self.state();
        while state.is_shut {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.is_passed = true;
        drop(state);
        errand();
        self.state().is_passed = false;
        self.changed.notify_all();
    }

    /// Keeps everybody from the store while `rest` lasts; who is there is waited for, but no longer than
    /// `patience`.
    pub(super) fn shut_while<T>(&self, patience: Duration, rest: impl FnOnce() -> T) -> T {
        let mut state = self.state();
        state.is_shut = true;
        let waited = self.changed.wait_timeout_while(state, patience, |state| state.is_passed);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
        let rested = rest();
        self.state().is_shut = false;
        self.changed.notify_all();
        rested
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::thread;

    use super::*;

    #[test]
    fn nobody_is_at_the_store_while_it_is_shut() {
        let gate = Gate::default();
        let (at_store, arrived) = mpsc::channel();
        thread::scope(|scope| {
            scope.spawn(|| {
                for _ in 0..100 {
                    gate.pass(|| {
                        at_store.send(true).unwrap();
                        thread::yield_now();
                        at_store.send(false).unwrap();
                    });
                }
            });
            arrived.recv().unwrap();
            gate.shut_while(Duration::from_secs(60), || {
                let last = arrived.try_iter().last();
                assert_eq!(last, Some(false), "who was there has come back");
                thread::yield_now();
                assert_eq!(arrived.try_iter().next(), None);
            });
        });
        assert!(!arrived.try_iter().last().unwrap_or(false));
    }

    #[test]
    fn who_does_not_come_back_is_not_waited_for_for_ever() {
        let gate = Gate::default();
        let rested = gate.shut_while(Duration::ZERO, || 1);
        gate.pass(|| assert_eq!(gate.shut_while(Duration::from_millis(1), || rested), 1));
    }
}
