//! One thing as lines: the card of a lead or a customer, the status, a mail, an entry of the history.
//!
//! People get labels, aligned, without what is empty; a pipe gets `key<tab>value`, one a line, with
//! every key. A pipeline's file and a mail's text are printed as they stand, but escaped.

use crate::letter;
use std::io::{self, Write};

use lead_shared::domain::activity::Event;
use lead_shared::domain::text;
use lead_shared::domain::view::{ActionView, EntryView, LeadView, MailView, Row, StatusView};
use serde_json::Value;

use super::cell::{self, Cell, moment};
use super::color::{self, HEADING, paint};
use super::{Output, column};

const LEAD: &[&str] = &[
    "id",
    "revision",
    "pipeline",
    "stage",
    "name",
    "company",
    "email",
    "phone",
    "phone_e164",
    "address",
    "source",
    "tags",
    "fields",
    "value",
    "owner",
    "claim",
    "assignee",
    "follow_up",
    "badge",
    "last_contacted_at",
    "converted_at",
    "customer",
    "notes",
    "created_at",
    "created_by",
    "changed_at",
    "trashed_at",
    "merged_into",
    "actions",
];
/// The same for people: what a card's head and foot hold is left out, and so is the redundant.
const LEAD_SHOWN: &[&str] = &[
    "stage",
    "company",
    "email",
    "phone",
    "address",
    "source",
    "tags",
    "fields",
    "value",
    "owner",
    "claim",
    "follow_up",
    "last_contacted_at",
    "converted_at",
    "customer",
    "pipeline",
    "created_at",
    "created_by",
    "changed_at",
    "revision",
    "trashed_at",
    "merged_into",
];
const CUSTOMER: &[&str] = &[
    "id",
    "name",
    "first_name",
    "last_name",
    "company",
    "email",
    "phone",
    "address",
    "notes",
    "leads",
    "created_at",
];
const CUSTOMER_SHOWN: &[&str] =
    &["first_name", "last_name", "company", "email", "phone", "address", "leads", "created_at"];
const MAIL: &[&str] =
    &["id", "kind", "to", "leads", "subject", "message_id", "state", "tries", "next_try", "error"];

/// Appends one thing for a pipe.
pub(super) fn plain(line: &mut Vec<u8>, row: &Row) -> io::Result<()> {
    let keys = match row {
        Row::Lead(_) => LEAD,
        Row::Customer(_) => CUSTOMER,
        Row::Mail(view) => return mail(line, view),
        Row::PipelineText(file) => return file_text(line, file),
        Row::Status(view) => {
            for (key, value) in status(view) {
                write!(line, "{key}\t")?;
                cell::write_plain(line, &value)?;
                line.push(b'\n');
            }
            return Ok(());
        }
        _ => return Ok(()),
    };
    for key in keys {
        write!(line, "{key}\t")?;
        cell::write_plain(line, &column::cell(row, key))?;
        line.push(b'\n');
    }
    Ok(())
}

