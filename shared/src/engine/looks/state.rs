//! The state of things: status and settings.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use jiff::Timestamp;

use super::{Desk, Sink};
use crate::config;
use crate::domain::badge::Badge;
use crate::domain::capability::Capability;
use crate::domain::duty;
use crate::domain::follow_up::local_date;
use crate::domain::lead::Lead;
use crate::domain::notice::{Mail, MailKind, MailState};
use crate::domain::pipeline::{PipelineId, StageId};
use crate::domain::policy::Via;
use crate::domain::view::{NextDue, Row, StageCount, StatusView};
use crate::engine::duties::may_remind;
use crate::engine::halt::Halt;
use crate::engine::views;
use crate::store::{Index, Key, StoreFault, Table, Typed, TypedStore};

/// Who the caller is, how things stand, and what is due next.
pub(super) fn status(desk: &Desk<'_>, sink: &mut Sink<'_>) -> Result<(), Halt> {
    let Some(user) = desk.scope.user() else { return Ok(()) };
    let mut counts: BTreeMap<(PipelineId, StageId), u64> = BTreeMap::new();
    if desk.scope.may(Capability::ViewAll) {
        for count in desk.inner.store.counts()? {
            counts.insert((PipelineId::new(count.pipeline), StageId::new(count.stage)), count.leads);
        }
    } else {
        desk.inner.store.all::<Lead>(&mut |lead| {
            let pipeline = desk.office.catalogue.get(&lead.pipeline);
            if lead.is_listed() && desk.scope.sees(&lead, pipeline, desk.now) {
                *counts.entry((lead.pipeline, lead.stage)).or_default() += 1;
            }
            Ok(ControlFlow::Continue(()))
        })?;
    }
    let mail = mail_counts(desk)?;
    let health = desk.inner.health();
    let (overdue, due_today) = due_counts(desk)?;
    let policy = &desk.office.policy;
    sink(Row::Status(Box::new(StatusView {
        user: views::user(desk.office, user),
        zone: desk.scope.zone.iana_name().unwrap_or("UTC").to_owned(),
        store: desk.inner.dir.display().to_string(),
        pipeline: desk.office.catalogue.default().id.clone(),
        daemon: false,
        now: desk.now,
        mail_via: via(policy.mail.via).to_owned(),
        stages: stages(desk, &counts),
        overdue,
        due_today,
        mail_waiting: mail.waiting,
        mail_failed: mail.failed,
        mail_unknown: mail.unknown,
        mail_said: mail.said,
        mail_waiting_since: mail.waiting_since,
        mail_sent_at: health.sent_at,
        relay_fault: health.relay,
        swept_at: health.swept_at,
        next_due: next_due(desk)?,
    })));
    Ok(())
}

fn via(via: Via) -> &'static str {
    match via {
        Via::File => "file",
        Via::Smtp => "smtp",
        Via::Sendmail => "sendmail",
    }
}

/// The stages of the default pipeline in their order, empty ones too, then those of others that
/// have leads.
fn stages(desk: &Desk<'_>, counts: &BTreeMap<(PipelineId, StageId), u64>) -> Vec<StageCount> {
    let default = desk.office.catalogue.default();
    let mut stages = Vec::new();
    let others = desk.office.catalogue.all().map(|listed| listed.pipeline).filter(|one| one.id != default.id);
    for pipeline in std::iter::once(default).chain(others) {
        for stage in &pipeline.stages {
            let leads = counts.get(&(pipeline.id.clone(), stage.id.clone())).copied().unwrap_or(0);
            if leads > 0 || pipeline.id == default.id {
                stages.push(StageCount {
                    pipeline: pipeline.id.clone(),
                    stage: stage.id.clone(),
                    label: stage.label.clone(),
                    leads,
                });
            }
        }
    }
    stages
}

/// How the mail stands.
#[derive(Default)]
pub(super) struct MailCounts {
    pub(super) waiting: u64,
    pub(super) failed: u64,
    pub(super) unknown: u64,
    /// What was said at the latest try of a mail that waits.
    pub(super) said: Option<String>,
    /// When the oldest mail that waits was decided.
    pub(super) waiting_since: Option<Timestamp>,
}

