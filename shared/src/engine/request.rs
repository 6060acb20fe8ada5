//! A request carried out: what it needs to know is gathered by scans, then it is done inside one
//! transaction.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::add;
use super::deeds::{self, Found, claims};
use super::desk::Desk;
use super::halt::Halt;
use super::office::Office;
use super::people::{self, Hanging};
use super::records::Gathered;
use super::scope::Scope;
use super::turns::Turns;
use super::twins::Twins;
use super::undo::Standing;
use super::{customers, deals, duties, import, lookup, mail, merge, purge, records, trail, undo};
use crate::domain::capability::Capability;
use crate::domain::import::Imported;
use crate::domain::lead::{CustomerId, LeadId, successor};
use crate::domain::pipeline::IdentityKey;
use crate::domain::refusal::Refusal;
use crate::domain::reply::{Decided, Did, Filed, Hint, Purged, SettingChange, Settled, UserChange};
use crate::domain::request::{Ask, Deed, LeadRef, Request, Which};
use crate::domain::undo::Undoing;
use crate::domain::{email, name};
use crate::store::{Index, Key, Store, StoreFault, Table, Typed, TypedStore};

/// What a request did, without personal data: kept with the change and answered again to a
/// request that is asked again.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Answer {
    Leads(Vec<Done>),
    Customer(CustomerId),
    User(UserChange),
    Setting(SettingChange),
    Deal { id: u64, lead: LeadId },
    Filed(Filed),
    Undone { undoing: Box<Undoing>, leads: Vec<Done> },
    Purged(Purged),
    Imported(Imported),
    Duty { done: u64, decided: Vec<Decided>, mails: Vec<u64> },
}

impl Answer {
    /// As it is kept with the change: what was typed and whom a refusal would name is left out, as it
    /// may be personal.
    pub(super) fn to_stored(&self) -> serde_json::Value {
        let mut answer = self.clone();
        if let Self::Duty { decided, mails, .. } = &mut answer {
            decided.clear();
            mails.clear();
        }
        if let Self::Undone { undoing, .. } = &mut answer {
            undoing.edits.clear();
        }
        if let Self::Imported(imported) = &mut answer {
            imported.refused.iter_mut().for_each(|(_, refusal)| refusal.forget_people());
        }
        if let Self::Leads(results) = &mut answer {
            for done in results {
                if let Settled::Refused(refusal) = &mut done.settled {
                    refusal.forget_people();
                }
            }
        }
        serde_json::to_value(answer).expect("an answer is made of numbers, words and dates")
    }
}

/// What became of one lead.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Done {
    pub(super) lead: LeadId,
    pub(super) settled: Settled,
    pub(super) hints: Vec<Hint>,
}

/// What scans found for a request, before its transaction.
#[derive(Default)]
pub(super) struct Prepared {
    /// The leads it is about; a refusal stands for one that was named and is not there.
    leads: Vec<Result<LeadId, Refusal>>,
    found: Found,
    twins: Twins,
    gathered: Gathered,
    hanging: Hanging,
    turns: Turns,
    joining: merge::Joining,
    undo: Option<Box<undo::Found>>,
    purge: Option<Box<purge::Found>>,
    import: import::Found,
}

/// Gathers what the request needs to know beyond point reads.
pub(super) fn prepare(
    store: &dyn Store,
    office: &Office,
    scope: &Scope,
    ask: &Ask,
    now: Timestamp,
) -> Result<Prepared, Halt> {
    let mut prepared = Prepared::default();
    match &ask.request {
        Request::Add(new) => prepared.twins = Twins::find(store, office, new)?,
        Request::Import(step) => prepared.import = import::find(store, office, step)?,
        Request::Work { leads, deed, .. } => {
            if let Some(contradiction) = deed.contradiction() {
                return Err(contradiction.into());
            }
            prepared.leads = match leads {
                Which::These(refs) => {
                    lookup::numbers(store, office, scope, refs, matches!(deed, Deed::Restore), now)?
                }
                Which::Where(terms) => {
                    lookup::matching(store, office, scope, terms, now)?.into_iter().map(Ok).collect()
                }
            };
            for id in prepared.leads.iter().flatten() {
                gather(store, office, scope, *id, deed, now, &mut prepared.found)?;
            }
            if matches!(deed, Deed::AssignNext) && scope.may(Capability::Assign) {
                prepared.turns = Turns::find(store, office, now)?;
            }
        }
        Request::Merge { into, from } => {
            let meant = |refs: &[LeadRef]| lookup::numbers(store, office, scope, refs, false, now);
            prepared.leads = meant(std::slice::from_ref(into))?;
            let from = meant(from)?.into_iter().collect::<Result<_, _>>()?;
            prepared.joining = merge::joining(store, from)?;
        }
        Request::ClaimNext => {
            scope.require(Capability::Claim)?;
            let next = lookup::most_urgent(store, office, scope, now)?;
            prepared.leads = vec![Ok(next)];
            gather(store, office, scope, next, &Deed::Claim, now, &mut prepared.found)?;
        }
        Request::StartDeal { lead, .. } => {
            prepared.leads = lookup::numbers(store, office, scope, std::slice::from_ref(lead), false, now)?;
        }
        Request::ChangeUser { login, .. } => prepared.hanging = Hanging::find(store, office, login)?,
        Request::Record(deed) => prepared.gathered = records::gather(store, office, scope, deed, now)?,
        Request::Purge { lead, with_customer, .. } => {
            let found = purge::find(store, office, scope, lead, *with_customer, now)?;
            prepared.purge = Some(Box::new(found));
        }
        Request::Undo { lead, change } => {
            let found = undo::find(store, office, scope, lead.as_ref(), *change, now)?;
            prepared.undo = Some(Box::new(found));
        }
        _ => {}
    }
    Ok(prepared)
}

