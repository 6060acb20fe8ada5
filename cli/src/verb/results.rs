//! How a change of leads ends: rows for programs, sentences for people, one exit code for all.

use lead_shared::domain::reply::{Did, LeadResult, Settled};
use lead_shared::domain::request::Deed;
use lead_shared::domain::view::Row;

use crate::halt::Halt;
use crate::render::{self, Rows, Shape, What};
use crate::visit::Visit;
use crate::voice;
use crate::words;

/// Prints the changed leads where they are wanted, says what became of each, and gives the code.
///
/// # Errors
/// Output that cannot be written.
pub(super) fn end(
    visit: &mut Visit<'_>,
    results: &[LeadResult],
    asked: Option<&Deed>,
    single: bool,
) -> Result<u8, Halt> {
    rows(visit, results, single)
        .map_err(|halt| if visit.global.dry_run { halt } else { halt.after(&deeds(results), "it") })?;
    let clock = visit.clock();
    voice::results(&visit.out, results, asked, &clock, visit.global.dry_run);
    Ok(words::exit(results, &clock))
}

/// What was done, for whoever cannot be shown it: `12 was done`.
pub(super) fn deeds(results: &[LeadResult]) -> String {
    let done: Vec<&LeadResult> =
        results.iter().filter(|result| !matches!(result.settled, Settled::Refused(_))).collect();
    match done.as_slice() {
        [] => "nothing was changed".to_owned(),
        [LeadResult { lead, settled: Settled::Done(Did::Added), .. }] => format!("{lead} was added"),
        [one] => format!("{} was changed", one.lead),
        several => format!("{} leads were changed", several.len()),
    }
}

/// Prints the changed leads where a form was named.
///
/// # Errors
/// Output that cannot be written.
pub(super) fn rows(visit: &Visit<'_>, results: &[LeadResult], single: bool) -> Result<(), Halt> {
    if !visit.wants_rows() {
        return Ok(());
    }
    let mut sink = render::stdout();
    let mut shape = if single { Shape::one(What::Leads) } else { Shape::many(What::Leads) };
    if visit.out.is_json() {
        // Only a list leaves the notes out (cli.md §4).
        shape.columns = Some(vec!["notes".to_owned()]);
    }
    let mut rows = Rows::begin(&visit.out, &mut sink, shape);
    for view in results.iter().filter_map(|result| result.view.clone()) {
        rows.row(&Row::Lead(view))?;
    }
    Ok(rows.end()?)
}
