//! The conformance suite over sled, and every rule of opening (quality.md §3).

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use tempfile::TempDir;

use super::*;
use crate::store::conformance::{self as suite, change, commit};
use crate::store::{TypedTxn as _, verify};

const SMALL: Options = Options { cache_bytes: 1 << 20 };

fn new() -> (TempDir, SledStore) {
    let dir = tempfile::tempdir().expect("a folder");
    let store = SledStore::create(dir.path(), SMALL).expect("created");
    (dir, store)
}

/// A folder with a store that holds one change and was closed.
fn closed() -> TempDir {
    let (dir, store) = new();
    commit(&store, |txn| txn.append(change("r1", &[1])).map(|_| ()));
    drop(store);
    dir
}

fn open(dir: &Path) -> Result<SledStore, StoreFault> {
    SledStore::open(dir, SMALL)
}

fn refused(dir: &Path) -> String {
    let fault = open(dir).err().expect("refused").to_string();
    let path = fs::canonicalize(dir).expect("there").display().to_string();
    fault.replace(&path, "DIR")
}

fn db(dir: &Path) -> PathBuf {
    dir.join("sled/db")
}

/// Every file below a folder with its content.
fn everything(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).expect("listed") {
        let path = entry.expect("listed").path();
        if path.is_dir() {
            found.extend(everything(&path));
        } else {
            found.push((path.clone(), fs::read(path).expect("read")));
        }
    }
    found.sort();
    found
}

/// What a kill leaves: the files as they are while the store is open.
fn as_after_a_kill(dir: &Path) -> TempDir {
    let copy = tempfile::tempdir().expect("a folder");
    for (path, bytes) in everything(dir) {
        let to = copy.path().join(path.strip_prefix(dir).expect("below"));
        fs::create_dir_all(to.parent().expect("a parent")).expect("made");
        fs::write(to, bytes).expect("written");
    }
    fs::create_dir_all(copy.path().join("sled/blobs")).expect("made");
    copy
}

macro_rules! conforms {
    (reopening $($case:ident)*) => {$(
        #[test]
        fn $case() {
            let (dir, store) = new();
            drop(store);
            suite::$case(&|| Box::new(open(dir.path()).expect("opened")));
        }
    )*};
    ($($case:ident)*) => {$(
        #[test]
        fn $case() {
            let (_dir, store) = new();
            suite::$case(&store);
        }
    )*};
}

conforms! {
    a_commit_is_whole_and_a_drop_leaves_no_trace
    a_transaction_sees_its_own_writes
    spans_run_both_ways_within_their_borders
    values_have_any_length
    keys_that_share_a_prefix_stay_apart
    texts_forge_no_separator
    dates_and_instants_keep_their_order
    fields_of_a_later_version_survive
    indexes_follow_the_record
    counters_follow_the_stage
    numbers_are_paged
    indexes_are_compared_and_repaired
    a_history_is_gapless_and_chained
    tampering_shows
    a_purge_leaves_the_chain_whole
}
conforms! { reopening reopening_keeps_everything numbers_are_never_given_twice }

#[test]
fn no_value_reaches_sleds_own_files() {
    let (dir, store) = new();
    commit(&store, |txn| txn.put(Table::Content, b"k", &vec![1; 300_000]));
    store.sync().expect("synced");
    drop(store);
    assert_eq!(everything(&dir.path().join("sled/blobs")), []);
}

/// Promise 1: what was synced is there after a kill.
#[test]
fn a_kill_loses_nothing_that_was_synced() {
    let (dir, store) = new();
    for request in ["r1", "r2", "r3"] {
        commit(&store, |txn| txn.append(change(request, &[1, 2])).map(|_| ()));
        store.sync().expect("synced");
        let killed = as_after_a_kill(dir.path());
        let again = open(killed.path()).expect("opened");
        assert_eq!(again.head().expect("read"), store.head().expect("read"));
        assert_eq!(verify(&again).expect("walked"), []);
    }
}

