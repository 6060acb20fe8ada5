//! What the daemon will do, found out by having it done where nothing is kept (N3, S5).
//!
//! The sweep of each instant at which something is due runs over a rehearsal of the store: the very
//! code that will decide, on what it will then have decided.

use std::collections::BTreeSet;

use jiff::{Timestamp, ToSpan};

use super::{Desk, Sink, mails, period};
use crate::domain::capability::Capability;
use crate::domain::lead::LeadId;
use crate::domain::notice::Mail;
use crate::domain::refusal::Flaw;
use crate::domain::reply::Decided;
use crate::domain::request::LeadRef;
use crate::domain::view::{PlannedView, Row};
use crate::engine::halt::Halt;
use crate::engine::{lookup, records};

/// How far a plan reaches unless told, in days.
const AHEAD: i64 = 7;

/// All that will be done from now until then, in the order of time: mails to the caller, or all for
/// who sees everything.
pub(super) fn plan(
    desk: &Desk<'_>,
    until: Option<&str>,
    lead: Option<&LeadRef>,
    sink: &mut Sink<'_>,
) -> Result<(), Halt> {
    let end = match until {
        Some(typed) => period::border(desk, "until", typed, true)?,
        None => desk.scope.zoned(desk.now).saturating_add(AHEAD.days()).timestamp(),
    };
    if end <= desk.now {
        return Err(Flaw::new("is not ahead")
            .hint("`lead plan --until 7d`")
            .of("until", until.unwrap_or(""))
            .into());
    }
    let only = lead.map(|named| one(desk, named)).transpose()?;
    let rehearsal = desk.inner.rehearsal();
    let mut at = desk.now;
    let (mut swept, waiting) = rehearsal.foresee(at)?;
    let seen = waiting.into_iter().filter(|mail| mails::is_seen(desk, mail));
    let mut planned: Vec<PlannedView> = seen.filter_map(|mail| again(mail, at)).collect();
    loop {
        for decided in swept.decided {
            planned.extend(line(desk, decided, at)?);
        }
        match swept.next_at.filter(|next| *next > at && *next < end) {
            Some(next) => at = next,
            None => break,
        }
        swept = rehearsal.sweep(at)?;
    }
    planned.retain(|one| one.at < end && only.is_none_or(|lead| one.leads.contains(&lead)));
    planned.sort_by_key(|one| one.at);
    for one in planned {
        if !sink(Row::Planned(Box::new(one))) {
            break;
        }
    }
    Ok(())
}

fn one(desk: &Desk<'_>, named: &LeadRef) -> Result<LeadId, Halt> {
    let named = std::slice::from_ref(named);
    let numbers = lookup::numbers(&*desk.inner.store, desk.office, desk.scope, named, false, desk.now)?;
    Ok(desk.one(records::one(&numbers)?)?.id)
}

/// The next try of a mail that was decided before.
fn again(mail: Mail, now: Timestamp) -> Option<PlannedView> {
    Some(PlannedView {
        at: mail.next_try?.max(now),
        kind: mail.kind.name().to_owned(),
        to: Some(mail.to.to_string()),
        leads: mail.leads,
        subject: Some(mail.subject),
        message_id: Some(mail.message_id),
    })
}

/// What was decided in the rehearsal, if it is for the caller's eyes.
fn line(desk: &Desk<'_>, decided: Decided, now: Timestamp) -> Result<Option<PlannedView>, Halt> {
    Ok(match decided {
        Decided::Lapse { lead, at } => desk.sees(lead)?.then(|| PlannedView {
            at,
            kind: "lapse".to_owned(),
            to: None,
            leads: vec![lead],
            subject: None,
            message_id: None,
        }),
        Decided::Mail { kind, to, leads, subject, message_id, .. } => {
            let is_seen = desk.scope.may(Capability::ViewAll) || to == desk.scope.actor();
            is_seen.then(|| PlannedView {
                at: now,
                kind: kind.name().to_owned(),
                to: Some(to.to_string()),
                leads,
                subject: Some(subject),
                message_id: Some(message_id),
            })
        }
    })
}

/// What was decided about a lead's mail and why, then what is still to come, or why nothing is.
pub(super) fn why(desk: &Desk<'_>, named: &LeadRef, sink: &mut Sink<'_>) -> Result<(), Halt> {
    let lead = desk.one(one(desk, named)?)?;
    let mut told = BTreeSet::new();
    for row in mails::decided(desk, &lead, &mut told)?.into_iter().chain(mails::coming(desk, &lead, &told)) {
        if !sink(Row::Why(Box::new(row))) {
            break;
        }
    }
    Ok(())
}
