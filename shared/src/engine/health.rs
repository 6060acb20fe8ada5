//! How the timed work goes, kept in a file of the store from one program to the next.
//!
//! Whoever sweeps and whoever sends say here what they did; `status`, `doctor` and every command of
//! those who may manage tell it. The file is not flushed and not in a backup: it is news.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::ops::ControlFlow;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::sync::PoisonError;

use jiff::Timestamp;

use super::{Engine, Inner};
use crate::domain::capability::Capability;
use crate::domain::health::{Ailment, Health};
use crate::domain::notice::Mail;
use crate::domain::request::Call;
use crate::store::{Index, Key, StoreFault, Table, Typed as _, TypedStore as _};

/// The file's name in the store's folder.
const FILE: &str = "leadd.health";

/// What the file in `dir` says; nothing, where it cannot be read.
pub(super) fn read(dir: &Path) -> Health {
    let bytes = fs::read(dir.join(FILE)).unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}

fn write(dir: &Path, health: &Health) -> std::io::Result<()> {
    let part = dir.join(format!("{FILE}.part"));
    let open = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part);
    let mut file = open?;
    serde_json::to_writer(&file, health)?;
    file.write_all(b"\n")?;
    fs::rename(part, dir.join(FILE))
}

impl Engine {
    /// Has it known that a sweep was done at `now`, and what the next one is for.
    pub(super) fn note_sweep(&self, now: Timestamp, next_at: Option<Timestamp>) {
        self.note(|health| (health.swept_at, health.next_at) = (Some(now), next_at));
    }

    /// Has it known that mail was given to the relay: whether any was taken, and what is the relay's
    /// fault, if it is at fault.
    pub fn note_relay(&self, has_sent: bool, fault: Option<&str>, now: Timestamp) {
        self.note(|health| {
            health.blame(fault, now);
            health.sent_at = if has_sent { Some(now) } else { health.sent_at };
        });
    }

    fn note(&self, change: impl FnOnce(&mut Health)) {
        let mut health = self.inner.health.lock().unwrap_or_else(PoisonError::into_inner);
        let before = health.clone();
        change(&mut health);
        if *health != before {
            // A disk that is full keeps the older news.
            let _ = write(&self.inner.dir, &health);
        }
    }

    /// What keeps mail from going, for callers who may manage: those who mind what nobody is assigned
    /// to, and whoever has `admin`.
    ///
    /// # Errors
    /// A fault of the store.
    pub fn ailment(
        &self,
        call: &Call,
        has_daemon: bool,
        now: Timestamp,
    ) -> Result<Option<Ailment>, StoreFault> {
        let Some(ailment) = self.inner.ailment(has_daemon, now)? else { return Ok(None) };
        let office = self.inner.office()?;
        let Ok(scope) = office.scope(call) else { return Ok(None) };
        let is_meant = scope.may(Capability::Admin)
            || office.told(None).into_iter().any(|user| user.login == scope.actor());
        Ok(Some(ailment).filter(|_| is_meant))
    }
}

impl Inner {
    /// How the timed work goes.
    pub(super) fn health(&self) -> Health {
        self.health.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What keeps mail from going.
    pub(super) fn ailment(&self, has_daemon: bool, now: Timestamp) -> Result<Option<Ailment>, StoreFault> {
        Ok(self.health().ailment(self.waiting_since(now)?, has_daemon, now))
    }

    /// When the oldest mail that is to go was decided.
    fn waiting_since(&self, now: Timestamp) -> Result<Option<Timestamp>, StoreFault> {
        let mut since = None;
        self.store.visit_numbers(&Key::index(Index::MailOpen).span(Table::Index), &mut |id| {
            let mail: Option<Mail> = self.store.mail(id)?;
            since = mail.and_then(|mail| mail.is_to_go_since(now));
            Ok(if since.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        })?;
        Ok(since)
    }
}
