//! `lead watch`: the history as it goes on, one entry a line (N5).

use lead_shared::client::Watch;
use lead_shared::domain::view::Row;

use crate::args;
use crate::halt::Halt;
use crate::render::{self, Format, Rows, Shape, What};
use crate::visit::Visit;
use crate::voice;

/// Prints entries until interrupted, or as far as was asked for: NDJSON, unless told otherwise.
pub(super) fn watch(visit: &mut Visit<'_>, line: &args::Watch) -> Result<u8, Halt> {
    visit.enter()?;
    if visit.out.format == Some(Format::Table) {
        visit.settle_labels()?;
        visit.clock();
    }
    let mut out = visit.out.clone();
    // A stream has no end at which an array could be closed.
    out.format = match out.format {
        None | Some(Format::Json) => Some(Format::Ndjson),
        told => told,
    };
    let watch = Watch { terms: line.terms.terms.clone(), from: line.from, until_now: line.until_now };
    let mut sink = render::stdout();
    let mut rows = Rows::begin(&out, &mut sink, Shape::many(What::Entries));
    let mut left = line.limit;
    let mut beyond = line.from;
    let said = visit.out.clone();
    visit.watch(&watch, &mut |row| {
        if let Row::Head(next) = row {
            rows.flush()?;
            if let Some(from) = beyond.take().filter(|from| *from > next) {
                let last = next - 1;
                voice::warn(
                    &said,
                    &format!("the history ends with entry {last}: none before {from} is told"),
                );
            }
        }
        if !matches!(row, Row::Entry(_)) {
            return Ok(true);
        }
        rows.row(&row)?;
        left = left.map(|left| left.saturating_sub(1));
        Ok(left != Some(0))
    })?;
    rows.end()?;
    Ok(0)
}
