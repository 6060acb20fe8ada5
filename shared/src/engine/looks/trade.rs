//! Deals and appointments, for whoever sees their lead (A13).

use std::ops::ControlFlow;

use super::{Desk, Sink};
use crate::domain::customer::Appointment;
use crate::domain::lead::Lead;
use crate::domain::refusal::{Refusal, Thing};
use crate::domain::request::LeadRef;
use crate::domain::view::{AppointmentView, Row};
use crate::engine::desk::no_such;
use crate::engine::halt::Halt;
use crate::engine::{lookup, views};
use crate::store::{Index, Key, StoreFault, Table, Typed, TypedStore};

/// One deal.
pub(super) fn deal(desk: &Desk<'_>, id: u64, sink: &mut Sink<'_>) -> Result<(), Halt> {
    let found = desk.inner.store.deal(id)?.filter(|deal| deal.removed_at.is_none());
    let deal = found.ok_or_else(|| no_such(Thing::Deal, id))?;
    if !desk.sees(deal.lead)? {
        return Err(no_such(Thing::Deal, id).into());
    }
    sink(Row::Deal(Box::new(views::deal(deal))));
    Ok(())
}

/// One appointment.
pub(super) fn appointment(desk: &Desk<'_>, id: u64, sink: &mut Sink<'_>) -> Result<(), Halt> {
    let unknown = || Halt::from(no_such(Thing::Appointment, id));
    let booked = desk.inner.store.appointment(id)?.ok_or_else(unknown)?;
    let lead = match desk.one(booked.lead) {
        Err(Halt::Refused(Refusal::NoSuch { .. })) => return Err(unknown()),
        other => other?,
    };
    sink(Row::Appointment(Box::new(views::appointment(booked, &lead.name))));
    Ok(())
}

/// Appointments with some leads, or with all that the caller may see, the next first.
pub(super) fn appointments(
    desk: &Desk<'_>,
    refs: &[LeadRef],
    all: bool,
    sink: &mut Sink<'_>,
) -> Result<(), Halt> {
    let mut found: Vec<AppointmentView> = Vec::new();
    if refs.is_empty() {
        desk.inner.store.all::<Appointment>(&mut |booked| {
            if all || booked.cancelled_at.is_none() {
                let lead = desk.inner.store.lead(booked.lead)?.filter(Lead::is_listed);
                let eyes =
                    |lead: &Lead| desk.scope.sees(lead, desk.office.catalogue.get(&lead.pipeline), desk.now);
                found.extend(lead.filter(eyes).map(|lead| views::appointment(booked, &lead.name)));
            }
            Ok(ControlFlow::Continue(()))
        })?;
    }
    for id in lookup::numbers(&*desk.inner.store, desk.office, desk.scope, refs, false, desk.now)? {
        let lead = desk.one(id?)?;
        found.extend(booked(desk, &lead, all)?);
    }
    found.sort_by_key(|view| (view.at, view.id));
    found.dedup_by_key(|view| view.id);
    for view in found {
        if !sink(Row::Appointment(Box::new(view))) {
            break;
        }
    }
    Ok(())
}

/// What is booked with a lead, the next first.
pub(super) fn booked(desk: &Desk<'_>, lead: &Lead, all: bool) -> Result<Vec<AppointmentView>, StoreFault> {
    let mut found = Vec::new();
    let span = Key::index(Index::AppointmentLead).number(lead.id).span(Table::Index);
    desk.inner.store.visit_numbers(&span, &mut |id| {
        let booked = desk.inner.store.appointment(id)?.filter(|one| all || one.cancelled_at.is_none());
        found.extend(booked.map(|one| views::appointment(one, &lead.name)));
        Ok(ControlFlow::Continue(()))
    })?;
    found.sort_by_key(|view: &AppointmentView| (view.at, view.id));
    Ok(found)
}
