//! The one place where refusals, faults and results become prose, codes and exits (cli.md §5, §6).
//!
//! An error says what happened first, in lower case and without a final period; each hint can be
//! typed. Whatever a user or a store gave is escaped and cut. Every verb of the command line calls it.

use std::borrow::Cow;
use std::io::{self, Write};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use lead_shared::clock;
use lead_shared::domain::import::Tally;
use lead_shared::domain::lead::LeadId;
use serde::Serialize;

use crate::render::{ERROR, HINT, Output, What, cut, paint, write_json};

mod deed;
mod health;
mod refusal;
mod setting;
#[cfg(test)]
mod tests;
mod undo;
mod user;

pub use deed::{done, exit, filed, hint};
pub use health::ailment;
pub use refusal::{refusal, refusals};
pub use setting::setting;
pub use undo::{purged, undoing};
pub use user::{left_behind, user};

/// No value is quoted beyond this many characters.
const QUOTED: usize = 80;

/// An error as it is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The exit code.
    pub exit: u8,
    /// The word scripts compare; a promise.
    pub code: &'static str,
    /// What happened.
    pub message: String,
    /// What to type.
    pub hints: Vec<String>,
    /// The lead it is about.
    pub lead: Option<LeadId>,
}

impl Said {
    fn new(exit: u8, code: &'static str, message: impl Into<String>) -> Self {
        Self { exit, code, message: message.into(), hints: Vec::new(), lead: None }
    }

    fn about(mut self, lead: LeadId) -> Self {
        self.lead = Some(lead);
        self
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}

/// Where and when the words are said: the zone of the instants, and what distances count from.
#[derive(Clone, Debug)]
pub struct Clock {
    /// The user's zone.
    pub zone: TimeZone,
    /// The instant.
    pub now: Timestamp,
}

impl Clock {
    /// That of the system, for what is said before there is a visit.
    pub fn of_system() -> Self {
        Self { zone: TimeZone::system(), now: clock::Clock::system().now() }
    }

    /// The instant in the zone, `Mon 2026-11-23 14:03`.
    fn moment(&self, at: Timestamp) -> String {
        crate::render::moment(at, &self.zone)
    }
}

/// A fault of the program, the disk or the store.
pub fn fault(message: &str) -> Said {
    Said::new(1, "fault", cut(message, 1000))
}

/// A fault that is over when tried again: the store or the daemon is busy or not reachable.
pub fn busy(message: &str) -> Said {
    Said::new(6, "busy", cut(message, 1000)).hint("try again in a moment")
}

/// Wrong usage, as the reader of the command line found it.
pub fn usage(message: &str, hints: &[String]) -> Said {
    let mut said = Said::new(2, "usage", cut(message, 1000));
    said.hints.extend(hints.iter().map(|hint| cut(hint, 1000).into_owned()));
    said
}

/// Says an error: `error:` and `hint:` lines, or one line of JSON where JSON was asked for. Backticks
/// are for people: a program gets its hints as they are typed.
///
/// # Errors
/// What the sink says.
pub fn print_error(out: &Output, sink: &mut dyn Write, said: &Said) -> io::Result<()> {
    #[derive(Serialize)]
    struct ErrorJson<'a> {
        code: &'a str,
        exit: u8,
        message: &'a str,
        hints: &'a [String],
        lead: Option<LeadId>,
    }
    #[derive(Serialize)]
    struct LineJson<'a> {
        error: ErrorJson<'a>,
    }
    if out.is_json() {
        let Said { exit, code, message, hints, lead } = said;
        let mut line = Vec::new();
        let bare: Vec<String> = hints.iter().map(|hint| hint.replace('`', "")).collect();
        let error = ErrorJson { code, exit: *exit, message, hints: &bare, lead: *lead };
        write_json(&mut line, &LineJson { error })?;
        line.push(b'\n');
        return sink.write_all(&line);
    }
    let colored = out.is_error_colored();
    paint(sink, ERROR, colored, "error:")?;
    writeln!(sink, " {}", said.message)?;
    said.hints.iter().try_for_each(|hint| print_hint(out, sink, hint))
}

/// Says a hint on a line of its own.
///
/// # Errors
/// What the sink says.
pub fn print_hint(out: &Output, sink: &mut dyn Write, hint: &str) -> io::Result<()> {
    paint(sink, HINT, out.is_error_colored(), "hint:")?;
    writeln!(sink, " {}", typed(hint))
}

/// A hint as people read it: one that is a line to type stands in backticks.
pub(crate) fn typed(hint: &str) -> Cow<'_, str> {
    let is_line = !hint.contains('`') && (hint.starts_with("lead ") || hint.starts_with("leadd "));
    if is_line { Cow::Owned(format!("`{hint}`")) } else { Cow::Borrowed(hint) }
}

/// What became of a file of leads: `leads.csv: 98 added, 2 changed`.
pub fn imported(name: &str, tally: &Tally, dry_run: bool) -> String {
    let changed = tally.changed + tally.waiting;
    let mut parts = vec![format!("{} added", tally.added)];
    for (count, what) in [(changed, "changed"), (tally.unchanged, "unchanged"), (tally.refused, "left out")] {
        if count > 0 {
            parts.push(format!("{count} {what}"));
        }
    }
    let end = if dry_run { "; dry run: nothing was changed" } else { "" };
    format!("{}: {}{end}", quoted(name), parts.join(", "))
}

/// What a person is told in place of an empty table.
pub fn none(what: What) -> &'static str {
    match what {
        What::Leads | What::Lead => "no lead matches",
        What::Customers | What::Customer => "no customers",
        What::Deals | What::Deal => "no deals",
        What::Appointments => "no appointments",
        What::Mails | What::Mail => "no mail",
        What::Plan => "nothing will be sent, and no claim ends",
        What::Actions => "nothing is open to it",
        What::Entries => "no entry of the history matches",
        _ => "nothing",
    }
}

/// A value as it may be quoted.
fn quoted(text: &str) -> String {
    cut(text, QUOTED).into_owned()
}

/// Names as they are typed, with commas.
fn names(all: &[String]) -> String {
    all.iter().map(|one| quoted(one)).collect::<Vec<_>>().join(", ")
}
