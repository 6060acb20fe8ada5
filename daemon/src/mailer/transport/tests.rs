//! Verdicts: whose fault each failure is, by the step at which it happens (O2, O4, O7, O8).

use std::fs;
use std::time::Duration;

use super::scripted::Turn::{Body, Forever, On, Reset, Say, Silence};
use super::scripted::{Scripted, Turn, envelope, settings, settings_for};
use super::*;
use crate::mailer::{PasswordSource, SendmailSettings, Tls};

const MAIL: &[u8] = b"Subject: hello\r\n\r\n.\r\nhello\r\n";
const HELLO: [Turn; 2] = [Say(b"220 test\r\n"), On("EHLO ", b"250-test\r\n250 SIZE 1000000\r\n")];
const FROM: Turn = On("MAIL FROM:<lead@acme.example>", b"250 ok\r\n");
const TO: Turn = On("RCPT TO:<sam@acme.example>", b"250 ok\r\n");
const DATA: Turn = On("DATA", b"354 go on\r\n");

fn block<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { tokio::time::timeout(Duration::from_secs(20), work).await.unwrap() })
}

/// What becomes of one mail.
async fn send(mailer: &mut Mailer, to: &str) -> Result<Verdict, RelayFault> {
    mailer.send(Parcel { number: 1, envelope: envelope(to), bytes: MAIL.to_vec() }).await
}

/// The script after the greeting and EHLO, and what one mail then comes to.
fn verdict(rest: &[Turn]) -> Result<Verdict, RelayFault> {
    let script: Vec<Turn> = HELLO.iter().chain(rest).copied().collect();
    block(async {
        let server = Scripted::start(vec![script.clone()]).await;
        let settings = settings_for(&script, server.address, Tls::None);
        let mut mailer = Mailer::open(&settings, &Clock::system()).await.unwrap();
        send(&mut mailer, "sam@acme.example").await
    })
}

fn opening(script: &[Turn], tls: Tls) -> RelayFault {
    let script = script.to_vec();
    block(async {
        let server = Scripted::start(vec![script.clone()]).await;
        Mailer::open(&settings_for(&script, server.address, tls), &Clock::system()).await.unwrap_err()
    })
}

fn name(made: &Result<Verdict, RelayFault>) -> (&'static str, &str) {
    match made {
        Ok(Verdict::Sent { reply }) => ("sent", reply),
        Ok(Verdict::Deferred { text }) => ("deferred", text),
        Ok(Verdict::Refused { text }) => ("refused", text),
        Ok(Verdict::Unknown { text }) => ("unknown", text),
        Err(fault) => ("relay", &fault.text),
    }
}

#[test]
fn o2_the_relay_is_at_fault_before_the_message_is_judged() {
    let ehlo = |answer| vec![HELLO[0], On("EHLO ", answer)];
    for (script, stage, text) in [
        (vec![Say(b"421 busy\r\n")], Stage::Greeting, "421 busy"),
        (vec![Say(b"554 go away\r\n")], Stage::Greeting, "554 go away"),
        (vec![Silence], Stage::Greeting, "no answer within 400ms"),
        (vec![Reset], Stage::Greeting, ""),
        (vec![], Stage::Greeting, "connection closed"),
        (vec![Say(b"HTTP/1.1 200 OK\r\n")], Stage::Greeting, "HTTP/1.1 200 OK"),
        (vec![Forever(b"220-x\r\n")], Stage::Greeting, "a reply of too many lines"),
        (vec![Forever(b"220 xxxxxxxxxxxxxxxx")], Stage::Greeting, "a reply line without an end"),
        (ehlo(b"500 what\r\n"), Stage::Ehlo, "500 what"),
        (ehlo(b"999 what\r\n"), Stage::Ehlo, "`999 what`"),
        (ehlo(b""), Stage::Ehlo, ""),
        (vec![HELLO[0], Silence], Stage::Ehlo, "no answer within 400ms"),
    ] {
        let fault = opening(&script, Tls::None);
        assert_eq!(fault.stage, stage, "{script:?}: {fault}");
        assert!(fault.text.contains(text), "{script:?}: {fault}");
    }
    for (answer, text) in [
        (&b"451 later\r\n"[..], "451 later"),
        (b"550 not you\r\n", "550 not you"),
        (b"421 closing\r\n", "421 closing"),
    ] {
        let made = verdict(&[On("MAIL", answer)]);
        let fault = RelayFault { stage: Stage::Mail, text: text.into() };
        assert_eq!(made, Err(fault));
    }
}

#[test]
fn o2_nobody_listening_is_the_relays_fault() {
    block(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        let fault = Mailer::open(&settings(address, Tls::None), &Clock::system()).await.unwrap_err();
        assert_eq!(fault.stage, Stage::Connect);
        assert!(fault.text.contains("refused"), "{fault}");
    });
}

