//! `lead import`: a file sent row by row, in portions, and made seen at once (P1).
//!
//! Reads and reports; what becomes of a row is the engine's to say. See `intake` for how rows go,
//! `maps` for what was told of columns and `report` for what is told of each row.

mod intake;
mod maps;
mod progress;
mod report;
mod weight;

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use lead_shared::domain::capability::Capability;
use lead_shared::domain::import::Import as Begun;
use lead_shared::domain::request::Look;
use lead_shared::domain::text::escape;
use lead_shared::domain::view::Row;

use self::intake::Intake;
use self::progress::Progress;
use self::report::Report;
use crate::args::{Form, Import};
use crate::halt::{Halt, said};
use crate::import::Rows;
use crate::visit::Visit;
use crate::voice;

pub(super) fn import(visit: &mut Visit<'_>, line: &Import) -> Result<u8, Halt> {
    let map = maps::read(visit, &line.map)?;
    let report = line.report.as_deref().map(|name| Report::begin(name, &line.file)).transpose()?;
    let Opened { file, name, size } = open(&line.file)?;
    let progress = Progress::begin(visit, &name, size);
    let file = Box::new(progress.watch(file));
    visit.enter()?;
    let map = if may_tell_past(visit)? { map } else { map.without_past() };
    let mut rows = Rows::begin(file, &name, form(line), map.clone())?;
    if let Some(columns) = rows.columns(visit.out.error_terminal) {
        voice::say(&visit.out, &columns);
    }
    if let Some(name) = &line.save_map {
        maps::save(visit, name, &map)?;
    }
    let begun = begun(visit)?;
    let mut import = Intake::new(visit, line, name, progress, report);
    match begun {
        Some(begun) if line.resume => import.resume(&mut rows, &begun)?,
        Some(begun) => import.offer(&begun),
        None if line.resume => {
            let hints = vec![format!("`lead import {}` begins one", import.name())];
            return Err(said(3, "no-such", "no import of yours was broken off", hints).into());
        }
        None => {}
    }
    match import.take(&mut rows) {
        Ok(()) => import.end(&rows),
        Err(halt) => Err(import.broken_off(halt)),
    }
}

/// A file that is read.
struct Opened {
    file: Box<dyn Read>,
    /// What errors call it.
    name: String,
    /// How long it is, in bytes, where that can be told.
    size: Option<u64>,
}

fn open(path: &str) -> Result<Opened, Halt> {
    if path == "-" {
        let name = "standard input".to_owned();
        return Ok(Opened { file: Box::new(io::stdin()), name, size: None });
    }
    let name = escape(path).into_owned();
    let file = File::open(path)
        .map_err(|error| said(2, "file", format!("cannot read {name}: {error}"), Vec::new()))?;
    let size = file.metadata().ok().filter(std::fs::Metadata::is_file).map(|known| known.len());
    Ok(Opened { file: Box::new(file), name, size })
}

/// What the file holds, if that was told or its name tells.
fn form(line: &Import) -> Option<Form> {
    let ending = Path::new(&line.file).extension().map(|ending| ending.to_ascii_lowercase());
    line.from.or_else(|| match ending?.to_str()? {
        "csv" | "tsv" | "txt" => Some(Form::Csv),
        "ndjson" | "jsonl" => Some(Form::Ndjson),
        "json" => Some(Form::Json),
        "vcf" | "vcard" => Some(Form::Vcard),
        _ => None,
    })
}

/// Whether the caller may say of a lead when and by whom it was made.
fn may_tell_past(visit: &mut Visit<'_>) -> Result<bool, Halt> {
    let mut may = false;
    visit.look(&Look::Status, &mut |row| {
        if let Row::Status(status) = row {
            may = status.user.capabilities.contains(&Capability::Admin);
        }
        Ok(())
    })?;
    Ok(may)
}

/// The caller's last import, if it has not ended.
fn begun(visit: &mut Visit<'_>) -> Result<Option<Begun>, Halt> {
    let mut begun = None;
    visit.look(&Look::Import, &mut |row| {
        if let Row::Import(import) = row {
            begun = Some(*import);
        }
        Ok(())
    })?;
    Ok(begun)
}
