//! Alerts of what is overdue, and word of a claim that lapsed.

use crate::harness::{Office, both, direct};

fn alerts(office: &Office) -> usize {
    office.mails_of("overdue").len()
}

direct!(on_days_one_two_three_and_then_by_the_week, "R3 R4 T6", |office| {
    office.init("field-service");
    office.add("'Kim Lee' --owner me --follow-up 2026-11-23");
    let mut expected = 0;
    for day in 0..=18 {
        let date = jiff::civil::date(2026, 11, 23) + jiff::Span::new().days(day);
        office.at(&format!("{date}T07:59:59+01:00"));
        office.leadd_once().ok();
        assert_eq!(alerts(office), expected, "before eight on day {day}");
        office.at(&format!("{date}T08:00:00+01:00"));
        office.leadd_once().ok();
        office.leadd_once().ok();
        expected += usize::from([1, 2, 3, 10, 17].contains(&day));
        assert_eq!(alerts(office), expected, "on day {day}");
    }
});

both!(one_alert_a_person_lists_all_of_theirs, "R3 T3", |office| {
    office.init("field-service");
    office.user("sam", "sales");
    office.user("ida", "sales");
    for (name, owner) in [("Ada", "sam"), ("Bea", "sam"), ("Cid", "ida")] {
        office.add(&format!("'{name} Poe' --owner {owner} --follow-up 2026-11-23"));
    }
    office.at("2026-11-24T08:00:00+01:00");
    office.swept("two alerts", || alerts(office) == 2);
    for mail in office.mails_of("overdue") {
        let names = ["Ada Poe", "Bea Poe", "Cid Poe"]
            .map(|name| mail.text.contains(name) && mail.html.contains(name));
        let expected =
            if mail.to() == "sam@acme.example" { [true, true, false] } else { [false, false, true] };
        assert_eq!(names, expected, "to {}\n{}", mail.to(), mail.text);
    }
});

direct!(what_was_dealt_with_alerts_nobody, "R2 R5", |office| {
    office.init("field-service");
    for name in ["Done", "Moved", "Trashed"] {
        office.add(&format!("{name} --owner me --follow-up 2026-11-23"));
    }
    office.lead("log 1 call reached --done").ok();
    office.lead("log 2 call busy --next 2026-12-24").ok();
    office.lead("trash 3").ok();
    for day in 24..=27 {
        office.at(&format!("2026-11-{day}T08:00:00+01:00"));
        office.leadd_once().ok();
    }
    assert_eq!(office.mails().len(), 0);
});

direct!(a_follow_up_in_the_past_is_overdue_at_once, "M7 M5", |office| {
    office.init("mini");
    let lead = office.add("'Kim Lee' --owner me");
    let run = office.lead(format!("schedule {lead} 2026-11-20"));
    assert!(!run.ok().stderr.is_empty(), "a past date is accepted, and said");
    assert_eq!(office.field(lead, "badge"), "overdue");
    office.at("2026-11-23T08:00:00+01:00");
    office.leadd_once().ok();
    assert_eq!(alerts(office), 1);
});

direct!(the_days_are_the_firms_to_set, "T6", |office| {
    office.init("field-service");
    office.policy("[overdue]\ndays = [2]\nthen_every = 0");
    office.add("'Kim Lee' --owner me --follow-up 2026-11-23");
    for (day, expected) in [(24, 0), (25, 1), (26, 1), (30, 1)] {
        office.at(&format!("2026-11-{day}T08:00:00+01:00"));
        office.leadd_once().ok();
        assert_eq!(alerts(office), expected, "on the {day}th");
    }
});

both!(the_former_holder_is_told_of_the_lapse, "A9 O1", |office| {
    office.init("field-service");
    office.user("sam", "sales");
    let lead = office.add("'Kim Lee' --company Acme");
    office.lead(format!("--as sam claim {lead}")).ok();
    office.at("2026-11-23T09:00:00+01:00");
    office.swept("word of the lapse", || office.mails_of("claim-lapsed").len() == 1);
    let mail = &office.mails_of("claim-lapsed")[0];
    assert_eq!((mail.to(), mail.header("X-Lead-Id")), ("sam@acme.example".to_owned(), lead.to_string()));
    assert!(mail.text.contains("Kim Lee") && mail.html.contains("Kim Lee"), "{}", mail.text);
    office.at("2026-11-23T12:00:00+01:00");
    office.lead(format!("--as sam claim {lead}")).ok();
    office.at("2026-11-24T12:00:00+01:00");
    office.swept("word of the second lapse", || office.mails_of("claim-lapsed").len() == 2);
});

