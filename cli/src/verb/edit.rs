//! `lead edit`: by options, or as TOML in an editor.
//!
//! What comes out of an editor is an edit like any other, on the condition that nobody changed the
//! lead meanwhile (L10). A text that was refused stays in its file.

mod sheet;

use lead_shared::domain::edit::LeadEdit;
use lead_shared::domain::refusal::Refusal;
use lead_shared::domain::request::{Deed, LeadRef, Look};
use lead_shared::domain::view::{LeadView, Row};

use super::which::one;
use super::work::work;
use crate::args::Edit;
use crate::halt::Halt;
use crate::selection::Selection;
use crate::text;
use crate::visit::Visit;
use crate::voice;

pub(super) fn edit(visit: &mut Visit<'_>, line: &Edit) -> Result<u8, Halt> {
    let ids = Selection::all(&line.words)?;
    let wanted = wanted(line);
    let Some(nothing) = wanted.contradiction() else {
        return work(visit, &ids, &Deed::Edit(Box::new(wanted)), line.atomic);
    };
    if !wanted.is_empty() {
        return Err(nothing.into());
    }
    let lead = one(&ids, "edit")?;
    if !(visit.can_prompt() && visit.out.terminal) {
        return Err(nothing.into());
    }
    in_editor(visit, lead)
}

fn wanted(line: &Edit) -> LeadEdit {
    let line = line.clone();
    LeadEdit {
        name: line.name,
        email: line.email,
        phone: line.phone,
        company: line.company,
        address: line.address,
        source: line.source,
        value: line.value,
        note: line.note,
        sets: line.sets,
        tags: line.tags,
        stage: line.stage,
        owner: line.owner,
        customer: line.customer,
        follow_up: line.follow_up,
        clear: line.clear,
        pipeline: line.pipeline,
        map: line.map,
    }
}

/// Has the lead edited as a sheet of TOML; the store is nobody's meanwhile.
fn in_editor(visit: &mut Visit<'_>, lead: LeadRef) -> Result<u8, Halt> {
    let view = shown(visit, lead)?;
    if visit.if_revision.is_some_and(|expected| expected != view.revision) {
        return Err(Refusal::Changed { lead: view.id }.into());
    }
    visit.if_revision = Some(view.revision);
    visit.leave();
    let before = sheet::write(&view);
    let draft = text::of_editor(visit, &format!("lead-{}.toml", view.id), &before)?;
    let ended = settle(visit, &view, &before, &draft.text);
    if !matches!(ended, Ok(0)) {
        voice::hint(&visit.out, &format!("the text is kept in {}", draft.keep().display()));
    }
    ended
}

fn settle(visit: &mut Visit<'_>, view: &LeadView, before: &str, after: &str) -> Result<u8, Halt> {
    let wanted = sheet::read(before, after)?;
    if wanted.is_empty() {
        voice::say(&visit.out, &format!("{} {}: nothing was changed", view.id, view.name));
        return Ok(0);
    }
    work(visit, &Selection::of(LeadRef::Number(view.id)), &Deed::Edit(Box::new(wanted)), false)
}

/// The lead as it stands, with what is open to it.
fn shown(visit: &mut Visit<'_>, lead: LeadRef) -> Result<LeadView, Halt> {
    let mut view = None;
    visit.look(&Look::Show(vec![lead]), &mut |row| {
        if let Row::Lead(lead) = row {
            view = Some(*lead);
        }
        Ok(())
    })?;
    view.ok_or_else(|| crate::halt::failed("the lead could not be read"))
}
