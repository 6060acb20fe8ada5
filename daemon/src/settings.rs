//! The firm's mail policy as the mailer wants it: addresses checked, paths whole.

use std::path::Path;
use std::time::Duration;

use lead_shared::domain::command::split;
use lead_shared::domain::policy::{self, Policy};

use crate::fault::Fault;
use crate::mailer::{
    Address, Limits, MailSettings, PasswordSource, SendmailSettings, SmtpSettings, Tls, Via,
};

/// The folder of the store that mail by `file` goes to (O7).
pub(crate) const MAIL_FOLDER: &str = "mail";

/// How long a sendmail program may take.
const SENDMAIL_LIMIT: Duration = Duration::from_secs(600);

/// The mail's settings, from the policy of the store in `dir`.
pub(crate) fn mail(policy: &Policy, dir: &Path) -> Result<MailSettings, Fault> {
    let mail = &policy.mail;
    Ok(MailSettings {
        via: match mail.via {
            policy::Via::File => Via::File { folder: dir.join(MAIL_FOLDER) },
            policy::Via::Smtp => Via::Smtp(smtp(&mail.smtp, dir)?),
            policy::Via::Sendmail => Via::Sendmail(SendmailSettings {
                command: command("mail.sendmail.command", &mail.sendmail)?,
                limit: SENDMAIL_LIMIT,
            }),
        },
        from: address("mail.from", &mail.from)?,
        reply_to: mail.reply_to.as_deref().map(|typed| address("mail.reply_to", typed)).transpose()?,
    })
}

fn smtp(smtp: &policy::Smtp, dir: &Path) -> Result<SmtpSettings, Fault> {
    let tls = match smtp.tls {
        policy::Tls::Implicit => Tls::Implicit,
        policy::Tls::Starttls => Tls::StartTls,
        policy::Tls::None => Tls::None,
    };
    let usual = match tls {
        Tls::Implicit => 465,
        Tls::StartTls => 587,
        Tls::None => 25,
    };
    Ok(SmtpSettings {
        host: smtp.host.clone(),
        port: smtp.port.unwrap_or(usual),
        tls,
        user: smtp.user.clone(),
        password: password(smtp, dir)?,
        ca_file: smtp.ca_file.as_ref().map(|path| dir.join(path)),
        limits: Limits::default(),
    })
}

/// Where the password is: a file or a command of the policy, else systemd's credential (O8).
fn password(smtp: &policy::Smtp, dir: &Path) -> Result<Option<PasswordSource>, Fault> {
    if let Some(path) = &smtp.password_file {
        return Ok(Some(PasswordSource::File(dir.join(path))));
    }
    if let Some(line) = &smtp.password_command {
        return command("mail.smtp.password_command", line).map(PasswordSource::Command).map(Some);
    }
    let folder = std::env::var_os("CREDENTIALS_DIRECTORY").filter(|_| smtp.user.is_some());
    Ok(folder.map(|folder| PasswordSource::Credential { folder: folder.into() }))
}

fn command(key: &str, line: &str) -> Result<Vec<String>, Fault> {
    split(line).map_err(|bad| Fault::Mail(format!("{key} in lead.toml: {bad}")))
}

/// `local@domain`, or `Name <local@domain>`.
fn address(key: &str, typed: &str) -> Result<Address, Fault> {
    let (name, bare) = match typed.strip_suffix('>').and_then(|rest| rest.rsplit_once('<')) {
        Some((name, bare)) => (Some(name.trim().trim_matches('"')), bare),
        None => (None, typed),
    };
    let address =
        Address::new(bare.trim()).map_err(|bad| Fault::Mail(format!("{key} in lead.toml: {bad}")))?;
    Ok(match name {
        Some(name) if !name.is_empty() => address.named(name),
        _ => address,
    })
}
