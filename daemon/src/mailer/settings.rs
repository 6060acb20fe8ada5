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
    /// Program and first arguments; `-i -f FROM -- TO` is added. See [`split_command`].
    pub command: Vec<String>,
    /// The longest one mail may take.
    pub limit: Duration,
}

/// Why a command line cannot be split.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadCommand {
    /// There is no program in it.
    #[error("the command is empty")]
    Empty,
    /// A quotation mark is not closed.
    #[error("the command has an open quotation mark")]
    OpenQuote,
    /// NUL cannot stand in an argument.
    #[error("the command has a NUL character")]
    Nul,
}

/// Splits a command at blanks; `'…'` and `"…"` keep blanks, `\` keeps the next character (not in
/// `'…'`). No shell: nothing is expanded.
///
/// # Errors
/// [`BadCommand`].
pub fn split_command(line: &str) -> Result<Vec<String>, BadCommand> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (_, '\0') => return Err(BadCommand::Nul),
            (Some(q), c) if c == q => quote = None,
            (None | Some('"'), '\\') => {
                word.get_or_insert_default().push(chars.next().ok_or(BadCommand::OpenQuote)?);
            }
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    if quote.is_some() {
        return Err(BadCommand::OpenQuote);
    }
    words.extend(word);
    if words.first().is_none_or(String::is_empty) { Err(BadCommand::Empty) } else { Ok(words) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_split_without_a_shell() {
        let split = |line| split_command(line);
        assert_eq!(split("/usr/sbin/sendmail -t").unwrap(), ["/usr/sbin/sendmail", "-t"]);
        assert_eq!(split("a 'b c' \"d \\\" e\" f\\ g ''").unwrap(), ["a", "b c", "d \" e", "f g", ""]);
        assert_eq!(split("a $HOME;rm *").unwrap(), ["a", "$HOME;rm", "*"]);
        assert_eq!(split("  "), Err(BadCommand::Empty));
        assert_eq!(split("'' a"), Err(BadCommand::Empty));
        assert_eq!(split("a 'b"), Err(BadCommand::OpenQuote));
        assert_eq!(split("a \\"), Err(BadCommand::OpenQuote));
        assert_eq!(split("a \0"), Err(BadCommand::Nul));
    }
}
