//! What people are called cannot change what a mail is, nor stop another: read by two parsers that
//! are not ours.

use crate::harness::{Letter, Office, both, direct};
use crate::peer::read_by;

/// Names as hostile as they may be stored, and what would show that one had broken out.
const NAMES: [&str; 8] = [
    "Kim =?utf-8?q?=0D=0ABcc:_x=40evil.example?= Lee",
    "\"Kim\" <x@evil.example>, other@evil.example;",
    "</title></head><script>alert(1)</script><img src=http://evil.example/x>",
    "{{ head_hash }}{% include 'base.txt' %}",
    "BEGIN:VEVENT\\nATTENDEE:mailto:x@evil.example",
    "مريم العربية שלום",
    "--=_lead_0123456789abcdef",
    ".",
];

/// The exit code of adding a lead of that name with these options, all of it as it is.
fn add(office: &Office, name: &str, options: &[&str]) -> i32 {
    let mut command = office.lead_command("add --owner me");
    command.args(options).args(["--", name]);
    command.output().unwrap().status.code().unwrap()
}

/// Reads a mail with both parsers; what they agree on.
fn read(mail: &Letter) -> serde_json::Value {
    let read = read_by("email", include_str!("peer/mail.py"), &mail.bytes);
    assert_eq!(read["defects"], serde_json::json!([]), "{read}");
    assert_eq!(read["subject"].as_str().unwrap(), mail.header("Subject"));
    assert_eq!(read["text"].as_str().unwrap().trim_end(), mail.text.trim_end());
    assert_eq!(read["html"].as_str().unwrap().trim_end(), mail.html.trim_end());
    read
}

both!(text_that_could_break_a_header_is_refused_at_the_door, "O4 L1", |office| {
    office.init("field-service");
    for name in ["Kim\r\nBcc: x@evil.example", "Kim\nLee", "Kim\u{202e}eeL", "Kim\u{2066}", "Kim\u{7}"] {
        assert_eq!(add(office, name, &[]), 2, "{name:?}");
        assert_eq!(add(office, "Kim", &["--company", name]), 2, "{name:?}");
    }
    // 256 characters of four bytes are a name; one more are none.
    assert_eq!(add(office, &"🦄".repeat(257), &[]), 2);
    assert_eq!(add(office, &"🦄".repeat(256), &[]), 0);
});

direct!(no_name_changes_a_header_or_stops_a_mail, "O4", |office| {
    office.init("field-service");
    office.policy("[reminders]\ndigest_over = 1000\n[team]\nname = \"<b>Acme</b> =?utf-8?q?x?=\"");
    let long = "🦄".repeat(256);
    let note = "🏠 <b> {{ x }}\n".repeat(400);
    let names: Vec<&str> = NAMES.into_iter().chain([long.as_str(), "Jo Plain"]).collect();
    for name in &names {
        let options = [&format!("--company={name}"), "--note", &note, "--follow-up", "2026-11-24 15:00"];
        assert_eq!(add(office, name, &options), 0, "{name}");
    }
    office.at("2026-11-24T08:00:00+01:00");
    office.leadd_once().ok();
    let mails = office.mails_of("reminder");
    assert_eq!(mails.len(), names.len());
    let plain = mails.iter().find(|mail| mail.header("Subject").contains("Jo Plain")).unwrap();
    let plain = read(plain);
    for mail in &mails {
        let read = read(mail);
        assert_eq!(read["names"], plain["names"], "a header more or less");
        assert_eq!(read["parts"], plain["parts"], "a part more or less");
        assert_eq!((&read["to"], mail.to().as_str()), (&plain["to"], "boss@acme.example"));
        assert!(mail.header("Subject").chars().count() <= 200);
        assert!(mail.bytes.is_ascii(), "only ASCII is sent");
        assert!(mail.bytes.split(|byte| *byte == b'\n').all(|line| line.len() <= 999));
        for tag in ["<script", "<img", "<b>"] {
            assert!(!mail.html.contains(tag), "{tag} in {}", mail.html);
        }
        assert_eq!(mail.html.matches("</html>").count(), 1);
        let ics = mail.part("text/calendar").unwrap();
        assert_eq!(ics.matches("\r\nBEGIN:VEVENT\r\n").count(), 1, "{ics}");
        assert!(!ics.contains("\r\nATTENDEE"), "{ics}");
    }
    let mut leads: Vec<u64> = mails.iter().map(|mail| mail.header("X-Lead-Id").parse().unwrap()).collect();
    leads.sort_unstable();
    assert_eq!(leads, (1..=names.len() as u64).collect::<Vec<_>>());
    for name in [NAMES[1], NAMES[3], NAMES[5]] {
        assert_eq!(
            mails.iter().filter(|mail| mail.text.contains(name)).count(),
            1,
            "{name} is told as it is"
        );
    }
    let states = office.lead("outbox list -F ndjson").lines();
    assert!(states.iter().all(|mail| mail["state"] == "sent"), "{states:?}");
});

direct!(it_is_said_who_gave_a_lead, "R2", |office| {
    office.init("field-service");
    office.user("sam", "sales");
    office.user("max", "manager");
    office.lead("user edit max --name 'Max <b>Muster</b>'").ok();
    let lead = office.add("'Kim Lee' --owner me");
    office.lead(format!("--as max assign {lead} sam")).ok();
    office.lead(format!("--as sam note {lead} 'thanks'")).ok();
    office.leadd_once().ok();
    let mail = office.mails_of("assigned").remove(0);
    assert!(
        mail.text.contains("Kim Lee is yours now, from Max <b>Muster</b>. Get in touch"),
        "{}",
        mail.text
    );
    assert!(mail.text.contains("    Given by:      Max <b>Muster</b>\n"), "{}", mail.text);
    assert!(mail.html.contains("given by <bdi>Max &lt;b&gt;Muster&lt;&#x2f;b&gt;</bdi>"), "{}", mail.html);
});
