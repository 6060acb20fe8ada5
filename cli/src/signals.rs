//! The signals that must not be missed while a terminal is not as it was: those that end, stop and wake the
//! program. For the full-screen board, and for a question whose answer is not shown.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
use signal_hook::iterator::Signals;
use signal_hook::{flag, low_level};

/// A signal that came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    /// End, with this code.
    End(u8),
    /// Stop until called again.
    Stop,
    /// Called again.
    Wake,
}

/// Tells every signal that comes from now on.
///
/// # Errors
/// Signals that cannot be caught.
pub(crate) fn tell(tell: impl Fn(Signal) + Send + 'static) -> io::Result<()> {
    let mut signals = Signals::new([SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGCONT])?;
    thread::spawn(move || {
        for number in signals.forever() {
            tell(match number {
                SIGTSTP => Signal::Stop,
                SIGCONT => Signal::Wake,
                number => Signal::End(u8::try_from(128 + number).unwrap_or(1)),
            });
        }
    });
    Ok(())
}

/// Stops the program as `Ctrl-Z` would; comes back when it is called again.
pub(crate) fn stop() {
    let _ = low_level::emulate_default_handler(SIGTSTP);
}

/// Does what leaves the terminal as it was; a signal that would end the program ends it behind that.
pub(crate) fn last<T>(work: impl FnOnce() -> T) -> T {
    let came = Arc::new(AtomicUsize::new(0));
    let held = [SIGINT, SIGTERM, SIGHUP].map(|signal| {
        flag::register_usize(signal, Arc::clone(&came), usize::try_from(signal).unwrap_or_default())
    });
    let done = work();
    for one in held.into_iter().flatten() {
        low_level::unregister(one);
    }
    if let Ok(signal @ 1..) = i32::try_from(came.load(Ordering::SeqCst)) {
        let _ = low_level::emulate_default_handler(signal);
    }
    done
}
