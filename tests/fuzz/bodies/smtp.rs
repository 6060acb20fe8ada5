//! A mail server that says anything: every mail ends as sent, put off, refused or unknown, or the server is at
//! fault; what is kept of its words is short and clean, and no mail is sent that it did not get.
//!
//! The bytes are what it says, parted by `|`: at once, then after each thing that it is told, and nothing after
//! that.

use std::cell::Cell;
use std::net::SocketAddr;
use std::time::Duration;

use lead_daemon::mailer::{
    Address, Envelope, Limits, MailSettings, Mailer, Parcel, RelayFault, SmtpSettings, Tls, Verdict, Via,
};
use lead_shared::clock::Clock;
use lead_shared::domain::text::is_bidi;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;

/// How long a server waits for a client that waits for it.
const BLINK: Duration = Duration::from_millis(2);
/// How long a client waits.
const PATIENCE: Duration = Duration::from_millis(500);
/// Mails of one conversation.
const MAILS: u64 = 2;

thread_local! {
    static RUNTIME: Runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
}

pub fn body(bytes: &[u8]) {
    let dots = Cell::new(0);
    let ended = RUNTIME.with(|runtime| runtime.block_on(conversation(bytes, &dots)));
    let mut sent = 0;
    for one in ended {
        match one {
            Ok(Verdict::Sent { reply }) => {
                sent += 1;
                is_short_and_clean(&reply);
                assert!(reply.starts_with('2'), "{reply}");
            }
            Ok(Verdict::Refused { text }) => {
                is_short_and_clean(&text);
                assert!(text.starts_with('5'), "{text}");
            }
            Ok(Verdict::Deferred { text } | Verdict::Unknown { text }) => is_short_and_clean(&text),
            Err(RelayFault { text, .. }) => is_short_and_clean(&text),
        }
    }
    assert!(sent <= dots.get(), "{sent} sent, and {} came whole", dots.get());
}

fn is_short_and_clean(said: &str) {
    assert!(said.chars().count() <= 300, "{} characters", said.chars().count());
    assert!(!said.contains(|c: char| c.is_control() || is_bidi(c)), "{said:?}");
}

async fn conversation(script: &[u8], dots: &Cell<usize>) -> Vec<Result<Verdict, RelayFault>> {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let server = async {
        serve(listener, script, dots).await;
        std::future::pending::<()>().await;
    };
    tokio::select! {
        ended = client(address) => ended,
        () = server => Vec::new(),
    }
}

async fn client(address: SocketAddr) -> Vec<Result<Verdict, RelayFault>> {
    let (settings, clock) = (settings(address), Clock::system());
    let mut mailer = match Mailer::open(&settings, &clock).await {
        Ok(mailer) => mailer,
        Err(fault) => return vec![Err(fault)],
    };
    let mut ended = Vec::new();
    for number in 1..=MAILS {
        ended.push(mailer.send(parcel(number)).await);
    }
    ended
}

/// Says its parts, one to each thing that it is told, on one connection after the other.
async fn serve(listener: TcpListener, script: &[u8], dots: &Cell<usize>) {
    let mut parts = script.split(|byte| *byte == b'|').peekable();
    while parts.peek().is_some() {
        let Ok((tcp, _)) = listener.accept().await else { return };
        let _ = tcp.set_zero_linger();
        talk(tcp, &mut parts, dots).await;
    }
}

async fn talk<'s>(mut tcp: TcpStream, parts: &mut impl Iterator<Item = &'s [u8]>, dots: &Cell<usize>) {
    let mut told = Vec::new();
    for part in parts {
        if tcp.write_all(part).await.is_err() {
            return;
        }
        let mut space = [0; 2048];
        match timeout(BLINK, tcp.read(&mut space)).await {
            Err(_) => {}
            Ok(Ok(length @ 1..)) => told.extend_from_slice(&space[..length]),
            Ok(_) => return,
        }
        let whole = told.windows(5).filter(|end| *end == b"\r\n.\r\n").count();
        if whole > 0 {
            dots.set(dots.get() + whole);
            told.clear();
        }
    }
}

fn settings(address: SocketAddr) -> MailSettings {
    let limits = Limits {
        connect: PATIENCE,
        hello: PATIENCE,
        envelope: PATIENCE,
        data: PATIENCE,
        after_dot: PATIENCE,
    };
    MailSettings {
        via: Via::Smtp(SmtpSettings {
            host: address.ip().to_string(),
            port: address.port(),
            tls: Tls::None,
            user: None,
            password: None,
            ca_file: None,
            limits,
        }),
        from: Address::new("lead@acme.example").expect("an address"),
        reply_to: None,
    }
}

fn parcel(number: u64) -> Parcel {
    let envelope = Envelope {
        from: Address::new("lead@acme.example").expect("an address"),
        to: Address::new("kim@acme.example").expect("an address"),
        message_id: format!("<r.{number}@acme.example>"),
        date: jiff::Timestamp::UNIX_EPOCH,
    };
    Parcel { number, envelope, bytes: b"Subject: Kim\r\n\r\nHello\r\n".to_vec() }
}
