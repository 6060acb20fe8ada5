//! Reports: leads counted by source, stage, age and person (D7).
//!
//! Only leads that the caller may see and the terms mean are counted, and only what happened to
//! those. The period is that of a lead's creation, but for what people did: that is when they did it.

use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;

use super::board::meant;
use super::period::Period;
use super::{Desk, Sink};
use crate::domain::customer::{Deal, DealState};
use crate::domain::filter::Filter;
use crate::domain::lead::{Lead, LeadId, successor};
use crate::domain::money::{Money, write_units};
use crate::domain::overview::{Report, ReportView, SourceView, Sum};
use crate::domain::request::Look;
use crate::domain::text::fold;
use crate::domain::view::Row;
use crate::engine::halt::Halt;
use crate::engine::lookup;
use crate::store::{StoreFault, Typed as _, TypedStore as _};

mod people;
mod stages;

/// The lines of a report.
pub(super) fn report(desk: &Desk<'_>, look: &Look, sink: &mut Sink<'_>) -> Result<(), Halt> {
    let Look::Report { report, terms, since, until } = look else { return Ok(()) };
    for line in lines(desk, *report, terms, since.as_deref(), until.as_deref())? {
        if !sink(Row::Report(Box::new(line))) {
            break;
        }
    }
    Ok(())
}

/// What a report counts of what the caller may see.
///
/// # Errors
/// A term or a day that cannot be read.
pub(super) fn lines(
    desk: &Desk<'_>,
    report: Report,
    terms: &[String],
    since: Option<&str>,
    until: Option<&str>,
) -> Result<Vec<ReportView>, Halt> {
    let period = Period::read(desk, since, until)?;
    let filter = lookup::filter(desk.office, desk.scope, terms, desk.now)?;
    match report {
        Report::Sources => sources(desk, &filter, period),
        Report::People => people::people(desk, &filter, period),
        Report::Funnel => stages::funnel(desk, &filter, period),
        Report::Ageing => stages::ageing(desk, &filter, period),
    }
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
        percent: percent(counted.converted, counted.leads).unwrap_or(0),
        deals: counted.deals,
        won: counted.won,
        value: ours.into_iter().next(),
        other_values: others,
    }
}

/// A part of a whole in whole percent; none of nothing.
fn percent(part: u64, whole: u64) -> Option<u64> {
    (part * 100 + whole / 2).checked_div(whole)
}
