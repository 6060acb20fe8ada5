//! A mail of what others wrote: its HTML has no tag, and its head no line, that its template does not give it.
//!
//! The bytes are the texts, one after the other, parted by `|`.

use std::sync::LazyLock;

use lead_daemon::mailer::{Address, Letter};
use lead_shared::domain::notice::MailKind;
use lead_shared::template::words::{Due, LeadWords, Recipient, Words};
use lead_shared::template::{KINDS, Rendered, Templates};

use super::text;

/// The templates that are built in.
static TEMPLATES: LazyLock<Templates> = LazyLock::new(|| Templates::load(None));

/// What HTML is made of.
const MARKS: [char; 5] = ['<', '>', '&', '"', '\''];

/// The heads of a letter, in their order.
const HEADS: [&str; 15] = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Reply-To",
    "In-Reply-To",
    "References",
    "X-Lead-Kind",
    "X-Lead-Id",
    "List-Id",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "MIME-Version",
    "Content-Type",
];

pub fn body(bytes: &[u8]) {
    let typed = text(bytes);
    let texts: Vec<&str> = typed.split('|').collect();
    let harmless = typed.replace(MARKS, "x");
    let harmless: Vec<&str> = harmless.split('|').collect();
    let kind = KINDS[typed.len() % KINDS.len()];
    let mail = rendered(kind, &texts);
    let plain = rendered(kind, &harmless);
    for mark in ['<', '>', '"'] {
        let count = |mail: &Rendered| mail.html.matches(mark).count();
        assert_eq!(count(&mail), count(&plain), "`{mark}` in {}", mail.html);
    }
    for (_, rest) in
        mail.html.match_indices("href=\"").map(|(at, found)| mail.html.split_at(at + found.len()))
    {
        assert!(rest.starts_with("tel:+") || rest.starts_with("mailto:"), "{}", mail.html);
    }
    for body in [&mail.text, &mail.html] {
        assert!(!body.contains(|c: char| c.is_control() && c != '\n' && c != '\t'));
    }
    letter(kind, &texts, mail);
}

fn words(kind: MailKind, texts: &[&str]) -> Words {
    let mut texts = texts.iter().copied().chain(std::iter::repeat(""));
    let mut next = || texts.next().unwrap_or_default().to_owned();
    let some = |text: String| (!text.is_empty()).then_some(text);
    let lead = LeadWords {
        id: 12,
        name: next(),
        company: some(next()),
        phone: some(next()),
        phone_e164: some(next()),
        email: some(next()),
        stage: next(),
        due: some(next()),
        days_overdue: Some(3),
        last_contact: some(next()),
        last_note: some(next()),
        appointments: vec![next()],
        moves: vec![next()],
        commands: vec![next()],
        claim: some(next()),
        by: some(next()),
    };
    let due =
        Due { date: next(), weekday: next(), time: some(next()), zone: next(), was_due_at: some(next()) };
    Words {
        kind,
        subject: next(),
        team_name: next(),
        recipient: Recipient { name: next(), zone: next() },
        due: Some(due),
        leads: vec![lead.clone(), lead],
        report: None,
        head_hash: some(next()),
    }
}

fn rendered(kind: MailKind, texts: &[&str]) -> Rendered {
    match TEMPLATES.render(&words(kind, texts)) {
        Ok(mail) => mail,
        // A report's template asks for one.
        Err(_) if kind == MailKind::Report => Rendered { text: String::new(), html: String::new() },
        Err(fault) => panic!("{fault}"),
    }
}

fn letter(kind: MailKind, texts: &[&str], mail: Rendered) {
    let one = |at: usize| texts.get(at).copied().unwrap_or_default();
    let address = Address::new("kim@acme.example").expect("an address");
    let mailed = texts.iter().find_map(|text| Address::new(text).ok());
    let letter = Letter {
        message_id: "r.12@acme.example".to_owned(),
        to: mailed.unwrap_or_else(|| address.clone()).named(one(0)),
        from: address.clone().named(one(1)),
        reply_to: Some(address.named(one(2))),
        subject: texts.join(" "),
        date: jiff::Timestamp::UNIX_EPOCH,
        kind: Some(kind),
        lead_ids: vec![12, 13],
        thread: Some("lead-12@acme.example".to_owned()),
        list_id: Some(format!("{} <lead.acme.example>", one(3))),
        text: mail.text,
        html: mail.html,
        calendar: None,
        page: None,
    };
    let bytes = letter.to_bytes().expect("any texts make a letter");
    assert!(bytes.is_ascii(), "it may pass a relay that takes ASCII alone");
    let whole = String::from_utf8_lossy(&bytes);
    assert_eq!(whole.matches(['\r', '\n']).count(), 2 * whole.matches("\r\n").count(), "a bare CR or LF");
    let (head, _) = whole.split_once("\r\n\r\n").expect("a head and a body");
    for line in head.split("\r\n").filter(|line| !line.starts_with([' ', '\t'])) {
        let (name, _) = line.split_once(':').unwrap_or_else(|| panic!("no head: {line:?}"));
        assert!(HEADS.contains(&name), "{line:?}");
    }
    assert!(whole.split("\r\n").all(|line| line.len() <= 998), "a line longer than RFC 5322 allows");
}
