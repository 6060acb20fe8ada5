//! sled 0.34: the one file that names it.
//!
//! Five trees under one transaction. sled keeps `db` (the log), `conf`, `blobs/` (unused: no value
//! is long) and `snap.*` in its folder; a snapshot it syncs itself, and it can do without one. It has
//! assertions that a damaged file or a failing disk can meet: they are faults here, and not printed.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Once, OnceLock};

use sled::transaction::{
    TransactionError, Transactional as _, TransactionalTree, UnabortableTransactionError, abort,
};

use super::chunk::Row;
use super::log::Log;
use super::rescue::Rescue;
use crate::store::{Finish, Rows, Span, StoreFault, Table, Txn, Visit, codec};

/// The trees; the last has the chunks of long values.
const TREES: [&str; 5] = ["records", "journal", "outbox", "index", "chunks"];
const CHUNKS: usize = 4;

/// How often a value is read again that was being rewritten.
const READS: u32 = 100;

/// An open database.
pub(super) struct Database {
    /// Let go first: it has a share in the database.
    rescue: OnceLock<Option<Rescue>>,
    db: sled::Db,
    trees: Vec<sled::Tree>,
    log: Log,
}

impl Database {
    /// Opens the database in the folder `engine`; none when it is not new and yet has not all of
    /// the trees.
    pub(super) fn open(engine: &Path, new: bool, cache_bytes: u64) -> Result<Option<Self>, StoreFault> {
        let config = sled::Config::new()
            .path(engine)
            .cache_capacity(cache_bytes)
            .mode(sled::Mode::LowSpace)
            .use_compression(false)
            .flush_every_ms(None);
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the one place; the folder was looked at before"
        )]
        let db = met(|| config.open())?.map_err(|fault| fault_of(&fault))?;
        let names = db.tree_names();
        if !new && !TREES.iter().all(|tree| names.iter().any(|name| *name == tree.as_bytes())) {
            return Ok(None);
        }
        let trees = met(|| TREES.iter().map(|tree| db.open_tree(tree)).collect::<Result<_, _>>())?;
        let log = Log::open(&engine.join("db"))?;
        let rescue = OnceLock::new();
        Ok(Some(Self { rescue, trees: trees.map_err(|fault| fault_of(&fault))?, db, log }))
    }

    /// Takes room on the disk of `dir` for what is to be committed.
    pub(super) fn take_room(&self, dir: &Path) -> Result<(), StoreFault> {
        self.log.take_room(dir)
    }

    fn tree(&self, table: Table) -> &sled::Tree {
        &self.trees[tree_of(table)]
    }

    /// The value behind a row that was read as `first`, or as it is by now: none when the row is
    /// gone.
    fn value(&self, table: Table, row: &[u8], first: sled::IVec) -> Result<Option<Vec<u8>>, StoreFault> {
        let mut stored = first;
        for _ in 0..READS {
            match Row::parse(&stored).ok_or_else(|| crooked(table, row))? {
                Row::Inline(value) => return Ok(Some(value.to_vec())),
                Row::Cut(cut) => {
                    let chunk = |number| self.trees[CHUNKS].get(chunk_key(row, number));
                    if let Some(value) = met(|| cut.join(chunk))?.map_err(|fault| fault_of(&fault))? {
                        return Ok(Some(value));
                    }
                }
            }
            match met(|| self.tree(table).get(row))?.map_err(|fault| fault_of(&fault))? {
                None => return Ok(None),
                Some(now) => stored = now,
            }
        }
        Err(crooked(table, row))
    }

    /// As [`crate::store::Store::scan`].
    pub(super) fn scan(&self, span: &Span, visit: &mut Visit<'_>) -> Result<(), StoreFault> {
        let from = row_key(span.table, &span.from);
        let to = span.to.as_ref().map_or_else(|| vec![span.table as u8 + 1], |to| row_key(span.table, to));
        if from >= to {
            return Ok(());
        }
        let mut range = self.tree(span.table).range(from..to);
        while let Some(next) = met(|| if span.backwards { range.next_back() } else { range.next() })? {
            let (row, stored) = next.map_err(|fault| fault_of(&fault))?;
            let flow = if let Some(Row::Inline(value)) = Row::parse(&stored) {
                visit(&row[1..], value)?
            } else {
                match self.value(span.table, &row, stored)? {
                    Some(value) => visit(&row[1..], &value)?,
                    None => continue,
                }
            };
            if flow.is_break() {
                break;
            }
        }
        Ok(())
    }

    /// As [`crate::store::Store::transact`]. `work` must not touch the database but through its
    /// `Txn`: sled would wait for itself.
    pub(super) fn transact(
        &self,
        work: &mut dyn FnMut(&mut dyn Txn) -> Result<Finish, StoreFault>,
    ) -> Result<(), Failure> {
        let work = RefCell::new(work);
        let run = |trees: &Vec<TransactionalTree>| {
            let mut txn = SledTxn { trees, stopped: Cell::new(None) };
            let finish = (work.borrow_mut())(&mut txn);
            match (txn.stopped.into_inner(), finish) {
                (Some(stopped), _) => Err(stopped.into()),
                (None, Ok(Finish::Commit)) => Ok(()),
                (None, Ok(Finish::Drop)) => abort(None),
                (None, Err(fault)) => abort(Some(fault)),
            }
        };
        match met(|| self.trees[..].transaction(run)).map_err(Failure::InDoubt)? {
            Ok(()) | Err(TransactionError::Abort(None)) => Ok(()),
            Err(TransactionError::Abort(Some(fault))) => Err(Failure::Without(fault)),
            Err(TransactionError::Storage(fault)) => Err(Failure::InDoubt(fault_of(&fault))),
        }
    }

    /// Puts all that was committed on the disk: sled writes its buffers out, which on Linux is not
    /// yet a sync (its issue 1452); the second step is.
    pub(super) fn sync(&self) -> Result<(), StoreFault> {
        let rescue = self.rescue.get_or_init(|| {
            let db = self.db.clone();
            // Any flush wakes all that wait; with a fault noted, it does not wait itself.
            let wake = move || drop(db.context.global_error().or_else(|_| db.flush().map(|_| ())));
            Rescue::start(wake).ok()
        });
        let flush = || self.db.flush();
        let flushed = met(|| match rescue {
            Some(rescue) => rescue.watch(flush),
            None => flush(),
        });
        flushed?.map_err(|fault| fault_of(&fault))?;
        self.log.sync()
    }

    /// Closes it; false when sled failed even at that.
    pub(super) fn close(self) -> bool {
        met(|| drop(self)).is_ok()
    }
}

