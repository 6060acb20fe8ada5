//! What looks yield of a lead's deals and appointments.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};

use crate::domain::customer::DealState;
use crate::domain::lead::{CustomerId, LeadId};
use crate::domain::money::Money;
use crate::domain::user::Login;

/// A deal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DealView {
    /// See the deal's record.
    pub id: u64,
    /// See the deal's record.
    pub lead: LeadId,
    /// See the deal's record.
    pub customer: Option<CustomerId>,
    /// See the deal's record.
    pub title: String,
    /// See the deal's record.
    pub value: Option<Money>,
    /// See the deal's record.
    pub state: DealState,
    /// See the deal's record.
    pub created_at: Timestamp,
    /// See the deal's record.
    pub closed_at: Option<Timestamp>,
}

/// A booked visit (D4).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AppointmentView {
    /// See the appointment's record.
    pub id: u64,
    /// See the appointment's record.
    pub lead: LeadId,
    /// The lead's name.
    pub name: String,
    /// When it begins.
    pub at: Timestamp,
    /// When it ends.
    pub until: Timestamp,
    /// See the appointment's record.
    pub date: Date,
    /// See the appointment's record.
    pub time: Time,
    /// See the appointment's record.
    pub zone: String,
    /// See the appointment's record.
    pub minutes: u32,
    /// See the appointment's record.
    pub place: Option<String>,
    /// See the appointment's record.
    pub note: Option<String>,
    /// See the appointment's record.
    pub sequence: u32,
    /// See the appointment's record.
    pub cancelled_at: Option<Timestamp>,
    /// See the appointment's record.
    pub created_at: Timestamp,
    /// See the appointment's record.
    pub created_by: Login,
    /// When it was last changed.
    #[serde(default)]
    pub changed_at: Timestamp,
}
