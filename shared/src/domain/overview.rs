//! What looks over many leads yield: the board's columns, the day's parts, the lines of reports.
//!
//! Leads follow a column and a part; a line of a report stands alone. How they are laid out is the
//! command line's.

use serde::{Deserialize, Serialize};

use super::lead::LeadId;
use super::pipeline::{PipelineId, StageId, StageKind};
use super::user::Login;

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

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Report {
    /// Where leads come from and what becomes of them (D7).
    Sources,
    /// How far leads come.
    Funnel,
    /// How long leads have stood where they stand.
    Ageing,
    /// Who has how much, and who did what.
    People,
}

impl Report {
    /// Every report, in the order in which people are shown several.
    pub const ALL: [Self; 4] = [Self::Funnel, Self::Ageing, Self::Sources, Self::People];

    /// The name that is typed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sources => "sources",
            Self::Funnel => "funnel",
            Self::Ageing => "ageing",
            Self::People => "people",
        }
    }
}

/// A line of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReportView {
    /// Of [`Report::Sources`].
    Source(SourceView),
    /// Of [`Report::Funnel`].
    Funnel(FunnelView),
    /// Of [`Report::Ageing`].
    Age(AgeView),
    /// Of [`Report::People`].
    Person(PersonView),
}

/// A source; leads without one are counted under none (D7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceView {
    /// As first typed; compared without its case.
    pub source: Option<String>,
    /// Its leads.
    pub leads: u64,
    /// Those that were converted.
    pub converted: u64,
    /// These of its leads, in whole percent.
    pub percent: u64,
    /// The deals started for its leads.
    pub deals: u64,
    /// Those that were won.
    pub won: u64,
    /// What its deals are worth in the team's currency, lost ones left out.
    pub value: Option<Sum>,
    /// The same in each other currency.
    pub other_values: Vec<Sum>,
}

/// A sum of money: it may be larger than any one amount.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    /// With two decimals, or four where two do not do.
    pub amount: String,
    /// ISO 4217.
    pub currency: String,
}

/// A stage of the funnel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunnelView {
    /// The pipeline.
    pub pipeline: PipelineId,
    /// The stage.
    pub stage: StageId,
    /// How people see it.
    pub label: String,
    /// Its kind.
    pub kind: StageKind,
    /// How many stand there now.
    pub leads: u64,
    /// How many stand there or once stood there.
    pub reached: u64,
    /// These of all the pipeline's leads that are counted, in whole percent.
    pub percent: u64,
    /// Of those, how many came to a later stage of kind open or won too, in whole percent; none where
    /// nobody came here, and behind which there is no such stage.
    pub onward: Option<u64>,
}

/// How long leads have stood in a stage, in days of 24 hours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgeView {
    /// The pipeline.
    pub pipeline: PipelineId,
    /// The stage.
    pub stage: StageId,
    /// How people see it.
    pub label: String,
    /// Its kind.
    pub kind: StageKind,
    /// How many stand there.
    pub leads: u64,
    /// For up to a day.
    pub day: u64,
    /// For up to 7 days, and more than one.
    pub week: u64,
    /// For up to 30 days, and more than 7.
    pub month: u64,
    /// For up to 90 days, and more than 30.
    pub quarter: u64,
    /// For longer.
    pub longer: u64,
    /// Half of them have stood there for no more whole days.
    pub median_days: Option<u64>,
    /// Nine of ten have stood there for no more whole days.
    pub p90_days: Option<u64>,
    /// Whole days of the one that has stood there longest.
    pub oldest_days: Option<u64>,
    /// Which one that is.
    pub oldest: Option<LeadId>,
}

impl AgeView {
    /// How many have stood there for up to 1, 7, 30 and 90 days, and for longer.
    pub fn classes(&self) -> [u64; 5] {
        [self.day, self.week, self.month, self.quarter, self.longer]
    }
}

/// How many weeks of somebody's contacts are told apart.
pub const WEEKS: usize = 8;

/// What somebody has and did; under none, the leads without an assignee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonView {
    /// Who.
    pub user: Option<Login>,
    /// The leads they are the assignee of.
    pub leads: u64,
    /// Those in a stage of kind open.
    pub open: u64,
    /// Those that are overdue.
    pub overdue: u64,
    /// The contacts they logged in the period (L2).
    pub contacts: u64,
    /// The conversions they made in the period.
    pub converted: u64,
    /// The contacts they logged in each of the last [`WEEKS`] spans of seven days, the newest last,
    /// up to the period's end, whenever it began.
    pub weeks: Vec<u64>,
}
