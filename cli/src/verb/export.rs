//! `lead export`: the leads that match, with every field, to standard output or to a file that is
//! whole or absent.

use std::io::Write;

use lead_shared::domain::request::Look;

use crate::args::Export;
use crate::halt::{Halt, usage};
use crate::render::{self, Format, Output, Rows, Shape, What};
use crate::visit::Visit;
use crate::voice;
use crate::whole_file;

/// What an export holds, in this order; a promise.
const COLUMNS: [&str; 24] = [
    "id",
    "name",
    "company",
    "email",
    "phone",
    "address",
    "source",
    "tags",
    "fields",
    "value",
    "pipeline",
    "stage",
    "owner",
    "assignee",
    "follow_up",
    "notes",
    "last_contacted_at",
    "converted_at",
    "customer",
    "created_at",
    "created_by",
    "changed_at",
    "trashed_at",
    "revision",
];

pub(super) fn export(visit: &mut Visit<'_>, line: &Export) -> Result<u8, Halt> {
    let form = match visit.out.format {
        None => Format::Csv,
        Some(form @ (Format::Csv | Format::Json | Format::Ndjson | Format::Tsv)) => form,
        Some(Format::Table | Format::Ids) => {
            let hints = vec!["`lead export -F csv`, or json, ndjson, tsv".to_owned()];
            return Err(usage("an export has no such form", hints));
        }
    };
    let out = Output { format: Some(form), ..visit.out.clone() };
    visit.enter()?;
    let Some(name) = line.output.as_deref().filter(|name| *name != "-") else {
        rows(visit, &out, line, &mut render::stdout())?;
        return Ok(0);
    };
    let rehearsed = visit.global.dry_run;
    let count = whole_file::write(name, rehearsed, |sink| rows(visit, &out, line, sink))?;
    let told = match rehearsed {
        true => format!("dry run: {count} leads would be written to {name}"),
        false => format!("{count} leads were written to {name}"),
    };
    voice::say(&visit.out, &told);
    Ok(0)
}

/// Writes the leads; how many there were.
fn rows(visit: &mut Visit<'_>, out: &Output, line: &Export, sink: &mut dyn Write) -> Result<u64, Halt> {
    let columns = COLUMNS.iter().map(|&name| name.to_owned()).collect();
    let shape = Shape { columns: Some(columns), ..Shape::many(What::Leads) };
    let look = Look::Leads {
        terms: line.terms.clone(),
        sort: Some("id".to_owned()),
        limit: None,
        notes: true,
        actions: false,
    };
    let mut rows = Rows::begin(out, sink, shape);
    let mut count = 0;
    visit.look(&look, &mut |row| {
        count += 1;
        Ok(rows.row(&row)?)
    })?;
    rows.end()?;
    Ok(count)
}
