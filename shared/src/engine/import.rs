//! Imports: rows taken in portions, out of sight, and made seen by one last commit (P1, L5).
//!
//! Each row goes through the very rules of adding and editing. What a row changes beside its own new
//! lead would be seen at once: such a row is tried, taken back, kept, and done with the last commit.
//! Called for one request at a time; the command line reads the file and sends it in portions.

use std::ops::ControlFlow;

use super::act::Act;
use super::desk::{Desk, Mark, no_such};
use super::halt::Halt;
use super::laid::Laid;
use super::office::Office;
use super::row;
use super::telling::{Cause, News};
use super::twins::Twins;
use crate::domain::activity::{Edit, Event};
use crate::domain::capability::Capability;
use crate::domain::import::{
    Import, ImportId, ImportRow, ImportRules, ImportStep, Imported, MOST_WAITING, Portion, RowDid,
    WaitingRow, digest,
};
use crate::domain::lead::{Lead, LeadId};
use crate::domain::notice::MailKind;
use crate::domain::refusal::{Refusal, Thing};
use crate::domain::reply::{Did, Settled};
use crate::store::{Key, Numbered, Store, StoreFault, Table, Typed};

/// No more leads are listed in the mail that tells their new owner of an import.
const LISTED: usize = 50;

/// What scans found before a step.
#[derive(Default)]
pub(super) struct Found {
    /// For each row, those that may be the same.
    twins: Vec<Twins>,
    /// The rows that wait for the end, at the end.
    waiting: Vec<WaitingRow>,
}

/// Looks for what the step needs to know beyond point reads.
pub(super) fn find(store: &dyn Store, office: &Office, step: &ImportStep) -> Result<Found, StoreFault> {
    let mut found = Found::default();
    let rules = match step {
        ImportStep::Rows { of: Portion::First { rules, .. }, .. } => *rules,
        ImportStep::Rows { of: Portion::Next(import), .. }
        | ImportStep::Finish { import }
        | ImportStep::Abandon { import } => {
            store.load::<Import>(&Key::new().number(*import))?.map(|import| import.rules).unwrap_or_default()
        }
    };
    let twins_of = |row: &ImportRow| {
        let mut twins = Twins::find(store, office, &row.lead)?;
        if rules.changes_known() {
            twins.find_notes(store)?;
        }
        Ok::<_, StoreFault>(twins)
    };
    match step {
        ImportStep::Rows { rows, .. } => {
            for row in rows {
                found.twins.push(twins_of(row)?);
            }
        }
        ImportStep::Finish { import } | ImportStep::Abandon { import } => {
            let mut keys = Vec::new();
            store.scan(&Key::new().number(*import).span(Table::WaitingRow), &mut |key, _| {
                keys.extend(Key::last_number(key));
                Ok(ControlFlow::Continue(()))
            })?;
            for line in keys {
                let key = Key::new().number(*import).number(line);
                let Some(waiting) = store.load::<WaitingRow>(&key)? else { continue };
                if matches!(step, ImportStep::Finish { .. }) {
                    found.twins.push(twins_of(&waiting.row)?);
                }
                found.waiting.push(waiting);
            }
        }
    }
    Ok(found)
}

/// Takes a step of an import.
///
/// # Errors
/// Who may not add leads, and an import that is not the caller's or has ended. A refused row is no
/// error: it stands in the answer, by its line.
pub(super) fn take(desk: &mut Desk<'_>, step: &ImportStep, found: &Found) -> Result<Imported, Halt> {
    desk.require(Capability::Create)?;
    match step {
        ImportStep::Rows { of, rows, unreadable, is_trial } => {
            let mut import = match of {
                Portion::First { source, rules } => begin(desk, source, *rules)?,
                Portion::Next(id) => open(desk, *id)?,
            };
            import.rows += rows.len() as u64 + unreadable;
            import.tally.refused += unreadable;
            import.digest = digest(&import.digest, rows);
            portion(desk, import, rows, &found.twins, *is_trial)
        }
        ImportStep::Finish { import } => {
            let import = open(desk, *import)?;
            finish(desk, import, found)
        }
        ImportStep::Abandon { import } => {
            let mut import = open(desk, *import)?;
            import.abandoned_at = Some(desk.now);
            let imported =
                Imported { import: Some(import.id), tally: import.standing(), ..Imported::default() };
            for row in &found.waiting {
                desk.lay(Laid::Done(Box::new(row.clone())));
            }
            keep(desk, import);
            Ok(imported)
        }
    }
}

