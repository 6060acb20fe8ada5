//! The two locks of a store: who may write it, and which daemon serves it (S1).
//!
//! Both are advisory locks on files that stay in place: one that is unlinked could be locked by
//! two at once. The system lets go of a lock when its holder ends, however it ends. Taken by the
//! engine and by the daemon before anything else is opened.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use nix::fcntl::OFlag;

/// Why a lock was not taken.
#[derive(Debug, thiserror::Error)]
pub enum LockFault {
    /// Somebody else holds it.
    #[error("{} is held by {}", path.display(), holder.map_or_else(|| "another process".to_owned(), |pid| format!("process {pid}")))]
    Busy {
        /// The lock's file.
        path: PathBuf,
        /// The holder's process, where the file names one.
        holder: Option<u32>,
    },
    /// Its file could not be used.
    #[error("locking {}: {source}", path.display())]
    Io {
        /// The lock's file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// The right to open a store's database; let go when dropped, after the database is closed.
#[derive(Debug)]
pub struct StoreLock {
    _file: File,
}

impl StoreLock {
    /// The lock's file in the store's folder.
    pub const FILE: &'static str = "lead.lock";

    /// Takes the lock of the store in `dir`, or says at once that it is busy. The folder must
    /// exist.
    pub fn take(dir: &Path) -> Result<Self, LockFault> {
        let path = dir.join(Self::FILE);
        Ok(Self { _file: lock(&path)? })
    }
}

/// The right to be the store's daemon, and to unlink the socket of one that is gone.
#[derive(Debug)]
pub struct DaemonLock {
    _file: File,
}

impl DaemonLock {
    /// The lock's file in the store's folder.
    pub const FILE: &'static str = "leadd.lock";

    /// Takes the lock of the store in `dir` and leaves this process's number in it, or names the
    /// daemon that has it.
    pub fn take(dir: &Path) -> Result<Self, LockFault> {
        let path = dir.join(Self::FILE);
        let mut file = lock(&path)?;
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| writeln!(file, "{}", std::process::id()))
            .map_err(|source| LockFault::Io { path, source })?;
        Ok(Self { _file: file })
    }
}

fn lock(path: &Path) -> Result<File, LockFault> {
    let fault = |source| LockFault::Io { path: path.to_owned(), source };
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .custom_flags((OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK).bits())
        .open(path)
        .map_err(fault)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            Err(LockFault::Busy { path: path.to_owned(), holder: holder(&mut file) })
        }
        Err(TryLockError::Error(source)) => Err(fault(source)),
    }
}

/// The process that a lock's file names; none while its holder has not written it yet.
fn holder(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.take(32).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S1: whoever comes second is told at once.
    #[test]
    fn s1_the_stores_lock_is_for_one() {
        let dir = tempfile::tempdir().expect("a folder");
        let first = StoreLock::take(dir.path()).expect("free");
        assert!(matches!(StoreLock::take(dir.path()), Err(LockFault::Busy { holder: None, .. })));
        drop(first);
        StoreLock::take(dir.path()).expect("free again");
        assert!(dir.path().join(StoreLock::FILE).exists());
    }

    /// S1: a second daemon names the first; the two locks are apart.
    #[test]
    fn s1_the_daemons_lock_names_its_holder() {
        let dir = tempfile::tempdir().expect("a folder");
        std::fs::write(dir.path().join(DaemonLock::FILE), "4294967295 and more").expect("written");
        let _store = StoreLock::take(dir.path()).expect("free");
        let first = DaemonLock::take(dir.path()).expect("free");
        let second = DaemonLock::take(dir.path()).expect_err("busy");
        let pid = std::process::id();
        assert!(matches!(&second, LockFault::Busy { holder: Some(holder), .. } if *holder == pid));
        assert!(second.to_string().ends_with(&format!("leadd.lock is held by process {pid}")));
        drop(first);
        DaemonLock::take(dir.path()).expect("free again");
    }

    #[test]
    fn a_lock_is_no_link_and_needs_its_folder() {
        let dir = tempfile::tempdir().expect("a folder");
        std::os::unix::fs::symlink("/dev/null", dir.path().join(StoreLock::FILE)).expect("linked");
        assert!(matches!(StoreLock::take(dir.path()), Err(LockFault::Io { .. })));
        assert!(matches!(StoreLock::take(&dir.path().join("none")), Err(LockFault::Io { .. })));
    }
}
