//! Looks over many leads: `lead board`, `lead today`.

use lead_shared::domain::overview::DayPart;
use lead_shared::domain::request::Look;
use lead_shared::domain::view::Row;

use super::look::FOUND;
use crate::args::{self, Today};
use crate::halt::Halt;
use crate::render::{Group, Lane, write_board, write_groups};
use crate::screen;
use crate::visit::Visit;

/// Prints the board, every column, empty ones too (F2); or shows it on the whole screen.
pub(super) fn board(visit: &mut Visit<'_>, line: &args::Board) -> Result<u8, Halt> {
    let terms = &line.terms.terms;
    if line.interactive {
        return screen::show(visit, terms);
    }
    let mut lanes: Vec<Lane> = Vec::new();
    visit.look(&Look::Board { terms: terms.clone() }, &mut |row| {
        match row {
            Row::Column(column) => lanes.push(Lane { column: *column, leads: Vec::new() }),
            Row::Lead(lead) => {
                if let Some(lane) = lanes.last_mut() {
                    lane.leads.push(*lead);
                }
            }
            _ => {}
        }
        Ok(())
    })?;
    visit.show(|visit, mut sink| Ok(write_board(&visit.out, &mut sink, &lanes)?))?;
    Ok(0)
}

/// Prints the day's work; with `--check`, 10 when anything is overdue (F13, M6).
pub(super) fn today(visit: &mut Visit<'_>, line: &Today) -> Result<u8, Halt> {
    let mut groups: Vec<Group> = Vec::new();
    visit.look(&Look::Today { terms: line.terms.terms.clone() }, &mut |row| {
        match row {
            Row::Part(part) => groups.push(Group { key: part.key(), title: title(part), leads: Vec::new() }),
            Row::Lead(lead) => {
                if let Some(group) = groups.last_mut() {
                    group.leads.push(*lead);
                }
            }
            _ => {}
        }
        Ok(())
    })?;
    visit.clock();
    visit.show(|visit, mut sink| Ok(write_groups(&visit.out, &mut sink, &groups)?))?;
    let is_late = groups.iter().any(|group| group.key == DayPart::Overdue.key() && !group.leads.is_empty());
    Ok(if line.check && is_late { FOUND } else { 0 })
}

fn title(part: DayPart) -> &'static str {
    match part {
        DayPart::Due => "Follow-ups due",
        DayPart::Overdue => "Overdue",
        DayPart::New => "New, not contacted yet",
        DayPart::WithoutFollowUp => "Without a follow-up",
        DayPart::Lapsing => "Claims about to lapse",
    }
}