/// What conversion, logging and claiming need to know of one lead.
fn gather(
    store: &dyn Store,
    office: &Office,
    scope: &Scope,
    id: LeadId,
    deed: &Deed,
    now: Timestamp,
    found: &mut Found,
) -> Result<(), StoreFault> {
    let (converts, logs) = match deed {
        Deed::Claim => {
            let lead = successor(id, |id| store.lead(id))?;
            return lead.map_or(Ok(()), |lead| claims::gather(store, office, scope, &lead, now, found));
        }
        Deed::Convert(_) | Deed::Move { convert: Some(_), .. } => (true, None),
        Deed::Log { kind, .. } => (true, Some(kind)),
        _ => return Ok(()),
    };
    let Some(lead) = successor(id, |id| store.lead(id))? else { return Ok(()) };
    let automation = &office.catalogue.get(&lead.pipeline).automation;
    if logs.is_some_and(|kind| !automation.iter().any(|one| one.enabled && name::same(&one.on, kind))) {
        return Ok(());
    }
    if converts {
        let mut customers = Vec::new();
        for key in &office.catalogue.get(&lead.pipeline).convert.find_by {
            match key {
                IdentityKey::Email => {
                    if let Some(email) = &lead.email {
                        with_key(store, Index::CustomerEmail, &email::key(email), &mut customers)?;
                    }
                }
                IdentityKey::Phone => {
                    if let Some(phone) = &lead.phone {
                        with_key(store, Index::CustomerPhone, &phone.key(), &mut customers)?;
                    }
                }
            }
        }
        found.customers.insert(lead.id, customers);
        let deals = found.deals.entry(lead.id).or_default();
        store.visit_numbers(
            &Key::index(Index::DealLead).number(lead.id).span(Table::Index),
            &mut |deal| {
                deals.push(deal);
                Ok(ControlFlow::Continue(()))
            },
        )?;
    }
    if let Some(kind) = logs {
        let (mut count, mut standing) = (0, Standing::default());
        for seq in trail::of_lead(store, &lead)? {
            if let Some(activity) = store.activity(seq)?
                && standing.holds(store, &activity)?
            {
                let is_log = matches!(
                    activity.event,
                    crate::domain::activity::Event::Logged | crate::domain::activity::Event::ContactLogged
                );
                if is_log && activity.action.is_some_and(|action| name::same(&action, kind)) {
                    count += 1;
                }
            }
        }
        found.logged.insert(lead.id, count);
    }
    Ok(())
}

pub(super) fn with_key(
    store: &dyn Store,
    index: Index,
    key: &str,
    into: &mut Vec<u64>,
) -> Result<(), StoreFault> {
    store.visit_numbers(&Key::index(index).text(key).span(Table::Index), &mut |number| {
        if !into.contains(&number) {
            into.push(number);
        }
        Ok(ControlFlow::Continue(()))
    })
}

/// Carries the request out on the desk.
pub(super) fn carry_out(desk: &mut Desk<'_>, ask: &Ask, prepared: &Prepared) -> Result<Answer, Halt> {
    match &ask.request {
        Request::Add(new) => {
            let (lead, settled) = add::add(desk, new, &prepared.twins)?;
            Ok(Answer::Leads(vec![Done { lead, settled, hints: std::mem::take(&mut desk.hints) }]))
        }
        Request::Work { deed, atomic, .. } => work(desk, ask, prepared, deed, *atomic),
        Request::Merge { .. } => {
            let into = records::one(&prepared.leads)?;
            let (lead, settled) = merge::merge(desk, into, &prepared.joining, ask.if_revision)?;
            let mut hints = std::mem::take(&mut desk.hints);
            if matches!(settled, Settled::Done(_)) {
                hints.extend(due_hint(desk, lead)?);
            }
            Ok(Answer::Leads(vec![Done { lead, settled, hints }]))
        }
        Request::ClaimNext => work(desk, ask, prepared, &Deed::Claim, false),
        Request::AddCustomer(new) => customers::add_customer(desk, new).map(Answer::Customer),
        Request::AddUser(new) => people::add_user(desk, new).map(Answer::User),
        Request::ChangeUser { login, deed } => {
            people::change_user(desk, login, deed, &prepared.hanging).map(Answer::User)
        }
        // The file is no record: it was changed, or refused, before there was a desk.
        Request::Configure { .. } => Err(StoreFault::Database("a setting is no record".to_owned()).into()),
        Request::StartDeal { title, value, .. } => {
            let id = records::one(&prepared.leads)?;
            let (id, lead) = deals::start(desk, id, ask.if_revision, title.as_deref(), value.as_deref())?;
            Ok(Answer::Deal { id, lead })
        }
        Request::Record(deed) => {
            records::carry_out(desk, ask.if_revision, deed, &prepared.gathered).map(Answer::Filed)
        }
        Request::Undo { .. } => undo_change(desk, prepared),
        Request::Purge { confirm, with_customer, .. } => {
            let found = prepared.purge.as_ref().ok_or(Refusal::Capability { needs: Capability::Admin })?;
            purge::purge(desk, found, confirm, *with_customer).map(Answer::Purged)
        }
        Request::Import(step) => import::take(desk, step, &prepared.import).map(Answer::Imported),
        Request::Duty(duty) => {
            if !desk.scope.is_system() {
                return Err(Refusal::Capability { needs: Capability::Admin }.into());
            }
            let (done, mails) = match duties::perform(desk, duty)? {
                Some(done) => (done, Vec::new()),
                None => mail::perform(desk, duty)?,
            };
            Ok(Answer::Duty { done, decided: desk.decided(), mails })
        }
    }
}

