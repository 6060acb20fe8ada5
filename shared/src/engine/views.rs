//! Views: a record as one caller may see it at one instant.

use jiff::Timestamp;

use super::office::Office;
use super::scope::Scope;
use super::undo::Standing;
use super::{appointments, trail};
use crate::domain::activity::{Activity, Content, Event};
use crate::domain::badge::Badge;
use crate::domain::capability::Capability;
use crate::domain::customer::{Appointment, Customer, Deal};
use crate::domain::follow_up::{instant, local_date};
use crate::domain::lead::{Lead, LeadId};
use crate::domain::notice::Mail;
use crate::domain::past;
use crate::domain::pipeline::{Again, RecordKind};
use crate::domain::user::User;
use crate::domain::view::{
    ActionView, AppointmentView, CustomerView, DealView, EntryView, LeadView, MailView, UserView,
};
use crate::store::{Store, StoreFault, Typed};

/// A lead without its notes and without what is open to it.
pub(super) fn lead(office: &Office, scope: &Scope, lead: &Lead, now: Timestamp) -> LeadView {
    let stage = office.catalogue.get(&lead.pipeline).stage(&lead.stage);
    let today = local_date(now, &scope.zone);
    let badge = lead.follow_up.as_ref().filter(|_| lead.is_listed());
    LeadView {
        id: lead.id,
        revision: lead.revision,
        pipeline: lead.pipeline.clone(),
        stage: lead.stage.clone(),
        stage_label: stage.label.clone(),
        stage_kind: stage.kind,
        name: lead.name.clone(),
        company: lead.company.clone(),
        email: lead.email.clone(),
        phone: lead.phone.clone(),
        address: lead.address.clone(),
        source: lead.source.clone(),
        tags: lead.tags.clone(),
        fields: lead.fields.clone(),
        value: lead.value,
        owner: lead.owner.clone(),
        claim: lead.live_claim(now).cloned(),
        assignee: lead.assignee(now).cloned(),
        follow_up: lead.follow_up.as_ref().map(|one| one.date),
        follow_up_time: lead.follow_up.as_ref().and_then(|one| one.time),
        badge: badge.and_then(|one| Badge::of(one.date, today)),
        last_contacted_at: lead.last_contacted_at,
        converted_at: lead.converted_at,
        customer: lead.customer,
        notes: None,
        created_at: lead.created_at,
        created_by: lead.created_by.clone(),
        changed_at: lead.changed_at,
        trashed_at: lead.trashed_at,
        merged_into: lead.merged_into,
        actions: None,
        appointments: None,
    }
}

/// What is open to a lead: its moves in the order of the file, then conversion and a deal (P5).
pub(super) fn actions(office: &Office, scope: &Scope, lead: &Lead) -> Vec<ActionView> {
    let pipeline = office.catalogue.get(&lead.pipeline);
    let mut open = Vec::new();
    if !lead.is_listed() {
        return open;
    }
    if scope.may(Capability::Work) {
        open.extend(pipeline.moves(&lead.stage).iter().map(|one| ActionView {
            name: one.name.to_owned(),
            to: Some(one.to.id.clone()),
            to_label: Some(one.to.label.clone()),
            kind: Some(one.kind),
        }));
    }
    let was_converted = lead.converted_at.is_some();
    let is_settled = match pipeline.record {
        RecordKind::InPlace => pipeline.convert.stage.as_ref() == Some(&lead.stage),
        RecordKind::Separate => {
            was_converted && lead.customer.is_some() && pipeline.convert.again == Again::ReturnSame
        }
    };
    let plain = |name: &str| ActionView { name: name.to_owned(), to: None, to_label: None, kind: None };
    if scope.may(Capability::Convert) {
        if !is_settled && pipeline.may_convert(&lead.stage, was_converted) {
            open.push(plain("convert"));
        }
        if was_converted {
            open.push(plain("deal start"));
        }
    }
    open
}

/// The notes of a lead and of those merged into it, newest first, each under its heading (L1, L4).
pub(super) fn notes(store: &dyn Store, lead: &Lead) -> Result<String, StoreFault> {
    written(store, lead).map(|notes| render(&notes))
}

/// The headings and texts of a lead's notes, newest first.
pub(super) fn written(store: &dyn Store, lead: &Lead) -> Result<Vec<(String, String)>, StoreFault> {
    notes_among(store, &trail::of_lead(store, lead)?, |_| true)
}

