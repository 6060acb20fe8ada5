//! What will be sent, what was and why; and mail that a person takes in hand.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::harness::{Office, both, direct};

/// An office of three with something of every kind to come.
fn busy(office: &Office) {
    office.init("agency");
    office.user("max", "manager");
    office.lead("user edit max --zone America/New_York").ok();
    office.user("sam", "sales");
    for n in 0..7 {
        office.add(&format!("'Many {n}' --phone 03000{n} --owner sam --follow-up 2026-11-24"));
    }
    office.add("'Late' --phone 0301 --owner sam --follow-up 2026-11-23");
    office.add("'Pool' --phone 0302 --follow-up 2026-11-25");
    office.add("'Zoned' --phone 0303 --owner max --follow-up 2026-11-26");
    office.at("2026-11-22T10:30:00+01:00");
    office.lead("--as max claim 9").ok();
}

/// Sent, or waiting for the morning in New York.
fn is_done(mail: &Value) -> bool {
    mail["state"] == "sent" || mail["next_try"] == "2026-11-22T13:00:00Z"
}

/// Kind, recipient and Message-ID of each mail of a list.
fn letters(rows: &[Value]) -> BTreeSet<(String, String)> {
    let text = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
    rows.iter()
        .filter(|row| !row["message_id"].is_null())
        .map(|row| (text(row, "kind"), text(row, "message_id")))
        .collect()
}

direct!(what_is_planned_is_what_is_sent, "N3 T6 S5", |office| {
    busy(office);
    let planned = office.lead("plan --until 8d -F ndjson").lines();
    let kinds: BTreeSet<_> = planned.iter().map(|row| row["kind"].as_str().unwrap().to_owned()).collect();
    let every =
        ["assigned", "claim-lapsed", "claim-lapsing", "digest", "escalation", "lapse", "overdue", "reminder"];
    assert_eq!(kinds, every.map(str::to_owned).into());
    let instants: BTreeSet<_> = planned.iter().map(|row| row["at"].as_str().unwrap().to_owned()).collect();
    for at in &instants {
        office.at(at);
        office.leadd_once().ok();
    }
    // Between them, too, nothing else is sent.
    office.at("2026-11-30T23:00:00+01:00");
    office.leadd_once().ok();
    let sent = office.lead("outbox list -F ndjson").lines();
    assert!(sent.iter().all(|mail| mail["state"] == "sent"), "{sent:#?}");
    assert_eq!(letters(&planned), letters(&sent));
});

both!(a_plan_changes_nothing, "N3", |office| {
    busy(office);
    office.swept("mail about who was given what", || {
        office.lead("outbox list -F ndjson").lines().iter().all(is_done)
    });
    let before = (office.snapshot(), office.lead("outbox list --json").ok().stdout.clone());
    office.lead("plan --until 30d").ok();
    office.lead("outbox why 8").ok();
    assert_eq!(before, (office.snapshot(), office.lead("outbox list --json").ok().stdout.clone()));
    office.lead("doctor").ok();
});

both!(a_plan_is_of_one_lead_and_of_ones_own_mail, "N3 A13", |office| {
    busy(office);
    office.swept("the first mail", || office.lead("outbox list -F ndjson").lines().iter().all(is_done));
    office.lead("plan --lead 10 --until 2026-11-26").ok().stdout(
        "2026-11-22T13:00:00Z\tassigned\tmax\t10\tNow yours: Zoned\n\
         2026-11-26T13:00:00Z\treminder\tmax\t10\tFollow up today: Zoned\n",
    );
    let of_sam = office.lead("--as sam plan -F ndjson").lines();
    assert!(of_sam.iter().all(|row| row["to"] == "sam"), "{of_sam:#?}");
    assert!(!of_sam.is_empty());
    office.lead("--as sam plan --lead 10").refused(3);
    office.lead("plan --until yesterday").refused(2).says("error: until `yesterday` is not ahead\n");
});