#[test]
fn a_store_is_for_its_owner_alone() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("a/b");
    drop(SledStore::create(&path, SMALL).expect("created"));
    drop(open(&path).expect("opened"));
    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    let set = |mode| fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("changed");
    set(0o777);
    drop(open(&path).expect("opened"));
    assert_eq!(mode(&path), 0o750);
    set(0o700);
    for folder in ["", "sled", "sled/blobs", ".."] {
        assert_eq!(mode(&path.join(folder)), 0o700, "{folder}");
    }
    for (file, _) in everything(&path) {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}

#[test]
fn a_store_is_made_in_an_empty_folder_only() {
    let dir = tempfile::tempdir().expect("a folder");
    for ours in ["lead.lock", "leadd.lock", "lead.toml"] {
        fs::write(dir.path().join(ours), "").expect("written");
    }
    fs::write(dir.path().join("letter.txt"), "dear").expect("written");
    let fault = SledStore::create(dir.path(), SMALL).err().expect("refused");
    assert!(matches!(fault, StoreFault::Occupied { found, .. } if found == "letter.txt"));
    assert_eq!(everything(dir.path()).len(), 4);
    fs::remove_file(dir.path().join("letter.txt")).expect("removed");
    drop(SledStore::create(dir.path(), SMALL).expect("created"));

    let before = everything(dir.path());
    assert!(matches!(SledStore::create(dir.path(), SMALL), Err(StoreFault::Occupied { .. })));
    fs::remove_dir_all(dir.path().join("sled")).expect("removed");
    assert!(matches!(SledStore::create(dir.path(), SMALL), Err(StoreFault::Occupied { .. })));
    assert!(before.len() > everything(dir.path()).len());
}

/// A creation that was cut off left no store; the next begins anew.
#[test]
fn a_creation_cut_off_is_begun_anew() {
    let dir = closed();
    fs::rename(dir.path().join("FORMAT"), dir.path().join("FORMAT.new")).expect("renamed");
    fs::remove_file(dir.path().join("mark.clean")).expect("removed");
    assert!(matches!(open(dir.path()), Err(StoreFault::Missing(_))));
    let store = SledStore::create(dir.path(), SMALL).expect("created");
    assert_eq!(store.head().expect("read").change, 0);
    assert!(!dir.path().join("FORMAT.new").exists());
}

#[test]
fn a_folder_without_a_store_is_missing() {
    let dir = tempfile::tempdir().expect("a folder");
    assert!(matches!(open(dir.path()), Err(StoreFault::Missing(_))));
    assert!(matches!(open(&dir.path().join("none")), Err(StoreFault::Missing(_))));
    fs::write(dir.path().join("file"), "").expect("written");
    assert!(matches!(open(&dir.path().join("file")), Err(StoreFault::Missing(_))));
    assert_eq!(everything(dir.path()).len(), 1);
}

#[test]
fn a_link_to_a_store_is_followed() {
    let (dir, other) = (closed(), tempfile::tempdir().expect("a folder"));
    let link = other.path().join("link");
    symlink(dir.path(), &link).expect("linked");
    assert_eq!(open(&link).expect("opened").dir(), fs::canonicalize(dir.path()).expect("there"));
}

fn set_format(dir: &Path, lines: &str) {
    fs::write(dir.join("FORMAT"), format!("lead store\n{lines}\nid 1\n")).expect("written");
}

