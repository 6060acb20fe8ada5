//! A row as a line that people can read, and back to the same bytes.
//!
//! A record is a JSON object where that gives back its very bytes, which is tried for each row; one
//! that does not is kept as text or as hex. The hashes of the history are over bytes, and no field of
//! a later version is lost.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::key::Key;
use super::{StoreFault, Table, codec};

/// A row as it stands in a line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    table: String,
    key: KeyWords,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    record: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bytes: Option<String>,
}

/// The key of a row: a number, numbers, or texts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum KeyWords {
    Number(u64),
    Numbers(Vec<u64>),
    Texts(Vec<String>),
}

impl Line {
    /// The line of a row, without its end.
    ///
    /// # Errors
    /// A key that no row has.
    pub fn write(table: Table, key: &[u8], value: &[u8]) -> Result<String, StoreFault> {
        let crooked = |reason: &str| StoreFault::Damaged {
            record: codec::unnamed(table, key),
            reason: reason.to_owned(),
        };
        let words = KeyWords::of(table, key).ok_or_else(|| crooked("its key is no key"))?;
        let line = Self { table: table.name().to_owned(), key: words, record: None, text: None, bytes: None };
        let record = codec::decode::<Value>(String::new, value)
            .ok()
            .map(|record| Self { record: Some(record), ..line.clone() });
        let text =
            std::str::from_utf8(value).ok().map(|text| Self { text: Some(text.to_owned()), ..line.clone() });
        let bytes = Self { bytes: Some(codec::hex(value)), ..line };
        for form in record.into_iter().chain(text).chain([bytes]) {
            let Ok(written) = serde_json::to_string(&form) else { continue };
            if Self::read(&written).is_ok_and(|row| row == (table, key.to_vec(), value.to_vec())) {
                return Ok(written);
            }
        }
        Err(crooked("it cannot be written as a line"))
    }

    /// The row of a line: its table, its key, its value.
    ///
    /// # Errors
    /// In words: what is no such line.
    pub fn read(line: &str) -> Result<(Table, Vec<u8>, Vec<u8>), String> {
        let line: Self = serde_json::from_str(line).map_err(|error| error.to_string())?;
        let table = Table::KEPT.into_iter().find(|table| table.name() == line.table);
        let table = table.ok_or_else(|| format!("there is no table `{}`", line.table.escape_default()))?;
        let key = line.key.bytes();
        if KeyWords::of(table, &key).as_ref() != Some(&line.key) {
            return Err(format!("no row of `{}` has such a key", table.name()));
        }
        let value = match (line.record, line.text, line.bytes) {
            (Some(record), None, None) => {
                codec::encode(|| codec::unnamed(table, &key), &record).map_err(|fault| fault.to_string())?
            }
            (None, Some(text), None) => text.into_bytes(),
            (None, None, Some(hex)) => codec::unhex(&hex).ok_or("its bytes are no hex")?,
            _ => return Err("it has no value, or several".to_owned()),
        };
        Ok((table, key, value))
    }
}

impl KeyWords {
    fn of(table: Table, key: &[u8]) -> Option<Self> {
        let words = match table {
            Table::Meta | Table::User | Table::Pipeline | Table::Request | Table::Notice => {
                let (mut texts, mut at) = (Vec::new(), 0);
                while at < key.len() {
                    let (text, end) = Key::text_at(key, at)?;
                    texts.push(text);
                    at = end;
                }
                Self::Texts(texts)
            }
            Table::WaitingRow => {
                let numbers = key.chunks(8).map(Key::last_number);
                Self::Numbers(numbers.collect::<Option<_>>()?)
            }
            _ => Self::Number(Key::last_number(key)?),
        };
        (words.bytes() == key).then_some(words)
    }

    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Number(number) => Key::new().number(*number).into_bytes(),
            Self::Numbers(numbers) => {
                numbers.iter().fold(Key::new(), |key, number| key.number(*number)).into_bytes()
            }
            Self::Texts(texts) => texts.iter().fold(Key::new(), |key, text| key.text(text)).into_bytes(),
        }
    }
}

/// Bytes in lower-case hex.
pub fn to_hex(bytes: &[u8]) -> String {
    codec::hex(bytes)
}

/// The bytes of a hex text; none where it is no such text.
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    codec::unhex(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn there_and_back(table: Table, key: &Key, value: &[u8]) -> String {
        let line = Line::write(table, key.bytes(), value).expect("a line");
        assert_eq!(Line::read(&line), Ok((table, key.bytes().to_vec(), value.to_vec())), "{line}");
        assert!(!line.contains('\n'));
        line
    }

    /// N7: a record is an object for people where that is exact, and bytes where it is not.
    #[test]
    fn n7_a_row_comes_back_as_the_very_bytes() {
        let key = Key::new().number(12);
        let record = serde_json::json!({"z": 1, "a": [null, -3, u64::MAX], "of later": {"x": "é\u{1b}"}});
        let value = codec::encode(String::new, &record).expect("bytes");
        assert_eq!(
            there_and_back(Table::Lead, &key, &value),
            "{\"table\":\"lead\",\"key\":12,\"record\":{\"z\":1,\"a\":[null,-3,18446744073709551615],\
             \"of later\":{\"x\":\"é\\u001b\"}}}"
        );
        // A number in more bytes than it needs, a float, a double key, nothing, noise.
        for value in [
            &[1, 0xce, 0, 0, 0, 7][..],
            &[1, 0xca, 0x3d, 0xcc, 0xcc, 0xcd],
            &[1, 0x82, 0xa1, b'a', 1, 0xa1, b'a', 2],
            &[1, 0xc0],
            &[],
            &[0xff, 0, 1],
        ] {
            let line = there_and_back(Table::Content, &key, value);
            assert!(!line.contains("record") || value == [1, 0xca, 0x3d, 0xcc, 0xcc, 0xcd], "{line}");
        }
        let texts = Key::new().text("sam").text("a\0b");
        assert_eq!(
            there_and_back(Table::Request, &texts, b"agency"),
            "{\"table\":\"request\",\"key\":[\"sam\",\"a\\u0000b\"],\"text\":\"agency\"}"
        );
    }

    #[test]
    fn what_is_no_row_is_refused() {
        assert!(Line::write(Table::Lead, &[1, 2], &[1, 0xc0]).is_err());
        for line in [
            "",
            "{}",
            "{\"table\":\"index\",\"key\":1,\"text\":\"\"}",
            "{\"table\":\"lead\",\"key\":-1,\"text\":\"\"}",
            "{\"table\":\"lead\",\"key\":[1],\"text\":\"\"}",
            "{\"table\":\"lead\",\"key\":[\"kim\"],\"text\":\"\"}",
            "{\"table\":\"request\",\"key\":6,\"text\":\"\"}",
            "{\"table\":\"waiting-row\",\"key\":6,\"text\":\"\"}",
            "{\"table\":\"lead\",\"key\":1}",
            "{\"table\":\"lead\",\"key\":1,\"text\":\"\",\"bytes\":\"00\"}",
            "{\"table\":\"lead\",\"key\":1,\"bytes\":\"0\"}",
            "{\"table\":\"lead\",\"key\":1,\"text\":\"\",\"more\":1}",
        ] {
            assert!(Line::read(line).is_err(), "{line}");
        }
    }

    proptest! {
        #[test]
        fn any_value_comes_back(value in proptest::collection::vec(any::<u8>(), 0..200), number: u64) {
            there_and_back(Table::Mail, &Key::new().number(number), &value);
        }

        #[test]
        fn noise_is_never_a_panic(noise in ".{0,200}") {
            let _ = Line::read(&noise);
        }
    }
}
