//! One thing as lines: the card of a lead or a customer, the status, a mail.
//!
//! People get labels, aligned, without what is empty; a pipe gets `key<tab>value`, one a line, with
//! every key. A pipeline's file and a mail's text are printed as they stand, but escaped.

use std::io::{self, Write};

use lead_shared::domain::capability::Capability;
use lead_shared::domain::text;
use lead_shared::domain::view::{ActionView, LeadView, MailView, Row, StatusView};

use super::cell::{self, Cell, moment};
use super::color::{self, HEADING, paint};
use super::{Output, appointment, column, foresight};
use crate::letter;

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
    "appointments",
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
const DEAL: &[&str] = &["id", "title", "lead", "customer", "value", "state", "created_at", "closed_at"];
const DEAL_SHOWN: &[&str] = &["lead", "customer", "value", "state", "created_at", "closed_at"];
const MAIL: &[&str] =
    &["id", "kind", "to", "leads", "subject", "message_id", "state", "tries", "next_try", "error"];

/// Appends one thing for a pipe.
pub(super) fn plain(line: &mut Vec<u8>, row: &Row) -> io::Result<()> {
    let keys = match row {
        Row::Lead(_) => LEAD,
        Row::Customer(_) => CUSTOMER,
        Row::Deal(_) => DEAL,
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
                field(line, &title(key), &column::cell(row, key), &lead_badge(view, key, out), out)?;
            }
            let actions = view.actions.as_deref().unwrap_or_default();
            if !actions.is_empty() {
                section(line, "Open to it", out)?;
            }
            for action in actions {
                open(line, action)?;
            }
            let booked = view.appointments.as_deref().unwrap_or_default();
            if !booked.is_empty() {
                section(line, "Appointments", out)?;
            }
            booked.iter().try_for_each(|one| appointment::line(line, one))?;
            notes(line, view.notes.as_deref().unwrap_or_default(), out)
        }
        Row::Customer(view) => {
            head(line, view.id, &view.name, out)?;
            for key in CUSTOMER_SHOWN {
                field(line, &title(key), &column::cell(row, key), "", out)?;
            }
            notes(line, &view.notes, out)
        }
        Row::Deal(view) => {
            head(line, view.id, &view.title, out)?;
            DEAL_SHOWN.iter().try_for_each(|key| field(line, &title(key), &column::cell(row, key), "", out))
        }
        Row::Mail(view) => mail(line, view),
        Row::PipelineText(file) => file_text(line, file),
        Row::Status(view) => status_shown(line, view, out),
        _ => Ok(()),
    }
}

/// What people call a field.
fn title(key: &str) -> String {
    let known = match key {
        "follow_up" => "Follow-up",
        "last_contacted_at" => "Last contact",
        "trashed_at" => "In the trash since",
        _ => {
            let words = key.strip_suffix("_at").unwrap_or(key).replace('_', " ");
            let mut chars = words.chars();
            return chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default();
        }
    };
    known.to_owned()
}

/// The state of things in words, what is empty left out.
fn status_shown(line: &mut Vec<u8>, view: &StatusView, out: &Output) -> io::Result<()> {
    let user = &view.user;
    let said = |line: &mut Vec<u8>, title: &str, text: &str| field(line, title, &Cell::Text(text), "", out);
    said(line, "User", user.login.as_str())?;
    said(line, "Name", &user.name)?;
    field(line, "Email", &Cell::text(user.email.as_deref()), "", out)?;
    said(line, "Role", &user.role)?;
    field(line, "May", &Cell::words(user.capabilities.iter().map(|one| one.as_str())), "", out)?;
    if !user.capabilities.contains(&Capability::ViewAll) {
        let seen = Capability::sight(|one| user.capabilities.contains(&one));
        let more = format!("someone with `admin`: `lead user grant {} view-all`", user.login);
        said(line, "Sees", &format!("{seen}; for all of them, {more}"))?;
    }
    said(line, "Zone", &view.zone)?;
    said(line, "Store", &view.store)?;
    said(line, "Daemon", if view.daemon { "runs" } else { "does not run" })?;
    said(line, "Last sweep", &view.swept_at.map_or("never".to_owned(), |at| moment(at, &out.zone)))?;
    said(line, "Pipeline", view.pipeline.as_str())?;
    said(line, "Now", &moment(view.now, &out.zone))?;
    let mut mail = format!("by {}, {} waiting", view.mail_via, view.mail_waiting);
    for (count, what) in [(view.mail_failed, "failed"), (view.mail_unknown, "of unknown fate")] {
        if count > 0 {
            mail += &format!(", {count} {what}");
        }
    }
    if let Some(since) = view.mail_waiting_since {
        mail += &format!(", the oldest since {}", moment(since, &out.zone));
    }
    said(line, "Mail", &mail)?;
    if let Some(sent_at) = view.mail_sent_at {
        said(line, "Last mail", &moment(sent_at, &out.zone))?;
    }
    if let Some(fault) = &view.relay_fault {
        let since = moment(fault.since, &out.zone);
        said(line, "Relay", &format!("at fault since {since}: {}", fault.said))?;
    }
    said(line, "Follow-ups", &format!("{} overdue, {} due today", view.overdue, view.due_today))?;
    if let Some(next) = &view.next_due {
        let whose = next.lead.map(|lead| format!(" of {lead}")).unwrap_or_default();
        let what = next.what.name();
        said(line, "Next due", &format!("{}, {what}{whose}", moment(next.at, &out.zone)))?;
    }
    section(line, "Leads", out)?;
    for count in &view.stages {
        writeln!(line, "    {:<15}  {:>5}", text::escape(&count.label), count.leads)?;
    }
    Ok(())
}

fn head(line: &mut Vec<u8>, id: u64, name: &str, out: &Output) -> io::Result<()> {
    paint(line, HEADING, out.is_colored(), &format!("{id}  {}", text::escape(name)))?;
    line.push(b'\n');
    Ok(())
}

fn field(line: &mut Vec<u8>, title: &str, value: &Cell<'_>, after: &str, out: &Output) -> io::Result<()> {
    if value.is_empty() {
        return Ok(());
    }
    writeln!(line, "  {title:<18}  {}{after}", cell::shown(value, &out.zone))
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
    section(line, "Notes", out)?;
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
        let value = foresight::mail(view, key);
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
        ("mail_waiting_since", Cell::at(view.mail_waiting_since)),
        ("mail_sent_at", Cell::at(view.mail_sent_at)),
        ("relay_fault_since", Cell::at(view.relay_fault.as_ref().map(|fault| fault.since))),
        ("relay_fault", Cell::text(view.relay_fault.as_ref().map(|fault| fault.said.as_str()))),
        ("swept_at", Cell::at(view.swept_at)),
        ("next_due_at", Cell::at(view.next_due.as_ref().map(|due| due.at))),
        ("next_due", Cell::text(view.next_due.as_ref().map(|due| due.what.name()))),
        ("next_due_lead", Cell::number(view.next_due.as_ref().and_then(|due| due.lead))),
    ];
    lines.extend(rest.map(|(key, value)| (key.to_owned(), value)));
    lines
}
