//! Who else is told, and how many at once: digests, escalations, and claims about to end.

use crate::harness::{Office, both, direct};

fn of(office: &Office, kind: &str) -> Vec<(String, String)> {
    let mails = office.mails_of(kind);
    mails.iter().map(|mail| (mail.to(), mail.header("Subject"))).collect()
}

fn pair(to: &str, subject: &str) -> (String, String) {
    (to.to_owned(), subject.to_owned())
}

both!(more_than_five_reminders_of_a_morning_are_one_mail, "R1 R2", |office| {
    office.init("field-service");
    office.user("sam", "sales");
    office.user("ida", "sales");
    for n in 1..=6 {
        office.add(&format!("'Lead {n}' --owner sam --follow-up '2026-11-24 1{n}:00'"));
    }
    for n in 7..=11 {
        office.add(&format!("'Lead {n}' --owner ida --follow-up 2026-11-24"));
    }
    office.at("2026-11-24T08:00:00+01:00");
    office.swept("the morning's mail", || of(office, "reminder").len() + of(office, "digest").len() == 6);
    assert_eq!(of(office, "digest"), [pair("sam@acme.example", "6 follow-ups today: Lead 1 and 5 more")]);
    let singly = of(office, "reminder");
    assert!(singly.len() == 5 && singly.iter().all(|(to, _)| to == "ida@acme.example"), "{singly:?}");
    let digest = &office.mails_of("digest")[0];
    for n in 1..=6 {
        let both = [&digest.text, &digest.html].map(|part| part.contains(&format!("Lead {n}")));
        assert_eq!(both, [true, true], "lead {n} in\n{}", digest.text);
    }
    office.at("2026-11-24T12:00:00+01:00");
    office.swept("no more", || true);
    for lead in 1..=6 {
        let rows = office.lead(format!("outbox why {lead} -F ndjson")).lines();
        let told = rows.iter().filter(|row| row["kind"] == "reminder" && row["because"] == "decided");
        assert_eq!(told.count(), 1, "once for each lead: {rows:#?}");
    }
});

direct!(a_digest_speaks_of_what_still_stands, "R1 R2", |office| {
    office.init("field-service");
    office.user("sam", "sales");
    // Nobody listens there: the mail is decided, and its bytes are not fixed yet.
    office.policy("[mail]\nvia = \"smtp\"\n[mail.smtp]\nhost = \"127.0.0.1\"\nport = 1\ntls = \"none\"\n");
    for n in 1..=6 {
        office.add(&format!("'Lead {n}' --owner sam --follow-up 2026-11-24"));
    }
    office.at("2026-11-24T08:00:00+01:00");
    office.leadd_once();
    office.lead("schedule 2 2026-12-01").ok();
    office.lead("trash 3").ok();
    office.policy("[mail]\nvia = \"file\"\n");
    office.at("2026-11-24T10:00:00+01:00");
    office.leadd_once().ok();
    let digests = office.mails_of("digest");
    assert_eq!(digests.len(), 1);
    let named: Vec<_> = (1..=6).filter(|n| digests[0].text.contains(&format!("Lead {n}"))).collect();
    assert_eq!(named, [1, 4, 5, 6]);
    let subject = "4 follow-ups today: Lead 1 and 3 more";
    assert_eq!(digests[0].header("Subject"), subject);
    let rows = office.lead("outbox list -F ndjson").lines();
    assert!(rows.iter().any(|row| row["subject"] == subject), "{rows:?}");
});

direct!(others_are_told_on_the_third_day_once, "R4 R5 T6", |office| {
    office.init("agency");
    office.user("max", "manager");
    office.user("mia", "manager");
    office.user("sam", "sales");
    office.add("'Kim Lee' --phone 0301 --owner sam --follow-up 2026-11-23");
    office.add("'Own' --phone 0302 --owner max --follow-up 2026-11-23");
    office.add("'Gone' --phone 0303 --owner sam --follow-up 2026-11-23");
    office.lead("log 3 call reached --done").ok();
    for (at, count) in [
        ("2026-11-25T23:00:00+01:00", 0),
        ("2026-11-26T07:59:59+01:00", 0),
        ("2026-11-26T08:00:00+01:00", 2),
        ("2026-11-26T18:00:00+01:00", 2),
        ("2026-11-27T08:00:00+01:00", 2),
        ("2026-12-10T08:00:00+01:00", 2),
    ] {
        office.at(at);
        office.leadd_once().ok();
        assert_eq!(of(office, "escalation").len(), count, "at {at}");
    }
    let mut told = of(office, "escalation");
    told.sort();
    assert_eq!(
        told,
        [
            pair("max@acme.example", "Needs your attention: Kim Lee, 3 days"),
            pair("mia@acme.example", "2 follow-ups need your attention, oldest: Kim Lee, 3 days"),
        ]
    );
    // Another date is another follow-up.
    office.lead("schedule 1 2026-12-11").ok();
    office.at("2026-12-14T08:00:00+01:00");
    office.leadd_once().ok();
    assert_eq!(of(office, "escalation").len(), 4);
});

direct!(where_no_manager_is_the_owners_are_told, "R5", |office| {
    office.init("agency");
    office.user("sam", "sales");
    office.add("'Kim Lee' --phone 0301 --owner sam --follow-up 2026-11-23");
    office.add("'Own' --phone 0302 --owner me --follow-up 2026-11-23");
    office.at("2026-11-26T08:00:00+01:00");
    office.leadd_once().ok();
    assert_eq!(
        of(office, "escalation"),
        [pair("boss@acme.example", "Needs your attention: Kim Lee, 3 days")]
    );
});

both!(the_holder_is_told_two_hours_before_the_end, "A8 A9 T4 T7", |office| {
    office.init("agency");
    office.user("max", "manager");
    for n in 1..=4 {
        office.add(&format!("'Lead {n}' --phone 030{n}"));
    }
    office.lead("--as max claim 1-4").ok();
    office.at("2026-11-23T06:59:59+01:00");
    office.swept("nothing yet", || of(office, "claim-lapsing").is_empty());
    office.lead("--as max own 2").ok();
    office.lead("--as max release 3").ok();
    office.lead("--as max mv 4 LOST").ok();
    office.at("2026-11-23T07:00:00+01:00");
    office.swept("one warning", || of(office, "claim-lapsing").len() == 1);
    assert_eq!(of(office, "claim-lapsing"), [pair("max@acme.example", "Your claim on Lead 1 ends soon")]);
    let mail = &office.mails_of("claim-lapsing")[0];
    assert!(mail.text.contains("lead own 1") && mail.text.contains("Mon 23 Nov 2026 09:00"), "{}", mail.text);
    office.at("2026-11-23T09:00:00+01:00");
    office.swept("the end", || of(office, "claim-lapsed").len() == 1);
    assert_eq!(of(office, "claim-lapsing").len(), 1);
});

direct!(a_warning_is_worth_nothing_after_the_end, "A9 R3", |office| {
    office.init("agency");
    office.user("max", "manager");
    office.add("'Kim Lee' --phone 0301");
    office.lead("--as max claim 1").ok();
    office.at("2026-11-23T12:00:00+01:00");
    office.leadd_once().ok();
    assert_eq!((of(office, "claim-lapsing").len(), of(office, "claim-lapsed").len()), (0, 1));
});
