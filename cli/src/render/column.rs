//! The columns of each kind of row: their names, which are shown unasked, and where their values stand.
//!
//! The names are the keys of JSON, so that one spelling does everywhere; the order is that of a table.

use std::borrow::Cow;

use lead_shared::domain::likeness;
use lead_shared::domain::name::canonical;
use lead_shared::domain::refusal::{Flaw, Refusal};
use lead_shared::domain::view::{CustomerView, DealView, EntryView, LeadView, Row, UserView};

use super::appointment;
use super::cell::Cell;
use super::foresight;
use super::{Format, Shape, What};

/// The rank of columns of which none says anything without the others.
pub(super) const TOGETHER: u8 = 100;

/// A column of a table or of TSV.
pub(super) struct Column {
    /// As typed in `--columns`.
    pub(super) name: &'static str,
    /// Whether and how early it goes when a table is too wide: 0 is never shown unasked, 1 goes last,
    /// [`TOGETHER`] goes first and with all of its kind.
    pub(super) rank: u8,
    /// Cut no narrower than this; none where a part of the value would mislead.
    pub(super) least: Option<u16>,
    /// A number: stands to the right.
    pub(super) number: bool,
    /// Unasked in TSV too; a promise to scripts.
    pub(super) plain: bool,
    /// Goes where it says the same in every row.
    pub(super) telling: bool,
    /// What people see above it, where that is not its name.
    pub(super) head: Option<&'static str>,
}

impl Column {
    /// The heading people see.
    pub(super) fn heading(&self) -> String {
        self.head.map_or_else(|| self.name.replace('_', "-"), str::to_owned)
    }

    pub(super) const fn telling(self) -> Self {
        Self { telling: true, ..self }
    }

    pub(super) const fn headed(self, head: &'static str) -> Self {
        Self { head: Some(head), ..self }
    }

    pub(super) const fn cut(self, least: u16) -> Self {
        Self { least: Some(least), ..self }
    }

    pub(super) const fn number(self) -> Self {
        Self { number: true, ..self }
    }
}

pub(super) const fn both(name: &'static str, rank: u8) -> Column {
    Column { name, rank, least: None, number: false, plain: true, telling: false, head: None }
}

pub(super) const fn table(name: &'static str, rank: u8) -> Column {
    Column { plain: false, ..both(name, rank) }
}

pub(super) const fn asked(name: &'static str) -> Column {
    table(name, 0)
}

const LEAD: &[Column] = &[
    both("id", 1).number(),
    both("name", 1).cut(20),
    both("company", 5).cut(18),
    both("email", 7).cut(24),
    both("phone", 6),
    both("source", 9).cut(8),
    both("tags", 10).cut(8),
    both("value", 8).number(),
    both("assignee", 4),
    both("stage", 2),
    both("follow_up", 3),
    both("badge", 3),
    table("actions", 11).cut(24),
    asked("phone_e164"),
    asked("address").cut(12),
    asked("fields").cut(12),
    asked("pipeline"),
    asked("owner"),
    asked("claim"),
    asked("last_contacted_at"),
    asked("converted_at"),
    asked("customer").number(),
    asked("notes").cut(12),
    asked("created_at"),
    asked("created_by"),
    asked("changed_at"),
    asked("trashed_at"),
    asked("merged_into").number(),
    asked("revision").number(),
];
const ACTION: &[Column] = &[both("name", 1), both("to", 2), both("kind", 3)];
const ENTRY: &[Column] = &[
    both("seq", 1).number(),
    both("at", 2),
    both("actor", 3),
    both("via", 8),
    both("lead", 2).number(),
    both("event", 1),
    both("action", 4),
    both("from", 5),
    both("to", 5),
    both("text", 6).cut(12),
    both("outcome", 7).cut(8),
    asked("change").number(),
    asked("customer").number(),
    asked("hash"),
];
const CUSTOMER: &[Column] = &[
    both("id", 1).number(),
    both("name", 1).cut(16),
    both("company", 4).cut(12),
    both("email", 3).cut(16),
    both("phone", 2),
    both("leads", 5).cut(8),
    asked("first_name").cut(8),
    asked("last_name").cut(8),
    asked("address").cut(12),
    asked("notes").cut(12),
    asked("created_at"),
];
const DEAL: &[Column] = &[
    both("id", 1).number(),
    both("title", 1).cut(16),
    both("lead", 2).number(),
    both("customer", 4).number(),
    both("value", 3).number(),
    both("state", 2),
    asked("created_at"),
    asked("closed_at"),
];
const USER: &[Column] = &[
    both("login", 1),
    both("name", 3).cut(12),
    both("role", 2),
    both("email", 4).cut(20),
    both("zone", 6),
    both("account", 5),
    both("capabilities", 7).cut(20),
    both("disabled_at", 4),
    both("paused_at", 3),
];
const PIPELINE: &[Column] = &[
    both("id", 1),
    both("title", 2).cut(12),
    both("default", 2),
    both("preset", 4),
    both("stages", 3).cut(24),
];
const SETTING: &[Column] = &[both("key", 1), both("value", 1).cut(12), both("origin", 2).cut(12)];
const FINDING: &[Column] = &[both("place", 1), both("good", 1), both("finding", 2).cut(20), both("mend", 3)];

