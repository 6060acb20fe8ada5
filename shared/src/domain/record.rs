//! What is done to records that are no leads: customers, deals, appointments and pipelines.
//!
//! As typed, like every request: the engine reads the values. A lead's own deeds are in `request`.

use serde::{Deserialize, Serialize};

use super::lead::CustomerId;
use super::request::LeadRef;

/// A change of a record that is no lead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RecordDeed {
    /// Of a customer.
    Customer {
        /// Which.
        id: CustomerId,
        /// What.
        deed: CustomerDeed,
    },
    /// Of a deal (D7).
    Deal {
        /// Which.
        id: u64,
        /// What.
        deed: DealDeed,
    },
    /// A new appointment with a lead (D4).
    Book {
        /// With whom.
        lead: LeadRef,
        /// When, how long, where.
        booking: Box<Booking>,
    },
    /// Of an appointment.
    Appointment {
        /// Which.
        id: u64,
        /// What.
        deed: AppointmentDeed,
    },
    /// Of a pipeline (P3).
    Pipeline(PipelineDeed),
    /// Of a mail.
    Mail {
        /// Which.
        id: u64,
        /// What.
        deed: MailDeed,
    },
}

/// What is done to a mail by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MailDeed {
    /// Tried again at once; the same bytes, if they were fixed.
    Retry,
    /// Never tried again.
    Drop,
}

/// What is done to a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CustomerDeed {
    /// Other values.
    Edit(Box<CustomerEdit>),
    /// A note (L1).
    Note {
        /// What it says.
        text: String,
    },
    /// Others go into it.
    Merge {
        /// Which.
        from: Vec<CustomerId>,
    },
}

/// Values of a customer; what is `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerEdit {
    /// The name.
    pub name: Option<String>,
    /// See the customer's record.
    pub email: Option<String>,
    /// See the customer's record.
    pub phone: Option<String>,
    /// See the customer's record.
    pub company: Option<String>,
    /// See the customer's record.
    pub address: Option<String>,
    /// The name is a firm's: do not split it.
    pub company_name: bool,
    /// Fields to be emptied.
    pub clear: Vec<String>,
}

/// What is done to a deal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DealDeed {
    /// Other values.
    Edit {
        /// What it is about.
        title: Option<String>,
        /// What it is worth; `none` empties it.
        value: Option<String>,
    },
    /// Closed with a sale.
    Win,
    /// Closed without one.
    Lose,
    /// Open again.
    Reopen,
}

/// What is said of an appointment; what is `None` stays, or takes its usual value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booking {
    /// WHEN, with a time of day.
    pub when: Option<String>,
    /// How long: `1h30m`.
    pub length: Option<String>,
    /// Where.
    pub place: Option<String>,
    /// A word about it.
    pub note: Option<String>,
    /// Fields to be emptied.
    pub clear: Vec<String>,
}

/// What is done to an appointment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AppointmentDeed {
    /// Other values.
    Edit(Box<Booking>),
    /// Called off.
    Cancel,
}

/// What is done to the store's pipelines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PipelineDeed {
    /// One more.
    Add {
        /// The file's text.
        text: String,
    },
    /// This one for leads that name none.
    Default {
        /// Which.
        id: String,
    },
    /// Another file for the pipeline of its id.
    Replace {
        /// The file's text.
        text: String,
        /// `OLD=NEW`, for stages that leads stand in.
        map: Vec<String>,
    },
}

impl RecordDeed {
    /// The verb of the command line that asks for this.
    pub fn verb(&self) -> &'static str {
        match self {
            Self::Customer { deed, .. } => match deed {
                CustomerDeed::Edit(_) => "customer edit",
                CustomerDeed::Note { .. } => "customer note",
                CustomerDeed::Merge { .. } => "customer merge",
            },
            Self::Deal { deed, .. } => match deed {
                DealDeed::Edit { .. } => "deal edit",
                DealDeed::Win => "deal win",
                DealDeed::Lose => "deal lose",
                DealDeed::Reopen => "deal reopen",
            },
            Self::Book { .. } => "appointment add",
            Self::Appointment { deed, .. } => match deed {
                AppointmentDeed::Edit(_) => "appointment edit",
                AppointmentDeed::Cancel => "appointment cancel",
            },
            Self::Mail { deed, .. } => match deed {
                MailDeed::Retry => "outbox retry",
                MailDeed::Drop => "outbox drop",
            },
            Self::Pipeline(deed) => match deed {
                PipelineDeed::Add { .. } => "pipeline add",
                PipelineDeed::Default { .. } => "pipeline default",
                PipelineDeed::Replace { .. } => "pipeline replace",
            },
        }
    }
}
