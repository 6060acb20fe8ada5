//! Sending what the outbox holds: one pass over the mails that are to be tried now.
//!
//! The rows are the truth (O1): bytes are fixed on disk, `sending` is flushed before the server is
//! given the text, what became of it is flushed after. Whether a mail is still to be sent is the
//! engine's to say; whose fault a failure is, the mailer's.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use lead_shared::clock::Clock;
use lead_shared::domain::matter::{DueMail, Matter};
use lead_shared::domain::reply::Outcome;
use lead_shared::domain::request::{Call, Caller, Duty, Fate, Look};
use lead_shared::domain::view::Row;
use lead_shared::engine::Engine;
use lead_shared::store::StoreFault;
use sha2::{Digest as _, Sha256};
use tracing::{info, warn};

use crate::compose;
use crate::fault::Fault;
use crate::mailer::{Address, Envelope, MailSettings, Mailer, Templates, Verdict};
use crate::settings;

/// How long a relay at fault is left alone (O2).
const RELAY_PAUSE: SignedDuration = SignedDuration::from_secs(60);

/// What a pass did.
#[derive(Debug, Default)]
pub(crate) struct Round {
    /// Mails that were taken.
    pub(crate) sent: u64,
    /// Mails that were not, and wait, failed, or are of unknown fate.
    pub(crate) unsent: u64,
    /// What the relay's fault is, if it is at fault.
    pub(crate) relay: Option<String>,
    /// When to come again.
    pub(crate) next_at: Option<Timestamp>,
}

/// The way out of a store's mail.
pub(crate) struct Outbox {
    engine: Arc<Engine>,
    clock: Clock,
    /// Until then the relay is left alone.
    closed_until: Option<Timestamp>,
}

impl Outbox {
    /// Takes up the mail of a store. What was being sent when somebody stopped is of unknown fate.
    pub(crate) fn open(engine: Arc<Engine>, clock: Clock) -> Result<Self, Fault> {
        let outbox = Self { engine, clock, closed_until: None };
        for mail in outbox.due()?.interrupted {
            warn!(mail, "was being sent when the daemon ended");
            let fate = Fate::Unknown("the daemon ended while it was being sent".to_owned());
            outbox.settle(mail, fate)?;
        }
        Ok(outbox)
    }

    /// Tries every mail that is to be tried now, until `stop` says otherwise.
    pub(crate) async fn round(&mut self, stop: &(dyn Fn() -> bool + Sync)) -> Result<Round, Fault> {
        let now = self.clock.now();
        let due = self.due()?;
        let mut round = Round { next_at: due.next_at, ..Round::default() };
        if let Some(until) = self.closed_until.filter(|until| *until > now && !due.mails.is_empty()) {
            round.unsent = due.mails.len() as u64;
            round.next_at = Some(round.next_at.map_or(until, |next| next.min(until)));
            return Ok(round);
        }
        let mut open = Vec::new();
        for mail in due.mails {
            if self.engine.duty(Duty::CheckMail(mail), now)? == 1 {
                open.push(mail);
            } else {
                info!(mail, "is not to be sent any more");
            }
        }
        if open.is_empty() {
            return Ok(round);
        }
        let (settings, templates, mut mailer) = match self.way_out().await {
            Ok(way) => way,
            Err(said) => {
                round.unsent = open.len() as u64;
                // No message loses a try; the first one says why.
                if let Some(mail) = open.first() {
                    self.settle(*mail, Fate::RelayFault(said.clone()))?;
                }
                self.close(&mut round, said);
                return Ok(round);
            }
        };
        for (at, mail) in open.iter().enumerate() {
            if stop() {
                break;
            }
            match self.send(*mail, &settings, &templates, &mut mailer).await? {
                Some(Fate::Sent) => round.sent += 1,
                Some(Fate::RelayFault(said)) => {
                    round.unsent += (open.len() - at) as u64;
                    self.close(&mut round, said);
                    break;
                }
                Some(_) => round.unsent += 1,
                None => {}
            }
        }
        mailer.close().await;
        let next = self.due()?.next_at;
        round.next_at = [round.next_at, next].into_iter().flatten().min();
        Ok(round)
    }

    /// The way out as the policy now has it, opened; or in words why there is none.
    async fn way_out(&self) -> Result<(MailSettings, Templates, Mailer), String> {
        let policy = self.engine.policy();
        let settings = settings::mail(&policy, self.engine.dir()).map_err(|fault| fault.to_string())?;
        let templates = settings::templates(&policy, self.engine.dir()).map_err(|fault| fault.to_string())?;
        let mailer = Mailer::open(&settings).await.map_err(|fault| fault.to_string())?;
        Ok((settings, templates, mailer))
    }

    /// Leaves the relay alone for a while (O2).
    fn close(&mut self, round: &mut Round, said: String) {
        warn!(said, "the relay is at fault; it is tried again in a minute");
        let until = self.clock.now() + RELAY_PAUSE;
        self.closed_until = Some(until);
        round.next_at = Some(until);
        round.relay = Some(said);
    }