fn known(what: What) -> &'static [Column] {
    match what {
        What::Leads | What::Lead => LEAD,
        What::Actions => ACTION,
        What::Entries => ENTRY,
        What::Customers | What::Customer => CUSTOMER,
        What::Report(report) => super::report::columns(report),
        What::Deals | What::Deal => DEAL,
        What::Appointments => appointment::COLUMNS,
        What::Users => USER,
        What::Pipelines => PIPELINE,
        What::Mails | What::Mail => foresight::MAIL,
        What::Plan => foresight::PLANNED,
        What::Reasons => foresight::WHY,
        What::Settings => SETTING,
        What::Findings => FINDING,
        What::Status | What::Pipeline => &[],
    }
}

/// The columns named in `--columns a,b`, typed in any case, `-` = `_`, as they are spelled.
///
/// # Errors
/// The first that is unknown, with what was probably meant or with all there are.
pub fn check_columns(what: What, typed: &str) -> Result<Vec<String>, Refusal> {
    let names = || known(what).iter().map(|column| column.name);
    typed
        .split(',')
        .map(str::trim)
        .map(|one| match names().find(|name| canonical(name) == canonical(one)) {
            Some(name) => Ok(name.to_owned()),
            None => {
                let flaw = Flaw::new("is not a column");
                let hint = likeness::hint(one, names(), str::to_owned);
                Err(hint.into_iter().fold(flaw, Flaw::hint).of("--columns", one))
            }
        })
        .collect()
}

/// What is shown: what was asked for in that order, else what stands unasked.
pub(super) fn chosen(shape: &Shape, form: Format) -> Vec<&'static Column> {
    let known = known(shape.what);
    let named = |names: &[String]| {
        names.iter().filter_map(|name| known.iter().find(|one| one.name == name)).collect()
    };
    match (&shape.columns, &shape.unasked) {
        (Some(asked), _) => named(asked),
        (None, _) if matches!(form, Format::Csv | Format::Tsv) => {
            known.iter().filter(|one| one.plain).collect()
        }
        (None, Some(unasked)) => named(unasked),
        (None, None) if let What::Report(report) = shape.what => super::report::shown(report),
        (None, None) => known.iter().filter(|one| one.rank > 0).collect(),
    }
}

/// Rows that the programs' parts speak among themselves.
pub(super) fn is_internal(row: &Row) -> bool {
    matches!(row, Row::Agenda(_) | Row::Import(_) | Row::Backup(_) | Row::Matter(_) | Row::Due(_))
}

