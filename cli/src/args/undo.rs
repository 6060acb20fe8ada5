//! `lead undo`, `lead purge`.

use clap::Args;

use super::value;

/// `lead undo`.
#[derive(Args, Clone, Debug)]
pub struct Undo {
    /// Your last change of this lead
    #[arg(value_name = "ID", allow_negative_numbers = true)]
    pub words: Vec<String>,
    /// This change, by its number in the history
    #[arg(long, value_name = "N", value_parser = value::number, allow_negative_numbers = true)]
    pub change: Option<u64>,
}

/// `lead purge`.
#[derive(Args, Clone, Debug)]
pub struct Purge {
    /// The lead
    #[arg(required = true, value_name = "ID", allow_negative_numbers = true)]
    pub words: Vec<String>,
    /// The lead's name, to be sure
    #[arg(long, required = true, value_name = "NAME", allow_hyphen_values = true)]
    pub confirm: String,
    /// Erase its customer too
    #[arg(long)]
    pub with_customer: bool,
}
