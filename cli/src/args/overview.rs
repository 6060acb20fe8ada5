//! Looking over many leads: board, today.

use clap::Args;

/// A verb that takes a filter's terms alone: board.
#[derive(Args, Clone, Debug)]
pub struct Terms {
    /// kind:open, owner:me, tag:vip … as of list (all must match; a comma is or)
    #[arg(value_name = "TERM", allow_negative_numbers = true)]
    pub terms: Vec<String>,
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
