//! `lead undo`.

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
