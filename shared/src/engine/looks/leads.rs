//! Leads: the list, the card, and what is open to one.

use std::cmp::Ordering;
use std::ops::ControlFlow;

use super::{Desk, Sink, trade};
use crate::domain::filter::{Filter, SortBy, SortKey};
use crate::domain::lead::{Lead, LeadId, successor};
use crate::domain::money::Money;
use crate::domain::pipeline::Column;
use crate::domain::refusal::Refusal;
use crate::domain::request::{LeadRef, Look};
use crate::domain::text::fold;
use crate::domain::view::{LeadView, Row};
use crate::engine::desk::no_such_lead;
use crate::engine::gate::Gate;
use crate::engine::halt::Halt;
use crate::engine::{lookup, views};
use crate::store::{StoreFault, Typed};

/// Lists are sorted in memory, by so many at once.
static SORTING: Gate = Gate::new(4);

/// The leads that match, in the order asked for, else the default pipeline's (A6).
pub(super) fn list(desk: &Desk<'_>, look: &Look, sink: &mut Sink<'_>) -> Result<(), Halt> {
    let Look::Leads { terms, sort, limit, notes, actions } = look else { return Ok(()) };
    let view = |lead: &Lead| -> Result<Row, StoreFault> {
        let actions = actions.then(|| views::actions(desk.office, desk.scope, lead));
        Ok(Row::Lead(Box::new(LeadView { actions, ..desk.lead_view(lead, *notes)? })))
    };
    let filter = lookup::filter(desk.office, desk.scope, terms, desk.now)?;
    let order = order(desk, sort.as_deref())?;
    let limit = limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
    if order.first().is_none_or(|key| key.by == SortBy::Id && !key.descending) {
        let mut left = limit;
        return desk.each_match(&filter, &mut |lead| {
            if left == 0 {
                return Ok(ControlFlow::Break(()));
            }
            left -= 1;
            let more = sink(view(&lead)?);
            Ok(if more { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
        });
    }
    for id in SORTING.within(|| in_order(desk, &filter, &order, limit))? {
        let Some(lead) = desk.inner.store.lead(id)? else { continue };
        if !sink(view(&lead)?) {
            break;
        }
    }
    Ok(())
}

/// The numbers of those that match, in order. Nothing else is kept while somebody reads slowly, or
/// never.
fn in_order(desk: &Desk<'_>, filter: &Filter, order: &[SortKey], limit: usize) -> Result<Vec<LeadId>, Halt> {
    // In few large pieces, which go back to the system at once: not one for each lead.
    let (mut ids, mut keys) = (Vec::new(), Vec::new());
    desk.each_match(filter, &mut |lead| {
        ids.push(lead.id);
        keys.extend(order.iter().map(|key| sorted(desk, &lead, *key)));
        Ok(ControlFlow::Continue(()))
    })?;
    let key = |place: usize| (&keys[place * order.len()..][..order.len()], ids[place]);
    let mut places: Vec<usize> = (0..ids.len()).collect();
    places.sort_by(|left, right| compare(order, key(*left), key(*right)));
    Ok(places.iter().take(limit).map(|place| ids[*place]).collect())
}

/// What one lead is sorted by: a missing value stands last either way.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Sorted {
    Missing,
    Number(i128),
    Text(String),
    Money(Money),
}

/// The keys that were typed, else those of the default pipeline (A6).
pub(super) fn order(desk: &Desk<'_>, sort: Option<&str>) -> Result<Vec<SortKey>, Refusal> {
    if let Some(typed) = sort {
        return Ok(vec![SortKey::parse(typed).map_err(|flaw| flaw.of("sort", typed))?]);
    }
    let order = &desk.office.catalogue.default().list.order;
    // Equals stand in the order of their numbers anyway.
    let order = match order.split_last() {
        Some((last, before)) if last.column == Column::Id && !last.descending && !before.is_empty() => before,
        _ => order,
    };
    Ok(order
        .iter()
        .filter_map(|key| Some(SortKey { by: sort_by(key.column)?, descending: key.descending }))
        .collect())
}

fn sort_by(column: Column) -> Option<SortBy> {
    Some(match column {
        Column::Id => SortBy::Id,
        Column::Name => SortBy::Name,
        Column::Company => SortBy::Company,
        Column::Email => SortBy::Email,
        Column::Source => SortBy::Source,
        Column::Pipeline => SortBy::Pipeline,
        Column::Stage => SortBy::Stage,
        Column::Owner => SortBy::Owner,
        Column::Assignee => SortBy::Assignee,
        Column::Value => SortBy::Value,
        Column::FollowUp | Column::Badge => SortBy::Due,
        Column::CreatedAt => SortBy::Created,
        Column::ChangedAt => SortBy::Changed,
        Column::LastContactedAt => SortBy::Contacted,
        _ => return None,
    })
}

/// What a lead is sorted by under one key.
pub(super) fn sorted(desk: &Desk<'_>, lead: &Lead, key: SortKey) -> Sorted {
    let text = |text: Option<&str>| text.map_or(Sorted::Missing, |text| Sorted::Text(fold(text)));
    let instant =
        |at: Option<jiff::Timestamp>| at.map_or(Sorted::Missing, |at| Sorted::Number(at.as_nanosecond()));
    match key.by {
        SortBy::Id => Sorted::Number(i128::from(lead.id)),
        SortBy::Name => text(Some(&lead.name)),
        SortBy::Company => text(lead.company.as_deref()),
        SortBy::Email => text(lead.email.as_deref()),
        SortBy::Source => text(lead.source.as_deref()),
        SortBy::Pipeline => text(Some(lead.pipeline.as_str())),
        SortBy::Stage => {
            let place = desk.office.catalogue.get(&lead.pipeline).position(&lead.stage);
            place.map_or(Sorted::Missing, |place| Sorted::Number(place as i128))
        }
        SortBy::Owner => text(lead.owner.as_ref().map(|owner| owner.as_str())),
        SortBy::Assignee => text(lead.assignee(desk.now).map(|assignee| assignee.as_str())),
        SortBy::Value => lead.value.map_or(Sorted::Missing, Sorted::Money),
        SortBy::Due => lead.follow_up.as_ref().map_or(Sorted::Missing, |one| {
            let time = one.time.unwrap_or(jiff::civil::Time::MAX);
            let part = |parts: i128, part: i8| parts * 100 + i128::from(part);
            let parts = [one.date.month(), one.date.day(), time.hour(), time.minute()];
            Sorted::Number(parts.into_iter().fold(i128::from(one.date.year()), part))
        }),
        SortBy::Created => instant(Some(lead.created_at)),
        SortBy::Changed => instant(Some(lead.changed_at)),
        SortBy::Contacted => instant(lead.last_contacted_at),
    }
}

/// The order of two leads by what each is sorted by; equals in the order of their numbers.
pub(super) fn compare(order: &[SortKey], left: (&[Sorted], LeadId), right: (&[Sorted], LeadId)) -> Ordering {
    for ((key, ours), theirs) in order.iter().zip(left.0).zip(right.0) {
        let by = match (ours, theirs) {
            (Sorted::Missing, Sorted::Missing) => Ordering::Equal,
            (Sorted::Missing, _) => return Ordering::Greater,
            (_, Sorted::Missing) => return Ordering::Less,
            (Sorted::Number(ours), Sorted::Number(theirs)) => ours.cmp(theirs),
            (Sorted::Text(ours), Sorted::Text(theirs)) => ours.cmp(theirs),
            (Sorted::Money(ours), Sorted::Money(theirs)) => ours
                .partial_cmp(theirs)
                .unwrap_or_else(|| ours.currency().code().cmp(theirs.currency().code())),
            _ => Ordering::Equal,
        };
        let by = if key.descending { by.reverse() } else { by };
        if by != Ordering::Equal {
            return by;
        }
    }
    left.1.cmp(&right.1)
}

/// Leads with everything, and what is open to them (P5). A merged number shows its successor.
pub(super) fn show(desk: &Desk<'_>, refs: &[LeadRef], sink: &mut Sink<'_>) -> Result<(), Halt> {
    for id in lookup::numbers(&*desk.inner.store, desk.office, desk.scope, refs, false, desk.now)? {
        let lead = desk.one(id?)?;
        let view = LeadView {
            actions: Some(views::actions(desk.office, desk.scope, &lead)),
            appointments: Some(trade::booked(desk, &lead, false)?),
            ..desk.lead_view(&lead, true)?
        };
        if !sink(Row::Lead(Box::new(view))) {
            break;
        }
    }
    Ok(())
}

/// What is open to a lead, in the order of the pipeline's file.
pub(super) fn actions(desk: &Desk<'_>, named: &LeadRef, sink: &mut Sink<'_>) -> Result<(), Halt> {
    let named = std::slice::from_ref(named);
    for id in lookup::numbers(&*desk.inner.store, desk.office, desk.scope, named, false, desk.now)? {
        let lead = desk.one(id?)?;
        for action in views::actions(desk.office, desk.scope, &lead) {
            sink(Row::Action(action));
        }
    }
    Ok(())
}

impl Desk<'_> {
    /// The lead by that number, or its successor, if the caller may see it.
    pub(super) fn one(&self, id: LeadId) -> Result<Lead, Halt> {
        let lead = successor(id, |id| self.inner.store.lead(id))?.ok_or_else(|| no_such_lead(id))?;
        if self.scope.sees(&lead, self.office.catalogue.get(&lead.pipeline), self.now) {
            Ok(lead)
        } else {
            Err(no_such_lead(id).into())
        }
    }

    /// Whether the caller may see the lead by that number, or its successor.
    pub(super) fn sees(&self, id: LeadId) -> Result<bool, StoreFault> {
        match self.one(id) {
            Ok(_) => Ok(true),
            Err(Halt::Refused(_)) => Ok(false),
            Err(Halt::Fault(fault)) => Err(fault),
        }
    }

    /// A lead as the caller sees it, with its notes if they are wanted.
    pub(super) fn lead_view(&self, lead: &Lead, notes: bool) -> Result<LeadView, StoreFault> {
        let notes = if notes { Some(views::notes(&*self.inner.store, lead)?) } else { None };
        Ok(LeadView { notes, ..views::lead(self.office, self.scope, lead, self.now) })
    }

    /// Visits the leads that the caller may see and the filter means.
    pub(super) fn each_match(
        &self,
        filter: &Filter,
        visit: &mut dyn FnMut(Lead) -> Result<ControlFlow<()>, StoreFault>,
    ) -> Result<(), Halt> {
        Ok(lookup::each_match(&*self.inner.store, self.office, self.scope, filter, self.now, visit)?)
    }
}
