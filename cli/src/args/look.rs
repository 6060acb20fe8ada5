//! Looking back: history.

use clap::Args;

/// `lead history`.
#[derive(Args, Clone, Debug)]
pub struct History {
    /// Leads; everything when none is named
    #[arg(value_name = "ID", allow_negative_numbers = true)]
    pub words: Vec<String>,
    /// From this day or time on
    #[arg(long, value_name = "WHEN", allow_negative_numbers = true)]
    pub since: Option<String>,
    /// Up to this day, its end included, or this time
    #[arg(long, value_name = "WHEN", allow_negative_numbers = true)]
    pub until: Option<String>,
    /// By this user
    #[arg(long, value_name = "USER")]
    pub by: Option<String>,
    /// Of this event
    #[arg(long, value_name = "EVENT")]
    pub event: Option<String>,
}
