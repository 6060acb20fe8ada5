//! Leads out to a file and in from one: export.

use clap::Args;

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
