//! The store on sled: a folder that is looked at before its database is opened, and a database
//! that is marked when it is closed.
//!
//! [`database`] is the only file that names sled; [`folder`] and [`mark`] see to it that no damaged,
//! foreign or missing database passes for an empty one. The caller holds the store's lock for as
//! long as this is open.

use std::fs::{self, File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::Duration;

use self::database::{Database, Failure};
use self::mark::Mark;
use super::typed::{Typed as _, store_id_key, write};
use super::{Finish, Rows, Span, Store, StoreFault, Table, Txn, Visit, journal};

mod chunk;
mod compaction;
mod database;
mod folder;
mod mark;
#[cfg(test)]
mod tests;

pub use compaction::{clear_old, clear_unfinished_compaction, compact};
pub use folder::{SCHEMA, check_vacant, clear_unfinished, make_folder, probe, pulse};

/// How often, ten milliseconds apart, a database is tried that its last holder is still closing.
const CLOSING_TRIES: u32 = 500;

/// How a store is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// How much of the database is kept in memory, in bytes: 64 MiB in the daemon, 16 in `lead`.
    pub cache_bytes: u64,
}

/// A store in a folder. Closed by dropping it: what was committed is then on the disk.
pub struct SledStore {
    dir: PathBuf,
    /// Taken by `drop` alone.
    database: Option<Database>,
    /// Set by a fault after which nobody knows what is on the disk.
    uncertain: AtomicBool,
    /// Set by a commit that no sync has followed.
    unsynced: AtomicBool,
}

impl SledStore {
    /// Makes an empty store in `dir` and opens it.
    #[cfg(test)]
    pub fn create(dir: &Path, options: Options) -> Result<Self, StoreFault> {
        Self::create_with(dir, options, &mut |_| Ok(()))
    }

    /// Makes a store in `dir` with what `fill` puts into it, and opens it. The folder is made if it
    /// is not there; it may hold the store's locks and its policy, and nothing else.
    ///
    /// Until all is on the disk there is no store: one that was cut off is begun anew by the next.
    pub fn create_with(
        dir: &Path,
        options: Options,
        fill: &mut dyn FnMut(&mut dyn Txn) -> Result<(), StoreFault>,
    ) -> Result<Self, StoreFault> {
        let id = journal::random()?;
        Self::create_of(dir, &id, options, &mut |store| {
            store.transact(&mut |txn| {
                write(txn, Table::Meta, &store_id_key(), &id)?;
                fill(txn)?;
                Ok(Finish::Commit)
            })
        })
    }

    /// As [`SledStore::create_with`], for a store that has an id already: `fill` puts it where it
    /// belongs, and may take as many transactions as it wants.
    pub fn create_of<E: From<StoreFault>>(
        dir: &Path,
        id: &str,
        options: Options,
        fill: &mut dyn FnMut(&Self) -> Result<(), E>,
    ) -> Result<Self, E> {
        make_folder(dir)?;
        let dir = folder::resolve(dir)?;
        folder::check_free(&dir, 0)?;
        folder::begin(&dir, id)?;
        let store = Self::start(&dir, true, options)?;
        fill(&store)?;
        store.sync()?;
        folder::finish(&dir)?;
        Ok(store)
    }

    /// Opens the store in `dir`. Until the folder is found to be in order, nothing in it is
    /// touched.
    ///
    /// Faults: `Missing`, `Foreign`, `Format`, `Incomplete`, `Full`, `Busy`, and those of the disk.
    pub fn open(dir: &Path, options: Options) -> Result<Self, StoreFault> {
        let dir = folder::resolve(dir)?;
        let id = folder::read_format(&dir)?;
        let engine = dir.join(folder::ENGINE);
        let log = engine.join("db");
        let length = match fs::symlink_metadata(&log) {
            Ok(metadata) if metadata.is_file() && metadata.len() > 0 => metadata.len(),
            Ok(metadata) if metadata.is_file() => return Err(incomplete(&dir, "its database is empty")),
            Ok(_) => return Err(incomplete(&dir, "its database is not a file")),
            Err(fault) if fault.kind() == ErrorKind::NotFound => {
                return Err(incomplete(&dir, "its database is gone"));
            }
            Err(fault) => return Err(StoreFault::io("opening", &log)(fault)),
        };
        if !engine.join("conf").is_file() {
            return Err(incomplete(&dir, "its database's settings are gone"));
        }
        let mark = Mark::read(&dir);
        if let Some(mark) = mark {
            mark.check_length(&dir, length)?;
        }
        folder::check_free(&dir, length)?;
        wait_until_closed(&log)?.ok_or_else(|| StoreFault::Busy(dir.clone()))?;
        folder::remove_unfinished(&engine)?;
        Mark::set_open(&dir)?;
        let store = Self::start(&dir, false, options)?;
        let checked = store.check(&id, mark).and_then(|()| folder::restrict(&dir));
        store.uncertain.store(checked.is_err(), Ordering::Release);
        checked.map(|()| store)
    }

