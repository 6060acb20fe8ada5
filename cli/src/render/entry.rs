//! An entry of the history, and what `doctor` found, for people: who, when, about whom, what.
//!
//! Stages by their labels, values in words; JSON and TSV have the ids.

use std::io::{self, Write};

use lead_shared::domain::activity::{Edit, Event};
use lead_shared::domain::pipeline::StageId;
use lead_shared::domain::text;
use lead_shared::domain::view::{Diagnosis, EntryView};
use serde_json::Value;

use super::Output;
use super::cell::moment;
use super::color::{ERROR, HINT, paint};
use super::edited::value;

/// Appends an entry of the history.
pub(super) fn entry(line: &mut Vec<u8>, view: &EntryView, out: &Output) -> io::Result<()> {
    write!(line, "{:>5}  {}  {}", view.seq, moment(view.at, &out.zone), text::escape(view.actor.as_str()))?;
    if let Some(via) = &view.via {
        write!(line, " (via {})", text::escape(via.as_str()))?;
    }
    if let Some(lead) = view.lead {
        write!(line, "  {lead}")?;
    } else if let Some(customer) = view.customer {
        write!(line, "  customer {customer}")?;
    }
    let said = view.text.as_deref().filter(|said| !said.is_empty());
    let (named, said) = if names_itself(view.event) { (said, None) } else { (None, said) };
    write!(line, "  {}", text::escape(&what_happened(view, out)))?;
    if let Some(name) = named {
        write!(line, ": {}", text::escape(name))?;
    }
    // By which an undo knows it.
    writeln!(line, "  [change {}]", view.change)?;
    for one in text::escape_multiline(said.unwrap_or_default()).lines() {
        writeln!(line, "       {one}")?;
    }
    Ok(())
}

/// Whether the text of such an entry is the name of what it is about.
fn names_itself(event: Event) -> bool {
    matches!(event, Event::UserChanged | Event::PipelineChanged | Event::Imported)
}

fn what_happened(view: &EntryView, out: &Output) -> String {
    let stage = |id: &StageId| out.labels.get(id.as_str()).map_or(id.as_str(), String::as_str).to_owned();
    let action = view.action.as_deref().unwrap_or_default();
    let record = view.edits.first().map(|edit| edit.record.as_str()).unwrap_or_default();
    let (kind, name) = record.split_once('/').unwrap_or((record, ""));
    let is_new = !view.edits.is_empty() && view.edits.iter().all(|edit| edit.before.is_null());
    let named = |verb: &str| if name.is_empty() { verb.to_owned() } else { format!("{verb}: {name}") };
    let mut said = match view.event {
        Event::LeadStatusTransition => match (&view.from, &view.to) {
            (Some(from), Some(to)) => format!("moved {} → {} ({action})", stage(from), stage(to)),
            _ => format!("moved ({action})"),
        },
        Event::Created if kind == "customer" => "added".to_owned(),
        Event::Created => match &view.to {
            Some(to) => format!("added in {}", stage(to)),
            None => "added".to_owned(),
        },
        Event::ContactLogged | Event::Logged => format!("logged {action}"),
        Event::Converted => match view.customer {
            Some(customer) => format!("converted into customer {customer}"),
            None => "converted".to_owned(),
        },
        Event::Merged => match (changed(view, "merged_into"), changed(view, "merged_from")) {
            (Some(edit), _) => format!("merged into {}", value(&edit.field, &edit.after, &out.zone)),
            (None, Some(edit)) => format!("took in {}", value(&edit.field, &fresh(edit), &out.zone)),
            (None, None) => "merged".to_owned(),
        },
        Event::UserChanged if action == "user add" => named("user added"),
        Event::UserChanged => named("user changed"),
        Event::DealStarted => format!("deal {name} started"),
        Event::DealChanged => format!("deal {name} changed"),
        Event::FollowUpSet => match changed(view, "follow_up") {
            Some(edit) => format!("follow-up set: {}", value(&edit.field, &edit.after, &out.zone)),
            None => "follow-up set".to_owned(),
        },
        Event::FollowUpCleared => "follow-up ended".to_owned(),
        Event::OwnerChanged => match changed(view, "owner") {
            Some(edit) => format!("owner: {} → {}", nobody(&edit.before), nobody(&edit.after)),
            None => "owner changed".to_owned(),
        },
        Event::Undone => format!("undid `{action}`"),
        event => event.name().replace('_', " "),
    };
    if let Some(outcome) = &view.outcome {
        said += &format!(", outcome: {outcome}");
    }
    let shows_edits = match view.event {
        Event::Edited | Event::Tagged | Event::DealChanged | Event::Undone => true,
        Event::UserChanged => !is_new,
        _ => false,
    };
    for edit in view.edits.iter().filter(|_| shows_edits) {
        let shown = |one| value(&edit.field, one, &out.zone);
        said += &format!(", {}: {} → {}", edit.field, shown(&edit.before), shown(&edit.after));
    }
    said
}

fn changed<'a>(view: &'a EntryView, field: &str) -> Option<&'a Edit> {
    view.edits.iter().find(|edit| edit.field == field)
}

/// What an edit added to a list.
fn fresh(edit: &Edit) -> Value {
    let before = edit.before.as_array().map(Vec::as_slice).unwrap_or_default();
    let after = edit.after.as_array().map(Vec::as_slice).unwrap_or_default();
    after.iter().filter(|one| !before.contains(one)).cloned().collect()
}

fn nobody(login: &Value) -> String {
    login.as_str().unwrap_or("nobody").to_owned()
}

/// Appends what was found in one place, and under it what mends it.
pub(super) fn finding(line: &mut Vec<u8>, found: &Diagnosis, out: &Output) -> io::Result<()> {
    if found.good {
        write!(line, "good ")?;
    } else {
        paint(line, ERROR, out.is_colored(), "bad  ")?;
    }
    writeln!(line, " {:<10}  {}", text::escape(&found.place), text::escape(&found.finding))?;
    if let Some(mend) = found.mend.as_deref().filter(|_| !found.good) {
        write!(line, "                  ")?;
        paint(line, HINT, out.is_colored(), "hint:")?;
        writeln!(line, " `{}`", text::escape(mend))?;
    }
    Ok(())
}
