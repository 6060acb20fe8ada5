//! Timed work inside a transaction: claims that end, reminders and alerts that fall due.
//!
//! The sweep names the leads; whether something is due is decided here again, on the records as
//! they stand, so a sweep that is late, early or repeated does the same (T6).

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::desk::Desk;
use super::halt::Halt;
use super::telling::{Cause, News, end_of_day};
use crate::domain::claim::Claim;
use crate::domain::duty;
use crate::domain::follow_up::local_date;
use crate::domain::lead::{Lead, LeadId};
use crate::domain::notice::{MailKind, MailState, Notice};
use crate::domain::request::Duty;
use crate::domain::user::Login;
use crate::store::{StoreFault, Typed};

/// Does a duty; none if it is a mail's.
pub(super) fn perform(desk: &mut Desk<'_>, duty: &Duty) -> Result<Option<u64>, Halt> {
    match duty {
        Duty::Lapse(leads) => lapse(desk, leads).map(Some),
        Duty::Warn(leads) => warn(desk, leads).map(Some),
        Duty::Remind { to, leads } => remind(desk, &Login(to.clone()), leads).map(Some),
        Duty::Escalate { to, leads } => escalate(desk, &Login(to.clone()), leads).map(Some),
        Duty::Alert { to, leads } => alert(desk, &Login(to.clone()), leads).map(Some),
        Duty::Report(name) => report(desk, name).map(Some),
        _ => Ok(None),
    }
}

fn lapse(desk: &mut Desk<'_>, leads: &[LeadId]) -> Result<u64, Halt> {
    let mut done = 0;
    for id in leads {
        let Some(mut lead) = desk.peek(*id)? else { continue };
        if desk.end_lapsed(&mut lead)? {
            desk.keep(lead);
            done += 1;
        }
    }
    Ok(done)
}

/// Whether a lead's follow-up may cause mail at all (R5).
pub(super) fn may_remind(office: &super::office::Office, lead: &Lead) -> bool {
    lead.is_listed() && office.catalogue.get(&lead.pipeline).stage(&lead.stage).remind
}

/// One cause of a person's reminders.
fn reminder_cause(lead: &Lead, date: Date) -> Cause {
    Cause { lead: Some(lead.id), when: date.to_string(), date: Some(date) }
}

