//! Conversion, by the pipeline's own policy: the lead becomes the customer, or gets one (F4, A11,
//! M9, M10, D6, and the table of mission.md §3).

use super::{Found, moves};
use crate::domain::activity::Event;
use crate::domain::customer::{Customer, Deal, DealState};
use crate::domain::lead::{CustomerId, Lead};
use crate::domain::pipeline::{Again, OnExisting, Pipeline, RecordKind};
use crate::domain::refusal::{Candidate, Refusal};
use crate::domain::reply::{Did, Hint, How, Settled};
use crate::domain::request::Conversion;
use crate::domain::text;
use crate::engine::act::Act;
use crate::engine::desk::Desk;
use crate::engine::halt::Halt;
use crate::store::Numbered;

/// Converts the lead in hand, starts the deal if told, and lays it down; `touched` says that the
/// lead was changed before.
pub(super) fn convert(
    desk: &mut Desk<'_>,
    lead: Lead,
    conversion: &Conversion,
    found: &Found,
    touched: bool,
) -> Result<Settled, Halt> {
    let (lead, settled) = in_hand(desk, lead, conversion, found)?;
    let is_new = matches!(settled, Settled::Done(_));
    let starts = match &conversion.deal {
        Some(title) => is_new || !has_open_deal(desk, &lead, title, found)?,
        None => false,
    };
    if starts {
        start_deal(desk, &lead, conversion.deal.as_deref(), None)?;
    }
    if touched || starts || is_new {
        desk.keep(lead);
    }
    Ok(settled)
}

/// Converts the lead in hand without laying it down.
pub(super) fn in_hand(
    desk: &mut Desk<'_>,
    mut lead: Lead,
    conversion: &Conversion,
    found: &Found,
) -> Result<(Lead, Settled), Halt> {
    let pipeline = desk.pipeline(&lead);
    if let Some(settled) = again(pipeline, &lead, conversion)? {
        return Ok((lead, settled));
    }
    if !pipeline.may_convert(&lead.stage, lead.converted_at.is_some()) {
        return Err(Refusal::NotConvertible {
            lead: lead.id,
            stage: pipeline.stage(&lead.stage).label.clone(),
            legal: pipeline.moves(&lead.stage).iter().map(|open| open.name.to_owned()).collect(),
        }
        .into());
    }
    let (customer, how) = match pipeline.record {
        RecordKind::InPlace => (None, How::InPlace),
        RecordKind::Separate => {
            let (customer, how) = whom(desk, pipeline, &lead, conversion, found)?;
            (Some(customer), how)
        }
    };
    let now = desk.now;
    // Conversion makes a claim's holder the owner (A10); leaving the open stages would end the claim.
    let holder = lead.live_claim(now).map(|claim| claim.by.clone());
    if let Some(goal) = pipeline.convert.stage.as_ref().filter(|goal| **goal != lead.stage) {
        moves::enter(desk, &mut lead, pipeline.stage(goal), "convert");
    }
    let id = customer.as_ref().map(|customer| customer.id);
    let former = lead.customer.filter(|former| id.is_some_and(|id| id != *former));
    desk.amend(&mut lead, Act::new(Event::Converted).action("convert"), |lead| {
        lead.converted_at = Some(now);
        lead.customer = id.or(lead.customer);
        if let Some(holder) = holder {
            lead.owner = Some(holder);
            lead.claim = None;
        }
    });
    if let Some(customer) = customer {
        attach(desk, pipeline, &lead, customer, how, conversion.company_name)?;
    }
    if let Some(former) = former {
        detach(desk, &lead, former)?;
    }
    let did = Did::Converted { customer: id, noun: pipeline.noun.clone(), how };
    Ok((lead, Settled::Done(did)))
}

/// What a second conversion does.
fn again(pipeline: &Pipeline, lead: &Lead, conversion: &Conversion) -> Result<Option<Settled>, Refusal> {
    let policy = &pipeline.convert;
    let noun = pipeline.noun.clone();
    if pipeline.record == RecordKind::InPlace {
        if conversion.into.is_some() || conversion.new {
            let asked = if conversion.new { "--new" } else { "--into" };
            return Err(Refusal::InPlace { asked: asked.to_owned() });
        }
        let is_there = policy.stage.as_ref() == Some(&lead.stage);
        let did = Did::Converted { customer: None, noun, how: How::InPlace };
        return Ok(is_there.then_some(Settled::Already(did)));
    }
    let Some(at) = lead.converted_at else { return Ok(None) };
    if policy.again == Again::Refuse || policy.refuse_if_converted {
        return Err(Refusal::ConvertedBefore { lead: lead.id, at, customer: lead.customer });
    }
    let Some(customer) = lead.customer else { return Ok(None) };
    if conversion.new || conversion.into.is_some_and(|into| into != customer) {
        return Err(Refusal::ConvertedBefore { lead: lead.id, at, customer: Some(customer) });
    }
    Ok(Some(Settled::Already(Did::Converted { customer: Some(customer), noun, how: How::Linked })))
}