/// The notes of a customer and of those merged into it, newest first: those written on the record
/// itself. Those of its leads stay with the leads, for whoever may see them (A13).
pub(super) fn customer_notes(store: &dyn Store, customer: &Customer) -> Result<String, StoreFault> {
    let entries = trail::of_customer(store, customer)?;
    notes_among(store, &entries, |activity| activity.lead.is_none()).map(|notes| render(&notes))
}

/// The headings and texts of the notes among these entries, which stand newest first; those of
/// changes that were undone are not shown (L9).
fn notes_among(
    store: &dyn Store,
    entries: &[u64],
    is_meant: impl Fn(&Activity) -> bool,
) -> Result<Vec<(String, String)>, StoreFault> {
    let (mut notes, mut standing) = (Vec::new(), Standing::default());
    for seq in entries {
        if let Some(activity) = store.activity(*seq)?
            && standing.holds(store, &activity)?
            && is_meant(&activity)
            && let Some(Content { stamp: Some(stamp), text: Some(text), .. }) = store.content(*seq)?
        {
            if activity.event == Event::Imported {
                let parts = past::entries(&stamp, &text).into_iter();
                notes.extend(parts.map(|(stamp, text)| (stamp.to_owned(), text.to_owned())));
            } else {
                notes.push((stamp, text));
            }
        }
    }
    Ok(notes)
}

/// Notes as they are shown.
pub(super) fn render(notes: &[(String, String)]) -> String {
    let rendered: Vec<String> = notes.iter().map(|(stamp, text)| format!("[{stamp}] {text}")).collect();
    rendered.join("\n")
}

/// An entry of the history.
pub(super) fn entry(activity: Activity, content: Content) -> EntryView {
    EntryView {
        seq: activity.seq,
        change: activity.change,
        at: activity.at,
        actor: activity.actor,
        via: activity.via,
        lead: activity.lead,
        customer: activity.customer,
        event: activity.event,
        action: activity.action,
        from: activity.from,
        to: activity.to,
        edits: content.edits,
        text: content.text,
        outcome: content.outcome,
        hash: activity.hash,
    }
}

/// A customer, with the leads among `leads` that the caller may see.
pub(super) fn customer(customer: &Customer, leads: Vec<LeadId>, notes: String) -> CustomerView {
    CustomerView {
        id: customer.id,
        name: customer.name.clone(),
        first_name: customer.first_name.clone(),
        last_name: customer.last_name.clone(),
        company: customer.company.clone(),
        email: customer.email.clone(),
        phone: customer.phone.clone(),
        address: customer.address.clone(),
        notes,
        leads,
        created_at: customer.created_at,
    }
}

/// A deal.
pub(super) fn deal(deal: Deal) -> DealView {
    DealView {
        id: deal.id,
        lead: deal.lead,
        customer: deal.customer,
        title: deal.title,
        value: deal.value,
        state: deal.state,
        created_at: deal.created_at,
        closed_at: deal.closed_at,
    }
}

/// An appointment with the lead of that name.
pub(super) fn appointment(booked: Appointment, name: &str) -> AppointmentView {
    let at = instant(booked.date, booked.time, &appointments::zone(&booked));
    let length = jiff::SignedDuration::from_mins(i64::from(booked.minutes));
    AppointmentView {
        id: booked.id,
        lead: booked.lead,
        name: name.to_owned(),
        at,
        until: at.saturating_add(length).unwrap_or(at),
        date: booked.date,
        time: booked.time,
        zone: booked.zone,
        minutes: booked.minutes,
        place: booked.place,
        note: booked.note,
        sequence: booked.sequence,
        cancelled_at: booked.cancelled_at,
        created_at: booked.created_at,
        created_by: booked.created_by,
        changed_at: booked.changed_at.or(booked.cancelled_at).unwrap_or(booked.created_at),
    }
}

/// A user, with what they may.
pub(super) fn user(office: &Office, user: &User) -> UserView {
    UserView {
        login: user.login.clone(),
        name: user.name.clone(),
        email: user.email.clone(),
        role: user.role.clone(),
        zone: user.zone.clone(),
        account: user.account.clone(),
        capabilities: user.capabilities(office.catalogue.default()).into_iter().collect(),
        disabled_at: user.disabled_at,
        paused_at: user.paused_at,
    }
}

/// A mail, without its text.
pub(super) fn mail(mail: Mail) -> MailView {
    MailView {
        id: mail.id,
        kind: mail.kind,
        to: mail.address.unwrap_or_else(|| mail.to.to_string()),
        leads: mail.leads,
        subject: mail.subject,
        message_id: mail.message_id,
        state: mail.state,
        tries: mail.tries,
        next_try: mail.next_try,
        error: mail.error,
        text: None,
    }
}
