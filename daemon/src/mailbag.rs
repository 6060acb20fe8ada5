//! What the store has for the outbox: which mails are due, what each is about, and its bytes.
//!
//! Makes no decision: whether a mail is still to be sent is the engine's to say. Called by the outbox.

use std::fs;
use std::sync::Arc;

use lead_shared::clock::Clock;
use lead_shared::domain::matter::{DueMail, Matter};
use lead_shared::domain::refusal::Refusal;
use lead_shared::domain::reply::Outcome;
use lead_shared::domain::request::{Call, Caller, Duty, Fate, Look, Written};
use lead_shared::domain::view::Row;
use lead_shared::engine::{Engine, MAIL_FOLDER, bytes_path};
use lead_shared::store::StoreFault;
use lead_shared::template::Templates;
use sha2::{Digest as _, Sha256};
use tracing::warn;

use crate::compose;
use crate::fault::Fault;
use crate::mailer::{Address, Envelope, MailSettings, Parcel};
use crate::shelf::Shelf;

/// The mails of a store.
pub(crate) struct Mailbag {
    engine: Arc<Engine>,
    clock: Clock,
}

/// A mail that is ready to go: its bytes are on the disk.
pub(crate) struct Ready {
    /// What it is about.
    pub(crate) matter: Matter,
    /// What goes out.
    pub(crate) parcel: Parcel,
    /// Of its bytes.
    hash: String,
}

impl Ready {
    /// What its row keeps from now on.
    pub(crate) fn written(&self) -> Written {
        Written { mail: self.matter.mail, subject: self.matter.subject.clone(), bytes: self.hash.clone() }
    }
}

impl Mailbag {
    pub(crate) fn new(engine: Arc<Engine>, clock: Clock) -> Self {
        Self { engine, clock }
    }

    /// The mails to be tried now.
    pub(crate) fn due(&self) -> Result<DueMail, Fault> {
        let mut due = None;
        self.look(&Look::Due, &mut |row| {
            if let Row::Due(found) = row {
                due = Some(found);
            }
        })?;
        due.ok_or_else(|| StoreFault::Database("the outbox did not answer".to_owned()).into())
    }

    /// Makes mails ready to go; those of which it cannot have their fate.
    pub(crate) fn prepare(
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
                let parcel = Parcel { number: matter.mail, envelope, bytes };
                Ok(Ready { matter, parcel, hash })
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

    /// Does a duty of the outbox, on the disk when it returns; no duty, no transaction. The mails that
    /// go on.
    pub(crate) fn duty(&self, duty: Duty) -> Result<Vec<u64>, Fault> {
        let is_idle = match &duty {
            Duty::CheckMails(mails) => mails.is_empty(),
            Duty::StartMails(mails) => mails.is_empty(),
            Duty::SettleMails(mails) => mails.is_empty(),
            _ => false,
        };
        if is_idle {
            return Ok(Vec::new());
        }
        Ok(tokio::task::block_in_place(|| self.engine.duty(duty, self.clock.now()))?)
    }

    /// Removes the bytes of mails that are forgotten.
    pub(crate) fn tidy(&self) {
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
            (None, Outcome::Refused(Refusal::Missing { fields, .. })) => {
                Err(format!("{} is missing", fields.join(", ")))
            }
            (None, Outcome::Refused(Refusal::Invalid { field, value, flaw })) => {
                Err(format!("{field} `{value}` {}", flaw.why))
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

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
