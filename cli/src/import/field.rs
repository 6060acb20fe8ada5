//! Which field of a lead a column or a key of a file is, and the lead that a row's values make.

use lead_shared::domain::likeness;
use lead_shared::domain::name::canonical;
use lead_shared::domain::refusal::{Flaw, Refusal};
use lead_shared::domain::request::NewLead;

/// A field of a lead that a file may give.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Field {
    Name,
    Email,
    Phone,
    Company,
    Address,
    Source,
    Value,
    Notes,
    Tags,
    /// Free fields, as one JSON object.
    Fields,
    /// One free field.
    Free(String),
    Stage,
    Channel,
    Owner,
    FollowUp,
    Pipeline,
    /// Passed over.
    None,
}

/// Each field's own name, then the other words that columns have for it.
const FIELDS: [(Field, &[&str]); 15] = [
    (Field::Name, &["name", "full name", "lead", "lead name", "contact name"]),
    (Field::Email, &["email", "e-mail", "email address", "e-mail address", "mail"]),
    (Field::Phone, &["phone", "phone number", "telephone", "mobile", "mobile phone"]),
    (Field::Company, &["company", "company name", "organization", "organisation", "firm"]),
    (Field::Address, &["address", "postal address"]),
    (Field::Source, &["source", "lead source"]),
    (Field::Value, &["value", "amount"]),
    (Field::Notes, &["notes", "note", "comment", "comments"]),
    (Field::Tags, &["tags", "tag", "labels"]),
    (Field::Fields, &["fields"]),
    (Field::Stage, &["stage", "status", "lead status"]),
    (Field::Channel, &["via", "channel"]),
    (Field::Owner, &["owner", "lead owner", "assigned to"]),
    (Field::FollowUp, &["follow_up", "follow-up date", "next contact"]),
    (Field::Pipeline, &["pipeline"]),
];

/// What an export has beside that: facts of the store it came from, which no file can give a lead.
const PASSED_OVER: [&str; 16] = [
    "id",
    "revision",
    "assignee",
    "claim",
    "badge",
    "phone_e164",
    "last_contacted_at",
    "converted_at",
    "customer",
    "created_at",
    "created_by",
    "changed_at",
    "trashed_at",
    "merged_into",
    "actions",
    "appointments",
];

/// The field of that name, or of another word for it; `fields.KEY` is a free field.
///
/// # Errors
/// A word that means none.
pub(super) fn field(word: &str) -> Result<Field, Flaw> {
    if let Some(key) = word.trim().strip_prefix("fields.") {
        return Ok(Field::Free(key.to_owned()));
    }
    let meant = canonical(word);
    let known = FIELDS.iter().find(|(_, words)| words.iter().any(|known| canonical(known) == meant));
    if let Some((field, _)) = known {
        return Ok(field.clone());
    }
    if PASSED_OVER.iter().any(|known| canonical(known) == meant) {
        return Ok(Field::None);
    }
    let flaw = Flaw::new("is no field of a lead");
    let names = FIELDS.iter().filter_map(|(_, words)| words.first().copied());
    let near = likeness::closest(word, names).map(|near| format!("did you mean `{near}`?"));
    let flaw = near.into_iter().fold(flaw, Flaw::hint);
    Err(flaw
        .hint(format!("`--map FILE`, with `\"{word}\" = \"fields.KEY\"` or `\"{word}\" = \"none\"` in it")))
}

/// The name by which the field is known here.
pub(super) fn name(field: &Field) -> String {
    match field {
        Field::Free(key) => format!("fields.{key}"),
        Field::None => "none".to_owned(),
        known => {
            let found = FIELDS.iter().find(|(field, _)| field == known);
            found.and_then(|(_, words)| words.first()).map_or_else(String::new, |&name| name.to_owned())
        }
    }
}

/// Puts a value into the lead; an empty one says nothing.
///
/// # Errors
/// Free fields that are no JSON object of texts.
pub(super) fn put(lead: &mut NewLead, field: &Field, value: &str) -> Result<(), Refusal> {
    if value.trim().is_empty() {
        return Ok(());
    }
    let place = match field {
        Field::None => return Ok(()),
        Field::Name => {
            value.clone_into(&mut lead.name);
            return Ok(());
        }
        Field::Tags => {
            let tags = value.split(',').map(str::trim).filter(|tag| !tag.is_empty());
            lead.tags.extend(tags.map(str::to_owned));
            return Ok(());
        }
        Field::Free(key) => {
            lead.sets.push(format!("{key}={value}"));
            return Ok(());
        }
        Field::Fields => {
            let read: Result<std::collections::BTreeMap<String, String>, _> = serde_json::from_str(value);
            let flaw = Flaw::new("is no JSON object of texts").hint("{\"brand\":\"Vaillant\"}");
            let fields = read.map_err(|_| flaw.of("fields", value))?;
            lead.sets.extend(fields.into_iter().map(|(key, value)| format!("{key}={value}")));
            return Ok(());
        }
        Field::Email => &mut lead.email,
        Field::Phone => &mut lead.phone,
        Field::Company => &mut lead.company,
        Field::Address => &mut lead.address,
        Field::Source => &mut lead.source,
        Field::Value => &mut lead.value,
        Field::Notes => &mut lead.note,
        Field::Stage => &mut lead.stage,
        Field::Channel => &mut lead.channel,
        Field::Owner => &mut lead.owner,
        Field::FollowUp => &mut lead.follow_up,
        Field::Pipeline => &mut lead.pipeline,
    };
    *place = Some(value.to_owned());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_known_by_their_names_and_by_other_words() {
        for (word, meant) in [
            ("name", Field::Name),
            ("Full Name", Field::Name),
            ("E-Mail", Field::Email),
            ("follow-up", Field::FollowUp),
            ("Follow up", Field::FollowUp),
            ("fields.Brand", Field::Free("Brand".to_owned())),
            ("created_at", Field::None),
        ] {
            assert_eq!(field(word), Ok(meant), "{word}");
        }
        let flaw = field("emial").expect_err("no field");
        assert_eq!(flaw.why, "is no field of a lead");
        assert_eq!(flaw.hints[0], "did you mean `email`?");
    }

    #[test]
    fn every_field_has_one_name() {
        for (known, words) in &FIELDS {
            assert_eq!(name(known), words[0]);
            assert_eq!(field(&name(known)).as_ref(), Ok(known));
        }
    }

    #[test]
    fn values_go_where_they_belong_and_empty_ones_nowhere() {
        let mut lead = NewLead::default();
        for (field, value) in [
            (Field::Name, "Kim"),
            (Field::Email, "  "),
            (Field::Tags, "vip, hot,"),
            (Field::Fields, r#"{"brand":"A=B"}"#),
            (Field::Free("year".to_owned()), "1999"),
            (Field::None, "12"),
        ] {
            put(&mut lead, &field, value).expect("a value");
        }
        let expected = NewLead {
            name: "Kim".to_owned(),
            tags: vec!["vip".to_owned(), "hot".to_owned()],
            sets: vec!["brand=A=B".to_owned(), "year=1999".to_owned()],
            ..NewLead::default()
        };
        assert_eq!(lead, expected);
        assert!(put(&mut lead, &Field::Fields, "[1]").is_err());
    }
}
