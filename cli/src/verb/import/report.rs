//! `--report`: what became of each row, in a file that is whole or absent.
//!
//! CSV, or JSON objects a line where the name ends in `.ndjson` or `.json`; in the order of the file
//! that was read. A row of a file of which nothing was imported says so, though it was in order.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use lead_shared::domain::import::RowDid;
use lead_shared::domain::lead::LeadId;
use lead_shared::domain::text::escape;
use serde::Serialize;

use crate::halt::{Halt, said};
use crate::render;
use crate::whole_file::WholeFile;
use crate::words::Said;

/// The columns.
pub(super) const COLUMNS: [&str; 5] = ["row", "outcome", "lead", "error", "reason"];

/// What is known so far.
pub(super) struct Report {
    file: WholeFile,
    is_json: bool,
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
    /// Makes sure that it can be written before anything is done, and is not the file that is read.
    pub(super) fn begin(name: &str, read: &str) -> Result<Self, Halt> {
        let hint = "a report is written to a file of its own: `--report rows.csv`";
        let same = |one: &str, other: &str| {
            let [one, other] = [one, other].map(|name| fs::metadata(name).ok());
            one.zip(other).is_some_and(|(one, other)| (one.dev(), one.ino()) == (other.dev(), other.ino()))
        };
        let file = WholeFile::begin(name, hint)?;
        if same(name, read) {
            let message = format!("`{}` is the file that is imported", escape(name));
            return Err(said(2, "file", message, vec![hint.to_owned()]).into());
        }
        let ending = Path::new(name).extension();
        let is_json = ending.is_some_and(|ending| ending == "ndjson" || ending == "json");
        Ok(Self { file, is_json, rows: BTreeMap::new() })
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
        let Self { file, is_json, rows } = self;
        file.end(false, |sink| {
            let mut bytes = Vec::new();
            if !is_json {
                render::csv_record(&mut bytes, &COLUMNS)?;
            }
            for (row, fate) in &rows {
                let line = line(*row, fate, is_taken);
                if is_json {
                    render::json_object(&mut bytes, &line)?;
                    bytes.push(b'\n');
                } else {
                    let number =
                        |number: Option<u64>| number.map_or_else(String::new, |number| number.to_string());
                    let (row, lead) = (line.row.to_string(), number(line.lead));
                    let cells =
                        [&row, line.outcome, &lead, line.error.unwrap_or(""), line.reason.unwrap_or("")];
                    render::csv_record(&mut bytes, &cells)?;
                }
                sink.write_all(&bytes)?;
                bytes.clear();
            }
            Ok(sink.write_all(&bytes)?)
        })
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
