//! Looking over many leads: board, today, report, watch.

use clap::{Args, Subcommand};

use super::value;

/// A filter's terms.
#[derive(Args, Clone, Debug)]
pub struct Terms {
    /// kind:open, owner:me, tag:vip … as of list (all must match; a comma is or)
    #[arg(value_name = "TERM", allow_negative_numbers = true)]
    pub terms: Vec<String>,
}

/// `lead board`.
#[derive(Args, Clone, Debug)]
pub struct Board {
    /// Which leads
    #[command(flatten)]
    pub terms: Terms,
    /// On the whole screen, by keys, live
    #[arg(short = 'i')]
    pub interactive: bool,
}

/// `lead today`.
#[derive(Args, Clone, Debug)]
pub struct Today {
    /// Which leads
    #[command(flatten)]
    pub terms: Terms,
    /// Exit with 10 if anything is overdue
    #[arg(long)]
    pub check: bool,
}

/// `lead report`.
#[derive(Clone, Debug, Subcommand)]
pub enum ReportVerb {
    /// Where leads come from, and what becomes of them
    Sources(ReportLine),
    /// How far leads come, stage by stage
    Funnel(ReportLine),
    /// How long leads have stood where they stand
    Ageing(ReportLine),
    /// Who has how much, and who did what
    People(ReportLine),
    /// All four, as one page or as tables
    All(ReportLine),
}

/// What a report counts.
#[derive(Args, Clone, Debug)]
pub struct ReportLine {
    /// Which leads
    #[command(flatten)]
    pub terms: Terms,
    /// From this day or time on
    #[arg(long, value_name = "WHEN", allow_negative_numbers = true)]
    pub since: Option<String>,
    /// Up to this day, its end included, or this time
    #[arg(long, value_name = "WHEN", allow_negative_numbers = true)]
    pub until: Option<String>,
    /// The file, written whole or not at all; its ending says the form; - is standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<String>,
}

/// `lead watch`.
#[derive(Args, Clone, Debug)]
pub struct Watch {
    /// Which leads
    #[command(flatten)]
    pub terms: Terms,
    /// From the entry with this number on; 1 is the whole history
    #[arg(long, value_name = "SEQ", value_parser = value::number, allow_negative_numbers = true)]
    pub from: Option<u64>,
    /// End after N entries
    #[arg(long, value_name = "N", value_parser = value::limit, allow_negative_numbers = true)]
    pub limit: Option<u64>,
    /// End with what has happened so far
    #[arg(long)]
    pub until_now: bool,
}
