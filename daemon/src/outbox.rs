//! Sending what the outbox holds: one pass over the mails that are to be tried now.
//!
//! The rows are the truth (O1): bytes are fixed on disk, `sending` is flushed before the server is
//! given the text, what became of it is flushed after. Whether a mail is still to be sent is the
//! engine's to say; whose fault a failure is, the mailer's.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use lead_shared::clock::Clock;
use lead_shared::domain::matter::{DueMail, Matter};
use lead_shared::domain::reply::Outcome;
use lead_shared::domain::request::{Call, Caller, Duty, Fate, Look};
use lead_shared::domain::view::Row;
use lead_shared::engine::{Engine, MAIL_FOLDER, bytes_path};
use lead_shared::store::StoreFault;
use lead_shared::template::Templates;
use sha2::{Digest as _, Sha256};
use tokio::time::Instant;
use tracing::{info, warn};

use crate::compose;
use crate::fault::Fault;
use crate::mailer::{Address, Envelope, MailSettings, Mailer, Parcel, Verdict};
use crate::settings;
use crate::shelf::Shelf;

/// How long a relay at fault is left alone (O2).
const RELAY_PAUSE: Duration = Duration::from_secs(60);

/// So many mails share a flush of `sending`, and one of what became of them (O6).
const BATCH: usize = 20;

/// What a pass did.
#[derive(Debug, Default)]
pub(crate) struct Round {
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
    closed_until: Option<Instant>,
    /// What became of mails, where the disk would not take it yet.
    unsettled: Vec<(u64, Fate)>,
}

/// A mail that is ready to go: its bytes are on the disk.
struct Ready {
    matter: Matter,
    parcel: Parcel,
    hash: String,
}

impl Outbox {
    /// Takes up the mail of a store. What was being sent when somebody stopped is of unknown fate.
    pub(crate) fn open(engine: Arc<Engine>, clock: Clock) -> Result<Self, Fault> {
        let mut outbox = Self { engine, clock, closed_until: None, unsettled: Vec::new() };
        let fate = || Fate::Unknown("the daemon ended while it was being sent".to_owned());
        let interrupted = outbox.due()?.interrupted;
        for mail in &interrupted {
            warn!(mail, "was being sent when the daemon ended");
        }
        outbox.settle(interrupted.into_iter().map(|mail| (mail, fate())).collect())?;
        outbox.tidy();
        Ok(outbox)
    }

    /// When a relay at fault is tried again.
    pub(crate) fn closed_until(&self) -> Option<Instant> {
        self.closed_until
    }

    /// Tries every mail that is to be tried now, until `stop` says otherwise.
    pub(crate) async fn round(&mut self, stop: &(dyn Fn() -> bool + Sync)) -> Result<Round, Fault> {
        self.settle(Vec::new())?;
        let due = self.due()?;
        let mut round = Round { next_at: due.next_at, ..Round::default() };
        let open = self.duty(Duty::CheckMails(due.mails))?;
        if open.is_empty() || self.closed_until.is_some_and(|until| Instant::now() < until) {
            return Ok(round);
        }
        let (settings, templates, mut mailer) = match self.way_out().await {
            Ok(way) => way,
            Err(said) => {
                // No message loses a try; the first one says why.
                let first = open.first().map(|mail| (*mail, Fate::RelayFault(said.clone())));
                self.settle(first.into_iter().collect())?;
                self.blame(&mut round, said);
                return Ok(round);
            }
        };
        for batch in open.chunks(BATCH) {
            let said = self.send(batch, &settings, &templates, &mut mailer, stop).await?;
            if let Some(said) = said {
                self.blame(&mut round, said);
                break;
            }
            if stop() {
                break;
            }
        }
        mailer.close().await;
        round.next_at = self.due()?.next_at;
        Ok(round)
    }

