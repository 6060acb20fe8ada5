//! A row of the store, as a program of another version or a disk left it: it is read or refused, what is read
//! can be written and is the same again, and what a later version wrote in it stays.
//!
//! The first byte says of which table, the others are the row.

use lead_shared::domain::activity::{Activity, Change};
use lead_shared::domain::customer::{Appointment, Customer, Deal};
use lead_shared::domain::import::{Import, WaitingRow};
use lead_shared::domain::lead::Lead;
use lead_shared::domain::notice::{Mail, Notice};
use lead_shared::domain::pipeline::PipelineSource;
use lead_shared::domain::user::User;
use lead_shared::store::{Key, Line, Record, Table, check_row, decode_row, encode_row};
use serde_json::{Value, json};

/// A row.
pub fn body(bytes: &[u8]) {
    let Some((number, row)) = bytes.split_first() else { return };
    let Some(table) = Table::ALL.get(usize::from(*number)) else { return };
    match table {
        Table::Lead => rewritten::<Lead>(row),
        Table::Customer => rewritten::<Customer>(row),
        Table::Deal => rewritten::<Deal>(row),
        Table::Appointment => rewritten::<Appointment>(row),
        Table::User => rewritten::<User>(row),
        Table::Pipeline => rewritten::<PipelineSource>(row),
        Table::Change => rewritten::<Change>(row),
        Table::Activity => rewritten::<Activity>(row),
        Table::Notice => rewritten::<Notice>(row),
        Table::Mail => rewritten::<Mail>(row),
        Table::Import => rewritten::<Import>(row),
        Table::WaitingRow => rewritten::<WaitingRow>(row),
        Table::Meta | Table::Content | Table::Request | Table::Count | Table::Index => {
            let key = Key::new().number(1);
            let _ = check_row(*table, key.bytes(), row);
            if !matches!(table, Table::Count | Table::Index | Table::Meta | Table::Request) {
                line(*table, key.bytes(), row);
            }
        }
    }
}

/// A line of a backup.
pub fn backup(bytes: &[u8]) {
    match Line::read(super::text(bytes)) {
        Ok((table, key, value)) => {
            let _ = check_row(table, &key, &value);
            line(table, &key, &value);
        }
        Err(why) => assert!(!why.is_empty()),
    }
}

/// Reads a row, writes it and reads it again, also with a field more in it.
fn rewritten<R: Record>(row: &[u8]) {
    let place = Key::new().number(1);
    let record: R = match decode_row(place.bytes(), row) {
        Ok(record) => record,
        Err(fault) => return assert!(!fault.to_string().is_empty()),
    };
    let key = record.key();
    assert!(check_row(R::TABLE, key.bytes(), row).is_ok(), "{} is read and refused", record.name());
    let written = encode_row(&record).expect("what was read can be written");
    let again: R = decode_row(key.bytes(), &written).expect("what was written is read");
    assert_eq!(encode_row(&again).ok().as_ref(), Some(&written), "{} is another", record.name());
    line(R::TABLE, key.bytes(), row);
    keeps_what_is_new(&record, &key, &written);
}

/// A field of a later version is there after a rewrite, as it was.
fn keeps_what_is_new<R: Record>(record: &R, key: &Key, written: &[u8]) {
    const TABLES: [Table; 9] = [
        Table::Lead,
        Table::Customer,
        Table::Deal,
        Table::Appointment,
        Table::User,
        Table::Pipeline,
        Table::Notice,
        Table::Mail,
        Table::Import,
    ];
    let Some(mut object) = object(R::TABLE, key, written).filter(|_| TABLES.contains(&R::TABLE)) else {
        return;
    };
    let later = json!({"x": [1, null, "é"], "y": {"z": -7}});
    object["record"]["of later"] = later.clone();
    let (_, _, row) = Line::read(&object.to_string()).expect("a line of ours with one field more");
    let newer: R = decode_row(key.bytes(), &row).expect("a field more is no fault");
    assert_eq!(newer.name(), record.name());
    let row = encode_row(&newer).expect("what was read can be written");
    let kept = self::object(R::TABLE, key, &row).map(|object| object["record"]["of later"].clone());
    assert_eq!(kept, Some(later), "{}", record.name());
}

/// A row as the object that a backup has of it; none where it is kept as bytes.
fn object(table: Table, key: &Key, row: &[u8]) -> Option<Value> {
    let line: Value = serde_json::from_str(&Line::write(table, key.bytes(), row).ok()?).expect("JSON");
    line.get("record").is_some_and(Value::is_object).then_some(line)
}

/// A row is the same bytes again when it comes back from a backup.
fn line(table: Table, key: &[u8], row: &[u8]) {
    let line = Line::write(table, key, row).expect("a row with such a key can be written");
    assert!(!line.contains('\n'));
    assert_eq!(Line::read(&line), Ok((table, key.to_vec(), row.to_vec())), "{line}");
}
