//! Customers without a lead, other values, notes, and several made one.
//!
//! What the caller may not see does not exist for them (A13). A merged customer's record stays and
//! points to its successor; its leads, deals and notes go along, so that nothing is lost.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use super::act::Act;
use super::add::{address, line, optional};
use super::deeds::convert::split;
use super::desk::Desk;
use super::halt::Halt;
use crate::domain::activity::Event;
use crate::domain::capability::Capability;
use crate::domain::customer::{Customer, Deal};
use crate::domain::lead::{CustomerId, Lead, LeadId};
use crate::domain::likeness;
use crate::domain::pipeline::RecordKind;
use crate::domain::record::{CustomerDeed, CustomerEdit};
use crate::domain::refusal::{Flaw, Refusal, Thing};
use crate::domain::reply::Filed;
use crate::domain::request::NewCustomer;
use crate::domain::{name, phone, text};
use crate::store::{Index, Key, Numbered, Store, StoreFault, Table, Typed, TypedStore};

/// What can be emptied.
const CLEARED: [&str; 4] = ["email", "phone", "company", "address"];

/// Adds a customer, where the pipeline keeps them apart from leads.
pub(super) fn add_customer(desk: &mut Desk<'_>, new: &NewCustomer) -> Result<CustomerId, Halt> {
    desk.require(Capability::Convert)?;
    let pipeline = desk.office.catalogue.default();
    if pipeline.record == RecordKind::InPlace {
        return Err(Refusal::InPlace { asked: "customer add".to_owned() }.into());
    }
    let country = desk.office.policy.team.country.clone();
    let note =
        new.note.as_deref().map(|note| text::note(note).map_err(|flaw| flaw.of("note", note))).transpose()?;
    let name = line("name", &new.name)?;
    let mut customer = Customer::blank(0, name, desk.now, desk.scope.actor());
    customer.company = optional("company", new.company.as_ref())?;
    customer.address = optional("address", new.address.as_ref())?;
    customer.email = new.email.as_deref().map(address).transpose()?;
    customer.phone = new
        .phone
        .as_ref()
        .map(|typed| phone::parse(typed, country.as_deref()).map_err(|flaw| flaw.of("phone", typed)))
        .transpose()?;
    if pipeline.convert.split_name && !new.company_name {
        (customer.first_name, customer.last_name) = split(&customer.name);
    }
    customer.id = desk.number(Numbered::Customer)?;
    let kept =
        desk.keep_customer(None, customer, None, Act::new(Event::Created).action("customer add").note(note));
    Ok(kept.id)
}

/// What customers that go into another take along, found by scans.
#[derive(Default)]
pub(super) struct Belongings {
    leads: Vec<LeadId>,
    deals: Vec<u64>,
}

