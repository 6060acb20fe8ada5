//! The folder of a store: whose it is, what its `FORMAT` says, what else is in it.
//!
//! Everything here happens before the database is opened, because opening one is not harmless:
//! sled creates what it misses, and on a full disk it destroys what it has.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{
    DirBuilderExt as _, FileExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _,
};
use std::path::{Path, PathBuf};

use nix::sys::statvfs::statvfs;
use nix::unistd::{Uid, User, geteuid};

use crate::lock::{DaemonLock, StoreLock};
use crate::store::StoreFault;

/// The folder of the database inside the store's.
pub(super) const ENGINE: &str = "sled";
const FORMAT: &str = "FORMAT";
/// The folder of mails' bytes, which a restoring fills before there is a store.
const OUTBOX: &str = "outbox";
/// Stands in the place of `FORMAT` while a store is made.
const DRAFT: &str = "FORMAT.new";
const ENGINE_VERSION: &str = "sled 0.34";
/// The version of the tables and their rows.
pub const SCHEMA: u32 = 1;
/// Bytes that opening a database takes at most, beside a share of its size.
const OPENING: u64 = 4 << 20;

/// Makes the folder `dir` and those above it, for the owner alone, and puts them on the disk; one
/// that exists is left as it is.
pub fn make_folder(dir: &Path) -> Result<(), StoreFault> {
    if dir.is_dir() {
        return Ok(());
    }
    let parent = parent(dir);
    make_folder(&parent)?;
    match DirBuilder::new().mode(0o700).create(dir) {
        Err(fault) if fault.kind() == ErrorKind::AlreadyExists && dir.is_dir() => Ok(()),
        Err(fault) => Err(StoreFault::io("creating", dir)(fault)),
        Ok(()) => sync(&parent),
    }
}

/// The folder that `dir` stands in.
pub(super) fn parent(dir: &Path) -> PathBuf {
    match dir.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        Some(_) => PathBuf::from("."),
        None => dir.to_owned(),
    }
}

/// Puts a file, or a folder's list of files, on the disk.
pub(super) fn sync(path: &Path) -> Result<(), StoreFault> {
    File::open(path).and_then(|file| file.sync_all()).map_err(StoreFault::io("syncing", path))
}

/// An empty file that nobody but the owner reads, whatever the umask.
pub(super) fn create_file(path: &Path) -> Result<File, StoreFault> {
    let open = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path);
    open.map_err(StoreFault::io("creating", path))
}

/// The folder behind `dir`, links resolved, if it is ours.
pub(super) fn resolve(dir: &Path) -> Result<PathBuf, StoreFault> {
    let path = fs::canonicalize(dir).map_err(|fault| match fault.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => StoreFault::Missing(dir.to_owned()),
        _ => StoreFault::io("opening", dir)(fault),
    })?;
    let metadata = fs::metadata(&path).map_err(StoreFault::io("opening", &path))?;
    if !metadata.is_dir() {
        return Err(StoreFault::Missing(path));
    }
    check_owner(&path, Uid::from_raw(metadata.uid()), geteuid())?;
    Ok(path)
}

fn check_owner(path: &Path, owner: Uid, ours: Uid) -> Result<(), StoreFault> {
    if owner == ours {
        return Ok(());
    }
    let owner = match User::from_uid(owner) {
        Ok(Some(user)) => user.name,
        _ => format!("account {owner}"),
    };
    Err(StoreFault::Foreign { path: path.to_owned(), owner })
}

/// Closes the store's folder and the database in it to everybody else. A group that is let into the
/// folder to read stays: in a team the socket may stand there.
pub(super) fn restrict(dir: &Path) -> Result<(), StoreFault> {
    set_mode(dir, |mode| mode & 0o750)?;
    let engine = dir.join(ENGINE);
    set_mode(&engine, |_| 0o700)?;
    for name in list(&engine)? {
        let path = engine.join(name);
        let mode = if path.is_dir() { 0o700 } else { 0o600 };
        set_mode(&path, |_| mode)?;
    }
    Ok(())
}

fn set_mode(path: &Path, wanted: impl Fn(u32) -> u32) -> Result<(), StoreFault> {
    let metadata = fs::metadata(path).map_err(StoreFault::io("opening", path))?;
    let mode = metadata.permissions().mode() & 0o777;
    if mode == wanted(mode) {
        return Ok(());
    }
    fs::set_permissions(path, Permissions::from_mode(wanted(mode))).map_err(StoreFault::io("changing", path))
}

/// Removes the snapshots that sled was writing when it was killed: it would not open with one.
pub(super) fn remove_unfinished(engine: &Path) -> Result<(), StoreFault> {
    for name in list(engine)? {
        if name.starts_with("snap.") && name.ends_with(".generating") {
            let path = engine.join(name);
            fs::remove_file(&path).map_err(StoreFault::io("removing", &path))?;
        }
    }
    Ok(())
}

