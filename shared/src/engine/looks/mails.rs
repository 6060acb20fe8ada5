//! The outbox as people see it, and as the daemon does.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use jiff::Timestamp;
use jiff::civil::Date;

use super::{Desk, Sink, report, trade};
use crate::domain::activity::Content;
use crate::domain::capability::Capability;
use crate::domain::duty;
use crate::domain::follow_up::{instant, local_date};
use crate::domain::lead::Lead;
use crate::domain::matter::{DueMail, Matter, MatterLead, MatterReport};
use crate::domain::notice::{Mail, MailKind, MailState, Notice};
use crate::domain::overview::Report;
use crate::domain::refusal::{Refusal, Thing};
use crate::domain::subject::{About, subject};
use crate::domain::user::{Login, User};
use crate::domain::view::{Because, LeadView, Row, WhyView};
use crate::domain::weekly::Weekly;
use crate::engine::duties::may_remind;
use crate::engine::halt::Halt;
use crate::engine::{mail as rows, trail, views};
use crate::store::{Index, Key, StoreFault, Table, Typed, TypedStore};

/// Whether a mail is the caller's to see: it is to them, or they see everything.
pub(super) fn is_seen(desk: &Desk<'_>, mail: &Mail) -> bool {
    desk.scope.may(Capability::ViewAll) || mail.to == desk.scope.actor()
}

