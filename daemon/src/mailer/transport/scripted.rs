//! A server that says what it is told to, for tests of verdicts.
//!
//! A script is a list of turns: bytes to send at once, or a line to wait for and the bytes to answer
//! it with. When the script of a connection is over it hangs up, unless told to stay silent.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::mailer::{Address, Envelope, Limits, MailSettings, SmtpSettings, Tls, Via};

/// One turn of a script.
#[derive(Clone, Copy, Debug)]
pub(super) enum Turn {
    /// Send these bytes unasked.
    Say(&'static [u8]),
    /// Wait for a line that starts so, then send these bytes.
    On(&'static str, &'static [u8]),
    /// Read a message up to its final dot, then send these bytes.
    Body(&'static [u8]),
    /// Send this again and again until the other side has had enough.
    Forever(&'static [u8]),
    /// Say nothing and stay.
    Silence,
    /// Hang up with a reset.
    Reset,
}

/// A listening script; `heard` are all lines it received.
pub(super) struct Scripted {
    pub(super) address: SocketAddr,
    task: JoinHandle<Vec<String>>,
}

impl Scripted {
    /// One connection for each script, in turn.
    pub(super) async fn start(scripts: Vec<Vec<Turn>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let task = tokio::spawn(async move {
            let mut heard = Vec::new();
            for script in scripts {
                let (tcp, _) = listener.accept().await.unwrap();
                if matches!(script.last(), Some(Turn::Reset)) {
                    tcp.set_zero_linger().unwrap();
                }
                play(tcp, &script, &mut heard).await;
            }
            heard
        });
        Self { address, task }
    }

    /// What it heard, once all scripts are over.
    pub(super) async fn heard(self) -> Vec<String> {
        tokio::time::timeout(Duration::from_secs(10), self.task).await.unwrap().unwrap()
    }
}

/// Plays one script over `stream`.
pub(super) async fn play(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    script: &[Turn],
    heard: &mut Vec<String>,
) {
    let mut stream = BufReader::new(stream);
    for turn in script {
        let going = match turn {
            Turn::Say(bytes) => stream.write_all(bytes).await.is_ok(),
            Turn::On(start, bytes) => {
                let line = hear(&mut stream, heard).await;
                line.is_some_and(|line| line.starts_with(start)) && stream.write_all(bytes).await.is_ok()
            }
            Turn::Body(bytes) => loop {
                match hear(&mut stream, heard).await.as_deref() {
                    None => break false,
                    Some(".") => break stream.write_all(bytes).await.is_ok(),
                    Some(_) => {}
                }
            },
            Turn::Forever(bytes) => {
                while stream.write_all(bytes).await.is_ok() {}
                false
            }
            Turn::Silence => {
                let mut rest = Vec::new();
                stream.read_to_end(&mut rest).await.ok();
                false
            }
            Turn::Reset => false,
        };
        if !going || stream.flush().await.is_err() {
            return;
        }
    }
    stream.shutdown().await.ok();
}

async fn hear(stream: &mut (impl AsyncBufReadExt + Unpin), heard: &mut Vec<String>) -> Option<String> {
    let mut line = String::new();
    let read = stream.read_line(&mut line).await.unwrap_or(0);
    let line = line.trim_end().to_owned();
    (read > 0).then(|| {
        heard.push(line.clone());
        line
    })
}

/// Settings for a relay at `address`, with the patience of a test.
pub(super) fn settings(address: SocketAddr, tls: Tls) -> MailSettings {
    let long = Duration::from_secs(8);
    let limits = Limits { connect: long, hello: long, envelope: long, data: long, after_dot: long };
    MailSettings {
        via: Via::Smtp(SmtpSettings {
            host: address.ip().to_string(),
            port: address.port(),
            tls,
            user: None,
            password: None,
            ca_file: None,
            limits,
        }),
        from: Address::new("lead@acme.example").unwrap(),
        reply_to: None,
    }
}

/// The same, and soon out of patience if the script falls silent.
pub(super) fn settings_for(script: &[Turn], address: SocketAddr, tls: Tls) -> MailSettings {
    let mut settings = settings(address, tls);
    if let (Via::Smtp(relay), true) =
        (&mut settings.via, script.iter().any(|turn| matches!(turn, Turn::Silence)))
    {
        let short = Duration::from_millis(400);
        relay.limits =
            Limits { connect: short, hello: short, envelope: short, data: short, after_dot: short };
    }
    settings
}

/// A mail to `to`.
pub(super) fn envelope(to: &str) -> Envelope {
    Envelope {
        from: Address::new("lead@acme.example").unwrap(),
        to: Address::new(to).unwrap(),
        message_id: "<r.12@acme.example>".into(),
        date: "2026-11-22T07:00:00Z".parse().unwrap(),
    }
}

/// A stream to what listens at `address`.
pub(super) async fn accept(listener: &TcpListener) -> TcpStream {
    listener.accept().await.unwrap().0
}
