//! sled 0.34: the one file that names it.
//!
//! Five trees under one transaction. sled keeps `db` (the log), `conf`, `blobs/` (unused: no value
//! is long) and `snap.*` in its folder; a snapshot it syncs itself, and it can do without one.

use std::cell::{Cell, RefCell};
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use sled::transaction::{
    TransactionError, Transactional as _, TransactionalTree, UnabortableTransactionError, abort,
};

use super::chunk::Row;
use crate::store::{Finish, Rows, Span, StoreFault, Table, Txn, Visit, codec};

/// The trees; the last has the chunks of long values.
const TREES: [&str; 5] = ["records", "journal", "outbox", "index", "chunks"];
const CHUNKS: usize = 4;

/// How often a value is read again that was being rewritten.
const READS: u32 = 100;

/// An open database.
pub(super) struct Database {
    db: sled::Db,
    trees: Vec<sled::Tree>,
    log: File,
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
        // sled has assertions that a damaged file can meet.
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the one place; the folder was looked at before"
        )]
        let db = catch_unwind(AssertUnwindSafe(|| config.open()))
            .map_err(|_| damaged_log())?
            .map_err(|fault| fault_of(&fault))?;
        let names = db.tree_names();
        if !new && !TREES.iter().all(|tree| names.iter().any(|name| *name == tree.as_bytes())) {
            return Ok(None);
        }
        let trees = TREES.iter().map(|tree| db.open_tree(tree)).collect::<Result<_, _>>();
        let path = engine.join("db");
        let log = File::open(&path).map_err(StoreFault::io("opening", &path))?;
        Ok(Some(Self { trees: trees.map_err(|fault| fault_of(&fault))?, db, log }))
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
                    if let Some(value) = cut.join(chunk).map_err(|fault| fault_of(&fault))? {
                        return Ok(Some(value));
                    }
                }
            }
            match self.tree(table).get(row).map_err(|fault| fault_of(&fault))? {
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
        while let Some(next) = if span.backwards { range.next_back() } else { range.next() } {
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
        let ended = self.trees[..].transaction(|trees: &Vec<TransactionalTree>| {
            let mut txn = SledTxn { trees, stopped: Cell::new(None) };
            let finish = (work.borrow_mut())(&mut txn);
            match (txn.stopped.into_inner(), finish) {
                (Some(stopped), _) => Err(stopped.into()),
                (None, Ok(Finish::Commit)) => Ok(()),
                (None, Ok(Finish::Drop)) => abort(None),
                (None, Err(fault)) => abort(Some(fault)),
            }
        });
        match ended {
            Ok(()) | Err(TransactionError::Abort(None)) => Ok(()),
            Err(TransactionError::Abort(Some(fault))) => Err(Failure::Without(fault)),
            Err(TransactionError::Storage(fault)) => Err(Failure::InDoubt(fault_of(&fault))),
        }
    }

    /// Puts all that was committed on the disk: sled writes its buffers out, which on Linux is not
    /// yet a sync (its issue 1452); the second step is.
    pub(super) fn sync(&self) -> Result<(), StoreFault> {
        self.db.flush().map_err(|fault| fault_of(&fault))?;
        self.log.sync_data().map_err(|fault| StoreFault::Database(format!("syncing its log: {fault}")))
    }

    /// Closes it; false when sled failed even at that.
    pub(super) fn close(self) -> bool {
        catch_unwind(AssertUnwindSafe(|| drop(self))).is_ok()
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
        match self.tree(table).get(&row).map_err(|fault| fault_of(&fault))? {
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
