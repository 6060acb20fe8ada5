//! What only the whole graph shows: moves with two meanings, stages nobody reaches, dead ends (P2).
//!
//! Runs once, when a file is read; linear in its size.

use crate::domain::name::canonical;
use std::collections::HashMap;

use super::{Enter, Pipeline, Stage, StageId, Stages, finding::Findings, name::shown};

/// Where the file says what is checked here, as byte offsets.
#[derive(Default)]
pub(super) struct Places {
    /// Of each stage's id.
    pub(super) stages: Vec<usize>,
    /// Of each transition.
    pub(super) transitions: Vec<TransitionPlace>,
    /// Of the stage that conversion sets.
    pub(super) convert: usize,
}

/// Where a transition stands.
pub(super) struct TransitionPlace {
    /// Of its name, else of its heading.
    pub(super) at: usize,
    /// Something in it could not be read, so it may lead anywhere.
    pub(super) is_broken: bool,
}

/// Adds what is wrong with the graph.
pub(super) fn graph(pipeline: &Pipeline, places: &Places, findings: &mut Findings<'_>) {
    meanings(pipeline, places, findings);
    reach(pipeline, places, findings);
    exits(pipeline, places, findings);
}

/// What a named move means so far.
#[derive(Default)]
struct Meaning<'p> {
    everywhere: Option<&'p StageId>,
    from: HashMap<&'p StageId, &'p StageId>,
    is_reported: bool,
}

impl<'p> Meaning<'p> {
    /// Adds a transition; the start and the older target where it means something else already.
    fn add(&mut self, from: &'p Stages, to: &'p StageId) -> Option<(Option<&'p StageId>, &'p StageId)> {
        match from {
            Stages::All => {
                let old = self.everywhere.replace(to).filter(|old| *old != to).map(|old| (None, old));
                let differs = |(from, old): &(&&'p StageId, &&'p StageId)| **old != to && **from != to;
                old.or_else(|| self.from.iter().filter(differs).map(|(from, old)| (Some(*from), *old)).min())
            }
            Stages::List(starts) => {
                let mut clash = None;
                for start in starts.iter().filter(|start| *start != to) {
                    let everywhere = self.everywhere.filter(|old| *old != start);
                    let old = self.from.insert(start, to).or(everywhere).filter(|old| *old != to);
                    clash = clash.or(old.map(|old| (Some(start), old)));
                }
                clash
            }
        }
    }
}

/// A move means one thing wherever it is open, and nothing else than a stage of the same name.
fn meanings(pipeline: &Pipeline, places: &Places, findings: &mut Findings<'_>) {
    let mut meanings: HashMap<String, Meaning<'_>> = HashMap::new();
    for (transition, place) in pipeline.transitions.iter().zip(&places.transitions) {
        let Some(name) = &transition.name else { continue };
        let to = match &transition.to {
            Stages::List(ids) if ids.len() == 1 => &ids[0],
            Stages::List(ids) if ids.is_empty() => continue,
            _ => {
                findings.add(place.at, format!("move `{}` leads to more than one stage", shown(name)), None);
                continue;
            }
        };
        if let Some(stage) = pipeline.find_stage(name)
            && stage.id != *to
        {
            let message = format!(
                "move `{}` has two meanings: it leads to `{}`, and there is a stage of that name",
                shown(name),
                shown(to.as_str())
            );
            findings.add(place.at, message, None);
        }
        let meaning = meanings.entry(canonical(name)).or_default();
        if meaning.is_reported {
            continue;
        }
        if let Some((from, old)) = meaning.add(&transition.from, to) {
            meaning.is_reported = true;
            let start = from.map_or_else(String::new, |from| format!(" from `{}`", shown(from.as_str())));
            let (old, new) = (shown(old.as_str()), shown(to.as_str()));
            let message =
                format!("move `{}` has two meanings{start}: to `{old}` and to `{new}`", shown(name));
            findings.add(place.at, message, None);
        }
    }
}

/// Every stage can be reached from where leads start, and what conversion sets by conversion.
fn reach(pipeline: &Pipeline, places: &Places, findings: &mut Findings<'_>) {
    let intake = pipeline.intake.iter().flat_map(|channel| channel.stage.iter().chain(&channel.suggest));
    let mut starts: Vec<usize> =
        std::iter::once(&pipeline.initial).chain(intake).filter_map(|id| pipeline.position(id)).collect();
    starts.sort_unstable();
    starts.dedup();
    if starts.is_empty() {
        return;
    }
    let reached = pipeline.reached_from(&starts);
    for ((stage, is_reached), at) in pipeline.stages.iter().zip(&reached).zip(&places.stages) {
        if !is_reached {
            let id = shown(stage.id.as_str());
            let sets_it = pipeline.convert.stage.as_ref() == Some(&stage.id);
            let hint = match stage.enter {
                Enter::ConvertOnly if !sets_it => {
                    "it is convert-only, and `convert` does not set it".to_owned()
                }
                _ => format!("write a transition to `{id}`, or remove it"),
            };
            findings.add(*at, format!("stage `{id}` cannot be reached"), Some(hint));
        }
    }
    let Some(goal) = &pipeline.convert.stage else { return };
    let is_open =
        pipeline.stages.iter().zip(&reached).any(|(stage, is_reached)| {
            *is_reached && stage.id != *goal && pipeline.may_convert_from(&stage.id)
        });
    let is_start = pipeline.position(goal).is_some_and(|at| starts.contains(&at));
    if !is_open && !is_start {
        let message = format!("conversion sets stage `{}`, which no step reaches", shown(goal.as_str()));
        findings.add(places.convert, message, None);
    }
}

/// Something leads out of every stage that is not final.
fn exits(pipeline: &Pipeline, places: &Places, findings: &mut Findings<'_>) {
    let mut has_exit = vec![false; pipeline.stages.len()];
    let mut is_open = false;
    // Two stages that every stage may go to are a way out of each.
    let mut everywhere: Vec<&StageId> = Vec::new();
    for (transition, place) in pipeline.transitions.iter().zip(&places.transitions) {
        let targets = pipeline.targets(transition).filter(|to| to.enter == Enter::Any).take(2);
        let targets: Vec<&StageId> = targets.map(|to| &to.id).collect();
        match &transition.from {
            Stages::All => {
                is_open |= place.is_broken;
                for to in targets {
                    if everywhere.len() < 2 && !everywhere.contains(&to) {
                        everywhere.push(to);
                    }
                }
            }
            Stages::List(ids) => {
                for at in ids.iter().filter_map(|id| pipeline.position(id)) {
                    let from = &pipeline.stages[at].id;
                    has_exit[at] |= place.is_broken || targets.iter().any(|to| *to != from);
                }
            }
        }
    }
    let leads_out = |from: &Stage| is_open || everywhere.iter().any(|to| **to != from.id);
    for ((stage, has_exit), at) in pipeline.stages.iter().zip(has_exit).zip(&places.stages) {
        let converts = pipeline.convert.stage.as_ref().is_some_and(|goal| *goal != stage.id)
            && pipeline.may_convert_from(&stage.id);
        if !has_exit && !converts && !stage.is_final && !leads_out(stage) {
            let message = format!("stage `{}` is a dead end but not final", shown(stage.id.as_str()));
            findings.add(*at, message, Some("write a transition from it, or `final = true`".to_owned()));
        }
    }
}
