//! Undo: a change that sets back what another one did, made from the change record alone (L9, N4).
//!
//! It is no move and asks no transition, but it needs the capability of what it undoes, and it
//! refuses where an edit does not stand any more. What a change made is not erased: a lead goes to
//! the trash, a customer, a deal or a user out of sight, so that the undo can be undone.

mod back;
mod found;
mod net;
#[cfg(test)]
mod reads;
mod shelf;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::desk::Desk;
use super::halt::Halt;
use crate::domain::activity::Event;
use crate::domain::capability::Capability;
use crate::domain::lead::{LeadId, successor};
use crate::domain::notice::{MailKind, MailState, Notice};
use crate::domain::refusal::{Lasting, Refusal};
use crate::domain::undo::{Gone, Undoing};
use crate::store::StoreFault;
use back::Back;
use found::no_such_change;
use net::Touched;

pub(super) use found::{Found, Standing, find};

/// Undoes the change; the leads it was about.
///
/// # Errors
/// A refusal: it is not for the caller's eyes, they may not, or an edit is in the way.
pub(super) fn undo(desk: &mut Desk<'_>, found: &Found) -> Result<(Undoing, BTreeSet<LeadId>), Halt> {
    let (change, mut leads) = (&found.change, found.leads());
    may_see(desk, found, &leads)?;
    let mut undoing = Undoing {
        change: change.number,
        verb: change.verb.clone(),
        actor: change.actor.clone(),
        at: change.at,
        by: None,
        edits: Vec::new(),
        notes: 0,
        mails: Vec::new(),
    };
    if found.is_purged {
        return Err(Refusal::CannotUndo { change: change.number, why: Lasting::Purged }.into());
    }
    if found.activities.iter().all(|(activity, _)| activity.event == Event::ClaimLapsed) {
        return Err(Refusal::CannotUndo { change: change.number, why: Lasting::Time }.into());
    }
    if found.is_undone {
        return Ok((undoing, leads));
    }
    desk.require(change.needs.unwrap_or(Capability::Admin))?;
    let touched = net::touched(&found.activities);
    let is_noted = found.activities.iter().any(|(_, content)| content.stamp.is_some());
    if touched.is_empty() && leads.is_empty() && !is_noted {
        return Err(Refusal::CannotUndo { change: change.number, why: Lasting::Kind }.into());
    }
    let mut back = Back::new(desk, found);
    back.pipelines(&touched)?;
    let is_of_user = touched.keys().any(|record| record.starts_with("user/"));
    for lead in leads.clone() {
        let own = touched.get(&format!("lead/{lead}"));
        if !is_of_user {
            back.lead(lead, own)?;
        } else if !back.claim(lead, own)? {
            leads.remove(&lead);
        }
    }
    let is_other = |one: &&Touched| !one.record.starts_with("lead/") && !shelf::is_of_pipelines(one);
    for other in touched.values().filter(is_other) {
        back.other(other)?;
    }
    undoing.edits = back.finish()?;
    undoing.notes = found.activities.iter().filter(|(_, content)| content.stamp.is_some()).count() as u64;
    undoing.mails = gone(desk, found, &touched)?;
    undoing.by = Some(desk.undo_of(change.number)?);
    Ok((undoing, leads))
}

/// # Errors
/// A change about a lead that the caller does not see does not exist for them (A13).
fn may_see(desk: &Desk<'_>, found: &Found, leads: &BTreeSet<LeadId>) -> Result<(), Halt> {
    let hidden = || Halt::from(no_such_change(found.change.number));
    for id in leads {
        let lead = successor(*id, |id| desk.peek(id))?.ok_or_else(hidden)?;
        // What the undo of an import put out of sight comes back by undoing that.
        let is_own = lead.staged && found.change.actor == desk.scope.actor();
        if !is_own && !desk.scope.sees(&lead, desk.pipeline(&lead), desk.now) {
            return Err(hidden());
        }
    }
    if leads.is_empty() {
        let is_own = found.change.actor == desk.scope.actor();
        if !is_own && !desk.scope.may(Capability::ViewAll) {
            return Err(hidden());
        }
    }
    Ok(())
}

/// The mails that went out because of the change: decided with it, or later for a follow-up or a
/// claim that it set.
fn gone(
    desk: &Desk<'_>,
    found: &Found,
    touched: &IndexMap<String, Touched>,
) -> Result<Vec<Gone>, StoreFault> {
    let (mut gone, mut known) = (Vec::new(), BTreeSet::new());
    for key in &found.notices {
        let Some(notice) = desk.notice(key)?.filter(|notice| caused(found, notice, touched)) else {
            continue;
        };
        let Some(mail) = desk.mail(notice.mail)? else { continue };
        let is_out = matches!(mail.state, MailState::Sent | MailState::Sending | MailState::Unknown);
        if is_out && known.insert(mail.id) {
            gone.push(Gone { mail: mail.id, kind: mail.kind, to: mail.to });
        }
    }
    Ok(gone)
}

fn caused(found: &Found, notice: &Notice, touched: &IndexMap<String, Touched>) -> bool {
    if notice.decided_at < found.change.at {
        return false;
    }
    let record = notice.lead.map(|lead| format!("lead/{lead}")).unwrap_or_default();
    let edits = touched.get(&record).into_iter().flat_map(|one| &one.edits);
    let set = |field: &str| edits.clone().find(|edit| edit.field == field && !edit.after.is_null());
    match notice.kind {
        MailKind::Assigned => notice.decided_at == found.change.at && set("owner").is_some(),
        MailKind::ClaimLapsing | MailKind::ClaimLapsed => set("claim").is_some(),
        _ => set("follow_up").is_some_and(|edit| {
            notice.date.is_some_and(|date| edit.after.get("date") == Some(&date.to_string().into()))
        }),
    }
}
