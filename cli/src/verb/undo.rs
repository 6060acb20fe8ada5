//! `lead undo`: shown first, asked about on a terminal, then done (L9). `lead purge`: never undone (L8).

use lead_shared::domain::reply::{LeadResult, Reply};
use lead_shared::domain::request::{LeadRef, Request};
use lead_shared::domain::undo::Undoing;

use super::{results, which};
use crate::args::{Purge, Undo};
use crate::halt::{Halt, declined, failed};
use crate::prompt;
use crate::selection::Selection;
use crate::visit::Visit;
use crate::voice;
use crate::words;

pub(super) fn undo(visit: &mut Visit<'_>, line: &Undo) -> Result<u8, Halt> {
    let ids = Selection::all(&line.words)?;
    let lead = if ids.ids.is_empty() { None } else { Some(which::one(&ids, "undo")?) };
    let mut change = line.change;
    if visit.can_prompt() && !visit.global.yes && !visit.global.dry_run {
        let (planned, leads) = ask(visit, lead.clone(), change, true)?;
        if planned.by.is_none() {
            return end(visit, &planned, &leads, lead.is_some());
        }
        tell(visit, &planned);
        if !prompt::confirm("undo it?") {
            return Err(declined());
        }
        // What was shown is what is done, whatever was changed meanwhile.
        change = Some(planned.change);
        let (done, leads) = ask(visit, lead.clone(), change, false)?;
        return end(visit, &done, &leads, lead.is_some());
    }
    let dry_run = visit.global.dry_run;
    let (done, leads) = ask(visit, lead.clone(), change, dry_run)?;
    if done.by.is_some() {
        tell(visit, &done);
    }
    end(visit, &done, &leads, lead.is_some())
}

fn ask(
    visit: &mut Visit<'_>,
    lead: Option<LeadRef>,
    change: Option<u64>,
    dry_run: bool,
) -> Result<(Undoing, Vec<LeadResult>), Halt> {
    match visit.ask_so(Request::Undo { lead, change }, dry_run)? {
        Reply::Undone { undoing, leads } => Ok((*undoing, leads)),
        _ => Err(failed("the store answered something else")),
    }
}

fn tell(visit: &mut Visit<'_>, undoing: &Undoing) {
    let clock = visit.clock();
    for line in words::undoing(undoing, &clock) {
        voice::say(&visit.out, &line);
    }
}

fn end(visit: &mut Visit<'_>, done: &Undoing, leads: &[LeadResult], single: bool) -> Result<u8, Halt> {
    let code = results::end(visit, leads, None, single && leads.len() == 1)?;
    let change = done.change;
    match done.by {
        None if leads.is_empty() => voice::say(&visit.out, &format!("change {change} is undone already")),
        Some(_) if leads.is_empty() && !visit.global.dry_run => {
            voice::say(&visit.out, &format!("change {change} (`{}`) undone", done.verb));
        }
        _ => {}
    }
    if let Some(by) = done.by.filter(|_| !visit.global.dry_run) {
        voice::hint(&visit.out, &format!("to have it again: `lead undo --change {by}`"));
    }
    Ok(code)
}

pub(super) fn purge(visit: &mut Visit<'_>, line: &Purge) -> Result<u8, Halt> {
    let ids = Selection::all(&line.words)?;
    let lead = which::one(&ids, "purge")?;
    let (confirm, with_customer) = (line.confirm.clone(), line.with_customer);
    let Reply::Purged(purged) = visit.ask(Request::Purge { lead, confirm, with_customer })? else {
        return Err(failed("the store answered something else"));
    };
    results::rows(visit, &[], false)?;
    for sentence in words::purged(&purged, visit.global.dry_run) {
        voice::say(&visit.out, &sentence);
    }
    if !visit.global.dry_run {
        voice::hint(&visit.out, "backups, and mail that people got, keep what they have");
    }
    Ok(0)
}
