//! Purge: a lead's content erased for good, with one entry of the history left that says so (L8).
//!
//! Erased are the records of the lead and of those that were merged into it, their deals and
//! appointments, the content of their activities, the mail that speaks of them alone, and the
//! customer on request. Headers and changes stay, for they hold nothing personal: the chain holds.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::act::{Act, edits};
use super::desk::Desk;
use super::halt::Halt;
use super::laid::Laid;
use super::lookup;
use super::mail::bytes_path;
use super::office::Office;
use super::scope::Scope;
use crate::domain::activity::Event;
use crate::domain::capability::Capability;
use crate::domain::customer::{Appointment, Customer, Deal};
use crate::domain::lead::{CustomerId, Lead, LeadId, successor};
use crate::domain::notice::{Mail, MailState};
use crate::domain::refusal::{Flaw, Refusal};
use crate::domain::reply::Purged;
use crate::domain::request::LeadRef;
use crate::domain::subject::{About, subject};
use crate::store::{Index, Key, Store, StoreFault, Table, Txn, Typed, TypedStore, TypedTxn};

/// What is erased, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Erased {
    Lead(LeadId),
    Customer(CustomerId),
    Deal(u64),
    Appointment(u64),
    Content(u64),
}

impl Erased {
    /// Erases it within the transaction.
    pub(super) fn write(self, txn: &mut dyn Txn) -> Result<(), StoreFault> {
        let (Self::Lead(id)
        | Self::Customer(id)
        | Self::Deal(id)
        | Self::Appointment(id)
        | Self::Content(id)) = self;
        let key = Key::new().number(id);
        match self {
            Self::Lead(_) => txn.erase::<Lead>(&key).map(drop),
            Self::Customer(_) => txn.erase::<Customer>(&key).map(drop),
            Self::Deal(_) => txn.erase::<Deal>(&key).map(drop),
            Self::Appointment(_) => txn.erase::<Appointment>(&key).map(drop),
            Self::Content(_) => txn.delete(Table::Content, key.bytes()),
        }
    }
}

/// What scans found of a lead that is to be purged.
pub(super) struct Found {
    lead: Lead,
    /// The lead and those that were merged into it.
    leads: BTreeSet<LeadId>,
    customer: Option<Customer>,
    /// Contents, deals, appointments.
    hanging: BTreeSet<Erased>,
    mails: Vec<Mail>,
}

