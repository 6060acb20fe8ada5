//! JSON as promised to scripts (cli.md §4): the keys, their order, and escaping.
//!
//! Each object borrows from the view and is written straight from it. Beside what JSON must escape,
//! everything that could disturb a terminal is escaped too: DEL, C1, separators and bidi overrides.

use std::collections::BTreeMap;
use std::io::{self, Write};

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use lead_shared::domain::activity::{Edit, Event};
use lead_shared::domain::badge::Badge;
use lead_shared::domain::claim::Claim;
use lead_shared::domain::money::Money;
use lead_shared::domain::notice::{MailKind, MailState};
use lead_shared::domain::pipeline::{self, PipelineId, StageId, Step};
use lead_shared::domain::text;
use lead_shared::domain::user::Login;
use lead_shared::domain::view::{ActionView, CustomerView, EntryView, LeadView, MailView, Row};
use serde::{Serialize, Serializer};
use serde_json::ser::Formatter;

use super::appointment::{self, AppointmentJson};
use super::{Shape, What};

#[derive(Serialize)]
struct LeadJson<'a> {
    id: u64,
    revision: u64,
    pipeline: &'a PipelineId,
    stage: &'a StageId,
    name: &'a str,
    company: Option<&'a str>,
    email: Option<&'a str>,
    phone: Option<&'a str>,
    phone_e164: Option<&'a str>,
    address: Option<&'a str>,
    source: Option<&'a str>,
    tags: &'a [String],
    fields: &'a BTreeMap<String, String>,
    value: Option<Money>,
    owner: Option<&'a Login>,
    claim: Option<&'a Claim>,
    assignee: Option<&'a Login>,
    follow_up: Option<FollowUpJson>,
    badge: Option<Badge>,
    last_contacted_at: Option<Timestamp>,
    converted_at: Option<Timestamp>,
    customer: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    notes: Option<Option<&'a str>>,
    created_at: Timestamp,
    created_by: &'a Login,
    changed_at: Timestamp,
    trashed_at: Option<Timestamp>,
    merged_into: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    actions: Option<Vec<ActionJson<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    appointments: Option<Vec<AppointmentJson<'a>>>,
}

#[derive(Serialize)]
struct FollowUpJson {
    date: Date,
    #[serde(serialize_with = "clock")]
    time: Option<Time>,
}

#[derive(Serialize)]
struct ActionJson<'a> {
    name: &'a str,
    to: Option<&'a StageId>,
    kind: Option<Step>,
}

#[derive(Serialize)]
struct EntryJson<'a> {
    seq: u64,
    change: u64,
    at: Timestamp,
    actor: &'a Login,
    via: Option<&'a Login>,
    lead: Option<u64>,
    event: Event,
    action: Option<&'a str>,
    from: Option<&'a StageId>,
    to: Option<&'a StageId>,
    edits: &'a [Edit],
    text: Option<&'a str>,
    hash: &'a str,
    customer: Option<u64>,
    outcome: Option<&'a str>,
}

#[derive(Serialize)]
struct CustomerJson<'a> {
    id: u64,
    name: &'a str,
    first_name: Option<&'a str>,
    last_name: Option<&'a str>,
    company: Option<&'a str>,
    email: Option<&'a str>,
    phone: Option<&'a str>,
    address: Option<&'a str>,
    notes: Option<&'a str>,
    leads: &'a [u64],
    created_at: Timestamp,
}

#[derive(Serialize)]
struct MailJson<'a> {
    id: u64,
    kind: MailKind,
    to: &'a str,
    leads: &'a [u64],
    subject: &'a str,
    message_id: &'a str,
    state: MailState,
    tries: u32,
    next_try: Option<Timestamp>,
    error: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<Option<&'a str>>,
}

/// Appends the row as one object on one line, without a line end.
pub(super) fn row(line: &mut Vec<u8>, row: &Row, shape: &Shape) -> io::Result<()> {
    match row {
        Row::Lead(view) => {
            let whole = shape.what == What::Lead;
            write(
                &mut *line,
                &lead(view, whole || shape.asks_for("notes"), whole || shape.asks_for("actions")),
            )
        }
        Row::Action(view) => write(&mut *line, &action(view)),
        Row::Entry(view) => write(&mut *line, &entry(view)),
        Row::Customer(view) => write(&mut *line, &customer(view)),
        Row::Report(view) => super::report::write(line, view),
        Row::Deal(view) => write(&mut *line, view),
        Row::Appointment(view) => write(&mut *line, &appointment::object(view)),
        Row::User(view) => write(&mut *line, view),
        Row::Status(view) => write(&mut *line, view),
        Row::Pipeline(view) => write(&mut *line, view),
        Row::PipelineText(text) => match pipeline::object(text) {
            Ok(object) => write(&mut *line, &object),
            Err(_) => Err(io::Error::new(io::ErrorKind::InvalidData, "the pipeline's file is not TOML")),
        },
        Row::Mail(view) => write(&mut *line, &mail(view, shape.what == What::Mail)),
        Row::Planned(view) => write(&mut *line, view),
        Row::Why(view) => write(&mut *line, view),
        Row::Setting(view) => write(&mut *line, view),
        Row::Diagnosis(view) => write(&mut *line, view),
        Row::Zone(_)
        | Row::Column(_)
        | Row::Part(_)
        | Row::Head(_)
        | Row::Agenda(_)
        | Row::Import(_)
        | Row::Backup(_)
        | Row::Matter(_)
        | Row::Due(_) => Ok(()),
    }
}

