//! The history: numbers without a gap, and a chain that shows tampering (N7).

use super::samples::{change, lead};
use super::{commit, numbers_of};
use crate::domain::activity::{Content, Event};
use crate::domain::user::Login;
use crate::store::{
    Break, Breakage, Head, Index, Key, Store, Table, Typed as _, TypedTxn as _, codec, verify,
};

fn write(store: &dyn Store) {
    for (request, leads) in [("r1", &[1, 2][..]), ("r2", &[]), ("r3", &[2])] {
        commit(store, |txn| txn.append(change(request, leads)).map(|_| ()));
    }
}

fn seq(seq: u64) -> Key {
    Key::new().number(seq)
}

pub(in crate::store) fn a_history_is_gapless_and_chained(store: &dyn Store) {
    assert_eq!(store.head().expect("read"), Head::default());
    assert_eq!(verify(store).expect("walked"), []);
    write(store);
    commit(store, |txn| txn.append(change("r4", &[5])).map(|_| ()));
    assert_eq!(verify(store).expect("walked"), []);
    let head = store.head().expect("read");
    assert_eq!((head.change, head.seq), (4, 4));
    assert_eq!(store.activity(4).expect("read").expect("there").hash, head.hash);
    let third = store.change(3).expect("read").expect("there");
    assert_eq!((third.first_seq, third.activities, third.request.as_str()), (3, 1, "r3"));
    assert_eq!(store.change_of_request(&Login("kim".to_owned()), "r3").expect("read"), Some(3));
    assert_eq!(store.change_of_request(&Login("kim".to_owned()), "r9").expect("read"), None);
    assert_eq!(numbers_of(store, Key::index(Index::ActivityLead).number(2)), [2, 3]);
    let (one, other) = (store.content(1).expect("read"), store.content(2).expect("read"));
    let (one, other) = (one.expect("there"), other.expect("there"));
    assert_eq!(one.text.as_deref(), Some("note on 1"));
    assert_ne!(one.salt, other.salt);
}

/// N7: each of these is what somebody with the file open could try.
pub(in crate::store) fn tampering_shows(store: &dyn Store) {
    write(store);
    let brk = |seq, how| Break { seq, how };
    let restored = |table: Table, key: &Key, with: Option<&[u8]>, expected: &[Break]| {
        let old = store.get(table, key.bytes()).expect("read").expect("there");
        commit(store, |txn| match with {
            Some(bytes) => txn.put(table, key.bytes(), bytes),
            None => txn.delete(table, key.bytes()),
        });
        assert_eq!(verify(store).expect("walked"), expected);
        commit(store, |txn| txn.put(table, key.bytes(), &old));
        assert_eq!(verify(store).expect("walked"), []);
    };
    let mut header = store.activity(2).expect("read").expect("there");
    header.event = Event::Edited;
    let forged = codec::encode(String::new, &header).expect("encoded");
    restored(Table::Activity, &seq(2), Some(&forged), &[brk(2, Breakage::Chain)]);
    let mut header = store.activity(2).expect("read").expect("there");
    header.undoes = Some(1);
    let forged = codec::encode(String::new, &header).expect("encoded");
    restored(Table::Activity, &seq(2), Some(&forged), &[brk(2, Breakage::Chain)]);
    let content = Content { text: Some("another note".to_owned()), ..Content::default() };
    let forged = codec::encode(String::new, &content).expect("encoded");
    restored(Table::Content, &seq(2), Some(&forged), &[brk(2, Breakage::Digest)]);
    restored(Table::Content, &seq(3), None, &[brk(3, Breakage::Absent)]);
    restored(Table::Activity, &seq(2), None, &[brk(2, Breakage::Gap)]);
    restored(Table::Activity, &seq(3), None, &[brk(3, Breakage::Head)]);
    restored(Table::Change, &seq(2), None, &[brk(2, Breakage::Change)]);
    restored(Table::Change, &seq(3), None, &[brk(3, Breakage::Change)]);
    let shorter = Head { seq: 2, ..store.head().expect("read") };
    let forged = codec::encode(String::new, &shorter).expect("encoded");
    let cut = [brk(3, Breakage::Head), brk(4, Breakage::Change)];
    restored(Table::Meta, &Key::new().text("head"), Some(&forged), &cut);
}

/// L8, N7: content may go when a later activity says that it was purged, and only then.
pub(in crate::store) fn a_purge_leaves_the_chain_whole(store: &dyn Store) {
    write(store);
    commit(store, |txn| {
        [2, 3].iter().try_for_each(|gone| txn.delete(Table::Content, seq(*gone).bytes()))?;
        let mut purge = change("r4", &[2]);
        purge.drafts[0].event = Event::Purged;
        txn.append(purge).map(|_| ())
    });
    assert_eq!(verify(store).expect("walked"), []);
    commit(store, |txn| {
        txn.append(change("r5", &[2]))?;
        txn.save(&lead(2))?;
        txn.delete(Table::Content, seq(1).bytes())?;
        txn.delete(Table::Content, seq(5).bytes())
    });
    let absent = [1, 5].map(|seq| Break { seq, how: Breakage::Absent });
    assert_eq!(verify(store).expect("walked"), absent);
}
