//! Objects of JSON: one a line, or all in an array. Their keys are the names of fields.
//!
//! Takes what an export writes. A key twice in one object is refused, for one of its values would be
//! lost; so is nesting that no lead has.

use std::collections::BTreeSet;
use std::io::Read as _;

use lead_shared::domain::refusal::{Flaw, Refusal};
use lead_shared::domain::request::NewLead;
use serde_json::Value;
use serde_json::value::RawValue;

use super::draft::Draft;
use super::field::{self, Field, Target};
use super::object::{Object, why};
use super::{LATIN1, LONGEST, Map, Row, Source, next_line, not_utf8, too_long, unreadable};
use crate::halt::{Halt, said};

/// No array is longer; bytes. Longer files have a line for each lead.
const WHOLE: u64 = 64 << 20;

/// What is larger may have lost digits when it was read.
const WHOLE_NUMBERS: f64 = 9_007_199_254_740_992.0;

/// One object a line.
pub(super) struct Lines {
    source: Source,
    keys: Keys,
    line: u64,
}

impl Lines {
    pub(super) fn begin(source: Source, map: Map) -> Self {
        Self { source, keys: Keys { map, passed: BTreeSet::new() }, line: 0 }
    }

    /// The next row; blank lines are none.
    ///
    /// # Errors
    /// A file that cannot be read any further.
    pub(super) fn next(&mut self, name: &str) -> Result<Option<Row>, Halt> {
        loop {
            let Some(bytes) = next_line(&mut self.source, name, &mut self.line)? else { return Ok(None) };
            if bytes.len() > LONGEST {
                return Err(too_long(name, self.line, "each object stands on a line of its own"));
            }
            if bytes.trim_ascii().is_empty() {
                continue;
            }
            let lead = match std::str::from_utf8(&bytes) {
                Ok(text) => self.keys.read(text, true),
                Err(_) => Err(not_utf8("row", bytes.trim_ascii())),
            };
            return Ok(Some(Row { line: self.line, lead }));
        }
    }
}

impl Lines {
    /// See [`super::Rows::left`].
    pub(super) fn left(&self) -> Option<String> {
        self.keys.left()
    }
}

/// All objects of a file that is one array.
pub(super) struct Array {
    objects: std::vec::IntoIter<Box<RawValue>>,
    keys: Keys,
    place: u64,
}

impl Array {
    /// # Errors
    /// A file that cannot be read, or is no array of objects.
    pub(super) fn begin(source: Source, name: &str, map: Map) -> Result<Self, Halt> {
        let mut text = Vec::new();
        source.take(WHOLE + 1).read_to_end(&mut text).map_err(|error| unreadable(name, &error))?;
        if text.len() as u64 > WHOLE {
            let hints = vec!["one object a line: `lead import FILE --from ndjson`".to_owned()];
            let message = format!("{name} is longer than {} MiB", WHOLE >> 20);
            return Err(said(2, "invalid", message, hints).into());
        }
        let text = String::from_utf8(text).map_err(|wrong| -> Halt {
            let good = wrong.utf8_error().valid_up_to();
            let line = 1 + wrong.as_bytes()[..good].iter().filter(|byte| **byte == b'\n').count();
            said(2, "invalid", format!("{name} line {line} is not UTF-8"), vec![LATIN1.to_owned()]).into()
        })?;
        let example = "an array of leads: `[{\"name\":\"Kim Lee\"}]`";
        if text.trim().is_empty() {
            return Err(said(2, "invalid", format!("{name} is empty"), vec![example.to_owned()]).into());
        }
        // A single lead is written as an object alone.
        let is_alone = text.trim_start().starts_with('{');
        let wrong = |error: serde_json::Error| -> Halt {
            let message = format!("{name} is no JSON array of objects: {error}");
            let hint = if is_alone { "one object a line: `--from ndjson`" } else { example };
            said(2, "invalid", message, vec![hint.to_owned()]).into()
        };
        let objects: Vec<Box<RawValue>> = match is_alone {
            true => vec![serde_json::from_str(&text).map_err(wrong)?],
            false => serde_json::from_str(&text).map_err(wrong)?,
        };
        let keys = Keys { map, passed: BTreeSet::new() };
        Ok(Self { objects: objects.into_iter(), keys, place: 0 })
    }

    /// See [`super::Rows::left`].
    pub(super) fn left(&self) -> Option<String> {
        self.keys.left()
    }

    /// The next row.
    pub(super) fn next(&mut self) -> Option<Row> {
        let object = self.objects.next()?;
        self.place += 1;
        Some(Row { line: self.place, lead: self.keys.read(object.get(), false) })
    }
}

/// What is known of the keys.
struct Keys {
    map: Map,
    /// Those that had a value and were passed over.
    passed: BTreeSet<String>,
}

impl Keys {
    /// The lead of an object, which is a line by itself or stands in an array.
    fn read(&mut self, text: &str, is_line: bool) -> Result<NewLead, Refusal> {
        let object = serde_json::from_str(text).map_err(|error| {
            let why = why(&error);
            let at = if is_line { format!(", at column {}", error.column()) } else { String::new() };
            let flaw = Flaw::new(format!("is no JSON object{at}: {why}"));
            flaw.of("row", text.trim().chars().take(40).collect::<String>())
        })?;
        self.lead(object)
    }

