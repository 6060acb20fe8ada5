//! Files of leads: each row is told by where it begins, a lead is made of what stands there and of nothing
//! else, and whatever is wrong is said in words.

use std::io::Cursor;

use jiff::tz::TimeZone;
use lead_cli::args::Form;
use lead_cli::import::{Map, Rows};
use lead_cli::words::{Clock, Said, refusal};
use lead_shared::domain::request::NewLead;

use super::is_plain;

/// A table.
pub fn csv(bytes: &[u8]) {
    let mut kept = Map::default();
    kept.type_in("*=fields").expect("a word of --map");
    for map in [Map::default(), kept.without_past()] {
        read(bytes, Some(Form::Csv), &map);
    }
}

/// Objects, a line each or in an array, as the file begins.
pub fn json(bytes: &[u8]) {
    let is_array = bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[');
    let form = if is_array { Form::Json } else { Form::Ndjson };
    read(bytes, Some(form), &Map::default());
}

/// Cards.
pub fn vcard(bytes: &[u8]) {
    read(bytes, Some(Form::Vcard), &Map::default());
}

/// Reads all rows of a file.
fn read(bytes: &[u8], form: Option<Form>, map: &Map) {
    let clock = Clock { zone: TimeZone::UTC, now: jiff::Timestamp::UNIX_EPOCH };
    let file = Box::new(Cursor::new(bytes.to_vec()));
    let mut rows = match Rows::begin(file, "it", form, map.clone()) {
        Ok(rows) => rows,
        Err(halt) => return told(halt.words(|| clock.clone())),
    };
    let _ = (rows.columns(true), rows.columns(false));
    let (mut count, mut last) = (0, 0);
    loop {
        let row = match rows.read() {
            Ok(Some(row)) => row,
            Ok(None) => break,
            Err(halt) => return told(halt.words(|| clock.clone())),
        };
        count += 1;
        assert!(count <= bytes.len(), "more rows than bytes");
        assert!(row.line >= last && row.line as usize <= bytes.len() + 1, "line {} behind {last}", row.line);
        last = row.line;
        is_plain(&rows.place(row.line));
        match row.lead {
            Ok(lead) => made_of(bytes, &lead),
            Err(wrong) => told(Some(refusal(&wrong, &clock))),
        }
    }
}

/// A row is not made larger than its file.
fn made_of(bytes: &[u8], lead: &NewLead) {
    let texts =
        [&lead.email, &lead.phone, &lead.company, &lead.address, &lead.source, &lead.value, &lead.note];
    let texts = texts.into_iter().flatten().chain(&lead.sets).chain(&lead.tags).chain([&lead.name]);
    let all: usize = texts.map(String::len).sum();
    // A byte that is no UTF-8 becomes a character of three, and a key is put before each value.
    assert!(all <= 16 * bytes.len() + 64, "{all} bytes of {}", bytes.len());
}

/// Words that a terminal can show.
fn told(said: Option<Said>) {
    let said = said.expect("there is something to say");
    assert!(matches!(said.exit, 2..=4), "{said:?}");
    is_plain(&said.message);
    said.hints.iter().for_each(|hint| is_plain(hint));
}
