//! Files of leads, row by row: what each row says of a lead, and where it stands.
//!
//! Reads CSV, NDJSON, JSON and vCard as a stream, no row beyond `LONGEST` bytes. Values stay as typed; what they
//! mean is the engine's to say. A row that cannot be read is told by its line and is not the end; a
//! file that cannot is. `lead import` calls it.

mod csv;
mod draft;
mod field;
mod json;
mod map;
mod object;
mod property;
mod vcard;
mod vendor;

use std::io::{BufRead as _, BufReader, Cursor, Read};

use lead_shared::domain::refusal::{Flaw, Refusal};
use lead_shared::domain::request::NewLead;

pub use map::Map;
pub use vcard::OWN;
pub use vendor::Vendor;

use crate::args::Form;
use crate::halt::{Halt, said};

/// No row is longer; bytes.
const LONGEST: usize = 256 << 10;

/// No line is passed over that is longer; bytes.
const ENDLESS: u64 = 1 << 30;

/// No row has more columns, or keys.
const MOST_COLUMNS: usize = 2_000;

/// What to do about another encoding.
const LATIN1: &str = "convert the file first: `iconv -f LATIN1 -t UTF-8 FILE`";

/// How much of a file is read at once, in bytes.
const BUFFER: usize = 64 << 10;

/// So many bytes of a file tell what it holds.
const HEAD: u64 = 256;

/// A row of a file.
#[derive(Debug)]
pub struct Row {
    /// The line it begins on, counted from 1; in a JSON array its place there.
    pub line: u64,
    /// What it says, or why that cannot be read.
    pub lead: Result<NewLead, Refusal>,
}

/// A file whose beginning was looked at.
type Source = BufReader<std::io::Chain<Cursor<Vec<u8>>, Box<dyn Read>>>;

/// The rows of a file, in their order.
pub struct Rows {
    reader: Reader,
    name: String,
    form: Form,
}

enum Reader {
    Csv(Box<csv::Table>),
    Ndjson(json::Lines),
    Json(json::Array),
    Vcard(vcard::Cards),
}

impl Rows {
    /// Begins to read. `name` is what errors call the file; what it holds shows from its first
    /// character where nobody says it.
    ///
    /// # Errors
    /// A file that cannot be read, is empty or in another encoding; a header with a column that is no
    /// field, or twice the same.
    pub fn begin(file: Box<dyn Read>, name: &str, form: Option<Form>, map: Map) -> Result<Self, Halt> {
        let mut source = begin(file, name)?;
        let form = match form {
            Some(form) => form,
            None => guess(&mut source, name)?,
        };
        let reader = match form {
            Form::Csv => Reader::Csv(Box::new(csv::Table::begin(source, name, map)?)),
            Form::Ndjson => Reader::Ndjson(json::Lines::begin(source, map)),
            Form::Json => Reader::Json(json::Array::begin(source, name, map)?),
            Form::Vcard => Reader::Vcard(vcard::Cards::begin(source, map)),
        };
        Ok(Self { reader, name: name.to_owned(), form })
    }

    /// The next row; none at the end.
    ///
    /// # Errors
    /// A file that cannot be read any further.
    pub fn read(&mut self) -> Result<Option<Row>, Halt> {
        match &mut self.reader {
            Reader::Csv(table) => table.next(&self.name),
            Reader::Ndjson(lines) => lines.next(&self.name),
            Reader::Json(array) => Ok(array.next()),
            Reader::Vcard(cards) => cards.next(&self.name),
        }
    }

    /// Where a row stands, in words: `line 3`.
    pub fn place(&self, line: u64) -> String {
        match self.form {
            Form::Csv | Form::Ndjson => format!("line {line}"),
            Form::Json => format!("entry {line}"),
            Form::Vcard => format!("card at line {line}"),
        }
    }

    /// Which column is taken for which field, where that is not plain from its name; and which are not
    /// taken. On lines of their own for people.
    pub fn columns(&self, for_people: bool) -> Option<String> {
        match &self.reader {
            Reader::Csv(table) => table.columns(for_people),
            _ => None,
        }
    }

    /// What was passed over, where only the rows tell.
    pub fn left(&self) -> Option<String> {
        match &self.reader {
            Reader::Csv(_) => None,
            Reader::Ndjson(lines) => lines.left(),
            Reader::Json(array) => array.left(),
            Reader::Vcard(cards) => cards.left(),
        }
    }
}

