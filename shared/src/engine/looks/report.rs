//! Reports: leads counted by source, stage, age and person (D7).
//!
//! Only leads that the caller may see and the terms mean are counted, and only what happened to
//! those. The period is that of a lead's creation, but for what people did: that is when they did it.

use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;

use jiff::Timestamp;

use super::board::meant;
use super::ledger::day;
use super::{Desk, Sink};
use crate::domain::activity::{Activity, Event};
use crate::domain::badge::Badge;
use crate::domain::capability::Capability;
use crate::domain::customer::{Deal, DealState};
use crate::domain::filter::Filter;
use crate::domain::follow_up::local_date;
use crate::domain::lead::{Lead, LeadId, successor};
use crate::domain::money::{Money, write_units};
use crate::domain::overview::{PersonView, Report, ReportView, SourceView, Sum};
use crate::domain::pipeline::StageKind;
use crate::domain::request::Look;
use crate::domain::text::fold;
use crate::domain::user::Login;
use crate::domain::view::Row;
use crate::engine::duties::may_remind;
use crate::engine::halt::Halt;
use crate::engine::lookup;
use crate::store::{StoreFault, Typed as _, TypedStore as _};

mod stages;

/// From when, inclusive, and until when, exclusive.
#[derive(Clone, Copy)]
struct Period {
    since: Option<Timestamp>,
    until: Option<Timestamp>,
}

impl Period {
    fn has(self, at: Timestamp) -> bool {
        self.since.is_none_or(|since| at >= since) && self.until.is_none_or(|until| at < until)
    }
}

/// The lines of a report.
pub(super) fn report(desk: &Desk<'_>, look: &Look, sink: &mut Sink<'_>) -> Result<(), Halt> {
    let Look::Report { report, terms, since, until } = look else { return Ok(()) };
    let period = Period {
        since: since.as_deref().map(|typed| day(desk, "since", typed, false)).transpose()?,
        until: until.as_deref().map(|typed| day(desk, "until", typed, true)).transpose()?,
    };
    let filter = lookup::filter(desk.office, desk.scope, terms, desk.now)?;
    let lines = match report {
        Report::Sources => sources(desk, &filter, period)?,
        Report::People => people(desk, &filter, period)?,
        Report::Funnel => stages::funnel(desk, &filter, period)?,
        Report::Ageing => stages::ageing(desk, &filter, period)?,
    };
    for line in lines {
        if !sink(Row::Report(Box::new(line))) {
            break;
        }
    }
    Ok(())
}

/// Visits the leads that were added in the period.
fn each_added(
    desk: &Desk<'_>,
    filter: &Filter,
    period: Period,
    visit: &mut dyn FnMut(Lead) -> Result<(), StoreFault>,
) -> Result<(), Halt> {
    desk.each_match(filter, &mut |lead| {
        if period.has(lead.created_at) {
            visit(lead)?;
        }
        Ok(ControlFlow::Continue(()))
    })
}

/// What is counted of a source.
#[derive(Default)]
struct Counted {
    source: Option<String>,
    leads: u64,
    converted: u64,
    deals: u64,
    won: u64,
    worth: BTreeMap<&'static str, i128>,
}

