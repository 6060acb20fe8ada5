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
    office.lead("export trash:yes,no -F ndjson -o both.ndjson").ok();
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
            ("--on-duplicate merge", "0 added, 2 unchanged"),
        ] {
            did(office, &format!("{store} import {file} {options}"), &format!("{file}: {says}"));
        }
        let all = office.lead(format!("{store} list trash:yes,no -F ndjson --sort id")).lines();
        let kept: Vec<&Value> = all.iter().map(|lead| &lead["company"]).collect();
        let expected =
            if file == "both.ndjson" { [json!(null), json!("Acme")] } else { [json!("Acme"), json!(null)] };
        assert_eq!(kept, expected.iter().collect::<Vec<_>>());
        office.lead(format!("{store} doctor")).ok();
    }
});

both!(a_row_that_changes_nothing_records_no_lapse, "A9 P1", |office| {
    office.init("agency");
    office.user("sam", "sales");
    office.lead("user grant sam manage").ok();
    office.add("'Kim Lee' --email kim@acme.example");
    office.lead("--as sam claim 1").ok();
    office.file("kim.csv", "name,email\nKim Lee,kim@acme.example\n");
    office.at("2026-11-23T10:00:00+01:00");
    for options in ["--update-by email", "--on-duplicate merge"] {
        did(office, &format!("import kim.csv {options}"), "kim.csv: 0 added, 1 unchanged");
    }
    if !office.is_served() {
        assert!(office.events(1, "claim_lapsed").is_empty());
    }
    office.lead("note 1 called").ok();
    assert_eq!(office.events(1, "claim_lapsed").len(), 1);
    office.lead("doctor").ok();
});

both!(notes_come_once, "L1 L5 P1", |office| {
    office.init("agency");
    office.add("'Kim Lee' --email kim@acme.example --company Acme --note first");
    let rows = "name,email,company,notes\n\
        Kim,kim@acme.example,Acme,\"wants a roof\n\nin May\"\n\
        Kim Lee,kim@acme.example,,\"[2026-01-02 10:00 sam] second\n[2026-01-01 10:00 sam] third\"\n\
        Sam Poe,sam@acme.example,,asked for a quote\n\
        Sam Poe,sam@acme.example,,asked for a quote\n";
    office.file("leads.csv", rows);
    // The same without the name that Kim does not take.
    office.file("plain.csv", &rows.replace("Kim,", "Kim Lee,"));
    for (line, says) in [
        ("leads.csv --on-duplicate merge", "1 added, 2 changed, 1 unchanged"),
        ("leads.csv --on-duplicate merge", "0 added, 4 unchanged"),
        ("leads.csv --on-duplicate merge --keep-going", "0 added, 4 unchanged"),
        ("plain.csv --update-by email", "0 added, 4 unchanged"),
        ("plain.csv --on-duplicate merge", "0 added, 4 unchanged"),
    ] {
        let file = line.split(' ').next().unwrap();
        did(office, &format!("import {line}"), &format!("{file}: {says}"));
        let notes = office.field(1, "notes");
        let notes = notes.as_str().unwrap();
        for note in ["first", "wants a roof\n\nin May", "] second", "] third", "other values: name Kim"] {
            assert_eq!(notes.matches(note).count(), 1, "{note} of {notes}");
        }
    }
    office.file("more.csv", "name,email,notes\nKim Lee,kim@acme.example,wants a roof in June\n");
    for says in ["0 added, 1 changed", "0 added, 1 unchanged"] {
        did(office, "import more.csv --update-by email", &format!("more.csv: {says}"));
    }
    let sam = office.found("email:sam");
    assert_eq!(office.field(sam[0], "notes").as_str().unwrap().matches("asked for a quote").count(), 1);
    // By hand a note is one every time.
    for _ in 0..2 {
        office.lead("add Kim --email kim@acme.example --note called --on-duplicate merge").ok();
    }
    assert_eq!(office.field(1, "notes").as_str().unwrap().matches("called").count(), 2);
    office.lead("doctor").ok();
});
