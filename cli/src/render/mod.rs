//! How rows become output: data for scripts, tables and cards for people (cli.md §4).
//!
//! A verb opens [`Rows`] with what it yields and hands it one row after the other; JSON, NDJSON, TSV
//! and ids are written as the rows come, a table by the page. Nothing here looks into the store or
//! decides what is shown, and no stored text leaves it raw. A closed pipe is an `io::Error` like
//! any other: the caller ends with 0.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::os::fd::AsFd as _;

use jiff::tz::TimeZone;
use lead_shared::domain::chart::Ink;
use lead_shared::domain::overview::Report;
use lead_shared::domain::view::Row;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

mod appointment;
mod board;
mod card;
mod cell;
mod color;
mod column;
mod csv;
mod day;
mod edited;
mod entry;
mod fold;
mod foresight;
mod json;
mod page;
mod report;
#[cfg(test)]
pub(crate) mod tests;
pub mod vcard;

pub use anstream::ColorChoice;
pub use board::{Lane, write_board};
pub(crate) use board::{fit, under};
pub(crate) use cell::moment;
pub(crate) use color::{ERROR, HEADING, HINT, paint};
pub use column::check_columns;
pub use day::{Group, write_groups};
pub(crate) use edited::value;
pub(crate) use json::write as json_object;
pub(crate) use json::write as write_json;

use column::Column;

/// A form of output; each verb says which it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people, fitted to the terminal; no promise.
    Table,
    /// One array, or one object where there is one thing.
    Json,
    /// One object a line.
    Ndjson,
    /// Comma-separated, with a header, nothing truncated.
    Csv,
    /// Tab-separated, without a header, nothing truncated.
    Tsv,
    /// One number a line, or one name where a thing has no number.
    Ids,
}

/// What the terminal and the global options say about output.
#[derive(Clone, Debug)]
pub struct Output {
    /// As told; otherwise a table on a terminal and TSV on a pipe.
    pub format: Option<Format>,
    /// As told by `--color`; `Auto` looks at `NO_COLOR`, `CLICOLOR_FORCE` and the terminal.
    pub color: ColorChoice,
    /// True when standard output is a terminal.
    pub terminal: bool,
    /// True when standard error is a terminal.
    pub error_terminal: bool,
    /// Columns of the terminal; 0 is taken as 80.
    pub width: u16,
    /// Say nothing that is not asked for.
    pub quiet: bool,
    /// The zone in which people are shown instants; machines get UTC.
    pub zone: TimeZone,
    /// What charts are drawn with.
    pub ink: Ink,
    /// How people see stages that a row names by id alone; the id stands in for one that is missing.
    pub labels: BTreeMap<String, String>,
}

impl Output {
    /// The form that holds.
    pub fn form(&self) -> Format {
        self.format.unwrap_or(if self.terminal { Format::Table } else { Format::Tsv })
    }

    /// True when errors, too, are JSON.
    pub fn is_json(&self) -> bool {
        matches!(self.form(), Format::Json | Format::Ndjson)
    }

    /// Whether standard output is coloured.
    pub fn is_colored(&self) -> bool {
        color::chosen(self.color, self.terminal)
    }

    /// Whether standard error is coloured.
    pub fn is_error_colored(&self) -> bool {
        color::chosen(self.color, self.error_terminal)
    }
}

/// A kind of row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Leads of a list; without notes unless the column is asked for.
    Leads,
    /// Leads with everything: a card for people, `notes` and `actions` in JSON.
    Lead,
    /// What is open to a lead.
    Actions,
    /// The history.
    Entries,
    /// Customers of a list.
    Customers,
    /// A customer with everything: a card for people.
    Customer,
    /// Deals.
    Deals,
    /// The lines of a report.
    Report(Report),
    /// A deal with everything: a card for people.
    Deal,
    /// Appointments.
    Appointments,
    /// Users.
    Users,
    /// The state of things.
    Status,
    /// Pipelines of a list.
    Pipelines,
    /// A pipeline's file: its text, and an object in JSON.
    Pipeline,
    /// Mails of a list.
    Mails,
    /// A mail as it goes out: its headers and text.
    Mail,
    /// What the daemon will do.
    Plan,
    /// Why there is mail about a lead.
    Reasons,
    /// Settings.
    Settings,
    /// What `doctor` found.
    Findings,
}

