//! A database written anew, when its file has outgrown what is in it.
//!
//! The rows go into a fresh store beside, which is read again before the two databases change places
//! in one step; the old one is kept until the next backup. Whatever is cut off leaves either the old
//! database or the new one, each whole and on the disk, and a folder that is nobody's.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::folder::{self, ENGINE};
use super::mark::Mark;
use super::{Options, SledStore};
use crate::store::{CopyIn, StoreFault, Typed as _, copy_out, random, reindex, verify};

/// A shorter file is left alone, in bytes: sled begins with some.
const MATTERS: u64 = 32 << 20;

/// Where the fresh store is made, below the store's folder.
const FRESH: &str = "compact.new";

/// What the names of old ones begin with.
const OLD: &str = "compact.old-";

/// Writes the database of the store in `dir` anew; how many bytes it had and has. The caller holds
/// the store's lock, and the store is not open.
///
/// # Errors
/// What kept it from being done; the store is as it was.
pub fn compact(dir: &Path, options: Options) -> Result<(u64, u64), StoreFault> {
    clear_compaction(dir, FRESH)?;
    let fresh = dir.join(FRESH);
    let made = fill(dir, &fresh, options).and_then(|()| {
        let lengths = (length(dir)?, length(&fresh)?);
        swap(dir, &fresh)?;
        Ok(lengths)
    });
    if made.is_err() {
        clear_compaction(dir, FRESH)?;
    }
    made
}

/// How long the database's file is, where it has outgrown the `bytes` of rows that are in it: more than six
/// times as long, and long enough to matter. A fresh one takes up to three.
///
/// # Errors
/// The disk's.
pub fn outgrown(dir: &Path, bytes: u64) -> Result<Option<u64>, StoreFault> {
    let length = length(dir)?;
    Ok(is_outgrown(length, bytes).then_some(length))
}

fn is_outgrown(length: u64, bytes: u64) -> bool {
    length >= MATTERS && length > bytes.saturating_mul(6)
}

/// Removes what a compaction left that did not come to its end. The store's lock is held.
///
/// # Errors
/// The disk's.
pub fn clear_unfinished_compaction(dir: &Path) -> Result<(), StoreFault> {
    clear_compaction(dir, FRESH)
}

/// Removes the databases that compactions put aside.
///
/// # Errors
/// The disk's.
pub fn clear_old(dir: &Path) -> Result<(), StoreFault> {
    clear_compaction(dir, OLD)
}

