//! The end of an import: nothing is seen before it, all is with it, and it can be undone.

use serde_json::{Value, json};

use super::given;
use crate::harness::{Office, both};

/// An import that is broken off behind its first rows: they come through a pipe that never ends.
pub fn interrupted(office: &Office, file: &str, rows: usize) {
    broken_off(office, file, "csv", rows + 1, rows);
}

/// The same of any form that is read as it comes, behind so many lines.
fn broken_off(office: &Office, file: &str, form: &str, lines: usize, rows: usize) {
    use std::io::{BufRead as _, BufReader, Write as _};
    use std::process::Stdio;

    let text = std::fs::read_to_string(file).unwrap();
    let first: String = text.split_inclusive('\n').take(lines).collect();
    let fifo = office.path("fifo");
    nix::unistd::mkfifo(&fifo, nix::sys::stat::Mode::S_IRWXU).unwrap();
    let fifo = fifo.to_str().unwrap();
    let mut child = office
        .lead_command(["import", fifo, "--from", form, "--update-by", "email", "-v"])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = std::fs::OpenOptions::new().write(true).open(fifo).unwrap();
    pipe.write_all(first.as_bytes()).unwrap();
    let said = BufReader::new(child.stderr.take().unwrap()).lines();
    let portion = said.map_while(Result::ok).find(|line| line.contains(&format!("{rows} rows are stored")));
    assert!(portion.is_some(), "the first portion was not told");
    child.kill().unwrap();
    child.wait().unwrap();
    drop(pipe);
    std::fs::remove_file(fifo).unwrap();
}

both!(it_is_undone_whole_and_given_back, "L9 N4", |office| {
    office.init("mini");
    office.add("'Kim Lee' --email kim@acme.example");
    let file = office.file(
        "leads.csv",
        "name,email,company\nKim,kim@acme.example,Acme\nSam,sam@acme.example,\nBo,bo@acme.example,\n",
    );
    let before = office.lead("list --json").ok().stdout.clone();
    office.lead(["import", &file, "--update-by", "email"]).ok();
    let after = office.lead("list --json --columns id,name,company").ok().stdout.clone();
    office.lead("undo").ok();
    assert_eq!(office.found(""), [1]);
    let (was, is): (Value, Value) =
        (serde_json::from_str(&before).unwrap(), office.lead("list --json").json());
    assert_eq!(given(&was[0]), given(&is[0]));
    office.lead("show 2").refused(3);
    office.lead("doctor").ok();
    office.lead(["import", &file, "--update-by", "email", "--resume"]).refused(3);
    let undone = office.lead("history --event undone -F ndjson").lines().pop().unwrap()["change"].clone();
    office.lead(format!("undo --change {undone}")).ok();
    let again = office.lead("list --json --columns id,name,company").ok().stdout.clone();
    let names = |text: &str| -> Vec<Value> {
        let rows: Vec<Value> = serde_json::from_str(text).unwrap();
        rows.into_iter().map(|row| given(&row)).collect()
    };
    assert_eq!(names(&after), names(&again));
    office.lead("doctor").ok();
});

both!(a_lead_that_was_worked_is_in_the_way_of_the_undo, "L9", |office| {
    office.init("mini");
    let file = office.file("leads.csv", "name\nKim\nSam\n");
    office.lead(["import", &file]).ok();
    let change = office.lead("history --event imported -F ndjson").lines().pop().unwrap()["change"].clone();
    office.lead("note 2 called").ok();
    office.refused(4, format!("undo --change {change}")).says("`notes` of lead 2 is in the way");
    office.lead("undo 2").ok();
    office.lead(format!("undo --change {change}")).ok();
    assert!(office.found("").is_empty());
});

both!(a_lead_of_a_client_waits_for_the_end_and_goes_with_it, "A3 A5 L9", |office| {
    office.init("agency");
    office.lead("customer add 'Acme' --email acme@acme.example").ok();
    let file = office.file("leads.csv", "name,email\nKim,acme@acme.example\nSam,sam@acme.example\n");
    office.lead(["import", &file, "--on-duplicate", "merge"]).ok().says("2 added\n");
    let leads = office.found("");
    assert_eq!(leads.len(), 2);
    assert_eq!(office.lead("customer leads 1 -F ids").ok().stdout, format!("{}\n", leads[1]));
    office.lead("doctor").ok();
    office.lead("undo").ok();
    assert!(office.found("").is_empty());
    assert_eq!(office.lead("customer leads 1 -F ids").ok().stdout, "");
    office.lead("doctor").ok();
    let undone = office.lead("history --event undone -F ndjson").lines().pop().unwrap()["change"].clone();
    office.lead(format!("undo --change {undone}")).ok();
    assert_eq!(office.found(""), leads);
    assert_eq!(office.lead("customer leads 1 -F ids").ok().stdout, format!("{}\n", leads[1]));
    office.lead("doctor").ok();
});

