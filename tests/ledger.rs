//! The history, the revision, the trash: what is written, and what is not.

use serde_json::{Value, json};

use crate::harness::{account, both};

both!(a_refused_change_writes_nothing, "L5", |office| {
    office.init("dealership");
    office.add("'Kim Lee' --email kim@acme.example");
    office.refused(4, "mv 1 won");
    office.refused(2, "schedule 1 2026-02-30");
    office.refused(3, "mv 1 no-such-stage");
    office.refused(3, "note 7 hello");
    office.refused(3, "assign 1 nobody-here");
    assert_eq!(office.add("'Sam Poe'"), 2, "no number was used up");
});

both!(a_history_entry_has_all_its_keys, "L5 N7 D2", |office| {
    office.init("dealership");
    office.add("'Kim Lee'");
    office.lead("mv 1 mark-contacted").ok();
    let entries = office.lead("history -F ndjson").lines();
    let keys = [
        "seq", "change", "at", "actor", "via", "lead", "event", "action", "from", "to", "edits", "text",
        "hash",
    ];
    for entry in &entries {
        keys.iter().for_each(|key| assert!(entry.get(key).is_some(), "no {key} in {entry}"));
    }
    let mut numbers: Vec<_> = entries.iter().filter_map(|entry| entry["seq"].as_u64()).collect();
    numbers.sort_unstable();
    assert!(numbers.windows(2).all(|pair| pair[1] == pair[0] + 1), "no gap: {numbers:?}");
    let of_one = office.history(1);
    assert_eq!(
        of_one.iter().map(|entry| entry["event"].clone()).collect::<Vec<_>>(),
        ["created", "lead_status_transition"]
    );
    assert_eq!((&of_one[0]["actor"], &of_one[0]["via"]), (&json!(account()), &Value::Null));
    office.lead("doctor").ok();
});

both!(the_history_can_be_narrowed, "L5", |office| {
    office.init("mini");
    office.user("sam", "sales");
    office.add("'Kim Lee'");
    office.at("2026-11-24T09:00:00+01:00");
    office.lead("--as sam note 1 hello").ok();
    let count = |line: &str| office.lead(line).lines().len();
    assert_eq!(count("history 1 -F ndjson"), 2);
    assert_eq!(count("history 1 --by sam -F ndjson"), 1);
    assert_eq!(count("history 1 --event created -F ndjson"), 1);
    assert_eq!(count("history 1 --since 2026-11-23 -F ndjson"), 1);
    assert_eq!(count("history 1 --until 2026-11-23 -F ndjson"), 1);
    office.lead("history 1 --event no-such-event").refused(2);
});

both!(the_trash_keeps_it_whole, "L8 M11", |office| {
    office.init("mini");
    let lead = office.add("'Kim Lee' --email kim@acme.example --tag vip --note hello --follow-up 2026-11-20");
    office.add("'Sam Poe'");
    let before = office.show(lead);
    office.lead(format!("trash {lead}")).ok().stdout("");
    assert_eq!(office.found(""), [2]);
    assert_eq!(office.found("kim"), [0; 0]);
    assert_eq!(office.found("pool:yes"), [2]);
    assert_eq!(office.found("trash:yes"), [lead]);
    assert_eq!(office.field(lead, "trashed_at"), "2026-11-22T08:00:00Z");
    let run = office.lead(format!("mv {lead} contacted"));
    run.refused(run.code);
    assert!([3, 4].contains(&run.code), "{run}");
    office.at("2027-11-22T09:00:00+01:00");
    office.lead(format!("restore {lead}")).ok();
    let mut after = office.show(lead);
    let mut expected = before;
    for moved in ["revision", "changed_at"] {
        expected[moved] = Value::Null;
        after[moved] = Value::Null;
    }
    assert_eq!(expected, after);
    let events: Vec<_> = office.history(lead).iter().map(|entry| entry["event"].clone()).collect();
    assert!(events.contains(&json!("trashed")) && events.contains(&json!("restored")), "{events:?}");
    let snapshot = office.snapshot();
    office.lead(format!("restore {lead}")).ok();
    assert_eq!(snapshot, office.snapshot(), "already so");
});

both!(two_people_work_from_the_same_state, "L10 D8", |office| {
    office.init("dealership");
    office.user("sam", "sales");
    office.user("ida", "sales");
    let lead = office.add("'Kim Lee' --stage contacted");
    let revision = office.field(lead, "revision");
    office.lead(format!("--as sam --if-revision {revision} mv {lead} mark-engaged")).ok();
    let before = office.snapshot();
    let run = office.lead(format!("--as ida --if-revision {revision} mv {lead} mark-lost"));
    run.code(5).stdout("");
    let first = run.stderr.lines().next().unwrap_or_default();
    let sentence = "This lead was changed by someone else just now \u{2014} reload and retry.";
    assert_eq!(first.trim_start_matches("error: "), sentence);
    assert_eq!(before, office.snapshot());
    let now = office.field(lead, "revision");
    assert!(now.as_u64() > revision.as_u64());
    office.lead(format!("--as ida --if-revision {now} mv {lead} mark-lost")).ok();
});

both!(a_dry_run_writes_nothing, "L5 N2", |office| {
    office.init("dealership");
    office.user("sam", "sales");
    office.add("'Kim Lee' --email kim@acme.example");
    let before = office.snapshot();
    for line in [
        "-n add 'Sam Poe'",
        "-n mv 1 mark-contacted",
        "--dry-run claim 1",
        "-n convert 1",
        "-n note 1 hello",
        "-n log 1 call hello --next +3d",
        "-n schedule 1 tomorrow",
        "-n tag 1 hot",
        "-n assign 1 sam",
        "-n trash 1",
        "-n user add ida --role sales --account a-ida",
        "-n customer add 'Zoe'",
    ] {
        office.lead(line).ok();
        assert_eq!(before, office.snapshot(), "`{line}` left a trace");
    }
    office.lead("-n mv 1 won").code(4).says("error: cannot move 1 from New to Won\n");
    office.lead("customer list -F ids").ok().stdout("");
    assert_eq!(office.add("'Sam Poe'"), 2);
});

both!(numbers_are_never_used_again, "L8", |office| {
    office.init("mini");
    for name in ["A", "B", "C"] {
        office.add(name);
    }
    office.lead("trash 3").ok();
    assert_eq!(office.add("'D'"), 4);
});