fn undo_change(desk: &mut Desk<'_>, prepared: &Prepared) -> Result<Answer, Halt> {
    let found = prepared.undo.as_ref().ok_or(Refusal::NothingToUndo { lead: None })?;
    let (undoing, leads) = undo::undo(desk, found)?;
    let did = Did::Undone { change: undoing.change, verb: undoing.verb.clone() };
    let settled = match undoing.by {
        Some(_) => Settled::Done(did),
        None => Settled::Already(did),
    };
    let done = |lead| Done { lead, settled: settled.clone(), hints: Vec::new() };
    Ok(Answer::Undone { undoing: Box::new(undoing), leads: leads.into_iter().map(done).collect() })
}

/// Does the deed to each lead; each gets its own result (F11). With `atomic`, one refusal is
/// everybody's.
fn work(
    desk: &mut Desk<'_>,
    ask: &Ask,
    prepared: &Prepared,
    deed: &Deed,
    atomic: bool,
) -> Result<Answer, Halt> {
    let start = desk.mark();
    desk.turns = prepared.turns.clone();
    let mut results: BTreeMap<usize, Done> = BTreeMap::new();
    for (at, named) in prepared.leads.iter().enumerate() {
        let mark = desk.mark();
        let done = match named {
            Ok(id) => one(desk, ask, *id, deed, &prepared.found).map_err(|halt| (*id, halt)),
            Err(refusal) => Err((given(refusal), Halt::Refused(refusal.clone()))),
        };
        let done = match done {
            Ok(done) => done,
            Err((_, Halt::Fault(fault))) => return Err(fault.into()),
            Err((lead, Halt::Refused(refusal))) => {
                desk.back_to(mark);
                Done { lead, settled: Settled::Refused(refusal), hints: Vec::new() }
            }
        };
        results.insert(at, done);
    }
    let mut results: Vec<Done> = results.into_values().collect();
    if atomic && results.iter().any(|done| matches!(done.settled, Settled::Refused(_))) {
        desk.back_to(start);
        for done in results.iter_mut().filter(|done| matches!(done.settled, Settled::Done(_))) {
            done.settled = Settled::Refused(Refusal::Together);
            done.hints.clear();
        }
    }
    Ok(Answer::Leads(results))
}

fn given(refusal: &Refusal) -> LeadId {
    match refusal {
        Refusal::NoSuch { given, .. } => given.parse().unwrap_or(0),
        _ => 0,
    }
}

fn one(desk: &mut Desk<'_>, ask: &Ask, id: LeadId, deed: &Deed, found: &Found) -> Result<Done, Halt> {
    let mark = desk.mark();
    let lead = desk.open(id, matches!(deed, Deed::Claim))?;
    let (number, revision) = (lead.id, lead.revision);
    if ask.if_revision.is_some_and(|expected| expected != revision) {
        return Err(Refusal::Changed { lead: number }.into());
    }
    let settled = deeds::perform(desk, lead, deed, found)?;
    if matches!(settled, Settled::Already(_)) && !desk.has_kept(number) {
        let hints = std::mem::take(&mut desk.hints);
        desk.back_to(mark);
        desk.hints = hints;
    }
    let mut hints = std::mem::take(&mut desk.hints);
    if matches!(settled, Settled::Done(_)) && !matches!(deed, Deed::Schedule { .. } | Deed::Trash) {
        hints.extend(due_hint(desk, number)?);
    }
    Ok(Done { lead: number, settled, hints })
}

/// After an action on a lead whose follow-up is today or past, the next date is asked for (L3, M8).
fn due_hint(desk: &Desk<'_>, id: LeadId) -> Result<Option<Hint>, StoreFault> {
    let Some(lead) = desk.peek(id)? else { return Ok(None) };
    let today = desk.scope.zoned(desk.now).date();
    let due = lead.follow_up.as_ref().filter(|one| one.date <= today && desk.stage(&lead).remind);
    Ok(due.map(|one| Hint::FollowUpDue(one.date)))
}