/// Looks for what these customers have.
pub(super) fn belongings(store: &dyn Store, of: &[CustomerId]) -> Result<Belongings, StoreFault> {
    let mut found = Belongings::default();
    for id in of {
        store.visit_numbers(&Key::index(Index::LeadCustomer).number(*id).span(Table::Index), &mut |id| {
            found.leads.extend(store.lead(id)?.iter().flat_map(Lead::numbers));
            Ok(ControlFlow::Continue(()))
        })?;
    }
    store.all::<Deal>(&mut |deal| {
        if deal.customer.is_some_and(|customer| of.contains(&customer)) {
            found.deals.push(deal.id);
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(found)
}

/// Does a deed to a customer.
///
/// # Errors
/// A refusal; nothing is left on the desk that will be written.
pub(super) fn work(
    desk: &mut Desk<'_>,
    id: CustomerId,
    deed: &CustomerDeed,
    belongings: &Belongings,
) -> Result<Filed, Halt> {
    desk.require(Capability::Convert)?;
    let asked = match deed {
        CustomerDeed::Edit(_) => "customer edit",
        CustomerDeed::Note { .. } => "customer note",
        CustomerDeed::Merge { .. } => "customer merge",
    };
    if desk.office.catalogue.default().record == RecordKind::InPlace {
        return Err(Refusal::InPlace { asked: asked.to_owned() }.into());
    }
    let customer = desk.visible_customer(id)?;
    let number = customer.id;
    let changed = match deed {
        CustomerDeed::Edit(values) => edit(desk, &customer, values)?,
        CustomerDeed::Note { text: typed } => {
            let note = text::note(typed).map_err(|flaw| flaw.of("note", typed))?;
            let act = Act::new(Event::Noted).action(asked).note(Some(note));
            desk.keep_customer(Some(&customer.clone()), customer, None, act);
            true
        }
        CustomerDeed::Merge { from } => merge(desk, customer, from, belongings)?,
    };
    Ok(Filed::of(Thing::Customer, &number, changed))
}

fn edit(desk: &mut Desk<'_>, before: &Customer, values: &CustomerEdit) -> Result<bool, Halt> {
    let mut customer = before.clone();
    for typed in &values.clear {
        match name::canonical(typed).as_str() {
            "email" => customer.email = None,
            "phone" => customer.phone = None,
            "company" => customer.company = None,
            "address" => customer.address = None,
            _ => return Err(cannot_clear(typed).into()),
        }
    }
    let country = desk.office.policy.team.country.clone();
    if let Some(typed) = &values.name {
        customer.name = line("name", typed)?;
    }
    if let Some(typed) = &values.email {
        customer.email = Some(address(typed)?);
    }
    if let Some(typed) = &values.phone {
        let phone = phone::parse(typed, country.as_deref()).map_err(|flaw| flaw.of("phone", typed))?;
        customer.phone = Some(phone);
    }
    customer.company = optional("company", values.company.as_ref())?.or(customer.company);
    customer.address = optional("address", values.address.as_ref())?.or(customer.address);
    if values.company_name {
        (customer.first_name, customer.last_name) = (None, None);
    } else if customer.name != before.name
        && (before.first_name.is_some() || desk.office.catalogue.default().convert.split_name)
    {
        (customer.first_name, customer.last_name) = split(&customer.name);
    }
    let changed = customer != *before;
    if changed {
        desk.keep_customer(Some(before), customer, None, Act::new(Event::Edited).action("customer edit"));
    }
    Ok(changed)
}

fn cannot_clear(typed: &str) -> Refusal {
    let flaw = Flaw::new("cannot be emptied");
    let hint = likeness::hint(typed, CLEARED, str::to_owned);
    flaw.hint(hint.unwrap_or_else(|| format!("one of: {}", CLEARED.join(", ")))).of("clear", typed)
}

/// Puts others into a customer: its empty fields are filled, its own words stay (A11); their leads,
/// deals and notes become its own.
fn merge(
    desk: &mut Desk<'_>,
    mut into: Customer,
    from: &[CustomerId],
    belongings: &Belongings,
) -> Result<bool, Halt> {
    let before = into.clone();
    let mut gone = Vec::new();
    let mut seen = BTreeSet::new();
    for id in from {
        let other = desk.visible_customer(*id)?;
        if *id == into.id {
            let what = format!("customer {id} cannot go into itself");
            return Err(Refusal::Conflict {
                what, hints: vec!["lead customer merge INTO FROM…".to_owned()]
            }
            .into());
        }
        // One that is merged into it already is it.
        if other.id != into.id && seen.insert(other.id) {
            gone.push(other);
        }
    }
    if gone.is_empty() {
        return Ok(false);
    }
    for other in &gone {
        into.company = into.company.or_else(|| other.company.clone());
        into.email = into.email.or_else(|| other.email.clone());
        into.phone = into.phone.or_else(|| other.phone.clone());
        into.address = into.address.or_else(|| other.address.clone());
        for lead in &other.leads {
            if !into.leads.contains(lead) {
                into.leads.push(*lead);
            }
        }
        into.merged_from.push(other.id);
        into.merged_from.extend(&other.merged_from);
    }
    let number = into.id;
    let act = || Act::new(Event::Merged).action("customer merge");
    desk.keep_customer(Some(&before), into, None, act());
    for other in gone {
        let mut record = other.clone();
        record.merged_into = Some(number);
        desk.keep_customer(Some(&other), record, None, act());
    }
    for id in &belongings.leads {
        let Some(mut lead) =
            desk.peek(*id)?.filter(|lead| lead.customer.is_some_and(|id| seen.contains(&id)))
        else {
            continue;
        };
        let act = Act::new(Event::Edited).action("customer merge");
        desk.amend(&mut lead, act, |lead| lead.customer = Some(number));
        desk.keep(lead);
    }
    for id in &belongings.deals {
        let Some(before) = desk.deal(*id)?.filter(|deal| deal.customer.is_some_and(|id| seen.contains(&id)))
        else {
            continue;
        };
        let deal = Deal { customer: Some(number), ..before.clone() };
        desk.keep_deal(Some(&before), deal, Act::new(Event::DealChanged).action("customer merge"));
    }
    Ok(true)
}
