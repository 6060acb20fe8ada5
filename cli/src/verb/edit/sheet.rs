//! A lead as a sheet of TOML to edit, and what was changed on it.
//!
//! Only the difference is asked for: what stands there unchanged is not read again. A field that
//! was taken out, or is an empty text, is emptied.

use std::fmt::Write as _;

use lead_shared::domain::edit::LeadEdit;
use lead_shared::domain::likeness;
use lead_shared::domain::text::is_unsafe;
use lead_shared::domain::view::LeadView;
use toml::{Table, Value};

use crate::halt::{Halt, said};

/// The keys of a sheet that hold one text, as an edit names them.
const TEXTS: [&str; 13] = [
    "name",
    "company",
    "email",
    "phone",
    "address",
    "source",
    "value",
    "stage",
    "owner",
    "follow_up",
    "customer",
    "pipeline",
    "note",
];

/// The sheet of a lead.
pub(super) fn write(view: &LeadView) -> String {
    let id = view.id;
    let mut sheet = format!(
        "# Lead {id}. What you change here is changed, all of it or nothing; a field you take out or\n\
         # leave empty is emptied. Without a change nothing happens.\n\n"
    );
    let text = |text: Option<&str>| Value::String(text.unwrap_or_default().to_owned());
    let open: Vec<&str> =
        view.actions.iter().flatten().filter(|one| one.to.is_some()).map(|one| &*one.name).collect();
    let follow_up = view.follow_up.map(|date| match view.follow_up_time {
        Some(time) => format!("{date} {}", time.strftime("%H:%M")),
        None => date.to_string(),
    });
    let customer = view.customer.map(|customer| customer.to_string());
    let value = view.value.map(|value| value.to_string());
    for (key, value, hint) in [
        ("name", text(Some(&view.name)), String::new()),
        ("company", text(view.company.as_deref()), String::new()),
        ("email", text(view.email.as_deref()), String::new()),
        ("phone", text(view.phone.as_ref().map(|phone| phone.typed.as_str())), String::new()),
        ("address", text(view.address.as_deref()), String::new()),
        ("source", text(view.source.as_deref()), String::new()),
        ("value", text(value.as_deref()), String::new()),
        ("stage", text(Some(view.stage.as_str())), format!("open: {}", open.join(", "))),
        ("owner", text(view.owner.as_ref().map(|owner| owner.as_str())), "a login, or me".to_owned()),
        ("follow_up", text(follow_up.as_deref()), "2026-12-01, fri 15:00, in 3 days".to_owned()),
        ("customer", text(customer.as_deref()), "a number".to_owned()),
        ("pipeline", text(Some(view.pipeline.as_str())), String::new()),
        (
            "tags",
            Value::Array(view.tags.iter().map(|tag| Value::String(tag.clone())).collect()),
            String::new(),
        ),
        ("note", text(None), "a new one, on top of the notes".to_owned()),
    ] {
        let hint = if hint.is_empty() { hint } else { format!("  # {hint}") };
        let _ = writeln!(sheet, "{key} = {}{hint}", shown(&value));
    }
    sheet.push_str("\n# Free fields: key = \"value\"\n[fields]\n");
    for (key, value) in &view.fields {
        let _ = writeln!(sheet, "{} = {}", shown(&key.as_str().into()), shown(&value.as_str().into()));
    }
    sheet
}

/// A value as it is written: what may not reach a terminal is escaped, as TOML has it in its basic
/// strings.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) if text.contains(is_unsafe) => {
            let mut basic = String::from("\"");
            for c in text.chars() {
                match c {
                    '"' | '\\' => basic.extend(['\\', c]),
                    c if is_unsafe(c) => {
                        let _ = write!(basic, "\\U{:08X}", u32::from(c));
                    }
                    c => basic.push(c),
                }
            }
            basic + "\""
        }
        Value::Array(values) => format!("[{}]", values.iter().map(shown).collect::<Vec<_>>().join(", ")),
        value => value.to_string(),
    }
}

