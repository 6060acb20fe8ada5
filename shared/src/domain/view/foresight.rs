//! What will be and what was decided of mail: a plan's lines, and the reasons for a lead's mail (N3).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::lead::LeadId;
use crate::domain::notice::{MailKind, MailState};

/// Something the daemon will do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedView {
    /// When.
    pub at: Timestamp,
    /// The kind of mail; `lapse` for the end of a claim.
    pub kind: String,
    /// Whom a mail goes to.
    pub to: Option<String>,
    /// The leads it is about.
    pub leads: Vec<LeadId>,
    /// The mail's subject.
    pub subject: Option<String>,
    /// The mail's Message-ID.
    pub message_id: Option<String>,
}

/// Why somebody got, gets or does not get a mail about a lead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhyView {
    /// The cause.
    pub kind: MailKind,
    /// Who is told, where somebody is.
    pub to: Option<String>,
    /// When the cause was or will be due.
    pub due_at: Option<Timestamp>,
    /// When it was decided.
    pub decided_at: Option<Timestamp>,
    /// The mail that carries it.
    pub mail: Option<u64>,
    /// Where that stands.
    pub state: Option<MailState>,
    /// What was said at its last try.
    pub error: Option<String>,
    /// Why it is so.
    pub because: Because,
}

/// Why there is a mail, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Because {
    /// Its cause fell due, and it was decided.
    Decided,
    /// Its time has not come.
    Coming,
    /// There is no follow-up.
    NoFollowUp,
    /// The follow-up was set for a day whose hour had passed (R2).
    SetTooLate,
    /// Its stage does not remind (R5).
    StageIsSilent,
    /// It is in the trash (R5).
    Trashed,
    /// The recipient has no address (R5).
    NoAddress,
    /// There is nobody to tell.
    NobodyToTell,
}
