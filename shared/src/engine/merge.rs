//! Leads made one: the one that stays takes over what the others have, and their numbers stand for
//! it from then on (L4, L5).
//!
//! What they take over of each other is the domain's; here is whose the lead is, whose customer, and
//! what goes along: deals, appointments and, by `merged_from`, every note and the whole history.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use super::act::Act;
use super::desk::Desk;
use super::halt::Halt;
use super::laid::Laid;
use crate::domain::activity::Event;
use crate::domain::capability::Capability;
use crate::domain::customer::{Appointment, Customer, Deal};
use crate::domain::lead::{Lead, LeadId, successor};
use crate::domain::pipeline::StageKind;
use crate::domain::refusal::Refusal;
use crate::domain::reply::{Did, Settled};
use crate::store::{Index, Key, Store, StoreFault, Table, Typed, TypedStore};

/// The leads that go into another, and what they take along, found by scans.
#[derive(Default)]
pub(super) struct Joining {
    leads: Vec<LeadId>,
    deals: Vec<u64>,
    appointments: Vec<u64>,
}

/// Looks for what these leads have.
pub(super) fn joining(store: &dyn Store, leads: Vec<LeadId>) -> Result<Joining, StoreFault> {
    let mut found = Joining::default();
    for id in &leads {
        let Some(lead) = successor(*id, |id| store.lead(id))? else { continue };
        for (index, into) in
            [(Index::DealLead, &mut found.deals), (Index::AppointmentLead, &mut found.appointments)]
        {
            store.visit_numbers(&Key::index(index).number(lead.id).span(Table::Index), &mut |number| {
                into.push(number);
                Ok(ControlFlow::Continue(()))
            })?;
        }
    }
    found.leads = leads;
    Ok(found)
}

/// Makes leads one: all of them or none.
///
/// # Errors
/// A lead that is not there for the caller, or in the trash, or goes into itself; two customers; who
/// may not take it from whom it belongs to.
pub(super) fn merge(
    desk: &mut Desk<'_>,
    into: LeadId,
    joining: &Joining,
    if_revision: Option<u64>,
) -> Result<(LeadId, Settled), Halt> {
    desk.require(Capability::Work)?;
    let start = desk.mark();
    let mut lead = open(desk, into)?;
    if if_revision.is_some_and(|expected| expected != lead.revision) {
        return Err(Refusal::Changed { lead: lead.id }.into());
    }
    let (mut others, mut known) = (Vec::new(), BTreeSet::new());
    for id in &joining.leads {
        if *id == into {
            let what = format!("lead {id} cannot go into itself");
            let hints = vec!["lead merge INTO FROM…".to_owned()];
            return Err(Refusal::Conflict { what, hints }.into());
        }
        let other = open(desk, *id)?;
        // One that was merged into it already is it.
        if other.id == lead.id {
            known.insert(*id);
        } else if !others.iter().any(|one: &Lead| one.id == other.id) {
            others.push(other);
        }
    }
    if others.is_empty() {
        let hints = std::mem::take(&mut desk.hints);
        desk.back_to(start);
        desk.hints = hints;
        return Ok((lead.id, Settled::Already(Did::TookIn { from: known.into_iter().collect() })));
    }
    let mut taken = Taken { lead: lead.clone(), customer: None, notes: Vec::new() };
    for other in &others {
        taken.take(desk, other)?;
    }
    let (number, from) = (lead.id, others.iter().map(|other| other.id).collect());
    taken.keep(desk, &mut lead)?;
    for other in others {
        hand_in(desk, other, number, joining)?;
    }
    Ok((number, Settled::Done(Did::TookIn { from })))
}

/// # Errors
/// One that does not exist for the caller (A13), or is in the trash.
fn open(desk: &mut Desk<'_>, id: LeadId) -> Result<Lead, Halt> {
    let lead = desk.open(id, false)?;
    if lead.trashed_at.is_some() { Err(Refusal::Trashed { lead: lead.id }.into()) } else { Ok(lead) }
}

/// The lead that stays, as it will be.
struct Taken {
    lead: Lead,
    /// The customer it is linked to by this.
    customer: Option<Customer>,
    /// What others had and it keeps otherwise, a line for each of them.
    notes: Vec<String>,
}

