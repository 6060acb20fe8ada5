//! `lead export`: the leads that match, with every field, to standard output or to a file that is
//! whole or absent.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use lead_shared::domain::request::Look;
use lead_shared::domain::text::escape;
use tempfile::NamedTempFile;

use crate::args::Export;
use crate::halt::{Halt, said, usage};
use crate::render::{self, Format, Output, Rows, Shape, What};
use crate::visit::Visit;
use crate::voice;

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
    let path = Path::new(name);
    if fs::metadata(path).is_ok_and(|known| !known.is_file()) {
        let hints = vec!["`lead export > FILE` writes to whatever it is".to_owned()];
        return Err(said(2, "file", format!("`{}` is not a file", escape(name)), hints).into());
    }
    let unwritten = |error: io::Error| -> Halt {
        said(1, "output", format!("cannot write `{}`: {error}", escape(name)), Vec::new()).into()
    };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let file = NamedTempFile::new_in(folder).map_err(unwritten)?;
    let mut sink = BufWriter::with_capacity(64 * 1024, file);
    let count = rows(visit, &out, line, &mut sink).map_err(|halt| match halt {
        Halt::Unwritten(error) => unwritten(error),
        halt => halt,
    })?;
    let file = sink.into_inner().map_err(|error| unwritten(error.into_error()))?;
    if visit.global.dry_run {
        voice::say(&visit.out, &format!("dry run: {count} leads would be written to {name}"));
        return Ok(0);
    }
    file.as_file().sync_all().map_err(unwritten)?;
    file.persist(path).map_err(|error| unwritten(error.error))?;
    fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(unwritten)?;
    voice::say(&visit.out, &format!("{count} leads were written to {name}"));
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
