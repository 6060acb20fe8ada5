//! Stores and backups of released versions: they open for ever, and answer as they did.
//!
//! A version's folder under `fixtures/released` is never made anew. It holds a store with every kind of
//! record, a backup of it, and what `lead` answered then, at this instant and by the account `root`.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::harness::{Office, account, direct, skip};

const AT: &str = "2026-11-24T08:00:00+01:00";

fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/released");
    let mut versions: Vec<_> = fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path()).collect();
    versions.sort();
    assert!(!versions.is_empty());
    versions
}

/// True when all that was there is there; fields may have been added since.
fn holds(found: &Value, then: &Value) -> bool {
    match (found, then) {
        (Value::Object(found), Value::Object(then)) => {
            then.iter().all(|(key, value)| found.get(key).is_some_and(|found| holds(found, value)))
        }
        (Value::Array(found), Value::Array(then)) => {
            found.len() == then.len() && found.iter().zip(then).all(|(found, then)| holds(found, then))
        }
        (found, then) => found == then,
    }
}

/// Asks the store what it was asked then.
fn answers_as_then(office: &Office, fixture: &Path, store: &str) {
    let expected = fs::read_to_string(fixture.join("expected.txt")).unwrap();
    let mut asked = 0;
    for block in expected.split("$ lead ").filter(|block| !block.is_empty()) {
        let (look, then) = block.split_once('\n').unwrap();
        let then: Value = serde_json::from_str(then).unwrap();
        let found = office.lead(format!("--store {store} {look}")).json();
        assert!(holds(&found, &then), "{}: `{look}`\nthen:  {then}\nfound: {found}", fixture.display());
        asked += 1;
    }
    assert!(asked >= 10, "{}", fixture.display());
}

/// Writes to it, and looks whether all of it still holds.
fn goes_on(office: &Office, store: &str) {
    let number = office.lead(format!("--store {store} add 'Next One'")).number();
    assert_eq!(number, 6);
    office.lead(format!("--store {store} edit 1 --company 'Acme Roofing'")).ok();
    office.lead(format!("--store {store} restore 3")).ok();
    let run = office.lead(format!("--store {store} doctor"));
    for place in ["store", "history", "indexes", "lead.toml", "outbox"] {
        run.shows(&format!("{place}\tyes\t"));
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

direct!(a_store_of_a_released_version_opens, "N2 N7", |office| {
    if account() != "root" {
        skip("the stores are those of the account `root`");
    }
    office.at(AT);
    for fixture in fixtures() {
        let store = office.path("old");
        copy(&fixture.join("store"), &store);
        answers_as_then(office, &fixture, "old");
        goes_on(office, "old");
        fs::remove_dir_all(store).unwrap();
    }
});

direct!(a_backup_of_a_released_version_is_restored, "N2 N7", |office| {
    office.at(AT);
    for fixture in fixtures() {
        let backup = fs::read_to_string(fixture.join("backup.jsonl")).unwrap();
        let ours = format!("\"account\":\"{}\"", account());
        let backup = super::backups::forge(&backup, |line| line.replace("\"account\":\"root\"", &ours));
        let file = office.file("old.jsonl", &backup);
        office.lead(["--store", "old", "backup", "restore", &file]).ok();
        answers_as_then(office, &fixture, "old");
        goes_on(office, "old");
        fs::remove_dir_all(office.path("old")).unwrap();
    }
});
