//! What a store says of itself, and whether that is as it must be.

use serde_json::Value;

use super::tally::Found;
use crate::harness::{Office, Run};

/// What is drawn at random goes, and when timed work was done and how often put off.
fn settle(value: &mut Value) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(settle),
        Value::Object(fields) => {
            for field in ["hash", "changed_at", "tries", "next_try", "error"] {
                fields.remove(field);
            }
            fields.values_mut().for_each(settle);
        }
        _ => {}
    }
}

/// All that a store tells, records, history and mail; else the run that failed.
pub fn told(office: &Office) -> Result<String, Box<Run>> {
    let mut all = String::new();
    for look in ["list --json", "customer list --json", "history --json", "outbox list --json"] {
        let run = office.lead(look);
        if run.code != 0 {
            return Err(Box::new(run));
        }
        let mut value: Value = serde_json::from_str(&run.stdout).unwrap_or(Value::String(run.stdout));
        settle(&mut value);
        all.push_str(&format!("{look}: {value:#}\n"));
    }
    let mut mails: Vec<String> = office.mails().iter().map(|mail| mail.header("Message-ID")).collect();
    mails.sort();
    Ok(format!("{all}mails: {mails:?}\n"))
}

/// What the doctor objects to, if it does.
pub fn objection(office: &Office) -> Option<String> {
    let run = office.lead("doctor");
    (run.code != 0).then(|| run.to_string())
}

/// A store after a fault: it opens, the doctor is content, and it tells one of `allowed`.
pub fn judge(office: &Office, is_acknowledged: bool, before: &str, after: &str) -> Found {
    match told(office) {
        Err(run) => Found::Shut(run.to_string()),
        Ok(now) => {
            if now != after && is_acknowledged {
                return Found::Lost(difference(after, &now));
            }
            if now != after && now != before {
                return Found::Torn(difference(before, &now));
            }
            objection(office).map_or(Found::Well, Found::Torn)
        }
    }
}

/// The first lines in which two tellings differ.
pub fn difference(expected: &str, found: &str) -> String {
    let pairs = expected.lines().zip(found.lines()).filter(|(one, other)| one != other);
    let lines: Vec<String> =
        pairs.take(3).map(|(one, other)| format!("expected {one}, found {other}")).collect();
    format!("{} lines for {}; {}", found.lines().count(), expected.lines().count(), lines.join("; "))
}

/// A store after adding: every number that was printed is there, none is twice, all is whole.
pub fn judge_numbers(office: &Office, printed: &[u64]) -> Found {
    match judge_presence(office, printed) {
        Found::Well => objection(office).map_or(Found::Well, Found::Torn),
        found => found,
    }
}

/// Every number that was printed is there, and none is twice.
pub fn judge_presence(office: &Office, printed: &[u64]) -> Found {
    let run = office.lead("list -F ids");
    if run.code != 0 {
        return Found::Shut(run.to_string());
    }
    let there: std::collections::BTreeSet<u64> =
        run.stdout.lines().map(|line| line.parse().expect("a number")).collect();
    let lost: Vec<_> = printed.iter().filter(|number| !there.contains(number)).collect();
    if !lost.is_empty() {
        return Found::Lost(format!("{lost:?}"));
    }
    let names = office.lead("list -F tsv --columns name").ok().stdout.clone();
    let mut names: Vec<_> = names.lines().collect();
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    if names.len() != all {
        return Found::Torn("one was added twice".to_owned());
    }
    Found::Well
}