/// The customer this lead goes into: named, its own already, found, or a new one.
fn whom(
    desk: &mut Desk<'_>,
    pipeline: &Pipeline,
    lead: &Lead,
    conversion: &Conversion,
    found: &Found,
) -> Result<(Customer, How), Halt> {
    let policy = &pipeline.convert;
    let always_new = policy.on_existing == OnExisting::AlwaysNew;
    if let Some(into) = conversion.into {
        if always_new {
            return Err(Refusal::Conflict {
                what: format!("this pipeline always makes a new {}", pipeline.noun),
                hints: vec![format!("lead convert {}", lead.id)],
            }
            .into());
        }
        return Ok((desk.visible_customer(into)?, How::Linked));
    }
    if let Some(own) = lead.customer.filter(|_| !conversion.new && !always_new) {
        return Ok((desk.customer(own)?, How::Linked));
    }
    if !conversion.new && !always_new {
        let existing = existing(desk, pipeline, lead, found)?;
        match policy.on_existing {
            OnExisting::Link => {
                if let Some(first) = existing.into_iter().next() {
                    return Ok((first, How::Linked));
                }
            }
            _ if !existing.is_empty() => {
                let candidates = existing.iter().map(Candidate::from).collect();
                return Err(Refusal::CustomerExists { lead: lead.id, candidates }.into());
            }
            _ => {}
        }
    }
    Ok((blank(desk, lead)?, How::Made))
}

/// The customers that have the lead's address or phone, checked again inside the transaction.
fn existing(desk: &Desk<'_>, pipeline: &Pipeline, lead: &Lead, found: &Found) -> Result<Vec<Customer>, Halt> {
    let mut existing = Vec::new();
    let stored = found.customers.get(&lead.id).into_iter().flatten();
    let candidates: Vec<CustomerId> = stored.copied().chain(desk.new_customers().map(|one| one.id)).collect();
    for key in &pipeline.convert.find_by {
        for id in &candidates {
            let customer = desk.customer(*id)?;
            // Who asks learns of those they may see; a link without asking names nobody (D6).
            let may_link =
                pipeline.convert.on_existing == OnExisting::Link || desk.sees_customer(&customer)?;
            if may_link && lead.shares(*key, &customer) && !existing.contains(&customer) {
                existing.push(customer);
            }
        }
    }
    Ok(existing)
}

/// A new customer for a lead, still without its particulars.
fn blank(desk: &mut Desk<'_>, lead: &Lead) -> Result<Customer, Halt> {
    Ok(Customer::blank(desk.number(Numbered::Customer)?, lead.name.clone(), desk.now, desk.scope.actor()))
}

/// Gives the customer what the lead knows: all of it to a new one, what is empty to an old one,
/// whose own words are never overwritten (A11). A name is split where the pipeline does so (M9).
fn attach(
    desk: &mut Desk<'_>,
    pipeline: &Pipeline,
    lead: &Lead,
    mut customer: Customer,
    how: How,
    company_name: bool,
) -> Result<(), Halt> {
    let before = (how == How::Linked).then(|| customer.clone());
    if how == How::Made && pipeline.convert.split_name && !company_name {
        (customer.first_name, customer.last_name) = split(&lead.name);
    }
    customer.company = customer.company.or_else(|| lead.company.clone());
    customer.email = customer.email.or_else(|| lead.email.clone());
    customer.phone = customer.phone.or_else(|| lead.phone.clone());
    customer.address = customer.address.or_else(|| lead.address.clone());
    if !customer.leads.contains(&lead.id) {
        customer.leads.push(lead.id);
    }
    desk.keep_with_last(before.as_ref(), customer);
    Ok(())
}

/// Takes the lead from the customer it belonged to before: it is listed under one (A3, A12).
pub(super) fn detach(desk: &mut Desk<'_>, lead: &Lead, former: CustomerId) -> Result<(), Halt> {
    let before = desk.customer(former)?;
    let mut customer = before.clone();
    customer.leads.retain(|id| *id != lead.id);
    desk.keep_with_last(Some(&before), customer);
    Ok(())
}

/// First and last name: the last word is the last name, one word is a first name only.
pub(in crate::engine) fn split(name: &str) -> (Option<String>, Option<String>) {
    match name.trim().rsplit_once(char::is_whitespace) {
        Some((first, last)) => (Some(first.trim_end().to_owned()), Some(last.to_owned())),
        None => (Some(name.trim().to_owned()), None),
    }
}

/// Opens a deal for a converted lead (D7).
///
/// # Errors
/// "convert first" for one that is not.
pub(in crate::engine) fn start_deal(
    desk: &mut Desk<'_>,
    lead: &Lead,
    title: Option<&str>,
    value: Option<crate::domain::money::Money>,
) -> Result<u64, Halt> {
    if lead.converted_at.is_none() {
        return Err(Refusal::ConvertFirst { lead: lead.id }.into());
    }
    let title = deal_title(lead, title)?;
    let deal = Deal {
        id: desk.number(Numbered::Deal)?,
        revision: 0,
        lead: lead.id,
        customer: lead.customer,
        title,
        value: value.or(lead.value),
        state: DealState::Open,
        created_at: desk.now,
        created_by: desk.scope.actor(),
        closed_at: None,
        removed_at: None,
        unknown: Default::default(),
    };
    let id = deal.id;
    desk.keep_deal(None, deal, Act::new(Event::DealStarted).action("deal start"));
    desk.hints.push(Hint::DealStarted(id));
    Ok(id)
}

/// What a deal is called: the lead's name unless told.
fn deal_title(lead: &Lead, title: Option<&str>) -> Result<String, Refusal> {
    let title = title.filter(|title| !title.trim().is_empty()).unwrap_or(&lead.name);
    text::line(title).map_err(|flaw| flaw.of("title", title))
}

/// Whether the lead has an open deal of that title: what is typed twice starts one.
fn has_open_deal(desk: &Desk<'_>, lead: &Lead, title: &str, found: &Found) -> Result<bool, Halt> {
    let title = deal_title(lead, Some(title))?;
    for id in found.deals.get(&lead.id).into_iter().flatten() {
        let deal = desk.deal(*id)?.filter(|deal| deal.removed_at.is_none());
        if deal.is_some_and(|deal| deal.state == DealState::Open && deal.title == title) {
            return Ok(true);
        }
    }
    Ok(false)
}
