//! The letter's bytes: the same every time, and no header that was not meant.

use super::*;
use lead_shared::domain::calendar::{Event, Span};

fn letter() -> Letter {
    Letter {
        message_id: "r.12.2026-11-23@acme.example".into(),
        to: Address::new("sam@acme.example").unwrap().named("Sam"),
        from: Address::new("lead@acme.example").unwrap().named("Acme leads"),
        reply_to: Some(Address::new("office@acme.example").unwrap()),
        subject: "Follow up today: Kim Lee (Acme)".into(),
        date: "2026-11-23T07:00:00.75Z".parse().unwrap(),
        kind: Some(MailKind::Reminder),
        lead_ids: vec![12, 13],
        thread: Some("lead-12@acme.example".into()),
        list_id: Some("Acme leads <leads.acme.example>".into()),
        text: "Hello Sam,\n.\nFrom here = on\n".into(),
        html: "<p>Hello Sam</p>".into(),
        calendar: None,
        page: None,
    }
}

fn calendar() -> Calendar {
    let event = Event {
        uid: "f.12@acme.example".into(),
        sequence: 1,
        stamped_at: "2026-11-23T07:00:00Z".parse().unwrap(),
        span: Span::Time { starts_at: "2026-11-23T13:30:00Z".parse().unwrap(), minutes: 30 },
        summary: "Kim Lee".into(),
        description: "Call".into(),
        place: None,
        is_cancelled: false,
    };
    Calendar { organizer: Some("leads@acme.example".into()), events: vec![event] }
}

fn lines(bytes: &[u8]) -> Vec<String> {
    let text = std::str::from_utf8(bytes).unwrap();
    let head = text.split_once("\r\n\r\n").unwrap().0;
    // Unfolded: one element for each header.
    head.replace("\r\n ", " ").split("\r\n").map(str::to_owned).collect()
}

fn header(bytes: &[u8], name: &str) -> String {
    let start = format!("{name}: ");
    let found: Vec<_> = lines(bytes).into_iter().filter(|l| l.starts_with(&start)).collect();
    assert_eq!(found.len(), 1, "{name}: {found:?}");
    found[0][start.len()..].to_owned()
}

/// RFC 2047 encoded words (base64 or Q) back to text.
fn decode(value: &str) -> String {
    let mut out = String::new();
    let mut rest = value;
    let mut after_word = false;
    while let Some(at) = rest.find("=?") {
        let gap = &rest[..at];
        if !(after_word && gap.trim().is_empty()) {
            out.push_str(gap);
        }
        let word = &rest[at + 2..];
        let parts: Vec<&str> = word.splitn(4, '?').collect();
        let end = parts[..3].iter().map(|p| p.len() + 1).sum::<usize>() + 1;
        assert_eq!(parts[1], "b", "{value}");
        out.push_str(&String::from_utf8(base64(parts[2])).unwrap());
        rest = &word[end..];
        after_word = true;
    }
    out + rest
}

fn base64(text: &str) -> Vec<u8> {
    let digit =
        |b| b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".iter().position(|&d| d == b);
    let (mut out, mut bits, mut held) = (Vec::new(), 0, 0u32);
    for value in text.bytes().filter_map(digit) {
        held = held << 6 | u32::try_from(value).unwrap();
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push((held >> bits & 0xff) as u8);
        }
    }
    out
}

#[test]
fn n1_the_same_letter_is_the_same_bytes() {
    let with_event = Letter { calendar: Some(calendar()), ..letter() };
    for letter in [letter(), with_event] {
        let first = letter.to_bytes().unwrap();
        for _ in 0..5 {
            assert_eq!(letter.to_bytes().unwrap(), first);
        }
        assert!(first.is_ascii());
        let text = String::from_utf8(first).unwrap();
        assert!(!text.replace("\r\n", "").contains(['\r', '\n']));
        assert!(text.split("\r\n").all(|line| line.len() <= 120), "{text}");
    }
    let other = Letter { message_id: "other@acme.example".into(), ..letter() };
    assert_ne!(other.to_bytes().unwrap(), letter().to_bytes().unwrap());
}

