//! What a reminder brings for a calendar, as a parser that is not ours reads it.

use serde_json::{Value, json};

use crate::harness::{Letter, Office, account, direct};
use crate::peer::read_by;

fn entries(mail: &Letter) -> Vec<Value> {
    let part = mail.part("text/calendar").expect("a calendar part");
    let calendar = read_by("icalendar", include_str!("peer/calendar.py"), part.as_bytes());
    assert_eq!((&calendar["method"], &calendar["version"]), (&json!("PUBLISH"), &json!("2.0")));
    calendar["entries"].as_array().unwrap().clone()
}

/// The entries of the one reminder that is sent then.
fn reminded(office: &Office, when: &str) -> Vec<Value> {
    let before = office.mails_of("reminder").len();
    office.at(when);
    office.leadd_once().ok();
    let mails = office.mails_of("reminder");
    assert_eq!(mails.len(), before + 1, "at {when}");
    entries(mails.iter().max_by_key(|mail| mail.date()).unwrap())
}

direct!(a_follow_up_keeps_its_uid_and_its_sequence_rises, "T2", |office| {
    office.init("field-service");
    office.policy("[mail]\nfrom = \"Acme <lead@acme.example>\"");
    office.add("'Kim; Lee, \\Acme' --owner me --follow-up '2026-11-24 15:00' --note 'one, two; three'");
    let first = reminded(office, "2026-11-24T08:00:00+01:00");
    assert_eq!(first.len(), 1);
    for (key, expected) in [
        ("summary", "Follow up: Kim; Lee, \\Acme"),
        ("dtstart", "2026-11-24T14:00:00+00:00"),
        ("dtend", "2026-11-24T14:30:00+00:00"),
        ("dtstamp", "2026-11-24T07:00:00+00:00"),
        ("status", "CONFIRMED"),
        ("organizer", "mailto:lead@acme.example"),
    ] {
        assert_eq!(first[0][key], expected, "{key}");
    }
    assert!(first[0]["description"].as_str().unwrap().ends_with("one, two; three"), "{}", first[0]);
    office.lead("schedule 1 '2026-11-25 16:00'").ok();
    let moved = reminded(office, "2026-11-25T08:00:00+01:00");
    // Ended and set again it is the same entry of the calendar, and a newer one.
    office.lead("schedule 1 none").ok();
    office.lead("schedule 1 '2026-11-26 17:00'").ok();
    let again = reminded(office, "2026-11-26T08:00:00+01:00");
    let sequences: Vec<_> =
        [&first, &moved, &again].map(|entries| entries[0]["sequence"].as_u64().unwrap()).to_vec();
    assert!(sequences.is_sorted_by(|one, other| one < other), "{sequences:?}");
    for later in [&moved[0], &again[0]] {
        assert_eq!(later["uid"], first[0]["uid"]);
    }
    assert_eq!(again[0]["dtstart"], "2026-11-26T16:00:00+00:00");
});

