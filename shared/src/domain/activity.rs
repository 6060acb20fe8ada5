//! The ledger's entries: changes, their activities and their field-level edits (L5, N7).
//!
//! An activity's header holds no personal data and is chained by hash; its content stands apart
//! and may be purged while the chain still holds.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::capability::Capability;
use super::lead::{CustomerId, LeadId};
use super::pipeline::StageId;
use super::user::Login;

/// What kind of thing happened. The names are a promise to scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// A record was added.
    Created,
    /// A field was changed.
    Edited,
    /// Tags were set or removed.
    Tagged,
    /// A note was written.
    Noted,
    /// A contact was logged (L2).
    ContactLogged,
    /// Something that is no contact was logged.
    Logged,
    /// A stage was changed, by any door (D2).
    LeadStatusTransition,
    /// A lead was claimed.
    Claimed,
    /// A claim or an ownership was given back.
    ClaimReleased,
    /// A claim's window ended (A9).
    ClaimLapsed,
    /// The owner was changed.
    OwnerChanged,
    /// A follow-up was set.
    FollowUpSet,
    /// A follow-up was ended.
    FollowUpCleared,
    /// A lead was converted.
    Converted,
    /// A record was merged into another.
    Merged,
    /// A lead was put into the trash.
    Trashed,
    /// A lead was taken out of the trash.
    Restored,
    /// Content was erased for good.
    Purged,
    /// An appointment was booked.
    AppointmentBooked,
    /// An appointment was changed.
    AppointmentChanged,
    /// An appointment was called off.
    AppointmentCancelled,
    /// A deal was started.
    DealStarted,
    /// A deal was changed, won, lost or reopened.
    DealChanged,
    /// An earlier change was undone.
    Undone,
    /// A pipeline was added, replaced or made the default.
    PipelineChanged,
    /// A user was added or changed.
    UserChanged,
    /// Records were imported.
    Imported,
}

impl Event {
    /// Every event's name, in the order of the declaration.
    pub fn names() -> Vec<String> {
        Self::ALL.iter().map(|event| event.name()).collect()
    }

    /// Every event.
    pub const ALL: [Self; 27] = [
        Self::Created,
        Self::Edited,
        Self::Tagged,
        Self::Noted,
        Self::ContactLogged,
        Self::Logged,
        Self::LeadStatusTransition,
        Self::Claimed,
        Self::ClaimReleased,
        Self::ClaimLapsed,
        Self::OwnerChanged,
        Self::FollowUpSet,
        Self::FollowUpCleared,
        Self::Converted,
        Self::Merged,
        Self::Trashed,
        Self::Restored,
        Self::Purged,
        Self::AppointmentBooked,
        Self::AppointmentChanged,
        Self::AppointmentCancelled,
        Self::DealStarted,
        Self::DealChanged,
        Self::Undone,
        Self::PipelineChanged,
        Self::UserChanged,
        Self::Imported,
    ];

    /// The name scripts see.
    pub fn name(self) -> String {
        match serde_json::to_value(self) {
            Ok(Value::String(name)) => name,
            _ => String::new(),
        }
    }
}

/// One field of one record, before and after.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Edit {
    /// The record: `lead/12`, `customer/3`, `user/kim`.
    pub record: String,
    /// The field; a free field is `fields.colour`.
    pub field: String,
    /// `null` where there was nothing.
    pub before: Value,
    /// `null` where there is nothing now.
    pub after: Value,
}

/// An activity's header: everything but what is personal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// Its place in the history, counted from 1 without a gap.
    pub seq: u64,
    /// The change it belongs to.
    pub change: u64,
    /// When. The order is that of `seq`, never of the clock (T4).
    pub at: Timestamp,
    /// Who.
    pub actor: Login,
    /// The real user, when one acted with another's rights (U2).
    pub via: Option<Login>,
    /// The lead it is about.
    pub lead: Option<LeadId>,
    /// The customer it is about.
    pub customer: Option<CustomerId>,
    /// What happened.
    pub event: Event,
    /// By which move, kind or verb.
    pub action: Option<String>,
    /// The stage before.
    pub from: Option<StageId>,
    /// The stage after.
    pub to: Option<StageId>,
    /// The change that its own change undoes, as that says too: for whoever asks of very many leads what of
    /// theirs stands. Entries of before it was written down have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<u64>,
    /// SHA-256, in hex, over the content's bytes as stored, its salt among them.
    pub digest: String,
    /// SHA-256, in hex, over the hash of the entry before and this header.
    pub hash: String,
}

/// An activity's content: what a purge erases.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Content {
    /// Random, in hex: keeps a digest from being guessed back to its text.
    pub salt: String,
    /// The note, or what was logged.
    pub text: Option<String>,
    /// How a note is headed, `2026-11-22 14:03 kim`, fixed when written (L1); set for notes only.
    pub stamp: Option<String>,
    /// What came of a contact.
    pub outcome: Option<String>,
    /// The edits this activity made.
    pub edits: Vec<Edit>,
}

/// One activity as the engine drafts it; the store numbers and chains it at commit.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// When; the commit's instant but for the end of a claim (A9).
    pub at: Timestamp,
    /// Who; the call's actor but for what time does.
    pub actor: Login,
    /// The lead it is about.
    pub lead: Option<LeadId>,
    /// The customer it is about.
    pub customer: Option<CustomerId>,
    /// What happened.
    pub event: Event,
    /// By which move, kind or verb.
    pub action: Option<String>,
    /// The stages before and after.
    pub stages: Option<(Option<StageId>, StageId)>,
    /// What was said and edited; the salt is the store's.
    pub content: Content,
}

/// One commit, as stored beside its activities.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Its number, counted from 1 without a gap.
    pub number: u64,
    /// The request that asked for it: asked again, it gets the same answer.
    pub request: String,
    /// Who.
    pub actor: Login,
    /// The real user, when one acted with another's rights (U2).
    pub via: Option<Login>,
    /// When.
    pub at: Timestamp,
    /// The verb, as typed on the command line.
    pub verb: String,
    /// The capability it needed; its undo needs it too (L9).
    pub needs: Option<Capability>,
    /// The first of its activities.
    pub first_seq: u64,
    /// How many activities it carries.
    pub activities: u64,
    /// The change it undid.
    pub undoes: Option<u64>,
    /// What was answered, without personal data: repeated for a repeated request.
    pub answer: Value,
}
