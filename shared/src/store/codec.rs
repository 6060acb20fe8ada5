//! How a record becomes bytes: one version byte, then MessagePack with the fields' names.
//!
//! Named fields make a row readable by an earlier and a later program: what is missing takes its
//! default, what is unknown is kept by the record's flattened map. The version is raised only when
//! that is not enough; a row of another version is refused, never guessed at.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::StoreFault;
use crate::pack;

/// The version of the rows this program writes.
const VERSION: u8 = 1;

/// The bytes of `record`; `name` says in a fault which one it is.
pub(super) fn encode<T: Serialize>(name: impl FnOnce() -> String, record: &T) -> Result<Vec<u8>, StoreFault> {
    let mut bytes = vec![VERSION];
    pack::write(&mut bytes, record).map_err(|fault| damaged(name(), fault))?;
    Ok(bytes)
}

/// The record in `bytes`; `name` says in a fault which one it is.
pub(super) fn decode<T: DeserializeOwned>(
    name: impl FnOnce() -> String,
    bytes: &[u8],
) -> Result<T, StoreFault> {
    match bytes.split_first() {
        None => Err(damaged(name(), "it is empty".to_owned())),
        Some((&VERSION, body)) => pack::read(body).map_err(|fault| damaged(name(), fault)),
        Some((version, _)) => {
            Err(damaged(name(), format!("it has version {version}, and this program knows {VERSION}")))
        }
    }
}

/// What a row that does not decode is called: its table and its key in hex.
pub(super) fn unnamed(table: super::Table, key: &[u8]) -> String {
    format!("{table:?} {}", hex(key))
}

/// Bytes in lower-case hex.
pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing into a `String` has no way to fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The bytes of a hex text; none where it is no such text.
pub(super) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    Some(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

fn damaged(record: String, reason: String) -> StoreFault {
    StoreFault::Damaged { record, reason }
}
