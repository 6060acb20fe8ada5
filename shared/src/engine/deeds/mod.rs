//! What is done to a lead: one file for each kind of deed, one way in for all of them.
//!
//! A deed takes the lead in hand, checks everything before it changes anything, and leaves the
//! changed lead on the desk. Whatever door a change comes by, it comes through here (P1).

pub(super) mod assign;
pub(super) mod claims;
mod contact;
pub(super) mod convert;
mod edit;
pub(super) mod moves;
mod schedule;
pub(super) mod tags;
mod trash;

use std::collections::BTreeMap;

use jiff::Timestamp;

pub(super) use schedule::follow_up;

use super::desk::Desk;
use super::halt::Halt;
use crate::domain::capability::Capability;
use crate::domain::lead::{CustomerId, Lead, LeadId};
use crate::domain::refusal::Refusal;
use crate::domain::reply::Settled;
use crate::domain::request::Deed;

/// What was found by scans before the transaction began, for deeds that need to know it. Whatever
/// is decided on it is loaded and checked again inside.
#[derive(Default)]
pub(super) struct Found {
    /// For each lead, the customers with its address or phone, by the pipeline's keys in order.
    pub(super) customers: BTreeMap<LeadId, Vec<CustomerId>>,
    /// For each lead that is converted, its deals.
    pub(super) deals: BTreeMap<LeadId, Vec<u64>>,
    /// For each lead, how many activities of the kind about to be logged it has.
    pub(super) logged: BTreeMap<LeadId, u64>,
    /// The leads that the caller holds by a claim.
    pub(super) claimed: Vec<LeadId>,
    /// For each lead that the caller had claimed, from when on they may again.
    pub(super) cooling: BTreeMap<LeadId, Timestamp>,
}

/// The capability a deed asks for before all else; some ask for more, by whose lead it is.
pub(super) fn needs(deed: &Deed) -> Option<Capability> {
    match deed {
        Deed::Claim | Deed::Own => Some(Capability::Claim),
        Deed::Convert(_) => Some(Capability::Convert),
        Deed::Assign { .. } | Deed::AssignNext | Deed::Release => None,
        _ => Some(Capability::Work),
    }
}

/// Does a deed to a lead.
///
/// # Errors
/// A refusal; the caller clears the desk of what the deed laid on it.
pub(super) fn perform(desk: &mut Desk<'_>, lead: Lead, deed: &Deed, found: &Found) -> Result<Settled, Halt> {
    if let Some(capability) = needs(deed) {
        desk.require(capability)?;
    }
    if lead.trashed_at.is_some() && !matches!(deed, Deed::Trash | Deed::Restore) {
        return Err(Refusal::Trashed { lead: lead.id }.into());
    }
    match deed {
        Deed::Move { target, convert } => moves::go(desk, lead, target, convert.as_ref(), found),
        Deed::Claim => claims::claim(desk, lead, found),
        Deed::Own => claims::own(desk, lead),
        Deed::Release => claims::release(desk, lead),
        Deed::Assign { to } => assign::assign(desk, lead, to),
        Deed::AssignNext => assign::by_turns(desk, lead),
        Deed::Schedule { when, note } => schedule::schedule(desk, lead, when, note.as_deref()),
        Deed::Note { text } => contact::note(desk, lead, text),
        Deed::Log { kind, text, outcome, next, done, target } => {
            let entry = contact::Entry {
                kind,
                text: text.as_deref(),
                outcome: outcome.as_deref(),
                next: next.as_deref(),
                done: *done,
                target: target.as_deref(),
            };
            contact::log(desk, lead, &entry, found)
        }
        Deed::Tag { add, remove } => tags::tag(desk, lead, add, remove),
        Deed::Edit(wanted) => edit::edit(desk, lead, wanted),
        Deed::Convert(conversion) => convert::convert(desk, lead, conversion, found, false),
        Deed::Trash => trash::trash(desk, lead),
        Deed::Restore => trash::restore(desk, lead),
    }
}
