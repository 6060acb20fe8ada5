//! `lead.toml` and `config set`, and a user's own `config.toml`: what is wrong stands where it is said to stand,
//! and a key that is set or taken out leaves everything else as it was.
//!
//! Behind the last line `---` of the bytes stand a key and what was typed for it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use lead_shared::config::amend::{AmendFault, amend};
use lead_shared::config::keys;
use lead_shared::config::policy_file::NAME;
use lead_shared::config::user_file::UserFile;
use lead_shared::config::{ConfigFault, Finding, effective, parse};
use tempfile::TempDir;

use super::{is_plain, is_within, text};

thread_local! {
    /// A store's folder, with nothing in it but the file.
    static FOLDER: TempDir = tempfile::tempdir().expect("a folder");
}

pub fn body(bytes: &[u8]) {
    let given = text(bytes);
    let (file, setting) = given.rsplit_once("\n---\n").unwrap_or((given, ""));
    if let Err(findings) = UserFile::parse(file) {
        stand_there(file, &findings);
    }
    match parse(file) {
        Ok(_) => FOLDER.with(|folder| changed(folder.path(), file, setting)),
        Err(findings) => stand_there(file, &findings),
    }
}

fn stand_there(file: &str, findings: &[Finding]) {
    assert!(!findings.is_empty());
    for finding in findings {
        is_within(file, finding.line, finding.column);
        is_plain(&finding.message);
        finding.hints.iter().for_each(|hint| is_plain(hint));
    }
}

/// Sets a key, sets it again, and takes it out.
fn changed(folder: &Path, file: &str, setting: &str) {
    let (path, typed) = setting.split_once(' ').unwrap_or((setting, ""));
    let key = match keys::find(path) {
        Ok(key) => key,
        Err(flaw) => return assert!(!flaw.hints.is_empty()),
    };
    fs::write(folder.join(NAME), file).expect("the disk takes it");
    let before = values(folder);
    for asked in [Some(typed), Some(typed), None] {
        let old = read(folder);
        match amend(folder, key, asked, false) {
            Ok((policy, change)) => {
                let new = read(folder);
                assert!(change.changed || old == new, "not changed, and written: {old:?} {new:?}");
                assert_eq!(parse(&new).as_ref(), Ok(&policy), "what holds is not what is written: {new:?}");
                let after = values(folder);
                let others = |values: &BTreeMap<String, String>| -> Vec<(String, String)> {
                    values
                        .iter()
                        .filter(|(path, _)| *path != key.path)
                        .map(|(a, b)| (a.clone(), b.clone()))
                        .collect()
                };
                assert_eq!(others(&before), others(&after), "{} {asked:?}: {new:?}", key.path);
                assert!(asked.is_some() || change.is_default, "{new:?}");
                keeps_comments(&old, &new);
            }
            Err(AmendFault::Refused(_)) => assert_eq!(read(folder), old, "refused, and written"),
            Err(AmendFault::Config(fault)) => panic!("{fault}: {:?}", read(folder)),
        }
    }
}

fn read(folder: &Path) -> String {
    fs::read_to_string(folder.join(NAME)).expect("it was written")
}

/// What holds, by key.
fn values(folder: &Path) -> BTreeMap<String, String> {
    let shown: Result<_, ConfigFault> = effective(folder);
    let settings = shown.expect("it was accepted").into_iter();
    settings.map(|setting| (setting.key.into_owned(), format!("{:?}", setting.value))).collect()
}

/// Lines that are comments stay, where no value of several lines could have them in it.
fn keeps_comments(old: &str, new: &str) {
    let is_closed = |line: &str| {
        let count = |mark: char| line.matches(mark).count();
        count('[') == count(']') && count('{') == count('}')
    };
    if old.contains("\"\"\"") || old.contains("'''") || !old.lines().all(is_closed) {
        return;
    }
    let comments = |text: &str| -> Vec<String> {
        text.lines().filter(|line| line.trim_start().starts_with('#')).map(str::to_owned).collect()
    };
    assert_eq!(comments(old), comments(new), "{old:?} {new:?}");
}
