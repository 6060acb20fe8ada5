//! The one rule engine: which moves are open from a stage, and what a typed target means there (P1, P4, P5).
//!
//! Pure functions of the pipeline and a stage. Who may move, and what a move stamps or ends, is decided by
//! the engine; nothing changes a lead's stage without asking here.

use crate::domain::likeness::near;
use crate::domain::name::same;
use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::{Enter, Index, Pipeline, Stage, StageId, StageKind, Stages, Step, Transition};

/// A move that is open from a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move<'a> {
    /// Its name; an unnamed move goes by its target's id.
    pub name: &'a str,
    /// Whether the file gives it the name.
    pub named: bool,
    /// Where it leads.
    pub to: &'a Stage,
    /// What sort of step it is.
    pub kind: Step,
}

/// What a typed target means for a lead at a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target<'a> {
    /// It is there already: nothing to write (L7).
    Already(&'a Stage),
    /// This move.
    Move(Move<'a>),
}

/// Why a typed target cannot be moved to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MoveRefusal {
    /// The pipeline has no such stage or move.
    UnknownTarget {
        /// As typed.
        typed: String,
        /// What was probably meant, the likeliest first; may be empty.
        suggestions: Vec<String>,
        /// The moves that are open, in the order of the file.
        legal: Vec<String>,
    },
    /// There is one, but not from here (P4).
    NotOpen {
        /// The canonical name of the move, or the id of the stage.
        name: String,
        /// Whether it is a named move; else a stage.
        named: bool,
        /// The stage it would lead to; `None` for a named move that leads to several.
        to: Option<StageId>,
        /// The moves that are open, in the order of the file.
        legal: Vec<String>,
        /// The shortest legal way there, by the names of its moves; `convert` may be among them.
        way: Option<Vec<String>>,
        /// Whether the lead is at a final stage.
        is_final: bool,
    },
}

