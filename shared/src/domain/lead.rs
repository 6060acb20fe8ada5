//! The lead's record: what is stored, and what follows from it alone.
//!
//! A field here is a fact somebody stated. What time or a viewer changes (assignee, pool, badge) is
//! derived by `claim`, `scope` and `badge`, never stored. Notes are activities, not fields.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::claim::Claim;
use super::follow_up::FollowUp;
use super::import::ImportId;
use super::money::Money;
use super::phone::Phone;
use super::pipeline::{PipelineId, StageId};
use super::user::Login;

/// A lead's number: short, counted from 1, never reused.
pub type LeadId = u64;

/// A customer's number, counted apart from the leads'.
pub type CustomerId = u64;

/// Fields written by a later version, kept through a rewrite.
pub type Unknown = BTreeMap<String, Value>;

/// A person or firm that may buy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lead {
    /// The number.
    pub id: LeadId,
    /// Raised by one with every change of the record (L10).
    pub revision: u64,
    /// The pipeline it goes through.
    pub pipeline: PipelineId,
    /// Where it stands.
    pub stage: StageId,
    /// The person's or the firm's name.
    pub name: String,
    /// The firm.
    pub company: Option<String>,
    /// As typed; compared by `Email::key` (L6).
    pub email: Option<String>,
    /// As typed, with the E.164 form where there is one (L6).
    pub phone: Option<Phone>,
    /// The postal address.
    pub address: Option<String>,
    /// Where it came from.
    pub source: Option<String>,
    /// In the order they were set.
    pub tags: Vec<String>,
    /// Free fields, equipment among them.
    pub fields: BTreeMap<String, String>,
    /// What it may be worth.
    pub value: Option<Money>,
    /// Responsible until someone changes it.
    pub owner: Option<Login>,
    /// The latest claim; live or not is a matter of `now` (A9).
    pub claim: Option<Claim>,
    /// The promised next contact.
    pub follow_up: Option<FollowUp>,
    /// Stamped by the activities that count as contact (L2).
    pub last_contacted_at: Option<Timestamp>,
    /// The latest conversion (L11).
    pub converted_at: Option<Timestamp>,
    /// The customer it belongs to, made, found or named at creation (A3).
    pub customer: Option<CustomerId>,
    /// When it was added.
    pub created_at: Timestamp,
    /// Who added it.
    pub created_by: Login,
    /// The last change of the record.
    pub changed_at: Timestamp,
    /// Set while it is in the trash (L8).
    pub trashed_at: Option<Timestamp>,
    /// Its successor, when it was merged.
    pub merged_into: Option<LeadId>,
    /// All that were merged into it, through others too: their notes and history are its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub merged_from: Vec<LeadId>,
    /// The import it came by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub import: Option<ImportId>,
    /// True while that import has not ended: the lead is not there yet, for anybody. Never stored; the
    /// store tells it whenever the lead is loaded.
    #[serde(skip)]
    pub staged: bool,
    /// See [`Unknown`].
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// No chain of merged records is followed further.
pub(super) const MERGES: usize = 1_000;

/// The lead that `id` stands for now: itself, or what it was merged into.
///
/// # Errors
/// What `load` says.
pub fn successor<E>(
    id: LeadId,
    mut load: impl FnMut(LeadId) -> Result<Option<Lead>, E>,
) -> Result<Option<Lead>, E> {
    let mut lead = load(id)?;
    for _ in 0..MERGES {
        match lead.as_ref().and_then(|lead| lead.merged_into) {
            Some(into) => lead = load(into)?,
            None => break,
        }
    }
    Ok(lead)
}

impl Lead {
    /// Its own number, and those of the leads that were merged into it.
    pub fn numbers(&self) -> impl Iterator<Item = LeadId> + '_ {
        std::iter::once(self.id).chain(self.merged_from.iter().copied())
    }

    /// True when lists, boards, reports, the pool and the mail may know it (L8).
    pub fn is_listed(&self) -> bool {
        self.trashed_at.is_none() && self.merged_into.is_none() && !self.staged
    }
}
