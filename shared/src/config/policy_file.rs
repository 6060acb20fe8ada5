//! `STORE/lead.toml`: the firm's policy, one for all doors (daemon.md §5).
//!
//! Every key is optional, and an empty file, a missing file and no file mean the same. Refuses
//! what it does not know, secrets in clear (O8) and mail that would leave unprotected (O7).

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;

pub(super) use super::document::Places;
use super::document::fill;
use super::fault::ConfigFault;
use super::file;
use super::finding::Finding;
use super::keys::KEYS;
use super::reports::SERIES;
use crate::account;
use crate::domain::policy::{Policy, Tls};

/// The file's name in the store's folder.
pub const NAME: &str = "lead.toml";

/// The policy of a store, and which line of its file says what.
#[derive(Clone, Debug)]
pub struct PolicyFile {
    /// Where the file is, or would be.
    pub path: PathBuf,
    /// What holds: what the file says, and the defaults.
    pub policy: Policy,
    pub(super) places: Places,
}

/// The policy of the store in this folder.
///
/// # Errors
/// As [`PolicyFile::read`].
pub fn read(store_dir: &Path) -> Result<Policy, ConfigFault> {
    PolicyFile::read(store_dir).map(|file| file.policy)
}

/// The policy this text says.
///
/// # Errors
/// All that is wrong with it, in the order of the text.
pub fn parse(text: &str) -> Result<Policy, Vec<Finding>> {
    read_text(text).map(|(policy, _)| policy)
}

/// What holds on this machine where no file says anything: the system's zone and host in place of
/// the fixed defaults.
pub fn defaults() -> Policy {
    let mut policy = Policy::default();
    policy.team.zone =
        TimeZone::try_system().ok().filter(|zone| zone.iana_name().is_some()).unwrap_or(TimeZone::UTC);
    policy.mail.from = format!("lead@{}", account::host());
    policy
}

impl PolicyFile {
    /// Reads the file of the store in this folder.
    ///
    /// # Errors
    /// A file that cannot be read, is larger than 1 MiB, is not UTF-8, or is not valid.
    pub fn read(store_dir: &Path) -> Result<Self, ConfigFault> {
        let path = store_dir.join(NAME);
        let text = file::read(&path)?.unwrap_or_default();
        match read_text(&text) {
            Ok((policy, places)) => Ok(Self { path, policy, places }),
            Err(findings) => Err(ConfigFault::Invalid { path, findings }),
        }
    }
}

pub(super) fn read_text(text: &str) -> Result<(Policy, Places), Vec<Finding>> {
    let mut policy = defaults();
    let places = fill(text, KEYS, Some(&SERIES), &mut policy)?;
    let findings = contradictions(&policy, &places);
    if findings.is_empty() { Ok((policy, places)) } else { Err(findings) }
}

/// What is right key by key, and wrong together.
fn contradictions(policy: &Policy, places: &Places) -> Vec<Finding> {
    let smtp = &policy.mail.smtp;
    let mut findings = Vec::new();
    let mut find = |key: &str, message: String, hint: &str| {
        let (line, column) = places.get(key).copied().unwrap_or((1, 1));
        findings.push(Finding { line, column, message, hints: vec![hint.to_owned()] });
    };
    if smtp.tls == Tls::None && !is_loopback(&smtp.host) {
        let message = format!("mail.smtp.tls `none` sends mail to `{}` in clear", smtp.host);
        find("mail.smtp.tls", message, "tls = \"starttls\", or tls = \"implicit\"");
    } else if smtp.tls == Tls::None && smtp.user.is_some() {
        let message = "mail.smtp.tls `none` sends the password of mail.smtp.user in clear".to_owned();
        find("mail.smtp.tls", message, "tls = \"starttls\", or tls = \"implicit\"");
    }
    if smtp.password_file.is_some() && smtp.password_command.is_some() {
        let later = ["mail.smtp.password_file", "mail.smtp.password_command"];
        let later = later.into_iter().max_by_key(|key| places.get(*key)).unwrap_or(later[1]);
        find(later, "password_file and password_command are both there".to_owned(), "keep one of the two");
    }
    findings.sort_by_key(|finding| (finding.line, finding.column));
    findings
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod tests;