/// Refuses what takes `more` bytes, unless 4 MiB and a sixteenth of a database of `length` bytes stay
/// free: so much may be needed to open it, when sled zeroes the end of its log and writes a snapshot.
pub(super) fn check_free(dir: &Path, length: u64, more: u64) -> Result<(), StoreFault> {
    enough(dir, free(dir)?, OPENING + length / 16 + more)
}

fn free(dir: &Path) -> Result<u64, StoreFault> {
    let free = statvfs(dir).map_err(|fault| StoreFault::io("measuring", dir)(fault.into()))?;
    #[allow(clippy::useless_conversion, reason = "the number of blocks is narrower on macOS")]
    let blocks = u64::from(free.blocks_available());
    Ok(blocks.saturating_mul(free.fragment_size()))
}

fn enough(dir: &Path, free: u64, needed: u64) -> Result<(), StoreFault> {
    if free < needed {
        return Err(StoreFault::Full { path: dir.to_owned(), free, needed });
    }
    Ok(())
}

/// Tries whether the disk takes anything: opening a database on one that does not fails half-way.
pub(super) fn try_out(dir: &Path) -> Result<(), StoreFault> {
    let path = dir.join("trial");
    let file = create_file(&path)?;
    let written = file.write_all_at(&[1; 4096], 0).and_then(|()| file.sync_all());
    let removed = fs::remove_file(&path);
    written.and(removed).map_err(StoreFault::io("writing", &path))
}

/// Has what the system keeps in memory of a file read from the disk again: after a failed write it
/// may keep what the disk has not.
#[cfg(target_os = "linux")]
pub(super) fn forget_cached(path: &Path) -> Result<(), StoreFault> {
    use nix::fcntl::{PosixFadviseAdvice, posix_fadvise};
    let file = File::open(path).map_err(StoreFault::io("opening", path))?;
    posix_fadvise(&file, 0, 0, PosixFadviseAdvice::POSIX_FADV_DONTNEED)
        .map_err(|fault| StoreFault::io("reading", path)(fault.into()))
}

/// Elsewhere there is no way to have it read again.
#[cfg(not(target_os = "linux"))]
pub(super) fn forget_cached(_path: &Path) -> Result<(), StoreFault> {
    Ok(())
}

/// Looks whether there is a store of ours in `dir`, and touches nothing.
pub fn probe(dir: &Path) -> Result<(), StoreFault> {
    read_format(&resolve(dir)?).map(|_| ())
}

/// Something that changes whenever a store is written, without opening it; it may change more often.
/// None where that cannot be told.
pub fn pulse(dir: &Path) -> Option<(u64, i64, i64)> {
    let file = fs::metadata(dir.join(ENGINE).join("db")).ok()?;
    Some((file.size(), file.mtime(), file.mtime_nsec()))
}

/// The store's id, if `FORMAT` says that it is one of ours.
pub(super) fn read_format(dir: &Path) -> Result<String, StoreFault> {
    let path = dir.join(FORMAT);
    let incomplete =
        |reason: &str| StoreFault::Incomplete { path: dir.to_owned(), reason: reason.to_owned() };
    match fs::symlink_metadata(&path) {
        Ok(metadata) if metadata.is_file() => {}
        Ok(_) => return Err(incomplete("its FORMAT is not a file")),
        Err(fault) if fault.kind() == ErrorKind::NotFound => {
            let cut = dir.join(ENGINE).exists() && !dir.join(DRAFT).exists();
            return Err(if cut {
                incomplete("its FORMAT is gone")
            } else {
                StoreFault::Missing(dir.to_owned())
            });
        }
        Err(fault) => return Err(StoreFault::io("opening", &path)(fault)),
    }
    let bytes = fs::read(&path).map_err(StoreFault::io("reading", &path))?;
    let text = String::from_utf8_lossy(&bytes);
    let mut lines = text.lines();
    let mut field = |name: &str| lines.next().and_then(|line| line.strip_prefix(name)).map(str::to_owned);
    let (Some(_), Some(engine), Some(schema)) = (field("lead store"), field("engine "), field("schema "))
    else {
        return Err(incomplete("its FORMAT is damaged"));
    };
    if engine != ENGINE_VERSION || schema != SCHEMA.to_string() {
        return Err(StoreFault::Format {
            path: dir.to_owned(),
            found: format!("{engine}, schema {schema}").escape_default().to_string(),
            known: format!("{ENGINE_VERSION}, schema {SCHEMA}"),
        });
    }
    field("id ").filter(|id| !id.is_empty()).ok_or_else(|| incomplete("its FORMAT is damaged"))
}

