//! Stores that are harmed: each is refused with words, left as it is, and never passes for an empty one.

use std::fs;

use nix::unistd::{Uid, chown};

use crate::harness::{Office, Stock, account, direct, skip};
use crate::stores::untouched;

/// A store that is at rest, with enough in it that its files are full.
fn stock(office: &Office) {
    office.init("mini");
    for n in 0..30 {
        office.add(&format!("'Lead {n}' --email l{n}@x.example --note '{}'", "talk ".repeat(100)));
    }
}

/// Puts these bytes in a file's place: whoever looks, adds or sweeps is refused so, and no byte is
/// touched. With the old ones all is there again.
#[track_caller]
fn harmed(office: &Office, name: &str, harm: impl Fn(&mut Vec<u8>), words: &str) {
    let path = office.store().join(name);
    let good = fs::read(&path).unwrap();
    let mut bytes = good.clone();
    harm(&mut bytes);
    fs::write(&path, bytes).unwrap();
    untouched(office, &[1], words);
    fs::write(&path, good).unwrap();
    assert_eq!(office.found("").len(), 30);
}

direct!(zero_bytes, "N2 N7", |office| {
    stock(office);
    harmed(office, "sled/db", Vec::clear, "is damaged: its database is empty\nhint: bring the folder back");
    harmed(office, "FORMAT", Vec::clear, "is damaged: its FORMAT is damaged\nhint: bring the folder back");
});

direct!(cut, "N2 N7", |office| {
    stock(office);
    for length in [100, 20_000] {
        let said = format!(" bytes long and is {length}\nhint: bring the folder back from a copy");
        harmed(office, "sled/db", |bytes| bytes.truncate(length), &said);
    }
    harmed(office, "FORMAT", |bytes| bytes.truncate(20), "is damaged: its FORMAT is damaged\n");
});

// It is told before anything is believed, again and again; sled cuts its log where it is damaged.
direct!(flipped_bits, "N2 N7", |office| {
    stock(office);
    let whole = Stock::of(office);
    let db = office.store().join("sled/db");
    for at in [17, 5000, 20_000] {
        let mut bytes = fs::read(&db).unwrap();
        bytes[at] ^= 1;
        fs::write(&db, bytes).unwrap();
        for run in
            [office.lead("list"), office.lead("add 'Sam Poe'"), office.lead("list"), office.leadd_once()]
        {
            run.refused(1).says("hint: bring the folder back from a copy; until then leave it as it is\n");
        }
        whole.furnish(office);
        assert_eq!(office.found("").len(), 30);
    }
});

direct!(another_owner, "N2 S4", |office| {
    if account() != "root" {
        skip("only root can give a folder away");
    }
    stock(office);
    let owned = |uid| chown(&office.store(), Some(Uid::from_raw(uid)), None).unwrap();
    owned(65534);
    untouched(office, &[6], "belongs to nobody");
    owned(0);
    assert_eq!(office.found("").len(), 30);
});
