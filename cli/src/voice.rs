//! What is said on standard error beside errors: what was done, hints, warnings (cli.md §4).
//!
//! The sentences are `words`'. A line that cannot be written there is lost: there is nobody to
//! tell.

use std::io::{self, Write as _};

use lead_shared::domain::reply::{LeadResult, Settled};
use lead_shared::domain::request::Deed;
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

/// What became of each lead, a line each, and its hints; then why others were refused, each reason once.
pub fn results(out: &Output, results: &[LeadResult], asked: Option<&Deed>, clock: &Clock, dry_run: bool) {
    for result in results {
        if !matches!(result.settled, Settled::Refused(_)) {
            say(out, &words::done(result, asked, clock));
            hints(out, std::slice::from_ref(result));
        }
    }
    for said in words::refusals(results, clock) {
        error(out, &said);
    }
    if dry_run {
        say(out, "dry run: nothing was changed");
    }
}

/// The hints of what was done, where the sentences are not wanted.
pub fn hints(out: &Output, results: &[LeadResult]) {
    for result in results {
        for said in result.hints.iter().filter_map(|known| words::hint(known, result.lead)) {
            hint(out, &said);
        }
    }
}

/// With JSON, standard error holds JSON or nothing.
fn is_read_by_program(out: &Output) -> bool {
    out.is_json()
}
