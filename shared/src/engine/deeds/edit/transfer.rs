//! A lead goes over to another pipeline (P3).
//!
//! Its stage there is the one that was given, else the one its own is mapped to, else the one of
//! the same name. It may enter any stage at which it could have been added (P1); out of a final
//! stage it goes into a final stage of the same kind only, so that no pipeline is a way around one.

use super::{ACTION, Hand};
use crate::domain::activity::Event;
use crate::domain::edit::LeadEdit;
use crate::domain::likeness::near;
use crate::domain::name;
use crate::domain::pipeline::{Pipeline, Stage, StageKind};
use crate::domain::refusal::{Flaw, Refusal, Thing};
use crate::engine::act::Act;
use crate::engine::add;
use crate::engine::deeds::moves;
use crate::engine::desk::Desk;
use crate::engine::halt::Halt;

/// Takes the lead in hand over to the pipeline that was named; false when it is there already, or
/// none was named.
pub(super) fn go_over(desk: &mut Desk<'_>, hand: &mut Hand, wanted: &LeadEdit) -> Result<bool, Halt> {
    let Some(typed) = &wanted.pipeline else { return Ok(false) };
    let (from, to) = (desk.pipeline(&hand.lead), add::pipeline_typed(desk, typed)?);
    let mapped = mapped(desk, hand, from, to, &wanted.map)?;
    if hand.lead.pipeline == to.id {
        return Ok(false);
    }
    let stage = match &wanted.stage {
        Some(typed) => moves::stage_typed(to, typed)?,
        None => mapped.map_or_else(|| same_name(hand, from, to), Ok)?,
    };
    admit(hand, from, to, stage)?;
    let source = match &hand.lead.source {
        Some(source)
            if wanted.source.is_none() && !wanted.clear.iter().any(|one| name::same(one, "source")) =>
        {
            Some(add::source(to, source).map_err(with_clear)?)
        }
        other => other.clone(),
    };
    let leaves_open = stage.kind != StageKind::Open;
    let moves = stage.id != hand.lead.stage;
    desk.amend(&mut hand.lead, Act::new(Event::Edited).action(ACTION), |lead| {
        lead.pipeline = to.id.clone();
        // Of a stage by the same name nothing says that it is entered: a claim ends here then.
        if leaves_open && !moves {
            lead.claim = None;
        }
    });
    hand.changed.push("pipeline".to_owned());
    if moves {
        moves::enter(desk, &mut hand.lead, stage, ACTION);
        hand.changed.push("stage".to_owned());
    }
    hand.put(desk, "source", |lead| &mut lead.source, source);
    Ok(true)
}

fn with_clear(refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::Invalid { field, value, flaw } => flaw.hint("without it: `--clear source`").of(field, value),
        other => other,
    }
}

/// Where the lead's stage is mapped to. Every map is read, also those for stages of other leads.
fn mapped<'a>(
    desk: &Desk<'_>,
    hand: &Hand,
    from: &Pipeline,
    to: &'a Pipeline,
    maps: &[String],
) -> Result<Option<&'a Stage>, Refusal> {
    let mut found = None;
    for map in maps {
        let (old, new) = map
            .split_once('=')
            .ok_or_else(|| Flaw::new("has no `=`").hint("write it as `OLD=NEW`").of("map", map))?;
        let new = moves::stage_typed(to, new)?;
        let is_ours = from
            .find_stage(old)
            .map_or_else(|| name::same(old, hand.lead.stage.as_str()), |stage| stage.id == hand.lead.stage);
        if is_ours {
            found = Some(new);
        } else if !desk.office.catalogue.all().any(|one| one.pipeline.find_stage(old).is_some()) {
            let known = || from.stages.iter().map(|stage| stage.id.as_str());
            let near = near(old, known());
            let suggestions = if near.is_empty() { known().collect() } else { near };
            return Err(Refusal::NoSuch {
                thing: Thing::Stage,
                given: old.to_owned(),
                suggestions: suggestions.into_iter().map(str::to_owned).collect(),
            });
        }
    }
    Ok(found)
}

/// The stage of the same id or label.
fn same_name<'a>(hand: &Hand, from: &Pipeline, to: &'a Pipeline) -> Result<&'a Stage, Refusal> {
    let label = from.known(&hand.lead.stage).map(|stage| stage.label.as_str());
    let found = to.find_stage(hand.lead.stage.as_str()).or_else(|| to.find_stage(label?));
    found.ok_or_else(|| {
        let known: Vec<&str> = to.stages.iter().map(|stage| stage.id.as_str()).collect();
        Refusal::Missing {
            fields: vec!["--map".to_owned()],
            hints: vec![
                format!("--map {}=STAGE", hand.lead.stage),
                format!("the stages of `{}`: {}", to.id, known.join(", ")),
            ],
        }
    })
}

/// # Errors
/// A stage that conversion alone may enter, and a way out of a final stage.
fn admit(hand: &Hand, from: &Pipeline, to: &Pipeline, stage: &Stage) -> Result<(), Refusal> {
    if !to.admits_at_creation(&stage.id) {
        let flaw = Flaw::new("is entered by conversion alone");
        let flaw = flaw.hint(format!(
            "map `{}` to another stage, then `lead convert {}`",
            hand.lead.stage, hand.lead.id
        ));
        return Err(flaw.of("stage", stage.id.as_str()));
    }
    match from.known(&hand.lead.stage).filter(|old| old.is_final) {
        Some(old) if !(stage.is_final && stage.kind == old.kind) => Err(Refusal::NotOpen {
            lead: hand.lead.id,
            from: old.label.clone(),
            to: stage.label.clone(),
            named: false,
            legal: Vec::new(),
            way: None,
            is_final: true,
        }),
        _ => Ok(()),
    }
}
