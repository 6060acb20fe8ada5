//! The desk's records that are no leads: found as the caller may, laid down with their edits.

use super::Desk;
use crate::domain::activity::Edit;
use crate::domain::capability::Capability;
use crate::domain::customer::{self, Appointment, Customer, Deal};
use crate::domain::lead::{CustomerId, Lead, LeadId};
use crate::domain::pipeline::{PipelineId, PipelineSource};
use crate::domain::refusal::{Refusal, Thing};
use crate::engine::act::{Act, edits};
use crate::engine::halt::Halt;
use crate::engine::laid::Laid;
use crate::store::{Key, StoreFault, Typed};

impl Desk<'_> {
    /// A customer that was not undone; its successor, if it was merged.
    ///
    /// # Errors
    /// [`Refusal::NoSuch`].
    pub(in crate::engine) fn customer(&self, id: CustomerId) -> Result<Customer, Halt> {
        let found = customer::successor(id, |id| self.peek_customer(id))?;
        found.filter(|customer| customer.removed_at.is_none()).ok_or_else(|| no_such_customer(id).into())
    }

    /// A customer that the caller may see.
    ///
    /// # Errors
    /// What the caller may not see does not exist (A13).
    pub(in crate::engine) fn visible_customer(&self, id: CustomerId) -> Result<Customer, Halt> {
        let customer = self.customer(id)?;
        if self.sees_customer(&customer)? { Ok(customer) } else { Err(no_such_customer(id).into()) }
    }

    /// The customer as it stands, whoever asks; what this request did to it is in it.
    fn peek_customer(&self, id: CustomerId) -> Result<Option<Customer>, StoreFault> {
        let laid = self.laid.iter().rev().find_map(|laid| match laid {
            Laid::Customer(customer) if customer.id == id => Some((**customer).clone()),
            _ => None,
        });
        match laid {
            Some(customer) => Ok(Some(customer)),
            None => self.txn.customer(id),
        }
    }

    /// The lead for which one of its records is made or changed, checked as for any deed: the
    /// capability, the caller's eyes, the expected revision (L10), the trash. A claim that is over
    /// is recorded as lapsed (A9).
    ///
    /// # Errors
    /// The refusal of whichever does not hold.
    pub(in crate::engine) fn enter(
        &mut self,
        id: LeadId,
        needs: Capability,
        if_revision: Option<u64>,
    ) -> Result<Lead, Halt> {
        self.require(needs)?;
        let before = self.drafts.len();
        let lead = self.open(id, false)?;
        if if_revision.is_some_and(|expected| expected != lead.revision) {
            return Err(Refusal::Changed { lead: lead.id }.into());
        }
        if lead.trashed_at.is_some() {
            return Err(Refusal::Trashed { lead: lead.id }.into());
        }
        Ok(if self.drafts.len() > before { self.keep(lead) } else { lead })
    }

    /// A deal whose lead the caller may see, and that lead.
    ///
    /// # Errors
    /// As [`Desk::enter`]; what the caller may not see does not exist (A13).
    pub(in crate::engine) fn enter_deal(&mut self, id: u64) -> Result<(Deal, Lead), Halt> {
        let unknown = || no_such(Thing::Deal, id);
        self.require(Capability::Convert)?;
        let deal = self.txn.deal(id)?.filter(|deal| deal.removed_at.is_none()).ok_or_else(unknown)?;
        let lead =
            self.enter(deal.lead, Capability::Convert, None).map_err(|halt| hidden(halt, unknown()))?;
        Ok((deal, lead))
    }

    /// A deal, whoever asks.
    pub(in crate::engine) fn deal(&self, id: u64) -> Result<Option<Deal>, StoreFault> {
        self.txn.deal(id)
    }

    /// Lays a deal down, with the activity that says so.
    pub(in crate::engine) fn keep_deal(&mut self, before: Option<&Deal>, mut deal: Deal, act: Act) {
        let edits = edits(before, &deal);
        self.draft(act, Some(deal.lead), deal.customer, None, edits);
        deal.revision += 1;
        self.laid.push(Laid::Deal(Box::new(deal)));
    }

    /// An appointment whose lead the caller may see.
    ///
    /// # Errors
    /// As [`Desk::enter_deal`].
    pub(in crate::engine) fn enter_appointment(&mut self, id: u64) -> Result<Appointment, Halt> {
        let unknown = || no_such(Thing::Appointment, id);
        self.require(Capability::Convert)?;
        let appointment = self.txn.appointment(id)?.ok_or_else(unknown)?;
        let entered = self.enter(appointment.lead, Capability::Convert, None);
        entered.map_err(|halt| hidden(halt, unknown()))?;
        Ok(appointment)
    }

    /// Lays an appointment down, with the activity that says so.
    pub(in crate::engine) fn keep_appointment(
        &mut self,
        before: Option<&Appointment>,
        mut appointment: Appointment,
        act: Act,
    ) {
        let edits = edits(before, &appointment);
        self.draft(act, Some(appointment.lead), None, None, edits);
        appointment.revision += 1;
        self.laid.push(Laid::Appointment(Box::new(appointment)));
    }

    /// A lead as the store has it: for a request that touches each lead once, and many of them.
    pub(in crate::engine) fn stored_lead(&self, id: LeadId) -> Result<Option<Lead>, StoreFault> {
        self.txn.lead(id)
    }

    /// A pipeline of the firm's own.
    pub(in crate::engine) fn pipeline_source(
        &self,
        id: &PipelineId,
    ) -> Result<Option<PipelineSource>, StoreFault> {
        self.txn.load(&Key::new().text(id.as_str()))
    }

    /// Lays a pipeline down, with the activity that says so.
    pub(in crate::engine) fn keep_pipeline(
        &mut self,
        before: Option<&PipelineSource>,
        mut source: PipelineSource,
        act: Act,
    ) {
        let edits = edits(before, &source);
        self.draft(act, None, None, None, edits);
        source.revision += 1;
        self.laid.push(Laid::Pipeline(Box::new(source)));
    }

    /// Makes a pipeline the default one, with the activity that says so.
    pub(in crate::engine) fn keep_default(&mut self, id: PipelineId, act: Act, edit: Edit) {
        self.draft(act, None, None, None, vec![edit]);
        self.laid.push(Laid::Default(id));
    }

    /// True when this request changes the store's pipelines.
    pub(in crate::engine) fn changes_pipelines(&self) -> bool {
        let is_theirs =
            |laid: &Laid| matches!(laid, Laid::Pipeline(_) | Laid::PipelineGone(_) | Laid::Default(_));
        self.laid.iter().any(is_theirs)
    }
}

/// A record of a lead that the caller may not see is as little there as the lead.
fn hidden(halt: Halt, unknown: Refusal) -> Halt {
    match halt {
        Halt::Refused(Refusal::NoSuch { thing: Thing::Lead, .. }) => unknown.into(),
        other => other,
    }
}

/// The refusal for a number that no such record has, or none for the caller's eyes.
pub(in crate::engine) fn no_such(thing: Thing, id: u64) -> Refusal {
    Refusal::NoSuch { thing, given: id.to_string(), suggestions: Vec::new() }
}

/// The refusal for a number that is no customer, or none for the caller's eyes.
pub(in crate::engine) fn no_such_customer(id: CustomerId) -> Refusal {
    Refusal::NoSuch { thing: Thing::Customer, given: id.to_string(), suggestions: Vec::new() }
}

/// The refusal for a number that is no lead, or none for the caller's eyes.
pub(in crate::engine) fn no_such_lead(id: LeadId) -> Refusal {
    Refusal::NoSuch { thing: Thing::Lead, given: id.to_string(), suggestions: Vec::new() }
}
