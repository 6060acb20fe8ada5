//! Moving leads forward: actions, move, claim, assign, schedule, convert.

use clap::Args;

use super::value;

/// `lead actions`.
#[derive(Args, Clone, Debug)]
pub struct Actions {
    /// A lead
    #[arg(value_name = "ID", allow_negative_numbers = true)]
    pub id: String,
}

/// `--start-deal`, wherever a conversion is.
#[derive(Args, Clone, Debug)]
pub struct StartDeal {
    /// Start a deal in the same commit
    #[arg(long, value_name = "TITLE", num_args = 0..=1, require_equals = true)]
    pub start_deal: Option<Option<String>>,
}

impl StartDeal {
    /// The title of the deal that is to be started; an empty one stands for the lead's name.
    pub fn title(&self) -> Option<String> {
        self.start_deal.clone().map(Option::unwrap_or_default)
    }
}

/// `lead move`.
#[derive(Args, Clone, Debug)]
pub struct Move {
    /// Leads, then a stage or a named move
    #[arg(value_name = "ID", allow_negative_numbers = true)]
    pub words: Vec<String>,
    /// The stage or the named move; all words are ids then
    #[arg(long, value_name = "TARGET")]
    pub to: Option<String>,
    /// All of them or none
    #[arg(long)]
    pub atomic: bool,
    /// Convert in the same commit
    #[arg(long)]
    pub convert: bool,
    /// Start a deal in the same commit
    #[command(flatten)]
    pub deal: StartDeal,
}

/// `lead claim`.
#[derive(Args, Clone, Debug)]
pub struct Claim {
    /// Leads of the pool
    #[arg(value_name = "ID", allow_negative_numbers = true)]
    pub words: Vec<String>,
    /// The most urgent lead of the pool
    #[arg(long, conflicts_with = "words")]
    pub next: bool,
}

/// `lead assign`.
#[derive(Args, Clone, Debug)]
pub struct Assign {
    /// Leads, then a login, me or none
    #[arg(value_name = "ID", allow_negative_numbers = true)]
    pub words: Vec<String>,
    /// By turns: whoever has the fewest open leads; all words are ids then
    #[arg(long)]
    pub next: bool,
}

/// `lead schedule`.
#[derive(Args, Clone, Debug)]
pub struct Schedule {
    /// Leads, then fri 15:00, in 3 days, 2026-12-01 … or none
    #[arg(value_name = "ID", allow_negative_numbers = true)]
    pub words: Vec<String>,
    /// Goes to the notes
    #[arg(long, value_name = "TEXT", allow_negative_numbers = true)]
    pub note: Option<String>,
}

/// `lead convert`.
#[derive(Args, Clone, Debug)]
pub struct Convert {
    /// Leads
    #[arg(value_name = "ID", allow_negative_numbers = true)]
    pub words: Vec<String>,
    /// Into this customer, who exists
    #[arg(long, value_name = "N", value_parser = value::number, conflicts_with = "new", allow_negative_numbers = true)]
    pub into: Option<u64>,
    /// Into a new customer, whoever exists
    #[arg(long)]
    pub new: bool,
    /// The name is a firm's: do not split it
    #[arg(long)]
    pub company_name: bool,
    /// Start a deal in the same commit
    #[command(flatten)]
    pub deal: StartDeal,
}
