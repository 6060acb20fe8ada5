//! Rows out of one store and into another: all that cannot be rebuilt, byte for byte.
//!
//! Called by the backup. Whoever copies out keeps the writer still meanwhile: a scan is no snapshot.
//! What is copied in gets its index entries and counters from the records themselves.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use super::{Finish, Key, Record, Store, StoreFault, Table, codec};
use crate::domain::activity::{Activity, Change, Content};
use crate::domain::customer::{Appointment, Customer, Deal};
use crate::domain::import::{Import, ImportId, WaitingRow};
use crate::domain::lead::Lead;
use crate::domain::notice::{Mail, Notice};
use crate::domain::pipeline::PipelineSource;
use crate::domain::user::User;

/// No more rows than this share a transaction.
const BATCH: usize = 100;

/// A visitor of rows: a table, a key, a value.
pub type VisitRow<'a, E> = dyn FnMut(Table, &[u8], &[u8]) -> Result<(), E> + 'a;

/// Visits every row of [`Table::KEPT`], tables in that order, rows in the order of their keys.
pub fn copy_out<E: From<StoreFault>>(
    store: &(impl Store + ?Sized),
    visit: &mut VisitRow<'_, E>,
) -> Result<(), E> {
    for table in Table::KEPT {
        let mut fault = None;
        store.scan(&Key::new().span(table), &mut |key, value| match visit(table, key, value) {
            Ok(()) => Ok(ControlFlow::Continue(())),
            Err(why) => {
                fault = Some(why);
                Ok(ControlFlow::Break(()))
            }
        })?;
        fault.map_or(Ok(()), Err)?;
    }
    Ok(())
}

/// What follows from a row: its index entries and the counter it is counted by.
struct Facts {
    entries: Vec<Key>,
    counter: Option<Key>,
}

/// Refuses a row that its table could not be read with.
///
/// # Errors
/// [`StoreFault::Damaged`].
pub fn check_row(table: Table, key: &[u8], value: &[u8]) -> Result<(), StoreFault> {
    facts(table, key, value, &BTreeSet::new()).map(|_| ())
}

/// The record of a row.
///
/// # Errors
/// [`StoreFault::Damaged`].
pub fn decode_row<R: Record>(key: &[u8], value: &[u8]) -> Result<R, StoreFault> {
    codec::decode(|| codec::unnamed(R::TABLE, key), value)
}

/// The value of a record's row.
///
/// # Errors
/// [`StoreFault::Damaged`]: a record that has no such form.
pub fn encode_row<R: Record>(record: &R) -> Result<Vec<u8>, StoreFault> {
    codec::encode(|| record.name(), record)
}

/// The facts of a row, where these imports have ended.
fn facts(table: Table, key: &[u8], value: &[u8], ended: &BTreeSet<ImportId>) -> Result<Facts, StoreFault> {
    let none = Facts { entries: Vec::new(), counter: None };
    match table {
        Table::Lead => {
            let mut lead: Lead = placed(key, value)?;
            lead.staged = lead.import.is_some_and(|import| !ended.contains(&import));
            Ok(Facts { entries: lead.entries(), counter: lead.counter() })
        }
        Table::Import => of::<Import>(key, value),
        Table::WaitingRow => of::<WaitingRow>(key, value),
        Table::Customer => of::<Customer>(key, value),
        Table::Deal => of::<Deal>(key, value),
        Table::Appointment => of::<Appointment>(key, value),
        Table::User => of::<User>(key, value),
        Table::Pipeline => of::<PipelineSource>(key, value),
        Table::Change => of::<Change>(key, value),
        Table::Activity => of::<Activity>(key, value),
        Table::Notice => of::<Notice>(key, value),
        Table::Mail => of::<Mail>(key, value),
        Table::Content => codec::decode::<Content>(|| codec::unnamed(table, key), value).map(|_| none),
        Table::Request => codec::decode::<u64>(|| codec::unnamed(table, key), value).map(|_| none),
        Table::Meta | Table::Count | Table::Index => Ok(none),
    }
}

fn of<R: Record>(key: &[u8], value: &[u8]) -> Result<Facts, StoreFault> {
    let record: R = placed(key, value)?;
    Ok(Facts { entries: record.entries(), counter: record.counter() })
}

/// The record of a row, in its own place.
fn placed<R: Record>(key: &[u8], value: &[u8]) -> Result<R, StoreFault> {
    let record: R = decode_row(key, value)?;
    if record.key().bytes() != key {
        let reason = format!("it stands in the place of another: it is {}", record.name());
        return Err(StoreFault::Damaged { record: codec::unnamed(R::TABLE, key), reason });
    }
    Ok(record)
}

/// Rows on their way into an empty store.
pub struct CopyIn<'a> {
    store: &'a dyn Store,
    batch: Vec<(Table, Vec<u8>, Vec<u8>)>,
    rows: usize,
    counts: BTreeMap<Vec<u8>, u64>,
    ended: BTreeSet<ImportId>,
}

impl<'a> CopyIn<'a> {
    /// Begins to fill `store`.
    pub fn new(store: &'a dyn Store) -> Self {
        Self { store, batch: Vec::new(), rows: 0, counts: BTreeMap::new(), ended: BTreeSet::new() }
    }

    /// Takes a row, with what follows from it.
    ///
    /// # Errors
    /// A row that its table could not be read with, and faults of the store.
    pub fn row(&mut self, table: Table, key: Vec<u8>, value: Vec<u8>) -> Result<(), StoreFault> {
        let Facts { entries, counter } = facts(table, &key, &value, &self.ended)?;
        if table == Table::Import && !entries.is_empty() {
            self.ended.extend(Key::last_number(&key));
        }
        if let Some(counter) = counter {
            *self.counts.entry(counter.into_bytes()).or_default() += 1;
        }
        self.batch.push((table, key, value));
        self.batch.extend(entries.into_iter().map(|entry| (Table::Index, entry.into_bytes(), Vec::new())));
        self.rows += 1;
        if self.rows < BATCH { Ok(()) } else { self.write() }
    }

    /// Writes what is left, and the counters.
    ///
    /// # Errors
    /// Faults of the store.
    pub fn end(mut self) -> Result<(), StoreFault> {
        for (key, count) in std::mem::take(&mut self.counts) {
            let value = codec::encode(|| codec::unnamed(Table::Count, &key), &count)?;
            self.batch.push((Table::Count, key, value));
        }
        self.write()
    }

    fn write(&mut self) -> Result<(), StoreFault> {
        let batch = std::mem::take(&mut self.batch);
        self.rows = 0;
        self.store.transact(&mut |txn| {
            batch.iter().try_for_each(|(table, key, value)| txn.put(*table, key, value))?;
            Ok(Finish::Commit)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A table that is new is in every copy, or is rebuilt from those that are.
    #[test]
    fn every_table_is_kept_or_rebuilt() {
        for table in Table::ALL {
            let is_rebuilt = matches!(table, Table::Count | Table::Index);
            assert_eq!(Table::KEPT.contains(&table), !is_rebuilt, "{table:?}");
        }
    }
}
