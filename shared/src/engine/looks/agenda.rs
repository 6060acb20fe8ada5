//! Leads for a calendar: with their follow-ups and appointments (D4).

use std::ops::ControlFlow;

use super::{Desk, Sink, trade};
use crate::domain::calendar::Agenda;
use crate::domain::matter::MatterLead;
use crate::domain::view::Row;
use crate::engine::halt::Halt;
use crate::engine::telling::mail_domain;
use crate::engine::{lookup, views};

/// The leads that match and have something for a calendar, by number.
pub(super) fn agenda(desk: &Desk<'_>, terms: &[String], sink: &mut Sink<'_>) -> Result<(), Halt> {
    let store = &*desk.inner.store;
    let domain = mail_domain(&desk.office.policy.mail.from);
    let filter = lookup::filter(desk.office, desk.scope, terms, desk.now)?;
    desk.each_match(&filter, &mut |lead| {
        let booked = trade::booked(desk, &lead, true)?;
        if booked.is_empty() && lead.follow_up.is_none() {
            return Ok(ControlFlow::Continue(()));
        }
        let notes = views::written(store, &lead)?;
        let lead = MatterLead {
            view: views::lead(desk.office, desk.scope, &lead, desk.now),
            last_note: notes.into_iter().next().map(|(stamp, text)| format!("[{stamp}] {text}")),
            claim_until: None,
            by: None,
            booked,
            follow_up: lead.follow_up,
        };
        let more = sink(Row::Agenda(Box::new(Agenda { lead, domain: domain.to_owned() })));
        Ok(if more { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
    })
}
