//! A table as CSV has it: a header, then a row a record (RFC 4180).
//!
//! Commas, semicolons or tabs part the cells, whichever the header has most of; lines end in LF or
//! CR LF. A row of another length than the header is no row; a quotation mark left open is told by
//! the line it stands on. The guard of spreadsheets is taken off.

use std::io::{BufRead, Cursor, Read};

use csv_core::{ReadRecordResult, ReaderBuilder};
use lead_shared::domain::name;
use lead_shared::domain::refusal::{Flaw, Refusal};
use lead_shared::domain::request::NewLead;

use super::draft::Draft;
use super::field::{self, Field, Target};
use super::vendor::Vendor;
use super::{LONGEST, MOST_COLUMNS, Map, Row, Source, empty, not_utf8, too_long, unreadable};
use crate::formula;
use crate::halt::{Halt, said};

/// A table whose header was read.
pub(super) struct Table {
    records: Records,
    columns: Vec<(String, Target)>,
    /// How many columns without a name stand behind the others, as spreadsheets leave them.
    nameless: usize,
    map: Map,
}

impl Table {
    /// Reads the header.
    ///
    /// # Errors
    /// No header, or one with a column that is no field or is there twice, or without a name.
    pub(super) fn begin(mut source: Source, name: &str, map: Map) -> Result<Self, Halt> {
        let mut first = Vec::new();
        let read = (&mut source).take(LONGEST as u64).read_until(b'\n', &mut first);
        read.map_err(|error| unreadable(name, &error))?;
        // Lines may end in CR alone.
        let end = if first.contains(&b'\n') { b'\n' } else { b'\r' };
        let head = first.split(|byte| *byte == end).next().unwrap_or_default();
        let (told, delimiter) = match told_delimiter(head) {
            Some(told) => (first.len().min(head.len() + 1), told),
            None => (0, delimiter(head)),
        };
        drop(first.drain(..told));
        let source: Box<dyn BufRead> = Box::new(Cursor::new(first).chain(source));
        let mut records = Records::new(source, delimiter, end);
        records.line += u64::from(told > 0);
        let header = match records.next(name)? {
            Some(Record { cells: Ok(cells), .. }) => cells,
            Some(Record { cells: Err(_), line }) => {
                return Err(wrong(name, line, "has an open quotation mark"));
            }
            None => return Err(empty(name)),
        };
        if header.len() > MOST_COLUMNS {
            return Err(wrong(name, 1, &format!("has {} columns, more than {MOST_COLUMNS}", header.len())));
        }
        let header: Vec<String> = header
            .into_iter()
            .map(|cell| String::from_utf8(cell).map_err(|cell| not_utf8("header", cell.as_bytes())))
            .collect::<Result<_, _>>()?;
        let mut header: Vec<String> =
            header.iter().map(|column| formula::bare(column.trim()).to_owned()).collect();
        let named = header.iter().rposition(|column| !column.is_empty()).map_or(0, |last| last + 1);
        let nameless = header.split_off(named).len();
        let map = match Vendor::of_header(&header).filter(|_| map.vendor().is_none()) {
            Some(vendor) => map.of_vendor(vendor),
            None => map,
        };
        if let Some(told) = map.missing(&header) {
            let hints = vec![format!("its columns: {}", header.join(", "))];
            return Err(said(
                2,
                "invalid",
                format!("{name} has no column `{told}`, which `--map` names"),
                hints,
            )
            .into());
        }
        let mut columns: Vec<(String, Target)> = Vec::new();
        for column in header {
            let meant = map.target(&column).map_err(|flaw| flaw.of("column", &*column))?;
            let twin = columns.iter().find(|(other, known)| map.collide((other, known), (&column, &meant)));
            if let Some((twin, _)) = twin {
                let what =
                    format!("the columns `{twin}` and `{column}` are both `{}`", field::name(&meant.field));
                // What is told of a name is told of both.
                let hints = vec![match name::same(twin, &column) {
                    true => format!("name one of the columns `{column}` otherwise in the file"),
                    false => format!("`--map '{column}=none'`"),
                }];
                return Err(Refusal::Conflict { what, hints }.into());
            }
            columns.push((column, meant));
        }
        let names = [Field::Name, Field::GivenName, Field::FamilyName];
        let is_named = columns.iter().any(|(_, target)| names.contains(&target.field));
        if !is_named && map.vendor().is_none() {
            let known =
                columns.iter().map(|(column, _)| format!("`{column}`")).collect::<Vec<_>>().join(", ");
            let hints = vec![format!("its columns: {known}"), "`--map 'COLUMN=name'`".to_owned()];
            return Err(said(2, "missing", format!("{name} has no column `name`"), hints).into());
        }
        Ok(Self { records, columns, nameless, map })
    }

