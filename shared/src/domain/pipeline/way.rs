//! The shortest legal way from one stage to another, for a refusal to explain (P4, D10).
//!
//! Breadth first in the order of the file, so of equally short ways the first in the file wins. Linear in
//! the size of the pipeline.

use std::collections::VecDeque;

use super::{Enter, Pipeline, StageId, Stages};

/// The step that conversion is, where it sets a stage.
const CONVERT: &str = "convert";

impl Pipeline {
    /// The names of the moves that lead from `from` to `to` in the fewest steps; `convert` stands for a
    /// conversion. `None` if there is no way, or no need of one.
    pub fn way(&self, from: &StageId, to: &StageId, was_converted: bool) -> Option<Vec<String>> {
        let (start, goal) = (self.position(from)?, self.position(to)?);
        if start == goal {
            return None;
        }
        let steps = self.steps_from(&[start], was_converted);
        let mut names = Vec::new();
        let mut at = goal;
        while at != start {
            let (before, name) = (*steps.get(at)?)?;
            names.push(name.to_owned());
            at = before;
        }
        names.reverse();
        Some(names)
    }

    /// Which stages can be reached from one of `starts`, these included.
    pub(super) fn reached_from(&self, starts: &[usize]) -> Vec<bool> {
        let mut reached: Vec<bool> = self.steps_from(starts, false).iter().map(Option::is_some).collect();
        for start in starts {
            reached[*start] = true;
        }
        reached
    }

    /// For each stage that can be reached, the stage before it and the step between; `None` for a start.
    fn steps_from(&self, starts: &[usize], was_converted: bool) -> Vec<Option<(usize, &str)>> {
        let mut steps: Vec<Option<(usize, &str)>> = vec![None; self.stages.len()];
        let mut is_met = vec![false; self.stages.len()];
        for start in starts {
            is_met[*start] = true;
        }
        let starting = self.transitions_by_stage();
        let mut spent = vec![false; self.transitions.len()];
        let everywhere: Vec<usize> =
            (0..self.transitions.len()).filter(|at| self.transitions[*at].from == Stages::All).collect();
        let mut is_first = true;
        let mut is_all_met = false;
        let mut queue = VecDeque::from(starts.to_vec());
        while let Some(here) = queue.pop_front() {
            let Some(stage) = self.stages.get(here) else { continue };
            let mut open = starting[here].clone();
            if !stage.is_final && std::mem::take(&mut is_first) {
                open.extend_from_slice(&everywhere);
                open.sort_unstable();
            }
            if stage.is_final {
                open.clear();
            }
            for at in open {
                // A transition that was taken once has led to all its targets.
                if is_all_met || std::mem::replace(&mut spent[at], true) {
                    continue;
                }
                let transition = &self.transitions[at];
                is_all_met = transition.to == Stages::All;
                for to in self.targets(transition).filter(|to| to.enter == Enter::Any) {
                    let Some(next) = self.position(&to.id) else { continue };
                    if !std::mem::replace(&mut is_met[next], true) {
                        steps[next] =
                            Some((here, transition.name.as_deref().unwrap_or_else(|| to.id.as_str())));
                        queue.push_back(next);
                    }
                }
            }
            let converted = self.convert.stage.as_ref().and_then(|id| self.position(id));
            if let Some(next) = converted
                && !is_met[next]
                && self.may_convert(&stage.id, was_converted)
            {
                is_met[next] = true;
                steps[next] = Some((here, CONVERT));
                queue.push_back(next);
            }
        }
        steps
    }

    /// For each stage, the transitions that name it as a start.
    fn transitions_by_stage(&self) -> Vec<Vec<usize>> {
        let mut starting = vec![Vec::new(); self.stages.len()];
        for (at, transition) in self.transitions.iter().enumerate() {
            if let Stages::List(ids) = &transition.from {
                for stage in ids.iter().filter_map(|id| self.position(id)) {
                    starting[stage].push(at);
                }
            }
        }
        starting
    }
}
