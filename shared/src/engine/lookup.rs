//! Finding leads: by what was typed, by a filter, and the most urgent of the pool.
//!
//! These are scans: what they yield is loaded and checked again by whoever decides on it.

use std::cmp::Reverse;
use std::ops::ControlFlow;

use jiff::Timestamp;

use super::deeds::claims::cooling;
use super::halt::Halt;
use super::office::Office;
use super::scope::Scope;
use crate::domain::email;
use crate::domain::filter::{Filter, FilterContext, Subject, Text};
use crate::domain::lead::{Lead, LeadId, successor};
use crate::domain::pipeline::{Field, StageKind};
use crate::domain::refusal::{Candidate, Refusal, Thing};
use crate::domain::request::LeadRef;
use crate::domain::user::Login;
use crate::store::{Index, Key, Span, Store, StoreFault, Table, Typed, TypedStore};

/// The numbers of the leads that were named, in that order. A range or an address yields those that
/// exist outside the trash; inside it, when that is what is asked for.
///
/// What is named and not there is a refusal in its place, so that the others go on.
pub(super) fn numbers(
    store: &dyn Store,
    office: &Office,
    scope: &Scope,
    refs: &[LeadRef],
    trash: bool,
    now: Timestamp,
) -> Result<Vec<Result<LeadId, Refusal>>, Halt> {
    let is_meant = |lead: &Lead| {
        lead.merged_into.is_none()
            && lead.trashed_at.is_some() == trash
            && scope.sees(lead, office.catalogue.get(&lead.pipeline), now)
    };
    let mut numbers = Vec::new();
    for named in refs {
        match named {
            LeadRef::Number(id) => numbers.push(Ok(*id)),
            LeadRef::Range(from, to) => {
                let end = Key::new().number(to.saturating_add(1));
                let span = Key::new().number(*from).until(end, Table::Lead);
                each_lead(store, &span, &mut |lead| {
                    if is_meant(&lead) {
                        numbers.push(Ok(lead.id));
                    }
                    Ok(ControlFlow::Continue(()))
                })?;
            }
            LeadRef::Email(typed) => numbers.push(by_email(store, typed, &is_meant)?),
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    numbers.retain(|number| number.as_ref().map_or(true, |id| seen.insert(*id)));
    Ok(numbers)
}

fn by_email(
    store: &dyn Store,
    typed: &str,
    is_meant: &dyn Fn(&Lead) -> bool,
) -> Result<Result<LeadId, Refusal>, StoreFault> {
    let mut visible: Vec<Lead> = Vec::new();
    let span = Key::index(Index::LeadEmail).text(&email::key(typed)).span(Table::Index);
    store.visit_numbers(&span, &mut |id| {
        let lead = successor(id, |id| store.lead(id))?.filter(|lead| is_meant(lead));
        visible.extend(lead.filter(|lead| !visible.iter().any(|known| known.id == lead.id)));
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(match visible.as_slice() {
        [] => Err(Refusal::NoSuch { thing: Thing::Lead, given: typed.to_owned(), suggestions: Vec::new() }),
        [lead] => Ok(lead.id),
        _ => Err(Refusal::Ambiguous {
            given: typed.to_owned(),
            candidates: visible.iter().map(Candidate::from).collect(),
        }),
    })
}

/// Visits the leads of a stretch of the table of leads.
pub(super) fn each_lead(
    store: &dyn Store,
    span: &Span,
    visit: &mut dyn FnMut(Lead) -> Result<ControlFlow<()>, StoreFault>,
) -> Result<(), StoreFault> {
    let mut numbers = Vec::new();
    store.scan(span, &mut |key, _| {
        numbers.extend(Key::last_number(key));
        Ok(ControlFlow::Continue(()))
    })?;
    for id in numbers {
        let Some(lead) = store.lead(id)? else { continue };
        if visit(lead)?.is_break() {
            break;
        }
    }
    Ok(())
}

/// The filter that these terms mean to the caller.
///
/// # Errors
/// A term that cannot be read.
pub(super) fn filter(
    office: &Office,
    scope: &Scope,
    terms: &[String],
    now: Timestamp,
) -> Result<Filter, Refusal> {
    let zoned = scope.zoned(now);
    let me = scope.actor();
    let listed: Vec<_> = office.catalogue.all().collect();
    let stages = listed.iter().flat_map(|one| &one.pipeline.stages);
    let stages: Vec<(&str, &str)> = stages.map(|stage| (stage.id.as_str(), stage.label.as_str())).collect();
    let pipelines: Vec<&str> = office.catalogue.ids().collect();
    let users: Vec<&str> = office.people.keys().map(Login::as_str).collect();
    let kinds: Vec<&str> = StageKind::ALL.iter().map(|kind| kind.as_str()).collect();
    let searched: Vec<Text> =
        office.catalogue.default().fields.text_searched.iter().filter_map(|field| searched(*field)).collect();
    let context = FilterContext {
        now: &zoned,
        me: me.as_str(),
        stages: &stages,
        kinds: &kinds,
        pipelines: &pipelines,
        users: &users,
        currency: &office.policy.team.currency,
        searched: &searched,
    };
    Filter::parse(terms, &context).map_err(|bad| bad.flaw.of("filter", bad.term))
}

fn searched(field: Field) -> Option<Text> {
    match field {
        Field::Name => Some(Text::Name),
        Field::Email => Some(Text::Email),
        Field::Company => Some(Text::Company),
        Field::Phone => Some(Text::Phone),
        Field::Source => Some(Text::Source),
        Field::Notes => Some(Text::Notes),
        _ => None,
    }
}

/// Visits the leads that the caller may see and the filter means, in the order of their numbers.
pub(super) fn each_match(
    store: &dyn Store,
    office: &Office,
    scope: &Scope,
    filter: &Filter,
    now: Timestamp,
    visit: &mut dyn FnMut(Lead) -> Result<ControlFlow<()>, StoreFault>,
) -> Result<(), StoreFault> {
    let mut check = |lead: Lead| {
        let pipeline = office.catalogue.get(&lead.pipeline);
        if lead.merged_into.is_some() || !scope.sees(&lead, pipeline, now) {
            return Ok(ControlFlow::Continue(()));
        }
        if means(store, office, filter, &lead, now)? { visit(lead) } else { Ok(ControlFlow::Continue(())) }
    };
    match candidates(store, office, filter)? {
        Some(mut ids) => {
            ids.sort_unstable();
            ids.dedup();
            for id in ids {
                if let Some(lead) = store.lead(id)?
                    && check(lead)?.is_break()
                {
                    break;
                }
            }
            Ok(())
        }
        None => store.all::<Lead>(&mut check),
    }
}

/// Whether the filter means the lead, whoever may see it.
pub(super) fn means(
    store: &dyn Store,
    office: &Office,
    filter: &Filter,
    lead: &Lead,
    now: Timestamp,
) -> Result<bool, StoreFault> {
    let pipeline = office.catalogue.get(&lead.pipeline);
    let notes = if filter.wants_notes() { Some(super::views::notes(store, lead)?) } else { None };
    let subject = Subject {
        id: lead.id,
        stage: lead.stage.as_str(),
        kind: pipeline.stage(&lead.stage).kind.as_str(),
        pipeline: lead.pipeline.as_str(),
        owner: lead.owner.as_ref().map(Login::as_str),
        claim_by: lead.live_claim(now).map(|claim| claim.by.as_str()),
        assignee: lead.assignee(now).map(Login::as_str),
        in_pool: lead.is_in_pool(pipeline, now),
        tags: &lead.tags,
        created_at: lead.created_at,
        follow_up: lead.follow_up.as_ref().map(|one| one.date),
        last_contacted_at: lead.last_contacted_at,
        changed_at: lead.changed_at,
        source: lead.source.as_deref(),
        name: &lead.name,
        email: lead.email.as_deref(),
        company: lead.company.as_deref(),
        phone: lead.phone.as_ref().map(|phone| phone.typed.as_str()),
        phone_e164: lead.phone.as_ref().and_then(|phone| phone.e164.as_deref()),
        customer: lead.customer,
        import: lead.import,
        converted: lead.converted_at.is_some(),
        value: lead.value,
        trashed: lead.trashed_at.is_some(),
        notes: notes.as_deref(),
    };
    Ok(filter.matches(&subject))
}

/// The leads outside which nothing matches, where an index tells.
fn candidates(
    store: &dyn Store,
    office: &Office,
    filter: &Filter,
) -> Result<Option<Vec<LeadId>>, StoreFault> {
    if filter.wants_trash() {
        return Ok(None);
    }
    let mut spans = Vec::new();
    if let Some((from, to)) = filter.due_range() {
        let start = Key::index(Index::LeadFollowUp).date(from);
        let end = Key::index(Index::LeadFollowUp).date(to).number(u64::MAX);
        spans.push(start.until(end, Table::Index));
    } else if let Some(stages) = filter.exact_stages() {
        for pipeline in office.catalogue.ids() {
            for stage in &stages {
                spans.push(Key::index(Index::LeadStage).text(pipeline).text(stage).span(Table::Index));
            }
        }
    } else {
        return Ok(None);
    }
    let mut ids = Vec::new();
    for span in spans {
        store.visit_numbers(&span, &mut |id| {
            ids.push(id);
            Ok(ControlFlow::Continue(()))
        })?;
    }
    Ok(Some(ids))
}

/// The numbers of the leads that a filter means, in their order.
pub(super) fn matching(
    store: &dyn Store,
    office: &Office,
    scope: &Scope,
    terms: &[String],
    now: Timestamp,
) -> Result<Vec<LeadId>, Halt> {
    let filter = filter(office, scope, terms, now)?;
    let mut ids = Vec::new();
    each_match(store, office, scope, &filter, now, &mut |lead| {
        ids.push(lead.id);
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(ids)
}

/// The lead of the pool that is due first, among the undated the one that waits longest: of those
/// that the caller may claim now.
///
/// # Errors
/// The pool is empty; or how soon the first of it is open to the caller again.
pub(super) fn most_urgent(
    store: &dyn Store,
    office: &Office,
    scope: &Scope,
    now: Timestamp,
) -> Result<LeadId, Halt> {
    let mut best: Option<(Reverse<bool>, Option<jiff::civil::Date>, Timestamp, LeadId)> = None;
    let mut soonest: Option<(Timestamp, LeadId)> = None;
    store.all::<Lead>(&mut |lead| {
        let pipeline = office.catalogue.get(&lead.pipeline);
        if lead.is_in_pool(pipeline, now) && scope.sees(&lead, pipeline, now) {
            let date = lead.follow_up.as_ref().map(|one| one.date);
            let urgency = (Reverse(date.is_some()), date, lead.created_at, lead.id);
            if best.as_ref().is_none_or(|best| urgency < *best) {
                match cooling(store, office, scope, &lead, now)? {
                    None => best = Some(urgency),
                    Some(until) => soonest = soonest.into_iter().chain([(until, lead.id)]).min(),
                }
            }
        }
        Ok(ControlFlow::Continue(()))
    })?;
    match (best, soonest) {
        (Some((_, _, _, id)), _) => Ok(id),
        (None, Some((until, lead))) => Err(Refusal::CoolingDown { lead, until }.into()),
        (None, None) => Err(Refusal::PoolEmpty.into()),
    }
}
