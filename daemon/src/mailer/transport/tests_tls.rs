//! TLS and the log-in inside it, against a server with a certificate of its own (O2, O7, O8).

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustls::ServerConfig;
use rustls::pki_types::PrivatePkcs8KeyDer;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::scripted::Turn::{Body, On, Say};
use super::scripted::{Turn, accept, envelope, play, settings};
use super::*;
use crate::mailer::{PasswordSource, Tls};

const PASSWORD: &str = "s3cret-enough";
const INSIDE: Turn = On("EHLO ", b"250-test\r\n250 AUTH PLAIN LOGIN\r\n");
const GOOD: [Turn; 4] = [
    On("MAIL", b"250 ok\r\n"),
    On("RCPT", b"250 ok\r\n"),
    On("DATA", b"354 go on\r\n"),
    Body(b"250 taken\r\n"),
];

/// What a relay with a certificate for `name` makes of one mail.
struct Relay<'a> {
    name: &'a str,
    tls: Tls,
    ca_file: bool,
    inside: Vec<Turn>,
}

impl Relay<'_> {
    fn take(self) -> Result<(Verdict, Vec<String>), RelayFault> {
        let home = tempfile::tempdir().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            tokio::time::timeout(Duration::from_secs(20), self.converse(home.path())).await.unwrap()
        })
    }

    async fn converse(self, home: &Path) -> Result<(Verdict, Vec<String>), RelayFault> {
        let (acceptor, ca_file) = certificate(home, self.name);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut settings = settings(listener.local_addr().unwrap(), self.tls);
        if let Via::Smtp(relay) = &mut settings.via {
            relay.host = "localhost".into();
            relay.user = Some("lead".into());
            relay.password =
                Some(PasswordSource::Command(vec!["printf".into(), "%s".into(), PASSWORD.into()]));
            relay.ca_file = self.ca_file.then_some(ca_file);
        }
        let (tls, inside) = (self.tls, self.inside);
        let server = tokio::spawn(async move {
            let mut heard = Vec::new();
            let mut tcp = accept(&listener).await;
            let greeting = Say(b"220 test\r\n");
            let mut script = inside;
            if tls == Tls::StartTls {
                let outside = [greeting, On("EHLO ", b"250-test\r\n250 STARTTLS\r\n")];
                play_open(&mut tcp, &outside, &mut heard).await;
            } else {
                script.insert(0, greeting);
            }
            if let Ok(stream) = acceptor.accept(tcp).await {
                play(stream, &script, &mut heard).await;
            }
            heard
        });
        let mut mailer = Mailer::open(&settings, &Clock::system()).await?;
        let bytes = b"Subject: x\r\n\r\nx\r\n".to_vec();
        let verdict =
            mailer.send(Parcel { number: 1, envelope: envelope("sam@acme.example"), bytes }).await?;
        Ok((verdict, server.await.unwrap()))
    }
}

/// The part before TLS; unlike `play` it leaves the stream open.
async fn play_open(tcp: &mut tokio::net::TcpStream, script: &[Turn], heard: &mut Vec<String>) {
    use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
    let mut stream = BufReader::new(tcp);
    for turn in script.iter().chain(&[On("STARTTLS", b"220 go\r\n")]) {
        let answer = match turn {
            Say(bytes) => bytes,
            On(_, bytes) => {
                let mut line = String::new();
                stream.read_line(&mut line).await.unwrap();
                heard.push(line.trim_end().to_owned());
                bytes
            }
            other => panic!("{other:?} before TLS"),
        };
        stream.write_all(answer).await.unwrap();
    }
}

fn certificate(home: &Path, name: &str) -> (TlsAcceptor, PathBuf) {
    let made = rcgen::generate_simple_self_signed(vec![name.to_owned()]).unwrap();
    let path = home.join("ca.pem");
    fs::write(&path, made.cert.pem()).unwrap();
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key.into())
        .unwrap();
    (TlsAcceptor::from(Arc::new(config)), path)
}

fn relay(tls: Tls, inside: &[Turn]) -> Relay<'static> {
    Relay { name: "localhost", tls, ca_file: true, inside: inside.to_vec() }
}

#[test]
fn o7_mail_goes_out_encrypted_both_ways() {
    for tls in [Tls::StartTls, Tls::Implicit] {
        let inside = [&[INSIDE, On("AUTH PLAIN ", b"235 in\r\n")][..], &GOOD].concat();
        let (verdict, heard) = relay(tls, &inside).take().unwrap();
        assert_eq!(verdict, Verdict::Sent { reply: "250 taken".into() });
        let hellos = heard.iter().filter(|line| line.starts_with("EHLO")).count();
        assert_eq!(hellos, if tls == Tls::StartTls { 2 } else { 1 });
    }
}

#[test]
fn o7_login_is_spoken_where_plain_is_not() {
    let inside = [
        &[
            On("EHLO ", b"250 AUTH LOGIN\r\n"),
            On("AUTH LOGIN", b"334 VXNlcm5hbWU6\r\n"),
            On("bGVhZA==", b"334 UGFzc3dvcmQ6\r\n"),
            On("", b"235 in\r\n"),
        ][..],
        &GOOD,
    ]
    .concat();
    let (verdict, _) = relay(Tls::Implicit, &inside).take().unwrap();
    assert_eq!(verdict, Verdict::Sent { reply: "250 taken".into() });
}

#[test]
fn o2_o8_a_failed_login_is_the_relays_fault_and_shows_no_secret() {
    let plain = "AGxlYWQAczNjcmV0LWVub3VnaA==";
    for (inside, text) in [
        (vec![INSIDE, On("AUTH", b"535 5.7.8 wrong password\r\n")], "535 5.7.8 wrong password"),
        (
            vec![INSIDE, On("AUTH", b"535 AGxlYWQAczNjcmV0LWVub3VnaA== s3cret-enough is wrong\r\n")],
            "535 … … is wrong",
        ),
        (vec![On("EHLO ", b"250 test\r\n")], "neither AUTH PLAIN nor AUTH LOGIN"),
        (vec![On("EHLO ", b"250 AUTH CRAM-MD5\r\n")], "neither AUTH PLAIN nor AUTH LOGIN"),
        (vec![INSIDE, On("AUTH", b"")], ""),
    ] {
        let fault = relay(Tls::StartTls, &inside).take().unwrap_err();
        assert_eq!(fault.stage, Stage::Auth, "{fault}");
        assert!(fault.text.contains(text), "{fault}");
        assert!(!fault.text.contains(PASSWORD) && !fault.text.contains(plain), "{fault}");
    }
}

#[test]
fn o2_a_wrong_certificate_is_the_relays_fault() {
    for tls in [Tls::StartTls, Tls::Implicit] {
        for (name, ca_file) in [("localhost", false), ("mail.other.example", true)] {
            let fault = Relay { name, tls, ca_file, inside: vec![INSIDE] }.take().unwrap_err();
            // A machine without any trusted certificates says so instead.
            let wanted = if ca_file { &[Stage::Tls][..] } else { &[Stage::Tls, Stage::Settings] };
            assert!(wanted.contains(&fault.stage), "{fault}");
        }
    }
}
