//! A file that comes a second time: what is there already stays as it is.

use serde_json::{Value, json};

use crate::harness::{Office, both};

/// What an import did, without its hint.
#[track_caller]
fn did(office: &Office, line: &str, says: &str) {
    let run = office.lead(line);
    let said = run.ok().stderr.lines().find(|line| line.contains(" added")).unwrap_or_default();
    assert_eq!(said, says, "{run}");
}

both!(the_trash_comes_once, "M11 P1", |office| {
    office.init("agency");
    office.add("'Kim Lee' --email kim@acme.example --phone '+49 30 1234567'");
    office.lead("trash 1").ok();
    office.lead("export trash:yes -o trash.csv").ok();
    let before = office.snapshot();
    for options in ["--update-by email", "--on-duplicate merge", "--update-by email --keep-going"] {
        did(office, &format!("import trash.csv {options}"), "trash.csv: 0 added, 1 unchanged");
        office.lead(format!("import trash.csv {options} --report rows.csv")).ok();
        let report = std::fs::read_to_string(office.path("rows.csv")).unwrap();
        assert_eq!(report, "row,outcome,lead,error,reason\n2,unchanged,1,,\n");
    }
    let leads = |text: &str| text.lines().next().unwrap_or_default().to_owned();
    assert_eq!(leads(&before), leads(&office.snapshot()));
    assert_eq!(office.found("trash:yes"), [1]);
    office.file("soon.csv", "name,email,trashed_at\nKim,kim@acme.example,soon\n");
    office.refused(2, "import soon.csv --update-by email").says("error: line 2: trashed_at `soon` ");
    office.lead("doctor").ok();
});

both!(who_is_in_the_trash_is_nobody_s_duplicate, "A5 P1", |office| {
    office.init("agency");
    office.add("'Kim Lee' --email kim@acme.example");
    office.lead("trash 1").ok();
    // A row that is not of the trash is a lead of its own, and is known from then on.
    office.file("kim.csv", "name,email,company\nKim Lee,kim@acme.example,Acme\n");
    did(office, "import kim.csv --update-by email", "kim.csv: 1 added");
    did(office, "import kim.csv --update-by email", "kim.csv: 0 added, 1 unchanged");
    assert_eq!((office.found(""), office.found("trash:yes")), (vec![2], vec![1]));
    // Both of them, in either order, in one file.
    office.lead("export trash:yes,no -F ndjson -o both.ndjson --sort id").ok();
    let both = std::fs::read_to_string(office.path("both.ndjson")).unwrap();
    let rows: Vec<&str> = both.lines().collect();
    assert_eq!(rows.len(), 2, "{both}");
    office.file("turned.ndjson", &format!("{}\n{}\n", rows[1], rows[0]));
    for (store, file) in [("one", "both.ndjson"), ("other", "turned.ndjson")] {
        let store = format!("--store {store}");
        office.lead(format!("{store} init --pipeline agency --zone Europe/Berlin")).ok();
        for (options, says) in [
            ("", "2 added"),
            ("--update-by email", "0 added, 2 unchanged"),
            ("--on-duplicate merge", "0 added, 1 changed, 1 unchanged"),
        ] {
            did(office, &format!("{store} import {file} {options}"), &format!("{file}: {says}"));
        }
        let all = office.lead(format!("{store} list trash:yes,no -F ndjson --sort id")).lines();
        let kept: Vec<&Value> = all.iter().map(|lead| &lead["company"]).collect();
        let expected = if file == "both.ndjson" { [json!(null), json!("Acme")] } else { [json!("Acme"), json!(null)] };
        assert_eq!(kept, expected.iter().collect::<Vec<_>>());
        office.lead(format!("{store} doctor")).ok();
    }
});
