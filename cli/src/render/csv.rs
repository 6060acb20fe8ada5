//! CSV: a header, then a line for each row (RFC 4180, but lines end as they do here).
//!
//! Cells are those of TSV with quotes in place of backslashes, and with the guard of spreadsheets. What
//! has no columns (the status, a pipeline's file) is lines of key and value.

use std::io;

use csv::{Terminator, WriterBuilder};
use lead_shared::domain::text::is_unsafe;
use lead_shared::domain::view::Row;

use super::column::{self, Column};
use super::{card, cell};
use crate::formula;

/// Appends a row, under the header if it is the first.
pub(super) fn row(line: &mut Vec<u8>, row: &Row, columns: &[&'static Column], first: bool) -> io::Result<()> {
    if columns.is_empty() {
        return lines(line, row, first);
    }
    if first {
        header(line, columns)?;
    }
    record(line, cells(row, columns)?.iter().map(String::as_str))
}

/// The cells of a row.
pub(super) fn cells(row: &Row, columns: &[&'static Column]) -> io::Result<Vec<String>> {
    let mut cells = Vec::with_capacity(columns.len());
    for column in columns {
        let found = column::cell(row, column.name);
        cells.push(match found {
            cell::Cell::Text(text) => safe(text),
            cell::Cell::Tags(tags) => safe(&tags.join(",")),
            found => {
                let mut plain = Vec::new();
                cell::write_plain(&mut plain, &found)?;
                String::from_utf8_lossy(&plain).into_owned()
            }
        });
    }
    Ok(cells)
}

/// Appends the names of the columns.
pub(super) fn header(line: &mut Vec<u8>, columns: &[&'static Column]) -> io::Result<()> {
    if columns.is_empty() {
        return Ok(());
    }
    record(line, columns.iter().map(|column| column.name))
}

/// What a pipe gets as lines of key and value.
fn lines(line: &mut Vec<u8>, row: &Row, first: bool) -> io::Result<()> {
    let mut plain = Vec::new();
    card::plain(&mut plain, row)?;
    if matches!(row, Row::PipelineText(_)) {
        line.extend_from_slice(&plain);
        return Ok(());
    }
    if first {
        record(line, ["key", "value"].into_iter())?;
    }
    for pair in String::from_utf8_lossy(&plain).lines() {
        let (key, value) = pair.split_once('\t').unwrap_or((pair, ""));
        record(line, [key, value].into_iter())?;
    }
    Ok(())
}

/// Appends a line of these cells.
pub(super) fn record<'a>(line: &mut Vec<u8>, cells: impl Iterator<Item = &'a str>) -> io::Result<()> {
    let mut writer =
        WriterBuilder::new().terminator(Terminator::Any(b'\n')).buffer_capacity(256).from_writer(line);
    for cell in cells {
        writer.write_field(formula::guarded(cell).as_bytes())?;
    }
    writer.write_record(None::<&[u8]>)?;
    writer.flush()
}

/// A text whose lines stand in quotes; what else could disturb a terminal is escaped.
fn safe(text: &str) -> String {
    if !text.contains(is_unsafe) {
        return text.to_owned();
    }
    text.chars().fold(String::with_capacity(text.len()), |mut safe, c| {
        if is_unsafe(c) && !matches!(c, '\n' | '\t') {
            safe.extend(c.escape_unicode());
        } else {
            safe.push(c);
        }
        safe
    })
}