direct!(appointments_come_along_and_go_when_they_are_called_off, "D4", |office| {
    office.init("field-service");
    office.add("'Kim Lee' --owner me --follow-up 2026-11-24");
    office
        .lead("appointment add 1 2026-11-25 10:00 --for 90m --at 'Main St 1, Berlin' --note 'the roof'")
        .ok();
    office.lead("appointment add 1 2026-11-26 11:00").ok();
    office.lead("appointment add 1 2026-11-23 09:00 --note 'over by then'").ok();
    let first = reminded(office, "2026-11-24T08:00:00+01:00");
    let told = |entries: &[Value]| -> Vec<(u64, String, String)> {
        let text = |entry: &Value, key: &str| entry[key].as_str().unwrap().to_owned();
        let entry =
            |one: &Value| (one["sequence"].as_u64().unwrap(), text(one, "status"), text(one, "dtstart"));
        entries.iter().map(entry).collect()
    };
    let (confirmed, cancelled) = ("CONFIRMED".to_owned(), "CANCELLED".to_owned());
    assert_eq!(
        told(&first),
        [
            (0, confirmed.clone(), "2026-11-25T09:00:00+00:00".to_owned()),
            (0, confirmed.clone(), "2026-11-26T10:00:00+00:00".to_owned()),
        ]
    );
    assert_eq!(
        (&first[0]["location"], &first[0]["description"], &first[0]["dtend"]),
        (&json!("Main St 1, Berlin"), &json!("the roof"), &json!("2026-11-25T10:30:00+00:00"))
    );
    let mail = office.mails_of("reminder").remove(0);
    let line = "Wed 25 Nov 2026 10:00 Europe/Berlin, tomorrow, 90 min, Main St 1, Berlin";
    assert!(mail.text.contains(line) && !mail.text.contains("Mon 23 Nov"), "{}", mail.text);
    assert!(mail.html.contains("Wed 25 Nov 2026 10:00"), "{}", mail.html);
    office.lead("appointment edit 1 --when '2026-11-27 12:00'").ok();
    office.lead("appointment cancel 2").ok();
    office.lead("schedule 1 2026-11-25").ok();
    let second = reminded(office, "2026-11-25T08:00:00+01:00");
    assert_eq!(
        told(&second),
        [
            (1, cancelled, "2026-11-26T10:00:00+00:00".to_owned()),
            (1, confirmed, "2026-11-27T11:00:00+00:00".to_owned()),
        ]
    );
    assert_eq!((&second[0]["uid"], &second[1]["uid"]), (&first[1]["uid"], &first[0]["uid"]));
});

direct!(a_time_is_told_in_the_recipients_zone, "T2 T3", |office| {
    office.init("field-service");
    office
        .lead("user add sam --email sam@acme.example --role sales --zone America/New_York --account x")
        .ok();
    office.add("'Kim Lee' --owner sam --follow-up '2026-11-24 15:00'");
    let entry = reminded(office, "2026-11-24T08:00:00-05:00").remove(0);
    assert_eq!(entry["dtstart"], "2026-11-24T14:00:00+00:00");
    let mail = office.mails_of("reminder").remove(0);
    let line = "Follow-up:     Tue 24 Nov 2026 09:00 America/New_York, today\n";
    assert!(
        mail.text.contains(line) && mail.text.contains("2026, 09:00 (America/New_York)."),
        "{}",
        mail.text
    );
});

direct!(a_subject_tells_the_time_where_the_recipient_is, "T2 T3 N3", |office| {
    office.init("field-service");
    office.lead("user add sam --email s@acme.example --role sales --zone America/New_York --account x").ok();
    office.add("'Kim Lee' --owner sam --follow-up '2026-11-24 15:00'");
    // It is yesterday evening in New York by then.
    office.add("'Ida Fox' --owner sam --follow-up '2026-11-24 02:00'");
    office.add("'Sue Poe' --owner me --follow-up '2026-11-24 15:00'");
    office.lead("plan --until 2026-11-24 -F tsv").ok().stdout(
        "2026-11-22T13:00:00Z\tassigned\tsam\t1\tNow yours: Kim Lee\n\
         2026-11-22T13:00:00Z\tassigned\tsam\t2\tNow yours: Ida Fox\n\
         2026-11-24T07:00:00Z\treminder\tSELF\t3\tFollow up today at 15:00: Sue Poe\n\
         2026-11-24T13:00:00Z\treminder\tsam\t2\tFollow up today: Ida Fox\n\
         2026-11-24T13:00:00Z\treminder\tsam\t1\tFollow up today at 09:00: Kim Lee\n"
            .replace("SELF", &account())
            .as_str(),
    );
    office.at("2026-11-24T08:00:00-05:00");
    office.leadd_once().ok();
    let mut told: Vec<_> = office.mails_of("reminder").iter().map(|mail| mail.header("Subject")).collect();
    told.sort();
    assert_eq!(
        told,
        [
            "Follow up today at 09:00: Kim Lee",
            "Follow up today at 15:00: Sue Poe",
            "Follow up today: Ida Fox",
        ]
    );
});

