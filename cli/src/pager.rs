//! The pager: what is longer than the terminal goes through the one that the user named.

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::process::Stdio;

use lead_shared::domain::text::escape;

use crate::args::Format;
use crate::visit::Visit;
use crate::{program, render, signals, voice};

/// What a shell ends with where a program is not there or cannot be run.
const NOT_STARTED: [i32; 2] = [126, 127];

/// A program that shows a text a page at a time.
pub(crate) struct Pager(OsString);

impl Pager {
    /// The user's: `LEAD_PAGER`, their own file's, or `PAGER`; none unless people read at a terminal and can
    /// be waited for.
    pub(crate) fn of(visit: &Visit<'_>) -> Option<Self> {
        let is_for_people = matches!(visit.global.asked_format(), None | Some(Format::Table));
        let is_read = visit.out.terminal && is_for_people && !visit.global.no_input;
        let named = || program::named(visit, "LEAD_PAGER", visit.user.pager.as_ref(), &["PAGER"]);
        is_read.then(named).flatten().map(Self)
    }

    /// Shows a text, and comes back when it was read or put away; false, with a warning, where the program
    /// does not start.
    pub(crate) fn show(&self, visit: &Visit<'_>, text: &[u8]) -> bool {
        let Err(error) = self.run(visit, text) else { return true };
        let shown = escape(&self.0.to_string_lossy()).into_owned();
        voice::warn(&visit.out, &format!("cannot start the pager `{shown}`: {error}"));
        false
    }

    fn run(&self, visit: &Visit<'_>, text: &[u8]) -> io::Result<()> {
        let mut command = program::command(&self.0);
        // Colours as they are, nothing wiped at its end; as git has it.
        for (name, value) in [("LESS", "FRX"), ("LV", "-c")] {
            if visit.env.var(name).is_none() {
                command.env(name, value);
            }
        }
        // What is typed to break off is for the pager alone.
        let _deaf = signals::Deaf::to_keys()?;
        let mut child = command.stdin(Stdio::piped()).spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            // Who has read enough puts it away before its end.
            let _ = stdin.write_all(text);
        }
        let ended = child.wait()?;
        match ended.code() {
            Some(code) if NOT_STARTED.contains(&code) => Err(io::Error::other(ended.to_string())),
            _ => Ok(()),
        }
    }
}

/// Whether a text has more lines than the terminal shows, with one for the shell's next prompt.
pub(crate) fn is_long(text: &[u8]) -> bool {
    let lines = text.iter().filter(|byte| **byte == b'\n').count();
    render::height().is_some_and(|height| lines >= usize::from(height))
}