/// Whether somebody was told of a cause when the lead had another number, that of one that was merged
/// into it (L4, R2): by mail that went, or may have gone.
pub(super) fn is_told_before<R: Typed + ?Sized>(
    rows: &R,
    kind: MailKind,
    lead: &Lead,
    when: &str,
    to: &Login,
) -> Result<bool, StoreFault> {
    for id in &lead.merged_from {
        let notice = rows.notice(&Notice::key(kind, Some(*id), when, to))?;
        let mail = notice.map(|notice| rows.mail(notice.mail)).transpose()?.flatten();
        if mail.is_some_and(|mail| !matches!(mail.state, MailState::Waiting | MailState::Cancelled)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Reminds a person of leads: singly, or where there are more than the policy has it in one mail; once
/// for each lead either way (R1).
fn remind(desk: &mut Desk<'_>, to: &Login, leads: &[LeadId]) -> Result<u64, Halt> {
    let office = desk.office;
    let Some(user) = desk.reached(to) else { return Ok(0) };
    let zone = office.zone(user);
    let (mut fresh, mut again) = (Vec::new(), Vec::new());
    for id in leads {
        let Some(lead) = desk.peek(*id)?.filter(|lead| may_remind(office, lead)) else { continue };
        let Some(follow_up) = lead.follow_up.clone() else { continue };
        let is_told = office.told_of(&lead, desk.now).iter().any(|told| told.login == *to);
        if !is_told || desk.is_told_before(MailKind::Reminder, &lead, &follow_up.date.to_string(), to)? {
            continue;
        }
        let Some(due_at) = duty::reminder(&follow_up, &zone, office.policy.reminders.at, desk.now) else {
            continue;
        };
        let key = Notice::key(MailKind::Reminder, Some(lead.id), &follow_up.date.to_string(), to);
        let known = desk.notice(&key)?.is_some();
        if known { &mut again } else { &mut fresh }.push((due_at, follow_up, lead));
    }
    fresh.sort_by_key(|(_, follow_up, lead)| (follow_up.time.unwrap_or(jiff::civil::Time::MAX), lead.id));
    let give_up_at = Some(end_of_day(desk.now, &zone));
    let done = fresh.len() as u64;
    if fresh.len() > office.policy.reminders.digest_over as usize {
        let due_at = fresh.first().map_or(desk.now, |(due_at, _, _)| *due_at);
        desk.tell(News {
            kind: MailKind::Digest,
            to: &user.login,
            due_at,
            give_up_at,
            leads: fresh.iter().map(|(_, _, lead)| lead.clone()).collect(),
            causes: fresh.iter().map(|(_, follow_up, lead)| reminder_cause(lead, follow_up.date)).collect(),
        })?;
        fresh.clear();
    }
    for (due_at, follow_up, lead) in fresh.into_iter().chain(again) {
        desk.tell(News {
            kind: MailKind::Reminder,
            to: &user.login,
            due_at,
            give_up_at,
            causes: vec![reminder_cause(&lead, follow_up.date)],
            leads: vec![lead],
        })?;
    }
    Ok(done)
}

/// The cause that the holder of a claim is told of its coming end.
pub(super) fn warning_key(lead: &Lead, claim: &Claim) -> String {
    Notice::key(MailKind::ClaimLapsing, Some(lead.id), &claim.until.to_string(), &claim.by)
}

/// Tells holders that their claims end soon; worth nothing after the end.
fn warn(desk: &mut Desk<'_>, leads: &[LeadId]) -> Result<u64, Halt> {
    let office = desk.office;
    let mut done = 0;
    for id in leads {
        let Some(lead) = desk.peek(*id)?.filter(Lead::is_listed) else { continue };
        let Some(claim) = lead.live_claim(desk.now).cloned() else { continue };
        let Some(holder) = desk.reached(&claim.by) else { continue };
        let Some(due_at) = duty::warning(&claim, office.warn_before(&lead), desk.now) else { continue };
        let told = desk.tell(News {
            kind: MailKind::ClaimLapsing,
            to: &holder.login,
            due_at,
            give_up_at: Some(claim.until),
            causes: vec![Cause { lead: Some(lead.id), when: claim.until.to_string(), date: None }],
            leads: vec![lead],
        })?;
        done += u64::from(told);
    }
    Ok(done)
}

/// Tells a person, in one mail, of follow-ups that others let lie; of each once.
fn escalate(desk: &mut Desk<'_>, to: &Login, leads: &[LeadId]) -> Result<u64, Halt> {
    let office = desk.office;
    let Some(user) = desk.reached(to) else { return Ok(0) };
    let (zone, policy) = (office.zone(user), &office.policy);
    let mut late = Vec::new();
    for id in leads {
        let Some(lead) = desk.peek(*id)?.filter(|lead| may_remind(office, lead)) else { continue };
        let Some(date) = lead.follow_up.as_ref().map(|one| one.date) else { continue };
        let is_told = office.minding(&lead, desk.now).iter().any(|told| told.login == *to);
        let due_at = duty::escalation(date, &zone, policy.reminders.at, &policy.overdue, desk.now);
        let is_told = is_told && !desk.is_told_before(MailKind::Escalation, &lead, &date.to_string(), to)?;
        if let (true, Some(due_at)) = (is_told, due_at) {
            late.push((date, due_at, lead));
        }
    }
    late.sort_by_key(|(date, _, lead)| (*date, lead.id));
    let Some(due_at) = late.first().map(|(_, due_at, _)| *due_at) else { return Ok(0) };
    let told = desk.tell(News {
        kind: MailKind::Escalation,
        to: &user.login,
        due_at,
        give_up_at: None,
        leads: late.iter().map(|(_, _, lead)| lead.clone()).collect(),
        causes: late
            .iter()
            .map(|(date, _, lead)| Cause { lead: Some(lead.id), when: date.to_string(), date: Some(*date) })
            .collect(),
    })?;
    Ok(if told { late.len() as u64 } else { 0 })
}

/// Has a report of the week sent to each of its readers, to each once on its day.
fn report(desk: &mut Desk<'_>, name: &str) -> Result<u64, Halt> {
    let (office, now) = (desk.office, desk.now);
    let Some(report) = office.policy.reports.iter().find(|report| report.name == name) else { return Ok(0) };
    let Some((date, due_at)) = report.due(&office.policy.team.zone, now) else { return Ok(0) };
    let mut done = 0;
    for to in office.readers(report) {
        let told = desk.tell(News {
            kind: MailKind::Report,
            to: &to,
            due_at,
            give_up_at: None,
            leads: Vec::new(),
            causes: vec![Cause { lead: None, when: report.cause(date), date: Some(date) }],
        })?;
        done += u64::from(told);
    }
    Ok(done)
}

/// The cause that a person's morning is alerted of once, whatever its leads.
pub(super) fn morning_key(to: &Login, zone: &TimeZone, now: jiff::Timestamp) -> String {
    Notice::key(MailKind::Overdue, None, &local_date(now, zone).to_string(), to)
}

fn alert(desk: &mut Desk<'_>, to: &Login, leads: &[LeadId]) -> Result<u64, Halt> {
    let office = desk.office;
    let Some(user) = office.people.get(to) else { return Ok(0) };
    let zone = office.zone(user);
    if desk.notice(&morning_key(to, &zone, desk.now))?.is_some() {
        return Ok(0);
    }
    let today = local_date(desk.now, &zone);
    let mut overdue = Vec::new();
    let mut causes = Vec::new();
    for id in leads {
        let Some(lead) = desk.peek(*id)?.filter(|lead| may_remind(office, lead)) else { continue };
        let is_late = |date| duty::day(date, &zone, office.policy.reminders.at) < today;
        let Some(follow_up) = lead.follow_up.clone().filter(|one| is_late(one.date)) else { continue };
        if !office.told_of(&lead, desk.now).iter().any(|told| told.login == *to) {
            continue;
        }
        let policy = &office.policy;
        let morning = duty::alert(follow_up.date, &zone, policy.reminders.at, &policy.overdue, desk.now);
        if let Some(morning) = morning {
            let when = format!("{}:{morning}", follow_up.date);
            let key = Notice::key(MailKind::Overdue, Some(lead.id), &when, to);
            if desk.notice(&key)?.is_none() && !desk.is_told_before(MailKind::Overdue, &lead, &when, to)? {
                causes.push(Cause { lead: Some(lead.id), when, date: Some(follow_up.date) });
            }
        }
        overdue.push((follow_up.date, lead));
    }
    if causes.is_empty() {
        return Ok(0);
    }
    causes.insert(0, Cause { lead: None, when: today.to_string(), date: None });
    overdue.sort_by_key(|(date, lead)| (*date, lead.id));
    let due_at = crate::domain::follow_up::instant(today, office.policy.reminders.at, &zone);
    let told = desk.tell(News {
        kind: MailKind::Overdue,
        to: &user.login,
        due_at,
        give_up_at: None,
        leads: overdue.into_iter().map(|(_, lead)| lead).collect(),
        causes,
    })?;
    Ok(u64::from(told))
}