/// The value of a column; empty where the row has no such column.
pub(super) fn cell<'a>(row: &'a Row, name: &str) -> Cell<'a> {
    match row {
        Row::Lead(view) => lead(view, name),
        Row::Action(view) => match name {
            "name" => Cell::Text(&view.name),
            "to" => match (&view.to, &view.to_label) {
                (Some(id), label) => stage(id.as_str(), label.as_deref()),
                (None, _) => Cell::Empty,
            },
            "kind" => Cell::text(view.kind.map(|kind| kind.as_str())),
            _ => Cell::Empty,
        },
        Row::Entry(view) => entry(view, name),
        Row::Customer(view) => customer(view, name),
        Row::Deal(view) => deal(view, name),
        Row::Report(view) => super::report::cell(view, name),
        Row::Appointment(view) => appointment::cell(view, name),
        Row::User(view) => user(view, name),
        Row::Pipeline(view) => match name {
            "id" => Cell::Text(view.id.as_str()),
            "title" => Cell::Text(&view.title),
            "default" => Cell::Yes(view.default),
            "preset" => Cell::Yes(view.preset),
            "stages" => Cell::words(view.stages.iter().map(|stage| stage.as_str())),
            _ => Cell::Empty,
        },
        Row::Mail(view) => foresight::mail(view, name),
        Row::Planned(view) => foresight::planned(view, name),
        Row::Why(view) => foresight::why(view, name),
        Row::Setting(view) => match name {
            "key" => Cell::Text(&view.key),
            "value" => Cell::Text(&view.value),
            "origin" => Cell::Text(&view.origin),
            _ => Cell::Empty,
        },
        Row::Diagnosis(view) => match name {
            "place" => Cell::Text(&view.place),
            "good" => Cell::Yes(view.good),
            "finding" => Cell::Text(&view.finding),
            "mend" => Cell::text(view.mend.as_deref()),
            _ => Cell::Empty,
        },
        Row::Status(_)
        | Row::PipelineText(_)
        | Row::Zone(_)
        | Row::Column(_)
        | Row::Part(_)
        | Row::Head(_)
        | Row::Agenda(_)
        | Row::Import(_)
        | Row::Backup(_)
        | Row::Matter(_)
        | Row::Due(_) => Cell::Empty,
    }
}

fn stage<'a>(id: &'a str, label: Option<&'a str>) -> Cell<'a> {
    Cell::Stage { id, label: label.unwrap_or(id) }
}

fn lead<'a>(view: &'a LeadView, name: &str) -> Cell<'a> {
    match name {
        "id" => Cell::Number(view.id),
        "name" => Cell::Text(&view.name),
        "company" => Cell::text(view.company.as_deref()),
        "email" => Cell::text(view.email.as_deref()),
        "phone" => Cell::text(view.phone.as_ref().map(|phone| phone.typed.as_str())),
        "phone_e164" => Cell::text(view.phone.as_ref().and_then(|phone| phone.e164.as_deref())),
        "address" => Cell::text(view.address.as_deref()),
        "source" => Cell::text(view.source.as_deref()),
        "tags" => Cell::Tags(&view.tags),
        "fields" => Cell::Fields(&view.fields),
        "value" => view.value.map_or(Cell::Empty, Cell::Money),
        "pipeline" => Cell::Text(view.pipeline.as_str()),
        "stage" => stage(view.stage.as_str(), Some(&view.stage_label)),
        "owner" => Cell::text(view.owner.as_ref().map(|login| login.as_str())),
        "claim" => view.claim.as_ref().map_or(Cell::Empty, Cell::Claim),
        "assignee" => Cell::text(view.assignee.as_ref().map(|login| login.as_str())),
        "follow_up" => view.follow_up.map_or(Cell::Empty, |date| Cell::Day(date, view.follow_up_time)),
        "badge" => view.badge.map_or(Cell::Empty, Cell::Badge),
        "last_contacted_at" => Cell::at(view.last_contacted_at),
        "converted_at" => Cell::at(view.converted_at),
        "customer" => Cell::number(view.customer),
        "notes" => Cell::text(view.notes.as_deref()),
        "created_at" => Cell::At(view.created_at),
        "created_by" => Cell::Text(view.created_by.as_str()),
        "changed_at" => Cell::At(view.changed_at),
        "trashed_at" => Cell::at(view.trashed_at),
        "merged_into" => Cell::number(view.merged_into),
        "revision" => Cell::Number(view.revision),
        "appointments" => view.appointments.as_deref().map_or(Cell::Empty, appointment::in_one_cell),
        "actions" => view.actions.as_deref().map_or(Cell::Empty, Cell::Actions),
        _ => Cell::Empty,
    }
}

