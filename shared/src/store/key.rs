//! Keys: big-endian numbers and escaped text, so that bytes sort as the values do and no value can
//! forge a separator.

use jiff::Timestamp;
use jiff::civil::Date;

use super::Span;
use super::table::{Index, Table};

/// A key under construction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Key(Vec<u8>);

impl Key {
    /// An empty key.
    pub fn new() -> Self {
        Self::default()
    }

    /// The start of an entry of `index`.
    pub fn index(index: Index) -> Self {
        Self(vec![index as u8])
    }

    /// Appends a number, eight bytes.
    #[must_use]
    pub fn number(mut self, number: u64) -> Self {
        self.0.extend(number.to_be_bytes());
        self
    }

    /// Appends a text and its end: NUL is written as `00 FF`, the end as `00 00`.
    #[must_use]
    pub fn text(mut self, text: &str) -> Self {
        for byte in text.bytes() {
            self.0.push(byte);
            if byte == 0 {
                self.0.push(0xFF);
            }
        }
        self.0.extend([0, 0]);
        self
    }

    /// Appends an instant, to the nanosecond; earlier ones sort first.
    #[must_use]
    pub fn instant(mut self, at: Timestamp) -> Self {
        self.0.extend(((at.as_nanosecond() as u128) ^ (1 << 127)).to_be_bytes());
        self
    }

    /// Appends a civil date; earlier ones sort first.
    #[must_use]
    pub fn date(mut self, date: Date) -> Self {
        self.0.extend(((date.year() as u16) ^ 0x8000).to_be_bytes());
        self.0.extend([date.month() as u8, date.day() as u8]);
        self
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The bytes, taken.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// Every key of `table` that starts with this one.
    pub fn span(self, table: Table) -> Span {
        let to = successor(&self.0);
        Span { table, from: self.0, to, backwards: false }
    }

    /// Every key of `table` from this one on that is below `end`.
    pub fn until(self, end: Self, table: Table) -> Span {
        Span { table, from: self.0, to: Some(end.0), backwards: false }
    }

    /// The text that starts at byte `start` of a key, and where it ends.
    pub fn text_at(key: &[u8], start: usize) -> Option<(String, usize)> {
        let (mut text, mut at) = (Vec::new(), start);
        loop {
            match key.get(at..)? {
                [0, 0, ..] => return Some((String::from_utf8(text).ok()?, at + 2)),
                [0, 0xFF, ..] => {
                    text.push(0);
                    at += 2;
                }
                [0, ..] | [] => return None,
                [byte, ..] => {
                    text.push(*byte);
                    at += 1;
                }
            }
        }
    }

    /// The number in the last eight bytes of a key.
    pub fn last_number(key: &[u8]) -> Option<u64> {
        key.last_chunk::<8>().map(|bytes| u64::from_be_bytes(*bytes))
    }
}

/// The first key behind all that start with `prefix`; none when there is none.
fn successor(prefix: &[u8]) -> Option<Vec<u8>> {
    let keep = prefix.iter().rposition(|byte| *byte != 0xFF)?;
    let mut next = prefix[..=keep].to_vec();
    next[keep] += 1;
    Some(next)
}
