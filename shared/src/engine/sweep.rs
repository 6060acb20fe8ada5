//! One pass over all that time has made due: claims that ended, reminders, alerts, old mail (T6).
//!
//! What is due is found by scans and decided again inside small transactions, so a pass may run at
//! any time, late or twice, beside other requests.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::Engine;
use super::duties::{may_remind, morning_key};
use super::office::Office;
use crate::domain::duty;
use crate::domain::follow_up::local_date;
use crate::domain::lead::{Lead, LeadId};
use crate::domain::notice::{MailKind, Notice};
use crate::domain::reply::{Decided, Outcome, Reply};
use crate::domain::request::{Ask, Call, Caller, Duty, Request};
use crate::domain::user::{Login, User};
use crate::store::{Index, Key, Store, StoreFault, Table, Typed, TypedStore};

/// No more leads than this share a transaction.
const BATCH: usize = 100;

/// What a pass did, and when the next thing is due.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Claims whose end was recorded.
    pub lapsed: u64,
    /// Reminders that were decided.
    pub reminders: u64,
    /// Overdue alerts that were decided.
    pub alerts: u64,
    /// What was decided, in order.
    pub decided: Vec<Decided>,
    /// The next claim's end or the next morning of anybody's; none when there is neither.
    pub next_at: Option<Timestamp>,
}

/// What one duty did.
#[derive(Default)]
struct Done {
    done: u64,
    decided: Vec<Decided>,
    mails: Vec<u64>,
}

/// Does what is due at `now`.
pub(super) fn sweep(engine: &Engine, now: Timestamp, dry_run: bool) -> Result<Swept, StoreFault> {
    let store = &*engine.inner.store;
    let mut swept = Swept::default();
    let mut perform = |duty| -> Result<u64, StoreFault> {
        let done = engine.perform_duty(duty, now, dry_run)?;
        swept.decided.extend(done.decided);
        Ok(done.done)
    };
    let (mut lapsed, mut reminders, mut alerts) = (0, 0, 0);
    for batch in ended_claims(store, now)?.chunks(BATCH) {
        lapsed += perform(Duty::Lapse(batch.to_vec()))?;
    }
    let office = engine.inner.office()?;
    for batch in due_reminders(store, &office, now)?.chunks(BATCH) {
        reminders += perform(Duty::Remind(batch.to_vec()))?;
    }
    for (to, leads) in due_alerts(store, &office, now)? {
        alerts += perform(Duty::Alert { to: to.0, leads })?;
    }
    for batch in old_mails(store, &office, now)?.chunks(BATCH) {
        perform(Duty::ForgetMail { mails: batch.to_vec() })?;
    }
    let next_at = next_at(store, &office, now)?;
    Ok(Swept { lapsed, reminders, alerts, next_at, ..swept })
}

impl Engine {
    /// Does one duty of the outbox in a transaction of its own; the mails that go on.
    ///
    /// # Errors
    /// A fault of the store.
    pub fn duty(&self, duty: Duty, now: Timestamp) -> Result<Vec<u64>, StoreFault> {
        self.perform_duty(duty, now, false).map(|done| done.mails)
    }

    fn perform_duty(&self, duty: Duty, now: Timestamp, dry_run: bool) -> Result<Done, StoreFault> {
        let call = Call { caller: Caller::System, as_user: None };
        let ask = Ask {
            id: format!("duty-{}", crate::store::random()?),
            request: Request::Duty(duty),
            dry_run,
            if_revision: None,
            want_views: false,
        };
        match self.handle(call, ask, now) {
            Outcome::Ok(Reply::Duty { done, decided, mails }) => Ok(Done { done, decided, mails }),
            Outcome::Fault(fault) => Err(StoreFault::Database(fault)),
            Outcome::Ok(_) | Outcome::Refused(_) => Ok(Done::default()),
        }
    }
}

fn ended_claims(store: &dyn Store, now: Timestamp) -> Result<Vec<LeadId>, StoreFault> {
    let end = Key::index(Index::LeadClaimEnd).instant(now).number(u64::MAX);
    collect(store, &Key::index(Index::LeadClaimEnd).until(end, Table::Index))
}