fn clear_compaction(dir: &Path, prefix: &str) -> Result<(), StoreFault> {
    for name in folder::list(dir)?.into_iter().filter(|name| name.starts_with(prefix)) {
        let path = dir.join(name);
        match fs::remove_dir_all(&path) {
            Err(fault) if fault.kind() != ErrorKind::NotFound => {
                return Err(StoreFault::io("removing", &path)(fault));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Makes the fresh store and holds it against the old one; both are closed when this returns.
fn fill(dir: &Path, fresh: &Path, options: Options) -> Result<(), StoreFault> {
    let old = SledStore::open(dir, options)?;
    let id = old.store_id()?.unwrap_or_default();
    let new = SledStore::create_of(fresh, &id, options, &mut |new| {
        let mut rows = CopyIn::new(new);
        copy_out(&old, &mut |table, key, value| rows.row(table, key.to_vec(), value.to_vec()))?;
        rows.end()?;
        let is_same = new.head()? == old.head()? && verify(new)? == verify(&old)? && reindex(new)?.is_none();
        if is_same {
            return Ok(());
        }
        Err(StoreFault::Incomplete {
            path: fresh.to_owned(),
            reason: "it does not hold what it was made of".to_owned(),
        })
    })?;
    drop(new);
    drop(old);
    Ok(())
}

/// Lets the two databases change places, and puts the old one aside.
fn swap(dir: &Path, fresh: &Path) -> Result<(), StoreFault> {
    // The clean mark tells the old file's length; without it a store opens as after a kill, by its
    // history alone.
    Mark::set_open(dir)?;
    let (here, there) = (dir.join(ENGINE), fresh.join(ENGINE));
    exchange(&here, &there).map_err(StoreFault::io("exchanging", &here))?;
    folder::sync(dir)?;
    folder::sync(fresh)?;
    let aside = dir.join(format!("{OLD}{}", random()?));
    fs::rename(fresh, &aside).map_err(StoreFault::io("renaming", fresh))?;
    folder::sync(dir)
}

#[cfg(target_os = "linux")]
fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    use nix::fcntl::{AT_FDCWD, RenameFlags, renameat2};
    Ok(renameat2(AT_FDCWD, one, AT_FDCWD, other, RenameFlags::RENAME_EXCHANGE)?)
}

#[cfg(not(target_os = "linux"))]
fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(ErrorKind::Unsupported.into())
}

/// How long the database's file is.
fn length(dir: &Path) -> Result<u64, StoreFault> {
    let log: PathBuf = dir.join(ENGINE).join("db");
    fs::metadata(&log).map(|metadata| metadata.len()).map_err(StoreFault::io("opening", &log))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Finish, Key, Store as _, Table};

    const OPTIONS: Options = Options { cache_bytes: 1 << 20 };

    type Rows = Vec<(Table, Vec<u8>, Vec<u8>)>;

    fn rows(dir: &Path) -> Rows {
        let store = SledStore::open(dir, OPTIONS).expect("it opens");
        let mut rows = Vec::new();
        copy_out(&store, &mut |table, key, value| {
            rows.push((table, key.to_vec(), value.to_vec()));
            Ok::<(), StoreFault>(())
        })
        .expect("it can be read");
        rows
    }

    /// A store whose rows were rewritten many times, closed.
    fn grown(dir: &Path) {
        let store = SledStore::create(dir, OPTIONS).expect("made");
        for round in 0..40_u8 {
            let put = store.transact(&mut |txn| {
                for number in 0..100 {
                    txn.put(Table::Meta, Key::new().text(&format!("row {number}")).bytes(), &[round; 3000])?;
                }
                Ok(Finish::Commit)
            });
            put.and_then(|()| store.sync()).expect("written");
        }
    }

    #[test]
    fn a_file_has_outgrown_what_is_in_it_beyond_six_times() {
        for (length, bytes, has) in [
            (MATTERS - 1, 0, false),
            (MATTERS, 0, true),
            (6 * MATTERS, MATTERS, false),
            (6 * MATTERS + 1, MATTERS, true),
            (u64::MAX, u64::MAX, false),
        ] {
            assert_eq!(is_outgrown(length, bytes), has, "{length} {bytes}");
        }
    }

    #[test]
    fn a_database_is_written_anew_and_the_old_one_kept_until_it_is_cleared() {
        let dir = tempfile::tempdir().expect("a folder");
        let dir = dir.path().join("store");
        grown(&dir);
        let before = rows(&dir);
        let (was, is) = compact(&dir, OPTIONS).expect("compacted");
        assert!(is < was / 3, "{was} {is}");
        assert_eq!(length(&dir).expect("a length"), is);
        assert_eq!(rows(&dir), before);
        let old = folder::list(&dir).expect("a list").into_iter().find(|name| name.starts_with(OLD));
        assert_eq!(rows(&dir.join(old.expect("kept"))), before);
        clear_old(&dir).expect("cleared");
        let names = folder::list(&dir).expect("a list");
        assert!(names.iter().all(|name| !name.starts_with("compact.")), "{names:?}");
        assert_eq!(rows(&dir), before);
    }

    /// Cut off before the exchange there is the old database, after it the new one.
    #[test]
    fn one_that_is_cut_off_leaves_a_whole_store() {
        let dir = tempfile::tempdir().expect("a folder");
        let dir = dir.path().join("store");
        grown(&dir);
        let before = rows(&dir);
        fs::create_dir_all(dir.join(FRESH).join("sled")).expect("a folder");
        fs::write(dir.join(FRESH).join("sled/db"), "half").expect("a file");
        assert_eq!(rows(&dir), before);
        clear_unfinished_compaction(&dir).expect("cleared");
        fill(&dir, &dir.join(FRESH), OPTIONS).expect("made");
        Mark::set_open(&dir).expect("marked");
        assert_eq!(rows(&dir), before);
        Mark::set_open(&dir).expect("marked");
        exchange(&dir.join(ENGINE), &dir.join(FRESH).join(ENGINE)).expect("exchanged");
        assert_eq!(rows(&dir), before);
        compact(&dir, OPTIONS).expect("compacted, with what was left out of the way");
        assert_eq!(rows(&dir), before);
        assert!(!dir.join(FRESH).exists());
    }
}
