//! An activity about to be written, and the edits that go with it.
//!
//! Edits are never stated: they are what differs between a record and what it was (L5), so nothing
//! that was changed can be missing from the history.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::domain::activity::{Edit, Event};
use crate::store::Record;

/// An activity about to be written: everything but the edits, which are found by comparing.
pub(super) struct Act {
    pub(super) event: Event,
    pub(super) action: Option<String>,
    pub(super) text: Option<String>,
    pub(super) outcome: Option<String>,
    pub(super) is_note: bool,
    pub(super) heading: Option<String>,
    pub(super) by_time_at: Option<Timestamp>,
    pub(super) stages: bool,
}

impl Act {
    pub(super) fn new(event: Event) -> Self {
        Self {
            event,
            action: None,
            text: None,
            outcome: None,
            is_note: false,
            heading: None,
            by_time_at: None,
            stages: event == Event::LeadStatusTransition,
        }
    }

    /// By which move, kind or verb.
    pub(super) fn action(mut self, action: impl Into<String>) -> Self {
        self.action = Some(action.into());
        self
    }

    /// With this text on top of the notes (L1).
    pub(super) fn note(mut self, text: Option<String>) -> Self {
        self.is_note = text.is_some();
        self.text = text;
        self
    }

    /// Under this heading, where the note has one from elsewhere.
    pub(super) fn headed(mut self, heading: Option<String>) -> Self {
        self.heading = heading;
        self
    }

    /// With what came of it.
    pub(super) fn outcome(mut self, outcome: Option<String>) -> Self {
        self.outcome = outcome;
        self
    }

    /// Done by time itself, at that instant (A9).
    pub(super) fn by_time(mut self, at: Timestamp) -> Self {
        self.by_time_at = Some(at);
        self
    }
}

/// What differs between a record and what it was, field by field; free fields one by one. The
/// record's own bookkeeping (number, revision, last change) is no edit.
pub(super) fn edits<R: Record + Serialize>(before: Option<&R>, after: &R) -> Vec<Edit> {
    let old = before.map_or(Value::Null, fields);
    let new = fields(after);
    let mut edits = Vec::new();
    compare(&after.name(), "", &old, &new, &mut edits);
    edits
}

fn fields<R: Serialize>(record: &R) -> Value {
    serde_json::to_value(record).expect("a record is made of text, numbers and maps with text keys")
}

fn compare(record: &str, prefix: &str, old: &Value, new: &Value, edits: &mut Vec<Edit>) {
    let empty = serde_json::Map::new();
    let (was, is) = (old.as_object().unwrap_or(&empty), new.as_object().unwrap_or(&empty));
    let gone = was.keys().filter(|key| !is.contains_key(*key));
    for key in is.keys().chain(gone) {
        if prefix.is_empty() && matches!(key.as_str(), "id" | "revision" | "changed_at") {
            continue;
        }
        let (before, after) = (was.get(key).unwrap_or(&Value::Null), is.get(key).unwrap_or(&Value::Null));
        if prefix.is_empty() && key == "fields" {
            compare(record, "fields.", before, after, edits);
        } else if before != after && !(old.is_null() && is_empty(after)) {
            edits.push(Edit {
                record: record.to_owned(),
                field: format!("{prefix}{key}"),
                before: before.clone(),
                after: after.clone(),
            });
        }
    }
}

/// Nothing worth saying of a new record.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(values) => values.is_empty(),
        Value::Object(values) => values.is_empty(),
        _ => false,
    }
}
