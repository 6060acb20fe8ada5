//! The options every verb takes (cli.md §2).

use clap::{ArgAction, Args, ValueEnum};

use super::value;

/// What holds for every verb.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// table, json, ndjson, csv, tsv, ids, html for a report, vcard and ics for an export; a table on a terminal, TSV on a pipe
    #[arg(short = 'F', long, global = true, value_enum, value_name = "FORMAT", hide_possible_values = true)]
    pub format: Option<Format>,
    /// The same as -F json
    #[arg(long, global = true, conflicts_with = "format")]
    pub json: bool,
    /// Say nothing but errors
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Do everything but the commit
    #[arg(short = 'n', long, global = true)]
    pub dry_run: bool,
    /// Answer every question of --where with yes
    #[arg(short, long, global = true)]
    pub yes: bool,
    /// Never ask
    #[arg(long, global = true)]
    pub no_input: bool,
    /// auto, always or never
    #[arg(long, global = true, value_enum, value_name = "WHEN", hide_possible_values = true)]
    pub color: Option<Color>,
    /// Act with this user's rights; needs admin
    #[arg(long = "as", global = true, value_name = "USER")]
    pub as_user: Option<String>,
    /// Only if the lead's revision is still N
    #[arg(long, global = true, value_name = "N", value_parser = value::revision, allow_negative_numbers = true)]
    pub if_revision: Option<u64>,
    /// In place of ids: all leads these terms match
    #[arg(long = "where", global = true, value_name = "TERMS", action = ArgAction::Append)]
    pub where_terms: Vec<String>,
    /// The store's folder
    #[arg(long, global = true, value_name = "DIR", value_parser = value::folder)]
    pub store: Option<String>,
    /// Say which store, and how it was reached
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,
}

impl Global {
    /// The format that was asked for; `None` leaves it to where the output goes.
    pub fn asked_format(&self) -> Option<Format> {
        if self.json { Some(Format::Json) } else { self.format }
    }
}

/// How to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Table,
    /// One array, or one object.
    Json,
    /// One object a line.
    Ndjson,
    /// Comma-separated, with a header.
    Csv,
    /// Tab-separated, without a header.
    Tsv,
    /// Numbers, one a line.
    Ids,
    /// A page; reports have it.
    Html,
    /// Cards of contacts; of an export.
    Vcard,
    /// A calendar; of an export.
    Ics,
}

impl Format {
    /// The form of files with this ending: its name.
    pub fn of_ending(ending: &str) -> Option<Self> {
        Self::from_str(ending, true).ok()
    }
}

/// When to colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal.
    #[default]
    Auto,
    /// Everywhere.
    Always,
    /// Nowhere.
    Never,
}
