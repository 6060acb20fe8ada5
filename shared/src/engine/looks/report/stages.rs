//! Reports by stage: how far leads come, and how long they stand where they stand.
//!
//! Both are read from the history in one pass; a stage a lead was added at counts as reached.

use std::collections::HashMap;
use std::ops::ControlFlow;

use jiff::Timestamp;

use super::{Period, each_added, meant, percent};
use crate::domain::activity::{Activity, Event};
use crate::domain::filter::Filter;
use crate::domain::lead::LeadId;
use crate::domain::overview::{AgeView, FunnelView, ReportView};
use crate::domain::pipeline::{Pipeline, Stage, StageId, StageKind};
use crate::engine::halt::Halt;
use crate::engine::looks::Desk;
use crate::store::{Typed as _, TypedStore as _};

const DAY: i64 = 86_400;

/// A lead on its way.
struct Way<'a> {
    pipeline: &'a Pipeline,
    stage: StageId,
    /// Since when it stands there.
    since: Timestamp,
    /// The places in the pipeline where it has stood.
    reached: Vec<usize>,
}

impl Way<'_> {
    fn reach(&mut self, stage: &StageId) {
        if let Some(place) = self.pipeline.position(stage)
            && !self.reached.contains(&place)
        {
            self.reached.push(place);
        }
    }

    /// Whether it stood at that place, and at a later one that is no way out.
    fn went_on_from(&self, place: usize) -> bool {
        let later = |reached: &usize| *reached > place && is_on_the_way(&self.pipeline.stages[*reached]);
        self.reached.contains(&place) && self.reached.iter().any(later)
    }
}

/// Whether a lead that comes there goes on, and not away.
fn is_on_the_way(stage: &Stage) -> bool {
    matches!(stage.kind, StageKind::Open | StageKind::Won)
}

/// The ways of the leads that were added in the period.
fn ways<'a>(desk: &Desk<'a>, filter: &Filter, period: Period) -> Result<HashMap<LeadId, Way<'a>>, Halt> {
    let office = desk.office;
    let mut ways: HashMap<LeadId, Way<'a>> = HashMap::new();
    each_added(desk, filter, period, &mut |lead| {
        let pipeline = office.catalogue.get(&lead.pipeline);
        let mut way =
            Way { pipeline, stage: lead.stage.clone(), since: lead.created_at, reached: Vec::new() };
        way.reach(&lead.stage);
        ways.insert(lead.id, way);
        Ok(())
    })?;
    desk.inner.store.all::<Activity>(&mut |activity| {
        let Some((id, way)) = activity.lead.and_then(|id| Some((id, ways.get_mut(&id)?))) else {
            return Ok(ControlFlow::Continue(()));
        };
        match activity.event {
            Event::LeadStatusTransition => {
                for stage in activity.from.iter().chain(&activity.to) {
                    way.reach(stage);
                }
                if activity.to.as_ref() == Some(&way.stage) {
                    way.since = activity.at;
                }
            }
            // What was undone is no transition, and yet the lead came back to its stage by it.
            Event::Undone => {
                let record = format!("lead/{id}");
                let content = desk.inner.store.content(activity.seq)?.unwrap_or_default();
                if content.edits.iter().any(|edit| edit.record == record && edit.field == "stage") {
                    way.since = activity.at;
                }
            }
            _ => {}
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(ways)
}

/// The pipelines of these leads, and those the terms name; the default's when there are none.
fn pipelines<'a>(desk: &Desk<'a>, filter: &Filter, ways: &HashMap<LeadId, Way<'_>>) -> Vec<&'a Pipeline> {
    meant(desk, filter, &|id| ways.values().any(|way| way.pipeline.id == *id))
}

/// A line for each stage in order: who stands there, and who came so far.
pub(super) fn funnel(desk: &Desk<'_>, filter: &Filter, period: Period) -> Result<Vec<ReportView>, Halt> {
    let ways = ways(desk, filter, period)?;
    let mut lines = Vec::new();
    for pipeline in pipelines(desk, filter, &ways) {
        let ours: Vec<&Way<'_>> = ways.values().filter(|way| way.pipeline.id == pipeline.id).collect();
        for (place, stage) in pipeline.stages.iter().enumerate() {
            let leads = ours.iter().filter(|way| way.stage == stage.id).count() as u64;
            let reached = ours.iter().filter(|way| way.reached.contains(&place)).count() as u64;
            let onward = ours.iter().filter(|way| way.went_on_from(place)).count() as u64;
            let leads_on =
                stage.kind == StageKind::Open && pipeline.stages[place + 1..].iter().any(is_on_the_way);
            lines.push(ReportView::Funnel(FunnelView {
                pipeline: pipeline.id.clone(),
                stage: stage.id.clone(),
                label: stage.label.clone(),
                kind: stage.kind,
                leads,
                reached,
                percent: percent(reached, ours.len() as u64).unwrap_or(0),
                onward: percent(onward, reached).filter(|_| leads_on),
            }));
        }
    }
    Ok(lines)
}

/// A line for each stage in order: how long its leads have stood there.
pub(super) fn ageing(desk: &Desk<'_>, filter: &Filter, period: Period) -> Result<Vec<ReportView>, Halt> {
    let ways = ways(desk, filter, period)?;
    let mut lines = Vec::new();
    for pipeline in pipelines(desk, filter, &ways) {
        for stage in &pipeline.stages {
            let here = ways.iter().filter(|(_, way)| way.pipeline.id == pipeline.id && way.stage == stage.id);
            // A clock that was set back leaves no negative age.
            let mut ages: Vec<(i64, LeadId)> =
                here.map(|(id, way)| (desk.now.duration_since(way.since).as_secs().max(0), *id)).collect();
            ages.sort_unstable_by_key(|(seconds, id)| (*seconds, std::cmp::Reverse(*id)));
            let between = |over: i64, up_to: i64| {
                let is_in = |age: &&(i64, LeadId)| age.0 <= up_to * DAY && (over == 0 || age.0 > over * DAY);
                ages.iter().filter(is_in).count() as u64
            };
            let days = |age: &(i64, LeadId)| u64::try_from(age.0 / DAY).unwrap_or(0);
            lines.push(ReportView::Age(AgeView {
                pipeline: pipeline.id.clone(),
                stage: stage.id.clone(),
                label: stage.label.clone(),
                kind: stage.kind,
                leads: ages.len() as u64,
                day: between(0, 1),
                week: between(1, 7),
                month: between(7, 30),
                quarter: between(30, 90),
                longer: between(90, i64::MAX / DAY),
                median_days: ages.get(ages.len().saturating_sub(1) / 2).map(days),
                p90_days: ages.get((ages.len() * 9).div_ceil(10).saturating_sub(1)).map(days),
                oldest_days: ages.last().map(days),
                oldest: ages.last().map(|(_, id)| *id),
            }));
        }
    }
    Ok(lines)
}