#[test]
fn a_letter_says_what_it_is() {
    let bytes = Letter { calendar: Some(calendar()), ..letter() }.to_bytes().unwrap();
    for (name, value) in [
        ("From", "\"Acme leads\" <lead@acme.example>"),
        ("To", "Sam <sam@acme.example>"),
        ("Reply-To", "office@acme.example"),
        ("Subject", "Follow up today: Kim Lee (Acme)"),
        ("Date", "Mon, 23 Nov 2026 07:00:00 +0000"),
        ("Message-ID", "<r.12.2026-11-23@acme.example>"),
        ("In-Reply-To", "<lead-12@acme.example>"),
        ("References", "<lead-12@acme.example>"),
        ("X-Lead-Kind", "reminder"),
        ("X-Lead-Id", "12, 13"),
        ("List-Id", "Acme leads <leads.acme.example>"),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
        ("MIME-Version", "1.0"),
    ] {
        assert_eq!(header(&bytes, name), value);
    }
    let text = String::from_utf8(bytes).unwrap();
    let order = ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar"];
    let places: Vec<_> = order.iter().map(|kind| text.find(kind).unwrap()).collect();
    assert!(places.is_sorted(), "{text}");
    assert!(text.contains("method=PUBLISH"));
}

#[test]
fn no_text_forges_a_header() {
    let long = "x".repeat(300);
    for evil in [
        "Kim\r\nBcc: victim@x.example",
        "Kim\nBcc: victim@x.example",
        "Kim\rBcc: victim@x.example",
        "Kim\r\n\r\n<script>",
        "Kim\0\u{7f}\u{85}\u{2028}Bcc: victim@x.example",
        "\u{202e}gpj.exe\u{2066}",
        "\" <victim@x.example>, \"",
        "=?utf-8?b?DQpCY2M6IHg=?=",
        "Žofie Čermáková 🙂 Bücher",
        "   ",
        &long,
        &"ž".repeat(300),
    ] {
        let letter = Letter {
            to: Address::new("sam@acme.example").unwrap().named(evil),
            from: Address::new("lead@acme.example").unwrap().named(evil),
            subject: evil.to_owned(),
            list_id: Some(format!("{evil} <leads.acme.example>")),
            ..letter()
        };
        let bytes = letter.to_bytes().unwrap();
        let names: Vec<_> = lines(&bytes).iter().map(|l| l.split(':').next().unwrap().to_owned()).collect();
        assert_eq!(names.len(), 15, "{evil:?}: {names:?}");
        assert!(!names.iter().any(|name| name.eq_ignore_ascii_case("bcc")), "{evil:?}");
        let to = decode(&header(&bytes, "To"));
        assert!(to.ends_with("sam@acme.example>") || to == "sam@acme.example", "{evil:?}: {to}");
        let subject = decode(&header(&bytes, "Subject"));
        assert_eq!(subject, header_text(evil, SUBJECT), "{evil:?}");
        assert!(!subject.contains(['\r', '\n', '\0', '\u{202e}']));
    }
}

#[test]
fn ids_that_would_break_a_header_are_refused() {
    for bad in ["", "@", "a@", "@b", "a b@c", "a@b\r\nBcc: x", "<a@b", "a@b@c", "é@b", "a@b>"] {
        let letter = Letter { message_id: bad.into(), ..letter() };
        assert!(letter.to_bytes().is_err(), "{bad:?}");
        let letter = Letter { thread: Some(bad.into()), ..self::letter() };
        assert!(letter.to_bytes().is_err(), "{bad:?}");
    }
    assert!(Letter { message_id: "<a@b>".into(), ..letter() }.to_bytes().is_ok());
}

#[test]
fn dates_outside_the_calendar_do_not_panic() {
    for date in [Timestamp::MIN, Timestamp::MAX, Timestamp::UNIX_EPOCH] {
        assert!(Letter { date, ..letter() }.to_bytes().is_ok());
    }
}

#[test]
fn a_digest_names_all_its_leads() {
    let bytes = Letter { lead_ids: (1..=1_000).collect(), ..letter() }.to_bytes().unwrap();
    let ids = header(&bytes, "X-Lead-Id");
    assert!(ids.split(", ").map(|id| id.parse::<u64>().unwrap()).eq(1..=1_000));
    assert!(bytes.split(|&b| b == b'\n').all(|line| line.len() <= 120));
}
