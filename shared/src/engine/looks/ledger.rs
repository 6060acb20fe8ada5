//! The history, and the records that leads become: customers and deals.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use super::period::Period;
use super::{Desk, Sink};
use crate::domain::activity::{Activity, Content, Event};
use crate::domain::capability::Capability;
use crate::domain::customer::{self, Customer, Deal};
use crate::domain::lead::{CustomerId, LeadId};
use crate::domain::likeness;
use crate::domain::name;
use crate::domain::pipeline::RecordKind;
use crate::domain::refusal::{Flaw, Refusal};
use crate::domain::request::Look;
use crate::domain::view::Row;
use crate::engine::desk::no_such_customer;
use crate::engine::halt::Halt;
use crate::engine::{lookup, trail, views};
use crate::store::{Index, Key, StoreFault, Table, Typed, TypedStore};

/// Which entries of the history are wanted.
#[derive(Default)]
pub(super) struct Wanted {
    period: Period,
    by: Option<String>,
    event: Option<Event>,
}

/// The history, oldest first: of some leads, or of all that the caller may see.
pub(super) fn history(desk: &Desk<'_>, look: &Look, sink: &mut Sink<'_>) -> Result<(), Halt> {
    let Look::History { leads, since, until, by, event } = look else { return Ok(()) };
    let wanted = Wanted {
        period: Period::read(desk, since.as_deref(), until.as_deref())?,
        by: by.as_deref().map(|typed| actor(desk, typed)).transpose()?,
        event: event.as_deref().map(event_typed).transpose()?,
    };
    if leads.is_empty() {
        let mut visible: std::collections::BTreeMap<LeadId, bool> = Default::default();
        return Ok(desk.inner.store.all::<Activity>(&mut |activity| {
            let is_seen = match activity.lead {
                None => desk.scope.may(Capability::ViewAll),
                Some(id) => match visible.get(&id) {
                    Some(is_seen) => *is_seen,
                    None => {
                        let is_seen = desk.sees(id)? || desk.is_purged(id)?;
                        visible.insert(id, is_seen);
                        is_seen
                    }
                },
            };
            Ok(if is_seen { desk.tell(activity, &wanted, sink)? } else { ControlFlow::Continue(()) })
        })?);
    }
    let mut entries = BTreeSet::new();
    for id in lookup::numbers(&*desk.inner.store, desk.office, desk.scope, leads, false, desk.now)? {
        let id = id?;
        if desk.is_purged(id)? {
            let span = Key::index(Index::ActivityLead).number(id).span(Table::Index);
            desk.inner.store.visit_numbers(&span, &mut |seq| {
                entries.insert(seq);
                Ok(ControlFlow::Continue(()))
            })?;
        } else {
            entries.extend(trail::of_lead(&*desk.inner.store, &desk.one(id)?)?);
        }
    }
    for seq in entries {
        if let Some(activity) = desk.inner.store.activity(seq)?
            && desk.tell(activity, &wanted, sink)?.is_break()
        {
            break;
        }
    }
    Ok(())
}

