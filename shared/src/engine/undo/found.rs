//! What scans find before an undo: the change, what it wrote, and what happened since.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use super::shelf;
use crate::domain::activity::{Activity, Change, Content, Event};
use crate::domain::lead::{CustomerId, Lead, LeadId, successor};
use crate::domain::pipeline::PipelineId;
use crate::domain::refusal::{Refusal, Thing};
use crate::domain::request::LeadRef;
use crate::domain::undo::Since;
use crate::domain::user::Login;
use crate::engine::IMPORT_STEP;
use crate::engine::halt::Halt;
use crate::engine::office::Office;
use crate::engine::people::claimed;
use crate::engine::scope::Scope;
use crate::engine::{lookup, pipelines};
use crate::store::{Index, Key, Store, StoreFault, Table, Typed, TypedStore};

/// A change, and all that its undo needs to know beyond point reads.
pub(in crate::engine) struct Found {
    pub(super) change: Change,
    pub(super) activities: Vec<(Activity, Content)>,
    /// True when its content was purged.
    pub(super) is_purged: bool,
    /// True when it was undone and that stands.
    pub(super) is_undone: bool,
    /// Who made each field what it is, of those changed since: by record and field.
    pub(super) since: BTreeMap<(String, String), Since>,
    /// The keys of the notices about its leads.
    pub(super) notices: Vec<String>,
    /// The deals of its leads, by lead.
    pub(super) deals: BTreeMap<LeadId, Vec<u64>>,
    /// Where it ended an import: what was done since to a lead that came by it, and to which field.
    pub(super) since_import: Option<(String, Since)>,
    /// The leads that stand in pipelines it changed.
    pub(super) standing: Vec<LeadId>,
    /// The leads with a claim of somebody whom it changed, or whose claim it ended.
    pub(super) claimed: Vec<LeadId>,
}

impl Found {
    /// The leads it is about, in order.
    pub(super) fn leads(&self) -> BTreeSet<LeadId> {
        self.activities.iter().filter_map(|(activity, _)| activity.lead).collect()
    }

    /// The users it changed, and those whose claims it ended.
    fn holders(&self) -> BTreeSet<Login> {
        let edits = self.activities.iter().flat_map(|(_, content)| &content.edits);
        let holders = edits.filter_map(|edit| match edit.field.as_str() {
            "claim" => edit.before.get("by")?.as_str(),
            _ => edit.record.strip_prefix("user/"),
        });
        holders.map(|login| Login(login.to_owned())).collect()
    }

    /// The customers it is about.
    fn customers(&self) -> BTreeSet<CustomerId> {
        self.activities.iter().filter_map(|(activity, _)| activity.customer).collect()
    }
}

/// The change that is meant: the one that was named, else the caller's own last one that stands, of
/// the lead if one was named. An undo is undone by its number, never by default.
///
/// # Errors
/// No such change, or none that could be meant.
pub(in crate::engine) fn find(
    store: &dyn Store,
    office: &Office,
    scope: &Scope,
    lead: Option<&LeadRef>,
    number: Option<u64>,
    now: jiff::Timestamp,
) -> Result<Found, Halt> {
    let lead = lead.map(|named| one_lead(store, office, scope, named, now)).transpose()?;
    let change = match number {
        Some(number) => store.change(number)?.ok_or_else(|| no_such_change(number))?,
        None => {
            let last = last_own(store, scope, lead)?;
            last.ok_or(Refusal::NothingToUndo { lead })?
        }
    };
    let mut found = read(store, change)?;
    if let Some(lead) = lead.filter(|lead| !found.leads().contains(lead)) {
        let what = format!("change {} is not about lead {lead}", found.change.number);
        return Err(Refusal::Conflict { what, hints: vec![format!("lead history {lead}")] }.into());
    }
    look_around(store, &mut found)?;
    found.since_import = since_import(store, &found)?;
    let edits = found.activities.iter().flat_map(|(_, content)| &content.edits);
    let changed: BTreeSet<&str> = edits.filter_map(|edit| shelf::id_of(&edit.record)).collect();
    for id in changed {
        pipelines::each_of(store, &PipelineId::new(id), &mut |lead| found.standing.push(lead.id))?;
    }
    for login in found.holders() {
        found.claimed.extend(claimed(store, &login)?);
    }
    Ok(found)
}

fn one_lead(
    store: &dyn Store,
    office: &Office,
    scope: &Scope,
    named: &LeadRef,
    now: jiff::Timestamp,
) -> Result<LeadId, Halt> {
    // An address means a lead in the trash only where it means no other.
    let meant = |trash| lookup::numbers(store, office, scope, std::slice::from_ref(named), trash, now);
    let listed = meant(false)?;
    let numbers = if matches!(listed.as_slice(), [Ok(_) | Err(Refusal::Ambiguous { .. })]) {
        listed
    } else {
        meant(true)?
    };
    let [one] = numbers.as_slice() else {
        let what = "this is done to one lead at a time".to_owned();
        return Err(Refusal::Conflict { what, hints: Vec::new() }.into());
    };
    let id = one.clone()?;
    let lead = successor(id, |id| store.lead(id))?;
    let is_seen = lead.is_some_and(|lead| scope.sees(&lead, office.catalogue.get(&lead.pipeline), now));
    if is_seen { Ok(id) } else { Err(crate::engine::desk::no_such_lead(id).into()) }
}

