//! The one door to the store: changes by [`Engine::handle`], looks by [`Engine::read`].
//!
//! Every change is one request carried out in one transaction by the writer's thread; every look
//! goes through the caller's scope. The rules are the domain's; nobody else touches the store.

mod act;
mod add;
mod appointments;
pub mod backup;
mod catalogue;
mod customers;
mod deals;
mod deeds;
mod desk;
mod duties;
mod flaws;
mod foresight;
mod gate;
mod halt;
mod health;
mod import;
mod laid;
mod leeway;
mod looks;
mod lookup;
mod mail;
mod merge;
mod office;
mod past;
mod people;
mod perform;
mod pipelines;

mod purge;
mod records;
mod request;
mod row;
mod scope;
mod settings;
mod setup;
mod sweep;
mod telling;
#[cfg(test)]
mod tests;
mod trail;
mod trial;
mod turns;
mod twins;
mod undo;
mod views;
mod weekly;
mod writer;

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use jiff::Timestamp;

use backup::Spool;
use catalogue::Catalogue;
use halt::Halt;
use office::Office;
use writer::{ENDED, Writer};

pub use backup::{BackupFault, Contents, Copy, inspect, restore};
pub use mail::{FOLDER as MAIL_FOLDER, bytes_path};
pub use setup::Setup;
pub use sweep::Swept;
pub use writer::Answered;

use crate::config::{self, ConfigFault};
use crate::domain::health::Health;
use crate::domain::import::ImportStep;
use crate::domain::policy::Policy;
use crate::domain::reply::{Outcome, Reply};
use crate::domain::request::{Ask, Call, Look, Request};
use crate::domain::view::Row;
use crate::lock::{LockFault, StoreLock};
use crate::store::{Options, SledStore, Store, StoreFault, clear_unfinished_compaction, compact, probe};

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

/// How often a look has a store in doubt mended.
const MENDS: u32 = 3;

/// Called after every group of commits, on the writer's thread.
pub type Bell = Box<dyn Fn() + Send + Sync>;