/// Finds all that a purge erases.
///
/// # Errors
/// No such lead; a customer that others have too.
pub(super) fn find(
    store: &dyn Store,
    office: &Office,
    scope: &Scope,
    named: &LeadRef,
    with_customer: bool,
    now: jiff::Timestamp,
) -> Result<Found, Halt> {
    scope.require(Capability::Admin)?;
    let lead = one(store, office, scope, named, now)?;
    let leads: BTreeSet<LeadId> = lead.numbers().collect();
    let customer = lead.customer.map(|id| store.customer(id)).transpose()?.flatten();
    if let Some(customer) = customer.as_ref().filter(|_| with_customer) {
        let others: Vec<String> =
            customer.leads.iter().filter(|id| !leads.contains(id)).map(u64::to_string).collect();
        if !others.is_empty() {
            let what = format!("customer {} has other leads: {}", customer.id, others.join(", "));
            let hints = vec!["purge without `--with-customer`, or the others first".to_owned()];
            return Err(Refusal::Conflict { what, hints }.into());
        }
    }
    let mut hanging = BTreeSet::new();
    for id in &leads {
        each(store, Key::index(Index::ActivityLead).number(*id), Erased::Content, &mut hanging)?;
        each(store, Key::index(Index::DealLead).number(*id), Erased::Deal, &mut hanging)?;
        each(store, Key::index(Index::AppointmentLead).number(*id), Erased::Appointment, &mut hanging)?;
    }
    for one in hanging.clone() {
        if let Erased::Content(seq) = one {
            of_merges(store, seq, &mut hanging)?;
        }
    }
    if let Some(customer) = customer.as_ref().filter(|_| with_customer) {
        each(store, Key::index(Index::ActivityCustomer).number(customer.id), Erased::Content, &mut hanging)?;
    }
    let mut mails = Vec::new();
    store.all::<Mail>(&mut |mail| {
        if mail.leads.iter().any(|id| leads.contains(id)) {
            mails.push(mail);
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(Found { lead, leads, customer, hanging, mails })
}

/// The lead that is meant, in the trash or not; who may administer sees all there is.
fn one(
    store: &dyn Store,
    office: &Office,
    scope: &Scope,
    named: &LeadRef,
    now: jiff::Timestamp,
) -> Result<Lead, Halt> {
    let meant = |trash| lookup::numbers(store, office, scope, std::slice::from_ref(named), trash, now);
    let listed = meant(false)?;
    let is_meant = matches!(listed.as_slice(), [Ok(_) | Err(Refusal::Ambiguous { .. })]);
    let numbers = if is_meant { listed } else { meant(true)? };
    let [one] = numbers.as_slice() else {
        let what = "this is done to one lead at a time".to_owned();
        return Err(Refusal::Conflict { what, hints: Vec::new() }.into());
    };
    let id = one.clone()?;
    let lead = successor(id, |id| store.lead(id))?;
    lead.ok_or_else(|| super::desk::no_such_lead(id).into())
}

/// What a merge, or the undo of one, says of the other lead is of this one too: the whole change.
fn of_merges(store: &dyn Store, seq: u64, into: &mut BTreeSet<Erased>) -> Result<(), StoreFault> {
    let Some(activity) = store.activity(seq)? else { return Ok(()) };
    if !matches!(activity.event, Event::Merged | Event::Undone) {
        return Ok(());
    }
    let Some(change) = store.change(activity.change)? else { return Ok(()) };
    let mut undone = change.clone();
    while let Some(earlier) = undone.undoes {
        let Some(earlier) = store.change(earlier)? else { return Ok(()) };
        undone = earlier;
    }
    for seq in undone.first_seq..undone.first_seq + undone.activities {
        if store.activity(seq)?.is_some_and(|one| one.event == Event::Merged) {
            into.extend((change.first_seq..change.first_seq + change.activities).map(Erased::Content));
            break;
        }
    }
    Ok(())
}

fn each(
    store: &dyn Store,
    entries: Key,
    what: impl Fn(u64) -> Erased,
    into: &mut BTreeSet<Erased>,
) -> Result<(), StoreFault> {
    store.visit_numbers(&entries.span(Table::Index), &mut |number| {
        into.insert(what(number));
        Ok(ControlFlow::Continue(()))
    })
}

/// Erases what was found, if the lead's name was given.
///
/// # Errors
/// Another name; who may not.
pub(super) fn purge(
    desk: &mut Desk<'_>,
    found: &Found,
    confirm: &str,
    with_customer: bool,
) -> Result<Purged, Halt> {
    desk.require(Capability::Admin)?;
    let lead = found.lead.id;
    if confirm.trim() != found.lead.name.trim() {
        let flaw = Flaw::new(format!("is not the name of {lead}")).hint(format!("lead show {lead}"));
        return Err(flaw.of("--confirm", confirm).into());
    }
    let customer = found.customer.as_ref().filter(|_| with_customer).map(|customer| customer.id);
    for id in &found.leads {
        let mut said = Vec::new();
        if let Some(before) = found.customer.as_ref().filter(|_| !with_customer && *id == lead) {
            let mut after = before.clone();
            after.leads.retain(|id| !found.leads.contains(id));
            said = edits(Some(before), &after);
            after.revision += 1;
            after.changed_at = desk.now;
            desk.lay(Laid::Customer(Box::new(after)));
        }
        let act = Act::new(Event::Purged).action("purge");
        desk.draft(act, Some(*id), customer.filter(|_| *id == lead), None, said);
        desk.lay(Laid::Erased(Erased::Lead(*id)));
    }
    for hanging in &found.hanging {
        desk.lay(Laid::Erased(*hanging));
    }
    if let Some(customer) = customer {
        desk.lay(Laid::Erased(Erased::Customer(customer)));
    }
    for mail in &found.mails {
        mend(desk, found, mail)?;
    }
    let contents = found.hanging.iter().filter(|one| matches!(one, Erased::Content(_))).count() as u64;
    let mails = found.mails.iter().map(|mail| mail.id).collect();
    Ok(Purged { lead, customer, contents, mails })
}

/// Forgets a mail that speaks of nobody else; of one that does, the bytes and the names go, and what
/// was on its way is not tried again.
fn mend(desk: &mut Desk<'_>, found: &Found, mail: &Mail) -> Result<(), Halt> {
    let others: Vec<LeadId> = mail.leads.iter().copied().filter(|id| !found.leads.contains(id)).collect();
    if others.is_empty() {
        desk.forget_mail(mail.clone());
        return Ok(());
    }
    let zone = desk.office.zone_of(&mail.to);
    let mut about = Vec::new();
    for id in &others {
        about.extend(desk.peek(*id)?.map(|lead| About::of(&lead, &zone, mail.decided_at)));
    }
    let mut mended = mail.clone();
    mended.leads = others;
    mended.subject = subject(mail.kind, &about);
    if mended.bytes.take().is_some() && !mended.state.is_settled() {
        mended.state = MailState::Failed;
        mended.next_try = None;
        mended.settled_at = Some(desk.now);
    }
    mended.error = mail.error.as_ref().map(|_| "erased with a lead that was purged".to_owned());
    desk.keep_mail(mended);
    Ok(())
}

/// Removes the bytes of mails from the disk; those that were never written are no fault.
pub(super) fn remove_bytes(dir: &Path, mails: &[u64]) -> Result<(), StoreFault> {
    for mail in mails {
        let path = bytes_path(dir, *mail);
        match std::fs::remove_file(&path) {
            Err(fault) if fault.kind() != std::io::ErrorKind::NotFound => {
                return Err(StoreFault::Database(format!(
                    "the lead is purged, but the bytes of mail {mail} could not be removed from {}: {fault}",
                    path.display()
                )));
            }
            _ => {}
        }
    }
    Ok(())
}
