//! People: who they are, what they may, and how the machine proves it (U1–U4).

use std::collections::BTreeSet;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::capability::Capability;
use super::lead::Unknown;
use super::pipeline::Pipeline;

/// A user's login name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Login(pub String);

impl Login {
    /// The name that acts when time does: the end of a claim, a mail that was decided.
    pub const SYSTEM: &'static str = "system";

    /// The login that stands for time itself in the history.
    pub fn system() -> Self {
        Self(Self::SYSTEM.to_owned())
    }

    /// Whether it is no user's but a mail address, as which a report goes to somebody outside: no login
    /// has an `@`.
    pub fn is_address(&self) -> bool {
        self.0.contains('@')
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Someone who uses the store.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct User {
    /// The login name; never changes.
    pub login: Login,
    /// Raised by one with every change of the record.
    pub revision: u64,
    /// The name people see.
    pub name: String,
    /// Where their mail goes.
    pub email: Option<String>,
    /// `sales`, `manager` or `owner`: a role of the default pipeline.
    pub role: String,
    /// The IANA zone they live in; without one the team's holds.
    pub zone: Option<String>,
    /// The operating-system account that proves who they are (U2).
    pub account: String,
    /// Capabilities beyond the role's.
    pub granted: BTreeSet<Capability>,
    /// Capabilities of the role that were taken away.
    pub revoked: BTreeSet<Capability>,
    /// When they were added.
    pub created_at: Timestamp,
    /// Set while the account is disabled (U4).
    pub disabled_at: Option<Timestamp>,
    /// Set while leads that are given by turns pass them by.
    #[serde(default)]
    pub paused_at: Option<Timestamp>,
    /// See [`Unknown`].
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl User {
    /// Whether mail reaches them: they are active and have an address (R5).
    pub fn gets_mail(&self) -> bool {
        self.disabled_at.is_none() && self.email.is_some()
    }

    /// What the user may do: the role's capabilities in the default pipeline, what was granted
    /// more and not what was revoked. Someone disabled may nothing.
    pub fn capabilities(&self, default: &Pipeline) -> BTreeSet<Capability> {
        if self.disabled_at.is_some() {
            return BTreeSet::new();
        }
        let role = default.role(&self.role).map(|role| role.capabilities.clone()).unwrap_or_default();
        role.into_iter()
            .chain(self.granted.iter().copied())
            .filter(|one| !self.revoked.contains(one))
            .collect()
    }
}
