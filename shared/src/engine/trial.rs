//! Imports that are only tried: a dry run, and what is left of a file once a row of it was refused.
//!
//! A trial takes the very steps of an import in a rehearsal of the store that lives as long as the
//! trial: a row meets the rows before it, and nothing of it is kept. A new trial may push out the oldest.

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use jiff::Timestamp;

use super::Inner;
use super::halt::Halt;
use crate::domain::import::{ImportId, ImportStep, Portion};
use crate::domain::refusal::{Refusal, Thing};
use crate::domain::reply::{Outcome, Reply};
use crate::domain::request::{Ask, Call, Request};
use crate::domain::user::Login;
use crate::store::{Rehearsal, StoreFault};

/// So many trials go on at once: their rows are in memory.
const MOST: usize = 4;

/// Trials that have not ended, the oldest first.
#[derive(Default)]
pub(super) struct Trials {
    open: Mutex<Vec<Trial>>,
}

struct Trial {
    by: Login,
    /// By which the caller goes on with it.
    handle: ImportId,
    /// What it is in the rehearsal; none before its first rows.
    import: Option<ImportId>,
    rehearsal: Inner,
}

impl Inner {
    /// The same store, where what is written is forgotten.
    pub(super) fn rehearsal(&self) -> Self {
        let catalogue = Arc::clone(&self.catalogue.read().unwrap_or_else(PoisonError::into_inner));
        Self {
            store: Arc::new(Rehearsal::over(Arc::clone(&self.store))),
            dir: self.dir.clone(),
            policy: RwLock::new(self.policy()),
            catalogue: RwLock::new(catalogue),
            bell: Mutex::default(),
            health: Mutex::default(),
            trials: Trials::default(),
            _lock: None,
        }
    }

    /// Takes a step of a trial.
    pub(super) fn try_step(
        &self,
        call: &Call,
        ask: &Ask,
        step: &ImportStep,
        now: Timestamp,
    ) -> Result<Reply, Halt> {
        let by = self.office()?.scope(call)?.actor();
        let mut open = self.trials.open.lock().unwrap_or_else(PoisonError::into_inner);
        let told = match step {
            ImportStep::Rows { of: Portion::First { .. }, .. } => None,
            ImportStep::Rows { of: Portion::Next(id), .. } => Some(*id),
            ImportStep::Finish { import } | ImportStep::Abandon { import } => Some(*import),
        };
        let known =
            told.and_then(|told| open.iter().position(|trial| trial.handle == told && trial.by == by));
        let mut trial = match known {
            Some(at) => open.remove(at),
            None => {
                // Numbers from the far end are no import's; an import that goes on keeps its own.
                let taken =
                    open.iter().map(|trial| trial.handle).filter(|handle| *handle > ImportId::MAX / 2);
                let handle = told.unwrap_or_else(|| taken.min().unwrap_or(ImportId::MAX) - 1);
                Trial { by, handle, import: told, rehearsal: self.rehearsal() }
            }
        };
        let step = trial.step(step);
        let is_over = !matches!(step, ImportStep::Rows { .. });
        let ask = Ask { dry_run: false, request: Request::Import(step), ..ask.clone() };
        let mut imported = match trial.rehearsal.perform(call, &ask, now).0 {
            Outcome::Ok(Reply::Imported(imported)) => imported,
            Outcome::Ok(other) => return Ok(other),
            Outcome::Refused(Refusal::NoSuch { thing: Thing::Import, suggestions, .. }) => {
                let given = trial.handle.to_string();
                return Err(Refusal::NoSuch { thing: Thing::Import, given, suggestions }.into());
            }
            Outcome::Refused(refusal) => return Err(refusal.into()),
            Outcome::Fault(why) => return Err(StoreFault::Database(why).into()),
        };
        trial.import = imported.import.or(trial.import);
        imported.import = Some(trial.handle);
        if !is_over {
            if open.len() >= MOST {
                open.remove(0);
            }
            open.push(trial);
        }
        Ok(Reply::Imported(imported))
    }
}

impl Trial {
    /// The step as the rehearsal knows it: a refused row keeps nothing but itself out.
    fn step(&self, step: &ImportStep) -> ImportStep {
        match step.clone() {
            ImportStep::Rows { of, rows, unreadable, .. } => {
                let of = self.import.map_or(of, Portion::Next);
                ImportStep::Rows { of, rows, unreadable, is_trial: true }
            }
            ImportStep::Finish { import } => ImportStep::Finish { import: self.import.unwrap_or(import) },
            ImportStep::Abandon { import } => ImportStep::Abandon { import: self.import.unwrap_or(import) },
        }
    }
}