impl Pipeline {
    /// The moves that are open from a stage, in the order of the file, one for each name and target (P5).
    ///
    /// Never a move to the stage itself, out of a final stage, or into a convert-only one.
    pub fn moves(&self, from: &StageId) -> Vec<Move<'_>> {
        let Some(here) = self.known(from).filter(|stage| !stage.is_final) else {
            return Vec::new();
        };
        let mut seen = HashSet::new();
        let mut open = Vec::new();
        for transition in self.transitions.iter().filter(|one| one.from.contains(from)) {
            for to in self.targets(transition) {
                let name = transition.name.as_deref().unwrap_or_else(|| to.id.as_str());
                if to.id != *from && to.enter == Enter::Any && seen.insert((name, &to.id)) {
                    let kind = transition.kind.unwrap_or_else(|| self.step_between(here, to));
                    open.push(Move { name, named: transition.name.is_some(), to, kind });
                }
            }
        }
        open
    }

    /// What `typed`, a stage or a named move, means for a lead at `from` that was never converted.
    ///
    /// # Errors
    /// See [`MoveRefusal`]. A named move that is not open is refused even if the lead is where it leads (L7).
    pub fn resolve(&self, from: &StageId, typed: &str) -> Result<Target<'_>, MoveRefusal> {
        self.resolve_for(from, typed, false)
    }

    /// As [`Pipeline::resolve`], for a lead that was or was not converted before: `way` depends on it.
    ///
    /// # Errors
    /// As [`Pipeline::resolve`].
    pub fn resolve_for(
        &self,
        from: &StageId,
        typed: &str,
        was_converted: bool,
    ) -> Result<Target<'_>, MoveRefusal> {
        let open = self.moves(from);
        if let Some(found) = open.iter().find(|one| one.named && same(one.name, typed)) {
            return Ok(Target::Move(*found));
        }
        let legal = || open.iter().map(|one| one.name.to_owned()).collect::<Vec<_>>();
        let is_final = self.known(from).is_some_and(|stage| stage.is_final);
        if let Some(stage) = self.find_stage(typed) {
            if stage.id == *from {
                return Ok(Target::Already(stage));
            }
            if let Some(found) = open.iter().find(|one| one.to.id == stage.id) {
                return Ok(Target::Move(*found));
            }
            return Err(MoveRefusal::NotOpen {
                name: stage.id.as_str().to_owned(),
                named: false,
                to: Some(stage.id.clone()),
                legal: legal(),
                way: self.way(from, &stage.id, was_converted),
                is_final,
            });
        }
        if let Some(name) = self.move_names().find(|name| same(name, typed)) {
            let to = self.only_target(name).map(|stage| stage.id.clone());
            return Err(MoveRefusal::NotOpen {
                name: name.to_owned(),
                named: true,
                legal: legal(),
                way: to.as_ref().and_then(|to| self.way(from, to, was_converted)),
                to,
                is_final,
            });
        }
        let stages = self.stages.iter().flat_map(|stage| [stage.id.as_str(), stage.label.as_str()]);
        let near = near(typed, self.move_names().chain(stages));
        Err(MoveRefusal::UnknownTarget {
            typed: typed.to_owned(),
            suggestions: near.into_iter().map(str::to_owned).collect(),
            legal: legal(),
        })
    }

    /// Whether conversion is open at a stage, as far as the stage decides.
    ///
    /// It is not where the policy refuses it, nor where it would set a stage to which no step leads from here.
    pub fn may_convert_from(&self, from: &StageId) -> bool {
        self.position(from).and_then(|at| self.index.converts.get(at)).copied().unwrap_or(false)
    }

    /// As [`Pipeline::may_convert_from`], for a lead that was or was not converted before (M10).
    pub fn may_convert(&self, from: &StageId, was_converted: bool) -> bool {
        self.may_convert_from(from) && !(was_converted && self.convert.refuse_if_converted)
    }

    /// The names of the named moves in the order of the file; a name may come several times.
    pub fn move_names(&self) -> impl Iterator<Item = &str> {
        self.transitions.iter().filter_map(|one| one.name.as_deref())
    }

    /// The stages a transition leads to, in order, convert-only ones included.
    pub(super) fn targets<'a>(
        &'a self,
        transition: &'a Transition,
    ) -> Box<dyn Iterator<Item = &'a Stage> + 'a> {
        match &transition.to {
            Stages::All => Box::new(self.stages.iter()),
            Stages::List(ids) => Box::new(ids.iter().filter_map(|id| self.known(id))),
        }
    }

    /// The one stage that a named move leads to, wherever it starts.
    fn only_target(&self, name: &str) -> Option<&Stage> {
        let same = self.transitions.iter().filter(|one| one.name.as_deref().is_some_and(|n| same(n, name)));
        let mut targets = same.flat_map(|one| self.targets(one));
        let first = targets.next()?;
        targets.all(|stage| stage.id == first.id).then_some(first)
    }

    /// What sort of step it is where the file leaves it open.
    fn step_between(&self, from: &Stage, to: &Stage) -> Step {
        let is_out = matches!(from.kind, StageKind::Lost | StageKind::Parked);
        if is_out && to.kind == StageKind::Open {
            Step::Revive
        } else if self.position(&to.id) < self.position(&from.id) {
            Step::StepBack
        } else {
            Step::Forward
        }
    }

    /// Fills the index: for each stage, whether conversion is open there.
    pub(super) fn index(&mut self) {
        self.index = Index::of(&self.stages);
        let Some(goal) = self.convert.stage.clone() else {
            self.index.converts =
                self.stages.iter().map(|one| !self.convert.refuse_from.contains(&one.id)).collect();
            return;
        };
        let mut opens = vec![false; self.stages.len()];
        for transition in self.transitions.iter().filter(|one| one.to.contains(&goal)) {
            match &transition.from {
                Stages::All => opens.fill(true),
                Stages::List(ids) => {
                    for at in ids.iter().filter_map(|id| self.position(id)) {
                        opens[at] = true;
                    }
                }
            }
        }
        for (at, stage) in self.stages.iter().enumerate() {
            opens[at] = (opens[at] && !stage.is_final) || stage.id == goal;
        }
        for at in self.convert.refuse_from.iter().filter_map(|id| self.position(id)) {
            opens[at] = false;
        }
        self.index.converts = opens;
    }
}
