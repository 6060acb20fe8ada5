//! Making somebody the owner, or nobody (A4, D9).

use crate::domain::activity::Event;
use crate::domain::capability::Capability;
use crate::domain::lead::Lead;
use crate::domain::name;
use crate::domain::pipeline::StageKind;
use crate::domain::refusal::Refusal;
use crate::domain::reply::{Did, Settled};
use crate::domain::user::Login;
use crate::engine::act::Act;
use crate::engine::desk::Desk;
use crate::engine::halt::Halt;

/// Makes somebody the owner.
pub(super) fn assign(desk: &mut Desk<'_>, mut lead: Lead, typed: &str) -> Result<Settled, Halt> {
    let (to, changed) = hand(desk, &mut lead, typed, "assign")?;
    if !changed {
        return Ok(Settled::Already(Did::Assigned { to }));
    }
    desk.keep(lead);
    Ok(Settled::Done(Did::Assigned { to }))
}

/// Gives the lead in hand to somebody, or to nobody, and says to whom; false when it is so already.
/// What is the caller's own may be handed on with `work`, and what they hold by a claim they may
/// keep or give back with `claim`; to give another what is nobody's, or held by a claim, takes
/// `assign`; what another owns takes `reassign`.
pub(super) fn hand(
    desk: &mut Desk<'_>,
    lead: &mut Lead,
    typed: &str,
    action: &str,
) -> Result<(Option<Login>, bool), Halt> {
    let to = whom(desk, typed)?;
    let changed = give(desk, lead, to.clone(), action)?;
    Ok((to, changed))
}

/// Makes whoever's turn it is the owner.
pub(super) fn by_turns(desk: &mut Desk<'_>, mut lead: Lead) -> Result<Settled, Halt> {
    desk.require(Capability::Assign)?;
    let is_open = desk.stage(&lead).kind == StageKind::Open;
    let from = lead.assignee(desk.now).cloned();
    let to = desk.turns.next(from.as_ref(), is_open).ok_or(Refusal::NobodysTurn)?;
    if !give(desk, &mut lead, Some(to.clone()), "assign")? {
        return Ok(Settled::Already(Did::Assigned { to: Some(to) }));
    }
    desk.turns.gave(from.as_ref(), &to, is_open);
    desk.keep(lead);
    Ok(Settled::Done(Did::Assigned { to: Some(to) }))
}

/// Changes the owner of the lead in hand, as far as the caller may; false when it is so already.
fn give(desk: &mut Desk<'_>, lead: &mut Lead, to: Option<Login>, action: &str) -> Result<bool, Halt> {
    let me = desk.scope.actor();
    let live = lead.live_claim(desk.now).map(|claim| claim.by.clone());
    if lead.owner == to && live.is_none() {
        return Ok(false);
    }
    let needs = match (&lead.owner, &live) {
        (Some(owner), _) if *owner != me => Capability::Reassign,
        (Some(_), _) => Capability::Work,
        (None, Some(holder)) if *holder == me && to.as_ref().is_none_or(|to| *to == me) => Capability::Claim,
        (None, _) => Capability::Assign,
    };
    desk.require(needs)?;
    desk.amend(lead, Act::new(Event::OwnerChanged).action(action), |lead| {
        lead.owner = to;
        lead.claim = None;
    });
    desk.tell_assigned(lead)?;
    Ok(true)
}

/// A login, `me` or `none`; somebody disabled is given nothing (U4).
///
/// # Errors
/// Unknown or disabled.
pub(in crate::engine) fn whom(desk: &Desk<'_>, typed: &str) -> Result<Option<Login>, Refusal> {
    if name::same(typed, "none") {
        return Ok(None);
    }
    if name::same(typed, "me") {
        return Ok(Some(desk.scope.actor()));
    }
    let user = desk.office.person(typed)?;
    if user.disabled_at.is_some() {
        return Err(Refusal::Disabled { login: user.login.clone() });
    }
    Ok(Some(user.login.clone()))
}