/// The mails, oldest first.
pub(super) fn outbox(desk: &Desk<'_>, sink: &mut Sink<'_>) -> Result<(), Halt> {
    Ok(desk.inner.store.all::<Mail>(&mut |mail| {
        let more = !is_seen(desk, &mail) || sink(Row::Mail(Box::new(views::mail(mail))));
        Ok(if more { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
    })?)
}

/// One mail, with its message once its bytes are fixed.
pub(super) fn mail(desk: &Desk<'_>, id: u64, sink: &mut Sink<'_>) -> Result<(), Halt> {
    let mail =
        desk.inner.store.mail(id)?.filter(|mail| is_seen(desk, mail)).ok_or_else(|| no_such_mail(id))?;
    let text = mail.bytes.is_some().then(|| rows::bytes_path(&desk.inner.dir, id));
    let text = text.and_then(|path| std::fs::read(path).ok());
    let mut view = views::mail(mail);
    view.text = text.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    sink(Row::Mail(Box::new(view)));
    Ok(())
}

fn no_such_mail(id: u64) -> Refusal {
    Refusal::NoSuch { thing: Thing::Mail, given: id.to_string(), suggestions: Vec::new() }
}

/// What was decided about a lead's mail, oldest first; who was reminded of which date goes to `told`.
pub(super) fn decided(
    desk: &Desk<'_>,
    lead: &Lead,
    told: &mut BTreeSet<(Login, Date)>,
) -> Result<Vec<WhyView>, StoreFault> {
    let store = &*desk.inner.store;
    let mut rows = Vec::new();
    for id in lead.numbers() {
        let mut keys = Vec::new();
        store.visit_texts(Key::index(Index::NoticeLead).number(id), &mut |key| {
            keys.push(key);
            Ok(ControlFlow::Continue(()))
        })?;
        for key in keys {
            let Some(notice) = store.notice(&key)? else { continue };
            let Some(mail) = store.mail(notice.mail)?.filter(|mail| is_seen(desk, mail)) else { continue };
            if notice.kind == MailKind::Reminder {
                told.extend(notice.date.map(|date| (notice.to.clone(), date)));
            }
            rows.push(WhyView {
                kind: notice.kind,
                to: Some(notice.to.to_string()),
                due_at: Some(notice.due_at),
                decided_at: Some(notice.decided_at),
                mail: Some(mail.id),
                state: Some(mail.state),
                error: mail.error,
                because: Because::Decided,
            });
        }
    }
    rows.sort_by_key(|row| (row.decided_at, row.mail));
    Ok(rows)
}

/// The reminders of a lead that are still to come, or why there is none.
pub(super) fn coming(desk: &Desk<'_>, lead: &Lead, told: &BTreeSet<(Login, Date)>) -> Vec<WhyView> {
    let none = |to: Option<&User>, due_at, because| WhyView {
        kind: MailKind::Reminder,
        to: to.map(|user| user.login.to_string()),
        due_at,
        decided_at: None,
        mail: None,
        state: None,
        error: None,
        because,
    };
    let is_silent = !desk.office.catalogue.get(&lead.pipeline).stage(&lead.stage).remind;
    let follow_up = match &lead.follow_up {
        _ if !lead.is_listed() => return vec![none(None, None, Because::Trashed)],
        _ if is_silent => return vec![none(None, None, Because::StageIsSilent)],
        None => return vec![none(None, None, Because::NoFollowUp)],
        Some(follow_up) => follow_up,
    };
    let assignee = lead.assignee(desk.now).and_then(|login| desk.office.people.get(login));
    let unreached = assignee.filter(|user| user.disabled_at.is_none() && user.email.is_none());
    let mut rows: Vec<_> =
        unreached.map(|user| none(Some(user), None, Because::NoAddress)).into_iter().collect();
    let people = desk.office.told_of(lead, desk.now);
    if people.is_empty() && rows.is_empty() {
        return vec![none(None, None, Because::NobodyToTell)];
    }
    let fresh = people.into_iter().filter(|user| !told.contains(&(user.login.clone(), follow_up.date)));
    let row = |user: &User| {
        let zone = desk.office.zone(user);
        let due_at = instant(follow_up.date, desk.office.policy.reminders.at, &zone);
        let because = match () {
            () if duty::is_set_too_late(follow_up, due_at, desk.now) => Because::SetTooLate,
            () if due_at > desk.now => Because::Coming,
            () => return None,
        };
        Some(none(Some(user), Some(due_at), because))
    };
    rows.extend(fresh.filter_map(row));
    rows
}

/// The mails to be tried now, oldest first, and when to look again. A mail that was being sent
/// when the daemon died is apart: what becomes of it is the daemon's to say (T4).
pub(super) fn due(desk: &Desk<'_>, sink: &mut Sink<'_>) -> Result<(), Halt> {
    let mut due = DueMail { mails: Vec::new(), interrupted: Vec::new(), next_at: None };
    desk.inner.store.visit_numbers(&Key::index(Index::MailOpen).span(Table::Index), &mut |id| {
        let Some(mail) = desk.inner.store.mail(id)? else { return Ok(ControlFlow::Continue(())) };
        match (mail.state, mail.next_try) {
            (MailState::Sending, _) => due.interrupted.push(id),
            (_, Some(at)) if at <= desk.now || is_out_of_time(desk, &mail, at)? => due.mails.push(id),
            (_, Some(at)) => due.next_at = Some(due.next_at.map_or(at, |next| next.min(at))),
            (_, None) => {}
        }
        Ok(ControlFlow::Continue(()))
    })?;
    sink(Row::Due(due));
    Ok(())
}

/// Whether a mail's next try, which lies ahead, was set by another clock or for another zone: it lies
/// further ahead than any pause, and it is not the hour that the mail waits for.
fn is_out_of_time(desk: &Desk<'_>, mail: &Mail, next_try: Timestamp) -> Result<bool, StoreFault> {
    if next_try <= desk.now + rows::LONGEST_PAUSE {
        return Ok(false);
    }
    let first = mail.notices.first().map(|key| desk.inner.store.notice(key)).transpose()?.flatten();
    let promised = first.and_then(|notice| notice.date);
    Ok(rows::hours(desk.office, mail, promised, desk.now).from != next_try)
}

/// What a mail is about, as its recipient may see it.
///
/// # Errors
/// A recipient without an address.
pub(super) fn matter(desk: &Desk<'_>, id: u64, sink: &mut Sink<'_>) -> Result<(), Halt> {
    let store = &*desk.inner.store;
    let mail = store.mail(id)?.ok_or_else(|| no_such_mail(id))?;
    let weekly = rows::weekly(desk.office, &mail, &|key| store.notice(key))?;
    let user = desk.office.people.get(&mail.to);
    let (eyes, name) = match user {
        Some(user) => (desk.office.eyes_of(user), user.name.clone()),
        None if mail.to.is_address() => (desk.office.eyes_outside(weekly), String::new()),
        None => return Err(no_such_mail(id).into()),
    };
    let address = desk.office.address_of(&mail.to).ok_or_else(|| Refusal::Missing {
        fields: vec![format!("{}'s email", mail.to)],
        hints: vec![format!("lead user edit {} --email …", mail.to)],
    })?;
    let zone = eyes.zone.clone();
    let eyes = Desk { scope: &eyes, ..*desk };
    let (mut leads, mut about) = (Vec::new(), Vec::new());
    for id in &mail.leads {
        let Some(lead) = store.lead(*id)? else { continue };
        if lead.is_listed() && still_matters(&eyes, &mail, &lead)? {
            leads.push(eyes.matter_lead(&mail, &lead)?);
            about.push(About::of(&lead, &zone, desk.now));
        }
    }
    let is_fixed = mail.bytes.is_some();
    let newly = match weekly {
        Some((report, date)) => report.subject(date),
        None => subject(mail.kind, &about),
    };
    let report =
        weekly.filter(|_| !is_fixed).map(|(report, date)| counted(&eyes, report, date)).transpose()?;
    sink(Row::Matter(Box::new(Matter {
        mail: mail.id,
        kind: mail.kind,
        message_id: mail.message_id.clone(),
        subject: if is_fixed { mail.subject.clone() } else { newly },
        address,
        name,
        zone: zone.iana_name().unwrap_or("UTC").to_owned(),
        due_at: mail.due_at,
        is_late: rows::is_late(&mail),
        decided_at: mail.decided_at,
        leads,
        report,
        head: store.head()?.hash,
        team: desk.office.policy.team.name.clone(),
        bytes: mail.bytes.clone(),
    })));
    Ok(())
}

/// What a report of the week counts, as the eyes see it that read it.
fn counted(eyes: &Desk<'_>, weekly: &Weekly, date: Date) -> Result<MatterReport, Halt> {
    let since = weekly.since.as_deref();
    let lines = |report: &Report| Ok((*report, report::lines(eyes, *report, &weekly.filter, since, None)?));
    Ok(MatterReport {
        name: weekly.name.clone(),
        date,
        title: weekly.title().to_owned(),
        terms: weekly.filter.clone(),
        since: weekly.since.clone(),
        counted: weekly.show.iter().map(lines).collect::<Result<_, Halt>>()?,
    })
}

/// Of many leads a mail speaks only of those that still are its causes when it is written.
fn still_matters(desk: &Desk<'_>, mail: &Mail, lead: &Lead) -> Result<bool, StoreFault> {
    let is_among = |people: Vec<&User>| people.iter().any(|told| told.login == mail.to);
    let today = local_date(desk.now, &desk.scope.zone);
    let at = desk.office.policy.reminders.at;
    let promised = lead.follow_up.as_ref().map(|one| one.date);
    let is_late = promised.is_some_and(|date| duty::day(date, &desk.scope.zone, at) < today);
    Ok(match mail.kind {
        MailKind::Overdue => is_late && is_among(desk.office.told_of(lead, desk.now)),
        MailKind::Escalation => is_late && is_among(desk.office.minding(lead, desk.now)),
        MailKind::Digest => {
            let key =
                |date: Date| Notice::key(MailKind::Reminder, Some(lead.id), &date.to_string(), &mail.to);
            let is_cause = promised.is_some_and(|date| mail.notices.contains(&key(date)));
            is_cause && may_remind(desk.office, lead) && is_among(desk.office.told_of(lead, desk.now))
        }
        _ => true,
    })
}

impl Desk<'_> {
    fn matter_lead(&self, mail: &Mail, lead: &Lead) -> Result<MatterLead, StoreFault> {
        let store = &*self.inner.store;
        let actions = views::actions(self.office, self.scope, lead);
        let view =
            LeadView { actions: Some(actions), ..views::lead(self.office, self.scope, lead, self.now) };
        let notes = views::written(store, lead)?;
        let last_note = notes.into_iter().next().map(|(stamp, text)| format!("[{stamp}] {text}"));
        let mut claim_until = lead.live_claim(self.now).map(|claim| claim.until);
        for key in mail.notices.iter().filter(|_| mail.kind == MailKind::ClaimLapsed) {
            let notice: Option<Notice> = store.load(&Key::new().text(key))?;
            claim_until = notice.map(|notice| notice.due_at).or(claim_until);
        }
        let by = match mail.kind {
            MailKind::Assigned => self.giver(&mail.to, lead)?,
            MailKind::Escalation => view.assignee.clone(),
            _ => None,
        };
        let by = by
            .map(|login| self.office.people.get(&login).map_or(login.to_string(), |user| user.name.clone()));
        Ok(MatterLead {
            by,
            booked: trade::booked(self, lead, true)?,
            view,
            last_note,
            claim_until,
            follow_up: lead.follow_up.clone(),
        })
    }

    /// Who made them the owner of a lead, by the newest entry of its history that did.
    fn giver(&self, owner: &Login, lead: &Lead) -> Result<Option<Login>, StoreFault> {
        let store = &*self.inner.store;
        for seq in trail::of_lead(store, lead)? {
            let content: Content = store.content(seq)?.unwrap_or_default();
            if content.edits.iter().any(|edit| edit.field == "owner" && edit.after == owner.as_str()) {
                return Ok(store.activity(seq)?.map(|activity| activity.actor));
            }
        }
        Ok(None)
    }
}
