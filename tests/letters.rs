//! What a salesperson finds in the mail.

use crate::harness::{Letter, Office, direct};

fn reminder(office: &Office, add: &str) -> Letter {
    office.init("dealership");
    let lead = office.add(&format!("{add} --owner me"));
    office.lead(format!("log {lead} call 'left a message'")).ok();
    office.lead(format!("note {lead} 'likes the blue one'")).ok();
    office.at("2026-11-24T08:00:00+01:00");
    office.leadd_once().ok();
    office.mails_of("reminder").remove(0)
}

direct!(a_reminder_has_all_one_needs_to_call, "F5 P5", |office| {
    let mail = reminder(
        office,
        "'Kim Lee' --company 'Acme & Sons' --phone '030 1234567' --email kim@acme.example --follow-up 2026-11-24",
    );
    for text in [&mail.text, &mail.html] {
        for needed in ["Kim Lee", "030 1234567", "kim@acme.example", "New", "24 Nov", "likes the blue one"] {
            assert!(text.contains(needed), "no `{needed}` in\n{text}");
        }
        for needed in ["mark-contacted", "mark-lost", "mark-dormant", "convert", "lead log 1 call"] {
            assert!(text.contains(needed), "no `{needed}` in\n{text}");
        }
    }
    assert!(mail.text.contains("Acme & Sons") && mail.html.contains("Acme &amp; Sons"), "{}", mail.html);
    assert!(mail.html.contains("tel:+49301234567"), "{}", mail.html);
    assert!(mail.html.contains("mailto:kim@acme.example") && mail.html.contains("viewport"), "{}", mail.html);
    for remote in ["<img", "<script", "<link", "src=", "http://"] {
        assert!(!mail.html.contains(remote), "remote content: {remote}");
    }
});

direct!(its_headers_are_those_of_a_machine, "O1 T1", |office| {
    let mail = reminder(office, "'Kim Lee' --follow-up 2026-11-24");
    for (name, expected) in [
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
        ("X-Lead-Id", "1"),
        ("X-Lead-Kind", "reminder"),
        ("To", "boss@acme.example"),
    ] {
        assert_eq!(mail.header(name), expected, "{name}");
    }
    for name in ["List-Id", "References", "Message-ID", "Subject", "From"] {
        assert!(!mail.header(name).is_empty(), "no {name}");
    }
    assert!(mail.header("Subject").contains("Kim Lee"));
    assert_eq!(mail.date().to_string(), "2026-11-24T07:00:00Z", "the office's clock, not the machine's");
    assert!(mail.part("text/calendar").is_none(), "no time, no calendar part");
});

direct!(a_time_comes_with_a_calendar_entry, "T2", |office| {
    let mail = reminder(office, "'Kim Lee' --follow-up '2026-11-24 15:00'");
    let part = mail.part("text/calendar").expect("a calendar part");
    for line in
        ["BEGIN:VCALENDAR", "METHOD:PUBLISH", "BEGIN:VEVENT", "UID:", "SEQUENCE:", "DTSTART", "Kim Lee"]
    {
        assert!(part.contains(line), "no {line} in\n{part}");
    }
    assert!(mail.text.contains("15:00"), "{}", mail.text);
    assert_eq!(
        mail.part("text/calendar").unwrap().matches('\n').count(),
        part.matches("\r\n").count(),
        "CR LF"
    );
});

direct!(what_people_typed_cannot_break_out, "O4", |office| {
    let mail = reminder(office, "'<b>Kim</b> \"x\" =?utf-8?q?a?= Ünïcode 日本' --follow-up 2026-11-24");
    assert!(mail.text.contains("<b>Kim</b>"), "{}", mail.text);
    assert!(!mail.html.contains("<b>Kim</b>") && mail.html.contains("&lt;b&gt;Kim"), "{}", mail.html);
    assert!(mail.header("Subject").contains("Ünïcode 日本"), "{}", mail.header("Subject"));
    assert!(mail.bytes.is_ascii() || mail.bytes.windows(4).any(|four| four == b"8bit"), "bytes are declared");
    assert!(mail.bytes.split(|byte| *byte == b'\n').all(|line| line.len() <= 999), "no line is too long");
});

direct!(the_head_of_the_chain_stands_at_the_foot, "N7", |office| {
    let mail = reminder(office, "'Kim Lee' --follow-up 2026-11-24");
    let hashes: Vec<_> = office
        .lead("history -F ndjson")
        .lines()
        .iter()
        .map(|entry| entry["hash"].as_str().unwrap_or_default().to_owned())
        .collect();
    let quoted = hashes.iter().any(|hash| hash.len() >= 16 && mail.text.contains(&hash[..16]));
    assert!(quoted, "no hash of the history in\n{}", mail.text);
    office.lead("doctor").ok();
});

direct!(the_same_cause_has_the_same_message_id, "O1 N1", |office| {
    let mail = reminder(office, "'Kim Lee' --follow-up 2026-11-24");
    let id = mail.header("Message-ID");
    office.at("2026-11-25T08:00:00+01:00");
    office.leadd_once().ok();
    let ids: Vec<_> = office.mails().iter().map(|mail| mail.header("Message-ID")).collect();
    assert_eq!(ids.iter().filter(|other| **other == id).count(), 1);
    assert_eq!(ids.len(), ids.iter().collect::<std::collections::BTreeSet<_>>().len(), "each once: {ids:?}");
    let roots: std::collections::BTreeSet<_> =
        office.mails_of("reminder").iter().map(|mail| mail.header("References")).collect();
    assert_eq!(roots.len(), 1, "one thread a lead");
});
