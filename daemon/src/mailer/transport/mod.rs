//! The three ways out, behind one door: bytes go in, a verdict comes back.
//!
//! Decides whose fault a failure is by the step at which it happened (O2); never tries again on its
//! own, except on a reused connection that the relay had closed meanwhile. Called by the outbox.

mod connect;
mod folder;
mod lanes;
mod lines;
mod load;
mod program;
#[cfg(test)]
mod scripted;
mod smtp;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_tls;

use std::fmt;

use lead_shared::clock::Clock;

pub(crate) use load::{GROUP, Load};

use super::{Address, MailSettings, Via};
use lanes::Lanes;

/// One mail on its way out.
#[derive(Clone, Debug)]
pub struct Parcel {
    /// Its sender's number for it.
    pub number: u64,
    /// Where it goes.
    pub envelope: Envelope,
    /// The mail; exactly these bytes are sent.
    pub bytes: Vec<u8>,
}

/// Where one mail goes.
#[derive(Clone, Debug)]
pub struct Envelope {
    /// Sender.
    pub from: Address,
    /// The one recipient.
    pub to: Address,
    /// As in the mail; names the `.eml` file.
    pub message_id: String,
    /// As in the mail; names the `.eml` file.
    pub date: jiff::Timestamp,
}

/// The step at which the way out failed, before the message itself was judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Settings that must not be used, or a password that cannot be had.
    Settings,
    /// Resolving the name, connecting.
    Connect,
    /// The server's greeting.
    Greeting,
    /// STARTTLS, handshake, certificate.
    Tls,
    /// EHLO.
    Ehlo,
    /// AUTH.
    Auth,
    /// MAIL: our sender is not wanted, or the relay is closing.
    Mail,
    /// From RCPT on, with several messages in a row: none of them was judged by it.
    Message,
    /// The folder of `.eml` files.
    Folder,
    /// The sendmail program.
    Program,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Settings => "settings",
            Self::Connect => "connect",
            Self::Greeting => "greeting",
            Self::Tls => "TLS",
            Self::Ehlo => "EHLO",
            Self::Auth => "AUTH",
            Self::Mail => "MAIL",
            Self::Message => "message",
            Self::Folder => "mail folder",
            Self::Program => "sendmail",
        })
    }
}

/// The way out is at fault: no message is judged by it and none loses a try (O2).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{stage}: {text}")]
pub struct RelayFault {
    /// Where it failed.
    pub stage: Stage,
    /// The relay's or the system's words, escaped and cut.
    pub text: String,
}

impl RelayFault {
    fn new(stage: Stage, text: impl fmt::Display) -> Self {
        Self { stage, text: super::clean::reply_text(&text.to_string()) }
    }
}

/// What became of one mail; all texts are escaped and cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Accepted: the relay is responsible now.
    Sent {
        /// The relay's words, or the file's name.
        reply: String,
    },
    /// This message was put off (4xx at RCPT or DATA, or the connection went before its bytes did).
    Deferred {
        /// Why.
        text: String,
    },
    /// This message was refused for good (5xx at RCPT or DATA).
    Refused {
        /// Why.
        text: String,
    },
    /// Lost or silent while or after the bytes went out: it may have been accepted.
    Unknown {
        /// What was seen.
        text: String,
    },
}

/// An open way out; its connections are used for all that is sent through it (O6).
#[derive(Debug)]
pub struct Mailer(Way);

#[derive(Debug)]
enum Way {
    File(folder::Folder),
    Smtp(Lanes<smtp::Session>),
    Sendmail(Lanes<program::Program>),
}

impl Mailer {
    /// Opens the way out: connects and logs in, or makes sure of the folder. `clock` measures how
    /// long a relay may take.
    ///
    /// # Errors
    /// [`RelayFault`]: nothing can be sent this way now.
    pub async fn open(settings: &MailSettings, clock: &Clock) -> Result<Self, RelayFault> {
        Ok(Self(match &settings.via {
            Via::File { folder } => Way::File(folder::Folder::open(folder.clone()).await?),
            Via::Smtp(relay) => {
                let session = || smtp::Session::new(relay.clone(), clock.clone());
                Way::Smtp(Lanes::open(session, clock).await?)
            }
            Via::Sendmail(settings) => {
                let program = || program::Program::new(settings.clone(), clock.clone());
                Way::Sendmail(Lanes::open(program, clock).await?)
            }
        }))
    }

    /// Carries a load until it is closed and what was under way has ended; the way out's fault, if it
    /// failed before, with the rest of the load untaken.
    ///
    /// A connection that broke is opened again by the next mail. Dropping the future leaves the
    /// connections closed.
    pub(crate) async fn carry(&mut self, load: &Load) -> Option<RelayFault> {
        match &mut self.0 {
            Way::Smtp(lanes) => lanes.carry(load).await,
            Way::File(folder) => folder.carry(load).await,
            Way::Sendmail(lanes) => lanes.carry(load).await,
        }
    }

    /// Sends one mail.
    ///
    /// # Errors
    /// The way out's fault: the mail was not judged.
    pub async fn send(&mut self, parcel: Parcel) -> Result<Verdict, RelayFault> {
        let load = Load::default();
        load.add([parcel]);
        let ended = async {
            load.has_news().await;
            load.close();
        };
        let fault = tokio::select! {
            biased;
            fault = self.carry(&load) => fault,
            () = ended => None,
        };
        match (load.news().pop(), fault) {
            (Some((_, verdict)), _) => Ok(verdict),
            (None, fault) => Err(fault.unwrap_or_else(|| RelayFault::new(Stage::Message, "not taken"))),
        }
    }

    /// Ends politely, within a few seconds; dropping ends too, less politely.
    pub async fn close(self) {
        match self.0 {
            Way::File(_) => {}
            Way::Smtp(lanes) => lanes.close().await,
            Way::Sendmail(lanes) => lanes.close().await,
        }
    }
}
