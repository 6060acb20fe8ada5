//! What an undo does, as data: shown before it is done, and said after (L9, N4).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::activity::Edit;
use super::lead::LeadId;
use super::notice::MailKind;
use super::user::Login;

/// One change undone, or about to be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Undoing {
    /// The change that is undone.
    pub change: u64,
    /// Its verb.
    pub verb: String,
    /// Who made it.
    pub actor: Login,
    /// When.
    pub at: Timestamp,
    /// The change that undoes it; none when it is undone already.
    pub by: Option<u64>,
    /// What is set back, each from what stands now to what stood before.
    pub edits: Vec<Edit>,
    /// How many notes vanish, or come back.
    pub notes: u64,
    /// The mails that are out already and cannot be taken back.
    pub mails: Vec<Gone>,
}

/// A mail that is out already.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gone {
    /// Its number.
    pub mail: u64,
    /// What it is about.
    pub kind: MailKind,
    /// To whom it went.
    pub to: Login,
}

/// The edit that is in the way of an undo.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InTheWay {
    /// The change that was to be undone.
    pub change: u64,
    /// The record: `lead/12`.
    pub record: String,
    /// The field that is not as the change left it.
    pub field: String,
    /// The change that made it so, where one is on record.
    pub by: Option<Since>,
}

/// Who changed something since.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Since {
    /// The change.
    pub change: u64,
    /// Who made it.
    pub actor: Login,
    /// When.
    pub at: Timestamp,
    /// The lead it was about.
    pub lead: Option<LeadId>,
}