direct!(a_claim_that_was_kept_or_given_back_tells_nobody, "A10", |office| {
    office.init("field-service");
    office.user("sam", "sales");
    for name in ["Own", "Back", "Gone"] {
        office.add(name);
    }
    office.lead("--as sam claim 1-3").ok();
    office.lead("--as sam own 1").ok();
    office.lead("--as sam release 2").ok();
    office.lead("mv 3 inactive").ok();
    office.at("2026-11-23T09:00:00+01:00");
    office.leadd_once().ok();
    assert_eq!(office.mails_of("claim-lapsed").len(), 0);
});

direct!(a_mail_is_a_row_that_stays, "O1 O5 L5", |office| {
    office.init("field-service");
    office.add("'Kim Lee' --owner me --follow-up 2026-11-23");
    office.at("2026-11-23T08:00:00+01:00");
    office.leadd_once().ok();
    let rows = office.lead("outbox list --json").json();
    let row = &rows[0];
    for key in ["id", "kind", "to", "leads", "subject", "message_id", "state", "tries", "next_try", "error"] {
        assert!(row.get(key).is_some(), "no {key} in {row}");
    }
    assert_eq!(
        (&row["kind"], &row["state"], &row["leads"][0]),
        (&"reminder".into(), &"sent".into(), &1.into())
    );
    let mail = &office.mails()[0];
    let id = row["message_id"].as_str().unwrap().trim_matches(['<', '>']).to_owned();
    assert_eq!(mail.header("Message-ID").trim_matches(['<', '>']), id);
    let shown = office.lead("outbox show 1");
    shown.ok().shows(&id);
    office.lead("outbox show 99").refused(3);
    office.at("2026-11-23T12:00:00+01:00");
    office.leadd_once().ok();
    assert_eq!(office.lead("outbox list -F ids").ok().stdout, "1\n");
});

direct!(sent_rows_are_kept_ninety_days, "O5 T6", |office| {
    office.init("field-service");
    let lead = office.add("'Kim Lee' --owner me --follow-up 2026-11-23");
    office.at("2026-11-23T08:00:00+01:00");
    office.leadd_once().ok();
    office.lead(format!("schedule {lead} none")).ok();
    for (day, kept) in [("2027-02-21T07:59:00+01:00", "1\n"), ("2027-02-22T08:00:00+01:00", "")] {
        office.at(day);
        office.leadd_once().ok();
        office.lead("outbox list -F ids").ok().stdout(kept);
    }
    assert_eq!(office.mails_of("reminder").len(), 1, "the letter itself is not ours to throw away");
});

// Rows are forgotten while `leadd` runs, and their bytes with them: the folder would grow for as long as
// it does.
both!(the_bytes_of_a_mail_go_with_its_row, "O5 T6", |office| {
    office.init("field-service");
    office.add("'Kim Lee' --owner me --follow-up 2026-11-23");
    office.add("'Sam Poe' --owner me --follow-up 2027-06-01");
    let path = office.store().join("outbox/1.eml");
    office.at("2026-11-23T08:00:00+01:00");
    office.swept("the reminder is out", || office.lead("outbox list").stdout.contains("\tsent\t"));
    assert!(path.exists());
    office.lead("schedule 1 none").ok();
    office.at("2027-02-21T07:59:00+01:00");
    let swept_at = || office.lead("status --json").json()["swept_at"].clone();
    office.swept("the last day", || swept_at() == "2027-02-21T06:59:00Z");
    assert!(path.exists());
    office.at("2027-02-22T08:00:00+01:00");
    office
        .swept("its row is gone, and it", || office.lead("outbox list").stdout.is_empty() && !path.exists());
    office.lead("doctor").ok();
});
