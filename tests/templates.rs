//! A firm's own templates: written out, changed, checked, and what a broken one stops.

use std::fs;

use crate::harness::{Office, both, direct};

/// An office whose policy names its own templates, all twenty of them.
fn own(office: &Office) {
    office.init("field-service");
    office.lead("config templates data/lead/letters").ok().says("wrote 20 templates to data/lead/letters");
    office.policy("[mail]\ntemplates = \"letters\"");
}

fn put(office: &Office, name: &str, text: &str) {
    fs::write(office.store().join("letters").join(name), text).unwrap();
}

direct!(the_built_in_ones_are_written_out_and_never_over_a_file, "O7", |office| {
    office.lead("config templates ours -n").ok().stderr("dry run: would write 20 templates to ours\n");
    assert!(!office.path("ours").exists());
    office
        .lead("config templates ours")
        .ok()
        .says("hint: `templates` of `[mail]` in lead.toml names the folder");
    assert_eq!(fs::read_dir(office.path("ours")).unwrap().count(), 20);
    let text = fs::read_to_string(office.path("ours/reminder.html")).unwrap();
    fs::remove_file(office.path("ours/base.txt")).unwrap();
    office.lead("config templates ours").refused(4).says("is in ours already; nothing was written");
    assert!(!office.path("ours/base.txt").exists());
    assert_eq!(fs::read_to_string(office.path("ours/reminder.html")).unwrap(), text);
    office.file("plain", "");
    office.lead("config templates plain/ours").code(1).says("error: cannot write plain/ours");
});

direct!(a_firms_own_are_used_file_by_file, "O7", |office| {
    own(office);
    put(office, "reminder.txt", "Servus {{ recipient.name }}: {{ leads[0].title }}\n");
    for name in ["base.html", "lead.html", "digest.txt"] {
        fs::remove_file(office.store().join("letters").join(name)).unwrap();
    }
    let well = "templates\tyes\t17 of the firm's own, in order\t\n";
    office.lead("doctor").ok().shows(well);
    office.leadd("check").ok().shows("configuration: good");
    office.add("'Kim Lee' --owner me --follow-up 2026-11-24");
    office.at("2026-11-24T08:00:00+01:00");
    office.leadd_once().ok();
    let mail = office.mails_of("reminder").remove(0);
    assert!(mail.text.starts_with("Servus ") && mail.text.ends_with(": Kim Lee\n"), "{}", mail.text);
    assert!(mail.html.contains("Kim Lee") && mail.html.contains("viewport"), "{}", mail.html);
});

both!(a_broken_one_is_named_with_file_and_line, "O4 S3", |office| {
    own(office);
    for (name, text, line) in [
        ("reminder.txt", "one\n{{ recipient.nmae }}\n", 2),
        ("lead.html", "{% for move in lead.moves %}", 1),
        ("base.txt", "\n\n{% include \"/etc/passwd\" %}\n", 3),
    ] {
        put(office, name, text);
        let place = format!("{}:{line}: ", office.store().join("letters").join(name).display());
        let run = office.lead("doctor");
        run.code(10).shows(&format!("templates\tno\t{place}")).shows("\tlead config templates NEWDIR\n");
        office.leadd("check").code(2).says(&format!("error: {place}"));
        fs::remove_file(office.store().join("letters").join(name)).unwrap();
    }
    put(office, "remidner.txt", "");
    office.lead("doctor").code(10).shows("is the name of no template; did you mean `reminder.txt`?");
    office.policy("[mail]\ntemplates = \"gone\"");
    office.lead("doctor").code(10).shows("templates\tno\tcannot read ");
});

direct!(a_broken_one_stops_no_mail_that_does_not_need_it, "O4", |office| {
    own(office);
    put(office, "reminder.html", "{{ leads[0].colour }}");
    office.add("'Kim Lee' --owner me --follow-up 2026-11-24");
    office.add("'Jo Doe' --owner me --follow-up 2026-11-23");
    office.at("2026-11-24T08:00:00+01:00");
    let run = office.leadd_once();
    run.ok().says("a template cannot be used; mail that needs it waits").says("reminder.html:1: ");
    assert_eq!((office.mails_of("overdue").len(), office.mails_of("reminder").len()), (1, 0));
    let waiting = || {
        let mails = office.lead("outbox list -F ndjson").lines();
        mails.into_iter().find(|mail| mail["kind"] == "reminder").unwrap()
    };
    assert_eq!(waiting()["state"], "waiting");
    assert!(waiting()["error"].as_str().unwrap().contains("letters/reminder.html:1: "), "{}", waiting());
    fs::remove_file(office.store().join("letters/reminder.html")).unwrap();
    office.at("2026-11-24T08:05:00+01:00");
    office.leadd_once().ok();
    assert_eq!((waiting()["state"].as_str(), office.mails_of("reminder").len()), (Some("sent"), 1));
});
