//! The terminal while the screen has it: taken, and given back whatever happens.
//!
//! It is given back at the end, on an error, on a panic and before the program is stopped. A panic
//! becomes an error that is said when the terminal is itself again.

use std::any::Any;
use std::io::{self, Stdout, Write as _};
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::crossterm::cursor::Show;
use ratatui::crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use ratatui::crossterm::execute;
use ratatui::crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use ratatui::layout::Rect;

use crate::halt::Halt;
use crate::words;

/// The terminal that is drawn to.
pub type Canvas = Terminal<CrosstermBackend<Stdout>>;

/// Takes the terminal for as long as `show` runs.
///
/// # Errors
/// What `show` says, a panic in it or in a thread of its, and a terminal that cannot be taken.
pub fn held<T>(show: impl FnOnce(&mut Canvas) -> Result<T, Halt>) -> Result<T, Halt> {
    let panicked = Arc::new(Mutex::new(None));
    let usual = panic::take_hook();
    panic::set_hook(Box::new({
        let (panicked, here) = (Arc::clone(&panicked), thread::current().id());
        move |found| {
            // Others' may be caught where they are; here nothing is drawn any more.
            if thread::current().id() == here {
                give_back();
            }
            *panicked.lock().unwrap_or_else(PoisonError::into_inner) = Some(word(found.payload()));
        }
    }));
    let ended = panic::catch_unwind(AssertUnwindSafe(|| {
        take()?;
        show(&mut Terminal::new(CrosstermBackend::new(io::stdout()))?)
    }));
    give_back();
    panic::set_hook(usual);
    ended.unwrap_or_else(|_| {
        let said = panicked.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default();
        Err(words::fault(&format!("the board broke off: {said}")).into())
    })
}

/// What a panic says.
fn word(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or_default().to_owned()
}

/// Takes the terminal: keys come one by one, and what stood on it stays behind.
pub(super) fn take() -> io::Result<()> {
    // Whoever stopped us may have set it right meanwhile.
    disable_raw_mode()?;
    enable_raw_mode()?;
    execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste)
}

/// Clears the terminal, so that all of it is drawn anew. `Terminal::clear` would ask it where the cursor
/// is, and the answer would be read as keys.
pub(super) fn blank(canvas: &mut Canvas) -> io::Result<()> {
    let size = canvas.size()?;
    canvas.resize(Rect::new(0, 0, size.width, size.height))
}

/// Gives the terminal back as it was; twice does no harm. What it does not take any more is lost.
pub(super) fn give_back() {
    let _ = execute!(io::stdout(), DisableBracketedPaste, LeaveAlternateScreen, Show);
    let _ = io::stdout().flush();
    let _ = disable_raw_mode();
}