fn begin(desk: &mut Desk<'_>, source: &str, rules: ImportRules) -> Result<Import, Halt> {
    Ok(Import {
        id: desk.number(Numbered::Import)?,
        revision: 0,
        source: source.chars().filter(|c| !c.is_control()).take(200).collect(),
        rules,
        created_at: desk.now,
        created_by: desk.scope.actor(),
        first_seq: desk.next_seq()?,
        rows: 0,
        digest: String::new(),
        tally: Default::default(),
        seen: 0,
        stages: Vec::new(),
        owners: Default::default(),
        finished_at: None,
        abandoned_at: None,
        unknown: Default::default(),
    })
}

/// An import of the caller's that more rows may come to.
fn open(desk: &Desk<'_>, id: ImportId) -> Result<Import, Halt> {
    let import = desk.record::<Import>(&Key::new().number(id))?;
    let import = import.filter(|import| import.created_by == desk.scope.actor() && import.is_open());
    import.ok_or_else(|| no_such(Thing::Import, id).into())
}

fn keep(desk: &mut Desk<'_>, mut import: Import) {
    import.revision += 1;
    desk.lay(Laid::Import(Box::new(import)));
}

/// Takes some rows. Where it is all or nothing, one refused row keeps the whole portion out.
fn portion(
    desk: &mut Desk<'_>,
    mut import: Import,
    rows: &[ImportRow],
    twins: &[Twins],
    is_trial: bool,
) -> Result<Imported, Halt> {
    (desk.import, desk.is_staging) = (Some(import.id), true);
    let start = desk.mark();
    let (mut refused, mut did) = (Vec::new(), Vec::new());
    for (row, twins) in rows.iter().zip(twins) {
        let mark = desk.mark();
        match staged(desk, &mut import, row, twins, mark) {
            Ok(one) => did.extend(import.rules.each.then_some((row.line, one))),
            Err(Halt::Refused(refusal)) => {
                desk.back_to(mark);
                import.tally.refused += 1;
                refused.push((row.line, refusal));
            }
            Err(fault) => return Err(fault),
        }
    }
    desk.hints.clear();
    let imported = Imported { import: Some(import.id), tally: import.tally, refused, rows: did };
    if imported.refused.is_empty() || import.rules.keep_going || is_trial {
        keep(desk, import);
        return Ok(imported);
    }
    desk.back_to(start);
    Ok(Imported { import: None, ..imported })
}

/// Takes a row and counts it; one that changes what is seen is taken back and waits.
fn staged(
    desk: &mut Desk<'_>,
    import: &mut Import,
    row: &ImportRow,
    twins: &Twins,
    mark: Mark,
) -> Result<RowDid, Halt> {
    let (lead, settled) = row::place(desk, import.rules, &row.lead, twins)?;
    if !import.rules.keep_going && desk.reaches_beyond(mark) {
        if import.tally.waiting >= MOST_WAITING {
            let what = format!("more than {MOST_WAITING} rows change what is there, in one commit");
            let hints = vec!["import the file in parts, or with `--keep-going`".to_owned()];
            return Err(Refusal::Conflict { what, hints }.into());
        }
        desk.back_to(mark);
        import.tally.waiting += 1;
        desk.lay(Laid::Waiting(Box::new(WaitingRow { import: import.id, row: row.clone() })));
        return Ok(RowDid::Waits);
    }
    count(desk, import, lead, &settled)
}

/// Counts what became of a row.
fn count(desk: &Desk<'_>, import: &mut Import, id: LeadId, settled: &Settled) -> Result<RowDid, Halt> {
    match settled {
        Settled::Done(Did::Added) => {
            import.tally.added += 1;
            let Some(lead) = desk.peek(id)? else { return Ok(RowDid::Added(id)) };
            if lead.staged {
                let counted = u64::from(lead.trashed_at.is_none());
                let at = |(pipeline, stage, _): &&mut (_, _, u64)| {
                    *pipeline == lead.pipeline && *stage == lead.stage
                };
                match import.stages.iter_mut().find(at) {
                    Some((_, _, leads)) => *leads += counted,
                    None => import.stages.push((lead.pipeline.clone(), lead.stage.clone(), counted)),
                }
            }
            let news = lead.owner.filter(|owner| *owner != import.created_by && lead.trashed_at.is_none());
            if let Some(owner) = news {
                let given = import.owners.entry(owner).or_default();
                given.leads += 1;
                if given.first.len() < LISTED {
                    given.first.push(lead.id);
                }
            }
        }
        Settled::Done(_) => {
            import.tally.changed += 1;
            import.seen += u64::from(desk.peek(id)?.is_some_and(|lead| !lead.staged));
            return Ok(RowDid::Changed(id));
        }
        _ => {
            import.tally.unchanged += 1;
            return Ok(RowDid::Unchanged(id));
        }
    }
    Ok(RowDid::Added(id))
}