both!(why_there_is_mail_or_none, "N3 R2 R5", |office| {
    office.init("agency");
    office.user("sam", "sales");
    office.add("'Kim Lee' --phone 0301 --owner sam");
    let why = |expected: &str| {
        let rows = office.lead("outbox why 1 -F ndjson").lines();
        let last = rows.last().unwrap().clone();
        assert_eq!((&last["kind"], &last["because"]), (&"reminder".into(), &expected.into()), "{rows:#?}");
        last
    };
    why("no-follow-up");
    office.lead("schedule 1 2026-11-24").ok();
    assert_eq!(why("coming")["due_at"], "2026-11-24T07:00:00Z");
    office.at("2026-11-24T08:00:00+01:00");
    office.swept("the reminder", || office.mails_of("reminder").len() == 1);
    let decided = why("decided");
    assert_eq!((&decided["to"], &decided["state"]), (&"sam".into(), &"sent".into()));
    office.at("2026-11-24T09:00:00+01:00");
    office.lead("schedule 1 2026-11-25").ok();
    why("coming");
    office.lead("mv 1 LOST").ok();
    why("stage-is-silent");
    office.lead("mv 1 CONTACTED").ok();
    office.at("2026-11-25T08:30:00+01:00");
    office.swept("the second reminder", || office.mails_of("reminder").len() == 2);
    office.lead("schedule 1 none").ok();
    office.add("'Sue' --phone 0302 --owner sam --follow-up today");
    let rows = office.lead("outbox why 2 -F ndjson").lines();
    assert_eq!(rows.last().unwrap()["because"], "set-too-late");
    office.lead("trash 1").ok();
    office.lead("outbox why 7").refused(3);
});

direct!(a_mail_is_tried_again_or_never, "O3 N1", |office| {
    office.init("agency");
    office.user("sam", "sales");
    office.policy("[mail]\nvia = \"sendmail\"\n[mail.sendmail]\ncommand = \"/bin/false\"\n");
    office.add("'Kim Lee' --phone 0301 --owner sam");
    office.add("'Ida Poe' --phone 0302 --owner sam");
    office.leadd_once();
    office.at("2026-11-24T12:00:00+01:00");
    office.leadd_once();
    office.leadd_once();
    let state = |mail: u64| office.lead(format!("outbox show {mail} --json")).json()["state"].clone();
    office.lead("outbox drop 2").ok().stderr("mail 2 will not be sent\n");
    office.lead("outbox drop 2").ok().stderr("mail 2 is so already\n");
    assert_eq!(state(2), "cancelled");
    office.policy("[mail]\nvia = \"file\"\n");
    office.lead("--as sam outbox retry 1").refused(4).says("you lack the capability `admin`");
    office.lead("outbox retry 1").ok().stderr("mail 1 is tried again\n");
    office.leadd_once().ok();
    assert_eq!((state(1), state(2)), ("sent".into(), "cancelled".into()));
    assert_eq!(office.mails().len(), 1);
    for verb in ["retry", "drop"] {
        office.lead(format!("outbox {verb} 1")).refused(4).says("error: mail 1 is sent\n");
    }
    office.lead("outbox retry 2").refused(4).says("error: mail 2 is cancelled\n");
    office.lead("outbox retry 9").refused(3).says("error: no mail 9\n");
});

direct!(a_plan_and_a_dry_run_show_the_waiting_mail_that_will_be_sent, "N3 S5 R2", |office| {
    office.init("mini");
    office.user("kim", "sales");
    office.user("sam", "sales");
    let lead = office.add("'Ida Poe'");
    office.lead(format!("assign {lead} kim")).ok();
    office.lead(format!("assign {lead} sam")).ok();
    let row = format!("2026-11-22T08:00:00Z\tassigned\tsam\t{lead}\tNow yours: Ida Poe\n");
    office.lead("plan").ok().stdout(&row);
    office.policy("[mail]\nvia = \"smtp\"\n[mail.smtp]\nhost = \"127.0.0.1\"\nport = 1\ntls = \"none\"");
    office.leadd_once().code(9);
    let before = office.snapshot();
    office
        .leadd("--dry-run")
        .ok()
        .stdout(&format!("2026-11-22T09:00+01:00\tassigned\t{lead}\tto sam: Now yours: Ida Poe\n"));
    assert_eq!(before, office.snapshot(), "nothing is kept");
    office.policy("[mail]\nvia = \"file\"");
    office.leadd_once().ok();
    let to: Vec<_> = office.mails_of("assigned").iter().map(|mail| mail.to()).collect();
    assert_eq!(to, ["sam@acme.example"], "what both said is what is sent");
    office.leadd("--dry-run").ok().stdout("");
    office.lead("plan").ok().stdout("");
});
