//! A store's pipelines changed: one added, made the default, or put in another's place (P3).
//!
//! Nothing here loses a lead: a stage that leads stand in is in the new file or is mapped. Nor does
//! it lock anybody out: the roles of all who are active are in the default pipeline.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use super::act::Act;
use super::desk::Desk;
use super::halt::Halt;
use crate::domain::activity::{Edit, Event};
use crate::domain::capability::Capability;
use crate::domain::lead::{Lead, LeadId};
use crate::domain::likeness::near;
use crate::domain::name;
use crate::domain::pipeline::{
    Enter, Pipeline, PipelineId, PipelineSource, Stage, StageId, StageKind, Stamp,
};
use crate::domain::record::PipelineDeed;
use crate::domain::refusal::{Flaw, Refusal, Thing};
use crate::domain::reply::Filed;
use crate::store::{Store, StoreFault, TypedStore};

/// The leads of a pipeline by the stage they stand in, in the trash and merged ones among them.
pub(super) type InUse = BTreeMap<StageId, Vec<LeadId>>;

/// Looks for the leads that the replacing of a pipeline is about.
pub(super) fn in_use(store: &dyn Store, text: &str) -> Result<InUse, StoreFault> {
    let mut found = InUse::new();
    let Ok(pipeline) = Pipeline::parse(text) else { return Ok(found) };
    each_of(store, &pipeline.id, &mut |lead| found.entry(lead.stage).or_default().push(lead.id))?;
    Ok(found)
}

/// Visits the leads of a pipeline, in the trash and merged ones among them. Those of an import that
/// has not ended are not there yet: its end looks whether their stages still are.
pub(super) fn each_of(
    store: &dyn Store,
    pipeline: &PipelineId,
    visit: &mut dyn FnMut(Lead),
) -> Result<(), StoreFault> {
    store.all::<Lead>(&mut |lead| {
        if lead.pipeline == *pipeline && !lead.staged {
            visit(lead);
        }
        Ok(ControlFlow::Continue(()))
    })
}

/// Does a deed to a pipeline.
///
/// # Errors
/// A file that is none, an id that is taken or not there, stages and roles that are in use.
pub(super) fn work(desk: &mut Desk<'_>, deed: &PipelineDeed, in_use: &InUse) -> Result<Filed, Halt> {
    desk.require(Capability::Admin)?;
    match deed {
        PipelineDeed::Add { text } => add(desk, text),
        PipelineDeed::Default { id } => default(desk, id),
        PipelineDeed::Replace { text, map } => replace(desk, text, map, in_use),
    }
}

fn read(text: &str) -> Result<Pipeline, Refusal> {
    Pipeline::parse(text).map_err(|findings| {
        let first = findings.first().map(ToString::to_string).unwrap_or_default();
        Flaw::new(format!("is not a pipeline file: {first}"))
            .hint("lead pipeline check FILE")
            .of("pipeline", "")
    })
}

fn add(desk: &mut Desk<'_>, text: &str) -> Result<Filed, Halt> {
    let pipeline = read(text)?;
    let office = desk.office;
    if let Some(known) = office.catalogue.find(pipeline.id.as_str()) {
        if known.text == text && !known.preset {
            return Ok(Filed::of(Thing::Pipeline, &pipeline.id, false));
        }
        return Err(Refusal::Exists { thing: Thing::Pipeline, name: pipeline.id.to_string() }.into());
    }
    store(desk, &pipeline, text, "pipeline add")?;
    Ok(Filed::of(Thing::Pipeline, &pipeline.id, true))
}

fn default(desk: &mut Desk<'_>, typed: &str) -> Result<Filed, Halt> {
    let office = desk.office;
    let listed = office.catalogue.find(typed).ok_or_else(|| no_such(desk, typed))?;
    let (id, former) = (&listed.pipeline.id, &office.catalogue.default().id);
    if id == former {
        return Ok(Filed::of(Thing::Pipeline, id, false));
    }
    fits_people(desk, listed.pipeline)?;
    let edit = Edit {
        record: "store".to_owned(),
        field: "default_pipeline".to_owned(),
        before: former.as_str().into(),
        after: id.as_str().into(),
    };
    let mut act = Act::new(Event::PipelineChanged).action("pipeline default");
    act.text = Some(id.to_string());
    desk.keep_default(id.clone(), act, edit);
    Ok(Filed::of(Thing::Pipeline, id, true))
}

