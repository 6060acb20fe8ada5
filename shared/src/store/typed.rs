//! The domain's records on top of rows: typed reads, typed scans, and writes that keep the indexes
//! and the counters true.
//!
//! [`Typed`] is point reads and works inside a transaction too; [`TypedStore`] is scans, whose
//! yield is loaded and checked again by whoever decides on it; [`TypedTxn`] is writes. The engine
//! uses these and never the bytes below.

use std::cell::RefCell;
use std::ops::ControlFlow;

use jiff::Timestamp;

use super::journal::{self, Head, NewChange};
use super::{Key, Record, Rows, Span, Store, StoreFault, Table, Txn, codec, encode_row};
use crate::domain::activity::{Activity, Change, Content};
use crate::domain::customer::{Appointment, Customer, Deal};
use crate::domain::import::{Import, ImportId};
use crate::domain::lead::{CustomerId, Lead, LeadId};
use crate::domain::notice::{Mail, Notice};
use crate::domain::pipeline::{PipelineId, StageId};
use crate::domain::user::{Login, User};

/// What is counted from 1 by a counter of its own; a number given is never given again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbered {
    /// Leads.
    Lead,
    /// Customers.
    Customer,
    /// Deals.
    Deal,
    /// Appointments.
    Appointment,
    /// Mails.
    Mail,
    /// Imports.
    Import,
}

impl Numbered {
    /// The names are on disk.
    fn key(self) -> Key {
        Key::new().text(match self {
            Self::Lead => "number/lead",
            Self::Customer => "number/customer",
            Self::Deal => "number/deal",
            Self::Appointment => "number/appointment",
            Self::Mail => "number/mail",
            Self::Import => "number/import",
        })
    }
}

/// How many listed leads stand at one stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// The pipeline's id.
    pub pipeline: String,
    /// The stage's id.
    pub stage: String,
    /// How many.
    pub leads: u64,
}

/// Some of the numbers in a stretch of an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The records' numbers, in the order of the index.
    pub numbers: Vec<u64>,
    /// What was not looked at; none when the stretch is exhausted.
    pub rest: Option<Span>,
}

/// Typed point reads, on a store and inside a transaction.
pub trait Typed: Rows {
    /// The record under `key`, or none.
    fn load<R: Record>(&self, key: &Key) -> Result<Option<R>, StoreFault> {
        let mut record: Option<R> = read(self, R::TABLE, key)?;
        if let Some(record) = &mut record {
            record.settle(self)?;
        }
        Ok(record)
    }

    /// A lead by number.
    fn lead(&self, id: LeadId) -> Result<Option<Lead>, StoreFault> {
        self.load(&Key::new().number(id))
    }

    /// A customer by number.
    fn customer(&self, id: CustomerId) -> Result<Option<Customer>, StoreFault> {
        self.load(&Key::new().number(id))
    }

    /// A user by login.
    fn user(&self, login: &Login) -> Result<Option<User>, StoreFault> {
        self.load(&Key::new().text(login.as_str()))
    }

    /// A deal by number.
    fn deal(&self, id: u64) -> Result<Option<Deal>, StoreFault> {
        self.load(&Key::new().number(id))
    }

    /// An appointment by number.
    fn appointment(&self, id: u64) -> Result<Option<Appointment>, StoreFault> {
        self.load(&Key::new().number(id))
    }

    /// An import by number.
    fn import(&self, id: ImportId) -> Result<Option<Import>, StoreFault> {
        self.load(&Key::new().number(id))
    }

    /// A mail by number.
    fn mail(&self, id: u64) -> Result<Option<Mail>, StoreFault> {
        self.load(&Key::new().number(id))
    }

    /// A notice by its key.
    fn notice(&self, key: &str) -> Result<Option<Notice>, StoreFault> {
        self.load(&Key::new().text(key))
    }

    /// A change by number.
    fn change(&self, number: u64) -> Result<Option<Change>, StoreFault> {
        self.load(&Key::new().number(number))
    }

    /// An activity's header by sequence.
    fn activity(&self, seq: u64) -> Result<Option<Activity>, StoreFault> {
        self.load(&Key::new().number(seq))
    }

    /// An activity's content by sequence; none when it was purged.
    fn content(&self, seq: u64) -> Result<Option<Content>, StoreFault> {
        read(self, Table::Content, &Key::new().number(seq))
    }

    /// The number of the change that this actor's `request` made, if it made one.
    fn change_of_request(&self, actor: &Login, request: &str) -> Result<Option<u64>, StoreFault> {
        read(self, Table::Request, &request_key(actor, request))
    }

