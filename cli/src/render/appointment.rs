//! An appointment as columns, as an object, and as a line of its lead's card.

use std::io::{self, Write};

use jiff::Timestamp;
use jiff::civil::Date;
use lead_shared::domain::text;
use lead_shared::domain::user::Login;
use lead_shared::domain::view::AppointmentView;
use serde::Serialize;

use super::cell::{Cell, Clock};
use super::column::{Column, asked, both};

pub(super) const COLUMNS: &[Column] = &[
    both("id", 1).number(),
    both("at", 1),
    both("lead", 2).number(),
    both("name", 1).cut(16),
    both("minutes", 3).number(),
    both("place", 3).cut(12),
    both("note", 4).cut(12),
    both("cancelled_at", 5),
    asked("until"),
    asked("date"),
    asked("zone"),
    asked("sequence").number(),
    asked("created_at"),
    asked("created_by"),
];

pub(super) fn cell<'a>(view: &'a AppointmentView, name: &str) -> Cell<'a> {
    match name {
        "id" => Cell::Number(view.id),
        "at" => Cell::At(view.at),
        "until" => Cell::At(view.until),
        "lead" => Cell::Number(view.lead),
        "name" => Cell::Text(&view.name),
        "date" => Cell::Day(view.date, Some(view.time)),
        "zone" => Cell::Text(&view.zone),
        "minutes" => Cell::Number(u64::from(view.minutes)),
        "place" => Cell::text(view.place.as_deref()),
        "note" => Cell::text(view.note.as_deref()),
        "sequence" => Cell::Number(u64::from(view.sequence)),
        "cancelled_at" => Cell::at(view.cancelled_at),
        "created_at" => Cell::At(view.created_at),
        "created_by" => Cell::Text(view.created_by.as_str()),
        _ => Cell::Empty,
    }
}

#[derive(Serialize)]
pub(super) struct AppointmentJson<'a> {
    id: u64,
    lead: u64,
    at: Timestamp,
    until: Timestamp,
    date: Date,
    time: String,
    zone: &'a str,
    minutes: u32,
    place: Option<&'a str>,
    note: Option<&'a str>,
    sequence: u32,
    cancelled_at: Option<Timestamp>,
    created_at: Timestamp,
    created_by: &'a Login,
}

pub(super) fn object(view: &AppointmentView) -> AppointmentJson<'_> {
    AppointmentJson {
        id: view.id,
        lead: view.lead,
        at: view.at,
        until: view.until,
        date: view.date,
        time: Clock(view.time).to_string(),
        zone: &view.zone,
        minutes: view.minutes,
        place: view.place.as_deref(),
        note: view.note.as_deref(),
        sequence: view.sequence,
        cancelled_at: view.cancelled_at,
        created_at: view.created_at,
        created_by: &view.created_by,
    }
}

/// Several in one cell of a lead, each by its day, time and zone.
pub(super) fn in_one_cell(views: &[AppointmentView]) -> Cell<'_> {
    Cell::words(views.iter().map(|view| format!("{} {} {}", view.date, Clock(view.time), view.zone)))
}

/// A line of a lead's card: `4  Fri 2026-11-27 15:00 Europe/Berlin, 60 min, at the yard`.
pub(super) fn line(line: &mut Vec<u8>, view: &AppointmentView) -> io::Result<()> {
    let day = view.date.strftime("%a");
    write!(line, "    {}  {day} {} {} {}", view.id, view.date, Clock(view.time), text::escape(&view.zone))?;
    write!(line, ", {} min", view.minutes)?;
    for word in [&view.place, &view.note].into_iter().flatten() {
        write!(line, ", {}", text::escape(word))?;
    }
    writeln!(line)
}
