//! Appointments: booked, changed and called off, apart from the stage (D4).
//!
//! A day and a time are needed; they are meant in the zone of whoever says them, which is kept. An
//! appointment is seen by whoever sees its lead (A13), and is never erased: one that is called off
//! stays as such.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

use super::act::Act;
use super::add::{line, optional};
use super::desk::Desk;
use super::halt::Halt;
use crate::domain::activity::Event;
use crate::domain::capability::Capability;
use crate::domain::customer::Appointment;
use crate::domain::lead::LeadId;
use crate::domain::name;
use crate::domain::pipeline::elapsed;
use crate::domain::record::{AppointmentDeed, Booking};
use crate::domain::refusal::{Flaw, Refusal, Thing};
use crate::domain::reply::Filed;
use crate::domain::when::{self, When};
use crate::store::Numbered;

/// The length of one whose length is not said, in minutes.
const USUAL: u32 = 60;

/// The longest, in minutes: 31 days.
const LONGEST: u32 = 31 * 24 * 60;

/// Books an appointment with a lead, whose stage stays as it is.
///
/// # Errors
/// A WHEN without a time of day, and values that are none.
pub(super) fn book(
    desk: &mut Desk<'_>,
    lead: LeadId,
    if_revision: Option<u64>,
    booking: &Booking,
) -> Result<Filed, Halt> {
    let lead = desk.enter(lead, Capability::Convert, if_revision)?;
    let typed = booking.when.as_deref().unwrap_or_default();
    let (date, time, zone) = moment(desk, typed, None)?;
    let appointment = Appointment {
        id: 0,
        revision: 0,
        lead: lead.id,
        date,
        time,
        zone,
        minutes: booking.length.as_deref().map_or(Ok(USUAL), length)?,
        place: optional("at", booking.place.as_ref())?,
        note: optional("note", booking.note.as_ref())?,
        sequence: 0,
        created_at: desk.now,
        created_by: desk.scope.actor(),
        cancelled_at: None,
        changed_at: None,
        unknown: Default::default(),
    };
    let appointment = Appointment { id: desk.number(Numbered::Appointment)?, ..appointment };
    let filed = filed(desk, &appointment, true);
    desk.keep_appointment(None, appointment, Act::new(Event::AppointmentBooked).action("appointment add"));
    Ok(filed)
}

/// Does a deed to an appointment; every change raises its sequence.
///
/// # Errors
/// One that was called off is not changed.
pub(super) fn work(desk: &mut Desk<'_>, id: u64, deed: &AppointmentDeed) -> Result<Filed, Halt> {
    let before = desk.enter_appointment(id)?;
    let mut appointment = before.clone();
    let act = match deed {
        AppointmentDeed::Cancel => {
            appointment.cancelled_at = before.cancelled_at.or(Some(desk.now));
            Act::new(Event::AppointmentCancelled).action("appointment cancel")
        }
        AppointmentDeed::Edit(_) if before.cancelled_at.is_some() => {
            let state = "called off".to_owned();
            return Err(Refusal::Closed { thing: Thing::Appointment, id, state }.into());
        }
        AppointmentDeed::Edit(booking) => {
            edit(desk, &mut appointment, booking)?;
            Act::new(Event::AppointmentChanged).action("appointment edit")
        }
    };
    let changed = appointment != before;
    let filed = filed(desk, &appointment, changed);
    if changed {
        appointment.sequence += 1;
        appointment.changed_at = Some(desk.now);
        desk.keep_appointment(Some(&before), appointment, act);
    }
    Ok(filed)
}

fn edit(desk: &Desk<'_>, appointment: &mut Appointment, booking: &Booking) -> Result<(), Refusal> {
    for typed in &booking.clear {
        match name::canonical(typed).as_str() {
            "at" | "place" => appointment.place = None,
            "note" => appointment.note = None,
            _ => {
                let flaw = Flaw::new("cannot be emptied").meaning(typed, ["place", "note"]);
                return Err(flaw.of("clear", typed));
            }
        }
    }
    if let Some(typed) = &booking.when {
        (appointment.date, appointment.time, appointment.zone) = moment(desk, typed, Some(appointment))?;
    }
    if let Some(typed) = &booking.length {
        appointment.minutes = length(typed)?;
    }
    if let Some(typed) = &booking.place {
        appointment.place = Some(line("at", typed)?);
    }
    if let Some(typed) = &booking.note {
        appointment.note = Some(line("note", typed)?);
    }
    Ok(())
}

/// WHEN as a day, a time and their zone: the caller's, or for a day alone the time and the zone that
/// the appointment has.
fn moment(desk: &Desk<'_>, typed: &str, has: Option<&Appointment>) -> Result<(Date, Time, String), Refusal> {
    let now = desk.scope.zoned(desk.now);
    let flawed = |flaw: Flaw| flaw.of("when", typed);
    let when = when::parse(typed, &now).map_err(flawed)?;
    match (when.time, has) {
        (Some(time), _) => Ok((when.date, time, now.time_zone().iana_name().unwrap_or("UTC").to_owned())),
        (None, Some(has)) => {
            let there = desk.now.to_zoned(zone(has));
            let again = format!("{} {:02}:{:02}", when.date, has.time.hour(), has.time.minute());
            let when = when::parse(&again, &there).map_err(flawed)?;
            Ok((when.date, has.time, has.zone.clone()))
        }
        (None, None) => {
            let flaw = Flaw::new("says no time of day").hint(format!("{} 15:00", typed.trim()));
            Err(flawed(flaw))
        }
    }
}

/// A length in whole minutes.
fn length(typed: &str) -> Result<u32, Refusal> {
    let whole = elapsed(&typed.replace(' ', "")).filter(|span| span.as_secs() % 60 == 0);
    let minutes = whole.and_then(|span| u32::try_from(span.as_secs() / 60).ok());
    minutes.filter(|minutes| (1..=LONGEST).contains(minutes)).ok_or_else(|| {
        Flaw::new("is not a length of up to 31 days")
            .hint("write it as `1h`, `90m` or `1h30m`")
            .of("for", typed)
    })
}

/// The zone an appointment is meant in.
pub(super) fn zone(appointment: &Appointment) -> TimeZone {
    TimeZone::get(&appointment.zone).unwrap_or(TimeZone::UTC)
}

fn filed(desk: &Desk<'_>, appointment: &Appointment, changed: bool) -> Filed {
    let when = When { date: appointment.date, time: Some(appointment.time) };
    let when = when::describe(&when, &desk.now.to_zoned(zone(appointment)));
    let filed = Filed::of(Thing::Appointment, &appointment.id, changed);
    Filed { lead: Some(appointment.lead), when: Some(when), ..filed }
}
