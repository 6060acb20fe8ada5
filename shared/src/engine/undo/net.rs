//! What a change did in all to each field, and a record with that set back.
//!
//! Pure. A list of words or of numbers is a set: what was added goes and what was removed comes
//! back, whatever else joined it meanwhile. Every other field is set back whole.

use indexmap::IndexMap;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::domain::activity::{Activity, Content, Edit, Event};
use crate::store::{Record, StoreFault};

/// The record's own bookkeeping: never an edit, never set back.
const KEPT: [&str; 3] = ["id", "revision", "changed_at"];

/// A field that every record gets when it is made, and never again.
const BORN: &str = "created_at";

/// All that a change did to one record.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Touched {
    /// `lead/12`.
    pub(super) record: String,
    /// True when the change made the record.
    pub(super) made: bool,
    /// Field by field, the first `before` and the last `after`.
    pub(super) edits: Vec<Edit>,
}

/// What the activities of a change did, by record, in the order they were first touched. The
/// end of a claim is time's doing and stays (A9).
pub(super) fn touched(activities: &[(Activity, Content)]) -> IndexMap<String, Touched> {
    let mut all: IndexMap<String, Touched> = IndexMap::new();
    let done = activities.iter().filter(|(activity, _)| activity.event != Event::ClaimLapsed);
    for edit in done.flat_map(|(_, content)| &content.edits) {
        let one = all.entry(edit.record.clone()).or_insert_with_key(|record| Touched {
            record: record.clone(),
            made: false,
            edits: Vec::new(),
        });
        one.made |= edit.field == BORN && edit.before.is_null();
        match one.edits.iter_mut().find(|known| known.field == edit.field) {
            Some(known) => known.after.clone_from(&edit.after),
            None => one.edits.push(edit.clone()),
        }
    }
    for one in all.values_mut() {
        one.edits.retain(|edit| edit.before != edit.after);
    }
    all.retain(|_, one| !one.edits.is_empty());
    all
}

/// The record as it was before, or the first field that does not stand as the change left it.
///
/// # Errors
/// A record that does not take back what it had.
pub(super) fn set_back<R: Record + Serialize>(
    record: &R,
    touched: &Touched,
) -> Result<Result<R, String>, StoreFault> {
    let mut object = object(record)?;
    for edit in &touched.edits {
        let now = field(&object, &edit.field);
        let Some(then) = back(&now, edit) else { return Ok(Err(edit.field.clone())) };
        put(&mut object, &edit.field, then);
    }
    record_of(&record.name(), object).map(Ok)
}

/// The first field of a record that is not as the change that made it left it.
///
/// # Errors
/// As [`set_back`].
pub(super) fn first_changed<R: Record + Serialize>(
    record: &R,
    touched: &Touched,
) -> Result<Option<String>, StoreFault> {
    let object = object(record)?;
    let mut names: Vec<String> = Vec::new();
    for (key, value) in object.iter().filter(|(key, _)| !KEPT.contains(&key.as_str())) {
        match value.as_object().filter(|_| key == "fields") {
            Some(fields) => names.extend(fields.keys().map(|key| format!("fields.{key}"))),
            None => names.push(key.clone()),
        }
    }
    names.extend(touched.edits.iter().map(|edit| edit.field.clone()));
    let left = |name: &String| touched.edits.iter().find(|edit| edit.field == *name).map(|edit| &edit.after);
    let stands = |name: &String| match (left(name), field(&object, name)) {
        (Some(left), now) => *left == now,
        (None, now) => is_empty(&now),
    };
    Ok(names.into_iter().find(|name| !stands(name)))
}

/// What the field has now becomes, if the edit still stands in it.
fn back(now: &Value, edit: &Edit) -> Option<Value> {
    if *now == edit.after {
        return Some(edit.before.clone());
    }
    let (now, before, after) = (set(now)?, set(&edit.before)?, set(&edit.after)?);
    let added = |one: &&Value| !before.contains(one) && after.contains(one);
    let removed: Vec<&Value> = before.iter().filter(|one| !after.contains(one)).collect();
    let stands = after.iter().filter(added).all(|one| now.contains(one))
        && !removed.iter().any(|one| now.contains(one));
    let kept = now.iter().filter(|one| !added(one));
    stands.then(|| Value::Array(kept.chain(removed).cloned().collect()))
}

/// A list's values; nothing at all is an empty one.
fn set(value: &Value) -> Option<&[Value]> {
    match value {
        Value::Array(values) => Some(values),
        Value::Null => Some(&[]),
        _ => None,
    }
}

fn object<R: Record + Serialize>(record: &R) -> Result<Map<String, Value>, StoreFault> {
    match serde_json::to_value(record) {
        Ok(Value::Object(object)) => Ok(object),
        _ => Err(StoreFault::Database(format!("{} has no fields", record.name()))),
    }
}

fn record_of<R: Record>(name: &str, object: Map<String, Value>) -> Result<R, StoreFault> {
    serde_json::from_value(Value::Object(object))
        .map_err(|why| StoreFault::Database(format!("{name} does not take back what it had: {why}")))
}

fn field(object: &Map<String, Value>, name: &str) -> Value {
    let found = match name.strip_prefix("fields.") {
        Some(key) => object.get("fields").and_then(|fields| fields.get(key)),
        None => object.get(name),
    };
    found.cloned().unwrap_or(Value::Null)
}

fn put(object: &mut Map<String, Value>, name: &str, value: Value) {
    let (object, key) = match name.strip_prefix("fields.") {
        Some(key) => match object.get_mut("fields").and_then(Value::as_object_mut) {
            Some(fields) => (fields, key),
            None => return,
        },
        None => (object, name),
    };
    // An absent field is read as nothing, and a field of a later version was absent.
    if value.is_null() {
        object.remove(key);
    } else {
        object.insert(key.to_owned(), value);
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(values) => values.is_empty(),
        Value::Object(values) => values.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn edit(before: Value, after: Value) -> Edit {
        Edit { record: "lead/1".to_owned(), field: "tags".to_owned(), before, after }
    }

    #[test]
    fn l9_what_was_added_to_a_set_goes_and_what_was_removed_comes_back() {
        let tagged = edit(json!(["a", "b"]), json!(["b", "c"]));
        for (now, then) in [
            (json!(["b", "c"]), Some(json!(["a", "b"]))),
            (json!(["b", "c", "d"]), Some(json!(["b", "d", "a"]))),
            (json!(["c"]), Some(json!(["a"]))),
            (json!(["b", "d"]), None),
            (json!(["b", "c", "a"]), None),
        ] {
            assert_eq!(back(&now, &tagged), then, "{now}");
        }
    }

    #[test]
    fn l9_a_plain_field_is_set_back_only_where_it_stands() {
        let moved = edit(json!("one"), json!("two"));
        assert_eq!(back(&json!("two"), &moved), Some(json!("one")));
        assert_eq!(back(&json!("three"), &moved), None);
        assert_eq!(back(&Value::Null, &moved), None);
    }
}