fn replace(desk: &mut Desk<'_>, text: &str, map: &[String], in_use: &InUse) -> Result<Filed, Halt> {
    let new = read(text)?;
    let office = desk.office;
    let old = office.catalogue.find(new.id.as_str()).ok_or_else(|| no_such(desk, new.id.as_str()))?;
    if old.pipeline.id != new.id {
        let what = format!("the pipeline `{}` is spelled `{}` in the file", old.pipeline.id, new.id);
        return Err(Refusal::Conflict { what, hints: vec![format!("id = \"{}\"", old.pipeline.id)] }.into());
    }
    if new.id == office.catalogue.default().id {
        fits_people(desk, &new)?;
    }
    let map = read_map(old.pipeline, &new, map, in_use)?;
    let stays = |stage: &StageId| new.stages.iter().any(|one| one.id == *stage);
    let lost: Vec<_> =
        in_use.iter().filter(|(stage, _)| !map.contains_key(*stage) && !stays(stage)).collect();
    if !lost.is_empty() {
        let counted = |leads: &Vec<LeadId>| {
            if leads.len() == 1 { "1 lead".to_owned() } else { format!("{} leads", leads.len()) }
        };
        let told: Vec<_> =
            lost.iter().map(|(stage, leads)| format!("{stage} ({})", counted(leads))).collect();
        let what = format!("stages in use are not in the file: {}", told.join(", "));
        let hints = lost.iter().map(|(stage, _)| format!("--map {stage}={}", likely(&new, stage))).collect();
        return Err(Refusal::InUse { what, hints }.into());
    }
    let moved = map.iter().filter(|(stage, to)| **stage != to.id && in_use.contains_key(*stage)).count();
    if old.text == text && !old.preset && moved == 0 {
        return Ok(Filed::of(Thing::Pipeline, &new.id, false));
    }
    for (stage, to) in map {
        for id in in_use.get(&stage).into_iter().flatten() {
            let lead = desk.stored_lead(*id)?;
            if let Some(lead) =
                lead.filter(|lead| lead.pipeline == new.id && lead.stage == stage && stage != to.id)
            {
                put(desk, &new, lead, to)?;
            }
        }
    }
    store(desk, &new, text, "pipeline replace")?;
    Ok(Filed::of(Thing::Pipeline, &new.id, true))
}

/// Puts a lead where its stage went. It is no conversion: a stamp it has stays as it is.
fn put(desk: &mut Desk<'_>, new: &Pipeline, mut lead: Lead, to: &Stage) -> Result<(), Halt> {
    if to.enter == Enter::ConvertOnly && lead.converted_at.is_none() {
        let flaw = Flaw::new(format!("is entered by conversion alone, and {} was never converted", lead.id));
        return Err(flaw.of("map", format!("{}={}", lead.stage, to.id)).into());
    }
    let now = desk.now;
    let converts = new.convert.stage.as_ref() == Some(&to.id);
    desk.amend(&mut lead, Act::new(Event::LeadStatusTransition).action("pipeline replace"), |lead| {
        lead.stage = to.id.clone();
        if to.stamp.contains(&Stamp::ConvertedAt) {
            lead.converted_at = lead.converted_at.or(Some(now));
        }
        if to.kind != StageKind::Open {
            if let Some(holder) = lead.live_claim(now).filter(|_| converts).map(|claim| claim.by.clone()) {
                lead.owner = Some(holder);
            }
            lead.claim = None;
        }
    });
    desk.keep(lead);
    Ok(())
}

