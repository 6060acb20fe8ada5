//! Whether the timed work keeps up: what `status` and `doctor` tell of it, and what those who may
//! manage are told when mail does not go.

use serde_json::{Value, json};

use crate::harness::postbox::{Postbox, Script, Tls};
use crate::harness::{Office, both, daemon, direct};

/// A relay at which nobody listens.
const DEAF: &str = "[mail]\nvia = \"smtp\"\n[mail.smtp]\nhost = \"127.0.0.1\"\nport = 1\ntls = \"none\"";

const SAID: &str = "connect: 127.0.0.1:1 (127.0.0.1): Connection refused (os error 111)";

const WARNED: &str = "\
warning: mail waits, and none has gone since Tue 2026-11-24 08:00: connect: 127.0.0.1:1 (127.0.0.1): Connection refused (os error 111)
hint: `lead outbox list` shows it; `leadd check` tries the way out
";

/// An office with a salesperson, a reminder due at eight and a relay that does not answer.
fn silent(office: &Office) {
    office.init("field-service");
    office.user("sam", "sales");
    office.add("'Kim Lee' --owner me --follow-up 2026-11-24");
    office.policy(DEAF);
}

/// What is told of mail that waits since eight, an hour later and before.
fn tells_after_an_hour(office: &Office) {
    office.at("2026-11-24T08:59:59+01:00");
    office.lead("list -F ids").ok().stdout("1\n").stderr("");
    office.at("2026-11-24T09:00:00+01:00");
    office.lead("list -F ids").ok().stdout("1\n").stderr(WARNED);
    office
        .lead("note 1 'called her'")
        .ok()
        .says(&format!("stands: `lead schedule 1 WHEN` or `lead schedule 1 none`\n{WARNED}"));
    office.refused(3, "show 9").stderr("error: no lead 9\nhint: `lead list`\n");
    office.lead("--as sam list -F ids").ok().stdout("1\n").stderr("");
    office.lead("-q list -F ids").ok().stdout("1\n").stderr("");
    office.lead("list --json").ok().stderr("");
    office.lead("outbox list").ok().stderr("");
    let status = office.lead("status --json");
    status.ok().stderr("");
    let status = status.json();
    let told = |key: &str| status[key].clone();
    assert_eq!(told("mail_waiting"), 1);
    assert_eq!(told("mail_waiting_since"), "2026-11-24T07:00:00Z");
    assert_eq!(told("relay_fault")["said"], SAID);
    assert_eq!(told("mail_sent_at"), Value::Null);
    let found = found(office, "mail");
    let told = format!(
        "1 waiting since 2026-11-24 08:00, 0 failed, 0 of unknown fate; the relay is at fault since 2026-11-24 08:00: {SAID}"
    );
    assert_eq!(found, json!({"place": "mail", "good": false, "finding": told, "mend": "leadd check"}));
}

/// What the doctor finds in one place.
fn found(office: &Office, place: &str) -> Value {
    let rows: Value = serde_json::from_str(&office.lead("doctor --json").stdout).expect("an array");
    let row = rows.as_array().expect("findings").iter().find(|row| row["place"] == place);
    row.expect("a place the doctor looks at").clone()
}

direct!(a_relay_that_is_silent_for_an_hour_is_told_to_those_who_may_manage, "O2 O3 N2", |office| {
    silent(office);
    office.at("2026-11-24T08:00:00+01:00");
    office.leadd_once().code(9);
    tells_after_an_hour(office);
    assert_eq!(office.lead("status --json").json()["swept_at"], "2026-11-24T07:00:00Z");
    let postbox = Postbox::open(Script { tls: Tls::None, auth: None, turns: Vec::new() });
    office.policy(&postbox.policy(office.home()));
    office.at("2026-11-24T09:30:00+01:00");
    office.leadd_once().ok();
    assert_eq!(postbox.taken().len(), 1, "{}", postbox.talk());
    office.lead("list").ok().stderr("");
    let status = office.lead("status --json").json();
    assert_eq!(status["relay_fault"], Value::Null);
    assert_eq!(status["mail_sent_at"], "2026-11-24T08:30:00Z");
    assert_eq!(found(office, "mail")["finding"], "0 waiting, none failed");
});

daemon!(a_running_leadd_tells_the_same_of_its_relay, "O2 O3 N2", |office| {
    silent(office);
    office.at("2026-11-24T08:00:00+01:00");
    let is_told = || !office.lead("status --json").json()["relay_fault"].is_null();
    office.swept("the relay's fault is told", is_told);
    tells_after_an_hour(office);
});

