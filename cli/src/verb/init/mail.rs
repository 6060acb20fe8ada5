//! The mail of a new store: how it leaves, and a trial mail that shows whether it does. The trial is
//! `leadd`'s, which alone sends mail.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::process::{Command, Stdio};

use lead_shared::config::initial::Initial;
use lead_shared::config::policy_file::defaults;
use lead_shared::domain::request::Request;
use lead_shared::domain::text::escape;

use super::guide::{complain, say, setting};
use crate::halt::{Halt, declined, failed};
use crate::prompt;
use crate::sibling;
use crate::visit::Visit;
use crate::voice;

/// Where the password goes, within the store's folder.
const PASSWORD: &str = "smtp-password";

/// How mail leaves.
pub(super) struct Mail {
    /// Keys of the firm's policy, with what was typed for each.
    settings: Vec<(String, String)>,
    password: Option<String>,
}

impl Mail {
    /// The settings as `--set` takes them.
    pub(super) fn typed(&self) -> Vec<String> {
        self.settings.iter().map(|(key, value)| format!("{key}={value}")).collect()
    }

    /// Writes the password where its owner alone can read it; one that is not needed any more is taken away.
    pub(super) fn keep(&self, visit: &Visit<'_>) -> Result<(), Halt> {
        let path = visit.folder().join(PASSWORD);
        let write = || {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            let Some(password) = &self.password else { return Ok(()) };
            let mut file = File::options().write(true).create_new(true).mode(0o600).open(&path)?;
            writeln!(file, "{password}")?;
            file.sync_all()
        };
        write().map_err(|error| failed(format!("cannot write {}: {error}", escape(&path.to_string_lossy()))))
    }

    fn leaves(&self) -> bool {
        self.settings.iter().any(|(key, value)| key == "mail.via" && value != "file")
    }
}

/// Asks until the answers fit one another.
pub(super) fn ask(visit: &mut Visit<'_>, email: &str) -> Result<Mail, Halt> {
    say(visit, "\nMail: how reminders leave.");
    say(visit, "  file      they stay in the store's mail folder, for a look at them");
    say(visit, "  smtp      by a mail server");
    say(visit, "  sendmail  by this machine's own sendmail");
    loop {
        let mail = once(visit, email)?;
        match Initial::of(&mail.settings) {
            Ok(_) => return Ok(mail),
            Err(refusal) => complain(visit, refusal.into()),
        }
    }
}

fn once(visit: &mut Visit<'_>, email: &str) -> Result<Mail, Halt> {
    let mut mail = Mail { settings: Vec::new(), password: None };
    let via = mail.key(visit, "One of them", "mail.via", "file")?;
    match via.as_deref() {
        Some("smtp") => {
            mail.key(visit, "  Server", "mail.smtp.host", "localhost")?;
            let tls =
                mail.key(visit, "  Protection: starttls, implicit, none", "mail.smtp.tls", "starttls")?;
            let port = match tls.as_deref() {
                Some("implicit") => "465",
                Some("none") => "25",
                _ => "587",
            };
            mail.key(visit, "  Port", "mail.smtp.port", port)?;
            if mail.key(visit, "  Name to log in with, - for none", "mail.smtp.user", "-")?.is_some() {
                mail.password = Some(prompt::secret("  Password (not shown)").ok_or_else(declined)?);
                mail.settings.push(("mail.smtp.password_file".to_owned(), PASSWORD.to_owned()));
            }
        }
        Some("sendmail") => {
            mail.key(visit, "  Program", "mail.sendmail.command", &defaults().mail.sendmail)?;
        }
        _ => return Ok(mail),
    }
    mail.key(visit, "  Sender", "mail.from", email)?;
    Ok(mail)
}

impl Mail {
    fn key(
        &mut self,
        visit: &mut Visit<'_>,
        question: &str,
        key: &str,
        default: &str,
    ) -> Result<Option<String>, Halt> {
        let said = setting(visit, question, key, default)?;
        self.settings.extend(said.iter().map(|said| (key.to_owned(), said.clone())));
        Ok(said)
    }
}

/// Tries the mail until it leaves or whoever sits there has enough; the mail that holds then.
///
/// # Errors
/// A password or a setting that cannot be written.
pub(super) fn settle(visit: &mut Visit<'_>, mut mail: Mail, email: &str) -> Result<Mail, Halt> {
    while mail.leaves() && prompt::agree(&format!("Send a trial mail to {} now?", escape(email))) {
        visit.leave();
        if has_left(visit, email)? {
            return Ok(mail);
        }
        if !prompt::agree("Other settings for mail?") {
            break;
        }
        // Without an answer the settings stay as they are: the store is made.
        let Ok(other) = ask(visit, email) else { break };
        // What was told before may contradict what is told now.
        for (key, _) in &mail.settings {
            visit.ask(Request::Configure { key: key.clone(), value: None })?;
        }
        for (key, value) in &other.settings {
            visit.ask(Request::Configure { key: key.clone(), value: Some(value.clone()) })?;
        }
        mail = other;
        mail.keep(visit)?;
    }
    if mail.leaves() {
        voice::hint(&visit.out, &format!("once more: `leadd check --send-to {}`", escape(email)));
    }
    Ok(mail)
}

/// Whether a trial mail left; `leadd` says it in its own words.
fn has_left(visit: &Visit<'_>, email: &str) -> Result<bool, Halt> {
    let mut leadd = Command::new(sibling::leadd()?);
    leadd.arg("check").arg("--send-to").arg(email).arg("--store").arg(visit.folder());
    leadd.stdin(Stdio::null()).stdout(io::stderr());
    let status = leadd.status().map_err(|fault| failed(format!("running `leadd`: {fault}")))?;
    Ok(status.success())
}
