//! Mail over real SMTP: what goes out, what is tried again, and who is at fault.

use crate::faults::{needs_strace, under_strace};
use crate::harness::postbox::{Postbox, Script, Stage, Tls, Turn};
use crate::harness::{Letter, Office, Run, direct};

pub const GOOD: Script =
    Script { tls: Tls::Starttls, auth: Some(("lead", "s3cret w\u{f6}rd")), turns: Vec::new() };

/// A store whose mail goes to a postbox, with a reminder due now.
fn office_with(office: &Office, script: Script) -> Postbox {
    let postbox = Postbox::open(script);
    office.init("field-service");
    office.policy(&postbox.policy(office.home()));
    office.add("'Kim Lee' --owner me --follow-up 2026-11-24");
    office.at("2026-11-24T08:00:00+01:00");
    postbox
}

pub fn states(office: &Office) -> Vec<String> {
    let rows = office.lead("outbox list -F ndjson").lines();
    rows.iter().map(|row| row["state"].as_str().unwrap_or_default().to_owned()).collect()
}

fn hides(run: &Run, secret: &str) {
    assert!(!run.stdout.contains(secret) && !run.stderr.contains(secret), "a secret is told\n{run}");
}

direct!(starttls_and_auth, "O6 O7 O8 S5 N1", |office| {
    let postbox = office_with(office, GOOD);
    office.at("2026-11-24T07:59:59+01:00");
    office.leadd_once().ok();
    assert_eq!(postbox.parcels().len(), 0, "none before eight");
    office.at("2026-11-24T08:00:00+01:00");
    let run = office.leadd_once();
    run.ok();
    hides(&run, "s3cret");
    office.leadd_once().ok();
    let taken = postbox.taken();
    assert_eq!(taken.len(), 1, "{}", postbox.talk());
    assert_eq!(
        (taken[0].from.as_str(), taken[0].to.as_slice()),
        ("lead@acme.example", &["boss@acme.example".to_owned()][..])
    );
    assert!(taken[0].tls && taken[0].user.as_deref() == Some("lead"));
    let mail = Letter::read(&taken[0].bytes);
    assert_eq!(mail.kind(), "reminder");
    assert_eq!(states(office), ["sent"]);
    hides(&office.lead("config list"), "s3cret");
});

direct!(tls_from_the_first_byte, "O7", |office| {
    let postbox = office_with(office, Script { tls: Tls::Implicit, ..GOOD });
    office.leadd_once().ok();
    assert!(postbox.taken().len() == 1 && postbox.taken()[0].tls, "{}", postbox.talk());
});

direct!(in_clear_to_this_machine_only, "O7", |office| {
    let postbox = office_with(office, Script { tls: Tls::None, auth: None, turns: Vec::new() });
    office.leadd_once().ok();
    assert_eq!(postbox.taken().len(), 1, "{}", postbox.talk());
    office.policy("[mail.smtp]\nhost = \"mail.acme.example\"");
    let run = office.leadd("check");
    assert_ne!(run.code, 0, "in clear over the net is refused\n{run}");
    run.says("error: ").says("tls");
});

direct!(a_wrong_password_never_fails_a_message, "O2 O8", |office| {
    let postbox = office_with(office, GOOD);
    let password = office.path("password");
    std::fs::write(&password, "wrong\n").unwrap();
    let run = office.leadd_once();
    run.code(9).says("error: ");
    hides(&run, "wrong\n");
    assert_eq!(states(office), ["waiting"]);
    std::fs::write(&password, "s3cret w\u{f6}rd\n").unwrap();
    office.at("2026-11-24T10:00:00+01:00");
    office.leadd_once().ok();
    assert_eq!((states(office), postbox.taken().len()), (vec!["sent".to_owned()], 1), "{}", postbox.talk());
});

direct!(a_password_others_can_read_is_refused, "O8", |office| {
    use std::os::unix::fs::PermissionsExt as _;
    let _postbox = office_with(office, GOOD);
    let password = office.path("password");
    std::fs::set_permissions(&password, std::fs::Permissions::from_mode(0o644)).unwrap();
    let run = office.leadd_once();
    assert_ne!(run.code, 0, "{run}");
    run.says("error: ").says("password");
});

direct!(a_relay_that_is_down_loses_nothing, "O2 O3", |office| {
    let postbox =
        office_with(office, Script { turns: vec![(Stage::Mail, Turn::Say("421 4.3.2 closing"))], ..GOOD });
    office.leadd_once().code(9);
    assert_eq!(states(office), ["waiting"]);
    office.at("2026-11-24T09:30:00+01:00");
    office.leadd_once().ok();
    assert_eq!((states(office), postbox.taken().len()), (vec!["sent".to_owned()], 1), "{}", postbox.talk());
});

direct!(a_message_refused_for_good_has_failed, "O2 O4", |office| {
    let refusal = Turn::Say("550 5.1.1 no \u{1b}[31msuch user");
    let postbox = office_with(office, Script { turns: vec![(Stage::Rcpt, refusal)], ..GOOD });
    office.add("'Sam Poe' --owner me --follow-up 2026-11-24");
    let run = office.leadd_once();
    assert!(!run.stderr.contains('\u{1b}'), "a reply's escape sequence reaches the terminal");
    let mut found = states(office);
    found.sort();
    assert_eq!(found, ["failed", "sent"], "one bad message never stops another\n{}", postbox.talk());
    let listed = office.lead("outbox list");
    listed.ok().shows("550");
    assert!(!listed.stdout.contains('\u{1b}'), "{listed:?}");
});

