//! Why a file of ours cannot be used.

use std::io;
use std::path::PathBuf;

use super::finding::Finding;

/// A configuration that cannot be read, is not valid, or cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum ConfigFault {
    /// The disk or its rights are in the way.
    #[error("{doing} {}: {source}", path.display())]
    Io {
        /// What was tried: `reading`, `writing`.
        doing: &'static str,
        /// On which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is a folder, a pipe or a device.
    #[error("{} is not a file", .0.display())]
    NotAFile(PathBuf),
    /// It is larger than any file of this kind.
    #[error("{} has {size} bytes, and {limit} is the most", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size; for one that grows while it is read, what was read.
        size: u64,
        /// The limit.
        limit: u64,
    },
    /// Its text is wrong at one place at least; the first is in the message.
    #[error("{}:{}", path.display(), findings.first().map(ToString::to_string).unwrap_or_default())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// All that was found, in the order of the text; never empty.
        findings: Vec<Finding>,
    },
    /// It is there already, and would be lost.
    #[error("{} is there already", .0.display())]
    Exists(PathBuf),
}

impl ConfigFault {
    /// What to do about it, a line each.
    pub fn hints(&self) -> Vec<String> {
        match self {
            Self::Invalid { findings, .. } => {
                findings.first().map(|finding| finding.hints.clone()).unwrap_or_default()
            }
            Self::Exists(_) => vec!["it is changed in an editor: `lead config path`".to_owned()],
            Self::Io { .. } | Self::NotAFile(_) | Self::TooLarge { .. } => Vec::new(),
        }
    }
}
