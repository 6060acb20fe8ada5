//! Notes, contacts and tags: what stays with a lead for good.

use serde_json::{Value, json};

use crate::harness::{account, both};

both!(notes_stand_newest_first_and_older_ones_stay, "L1 F6 A7", |office| {
    office.init("field-service");
    office.user("sam", "sales");
    let lead = office.add("'Kim Lee'");
    office.lead(format!("note {lead} asked for a quote")).ok().stdout("");
    let me = account();
    let first = format!("[2026-11-22 09:00 {me}] asked for a quote");
    assert_eq!(office.field(lead, "notes"), first.as_str());
    office.at("2026-11-22T14:03:00+01:00");
    let typed = "two\nlines\tand a tab, \u{1f600} und ä";
    office.lead(["--as", "sam", "note", "1", typed]).ok();
    let second = format!("[2026-11-22 14:03 sam] {typed}\n{first}");
    assert_eq!(office.field(lead, "notes"), second.as_str());
    office.lead(format!("convert {lead}")).ok();
    office.lead(format!("mv {lead} inactive")).ok();
    assert_eq!(office.field(lead, "notes"), second.as_str(), "byte for byte");
    assert_eq!(office.events(lead, "noted").len(), 2);
    let run = office.lead_with(b"from a pipe\n", format!("note {lead} -"));
    run.ok();
    assert!(
        office
            .field(lead, "notes")
            .as_str()
            .unwrap()
            .starts_with(&format!("[2026-11-22 14:03 {me}] from a pipe\n"))
    );
});

both!(control_characters_do_not_get_in, "L1", |office| {
    office.init("field-service");
    let lead = office.add("'Kim Lee'");
    for text in ["red \u{1b}[31m", "bell \u{7}", "\u{1b}]52;c;AAAA\u{7}", "over\u{202e}ride", "\u{9b}31m"] {
        office.refused(2, ["note", "1", text]);
    }
    office.refused(2, format!("note {lead} ''"));
    let empty = office.lead_with(b"", format!("note {lead} -"));
    empty.refused(2);
});

both!(some_kinds_count_as_contact_and_some_do_not, "L2 F6", |office| {
    office.init("field-service");
    for kind in ["call", "text", "email", "message", "visit", "estimate"] {
        let lead = office.add("'Kim Lee'");
        office.lead(format!("log {lead} {kind} 'said hello' --outcome reached")).ok().stdout("");
        assert_eq!(office.field(lead, "last_contacted_at"), "2026-11-22T08:00:00Z", "{kind}");
        let entries = office.events(lead, "contact_logged");
        assert_eq!(
            (entries.len(), &entries[0]["action"], &entries[0]["text"]),
            (1, &json!(kind), &json!("said hello"))
        );
    }
    for kind in ["note", "job", "payment", "other"] {
        let lead = office.add("'Kim Lee'");
        office.lead(format!("log {lead} {kind} 'did it'")).ok();
        assert_eq!(office.field(lead, "last_contacted_at"), Value::Null, "{kind}");
    }
    office.lead("note 1 'plain'").ok();
    let run = office.lead("log 1 telepathy hm");
    assert!([2, 3].contains(&run.code), "{run}");
    run.refused(run.code).says("telepathy");
});

both!(a_contact_does_not_silently_end_a_follow_up, "L3 M8", |office| {
    office.init("field-service");
    let lead = office.add("'Kim Lee' --follow-up 2026-11-22");
    let run = office.lead(format!("log {lead} call busy"));
    run.ok().says("hint: ").says("2026-11-22");
    assert_eq!(office.field(lead, "follow_up")["date"], "2026-11-22");
    office.lead(format!("log {lead} call busy --next +3d")).ok();
    assert_eq!(office.field(lead, "follow_up")["date"], "2026-11-25");
    let run = office.lead(format!("log {lead} call busy"));
    assert!(!run.ok().stderr.contains("hint: "), "not due, no hint\n{run}");
    office.lead(format!("log {lead} call reached --done")).ok();
    assert_eq!(office.field(lead, "follow_up"), Value::Null);
    office.refused(2, format!("log {lead} call x --done --next +3d"));
});

both!(a_contact_and_a_move_are_one_commit, "L5 L3", |office| {
    office.init("dealership");
    let lead = office.add("'Kim Lee' --follow-up 2026-11-22");
    office.lead(format!("log {lead} call 'they replied' --next tomorrow --move mark-contacted")).ok();
    let entries = office.history(lead);
    let of = |event: &str| entries.iter().find(|entry| entry["event"] == event).unwrap()["change"].clone();
    assert_eq!(of("contact_logged"), of("lead_status_transition"));
    assert_eq!(of("contact_logged"), of("follow_up_set"));
    office.refused(4, format!("log {lead} call 'bought it' --next +9d --move mark-won"));
});

both!(a_schedules_note_goes_to_the_notes, "F5", |office| {
    office.init("field-service");
    let lead = office.add("'Kim Lee' --note older");
    office.lead(format!("schedule {lead} +3d --note 'ask about the boiler'")).ok();
    let me = account();
    let notes = format!("[2026-11-22 09:00 {me}] ask about the boiler\n[2026-11-22 09:00 {me}] older");
    assert_eq!(office.field(lead, "notes"), notes.as_str());
    assert_eq!(office.events(lead, "follow_up_set").len(), 1);
    office.lead(format!("schedule {lead} none")).ok();
    assert_eq!(office.events(lead, "follow_up_cleared").len(), 1);
});

both!(tags_say_what_it_is_and_never_move_it, "F8 L4", |office| {
    office.init("field-service");
    let lead = office.add("'Kim Lee' --tag VIP");
    office.lead(format!("tag {lead} Commercial Warranty --remove VIP")).ok().stdout("");
    assert_eq!(office.field(lead, "tags"), json!(["Commercial", "Warranty"]));
    assert_eq!(office.field(lead, "stage"), "lead");
    let before = office.snapshot();
    office.lead(format!("tag {lead} commercial")).ok();
    assert_eq!(before, office.snapshot(), "already so, in any case");
    office.refused(2, format!("tag {lead} any"));
});

both!(everything_stays_through_every_stage, "L4", |office| {
    office.init("dealership");
    let lead = office.add("'Kim Lee' --tag hot --note hello --set car=blue --follow-up 2026-12-24");
    office.lead(format!("log {lead} visit 'came in'")).ok();
    let before = office.show(lead);
    for name in
        ["mark-contacted", "mark-engaged", "set-appointment", "mark-showed", "start-negotiation", "mark-won"]
    {
        office.lead(format!("mv {lead} {name}")).ok();
    }
    office.lead(format!("convert {lead}")).ok();
    let after = office.show(lead);
    for same in ["tags", "notes", "fields", "follow_up", "last_contacted_at", "created_at", "created_by"] {
        assert_eq!(before[same], after[same], "{same}");
    }
});
