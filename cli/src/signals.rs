//! The signals that must not be missed while something is to be put right before the program ends: those
//! that end, stop and wake it. For the full-screen board, for a question whose answer is not shown, and for
//! work that leaves something behind. And those that are for another program at the same terminal.

use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread;

use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
use signal_hook::iterator::Signals;
use signal_hook::{SigId, flag, low_level};

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

/// Does what changes the terminal, or leaves something to be tidied or told; a signal that ends the program
/// has it mended first.
pub(crate) fn mended<T>(mend: impl FnOnce() + Send + 'static, work: impl FnOnce() -> T) -> T {
    let Ok(mut signals) = Signals::new([SIGHUP, SIGINT, SIGQUIT, SIGTERM]) else { return work() };
    let handle = signals.handle();
    let guard = thread::spawn(move || {
        // One that comes with the end of the work is not among those that are waited for.
        let came = signals.forever().next().or_else(|| signals.pending().next());
        if let Some(signal) = came {
            mend();
            let _ = low_level::emulate_default_handler(signal);
        }
    });
    let done = work();
    handle.close();
    let _ = guard.join();
    done
}

/// While it lives, the signals that keys of the terminal send do not end this program.
pub(crate) struct Deaf(Vec<SigId>);

impl Deaf {
    /// Begins.
    ///
    /// # Errors
    /// Signals that cannot be caught.
    pub(crate) fn to_keys() -> io::Result<Self> {
        let ids = [SIGINT, SIGQUIT].map(|signal| flag::register(signal, Arc::new(AtomicBool::new(false))));
        ids.into_iter().collect::<io::Result<_>>().map(Self)
    }
}

impl Drop for Deaf {
    fn drop(&mut self) {
        for id in self.0.drain(..) {
            low_level::unregister(id);
        }
    }
}