#[test]
fn o2_the_message_is_judged_from_rcpt_on() {
    let on_rcpt = |answer| vec![FROM, On("RCPT", answer)];
    let on_data = |answer| vec![FROM, TO, On("DATA", answer)];
    let on_dot = |answer| vec![FROM, TO, DATA, Body(answer)];
    for (script, wanted, text) in [
        (on_rcpt(b"450 grey\r\n"), "deferred", "450 grey"),
        (on_rcpt(b"550 no such user\r\n"), "refused", "550 no such user"),
        (on_rcpt(b"550-no\r\n550 such user\r\n"), "refused", "550 no such user"),
        (on_rcpt(b"421 closing\r\n"), "deferred", "421 closing"),
        (on_rcpt(b"354 what\r\n"), "deferred", "354 what"),
        (on_rcpt(b"999 what\r\n"), "deferred", "`999 what`"),
        (on_rcpt(b""), "deferred", ""),
        (vec![FROM, On("RCPT", b""), Silence], "deferred", "no answer"),
        (vec![FROM, On("RCPT", b"250"), Forever(b"xxxxxxxxxxxxxxxxxxxxxxx")], "deferred", "without an end"),
        (on_data(b"451 later\r\n"), "deferred", "451 later"),
        (on_data(b"554 no\r\n"), "refused", "554 no"),
        (on_data(b"250 ok\r\n"), "deferred", "250 ok"),
        (on_data(b""), "deferred", ""),
        (on_data(b"354 go\r\n250 taken\r\n"), "unknown", "before it was asked"),
        (on_dot(b"250 2.0.0 queued as 7\r\n"), "sent", "250 2.0.0 queued as 7"),
        (on_dot(b"250\r\n"), "sent", "250"),
        (on_dot(b"250 bare\n"), "sent", "250 bare"),
        (on_dot(b"250 caf\xe9\r\n"), "sent", "250 caf\u{fffd}"),
        (on_dot(b"250 \x1b]52;c;eA==\x07ok\r\n"), "sent", "250 \\u{1b}]52;c;eA==\\u{7}ok"),
        (on_dot(b"451 disk full\r\n"), "deferred", "451 disk full"),
        (on_dot(b"421 closing\r\n"), "deferred", "421 closing"),
        (on_dot(b"554 \x1b[2Jspam\r\n"), "refused", "554 \\u{1b}[2Jspam"),
        (on_dot(b"999 what\r\n"), "unknown", "`999 what`"),
        (on_dot(b"354 more\r\n"), "unknown", "354 more"),
        (on_dot(b""), "unknown", ""),
        (vec![FROM, TO, DATA, Body(b""), Silence], "unknown", "no answer"),
        (vec![FROM, TO, DATA, Body(b""), Reset], "unknown", ""),
        (vec![FROM, TO, DATA, Reset], "unknown", ""),
        (vec![FROM, TO, DATA, Body(b"250"), Forever(b"-x\r\n250")], "unknown", "too many lines"),
    ] {
        let made = verdict(&script);
        let (what, said) = name(&made);
        assert_eq!(what, wanted, "{script:?}: {made:?}");
        assert!(said.contains(text), "{script:?}: {made:?}");
    }
}

#[test]
fn o4_one_connection_carries_good_and_bad_mail() {
    let good = [FROM, TO, DATA, Body(b"250 ok\r\n")];
    let bad = [FROM, On("RCPT TO:<bad@acme.example>", b"550 no\r\n"), On("RSET", b"250 ok\r\n")];
    let script = [&HELLO[..], &good, &bad, &good, &[On("QUIT", b"221 bye\r\n")]].concat();
    block(async {
        let server = Scripted::start(vec![script]).await;
        let mut mailer = Mailer::open(&settings(server.address, Tls::None), &Clock::system()).await.unwrap();
        for (to, wanted) in [("sam", "sent"), ("bad", "refused"), ("sam", "sent")] {
            let made = send(&mut mailer, &format!("{to}@acme.example")).await;
            assert_eq!(name(&made).0, wanted, "{made:?}");
        }
        mailer.close().await;
        let heard = server.heard().await;
        assert_eq!(heard.last().unwrap(), "QUIT");
        // A line of one dot is doubled on the way.
        assert_eq!(heard.iter().filter(|line| *line == "..").count(), 2);
    });
}

