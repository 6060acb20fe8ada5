//! Pipelines as data: what a pipeline file says, and the one rule engine over it (P1).
//!
//! A [`Pipeline`] exists only if its file passed every check of P2, so the rules need not doubt it. Nothing
//! here knows a preset's id or a stage's name; behaviour hangs on attributes. The engine calls it behind
//! every door: move, edit, import, convert, automation, the board and the daemon.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

mod attributes;
mod check;
mod finding;
mod graph;
mod lookup;
mod name;
mod parse;
mod preset;
mod rules;
#[cfg(test)]
mod tests;
mod way;
pub(crate) mod word;

pub use attributes::{
    ActivityKind, Again, AtCreation, Automation, Channel, ClaimRule, Column, ConvertPolicy, Duplicates,
    Field, FieldRules, IdentityKey, ListRule, OnExisting, Role, SortKey, Then,
};
pub use finding::Finding;
pub use lookup::Start;
pub use name::{PipelineId, StageId, check_id, is_unclean};
pub(crate) use parse::elapsed;
pub use parse::{SIZE_LIMIT, object};
pub use preset::{Preset, default_preset, preset, presets};
pub use rules::{Move, MoveRefusal, Target};
pub(crate) use word::words;

/// A checked pipeline. Made by [`Pipeline::parse`] alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pipeline {
    /// The version of the file format; 1.
    pub schema: u32,
    /// Its id.
    pub id: PipelineId,
    /// What people call it.
    pub title: String,
    /// Where a lead starts when neither a stage nor a channel says otherwise.
    pub initial: StageId,
    /// What a converted lead becomes: customer, client, contact.
    pub noun: String,
    /// Whether the lead becomes it or gets one beside it.
    pub record: RecordKind,
    /// In the order of the board; never empty.
    pub stages: Vec<Stage>,
    /// In the order in which moves are offered.
    pub transitions: Vec<Transition>,
    /// What conversion does.
    pub convert: ConvertPolicy,
    /// What activities set off.
    pub automation: Vec<Automation>,
    /// What can be logged (L2).
    pub activities: Vec<ActivityKind>,
    /// Which fields must or should be there.
    pub fields: FieldRules,
    /// The closed list of sources; `None` = free text.
    pub sources: Option<Vec<String>>,
    /// Where leads of a channel start (F10).
    pub intake: Vec<Channel>,
    /// How long a claim holds.
    pub claim: ClaimRule,
    /// How duplicates are found, and what happens at creation.
    pub duplicates: Duplicates,
    /// Who may do what.
    pub roles: Vec<Role>,
    /// What a list shows.
    pub list: ListRule,
    index: Index,
}

/// A pipeline as the store keeps it: the text of its file, comments and all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PipelineSource {
    /// Its id, as the text says.
    pub id: PipelineId,
    /// Raised by one with every change of the record.
    pub revision: u64,
    /// The file, for [`Pipeline::parse`].
    pub text: String,
    /// Fields written by a later version, kept through a rewrite.
    #[serde(flatten)]
    pub unknown: BTreeMap<String, serde_json::Value>,
}

impl PipelineSource {
    /// A pipeline without a file yet.
    pub fn blank(id: PipelineId) -> Self {
        Self { id, revision: 0, text: String::new(), unknown: BTreeMap::new() }
    }
}

/// Where each stage stands, made once from the stages and transitions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Index {
    by_id: HashMap<StageId, usize>,
    /// Folded ids, and folded labels where no id has that form.
    by_name: HashMap<String, usize>,
    /// For each stage, whether a lead there may be converted.
    converts: Vec<bool>,
}

words! {
    /// What conversion makes of a lead.
    pub enum RecordKind {
        /// The lead itself becomes the customer.
        InPlace = "in-place",
        /// A record of its own is made or found.
        Separate = "separate",
    }
}

/// One stage of a pipeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    /// As spelled in the file.
    pub id: StageId,
    /// What people see.
    pub label: String,
    /// When a lead belongs here; may be empty.
    pub meaning: String,
    /// What sort of place it is.
    pub kind: StageKind,
    /// Nothing leads out of it.
    pub is_final: bool,
    /// Whether leads here cause reminders and overdue mail (R5).
    pub remind: bool,
    /// By which doors a lead may come in.
    pub enter: Enter,
    /// What entering it by any door stamps (F3).
    pub stamp: Vec<Stamp>,
}

words! {
    /// What sort of place a stage is.
    pub enum StageKind {
        /// In work; only here a lead can be in the pool.
        Open = "open",
        /// The goal.
        Won = "won",
        /// The end without success.
        Lost = "lost",
        /// Out of work, not given up.
        Parked = "parked",
    }
}

words! {
    /// By which doors a lead may enter a stage.
    pub enum Enter {
        /// By any, as far as a transition permits.
        Any = "any",
        /// By conversion alone.
        ConvertOnly = "convert-only",
    }
}

words! {
    /// What entering a stage stamps.
    pub enum Stamp {
        /// `converted_at` with the instant of entering.
        ConvertedAt = "converted_at",
    }
}

/// A permitted step, from each stage of `from` to each of `to`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transition {
    /// The name of a named move, as spelled in the file.
    pub name: Option<String>,
    /// Where it starts; final stages are never among `All`.
    pub from: Stages,
    /// Where it leads; convert-only stages only by conversion.
    pub to: Stages,
    /// What sort of step it is; `None` = told by the order and kinds of its stages.
    pub kind: Option<Step>,
}

/// One end of a transition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stages {
    /// `*`: every stage.
    All,
    /// These, in the order of the file.
    List(Vec<StageId>),
}

impl Stages {
    /// Whether `id` is among them.
    pub fn contains(&self, id: &StageId) -> bool {
        match self {
            Self::All => true,
            Self::List(ids) => ids.contains(id),
        }
    }
}

words! {
    /// What sort of step a transition is.
    pub enum Step {
        /// Towards an end.
        Forward = "forward",
        /// Back to an earlier stage.
        StepBack = "step-back",
        /// Back into work from a lost or parked stage.
        Revive = "revive",
    }
}