/// The object of a lead in a list.
pub(super) fn listed(view: &LeadView) -> impl Serialize {
    lead(view, false, false)
}

fn lead(view: &LeadView, notes: bool, actions: bool) -> LeadJson<'_> {
    LeadJson {
        id: view.id,
        revision: view.revision,
        pipeline: &view.pipeline,
        stage: &view.stage,
        name: &view.name,
        company: view.company.as_deref(),
        email: view.email.as_deref(),
        phone: view.phone.as_ref().map(|phone| phone.typed.as_str()),
        phone_e164: view.phone.as_ref().and_then(|phone| phone.e164.as_deref()),
        address: view.address.as_deref(),
        source: view.source.as_deref(),
        tags: &view.tags,
        fields: &view.fields,
        value: view.value,
        owner: view.owner.as_ref(),
        claim: view.claim.as_ref(),
        assignee: view.assignee.as_ref(),
        follow_up: view.follow_up.map(|date| FollowUpJson { date, time: view.follow_up_time }),
        badge: view.badge,
        last_contacted_at: view.last_contacted_at,
        converted_at: view.converted_at,
        customer: view.customer,
        notes: notes.then(|| view.notes.as_deref().filter(|notes| !notes.is_empty())),
        created_at: view.created_at,
        created_by: &view.created_by,
        changed_at: view.changed_at,
        trashed_at: view.trashed_at,
        merged_into: view.merged_into,
        actions: actions.then(|| view.actions.iter().flatten().map(action).collect()),
        appointments: view.appointments.as_ref().map(|all| all.iter().map(appointment::object).collect()),
    }
}

fn action(view: &ActionView) -> ActionJson<'_> {
    ActionJson { name: &view.name, to: view.to.as_ref(), kind: view.kind }
}

fn entry(view: &EntryView) -> EntryJson<'_> {
    EntryJson {
        seq: view.seq,
        change: view.change,
        at: view.at,
        actor: &view.actor,
        via: view.via.as_ref(),
        lead: view.lead,
        event: view.event,
        action: view.action.as_deref(),
        from: view.from.as_ref(),
        to: view.to.as_ref(),
        edits: &view.edits,
        text: view.text.as_deref(),
        hash: &view.hash,
        customer: view.customer,
        outcome: view.outcome.as_deref(),
    }
}

fn customer(view: &CustomerView) -> CustomerJson<'_> {
    CustomerJson {
        id: view.id,
        name: &view.name,
        first_name: view.first_name.as_deref(),
        last_name: view.last_name.as_deref(),
        company: view.company.as_deref(),
        email: view.email.as_deref(),
        phone: view.phone.as_ref().map(|phone| phone.typed.as_str()),
        address: view.address.as_deref(),
        notes: Some(view.notes.as_str()).filter(|notes| !notes.is_empty()),
        leads: &view.leads,
        created_at: view.created_at,
    }
}

fn mail(view: &MailView, whole: bool) -> MailJson<'_> {
    MailJson {
        id: view.id,
        kind: view.kind,
        to: &view.to,
        leads: &view.leads,
        subject: &view.subject,
        message_id: &view.message_id,
        state: view.state,
        tries: view.tries,
        next_try: view.next_try,
        error: view.error.as_deref(),
        text: whole.then_some(view.text.as_deref()),
    }
}

/// A time of day as people type it: `15:00`, with seconds only where there are some.
fn clock<S: Serializer>(time: &Option<Time>, serializer: S) -> Result<S::Ok, S::Error> {
    match time {
        None => serializer.serialize_none(),
        Some(time) => serializer.collect_str(&super::cell::Clock(*time)),
    }
}

/// Writes a value on one line, with everything escaped that a terminal must not get.
pub(crate) fn write<W: Write>(sink: W, value: &impl Serialize) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(sink, Harmless);
    value.serialize(&mut serializer).map_err(io::Error::from)
}

struct Harmless;

impl Formatter for Harmless {
    fn write_string_fragment<W: Write + ?Sized>(&mut self, sink: &mut W, fragment: &str) -> io::Result<()> {
        // What is unsafe and passes JSON's own escaping is DEL, or begins with one of three bytes.
        if !fragment.bytes().any(|byte| matches!(byte, 0x7f | 0xc2 | 0xd8 | 0xe2)) {
            return sink.write_all(fragment.as_bytes());
        }
        let mut written = 0;
        for (at, c) in fragment.char_indices().filter(|&(_, c)| text::is_unsafe(c)) {
            sink.write_all(&fragment.as_bytes()[written..at])?;
            write!(sink, "\\u{:04x}", u32::from(c))?;
            written = at + c.len_utf8();
        }
        sink.write_all(&fragment.as_bytes()[written..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_a_terminal_must_not_get_is_raw() {
        for c in (0..=0x10_ffff).filter_map(char::from_u32).filter(|&c| text::is_unsafe(c)) {
            let mut line = Vec::new();
            write(&mut line, &format!("é{c}z")).unwrap();
            let line = String::from_utf8(line).unwrap();
            assert!(!line.contains(text::is_unsafe), "{c:?}");
            assert_eq!(serde_json::from_str::<String>(&line).unwrap(), format!("é{c}z"));
        }
    }
}