#[test]
fn o6_a_connection_that_broke_is_made_anew() {
    let good = [FROM, TO, DATA, Body(b"250 ok\r\n")];
    let lost = [FROM, TO, DATA, Body(b"")];
    let closing = [On("MAIL", b"421 idle too long\r\n")];
    let scripts = vec![
        [&HELLO[..], &lost].concat(),
        [&HELLO[..], &good, &closing].concat(),
        [&HELLO[..], &good].concat(),
    ];
    block(async {
        let server = Scripted::start(scripts).await;
        let mut mailer = Mailer::open(&settings(server.address, Tls::None), &Clock::system()).await.unwrap();
        for wanted in ["unknown", "sent", "sent"] {
            let made = send(&mut mailer, "sam@acme.example").await;
            assert_eq!(name(&made).0, wanted, "{made:?}");
        }
    });
}

#[test]
fn sending_can_be_spawned() {
    fn is_send(_: &impl Send) {}
    fn check(mailer: &mut Mailer, load: &Load) {
        is_send(&mailer.carry(load));
    }
    let _ = check;
}

#[test]
fn o7_starttls_stripped_is_refused() {
    for script in [
        HELLO.to_vec(),
        vec![HELLO[0], On("EHLO ", b"250-test\r\n250 STARTTLS\r\n"), On("STARTTLS", b"454 no\r\n")],
        vec![HELLO[0], On("EHLO ", b"250 STARTTLS\r\n"), On("STARTTLS", b"220 go\r\n250 smuggled\r\n")],
        vec![HELLO[0], On("EHLO ", b"250 STARTTLS\r\n"), On("STARTTLS", b"220 go\r\n"), Say(b"no TLS")],
    ] {
        let fault = opening(&script, Tls::StartTls);
        assert!(matches!(fault.stage, Stage::Tls | Stage::Ehlo), "{script:?}: {fault}");
    }
    assert_eq!(opening(&[HELLO[0]], Tls::Implicit).stage, Stage::Tls);
}

#[test]
fn o7_o8_nothing_in_clear_that_matters() {
    block(async {
        let far = settings("192.0.2.1:25".parse().unwrap(), Tls::None);
        let fault = Mailer::open(&far, &Clock::system()).await.unwrap_err();
        assert!(fault.text.contains("without TLS"), "{fault}");
        let mut near = settings("127.0.0.1:25".parse().unwrap(), Tls::None);
        if let Via::Smtp(relay) = &mut near.via {
            relay.user = Some("lead".into());
            relay.password = Some(PasswordSource::Command(vec!["false".into()]));
        }
        let fault = Mailer::open(&near, &Clock::system()).await.unwrap_err();
        assert_eq!(fault.stage, Stage::Settings);
        assert!(fault.text.contains("in clear"), "{fault}");
    });
}

#[test]
fn o7_sendmail_speaks_by_its_exit_code() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("sendmail");
    let run = |body: &str| {
        fs::write(&path, body).unwrap();
        let command = vec!["sh".into(), path.display().to_string(), "-x".into()];
        let mut settings = settings("127.0.0.1:25".parse().unwrap(), Tls::None);
        let limit = Duration::from_secs(if body.contains("sleep") { 1 } else { 15 });
        settings.via = Via::Sendmail(SendmailSettings { command, limit });
        block(async {
            let mut mailer = Mailer::open(&settings, &Clock::system()).await.unwrap();
            send(&mut mailer, "sam@acme.example").await
        })
    };
    let out = home.path().join("out");
    let made = run(&format!("echo \"$@\" >{0}; cat >>{0}", out.display()));
    assert_eq!(name(&made).0, "sent", "{made:?}");
    let got = fs::read(&out).unwrap();
    let arguments = b"-x -i -f lead@acme.example -- sam@acme.example\n";
    assert_eq!(got, [&arguments[..], MAIL].concat());
    for (body, wanted, text) in [
        ("cat >/dev/null; echo queue full >&2; exit 75", "deferred", "queue full"),
        ("exit 67", "refused", "67"),
        ("exit 78", "relay", "78"),
        ("exit 1", "deferred", "1"),
        ("kill -9 $$", "unknown", "signal"),
        ("exec sleep 60", "unknown", "no end within 1 s"),
        ("head -c 300000 /dev/zero >&2; cat >/dev/null", "sent", "\\u{0}"),
    ] {
        let made = run(body);
        let (what, said) = name(&made);
        assert_eq!(what, wanted, "{body}: {made:?}");
        assert!(said.contains(text), "{body}: {made:?}");
    }
    fs::remove_file(&path).unwrap();
    let mut settings = settings("127.0.0.1:25".parse().unwrap(), Tls::None);
    let command = vec![path.display().to_string()];
    settings.via = Via::Sendmail(SendmailSettings { command, limit: Duration::from_secs(2) });
    block(async {
        let mut mailer = Mailer::open(&settings, &Clock::system()).await.unwrap();
        let made = send(&mut mailer, "sam@acme.example").await;
        assert_eq!(name(&made).0, "relay", "{made:?}");
    });
}
