//! The signals a screen must not miss: those that end, stop and wake the program.

use std::io;
use std::thread;

use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
use signal_hook::iterator::Signals;
use signal_hook::low_level;

/// A signal that came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signal {
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
pub(super) fn tell(tell: impl Fn(Signal) + Send + 'static) -> io::Result<()> {
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
pub(super) fn stop() {
    let _ = low_level::emulate_default_handler(SIGTSTP);
}