/// Refuses a folder with anything but a store's locks, its policy, or what a creation that was cut
/// off left. Touches nothing.
pub fn check_vacant(dir: &Path) -> Result<(), StoreFault> {
    let names = list(dir)?;
    let cut_off = names.iter().any(|name| name == DRAFT);
    let ours = |name: &str| match name {
        StoreLock::FILE | DaemonLock::FILE | "lead.toml" | DRAFT => true,
        ENGINE | OUTBOX | super::mark::CLEAN | super::mark::OPEN => cut_off,
        _ => false,
    };
    if let Some(found) = names.into_iter().find(|name| !ours(name)) {
        let found = found.escape_default().to_string();
        return Err(StoreFault::Occupied { path: dir.to_owned(), found });
    }
    Ok(())
}

/// Begins a store in `dir`, which is vacant.
pub(super) fn begin(dir: &Path, id: &str) -> Result<(), StoreFault> {
    check_vacant(dir)?;
    let engine = dir.join(ENGINE);
    match fs::remove_dir_all(&engine) {
        Err(fault) if fault.kind() != ErrorKind::NotFound => {
            return Err(StoreFault::io("removing", &engine)(fault));
        }
        _ => {}
    }
    set_mode(dir, |_| 0o700)?;
    let draft = dir.join(DRAFT);
    let mut file = create_file(&draft)?;
    write!(file, "lead store\nengine {ENGINE_VERSION}\nschema {SCHEMA}\nid {id}\n")
        .and_then(|()| file.sync_all())
        .map_err(StoreFault::io("writing", &draft))?;
    sync(dir)?;
    DirBuilder::new().mode(0o700).create(&engine).map_err(StoreFault::io("creating", &engine))
}

/// Removes what the making of a store left that did not come to its end; a store is left alone.
pub fn clear_unfinished(dir: &Path) -> Result<(), StoreFault> {
    let draft = dir.join(DRAFT);
    if !draft.exists() || dir.join(FORMAT).exists() {
        return Ok(());
    }
    for folder in [dir.join(ENGINE), dir.join(OUTBOX)] {
        match fs::remove_dir_all(&folder) {
            Err(fault) if fault.kind() != ErrorKind::NotFound => {
                return Err(StoreFault::io("removing", &folder)(fault));
            }
            _ => {}
        }
    }
    // The draft goes last: it says that the rest is nobody's.
    for file in [dir.join(super::mark::CLEAN), dir.join(super::mark::OPEN), draft] {
        match fs::remove_file(&file) {
            Err(fault) if fault.kind() != ErrorKind::NotFound => {
                return Err(StoreFault::io("removing", &file)(fault));
            }
            _ => {}
        }
    }
    sync(dir)
}

/// Ends the making of a store: with its data on the disk, it becomes one.
pub(super) fn finish(dir: &Path) -> Result<(), StoreFault> {
    let engine = dir.join(ENGINE);
    restrict(dir)?;
    for name in list(&engine)? {
        sync(&engine.join(name))?;
    }
    sync(&engine)?;
    sync(dir)?;
    let draft = dir.join(DRAFT);
    fs::rename(&draft, dir.join(FORMAT)).map_err(StoreFault::io("renaming", &draft))?;
    sync(dir)?;
    sync(&parent(dir))
}

/// The names in a folder.
pub(super) fn list(dir: &Path) -> Result<Vec<String>, StoreFault> {
    fs::read_dir(dir)
        .and_then(|entries| {
            entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
        })
        .map_err(StoreFault::io("listing", dir))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_must_have_room_before_anything_is_opened() {
        let dir = Path::new("/store");
        assert!(enough(dir, 4 << 20, 4 << 20).is_ok());
        assert_eq!(
            enough(dir, (4 << 20) - 1, 4 << 20).expect_err("full").to_string(),
            "the disk of /store is full: 4.1 MB are free and 4.1 MB are needed"
        );
        assert!(check_free(&std::env::temp_dir(), 0, 0).is_ok());
        assert!(check_free(&std::env::temp_dir(), 0, u64::MAX / 2).is_err());
        assert!(check_free(&std::env::temp_dir(), u64::MAX / 2, 0).is_err());
    }

    /// S4: another account's folder is named and not touched.
    #[test]
    fn s4_a_folder_of_another_account_is_foreign() {
        let fault =
            check_owner(Path::new("/store"), Uid::from_raw(0), Uid::from_raw(1000)).expect_err("foreign");
        assert_eq!(fault.to_string(), "the store in /store belongs to root");
        let nobody = check_owner(Path::new("/store"), Uid::from_raw(3_999_999_999), Uid::from_raw(0));
        assert!(nobody.expect_err("foreign").to_string().ends_with("belongs to account 3999999999"));
        assert!(check_owner(Path::new("/store"), geteuid(), geteuid()).is_ok());
    }
}