/// Each is refused with its reason, and not a byte in the folder is touched.
#[test]
fn a_damaged_or_foreign_store_is_refused_untouched() {
    type Harm = fn(&Path);
    let cases: [(Harm, &str); 10] = [
        (
            |dir| set_format(dir, "engine sled 0.34\nschema 2"),
            "the store in DIR has format sled 0.34, schema 2, and this program knows sled 0.34, schema 1",
        ),
        (
            |dir| set_format(dir, "engine sled 1.0\nschema 1"),
            "the store in DIR has format sled 1.0, schema 1, and this program knows sled 0.34, schema 1",
        ),
        (
            |dir| fs::write(dir.join("FORMAT"), b"\xFF\0").expect("written"),
            "the store in DIR is damaged: its FORMAT is damaged",
        ),
        (
            |dir| {
                fs::remove_file(dir.join("FORMAT")).expect("removed");
                symlink("/dev/null", dir.join("FORMAT")).expect("linked");
            },
            "the store in DIR is damaged: its FORMAT is not a file",
        ),
        (
            |dir| fs::remove_file(dir.join("FORMAT")).expect("removed"),
            "the store in DIR is damaged: its FORMAT is gone",
        ),
        (
            |dir| fs::remove_dir_all(dir.join("sled")).expect("removed"),
            "the store in DIR is damaged: its database is gone",
        ),
        (
            |dir| fs::remove_file(db(dir)).expect("removed"),
            "the store in DIR is damaged: its database is gone",
        ),
        (
            |dir| fs::write(db(dir), "").expect("written"),
            "the store in DIR is damaged: its database is empty",
        ),
        (
            |dir| fs::remove_file(dir.join("sled/conf")).expect("removed"),
            "the store in DIR is damaged: its database's settings are gone",
        ),
        (
            |dir| {
                let file = fs::OpenOptions::new().write(true).open(db(dir)).expect("opened");
                file.set_len(file.metadata().expect("there").len() - 1).expect("cut");
            },
            "its database was",
        ),
    ];
    for (harm, expected) in cases {
        let dir = closed();
        harm(dir.path());
        let before = everything(dir.path());
        let fault = refused(dir.path());
        assert!(fault.contains(expected), "{fault:?} for {expected:?}");
        assert!(everything(dir.path()) == before, "{expected:?} touched something");
        assert!(SledStore::create(dir.path(), SMALL).is_err());
        assert!(everything(dir.path()) == before, "{expected:?} created something");
    }
}

/// A database put back from an older copy, or of another store, opens in sled without an error.
#[test]
fn a_database_that_is_older_or_anothers_is_refused() {
    let (dir, store) = new();
    commit(&store, |txn| txn.append(change("r1", &[1])).map(|_| ()));
    store.sync().expect("synced");
    let older = as_after_a_kill(dir.path());
    commit(&store, |txn| txn.append(change("r2", &[1])).map(|_| ()));
    drop(store);
    let put_back = |from: &Path| {
        fs::remove_dir_all(dir.path().join("sled")).expect("removed");
        fs::rename(from.join("sled"), dir.path().join("sled")).expect("moved");
    };
    put_back(older.path());
    assert!(refused(dir.path()).contains("its database was"));
    fs::rename(dir.path().join("mark.clean"), dir.path().join("mark.open")).expect("renamed");
    let fault = "the store in DIR is damaged: its history went to change 2 and ends at 1";
    assert_eq!(refused(dir.path()), fault);
    assert_eq!(refused(dir.path()), fault, "and once more: the first time did not accept it");
    put_back(closed().path());
    assert_eq!(refused(dir.path()), "the store in DIR is damaged: its database is of another store");
    let zeros = vec![0; 1 << 20];
    fs::write(db(dir.path()), zeros).expect("written");
    assert!(refused(dir.path()).contains("database"));
    assert!(open(dir.path()).is_err());
}

#[test]
fn a_snapshot_half_written_does_not_block() {
    let dir = closed();
    fs::write(dir.path().join("sled/snap.00000000000A0000.generating"), "half").expect("written");
    let store = open(dir.path()).expect("opened");
    assert_eq!(store.head().expect("read").change, 1);
    assert!(!dir.path().join("sled/snap.00000000000A0000.generating").exists());
}

