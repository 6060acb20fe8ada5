//! What is due, found by scans: candidates for the duties, which look again.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::ByPerson;
use crate::domain::duty;
use crate::domain::follow_up::local_date;
use crate::domain::lead::{Lead, LeadId};
use crate::domain::notice::{MailKind, Notice};
use crate::domain::user::{Login, User};
use crate::engine::duties::{is_told_before, may_remind, morning_key, warning_key};
use crate::engine::office::Office;
use crate::store::{Index, Key, Span, Store, StoreFault, Table, Typed, TypedStore};

pub(super) fn ended_claims(store: &dyn Store, now: Timestamp) -> Result<Vec<LeadId>, StoreFault> {
    let end = Key::index(Index::LeadClaimEnd).instant(now).number(u64::MAX);
    collect(store, &Key::index(Index::LeadClaimEnd).until(end, Table::Index))
}

fn collect(store: &dyn Store, span: &Span) -> Result<Vec<u64>, StoreFault> {
    let mut numbers = Vec::new();
    store.visit_numbers(span, &mut |number| {
        numbers.push(number);
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(numbers)
}

/// The zones in which it may be morning: those of the people, and the team's.
pub(in crate::engine) fn zones(office: &Office) -> Vec<TimeZone> {
    let mut zones = vec![office.policy.team.zone.clone()];
    for user in office.people.values() {
        let zone = office.zone(user);
        if !zones.contains(&zone) {
            zones.push(zone);
        }
    }
    zones
}

/// The first and the last date that is today's affair anywhere: the day before the first, too, as a
/// zone may have skipped it.
fn todays(office: &Office, now: Timestamp) -> (Date, Date) {
    let dates: BTreeSet<Date> = zones(office).iter().map(|zone| local_date(now, zone)).collect();
    let first = dates.first().copied().unwrap_or(Date::MIN);
    (first.saturating_sub(1.day()), dates.last().copied().unwrap_or(first))
}

fn follow_ups(store: &dyn Store, from: Date, to: Date) -> Result<Vec<LeadId>, StoreFault> {
    let end = Key::index(Index::LeadFollowUp).date(to).number(u64::MAX);
    collect(store, &Key::index(Index::LeadFollowUp).date(from).until(end, Table::Index))
}

/// The leads whose claims end so soon that their holders are told, and were not.
pub(super) fn ending_claims(
    store: &dyn Store,
    office: &Office,
    now: Timestamp,
) -> Result<Vec<LeadId>, StoreFault> {
    let Some(longest) = spans(office).max() else { return Ok(Vec::new()) };
    let from = Key::index(Index::LeadClaimEnd).instant(now);
    let end = now.saturating_add(longest).unwrap_or(Timestamp::MAX);
    let end = Key::index(Index::LeadClaimEnd).instant(end).number(u64::MAX);
    let mut due = Vec::new();
    for id in collect(store, &from.until(end, Table::Index))? {
        let Some(lead) = store.lead(id)? else { continue };
        let Some(claim) = lead.live_claim(now) else { continue };
        let is_due = duty::warning(claim, office.warn_before(&lead), now).is_some();
        if is_due && lead.is_listed() && is_untold(store, &warning_key(&lead, claim))? {
            due.push(id);
        }
    }
    Ok(due)
}

/// How long before the end of a claim its holder is told, in whatever pipelines there are.
fn spans(office: &Office) -> impl Iterator<Item = SignedDuration> + '_ {
    let own = office.catalogue.all().filter_map(|listed| listed.pipeline.claim.warn_before);
    own.chain([office.policy.claims.warn_before])
}

/// Who is reminded this morning, and was not, of which leads.
pub(super) fn reminders(store: &dyn Store, office: &Office, now: Timestamp) -> Result<ByPerson, StoreFault> {
    let (first, last) = todays(office, now);
    let mut due: BTreeMap<Login, Vec<LeadId>> = BTreeMap::new();
    for id in follow_ups(store, first, last)? {
        let Some(lead) = store.lead(id)?.filter(|lead| may_remind(office, lead)) else { continue };
        let Some(follow_up) = &lead.follow_up else { continue };
        for user in office.told_of(&lead, now) {
            let due_at = duty::reminder(follow_up, &office.zone(user), office.policy.reminders.at, now);
            let date = follow_up.date.to_string();
            let key = Notice::key(MailKind::Reminder, Some(id), &date, &user.login);
            if due_at.is_some()
                && is_untold(store, &key)?
                && !is_told_before(store, MailKind::Reminder, &lead, &date, &user.login)?
            {
                due.entry(user.login.clone()).or_default().push(id);
            }
        }
    }
    Ok(due.into_iter().collect())
}

/// Who is told this morning, and was not, that others let follow-ups lie, and which.
pub(super) fn escalations(
    store: &dyn Store,
    office: &Office,
    now: Timestamp,
) -> Result<ByPerson, StoreFault> {
    let (_, last) = todays(office, now);
    let after = i64::from(office.policy.overdue.escalate_after);
    let Ok(last) = last.checked_sub(after.days()) else { return Ok(Vec::new()) };
    let mut due: BTreeMap<Login, Vec<LeadId>> = BTreeMap::new();
    for id in follow_ups(store, Date::MIN, last)? {
        let Some(lead) = store.lead(id)?.filter(|lead| may_remind(office, lead)) else { continue };
        let Some(follow_up) = &lead.follow_up else { continue };
        for user in office.minding(&lead, now) {
            let (zone, policy) = (office.zone(user), &office.policy);
            let due_at = duty::escalation(follow_up.date, &zone, policy.reminders.at, &policy.overdue, now);
            let date = follow_up.date.to_string();
            let key = Notice::key(MailKind::Escalation, Some(id), &date, &user.login);
            if due_at.is_some()
                && is_untold(store, &key)?
                && !is_told_before(store, MailKind::Escalation, &lead, &date, &user.login)?
            {
                due.entry(user.login.clone()).or_default().push(id);
            }
        }
    }
    Ok(due.into_iter().collect())
}

/// The reports of the week that are due and that somebody among their readers has not got.
pub(super) fn reports(store: &dyn Store, office: &Office, now: Timestamp) -> Result<Vec<String>, StoreFault> {
    let mut due = Vec::new();
    for report in &office.policy.reports {
        let Some((date, _)) = report.due(&office.policy.team.zone, now) else { continue };
        for to in office.readers(report) {
            if is_untold(store, &report.key(date, &to))? {
                due.push(report.name.clone());
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
pub(super) fn alerts(store: &dyn Store, office: &Office, now: Timestamp) -> Result<ByPerson, StoreFault> {
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
                    let key = morning_key(&user.login, &office.zone(user), now);
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
    let key = Notice::key(MailKind::Overdue, Some(lead.id), &when, &user.login);
    Ok(store.notice(&key)?.is_none() && !is_told_before(store, MailKind::Overdue, lead, &when, &user.login)?)
}

/// Whether there is a mail that will be old one day.
pub(super) fn has_settled(store: &dyn Store) -> Result<bool, StoreFault> {
    let first = store.numbers_in(&Key::index(Index::MailSettled).span(Table::Index), 1)?;
    Ok(!first.numbers.is_empty())
}

/// Mails settled longer ago than they are kept (O5). What the clock showed when they were last looked
/// for bounds what it is believed now: one that jumps a year ahead must not make the outbox forget
/// what it sent today (T4).
pub(super) fn old_mails(
    store: &dyn Store,
    office: &Office,
    noted_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<Vec<u64>, StoreFault> {
    let keep = office.policy.outbox.keep_sent;
    let believed = noted_at.and_then(|noted| noted.saturating_add(keep / 2).ok());
    let Some(until) = believed.and_then(|most| most.min(now).checked_sub(keep).ok()) else {
        return Ok(Vec::new());
    };
    let end = Key::index(Index::MailSettled).instant(until);
    collect(store, &Key::index(Index::MailSettled).until(end, Table::Index))
}

/// The next instant after `now` at which a claim ends or its holder is told, a report is due, or it is
/// anybody's morning, if any lead has a follow-up.
pub(super) fn next_at(
    store: &dyn Store,
    office: &Office,
    now: Timestamp,
) -> Result<Option<Timestamp>, StoreFault> {
    let mut next: Vec<Timestamp> = Vec::new();
    let at = office.policy.reminders.at;
    let first = store.numbers_in(&Key::index(Index::LeadFollowUp).span(Table::Index), 1)?;
    if !first.numbers.is_empty() {
        next.extend(zones(office).iter().map(|zone| duty::next_morning(now, zone, at)));
    }
    next.extend(office.policy.reports.iter().map(|report| report.next_due(&office.policy.team.zone, now)));
    for ahead in spans(office).chain([SignedDuration::ZERO]) {
        let Ok(from) = now.saturating_add(ahead) else { continue };
        let from = Key::index(Index::LeadClaimEnd).instant(from).number(u64::MAX);
        let all = Key::index(Index::LeadClaimEnd).span(Table::Index);
        let coming = store.numbers_in(&Span { from: from.into_bytes(), ..all }, 1)?;
        for id in coming.numbers {
            let claim = store.lead(id)?.and_then(|lead| lead.claim);
            next.extend(claim.and_then(|claim| claim.until.checked_sub(ahead).ok()));
        }
    }
    Ok(next.into_iter().filter(|at| *at > now).min())
}