    /// Sends one mail and writes down what became of it; none if it was cancelled on the way.
    async fn send(
        &self,
        mail: u64,
        settings: &MailSettings,
        templates: &Templates,
        mailer: &mut Mailer,
    ) -> Result<Option<Fate>, Fault> {
        let now = self.clock.now();
        let matter = match self.matter(mail)? {
            Ok(matter) => matter,
            Err(said) => return self.settle(mail, Fate::Deferred(said)).map(Some),
        };
        let fixed = match self.fix(&matter, settings, templates, now) {
            Ok(fixed) => fixed,
            Err(said) => return self.settle(mail, Fate::Deferred(said)).map(Some),
        };
        let to = match Address::new(&matter.address) {
            Ok(to) => to,
            Err(bad) => return self.settle(mail, Fate::Deferred(bad.to_string())).map(Some),
        };
        let envelope = Envelope {
            from: settings.from.clone(),
            to,
            message_id: matter.message_id.clone(),
            date: matter.decided_at,
        };
        let start = || async {
            let duty = Duty::StartMail { mail, bytes: fixed.hash.clone() };
            let engine = Arc::clone(&self.engine);
            let started = tokio::task::spawn_blocking(move || engine.duty(duty, now)).await;
            match started {
                Ok(Ok(1)) => Ok(()),
                Ok(Ok(_)) => Err("its cause went away".to_owned()),
                Ok(Err(fault)) => Err(fault.to_string()),
                Err(fault) => Err(fault.to_string()),
            }
        };
        let fate = match mailer.send(&envelope, &fixed.bytes, start).await {
            Verdict::Sent { .. } => Fate::Sent,
            Verdict::RelayFault(fault) => Fate::RelayFault(fault.to_string()),
            Verdict::Deferred { text } => Fate::Deferred(text),
            Verdict::Refused { text } => Fate::Refused(text),
            Verdict::Unknown { text } => Fate::Unknown(text),
            Verdict::Held { text } => {
                info!(mail, text, "is not to be sent any more");
                return Ok(None);
            }
        };
        let (kind, id) = (matter.kind.name(), &matter.message_id);
        match &fate {
            Fate::Sent => info!(mail, kind, message_id = id, "sent"),
            other => warn!(mail, kind, message_id = id, fate = ?other, "not sent"),
        }
        self.settle(mail, fate).map(Some)
    }

    fn settle(&self, mail: u64, fate: Fate) -> Result<Fate, Fault> {
        self.engine.duty(Duty::SettleMail { mail, fate: fate.clone() }, self.clock.now())?;
        Ok(fate)
    }

    /// The mails to be tried now.
    fn due(&self) -> Result<DueMail, Fault> {
        let mut due = None;
        self.look(&Look::Due, &mut |row| {
            if let Row::Due(found) = row {
                due = Some(found);
            }
        })?;
        due.ok_or_else(|| StoreFault::Database("the outbox did not answer".to_owned()).into())
    }

    /// What a mail is about, or in words why it cannot be said.
    fn matter(&self, mail: u64) -> Result<Result<Matter, String>, Fault> {
        let mut matter = None;
        let outcome = self.look(&Look::Matter(mail), &mut |row| {
            if let Row::Matter(found) = row {
                matter = Some(*found);
            }
        })?;
        Ok(match (matter, outcome) {
            (Some(matter), _) => Ok(matter),
            (None, Outcome::Refused(lead_shared::domain::refusal::Refusal::Missing { fields, .. })) => {
                Err(format!("{} is missing", fields.join(", ")))
            }
            (None, _) => Err("its recipient or its leads are gone".to_owned()),
        })
    }

    fn look(&self, look: &Look, on_row: &mut dyn FnMut(Row)) -> Result<Outcome, Fault> {
        let call = Call { caller: Caller::System, as_user: None };
        let mut sink = |row| {
            on_row(row);
            true
        };
        match self.engine.read(&call, look, self.clock.now(), &mut sink) {
            Outcome::Fault(fault) => Err(StoreFault::Database(fault).into()),
            outcome => Ok(outcome),
        }
    }

    /// The mail's bytes: as they were fixed, else composed and put on the disk now.
    fn fix(
        &self,
        matter: &Matter,
        settings: &MailSettings,
        templates: &Templates,
        now: Timestamp,
    ) -> Result<Fixed, String> {
        let folder = self.engine.dir().join(FOLDER);
        let path = folder.join(format!("{}.eml", matter.mail));
        if let Some(hash) = &matter.bytes {
            let bytes = fs::read(&path).map_err(|fault| format!("its bytes cannot be read: {fault}"))?;
            return if *hash == hex(&Sha256::digest(&bytes)) {
                Ok(Fixed { bytes, hash: hash.clone() })
            } else {
                Err("its bytes on the disk are not those that were fixed".to_owned())
            };
        }
        let bytes = compose::bytes(matter, settings, templates, now)?;
        write(&folder, &path, &bytes).map_err(|fault| format!("its bytes cannot be kept: {fault}"))?;
        Ok(Fixed { hash: hex(&Sha256::digest(&bytes)), bytes })
    }
}

/// The folder of the store where mails' bytes stand from before their first try.
const FOLDER: &str = "outbox";

/// Bytes that are on the disk.
struct Fixed {
    bytes: Vec<u8>,
    hash: String,
}

/// Writes a file whole or not at all, for its owner alone; it is on the disk when this returns.
fn write(folder: &Path, path: &PathBuf, bytes: &[u8]) -> io::Result<()> {
    match fs::DirBuilder::new().mode(0o700).create(folder) {
        Err(fault) if fault.kind() != io::ErrorKind::AlreadyExists => return Err(fault),
        _ => {}
    }
    let part = path.with_extension("part");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&part, path)?;
    File::open(folder)?.sync_all()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
