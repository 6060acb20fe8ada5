//! Customers and deals.

use clap::{Args, Subcommand};

use super::value;

/// `lead customer …`.
#[derive(Debug, Subcommand)]
pub enum CustomerVerb {
    /// Add a customer without a lead; prints the number
    Add(CustomerAdd),
    /// List the customers
    List,
    /// Show a customer
    Show(Numbered),
    /// List a customer's leads
    Leads(Numbered),
    /// Change a customer
    Edit(Box<CustomerEdit>),
    /// Write a note about a customer
    Note(CustomerNote),
    /// Put customers into another: leads, deals and notes go along
    Merge(CustomerMerge),
}

/// `lead deal …`.
#[derive(Debug, Subcommand)]
pub enum DealVerb {
    /// Start a deal for a lead that was converted; prints the number
    Start(DealStart),
    /// List the deals
    List,
    /// Show a deal
    Show(Numbered),
    /// Change a deal
    Edit(DealEdit),
    /// Close a deal with a sale
    Win(Numbered),
    /// Close a deal without one
    Lose(Numbered),
    /// Open a deal again
    Reopen(Numbered),
}

/// The number of a customer, a deal or a mail.
#[derive(Args, Clone, Copy, Debug)]
pub struct Numbered {
    /// Its number
    #[arg(value_name = "N", value_parser = value::number, allow_negative_numbers = true)]
    pub number: u64,
}

/// `lead customer add`.
#[derive(Args, Clone, Debug)]
pub struct CustomerAdd {
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
    /// A first note
    #[arg(long, value_name = "TEXT", allow_negative_numbers = true)]
    pub note: Option<String>,
    /// The name is a firm's: do not split it
    #[arg(long)]
    pub company_name: bool,
}

/// `lead deal start`.
#[derive(Args, Clone, Debug)]
pub struct DealStart {
    /// A lead, then what the deal is about
    #[arg(required = true, value_name = "LEAD", allow_negative_numbers = true)]
    pub words: Vec<String>,
    /// What it is worth
    #[arg(long, value_name = "MONEY", allow_negative_numbers = true)]
    pub value: Option<String>,
}

/// `lead customer edit`.
#[derive(Args, Clone, Debug)]
pub struct CustomerEdit {
    /// Its number
    #[arg(value_name = "N", value_parser = value::number, allow_negative_numbers = true)]
    pub number: u64,
    /// The name
    #[arg(long, value_name = "NAME", allow_negative_numbers = true)]
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
    /// The name is a firm's: do not split it
    #[arg(long)]
    pub company_name: bool,
    /// A field to empty: email, phone, company or address; may be repeated
    #[arg(long, value_name = "FIELD")]
    pub clear: Vec<String>,
}

/// `lead customer note`.
#[derive(Args, Clone, Debug)]
pub struct CustomerNote {
    /// Its number
    #[arg(value_name = "N", value_parser = value::number, allow_negative_numbers = true)]
    pub number: u64,
    /// What to write; - takes it from standard input
    #[arg(value_name = "TEXT", allow_negative_numbers = true)]
    pub words: Vec<String>,
}

/// `lead customer merge`.
#[derive(Args, Clone, Debug)]
pub struct CustomerMerge {
    /// The customer that stays
    #[arg(value_name = "INTO", value_parser = value::number, allow_negative_numbers = true)]
    pub into: u64,
    /// The customers that go into it
    #[arg(required = true, value_name = "FROM", value_parser = value::number, allow_negative_numbers = true)]
    pub from: Vec<u64>,
}

/// `lead deal edit`.
#[derive(Args, Clone, Debug)]
pub struct DealEdit {
    /// Its number
    #[arg(value_name = "N", value_parser = value::number, allow_negative_numbers = true)]
    pub number: u64,
    /// What it is about
    #[arg(long, value_name = "TITLE", allow_negative_numbers = true)]
    pub title: Option<String>,
    /// What it is worth; none empties it
    #[arg(long, value_name = "MONEY", allow_negative_numbers = true)]
    pub value: Option<String>,
}
