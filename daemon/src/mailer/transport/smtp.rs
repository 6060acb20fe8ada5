//! One SMTP session: MAIL, RCPT, DATA as steps of their own, each with its patience and its verdict.
//!
//! Judges by the step at which something failed, not by lettre's predicates (O2). Keeps one
//! connection for as long as it is sound; a broken one is made anew by the next mail.

use std::fmt;
use std::time::Duration;

use lead_shared::clock::Clock;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Quit, Rcpt, Rset};
use lettre::transport::smtp::extension::{Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::{Response, Severity};

use super::connect::{connect, words};
use super::lanes::Lane;
use super::{Parcel, RelayFault, Stage, Verdict};
use crate::mailer::SmtpSettings;
use crate::mailer::clean::reply_text;
use crate::patience;

/// The longest a good-bye may take.
const FAREWELL: Duration = Duration::from_secs(3);

/// Over so many messages running a relay may break off before it is at fault itself.
const LOST_LIMIT: u32 = 2;

/// A relay and, while it is sound, a connection to it.
pub(super) struct Session {
    relay: SmtpSettings,
    clock: Clock,
    line: Option<Line>,
    /// Over so many messages running the relay broke off.
    lost: u32,
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
    /// A session that connects when there is something to send.
    pub(super) fn new(relay: SmtpSettings, clock: Clock) -> Self {
        Self { relay, clock, line: None, lost: 0 }
    }

    async fn fresh(&self) -> Result<Line, RelayFault> {
        Ok(Line { connection: connect(&self.relay, &self.clock).await?, used: false })
    }

    /// Up to an accepted MAIL; on a reused connection that turns out closed, once more on a new one.
    async fn begin(&mut self, Parcel { envelope, bytes, .. }: &Parcel) -> Result<Line, RelayFault> {
        loop {
            let mut line = match self.line.take() {
                Some(line) => line,
                None => self.fresh().await?,
            };
            let mut options = Vec::new();
            if !bytes.is_ascii() && line.connection.server_info().supports_feature(Extension::EightBitMime) {
                options.push(MailParameter::Body(MailBodyParameter::EightBitMime));
            }
            let mail = Mail::new(Some(envelope.from.envelope()), options);
            let asked = self.step(self.relay.limits.envelope, line.connection.command(mail)).await;
            match asked.and_then(positive) {
                Ok(_) => return Ok(line),
                Err(miss) if line.used && !miss.is_sound() => {}
                Err(miss) => return Err(RelayFault::new(Stage::Mail, miss.into_text())),
            }
        }
    }

    /// From RCPT to the answer to the final dot; also whether the connection is still in step.
    async fn deliver(
        &self,
        connection: &mut AsyncSmtpConnection,
        Parcel { envelope, bytes, .. }: &Parcel,
    ) -> (Verdict, bool) {
        let limits = &self.relay.limits;
        let rcpt = Rcpt::new(envelope.to.envelope(), Vec::new());
        if let Err(miss) = self.step(limits.envelope, connection.command(rcpt)).await.and_then(positive) {
            let sound = miss.is_sound();
            return (miss.into_verdict(), sound);
        }
        match self.step(limits.data, connection.command(Data)).await {
            Ok(reply) if reply.has_code(354) => {}
            // Anything else that is not a refusal: who speaks so is out of step with us.
            Ok(reply) => return (Verdict::Deferred { text: said(&reply) }, false),
            Err(miss) => {
                let sound = miss.is_sound();
                return (miss.into_verdict(), sound);
            }
        }
        let patience = limits.data + limits.after_dot;
        match self.step(patience, connection.message(bytes)).await.and_then(positive) {
            Ok(reply) => (Verdict::Sent { reply: said(&reply) }, true),
            Err(miss @ Miss::No(..)) => {
                let sound = miss.is_sound();
                (miss.into_verdict(), sound)
            }
            Err(Miss::Lost(text)) => (Verdict::Unknown { text }, false),
        }
    }

    /// Whether the server has forgotten the message and is ready for another.
    async fn reset(&self, connection: &mut AsyncSmtpConnection) -> bool {
        self.step(self.relay.limits.envelope, connection.command(Rset)).await.and_then(positive).is_ok()
    }

    async fn step(
        &self,
        limit: Duration,
        asked: impl Future<Output = Result<Response, lettre::transport::smtp::Error>>,
    ) -> Result<Response, Miss> {
        match patience::within(&self.clock, limit, asked).await {
            Err(text) => Err(Miss::Lost(text)),
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
}

impl Lane for Session {
    /// Connects, if it is not connected. A relay that broke off over several messages running is at
    /// fault itself: no more of them is tried.
    async fn ready(&mut self) -> Result<(), RelayFault> {
        if self.line.is_some() {
            return Ok(());
        }
        if self.lost >= LOST_LIMIT {
            let text = format_args!("broken off over {LOST_LIMIT} messages running");
            return Err(RelayFault::new(Stage::Message, text));
        }
        self.line = Some(self.fresh().await?);
        Ok(())
    }

    /// The connection is taken out meanwhile: a future dropped half-way leaves none.
    async fn send(&mut self, parcel: &Parcel) -> Result<Verdict, RelayFault> {
        let mut line = self.begin(parcel).await?;
        let (verdict, sound) = self.deliver(&mut line.connection, parcel).await;
        line.used = true;
        self.lost = if sound { 0 } else { self.lost + 1 };
        let clean = matches!(verdict, Verdict::Sent { .. });
        if sound && (clean || self.reset(&mut line.connection).await) {
            self.line = Some(line);
        }
        Ok(verdict)
    }

    async fn close(self) {
        if let Some(mut line) = self.line {
            tokio::time::timeout(FAREWELL, line.connection.command(Quit)).await.ok();
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
