//! Typed records: index entries, counters, numbers.

use std::collections::BTreeMap;

use serde_json::json;

use super::samples::{at, lead};
use super::{commit, keys, numbers_of as numbers, put};
use crate::domain::lead::Lead;
use crate::domain::pipeline::StageId;
use crate::store::{
    Count, Index, Key, Numbered, Span, Store, Table, Typed as _, TypedStore as _, TypedTxn as _, codec,
    reindex, repair,
};

fn save(store: &dyn Store, lead: &Lead) {
    commit(store, |txn| txn.save(lead));
}

pub(in crate::store) fn fields_of_a_later_version_survive(store: &dyn Store) {
    let mut first = lead(1);
    save(store, &first);
    let loaded = store.lead(1).expect("read").expect("there");
    assert_eq!(loaded, first);
    commit(store, |txn| {
        let mut lead = txn.lead(1)?.expect("there");
        lead.name = "Other".to_owned();
        txn.save(&lead)
    });
    "Other".clone_into(&mut first.name);
    assert_eq!(store.lead(1).expect("read"), Some(first.clone()));
    assert_eq!(first.unknown["later"], json!({"deep": [1, -2, 0.5, null, "x", true]}));

    let mut later = codec::encode(|| "lead/1".to_owned(), &first).expect("encoded");
    later[0] = 2;
    put(store, Table::Lead, Key::new().number(1).bytes(), &later);
    let fault = store.lead(1).expect_err("of a later version").to_string();
    assert_eq!(fault, "Lead 0000000000000001 cannot be read: it has version 2, and this program knows 1");
    for damaged in
        [&b""[..], b"\x01", b"\x01\xc1", &codec::encode(String::new, &first).expect("encoded")[..40]]
    {
        put(store, Table::Lead, Key::new().number(1).bytes(), damaged);
        assert!(store.lead(1).is_err());
    }
}

pub(in crate::store) fn indexes_follow_the_record(store: &dyn Store) {
    let stage = |stage: &str| Key::index(Index::LeadStage).text("p").text(stage);
    let email = |key: &str| Key::index(Index::LeadEmail).text(key);
    let (mut one, mut two) = (lead(1), lead(2));
    save(store, &one);
    save(store, &two);
    assert_eq!(numbers(store, stage("new")), [1, 2]);
    assert_eq!(numbers(store, email("zoe@example.com")), [1, 2]);
    assert_eq!(numbers(store, Key::index(Index::LeadPhone).text("+49301234567")), [1, 2]);
    assert_eq!(numbers(store, Key::index(Index::LeadClaimHolder).text("sam")), [1, 2]);

    one.stage = StageId::new("won");
    one.email = Some("new@example.com".to_owned());
    one.claim = None;
    save(store, &one);
    two.trashed_at = Some(at("2026-11-23T00:00:00Z"));
    save(store, &two);
    assert_eq!(numbers(store, stage("new")), [0_u64; 0]);
    assert_eq!(numbers(store, stage("won")), [1]);
    assert_eq!(numbers(store, email("zoe@example.com")), [2]);
    assert_eq!(numbers(store, email("new@example.com")), [1]);
    assert_eq!(numbers(store, Key::index(Index::LeadClaimEnd)), [0_u64; 0]);
    assert_eq!(numbers(store, Key::index(Index::LeadTrashed)), [2]);
    commit(store, |txn| {
        assert!(txn.erase::<Lead>(&Key::new().number(2))?);
        assert!(!txn.erase::<Lead>(&Key::new().number(2))?);
        Ok(())
    });
    assert_eq!(numbers(store, Key::index(Index::LeadTrashed)), [0_u64; 0]);
    assert!(reindex(store).expect("compared").is_none());
    commit(store, |txn| txn.erase::<Lead>(&Key::new().number(1)).map(|_| ()));
    assert_eq!(keys(store, &Key::new().span(Table::Index)), Vec::<Vec<u8>>::new());
}

