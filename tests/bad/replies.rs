//! What a mail server says that is no answer, or none to rely on: nothing is sent that should not be,
//! nothing is lost, and what it said reaches nobody's terminal as it was.

use crate::harness::postbox::{Postbox, Script, Stage, Turn};
use crate::harness::{Office, Run, direct};
use crate::relay::{GOOD, states};

/// Sends a reminder to a server that answers so at this stage; once more an hour later, when it is a
/// good one.
#[track_caller]
fn sent(office: &Office, turns: Vec<(Stage, Turn)>) -> (Postbox, Run) {
    let postbox = Postbox::open(Script { turns, ..GOOD });
    office.init("mini");
    office.policy(&postbox.policy(office.home()));
    office.add("'Kim Lee' --owner me --follow-up 2026-11-24");
    office.at("2026-11-24T08:00:00+01:00");
    let run = office.leadd_once();
    for text in [&run.stdout, &run.stderr, &office.lead("outbox list").stdout, &office.lead("doctor").stdout]
    {
        assert!(!text.contains('\u{1b}'), "{text}");
        assert!(!text.contains("s3cret"), "{text}");
    }
    (postbox, run)
}

/// The relay is at fault, in these words, and the mail goes as soon as it is not.
#[track_caller]
fn at_fault(office: &Office, turns: Vec<(Stage, Turn)>, said: &str) {
    let (postbox, run) = sent(office, turns);
    run.code(9).stdout("").says(&format!("error: mail could not be sent: {said}\n"));
    assert_eq!(
        (states(office), postbox.parcels().len()),
        (vec!["waiting".to_owned()], 0),
        "{}",
        postbox.talk()
    );
    let rows = office.lead("outbox list -F ndjson").lines();
    assert_eq!(rows[0]["tries"], 0, "the relay's fault costs a try: {rows:?}");
    office.at("2026-11-24T10:00:00+01:00");
    office.leadd_once().ok();
    assert_eq!((states(office), postbox.taken().len()), (vec!["sent".to_owned()], 1), "{}", postbox.talk());
}

direct!(endless, "O2", |office| {
    at_fault(office, vec![(Stage::Ehlo, Turn::Endless("250-more\r\n"))], "EHLO: a reply of too many lines");
});

direct!(endless_line, "O2", |office| {
    at_fault(
        office,
        vec![(Stage::Banner, Turn::Endless("220 xxxxxxxxxxxxxxxx"))],
        "greeting: a reply line without an end",
    );
});

direct!(code_999, "O2", |office| {
    at_fault(
        office,
        vec![(Stage::Banner, Turn::Say("999 what"))],
        "greeting: no reply of a mail server: `999 what`",
    );
});

// RFC 5321 asks a client to bear it.
direct!(bare_lf, "O2", |office| {
    let (postbox, run) = sent(
        office,
        vec![
            (Stage::Banner, Turn::Say("220-one\n220-two\n220 postbox")),
            (Stage::Ehlo, Turn::Say("250-a\n250-STARTTLS\n250 SIZE 1")),
        ],
    );
    run.ok();
    assert_eq!((states(office), postbox.taken().len()), (vec!["sent".to_owned()], 1), "{}", postbox.talk());
    assert!(postbox.taken()[0].tls);
});

direct!(an_escape_sequence, "O2 S6", |office| {
    let (_postbox, run) =
        sent(office, vec![(Stage::Rcpt, Turn::Say("550 5.1.1 no \u{1b}]52;c;x\u{7}\u{202e}such user"))]);
    run.ok().says("no \\\\u{1b}]52;c;x\\\\u{7}\\\\u{202e}such user");
    assert_eq!(states(office), ["failed"]);
    let listed = office.lead("outbox list -F tsv");
    listed.ok().shows("no \\\\u{1b}]52;c;x\\\\u{7}\\\\u{202e}such user");
    assert!(!listed.stdout.contains('\u{202e}'), "{listed}");
});

// With a user to log in as, nothing is sent by a server that knows no log-in.
direct!(auth_missing, "O2 O8", |office| {
    let without = "250 SIZE 1000000";
    at_fault(
        office,
        vec![(Stage::Ehlo, Turn::Say("250-postbox\r\n250 STARTTLS")), (Stage::Ehlo, Turn::Say(without))],
        "AUTH: the server offers neither AUTH PLAIN nor AUTH LOGIN",
    );
});

direct!(starttls_stripped, "O2 O7 O8", |office| {
    at_fault(office, vec![(Stage::Ehlo, Turn::Say("250 postbox"))], "TLS: the server offers no STARTTLS");
});

direct!(starttls_refused, "O2 O7 O8", |office| {
    at_fault(office, vec![(Stage::Starttls, Turn::Say("454 4.7.0 not now"))], "TLS: 454 4.7.0 not now");
});

// What is said behind the 220 is said in clear: it is never taken for the first answer inside.
direct!(text_before_tls, "O2 O7 O8", |office| {
    at_fault(
        office,
        vec![(Stage::Starttls, Turn::Say("220 go ahead\r\n250-postbox\r\n250 AUTH PLAIN"))],
        "TLS: the server answered before it was asked",
    );
});
