//! `--report`: what became of each row, in a file that is whole or absent.
//!
//! CSV, or JSON objects a line where the name ends in `.ndjson` or `.json`; in the order of the file
//! that was read. A row of a file of which nothing was imported says so, though it was in order.

use std::collections::BTreeMap;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use lead_shared::domain::import::RowDid;
use lead_shared::domain::lead::LeadId;
use lead_shared::domain::text::escape;
use serde::Serialize;
use tempfile::NamedTempFile;

use crate::halt::{Halt, said};
use crate::render;
use crate::words::Said;

/// The columns.
pub(super) const COLUMNS: [&str; 5] = ["row", "outcome", "lead", "error", "reason"];

/// What is known so far.
pub(super) struct Report {
    path: PathBuf,
    file: NamedTempFile,
    rows: BTreeMap<u64, Fate>,
}

enum Fate {
    Did(RowDid),
    Refused { code: String, reason: String },
}

#[derive(Serialize)]
struct Line<'a> {
    row: u64,
    outcome: &'a str,
    lead: Option<LeadId>,
    error: Option<&'a str>,
    reason: Option<&'a str>,
}

impl Report {
    /// Makes sure that it can be written before anything is done.
    pub(super) fn begin(path: &str) -> Result<Self, Halt> {
        let path = PathBuf::from(path);
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let file = NamedTempFile::new_in(folder).map_err(|error| unwritten(&path, &error))?;
        Ok(Self { path, file, rows: BTreeMap::new() })
    }

    pub(super) fn did(&mut self, rows: &[(u64, RowDid)]) {
        self.rows.extend(rows.iter().map(|(line, did)| (*line, Fate::Did(*did))));
    }

    pub(super) fn refused(&mut self, line: u64, said: &Said) {
        let fate = Fate::Refused { code: said.code.to_owned(), reason: said.message.clone() };
        self.rows.insert(line, fate);
    }

    /// Writes it. Of an import of which nothing came, no row was taken.
    pub(super) fn end(self, is_taken: bool) -> Result<(), Halt> {
        let is_json = self.path.extension().is_some_and(|ending| ending == "ndjson" || ending == "json");
        let Self { path, file, rows } = self;
        let lost = |error: std::io::Error| unwritten(&path, &error);
        let mut sink = BufWriter::new(file);
        let mut bytes = Vec::new();
        if !is_json {
            render::csv_record(&mut bytes, &COLUMNS).map_err(lost)?;
        }
        for (row, fate) in &rows {
            let line = line(*row, fate, is_taken);
            if is_json {
                render::json_object(&mut bytes, &line).map_err(lost)?;
                bytes.push(b'\n');
            } else {
                let number =
                    |number: Option<u64>| number.map_or_else(String::new, |number| number.to_string());
                let (row, lead) = (line.row.to_string(), number(line.lead));
                let cells = [&row, line.outcome, &lead, line.error.unwrap_or(""), line.reason.unwrap_or("")];
                render::csv_record(&mut bytes, &cells).map_err(lost)?;
            }
            sink.write_all(&bytes).map_err(lost)?;
            bytes.clear();
        }
        sink.write_all(&bytes).map_err(lost)?;
        let file = sink.into_inner().map_err(|error| lost(error.into_error()))?;
        file.persist(&path).map_err(|error| lost(error.error))?;
        Ok(())
    }
}

fn line(row: u64, fate: &Fate, is_taken: bool) -> Line<'_> {
    let (outcome, lead) = match fate {
        Fate::Refused { code, reason } => {
            return Line { row, outcome: "refused", lead: None, error: Some(code), reason: Some(reason) };
        }
        Fate::Did(_) if !is_taken => ("left", None),
        Fate::Did(RowDid::Added(lead)) => ("added", Some(*lead)),
        Fate::Did(RowDid::Changed(lead)) => ("changed", Some(*lead)),
        Fate::Did(RowDid::Unchanged(lead)) => ("unchanged", Some(*lead)),
        Fate::Did(RowDid::Waits) => ("left", None),
    };
    Line { row, outcome, lead, error: None, reason: None }
}

fn unwritten(path: &Path, error: &std::io::Error) -> Halt {
    let name = path.display().to_string();
    said(1, "output", format!("cannot write `{}`: {error}", escape(&name)), Vec::new()).into()
}
