//! What a person may do: the capabilities that roles and grants consist of.
//!
//! Decides nothing; the pipeline says which role holds which, the engine asks.

use serde::{Deserialize, Serialize};

use super::pipeline::words;

words! {
    /// One thing a role or a grant permits.
    #[derive(PartialOrd, Ord, Hash)]
    pub enum Capability {
        /// Add and import leads.
        Create = "create",
        /// Change what one may see: move, edit, log, note, tag, schedule, merge, trash, restore.
        Work = "work",
        /// Convert, and keep customers, deals and appointments.
        Convert = "convert",
        /// Claim, own and release.
        Claim = "claim",
        /// Give an unowned lead to someone, name an owner at creation, release another's claim.
        Assign = "assign",
        /// Take a lead from an owner who is not oneself.
        Reassign = "reassign",
        /// See every lead, not only one's own and the pool.
        ViewAll = "view-all",
        /// Users, pipelines, policy, purge, backup, acting as another.
        Admin = "admin",
    }
}

/// The agency's "manage leads", a word for three capabilities (A13).
pub const MANAGE: (&str, &[Capability]) =
    ("manage", &[Capability::Claim, Capability::Assign, Capability::Reassign]);

impl Capability {
    /// What a typed word grants: one capability, or the three of `manage`; `None` if it is neither.
    pub fn expand(typed: &str) -> Option<Vec<Capability>> {
        if super::name::same(typed, MANAGE.0) {
            return Some(MANAGE.1.to_vec());
        }
        Self::named(typed).map(|one| vec![one])
    }

    /// Which leads somebody sees, of whom `may` tells what they may (A13), in words.
    pub fn sight(may: impl Fn(Self) -> bool) -> &'static str {
        match (may(Self::ViewAll), may(Self::Claim)) {
            (true, _) => "every lead",
            (false, true) => "the leads you own or hold, and the pool",
            (false, false) => "the leads you own or hold",
        }
    }

    /// Every word that [`Capability::expand`] knows.
    pub fn known() -> Vec<&'static str> {
        Self::ALL.iter().map(|one| one.as_str()).chain([MANAGE.0]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a13_manage_is_claim_assign_and_reassign() {
        assert_eq!(Capability::expand("Manage"), Some(MANAGE.1.to_vec()));
        assert_eq!(Capability::expand("view all"), Some(vec![Capability::ViewAll]));
        assert_eq!(Capability::expand("fly"), None);
        assert_eq!(serde_json::to_string(&Capability::ViewAll).unwrap(), r#""view-all""#);
    }
}
