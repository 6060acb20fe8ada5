//! MessagePack, as the rows of the store and the messages of the socket are written: fields by their names.
//!
//! What is read may be anybody's bytes. It is not nested without end, and announces nothing that is not
//! there: room is made for what is announced before the first of it is read.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Nothing is nested deeper: it is read by a thread whose stack bears this many times more.
const DEPTH: usize = 128;

/// Appends `value` to `bytes`.
///
/// # Errors
/// Why it cannot be written, in words.
pub(crate) fn write<T: Serialize>(bytes: &mut Vec<u8>, value: &T) -> Result<(), String> {
    rmp_serde::encode::write_named(bytes, value).map_err(|fault| fault.to_string())
}

/// The value in `bytes`.
///
/// # Errors
/// Why it is none, in words.
pub(crate) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    if !is_all_there(bytes) {
        return Err("it announces more than is there".to_owned());
    }
    let mut reader = rmp_serde::Deserializer::from_read_ref(bytes);
    reader.set_max_depth(DEPTH);
    T::deserialize(&mut reader).map_err(|fault| fault.to_string())
}

/// Whether behind each text, list and map stands at least a byte for each thing that it announces.
fn is_all_there(mut bytes: &[u8]) -> bool {
    while let Some((&marker, behind)) = bytes.split_first() {
        // How many bytes its number has, or the number itself; or how many bytes belong to it.
        let (width, number) = match marker {
            0x80..=0x9f => (0, marker & 0x0f),
            0xa0..=0xbf => (0, marker & 0x1f),
            0xc4 | 0xc7 | 0xd9 => (1, 0),
            0xc5 | 0xc8 | 0xda | 0xdc | 0xde => (2, 0),
            0xc6 | 0xc9 | 0xdb | 0xdd | 0xdf => (4, 0),
            0xcc | 0xd0 => (0, 1),
            0xcd | 0xd1 | 0xd4 => (0, 2),
            0xd5 => (0, 3),
            0xca | 0xce | 0xd2 => (0, 4),
            0xd6 => (0, 5),
            0xcb | 0xcf | 0xd3 => (0, 8),
            0xd7 => (0, 9),
            0xd8 => (0, 17),
            0x00..=0x7f | 0xc0..=0xc3 | 0xe0..=0xff => (0, 0),
        };
        let Some((digits, behind)) = behind.split_at_checked(width) else { return false };
        let number = digits.iter().fold(usize::from(number), |sum, digit| sum << 8 | usize::from(*digit));
        let (things, own) = match marker {
            0x80..=0x8f | 0xde | 0xdf => (2 * number, 0),
            0x90..=0x9f | 0xdc | 0xdd => (number, 0),
            0xc7..=0xc9 => (number + 1, number + 1),
            _ => (number, number),
        };
        if things > behind.len() {
            return false;
        }
        bytes = behind.get(own..).unwrap_or_default();
    }
    true
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn what_is_nested_without_end_is_refused() {
        let nested = |depth: usize| [&vec![0x91; depth][..], &[0xc0]].concat();
        assert!(read::<Value>(&nested(DEPTH - 1)).is_ok());
        for depth in [DEPTH + 1, 1_000, 100_000] {
            assert!(read::<Value>(&nested(depth)).is_err(), "{depth}");
        }
    }

    #[test]
    fn no_room_is_made_for_what_is_not_there() {
        for bytes in [
            &[0x92, 0xc0][..],
            &[0x82, 0x01, 0x02, 0x03],
            &[0xa2, b'x'],
            &[0xd9, 2, b'x'],
            &[0xc5, 0, 2, 0],
            &[0xc7, 1, 5],
            &[0xcb, 0, 0, 0, 0],
            &[0xd8, 1],
            &[0xdc, 0, 2, 0xc0],
            &[0xdd, 0xff, 0xff, 0xff, 0xff, 0xc0],
            &[0xdf, 0xff, 0xff, 0xff, 0xff, 0xc0],
            &[0xdc, 0],
        ] {
            assert!(!is_all_there(bytes), "{bytes:x?}");
            assert!(read::<Value>(bytes).is_err(), "{bytes:x?}");
        }
        for bytes in
            [&[0x92, 0xc0, 0xc0][..], &[0xa1, b'x'], &[0xd9, 1, b'x'], &[0xdc, 0, 1, 0xc0], &[0xd6; 6]]
        {
            assert!(is_all_there(bytes), "{bytes:x?}");
        }
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(
            number in any::<i64>(), small in any::<i8>(), size in any::<f64>(), text in ".{0,300}",
            list in prop::collection::vec(any::<u32>(), 0..100), yes in any::<bool>(),
        ) {
            let keys = list.iter().map(|key| (key.to_string(), json!([key, small]))).collect();
            let value = json!({"a": number, "b": size, "c": text, "d": list, "e": yes, "f": Value::Object(keys)});
            let mut bytes = Vec::new();
            write(&mut bytes, &value).unwrap();
            prop_assert_eq!(read::<Value>(&bytes), Ok(value));
        }
    }
}