/// Why a transaction did not commit.
pub(super) enum Failure {
    /// The work failed; nothing was written.
    Without(StoreFault),
    /// The database failed; what was written is unknown.
    InDoubt(StoreFault),
}

impl Rows for Database {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreFault> {
        let row = row_key(table, key);
        match met(|| self.tree(table).get(&row))?.map_err(|fault| fault_of(&fault))? {
            Some(stored) => self.value(table, &row, stored),
            None => Ok(None),
        }
    }
}

struct SledTxn<'a> {
    trees: &'a [TransactionalTree],
    /// What sled reported: it decides about the transaction whatever the work makes of it.
    stopped: Cell<Option<UnabortableTransactionError>>,
}

impl SledTxn<'_> {
    fn done<T>(&self, result: Result<T, UnabortableTransactionError>) -> Result<T, StoreFault> {
        result.map_err(|stopped| {
            let fault = match &stopped {
                UnabortableTransactionError::Storage(fault) => fault_of(fault),
                UnabortableTransactionError::Conflict => StoreFault::Database(stopped.to_string()),
            };
            self.stopped.set(Some(stopped));
            fault
        })
    }

    /// Removes the chunks of a row's old value from number `from` on.
    fn trim(&self, table: Table, row: &[u8], old: Option<sled::IVec>, from: u32) -> Result<(), StoreFault> {
        let Some(old) = old else { return Ok(()) };
        let chunks = Row::parse(&old).ok_or_else(|| crooked(table, row))?.chunks();
        for number in from..chunks {
            self.done(self.trees[CHUNKS].remove(chunk_key(row, number)))?;
        }
        Ok(())
    }
}