/// Mails to the caller, or all for who sees everything.
pub(super) fn mail_counts(desk: &Desk<'_>) -> Result<MailCounts, StoreFault> {
    let mut counts = MailCounts::default();
    desk.inner.store.all::<Mail>(&mut |mail| {
        if desk.scope.may(Capability::ViewAll) || mail.to == desk.scope.actor() {
            counts.waiting_since = counts.waiting_since.or(mail.is_to_go_since(desk.now));
            match mail.state {
                MailState::Waiting | MailState::Sending => {
                    counts.waiting += 1;
                    counts.said = mail.error.or(counts.said.take());
                }
                MailState::Failed => counts.failed += 1,
                MailState::Unknown => counts.unknown += 1,
                MailState::Sent | MailState::Cancelled => {}
            }
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(counts)
}

/// Visible leads that are overdue, and those due today, by the viewer's date (M6).
fn due_counts(desk: &Desk<'_>) -> Result<(u64, u64), StoreFault> {
    let today = local_date(desk.now, &desk.scope.zone);
    let end = Key::index(Index::LeadFollowUp).date(today).number(u64::MAX);
    let mut counts = (0, 0);
    desk.inner.store.visit_numbers(&Key::index(Index::LeadFollowUp).until(end, Table::Index), &mut |id| {
        let Some(lead) = desk.inner.store.lead(id)?.filter(|lead| may_remind(desk.office, lead)) else {
            return Ok(ControlFlow::Continue(()));
        };
        if desk.scope.sees(&lead, desk.office.catalogue.get(&lead.pipeline), desk.now) {
            match views::lead(desk.office, desk.scope, &lead, desk.now).badge {
                Some(Badge::Overdue) => counts.0 += 1,
                Some(Badge::Today) => counts.1 += 1,
                _ => {}
            }
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(counts)
}

/// The first thing that time will do to a visible lead: a claim that ends, or a reminder.
fn next_due(desk: &Desk<'_>) -> Result<Option<NextDue>, StoreFault> {
    let store = &*desk.inner.store;
    let mut next: Option<NextDue> = None;
    let mut offer = |at, what, lead| {
        if next.as_ref().is_none_or(|next| at < next.at) {
            next = Some(NextDue { at, what, lead: Some(lead) });
        }
    };
    store.visit_numbers(&Key::index(Index::LeadClaimEnd).span(Table::Index), &mut |id| {
        let Some(lead) = store.lead(id)? else { return Ok(ControlFlow::Continue(())) };
        match lead.live_claim(desk.now) {
            Some(claim) if desk.scope.sees(&lead, desk.office.catalogue.get(&lead.pipeline), desk.now) => {
                offer(claim.until, MailKind::ClaimLapsed, id);
                Ok(ControlFlow::Break(()))
            }
            _ => Ok(ControlFlow::Continue(())),
        }
    })?;
    let at = desk.office.policy.reminders.at;
    let today = local_date(desk.now, &desk.scope.zone).yesterday().unwrap_or(jiff::civil::Date::MIN);
    let end = Key::index(Index::LeadFollowUp).date(jiff::civil::Date::MAX).number(u64::MAX);
    let span = Key::index(Index::LeadFollowUp).date(today).until(end, Table::Index);
    let mut last_date = None;
    store.visit_numbers(&span, &mut |id| {
        let Some(lead) = store.lead(id)?.filter(|lead| may_remind(desk.office, lead)) else {
            return Ok(ControlFlow::Continue(()));
        };
        let Some(follow_up) = &lead.follow_up else { return Ok(ControlFlow::Continue(())) };
        if last_date.is_some_and(|last| follow_up.date > last) {
            return Ok(ControlFlow::Break(()));
        }
        if desk.scope.sees(&lead, desk.office.catalogue.get(&lead.pipeline), desk.now) {
            for user in desk.office.told_of(&lead, desk.now) {
                let coming = duty::coming_reminder(follow_up, &desk.office.zone(user), at, desk.now);
                if let Some(due_at) = coming {
                    offer(due_at, MailKind::Reminder, id);
                    last_date = last_date.or(follow_up.date.tomorrow().ok());
                }
            }
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(next)
}

/// The settings that hold, with where each comes from.
pub(super) fn settings(desk: &Desk<'_>, sink: &mut Sink<'_>) -> Result<(), Halt> {
    let settings =
        config::effective(&desk.inner.dir).map_err(|fault| StoreFault::Database(fault.to_string()))?;
    for setting in settings {
        sink(Row::Setting(setting.view()));
    }
    Ok(())
}
