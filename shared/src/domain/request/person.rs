//! What one may ask for about a user, as typed (U1, U4).

use serde::{Deserialize, Serialize};

/// A user to be added.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewUser {
    /// The login name.
    pub login: String,
    /// The values.
    pub values: UserEdit,
}

/// Values of a user; what is `None` stays, or takes its default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserEdit {
    /// The name people see.
    pub name: Option<String>,
    /// Where mail goes.
    pub email: Option<String>,
    /// A role of the default pipeline.
    pub role: Option<String>,
    /// An IANA zone.
    pub zone: Option<String>,
    /// The operating-system account.
    pub account: Option<String>,
    /// Whether leads that are given by turns pass them by.
    pub paused: Option<bool>,
}

/// What is done to a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum UserDeed {
    /// Other values.
    Edit(UserEdit),
    /// From now on they may nothing, and their claims end (U4).
    Disable,
    /// They may again.
    Enable,
    /// More than their role may: capabilities, or `manage`.
    Grant(Vec<String>),
    /// Less than that.
    Revoke(Vec<String>),
}

impl UserDeed {
    /// The verb of the command line that asks for this.
    pub fn verb(&self) -> &'static str {
        match self {
            Self::Edit(_) => "user edit",
            Self::Disable => "user disable",
            Self::Enable => "user enable",
            Self::Grant(_) => "user grant",
            Self::Revoke(_) => "user revoke",
        }
    }
}
