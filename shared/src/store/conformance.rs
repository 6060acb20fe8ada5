//! What every store must do, whatever database stands behind it: written against [`Store`] alone,
//! and run by each engine over its own.

use std::ops::ControlFlow;

use super::{Finish, Key, Span, Store, StoreFault, Table, TypedStore as _};

mod history;
mod records;
mod samples;

pub(super) use history::{a_history_is_gapless_and_chained, a_purge_leaves_the_chain_whole, tampering_shows};
pub(super) use records::{
    counters_follow_the_stage, fields_of_a_later_version_survive, indexes_are_compared_and_repaired,
    indexes_follow_the_record, numbers_are_never_given_twice, numbers_are_paged,
};
pub(super) use samples::change;

/// Opens the same store again, after everything that was opened before was dropped.
pub(super) type Open<'a> = &'a dyn Fn() -> Box<dyn Store>;

fn numbers_of(store: &dyn Store, prefix: Key) -> Vec<u64> {
    let page = store.numbers_in(&prefix.span(Table::Index), usize::MAX).expect("scanned");
    assert_eq!(page.rest, None);
    page.numbers
}

pub(super) fn put(store: &dyn Store, table: Table, key: &[u8], value: &[u8]) {
    commit(store, |txn| txn.put(table, key, value));
}

pub(super) fn commit(store: &dyn Store, mut work: impl FnMut(&mut dyn super::Txn) -> Result<(), StoreFault>) {
    store.transact(&mut |txn| work(txn).map(|()| Finish::Commit)).expect("committed");
}

fn rows(store: &dyn Store, span: &Span) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut rows = Vec::new();
    let mut visit = |key: &[u8], value: &[u8]| {
        rows.push((key.to_vec(), value.to_vec()));
        Ok(ControlFlow::Continue(()))
    };
    store.scan(span, &mut visit).expect("scanned");
    rows
}

fn keys(store: &dyn Store, span: &Span) -> Vec<Vec<u8>> {
    rows(store, span).into_iter().map(|(key, _)| key).collect()
}

pub(super) fn a_commit_is_whole_and_a_drop_leaves_no_trace(store: &dyn Store) {
    put(store, Table::Meta, b"kept", b"1");
    store
        .transact(&mut |txn| {
            txn.put(Table::Lead, b"a", b"1")?;
            txn.delete(Table::Meta, b"kept")?;
            Ok(Finish::Drop)
        })
        .expect("dropped");
    let fault = store.transact(&mut |txn| {
        txn.put(Table::Lead, b"b", b"1")?;
        Err(StoreFault::Database("the work's own".to_owned()))
    });
    assert_eq!(fault.expect_err("failed").to_string(), "the database reported: the work's own");
    assert_eq!(store.get(Table::Lead, b"a").expect("read"), None);
    assert_eq!(store.get(Table::Lead, b"b").expect("read"), None);
    assert_eq!(store.get(Table::Meta, b"kept").expect("read").as_deref(), Some(&b"1"[..]));

    let tables = Table::ALL;
    commit(store, |txn| tables.iter().try_for_each(|table| txn.put(*table, b"k", &[*table as u8])));
    for table in tables {
        assert_eq!(store.get(table, b"k").expect("read"), Some(vec![table as u8]), "{table:?}");
    }
}

pub(super) fn a_transaction_sees_its_own_writes(store: &dyn Store) {
    put(store, Table::Mail, b"old", b"1");
    commit(store, |txn| {
        txn.put(Table::Mail, b"new", b"2")?;
        txn.delete(Table::Mail, b"old")?;
        txn.delete(Table::Mail, b"never there")?;
        assert_eq!(txn.get(Table::Mail, b"new")?.as_deref(), Some(&b"2"[..]));
        assert_eq!(txn.get(Table::Mail, b"old")?, None);
        let long = vec![7; 20_000];
        txn.put(Table::Mail, b"new", &long)?;
        assert_eq!(txn.get(Table::Mail, b"new")?, Some(long));
        txn.put(Table::Mail, b"new", b"3")?;
        assert_eq!(txn.get(Table::Mail, b"new")?.as_deref(), Some(&b"3"[..]));
        Ok(())
    });
    assert_eq!(keys(store, &Key::new().span(Table::Mail)), [b"new".to_vec()]);
}