direct!(an_export_has_the_entries_of_the_mails, "T2 D4", |office| {
    office.init("field-service");
    office.policy("[mail]\nfrom = \"Acme <lead@acme.example>\"");
    office.add("'Kim; Lee, \\Acme' --owner me --follow-up '2026-11-24 15:00' --note 'one, two; three\nfour'");
    office.add("'Sam Poe' --follow-up 2026-12-31");
    office.add("'Max' --stage inactive");
    office
        .lead("appointment add 1 2026-11-25 10:00 --for 90m --at 'Main St 1, Berlin' --note 'the roof'")
        .ok();
    office.lead("appointment add 1 2026-11-26 11:00").ok();
    office.lead("appointment cancel 2").ok();
    office.lead("export -o leads.ics").ok().stderr("wrote 4 entries to leads.ics\n");
    let read = || -> Vec<Value> {
        let bytes = std::fs::read(office.path("leads.ics")).unwrap();
        let text = String::from_utf8(bytes.clone()).unwrap();
        assert!(text.split("\r\n").all(|line| line.len() <= 75 && !line.contains('\n')), "{text}");
        let calendar = read_by("icalendar", include_str!("peer/calendar.py"), &bytes);
        assert_eq!((&calendar["method"], &calendar["version"]), (&json!(""), &json!("2.0")));
        calendar["entries"].as_array().unwrap().clone()
    };
    let entries = read();
    let told: Vec<_> = entries
        .iter()
        .map(|one| {
            (
                one["uid"].as_str().unwrap(),
                one["dtstart"].as_str().unwrap(),
                one["dtend"].as_str().unwrap(),
                one["status"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (
                "lead-1-follow-up@acme.example",
                "2026-11-24T14:00:00+00:00",
                "2026-11-24T14:30:00+00:00",
                "CONFIRMED"
            ),
            (
                "lead-appointment-1@acme.example",
                "2026-11-25T09:00:00+00:00",
                "2026-11-25T10:30:00+00:00",
                "CONFIRMED"
            ),
            (
                "lead-appointment-2@acme.example",
                "2026-11-26T10:00:00+00:00",
                "2026-11-26T11:00:00+00:00",
                "CANCELLED"
            ),
            ("lead-2-follow-up@acme.example", "2026-12-31", "2027-01-01", "CONFIRMED"),
        ]
    );
    assert_eq!(entries[0]["summary"], "Follow up: Kim; Lee, \\Acme");
    assert!(
        entries[0]["description"].as_str().unwrap().ends_with("] one, two; three\nfour"),
        "{}",
        entries[0]
    );
    assert_eq!(
        (&entries[1]["location"], &entries[1]["description"]),
        (&json!("Main St 1, Berlin"), &json!("the roof"))
    );
    // The same again, byte for byte; and what is moved keeps its UID and is newer.
    let before = std::fs::read(office.path("leads.ics")).unwrap();
    office.at("2026-11-23T10:00:00+01:00");
    office.lead("export -o leads.ics").ok();
    assert_eq!(std::fs::read(office.path("leads.ics")).unwrap(), before);
    office.lead("appointment edit 1 --when '2026-11-25 12:00'").ok();
    office.lead("schedule 1 '2026-11-24 16:00'").ok();
    office.lead("export -o leads.ics name:kim").ok();
    for (was, is) in entries.iter().zip(read()).take(2) {
        assert_eq!(was["uid"], is["uid"]);
        assert!(
            was["sequence"].as_u64() < is["sequence"].as_u64()
                && was["dtstamp"].as_str() < is["dtstamp"].as_str()
        );
    }
    // A mail brings the same entries.
    let mailed = reminded(office, "2026-11-24T08:00:00+01:00");
    for (mail, export) in mailed.iter().zip(read()) {
        for key in ["uid", "sequence", "dtstart", "dtend", "summary", "status"] {
            assert_eq!(mail[key], export[key], "{key}");
        }
    }
    office
        .lead("export -F ics stage:inactive")
        .ok()
        .stdout("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//lead//lead//EN\r\nEND:VCALENDAR\r\n");
});
