//! The morning's mail: reminders at eight, once, to whom they concern.

use crate::harness::{Office, both, direct};

/// A lead of sam's with a follow-up on Tuesday 2026-11-24.
fn due(office: &Office, pipeline: &str) -> u64 {
    office.init(pipeline);
    office.user("sam", "sales");
    let lead = office.add("'Kim Lee' --email kim@acme.example --company Acme --owner sam");
    office.lead(format!("schedule {lead} 2026-11-24")).ok();
    lead
}

fn reminders(office: &Office) -> usize {
    office.mails_of("reminder").len()
}

/// After a sweep at each instant, so many reminders have gone out.
fn sweeps(office: &Office, expected: &[(&str, usize)]) {
    for (when, count) in expected {
        office.at(when);
        office.leadd_once().ok();
        assert_eq!(reminders(office), *count, "at {when}");
    }
}

direct!(none_before_eight_one_at_eight_none_after, "F5 T3 R2 R4 T6 S5", |office| {
    due(office, "field-service");
    sweeps(
        office,
        &[
            ("2026-11-23T08:00:00+01:00", 0),
            ("2026-11-24T07:59:59+01:00", 0),
            ("2026-11-24T08:00:00+01:00", 1),
            ("2026-11-24T08:00:00+01:00", 1),
            ("2026-11-24T23:59:59+01:00", 1),
        ],
    );
    let mail = &office.mails_of("reminder")[0];
    assert_eq!(mail.to(), "sam@acme.example");
    assert!(mail.text.contains("Kim Lee"), "{}", mail.text);
    assert!(!mail.text.contains("was due"), "on time:\n{}", mail.text);
});

both!(the_reminder_goes_out_once, "F5 R2 T5 T6", |office| {
    let lead = due(office, "field-service");
    office.at("2026-11-24T08:00:00+01:00");
    office.swept("a reminder", || reminders(office) == 1);
    office.at("2026-11-25T08:00:00+01:00");
    office.swept("an overdue alert", || office.mails_of("overdue").len() == 1);
    assert_eq!(reminders(office), 1);
    assert_eq!(office.mails_of("reminder")[0].header("X-Lead-Id"), lead.to_string());
});

direct!(eight_is_by_the_recipients_clock, "T3 T2", |office| {
    office.init("field-service");
    for (user, zone) in [("nia", "America/New_York"), ("tao", "Asia/Tokyo"), ("mel", "Australia/Lord_Howe")] {
        office.user(user, "sales");
        office.lead(format!("user edit {user} --zone {zone}")).ok();
        let lead = office.add(&format!("'For {user}' --owner {user}"));
        office.lead(format!("schedule {lead} 2026-11-24")).ok();
    }
    let to = || office.mails_of("reminder").iter().map(|mail| mail.to()).collect::<Vec<_>>();
    let mut expected: Vec<String> = Vec::new();
    for (before, at, user) in [
        ("2026-11-23T20:59:59Z", "2026-11-23T21:00:00Z", "mel"),
        ("2026-11-23T22:59:59Z", "2026-11-23T23:00:00Z", "tao"),
        ("2026-11-24T12:59:59Z", "2026-11-24T13:00:00Z", "nia"),
    ] {
        sweeps(office, &[(before, expected.len()), (at, expected.len() + 1)]);
        expected.push(format!("{user}@acme.example"));
        let mut found = to();
        found.sort();
        let mut sorted = expected.clone();
        sorted.sort();
        assert_eq!(found, sorted);
    }
});

direct!(without_a_zone_of_ones_own_the_teams_then_the_systems_holds, "T3", |office| {
    office.zone("Asia/Tokyo");
    office.lead("init --email boss@acme.example").ok();
    office.add("'Kim Lee' --follow-up 2026-11-24 --owner me");
    sweeps(office, &[("2026-11-23T22:59:59Z", 0), ("2026-11-23T23:00:00Z", 1)]);
});

direct!(eight_stands_on_days_the_clocks_change, "T2 T3", |office| {
    office.at("2026-10-20T09:00:00+02:00");
    office.init("field-service");
    office.add("'In winter' --follow-up 2026-10-25 --owner me");
    office.add("'In summer' --follow-up 2027-03-28 --owner me");
    sweeps(
        office,
        &[
            ("2026-10-25T06:59:59Z", 0),
            ("2026-10-25T07:00:00Z", 1),
            ("2027-03-28T05:59:59Z", 1),
            ("2027-03-28T06:00:00Z", 2),
        ],
    );
});

direct!(down_at_eight_it_is_sent_late_and_says_so, "R3", |office| {
    due(office, "field-service");
    sweeps(office, &[("2026-11-24T11:30:00+01:00", 1)]);
    let mail = &office.mails_of("reminder")[0];
    assert!(mail.text.contains("was due 08:00") && mail.html.contains("was due 08:00"), "{}", mail.text);
});

direct!(down_for_days_one_overdue_alert_and_nothing_else, "R3", |office| {
    due(office, "field-service");
    office.at("2026-11-27T10:00:00+01:00");
    office.leadd_once().ok();
    assert_eq!((reminders(office), office.mails_of("overdue").len()), (0, 1));
});

