//! The store as the engine sees it: rows in named tables, scans, one transaction, one sync.
//!
//! No signature here betrays which database stands behind it, and none of its behaviour may be
//! relied on: a transaction may be run again, reads inside it are point reads, and a scan outside
//! one yields candidates that are loaded and checked again. [`Typed`] and [`TypedTxn`] put the
//! domain's records on top; the engine uses those. Nobody but the engine opens a store.

mod codec;
#[cfg(test)]
mod conformance;
mod copy;
mod fault;
mod journal;
mod key;
mod readable;
mod record;
mod rehearsal;
mod reindex;
mod sled_store;
mod table;
mod typed;

pub use copy::{CopyIn, VisitRow, check_row, copy_out, decode_row, encode_row};
pub use fault::StoreFault;
pub use journal::{Break, Breakage, Head, NewChange, Walk, random, verify};
pub use key::Key;
pub use readable::{Line, from_hex, to_hex};
pub use record::Record;
pub use rehearsal::Rehearsal;
pub use reindex::{Difference, reindex, repair};
pub use sled_store::{
    Options, SCHEMA, SledStore, check_vacant, clear_old, clear_unfinished, clear_unfinished_compaction,
    compact, make_folder, outgrown, probe, pulse,
};
pub use table::{Index, Table};
pub use typed::{Count, Numbered, Page, Typed, TypedStore, TypedTxn};

use std::ops::ControlFlow;

/// Point reads.
pub trait Rows {
    /// The value under `key`, or none.
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreFault>;
}

/// The inside of a transaction: point reads that see its own writes, and writes.
pub trait Txn: Rows {
    /// Sets the value under `key`, of any length.
    fn put(&mut self, table: Table, key: &[u8], value: &[u8]) -> Result<(), StoreFault>;

    /// Removes the value under `key`; nothing there is no fault.
    fn delete(&mut self, table: Table, key: &[u8]) -> Result<(), StoreFault>;
}

/// What becomes of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finish {
    /// All of its writes, at once.
    Commit,
    /// None of them.
    Drop,
}

/// A stretch of one table, in the order of its keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Where.
    pub table: Table,
    /// The first key.
    pub from: Vec<u8>,
    /// The first key behind the stretch; none for the table's end.
    pub to: Option<Vec<u8>>,
    /// From the last key to the first.
    pub backwards: bool,
}

/// A visitor of keys and values; `Break` ends the scan.
pub type Visit<'a> = dyn FnMut(&[u8], &[u8]) -> Result<ControlFlow<()>, StoreFault> + 'a;

/// A database.
pub trait Store: Rows + Send + Sync {
    /// Visits a stretch of a table. Not a snapshot: what it yields is loaded and checked again by
    /// whoever decides on it. The first fault ends it.
    fn scan(&self, span: &Span, visit: &mut Visit<'_>) -> Result<(), StoreFault>;

    /// Runs `work` as one transaction over all tables. It may be run again from the start, so it
    /// must have no effect but through the `Txn` and on what it resets itself.
    ///
    /// A fault leaves the outcome unknown; `Drop` leaves no trace.
    fn transact(
        &self,
        work: &mut dyn FnMut(&mut dyn Txn) -> Result<Finish, StoreFault>,
    ) -> Result<(), StoreFault>;

    /// Puts on the disk all that was committed. Only then may it be acknowledged.
    fn sync(&self) -> Result<(), StoreFault>;

    /// True since a fault after which nobody knows what is on the disk: nothing is written until
    /// [`Store::renew`] has helped, and what is read may be more than was saved.
    fn is_in_doubt(&self) -> bool;

    /// Opens anew a database that is in doubt, if the disk allows it by now, with all that was ever
    /// acknowledged. Waits for the scans that are under way, and holds up those that come meanwhile.
    ///
    /// A fault leaves it in doubt.
    fn renew(&self) -> Result<(), StoreFault>;
}
