//! The trash: out of every list and all mail, and back whole at any time (L8, M11).

use crate::domain::activity::Event;
use crate::domain::lead::Lead;
use crate::domain::reply::{Did, Settled};
use crate::engine::act::Act;
use crate::engine::desk::Desk;
use crate::engine::halt::Halt;

/// Puts the lead into the trash; a claim on it ends silently (A10).
pub(super) fn trash(desk: &mut Desk<'_>, mut lead: Lead) -> Result<Settled, Halt> {
    if lead.trashed_at.is_some() {
        return Ok(Settled::Already(Did::Trashed));
    }
    let now = desk.now;
    desk.amend(&mut lead, Act::new(Event::Trashed).action("trash"), |lead| {
        lead.trashed_at = Some(now);
        lead.claim = None;
    });
    desk.keep(lead);
    Ok(Settled::Done(Did::Trashed))
}

/// Takes the lead out of the trash, as it was.
pub(super) fn restore(desk: &mut Desk<'_>, mut lead: Lead) -> Result<Settled, Halt> {
    if lead.trashed_at.is_none() {
        return Ok(Settled::Already(Did::Restored));
    }
    desk.amend(&mut lead, Act::new(Event::Restored).action("restore"), |lead| lead.trashed_at = None);
    desk.keep(lead);
    Ok(Settled::Done(Did::Restored))
}
