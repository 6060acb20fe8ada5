//! The customer, the deal and the appointment: what a lead becomes and what is booked with it.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};

use super::email;
use super::lead::{CustomerId, Lead, LeadId, MERGES, Unknown};
use super::money::Money;
use super::phone::Phone;
use super::pipeline::IdentityKey;
use super::user::Login;

/// The separate record that conversion makes or finds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Customer {
    /// The number.
    pub id: CustomerId,
    /// Raised by one with every change of the record.
    pub revision: u64,
    /// The whole name.
    pub name: String,
    /// The part before the last word, where the pipeline splits names (M9).
    pub first_name: Option<String>,
    /// The last word, where the pipeline splits names (M9).
    pub last_name: Option<String>,
    /// The firm.
    pub company: Option<String>,
    /// As typed.
    pub email: Option<String>,
    /// As typed, with the E.164 form where there is one.
    pub phone: Option<Phone>,
    /// The postal address.
    pub address: Option<String>,
    /// Its leads, in the order they came (A3, A12).
    pub leads: Vec<LeadId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Who made it.
    pub created_by: Login,
    /// The last change of the record.
    pub changed_at: Timestamp,
    /// Its successor, when it was merged.
    pub merged_into: Option<CustomerId>,
    /// The numbers that were merged into it: their notes are its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub merged_from: Vec<CustomerId>,
    /// Set when the change that made it was undone.
    pub removed_at: Option<Timestamp>,
    /// See [`Unknown`].
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl Customer {
    /// A customer of whom nothing is known but the name.
    pub fn blank(id: CustomerId, name: String, now: Timestamp, by: Login) -> Self {
        Self {
            id,
            revision: 0,
            name,
            first_name: None,
            last_name: None,
            company: None,
            email: None,
            phone: None,
            address: None,
            leads: Vec::new(),
            created_at: now,
            created_by: by,
            changed_at: now,
            merged_into: None,
            merged_from: Vec::new(),
            removed_at: None,
            unknown: Unknown::new(),
        }
    }
}

/// The customer that `id` stands for now: itself, or what it was merged into.
///
/// # Errors
/// What `load` says.
pub fn successor<E>(
    id: CustomerId,
    mut load: impl FnMut(CustomerId) -> Result<Option<Customer>, E>,
) -> Result<Option<Customer>, E> {
    let mut customer = load(id)?;
    for _ in 0..MERGES {
        match customer.as_ref().and_then(|customer| customer.merged_into) {
            Some(into) => customer = load(into)?,
            None => break,
        }
    }
    Ok(customer)
}

impl Lead {
    /// Whether the lead and the customer have the same address, or the same number (L6).
    pub fn shares(&self, key: IdentityKey, customer: &Customer) -> bool {
        match key {
            IdentityKey::Email => same(&self.email, &customer.email, |email| email::key(email)),
            IdentityKey::Phone => same(&self.phone, &customer.phone, Phone::key),
        }
    }
}

fn same<T>(ours: &Option<T>, theirs: &Option<T>, key: impl Fn(&T) -> String) -> bool {
    matches!((ours, theirs), (Some(ours), Some(theirs)) if key(ours) == key(theirs))
}

/// How a deal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DealState {
    /// Being worked on.
    Open,
    /// Closed with a sale.
    Won,
    /// Closed without one.
    Lost,
}

impl DealState {
    /// The word scripts see.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Won => "won",
            Self::Lost => "lost",
        }
    }
}

/// A sale opened for a lead that was converted (D7).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Deal {
    /// The number.
    pub id: u64,
    /// Raised by one with every change of the record.
    pub revision: u64,
    /// The lead it was started from.
    pub lead: LeadId,
    /// The customer it is made with, where the pipeline keeps them apart.
    pub customer: Option<CustomerId>,
    /// What it is about.
    pub title: String,
    /// What it is worth.
    pub value: Option<Money>,
    /// How it stands.
    pub state: DealState,
    /// When it was started.
    pub created_at: Timestamp,
    /// Who started it.
    pub created_by: Login,
    /// When it was won or lost.
    pub closed_at: Option<Timestamp>,
    /// Set when the change that made it was undone.
    pub removed_at: Option<Timestamp>,
    /// See [`Unknown`].
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// A booked visit, apart from the stage (D4).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Appointment {
    /// The number.
    pub id: u64,
    /// Raised by one with every change of the record.
    pub revision: u64,
    /// The lead it is with.
    pub lead: LeadId,
    /// The day.
    pub date: Date,
    /// The time of day in `zone`.
    pub time: Time,
    /// The IANA zone the time is meant in.
    pub zone: String,
    /// Its length in minutes.
    pub minutes: u32,
    /// Where.
    pub place: Option<String>,
    /// A word about it.
    pub note: Option<String>,
    /// Raised with every change: the calendar's SEQUENCE.
    pub sequence: u32,
    /// When it was booked.
    pub created_at: Timestamp,
    /// Who booked it.
    pub created_by: Login,
    /// Set when it was called off.
    pub cancelled_at: Option<Timestamp>,
    /// The last change of the record; none before there was one, and in records of an earlier version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_at: Option<Timestamp>,
    /// See [`Unknown`].
    #[serde(flatten)]
    pub unknown: Unknown,
}
