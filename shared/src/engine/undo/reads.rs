//! What an undo reads of the store, and what notes read once there are undos, grows with the leads that it is
//! about, not with their square.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;

use super::find;
use crate::domain::import::{ImportRow, ImportRules, ImportStep, Portion};
use crate::domain::lead::Lead;
use crate::domain::reply::Outcome;
use crate::domain::request::{Ask, Call, Caller, Deed, NewLead, Request, Which};
use crate::engine::{Engine, Setup, views};
use crate::store::{Finish, Rows, Span, Store, StoreFault, Table, Txn, Typed, TypedStore, Visit};

/// A store that counts the bytes it is asked for.
struct Counting<'a> {
    store: &'a dyn Store,
    read: AtomicU64,
}

impl Counting<'_> {
    fn count(&self, value: &[u8]) {
        self.read.fetch_add(1 + value.len() as u64, Ordering::Relaxed);
    }
}

impl Rows for Counting<'_> {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreFault> {
        let value = self.store.get(table, key)?;
        self.count(value.as_deref().unwrap_or_default());
        Ok(value)
    }
}

impl Store for Counting<'_> {
    fn scan(&self, span: &Span, visit: &mut Visit<'_>) -> Result<(), StoreFault> {
        self.store.scan(span, &mut |key, value| {
            self.count(value);
            visit(key, value)
        })
    }

    fn transact(
        &self,
        work: &mut dyn FnMut(&mut dyn Txn) -> Result<Finish, StoreFault>,
    ) -> Result<(), StoreFault> {
        self.store.transact(work)
    }

    fn sync(&self) -> Result<(), StoreFault> {
        self.store.sync()
    }

    fn is_in_doubt(&self) -> bool {
        self.store.is_in_doubt()
    }

    fn renew(&self) -> Result<(), StoreFault> {
        self.store.renew()
    }
}

fn boss() -> Call {
    Call { caller: Caller::Account("boss".to_owned()), as_user: None }
}

/// Bytes read for the undo of an import of so many leads, for that of an undone note on all of them, and for
/// all their notes.
fn read(leads: u64) -> [u64; 3] {
    let dir = tempfile::tempdir().expect("a folder");
    let setup = Setup {
        account: "boss".to_owned(),
        host: "acme.example".to_owned(),
        pipeline: Some("mini".to_owned()),
        ..Setup::default()
    };
    let now: Timestamp = "2026-11-22T08:00:00Z".parse().expect("an instant");
    let engine = Engine::create(&dir.path().join("store"), &setup, now, 1 << 20).expect("a store");
    let store = &*engine.inner.store;
    let mut asked = 0;
    let mut ask = |request| {
        asked += 1;
        let (id, dry_run) = (format!("ask-{asked}"), false);
        let ask = Ask { id, request, dry_run, if_revision: None, want_views: false };
        let outcome = engine.handle(boss(), ask, now);
        assert!(matches!(outcome, Outcome::Ok(_)), "{outcome:?}");
        store.head().expect("a head").change
    };
    let row = |line| ImportRow { line, lead: NewLead { name: format!("Lead {line}"), ..NewLead::default() } };
    let of = Portion::First { source: "leads.csv".to_owned(), rules: ImportRules::default() };
    let rows = (2..leads + 2).map(row).collect();
    ask(Request::Import(ImportStep::Rows { of, rows, unreadable: 0, is_trial: false }));
    let imported = ask(Request::Import(ImportStep::Finish { import: 1 }));
    let note = Deed::Note { text: "hello".to_owned() };
    let leads = Which::Where(vec!["kind:open".to_owned()]);
    let noted = ask(Request::Work { leads, deed: note, atomic: false });
    let undone = ask(Request::Undo { lead: None, change: Some(noted) });
    let counting = Counting { store, read: AtomicU64::new(0) };
    let counted = |work: &dyn Fn()| {
        counting.read.store(0, Ordering::Relaxed);
        work();
        counting.read.load(Ordering::Relaxed)
    };
    let office = engine.inner.office().expect("an office");
    let scope = office.scope(&boss()).expect("a user");
    let found = |change| drop(find(&counting, &office, &scope, None, Some(change), now).expect("found"));
    let notes = || {
        let mut count = 0;
        let mut visit = |lead: Lead| {
            count += 1;
            assert_eq!(views::notes(&counting, &lead)?, "", "the note was undone");
            Ok(ControlFlow::Continue(()))
        };
        store.all::<Lead>(&mut visit).expect("reads");
        assert!(count > 0);
    };
    [counted(&|| found(imported)), counted(&|| found(undone)), counted(&notes)]
}

/// L9, L1.
#[test]
fn l9_what_is_read_grows_with_the_leads_alone() {
    let (few, many) = (read(25), read(200));
    for (few, many) in few.into_iter().zip(many) {
        assert!(few > 0 && many < 12 * few, "eight times the leads: {few} bytes, then {many}");
    }
}
