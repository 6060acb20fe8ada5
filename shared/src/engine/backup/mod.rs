//! A copy of a store as one file: lines of JSON that people can read, whole or not valid at all.
//!
//! The first line says what it is, then comes a line for every row that cannot be rebuilt and for
//! every file that belongs to the store, and the last counts them and has the SHA-256 of all before
//! it. `Spool` takes the copy, `Sheet` writes it, `inspect` reads it without a store,
//! [`restore`] makes a store of it, and [`daily`] keeps one for each of the last days.

mod copy;
pub mod daily;
mod inspection;
mod restore;
mod sheet;
mod spool;

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use copy::Copy;
pub use inspection::inspect;
pub use restore::restore;
pub(super) use spool::{Spool, unsettled};

use crate::lock::LockFault;
use crate::store::StoreFault;

/// The version of this format.
const VERSION: u32 = 1;

/// The first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Header {
    #[serde(rename = "lead backup")]
    version: u32,
    store: String,
    schema: u32,
    at: Timestamp,
    change: u64,
    seq: u64,
    hash: String,
}

/// A line of a file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileLine {
    /// Its path below the store's folder.
    file: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bytes: Option<String>,
}

/// The last line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct End {
    rows: BTreeMap<String, u64>,
    files: u64,
    sha256: String,
}

/// What is in a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Contents {
    /// The store's id.
    pub store: String,
    /// When it was taken.
    pub at: Timestamp,
    /// The last change of its history.
    pub change: u64,
    /// The last activity of its history.
    pub seq: u64,
    /// The head of its history.
    pub hash: String,
    /// Rows by table.
    pub rows: BTreeMap<String, u64>,
    /// Files of the store: its policy, and the bytes of mails that are not settled.
    pub files: u64,
}

impl Contents {
    /// How many rows of the table of this name there are: `lead`, `customer`.
    pub fn count(&self, table: &str) -> u64 {
        self.rows.get(table).copied().unwrap_or(0)
    }
}

/// Why there is no backup, or no store of it.
#[derive(Debug, thiserror::Error)]
pub enum BackupFault {
    /// A file or a folder could not be used.
    #[error("{doing} {}: {source}", path.display())]
    Io {
        /// What was tried: `reading`, `writing`.
        doing: &'static str,
        /// On which path.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It is no backup.
    #[error("{} is no backup of `lead`: {reason}", path.display())]
    NotOne {
        /// The file.
        path: PathBuf,
        /// What it is.
        reason: String,
    },
    /// It is of a later version.
    #[error("{} is of a later `lead`: {found}, and this one knows {known}", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: String,
        /// What we can read.
        known: String,
    },
    /// It is damaged.
    #[error("{} is damaged: line {line}: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// What is wrong there.
        reason: String,
    },
    /// A store is to be made where there is something already.
    #[error("{} is not empty: it holds {found}", path.display())]
    Occupied {
        /// The folder.
        path: PathBuf,
        /// What is there.
        found: String,
    },
    /// Somebody else is making a store there.
    #[error(transparent)]
    Lock(#[from] LockFault),
    /// The store that was copied, or that is made.
    #[error(transparent)]
    Store(StoreFault),
    /// Whoever took the lines has gone.
    #[error("nobody reads any more")]
    Gone,
}

impl From<StoreFault> for BackupFault {
    fn from(fault: StoreFault) -> Self {
        match fault {
            StoreFault::Occupied { path, found } => Self::Occupied { path, found },
            fault => Self::Store(fault),
        }
    }
}

impl BackupFault {
    /// A fault of the system while `doing` something to `path`.
    fn io(doing: &'static str, path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { doing, path, source }
    }
}
