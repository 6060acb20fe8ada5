//! Stage changes: the one place where a lead leaves a stage and enters another (P1, D2).

use super::Found;
use super::convert;
use crate::domain::activity::Event;
use crate::domain::lead::Lead;
use crate::domain::likeness::near;
use crate::domain::pipeline::{MoveRefusal, Pipeline, RecordKind, Stage, StageKind, Stamp, Target};
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
    let moved = change_stage(desk, &mut lead, target)?;
    let did = Did::Moved { from, to: pipeline.stage(&lead.stage).label.clone() };
    if let Some(conversion) = conversion {
        desk.require(crate::domain::capability::Capability::Convert)?;
        let settled = convert::convert(desk, lead, conversion, found, moved)?;
        return Ok(if moved { Settled::Done(did) } else { settled });
    }
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
    let pipeline = desk.pipeline(lead);
    match pipeline.resolve_for(&lead.stage, target, lead.converted_at.is_some()) {
        Ok(Target::Already(_)) => Ok(false),
        Ok(Target::Move(open)) => {
            enter(desk, lead, open.to, open.name);
            Ok(true)
        }
        Err(refusal) => Err(refused(pipeline, lead, refusal).into()),
    }
}

/// Puts the lead into a stage and writes the transition. Entering stamps what the stage stamps
/// (F3); a claim ends silently when the lead leaves the open stages (A10).
pub(super) fn enter(desk: &mut Desk<'_>, lead: &mut Lead, to: &Stage, action: &str) {
    let now = desk.now;
    desk.amend(lead, Act::new(Event::LeadStatusTransition).action(action), |lead| {
        lead.stage = to.id.clone();
        if to.stamp.contains(&Stamp::ConvertedAt) {
            lead.converted_at = Some(now);
        }
        if to.kind != StageKind::Open {
            lead.claim = None;
        }
    });
}

/// Won by hand, with nobody to sell to on record (D5).
fn is_won_alone(pipeline: &Pipeline, lead: &Lead) -> bool {
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
