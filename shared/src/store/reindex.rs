//! Compares the indexes and the counters with what the records say, and sets them right.
//!
//! Called by `lead doctor`, by whoever keeps the store's writer still meanwhile: a record saved in
//! the midst of a comparison shows as a difference that is none.

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::hash::{Hash, Hasher};
use std::ops::ControlFlow;

use super::typed::visit_all;
use super::{Finish, Key, Record, Store, StoreFault, Table, Txn, codec};
use crate::domain::activity::Activity;
use crate::domain::customer::{Appointment, Customer, Deal};
use crate::domain::import::Import;
use crate::domain::lead::Lead;
use crate::domain::notice::{Mail, Notice};
use crate::domain::user::User;

/// No more differences than this are held at once, of each kind.
const MOST: usize = 10_000;

/// No more rows than this are set right in one transaction.
const BATCH: usize = 100;

/// Where indexes and counters are not what the records say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Entries that records have and the index lacks; the first ten thousand.
    pub missing: Vec<Vec<u8>>,
    /// Entries that no record has; the first ten thousand.
    pub extra: Vec<Vec<u8>>,
    /// Counters that are wrong: key, what is stored, what is right.
    pub counts: Vec<(Vec<u8>, u64, u64)>,
    /// How many entries differ in all.
    pub entries: u64,
}

impl Difference {
    /// True when nothing differs.
    pub fn is_none(&self) -> bool {
        self.entries == 0 && self.counts.is_empty()
    }
}

/// What a rebuild would change; changes nothing.
pub fn reindex(store: &(impl Store + ?Sized)) -> Result<Difference, StoreFault> {
    let mut found = Difference::default();
    let (mut expected, mut missing, mut counts) = (0_u64, 0_u64, BTreeMap::new());
    each_entry(store, &mut counts, &mut |entry| {
        expected += 1;
        if store.get(Table::Index, entry.bytes())?.is_none() {
            missing += 1;
            if found.missing.len() < MOST {
                found.missing.push(entry.into_bytes());
            }
        }
        Ok(())
    })?;
    let mut stored = 0_u64;
    store.scan(&Key::new().span(Table::Index), &mut |_, _| {
        stored += 1;
        Ok(ControlFlow::Continue(()))
    })?;
    let extra = (stored + missing).saturating_sub(expected);
    if extra > 0 {
        found.extra = extra_entries(store)?;
    }
    found.entries = missing + extra;
    found.counts = wrong_counts(store, counts)?;
    Ok(found)
}

/// Sets right what `difference` names, in small transactions. Of an index with more differences
/// than one holds, comparing and repairing are repeated until none is left.
pub fn repair(store: &(impl Store + ?Sized), difference: &Difference) -> Result<(), StoreFault> {
    batches(store, &difference.missing, |txn, entry| txn.put(Table::Index, entry, &[]))?;
    batches(store, &difference.extra, |txn, entry| txn.delete(Table::Index, entry))?;
    batches(store, &difference.counts, |txn, (key, _, right)| match right {
        0 => txn.delete(Table::Count, key),
        _ => {
            let bytes = codec::encode(|| codec::unnamed(Table::Count, key), right)?;
            txn.put(Table::Count, key, &bytes)
        }
    })
}

fn batches<T>(
    store: &(impl Store + ?Sized),
    rows: &[T],
    set: impl Fn(&mut dyn Txn, &T) -> Result<(), StoreFault>,
) -> Result<(), StoreFault> {
    rows.chunks(BATCH).try_for_each(|batch| {
        store.transact(&mut |txn| {
            batch.iter().try_for_each(|row| set(txn, row))?;
            Ok(Finish::Commit)
        })
    })
}

type Counts = BTreeMap<Vec<u8>, u64>;

/// Visits every entry that some record has, and counts what is counted.
fn each_entry(
    store: &(impl Store + ?Sized),
    counts: &mut Counts,
    visit: &mut dyn FnMut(Key) -> Result<(), StoreFault>,
) -> Result<(), StoreFault> {
    // Whether a lead is seen is told by the record of its import, not by the entry that follows from it.
    let mut ended = BTreeSet::new();
    visit_all(store, &mut |import: Import| {
        ended.extend(import.finished_at.map(|_| import.id));
        Ok(ControlFlow::Continue(()))
    })?;
    let seen = |lead: Lead| {
        let staged = lead.import.is_some_and(|import| !ended.contains(&import));
        Lead { staged, ..lead }
    };
    entries_of(store, counts, visit, seen)?;
    entries_of(store, counts, visit, |one: Customer| one)?;
    entries_of(store, counts, visit, |one: Deal| one)?;
    entries_of(store, counts, visit, |one: Appointment| one)?;
    entries_of(store, counts, visit, |one: User| one)?;
    entries_of(store, counts, visit, |one: Activity| one)?;
    entries_of(store, counts, visit, |one: Notice| one)?;
    entries_of(store, counts, visit, |one: Mail| one)?;
    entries_of(store, counts, visit, |one: Import| one)
}

fn entries_of<R: Record>(
    store: &(impl Store + ?Sized),
    counts: &mut Counts,
    visit: &mut dyn FnMut(Key) -> Result<(), StoreFault>,
    settled: impl Fn(R) -> R,
) -> Result<(), StoreFault> {
    visit_all(store, &mut |record: R| {
        let record = settled(record);
        if let Some(counter) = record.counter() {
            *counts.entry(counter.into_bytes()).or_default() += 1;
        }
        record.entries().into_iter().try_for_each(&mut *visit)?;
        Ok(ControlFlow::Continue(()))
    })
}

/// The entries that no record has. Only a hash of each right entry is held, eight bytes, so that a
/// store of a million leads is compared in bounded memory.
fn extra_entries(store: &(impl Store + ?Sized)) -> Result<Vec<Vec<u8>>, StoreFault> {
    let mut right = HashSet::new();
    each_entry(store, &mut Counts::new(), &mut |entry| {
        right.insert(hash(entry.bytes()));
        Ok(())
    })?;
    let mut extra = Vec::new();
    store.scan(&Key::new().span(Table::Index), &mut |entry, _| {
        if !right.contains(&hash(entry)) {
            extra.push(entry.to_vec());
        }
        Ok(if extra.len() < MOST { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
    })?;
    Ok(extra)
}

fn hash(entry: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    entry.hash(&mut hasher);
    hasher.finish()
}

fn wrong_counts(
    store: &(impl Store + ?Sized),
    mut right: Counts,
) -> Result<Vec<(Vec<u8>, u64, u64)>, StoreFault> {
    let mut wrong = Vec::new();
    store.scan(&Key::new().span(Table::Count), &mut |key, value| {
        let stored: u64 = codec::decode(|| codec::unnamed(Table::Count, key), value)?;
        let counted = right.remove(key).unwrap_or(0);
        if stored != counted {
            wrong.push((key.to_vec(), stored, counted));
        }
        Ok(ControlFlow::Continue(()))
    })?;
    wrong.extend(right.into_iter().map(|(key, counted)| (key, 0, counted)));
    Ok(wrong)
}
