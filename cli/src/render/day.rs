//! The day's work: leads in groups, each with the reason it is there (F13).
//!
//! An object of arrays for scripts, a table under a heading for people. The verb decides the groups.

use std::collections::BTreeSet;
use std::io::{self, Write};

use lead_shared::domain::view::{LeadView, Row};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::color::{HEADING, paint};
use super::{Format, Output, Shape, What, cell, column, csv, json, page};

/// Leads that are there for one reason.
#[derive(Clone, Debug)]
pub struct Group {
    /// The key in JSON and the first column of TSV: `overdue`.
    pub key: &'static str,
    /// The heading people see.
    pub title: &'static str,
    /// The leads, most urgent first.
    pub leads: Vec<LeadView>,
}

struct Day<'a>(&'a [Group]);

impl Serialize for Day<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for group in self.0 {
            map.serialize_entry(group.key, &group.leads.iter().map(json::listed).collect::<Vec<_>>())?;
        }
        map.end()
    }
}

/// Writes the groups; empty ones too, so that nobody wonders. Ids name each lead once.
///
/// # Errors
/// What the sink says; a closed pipe among it.
pub fn write_groups(out: &Output, sink: &mut dyn Write, groups: &[Group]) -> io::Result<()> {
    let form = out.form();
    let shape = Shape::many(What::Leads);
    let columns = column::chosen(&shape, form);
    let mut line = Vec::new();
    let mut named = BTreeSet::new();
    if out.is_json() {
        json::write(&mut line, &Day(groups))?;
        line.push(b'\n');
        sink.write_all(&line)?;
        return sink.flush();
    }
    if form == Format::Csv {
        csv::record(&mut line, std::iter::once("part").chain(columns.iter().map(|column| column.name)))?;
    }
    for (place, group) in groups.iter().enumerate() {
        if form == Format::Table {
            let title = format!("{} ({})", group.title, group.leads.len());
            line.extend_from_slice(if place > 0 { b"\n" } else { b"" });
            paint(&mut line, HEADING, out.is_colored(), &title)?;
            line.push(b'\n');
        }
        let mut page = page::Page::new(out, &columns, false);
        for view in &group.leads {
            let row = Row::Lead(Box::new(view.clone()));
            match form {
                Format::Table => {
                    if page.add(&row) {
                        page.flush(&mut line, out)?;
                    }
                }
                Format::Csv => {
                    let cells = csv::cells(&row, &columns)?;
                    csv::record(
                        &mut line,
                        std::iter::once(group.key).chain(cells.iter().map(String::as_str)),
                    )?;
                }
                Format::Ids if !named.insert(view.id) => {}
                Format::Ids => writeln!(line, "{}", view.id)?,
                _ => {
                    line.extend_from_slice(group.key.as_bytes());
                    for column in &columns {
                        line.push(b'\t');
                        cell::write_plain(&mut line, &column::cell(&row, column.name))?;
                    }
                    line.push(b'\n');
                }
            }
        }
        page.flush(&mut line, out)?;
        sink.write_all(&line)?;
        line.clear();
    }
    sink.flush()
}
