//! Editing leads: the fields of `add` as options, and what only an edit has.

use clap::Args;

use super::value;

/// `lead edit`.
#[derive(Args, Clone, Debug)]
pub struct Edit {
    /// Leads; one alone, without an option, opens in $EDITOR
    #[arg(value_name = "ID", allow_negative_numbers = true)]
    pub words: Vec<String>,
    /// The person's or the firm's name
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
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
    /// A note, on top of the notes
    #[arg(long, value_name = "TEXT", allow_negative_numbers = true)]
    pub note: Option<String>,
    /// A free field; may be repeated
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub sets: Vec<String>,
    /// A tag to add; may be repeated
    #[arg(long = "tag", value_name = "TAG", allow_negative_numbers = true)]
    pub tags: Vec<String>,
    /// The stage, or a named move: the rules of `lead move` hold
    #[arg(long, value_name = "STAGE")]
    pub stage: Option<String>,
    /// A login, me or none: the rules of `lead assign` hold
    #[arg(long, value_name = "USER")]
    pub owner: Option<String>,
    /// The customer it belongs to
    #[arg(long, value_name = "N", value_parser = value::number, allow_negative_numbers = true)]
    pub customer: Option<u64>,
    /// The next contact, or none
    #[arg(long, value_name = "WHEN", allow_negative_numbers = true)]
    pub follow_up: Option<String>,
    /// A field to empty, before any is set; may be repeated
    #[arg(long, value_name = "FIELD")]
    pub clear: Vec<String>,
    /// The pipeline it goes over to
    #[arg(long, value_name = "PIPELINE")]
    pub pipeline: Option<String>,
    /// A stage of the old pipeline in the new one; may be repeated
    #[arg(long, value_name = "OLD=NEW")]
    pub map: Vec<String>,
    /// All of them or none
    #[arg(long)]
    pub atomic: bool,
}