    /// The way out as the policy now has it, opened; or in words why there is none.
    async fn way_out(&self) -> Result<(MailSettings, Templates, Mailer), String> {
        let policy = self.engine.policy();
        let settings = settings::mail(&policy, self.engine.dir()).map_err(|fault| fault.to_string())?;
        let templates = Templates::of(&policy.mail, self.engine.dir());
        let mailer = Mailer::open(&settings, &self.clock).await.map_err(|fault| fault.to_string())?;
        Ok((settings, templates, mailer))
    }

    /// Leaves the relay alone for a while: one breaker for all mail (O2).
    fn blame(&mut self, round: &mut Round, said: String) {
        warn!(said, "the relay is at fault; it is tried again in a minute");
        self.closed_until = Some(Instant::now() + RELAY_PAUSE);
        self.engine.note_relay(false, Some(&said), self.clock.now());
        round.relay = Some(said);
    }

    /// Tries nothing for a while.
    pub(crate) fn close(&mut self) -> Round {
        self.closed_until = Some(Instant::now() + RELAY_PAUSE);
        Round { relay: Some("closed".to_owned()), ..Round::default() }
    }

    /// Sends a batch: `sending` is flushed for all of it, then each is sent, then what became of
    /// them is flushed. What the relay's fault is, if it is at fault.
    async fn send(
        &mut self,
        batch: &[u64],
        settings: &MailSettings,
        templates: &Templates,
        mailer: &mut Mailer,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Option<String>, Fault> {
        let mut fates = Vec::new();
        let ready = self.prepare(batch, settings, templates, &mut fates)?;
        let hashes = ready.iter().map(|one| (one.matter.mail, one.hash.clone())).collect();
        let started = self.duty(Duty::StartMails(hashes)).inspect_err(|_| {
            // Whether they are noted as being sent or not: they are not.
            fates.extend(ready.iter().map(|one| (one.matter.mail, Fate::Postponed)));
            self.unsettled.append(&mut fates);
        })?;
        let (matters, parcels): (Vec<_>, Vec<_>) = ready
            .into_iter()
            .filter(|one| started.contains(&one.matter.mail))
            .map(|one| (one.matter, one.parcel))
            .unzip();
        let verdicts = mailer.send(&parcels, stop).await;
        let fault = verdicts.iter().find_map(|verdict| match verdict {
            Verdict::RelayFault(fault) => Some(fault.to_string()),
            _ => None,
        });
        for (matter, verdict) in matters.iter().zip(verdicts) {
            fates.push((matter.mail, fate(matter, verdict, fault.as_deref())));
        }
        self.settle(fates)?;
        Ok(fault)
    }

    /// Writes down what became of mails, and of those that could not be written down before.
    fn settle(&mut self, mut fates: Vec<(u64, Fate)>) -> Result<(), Fault> {
        self.unsettled.append(&mut fates);
        self.duty(Duty::SettleMails(self.unsettled.clone()))?;
        let has_sent = self.unsettled.iter().any(|(_, fate)| matches!(fate, Fate::Sent));
        if has_sent || self.unsettled.iter().any(|(_, fate)| matches!(fate, Fate::Refused(_))) {
            self.engine.note_relay(has_sent, None, self.clock.now());
        }
        self.unsettled.clear();
        Ok(())
    }

    /// Makes mails ready to go; those of which it cannot have their fate.
    fn prepare(
        &self,
        batch: &[u64],
        settings: &MailSettings,
        templates: &Templates,
        fates: &mut Vec<(u64, Fate)>,
    ) -> Result<Vec<Ready>, Fault> {
        let mut ready = Vec::new();
        let mut put_off = |mail, said: String| {
            warn!(mail, said, "cannot be sent");
            fates.push((mail, Fate::Deferred(said)));
        };
        let unkept = |fault: std::io::Error| format!("its bytes cannot be kept: {fault}");
        let shelf = Shelf::open(self.engine.dir().join(MAIL_FOLDER)).map_err(unkept);
        for mail in batch {
            let made = self.matter(*mail)?.and_then(|matter| {
                let to = Address::new(&matter.address).map_err(|bad| format!("{}: {bad}", matter.name))?;
                let bytes = match &matter.bytes {
                    Some(hash) => self.fixed(matter.mail, hash)?,
                    None => {
                        let bytes = compose::bytes(&matter, settings, templates, self.clock.now())?;
                        let shelf = shelf.as_ref().map_err(String::clone)?;
                        let path = bytes_path(self.engine.dir(), matter.mail);
                        shelf.put(path.file_name().unwrap_or_default(), &bytes).map_err(unkept)?;
                        bytes
                    }
                };
                let hash = hex(&Sha256::digest(&bytes));
                let envelope = Envelope {
                    from: settings.from.clone(),
                    to,
                    message_id: matter.message_id.clone(),
                    date: matter.decided_at,
                };
                Ok(Ready { matter, parcel: Parcel { envelope, bytes }, hash })
            });
            match made {
                Ok(one) => ready.push(one),
                Err(said) => put_off(*mail, said),
            }
        }
        if let Err(said) = shelf.and_then(|shelf| shelf.flush().map_err(unkept)) {
            ready.drain(..).for_each(|one| put_off(one.matter.mail, said.clone()));
        }
        Ok(ready)
    }

    /// Does a duty of the outbox; no duty, no transaction. The mails that go on.
    fn duty(&self, duty: Duty) -> Result<Vec<u64>, Fault> {
        let is_idle = match &duty {
            Duty::CheckMails(mails) => mails.is_empty(),
            Duty::StartMails(mails) => mails.is_empty(),
            Duty::SettleMails(mails) => mails.is_empty(),
            _ => false,
        };
        if is_idle {
            return Ok(Vec::new());
        }
        Ok(self.engine.duty(duty, self.clock.now())?)
    }

    /// Removes the bytes of mails that are forgotten.
    fn tidy(&self) {
        let Ok(entries) = fs::read_dir(self.engine.dir().join(MAIL_FOLDER)) else { return };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let number =
                name.to_str().and_then(|name| name.strip_suffix(".eml")).and_then(|id| id.parse().ok());
            let is_known = number.is_some_and(|id: u64| {
                !matches!(self.look(&Look::Mail(id), &mut |_| {}), Ok(Outcome::Refused(_)))
            });
            if !is_known {
                // What stays is looked at again at the next start.
                let _ = fs::remove_file(entry.path());
            }
        }
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

    /// A mail's bytes, as they were fixed.
    fn fixed(&self, mail: u64, hash: &str) -> Result<Vec<u8>, String> {
        let read = fs::read(bytes_path(self.engine.dir(), mail));
        let bytes = read.map_err(|fault| format!("its bytes cannot be read: {fault}"))?;
        if *hash == hex(&Sha256::digest(&bytes)) {
            Ok(bytes)
        } else {
            Err("its bytes on the disk are not those that were fixed".to_owned())
        }
    }
}

/// What a verdict makes of a mail; `fault` is the relay's, if it failed meanwhile.
fn fate(matter: &Matter, verdict: Verdict, fault: Option<&str>) -> Fate {
    let fate = match verdict {
        Verdict::Sent { .. } => Fate::Sent,
        Verdict::RelayFault(fault) => Fate::RelayFault(fault.to_string()),
        Verdict::Deferred { text } => Fate::Deferred(text),
        Verdict::Refused { text } => Fate::Refused(text),
        Verdict::Unknown { text } => Fate::Unknown(text),
        Verdict::Untried => fault.map_or(Fate::Postponed, |said| Fate::RelayFault(said.to_owned())),
    };
    let (mail, kind, message_id) = (matter.mail, matter.kind.name(), &matter.message_id);
    match &fate {
        Fate::Sent => info!(mail, kind, message_id, "sent"),
        Fate::Deferred(said) => warn!(mail, kind, message_id, said, "put off"),
        Fate::Refused(said) => warn!(mail, kind, message_id, said, "refused for good"),
        Fate::Unknown(said) => warn!(mail, kind, message_id, said, "nobody knows whether it was taken"),
        Fate::Postponed | Fate::RelayFault(_) => {}
    }
    fate
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
