//! Bad input: words, files, streams, sockets, stores and replies that are not as they should be.
//!
//! `proofs.txt` is the table of all that the contract's section names (`contract.md`), each with the
//! trials that prove it.

mod configuration;
mod damage;
mod dates;
mod doors;
mod fields;
mod files;
mod ids;
mod imports;
mod objects;
mod replies;
mod rules;
mod socket;
mod streams;
mod text;

use serde_json::json;

use crate::harness::Office;
use crate::harness::words::assert_same;

/// A store with a lead and a salesperson.
fn stock(office: &Office) {
    office.init("mini");
    office.user("sam", "sales");
    office.add("'Kim Lee' --email kim@acme.example --phone 030123");
}

/// Each line of a transcript (`$ lead WORDS → CODE`, then all of standard error, the office's folder
/// written as `~`) is refused so, in JSON alike, and leaves every record of the store as it was.
#[track_caller]
pub fn told(office: &Office, transcript: &str) {
    let before = (office.snapshot(), whole(office));
    let lines: Vec<&str> = transcript.split("$ lead ").filter(|line| !line.is_empty()).collect();
    assert!(!lines.is_empty());
    let home = office.home().to_str().expect("a path in UTF-8");
    for line in lines {
        let (typed, rest) = line.split_once(" → ").expect("it has a code");
        let (code, said) = rest.split_once('\n').expect("a line was typed");
        let code = code.parse().expect("a code");
        let run = office.lead(typed);
        run.refused(code);
        assert_same(&format!("stderr of `{}`", run.line), said, &run.stderr.replace(home, "~"));
        if typed.contains(" -- ") {
            continue;
        }
        let run = office.lead(format!("{typed} --json"));
        let said = said.strip_prefix("error: ").expect("it is an error").trim_end();
        let (message, hints) = said.split_once("\nhint: ").unwrap_or((said, ""));
        let hints = hints.split("\nhint: ").filter(|hint| !hint.is_empty());
        let hints: Vec<_> = hints.map(|hint| hint.replace('`', "")).collect();
        let told = run.code(code).stdout("").stderr.replace(home, "~");
        assert_eq!(told.lines().count(), 1, "{run}");
        let told: serde_json::Value =
            serde_json::from_str(&told).unwrap_or_else(|why| panic!("{why}\n{run}"));
        let told = &told["error"];
        assert_eq!(
            (&told["exit"], &told["message"], &told["hints"]),
            (&json!(code), &json!(message), &json!(hints))
        );
    }
    assert_eq!(before, (office.snapshot(), whole(office)), "a refused line changed the store");
}

/// Every record of the store, as a backup has it.
#[track_caller]
fn whole(office: &Office) -> String {
    let path = office.path("whole.jsonl");
    let _ = std::fs::remove_file(&path);
    office.lead(["backup", "create", path.to_str().expect("a path in UTF-8")]).ok();
    std::fs::read_to_string(path).expect("a backup is text")
}
