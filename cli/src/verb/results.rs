//! How a change of leads ends: rows for programs, sentences for people, one exit code for all.

use lead_shared::domain::reply::LeadResult;
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
pub(super) fn end(visit: &mut Visit<'_>, results: &[LeadResult], single: bool) -> Result<u8, Halt> {
    rows(visit, results, single)?;
    let clock = visit.clock();
    voice::results(&visit.out, results, &clock, visit.global.dry_run);
    Ok(words::exit(results, &clock))
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
    let shape = if single { Shape::one(What::Leads) } else { Shape::many(What::Leads) };
    let mut rows = Rows::begin(&visit.out, &mut sink, shape);
    for view in results.iter().filter_map(|result| result.view.clone()) {
        rows.row(&Row::Lead(view))?;
    }
    Ok(rows.end()?)
}
