//! Mail: to one address each, with nothing in it that was not meant to be.

use super::{harmless, hostile};
use crate::harness::postbox::{Postbox, Script, Tls};
use crate::harness::{Letter, Office, direct};

/// The mails of a hostile store on a morning on which every kind is due.
fn letters(office: &Office) -> Vec<Letter> {
    hostile(office);
    office.lead("assign 3 sam").ok();
    office.lead("claim 2 --as sam");
    office.at("2026-11-23T08:00:00+01:00");
    office.leadd_once().ok();
    office.at("2026-11-24T08:00:00+01:00");
    office.leadd_once().ok();
    office.at("2026-11-25T08:00:00+01:00");
    office.leadd_once().ok();
    let letters = office.mails();
    for kind in ["reminder", "overdue", "assigned"] {
        assert!(letters.iter().any(|letter| letter.kind() == kind), "no {kind}");
    }
    letters
}

direct!(headers_and_bodies_hold_nothing_that_is_obeyed, "O4 R2", |office| {
    for letter in letters(office) {
        let (head, _) = std::str::from_utf8(&letter.bytes).unwrap().split_once("\r\n\r\n").unwrap();
        harmless("the headers", &head.replace("\r\n", "\n"));
        for name in ["Subject", "From", "To", "List-Id", "Reply-To"] {
            let text = letter.header(name);
            harmless(name, &text);
            assert!(!text.contains(['\n', '\t']), "{name}: {text:?}");
        }
        assert_eq!((letter.header("Bcc").as_str(), letter.header("Cc").as_str()), ("", ""), "a header more");
        harmless("the text", &letter.text);
        harmless("the HTML", &letter.html);
        assert!(letter.text.contains("Bcc: x@evil.example"), "it is told as text\n{}", letter.text);
        if let Some(calendar) = letter.part("text/calendar") {
            harmless("the calendar", &calendar.replace("\r\n", "\n"));
            let begun = calendar.lines().filter(|line| line.starts_with("BEGIN:VEVENT")).count();
            assert_eq!(begun, 2, "the follow-up and the appointment\n{calendar}");
            assert!(!calendar.contains("\r\nBcc"), "{calendar}");
        }
    }
});

/// The targets of all links of a page, and of all that it would fetch.
fn targets(html: &str) -> Vec<&str> {
    let names = ["href", "src", "action", "background", "srcset", "data", "poster"];
    let found = names.iter().flat_map(|name| html.match_indices(&format!("{name}=")).collect::<Vec<_>>());
    found.filter_map(|(at, name)| html[at + name.len()..].split(['"', '\'']).nth(1)).collect()
}

direct!(links_lead_to_a_call_or_a_letter_only, "O4 P5", |office| {
    let mut seen = 0;
    for letter in letters(office) {
        for target in targets(&letter.html) {
            assert!(target.starts_with("tel:+") || target.starts_with("mailto:"), "{target}");
            seen += 1;
        }
        for tag in ["<script", "<img", "<iframe", "<form", "<object", "<link", "@import", "url("] {
            assert!(!letter.html.contains(tag), "{tag} in\n{}", letter.html);
        }
    }
    assert!(seen > 2, "there is something to call");
});

// What a firm writes into its own templates is the firm's, but no lead decides where a link leads to.
direct!(a_firms_own_links, "O4 O7", |office| {
    office.init("mini");
    office.lead("config templates data/lead/letters").ok();
    office.policy("[mail]\ntemplates = \"letters\"");
    let own = "<p><a href=\"{{ leads[0].company }}\">x</a> <a HREF = '{{ leads[0].company }}'>y</a> \
               <a href=\"https://crm.acme.example/{{ leads[0].id }}\">z</a></p>";
    std::fs::write(office.store().join("letters/reminder.html"), own).unwrap();
    for (number, company) in [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "//evil.example",
        "http://good.example",
    ]
    .iter()
    .enumerate()
    {
        office
            .lead([
                "add",
                &format!("Lead {number}"),
                "--owner",
                "me",
                "--follow-up",
                "2026-11-24",
                "--company",
                company,
            ])
            .ok();
    }
    office.policy("[reminders]\ndigest_over = 1000");
    office.at("2026-11-24T08:00:00+01:00");
    office.leadd_once().ok();
    let mails = office.mails_of("reminder");
    assert_eq!(mails.len(), 7);
    for mail in mails {
        let html = mail.html.to_lowercase();
        for scheme in ["javascript:", "data:", "vbscript:", "file:"] {
            assert!(
                !html.contains(&format!("\"{scheme}")) && !html.contains(&format!("'{scheme}")),
                "{html}"
            );
        }
        assert!(html.contains("href=\"https://crm.acme.example/"), "{html}");
    }
});

direct!(each_has_one_recipient, "O6 R2", |office| {
    let postbox = Postbox::open(Script { tls: Tls::None, auth: None, turns: Vec::new() });
    office.init("mini");
    for who in ["max", "ida"] {
        office.user(who, "manager");
    }
    office.policy(&postbox.policy(office.home()));
    office.add("'Kim Lee' --follow-up 2026-11-24");
    office.at("2026-11-24T08:00:00+01:00");
    office.leadd_once().ok();
    let parcels = postbox.taken();
    let mut to: Vec<_> = parcels.iter().map(|parcel| parcel.to.clone()).collect();
    to.sort();
    assert_eq!(to, [["ida@acme.example"], ["max@acme.example"]], "{}", postbox.talk());
    for parcel in parcels {
        let letter = Letter::read(&parcel.bytes);
        assert_eq!(letter.to(), parcel.to[0]);
        assert_eq!(letter.header("Cc") + &letter.header("Bcc"), "");
    }
});
