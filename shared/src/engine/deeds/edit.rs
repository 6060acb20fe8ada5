//! Editing a lead: several fields, each with its own activity, in one commit (M7).
//!
//! Owner, follow-up and stage go by the rules of their own verbs (F7, P1); what the pipeline
//! requires must be there afterwards too (A1). Changes nothing that is so already.

mod clear;
mod transfer;

use clear::Cleared;

use super::{assign, convert, moves, schedule, tags};
use crate::domain::activity::Event;
use crate::domain::edit::LeadEdit;
use crate::domain::lead::{CustomerId, Lead};
use crate::domain::money::Money;
use crate::domain::pipeline::Pipeline;
use crate::domain::refusal::Refusal;
use crate::domain::reply::{Did, Hint, Settled};
use crate::domain::{name, phone, text};
use crate::engine::act::Act;
use crate::engine::add;
use crate::engine::desk::Desk;
use crate::engine::halt::Halt;

/// Edits a lead. Fields are emptied first, then set.
pub(super) fn edit(desk: &mut Desk<'_>, lead: Lead, wanted: &LeadEdit) -> Result<Settled, Halt> {
    let before = lead.clone();
    let cleared = Cleared::read(&wanted.clear, &lead)?;
    let mut hand = Hand { lead, changed: Vec::new() };
    let gone_over = transfer::go_over(desk, &mut hand, wanted)?;
    let pipeline = desk.pipeline(&hand.lead);
    plain(desk, pipeline, &mut hand, wanted, &cleared)?;
    if let Some(customer) = wanted.customer {
        belong(desk, &mut hand, Some(customer))?;
    } else if cleared.customer {
        belong(desk, &mut hand, None)?;
    }
    let owner = wanted.owner.as_deref().or(cleared.owner.then_some("none"));
    if let Some(typed) = owner
        && assign::hand(desk, &mut hand.lead, typed, ACTION)?.1
    {
        hand.changed.push("owner".to_owned());
    }
    let when = wanted.follow_up.as_deref().or(cleared.follow_up.then_some("none"));
    if let Some(typed) = when
        && follow_up(desk, &mut hand.lead, typed)?
    {
        hand.changed.push("follow-up".to_owned());
    }
    if let Some(typed) = &wanted.note {
        let note = text::note(typed).map_err(|flaw| flaw.of("note", typed))?;
        desk.amend(&mut hand.lead, Act::new(Event::Noted).action(ACTION).note(Some(note)), |_| {});
        hand.changed.push("notes".to_owned());
    }
    if let Some(target) = wanted.stage.as_deref().filter(|_| !gone_over)
        && moves::change_stage(desk, &mut hand.lead, target)?
    {
        hand.changed.push("stage".to_owned());
    }
    let Hand { lead, changed } = hand;
    if changed.is_empty() {
        return Ok(Settled::Already(Did::Edited { fields: changed }));
    }
    add::complete(pipeline, &lead)?;
    for field in &pipeline.fields.recommended {
        if add::has(&before, *field) && !add::has(&lead, *field) {
            desk.hints.push(Hint::Recommended(field.as_str().to_owned()));
        }
    }
    if lead.stage != before.stage && moves::is_won_alone(pipeline, &lead) {
        desk.hints.push(Hint::WonAlone);
    }
    desk.keep(lead);
    Ok(Settled::Done(Did::Edited { fields: changed }))
}

/// By which verb, in the history.
const ACTION: &str = "edit";

/// The lead in hand, and which of its fields are other ones now.
struct Hand {
    lead: Lead,
    changed: Vec<String>,
}

impl Hand {
    /// Puts a value in its place, with an activity of its own, unless it stands there already.
    fn put<T: PartialEq>(
        &mut self,
        desk: &mut Desk<'_>,
        field: &str,
        place: impl Fn(&mut Lead) -> &mut T,
        value: T,
    ) {
        if *place(&mut self.lead) == value {
            return;
        }
        let event = if field == "tags" { Event::Tagged } else { Event::Edited };
        desk.amend(&mut self.lead, Act::new(event).action(ACTION), |lead| *place(lead) = value);
        self.changed.push(field.to_owned());
    }
}