/// The refusal for a number that is no change, or none for the caller's eyes.
pub(super) fn no_such_change(number: u64) -> Refusal {
    Refusal::NoSuch { thing: Thing::Change, given: number.to_string(), suggestions: Vec::new() }
}

fn read(store: &dyn Store, change: Change) -> Result<Found, StoreFault> {
    let (mut activities, mut is_purged) = (Vec::new(), false);
    for seq in seqs(&change) {
        let Some(activity) = store.activity(seq)? else { continue };
        let content = store.content(seq)?;
        is_purged |= content.is_none() || activity.event == Event::Purged;
        activities.push((activity, content.unwrap_or_default()));
    }
    Ok(Found {
        change,
        activities,
        is_purged,
        is_undone: false,
        since: BTreeMap::new(),
        notices: Vec::new(),
        deals: BTreeMap::new(),
        since_import: None,
        standing: Vec::new(),
        claimed: Vec::new(),
    })
}

/// The entries of a change.
fn seqs(change: &Change) -> std::ops::Range<u64> {
    change.first_seq..change.first_seq + change.activities
}

/// Whether the change is a purge, or one of which a purge left no content: never undone.
fn is_purged(store: &dyn Store, change: &Change) -> Result<bool, StoreFault> {
    for seq in seqs(change) {
        let is_purge = store.activity(seq)?.is_some_and(|activity| activity.event == Event::Purged);
        if is_purge || store.content(seq)?.is_none() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The caller's last change that stands, is no undo, is not purged and did more than to record time's
/// doing.
fn last_own(store: &dyn Store, scope: &Scope, lead: Option<LeadId>) -> Result<Option<Change>, StoreFault> {
    let me = scope.actor();
    let mut standing = Standing::default();
    let mut found = None;
    let mut visit = |change: Change| {
        let stands = standing.stands(change.number, change.undoes);
        let is_step = change.verb == IMPORT_STEP;
        if stands && change.actor == me && change.undoes.is_none() && !is_step && !is_purged(store, &change)?
        {
            found = Some(change);
            return Ok(ControlFlow::Break(()));
        }
        Ok(ControlFlow::Continue(()))
    };
    match lead {
        Some(lead) => backwards(store, Key::index(Index::ActivityLead).number(lead), 0, &mut visit)?,
        None => all_backwards(store, 0, &mut visit)?,
    }
    Ok(found)
}

/// Which changes stand, told by those after them: an undo is always later than what it undoes.
/// Ask from the last to the first.
#[derive(Default)]
pub(in crate::engine) struct Standing {
    gone: BTreeSet<u64>,
}

impl Standing {
    /// Whether the change stands, which itself undoes another or none.
    fn stands(&mut self, change: u64, undoes: Option<u64>) -> bool {
        let stands = !self.gone.contains(&change);
        if stands {
            self.gone.extend(undoes);
        }
        stands
    }

    /// Whether the change of an activity stands.
    pub(in crate::engine) fn holds(
        &mut self,
        store: &dyn Store,
        activity: &Activity,
    ) -> Result<bool, StoreFault> {
        Ok(self.stands(activity.change, undone_by(store, activity)?))
    }
}

/// The change that an activity's own one undoes.
fn undone_by(store: &dyn Store, activity: &Activity) -> Result<Option<u64>, StoreFault> {
    match activity.undoes {
        None if activity.event == Event::Undone => {
            Ok(store.change(activity.change)?.and_then(|change| change.undoes))
        }
        undoes => Ok(undoes),
    }
}

type VisitChange<'a> = dyn FnMut(Change) -> Result<ControlFlow<()>, StoreFault> + 'a;

/// Visits the changes under index entries of activities, down to `least`, from the last.
fn backwards(
    store: &dyn Store,
    entries: Key,
    least: u64,
    visit: &mut VisitChange<'_>,
) -> Result<(), StoreFault> {
    entries_backwards(store, entries, least, &mut |last| match store.change(last.change)? {
        Some(change) => visit(change),
        None => Ok(ControlFlow::Continue(())),
    })
}

/// As [`backwards`], but the last activity of each alone: a change may be about very many leads, and says
/// what was answered for each.
fn entries_backwards(
    store: &dyn Store,
    entries: Key,
    least: u64,
    visit: &mut dyn FnMut(Activity) -> Result<ControlFlow<()>, StoreFault>,
) -> Result<(), StoreFault> {
    let mut span = entries.span(Table::Index);
    span.backwards = true;
    let mut last = None;
    store.visit_numbers(&span, &mut |seq| {
        let Some(activity) = store.activity(seq)? else { return Ok(ControlFlow::Continue(())) };
        if activity.change < least {
            return Ok(ControlFlow::Break(()));
        }
        if last.replace(activity.change) == Some(activity.change) {
            return Ok(ControlFlow::Continue(()));
        }
        visit(activity)
    })
}

/// Visits all changes from the last down to `least`.
fn all_backwards(store: &dyn Store, least: u64, visit: &mut VisitChange<'_>) -> Result<(), StoreFault> {
    let mut span = Key::new().number(least).until(Key::new().number(u64::MAX), Table::Change);
    span.backwards = true;
    store.scan(&span, &mut |key, _| match Key::last_number(key).map(|number| store.change(number)) {
        Some(Ok(Some(change))) => visit(change),
        Some(Err(fault)) => Err(fault),
        _ => Ok(ControlFlow::Continue(())),
    })
}

/// Learns whether the change stands, what was changed since, and what hangs on its leads.
fn look_around(store: &dyn Store, found: &mut Found) -> Result<(), StoreFault> {
    let number = found.change.number;
    let mut entries: Vec<Key> = Vec::new();
    for lead in found.leads() {
        entries.push(Key::index(Index::ActivityLead).number(lead));
        let notices = Key::index(Index::NoticeLead).number(lead);
        store.visit_texts(notices, &mut |key| {
            found.notices.push(key);
            Ok(ControlFlow::Continue(()))
        })?;
        store.visit_numbers(&Key::index(Index::DealLead).number(lead).span(Table::Index), &mut |deal| {
            found.deals.entry(lead).or_default().push(deal);
            Ok(ControlFlow::Continue(()))
        })?;
    }
    entries.extend(found.customers().into_iter().map(|id| Key::index(Index::ActivityCustomer).number(id)));
    let mut later = BTreeSet::new();
    let is_about_the_store =
        found.activities.iter().any(|(one, _)| one.lead.is_none() && one.customer.is_none());
    for entries in entries {
        entries_backwards(store, entries, number + 1, &mut |last| {
            later.insert(last.change);
            Ok(ControlFlow::Continue(()))
        })?;
    }
    if is_about_the_store {
        all_backwards(store, number + 1, &mut |change| {
            later.insert(change.number);
            Ok(ControlFlow::Continue(()))
        })?;
    }
    // Each is read once, however many of the leads it is about.
    let later = later.into_iter().filter_map(|number| store.change(number).transpose());
    let later = later.collect::<Result<Vec<Change>, _>>()?;
    let mut standing = Standing::default();
    for change in later.iter().rev() {
        standing.stands(change.number, change.undoes);
    }
    found.is_undone = standing.gone.contains(&number);
    for change in later {
        for (activity, content) in read(store, change)?.activities {
            let since = Since {
                change: activity.change,
                actor: activity.actor.clone(),
                at: activity.at,
                lead: activity.lead,
            };
            for edit in content.edits {
                found.since.insert((edit.record, edit.field), since.clone());
            }
        }
    }
    Ok(())
}

/// What was done to a lead that came by the import which the change ended, and stands. The leads have
/// no edit of their own in that change, so that nothing else would be in the way.
fn since_import(store: &dyn Store, found: &Found) -> Result<Option<(String, Since)>, StoreFault> {
    let edits = found.activities.iter().flat_map(|(_, content)| &content.edits);
    let ended = edits.filter_map(|edit| edit.record.strip_prefix("import/")?.parse().ok()).next();
    let Some(ended) = ended else { return Ok(None) };
    let own = found.leads();
    let mut leads = Vec::new();
    store.all::<Lead>(&mut |lead| {
        // Of those that are in the change themselves each edit is looked at.
        if lead.import == Some(ended) && !own.contains(&lead.id) {
            leads.push(lead.id);
        }
        Ok(ControlFlow::Continue(()))
    })?;
    for lead in leads {
        let mut standing = Standing::default();
        let mut later = None;
        let entries = Key::index(Index::ActivityLead).number(lead);
        entries_backwards(store, entries, found.change.number + 1, &mut |last| {
            let undoes = undone_by(store, &last)?;
            if standing.stands(last.change, undoes) && undoes.is_none() {
                later = Some(last.change);
                return Ok(ControlFlow::Break(()));
            }
            Ok(ControlFlow::Continue(()))
        })?;
        if let Some(change) = later.map(|number| store.change(number)).transpose()?.flatten() {
            let since =
                Since { change: change.number, actor: change.actor.clone(), at: change.at, lead: Some(lead) };
            let record = format!("lead/{lead}");
            let written = read(store, change)?.activities;
            let mut edits = written.into_iter().flat_map(|(_, content)| content.edits);
            let field = edits.find(|edit| edit.record == record).map(|edit| edit.field);
            return Ok(Some((field.unwrap_or_else(|| "notes".to_owned()), since)));
        }
    }
    Ok(None)
}
