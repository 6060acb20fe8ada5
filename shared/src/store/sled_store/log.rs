//! sled's log as a file: its length, its sync, and the room that is taken for it ahead of time.
//!
//! sled cannot go on after a write that found no room, not even reading. So room behind the end of
//! the log is taken before anything is committed; what finds none then is refused, and no harm is
//! done. Where a file system cannot do that, what is free is looked at, and that is all.

use std::fs::{File, OpenOptions};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::folder;
use crate::store::StoreFault;

/// Bytes behind the log's end that a commit finds taken, at least; twice as many are taken at once.
const AHEAD: u64 = 1 << 20;

/// The file, beside the one that sled has open.
pub(super) struct Log {
    file: File,
    taken: Mutex<Taken>,
}

/// Room that was taken.
#[derive(Default)]
struct Taken {
    /// How long the log was.
    length: u64,
    /// Up to where there is room.
    to: u64,
}

impl Log {
    /// The log at `path`, which exists.
    pub(super) fn open(path: &Path) -> Result<Self, StoreFault> {
        let file = OpenOptions::new().read(true).write(true).open(path);
        Ok(Self { file: file.map_err(StoreFault::io("opening", path))?, taken: Mutex::default() })
    }

    /// Puts on the disk what was written to it.
    pub(super) fn sync(&self) -> Result<(), StoreFault> {
        self.file.sync_data().map_err(|fault| StoreFault::Database(format!("syncing its log: {fault}")))
    }

    /// Takes room for what is to be committed, and leaves enough on the disk of `dir` for opening.
    pub(super) fn take_room(&self, dir: &Path) -> Result<(), StoreFault> {
        let metadata = self.file.metadata();
        let length = metadata.map_err(|fault| StoreFault::Database(format!("its log: {fault}")))?.len();
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if length < taken.length {
            // It was cut, and the room behind it given back.
            taken.to = 0;
        }
        taken.length = length;
        if length + AHEAD <= taken.to {
            return folder::check_free(dir, length, 0);
        }
        folder::check_free(dir, length, 2 * AHEAD)?;
        allocate(&self.file, length, 2 * AHEAD).map_err(|fault| StoreFault::Io {
            doing: "taking room in",
            path: dir.to_owned(),
            source: fault,
        })?;
        taken.to = length + 2 * AHEAD;
        Ok(())
    }
}

/// Takes the room; its length stays. Where that cannot be done nothing is.
#[cfg(target_os = "linux")]
fn allocate(file: &File, from: u64, bytes: u64) -> std::io::Result<()> {
    use nix::errno::Errno;
    use nix::fcntl::{FallocateFlags, fallocate};
    let (Ok(from), Ok(bytes)) = (i64::try_from(from), i64::try_from(bytes)) else { return Ok(()) };
    match fallocate(file, FallocateFlags::FALLOC_FL_KEEP_SIZE, from, bytes) {
        Err(fault @ (Errno::ENOSPC | Errno::EDQUOT | Errno::EIO | Errno::EROFS)) => Err(fault.into()),
        _ => Ok(()),
    }
}

#[cfg(not(target_os = "linux"))]
fn allocate(_file: &File, _from: u64, _bytes: u64) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt as _;

    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn room_is_taken_behind_the_end() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("db");
        std::fs::write(&path, "log").expect("written");
        let log = Log::open(&path).expect("opened");
        let found = || std::fs::metadata(&path).map(|file| (file.len(), file.blocks() * 512)).expect("there");
        log.take_room(dir.path()).expect("taken");
        assert_eq!(found().0, 3);
        let (_, first) = found();
        assert!(first >= 2 * AHEAD, "{first}");
        log.take_room(dir.path()).expect("there is still enough");
        assert_eq!(found(), (3, first));
        std::fs::File::options().write(true).open(&path).and_then(|file| file.set_len(1)).expect("cut");
        log.take_room(dir.path()).expect("taken anew");
        assert!(found().1 >= 2 * AHEAD);
    }
}
