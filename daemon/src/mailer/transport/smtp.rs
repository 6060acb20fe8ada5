//! One SMTP session: MAIL, RCPT, DATA as steps of their own, each with its patience and its verdict.
//!
//! Judges by the step at which something failed, not by lettre's predicates (O2). Keeps one
//! connection for as long as it is sound; a broken one is made anew by the next mail.

use std::fmt;
use std::time::Duration;

use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Quit, Rcpt, Rset};
use lettre::transport::smtp::extension::{Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::{Response, Severity};

use super::connect::{connect, words};
use super::{Envelope, RelayFault, Stage, Verdict};
use crate::mailer::clean::reply_text;
use crate::mailer::{Limits, SmtpSettings};

/// The longest a good-bye may take.
const FAREWELL: Duration = Duration::from_secs(3);

/// A relay and, while it is sound, a connection to it.
pub(super) struct Session {
    relay: SmtpSettings,
    line: Option<Line>,
}

/// A connection and whether it has carried mail: one that has may have been closed by the relay.
struct Line {
    connection: AsyncSmtpConnection,
    used: bool,
}

/// Why a step did not go as it should.
enum Miss {
    /// The server said no, with this code.
    No(u16, String),
    /// Gone, silent, or talking nonsense: the connection is of no more use.
    Lost(String),
}

impl Miss {
    /// Whether the connection can carry another message.
    fn is_sound(&self) -> bool {
        matches!(self, Self::No(code, _) if *code != 421)
    }

    fn into_text(self) -> String {
        match self {
            Self::No(_, text) | Self::Lost(text) => text,
        }
    }

    /// The verdict on a message of which no byte went out.
    fn into_verdict(self) -> Verdict {
        match self {
            Self::No(500.., text) => Verdict::Refused { text },
            Self::No(_, text) | Self::Lost(text) => Verdict::Deferred { text },
        }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("relay", &self.relay).field("open", &self.line.is_some()).finish()
    }
}

impl Session {
    pub(super) async fn open(relay: SmtpSettings) -> Result<Self, RelayFault> {
        let line = Line { connection: connect(&relay).await?, used: false };
        Ok(Self { relay, line: Some(line) })
    }

    /// One mail. The connection is taken out meanwhile: a future dropped half-way leaves none.
    pub(super) async fn send<F, Fut, E>(
        &mut self,
        envelope: &Envelope,
        bytes: &[u8],
        before_data: F,
    ) -> Verdict
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output = Result<(), E>>,
        E: fmt::Display,
    {
        let mut line = match self.begin(envelope, bytes).await {
            Ok(line) => line,
            Err(fault) => return Verdict::RelayFault(fault),
        };
        let limits = self.relay.limits;
        let (verdict, sound) = deliver(&mut line.connection, &limits, envelope, bytes, before_data).await;
        line.used = true;
        let clean = matches!(verdict, Verdict::Sent { .. });
        if sound && (clean || reset(&mut line.connection, &limits).await) {
            self.line = Some(line);
        }
        verdict
    }

    /// Up to an accepted MAIL; on a reused connection that turns out closed, once more on a new one.
    async fn begin(&mut self, envelope: &Envelope, bytes: &[u8]) -> Result<Line, RelayFault> {
        loop {
            let mut line = match self.line.take() {
                Some(line) => line,
                None => Line { connection: connect(&self.relay).await?, used: false },
            };
            let mut options = Vec::new();
            if !bytes.is_ascii() && line.connection.server_info().supports_feature(Extension::EightBitMime) {
                options.push(MailParameter::Body(MailBodyParameter::EightBitMime));
            }
            let mail = Mail::new(Some(envelope.from.envelope()), options);
            let asked = step(self.relay.limits.envelope, line.connection.command(mail)).await;
            match asked.and_then(positive) {
                Ok(_) => return Ok(line),
                Err(miss) if line.used && !miss.is_sound() => {}
                Err(miss) => return Err(RelayFault::new(Stage::Mail, miss.into_text())),
            }
        }
    }

    pub(super) async fn close(self) {
        if let Some(mut line) = self.line {
            tokio::time::timeout(FAREWELL, line.connection.command(Quit)).await.ok();
        }
    }
}

/// From RCPT to the answer to the final dot; also whether the connection is still in step.
async fn deliver<F, Fut, E>(
    connection: &mut AsyncSmtpConnection,
    limits: &Limits,
    envelope: &Envelope,
    bytes: &[u8],
    before_data: F,
) -> (Verdict, bool)
where
    F: FnOnce() -> Fut,
    Fut: Future<Output = Result<(), E>>,
    E: fmt::Display,
{
    let rcpt = Rcpt::new(envelope.to.envelope(), Vec::new());
    if let Err(miss) = step(limits.envelope, connection.command(rcpt)).await.and_then(positive) {
        let sound = miss.is_sound();
        return (miss.into_verdict(), sound);
    }
    if let Some(held) = super::held(before_data).await {
        return (held, true);
    }
    match step(limits.data, connection.command(Data)).await {
        Ok(reply) if reply.has_code(354) => {}
        // Anything else that is not a refusal: who speaks so is out of step with us.
        Ok(reply) => return (Verdict::Deferred { text: said(&reply) }, false),
        Err(miss) => {
            let sound = miss.is_sound();
            return (miss.into_verdict(), sound);
        }
    }
    let patience = limits.data + limits.after_dot;
    match step(patience, connection.message(bytes)).await.and_then(positive) {
        Ok(reply) => (Verdict::Sent { reply: said(&reply) }, true),
        Err(miss @ Miss::No(..)) => {
            let sound = miss.is_sound();
            (miss.into_verdict(), sound)
        }
        Err(Miss::Lost(text)) => (Verdict::Unknown { text }, false),
    }
}

/// Whether the server has forgotten the message and is ready for another.
async fn reset(connection: &mut AsyncSmtpConnection, limits: &Limits) -> bool {
    step(limits.envelope, connection.command(Rset)).await.and_then(positive).is_ok()
}

async fn step(
    limit: Duration,
    asked: impl Future<Output = Result<Response, lettre::transport::smtp::Error>>,
) -> Result<Response, Miss> {
    match tokio::time::timeout(limit, asked).await {
        Err(_) => Err(Miss::Lost(format!("no answer within {limit:?}"))),
        Ok(Ok(reply)) => Ok(reply),
        Ok(Err(error)) => {
            let code = error.status().map(u16::from);
            let text = reply_text(&words(&error));
            Err(match code {
                Some(code) => Miss::No(code, text),
                None => Miss::Lost(text),
            })
        }
    }
}

/// 2xx; an invitation to go on (3xx) where none was asked for is nonsense.
fn positive(reply: Response) -> Result<Response, Miss> {
    match reply.code().severity {
        Severity::PositiveCompletion => Ok(reply),
        _ => Err(Miss::Lost(said(&reply))),
    }
}

fn said(reply: &Response) -> String {
    let text: Vec<&str> = reply.message().collect();
    reply_text(&format!("{} {}", reply.code(), text.join(" ")))
}