impl Rows for SledTxn<'_> {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreFault> {
        let row = row_key(table, key);
        let Some(stored) = self.done(self.trees[tree_of(table)].get(&row))? else { return Ok(None) };
        match Row::parse(&stored).ok_or_else(|| crooked(table, &row))? {
            Row::Inline(value) => Ok(Some(value.to_vec())),
            Row::Cut(cut) => {
                let value = self.done(cut.join(|number| self.trees[CHUNKS].get(chunk_key(&row, number))))?;
                value.ok_or_else(|| crooked(table, &row)).map(Some)
            }
        }
    }
}

impl Txn for SledTxn<'_> {
    fn put(&mut self, table: Table, key: &[u8], value: &[u8]) -> Result<(), StoreFault> {
        let row = row_key(table, key);
        let stored = Row::of(value);
        let old = self.done(self.trees[tree_of(table)].insert(row.as_slice(), stored.bytes()))?;
        if let Row::Cut(cut) = &stored {
            for (number, chunk) in (0..).zip(cut.split(value)) {
                self.done(self.trees[CHUNKS].insert(chunk_key(&row, number), chunk))?;
            }
        }
        self.trim(table, &row, old, stored.chunks())
    }

    fn delete(&mut self, table: Table, key: &[u8]) -> Result<(), StoreFault> {
        let row = row_key(table, key);
        let old = self.done(self.trees[tree_of(table)].remove(row.as_slice()))?;
        self.trim(table, &row, old, 0)
    }
}

fn tree_of(table: Table) -> usize {
    match table {
        Table::Meta
        | Table::Lead
        | Table::Customer
        | Table::Deal
        | Table::Appointment
        | Table::User
        | Table::Pipeline
        | Table::Count
        | Table::Import
        | Table::WaitingRow => 0,
        Table::Change | Table::Activity | Table::Content | Table::Request => 1,
        Table::Notice | Table::Mail => 2,
        Table::Index => 3,
    }
}

fn row_key(table: Table, key: &[u8]) -> Vec<u8> {
    [&[table as u8], key].concat()
}

/// No two rows share one: the number's length is fixed.
fn chunk_key(row: &[u8], number: u32) -> Vec<u8> {
    [row, &number.to_be_bytes()].concat()
}

fn crooked(table: Table, row: &[u8]) -> StoreFault {
    let record = codec::unnamed(table, row.get(1..).unwrap_or_default());
    StoreFault::Damaged { record, reason: "parts of it are missing".to_owned() }
}

fn fault_of(fault: &sled::Error) -> StoreFault {
    match fault {
        sled::Error::Corruption { .. } => damaged_log(),
        sled::Error::Unsupported(reason) => {
            StoreFault::Damaged { record: "the database's settings".to_owned(), reason: reason.clone() }
        }
        _ => StoreFault::Database(fault.to_string()),
    }
}

fn damaged_log() -> StoreFault {
    let reason = "a checksum does not hold".to_owned();
    StoreFault::Damaged { record: "the database's log".to_owned(), reason }
}

thread_local! {
    static IN_SLED: Cell<bool> = const { Cell::new(false) };
}

/// Runs a call of sled's; an assertion of its that fails is a fault.
fn met<T>(call: impl FnOnce() -> T) -> Result<T, StoreFault> {
    static HUSHED: Once = Once::new();
    HUSHED.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |found| {
            let is_sleds = std::thread::current().name().is_some_and(|name| name.starts_with("sled-io"));
            if !is_sleds && !IN_SLED.get() {
                usual(found);
            }
        }));
    });
    let outer = IN_SLED.replace(true);
    let ended = catch_unwind(AssertUnwindSafe(call));
    IN_SLED.set(outer);
    ended.map_err(|_| damaged_log())
}