/// Appends one thing for people.
pub(super) fn shown(line: &mut Vec<u8>, row: &Row, out: &Output) -> io::Result<()> {
    match row {
        Row::Lead(view) => {
            head(line, view.id, &view.name, out)?;
            for key in LEAD_SHOWN {
                field(line, key, &column::cell(row, key), &lead_badge(view, key, out), out)?;
            }
            let actions = view.actions.as_deref().unwrap_or_default();
            if !actions.is_empty() {
                section(line, "open to it", out)?;
            }
            for action in actions {
                open(line, action)?;
            }
            notes(line, view.notes.as_deref().unwrap_or_default(), out)
        }
        Row::Customer(view) => {
            head(line, view.id, &view.name, out)?;
            for key in CUSTOMER_SHOWN {
                field(line, key, &column::cell(row, key), "", out)?;
            }
            notes(line, &view.notes, out)
        }
        Row::Mail(view) => mail(line, view),
        Row::PipelineText(file) => file_text(line, file),
        Row::Status(view) => {
            for (key, value) in status(view) {
                field(line, &key, &value, "", out)?;
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

fn head(line: &mut Vec<u8>, id: u64, name: &str, out: &Output) -> io::Result<()> {
    paint(line, HEADING, out.is_colored(), &format!("{id}  {}", text::escape(name)))?;
    line.push(b'\n');
    Ok(())
}

fn field(line: &mut Vec<u8>, key: &str, value: &Cell<'_>, after: &str, out: &Output) -> io::Result<()> {
    if value.is_empty() {
        return Ok(());
    }
    writeln!(line, "  {key:<17}  {}{after}", cell::shown(value, &out.zone))
}

/// The badge's word behind the follow-up.
fn lead_badge(view: &LeadView, key: &str, out: &Output) -> String {
    let Some(badge) = view.badge.filter(|_| key == "follow_up") else {
        return String::new();
    };
    let style = color::of(badge);
    let word = badge.word();
    if out.is_colored() { format!("  {style}{word}{style:#}") } else { format!("  {word}") }
}

fn section(line: &mut Vec<u8>, title: &str, out: &Output) -> io::Result<()> {
    line.extend_from_slice(b"  ");
    paint(line, HEADING, out.is_colored(), title)?;
    line.push(b'\n');
    Ok(())
}

fn open(line: &mut Vec<u8>, action: &ActionView) -> io::Result<()> {
    let name = text::escape(&action.name);
    let to = action.to_label.as_deref().or(action.to.as_ref().map(|to| to.as_str()));
    match to {
        Some(to) => writeln!(line, "    {name} → {}", text::escape(to)),
        None => writeln!(line, "    {name}"),
    }
}

fn notes(line: &mut Vec<u8>, notes: &str, out: &Output) -> io::Result<()> {
    if notes.is_empty() {
        return Ok(());
    }
    section(line, "notes", out)?;
    for one in text::escape_multiline(notes).lines() {
        writeln!(line, "    {one}")?;
    }
    Ok(())
}

fn file_text(line: &mut Vec<u8>, file: &str) -> io::Result<()> {
    line.extend_from_slice(text::escape_multiline(file).as_bytes());
    if !file.ends_with('\n') {
        line.push(b'\n');
    }
    Ok(())
}

fn mail(line: &mut Vec<u8>, view: &MailView) -> io::Result<()> {
    for key in MAIL {
        let value = column::mail(view, key);
        if !value.is_empty() {
            write!(line, "{key}: ")?;
            cell::write_plain(line, &value)?;
            line.push(b'\n');
        }
    }
    match &view.text {
        None => Ok(()),
        Some(body) => {
            line.push(b'\n');
            let text = letter::text(body).unwrap_or_else(|| body.replace("\r\n", "\n"));
            file_text(line, &text)
        }
    }
}

fn status(view: &StatusView) -> Vec<(String, Cell<'_>)> {
    let user = &view.user;
    let mut lines: Vec<(String, Cell<'_>)> = [
        ("user", Cell::Text(user.login.as_str())),
        ("name", Cell::Text(&user.name)),
        ("email", Cell::text(user.email.as_deref())),
        ("role", Cell::Text(&user.role)),
        ("capabilities", Cell::words(user.capabilities.iter().map(|one| one.as_str()))),
        ("zone", Cell::Text(&view.zone)),
        ("store", Cell::Text(&view.store)),
        ("pipeline", Cell::Text(view.pipeline.as_str())),
        ("daemon", Cell::Yes(view.daemon)),
        ("now", Cell::At(view.now)),
    ]
    .map(|(key, value)| (key.to_owned(), value))
    .into();
    lines.extend(
        view.stages.iter().map(|count| {
            (format!("stage:{}", text::escape(count.stage.as_str())), Cell::Number(count.leads))
        }),
    );
    let rest = [
        ("overdue", Cell::Number(view.overdue)),
        ("due_today", Cell::Number(view.due_today)),
        ("mail_via", Cell::Text(&view.mail_via)),
        ("mail_waiting", Cell::Number(view.mail_waiting)),
        ("mail_failed", Cell::Number(view.mail_failed)),
        ("mail_unknown", Cell::Number(view.mail_unknown)),
        ("mail_said", Cell::text(view.mail_said.as_deref())),
        ("next_due_at", Cell::at(view.next_due.as_ref().map(|due| due.at))),
        ("next_due", Cell::text(view.next_due.as_ref().map(|due| due.what.name()))),
        ("next_due_lead", Cell::number(view.next_due.as_ref().and_then(|due| due.lead))),
    ];
    lines.extend(rest.map(|(key, value)| (key.to_owned(), value)));
    lines
}

/// Appends an entry of the history for people: who, when, about whom, what.
pub(super) fn entry(line: &mut Vec<u8>, row: &Row, out: &Output) -> io::Result<()> {
    let Row::Entry(view) = row else { return Ok(()) };
    write!(line, "{:>5}  {}  {}", view.seq, moment(view.at, &out.zone), text::escape(view.actor.as_str()))?;
    if let Some(via) = &view.via {
        write!(line, " (via {})", text::escape(via.as_str()))?;
    }
    if let Some(lead) = view.lead {
        write!(line, "  {lead}")?;
    } else if let Some(customer) = view.customer {
        write!(line, "  customer {customer}")?;
    }
    writeln!(line, "  {}", what_happened(view))?;
    if let Some(said) = view.text.as_deref().filter(|said| !said.is_empty()) {
        for one in text::escape_multiline(said).lines() {
            writeln!(line, "       {one}")?;
        }
    }
    Ok(())
}

fn what_happened(view: &EntryView) -> String {
    let mut said = match view.event {
        Event::LeadStatusTransition => "moved".to_owned(),
        event => event.name().replace('_', " "),
    };
    match (&view.from, &view.to) {
        (Some(from), Some(to)) => {
            said += &format!(" {} → {}", text::escape(from.as_str()), text::escape(to.as_str()));
        }
        (None, Some(to)) => said += &format!(" at {}", text::escape(to.as_str())),
        _ => {}
    }
    if let Some(action) = &view.action {
        said += &format!(" ({})", text::escape(action));
    }
    if let Some(outcome) = &view.outcome {
        said += &format!(", outcome: {}", text::escape(outcome));
    }
    if matches!(view.event, Event::Edited | Event::Tagged | Event::OwnerChanged | Event::FollowUpSet) {
        for edit in &view.edits {
            said +=
                &format!(", {}: {} → {}", text::escape(&edit.field), value(&edit.before), value(&edit.after));
        }
    }
    said
}

fn value(value: &Value) -> String {
    let shown = match value {
        Value::Null => return "nothing".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(all) => all.iter().map(self::value).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    };
    super::cut(&shown, 80).into_owned()
}
