//! The history as it goes on: what has happened from an entry on, and where to look next (N5).
//!
//! A look ends at the end of the history; whoever follows asks again from where it ended. The leads
//! of an import are seen once it has ended, so their entries are told there, as one block before its
//! last entry, also to who asks later: behind the entry that was told last the same ones follow for
//! everybody, whenever they ask.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use super::ledger::Wanted;
use super::{Desk, Sink};
use crate::domain::activity::{Activity, Event};
use crate::domain::capability::Capability;
use crate::domain::filter::Filter;
use crate::domain::import::{Import, ImportId};
use crate::domain::lead::{Lead, LeadId};
use crate::domain::view::Row;
use crate::engine::halt::Halt;
use crate::engine::lookup;
use crate::store::{StoreFault, Typed as _};

/// The entries from `from` on, none without it, then the number that the next entry will have.
///
/// With terms, only those of leads that match as they are now; without, what belongs to no lead is
/// told too, to who sees everything. `told` is whether the entry before `from` was told, rather than
/// that the history ended there.
pub(super) fn watch(
    desk: &Desk<'_>,
    terms: &[String],
    from: Option<u64>,
    told: bool,
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
    let mut blocks = Blocks { desk, ends: BTreeMap::new() };
    // Who was told an entry of a block goes on within it.
    let last = from.checked_sub(1).filter(|_| told).map(|last| store.activity(last)).transpose()?.flatten();
    let within = last.map(|last| blocks.end(&last)).transpose()?.flatten();
    for seq in within.unwrap_or(from)..next {
        let Some(activity) = store.activity(seq)? else { continue };
        let after = if within == Some(seq) { from } else { 0 };
        for past in blocks.before(&activity, after)? {
            if tell(past)?.is_break() {
                return Ok(());
            }
        }
        if blocks.end(&activity)?.is_none() && tell(activity)?.is_break() {
            return Ok(());
        }
    }
    sink(Row::Head(next));
    Ok(())
}

/// The entries of imports that have ended.
struct Blocks<'d> {
    desk: &'d Desk<'d>,
    /// Where the import's last entry stands; none where all that is asked about comes behind it.
    ends: BTreeMap<ImportId, Option<u64>>,
}

impl Blocks<'_> {
    /// Where the block ends that the entry belongs to, if it does.
    fn end(&mut self, activity: &Activity) -> Result<Option<u64>, StoreFault> {
        let store = &*self.desk.inner.store;
        let Some(lead) = activity.lead.map(|id| store.lead(id)).transpose()?.flatten() else {
            return Ok(None);
        };
        let Some(import) = lead.import.map(|id| store.import(id)).transpose()?.flatten() else {
            return Ok(None);
        };
        let is_later = import.finished_at.is_none_or(|at| activity.at > at);
        if is_later || activity.seq < import.first_seq {
            return Ok(None);
        }
        if !self.ends.contains_key(&import.id) {
            let mut seq = activity.seq + 1;
            let end = loop {
                let Some(later) = store.activity(seq)? else { break None };
                if self.ended(&later)?.is_some_and(|ended| ended.id == import.id) {
                    break Some(seq);
                }
                seq += 1;
            };
            self.ends.insert(import.id, end);
        }
        Ok(self.ends.get(&import.id).copied().flatten().filter(|end| *end > activity.seq))
    }

    /// The entries from `after` on of the block that this entry is the end of.
    fn before(&self, activity: &Activity, after: u64) -> Result<Vec<Activity>, StoreFault> {
        let Some(import) = self.ended(activity)? else { return Ok(Vec::new()) };
        let store = &*self.desk.inner.store;
        let mut entries = Vec::new();
        for seq in import.first_seq.max(after)..activity.seq {
            let Some(past) = store.activity(seq)? else { continue };
            let Some(lead) = past.lead.map(|id| store.lead(id)).transpose()?.flatten() else { continue };
            if lead.import == Some(import.id) {
                entries.push(past);
            }
        }
        Ok(entries)
    }

    /// The import that ended with this entry.
    fn ended(&self, activity: &Activity) -> Result<Option<Import>, StoreFault> {
        if activity.event != Event::Imported || activity.lead.is_some() {
            return Ok(None);
        }
        let store = &*self.desk.inner.store;
        let content = store.content(activity.seq)?.unwrap_or_default();
        let number = content.edits.iter().find_map(|edit| edit.record.strip_prefix("import/")?.parse().ok());
        number.map(|id| store.import(id)).transpose().map(Option::flatten)
    }
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
