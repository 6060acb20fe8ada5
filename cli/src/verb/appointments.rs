//! `lead appointment …`.

use lead_shared::domain::record::{AppointmentDeed, Booking, RecordDeed};
use lead_shared::domain::reply::Reply;
use lead_shared::domain::request::{Look, Request};

use super::records::{nothing, settle};
use super::{look, print_line, which};
use crate::args::{AppointmentAdd, AppointmentEdit, AppointmentList, AppointmentVerb};
use crate::halt::Halt;
use crate::render::{Shape, What};
use crate::selection::Selection;
use crate::visit::Visit;
use crate::voice;
use crate::words;

pub(super) fn appointment(visit: &mut Visit<'_>, verb: &AppointmentVerb) -> Result<u8, Halt> {
    match verb {
        AppointmentVerb::Add(line) => add(visit, line),
        AppointmentVerb::List(line) => list(visit, line),
        AppointmentVerb::Edit(line) => edit(visit, line),
        AppointmentVerb::Cancel(line) => {
            change(visit, line.number, AppointmentDeed::Cancel, "was called off")
        }
    }
}

fn add(visit: &mut Visit<'_>, line: &AppointmentAdd) -> Result<u8, Halt> {
    let ids = Selection::split_first(&line.words)?;
    let lead = which::one(&ids, "appointment add")?;
    if ids.rest.is_empty() {
        let hint = format!("lead appointment add {} fri 15:00", line.words.join(" "));
        return Err(which::missing_rest("WHEN", &hint));
    }
    let line = line.clone();
    let booking = Booking {
        when: Some(ids.rest.join(" ")),
        length: line.length,
        place: line.place,
        note: line.note,
        clear: Vec::new(),
    };
    let request = Request::Record(RecordDeed::Book { lead, booking: Box::new(booking) });
    let Reply::Filed(filed) = visit.ask(request)? else { return Ok(0) };
    let sentence = words::filed(&filed, "was booked");
    voice::say(&visit.out, &sentence);
    if visit.global.dry_run {
        voice::say(&visit.out, "dry run: nothing was changed");
    } else if visit.wants_rows() {
        let look = Look::Appointment(filed.name.parse().unwrap_or_default());
        visit.print(&look, Shape::one(What::Appointments)).map_err(|halt| halt.after(&sentence, "it"))?;
    } else if !visit.out.terminal {
        print_line(&filed.name).map_err(|halt| halt.after(&sentence, "its number"))?;
    }
    Ok(0)
}

fn list(visit: &mut Visit<'_>, line: &AppointmentList) -> Result<u8, Halt> {
    let ids = Selection::all(&line.words)?;
    let shape = Shape::many(What::Appointments);
    let leads = if ids.ids.is_empty() && visit.global.where_terms.is_empty() {
        Vec::new()
    } else {
        match which::to_look(visit, &ids, "appointment list")? {
            Some(leads) => leads,
            None => return look::none(visit, shape).map(|()| 0),
        }
    };
    visit.print(&Look::Appointments { leads, all: line.all }, shape)?;
    Ok(0)
}

fn edit(visit: &mut Visit<'_>, line: &AppointmentEdit) -> Result<u8, Halt> {
    let number = line.number;
    let line = line.clone();
    let booking = Booking {
        when: line.when,
        length: line.length,
        place: line.place,
        note: line.note,
        clear: line.clear,
    };
    if booking == Booking::default() {
        let fields = ["--when", "--for", "--at", "--note", "--clear"];
        return Err(nothing(&fields, &format!("lead appointment edit {number} --when 'fri 15:00'")));
    }
    change(visit, number, AppointmentDeed::Edit(Box::new(booking)), "was changed")
}

fn change(visit: &mut Visit<'_>, id: u64, deed: AppointmentDeed, done: &str) -> Result<u8, Halt> {
    let shown =
        |filed: &str| (Look::Appointment(filed.parse().unwrap_or_default()), Shape::one(What::Appointments));
    settle(visit, RecordDeed::Appointment { id, deed }, done, &shown)
}
