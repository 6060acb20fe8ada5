//! What scripts read: formats, keys, errors as JSON, pipes that close early.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::process::Stdio;

use serde_json::Value;

use crate::harness::{Office, both, direct};

const KEYS: [&str; 27] = [
    "id",
    "revision",
    "pipeline",
    "stage",
    "name",
    "company",
    "email",
    "phone",
    "phone_e164",
    "address",
    "source",
    "tags",
    "fields",
    "value",
    "owner",
    "claim",
    "assignee",
    "follow_up",
    "badge",
    "last_contacted_at",
    "converted_at",
    "customer",
    "created_at",
    "created_by",
    "changed_at",
    "trashed_at",
    "merged_into",
];

fn keys(value: &Value) -> BTreeSet<&str> {
    value.as_object().unwrap_or_else(|| panic!("not an object: {value}")).keys().map(String::as_str).collect()
}

fn stock(office: &Office) {
    office.init("mini");
    office.add("'Kim Lee' --email kim@acme.example");
    office.add("'Sam Poe'");
}

both!(json_has_every_key_always, "L5", |office| {
    stock(office);
    let listed = office.lead("list --json").json();
    let plain: BTreeSet<_> = KEYS.into_iter().collect();
    for lead in listed.as_array().expect("an array") {
        assert_eq!(keys(lead), plain);
    }
    let mut shown = plain.clone();
    shown.extend(["notes", "actions", "appointments"]);
    assert_eq!(keys(&office.show(1)), shown);
    let ndjson = office.lead("list -F ndjson").lines();
    assert_eq!(listed, Value::Array(ndjson));
    assert!(office.lead("show 1,2 --json").json().is_array());
    assert!(office.lead("show 1-1 --json").json().is_array(), "a range is no literal id");
    assert_eq!(office.lead("list nobody --json").json(), Value::Array(Vec::new()));
    let added = office.lead("add 'Ada' --json").json();
    assert_eq!((&added["id"], &added["name"]), (&3.into(), &"Ada".into()));
});

both!(a_change_answers_with_the_leads_only_if_asked, "L5", |office| {
    stock(office);
    let run = office.lead("mv 1 contacted");
    run.ok().stdout("");
    assert_eq!(run.stderr.lines().count(), 1, "one line for each lead\n{run}");
    let run = office.lead("mv 1,2 qualified");
    assert_eq!(run.ok().stderr.lines().count(), 2, "{run}");
    let moved = office.lead("mv 1 contacted --json").json();
    assert_eq!((&moved["id"], &moved["stage"]), (&1.into(), &"contacted".into()));
    let moved = office.lead("mv 1,2 lost --json").json();
    assert_eq!(moved.as_array().map(Vec::len), Some(2));
    let quiet = office.lead("-q mv 1 new");
    quiet.ok().stdout("").stderr("");
});

both!(on_a_pipe_a_list_is_bare_lines_with_tabs, "M3", |office| {
    stock(office);
    office.add("'A very long name that no table of eighty columns would ever show without cutting it short somewhere'");
    office.lead("list -F ids").ok().stdout("1\n2\n3\n");
    let piped = office.lead("list");
    let rows: Vec<Vec<_>> = piped.ok().stdout.lines().map(|line| line.split('\t').collect()).collect();
    assert_eq!(rows.len(), 3, "no header\n{piped}");
    assert!(rows.iter().all(|row| row.len() == rows[0].len()), "{piped}");
    assert_eq!(rows[0][..2], ["1", "Kim Lee"]);
    piped.shows("without cutting it short somewhere");
    assert_eq!(piped.stdout, office.lead("list -F tsv").ok().stdout);
    office
        .lead("list -F tsv --columns id,email,stage")
        .ok()
        .stdout("1\tkim@acme.example\tnew\n2\t\tnew\n3\t\tnew\n");
    assert!(!piped.stdout.contains('\u{1b}'));
    let coloured = office.lead("--color always list -F table");
    coloured.ok().shows("Kim Lee");
    office.lead("list --columns id,no-such").refused(2).says("no-such");
    office.lead("list -F pdf").refused(2);
});

both!(what_was_typed_cannot_forge_a_column, "L1", |office| {
    office.init("mini");
    office.add("'Kim Lee'");
    office.lead(["note", "1", "tab\there\nand a line"]).ok();
    let run = office.lead("list -F tsv --columns id,notes");
    assert_eq!(run.ok().stdout.lines().count(), 1, "{run}");
    assert_eq!(run.stdout.trim_end().split('\t').count(), 2, "{run}");
});

both!(an_error_is_one_json_line_when_json_is_asked_for, "A8 L5", |office| {
    office.init("mini");
    office.user("sam", "sales");
    office.add("'Kim Lee'");
    office.lead("--as sam claim 1").ok();
    for (line, exit, code, lead) in [
        ("claim 1 --json", 4, Some("claimed"), Some(1)),
        ("mv 1 converted -F ndjson", 4, None, Some(1)),
        ("show 9 --json", 3, None, None),
        ("list stge:new --json", 2, None, None),
        ("list --no-such-option --json", 2, None, None),
        ("no-such-verb --json", 2, None, None),
    ] {
        let run = office.lead(line);
        run.code(exit).stdout("");
        assert_eq!(run.stderr.lines().count(), 1, "{run}");
        let error: Value = serde_json::from_str(&run.stderr).unwrap_or_else(|why| panic!("{why}\n{run}"));
        let error = &error["error"];
        for key in ["code", "exit", "message", "hints"] {
            assert!(error.get(key).is_some(), "no {key}\n{run}");
        }
        assert_eq!(error["exit"], exit);
        assert!(code.is_none_or(|code| error["code"] == code), "{run}");
        assert!(lead.is_none_or(|lead| error["lead"] == lead), "{run}");
        assert!(error["hints"].is_array() && error["message"].is_string(), "{run}");
    }
});

both!(usage_errors_have_the_same_form, "P4", |office| {
    office.init("mini");
    office.add("'Kim Lee'");
    for line in [
        "--no-such",
        "no-such-verb",
        "mv",
        "add",
        "list --limit",
        "show",
        "list --limit x",
        "mv 1",
        "schedule 1",
    ] {
        office.lead(line).refused(2);
    }
    office.lead("lsit").refused(2).says("list");
    for line in ["--help", "--version", "help", "mv --help", "customer --help"] {
        assert!(!office.lead(line).ok().stdout.is_empty(), "{line}");
    }
});

direct!(a_pipe_that_closes_early_is_no_error, "N2", |office| {
    office.init("mini");
    for n in 0..40 {
        office.add(&format!(
            "'Lead {n} with a rather long name to fill a pipe' --address '{}'",
            "x".repeat(200)
        ));
    }
    for line in ["list", "list --json", "history -F ndjson", "--help"] {
        let mut child =
            office.lead_command(line).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let mut stderr = String::new();
        child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        let status = child.wait().unwrap();
        assert_eq!((status.code(), stderr.as_str()), (Some(0), ""), "{line}");
    }
});

both!(status_says_who_one_is_and_how_the_store_is_reached, "U1 U2 N2", |office| {
    office.init("mini");
    office.add("'Kim Lee' --follow-up 2026-11-20");
    let status = office.lead("status --json").json();
    assert!(status.is_object(), "{status}");
    assert_eq!(status["daemon"], office.is_served(), "{status}");
    let text = office.lead("status").ok().stdout.clone();
    assert!(
        text.contains(&crate::harness::account()) && text.contains(office.store().to_str().unwrap()),
        "{text}"
    );
    assert!(status.to_string().contains("mini"), "{status}");
});