/// A line for each source, most leads first, leads without one last; deals count under the source
/// of their lead.
fn sources(desk: &Desk<'_>, filter: &Filter, period: Period) -> Result<Vec<ReportView>, Halt> {
    let mut groups: BTreeMap<Option<String>, Counted> = BTreeMap::new();
    let mut source_of: HashMap<LeadId, Option<String>> = HashMap::new();
    each_added(desk, filter, period, &mut |lead| {
        let key = lead.source.as_deref().map(fold);
        let group = groups
            .entry(key.clone())
            .or_insert_with(|| Counted { source: lead.source.clone(), ..Counted::default() });
        group.leads += 1;
        group.converted += u64::from(lead.converted_at.is_some());
        source_of.insert(lead.id, key);
        Ok(())
    })?;
    desk.inner.store.all::<Deal>(&mut |deal| {
        let lead = match source_of.contains_key(&deal.lead) {
            true => Some(deal.lead),
            false => successor(deal.lead, |id| desk.inner.store.lead(id))?.map(|lead| lead.id),
        };
        let source = lead.and_then(|id| source_of.get(&id));
        if let Some(group) = source.and_then(|source| groups.get_mut(source))
            && deal.removed_at.is_none()
        {
            group.deals += 1;
            group.won += u64::from(deal.state == DealState::Won);
            if let Some(value) = deal.value.filter(|_| deal.state != DealState::Lost) {
                add(&mut group.worth, value);
            }
        }
        Ok(ControlFlow::Continue(()))
    })?;
    let mut groups: Vec<Counted> = groups.into_values().collect();
    groups.sort_by_key(|group| (group.source.is_none(), std::cmp::Reverse(group.leads)));
    Ok(groups.into_iter().map(|group| ReportView::Source(source_view(desk, group))).collect())
}

fn add(worth: &mut BTreeMap<&'static str, i128>, value: Money) {
    *worth.entry(value.currency().code()).or_default() += i128::from(value.units());
}

fn source_view(desk: &Desk<'_>, counted: Counted) -> SourceView {
    let sums = counted
        .worth
        .into_iter()
        .map(|(code, units)| Sum { amount: write_units(units), currency: code.to_owned() });
    let (ours, others): (Vec<Sum>, Vec<Sum>) =
        sums.partition(|sum| sum.currency == desk.office.policy.team.currency);
    SourceView {
        source: counted.source,
        leads: counted.leads,
        converted: counted.converted,
        deals: counted.deals,
        won: counted.won,
        value: ours.into_iter().next(),
        other_values: others,
    }
}

/// A line for each active user who may be known, and for whoever else has or did something.
fn people(desk: &Desk<'_>, filter: &Filter, period: Period) -> Result<Vec<ReportView>, Halt> {
    let blank =
        |user: Option<Login>| PersonView { user, leads: 0, open: 0, overdue: 0, contacts: 0, converted: 0 };
    let mut people: BTreeMap<Option<Login>, PersonView> = BTreeMap::new();
    for user in desk.office.people.values().filter(|user| user.disabled_at.is_none()) {
        if desk.scope.may(Capability::ViewAll) || desk.scope.actor() == user.login {
            people.insert(Some(user.login.clone()), blank(Some(user.login.clone())));
        }
    }
    let today = local_date(desk.now, &desk.scope.zone);
    let mut counted: std::collections::HashSet<LeadId> = Default::default();
    desk.each_match(filter, &mut |lead| {
        counted.extend(lead.numbers());
        let who = lead.assignee(desk.now).cloned();
        let line = people.entry(who.clone()).or_insert_with(|| blank(who));
        let stage = desk.office.catalogue.get(&lead.pipeline).stage(&lead.stage);
        let badge = lead.follow_up.as_ref().and_then(|one| Badge::of(one.date, today));
        line.leads += 1;
        line.open += u64::from(stage.kind == StageKind::Open);
        line.overdue += u64::from(badge == Some(Badge::Overdue) && may_remind(desk.office, &lead));
        Ok(ControlFlow::Continue(()))
    })?;
    desk.inner.store.all::<Activity>(&mut |activity| {
        let is_counted = activity.lead.is_some_and(|lead| counted.contains(&lead));
        if is_counted && period.has(activity.at) {
            let line = |people: &mut BTreeMap<Option<Login>, PersonView>, deed: fn(&mut PersonView)| {
                let who = Some(activity.actor.clone());
                deed(people.entry(who.clone()).or_insert_with(|| blank(who)));
            };
            match activity.event {
                Event::ContactLogged => line(&mut people, |line| line.contacts += 1),
                Event::Converted => line(&mut people, |line| line.converted += 1),
                _ => {}
            }
        }
        Ok(ControlFlow::Continue(()))
    })?;
    let nobody = people.remove(&None);
    Ok(people.into_values().chain(nobody).map(ReportView::Person).collect())
}