impl Desk<'_> {
    /// A lead of which a purge left nothing but headers: who sees all leads sees that it was.
    fn is_purged(&self, id: LeadId) -> Result<bool, StoreFault> {
        if !self.scope.may(Capability::ViewAll) || self.inner.store.lead(id)?.is_some() {
            return Ok(false);
        }
        let entries = Key::index(Index::ActivityLead).number(id).span(Table::Index);
        Ok(!self.inner.store.numbers_in(&entries, 1)?.numbers.is_empty())
    }

    /// Hands on an entry that is wanted, without what the caller may not see of it.
    pub(super) fn tell(
        &self,
        activity: Activity,
        wanted: &Wanted,
        sink: &mut Sink<'_>,
    ) -> Result<ControlFlow<()>, StoreFault> {
        let is_wanted = wanted.period.has(activity.at)
            && wanted.by.as_deref().is_none_or(|by| name::same(activity.actor.as_str(), by))
            && wanted.event.is_none_or(|event| activity.event == event);
        if !is_wanted {
            return Ok(ControlFlow::Continue(()));
        }
        let mut content: Content = self.inner.store.content(activity.seq)?.unwrap_or_default();
        if !self.scope.may(Capability::ViewAll) {
            // Which leads a customer has would tell of leads the caller may not see (A13).
            content.edits.retain(|edit| !(edit.field == "leads" && edit.record.starts_with("customer/")));
        }
        let more = sink(Row::Entry(Box::new(views::entry(activity, content))));
        Ok(if more { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
    }
}

fn actor(desk: &Desk<'_>, typed: &str) -> Result<String, Refusal> {
    if name::same(typed, "me") {
        return Ok(desk.scope.actor().0);
    }
    if name::same(typed, crate::domain::user::Login::SYSTEM) {
        return Ok(crate::domain::user::Login::SYSTEM.to_owned());
    }
    desk.office.person(typed).map(|user| user.login.0.clone())
}

fn event_typed(typed: &str) -> Result<Event, Refusal> {
    let folded = name::canonical(typed).replace('-', "_");
    serde_json::from_value(serde_json::Value::String(folded)).map_err(|_| {
        let known = Event::names();
        let flaw = Flaw::new("is not an event");
        let near = likeness::closest(typed, known.iter().map(String::as_str)).map(str::to_owned);
        let hint = near.map_or_else(
            || format!("one of: {}", known.join(", ")),
            |near| format!("did you mean `{near}`?"),
        );
        flaw.hint(hint).of("event", typed)
    })
}

/// # Errors
/// Where the pipeline keeps no customers apart.
fn separate(desk: &Desk<'_>, asked: &str) -> Result<(), Refusal> {
    if desk.office.catalogue.all().any(|one| {
        one.pipeline.id == desk.office.catalogue.default().id && one.pipeline.record == RecordKind::Separate
    }) {
        return Ok(());
    }
    Err(Refusal::InPlace { asked: asked.to_owned() })
}

/// The customers that stand, with those of their leads that the caller may see. Without
/// `view-all`, only customers that have one (A13).
pub(super) fn customers(desk: &Desk<'_>, sink: &mut Sink<'_>) -> Result<(), Halt> {
    separate(desk, "customer list")?;
    Ok(desk.inner.store.all::<Customer>(&mut |customer| {
        if customer.merged_into.is_some() || customer.removed_at.is_some() {
            return Ok(ControlFlow::Continue(()));
        }
        let leads = desk.visible(&customer.leads)?;
        if !desk.scope.sees_customer(&customer, !leads.is_empty()) {
            return Ok(ControlFlow::Continue(()));
        }
        let view = views::customer(&customer, leads, views::customer_notes(&*desk.inner.store, &customer)?);
        Ok(if sink(Row::Customer(Box::new(view))) {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        })
    })?)
}

impl Desk<'_> {
    fn visible(&self, leads: &[LeadId]) -> Result<Vec<LeadId>, StoreFault> {
        let mut visible = Vec::new();
        for id in leads {
            let lead = self.inner.store.lead(*id)?;
            let seen = lead
                .filter(|lead| self.scope.sees(lead, self.office.catalogue.get(&lead.pipeline), self.now));
            visible.extend(seen.filter(crate::domain::lead::Lead::is_listed).map(|lead| lead.id));
        }
        Ok(visible)
    }

    fn customer(&self, id: CustomerId) -> Result<(Customer, Vec<LeadId>), Halt> {
        let found = customer::successor(id, |id| self.inner.store.customer(id))?;
        let found = found.filter(|customer| customer.removed_at.is_none());
        let customer = found.ok_or_else(|| no_such_customer(id))?;
        let leads = self.visible(&customer.leads)?;
        if !self.scope.sees_customer(&customer, !leads.is_empty()) {
            return Err(no_such_customer(id).into());
        }
        Ok((customer, leads))
    }
}

/// One customer.
pub(super) fn customer(desk: &Desk<'_>, id: CustomerId, sink: &mut Sink<'_>) -> Result<(), Halt> {
    separate(desk, "customer show")?;
    let (customer, leads) = desk.customer(id)?;
    let notes = views::customer_notes(&*desk.inner.store, &customer)?;
    sink(Row::Customer(Box::new(views::customer(&customer, leads, notes))));
    Ok(())
}

/// A customer's leads (A3, A12).
pub(super) fn customer_leads(desk: &Desk<'_>, id: CustomerId, sink: &mut Sink<'_>) -> Result<(), Halt> {
    separate(desk, "customer leads")?;
    let (_, leads) = desk.customer(id)?;
    for id in leads {
        let lead = desk.one(id)?;
        if !sink(Row::Lead(Box::new(desk.lead_view(&lead, false)?))) {
            break;
        }
    }
    Ok(())
}

/// The deals of the leads that the caller may see.
pub(super) fn deals(desk: &Desk<'_>, sink: &mut Sink<'_>) -> Result<(), Halt> {
    Ok(desk.inner.store.all::<Deal>(&mut |deal| {
        let is_seen = deal.removed_at.is_none() && !desk.visible(&[deal.lead])?.is_empty();
        let more = !is_seen || sink(Row::Deal(Box::new(views::deal(deal))));
        Ok(if more { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
    })?)
}
