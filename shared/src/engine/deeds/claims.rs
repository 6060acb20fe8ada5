//! Claim, keep and give back (A8–A10), and the claim that is ownership (D9).

use crate::domain::activity::Event;
use crate::domain::capability::Capability;
use crate::domain::claim::Claim;
use crate::domain::lead::Lead;
use crate::domain::pipeline::StageKind;
use crate::domain::refusal::Refusal;
use crate::domain::reply::{Did, Settled};
use crate::engine::act::Act;
use crate::engine::desk::Desk;
use crate::engine::halt::Halt;

/// Holds a lead of the pool for the pipeline's window; without a window it is the claimer's own.
///
/// Of any number of users at once one wins: the writer takes requests one by one. Claiming what
/// one holds is already so, and does not extend it.
pub(super) fn claim(desk: &mut Desk<'_>, mut lead: Lead) -> Result<Settled, Halt> {
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
