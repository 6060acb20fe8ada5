//! What the mailer must know of the firm's policy, as plain values.
//!
//! Reads no file and has no defaults of its own but time limits: whoever reads `lead.toml` fills it.

use std::path::PathBuf;
use std::time::Duration;

use super::{Address, PasswordSource};

/// How mail leaves, from whom (O7).
#[derive(Clone, Debug)]
pub struct MailSettings {
    /// The way out.
    pub via: Via,
    /// Sender, in the header and on the envelope.
    pub from: Address,
    /// Where answers go, if elsewhere.
    pub reply_to: Option<Address>,
}

/// The three ways out (O7).
#[derive(Clone, Debug)]
pub enum Via {
    /// An `.eml` for each mail in this folder.
    File {
        /// Made (0700) when missing; its parent must exist.
        folder: PathBuf,
    },
    /// A relay.
    Smtp(SmtpSettings),
    /// A program that takes the mail on its standard input.
    Sendmail(SendmailSettings),
}

/// A relay and how to log in to it.
#[derive(Clone, Debug)]
pub struct SmtpSettings {
    /// Name or address; the certificate must be for it.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How the connection is secured.
    pub tls: Tls,
    /// Log-in name; without one there is no AUTH.
    pub user: Option<String>,
    /// Where the password is; needed with `user`.
    pub password: Option<PasswordSource>,
    /// PEM certificates that are trusted instead of the system's.
    pub ca_file: Option<PathBuf>,
    /// Patience.
    pub limits: Limits,
}

/// How an SMTP connection is secured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// TLS from the first byte (port 465).
    Implicit,
    /// STARTTLS, never optional (port 587).
    StartTls,
    /// None: refused except to loopback, and never with a password.
    None,
}

/// The longest each step of SMTP may take (O6).
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Resolving and connecting, over all addresses.
    pub connect: Duration,
    /// Each of greeting, STARTTLS, EHLO, AUTH.
    pub hello: Duration,
    /// Each of MAIL, RCPT, RSET.
    pub envelope: Duration,
    /// The answer to DATA, and as much again for writing the message.
    pub data: Duration,
    /// The answer to the final dot; also the whole run of a sendmail program.
    pub after_dot: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            hello: Duration::from_secs(30),
            envelope: Duration::from_secs(60),
            data: Duration::from_secs(120),
            after_dot: Duration::from_secs(600),
        }
    }
}

/// A local program in the manner of sendmail(8).
#[derive(Clone, Debug)]
pub struct SendmailSettings {
    /// Program and first arguments; `-i -f FROM -- TO` is added. See [`lead_shared::domain::command`].
    pub command: Vec<String>,
    /// The longest one mail may take.
    pub limit: Duration,
}
