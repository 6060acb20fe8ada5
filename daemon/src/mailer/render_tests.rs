//! What the mails say, and that nothing a lead is called can change what they are.

use std::fs;

use super::*;

#[test]
fn every_kind_says_whom_to_reach_and_what_to_type() {
    let templates = Templates::load(None).unwrap();
    for kind in Kind::ALL {
        let mail = templates.render(&sample(kind)).unwrap();
        let html = mail.html.replace("&#x2f;", "/").replace("&quot;", "\"");
        for body in [&mail.text, &html] {
            for fact in [
                "Sam",
                "Kim Lee (Acme)",
                "601 234 567",
                "kim@acme.example",
                "Quoted",
                "Monday 23 November 2026, 14:30 (Europe/Prague)",
                "Thursday 19 November, call",
                "Ask for Petra.",
                "offer, later",
                "--next +3d",
                "#13",
                "Acme Plumbing",
                "Long Street 1",
                "9f2c41d07ab35e66",
                "was due 08:00",
            ] {
                assert!(body.contains(fact), "{kind}: {fact:?} is not in\n{body}");
            }
        }
        assert!(mail.html.contains("href=\"tel:+420601234567\""), "{}", mail.html);
        assert!(mail.html.contains("href=\"mailto:kim@acme.example\""));
        for remote in ["http:", "https:", "<img", "url(", "@import", "<script", "<link"] {
            assert!(!mail.html.contains(remote), "{kind}: {remote}");
        }
        let bare = templates.render(&bare_sample(kind)).unwrap();
        assert!(!bare.text.contains("None") && !bare.text.contains("none"), "{}", bare.text);
        assert!(!bare.text.contains("History head"));
        assert!(!bare.html.contains("tel:") && !bare.html.contains("mailto:"));
    }
}

#[test]
fn a_reminder_reads_well() {
    let mut matter = sample(Kind::Reminder);
    matter.leads.truncate(1);
    matter.leads[0].days_overdue = None;
    matter.leads[0].claim = None;
    matter.leads[0].by = None;
    if let Some(due) = &mut matter.due {
        due.was_due_at = None;
    }
    let text = Templates::load(None).unwrap().render(&matter).unwrap().text;
    assert_eq!(
        text,
        "\
Hello Sam,

Follow up with Kim Lee (Acme) today, Monday 23 November 2026, 14:30 (Europe/Prague).

#12  Kim Lee (Acme)
    Phone:         601 234 567  (+420601234567)
    Email:         kim@acme.example
    Stage:         Quoted
    Follow-up:     Monday 23 November 2026, 14:30 (Europe/Prague)
    Last contact:  Thursday 19 November, call
    Last note:     Wants the price by Friday.
                   Ask for Petra.
    Open moves:    offer, later

    When done, type:
        lead log 12 call \"…\" --next +3d
        lead show 12

--
Acme Plumbing
Long Street 1
Prague
History head: 9f2c41d07ab35e66
"
    );
}

#[test]
fn html_is_escaped() {
    let evil = "<script>alert('\"&\u{1b}\u{202e}')</script>";
    let mut matter = sample(Kind::Overdue);
    matter.team_name = evil.into();
    matter.recipient.name = evil.into();
    matter.signature = Some(evil.into());
    let lead = &mut matter.leads[0];
    for field in [&mut lead.name, &mut lead.stage] {
        *field = evil.into();
    }
    for field in [&mut lead.company, &mut lead.phone, &mut lead.email, &mut lead.last_note, &mut lead.due] {
        *field = Some(evil.into());
    }
    lead.phone_e164 = Some("+420\" onclick=\"x".into());
    lead.email = Some("a\"@x.example?bcc=v@x.example&subject=<b>".into());
    lead.moves = vec![evil.into()];
    lead.commands = vec![evil.into()];
    let mail = Templates::load(None).unwrap().render(&matter).unwrap();
    assert!(!mail.html.contains("<script") && !mail.html.contains("<b>"), "{}", mail.html);
    assert!(!mail.html.contains("tel:"));
    assert!(mail.html.contains("mailto:a%22@x.example%3Fbcc%3Dv@x.example%26subject%3D%3Cb%3E"));
    assert!(!mail.html.contains(['\u{1b}', '\u{202e}']) && !mail.text.contains(['\u{1b}', '\u{202e}']));
}

#[test]
fn a_firms_template_replaces_ours_and_is_checked_at_load() {
    let home = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| fs::write(home.path().join(name), text).unwrap();
    let load = || Templates::load(Some(home.path()));
    put("reminder.txt", "Servus {{ recipient.name }}: {{ leads[0].title }}\n");
    let mail = load().unwrap().render(&sample(Kind::Reminder)).unwrap();
    assert_eq!(mail.text, "Servus Sam: Kim Lee (Acme)\n");
    for (wrong, line) in [
        ("one\n{{ recipient.name", 2),
        ("one\ntwo\n{{ recipient.nmae }}", 3),
        ("{% if %}", 1),
        ("\n{% include 'none.txt' %}", 2),
        ("{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}", 1),
    ] {
        put("reminder.txt", wrong);
        let said = load().unwrap_err().to_string();
        let start = format!("{}:{line}: ", home.path().join("reminder.txt").display());
        assert!(said.starts_with(&start), "{wrong:?}: {said}");
    }
    put("reminder.txt", &"x".repeat(300 * 1024));
    assert!(matches!(load(), Err(TemplateFault::Read { .. })));
    fs::remove_file(home.path().join("reminder.txt")).unwrap();
    fs::create_dir(home.path().join("reminder.txt")).unwrap();
    assert!(matches!(load(), Err(TemplateFault::Read { .. })));
}

#[test]
fn a_thousand_leads_fit_in_one_digest() {
    let mut matter = sample(Kind::Digest);
    matter.leads = vec![matter.leads[0].clone(); 1_000];
    let mail = Templates::load(None).unwrap().render(&matter).unwrap();
    assert_eq!(mail.text.matches("#12  Kim Lee").count(), 1_000);
}