impl Taken {
    /// Takes over what another lead has. It stays in its stage, in its pipeline.
    fn take(&mut self, desk: &mut Desk<'_>, other: &Lead) -> Result<(), Halt> {
        self.join_customers(desk, other)?;
        let mut left = self.lead.take_in(other, desk.pipeline(&self.lead));
        if other.stage != self.lead.stage || other.pipeline != self.lead.pipeline {
            left.push(format!("stage {}", desk.stage(other).label));
        }
        self.join_owners(desk, other)?;
        left.extend(
            other
                .owner
                .as_ref()
                .filter(|owner| self.lead.owner.as_ref() != Some(*owner))
                .map(|owner| format!("owner {owner}")),
        );
        self.lead.last_contacted_at = self.lead.last_contacted_at.max(other.last_contacted_at);
        self.lead.converted_at = self.lead.converted_at.max(other.converted_at);
        self.lead.merged_from.extend(other.numbers());
        if !left.is_empty() {
            self.notes.push(format!("merged {}; other values: {}", other.id, left.join("; ")));
        }
        Ok(())
    }

    /// The lead becomes that customer's whose the other one is.
    ///
    /// # Errors
    /// Two customers: they are made one first.
    fn join_customers(&mut self, desk: &Desk<'_>, other: &Lead) -> Result<(), Halt> {
        let Some(theirs) = customer_of(desk, other)? else { return Ok(()) };
        match customer_of(desk, &self.lead)? {
            Some(ours) if ours.id != theirs.id => Err(Refusal::TwoCustomers {
                lead: self.lead.id,
                into: ours.id,
                other: other.id,
                from: theirs.id,
            }
            .into()),
            Some(_) => Ok(()),
            None => {
                self.lead.customer = Some(theirs.id);
                self.customer = Some(theirs);
                Ok(())
            }
        }
    }

    /// Who has the lead keeps it; one that nobody has goes to who had the other. Whoever loses one
    /// by this is as if it were taken from them (D9).
    fn join_owners(&mut self, desk: &mut Desk<'_>, other: &Lead) -> Result<(), Halt> {
        let (me, now) = (desk.scope.actor(), desk.now);
        let Some(theirs) = other.assignee(now).cloned() else { return Ok(()) };
        let is_known = desk.office.people.get(&theirs).is_some_and(|user| user.disabled_at.is_none());
        let claim = other.live_claim(now).filter(|_| desk.stage(&self.lead).kind == StageKind::Open);
        let is_free = self.lead.assignee(now).is_none();
        if is_free && is_known && (claim.is_some() || other.live_claim(now).is_none()) {
            desk.require(if theirs == me { Capability::Claim } else { Capability::Assign })?;
            self.lead.claim = claim.cloned();
            self.lead.owner = claim.is_none().then_some(theirs);
        } else if theirs != me && self.lead.assignee(now) != Some(&theirs) {
            let is_owned = other.owner.is_some();
            desk.require(if is_owned { Capability::Reassign } else { Capability::Assign })?;
        }
        Ok(())
    }

    /// Lays the lead down, with what is said of it and its link to a customer.
    fn keep(self, desk: &mut Desk<'_>, before: &mut Lead) -> Result<(), Halt> {
        let is_handed = self.lead.owner != before.owner;
        let note = (!self.notes.is_empty()).then(|| self.notes.join("\n"));
        let act = Act::new(Event::Merged).action("merge").note(note);
        desk.amend(before, act, |lead| *lead = self.lead);
        if let Some(customer) = self.customer.filter(|customer| !customer.leads.contains(&before.id)) {
            let mut linked = customer.clone();
            linked.leads.push(before.id);
            desk.keep_with_last(Some(&customer), linked);
        }
        if is_handed {
            desk.tell_assigned(before)?;
        }
        desk.keep(before.clone());
        Ok(())
    }
}

/// The customer a lead belongs to now.
fn customer_of(desk: &Desk<'_>, lead: &Lead) -> Result<Option<Customer>, Halt> {
    match lead.customer.map(|id| desk.customer(id)).transpose() {
        Err(Halt::Refused(_)) => Ok(None),
        found => found,
    }
}

/// Puts a lead into its successor, with its deals and appointments.
fn hand_in(desk: &mut Desk<'_>, mut lead: Lead, into: LeadId, joining: &Joining) -> Result<(), Halt> {
    desk.amend(&mut lead, Act::new(Event::Merged).action("merge"), |lead| {
        lead.merged_into = Some(into);
        lead.claim = None;
    });
    for id in &joining.deals {
        let Some(before) = desk.deal(*id)?.filter(|deal| deal.lead == lead.id) else { continue };
        let mut deal = Deal { lead: into, ..before.clone() };
        desk.also(Some(&before), &deal);
        deal.revision += 1;
        desk.lay(Laid::Deal(Box::new(deal)));
    }
    for id in &joining.appointments {
        let before: Option<Appointment> = desk.record(&Key::new().number(*id))?;
        let Some(before) = before.filter(|booked| booked.lead == lead.id) else { continue };
        let mut booked = Appointment { lead: into, ..before.clone() };
        desk.also(Some(&before), &booked);
        booked.revision += 1;
        desk.lay(Laid::Appointment(Box::new(booked)));
    }
    desk.keep(lead);
    Ok(())
}