    /// The next row; one of empty cells alone, as spreadsheets put behind the last, is none.
    ///
    /// # Errors
    /// A file that cannot be read any further.
    pub(super) fn next(&mut self, name: &str) -> Result<Option<Row>, Halt> {
        loop {
            let Some(Record { line, cells }) = self.records.next(name)? else { return Ok(None) };
            let is_blank = |cells: &Vec<Vec<u8>>| cells.iter().all(|cell| cell.trim_ascii().is_empty());
            if !cells.as_ref().is_ok_and(is_blank) {
                return Ok(Some(Row { line, lead: cells.and_then(|cells| self.lead(&cells)) }));
            }
        }
    }

    fn lead(&self, cells: &[Vec<u8>]) -> Result<NewLead, Refusal> {
        let width = self.columns.len() + self.nameless;
        let first =
            || cells.first().map(|cell| String::from_utf8_lossy(cell).into_owned()).unwrap_or_default();
        if cells.len() != width {
            let flaw = Flaw::new(format!("has {} cells, and the header {width}", cells.len()));
            let hint = "a cell with the delimiter or a line end in it stands in quotation marks";
            return Err(flaw.hint(hint).of("row", first()));
        }
        if cells.iter().skip(self.columns.len()).any(|cell| !cell.trim_ascii().is_empty()) {
            let flaw = Flaw::new("has a cell in a column without a name");
            return Err(flaw.hint("name the column in the header").of("row", first()));
        }
        let mut draft = Draft::default();
        for (cell, (column, target)) in cells.iter().zip(&self.columns) {
            if target.field == Field::None {
                continue;
            }
            let text = std::str::from_utf8(cell).map_err(|_| not_utf8(column, cell))?;
            draft.put(column, target, formula::bare(text), &self.map)?;
        }
        Ok(draft.lead(self.map.vendor().is_some()))
    }

    /// See [`super::Rows::columns`].
    pub(super) fn columns(&self, for_people: bool) -> Option<String> {
        let is_plain = |column: &str, target: &Target| {
            target.otherwise.is_none() && name::same(column, &field::name(&target.field))
        };
        let taken = self.columns.iter().filter(|(_, target)| target.field != Field::None);
        let renamed = taken.filter(|(column, target)| !is_plain(column, target));
        let renamed: Vec<String> =
            renamed.map(|(column, target)| format!("{column} → {}", target.name())).collect();
        let passed: Vec<&str> = self.passed(false).collect();
        let past: Vec<&str> = self.passed(true).collect();
        let parts = [
            self.map.vendor().map(|vendor| format!("an export of {}", vendor.title)),
            (!renamed.is_empty()).then(|| match for_people {
                true => format!("columns:\n  {}", renamed.join("\n  ")),
                false => format!("columns: {}", renamed.join(", ")),
            }),
            (!passed.is_empty()).then(|| format!("not taken: {}", passed.join(", "))),
            (!past.is_empty()).then(|| format!("taken from who has `admin`: {}", past.join(", "))),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(if for_people { "\n" } else { "; " }))
    }

    /// The columns that are passed over, those of a lead's past by themselves.
    fn passed(&self, past: bool) -> impl Iterator<Item = &str> {
        let passed = self.columns.iter().filter(|(_, target)| target.field == Field::None);
        let passed = passed.map(|(column, _)| column.as_str());
        passed.filter(move |column| self.map.is_passed_past(column) == past)
    }
}

fn wrong(name: &str, line: u64, why: &str) -> Halt {
    said(2, "invalid", format!("{name} line {line} {why}"), Vec::new()).into()
}

/// What a line says that spreadsheets write before the header: `sep=;`.
fn told_delimiter(line: &[u8]) -> Option<u8> {
    match line.trim_ascii_end() {
        [s, e, p, b'=', told @ (b',' | b';' | b'|')] if [*s, *e, *p].eq_ignore_ascii_case(b"sep") => {
            Some(*told)
        }
        b"sep=" if line.starts_with(b"sep=\t") => Some(b'\t'),
        _ => None,
    }
}

/// What parts the cells of the first line.
fn delimiter(line: &[u8]) -> u8 {
    let (mut counts, mut quoted) = ([(b',', 0), (b';', 0), (b'\t', 0)], false);
    for byte in line {
        quoted ^= *byte == b'"';
        if let Some((_, count)) = counts.iter_mut().find(|(known, _)| known == byte && !quoted) {
            *count += 1;
        }
    }
    // Of several equally often the first.
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(delimiter, _)| delimiter)
}

/// A record: its cells, or why it is none.
struct Record {
    line: u64,
    cells: Result<Vec<Vec<u8>>, Refusal>,
}

/// The records of a table, read as a stream.
struct Records {
    source: Box<dyn BufRead>,
    core: csv_core::Reader,
    /// What ends a line.
    end: u8,
    line: u64,
    ended: bool,
}

impl Records {
    fn new(source: Box<dyn BufRead>, delimiter: u8, end: u8) -> Self {
        let core = ReaderBuilder::new().delimiter(delimiter).build();
        Self { source, core, end, line: 1, ended: false }
    }

