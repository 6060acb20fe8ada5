//! How a value of any length is kept in values of at most 4 KiB.
//!
//! sled moves long values into files of their own, which it never syncs. So a longer value is cut:
//! its first row holds a length and a tag, its chunks stand apart under key and number, each
//! behind the same tag. A reader outside a transaction sees by the tag when it met the chunks of
//! two writes.

use sha2::{Digest, Sha256};

/// The longest value of a row.
const ROW: usize = 4096;
const TAG: usize = 8;
const BODY: usize = ROW - TAG;
const INLINE: u8 = 0;
const CUT: u8 = 1;

/// A row's value as stored.
pub(super) enum Row<'a> {
    /// The value itself.
    Inline(&'a [u8]),
    /// The value is in chunks.
    Cut(Cut),
}

impl<'a> Row<'a> {
    /// Reads the value of a row; none when it is no such value.
    pub(super) fn parse(stored: &'a [u8]) -> Option<Self> {
        match stored.split_first()? {
            (&INLINE, value) => Some(Self::Inline(value)),
            (&CUT, rest) => {
                let (length, tag) = rest.split_first_chunk::<8>()?;
                let tag = tag.try_into().ok()?;
                Some(Self::Cut(Cut { length: u64::from_be_bytes(*length), tag }))
            }
            _ => None,
        }
    }

    /// The row for `value`.
    pub(super) fn of(value: &'a [u8]) -> Self {
        if value.len() < ROW {
            return Self::Inline(value);
        }
        let mut tag = [0; TAG];
        tag.copy_from_slice(&Sha256::digest(value)[..TAG]);
        Self::Cut(Cut { length: value.len() as u64, tag })
    }

    /// The bytes to store.
    pub(super) fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Inline(value) => [&[INLINE], *value].concat(),
            Self::Cut(cut) => [&[CUT], &cut.length.to_be_bytes()[..], &cut.tag].concat(),
        }
    }

    /// How many chunks stand apart.
    pub(super) fn chunks(&self) -> u32 {
        match self {
            Self::Inline(_) => 0,
            Self::Cut(cut) => u32::try_from(cut.length.div_ceil(BODY as u64)).unwrap_or(u32::MAX),
        }
    }
}

/// A value in chunks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Cut {
    length: u64,
    tag: [u8; TAG],
}

impl Cut {
    /// The chunks of `value`, in order.
    pub(super) fn split(self, value: &[u8]) -> impl Iterator<Item = Vec<u8>> + '_ {
        value.chunks(BODY).map(move |body| [&self.tag, body].concat())
    }

    /// The value, from what `chunk` yields; none when a chunk is missing or of another write.
    pub(super) fn join<C: AsRef<[u8]>, E>(
        self,
        mut chunk: impl FnMut(u32) -> Result<Option<C>, E>,
    ) -> Result<Option<Vec<u8>>, E> {
        let mut value = Vec::new();
        for number in 0..Row::Cut(self).chunks() {
            let Some(chunk) = chunk(number)? else { return Ok(None) };
            let Some(body) = chunk.as_ref().strip_prefix(&self.tag) else { return Ok(None) };
            value.extend_from_slice(body);
        }
        Ok(Some(value).filter(|value| value.len() as u64 == self.length))
    }
}
