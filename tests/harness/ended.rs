//! What came of the trials of this run, for the tables that end it.

use std::collections::BTreeMap;
use std::sync::Mutex;

/// What came of a trial.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ended {
    /// It ran, and everything was as it should be.
    Passed,
    /// It was not asked for.
    NotRun,
    /// Something outside was missing.
    Skipped,
    /// It ran, and something was not.
    Failed,
}

/// By a trial's path: what came of it by each way it was run.
static ENDED: Mutex<BTreeMap<&str, Vec<Ended>>> = Mutex::new(BTreeMap::new());

/// Writes down what came of a trial by one of its ways.
pub(super) fn enter(path: &'static str, ended: Ended) {
    ENDED.lock().expect("nobody panics").entry(path).or_default().push(ended);
}

/// What came of a trial that has so many ways: the worst of them.
pub(super) fn worst(path: &str, ways: usize) -> Ended {
    let all = ENDED.lock().expect("nobody panics");
    let found = all.get(path).map(Vec::as_slice).unwrap_or_default();
    let worst = found.iter().max().copied().unwrap_or(Ended::NotRun);
    if found.len() < ways { worst.max(Ended::NotRun) } else { worst }
}