/// `OLD=NEW` for each, OLD a stage of the old pipeline or one that a lead stands in.
fn read_map<'a>(
    old: &Pipeline,
    new: &'a Pipeline,
    typed: &[String],
    in_use: &InUse,
) -> Result<BTreeMap<StageId, &'a Stage>, Refusal> {
    let mut map = BTreeMap::new();
    for pair in typed {
        let Some((from, to)) = pair.split_once('=') else {
            return Err(Flaw::new("is not `OLD=NEW`").hint("--map OLD=NEW").of("map", pair));
        };
        let known = old.find_stage(from).map(|stage| stage.id.clone());
        let known = known.or_else(|| in_use.keys().find(|stage| name::same(stage.as_str(), from)).cloned());
        let from = known.ok_or_else(|| unknown(old, from))?;
        let to = new.find_stage(to).ok_or_else(|| unknown(new, to))?;
        if map.insert(from, to).is_some() {
            return Err(Flaw::new("maps a stage a second time").of("map", pair));
        }
    }
    Ok(map)
}

fn unknown(pipeline: &Pipeline, typed: &str) -> Refusal {
    let known = || pipeline.stages.iter().map(|stage| stage.id.as_str());
    let close = near(typed, known());
    let suggestions = if close.is_empty() { known().collect() } else { close };
    let suggestions = suggestions.into_iter().map(str::to_owned).collect();
    Refusal::NoSuch { thing: Thing::Stage, given: typed.to_owned(), suggestions }
}

/// What a stage may be called now: one that is spelled nearly so, else the first of all.
fn likely(new: &Pipeline, stage: &StageId) -> String {
    let known = || new.stages.iter().map(|one| one.id.as_str());
    let close = near(stage.as_str(), known()).into_iter().next().or_else(|| known().next());
    close.unwrap_or_default().to_owned()
}

/// Writes the file and the activity that says so.
fn store(desk: &mut Desk<'_>, pipeline: &Pipeline, text: &str, action: &str) -> Result<(), Halt> {
    let before = desk.pipeline_source(&pipeline.id)?;
    let source = match before.clone() {
        Some(before) => PipelineSource { text: text.to_owned(), ..before },
        None => PipelineSource { text: text.to_owned(), ..PipelineSource::blank(pipeline.id.clone()) },
    };
    let mut act = Act::new(Event::PipelineChanged).action(action);
    act.text = Some(pipeline.id.to_string());
    desk.keep_pipeline(before.as_ref(), source, act);
    Ok(())
}

/// # Errors
/// Refuses a default pipeline without a role somebody active has, or with nobody to administer it.
pub(super) fn fits_people(desk: &Desk<'_>, pipeline: &Pipeline) -> Result<(), Refusal> {
    let active = || desk.office.people.values().filter(|user| user.disabled_at.is_none());
    let without: Vec<_> = active().filter(|user| pipeline.role(&user.role).is_none()).collect();
    if let Some(user) = without.first() {
        let what =
            format!("the pipeline `{}` has no role `{}`, which {} has", pipeline.id, user.role, user.login);
        let role = pipeline.roles.first().map_or("ROLE", |role| role.id.as_str());
        return Err(Refusal::InUse {
            what,
            hints: vec![format!("in the file: id = \"{}\" under [[role]], beside `{role}`", user.role)],
        });
    }
    if active().any(|user| user.capabilities(pipeline).contains(&Capability::Admin)) {
        return Ok(());
    }
    let what = format!("nobody could administer the store by the roles of the pipeline `{}`", pipeline.id);
    Err(Refusal::InUse { what, hints: vec!["lead user list".to_owned()] })
}

fn no_such(desk: &Desk<'_>, typed: &str) -> Refusal {
    let known = || desk.office.catalogue.ids();
    let close = near(typed, known());
    let suggestions = if close.is_empty() { known().collect() } else { close };
    let suggestions = suggestions.into_iter().map(str::to_owned).collect();
    Refusal::NoSuch { thing: Thing::Pipeline, given: typed.to_owned(), suggestions }
}
