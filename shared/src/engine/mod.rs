//! The one door to the store: changes by [`Engine::handle`], looks by [`Engine::read`].
//!
//! Every change is one request carried out in one transaction by the writer's thread; every look
//! goes through the caller's scope. The rules are the domain's; nobody else touches the store.

mod add;
mod catalogue;
mod deeds;
mod desk;
mod duties;
mod halt;
mod lookup;
mod looks;
mod mail;
mod office;
mod people;
mod request;
mod scope;
mod setup;
mod sweep;
mod telling;
mod views;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use jiff::Timestamp;

use catalogue::Catalogue;
use halt::Halt;
use office::Office;
use request::{Answer, Done};
use scope::Scope;
use writer::Writer;

pub use setup::Setup;
pub use sweep::Swept;
pub use writer::Answered;

use crate::config::{self, ConfigFault};
use crate::domain::lead::Lead;
use crate::domain::policy::Policy;
use crate::domain::reply::{LeadResult, Outcome, Reply, Settled};
use crate::domain::request::{Ask, Call, Look, Request};
use crate::domain::view::{LeadView, Row};
use crate::lock::{LockFault, StoreLock};
use crate::store::{Finish, Options, SledStore, Store, StoreFault, Typed};

/// Why a store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenFault {
    /// The lock.
    #[error(transparent)]
    Lock(#[from] LockFault),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreFault),
    /// The policy.
    #[error(transparent)]
    Config(#[from] ConfigFault),
    /// The writer's thread.
    #[error("starting a thread: {0}")]
    Thread(#[source] std::io::Error),
    /// What was told at the store's creation.
    #[error("the store cannot be set up so")]
    Setup(crate::domain::refusal::Refusal),
}

/// Called after every group of commits, on the writer's thread.
pub type Bell = Box<dyn Fn() + Send + Sync>;

/// What the writer and the readers share.
struct Inner {
    store: Box<dyn Store>,
    dir: PathBuf,
    policy: RwLock<Arc<Policy>>,
    catalogue: Arc<Catalogue>,
    bell: Mutex<Option<Bell>>,
    /// Let go after the store is closed: fields are dropped in order.
    _lock: StoreLock,
}

/// An open store with its rules. Closed by dropping it.
pub struct Engine {
    writer: Writer,
    inner: Arc<Inner>,
}

impl Engine {
    /// Opens the store in `dir`; `cache_bytes` of it are kept in memory.
    ///
    /// # Errors
    /// See [`OpenFault`]; nothing was changed.
    pub fn open(dir: &Path, cache_bytes: u64) -> Result<Self, OpenFault> {
        if !dir.join("FORMAT").exists() {
            return Err(StoreFault::Missing(dir.to_owned()).into());
        }
        let policy = config::read(dir)?;
        let lock = StoreLock::take(dir)?;
        let store = SledStore::open(dir, Options { cache_bytes })?;
        let (own, default) = setup::pipelines(&store)?;
        let inner = Arc::new(Inner {
            store: Box::new(store),
            dir: dir.to_owned(),
            policy: RwLock::new(Arc::new(policy)),
            catalogue: Arc::new(Catalogue::new(own, default)),
            bell: Mutex::new(None),
            _lock: lock,
        });
        let writer = Writer::start(Arc::clone(&inner)).map_err(OpenFault::Thread)?;
        Ok(Self { writer, inner })
    }

    /// Makes a store in `dir` with what was told and its first owner, and opens it (U1).
    ///
    /// # Errors
    /// See [`OpenFault`].
    pub fn create(dir: &Path, setup: &Setup, now: Timestamp, cache_bytes: u64) -> Result<Self, OpenFault> {
        setup::create(dir, setup, now, cache_bytes)?;
        Self::open(dir, cache_bytes)
    }

    /// Carries out a change and waits for it to be on the disk.
    pub fn handle(&self, call: Call, ask: Ask, now: Timestamp) -> Outcome {
        let (send, receive) = channel();
        self.submit(call, ask, now, Box::new(move |outcome| drop(send.send(outcome))));
        receive.recv().unwrap_or_else(|_| Outcome::Fault("the store's writer has ended".to_owned()))
    }

    /// Queues a change; `answered` is called with the outcome once it is on the disk.
    pub fn submit(&self, call: Call, ask: Ask, now: Timestamp, answered: Answered) {
        self.writer.submit(call, ask, now, answered);
    }

    /// Looks, as the caller may; rows go to `sink` as they are found, and `false` from it ends the
    /// look.
    pub fn read(&self, call: &Call, look: &Look, now: Timestamp, sink: &mut dyn FnMut(Row) -> bool) -> Outcome {
        let looked = self
            .inner
            .office()
            .map_err(Halt::from)
            .and_then(|office| {
                let scope = office.scope(call)?;
                looks::look(&self.inner, &office, &scope, look, now, sink)
            });
        match looked {
            Ok(()) => Outcome::Ok(Reply::Looked),
            Err(Halt::Refused(refusal)) => Outcome::Refused(refusal),
            Err(Halt::Fault(fault)) => Outcome::Fault(fault.to_string()),
        }
    }

    /// Does all timed work that is due at `now`, once (T6), and says when to come again. A dry run
    /// decides the same and writes nothing.
    ///
    /// # Errors
    /// A fault of the store.
    pub fn sweep(&self, now: Timestamp, dry_run: bool) -> Result<Swept, StoreFault> {
        sweep::sweep(self, now, dry_run)
    }

    /// The policy that holds.
    pub fn policy(&self) -> Arc<Policy> {
        self.inner.policy()
    }

    /// Reads `lead.toml` again.
    ///
    /// # Errors
    /// An invalid file is reported and the old policy stays.
    pub fn reload(&self) -> Result<(), ConfigFault> {
        let policy = Arc::new(config::read(&self.inner.dir)?);
        *self.inner.policy.write().unwrap_or_else(PoisonError::into_inner) = policy;
        Ok(())
    }

    /// The store's folder.
    pub fn dir(&self) -> &Path {
        &self.inner.dir
    }

    /// Has `bell` called after every group of commits.
    pub fn on_commit(&self, bell: Bell) {
        *self.inner.bell.lock().unwrap_or_else(PoisonError::into_inner) = Some(bell);
    }
}

impl Inner {
    fn policy(&self) -> Arc<Policy> {
        Arc::clone(&self.policy.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn office(&self) -> Result<Office, StoreFault> {
        Office::load(&*self.store, self.policy(), Arc::clone(&self.catalogue))
    }

    fn ring(&self) {
        if let Some(bell) = &*self.bell.lock().unwrap_or_else(PoisonError::into_inner) {
            bell();
        }
    }

    /// Carries out one request in one transaction; true with what it committed, which is not yet
    /// on the disk.
    fn perform(&self, call: &Call, ask: &Ask, now: Timestamp) -> (Outcome, bool) {
        match self.try_perform(call, ask, now) {
            Ok((reply, committed)) => (Outcome::Ok(reply), committed),
            Err(Halt::Refused(refusal)) => (Outcome::Refused(refusal), false),
            Err(Halt::Fault(fault)) => (Outcome::Fault(fault.to_string()), false),
        }
    }

    fn try_perform(&self, call: &Call, ask: &Ask, now: Timestamp) -> Result<(Reply, bool), Halt> {
        let office = self.office()?;
        let scope = office.scope(call)?;
        if let Some(number) = self.store.change_of_request(&ask.id)? {
            return self.repeat(&office, &scope, ask, number, now);
        }
        let prepared = request::prepare(&*self.store, &office, &scope, ask, now)?;
        let mut result: Option<Result<(Answer, Vec<Lead>, Notes, bool), Halt>> = None;
        self.store.transact(&mut |txn| {
            let mut desk = desk::Desk::new(txn, &office, &scope, now);
            match request::carry_out(&mut desk, ask, &prepared) {
                Ok(answer) => {
                    let leads: Vec<Lead> = desk.kept_leads().cloned().collect();
                    let notes = leads.iter().map(|lead| (lead.id, desk.notes_on(lead.id))).collect();
                    let commits = !ask.dry_run && !desk.is_empty();
                    if commits {
                        desk.commit(ask, ask.request.verb(), answer.to_stored())?;
                    }
                    result = Some(Ok((answer, leads, notes, commits)));
                    Ok(if commits { Finish::Commit } else { Finish::Drop })
                }
                Err(Halt::Fault(fault)) => Err(fault),
                Err(refused) => {
                    result = Some(Err(refused));
                    Ok(Finish::Drop)
                }
            }
        })?;
        let (answer, leads, notes, committed) = result.expect("a transaction that ends has run its work")?;
        let notes = if committed { Notes::new() } else { notes };
        Ok((self.reply(&office, &scope, ask, answer, &leads, &notes, now)?, committed))
    }

    /// The answer a request got when it was asked the first time.
    fn repeat(
        &self,
        office: &Office,
        scope: &Scope,
        ask: &Ask,
        number: u64,
        now: Timestamp,
    ) -> Result<(Reply, bool), Halt> {
        let stored = self.store.change(number)?.filter(|change| change.actor == scope.actor());
        let answer = stored.and_then(|change| serde_json::from_value(change.answer).ok());
        let answer: Answer = answer.ok_or_else(|| {
            StoreFault::Database(format!("change {number} does not tell what was answered to its request"))
        })?;
        Ok((self.reply(office, scope, ask, answer, &[], &Notes::new(), now)?, false))
    }

    #[expect(clippy::too_many_arguments, reason = "an answer is put together from all that a request knew")]
    fn reply(
        &self,
        office: &Office,
        scope: &Scope,
        ask: &Ask,
        answer: Answer,
        kept: &[Lead],
        fresh: &Notes,
        now: Timestamp,
    ) -> Result<Reply, StoreFault> {
        Ok(match answer {
            Answer::Customer(id) => Reply::Customer(id),
            Answer::User { login, changed } => Reply::User { login, changed },
            Answer::Deal { id, lead } => Reply::Deal { id, lead },
            Answer::Duty { done, decided } => Reply::Duty { done, decided },
            Answer::Leads(results) => {
                let show = |done: Done| self.result(office, scope, ask, done, kept, fresh, now);
                Reply::Leads(results.into_iter().map(show).collect::<Result<_, _>>()?)
            }
        })
    }

    #[expect(clippy::too_many_arguments, reason = "an answer is put together from all that a request knew")]
    fn result(
        &self,
        office: &Office,
        scope: &Scope,
        ask: &Ask,
        done: Done,
        kept: &[Lead],
        fresh: &Notes,
        now: Timestamp,
    ) -> Result<LeadResult, StoreFault> {
        let kept = kept.iter().rev().find(|lead| lead.id == done.lead).cloned();
        let lead = match kept {
            Some(lead) => Some(lead),
            None => self.store.lead(done.lead)?,
        };
        let lead = lead.filter(|lead| scope.sees(lead, office.catalogue.get(&lead.pipeline), now));
        let is_refused = matches!(done.settled, Settled::Refused(_));
        let view = match lead.as_ref().filter(|_| ask.want_views && !is_refused) {
            Some(lead) => Some(Box::new(self.view(office, scope, lead, fresh, now)?)),
            None => None,
        };
        let name = lead.map(|lead| lead.name).unwrap_or_default();
        Ok(LeadResult { lead: done.lead, name, settled: done.settled, hints: done.hints, view })
    }

    /// A lead with its notes; those that only a dry run wrote stand on top.
    fn view(
        &self,
        office: &Office,
        scope: &Scope,
        lead: &Lead,
        fresh: &Notes,
        now: Timestamp,
    ) -> Result<LeadView, StoreFault> {
        let stored = views::notes(&*self.store, lead.id)?;
        let fresh = views::render(fresh.get(&lead.id).map_or(&[], Vec::as_slice));
        let both: Vec<&str> = [&*fresh, &*stored].into_iter().filter(|notes| !notes.is_empty()).collect();
        Ok(LeadView { notes: Some(both.join("\n")), ..views::lead(office, scope, lead, now) })
    }
}

/// The notes a request wrote, by lead, newest first.
type Notes = std::collections::BTreeMap<crate::domain::lead::LeadId, Vec<(String, String)>>;

impl Request {
    /// The verb of the command line that asks for this.
    fn verb(&self) -> &'static str {
        use crate::domain::request::Deed;
        match self {
            Self::Add(_) => "add",
            Self::ClaimNext => "claim",
            Self::AddCustomer(_) => "customer add",
            Self::AddUser(_) => "user add",
            Self::EditUser { .. } => "user edit",
            Self::StartDeal { .. } => "deal start",
            Self::Duty(_) => "sweep",
            Self::Work { deed, .. } => match deed {
                Deed::Move { .. } => "move",
                Deed::Claim => "claim",
                Deed::Own => "own",
                Deed::Release => "release",
                Deed::Assign { .. } => "assign",
                Deed::Schedule { .. } => "schedule",
                Deed::Note { .. } => "note",
                Deed::Log { .. } => "log",
                Deed::Tag { .. } => "tag",
                Deed::Convert(_) => "convert",
                Deed::Trash => "trash",
                Deed::Restore => "restore",
            },
        }
    }
}