fn entry<'a>(view: &'a EntryView, name: &str) -> Cell<'a> {
    match name {
        "seq" => Cell::Number(view.seq),
        "change" => Cell::Number(view.change),
        "at" => Cell::At(view.at),
        "actor" => Cell::Text(view.actor.as_str()),
        "via" => Cell::text(view.via.as_ref().map(|login| login.as_str())),
        "lead" => Cell::number(view.lead),
        "customer" => Cell::number(view.customer),
        "event" => Cell::words([Cow::Owned(view.event.name())]),
        "action" => Cell::text(view.action.as_deref()),
        "from" => Cell::text(view.from.as_ref().map(|stage| stage.as_str())),
        "to" => Cell::text(view.to.as_ref().map(|stage| stage.as_str())),
        "text" => Cell::text(view.text.as_deref()),
        "outcome" => Cell::text(view.outcome.as_deref()),
        "hash" => Cell::Text(&view.hash),
        _ => Cell::Empty,
    }
}

fn customer<'a>(view: &'a CustomerView, name: &str) -> Cell<'a> {
    match name {
        "id" => Cell::Number(view.id),
        "name" => Cell::Text(&view.name),
        "first_name" => Cell::text(view.first_name.as_deref()),
        "last_name" => Cell::text(view.last_name.as_deref()),
        "company" => Cell::text(view.company.as_deref()),
        "email" => Cell::text(view.email.as_deref()),
        "phone" => Cell::text(view.phone.as_ref().map(|phone| phone.typed.as_str())),
        "address" => Cell::text(view.address.as_deref()),
        "notes" => Cell::text(Some(&view.notes)),
        "leads" => Cell::Numbers(&view.leads),
        "created_at" => Cell::At(view.created_at),
        _ => Cell::Empty,
    }
}

fn deal<'a>(view: &'a DealView, name: &str) -> Cell<'a> {
    match name {
        "id" => Cell::Number(view.id),
        "lead" => Cell::Number(view.lead),
        "customer" => Cell::number(view.customer),
        "title" => Cell::Text(&view.title),
        "value" => view.value.map_or(Cell::Empty, Cell::Money),
        "state" => Cell::Text(view.state.as_str()),
        "created_at" => Cell::At(view.created_at),
        "closed_at" => Cell::at(view.closed_at),
        _ => Cell::Empty,
    }
}

fn user<'a>(view: &'a UserView, name: &str) -> Cell<'a> {
    match name {
        "login" => Cell::Text(view.login.as_str()),
        "name" => Cell::Text(&view.name),
        "role" => Cell::Text(&view.role),
        "email" => Cell::text(view.email.as_deref()),
        "zone" => Cell::text(view.zone.as_deref()),
        "account" => Cell::Text(&view.account),
        "capabilities" => Cell::words(view.capabilities.iter().map(|one| one.as_str())),
        "disabled_at" => Cell::at(view.disabled_at),
        "paused_at" => Cell::at(view.paused_at),
        _ => Cell::Empty,
    }
}
