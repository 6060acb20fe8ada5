//! A pipeline as a drawing: Mermaid's flowchart of its stages and moves.

use std::fmt::Write as _;

use super::{Pipeline, StageId, StageKind, Step};
use crate::domain::text;

impl Pipeline {
    /// The text of the drawing: stages in the order of the file, their moves by name, steps back
    /// dotted, and conversion where it alone leads to a stage.
    pub fn mermaid(&self) -> String {
        let mut drawn = String::from("flowchart LR\n");
        let node = |at: usize| format!("s{at}");
        for (at, stage) in self.stages.iter().enumerate() {
            let label = quoted(&stage.label);
            let shape = match (stage.kind, stage.is_final) {
                (_, true) => format!("[[{label}]]"),
                (StageKind::Open, _) => format!("[{label}]"),
                (StageKind::Won, _) => format!("([{label}])"),
                (StageKind::Lost, _) => format!("{{{{{label}}}}}"),
                (StageKind::Parked, _) => format!("[/{label}/]"),
            };
            let _ = writeln!(drawn, "    {}{shape}", node(at));
        }
        if let Some(first) = self.position(&self.initial) {
            let _ = writeln!(drawn, "    start(( )) --> {}", node(first));
        }
        for (at, stage) in self.stages.iter().enumerate() {
            let moves = self.moves(&stage.id);
            for open in &moves {
                let Some(to) = self.position(&open.to.id) else { continue };
                let arrow = if open.kind == Step::StepBack { "-.->" } else { "-->" };
                let name = if open.named { format!("|{}|", quoted(open.name)) } else { String::new() };
                let _ = writeln!(drawn, "    {} {arrow}{name} {}", node(at), node(to));
            }
            let goal = self.convert.stage.as_ref().filter(|goal| **goal != stage.id);
            let by_move = |goal: &StageId| moves.iter().any(|open| open.to.id == *goal);
            if let Some(to) = goal.filter(|goal| !by_move(goal)).and_then(|goal| self.position(goal))
                && self.may_convert_from(&stage.id)
            {
                let _ = writeln!(drawn, "    {} ==>|\"convert\"| {}", node(at), node(to));
            }
        }
        drawn
    }
}

/// Text between quotes, with Mermaid's own marks taken out of it.
fn quoted(label: &str) -> String {
    format!("\"{}\"", text::escape(label).replace('#', "#35;").replace('"', "#quot;"))
}

#[cfg(test)]
mod tests {
    use super::super::presets;
    use super::*;

    #[test]
    fn n6_every_preset_can_be_drawn() {
        for preset in presets() {
            let pipeline = preset.pipeline();
            let drawn = pipeline.mermaid();
            let moves: usize = pipeline.stages.iter().map(|stage| pipeline.moves(&stage.id).len()).sum();
            let arrows = drawn.lines().filter(|line| line.contains("-->") || line.contains("-.->")).count();
            assert_eq!(arrows, moves + 1, "{drawn}");
            assert_eq!(
                drawn.contains("==>"),
                pipeline.stages.iter().any(|one| one.enter == crate::domain::pipeline::Enter::ConvertOnly)
            );
        }
        assert_eq!(quoted("a \"b\" #1\u{1b}"), "\"a #quot;b#quot; #35;1\\u{1b}\"");
    }
}
