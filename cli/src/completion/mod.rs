//! What a shell may offer where the cursor is: `lead completions` prints the shell's side of it, and that
//! asks `lead __complete` at every press of the key.
//!
//! Only looks, as the caller may; makes no store, asks nobody, says nothing when anything is wrong, and
//! never takes longer than a second.

mod candidates;
mod shell;
mod term;

use std::io::{self, Write as _};
use std::sync::mpsc::channel;
use std::time::Duration;

use lead_shared::config::Env;
use lead_shared::domain::command;

use crate::args::{Global, Shell, slot};
use crate::visit::Visit;

pub(crate) use shell::script;

/// The word behind the program's name that asks for candidates.
pub(crate) const ASKING: &str = "__complete";

/// How long one waits at a terminal without wondering.
const PATIENCE: Duration = Duration::from_millis(900);

/// Answers a shell: its name, the line up to the cursor, and the part of the last word that it will put
/// the candidate in the place of. Candidates are printed a line each.
pub(crate) fn answer(words: &[String]) {
    let [shell, line, piece] = words else { return };
    let Some(shell) = Shell::named(shell) else { return };
    let (line, piece) = (line.clone(), piece.clone());
    let (send, receive) = channel();
    std::thread::spawn(move || drop(send.send(answered(shell, &line, &piece))));
    // Whatever keeps it, the next press of the key asks again.
    if let Ok(Some(text)) = receive.recv_timeout(PATIENCE) {
        let mut stdout = io::stdout().lock();
        let _ = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
    }
}

fn answered(shell: Shell, line: &str, piece: &str) -> Option<String> {
    let words = words(line)?;
    let whole = words.last()?;
    let slot = slot(&words);
    let global = Global { store: slot.store.clone(), as_user: slot.as_user.clone(), ..Global::default() };
    let found = candidates::of(&slot, || {
        let mut visit = Visit::start(&global, Env::of_this_process()).ok()?;
        visit.hurry();
        visit.find().ok()?.then_some(visit)
    });
    // The shell keeps what stands before the piece, such as `--stage=`.
    let kept = whole.strip_suffix(piece).unwrap_or_default();
    Some(shell::told(shell, &found, &slot.before, kept))
}

/// The words of a line that may end within a quotation; the last one, empty behind a blank, is being typed.
fn words(line: &str) -> Option<Vec<String>> {
    let mut words = ["_", "_'", "_\""].iter().find_map(|end| command::split(&format!("{line}{end}")).ok())?;
    words.last_mut()?.pop();
    Some(words)
}