    /// How many listed leads stand at one stage.
    fn count(&self, pipeline: &PipelineId, stage: &StageId) -> Result<u64, StoreFault> {
        let key = Key::new().text(pipeline.as_str()).text(stage.as_str());
        Ok(read(self, Table::Count, &key)?.unwrap_or(0))
    }

    /// The store's own id, random and for ever.
    fn store_id(&self) -> Result<Option<String>, StoreFault> {
        read(self, Table::Meta, &store_id_key())
    }

    /// What the clock showed when what is old was last looked for; see [`TypedTxn::note_time`].
    fn noted_at(&self) -> Result<Option<Timestamp>, StoreFault> {
        read(self, Table::Meta, &noted_at_key())
    }

    /// Where the history ends.
    fn head(&self) -> Result<Head, StoreFault> {
        Ok(read(self, Table::Meta, &Head::key())?.unwrap_or_default())
    }
}

impl<T: Rows + ?Sized> Typed for T {}

/// Typed scans of a store.
pub trait TypedStore: Store {
    /// Up to `limit` record numbers of a stretch of an index whose entries end with a number.
    fn numbers_in(&self, span: &Span, limit: usize) -> Result<Page, StoreFault> {
        let mut page = Page { numbers: Vec::new(), rest: None };
        if limit == 0 {
            return Ok(Page { rest: Some(span.clone()), ..page });
        }
        self.scan(span, &mut |key, _| {
            if page.numbers.len() == limit {
                let mut rest = span.clone();
                if span.backwards {
                    rest.to = Some([key, &[0]].concat());
                } else {
                    rest.from = key.to_vec();
                }
                page.rest = Some(rest);
                return Ok(ControlFlow::Break(()));
            }
            page.numbers.push(number_of(key)?);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(page)
    }

    /// Visits the record numbers of a stretch of an index whose entries end with a number.
    fn visit_numbers(
        &self,
        span: &Span,
        visit: &mut dyn FnMut(u64) -> Result<ControlFlow<()>, StoreFault>,
    ) -> Result<(), StoreFault> {
        self.scan(span, &mut |key, _| visit(number_of(key)?))
    }

    /// Visits the texts that end the entries of an index starting with `prefix`.
    fn visit_texts(
        &self,
        prefix: Key,
        visit: &mut dyn FnMut(String) -> Result<ControlFlow<()>, StoreFault>,
    ) -> Result<(), StoreFault> {
        let start = prefix.bytes().len();
        self.scan(&prefix.span(Table::Index), &mut |key, _| match Key::text_at(key, start) {
            Some((text, _)) => visit(text),
            None => Err(crooked(Table::Index, key)),
        })
    }

    /// Visits every record of a type, in the order of its keys.
    fn all<R: Record>(
        &self,
        visit: &mut dyn FnMut(R) -> Result<ControlFlow<()>, StoreFault>,
    ) -> Result<(), StoreFault> {
        visit_all(self, visit)
    }

    /// How many listed leads stand at each stage that has had any.
    fn counts(&self) -> Result<Vec<Count>, StoreFault> {
        let mut counts = Vec::new();
        self.scan(&Key::new().span(Table::Count), &mut |key, value| {
            let (pipeline, stage) = Key::text_at(key, 0)
                .and_then(|(pipeline, end)| Key::text_at(key, end).map(|(stage, _)| (pipeline, stage)))
                .ok_or_else(|| crooked(Table::Count, key))?;
            let leads = codec::decode(|| codec::unnamed(Table::Count, key), value)?;
            counts.push(Count { pipeline, stage, leads });
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(counts)
    }
}

impl<T: Store + ?Sized> TypedStore for T {}

/// Typed writes.
pub trait TypedTxn: Txn {
    /// Sets a record, its index entries and its counter; what the old row had of them goes.
    ///
    /// Fields of a later version are kept as far as `record` was made from what was loaded.
    fn save<R: Record>(&mut self, record: &R) -> Result<(), StoreFault> {
        let key = record.key();
        let old = self.load::<R>(&key)?;
        replace(self, old.as_ref(), Some(record))?;
        let bytes = encode_row(record)?;
        self.put(R::TABLE, key.bytes(), &bytes)
    }

    /// Removes a record with its index entries and its counter; false when there was none.
    fn erase<R: Record>(&mut self, key: &Key) -> Result<bool, StoreFault> {
        let Some(old) = self.load::<R>(key)? else { return Ok(false) };
        replace(self, Some(&old), None)?;
        self.delete(R::TABLE, key.bytes())?;
        Ok(true)
    }

    /// The next number of a kind, counted from 1.
    fn next_number(&mut self, of: Numbered) -> Result<u64, StoreFault> {
        let key = of.key();
        let next = read::<u64, _>(self, Table::Meta, &key)?.unwrap_or(0) + 1;
        write(self, Table::Meta, &key, &next)?;
        Ok(next)
    }

    /// Writes down what the clock shows.
    fn note_time(&mut self, now: Timestamp) -> Result<(), StoreFault> {
        write(self, Table::Meta, &noted_at_key(), &now)
    }

    /// Numbers, salts and chains a change with its activities, at the end of the history. The last
    /// act of a transaction.
    fn append(&mut self, new: NewChange) -> Result<Change, StoreFault> {
        journal::append(self, new)
    }
}

impl<T: Txn + ?Sized> TypedTxn for T {}

/// A request is its actor's own: another's of the same id is another one.
pub(super) fn request_key(actor: &Login, request: &str) -> Key {
    Key::new().text(actor.as_str()).text(request)
}

/// Where the store's own id stands.
pub(super) fn store_id_key() -> Key {
    Key::new().text("store")
}

fn noted_at_key() -> Key {
    Key::new().text("noted-at")
}

/// The value under `key`, decoded.
pub(super) fn read<T, S>(rows: &S, table: Table, key: &Key) -> Result<Option<T>, StoreFault>
where
    T: serde::de::DeserializeOwned,
    S: Rows + ?Sized,
{
    match rows.get(table, key.bytes())? {
        Some(bytes) => codec::decode(|| codec::unnamed(table, key.bytes()), &bytes).map(Some),
        None => Ok(None),
    }
}

/// Sets the value under `key`, encoded.
pub(super) fn write<T, S>(txn: &mut S, table: Table, key: &Key, value: &T) -> Result<(), StoreFault>
where
    T: serde::Serialize,
    S: Txn + ?Sized,
{
    let bytes = codec::encode(|| codec::unnamed(table, key.bytes()), value)?;
    txn.put(table, key.bytes(), &bytes)
}

/// Visits every record of a type; see [`TypedStore::all`].
pub(super) fn visit_all<R: Record>(
    store: &(impl Store + ?Sized),
    visit: &mut dyn FnMut(R) -> Result<ControlFlow<()>, StoreFault>,
) -> Result<(), StoreFault> {
    let settling = Remembering { rows: store, last: RefCell::default() };
    store.scan(&Key::new().span(R::TABLE), &mut |key, value| {
        let mut record: R = codec::decode(|| codec::unnamed(R::TABLE, key), value)?;
        record.settle(&settling)?;
        visit(record)
    })
}

/// Rows of which the last one that was asked for is remembered: neighbours are settled by the same ones.
struct Remembering<'a, S: ?Sized> {
    rows: &'a S,
    last: RefCell<Option<Remembered>>,
}

/// What was asked for, and what was there.
type Remembered = ((Table, Vec<u8>), Option<Vec<u8>>);

impl<S: Rows + ?Sized> Rows for Remembering<'_, S> {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreFault> {
        if let Some((asked, value)) = &*self.last.borrow()
            && (asked.0, asked.1.as_slice()) == (table, key)
        {
            return Ok(value.clone());
        }
        let value = self.rows.get(table, key)?;
        self.last.replace(Some(((table, key.to_vec()), value.clone())));
        Ok(value)
    }
}

/// Takes the old record's index entries and count away and sets the new one's, touching only what
/// differs.
fn replace<R: Record>(
    txn: &mut (impl Txn + ?Sized),
    old: Option<&R>,
    new: Option<&R>,
) -> Result<(), StoreFault> {
    let before = old.map(Record::entries).unwrap_or_default();
    let after = new.map(Record::entries).unwrap_or_default();
    for entry in before.iter().filter(|entry| !after.contains(entry)) {
        txn.delete(Table::Index, entry.bytes())?;
    }
    for entry in after.iter().filter(|entry| !before.contains(entry)) {
        txn.put(Table::Index, entry.bytes(), &[])?;
    }
    let (before, after) =
        (old.map(Record::raises).unwrap_or_default(), new.map(Record::raises).unwrap_or_default());
    if before != after {
        for (counter, less) in before {
            let count: u64 = read(txn, Table::Count, &counter)?.unwrap_or(0);
            write(txn, Table::Count, &counter, &count.saturating_sub(less))?;
        }
        for (counter, more) in after {
            let count: u64 = read(txn, Table::Count, &counter)?.unwrap_or(0);
            write(txn, Table::Count, &counter, &count.saturating_add(more))?;
        }
    }
    Ok(())
}

fn number_of(key: &[u8]) -> Result<u64, StoreFault> {
    Key::last_number(key).ok_or_else(|| crooked(Table::Index, key))
}

fn crooked(table: Table, key: &[u8]) -> StoreFault {
    StoreFault::Damaged { record: codec::unnamed(table, key), reason: "its key is no key".to_owned() }
}