pub(in crate::store) fn counters_follow_the_stage(store: &dyn Store) {
    let counts = || -> BTreeMap<String, u64> {
        let counts = store.counts().expect("scanned");
        counts.into_iter().map(|Count { pipeline, stage, leads }| (pipeline + "/" + &stage, leads)).collect()
    };
    let mut leads = [lead(1), lead(2), lead(3)];
    leads.iter().for_each(|lead| save(store, lead));
    assert_eq!(counts(), [("p/new".to_owned(), 3)].into());
    leads[0].stage = StageId::new("won");
    leads[1].trashed_at = Some(at("2026-11-23T00:00:00Z"));
    leads[2].name = "Same stage".to_owned();
    leads.iter().for_each(|lead| save(store, lead));
    assert_eq!(counts(), [("p/new".to_owned(), 1), ("p/won".to_owned(), 1)].into());
    assert_eq!(store.count(&leads[0].pipeline, &leads[0].stage).expect("read"), 1);
    leads[1].trashed_at = None;
    save(store, &leads[1]);
    commit(store, |txn| txn.erase::<Lead>(&Key::new().number(1)).map(|_| ()));
    assert_eq!(counts(), [("p/new".to_owned(), 2), ("p/won".to_owned(), 0)].into());
    assert!(reindex(store).expect("compared").is_none());
}

pub(in crate::store) fn numbers_are_paged(store: &dyn Store) {
    (1..=5).for_each(|id| save(store, &lead(id)));
    let all = Key::index(Index::LeadOwner).text("kim").span(Table::Index);
    for (backwards, expected) in [(false, [1, 2, 3, 4, 5]), (true, [5, 4, 3, 2, 1])] {
        let mut rest = Some(Span { backwards, ..all.clone() });
        let mut found = Vec::new();
        while let Some(span) = rest {
            let page = store.numbers_in(&span, 2).expect("scanned");
            assert!(page.numbers.len() <= 2);
            found.extend(page.numbers);
            rest = page.rest;
        }
        assert_eq!(found, expected);
    }
    let none = store.numbers_in(&all, 0).expect("scanned");
    assert_eq!((none.numbers, none.rest), (Vec::new(), Some(all.clone())));
    let five = store.numbers_in(&all, 5).expect("scanned");
    assert_eq!((five.numbers.len(), five.rest), (5, None));
}

pub(in crate::store) fn numbers_are_never_given_twice(open: super::Open<'_>) {
    let store = open();
    let mut given = Vec::new();
    for _ in 0..3 {
        commit(&*store, |txn| {
            given.push(txn.next_number(Numbered::Lead)?);
            Ok(())
        });
    }
    assert_eq!(given, [1, 2, 3]);
    commit(&*store, |txn| {
        txn.save(&lead(3))?;
        txn.erase::<Lead>(&Key::new().number(3)).map(|_| ())
    });
    drop(store);
    let store = open();
    commit(&*store, |txn| {
        assert_eq!(txn.next_number(Numbered::Lead)?, 4);
        assert_eq!(txn.next_number(Numbered::Lead)?, 5);
        for other in
            [Numbered::Customer, Numbered::Deal, Numbered::Appointment, Numbered::Mail, Numbered::Import]
        {
            assert_eq!(txn.next_number(other)?, 1);
        }
        Ok(())
    });
}

pub(in crate::store) fn indexes_are_compared_and_repaired(store: &dyn Store) {
    (1..=3).for_each(|id| save(store, &lead(id)));
    let lost = Key::index(Index::LeadOwner).text("kim").number(2);
    let forged = Key::index(Index::LeadOwner).text("sam").number(9);
    let count = Key::new().text("p").text("new");
    commit(store, |txn| {
        txn.delete(Table::Index, lost.bytes())?;
        txn.put(Table::Index, forged.bytes(), &[])?;
        txn.put(Table::Count, count.bytes(), &codec::encode(String::new, &7_u64)?)
    });
    let difference = reindex(store).expect("compared");
    assert_eq!(difference.missing, [lost.into_bytes()]);
    assert_eq!(difference.extra, [forged.into_bytes()]);
    assert_eq!(difference.counts, [(count.into_bytes(), 7, 3)]);
    assert_eq!(difference.entries, 2);
    repair(store, &difference).expect("repaired");
    assert!(reindex(store).expect("compared").is_none());
}