    /// The store's folder, links resolved.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    fn start(dir: &Path, new: bool, options: Options) -> Result<Self, StoreFault> {
        match Database::open(&dir.join(folder::ENGINE), new, options.cache_bytes)? {
            None => Err(incomplete(dir, "its database is empty")),
            database => Ok(Self {
                dir: dir.to_owned(),
                database,
                uncertain: AtomicBool::new(false),
                unsynced: AtomicBool::new(false),
            }),
        }
    }

    /// Refuses a database that is not the one that `FORMAT` and the mark speak of.
    fn check(&self, id: &str, mark: Option<Mark>) -> Result<(), StoreFault> {
        match self.store_id()? {
            None => return Err(incomplete(&self.dir, "its database is empty")),
            Some(found) if found != id => {
                return Err(incomplete(&self.dir, "its database is of another store"));
            }
            Some(_) => {}
        }
        let head = self.head()?;
        mark.map_or(Ok(()), |mark| mark.check_history(&self.dir, head.change, head.seq))
    }

    fn database(&self) -> &Database {
        self.database.as_ref().expect("only `drop` takes it")
    }

    fn check_certain(&self) -> Result<(), StoreFault> {
        if self.uncertain.load(Ordering::Acquire) {
            return Err(StoreFault::Database(
                "a write failed before; the store must be opened again".to_owned(),
            ));
        }
        Ok(())
    }

    /// Syncs, closes and marks. A store that is in doubt is left without a mark.
    fn close(&mut self) -> Result<(), StoreFault> {
        let unsynced = self.unsynced.load(Ordering::Acquire);
        let synced = if unsynced { self.sync() } else { self.check_certain() };
        let synced = synced.and_then(|()| self.head());
        let closed = self.database.take().is_some_and(Database::close);
        let head = synced?;
        let log = self.dir.join(folder::ENGINE).join("db");
        // sled's own threads may still be cutting the file.
        let length = wait_until_closed(&log)?.filter(|_| closed);
        length.map_or(Ok(()), |length| Mark::set_clean(head.change, head.seq, length, &self.dir))
    }
}

impl Drop for SledStore {
    fn drop(&mut self) {
        // Nobody is left to be told: whatever was acknowledged was synced before, and a store that
        // has no mark is opened as one after a kill.
        let _ = self.close();
    }
}

impl Rows for SledStore {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreFault> {
        self.database().get(table, key)
    }
}

impl Store for SledStore {
    fn scan(&self, span: &Span, visit: &mut Visit<'_>) -> Result<(), StoreFault> {
        self.database().scan(span, visit)
    }

    /// As the contract says; after a fault of the database every further write is refused until
    /// the store is opened again, and reads go on.
    fn transact(
        &self,
        work: &mut dyn FnMut(&mut dyn Txn) -> Result<Finish, StoreFault>,
    ) -> Result<(), StoreFault> {
        self.check_certain()?;
        self.unsynced.store(true, Ordering::Release);
        self.database().transact(work).map_err(|failure| match failure {
            Failure::Without(fault) => fault,
            Failure::InDoubt(fault) => {
                self.uncertain.store(true, Ordering::Release);
                fault
            }
        })
    }

    fn sync(&self) -> Result<(), StoreFault> {
        self.check_certain()?;
        self.unsynced.store(false, Ordering::Release);
        self.database().sync().inspect_err(|_| self.uncertain.store(true, Ordering::Release))
    }
}

/// Where the store's id stands in [`Table::Meta`], as in `FORMAT`.
fn incomplete(dir: &Path, reason: &str) -> StoreFault {
    StoreFault::Incomplete { path: dir.to_owned(), reason: reason.to_owned() }
}

/// Waits until nobody holds the database's file, and says how long it is; none when it is held
/// for five seconds. sled's error about this is text.
#[expect(clippy::disallowed_methods, reason = "sled's own threads close the file, and say to nobody when")]
fn wait_until_closed(log: &Path) -> Result<Option<u64>, StoreFault> {
    let fault = |source| StoreFault::io("opening", log)(source);
    let file = File::open(log).map_err(fault)?;
    for _ in 0..CLOSING_TRIES {
        match file.try_lock() {
            Ok(()) => return file.metadata().map(|metadata| Some(metadata.len())).map_err(fault),
            Err(TryLockError::WouldBlock) => sleep(Duration::from_millis(10)),
            Err(TryLockError::Error(source)) => return Err(fault(source)),
        }
    }
    Ok(None)
}
