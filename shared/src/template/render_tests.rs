//! What the mails say, and that nothing a lead is called can change what they are.

use std::fs;

use super::*;

#[test]
fn every_kind_says_whom_to_reach_and_what_to_type() {
    let templates = Templates::load(None);
    for kind in KINDS.into_iter().filter(|kind| *kind != MailKind::Report) {
        let mail = templates.render(&sample::full(kind)).unwrap();
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
                "10:00 Europe/Prague, 60 min, Long Street 1",
                "9f2c41d07ab35e66",
                "was due 08:00",
            ] {
                assert!(body.contains(fact), "{kind:?}: {fact:?} is not in\n{body}");
            }
        }
        assert!(mail.html.contains("href=\"tel:+420601234567\""), "{}", mail.html);
        assert!(mail.html.contains("href=\"mailto:kim@acme.example\""));
        for remote in ["http:", "https:", "<img", "url(", "@import", "<script", "<link"] {
            assert!(!mail.html.contains(remote), "{kind:?}: {remote}");
        }
        let bare = templates.render(&sample::bare(kind)).unwrap();
        assert!(!bare.text.contains("None") && !bare.text.contains("none"), "{}", bare.text);
        assert!(!bare.text.contains("History head"));
        assert!(!bare.html.contains("tel:") && !bare.html.contains("mailto:"));
    }
}

#[test]
fn a_report_reads_well() {
    let mail = Templates::load(None).render(&sample::full(MailKind::Report)).unwrap();
    assert_eq!(
        mail.text,
        "\
Hello Sam,

Here is the report Monday at Acme of Monday 23 November 2026 (Europe/Prague). A page with its charts is attached.

This mail is late: it was due 08:00.

Time:   from Sat 24 Oct 2026 on
Leads:  kind:open

Funnel
How many leads added in this time stand in each stage, how many have come there, and how many of these went on to a later stage.

Stage  Leads  Reached  Of all  Went on
New        4       30    100%      67%  ###---------------------

Ageing
How long the leads added in this time have stood where they stand, in days.

Stage  Leads  1d  7d  30d  90d  More  Median  P90  Oldest  Lead
New        4   0   1    2    1     0      19   46      46   #12  ###########

Sources
Where the leads added in this time come from, and what became of them.

Source   Leads  Converted  Rate  Deals  Won         Value
Website     15          3   20%      3    1  25884.00 EUR  ###--------------

People
Who has how many leads now, and what they did in this time.

Person  Leads  Open  Overdue  Contacts  Converted
sam         7     5        1        21          2  #################-------

--
Acme Plumbing
History head: 9f2c41d07ab35e66
"
    );
    for fact in ["Monday at Acme", "25884.00 EUR", "width:100.00%", "<bdi>kind:open</bdi>", "was due 08:00"] {
        assert!(mail.html.contains(fact), "{fact:?} is not in\n{}", mail.html);
    }
    let mut long = sample::full(MailKind::Report).report.unwrap();
    long.parts[2].lines = vec![long.parts[2].lines[0].clone(); 60];
    let short = long.shortened(50);
    assert_eq!((short.parts[2].lines.len(), short.parts[2].more, short.parts[0].more), (50, 10, 0));
    assert_eq!(short.parts[2].table.lines().count(), 51);
}

#[test]
fn a_page_is_made_of_any_report() {
    let full = crate::template::page(&sample::full(MailKind::Report).report.unwrap()).unwrap();
    assert!(full.contains("<title>Monday at Acme · Acme Plumbing</title>"), "{full}");
    let mut report = sample::full(MailKind::Report).report.unwrap();
    for part in &mut report.parts {
        part.lines = vec![part.lines[0].clone(); 5_000];
    }
    assert!(crate::template::page(&report).is_ok(), "of any length");
}

#[test]
fn the_manual_has_every_value_and_every_file() {
    let page = include_str!("../../../man/lead-templates.5");
    let has =
        |word: &str| page.split(|c: char| !(c.is_alphanumeric() || "_-.".contains(c))).any(|one| one == word);
    let words = sample::full(MailKind::Reminder);
    let view = serde_json::to_value(View::new(&words)).unwrap();
    let mut values: Vec<String> = view.as_object().unwrap().keys().cloned().collect();
    values.extend(view["leads"][0].as_object().unwrap().keys().cloned());
    for of in ["recipient", "due"] {
        values.extend(view[of].as_object().unwrap().keys().map(|key| format!("{of}.{key}")));
    }
    let words = sample::full(MailKind::Report);
    let report = serde_json::to_value(View::new(&words)).unwrap()["report"].clone();
    let (part, line) = (&report["parts"][0], &report["parts"][0]["lines"][0]);
    for (of, value) in [("report", &report), ("part", part), ("line", line), ("column", &part["columns"][0])]
    {
        values.extend(value.as_object().unwrap().keys().map(|key| format!("{of}.{key}")));
    }
    assert!(values.len() > 50, "{values:?}");
    values.extend(
        BUILT_IN.iter().map(|(name, _)| name.trim_end_matches(".txt").trim_end_matches(".html").to_owned()),
    );
    let missing: Vec<_> =
        values.into_iter().filter(|value| !has(value) && !has(&format!("{value}.txt"))).collect();
    assert!(missing.is_empty(), "not in lead-templates.5: {missing:?}");
}

