//! The mark beside the database: how far it was when it was last closed.
//!
//! sled opens a cut log as an older store and a missing one as an empty one, both without an error.
//! After a clean close `mark.clean` says how long the file was and how far the history; opening
//! renames it to `mark.open`, from then on only its history counts. A mark that does not parse or
//! whose check does not hold is no mark: it is a guard, not a truth.

use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::folder;
use crate::store::StoreFault;

pub(super) const CLEAN: &str = "mark.clean";
pub(super) const OPEN: &str = "mark.open";

/// How far a store was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// The last change.
    pub(super) change: u64,
    /// The last activity.
    pub(super) seq: u64,
    /// The length of the database's file in bytes, where it was closed cleanly.
    pub(super) length: Option<u64>,
}

impl Mark {
    /// The mark of the store in `dir`; none when there is none.
    pub(super) fn read(dir: &Path) -> Option<Self> {
        let clean = fs::read_to_string(dir.join(CLEAN)).ok().and_then(|text| Self::parse(&text));
        clean.or_else(|| {
            let open = Self::parse(&fs::read_to_string(dir.join(OPEN)).ok()?)?;
            Some(Self { length: None, ..open })
        })
    }

    fn parse(text: &str) -> Option<Self> {
        let mut numbers = ["change ", "seq ", "length "].into_iter().zip(text.lines()).map(|(name, line)| {
            let number = line.strip_prefix(name)?;
            number.parse::<u64>().ok()
        });
        let (change, seq, length) = (numbers.next()??, numbers.next()??, numbers.next()??);
        (text == Self::text(change, seq, length)).then_some(Self { change, seq, length: Some(length) })
    }

    /// A mark as it is written, with a check of what it says.
    pub(super) fn text(change: u64, seq: u64, length: u64) -> String {
        let said = format!("change {change}\nseq {seq}\nlength {length}\n");
        let digest = Sha256::digest(&said);
        let check: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        format!("{said}check {check}\n")
    }

    /// Takes the clean mark away before the database is opened: what is opened may be cut short.
    pub(super) fn set_open(dir: &Path) -> Result<(), StoreFault> {
        let clean = dir.join(CLEAN);
        match fs::rename(&clean, dir.join(OPEN)) {
            Err(fault) if fault.kind() == ErrorKind::NotFound => Ok(()),
            Err(fault) => Err(StoreFault::io("renaming", &clean)(fault)),
            Ok(()) => folder::sync(dir),
        }
    }

    /// Sets the clean mark. It is not synced: without it a store opens as after a kill.
    pub(super) fn set_clean(change: u64, seq: u64, length: u64, dir: &Path) -> Result<(), StoreFault> {
        let (new, clean) = (dir.join("mark.new"), dir.join(CLEAN));
        let mut file = folder::create_file(&new)?;
        file.write_all(Self::text(change, seq, length).as_bytes())
            .map_err(StoreFault::io("writing", &new))?;
        fs::rename(&new, &clean).map_err(StoreFault::io("renaming", &new))?;
        match fs::remove_file(dir.join(OPEN)) {
            Err(fault) if fault.kind() != ErrorKind::NotFound => {
                Err(StoreFault::io("removing", &dir.join(OPEN))(fault))
            }
            _ => Ok(()),
        }
    }

    /// Refuses a database whose file is shorter than it was left.
    pub(super) fn check_length(self, dir: &Path, now: u64) -> Result<(), StoreFault> {
        match self.length {
            Some(length) if now < length => Err(StoreFault::Incomplete {
                path: dir.to_owned(),
                reason: format!("its database was {length} bytes long and is {now}"),
            }),
            _ => Ok(()),
        }
    }

    /// Refuses a history that ends before it ended.
    pub(super) fn check_history(self, dir: &Path, change: u64, seq: u64) -> Result<(), StoreFault> {
        if change >= self.change && seq >= self.seq {
            return Ok(());
        }
        Err(StoreFault::Incomplete {
            path: dir.to_owned(),
            reason: format!("its history went to change {} and ends at {change}", self.change),
        })
    }
}