/// Does what has waited and makes all leads of the import seen, with one entry that says so. Where one
/// row is refused now, nothing is done.
fn finish(desk: &mut Desk<'_>, mut import: Import, found: &Found) -> Result<Imported, Halt> {
    desk.import = Some(import.id);
    let start = desk.mark();
    let (mut refused, mut did) = (Vec::new(), Vec::new());
    for (waiting, twins) in found.waiting.iter().zip(&found.twins) {
        let mark = desk.mark();
        let placed = row::place(desk, import.rules, &waiting.row.lead, twins);
        match placed {
            Ok((lead, settled)) => {
                let one = count(desk, &mut import, lead, &settled)?;
                did.extend(import.rules.each.then_some((waiting.row.line, one)));
            }
            Err(Halt::Refused(refusal)) => {
                desk.back_to(mark);
                refused.push((waiting.row.line, refusal));
            }
            Err(fault) => return Err(fault),
        }
    }
    desk.hints.clear();
    stages_stand(desk, &import)?;
    if !refused.is_empty() {
        desk.back_to(start);
        return Ok(Imported { import: Some(import.id), tally: import.tally, refused, rows: did });
    }
    for waiting in &found.waiting {
        desk.lay(Laid::Done(Box::new(waiting.clone())));
    }
    import.tally.waiting = 0;
    tell_owners(desk, &import)?;
    let mut act = Act::new(Event::Imported).action("import");
    act.text = Some(summary(&import));
    let edit = Edit {
        record: format!("import/{}", import.id),
        field: FINISHED.to_owned(),
        before: serde_json::Value::Null,
        after: desk.now.to_string().into(),
    };
    desk.draft(act, None, None, None, vec![edit]);
    import.finished_at = Some(desk.now);
    let imported = Imported { import: Some(import.id), tally: import.tally, refused, rows: did };
    // Last, since what it counts are leads that were out of sight until then.
    keep(desk, import);
    Ok(imported)
}

/// # Errors
/// Refuses to have leads seen whose pipeline was replaced meanwhile by one without their stage.
pub(super) fn stages_stand(desk: &Desk<'_>, import: &Import) -> Result<(), Refusal> {
    let catalogue = &desk.office.catalogue;
    let gone = import.stages.iter().find(|(pipeline, stage, _)| {
        catalogue.find(pipeline.as_str()).is_none_or(|listed| listed.pipeline.known(stage).is_none())
    });
    let Some((pipeline, stage, _)) = gone else { return Ok(()) };
    let what = format!("the pipeline `{pipeline}` was changed since, and has no stage `{stage}`");
    let hints = vec!["import the file anew: `lead import FILE`".to_owned()];
    Err(Refusal::Conflict { what, hints })
}

/// The field by which an import ends, in its edit.
const FINISHED: &str = "finished_at";

fn summary(import: &Import) -> String {
    let tally = &import.tally;
    format!("{}: {} added, {} changed", import.source, tally.added, tally.changed)
}

/// Tells each new owner of all their leads in one mail.
fn tell_owners(desk: &mut Desk<'_>, import: &Import) -> Result<(), Halt> {
    for (owner, given) in &import.owners {
        let Some(user) = desk.reached(owner) else { continue };
        let mut leads = Vec::new();
        for id in &given.first {
            if let Some(lead) = desk.peek(*id)?.filter(|lead| lead.owner.as_ref() == Some(owner)) {
                leads.push(lead);
            }
        }
        if leads.is_empty() {
            continue;
        }
        // One for each: the mail goes as long as any of them is still theirs.
        let when = format!("import {}", import.id);
        let cause = |lead: &Lead| Cause { lead: Some(lead.id), when: when.clone(), date: None };
        desk.tell(News {
            kind: MailKind::Assigned,
            to: &user.login,
            due_at: desk.now,
            give_up_at: None,
            causes: leads.iter().map(cause).collect(),
            leads,
        })?;
    }
    Ok(())
}