both!(a_pipeline_replaced_meanwhile_loses_no_lead, "P3 L9", |office| {
    office.init("mini");
    let text = office.lead("pipeline export mini").ok().stdout.clone();
    let ours = office.file("ours.toml", &text.replace("qualified", "fit"));
    let file = office.file("leads.csv", "name,stage\nKim,qualified\n");
    office.lead(["import", &file]).ok();
    office.lead("undo").ok();
    let undone = office.lead("history --event undone -F ndjson").lines().pop().unwrap()["change"].clone();
    office.lead(["pipeline", "replace", &ours]).ok();
    office
        .refused(2, format!("undo --change {undone}"))
        .says("error: the pipeline `mini` was changed since, and has no stage `qualified`\n");
    office.lead("doctor").ok();
});

both!(nothing_is_seen_before_the_end, "P1 D8", |office| {
    office.init("mini");
    office.add("'Kim Lee' --email kim@acme.example");
    let mut rows: String = (1..=150).map(|n| format!("Lead {n},{n}@acme.example,\n")).collect();
    rows.push_str("Kim,kim@acme.example,Acme\n");
    let file = office.file("leads.csv", &format!("name,email,company\n{rows}"));
    let before = office.snapshot();
    interrupted(office, &file, 100);
    assert_eq!(office.found(""), [1], "rows of an import that has not ended");
    office.lead("show 2").refused(3);
    office.lead("status").ok();
    assert_eq!(before, office.snapshot());
    office.lead("doctor").ok();
    office.lead(["import", &file, "--resume", "--update-by", "email"]).ok().says("150 added, 1 changed\n");
    assert_eq!(office.found("").len(), 151);
    assert_eq!(office.field(1, "company"), "Acme");
    let names = office.lead("list -F tsv --columns name").ok().stdout.clone();
    let unique: std::collections::BTreeSet<_> = names.lines().collect();
    assert_eq!(unique.len(), 151, "a row was taken twice");
    office.lead("doctor").ok();
    office.lead(["import", &file, "--resume"]).refused(3).says("error: no import of yours was broken off\n");
});

both!(cards_and_objects_go_on_where_they_were_broken_off, "P1", |office| {
    office.init("mini");
    let objects: String = (1..=120)
        .map(|n| format!("{}\n", json!({"name": "Kim", "email": format!("{n}@a.example")})))
        .collect();
    let card = |n| format!("BEGIN:VCARD\nFN:Sam\nEMAIL:{n}@b.example\nPHOTO:AAAA\nEND:VCARD\n");
    let cards: String = (1..=120).map(card).collect();
    for (form, name, text, lines) in
        [("ndjson", "all.ndjson", objects, 100), ("vcard", "all.vcf", cards, 500)]
    {
        let before = office.found("");
        let file = office.file(name, &text);
        broken_off(office, &file, form, lines, 100);
        assert_eq!(office.found(""), before);
        let again = office.lead(["import", &file, "--resume", "--update-by", "email"]);
        again.ok().says(&format!("{file}: 120 added\n"));
        assert_eq!(office.found("").len(), before.len() + 120);
    }
    office.lead("doctor").ok();
});

both!(going_on_needs_the_same_rows, "P1", |office| {
    office.init("mini");
    let rows: String = (1..=120).map(|n| format!("Lead {n},{n}@acme.example\n")).collect();
    let file = office.file("leads.csv", &format!("name,email\n{rows}"));
    interrupted(office, &file, 100);
    let other = office.file("other.csv", &format!("name,email\n{}", rows.replace("Lead 7,", "Lead Seven,")));
    office
        .lead(["import", &other, "--resume", "--update-by", "email"])
        .refused(2)
        .says("does not begin with the rows that were imported so far");
    for others in ["--update-by email --keep-going", "--update-by email --on-duplicate keep", ""] {
        office.lead(format!("import {file} --resume {others}")).refused(2).stderr(&format!(
            "error: the import of {} was begun with other options\n\
             hint: type it as then, with `--resume` behind\n\
             hint: without `--resume` another import begins\n",
            office.path("fifo").display(),
        ));
    }
    office.lead(["import", &file, "--resume", "--update-by", "email"]).ok();
    assert_eq!(office.found("").len(), 120);
});

