//! The lines of a backup as they are written: in order, counted, and hashed to the end.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use super::{BackupFault, End, FileLine, Header};
use crate::store::{Line, Table, to_hex};

/// Lines are handed on in pieces of about this many bytes.
const PIECE: usize = 64 << 10;

/// Where the pieces go; `false` says that no more are wanted.
pub(super) type Sink<'a> = dyn FnMut(String) -> bool + 'a;

/// A backup that is being written.
pub(super) struct Sheet<'a> {
    sink: &'a mut Sink<'a>,
    piece: String,
    hash: Sha256,
    rows: BTreeMap<String, u64>,
    files: u64,
}

impl<'a> Sheet<'a> {
    /// Begins with the header.
    pub(super) fn begin(header: &Header, sink: &'a mut Sink<'a>) -> Result<Self, BackupFault> {
        let mut sheet =
            Self { sink, piece: String::new(), hash: Sha256::new(), rows: BTreeMap::new(), files: 0 };
        sheet.line(&json(header))?;
        Ok(sheet)
    }

    /// A row.
    pub(super) fn row(&mut self, table: Table, key: &[u8], value: &[u8]) -> Result<(), BackupFault> {
        *self.rows.entry(table.name().to_owned()).or_default() += 1;
        self.line(&Line::write(table, key, value)?)
    }

    /// A file of the store: as text where it is one.
    pub(super) fn file(&mut self, name: &str, bytes: &[u8]) -> Result<(), BackupFault> {
        let text = std::str::from_utf8(bytes).ok().map(str::to_owned);
        let bytes = if text.is_none() { Some(to_hex(bytes)) } else { None };
        self.files += 1;
        self.line(&json(&FileLine { file: name.to_owned(), text, bytes }))
    }

    /// The last line.
    pub(super) fn end(mut self) -> Result<(), BackupFault> {
        let sha256 = to_hex(&self.hash.clone().finalize());
        let end = json(&End { rows: std::mem::take(&mut self.rows), files: self.files, sha256 });
        self.line(&end)?;
        self.hand_over()
    }

    fn line(&mut self, line: &str) -> Result<(), BackupFault> {
        self.hash.update(line);
        self.hash.update("\n");
        self.piece.push_str(line);
        self.piece.push('\n');
        if self.piece.len() < PIECE { Ok(()) } else { self.hand_over() }
    }

    fn hand_over(&mut self) -> Result<(), BackupFault> {
        if (self.sink)(std::mem::take(&mut self.piece)) { Ok(()) } else { Err(BackupFault::Gone) }
    }
}

fn json(line: &impl serde::Serialize) -> String {
    serde_json::to_string(line).expect("its keys are texts, and nothing in it can fail")
}