impl What {
    /// Whether people, and TSV without `--columns`, get the thing as lines of key and value.
    fn is_card(self) -> bool {
        matches!(self, Self::Lead | Self::Customer | Self::Deal | Self::Status | Self::Pipeline | Self::Mail)
    }
}

/// What a verb yields.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Rows of this kind.
    pub what: What,
    /// There is exactly one: an object in JSON, no array.
    pub single: bool,
    /// The columns that were asked for; see [`check_columns`].
    pub columns: Option<Vec<String>>,
    /// The columns people are shown unasked, in place of the usual ones; empty ones go, too.
    pub unasked: Option<Vec<String>>,
}

impl Shape {
    /// Any number of rows.
    pub fn many(what: What) -> Self {
        Self { what, single: false, columns: None, unasked: None }
    }

    /// Exactly one row.
    pub fn one(what: What) -> Self {
        Self { what, single: true, columns: None, unasked: None }
    }

    fn asks_for(&self, column: &str) -> bool {
        self.columns.as_ref().is_some_and(|columns| columns.iter().any(|one| one == column))
    }
}

/// Rows on their way out.
pub struct Rows<'a> {
    out: &'a Output,
    sink: &'a mut dyn Write,
    shape: Shape,
    form: Format,
    columns: Vec<&'static Column>,
    page: page::Page,
    line: Vec<u8>,
    count: u64,
}

impl<'a> Rows<'a> {
    /// Begins; nothing is written before the first row. `sink` should be buffered: see [`stdout`].
    pub fn begin(out: &'a Output, sink: &'a mut dyn Write, shape: Shape) -> Self {
        let form = out.form();
        let columns = column::chosen(&shape, form);
        let page = page::Page::new(out, &columns, shape.columns.is_some());
        Self { out, sink, shape, form, columns, page, line: Vec::new(), count: 0 }
    }

    /// Writes a row, or keeps it for the table's next page.
    ///
    /// # Errors
    /// What the sink says; a closed pipe among it.
    pub fn row(&mut self, row: &Row) -> io::Result<()> {
        if column::is_internal(row) {
            return Ok(());
        }
        self.line.clear();
        match self.form {
            Format::Json => {
                if !self.shape.single {
                    self.line.extend_from_slice(if self.count == 0 { b"[" } else { b",\n " });
                }
                json::row(&mut self.line, row, &self.shape)?;
            }
            Format::Ndjson => {
                json::row(&mut self.line, row, &self.shape)?;
                self.line.push(b'\n');
            }
            Format::Ids => {
                cell::write_id(&mut self.line, row)?;
                self.line.push(b'\n');
            }
            Format::Csv => csv::row(&mut self.line, row, &self.columns, self.count == 0)?,
            Format::Tsv if self.as_card() => card::plain(&mut self.line, row)?,
            Format::Tsv => {
                for (at, column) in self.columns.iter().enumerate() {
                    if at > 0 {
                        self.line.push(b'\t');
                    }
                    cell::write_plain(&mut self.line, &column::cell(row, column.name))?;
                }
                self.line.push(b'\n');
            }
            Format::Table if self.as_card() => {
                if self.count > 0 {
                    self.line.push(b'\n');
                }
                card::shown(&mut self.line, row, self.out)?;
                self.fold()?;
            }
            Format::Table if self.as_lines() => {
                match row {
                    Row::Entry(view) => entry::entry(&mut self.line, view, self.out)?,
                    Row::Diagnosis(found) => entry::finding(&mut self.line, found, self.out)?,
                    _ => {}
                }
                self.fold()?;
            }
            Format::Table => {
                if self.page.add(row) {
                    self.page.flush(&mut self.line, self.out)?;
                }
            }
        }
        self.count += 1;
        self.sink.write_all(&self.line)
    }

