//! Stage changes: the one place where a lead leaves a stage and enters another (P1, D2).

use super::Found;
use super::convert;
use crate::domain::activity::Event;
use crate::domain::capability::Capability;
use crate::domain::lead::Lead;
use crate::domain::likeness::near;
use crate::domain::pipeline::{MoveRefusal, Pipeline, RecordKind, Stage, StageId, StageKind, Stamp, Target};
use crate::domain::refusal::{Refusal, Thing};
use crate::domain::reply::{Did, Hint, Settled};
use crate::domain::request::Conversion;
use crate::engine::act::Act;
use crate::engine::desk::Desk;
use crate::engine::halt::Halt;

/// Moves a lead to a stage or by a named move, and converts it in the same commit if told (D5).
pub(super) fn go(
    desk: &mut Desk<'_>,
    mut lead: Lead,
    target: &str,
    conversion: Option<&Conversion>,
    found: &Found,
) -> Result<Settled, Halt> {
    let pipeline = desk.pipeline(&lead);
    let from = pipeline.stage(&lead.stage).label.clone();
    if let Some(conversion) = conversion {
        desk.require(Capability::Convert)?;
        // A conversion that sets the very stage makes that transition itself.
        let goal = pipeline.convert.stage.as_ref();
        let moved =
            goal != Some(&destination(pipeline, &lead, target)?) && change_stage(desk, &mut lead, target)?;
        let to = pipeline.stage(&lead.stage).label.clone();
        let settled = convert::convert(desk, lead, conversion, found, moved)?;
        return Ok(if moved { Settled::Done(Did::Moved { from, to }) } else { settled });
    }
    let moved = change_stage(desk, &mut lead, target)?;
    let did = Did::Moved { from, to: pipeline.stage(&lead.stage).label.clone() };
    if !moved {
        return Ok(Settled::Already(did));
    }
    if is_won_alone(pipeline, &lead) {
        desk.hints.push(Hint::WonAlone);
    }
    desk.keep(lead);
    Ok(Settled::Done(did))
}

/// Moves the lead in hand; false when it is at that stage already (L7).
///
/// # Errors
/// The refusal names what is open and the way (P4).
pub(super) fn change_stage(desk: &mut Desk<'_>, lead: &mut Lead, target: &str) -> Result<bool, Halt> {
    match resolve(desk.pipeline(lead), lead, target)? {
        Target::Already(_) => Ok(false),
        Target::Move(open) => {
            enter(desk, lead, open.to, open.name);
            Ok(true)
        }
    }
}

/// Where the target leads.
fn destination(pipeline: &Pipeline, lead: &Lead, target: &str) -> Result<StageId, Refusal> {
    Ok(match resolve(pipeline, lead, target)? {
        Target::Already(stage) => stage.id.clone(),
        Target::Move(open) => open.to.id.clone(),
    })
}

fn resolve<'a>(pipeline: &'a Pipeline, lead: &Lead, target: &str) -> Result<Target<'a>, Refusal> {
    let resolved = pipeline.resolve_for(&lead.stage, target, lead.converted_at.is_some());
    resolved.map_err(|refusal| refused(pipeline, lead, refusal))
}

/// Puts the lead into a stage and writes the transition. Entering stamps what the stage stamps
/// (F3); a claim ends silently when the lead leaves the open stages, and at the stage of the
/// converted its holder becomes the owner, whichever comes first, move or conversion (A10, A11).
pub(super) fn enter(desk: &mut Desk<'_>, lead: &mut Lead, to: &Stage, action: &str) {
    let now = desk.now;
    let converts = desk.pipeline(lead).convert.stage.as_ref() == Some(&to.id);
    desk.amend(lead, Act::new(Event::LeadStatusTransition).action(action), |lead| {
        lead.stage = to.id.clone();
        if to.stamp.contains(&Stamp::ConvertedAt) {
            lead.converted_at = Some(now);
        }
        if to.kind != StageKind::Open {
            if let Some(holder) = lead.live_claim(now).filter(|_| converts).map(|claim| claim.by.clone()) {
                lead.owner = Some(holder);
            }
            lead.claim = None;
        }
    });
}

/// Won by hand, with nobody to sell to on record (D5).
pub(super) fn is_won_alone(pipeline: &Pipeline, lead: &Lead) -> bool {
    pipeline.record == RecordKind::Separate
        && lead.customer.is_none()
        && pipeline.stage(&lead.stage).kind == StageKind::Won
}

fn refused(pipeline: &Pipeline, lead: &Lead, refusal: MoveRefusal) -> Refusal {
    match refusal {
        MoveRefusal::UnknownTarget { typed, suggestions, legal } => {
            let near = if suggestions.is_empty() { legal } else { suggestions };
            Refusal::NoSuch { thing: Thing::Target, given: typed, suggestions: near }
        }
        MoveRefusal::NotOpen { name, named, to, legal, way, is_final } => {
            let label = to.filter(|_| !named).map(|stage| pipeline.stage(&stage).label.clone());
            Refusal::NotOpen {
                lead: lead.id,
                from: pipeline.stage(&lead.stage).label.clone(),
                to: label.unwrap_or(name),
                named,
                legal,
                way,
                is_final,
            }
        }
    }
}

/// The stage that was typed, for a lead of this pipeline.
///
/// # Errors
/// [`Refusal::NoSuch`], with what it may have been.
pub(in crate::engine) fn stage_typed<'a>(pipeline: &'a Pipeline, typed: &str) -> Result<&'a Stage, Refusal> {
    pipeline.find_stage(typed).ok_or_else(|| {
        let known = || pipeline.stages.iter().map(|stage| stage.id.as_str());
        let near = near(typed, known());
        let suggestions = if near.is_empty() { known().collect() } else { near };
        Refusal::NoSuch {
            thing: Thing::Stage,
            given: typed.to_owned(),
            suggestions: suggestions.into_iter().map(str::to_owned).collect(),
        }
    })
}