/// What the writer and the readers share.
struct Inner {
    store: Arc<dyn Store>,
    dir: PathBuf,
    policy: RwLock<Arc<Policy>>,
    catalogue: RwLock<Arc<Catalogue>>,
    bell: Mutex<Option<Bell>>,
    health: Mutex<Health>,
    trials: trial::Trials,
    /// Let go after the store is closed: fields are dropped in order. None where it is another's.
    _lock: Option<StoreLock>,
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
        probe(dir)?;
        let policy = config::read(dir)?;
        let lock = StoreLock::take(dir)?;
        clear_unfinished_compaction(dir)?;
        let store = SledStore::open(dir, Options { cache_bytes })?;
        let (own, default) = setup::pipelines(&store)?;
        let inner = Arc::new(Inner {
            store: Arc::new(store),
            dir: dir.to_owned(),
            policy: RwLock::new(Arc::new(policy)),
            catalogue: RwLock::new(Arc::new(Catalogue::new(own, default))),
            bell: Mutex::new(None),
            health: Mutex::new(health::read(dir)),
            trials: trial::Trials::default(),
            _lock: Some(lock),
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

    /// Writes the database of the store in `dir`, which is open nowhere, anew; how many bytes it had
    /// and has. The old one stays in the store's folder until the day's next backup.
    ///
    /// # Errors
    /// See [`OpenFault`]; the store is as it was.
    pub fn compact(dir: &Path, cache_bytes: u64) -> Result<(u64, u64), OpenFault> {
        probe(dir)?;
        let _lock = StoreLock::take(dir)?;
        Ok(compact(dir, Options { cache_bytes })?)
    }

    /// Carries out a change and waits for it to be on the disk.
    pub fn handle(&self, call: Call, ask: Ask, now: Timestamp) -> Outcome {
        let (send, receive) = channel();
        self.submit(call, ask, now, Box::new(move |outcome| drop(send.send(outcome))));
        receive.recv().unwrap_or_else(|_| Outcome::Fault(ENDED.to_owned()))
    }

    /// Queues a change; `answered` is called with the outcome once it is on the disk.
    pub fn submit(&self, call: Call, ask: Ask, now: Timestamp, answered: Answered) {
        self.writer.submit(call, ask, now, answered);
    }

    /// Looks, as the caller may; rows go to `sink` as they are found, and `false` from it ends the
    /// look.
    pub fn read(
        &self,
        call: &Call,
        look: &Look,
        now: Timestamp,
        sink: &mut dyn FnMut(Row) -> bool,
    ) -> Outcome {
        match look {
            Look::Doctor { .. } => {
                // Indexes are compared with records: nothing may be written meanwhile.
                let (call, look) = (call.clone(), look.clone());
                let looked = self.still(move |inner| {
                    let mut rows = Vec::new();
                    let outcome = inner.look(&call, &look, now, &mut |row| {
                        rows.push(row);
                        true
                    });
                    (outcome, rows)
                });
                let Some((outcome, rows)) = looked else { return Outcome::Fault(ENDED.to_owned()) };
                for row in rows {
                    if !sink(row) {
                        break;
                    }
                }
                outcome
            }
            Look::Backup => match self.inner.look(call, look, now, sink) {
                Outcome::Ok(reply) => match self.copy(now, &mut |lines| sink(Row::Backup(lines))) {
                    Ok(()) | Err(BackupFault::Gone) => Outcome::Ok(reply),
                    Err(fault) => Outcome::Fault(fault.to_string()),
                },
                refused => refused,
            },
            look => {
                let rows = Cell::new(0_u64);
                let mut looked = || {
                    self.inner.look(call, look, now, &mut |row| {
                        rows.set(rows.get() + 1);
                        sink(row)
                    })
                };
                let mut outcome = looked();
                // Of a store in doubt not everything can be read: it is mended at once, if it can be.
                for _ in 0..MENDS {
                    let is_in_the_way =
                        matches!(outcome, Outcome::Fault(_)) && self.inner.store.is_in_doubt();
                    if rows.get() > 0 || !is_in_the_way {
                        break;
                    }
                    self.still(|_| ());
                    outcome = looked();
                }
                outcome
            }
        }
    }

    /// Writes a copy of all that cannot be rebuilt, as it is at one instant, in pieces of whole lines.
    fn copy(&self, now: Timestamp, sink: &mut dyn FnMut(String) -> bool) -> Result<(), BackupFault> {
        let spool = self.still(move |inner| Spool::fill(&*inner.store, &inner.dir, now));
        spool.ok_or_else(|| StoreFault::Database(ENDED.to_owned()))??.tell(sink)
    }

    /// Has something done while nothing is written; none when the writer has ended.
    fn still<T: Send + 'static>(&self, work: impl FnOnce(&Inner) -> T + Send + 'static) -> Option<T> {
        let (send, receive) = channel();
        let inner = Arc::clone(&self.inner);
        self.writer.keep_still(Box::new(move || {
            // Who asked may be gone.
            let _ = send.send(work(&inner));
        }));
        receive.recv().ok()
    }

    /// Does all timed work that is due at `now`, once (T6), and says when to come again.
    ///
    /// # Errors
    /// A fault of the store.
    pub fn sweep(&self, now: Timestamp) -> Result<Swept, StoreFault> {
        self.inner.forget_trials(now);
        let swept = sweep::sweep(&self.inner, &mut |call, ask| self.handle(call, ask, now), now)?;
        mail::tidy(&self.inner, &swept.forgotten)?;
        self.note_sweep(now, swept.next_at);
        Ok(swept)
    }

    /// The policy that holds.
    pub fn policy(&self) -> Arc<Policy> {
        self.inner.policy()
    }

    /// Puts another policy in force.
    pub fn set_policy(&self, policy: Policy) {
        self.inner.set_policy(policy);
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

    fn set_policy(&self, policy: Policy) {
        *self.policy.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(policy);
        self.ring();
    }

    /// A sweep by whoever is the only one to write.
    fn sweep(&self, now: Timestamp) -> Result<Swept, StoreFault> {
        sweep::sweep(self, &mut |call, ask| self.perform(&call, &ask, now).0, now)
    }

    fn office(&self) -> Result<Office, StoreFault> {
        let catalogue = Arc::clone(&self.catalogue.read().unwrap_or_else(PoisonError::into_inner));
        Office::load(&*self.store, self.policy(), catalogue)
    }

    /// Takes up the store's pipelines after a change of them.
    fn reload_pipelines(&self) -> Result<(), StoreFault> {
        let (own, default) = setup::pipelines(&*self.store)?;
        let catalogue = Arc::new(Catalogue::new(own, default));
        *self.catalogue.write().unwrap_or_else(PoisonError::into_inner) = catalogue;
        Ok(())
    }

    fn look(&self, call: &Call, look: &Look, now: Timestamp, sink: &mut dyn FnMut(Row) -> bool) -> Outcome {
        let looked = self.office().map_err(Halt::from).and_then(|office| {
            let scope = office.scope(call)?;
            looks::look(self, &office, &scope, look, now, sink)
        });
        match looked {
            Ok(()) => Outcome::Ok(Reply::Looked),
            Err(Halt::Refused(refusal)) => Outcome::Refused(refusal),
            Err(Halt::Fault(fault)) => Outcome::Fault(fault.to_string()),
        }
    }

    fn ring(&self) {
        if let Some(bell) = &*self.bell.lock().unwrap_or_else(PoisonError::into_inner) {
            bell();
        }
    }
}

/// The verb of a change that takes a portion of an import, or gives it up: no change that a user
/// would undo by saying `undo`.
const IMPORT_STEP: &str = "import step";

impl Request {
    /// The verb of the command line that asks for this.
    fn verb(&self) -> &'static str {
        use crate::domain::request::Deed;
        match self {
            Self::Add(_) => "add",
            Self::Merge { .. } => "merge",
            Self::ClaimNext => "claim",
            Self::AddCustomer(_) => "customer add",
            Self::AddUser(_) => "user add",
            Self::ChangeUser { deed, .. } => deed.verb(),
            Self::Configure { .. } => "config set",
            Self::StartDeal { .. } => "deal start",
            Self::Record(deed) => deed.verb(),
            Self::Undo { .. } => "undo",
            Self::Purge { .. } => "purge",
            Self::Import(ImportStep::Finish { .. }) => "import",
            Self::Import(_) => IMPORT_STEP,
            Self::Duty(_) => "sweep",
            Self::Work { deed, .. } => match deed {
                Deed::Move { .. } => "move",
                Deed::Claim => "claim",
                Deed::Own => "own",
                Deed::Release => "release",
                Deed::Assign { .. } | Deed::AssignNext => "assign",
                Deed::Schedule { .. } => "schedule",
                Deed::Note { .. } => "note",
                Deed::Log { .. } => "log",
                Deed::Tag { .. } => "tag",
                Deed::Edit(_) => "edit",
                Deed::Convert(_) => "convert",
                Deed::Trash => "trash",
                Deed::Restore => "restore",
            },
        }
    }
}