#[test]
fn a_reminder_reads_well() {
    let mut words = sample::single(MailKind::Reminder);
    words.leads[0].days_overdue = None;
    words.leads[0].claim = None;
    words.leads[0].by = None;
    if let Some(due) = &mut words.due {
        due.was_due_at = None;
    }
    let text = Templates::load(None).render(&words).unwrap().text;
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
    Booked:        Tue 24 Nov 2026 10:00 Europe/Prague, 60 min, Long Street 1
    Open moves:    offer, later

    When done, type:
        lead log 12 call \"…\" --next +3d
        lead show 12

--
Acme Plumbing
History head: 9f2c41d07ab35e66
"
    );
}

#[test]
fn html_is_escaped() {
    let evil = "<script>alert('\"&\u{1b}\u{202e}')</script>";
    let mut words = sample::full(MailKind::Overdue);
    words.team_name = evil.into();
    words.recipient.name = evil.into();
    let lead = &mut words.leads[0];
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
    let mail = Templates::load(None).render(&words).unwrap();
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
    let said = || load().faults().iter().map(ToString::to_string).collect::<Vec<_>>();
    put("reminder.txt", "Servus {{ recipient.name }}: {{ leads[0].title }}\n");
    let mail = load().render(&sample::full(MailKind::Reminder)).unwrap();
    assert_eq!((mail.text.as_str(), load().own()), ("Servus Sam: Kim Lee (Acme)\n", 1));
    assert!(load().faults().is_empty());
    for (wrong, line) in [
        ("one\n{{ recipient.name", 2),
        ("one\ntwo\n{{ recipient.nmae }}", 3),
        ("{% if %}", 1),
        ("\n{% include 'none.txt' %}", 2),
        ("\n\n{% include '/etc/passwd' %}", 3),
        ("{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}", 1),
    ] {
        put("reminder.txt", wrong);
        let start = format!("{}:{line}: ", home.path().join("reminder.txt").display());
        assert!(said().len() == 1 && said()[0].starts_with(&start), "{wrong:?}: {:?}", said());
        for kind in KINDS {
            let mail = load().render(&sample::full(kind));
            assert_eq!(mail.is_err(), kind == MailKind::Reminder, "{wrong:?}, {kind:?}");
        }
        let fault = load().render(&sample::full(MailKind::Reminder)).unwrap_err();
        assert!(fault.to_string().starts_with(&start), "{fault}");
    }
    put("reminder.txt", &"x".repeat(300 * 1024));
    assert!(matches!(load().faults(), [TemplateFault::Read { .. }]));
    fs::remove_file(home.path().join("reminder.txt")).unwrap();
    fs::create_dir(home.path().join("reminder.txt")).unwrap();
    assert!(matches!(load().faults(), [TemplateFault::Read { .. }]));
}

#[test]
fn a_broken_part_is_blamed_by_all_that_need_it_and_by_no_others() {
    let home = tempfile::tempdir().unwrap();
    let path = |name: &str| home.path().join(name);
    fs::write(path("base.txt"), "a\n{% block intro %}").unwrap();
    fs::write(path("reminder.txt"), "{{ subject }}").unwrap();
    fs::write(path("remidner.html"), "").unwrap();
    let templates = Templates::load(Some(home.path()));
    let said: Vec<_> = templates.faults().iter().map(ToString::to_string).collect();
    let stray = format!(
        "{} is the name of no template; did you mean `reminder.html`?",
        path("remidner.html").display()
    );
    assert_eq!(said[0], stray);
    assert!(
        said.len() == 2 && said[1].starts_with(&format!("{}:2: ", path("base.txt").display())),
        "{said:?}"
    );
    for kind in KINDS {
        let mail = templates.render(&sample::full(kind));
        assert_eq!(mail.is_ok(), kind == MailKind::Reminder);
        assert!(mail.is_ok() || mail.unwrap_err().to_string() == said[1]);
    }
    let gone = Templates::load(Some(&path("gone")));
    assert!(matches!(gone.faults(), [TemplateFault::Read { .. }]));
    assert!(gone.render(&sample::full(MailKind::Digest)).is_ok(), "the built-in ones stand in");
}

#[test]
fn a_thousand_leads_fit_in_one_digest() {
    let mut words = sample::full(MailKind::Digest);
    words.leads = vec![words.leads[0].clone(); 1_000];
    let mail = Templates::load(None).render(&words).unwrap();
    assert_eq!(mail.text.matches("#12  Kim Lee").count(), 1_000);
}

/// What takes too long or says too much is stopped, and found when templates are tried.
#[test]
fn what_has_no_end_is_told_when_it_is_tried() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("reminder.txt");
    for template in [
        "{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}",
        "{% for i in range(100000) %}{{ 'x' * 1000 }}{% endfor %}",
        "{% set it = namespace(x='x') %}{% for i in range(60) %}{% set it.x = it.x ~ it.x %}{% endfor %}",
        "{{ 'x'|indent(18446744073709551615) }}",
        "{{ '%99999999999999d'|format(1) }}",
        "{{ range(10)|slice(99999999999999)|list }}",
        "{{ range(10)|batch(99999999999999, 1)|list }}",
    ] {
        fs::write(&path, template).unwrap();
        let templates = Templates::load(Some(home.path()));
        let said: Vec<_> = templates.faults().iter().map(ToString::to_string).collect();
        assert_eq!(said, [format!("{}:1: engine ran out of fuel", path.display())], "{template}");
    }
}