    /// Hands over what was written, so that it is read while more is waited for.
    ///
    /// # Errors
    /// What the sink says; a closed pipe among it.
    pub fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }

    /// Writes what is left and flushes.
    ///
    /// # Errors
    /// What the sink says; a closed pipe among it.
    pub fn end(mut self) -> io::Result<()> {
        self.line.clear();
        match self.form {
            Format::Json if self.shape.single && self.count == 0 => {}
            Format::Json if self.shape.single => self.line.push(b'\n'),
            Format::Json if self.count == 0 => self.line.extend_from_slice(b"[]\n"),
            Format::Json => self.line.extend_from_slice(b"]\n"),
            Format::Table => self.page.flush(&mut self.line, self.out)?,
            Format::Csv if self.count == 0 => csv::header(&mut self.line, &self.columns)?,
            Format::Ndjson | Format::Csv | Format::Tsv | Format::Ids => {}
        }
        self.sink.write_all(&self.line)?;
        self.sink.flush()
    }

    /// Folds what is written next where it is read on a terminal; a file and a mail stay as they are.
    fn fold(&mut self) -> io::Result<()> {
        if self.out.width > 0 && !matches!(self.shape.what, What::Pipeline | What::Mail) {
            self.line = fold::fold(&self.line, self.out.width)?;
        }
        Ok(())
    }

    fn as_lines(&self) -> bool {
        matches!(self.shape.what, What::Entries | What::Findings) && self.shape.columns.is_none()
    }

    fn as_card(&self) -> bool {
        self.shape.what.is_card() && self.shape.columns.is_none()
    }
}

/// What this terminal can show of charts: blocks need a locale of UTF-8 and a terminal that is not dumb.
pub fn ink() -> Ink {
    let said = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(said);
    let locale = locale.map(|locale| locale.to_string_lossy().to_uppercase().replace('-', ""));
    let is_dumb = said("TERM").is_some_and(|term| term == "dumb");
    if !is_dumb && locale.is_some_and(|locale| locale.contains("UTF8")) { Ink::Blocks } else { Ink::Plain }
}

/// Columns of the terminal one sits at; 0 where that cannot be told.
pub fn width() -> u16 {
    terminal_size::terminal_size().map_or(0, |(columns, _)| columns.0)
}

/// Lines of the terminal one sits at; none where that cannot be told.
pub(crate) fn height() -> Option<u16> {
    terminal_size::terminal_size().map(|(_, lines)| lines.0).filter(|lines| *lines > 0)
}

/// Appends a line of CSV with these cells, guarded.
pub(crate) fn csv_record(line: &mut Vec<u8>, cells: &[&str]) -> io::Result<()> {
    csv::record(line, cells.iter().copied())
}

/// Standard output, locked and buffered for many rows.
pub fn stdout() -> io::BufWriter<io::StdoutLock<'static>> {
    io::BufWriter::with_capacity(64 * 1024, io::stdout().lock())
}

/// Whether somebody may still read what is printed: a pipe tells when its reader has gone, before
/// anything more is written.
pub(crate) fn is_read() -> bool {
    let stdout = io::stdout();
    let mut asked = [PollFd::new(stdout.as_fd(), PollFlags::empty())];
    let gone = PollFlags::POLLERR | PollFlags::POLLHUP;
    let is_told = poll(&mut asked, PollTimeout::ZERO).is_ok();
    !(is_told && asked[0].revents().is_some_and(|told| told.intersects(gone)))
}

/// The text in one line and no longer than `most` characters, fit for a terminal.
pub(crate) fn cut(text: &str, most: usize) -> Cow<'_, str> {
    let shown = lead_shared::domain::text::escape(text);
    match shown.char_indices().nth(most) {
        None => shown,
        Some(_) => {
            let mut short: String = shown.chars().take(most.saturating_sub(1)).collect();
            short.push('…');
            Cow::Owned(short)
        }
    }
}