direct!(what_was_cleared_moved_or_trashed_is_not_reminded_of, "R2 R5 F5 L8", |office| {
    office.init("field-service");
    for name in ["Cleared", "Later", "Trashed", "Done"] {
        office.add(&format!("{name} --follow-up 2026-11-24 --owner me"));
    }
    office.lead("schedule 1 none").ok();
    office.lead("schedule 2 2026-11-26").ok();
    office.lead("trash 3").ok();
    office.lead("log 4 call reached --done").ok();
    sweeps(
        office,
        &[
            ("2026-11-24T08:00:00+01:00", 0),
            ("2026-11-25T08:00:00+01:00", 0),
            ("2026-11-26T08:00:00+01:00", 1),
        ],
    );
    assert!(office.mails_of("reminder")[0].text.contains("Later"));
    assert_eq!(office.mails().len(), 1);
});

direct!(a_new_date_arms_it_again, "F5 R2", |office| {
    let lead = due(office, "field-service");
    sweeps(office, &[("2026-11-24T08:00:00+01:00", 1)]);
    office.lead(format!("schedule {lead} 2026-11-25")).ok();
    sweeps(office, &[("2026-11-25T08:00:00+01:00", 2)]);
    office.lead(format!("schedule {lead} 2026-11-24")).ok();
    office.lead(format!("schedule {lead} 2026-11-25")).ok();
    sweeps(office, &[("2026-11-25T09:00:00+01:00", 2)]);
});

direct!(a_stage_that_does_not_remind_causes_none, "R5", |office| {
    office.init("agency");
    for (name, stage) in [("Open", "QUALIFIED"), ("Won", "CONVERTED"), ("Lost", "LOST")] {
        office.add(&format!(
            "{name} --phone 030123 --on-duplicate keep --stage {stage} --owner me --follow-up 2026-11-24"
        ));
    }
    sweeps(office, &[("2026-11-24T08:00:00+01:00", 1)]);
    assert!(office.mails_of("reminder")[0].text.contains("Open"));
});

direct!(a_customer_in_place_is_reminded_of, "R5 F5", |office| {
    office.init("field-service");
    office.add("'Kim Lee' --stage customer --owner me --follow-up 2026-11-24");
    office.add("'Sam Poe' --stage inactive --owner me --follow-up 2026-11-24");
    sweeps(office, &[("2026-11-24T08:00:00+01:00", 2)]);
});

direct!(nobodys_lead_is_told_to_managers_else_to_owners, "R2", |office| {
    office.init("field-service");
    office.user("sam", "sales");
    office.add("'First' --follow-up 2026-11-24");
    sweeps(office, &[("2026-11-24T08:00:00+01:00", 1)]);
    assert_eq!(office.mails_of("reminder")[0].to(), "boss@acme.example");
    office.user("mia", "manager");
    office.user("max", "manager");
    office.add("'Second' --follow-up 2026-11-25");
    sweeps(office, &[("2026-11-25T08:00:00+01:00", 3)]);
    let mut to: Vec<_> = office.mails_of("reminder").iter().map(crate::harness::Letter::to).collect();
    to.sort();
    assert_eq!(to, ["boss@acme.example", "max@acme.example", "mia@acme.example"]);
});

direct!(the_holder_of_a_claim_is_reminded, "R2 A8", |office| {
    office.init("field-service");
    office.user("sam", "sales");
    let lead = office.add("'Kim Lee' --follow-up 2026-11-24");
    office.at("2026-11-23T18:00:00+01:00");
    office.lead(format!("--as sam claim {lead}")).ok();
    sweeps(office, &[("2026-11-24T08:00:00+01:00", 1)]);
    assert_eq!(office.mails_of("reminder")[0].to(), "sam@acme.example");
});

direct!(set_for_today_after_eight_there_is_none, "R2", |office| {
    office.init("field-service");
    let lead = office.add("'Kim Lee' --owner me");
    office.lead(format!("schedule {lead} today")).ok();
    assert_eq!(office.field(lead, "badge"), "today");
    sweeps(office, &[("2026-11-22T12:00:00+01:00", 0)]);
});

direct!(the_hour_is_the_firms_to_set, "T3", |office| {
    due(office, "field-service");
    office.policy("[reminders]\nat = \"06:30\"");
    sweeps(office, &[("2026-11-24T06:29:59+01:00", 0), ("2026-11-24T06:30:00+01:00", 1)]);
});

direct!(a_dry_run_says_what_it_would_do_and_does_nothing, "S5", |office| {
    let lead = due(office, "field-service");
    office.at("2026-11-24T08:00:00+01:00");
    let before = office.snapshot();
    let run = office.leadd("--dry-run");
    let said = format!("{}{}", run.ok().stdout, run.stderr);
    assert!(said.contains("reminder") && said.contains(&lead.to_string()) && said.contains("sam"), "{run}");
    assert_eq!(office.mails().len(), 0);
    assert_eq!(before, office.snapshot());
    sweeps(office, &[("2026-11-24T08:00:00+01:00", 1)]);
});

both!(scripts_get_the_number_and_the_morning_gets_the_mail, "F5 R4", |office| {
    office.init("field-service");
    let lead = office.add("'Kim Lee' --email kim@acme.example --follow-up tomorrow");
    office.lead("add 'Sam Poe' --follow-up tomorrow").ok().stdout(&format!("{}\n", lead + 1));
    if !office.is_served() {
        sweeps(office, &[("2026-11-23T07:59:59+01:00", 0)]);
    }
    office.at("2026-11-23T08:00:00+01:00");
    office.swept("two reminders", || reminders(office) == 2);
});
