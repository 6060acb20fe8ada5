//! The history as it goes on: what has happened from an entry on, and where to look next (N5).
//!
//! A look ends at the end of the history; whoever follows asks again from where it ended.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use super::ledger::Wanted;
use super::{Desk, Sink};
use crate::domain::activity::{Activity, Event};
use crate::domain::capability::Capability;
use crate::domain::filter::Filter;
use crate::domain::lead::{Lead, LeadId};
use crate::domain::view::Row;
use crate::engine::halt::Halt;
use crate::engine::lookup;
use crate::store::{StoreFault, Typed as _};

/// The entries from `from` on, none without it, then the number that the next entry will have.
///
/// With terms, only those of leads that match as they are now; without, what belongs to no lead is
/// told too, to who sees everything.
pub(super) fn watch(
    desk: &Desk<'_>,
    terms: &[String],
    from: Option<u64>,
    sink: &mut Sink<'_>,
) -> Result<(), Halt> {
    let store = &*desk.inner.store;
    let filter = lookup::filter(desk.office, desk.scope, terms, desk.now)?;
    // Read first: what is written meanwhile is for the next look.
    let next = store.head()?.seq + 1;
    let mut meant: BTreeMap<LeadId, bool> = BTreeMap::new();
    let from = from.unwrap_or(next);
    let mut tell = |activity: Activity| -> Result<ControlFlow<()>, Halt> {
        let is_meant = match activity.lead {
            None => terms.is_empty() && desk.scope.may(Capability::ViewAll),
            Some(id) => match meant.get(&id) {
                Some(is_meant) => *is_meant,
                None => {
                    let is_meant = means(desk, terms, &filter, id)?;
                    meant.insert(id, is_meant);
                    is_meant
                }
            },
        };
        if is_meant {
            Ok(desk.tell(activity, &Wanted::default(), sink)?)
        } else {
            Ok(ControlFlow::Continue(()))
        }
    };
    for seq in from..next {
        let Some(activity) = store.activity(seq)? else { continue };
        for past in brought(desk, &activity, from)? {
            if tell(past)?.is_break() {
                return Ok(());
            }
        }
        if tell(activity)?.is_break() {
            return Ok(());
        }
    }
    sink(Row::Head(next.max(from)));
    Ok(())
}

/// The entries of leads that came by an import, at its end: who watched meanwhile could not see them.
/// Those from `from` on are told at their own place.
fn brought(desk: &Desk<'_>, activity: &Activity, from: u64) -> Result<Vec<Activity>, StoreFault> {
    if activity.event != Event::Imported || activity.lead.is_some() {
        return Ok(Vec::new());
    }
    let store = &*desk.inner.store;
    let content = store.content(activity.seq)?.unwrap_or_default();
    let number = content.edits.iter().find_map(|edit| edit.record.strip_prefix("import/")?.parse().ok());
    let Some(import) = number.map(|id| store.import(id)).transpose()?.flatten() else {
        return Ok(Vec::new());
    };
    let mut entries = Vec::new();
    for seq in import.first_seq..from.min(activity.seq) {
        let Some(past) = store.activity(seq)? else { continue };
        let Some(lead) = past.lead.map(|id| store.lead(id)).transpose()?.flatten() else { continue };
        if lead.import == Some(import.id) {
            entries.push(past);
        }
    }
    Ok(entries)
}

/// Whether the caller sees the lead and the terms mean it. Its way into the trash is told, too.
fn means(desk: &Desk<'_>, terms: &[String], filter: &Filter, id: LeadId) -> Result<bool, Halt> {
    let lead = match desk.one(id) {
        Ok(lead) => lead,
        Err(Halt::Refused(_)) => return Ok(false),
        Err(fault) => return Err(fault),
    };
    if terms.is_empty() {
        return Ok(true);
    }
    let lead = if filter.speaks_of_trash() { lead } else { Lead { trashed_at: None, ..lead } };
    Ok(lookup::means(&*desk.inner.store, desk.office, filter, &lead, desk.now)?)
}
