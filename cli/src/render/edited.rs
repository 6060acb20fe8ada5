//! What an edit changed, for people: the value of a field before or after it.

use jiff::Timestamp;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::{cut, moment};

/// No value is shown beyond this many characters.
const SHOWN: usize = 80;

/// A value of a field in words: instants in the zone, a follow-up by its day and time, an amount with its
/// currency, what is empty as `nothing`.
pub(crate) fn value(field: &str, value: &Value, zone: &TimeZone) -> String {
    cut(&words(field, value, zone), SHOWN).into_owned()
}

fn words(field: &str, value: &Value, zone: &TimeZone) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Array(all) if all.is_empty() => "nothing".to_owned(),
        Value::Array(all) => all.iter().map(|one| words(field, one, zone)).collect::<Vec<_>>().join(", "),
        Value::String(text) => instant(field, text, zone).unwrap_or_else(|| text.clone()),
        Value::Object(parts) => {
            let told = ["date", "time", "by", "until", "typed", "amount", "currency"];
            let told = told.iter().filter_map(|part| Some((part, parts.get(*part)?)));
            let told = told.filter(|(_, value)| value.is_string());
            match told.map(|(part, value)| words(part, value, zone)).collect::<Vec<_>>() {
                told if told.is_empty() => value.to_string(),
                told => told.join(" "),
            }
        }
        other => other.to_string(),
    }
}

/// The text of a field that holds an instant or a time of day, as people read it.
fn instant(field: &str, text: &str, zone: &TimeZone) -> Option<String> {
    match field {
        "time" => Some(text.parse::<Time>().ok()?.strftime("%H:%M").to_string()),
        "at" | "until" => Some(moment(text.parse::<Timestamp>().ok()?, zone)),
        field if field.ends_with("_at") => Some(moment(text.parse::<Timestamp>().ok()?, zone)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_said_in_words() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        for (field, typed, said) in [
            ("owner", json!(null), "nothing"),
            ("tags", json!([]), "nothing"),
            ("tags", json!(["vip", "hot"]), "vip, hot"),
            ("name", json!("2026-11-24T08:00:00Z"), "2026-11-24T08:00:00Z"),
            ("cancelled_at", json!("2026-11-24T08:00:00Z"), "Tue 2026-11-24 09:00"),
            ("follow_up", json!({"date": "2026-11-27", "time": "15:00:00"}), "2026-11-27 15:00"),
            ("follow_up", json!({"date": "2026-11-27", "time": null}), "2026-11-27"),
            ("claim", json!({"by": "kim", "until": "2026-11-24T08:00:00Z"}), "kim Tue 2026-11-24 09:00"),
            ("value", json!({"amount": "45.00", "currency": "EUR"}), "45.00 EUR"),
            ("revision", json!(3), "3"),
            ("name", json!("a\u{1b}[31m"), "a\\u{1b}[31m"),
        ] {
            assert_eq!(value(field, &typed, &zone), said, "{field} {typed}");
        }
    }
}