/// A mark that was torn is no mark; one left by a kill still guards the history.
#[test]
fn a_mark_guards_and_is_no_truth() {
    let dir = closed();
    let (clean, left) = (dir.path().join("mark.clean"), dir.path().join("mark.open"));
    let mark = fs::read_to_string(&clean).expect("read");
    assert!(mark.starts_with("change 1\nseq 1\nlength "), "{mark}");
    let store = open(dir.path()).expect("opened");
    assert!(!clean.exists() && left.exists());
    drop(store);
    assert!(clean.exists() && !left.exists());
    for torn in ["", "change 1\nse", "change 9\nseq 9\nlength 1", &mark.replace("change 1", "change 9")] {
        fs::write(&clean, torn).expect("written");
        drop(open(dir.path()).expect("opened"));
    }
    fs::rename(&clean, &left).expect("renamed");
    fs::write(&left, Mark::text(2, 2, 99_999_999)).expect("written");
    assert!(refused(dir.path()).ends_with("its history went to change 2 and ends at 1"));
}

/// quality.md §3: opens right, or stops with a clear error; never wrong data.
#[test]
fn flipped_bits_are_met_with_the_truth_or_a_fault() {
    let dir = closed();
    drop(open(dir.path()).expect("opened"));
    let head = open(dir.path()).expect("opened").head().expect("read");
    let whole = as_after_a_kill(dir.path());
    let files = everything(whole.path());
    let mut refused = 0;
    for (path, bytes) in files.iter().filter(|(path, _)| path.starts_with(whole.path().join("sled"))) {
        for at in (0..bytes.len().min(4096)).step_by(23) {
            let copy = as_after_a_kill(whole.path());
            let mut bytes = bytes.clone();
            bytes[at] ^= 1 << (at % 8);
            fs::write(copy.path().join(path.strip_prefix(whole.path()).expect("below")), bytes)
                .expect("written");
            let found = open(copy.path()).and_then(|store| Ok((store.head()?, verify(&store)?)));
            match found {
                Ok(found) => assert_eq!(found, (head.clone(), Vec::new()), "{path:?} {at}"),
                Err(StoreFault::Damaged { .. } | StoreFault::Incomplete { .. }) => refused += 1,
                Err(fault) => panic!("{path:?} {at}: {fault}"),
            }
        }
    }
    assert!(refused > 0);
}

/// After a fault nothing is written and reads go on, until the database was opened anew; who reads
/// meanwhile is waited for.
#[test]
fn a_store_in_doubt_reads_on_and_is_renewed() {
    let (_dir, store) = new();
    let write = || store.transact(&mut |txn| txn.append(change("r2", &[1])).map(|_| Finish::Commit));
    commit(&store, |txn| txn.append(change("r1", &[1])).map(|_| ()));
    store.sync().expect("synced");
    store.renew().expect("nothing to do");
    store.uncertain.store(true, Ordering::Release);
    assert!(store.is_in_doubt());
    assert!(write().is_err() && store.sync().is_err());
    assert_eq!(store.head().expect("read").change, 1);
    let read = store.slot.borrow().expect("there");
    assert!(store.renew().is_err() && store.is_in_doubt());
    assert_eq!(store.head().expect("read").change, 1);
    drop(read);
    store.renew().expect("renewed");
    assert!(!store.is_in_doubt());
    write().expect("committed");
    store.sync().expect("synced");
    assert_eq!(store.head().expect("read").change, 2);
    assert_eq!(verify(&store).expect("walked"), []);
}

/// What was acknowledged and is gone is not gone on without.
#[test]
fn a_store_that_lost_what_was_acknowledged_is_not_renewed() {
    let (_dir, store) = new();
    commit(&store, |txn| txn.append(change("r1", &[1])).map(|_| ()));
    store.sync().expect("synced");
    store.acknowledged.store(9, Ordering::Release);
    store.uncertain.store(true, Ordering::Release);
    let fault = store.renew().expect_err("refused").to_string();
    assert!(fault.ends_with("its history went to change 9 and ends at 1"), "{fault}");
    assert!(store.is_in_doubt() && store.head().is_err());
    store.acknowledged.store(1, Ordering::Release);
    store.renew().expect("renewed");
    assert_eq!(store.head().expect("read").change, 1);
}
