//! Working with leads: add, list, show, tag, note, log, trash, restore.

use clap::{Args, ValueEnum};
use lead_shared::domain::request::OnDuplicate;

use super::value;

/// `lead add`.
#[derive(Args, Clone, Debug)]
pub struct Add {
    /// The person's or the firm's name
    #[arg(required = true, value_name = "NAME", allow_negative_numbers = true)]
    pub name: Vec<String>,
    /// An e-mail address
    #[arg(long, value_name = "ADDRESS")]
    pub email: Option<String>,
    /// A phone number
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    pub phone: Option<String>,
    /// The firm
    #[arg(long, value_name = "NAME")]
    pub company: Option<String>,
    /// The postal address
    #[arg(long, value_name = "TEXT")]
    pub address: Option<String>,
    /// Where the lead came from
    #[arg(long, value_name = "SOURCE")]
    pub source: Option<String>,
    /// What it may be worth: 4500EUR, 4500.50
    #[arg(long, value_name = "MONEY", allow_negative_numbers = true)]
    pub value: Option<String>,
    /// A first note
    #[arg(long, value_name = "TEXT", allow_negative_numbers = true)]
    pub note: Option<String>,
    /// A free field; may be repeated
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub sets: Vec<String>,
    /// A tag; may be repeated
    #[arg(long = "tag", value_name = "TAG", allow_negative_numbers = true)]
    pub tags: Vec<String>,
    /// The stage it starts in
    #[arg(long, value_name = "STAGE")]
    pub stage: Option<String>,
    /// The channel it came by
    #[arg(long, value_name = "CHANNEL")]
    pub via: Option<String>,
    /// A login, or me
    #[arg(long, value_name = "USER")]
    pub owner: Option<String>,
    /// The customer it belongs to
    #[arg(long, value_name = "N", value_parser = value::number, allow_negative_numbers = true)]
    pub customer: Option<u64>,
    /// The next contact: fri 15:00, in 3 days, 2026-12-01
    #[arg(long, value_name = "WHEN", allow_negative_numbers = true)]
    pub follow_up: Option<String>,
    /// What to do when it exists already: merge, keep or fail
    #[arg(long, value_enum, value_name = "DEED", hide_possible_values = true)]
    pub on_duplicate: Option<Duplicate>,
    /// The pipeline; the store's default otherwise
    #[arg(long, value_name = "PIPELINE")]
    pub pipeline: Option<String>,
}

/// What to do when a lead exists already (A5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Duplicate {
    /// Merge into what exists.
    Merge,
    /// Keep both.
    Keep,
    /// Refuse.
    Fail,
}

impl From<Duplicate> for OnDuplicate {
    fn from(deed: Duplicate) -> Self {
        match deed {
            Duplicate::Merge => Self::Merge,
            Duplicate::Keep => Self::Keep,
            Duplicate::Fail => Self::Fail,
        }
    }
}

/// `lead list`.
#[derive(Args, Clone, Debug)]
pub struct List {
    /// kind:open, owner:me, tag:vip, due:overdue … (all must match; a comma is or)
    #[arg(value_name = "TERM", allow_negative_numbers = true)]
    pub terms: Vec<String>,
    /// The order; the pipeline's own otherwise
    #[arg(long, value_name = "KEY", allow_hyphen_values = true)]
    pub sort: Option<String>,
    /// Which columns, with commas between
    #[arg(long, value_name = "A,B")]
    pub columns: Option<String>,
    /// At most N leads
    #[arg(long, value_name = "N", value_parser = value::limit, allow_negative_numbers = true)]
    pub limit: Option<u64>,
}

/// A verb that takes ids alone: show, trash, restore, own, release.
#[derive(Args, Clone, Debug)]
pub struct Ids {
    /// 12, 12,15, 3-7, an e-mail address, or - for ids from standard input
    #[arg(value_name = "ID", allow_negative_numbers = true)]
    pub words: Vec<String>,
}

/// `lead merge`.
#[derive(Args, Clone, Debug)]
pub struct Merge {
    /// The lead that stays, then those that become part of it
    #[arg(value_name = "ID", allow_negative_numbers = true)]
    pub words: Vec<String>,
}

/// `lead tag`.
#[derive(Args, Clone, Debug)]
pub struct Tag {
    /// Leads, then the tags to set
    #[arg(value_name = "ID", allow_negative_numbers = true)]
    pub words: Vec<String>,
    /// A tag to remove; may be repeated
    #[arg(long, value_name = "TAG", allow_negative_numbers = true)]
    pub remove: Vec<String>,
}

/// `lead note`.
#[derive(Args, Clone, Debug)]
pub struct Note {
    /// A lead, then what to write; - takes it from standard input
    #[arg(value_name = "ID", allow_negative_numbers = true)]
    pub words: Vec<String>,
}

/// `lead log`.
#[derive(Args, Clone, Debug)]
pub struct Log {
    /// A lead, the kind, what was said; - takes that from standard input
    #[arg(value_name = "ID", allow_negative_numbers = true)]
    pub words: Vec<String>,
    /// What came of it
    #[arg(long, value_name = "TEXT")]
    pub outcome: Option<String>,
    /// The next follow-up
    #[arg(long, value_name = "WHEN", conflicts_with = "done", allow_negative_numbers = true)]
    pub next: Option<String>,
    /// This follow-up is done
    #[arg(long)]
    pub done: bool,
    /// Move it in the same commit
    #[arg(long = "move", value_name = "TARGET")]
    pub target: Option<String>,
}