fn collect(store: &dyn Store, span: &crate::store::Span) -> Result<Vec<u64>, StoreFault> {
    let mut numbers = Vec::new();
    store.visit_numbers(span, &mut |number| {
        numbers.push(number);
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(numbers)
}

/// The zones in which it may be morning: those of the people, and the team's.
pub(super) fn zones(office: &Office) -> Vec<TimeZone> {
    let mut zones = vec![office.policy.team.zone.clone()];
    for user in office.people.values() {
        let zone = office.zone(user);
        if !zones.contains(&zone) {
            zones.push(zone);
        }
    }
    zones
}

/// The first and the last date that it is anywhere.
fn todays(office: &Office, now: Timestamp) -> (Date, Date) {
    let dates: BTreeSet<Date> = zones(office).iter().map(|zone| local_date(now, zone)).collect();
    let first = dates.first().copied().unwrap_or(Date::MIN);
    (first, dates.last().copied().unwrap_or(first))
}

fn follow_ups(store: &dyn Store, from: Date, to: Date) -> Result<Vec<LeadId>, StoreFault> {
    let end = Key::index(Index::LeadFollowUp).date(to).number(u64::MAX);
    collect(store, &Key::index(Index::LeadFollowUp).date(from).until(end, Table::Index))
}

/// The leads with a reminder that is due and was not decided.
fn due_reminders(store: &dyn Store, office: &Office, now: Timestamp) -> Result<Vec<LeadId>, StoreFault> {
    let (first, last) = todays(office, now);
    let mut due = Vec::new();
    for id in follow_ups(store, first, last)? {
        let Some(lead) = store.lead(id)?.filter(|lead| may_remind(office, lead)) else { continue };
        let Some(follow_up) = &lead.follow_up else { continue };
        for user in office.told_of(&lead, now) {
            let due_at = duty::reminder(follow_up, &office.zone(user), office.policy.reminders.at, now);
            let key = Notice::key(MailKind::Reminder, Some(id), &follow_up.date.to_string(), &user.login);
            if due_at.is_some() && is_untold(store, &key)? {
                due.push(id);
                break;
            }
        }
    }
    Ok(due)
}

/// Whether nobody was told, or the mail was cancelled before it was started.
fn is_untold(store: &dyn Store, key: &str) -> Result<bool, StoreFault> {
    let Some(notice) = store.notice(key)? else { return Ok(true) };
    Ok(store.mail(notice.mail)?.is_some_and(|mail| mail.may_revive()))
}

/// Who is to be alerted this morning, with all their overdue leads.
fn due_alerts(
    store: &dyn Store,
    office: &Office,
    now: Timestamp,
) -> Result<Vec<(Login, Vec<LeadId>)>, StoreFault> {
    let (_, last) = todays(office, now);
    let Ok(last) = last.checked_sub(1.day()) else { return Ok(Vec::new()) };
    let mut done: BTreeMap<Login, bool> = BTreeMap::new();
    let mut alerts: BTreeMap<Login, (bool, Vec<LeadId>)> = BTreeMap::new();
    for id in follow_ups(store, Date::MIN, last)? {
        let Some(lead) = store.lead(id)?.filter(|lead| may_remind(office, lead)) else { continue };
        for user in office.told_of(&lead, now) {
            let was_alerted = match done.get(&user.login) {
                Some(was_alerted) => *was_alerted,
                None => {
                    let key = morning_key(user, &office.zone(user), now);
                    let was_alerted = store.notice(&key)?.is_some();
                    done.insert(user.login.clone(), was_alerted);
                    was_alerted
                }
            };
            if !was_alerted {
                let alert = alerts.entry(user.login.clone()).or_default();
                alert.0 |= is_fresh(store, office, &lead, user, now)?;
                alert.1.push(id);
            }
        }
    }
    Ok(alerts.into_iter().filter(|(_, (fresh, _))| *fresh).map(|(to, (_, leads))| (to, leads)).collect())
}

/// Whether an alert about this lead fell due and was not decided.
fn is_fresh(
    store: &dyn Store,
    office: &Office,
    lead: &Lead,
    user: &User,
    now: Timestamp,
) -> Result<bool, StoreFault> {
    let Some(follow_up) = &lead.follow_up else { return Ok(false) };
    let (zone, policy) = (office.zone(user), &office.policy);
    let Some(morning) = duty::alert(follow_up.date, &zone, policy.reminders.at, &policy.overdue, now) else {
        return Ok(false);
    };
    let when = format!("{}:{morning}", follow_up.date);
    Ok(store.notice(&Notice::key(MailKind::Overdue, Some(lead.id), &when, &user.login))?.is_none())
}

/// Mails settled longer ago than they are kept (O5).
fn old_mails(store: &dyn Store, office: &Office, now: Timestamp) -> Result<Vec<u64>, StoreFault> {
    let Ok(until) = now.checked_sub(office.policy.outbox.keep_sent) else { return Ok(Vec::new()) };
    let end = Key::index(Index::MailSettled).instant(until);
    collect(store, &Key::index(Index::MailSettled).until(end, Table::Index))
}

/// The next claim's end, or the next morning of anybody's if any lead has a follow-up.
fn next_at(store: &dyn Store, office: &Office, now: Timestamp) -> Result<Option<Timestamp>, StoreFault> {
    let mut next = None;
    let at = office.policy.reminders.at;
    let first = store.numbers_in(&Key::index(Index::LeadFollowUp).span(Table::Index), 1)?;
    if !first.numbers.is_empty() {
        next = zones(office).iter().map(|zone| duty::next_morning(now, zone, at)).min();
    }
    let claims = store.numbers_in(&Key::index(Index::LeadClaimEnd).span(Table::Index), 1)?;
    for id in claims.numbers {
        let until = store.lead(id)?.and_then(|lead| lead.claim).map(|claim| claim.until);
        next = match (next, until) {
            (Some(next), Some(until)) => Some(next.min(until)),
            (next, until) => next.or(until),
        };
    }
    Ok(next)
}