    fn lead(&mut self, object: Object) -> Result<NewLead, Refusal> {
        let mut draft = Draft::default();
        let mut seen: Vec<(Target, String)> = Vec::new();
        for (key, value) in object.0 {
            let meant = self.map.target(&key).map_err(|flaw| flaw.of("key", &*key))?;
            if meant.field == Field::None {
                if !value.is_null() {
                    self.passed.insert(key);
                }
                continue;
            }
            let twin = seen.iter().find(|(known, twin)| self.map.collide((twin, known), (&key, &meant)));
            if let Some((_, twin)) = twin {
                let what = format!("the keys `{twin}` and `{key}` are both `{}`", field::name(&meant.field));
                return Err(Refusal::Conflict { what, hints: Vec::new() });
            }
            self.put(&mut draft, &meant, &key, &value)?;
            seen.push((meant, key));
        }
        Ok(draft.lead(self.map.vendor().is_some()))
    }

    /// Puts a value into the lead, in the forms that an export has for it.
    fn put(&self, draft: &mut Draft, target: &Target, key: &str, value: &Value) -> Result<(), Refusal> {
        let text = match (&target.field, value) {
            (_, Value::Null) => return Ok(()),
            (_, Value::String(text)) => text.clone(),
            // Beyond them not every whole number is one.
            (_, Value::Number(number))
                if number.as_f64().is_some_and(|size| number.is_f64() && size.abs() >= WHOLE_NUMBERS) =>
            {
                let flaw = Flaw::new("is too large for a number that stays as it is");
                return Err(flaw.hint("write it as text, in quotation marks").of(key, number.to_string()));
            }
            (_, Value::Number(number)) => number.to_string(),
            (Field::Free(_), Value::Bool(yes)) => yes.to_string(),
            (Field::Tags, Value::Array(tags)) => {
                for tag in tags {
                    draft.tag(tag.as_str().ok_or_else(|| strange(key, value, "an array of texts"))?);
                }
                return Ok(());
            }
            (Field::Fields, Value::Object(fields)) => {
                for (name, value) in fields {
                    let free = Target { field: Field::Free(name.clone()), otherwise: None };
                    self.put(draft, &free, &format!("fields.{name}"), value)?;
                }
                return Ok(());
            }
            (Field::Value, Value::Object(money)) => {
                let part = |name: &str| money.get(name).and_then(Value::as_str);
                match (part("amount"), part("currency")) {
                    (Some(amount), Some(currency)) => format!("{amount} {currency}"),
                    _ => return Err(strange(key, value, "an amount and a currency")),
                }
            }
            (Field::FollowUp, Value::Object(day)) => {
                match (day.get("date").and_then(Value::as_str), day.get("time").and_then(Value::as_str)) {
                    (Some(date), None) => date.to_owned(),
                    (Some(date), Some(time)) => format!("{date} {time}"),
                    _ => return Err(strange(key, value, "a date and a time")),
                }
            }
            _ => return Err(strange(key, value, "text")),
        };
        draft.put(key, target, &text, &self.map)
    }

    /// See [`super::Rows::left`].
    fn left(&self) -> Option<String> {
        let passed: Vec<&str> = self.passed.iter().map(String::as_str).collect();
        (!passed.is_empty()).then(|| format!("not taken: {}", passed.join(", ")))
    }
}

fn strange(key: &str, value: &Value, expected: &str) -> Refusal {
    let shown: String = value.to_string().chars().take(80).collect();
    Flaw::new(format!("is not {expected}")).of(key, shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_object(text: &str) -> Result<NewLead, Refusal> {
        Keys { map: Map::default(), passed: BTreeSet::new() }.read(text, true)
    }

    #[test]
    fn an_exported_lead_is_read_back() {
        let text = r#"{"id":12,"name":"Kim","tags":["vip"],"fields":{"brand":"A"},
            "value":{"amount":"4500.00","currency":"EUR"},"follow_up":{"date":"2026-11-24","time":"15:00"},
            "owner":null,"claim":{"by":"sam","until":"…"}}"#;
        let expected = NewLead {
            name: "Kim".to_owned(),
            tags: vec!["vip".to_owned()],
            sets: vec!["brand=A".to_owned()],
            value: Some("4500.00 EUR".to_owned()),
            follow_up: Some("2026-11-24 15:00".to_owned()),
            ..NewLead::default()
        };
        assert_eq!(read_object(text), Ok(expected));
    }

    #[test]
    fn what_no_lead_has_is_refused() {
        for text in [
            r#"{"name":"Kim","name":"Sam"}"#,
            r#"{"name":"Kim","full name":"Sam"}"#,
            r#"{"name":"Kim","fields":{"a":"1","a":"2"}}"#,
            r#"{"name":"Kim","claim":[{"a":{"b":1,"b":2}}]}"#,
            r#"{"name":12345678901234567890123}"#,
            r#"{"name":["Kim"]}"#,
            r#"{"name":"\ud800"}"#,
            r#"{"value":{"amount":1}}"#,
            "[]",
            "{",
            "12",
            &"[".repeat(10_000),
            &format!("{{\"tags\":{}", "[".repeat(10_000)),
        ] {
            assert!(read_object(text).is_err(), "{text:.40}");
        }
    }
}
