//! What one may ask for: changes ([`Request`]) and looks ([`Look`]), as typed.
//!
//! Values are still text here: the engine reads them with the pipeline, the policy and the user's
//! zone at hand, so that every door reads them alike. A [`Call`] says who asks.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::edit::LeadEdit;
use super::import::ImportStep;
use super::lead::{CustomerId, LeadId};
use super::past::Past;
use super::record::RecordDeed;

mod look;
mod person;
mod timed;

pub use look::Look;
pub use person::{NewUser, UserDeed, UserEdit};
pub use timed::{Duty, Fate, Written};

/// Who asks, as the operating system says, and on what terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Who is on the line.
    pub caller: Caller,
    /// Whose rights are used (`--as`); needs `admin`.
    pub as_user: Option<String>,
}

/// The one who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// An operating-system account, proved by the socket's peer or by the process itself (U2).
    Account(String),
    /// Time: the daemon's own work.
    System,
}

/// A change, with what makes it safe to ask twice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// Random, chosen by the client: the same id gets the same answer.
    pub id: String,
    /// What is asked for.
    pub request: Request,
    /// Do everything but the commit.
    pub dry_run: bool,
    /// Only if the lead's revision is still this one (L10).
    pub if_revision: Option<u64>,
    /// The changed records are wanted in the answer.
    pub want_views: bool,
}

/// A change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Request {
    /// A new lead.
    Add(Box<NewLead>),
    /// One deed done to each of some leads.
    Work {
        /// Which.
        leads: Which,
        /// What.
        deed: Deed,
        /// All or nothing.
        atomic: bool,
    },
    /// Leads that are the same person or firm made one.
    Merge {
        /// The one that stays.
        into: LeadRef,
        /// Those that become part of it.
        from: Vec<LeadRef>,
    },
    /// Claim the most urgent lead of the pool.
    ClaimNext,
    /// A new customer, without a lead.
    AddCustomer(Box<NewCustomer>),
    /// A new user.
    AddUser(Box<NewUser>),
    /// A change of a user.
    ChangeUser {
        /// Whose.
        login: String,
        /// What.
        deed: UserDeed,
    },
    /// A key of the policy set; taken out where there is no value. It is no change of the store: the
    /// history has no entry of it, and it is not undone.
    Configure {
        /// The key, `reminders.at`.
        key: String,
        /// As typed, without the file's quotes.
        value: Option<String>,
    },
    /// A sale for a converted lead (D7).
    StartDeal {
        /// The lead.
        lead: LeadRef,
        /// What it is about; the lead's name when empty.
        title: Option<String>,
        /// What it is worth.
        value: Option<String>,
    },
    /// A change of a customer, a deal, an appointment or a pipeline.
    Record(RecordDeed),
    /// A lead's content erased for good (L8).
    Purge {
        /// The lead.
        lead: LeadRef,
        /// Its name, to be sure.
        confirm: String,
        /// Its customer too.
        with_customer: bool,
    },
    /// A change undone (L9).
    Undo {
        /// The caller's last change of this lead.
        lead: Option<LeadRef>,
        /// This change; the caller's last one otherwise.
        change: Option<u64>,
    },
    /// A step of an import.
    Import(ImportStep),
    /// The daemon's own work; refused to every account.
    Duty(Duty),
}

/// Some leads, as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Which {
    /// By number, range or address, in this order.
    These(Vec<LeadRef>),
    /// All that a filter's terms match, in the order of their numbers.
    Where(Vec<String>),
}

/// A lead, as typed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum LeadRef {
    /// By number.
    Number(LeadId),
    /// From one number to another, both included; gaps are skipped.
    Range(LeadId, LeadId),
    /// By its exact e-mail address.
    Email(String),
}

/// A lead to be added.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewLead {
    /// The name; required.
    pub name: String,
    /// See the lead's record.
    pub email: Option<String>,
    /// See the lead's record.
    pub phone: Option<String>,
    /// See the lead's record.
    pub company: Option<String>,
    /// See the lead's record.
    pub address: Option<String>,
    /// See the lead's record.
    pub source: Option<String>,
    /// Money.
    pub value: Option<String>,
    /// A first note.
    pub note: Option<String>,
    /// Free fields, each `key=value`.
    pub sets: Vec<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// The starting stage.
    pub stage: Option<String>,
    /// The channel it came by (F10).
    pub channel: Option<String>,
    /// A login, or `me`.
    pub owner: Option<String>,
    /// The existing customer it belongs to (A3).
    pub customer: Option<CustomerId>,
    /// WHEN.
    pub follow_up: Option<String>,
    /// What to do when it exists already (A5).
    pub on_duplicate: Option<OnDuplicate>,
    /// The pipeline; the store's default otherwise.
    pub pipeline: Option<String>,
    /// What a file says of its past; only who administers may say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub past: Option<Box<Past>>,
    /// For fields of these names: the free field that keeps a value the field may not have, instead of
    /// a refusal; an empty one drops it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub otherwise: BTreeMap<String, String>,
}

/// What to do with a lead whose address or phone exists already (A5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OnDuplicate {
    /// Merge it into what exists.
    Merge,
    /// Keep both.
    Keep,
    /// Refuse.
    Fail,
}

/// What is done to a lead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Deed {
    /// A stage change, by stage or by named move.
    Move {
        /// A stage or a named move.
        target: String,
        /// Convert in the same commit (D5).
        convert: Option<Conversion>,
    },
    /// Hold it for the pipeline's window (A8).
    Claim,
    /// Keep a claim for good (A10).
    Own,
    /// Give back a claim or an ownership.
    Release,
    /// Make somebody the owner, or nobody.
    Assign {
        /// A login, `me` or `none`.
        to: String,
    },
    /// Make whoever's turn it is the owner.
    AssignNext,
    /// Set or end the follow-up (F5).
    Schedule {
        /// WHEN, or `none`.
        when: String,
        /// Goes to the notes.
        note: Option<String>,
    },
    /// A note (L1).
    Note {
        /// What it says.
        text: String,
    },
    /// A call, a job, an estimate (L2, L3).
    Log {
        /// A kind of the pipeline.
        kind: String,
        /// What was said.
        text: Option<String>,
        /// What came of it.
        outcome: Option<String>,
        /// The next follow-up, WHEN.
        next: Option<String>,
        /// This follow-up is done.
        done: bool,
        /// A stage change in the same commit.
        target: Option<String>,
    },
    /// Tags set and removed (F8).
    Tag {
        /// To set.
        add: Vec<String>,
        /// To remove.
        remove: Vec<String>,
    },
    /// Make it a customer, in the pipeline's way.
    Convert(Conversion),
    /// Other values for its fields (M7).
    Edit(Box<LeadEdit>),
    /// Into the trash (L8).
    Trash,
    /// Out of the trash.
    Restore,
}

/// How to convert.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversion {
    /// Into this customer.
    pub into: Option<CustomerId>,
    /// Into a new one, whoever exists.
    pub new: bool,
    /// The name is a firm's: do not split it (M9).
    pub company_name: bool,
    /// Start a deal in the same commit, with this title; the lead's name where that is empty.
    pub deal: Option<String>,
}

/// A customer to be added.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewCustomer {
    /// The name; required.
    pub name: String,
    /// See the customer's record.
    pub email: Option<String>,
    /// See the customer's record.
    pub phone: Option<String>,
    /// See the customer's record.
    pub company: Option<String>,
    /// See the customer's record.
    pub address: Option<String>,
    /// A first note.
    pub note: Option<String>,
    /// The name is a firm's: do not split it.
    pub company_name: bool,
}
