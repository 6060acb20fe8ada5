//! Finding what was typed in a pipeline: stages, sources, channels, roles, kinds of activity.
//!
//! Everything is compared as ids are and answered in the spelling of the file.

use crate::domain::likeness::{self, near};
use crate::domain::name::{canonical, same};
use std::sync::LazyLock;

use super::{ActivityKind, Channel, Enter, Index, Pipeline, Role, Stage, StageId, StageKind, name::shown};
use crate::domain::{capability::Capability, refusal::Flaw};

/// Stands in for a stage that is no longer in the pipeline: nothing is open there.
static ABSENT: LazyLock<Stage> = LazyLock::new(|| Stage {
    id: StageId::new("?"),
    label: "?".to_owned(),
    meaning: String::new(),
    kind: StageKind::Parked,
    is_final: true,
    remind: false,
    enter: Enter::ConvertOnly,
    stamp: Vec::new(),
});

/// Where a lead of a channel starts (F10).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start<'a> {
    /// Here.
    Stage(&'a Stage),
    /// Whoever adds it must say.
    MustBeGiven {
        /// What to suggest, in the order of the file.
        suggest: Vec<StageId>,
    },
}

impl Index {
    /// The index of these stages; `converts` is filled by the rules.
    pub(super) fn of(stages: &[Stage]) -> Self {
        let mut index = Self::default();
        for (at, stage) in stages.iter().enumerate() {
            index.by_id.entry(stage.id.clone()).or_insert(at);
            index.by_name.entry(canonical(stage.id.as_str())).or_insert(at);
        }
        for (at, stage) in stages.iter().enumerate() {
            index.by_name.entry(canonical(&stage.label)).or_insert(at);
        }
        index
    }
}

impl Pipeline {
    /// The stage of a lead. A stage that the pipeline does not have is a stand-in where nothing is open.
    pub fn stage(&self, id: &StageId) -> &Stage {
        self.known(id).unwrap_or_else(|| &ABSENT)
    }

    /// The stage of that canonical id, if the pipeline has it.
    pub fn known(&self, id: &StageId) -> Option<&Stage> {
        self.position(id).and_then(|at| self.stages.get(at))
    }

    /// Where the stage stands among the stages, from 0.
    pub fn position(&self, id: &StageId) -> Option<usize> {
        self.index.by_id.get(id).copied()
    }

    /// The stage that was typed, by id or by label.
    pub fn find_stage(&self, typed: &str) -> Option<&Stage> {
        self.index.by_name.get(&canonical(typed)).and_then(|at| self.stages.get(*at))
    }

    /// Whether a lead may be added here (P1): at any stage that is not convert-only.
    pub fn admits_at_creation(&self, id: &StageId) -> bool {
        self.known(id).is_some_and(|stage| stage.enter == Enter::Any)
    }

    /// Where a lead of that channel starts (F10).
    ///
    /// # Errors
    /// An unknown channel, with the list as hint.
    pub fn start(&self, channel: &str) -> Result<Start<'_>, Flaw> {
        let Some(found) = self.intake.iter().find(|one| same(&one.id, channel)) else {
            let flaw = Flaw::new("is not a channel of this pipeline");
            let known = self.intake.iter().map(|one: &Channel| one.id.as_str());
            return Err(likeness::hint(channel, known, str::to_owned).into_iter().fold(flaw, Flaw::hint));
        };
        Ok(match &found.stage {
            Some(id) => Start::Stage(self.stage(id)),
            None => Start::MustBeGiven { suggest: found.suggest.clone() },
        })
    }

    /// The source in the spelling of the closed list; where text is free, as typed but for blanks around it.
    ///
    /// # Errors
    /// A source that is not in the closed list, with the list as hint (A2, M2).
    pub fn source(&self, typed: &str) -> Result<String, Flaw> {
        let Some(sources) = &self.sources else {
            return Ok(typed.trim().to_owned());
        };
        match sources.iter().find(|one| same(one, typed)) {
            Some(one) => Ok(one.clone()),
            None => {
                let mut flaw = Flaw::new("is not a source of this pipeline");
                if let Some(near) = near(typed, sources.iter().map(String::as_str)).first() {
                    flaw = flaw.hint(format!("did you mean `{}`?", shown(near)));
                }
                Err(flaw.hint(format!("one of: {}", joined(sources.iter().map(String::as_str)))))
            }
        }
    }

    /// The role that was typed.
    pub fn role(&self, typed: &str) -> Option<&Role> {
        self.roles.iter().find(|role| same(&role.id, typed))
    }

    /// The role of whoever creates a store: of those that may `admin`, the one that may most.
    pub fn chief_role(&self) -> &Role {
        self.roles
            .iter()
            .filter(|role| role.capabilities.contains(&Capability::Admin))
            .reduce(|best, role| if role.capabilities.len() > best.capabilities.len() { role } else { best })
            .expect("a checked pipeline has a role that may `admin`")
    }

    /// The kind of activity that was typed.
    pub fn activity(&self, typed: &str) -> Option<&ActivityKind> {
        self.activities.iter().find(|kind| same(&kind.id, typed))
    }
}

fn joined<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}