/// Looks at the first bytes of a file: a mark of UTF-8 goes, other encodings are refused.
fn begin(mut file: Box<dyn Read>, name: &str) -> Result<Source, Halt> {
    let mut first = Vec::new();
    (&mut file).take(HEAD).read_to_end(&mut first).map_err(|error| unreadable(name, &error))?;
    if first.starts_with(b"\xEF\xBB\xBF") {
        drop(first.drain(..3));
    }
    if first.starts_with(b"PK\x03\x04") {
        let hints = vec!["save it as CSV (UTF-8), and import that".to_owned()];
        let message = format!("{name} is a spreadsheet or a zip archive, not text");
        return Err(said(2, "invalid", message, hints).into());
    }
    if let Some(encoding) = wide(&first) {
        let hints = vec![format!("iconv -f {encoding} -t UTF-8 FILE | lead import -")];
        return Err(said(2, "invalid", format!("{name} is {encoding}, and UTF-8 is read"), hints).into());
    }
    Ok(BufReader::with_capacity(BUFFER, Cursor::new(first).chain(file)))
}

/// The encoding of a text whose letters have more than one byte each, with its mark or without.
fn wide(first: &[u8]) -> Option<&'static str> {
    match first {
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => Some("UTF-32"),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => Some("UTF-16"),
        [1..=255, 0, 1..=255, 0, ..] => Some("UTF-16LE"),
        [0, 1..=255, 0, 1..=255, ..] => Some("UTF-16BE"),
        _ => None,
    }
}

/// An array begins with a bracket, a line of JSON with a brace, and a table with neither.
fn guess(source: &mut Source, name: &str) -> Result<Form, Halt> {
    let first = source.fill_buf().map_err(|error| unreadable(name, &error))?;
    Ok(match first.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'[') => Form::Json,
        Some(b'{') => Form::Ndjson,
        _ if is_card(first) => Form::Vcard,
        _ => Form::Csv,
    })
}

fn is_card(first: &[u8]) -> bool {
    first.trim_ascii_start().get(..11).is_some_and(|first| first.eq_ignore_ascii_case(b"BEGIN:VCARD"))
}

/// The next line of a file with its end, the line's number counted up; none at the file's end. One that is
/// longer than `LONGEST` is cut there, and its rest comes next.
///
/// # Errors
/// A file that cannot be read any further.
fn next_line(source: &mut Source, name: &str, line: &mut u64) -> Result<Option<Vec<u8>>, Halt> {
    let mut bytes = Vec::new();
    let read = source.take(LONGEST as u64 + 1).read_until(b'\n', &mut bytes);
    read.map_err(|error| unreadable(name, &error))?;
    *line += u64::from(!bytes.is_empty());
    Ok((!bytes.is_empty()).then_some(bytes))
}

/// Passes over the rest of a line.
///
/// # Errors
/// A file that cannot be read any further, and a line without an end.
fn pass_line(source: &mut Source, name: &str, line: u64) -> Result<(), Halt> {
    let passed = source.take(ENDLESS).skip_until(b'\n').map_err(|error| unreadable(name, &error))?;
    if passed as u64 == ENDLESS {
        let message = format!("{name} line {line} is longer than {} GiB", ENDLESS >> 30);
        return Err(said(2, "invalid", message, Vec::new()).into());
    }
    Ok(())
}

fn unreadable(name: &str, error: &std::io::Error) -> Halt {
    said(2, "file", format!("cannot read {name}: {error}"), Vec::new()).into()
}

fn empty(name: &str) -> Halt {
    let hints = vec!["its first line names the columns: name,email,phone,source".to_owned()];
    said(2, "invalid", format!("{name} is empty"), hints).into()
}

fn too_long(name: &str, line: u64, hint: &str) -> Halt {
    let message = format!("{name} line {line} is longer than {} KiB", LONGEST >> 10);
    said(2, "invalid", message, vec![hint.to_owned()]).into()
}

/// The refusal of bytes that are no UTF-8.
fn not_utf8(field: &str, bytes: &[u8]) -> Refusal {
    Flaw::new("is not UTF-8").hint(LATIN1).of(field, String::from_utf8_lossy(bytes))
}
