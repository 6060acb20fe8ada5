//! The follow-up: set, moved, ended (F5).

use jiff::Zoned;

use crate::domain::activity::Event;
use crate::domain::follow_up::FollowUp;
use crate::domain::lead::Lead;
use crate::domain::refusal::Refusal;
use crate::domain::reply::{Did, Hint, Settled};
use crate::domain::when::{self, When};
use crate::domain::{name, text};
use crate::engine::act::Act;
use crate::engine::desk::Desk;
use crate::engine::halt::Halt;

/// Sets or ends the follow-up; a note goes on top of the notes in the same activity.
pub(super) fn schedule(
    desk: &mut Desk<'_>,
    mut lead: Lead,
    typed: &str,
    note: Option<&str>,
) -> Result<Settled, Halt> {
    let note = note.map(|note| text::note(note).map_err(|flaw| flaw.of("note", note))).transpose()?;
    if name::same(typed, "none") {
        if lead.follow_up.is_none() && note.is_none() {
            return Ok(Settled::Already(Did::Unscheduled));
        }
        clear(desk, &mut lead, note);
        desk.keep(lead);
        return Ok(Settled::Done(Did::Unscheduled));
    }
    let now = desk.scope.zoned(desk.now);
    let when = when::parse(typed, &now).map_err(|flaw| flaw.of("when", typed))?;
    let did = Did::Scheduled { when: when::describe(&when, &now) };
    if is_same(&lead, &when, &now) && note.is_none() {
        return Ok(Settled::Already(did));
    }
    set(desk, &mut lead, &when, note);
    desk.keep(lead);
    Ok(Settled::Done(did))
}

/// Sets the follow-up of the lead in hand: a new date re-arms the reminder.
pub(super) fn set(desk: &mut Desk<'_>, lead: &mut Lead, when: &When, note: Option<String>) {
    let now = desk.scope.zoned(desk.now);
    // A calendar knows the follow-up from before it was ended: the number must not fall then.
    let sequence = u32::try_from(lead.revision).unwrap_or(u32::MAX);
    if when.date < now.date() {
        desk.hints.push(Hint::PastFollowUp);
    }
    let follow_up = follow_up(when, &now, sequence);
    desk.amend(lead, Act::new(Event::FollowUpSet).note(note), |lead| lead.follow_up = Some(follow_up));
}

/// Ends the follow-up of the lead in hand.
pub(super) fn clear(desk: &mut Desk<'_>, lead: &mut Lead, note: Option<String>) {
    desk.amend(lead, Act::new(Event::FollowUpCleared).note(note), |lead| lead.follow_up = None);
}

/// WHEN as a stored follow-up (T2).
pub(in crate::engine) fn follow_up(when: &When, now: &Zoned, sequence: u32) -> FollowUp {
    let zone = when.time.and_then(|_| now.time_zone().iana_name().map(str::to_owned));
    FollowUp { date: when.date, time: when.time, zone, set_at: now.timestamp(), sequence }
}

/// WHEN as typed for `field`, in the caller's zone.
///
/// # Errors
/// The flaw, with the field and the value.
pub(super) fn read(desk: &Desk<'_>, field: &str, typed: &str) -> Result<When, Refusal> {
    when::parse(typed, &desk.scope.zoned(desk.now)).map_err(|flaw| flaw.of(field, typed))
}

/// Whether the follow-up is that already.
pub(super) fn is_same(lead: &Lead, when: &When, now: &Zoned) -> bool {
    lead.follow_up.as_ref().is_some_and(|old| {
        old.date == when.date
            && old.time == when.time
            && (old.time.is_none() || old.zone.as_deref() == now.time_zone().iana_name())
    })
}
