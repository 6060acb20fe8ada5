//! What is said on standard error beside errors: what was done, hints, warnings (cli.md §4).
//!
//! The sentences are `words`'. A line that cannot be written there is lost: there is nobody to
//! tell.

use std::io::{self, Write as _};

use lead_shared::domain::refusal::Refusal;
use lead_shared::domain::reply::{LeadResult, Settled};
use lead_shared::domain::text::escape_multiline;

use crate::render::Output;
use crate::words::{self, Clock, Said};

/// An error, with its hints.
pub fn error(out: &Output, said: &Said) {
    let _ = words::print_error(out, &mut io::stderr().lock(), said);
}

/// A sentence about what was done; not with `-q`, and not where a program reads.
pub fn say(out: &Output, sentence: &str) {
    if !out.quiet && !is_read_by_program(out) {
        let _ = writeln!(io::stderr(), "{}", escape_multiline(sentence));
    }
}

/// A hint beside what was done.
pub fn hint(out: &Output, hint: &str) {
    if !out.quiet && !is_read_by_program(out) {
        let _ = words::print_hint(out, &mut io::stderr().lock(), hint);
    }
}

/// A warning; `-q` does not silence it.
pub fn warn(out: &Output, warning: &str) {
    if !is_read_by_program(out) {
        let _ = writeln!(io::stderr(), "warning: {}", escape_multiline(warning));
    }
}

/// What `-v` asks for.
pub fn note(out: &Output, text: &str) {
    if !is_read_by_program(out) {
        let _ = writeln!(io::stderr(), "{}", escape_multiline(text));
    }
}

/// What became of each lead, a line each, and its hints. The leads that an atomic request took down
/// with another share one line.
pub fn results(out: &Output, results: &[LeadResult], clock: &Clock, dry_run: bool) {
    let mut together = None;
    for result in results {
        match &result.settled {
            Settled::Done(_) | Settled::Already(_) => {
                say(out, &words::done(result, clock));
                hints(out, std::slice::from_ref(result));
            }
            Settled::Refused(Refusal::Together) => together = Some(&Refusal::Together),
            Settled::Refused(refusal) => error(out, &words::refusal(refusal, clock)),
        }
    }
    if let Some(refusal) = together {
        error(out, &words::refusal(refusal, clock));
    }
    if dry_run {
        say(out, "dry run: nothing was changed");
    }
}

/// The hints of what was done, where the sentences are not wanted.
pub fn hints(out: &Output, results: &[LeadResult]) {
    for result in results {
        for known in &result.hints {
            hint(out, &words::hint(known, result.lead));
        }
    }
}

/// With JSON, standard error holds JSON or nothing.
fn is_read_by_program(out: &Output) -> bool {
    out.is_json()
}
