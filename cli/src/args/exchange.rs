//! Leads in from a file and out to one: import, export.

use clap::{Args, ValueEnum};

use super::leads::Duplicate;

/// `lead import`.
#[derive(Args, Clone, Debug)]
pub struct Import {
    /// The file; - is standard input
    #[arg(value_name = "FILE")]
    pub file: String,
    /// What it holds: csv, ndjson, json or vcard; by the file's ending otherwise
    #[arg(long, value_enum, value_name = "TYPE", hide_possible_values = true)]
    pub from: Option<Form>,
    /// Which column is which field: COLUMN=FIELD, a TOML file of such lines, or a saved map's name
    #[arg(long, value_name = "MAP")]
    pub map: Vec<String>,
    /// Save what --map says by this name
    #[arg(long, value_name = "NAME", requires = "map")]
    pub save_map: Option<String>,
    /// Write what became of each row to this file
    #[arg(long, value_name = "FILE")]
    pub report: Option<String>,
    /// The pipeline of rows that name none
    #[arg(long, value_name = "PIPELINE")]
    pub pipeline: Option<String>,
    /// What to do with a lead that exists already: merge, keep or fail
    #[arg(long, value_enum, value_name = "DEED", hide_possible_values = true)]
    pub on_duplicate: Option<Duplicate>,
    /// Edit the lead that has a row's address, rather than add another: email
    #[arg(long, value_enum, value_name = "FIELD", hide_possible_values = true)]
    pub update_by: Option<UpdateBy>,
    /// Leave out what is refused, and take the rest
    #[arg(long)]
    pub keep_going: bool,
    /// Go on with the import that was broken off
    #[arg(long)]
    pub resume: bool,
}

/// What a file of leads holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// A table with a header.
    Csv,
    /// One JSON object a line.
    Ndjson,
    /// A JSON array of objects.
    Json,
    /// Cards of contacts.
    Vcard,
}

/// By what a lead is known to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum UpdateBy {
    /// Its address.
    Email,
}

/// `lead export`.
#[derive(Args, Clone, Debug)]
pub struct Export {
    /// Which leads, as for list; all when none is named
    #[arg(value_name = "TERM", allow_negative_numbers = true)]
    pub terms: Vec<String>,
    /// The file, written whole or not at all; - is standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<String>,
}