pub(super) fn spans_run_both_ways_within_their_borders(store: &dyn Store) {
    let table = Table::Content;
    put(store, Table::Activity, &[0xFF; 9], b"the table before");
    put(store, Table::Request, b"", b"the table behind");
    for number in [0, 1, 5, 255, 256, u64::MAX] {
        put(store, table, Key::new().number(number).bytes(), &number.to_be_bytes());
    }
    let numbers = |span: &Span| -> Vec<u64> {
        rows(store, span)
            .iter()
            .map(|(key, value)| {
                assert_eq!(key, value);
                Key::last_number(key).expect("a number")
            })
            .collect()
    };
    let all = Key::new().span(table);
    assert_eq!(numbers(&all), [0, 1, 5, 255, 256, u64::MAX]);
    assert_eq!(numbers(&Span { backwards: true, ..all.clone() }), [u64::MAX, 256, 255, 5, 1, 0]);
    let some = Key::new().number(1).until(Key::new().number(256), table);
    assert_eq!(numbers(&some), [1, 5, 255]);
    assert_eq!(numbers(&Span { backwards: true, ..some }), [255, 5, 1]);
    assert_eq!(numbers(&Key::new().number(u64::MAX).span(table)), [u64::MAX]);
    assert_eq!(numbers(&Key::new().number(6).until(Key::new().number(6), table)), [0_u64; 0]);
    assert_eq!(numbers(&Key::new().number(6).until(Key::new().number(2), table)), [0_u64; 0]);

    let mut seen = 0;
    let mut two = |_: &[u8], _: &[u8]| {
        seen += 1;
        Ok(if seen == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    };
    store.scan(&all, &mut two).expect("scanned");
    assert_eq!(seen, 2);
    let fault = store.scan(&all, &mut |_, _| Err(StoreFault::Database("the visitor's own".to_owned())));
    assert!(fault.is_err());
}

pub(super) fn values_have_any_length(store: &dyn Store) {
    let lengths = [0, 1, 4087, 4088, 4094, 4095, 4096, 4097, 8176, 8177, 102_400];
    let value = |length: usize| -> Vec<u8> { (0..length).map(|at| (at % 251) as u8).collect() };
    for first in lengths {
        for second in lengths {
            let key = format!("{first}-{second}");
            put(store, Table::Content, key.as_bytes(), &value(first));
            put(store, Table::Content, key.as_bytes(), &value(second));
            assert_eq!(
                store.get(Table::Content, key.as_bytes()).expect("read"),
                Some(value(second)),
                "{key}"
            );
        }
    }
    let found = rows(store, &Key::new().span(Table::Content));
    assert_eq!(found.len(), lengths.len() * lengths.len());
    for (key, found) in found {
        let key = String::from_utf8(key).expect("text");
        let second = key.split_once('-').expect("two lengths").1;
        assert_eq!(found, value(second.parse().expect("a length")), "{key}");
        commit(store, |txn| txn.delete(Table::Content, key.as_bytes()));
        assert_eq!(store.get(Table::Content, key.as_bytes()).expect("read"), None);
    }
    assert_eq!(keys(store, &Key::new().span(Table::Content)), Vec::<Vec<u8>>::new());
}

/// Long values under keys of which one begins, or ends like a part of, another.
pub(super) fn keys_that_share_a_prefix_stay_apart(store: &dyn Store) {
    let long = |fill: u8| vec![fill; 10_000];
    let keys: [&[u8]; 5] = [b"", b"a", b"a\0\0\0\0", b"a\0\0\0\x01", b"a\0\0\0\x01\0\0\0\x01"];
    for (fill, key) in (1..).zip(keys) {
        put(store, Table::Mail, key, &long(fill));
    }
    commit(store, |txn| txn.delete(Table::Mail, b"a"));
    for (fill, key) in (1..).zip(keys) {
        let expected = (key != b"a").then(|| long(fill));
        assert_eq!(store.get(Table::Mail, key).expect("read"), expected, "{key:?}");
    }
}

pub(super) fn texts_forge_no_separator(store: &dyn Store) {
    let texts = ["", "\0", "\0\0", "\0a", "a", "a\0", "a\0\0b", "a\0b", "ab", "b", "é", "\u{FF}\u{10FFFF}"];
    for text in texts {
        let key = Key::new().text(text).text("x");
        assert_eq!(Key::text_at(key.bytes(), 0).map(|(text, _)| text).as_deref(), Some(text));
        put(store, Table::Notice, key.bytes(), text.as_bytes());
    }
    for text in texts {
        let found = rows(store, &Key::new().text(text).span(Table::Notice));
        assert_eq!(found.len(), 1, "{text:?}");
        assert_eq!(found[0].1, text.as_bytes());
    }
    let sorted: Vec<_> =
        rows(store, &Key::new().span(Table::Notice)).into_iter().map(|(_, text)| text).collect();
    let expected: Vec<_> = texts.iter().map(|text| text.as_bytes().to_vec()).collect();
    assert_eq!(sorted, expected);
    assert_eq!(Key::text_at(b"open", 0), None);
    assert_eq!(Key::text_at(b"bad\0\x01", 0), None);
    assert_eq!(Key::text_at(b"a", 9), None);
}

pub(super) fn dates_and_instants_keep_their_order(store: &dyn Store) {
    let dates = [
        "-009999-01-01",
        "-000001-12-31",
        "0000-01-01",
        "1969-12-31",
        "2026-09-30",
        "2026-10-01",
        "9999-12-31",
    ];
    for date in dates.iter().rev() {
        let key = Key::new().date(date.parse().expect("a date"));
        put(store, Table::Deal, key.bytes(), date.as_bytes());
    }
    let instants = [
        "-009999-01-02T12:00:00Z",
        "1969-12-31T23:59:59.999999999Z",
        "1970-01-01T00:00:00Z",
        "1970-01-01T00:00:00.000000001Z",
        "2026-11-22T14:03:00Z",
    ];
    for instant in instants.iter().rev() {
        let key = Key::new().instant(instant.parse().expect("an instant"));
        put(store, Table::Customer, key.bytes(), instant.as_bytes());
    }
    for (table, expected) in [(Table::Deal, &dates[..]), (Table::Customer, &instants[..])] {
        let found: Vec<_> = rows(store, &Key::new().span(table)).into_iter().map(|(_, text)| text).collect();
        let expected: Vec<_> = expected.iter().map(|text| text.as_bytes().to_vec()).collect();
        assert_eq!(found, expected);
    }
}

pub(super) fn reopening_keeps_everything(open: Open<'_>) {
    let store = open();
    let long = vec![9; 50_000];
    for table in Table::ALL {
        put(&*store, table, b"short", &[table as u8]);
        put(&*store, table, b"long", &long);
    }
    drop(store);
    let store = open();
    for table in Table::ALL {
        assert_eq!(store.get(table, b"short").expect("read"), Some(vec![table as u8]));
        assert_eq!(store.get(table, b"long").expect("read").as_ref(), Some(&long));
        commit(&*store, |txn| txn.delete(table, b"short"));
    }
    store.sync().expect("synced");
    drop(store);
    let store = open();
    for table in Table::ALL {
        assert_eq!(store.get(table, b"short").expect("read"), None);
    }
}
