//! Reports by mail: when they are due, to whom, of what, and once only.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::harness::postbox::{Postbox, Script, Stage, Turn};
use crate::harness::{Letter, Office, Run, account, both, direct};
use crate::relay::{GOOD, states};

mod settings;

/// Monday's report, to somebody of the team, to a role, and to somebody outside.
const MONDAY: &str = "
[[report]]
name = \"monday-funnel\"
title = \"Monday at Acme\"
show = [\"funnel\", \"sources\"]
filter = \"kind:open\"
since = \"30 days ago\"
weekday = \"mon\"
at = \"07:30\"
to = [\"sam\", \"role:owner\", \"partner@other.example\"]
";

/// An agency in which sam sees one lead of three.
fn stock(office: &Office) {
    office.init("agency");
    office.user("sam", "sales");
    office.add("'Mine' --phone 0301 --owner sam --source Event");
    office.add("'One' --phone 0302 --owner me --source Website");
    office.add("'Two' --phone 0303 --owner me --source Referral");
    office.lead(["config", "set", "team.name", "<b>Web & \"Co\"</b>"]).ok();
}

/// The reports that went out, by recipient.
fn reports(office: &Office) -> Vec<Letter> {
    let mut mails = office.mails_of("report");
    mails.sort_by_key(Letter::to);
    mails
}

fn readers(office: &Office) -> Vec<String> {
    reports(office).iter().map(Letter::to).collect()
}

const ALL: [&str; 3] = ["boss@acme.example", "partner@other.example", "sam@acme.example"];

both!(a_report_comes_on_its_day_at_its_hour_once, "N1 N2 T6 D7", |office| {
    stock(office);
    office.policy(MONDAY);
    office.at("2026-11-23T07:29:59+01:00");
    if !office.is_served() {
        office.leadd_once().ok();
        assert_eq!(readers(office), [""; 0]);
    }
    office.at("2026-11-23T07:30:00+01:00");
    office.swept("three reports", || readers(office) == ALL);
    let sams = reports(office).remove(2);
    assert_eq!(sams.header("Subject"), "Weekly report: Monday at Acme, Mon 23 Nov 2026");
    let said = sams.text.split("History head").next().unwrap_or_default();
    assert_eq!(
        said,
        "Hello sam,\n\n\
         Here is the report Monday at Acme of Monday 23 November 2026 (Europe/Berlin). A page with its charts is attached.\n\n\
         Time:   from Sat 24 Oct 2026 on\n\
         Leads:  kind:open\n\n\
         Funnel\n\
         How many leads added in this time stand in each stage, how many have come there, and how many of these went on to a later stage.\n\n\
         Stage          Leads  Reached  Of all  Went on\n\
         Not contacted      1        1    100%       0%  ########################\n\
         Contacted          0        0      0%\n\
         Qualified          0        0      0%\n\
         Converted          0        0      0%\n\
         Lost               0        0      0%\n\n\
         Sources\n\
         Where the leads added in this time come from, and what became of them.\n\n\
         Source  Leads  Converted  Rate  Deals  Won\n\
         Event       1          0    0%      0    0  ------------------------\n\n\
         --\n<b>Web & \"Co\"</b>\n"
    );
    let [(name, page)] = sams.attached().try_into().expect("one page");
    assert_eq!(name, "monday-funnel-2026-11-23.html");
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("<bdi>Event</bdi>"), "{page}");
    for part in [&sams.text, &sams.html, &page] {
        assert!(!part.contains("Website"), "A13: sam sees one lead\n{part}");
    }
    let partners = reports(office).remove(1);
    assert!(partners.text.starts_with("Hello,\n"), "{}", partners.text);
    assert!(partners.text.contains("Website") && partners.text.contains("<b>Web & \"Co\"</b>"));
    for html in [&partners.html, &partners.attached()[0].1] {
        assert!(html.contains("&lt;b&gt;Web &amp; &quot;Co&quot;") && !html.contains("<b>Web"), "{html}");
    }

    office.rest();
    office.leadd_once().ok();
    office.leadd_once().ok();
    office.at("2026-11-23T23:59:59+01:00");
    office.leadd_once().ok();
    assert_eq!(readers(office), ALL, "once, over restarts and sweeps");
    office.at("2026-11-30T07:30:00+01:00");
    office.leadd_once().ok();
    let ids: std::collections::BTreeSet<_> =
        reports(office).iter().map(|mail| mail.header("Message-ID")).collect();
    assert_eq!((reports(office).len(), ids.len()), (6, 6), "the next week's are others");
});

direct!(one_that_was_missed_comes_late_on_its_day_and_not_after_it, "R3", |office| {
    stock(office);
    office.policy(MONDAY);
    office.at("2026-11-23T15:00:00+01:00");
    office.leadd_once().ok();
    assert_eq!(readers(office), ALL);
    assert!(
        reports(office)[0].text.contains("This mail is late: it was due 07:30."),
        "{}",
        reports(office)[0].text
    );
    office.at("2026-12-01T00:00:00+01:00");
    office.leadd_once().ok();
    assert_eq!(readers(office).len(), 3, "Monday is over");
});

direct!(it_keeps_its_hour_over_changes_of_the_clock_and_in_other_zones, "T2", |office| {
    office.at("2026-03-20T09:00:00+01:00");
    office.init("mini");
    office.policy(
        "[[report]]\nname = \"night\"\nshow = \"people\"\nweekday = \"sunday\"\nat = \"02:30\"\nto = \"role:owner\"\n\
         [[report]]\nname = \"apia\"\nshow = \"people\"\nweekday = \"sun\"\nzone = \"Pacific/Apia\"\nto = \"role:owner\"",
    );
    let count = |at: &str| {
        office.at(at);
        office.leadd_once().ok();
        office.leadd_once().ok();
        let subjects: Vec<_> = reports(office).iter().map(|mail| mail.header("Subject")).collect();
        ["night", "apia"].map(|name| subjects.iter().filter(|subject| subject.contains(name)).count())
    };
    // It is Sunday in Apia thirteen hours before.
    assert_eq!(count("2026-03-28T18:59:59Z"), [0, 0]);
    assert_eq!(count("2026-03-28T19:00:00Z"), [0, 1]);
    // 02:30 does not exist on 29 March: an hour later.
    assert_eq!(count("2026-03-29T01:29:59Z"), [0, 1]);
    assert_eq!(count("2026-03-29T01:30:00Z"), [1, 1]);
    // 02:30 comes twice on 25 October: once.
    assert_eq!(count("2026-10-25T00:29:59Z"), [1, 2]);
    assert_eq!(count("2026-10-25T00:30:00Z"), [2, 2]);
    assert_eq!(count("2026-10-25T01:30:00Z"), [2, 2]);
});

direct!(what_is_planned_is_what_is_sent, "N3 S5", |office| {
    stock(office);
    office.policy(MONDAY);
    let row = |at: &str, to: &str, day: &str| {
        format!("{at}\treport\t{to}\t\tWeekly report: Monday at Acme, {day}\n")
    };
    let owner = account();
    let mondays = |days: &[(&str, &str)]| {
        let of = |(at, day): &(&str, &str)| {
            ["sam", owner.as_str(), "partner@other.example"].map(|to| row(at, to, day)).concat()
        };
        days.iter().map(of).collect::<String>()
    };
    let kinds = |run: &Run| {
        run.ok()
            .stdout
            .lines()
            .filter(|line| line.contains("\treport\t"))
            .map(|line| format!("{line}\n"))
            .collect::<String>()
    };
    let (first, second) =
        (("2026-11-23T06:30:00Z", "Mon 23 Nov 2026"), ("2026-11-30T06:30:00Z", "Mon 30 Nov 2026"));
    assert_eq!(kinds(&office.lead("plan --until 2026-12-01")), mondays(&[first, second]));
    assert_eq!(kinds(&office.lead("plan --as sam")), row(first.0, "sam", first.1), "one's own mail");
    office.at("2026-11-23T08:00:00+01:00");
    let dry = office.leadd("--dry-run");
    dry.ok().shows("2026-11-23T07:30+01:00\treport\t\tto partner@other.example: Weekly report: Monday at Acme, Mon 23 Nov 2026\n");
    assert_eq!(reports(office).len(), 0);
    let planned = office.lead("plan --until 2026-11-24 -F ndjson").lines();
    let planned: Vec<_> =
        planned.iter().filter(|row| row["kind"] == "report").map(|row| row["message_id"].clone()).collect();
    office.leadd_once().ok();
    let sent = office.lead("outbox list -F ndjson").lines();
    let sent: Vec<_> =
        sent.iter().filter(|row| row["kind"] == "report").map(|row| row["message_id"].clone()).collect();
    assert_eq!((planned.len(), &planned), (3, &sent));
});

direct!(what_is_not_wanted_any_more_is_not_sent, "R2 R5", |office| {
    stock(office);
    office
        .policy(&format!("[mail]\nvia = \"sendmail\"\n[mail.sendmail]\ncommand = \"/bin/false\"\n{MONDAY}"));
    office.at("2026-11-23T07:30:00+01:00");
    office.leadd_once();
    let of = |to: &str| {
        let rows = office.lead("outbox list -F ndjson").lines();
        let mut of: Vec<_> = rows.iter().filter(|row| row["to"] == to && row["kind"] == "report").collect();
        assert_eq!(of.len(), 1, "{rows:#?}");
        of.remove(0)["state"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(ALL.map(of), ["waiting"; 3]);
    office.lead("user disable sam").ok();
    office.policy(&MONDAY.replace(", \"partner@other.example\"", ""));
    office.policy("[mail]\nvia = \"file\"");
    office.at("2026-11-23T08:30:00+01:00");
    office.leadd_once().ok();
    assert_eq!(ALL.map(of), ["sent", "cancelled", "cancelled"]);
    office.policy(MONDAY);
    office.lead("user enable sam").ok();
    office.leadd_once().ok();
    office.leadd_once().ok();
    assert_eq!(ALL.map(of), ["sent"; 3], "the same mails, as they were never given away");
    office.policy(&MONDAY.replace("07:30", "09:00"));
    office.at("2026-11-23T09:00:00+01:00");
    office.leadd_once().ok();
    assert_eq!(readers(office), ALL, "another hour of a day that is done changes nothing");
});

direct!(a_report_goes_over_smtp_with_the_same_bytes_again, "N1 O1", |office| {
    let postbox = Postbox::open(Script { turns: vec![(Stage::Dot, Turn::Cut)], ..GOOD });
    office.init("mini");
    office.add("'One' --source Website");
    office.policy(&postbox.policy(office.home()));
    office.policy(&MONDAY.replace("\"sam\", \"role:owner\", ", ""));
    office.at("2026-11-23T08:00:00+01:00");
    office.leadd_once();
    let report = |states: Vec<String>| states.last().cloned().unwrap_or_default();
    assert_eq!(report(states(office)), "unknown", "{}", postbox.talk());
    office.add("'Three' --source Event");
    office.at("2026-11-23T08:10:00+01:00");
    office.leadd_once().ok();
    assert_eq!(report(states(office)), "sent", "{}", postbox.talk());
    let taken: Vec<_> =
        postbox.parcels().into_iter().filter(|one| one.to == ["partner@other.example"]).collect();
    assert_eq!((taken.len(), postbox.taken().len()), (2, 1), "{}", postbox.talk());
    assert!(taken[0].bytes == taken[1].bytes, "the same bytes, Message-ID and all");
    let mail = Letter::read(&taken[0].bytes);
    assert!(
        mail.attached()[0].1.starts_with("<!DOCTYPE html>") && !mail.text.contains("Event"),
        "{}",
        mail.text
    );
});

direct!(a_daemon_that_is_killed_while_it_sends_loses_nothing, "N1 O1", |office| {
    office.init("mini");
    let script = office.file(
        "sendmail",
        "#!/bin/sh\ncd \"$(dirname \"$0\")\"\nif [ ! -e killed ]; then touch killed; kill -9 $PPID; exit 75; fi\ncat > got.$$.eml\n",
    );
    fs::set_permissions(&script, fs::Permissions::from_mode(0o700)).unwrap();
    office.policy(&format!("[mail]\nvia = \"sendmail\"\n[mail.sendmail]\ncommand = \"{script}\"\n"));
    office.policy(&MONDAY.replace("\"sam\", \"role:owner\", ", ""));
    let of_report = || {
        let rows = office.lead("outbox list -F ndjson").lines();
        rows.into_iter().find(|row| row["kind"] == "report")
    };
    office.at("2026-11-23T07:30:00+01:00");
    assert_eq!(office.leadd_once().code, -1, "it was killed");
    let id = of_report().expect("the row is before the message")["message_id"].clone();
    office.at("2026-11-23T07:31:00+01:00");
    office.leadd_once();
    office.at("2026-11-23T07:45:00+01:00");
    office.leadd_once().ok();
    let report = of_report().unwrap();
    assert_eq!((&report["state"], &report["message_id"]), (&"sent".into(), &id));
    let got: Vec<_> =
        Letter::folder(office.home()).into_iter().filter(|mail| mail.kind() == "report").collect();
    assert_eq!(got.len(), 1);
    assert_eq!(got[0].header("Message-ID"), id.as_str().unwrap());
});

direct!(nobody_gets_it_twice_by_another_spelling, "N1 L6", |office| {
    stock(office);
    let twice = "to = [\"sam\", \"SAM@acme.example\", \"out@x.example\", \"OUT@x.example\"]\n";
    let to = MONDAY.lines().find(|line| line.starts_with("to =")).unwrap();
    office.policy(&MONDAY.replace(to, twice.trim_end()));
    office.at("2026-11-23T07:30:00+01:00");
    office.swept("two reports", || readers(office).len() >= 2);
    assert_eq!(readers(office), ["out@x.example", "sam@acme.example"]);
});

direct!(a_firm_has_its_own_words_for_it, "O7", |office| {
    stock(office);
    fs::create_dir_all(office.store().join("letters")).unwrap();
    fs::write(
        office.store().join("letters/report.txt"),
        "{{ report.title }}: {% for part in report.parts %}{{ part.title }} {{ part.lines | length }} {% endfor %}\n",
    )
    .unwrap();
    office.policy(&format!("[mail]\ntemplates = \"letters\"\n{MONDAY}"));
    office.lead("doctor").ok().shows("1 of the firm's own, in order");
    office.at("2026-11-23T07:30:00+01:00");
    office.leadd_once().ok();
    assert_eq!(reports(office)[0].text, "Monday at Acme: Funnel 5 Sources 3\n");
    assert_eq!(reports(office)[0].attached().len(), 1);
});
