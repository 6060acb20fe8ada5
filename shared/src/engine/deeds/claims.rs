//! Claim, keep and give back (A8–A10), and the claim that is ownership (D9).

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::Found;
use crate::domain::activity::{Edit, Event};
use crate::domain::capability::Capability;
use crate::domain::claim::Claim;
use crate::domain::lead::{Lead, LeadId};
use crate::domain::pipeline::StageKind;
use crate::domain::refusal::Refusal;
use crate::domain::reply::{Did, Settled};
use crate::domain::user::Login;
use crate::engine::act::Act;
use crate::engine::desk::Desk;
use crate::engine::halt::Halt;
use crate::engine::office::Office;
use crate::engine::people::claimed;
use crate::engine::scope::Scope;
use crate::engine::trail;
use crate::store::{Store, StoreFault, Typed};

/// Finds what a claim of this lead needs to know: what the caller holds, and until when this lead is
/// closed to them.
pub(in crate::engine) fn gather(
    store: &dyn Store,
    office: &Office,
    scope: &Scope,
    lead: &Lead,
    now: Timestamp,
    found: &mut Found,
) -> Result<(), StoreFault> {
    if office.policy.claims.max_open.is_some() && found.claimed.is_empty() {
        found.claimed = claimed(store, &scope.actor())?;
    }
    if let Some(until) = cooling(store, office, scope, lead, now)? {
        found.cooling.insert(lead.id, until);
    }
    Ok(())
}

/// From when on the caller, whose last claim of the lead ended however it did, may claim it again;
/// none where that is so already. The history tells, and of an end that is not yet recorded the lead.
pub(in crate::engine) fn cooling(
    store: &dyn Store,
    office: &Office,
    scope: &Scope,
    lead: &Lead,
    now: Timestamp,
) -> Result<Option<Timestamp>, StoreFault> {
    let Some(cool_down) = office.policy.claims.cool_down else { return Ok(None) };
    let me = scope.actor();
    let open_at = |ended: Timestamp| ended.saturating_add(cool_down).unwrap_or(Timestamp::MAX);
    let lapsed = lead.lapsed_claim(now).filter(|claim| claim.by == me);
    let mut ended = lapsed.map(|claim| claim.until);
    if ended.is_none() {
        for seq in trail::of_lead(store, lead)? {
            let content = store.content(seq)?.unwrap_or_default();
            let was_mine = |claim: &serde_json::Value| claim.get("by") == Some(&me.as_str().into());
            let ends =
                |edit: &Edit| edit.field == "claim" && was_mine(&edit.before) && !was_mine(&edit.after);
            if content.edits.iter().any(ends) {
                ended = store.activity(seq)?.map(|activity| activity.at);
                break;
            }
        }
    }
    Ok(ended.map(open_at).filter(|until| now < *until))
}

/// # Errors
/// Refuses one claim more than `claims.max_open` allows, beside those among `known` that are live.
pub(in crate::engine) fn has_room(
    desk: &Desk<'_>,
    holder: &Login,
    lead: LeadId,
    known: &[LeadId],
) -> Result<(), Halt> {
    let Some(max) = desk.office.policy.claims.max_open else { return Ok(()) };
    let mut others: BTreeSet<LeadId> = desk.kept_leads().map(|lead| lead.id).collect();
    others.extend(known);
    others.remove(&lead);
    let mut held = 0;
    for id in others {
        let other = desk.peek(id)?;
        let live = other.as_ref().and_then(|other| other.live_claim(desk.now));
        held += u32::from(live.is_some_and(|claim| claim.by == *holder));
    }
    if held < max { Ok(()) } else { Err(Refusal::TooManyClaims { lead, by: holder.clone(), max }.into()) }
}

/// Holds a lead of the pool for the pipeline's window; without a window it is the claimer's own.
///
/// Of any number of users at once one wins: the writer takes requests one by one. Claiming what
/// one holds is already so, and does not extend it.
pub(super) fn claim(desk: &mut Desk<'_>, mut lead: Lead, found: &Found) -> Result<Settled, Halt> {
    let me = desk.scope.actor();
    if let Some(live) = lead.live_claim(desk.now) {
        if live.by == me {
            return Ok(Settled::Already(Did::Claimed { until: Some(live.until) }));
        }
        return Err(Refusal::Claimed { lead: lead.id, by: live.by.clone(), until: live.until }.into());
    }
    let window = desk.pipeline(&lead).claim.window;
    if let Some(owner) = &lead.owner {
        if *owner == me {
            return Ok(Settled::Already(Did::Claimed { until: None }));
        }
        return Err(Refusal::Owned { lead: lead.id, by: owner.clone() }.into());
    }
    let stage = desk.stage(&lead);
    if stage.kind != StageKind::Open {
        return Err(Refusal::NotClaimable { lead: lead.id, stage: stage.label.clone() }.into());
    }
    if let Some(until) = found.cooling.get(&lead.id).filter(|until| desk.now < **until) {
        return Err(Refusal::CoolingDown { lead: lead.id, until: *until }.into());
    }
    if window.is_some() {
        has_room(desk, &me, lead.id, &found.claimed)?;
    }
    let claim = window.map(|window| Claim::new(me.clone(), desk.now, window));
    let until = claim.as_ref().map(|claim| claim.until);
    desk.amend(&mut lead, Act::new(Event::Claimed).action("claim"), |lead| match claim {
        Some(claim) => lead.claim = Some(claim),
        None => lead.owner = Some(me),
    });
    desk.keep(lead);
    Ok(Settled::Done(Did::Claimed { until }))
}

/// Turns one's live claim into ownership; after its end it is refused (A10).
pub(super) fn own(desk: &mut Desk<'_>, mut lead: Lead) -> Result<Settled, Halt> {
    let me = desk.scope.actor();
    match lead.live_claim(desk.now) {
        Some(live) if live.by == me => {}
        Some(live) => {
            return Err(Refusal::Claimed { lead: lead.id, by: live.by.clone(), until: live.until }.into());
        }
        None => match &lead.owner {
            Some(owner) if *owner == me => return Ok(Settled::Already(Did::Owned)),
            Some(owner) => return Err(Refusal::Owned { lead: lead.id, by: owner.clone() }.into()),
            None => return Err(Refusal::NotHeld { lead: lead.id }.into()),
        },
    }
    desk.amend(&mut lead, Act::new(Event::OwnerChanged).action("own"), |lead| {
        lead.owner = Some(me);
        lead.claim = None;
    });
    desk.keep(lead);
    Ok(Settled::Done(Did::Owned))
}

/// Gives back a claim or an ownership: one's own with `claim`, another's claim with `assign`,
/// another's ownership with `reassign`.
pub(super) fn release(desk: &mut Desk<'_>, mut lead: Lead) -> Result<Settled, Halt> {
    let me = desk.scope.actor();
    match (lead.live_claim(desk.now), &lead.owner) {
        (Some(live), _) => {
            desk.require(if live.by == me { Capability::Claim } else { Capability::Assign })?;
        }
        (None, Some(owner)) => {
            desk.require(if *owner == me { Capability::Claim } else { Capability::Reassign })?;
        }
        (None, None) => return Ok(Settled::Already(Did::Released)),
    }
    desk.amend(&mut lead, Act::new(Event::ClaimReleased).action("release"), |lead| {
        if lead.claim.take().is_none() {
            lead.owner = None;
        }
    });
    desk.keep(lead);
    Ok(Settled::Done(Did::Released))
}