direct!(nobody_is_told_where_no_leadd_ever_ran, "N2", |office| {
    office.init("field-service");
    office.user("sam", "sales");
    office.add("'Kim Lee' --owner sam");
    office.at("2026-11-26T12:00:00+01:00");
    office.lead("list -F ids").ok().stdout("1\n").stderr("");
    assert_eq!(office.lead("status --json").json()["mail_waiting"], 1);
});

direct!(a_leadd_that_ran_and_runs_no_more_is_told, "T6 N2", |office| {
    office.init("field-service");
    office.at("2026-11-23T12:00:00+01:00");
    office.add("'Kim Lee' --owner me --follow-up 2026-11-25");
    office.at("2026-11-26T12:00:00+01:00");
    office.lead("list").ok().stderr("");
    assert_eq!(office.lead("status --json").json()["swept_at"], Value::Null);
    assert_eq!(found(office, "daemon")["finding"], "no sweep yet; `leadd` does them");
    office.leadd_once().ok();
    let well = "last swept 2026-11-26 12:00, next due 2026-11-27 08:00";
    assert_eq!(found(office, "daemon")["finding"], well);
    office.at("2026-11-27T08:59:59+01:00");
    office.lead("list").ok().stderr("");
    office.at("2026-11-27T09:00:00+01:00");
    let told = "warning: `leadd` last looked Thu 2026-11-26 12:00: what fell due since waits for it\n\
                hint: start `leadd`, or its job; `lead doctor` tells more\n";
    office.lead("list").ok().stderr(told);
    office.lead("doctor").code(10).stderr("");
    let finding = "last swept 2026-11-26 12:00, and not since the next was due, 2026-11-27 08:00";
    let row = json!({"place": "daemon", "good": false, "finding": finding, "mend": "leadd"});
    assert_eq!(found(office, "daemon"), row);
    office.leadd_once().ok();
    office.lead("list").ok().stderr("");
});

direct!(when_something_is_due_is_told_to_those_who_see_what, "A13", |office| {
    office.init("agency");
    office.user("sam", "sales");
    office.at("2026-11-23T12:00:00+01:00");
    office.add("'Kim Lee' --email kim@acme.example");
    office.lead("claim 1").ok();
    office.leadd_once().ok();
    let sams = |finding: &str| {
        office.lead("--as sam doctor").shows(&format!("\t{finding}\t"));
    };
    assert_eq!(found(office, "daemon")["finding"], "last swept 2026-11-23 12:00, next due 2026-11-24 10:00");
    sams("last swept 2026-11-23 12:00");
    office.at("2026-11-24T12:00:00+01:00");
    let finding = "last swept 2026-11-23 12:00, and not since the next was due";
    assert_eq!(found(office, "daemon")["finding"], format!("{finding}, 2026-11-24 10:00"));
    sams(finding);
});

both!(status_tells_people_how_the_mail_stands, "N2 S5", |office| {
    office.init("field-service");
    office.add("'Kim Lee' --owner me --follow-up 2026-11-24");
    office.at("2026-11-24T08:00:00+01:00");
    office.swept("the reminder went", || office.mails().len() == 1);
    let is_told = || !office.lead("status --json").json()["mail_sent_at"].is_null();
    office.swept("that it went is told", is_told);
    let status = office.lead("status -F table");
    status.ok().stderr("");
    for line in [
        "  Last sweep          Tue 2026-11-24 08:00\n",
        "  Mail                by file, 0 waiting\n",
        "  Last mail           Tue 2026-11-24 08:00\n",
    ] {
        status.shows(line);
    }
});

both!(mail_that_waits_for_the_morning_is_no_trouble, "R4 O2", |office| {
    office.init("field-service");
    office.user("sam", "sales");
    office.at("2026-11-23T01:00:00+01:00");
    office.add("'Kim Lee' --owner sam");
    for at in ["2026-11-23T01:00:00+01:00", "2026-11-23T07:59:59+01:00"] {
        office.at(at);
        office.swept("a mail that waits", || office.lead("status --json").json()["mail_waiting"] == 1);
        office.lead("list -F ids").ok().stdout("1\n").stderr("");
        assert_eq!(found(office, "mail")["good"], true, "at {at}");
    }
    office.at("2026-11-23T08:00:00+01:00");
    office.swept("the mail", || office.mails_of("assigned").len() == 1);
});
