//! What looks over many leads yield: the board's columns and the day's parts.
//!
//! Each is a row that the leads under it follow. How they are laid out is the command line's.

use serde::{Deserialize, Serialize};

use super::pipeline::{PipelineId, StageId, StageKind};

/// A column of the board (F2); the leads that stand in it follow, due ones first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnView {
    /// The pipeline.
    pub pipeline: PipelineId,
    /// How people see the pipeline.
    pub title: String,
    /// The stage.
    pub stage: StageId,
    /// How people see the stage.
    pub label: String,
    /// The stage's kind.
    pub kind: StageKind,
}

/// A part of the day's work (F13, M6); its leads follow, most urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum DayPart {
    /// The follow-up is today.
    Due,
    /// The follow-up's date has passed.
    Overdue,
    /// Added in the last 24 hours and not contacted yet.
    New,
    /// In an open stage that reminds, and nothing is promised.
    WithoutFollowUp,
    /// The claim ends within the time its holder is warned before.
    Lapsing,
}

impl DayPart {
    /// Every part, in the order in which people are shown them.
    pub const ALL: [Self; 5] = [Self::Due, Self::Overdue, Self::New, Self::WithoutFollowUp, Self::Lapsing];

    /// Its name in machine output.
    pub fn key(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Overdue => "overdue",
            Self::New => "new",
            Self::WithoutFollowUp => "without_follow_up",
            Self::Lapsing => "lapsing",
        }
    }
}
