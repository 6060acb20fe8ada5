//! What can go wrong with the disk or the database under it.

use std::path::{Path, PathBuf};

use crate::domain::text::size;

/// A fault of the store: nothing the user's request could have avoided.
#[derive(Debug, thiserror::Error)]
pub enum StoreFault {
    /// A file or a folder could not be used.
    #[error("{doing} {}: {source}", path.display())]
    Io {
        /// What was tried: `opening`, `writing`.
        doing: &'static str,
        /// On which path.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The database reported a fault; what it held in hand is uncertain.
    #[error("the database reported: {0}")]
    Database(String),
    /// A row does not decode: it is damaged, or of a later version.
    #[error("{record} cannot be read: {reason}")]
    Damaged {
        /// Which row.
        record: String,
        /// What is wrong with it.
        reason: String,
    },
    /// There is no store in this folder.
    #[error("there is no store in {}", .0.display())]
    Missing(PathBuf),
    /// The folder says it holds a store, and its data are gone or cut.
    #[error("the store in {} is damaged: {reason}", path.display())]
    Incomplete {
        /// The store's folder.
        path: PathBuf,
        /// What is missing.
        reason: String,
    },
    /// The store was written by another program or a later version.
    #[error("the store in {} has format {found}, and this program knows {known}", path.display())]
    Format {
        /// The store's folder.
        path: PathBuf,
        /// What its `FORMAT` says.
        found: String,
        /// What we can read.
        known: String,
    },
    /// No store can be made in this folder: it holds something already.
    #[error("{} is not empty: it holds {found}", path.display())]
    Occupied {
        /// The folder.
        path: PathBuf,
        /// What is there.
        found: String,
    },
    /// Somebody else has it open.
    #[error("the store in {} is busy", .0.display())]
    Busy(PathBuf),
    /// Too little room is left to open it, or to write, safely.
    #[error("the disk of {} is full: {} are free and {} are needed", path.display(), size(*free), size(*needed))]
    Full {
        /// The store's folder.
        path: PathBuf,
        /// Bytes that are free.
        free: u64,
        /// Bytes that are needed.
        needed: u64,
    },
    /// The folder belongs to another account.
    #[error("the store in {} belongs to {owner}", path.display())]
    Foreign {
        /// The store's folder.
        path: PathBuf,
        /// The account it belongs to.
        owner: String,
    },
}

impl StoreFault {
    /// A fault of the system while `doing` something to `path`.
    pub(super) fn io(doing: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { doing, path, source }
    }
}
