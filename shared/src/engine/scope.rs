//! Who asks, what they may do and what they may see (A13, U2).
//!
//! Pure: a scope is made once for a request, and every record passes through it.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use crate::domain::capability::Capability;
use crate::domain::customer::Customer;
use crate::domain::lead::Lead;
use crate::domain::pipeline::{Pipeline, StageKind};
use crate::domain::refusal::Refusal;
use crate::domain::user::{Login, User};

/// The rights and the eyes of one caller.
pub(super) struct Scope {
    /// None for time itself.
    user: Option<User>,
    /// The real user, when one acts with another's rights.
    pub(super) via: Option<Login>,
    may: BTreeSet<Capability>,
    /// The zone in which WHEN is read and badges turn.
    pub(super) zone: TimeZone,
}

impl Scope {
    pub(super) fn new(user: User, via: Option<Login>, may: BTreeSet<Capability>, zone: TimeZone) -> Self {
        Self { user: Some(user), via, may, zone }
    }

    /// The scope of the daemon's own work: it sees everything.
    pub(super) fn system(zone: TimeZone) -> Self {
        Self { user: None, via: None, may: Capability::ALL.iter().copied().collect(), zone }
    }

    /// Who acts, for the history.
    pub(super) fn actor(&self) -> Login {
        self.user.as_ref().map_or_else(Login::system, |user| user.login.clone())
    }

    /// The user, unless time itself acts.
    pub(super) fn user(&self) -> Option<&User> {
        self.user.as_ref()
    }

    /// True for the daemon's own work.
    pub(super) fn is_system(&self) -> bool {
        self.user.is_none()
    }

    /// Whether the caller may.
    pub(super) fn may(&self, capability: Capability) -> bool {
        self.may.contains(&capability)
    }

    /// # Errors
    /// [`Refusal::Capability`] for who may not.
    pub(super) fn require(&self, needs: Capability) -> Result<(), Refusal> {
        if self.may(needs) { Ok(()) } else { Err(Refusal::Capability { needs }) }
    }

    /// Whether the lead exists for the caller: everything with `view-all`; else what they own or
    /// hold, and the pool if they may claim (A13).
    pub(super) fn sees(&self, lead: &Lead, pipeline: &Pipeline, now: Timestamp) -> bool {
        if lead.staged {
            return false;
        }
        if self.may(Capability::ViewAll) {
            return true;
        }
        let Some(user) = &self.user else { return true };
        let is_mine = lead.owner.as_ref() == Some(&user.login) || lead.assignee(now) == Some(&user.login);
        is_mine || (self.may(Capability::Claim) && lead.is_in_pool(pipeline, now))
    }

    /// Whether a customer exists for the caller: everything with `view-all`; else those they made,
    /// and those of a lead they see, among `leads` (A13).
    pub(super) fn sees_customer(&self, customer: &Customer, sees_lead: bool) -> bool {
        self.may(Capability::ViewAll)
            || sees_lead
            || self.user.as_ref().is_none_or(|user| user.login == customer.created_by)
    }

    /// Whether the caller, who does not see the lead, may still learn who beat them to it: the one
    /// exception of A13, for the loser of a claim (A8).
    pub(super) fn lost_claim_to(&self, lead: &Lead, pipeline: &Pipeline, now: Timestamp) -> bool {
        self.may(Capability::Claim)
            && lead.is_listed()
            && lead.owner.is_none()
            && lead.live_claim(now).is_some()
            && pipeline.stage(&lead.stage).kind == StageKind::Open
    }

    /// `now` where the caller lives.
    pub(super) fn zoned(&self, now: Timestamp) -> Zoned {
        Zoned::new(now, self.zone.clone())
    }
}