both!(a_backup_keeps_what_is_not_seen_yet, "P1 L9", |office| {
    office.init("mini");
    let rows: String = (1..=120).map(|n| format!("Lead {n},{n}@acme.example\n")).collect();
    let file = office.file("leads.csv", &format!("name,email\n{rows}"));
    let seen = office.file("seen.csv", "name\nZoe\nMax\n");
    office.lead(["import", &seen]).ok();
    interrupted(office, &file, 100);
    let listed = office.lead("list --json").ok().stdout.clone();
    office.lead("backup create copy.jsonl").ok();
    office.lead("--store other backup restore copy.jsonl").ok();
    assert_eq!(office.lead("--store other list --json").ok().stdout, listed);
    office.lead("--store other doctor").ok();
    office.lead(["--store", "other", "import", &file, "--resume", "--update-by", "email"]).ok();
    assert_eq!(office.lead("--store other list -F ids").ok().stdout.lines().count(), 122);
    office.lead("--store other doctor").ok();
});

both!(a_stream_tells_what_an_import_brought, "N5", |office| {
    office.init("mini");
    let next = office.lead("history -F ndjson").lines().len() + 1;
    let file = office.file("leads.csv", "name\nKim\nSam\n");
    office.lead(["import", &file]).ok();
    let seen = |from: usize| -> Vec<Value> {
        let run = office.lead(format!("watch --until-now --from {from}"));
        run.lines().iter().map(|entry| entry["lead"].clone()).collect()
    };
    assert_eq!(seen(next), [json!(1), json!(2), Value::Null]);
    let end = office.lead("history --event imported -F ndjson").lines().pop().unwrap()["seq"].clone();
    let end = usize::try_from(end.as_u64().unwrap()).unwrap();
    assert_eq!(seen(end), [Value::Null], "the lead before it was told");
    assert_eq!(seen(end + 1), [Value::Null; 0]);
});

both!(who_is_given_leads_hears_of_those_that_are_still_theirs, "O1 U4", |office| {
    office.init("mini");
    office.user("sam", "sales");
    let file = office
        .file("leads.csv", "name,owner,trashed_at\nTrash,sam,2026-01-01T00:00:00Z\nGone,sam,\nLive,sam,\n");
    office.lead(["import", &file]).ok();
    office.lead("trash 2").ok();
    office.at("2026-11-24T08:00:00+01:00");
    office.swept("the new owner's mail", || !office.mails_of("assigned").is_empty());
    let mails = office.mails_of("assigned");
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].to(), "sam@acme.example");
    assert!(mails[0].text.contains("Live") && !mails[0].text.contains("Trash"), "{}", mails[0].text);
});

both!(a_file_that_cannot_be_read_to_its_end_says_what_stands, "P1", |office| {
    office.init("mini");
    office.add("Kim --email kim@acme.example");
    office.add("Bo --email bo@acme.example");
    let mut rows: Vec<Value> = (1..=250)
        .map(|n| json!({"name": format!("Lead {n}"), "email": format!("{n}@acme.example")}))
        .collect();
    rows[10] = json!({"name": "Kim", "email": "kim@acme.example", "company": "Acme"});
    rows[120] = json!({"name": "Bo", "email": "bo@acme.example", "company": "Acme"});
    // An edit of a lead of the file itself goes with that lead.
    rows[130] = json!({"name": "Lead 1", "email": "1@acme.example", "company": "Acme"});
    rows[140] = json!({"name": "Bad", "email": "bad at acme"});
    rows.push(json!({"name": "x".repeat(300 << 10)}));
    let text: String = rows.iter().map(|row| format!("{row}\n")).collect();
    office.file("late.ndjson", &text);
    let bad = "error: line 141: email `bad at acme` has no `@`\nhint: write one address as `name@domain`\n";
    let why =
        "error: late.ndjson line 251 is longer than 256 KiB\nhint: each object stands on a line of its own\n";
    office
        .lead("import late.ndjson --update-by email")
        .code(2)
        .stdout("")
        .stderr(&format!("{bad}{why}hint: nothing was imported\n"));
    assert!(office.field(1, "company").is_null());
    office
        .lead("import late.ndjson --update-by email --keep-going -n")
        .code(2)
        .stderr(&format!("{bad}{why}"));
    office.lead("import late.ndjson --update-by email --keep-going").code(8).stdout("").stderr(&format!(
        "{bad}{why}hint: before that, late.ndjson: 0 added, 2 changed, 1 left out: `lead history --since today` \
         has every change\n"
    ));
    assert_eq!((office.field(1, "company"), office.field(2, "company")), (json!("Acme"), json!("Acme")));
    assert_eq!(office.found(""), [1, 2]);
    // The second time there was nothing left to change.
    office
        .lead("import late.ndjson --update-by email --keep-going")
        .code(2)
        .stderr(&format!("{bad}{why}hint: nothing was imported\n"));
    office.lead("import late.ndjson --resume").refused(3);
    office.lead("doctor").ok();
});
