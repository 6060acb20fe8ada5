//! The store on sled: a folder that is looked at before its database is opened, and a database
//! that is marked when it is closed.
//!
//! [`database`] is the only file that names sled; [`folder`] and [`mark`] see to it that no damaged,
//! foreign or missing database passes for an empty one. After a write that failed nobody knows what
//! is on the disk: reads go on, and nothing is written until the database was opened anew. The caller
//! holds the store's lock for as long as this is open.

use std::fs::{self, File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use self::database::{Database, Failure};
use self::mark::Mark;
use self::slot::Slot;
use super::typed::{Typed as _, store_id_key, write};
use super::{Finish, Rows, Span, Store, StoreFault, Table, Txn, Visit, journal};

mod chunk;
mod compaction;
mod database;
mod folder;
mod log;
mod mark;
mod rescue;
mod slot;
#[cfg(test)]
mod tests;

pub use compaction::{clear_old, clear_unfinished_compaction, compact, outgrown};
pub use folder::{SCHEMA, check_vacant, clear_unfinished, make_folder, probe, pulse};

/// How often, ten milliseconds apart, a database is tried that its last holder is still closing.
const CLOSING_TRIES: u32 = 500;

/// Bytes that an empty database takes.
const FIRST: u64 = 3 << 20;

/// How a store is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// How much of the database is kept in memory, in bytes: 64 MiB in the daemon, 16 in `lead`.
    pub cache_bytes: u64,
}

/// A store in a folder. Closed by dropping it: what was committed is then on the disk.
pub struct SledStore {
    dir: PathBuf,
    id: String,
    options: Options,
    slot: Slot,
    /// Set by a fault after which nobody knows what is on the disk.
    uncertain: AtomicBool,
    /// Set by a commit that no sync has followed.
    unsynced: AtomicBool,
    /// The last change that a sync has followed.
    acknowledged: AtomicU64,
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
        folder::check_free(&dir, 0, FIRST)?;
        folder::begin(&dir, id)?;
        let store = Self::new(&dir, id.to_owned(), options, start(&dir, true, options)?);
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
        let log = log(&dir);
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
        folder::check_free(&dir, length, 0)?;
        wait_until_closed(&log)?.ok_or_else(|| StoreFault::Busy(dir.clone()))?;
        folder::remove_unfinished(&engine)?;
        Mark::set_open(&dir)?;
        let database = start(&dir, false, options)?;
        let checked = check(&database, &dir, &id, mark);
        let store = Self::new(&dir, id, options, database);
        let checked = checked.and_then(|change| folder::restrict(&dir).map(|()| change));
        match checked {
            Ok(change) => store.acknowledged.store(change, Ordering::Release),
            Err(_) => store.uncertain.store(true, Ordering::Release),
        }
        checked.map(|_| store)
    }

    /// The store's folder, links resolved.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    fn new(dir: &Path, id: String, options: Options, database: Database) -> Self {
        Self {
            dir: dir.to_owned(),
            id,
            options,
            slot: Slot::new(database),
            uncertain: AtomicBool::new(false),
            unsynced: AtomicBool::new(false),
            acknowledged: AtomicU64::new(0),
        }
    }

    /// Closes a database in doubt and opens it anew. Nobody can read meanwhile, so a disk that fails
    /// once more is given another chance at once.
    fn reopen(&self, old: Option<Database>) -> Result<Database, StoreFault> {
        if let Some(old) = old {
            old.close();
        }
        self.open_again().or_else(|_| self.open_again()).or_else(|_| self.open_again())
    }

    fn open_again(&self) -> Result<Database, StoreFault> {
        let log = log(&self.dir);
        wait_until_closed(&log)?.ok_or_else(|| StoreFault::Busy(self.dir.clone()))?;
        folder::forget_cached(&log)?;
        folder::remove_unfinished(&self.dir.join(folder::ENGINE))?;
        let database = start(&self.dir, false, self.options)?;
        let kept = Mark { change: self.acknowledged.load(Ordering::Acquire), seq: 0, length: None };
        check(&database, &self.dir, &self.id, Some(kept))?;
        Ok(database)
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
        let closed = self.slot.take().is_some_and(Database::close);
        let head = synced?;
        let log = log(&self.dir);
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
        self.slot.borrow()?.get(table, key)
    }
}

impl Store for SledStore {
    fn scan(&self, span: &Span, visit: &mut Visit<'_>) -> Result<(), StoreFault> {
        self.slot.borrow()?.scan(span, visit)
    }

    /// As the contract says; nothing is committed on a disk that is all but full.
    fn transact(
        &self,
        work: &mut dyn FnMut(&mut dyn Txn) -> Result<Finish, StoreFault>,
    ) -> Result<(), StoreFault> {
        self.check_certain()?;
        let database = self.slot.borrow()?;
        let mut work = |txn: &mut dyn Txn| {
            let finish = work(txn)?;
            if finish == Finish::Commit {
                database.take_room(&self.dir)?;
                self.unsynced.store(true, Ordering::Release);
            }
            Ok(finish)
        };
        database.transact(&mut work).map_err(|failure| match failure {
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
        let database = self.slot.borrow()?;
        let synced = database.head().and_then(|head| database.sync().map(|()| head.change));
        match synced {
            Ok(change) => self.acknowledged.store(change, Ordering::Release),
            Err(_) => self.uncertain.store(true, Ordering::Release),
        }
        synced.map(|_| ())
    }

    fn is_in_doubt(&self) -> bool {
        self.uncertain.load(Ordering::Acquire)
    }

    fn renew(&self) -> Result<(), StoreFault> {
        if !self.is_in_doubt() {
            return Ok(());
        }
        let log = log(&self.dir);
        let length = fs::metadata(&log).map_err(StoreFault::io("opening", &log))?.len();
        folder::check_free(&self.dir, length, 0)?;
        folder::try_out(&self.dir)?;
        self.slot.exchange(|old| self.reopen(old))?;
        self.unsynced.store(false, Ordering::Release);
        self.uncertain.store(false, Ordering::Release);
        Ok(())
    }
}

/// The database's log.
fn log(dir: &Path) -> PathBuf {
    dir.join(folder::ENGINE).join("db")
}

fn start(dir: &Path, new: bool, options: Options) -> Result<Database, StoreFault> {
    let database = Database::open(&dir.join(folder::ENGINE), new, options.cache_bytes)?;
    database.ok_or_else(|| incomplete(dir, "its database is empty"))
}

/// Refuses a database that is not the one that `FORMAT` and the mark speak of; its last change.
fn check(database: &Database, dir: &Path, id: &str, mark: Option<Mark>) -> Result<u64, StoreFault> {
    match database.store_id()? {
        None => return Err(incomplete(dir, "its database is empty")),
        Some(found) if found != id => return Err(incomplete(dir, "its database is of another store")),
        Some(_) => {}
    }
    let head = database.head()?;
    mark.map_or(Ok(()), |mark| mark.check_history(dir, head.change, head.seq))?;
    Ok(head.change)
}

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
