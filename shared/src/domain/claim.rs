//! Claims: a temporary hold of an unowned lead, over when its time is over (A8–A10).
//!
//! Pure functions of the record and `now`: whoever reads sees the same, daemon or no daemon.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::lead::Lead;
use super::pipeline::{Pipeline, StageKind};
use super::user::Login;

/// A hold of a lead for a window of elapsed time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// The holder.
    pub by: Login,
    /// When it began.
    pub at: Timestamp,
    /// The first instant at which it no longer holds.
    pub until: Timestamp,
}

impl Claim {
    /// A claim that begins at `now` and lasts `window`, in elapsed seconds whatever the clocks do
    /// to the day (T4).
    pub fn new(by: Login, now: Timestamp, window: SignedDuration) -> Self {
        Self { by, at: now, until: now.saturating_add(window).unwrap_or(Timestamp::MAX) }
    }

    /// True before `until`: at 86,399 s it lives, at 86,400 s it does not.
    pub fn is_live(&self, now: Timestamp) -> bool {
        now < self.until
    }
}

impl Lead {
    /// The claim that holds at `now`.
    pub fn live_claim(&self, now: Timestamp) -> Option<&Claim> {
        self.claim.as_ref().filter(|claim| claim.is_live(now))
    }

    /// The claim whose end has come and is not yet recorded.
    pub fn lapsed_claim(&self, now: Timestamp) -> Option<&Claim> {
        self.claim.as_ref().filter(|claim| !claim.is_live(now))
    }

    /// The live claim's holder, else the owner, else nobody.
    pub fn assignee(&self, now: Timestamp) -> Option<&Login> {
        self.live_claim(now).map(|claim| &claim.by).or(self.owner.as_ref())
    }

    /// True for a lead in an open stage, with no owner and no live claim.
    pub fn is_in_pool(&self, pipeline: &Pipeline, now: Timestamp) -> bool {
        self.is_listed()
            && pipeline.stage(&self.stage).kind == StageKind::Open
            && self.owner.is_none()
            && self.live_claim(now).is_none()
    }
}
