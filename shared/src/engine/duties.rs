//! Timed work inside a transaction: claims that end, reminders and alerts that fall due.
//!
//! The sweep names the leads; whether something is due is decided here again, on the records as
//! they stand, so a sweep that is late, early or repeated does the same (T6).

use jiff::tz::TimeZone;

use super::desk::Desk;
use super::halt::Halt;
use super::telling::{Cause, News, end_of_day};
use crate::domain::badge::days_until;
use crate::domain::duty;
use crate::domain::follow_up::local_date;
use crate::domain::lead::{Lead, LeadId};
use crate::domain::notice::{MailKind, Notice};
use crate::domain::request::Duty;
use crate::domain::subject::About;
use crate::domain::user::{Login, User};

/// Does a duty; none if it is a mail's.
pub(super) fn perform(desk: &mut Desk<'_>, duty: &Duty) -> Result<Option<u64>, Halt> {
    match duty {
        Duty::Lapse(leads) => lapse(desk, leads).map(Some),
        Duty::Remind(leads) => remind(desk, leads).map(Some),
        Duty::Alert { to, leads } => alert(desk, &Login(to.clone()), leads).map(Some),
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

fn remind(desk: &mut Desk<'_>, leads: &[LeadId]) -> Result<u64, Halt> {
    let office = desk.office;
    let mut done = 0;
    for id in leads {
        let Some(lead) = desk.peek(*id)?.filter(|lead| may_remind(office, lead)) else { continue };
        let Some(follow_up) = &lead.follow_up else { continue };
        for user in office.told_of(&lead, desk.now) {
            let zone = office.zone(user);
            let Some(due_at) = duty::reminder(follow_up, &zone, office.policy.reminders.at, desk.now) else {
                continue;
            };
            let told = desk.tell(News {
                kind: MailKind::Reminder,
                to: user,
                due_at,
                give_up_at: Some(end_of_day(desk.now, &zone)),
                leads: vec![(lead.id, About::lead(&lead))],
                causes: vec![Cause {
                    lead: Some(lead.id),
                    when: follow_up.date.to_string(),
                    date: Some(follow_up.date),
                }],
            })?;
            done += u64::from(told);
        }
    }
    Ok(done)
}

/// The cause that a person's morning is alerted of once, whatever its leads.
pub(super) fn morning_key(to: &User, zone: &TimeZone, now: jiff::Timestamp) -> String {
    Notice::key(MailKind::Overdue, None, &local_date(now, zone).to_string(), &to.login)
}

fn alert(desk: &mut Desk<'_>, to: &Login, leads: &[LeadId]) -> Result<u64, Halt> {
    let office = desk.office;
    let Some(user) = office.people.get(to) else { return Ok(0) };
    let zone = office.zone(user);
    if desk.notice(&morning_key(user, &zone, desk.now))?.is_some() {
        return Ok(0);
    }
    let today = local_date(desk.now, &zone);
    let mut overdue = Vec::new();
    let mut causes = Vec::new();
    for id in leads {
        let Some(lead) = desk.peek(*id)?.filter(|lead| may_remind(office, lead)) else { continue };
        let Some(follow_up) = lead.follow_up.clone().filter(|one| one.date < today) else { continue };
        if !office.told_of(&lead, desk.now).iter().any(|told| told.login == *to) {
            continue;
        }
        let policy = &office.policy;
        let morning = duty::alert(follow_up.date, &zone, policy.reminders.at, &policy.overdue, desk.now);
        if let Some(morning) = morning {
            let when = format!("{}:{morning}", follow_up.date);
            if desk.notice(&Notice::key(MailKind::Overdue, Some(lead.id), &when, to))?.is_none() {
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
        to: user,
        due_at,
        give_up_at: None,
        leads: overdue
            .iter()
            .map(|(date, lead)| (lead.id, About::overdue(lead, days_until(today, *date))))
            .collect(),
        causes,
    })?;
    Ok(u64::from(told))
}
