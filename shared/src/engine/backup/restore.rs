//! A store out of a backup, where there is none: all of it or nothing.
//!
//! It is made as any store is: until everything in it is on the disk and was read again, there is no
//! `FORMAT`, and so no store.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

use super::inspection::{Part, inspect, read};
use super::spool::POLICY;
use super::{BackupFault, Contents};
use crate::engine::mail::FOLDER;
use crate::lock::StoreLock;
use crate::store::{
    CopyIn, Options, SledStore, StoreFault, Typed as _, check_vacant, clear_unfinished, make_folder, probe,
    reindex, verify,
};

/// Makes the store in `dir` that the backup at `path` holds; what it held.
///
/// # Errors
/// A backup that is not in order, a folder that holds something, and faults of the disk. There is
/// then no store in `dir`, as before.
pub fn restore(path: &Path, dir: &Path, cache_bytes: u64) -> Result<Contents, BackupFault> {
    let contents = inspect(path)?;
    make_folder(dir)?;
    check_free(path, dir)?;
    let _lock = StoreLock::take(dir)?;
    // Somebody may have made one while we waited for the lock.
    check_free(path, dir)?;
    let made = SledStore::create_of(dir, &contents.store, Options { cache_bytes }, &mut |store| {
        fill(store, path, dir, &contents)
    });
    match made {
        Ok(store) => {
            drop(store);
            Ok(contents)
        }
        Err(fault) => {
            // What was left is found by whoever makes a store here next, and begun anew.
            let _ = clear_unfinished(dir);
            Err(fault)
        }
    }
}

/// Refuses a folder with a store, with anything else, or with another policy than the backup's.
fn check_free(path: &Path, dir: &Path) -> Result<(), BackupFault> {
    if probe(dir).is_ok() {
        return Err(BackupFault::Occupied { path: dir.to_owned(), found: "a store".to_owned() });
    }
    check_vacant(dir)?;
    let policy = dir.join(POLICY);
    let Ok(there) = fs::read(&policy) else { return Ok(()) };
    let mut is_same = false;
    read(path, &mut |part, _| {
        is_same |= matches!(part, Part::File(name, bytes) if name == POLICY && bytes == there);
        Ok(())
    })?;
    if is_same {
        return Ok(());
    }
    Err(BackupFault::Occupied { path: dir.to_owned(), found: POLICY.to_owned() })
}

fn fill(store: &SledStore, path: &Path, dir: &Path, contents: &Contents) -> Result<(), BackupFault> {
    let mut rows = CopyIn::new(store);
    let mut policy = None;
    read(path, &mut |part, damaged| match part {
        Part::Row(table, key, value) => rows.row(table, key, value).map_err(|fault| match fault {
            fault @ StoreFault::Damaged { .. } => damaged(fault.to_string()),
            fault => fault.into(),
        }),
        Part::File(name, bytes) if name == POLICY => {
            policy = Some(bytes);
            Ok(())
        }
        Part::File(name, bytes) => {
            let folder = dir.join(FOLDER);
            make(&folder)?;
            write(&dir.join(name), &bytes)
        }
    })?;
    rows.end()?;
    check(store, dir, contents)?;
    if dir.join(FOLDER).is_dir() {
        sync(&dir.join(FOLDER))?;
    }
    match policy {
        Some(bytes) => write(&dir.join(POLICY), &bytes),
        None => Ok(()),
    }
}

/// Reads again what was written.
fn check(store: &SledStore, dir: &Path, contents: &Contents) -> Result<(), BackupFault> {
    let wrong = |reason: String| StoreFault::Incomplete { path: dir.to_owned(), reason };
    if let Some(first) = verify(store)?.first() {
        return Err(wrong(format!("its history breaks at {}: {:?}", first.seq, first.how)).into());
    }
    let head = store.head()?;
    if (head.change, head.seq, &head.hash) != (contents.change, contents.seq, &contents.hash) {
        return Err(wrong("its history ends elsewhere than the backup's".to_owned()).into());
    }
    if store.store_id()?.as_ref() != Some(&contents.store) {
        return Err(wrong("it is of another store than the backup says".to_owned()).into());
    }
    let difference = reindex(store)?;
    if difference.is_none() {
        return Ok(());
    }
    Err(wrong(format!("{} of its index entries differ from its records", difference.entries)).into())
}

fn make(folder: &Path) -> Result<(), BackupFault> {
    match DirBuilder::new().mode(0o700).create(folder) {
        Err(fault) if fault.kind() != ErrorKind::AlreadyExists => {
            Err(BackupFault::io("creating", folder)(fault))
        }
        _ => Ok(()),
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), BackupFault> {
    let open = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path);
    open.and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .map_err(BackupFault::io("writing", path))
}

fn sync(folder: &Path) -> Result<(), BackupFault> {
    File::open(folder).and_then(|file| file.sync_all()).map_err(BackupFault::io("syncing", folder))
}