    /// Passes over blank lines, so that the next record begins where the source stands.
    fn skip_blank(&mut self) -> std::io::Result<()> {
        loop {
            match self.source.fill_buf()?.first() {
                Some(byte) if *byte == self.end => self.line += 1,
                Some(b'\n' | b'\r') => {}
                _ => return Ok(()),
            }
            self.source.consume(1);
        }
    }

    fn next(&mut self, name: &str) -> Result<Option<Record>, Halt> {
        if self.ended {
            return Ok(None);
        }
        self.skip_blank().map_err(|error| unreadable(name, &error))?;
        let line = self.line;
        let (mut output, mut ends) = (vec![0; 1024], vec![0; 32]);
        let (mut filled, mut cells) = (0, 0);
        loop {
            let input = self.source.fill_buf().map_err(|error| unreadable(name, &error))?;
            // At the end one more line end shows whether a quotation mark is still open: it is
            // swallowed there, and ends the record elsewhere.
            self.ended = input.is_empty();
            let input = if self.ended { b"\n" } else { input };
            let (read, taken, written, found) =
                self.core.read_record(input, &mut output[filled..], &mut ends[cells..]);
            self.line += input[..taken].iter().filter(|byte| **byte == self.end).count() as u64;
            if !self.ended {
                self.source.consume(taken);
            }
            filled += written;
            cells += found;
            match read {
                ReadRecordResult::Record => break,
                ReadRecordResult::End => return Ok(None),
                ReadRecordResult::InputEmpty if self.ended && (filled, cells) == (0, 0) => return Ok(None),
                ReadRecordResult::InputEmpty if self.ended => {
                    let flaw = Flaw::new("opens a quotation mark that nothing closes");
                    let start = String::from_utf8_lossy(&output[..filled.min(40)]).into_owned();
                    return Ok(Some(Record { line, cells: Err(flaw.of("row", start)) }));
                }
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => output.resize(output.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => ends.resize(ends.len() * 2, 0),
            }
            if filled > LONGEST || cells > LONGEST / 16 {
                return Err(too_long(name, line, "is a quotation mark left open there?"));
            }
        }
        let starts = std::iter::once(0).chain(ends.iter().copied());
        let cells = starts.zip(&ends[..cells]).map(|(from, to)| output[from..*to].to_vec()).collect();
        Ok(Some(Record { line, cells: Ok(cells) }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(text: &[u8]) -> Vec<(u64, Result<Vec<String>, String>)> {
        let source = Box::new(Cursor::new(text.to_vec()));
        let mut records =
            Records::new(source, delimiter(text.split(|byte| *byte == b'\n').next().unwrap_or(text)), b'\n');
        let mut found = Vec::new();
        while let Some(record) = records.next("it").expect("short records") {
            let text = |cells: Vec<Vec<u8>>| {
                cells.into_iter().map(|cell| String::from_utf8_lossy(&cell).into_owned())
            };
            let cells =
                record.cells.map(|cells| text(cells).collect()).map_err(|refusal| format!("{refusal:?}"));
            found.push((record.line, cells.map_err(|_| "open".to_owned())));
        }
        found
    }

    fn cells(cells: &[&str]) -> Result<Vec<String>, String> {
        Ok(cells.iter().map(|&cell| cell.to_owned()).collect())
    }

    #[test]
    fn records_have_the_lines_they_begin_on() {
        let text = b"a,b\r\n\r\n1,\"x\ny\"\r\n2,z\n\n3,\n";
        let expected = vec![
            (1, cells(&["a", "b"])),
            (3, cells(&["1", "x\ny"])),
            (5, cells(&["2", "z"])),
            (7, cells(&["3", ""])),
        ];
        assert_eq!(records(text), expected);
    }

    #[test]
    fn the_last_line_may_lack_its_end_and_a_quote_may_not() {
        assert_eq!(records(b"a,b\n1,2"), [(1, cells(&["a", "b"])), (2, cells(&["1", "2"]))]);
        assert_eq!(records(b"a\n\"1"), [(1, cells(&["a"])), (2, Err("open".to_owned()))]);
        assert_eq!(records(b"a\n\""), [(1, cells(&["a"])), (2, Err("open".to_owned()))]);
        assert_eq!(records(b"a\n\"1\""), [(1, cells(&["a"])), (2, cells(&["1"]))]);
        assert_eq!(records(b"a\n1,\n"), [(1, cells(&["a"])), (2, cells(&["1", ""]))]);
        assert_eq!(records(b""), []);
        assert_eq!(records(b"\n\n"), []);
    }

    #[test]
    fn semicolons_and_tabs_part_cells_too() {
        for text in [&b"a;b\n1;2"[..], b"a\tb\n1\t2", b"a,b\n1,2", b"\"a,\";b\n1;2"] {
            assert_eq!(records(text).pop(), Some((2, cells(&["1", "2"]))));
        }
    }
}
