//! Imports that are only tried: a dry run, and what is left of a file once a row of it was refused.
//!
//! A trial takes the very steps of an import in a rehearsal of the store that lives as long as the
//! trial: a row meets the rows before it, and nothing of it is kept. Its rows are in memory, so they are
//! bounded, and a new trial may push out the oldest.

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use jiff::{SignedDuration, Timestamp};

use super::Inner;
use super::halt::Halt;
use crate::domain::import::{ImportId, ImportStep, Portion};
use crate::domain::refusal::{Refusal, Thing};
use crate::domain::reply::{Outcome, Reply};
use crate::domain::request::{Ask, Call, Request};
use crate::domain::user::Login;
use crate::store::{Rehearsal, StoreFault};

/// So many trials go on at once.
const MOST: usize = 4;

/// So many rows of all of them are in memory, about 2 kB each.
const MOST_ROWS: u64 = 250_000;

/// A trial that nobody has gone on with for so long was broken off.
const IDLE: SignedDuration = SignedDuration::from_mins(10);

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
    rows: u64,
    /// When it was last gone on with.
    at: Timestamp,
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

    /// Forgets the trials that nobody has gone on with for a while.
    pub(super) fn forget_trials(&self, now: Timestamp) {
        let mut open = self.trials.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|trial| now.duration_since(trial.at) < IDLE);
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
        if known.is_none() && told.is_some_and(|told| told > ImportId::MAX / 2) {
            let what = "what was tried so far was given up, for others try imports too".to_owned();
            return Err(Refusal::Conflict { what, hints: vec!["try it again".to_owned()] }.into());
        }
        let mut trial = match known {
            Some(at) => open.remove(at),
            None => {
                // Numbers from the far end are no import's; an import that goes on keeps its own.
                let taken =
                    open.iter().map(|trial| trial.handle).filter(|handle| *handle > ImportId::MAX / 2);
                let handle = told.unwrap_or_else(|| taken.min().unwrap_or(ImportId::MAX) - 1);
                Trial { by, handle, import: told, rehearsal: self.rehearsal(), rows: 0, at: now }
            }
        };
        if let ImportStep::Rows { rows, .. } = step {
            trial.rows += rows.len() as u64;
        }
        if trial.rows > MOST_ROWS {
            let what = format!("more than {MOST_ROWS} rows cannot be tried at once");
            return Err(Refusal::Conflict { what, hints: vec!["try the file in parts".to_owned()] }.into());
        }
        trial.at = now;
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
            let held = |open: &[Trial]| open.iter().map(|trial| trial.rows).sum::<u64>() + trial.rows;
            while open.len() >= MOST || (!open.is_empty() && held(&open) > MOST_ROWS) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::import::{ImportRow, ImportRules};
    use crate::domain::request::{Caller, NewLead};
    use crate::engine::{Engine, Setup};

    fn step(engine: &Engine, at: Timestamp, number: u64, step: ImportStep) -> Result<ImportId, String> {
        let request = Request::Import(step);
        let ask =
            Ask { id: format!("ask-{number}"), request, dry_run: true, if_revision: None, want_views: false };
        let call = Call { caller: Caller::Account("boss".to_owned()), as_user: None };
        match engine.handle(call, ask, at) {
            Outcome::Ok(Reply::Imported(imported)) => Ok(imported.import.expect("a trial has a number")),
            Outcome::Refused(Refusal::Conflict { what, .. }) => Err(what),
            other => panic!("{other:?}"),
        }
    }

    fn rows(of: Portion, line: u64) -> ImportStep {
        let lead = NewLead { name: "Kim".to_owned(), ..NewLead::default() };
        ImportStep::Rows { of, rows: vec![ImportRow { line, lead }], unreadable: 0, is_trial: false }
    }

    #[test]
    fn trials_go_on_beside_each_other_and_the_oldest_gives_way() {
        let (root, at) =
            (tempfile::tempdir().expect("a folder"), "2026-11-22T08:00:00Z".parse().expect("an instant"));
        let setup = Setup {
            account: "boss".to_owned(),
            host: "acme.example".to_owned(),
            pipeline: Some("mini".to_owned()),
            ..Setup::default()
        };
        let engine = Engine::create(&root.path().join("s"), &setup, at, 1 << 20).expect("a store");
        let first = || Portion::First { source: "leads.csv".to_owned(), rules: ImportRules::default() };
        let begun: Vec<ImportId> =
            (0..=4).map(|number| step(&engine, at, number, rows(first(), 2)).expect("a trial")).collect();
        let mut unique = begun.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(unique.len(), 5, "{begun:?}");
        assert_eq!(
            step(&engine, at, 10, rows(Portion::Next(begun[0]), 3)),
            Err("what was tried so far was given up, for others try imports too".to_owned())
        );
        assert_eq!(step(&engine, at, 11, rows(Portion::Next(begun[4]), 3)), Ok(begun[4]));
        engine.sweep(at + IDLE - SignedDuration::from_secs(1)).expect("a sweep");
        assert_eq!(engine.inner.trials.open.lock().expect("nobody panics").len(), 4);
        assert_eq!(step(&engine, at, 12, ImportStep::Finish { import: begun[4] }), Ok(begun[4]));
        assert!(step(&engine, at, 13, ImportStep::Finish { import: begun[4] }).is_err(), "it has ended");
        engine.sweep(at + IDLE).expect("a sweep");
        assert!(engine.inner.trials.open.lock().expect("nobody panics").is_empty(), "they were broken off");
        let many = (0..=MOST_ROWS).map(|line| ImportRow { line, lead: NewLead::default() }).collect();
        let many = ImportStep::Rows { of: first(), rows: many, unreadable: 0, is_trial: false };
        assert_eq!(
            step(&engine, at, 14, many),
            Err(format!("more than {MOST_ROWS} rows cannot be tried at once"))
        );
    }
}