/// The fields that have no rules but their form.
fn plain(
    desk: &mut Desk<'_>,
    pipeline: &Pipeline,
    hand: &mut Hand,
    wanted: &LeadEdit,
    cleared: &Cleared,
) -> Result<(), Halt> {
    let policy = desk.office.policy.clone();
    let country = policy.team.country.as_deref();
    if let Some(typed) = &wanted.name {
        let name = add::line("name", typed)?;
        hand.put(desk, "name", |lead| &mut lead.name, name);
    }
    if wanted.company.is_some() || cleared.company {
        let company = add::optional("company", wanted.company.as_ref())?;
        hand.put(desk, "company", |lead| &mut lead.company, company);
    }
    if wanted.email.is_some() || cleared.email {
        let email = wanted.email.as_deref().map(add::address).transpose()?;
        hand.put(desk, "email", |lead| &mut lead.email, email);
    }
    if wanted.phone.is_some() || cleared.phone {
        let phone = wanted.phone.as_ref();
        let phone = phone.map(|typed| phone::parse(typed, country).map_err(|flaw| flaw.of("phone", typed)));
        hand.put(desk, "phone", |lead| &mut lead.phone, phone.transpose()?);
    }
    if wanted.address.is_some() || cleared.address {
        let address = add::optional("address", wanted.address.as_ref())?;
        hand.put(desk, "address", |lead| &mut lead.address, address);
    }
    if wanted.source.is_some() || cleared.source {
        let source = wanted.source.as_deref().map(|typed| add::source(pipeline, typed)).transpose()?;
        hand.put(desk, "source", |lead| &mut lead.source, source);
    }
    if wanted.value.is_some() || cleared.value {
        let currency = &policy.team.currency;
        let value = wanted.value.as_ref();
        let value = value.map(|typed| Money::parse(typed, currency).map_err(|flaw| flaw.of("value", typed)));
        hand.put(desk, "value", |lead| &mut lead.value, value.transpose()?);
    }
    let mut tags = if cleared.tags { Vec::new() } else { hand.lead.tags.clone() };
    for tag in tags::read(&wanted.tags)? {
        if !tags.iter().any(|known| name::same(known, &tag)) {
            tags.push(tag);
        }
    }
    hand.put(desk, "tags", |lead| &mut lead.tags, tags);
    free_fields(desk, hand, wanted, cleared)
}

/// Free fields, each with an activity of its own; a key that is there in another case stays as it
/// was first typed.
fn free_fields(
    desk: &mut Desk<'_>,
    hand: &mut Hand,
    wanted: &LeadEdit,
    cleared: &Cleared,
) -> Result<(), Halt> {
    let mut fields = hand.lead.fields.clone();
    fields.retain(|key, _| !cleared.fields && !cleared.free.iter().any(|typed| name::same(typed, key)));
    for (typed, value) in add::fields(&wanted.sets)? {
        let known = hand.lead.fields.keys().find(|key| name::same(key, &typed)).cloned();
        fields.insert(known.unwrap_or(typed), value);
    }
    let keys: Vec<String> = hand.lead.fields.keys().chain(fields.keys()).cloned().collect();
    for key in keys {
        let value = fields.get(&key).cloned();
        if hand.lead.fields.get(&key) == value.as_ref() {
            continue;
        }
        desk.amend(&mut hand.lead, Act::new(Event::Edited).action(ACTION), |lead| {
            match value {
                Some(value) => lead.fields.insert(key.clone(), value),
                None => lead.fields.remove(&key),
            };
        });
        hand.changed.push(key);
    }
    Ok(())
}

/// Lists the lead under another customer, or under none (A3). Whose customer conversion made it is
/// for conversion to say.
fn belong(desk: &mut Desk<'_>, hand: &mut Hand, to: Option<CustomerId>) -> Result<(), Halt> {
    let customer = to.map(|id| desk.visible_customer(id)).transpose()?;
    let to = customer.as_ref().map(|customer| customer.id);
    let former = hand.lead.customer;
    if former == to {
        return Ok(());
    }
    if let (Some(at), Some(_)) = (hand.lead.converted_at, former) {
        return Err(Refusal::ConvertedBefore { lead: hand.lead.id, at, customer: former }.into());
    }
    hand.put(desk, "customer", |lead| &mut lead.customer, to);
    if let Some(mut customer) = customer {
        let before = customer.clone();
        customer.leads.push(hand.lead.id);
        desk.keep_with_last(Some(&before), customer);
    }
    match former {
        Some(former) => convert::detach(desk, &hand.lead, former),
        None => Ok(()),
    }
}

/// Sets or ends the follow-up; false when it is so already.
fn follow_up(desk: &mut Desk<'_>, lead: &mut Lead, typed: &str) -> Result<bool, Halt> {
    if name::same(typed, "none") {
        let had = lead.follow_up.is_some();
        if had {
            schedule::clear(desk, lead, None);
        }
        return Ok(had);
    }
    let when = schedule::read(desk, "follow-up", typed)?;
    if schedule::is_same(lead, &when, &desk.scope.zoned(desk.now)) {
        return Ok(false);
    }
    schedule::set(desk, lead, &when, None);
    Ok(true)
}
