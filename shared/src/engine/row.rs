//! What a row of an import does: adds a lead, or edits the one that has its address (P1, M7).

use super::add;
use super::deeds::{self, Found as Gathered};
use super::desk::Desk;
use super::halt::Halt;
use super::twins::Twins;
use super::{leeway, past};
use crate::domain::edit::LeadEdit;
use crate::domain::email;
use crate::domain::import::ImportRules;
use crate::domain::lead::{Lead, LeadId};
use crate::domain::refusal::{Candidate, Refusal};
use crate::domain::reply::{Did, Settled};
use crate::domain::request::{Deed, NewLead};

/// Adds the lead of a row, or edits the one that has its address. One that changes nothing leaves nothing on
/// the desk, a claim that was found to be over neither.
pub(super) fn place(
    desk: &mut Desk<'_>,
    rules: ImportRules,
    new: &NewLead,
    twins: &Twins,
) -> Result<(LeadId, Settled), Halt> {
    let mark = desk.mark();
    let placed = meet(desk, rules, new, twins)?;
    if matches!(placed, (_, Settled::Already(_))) {
        desk.back_to(mark);
    }
    Ok(placed)
}

fn meet(
    desk: &mut Desk<'_>,
    rules: ImportRules,
    new: &NewLead,
    twins: &Twins,
) -> Result<(LeadId, Settled), Halt> {
    let new = &NewLead { on_duplicate: rules.on_duplicate, ..new.clone() };
    let address = new.email.as_deref().filter(|_| rules.update_by_email);
    let Some(address) = address else { return add(desk, new, twins) };
    let is_same =
        |twin: &Lead| twin.email.as_deref().is_some_and(|own| email::key(own) == email::key(address));
    // An export of the trash that comes back is in the trash.
    if past::is_trashed(desk, new)?
        && let Some(known) = twins.in_trash(desk, is_same)?.first()
    {
        return Ok((known.id, Settled::Already(Did::Trashed)));
    }
    let mut known = twins.known(desk, is_same)?;
    match known.len() {
        0 => add(desk, new, twins),
        1 => {
            let known = known.swap_remove(0);
            let note = new.note.as_deref().and_then(|note| past::news(note, &twins.notes_of(desk, known.id)));
            update(desk, known, &NewLead { note, ..new.clone() })
        }
        _ => {
            let candidates = known.iter().map(Candidate::from).collect();
            Err(Refusal::Ambiguous { given: address.to_owned(), candidates }.into())
        }
    }
}

fn add(desk: &mut Desk<'_>, new: &NewLead, twins: &Twins) -> Result<(LeadId, Settled), Halt> {
    if new.name.trim().is_empty() {
        return Err(Refusal::Missing { fields: vec!["name".to_owned()], hints: Vec::new() }.into());
    }
    add::add(desk, new, twins)
}

/// Edits a lead, known by its address, by what a row gives; what that leaves empty stays (M7).
fn update(desk: &mut Desk<'_>, mut lead: Lead, new: &NewLead) -> Result<(LeadId, Settled), Halt> {
    let id = lead.id;
    if !lead.staged {
        desk.end_lapsed(&mut lead)?;
    }
    let pipeline = match &new.pipeline {
        Some(typed) => add::pipeline_typed(desk, typed)?,
        None => desk.pipeline(&lead),
    };
    let new = leeway::given(desk, pipeline, new, false).into_owned();
    let edit = LeadEdit {
        name: Some(new.name).filter(|name| !name.is_empty()),
        phone: new.phone,
        company: new.company,
        address: new.address,
        source: new.source,
        value: new.value,
        note: new.note,
        sets: new.sets,
        tags: new.tags,
        stage: new.stage,
        owner: new.owner,
        customer: new.customer,
        follow_up: new.follow_up,
        pipeline: new.pipeline,
        ..LeadEdit::default()
    };
    let settled = deeds::perform(desk, lead, &Deed::Edit(Box::new(edit)), &Gathered::default())?;
    Ok((id, settled))
}