/// What is another on the sheet `after` than it was on `before`.
///
/// # Errors
/// What is no TOML, with line and column; a key that no lead has; a value of the wrong sort.
pub(super) fn read(before: &str, after: &str) -> Result<LeadEdit, Halt> {
    let (old, new) = (parse(before)?, parse(after)?);
    if let Some(key) =
        new.keys().find(|key| !(TEXTS.contains(&key.as_str()) || matches!(key.as_str(), "tags" | "fields")))
    {
        let near = likeness::closest(key, TEXTS.into_iter().chain(["tags", "fields"]));
        let hint = near.map_or_else(
            || "a free field stands below `[fields]`".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        return Err(said(2, "invalid", format!("`{key}` is no field of a lead"), vec![hint]).into());
    }
    let mut edit = LeadEdit::default();
    for key in TEXTS {
        let (was, is) = (text(&old, key)?, text(&new, key)?);
        if was == is {
            continue;
        }
        let Some(value) = is else {
            edit.clear.push(key.to_owned());
            continue;
        };
        let place = match key {
            "name" => &mut edit.name,
            "company" => &mut edit.company,
            "email" => &mut edit.email,
            "phone" => &mut edit.phone,
            "address" => &mut edit.address,
            "source" => &mut edit.source,
            "value" => &mut edit.value,
            "stage" => &mut edit.stage,
            "owner" => &mut edit.owner,
            "follow_up" => &mut edit.follow_up,
            "pipeline" => &mut edit.pipeline,
            "note" => &mut edit.note,
            _ => {
                let number = value.parse().map_err(|_| wrong(key, "is not the number of a customer"))?;
                edit.customer = Some(number);
                continue;
            }
        };
        *place = Some(value);
    }
    let tags = tags(&new)?;
    if tags != self::tags(&old)? {
        edit.clear.push("tags".to_owned());
        edit.tags = tags;
    }
    free_fields(&old, &new, &mut edit)?;
    Ok(edit)
}

fn free_fields(old: &Table, new: &Table, edit: &mut LeadEdit) -> Result<(), Halt> {
    let none = Table::new();
    let table = |sheet: &'_ Table| match sheet.get("fields") {
        None => Ok(none.clone()),
        Some(Value::Table(fields)) => Ok(fields.clone()),
        Some(_) => Err(wrong("fields", "is not a table: `[fields]`")),
    };
    let (old, new) = (table(old)?, table(new)?);
    for key in old.keys() {
        if text(&new, key)?.is_none() {
            edit.clear.push(format!("fields.{key}"));
        }
    }
    for key in new.keys() {
        if let Some(value) =
            text(&new, key)?.filter(|value| text(&old, key).ok().flatten().as_ref() != Some(value))
        {
            edit.sets.push(format!("{key}={value}"));
        }
    }
    Ok(())
}

fn parse(sheet: &str) -> Result<Table, Halt> {
    sheet.parse::<Table>().map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        let above = sheet.get(..at).unwrap_or_default();
        let line = above.matches('\n').count() + 1;
        let column = above.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        let why = error.message().replace('\n', ", ");
        said(2, "invalid", format!("line {line}, column {column}: {why}"), Vec::new()).into()
    })
}

/// A text, or what may be written like one; none where it is left out or blank.
fn text(sheet: &Table, key: &str) -> Result<Option<String>, Halt> {
    let text = match sheet.get(key) {
        None => return Ok(None),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Datetime(when)) => when.to_string().replace('T', " "),
        Some(Value::Array(_) | Value::Table(_)) => return Err(wrong(key, "is not one text: `\"…\"`")),
        Some(other) => other.to_string(),
    };
    Ok(Some(text).filter(|text| !text.trim().is_empty()))
}

fn tags(sheet: &Table) -> Result<Vec<String>, Halt> {
    match sheet.get("tags") {
        None => Ok(Vec::new()),
        Some(Value::Array(tags)) => tags
            .iter()
            .map(|tag| {
                tag.as_str().map(str::to_owned).ok_or_else(|| wrong("tags", "has one that is no text"))
            })
            .collect(),
        Some(_) => Err(wrong("tags", "is not a list: `[\"vip\", \"hot\"]`")),
    }
}

fn wrong(key: &str, why: &str) -> Halt {
    said(2, "invalid", format!("{key} {why}"), Vec::new()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHEET: &str = "name = \"Kim\"\nemail = \"\"\nstage = \"a\"\nfollow_up = \"2026-12-01\"\n\
                         customer = \"\"\ntags = [\"hot\"]\n[fields]\ncar = \"blue\"\n";

    #[test]
    fn only_what_was_changed_is_asked_for() {
        assert!(read(SHEET, SHEET).unwrap().is_empty());
        let after = "name = \"Kim\"\nemail = \"k@x.example\"\nstage = \"b\"\nvalue = 4500\ncustomer = 3\n\
                     tags = [\"hot\", \"vip\"]\n[fields]\nbike = \"red\"\n";
        let expected = LeadEdit {
            email: Some("k@x.example".to_owned()),
            stage: Some("b".to_owned()),
            value: Some("4500".to_owned()),
            customer: Some(3),
            tags: vec!["hot".to_owned(), "vip".to_owned()],
            sets: vec!["bike=red".to_owned()],
            clear: vec!["follow_up".to_owned(), "tags".to_owned(), "fields.car".to_owned()],
            ..LeadEdit::default()
        };
        assert_eq!(read(SHEET, after).unwrap(), expected);
        let dated = SHEET.replace("\"2026-12-01\"", "2026-12-01T15:00:00");
        assert_eq!(read(SHEET, &dated).unwrap().follow_up.as_deref(), Some("2026-12-01 15:00:00"));
    }

    #[test]
    fn what_is_no_sheet_is_refused_with_its_place() {
        for (after, message) in [
            ("name = \"Kim\"\nemail = = 3", "line 2, column 9: "),
            ("nmae = \"Kim\"", "`nmae` is no field of a lead"),
            ("name = [1]", "name is not one text"),
            ("tags = 3", "tags is not a list"),
            ("customer = \"x\"", "customer is not the number of a customer"),
            ("fields = 3", "fields is not a table"),
        ] {
            let Err(Halt::Said(said)) = read(SHEET, after) else { panic!("{after} was read") };
            assert!(said.message.starts_with(message), "{after}: {}", said.message);
            assert_eq!(said.exit, 2);
        }
    }
}