direct!(lost_after_the_dot_it_is_sent_once_more_the_same, "O1 N1", |office| {
    let postbox = office_with(office, Script { turns: vec![(Stage::Dot, Turn::Cut)], ..GOOD });
    office.leadd_once();
    assert_eq!(states(office), ["unknown"], "{}", postbox.talk());
    office.at("2026-11-24T08:09:59+01:00");
    office.leadd_once();
    assert_eq!(postbox.parcels().len(), 1, "ten minutes have not passed");
    office.at("2026-11-24T08:10:01+01:00");
    office.leadd_once().ok();
    let parcels = postbox.parcels();
    assert_eq!((parcels.len(), postbox.taken().len()), (2, 1), "{}", postbox.talk());
    assert!(parcels[0].bytes == parcels[1].bytes, "the same bytes, Message-ID and all");
    assert_eq!(states(office), ["sent"]);
});

direct!(the_mail_can_be_tried_beforehand, "O7", |office| {
    let postbox = Postbox::open(GOOD);
    office.init("field-service");
    office.policy(&postbox.policy(office.home()));
    office.leadd("check").ok();
    assert_eq!(postbox.taken().len(), 0);
    office.leadd("check --send-to kim@acme.example").ok();
    assert_eq!(postbox.taken()[0].to, ["kim@acme.example"]);
    drop(postbox);
    let run = office.leadd("check --send-to kim@acme.example");
    run.code(9).says("error: ");
    hides(&run, "s3cret");
});

direct!(a_certificate_nobody_vouches_for_is_refused, "O7", |office| {
    let postbox = office_with(office, GOOD);
    let other = Postbox::open(GOOD);
    let folder = tempfile::tempdir().unwrap();
    other.policy(folder.path());
    std::fs::copy(folder.path().join("authority.pem"), office.path("authority.pem")).unwrap();
    office.leadd_once().code(9);
    assert_eq!((states(office), postbox.parcels().len()), (vec!["waiting".to_owned()], 0));
});

/// A postbox, and so many reminders for one morning, each a mail of its own.
pub fn crowded(office: &Office, leads: usize, script: Script) -> Postbox {
    let postbox = Postbox::open(script);
    office.init("mini");
    office.policy(&postbox.policy(office.home()));
    office.fill(leads);
    office.at("2026-11-24T08:00:00+01:00");
    postbox
}

direct!(four_connections_when_there_is_much_to_send, "O6", |office| {
    let postbox = crowded(office, 45, GOOD);
    office.leadd_once().ok();
    assert_eq!((postbox.taken().len(), postbox.visits()), (45, 4), "{}", postbox.talk());
});

// Those that end at nearly the same time; one each would be a hundred and more.
direct!(what_became_of_many_shares_a_flush, "O6", |office| {
    needs_strace();
    let postbox = crowded(office, 100, GOOD);
    // A delay of a microsecond is as good as none.
    let traced = under_strace(office, &office.leadd_command("--once"), "fdatasync:delay_exit=1");
    Run::of(traced, None).ok();
    assert_eq!(postbox.taken().len(), 100, "{}", postbox.talk());
    let flushes = std::fs::read_to_string(office.path("strace")).unwrap().matches("fdatasync(").count();
    assert!((5..50).contains(&flushes), "{flushes} flushes for 100 mails");
});

direct!(one_connection_when_there_is_little, "O6", |office| {
    let postbox = crowded(office, 5, GOOD);
    office.leadd_once().ok();
    assert_eq!((postbox.taken().len(), postbox.visits()), (5, 1), "{}", postbox.talk());
});

direct!(a_relay_that_bears_fewer_connections_is_not_at_fault, "O2 O6", |office| {
    let busy = (Stage::Auth, Turn::Say("421 4.7.0 too many connections"));
    let second = (Stage::Auth, Turn::Say("235 2.7.0 welcome"));
    // So many that all four come to log in before one could have sent them.
    let postbox = crowded(office, 200, Script { turns: vec![second, busy], ..GOOD });
    office.leadd_once().ok();
    assert_eq!((postbox.taken().len(), postbox.visits()), (200, 4), "{}", postbox.talk());
    assert!(postbox.talk().contains("too many connections"));
});

direct!(a_relay_that_breaks_off_again_and_again_is_at_fault, "O2", |office| {
    let cut = (Stage::Rcpt, Turn::Cut);
    let postbox = crowded(office, 5, Script { turns: vec![cut.clone(), cut], ..GOOD });
    office.leadd_once().code(9).says("broken off over 2 messages running");
    let tries = |office: &Office| {
        let rows = office.lead("outbox list -F ndjson").lines();
        rows.iter().filter_map(|row| row["tries"].as_u64()).sum::<u64>()
    };
    assert_eq!((tries(office), postbox.visits()), (2, 2), "the others lose no try\n{}", postbox.talk());
    office.at("2026-11-24T08:05:00+01:00");
    office.leadd_once().ok();
    assert_eq!(postbox.taken().len(), 5, "{}", postbox.talk());
});

// One bad message never stops another, by whichever connection it goes.
direct!(one_bad_recipient_among_many, "O4 O6", |office| {
    let refusal = (Stage::Rcpt, Turn::Say("550 5.1.1 no such user"));
    let postbox = crowded(office, 45, Script { turns: vec![refusal], ..GOOD });
    office.leadd_once().ok();
    let failed = states(office).iter().filter(|state| *state == "failed").count();
    assert_eq!((failed, postbox.taken().len()), (1, 44), "{}", postbox.talk());
});
