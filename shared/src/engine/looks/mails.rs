//! The outbox as people see it, and as the daemon does.

use std::ops::ControlFlow;

use super::{Desk, Sink};
use crate::domain::capability::Capability;
use crate::domain::follow_up::local_date;
use crate::domain::lead::Lead;
use crate::domain::matter::{DueMail, Matter, MatterLead};
use crate::domain::notice::{Mail, MailKind, MailState, Notice};
use crate::domain::refusal::{Refusal, Thing};
use crate::domain::view::{LeadView, Row};
use crate::engine::halt::Halt;
use crate::engine::{mail as rows, views};
use crate::store::{Index, Key, StoreFault, Table, Typed, TypedStore};

/// Whether a mail is the caller's to see: it is to them, or they see everything.
fn is_seen(desk: &Desk<'_>, mail: &Mail) -> bool {
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

/// The mails to be tried now, oldest first, and when to look again. A mail that was being sent
/// when the daemon died is apart: what becomes of it is the daemon's to say. A try that lies further
/// ahead than any pause was set by a clock that has been put back since (T4).
pub(super) fn due(desk: &Desk<'_>, sink: &mut Sink<'_>) -> Result<(), Halt> {
    let mut due = DueMail { mails: Vec::new(), interrupted: Vec::new(), next_at: None };
    desk.inner.store.visit_numbers(&Key::index(Index::MailOpen).span(Table::Index), &mut |id| {
        let Some(mail) = desk.inner.store.mail(id)? else { return Ok(ControlFlow::Continue(())) };
        match (mail.state, mail.next_try) {
            (MailState::Sending, _) => due.interrupted.push(id),
            (_, Some(at)) if at <= desk.now || at > desk.now + rows::LONGEST_PAUSE => due.mails.push(id),
            (_, Some(at)) => due.next_at = Some(due.next_at.map_or(at, |next| next.min(at))),
            (_, None) => {}
        }
        Ok(ControlFlow::Continue(()))
    })?;
    sink(Row::Due(due));
    Ok(())
}

/// What a mail is about, as its recipient may see it.
///
/// # Errors
/// A recipient without an address.
pub(super) fn matter(desk: &Desk<'_>, id: u64, sink: &mut Sink<'_>) -> Result<(), Halt> {
    let store = &*desk.inner.store;
    let mail = store.mail(id)?.ok_or_else(|| no_such_mail(id))?;
    let user = desk.office.people.get(&mail.to).ok_or_else(|| no_such_mail(id))?;
    let address = user.email.clone().ok_or_else(|| Refusal::Missing {
        fields: vec![format!("{}'s email", user.login)],
        hints: vec![format!("lead user edit {} --email …", user.login)],
    })?;
    let zone = desk.office.zone(user);
    let eyes = desk.office.eyes_of(user);
    let eyes = Desk { scope: &eyes, ..*desk };
    let mut leads = Vec::new();
    for id in &mail.leads {
        let Some(lead) = store.lead(*id)? else { continue };
        if lead.is_listed() && still_matters(&eyes, &mail, &lead)? {
            leads.push(eyes.matter_lead(&mail, &lead)?);
        }
    }
    sink(Row::Matter(Box::new(Matter {
        mail: mail.id,
        kind: mail.kind,
        message_id: mail.message_id.clone(),
        subject: mail.subject.clone(),
        address,
        name: user.name.clone(),
        zone: zone.iana_name().unwrap_or("UTC").to_owned(),
        due_at: mail.due_at,
        is_late: rows::is_late(&mail),
        decided_at: mail.decided_at,
        leads,
        head: store.head()?.hash,
        team: desk.office.policy.team.name.clone(),
        bytes: mail.bytes.clone(),
    })));
    Ok(())
}

/// An alert speaks only of what is overdue when it is written.
fn still_matters(desk: &Desk<'_>, mail: &Mail, lead: &Lead) -> Result<bool, StoreFault> {
    if mail.kind != MailKind::Overdue {
        return Ok(true);
    }
    let today = local_date(desk.now, &desk.scope.zone);
    let told = desk.office.told_of(lead, desk.now).iter().any(|told| told.login == mail.to);
    Ok(told && lead.follow_up.as_ref().is_some_and(|one| one.date < today))
}

impl Desk<'_> {
    fn matter_lead(&self, mail: &Mail, lead: &Lead) -> Result<MatterLead, StoreFault> {
        let store = &*self.inner.store;
        let actions = views::actions(self.office, self.scope, lead);
        let view =
            LeadView { actions: Some(actions), ..views::lead(self.office, self.scope, lead, self.now) };
        let notes = views::written(store, lead)?;
        let last_note = notes.into_iter().next().map(|(stamp, text)| format!("[{stamp}] {text}"));
        let mut claim_ended_at = None;
        for key in mail.notices.iter().filter(|_| mail.kind == MailKind::ClaimLapsed) {
            let notice: Option<Notice> = store.load(&Key::new().text(key))?;
            claim_ended_at = notice.map(|notice| notice.due_at).or(claim_ended_at);
        }
        let follow_up = lead.follow_up.as_ref();
        Ok(MatterLead {
            view,
            last_note,
            claim_ended_at,
            follow_up_zone: follow_up.and_then(|one| one.zone.clone()),
            follow_up_sequence: follow_up.map_or(0, |one| one.sequence),
        })
    }
}
