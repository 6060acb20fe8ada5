//! Which field of a lead a column or a key of a file is.
//!
//! A field has a name of its own and usual other words. Those that a file gives in parts (a first and a
//! last name, lines of an address) and those of a lead's past have names here too.

use lead_shared::domain::likeness;
use lead_shared::domain::name::canonical;
use lead_shared::domain::refusal::Flaw;

/// A field of a lead that a file may give.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Field {
    Name,
    /// Stands before the family name.
    GivenName,
    FamilyName,
    Email,
    Phone,
    Company,
    Address,
    /// A part of the address; several columns may be.
    AddressPart,
    Source,
    Value,
    /// The currency of the value.
    Currency,
    Notes,
    /// A part of the notes; several columns may be.
    NotePart,
    Tags,
    /// Labels of another program, made fit to be tags.
    Labels,
    /// Free fields, as one JSON object.
    Fields,
    /// One free field.
    Free(String),
    Stage,
    Channel,
    Owner,
    FollowUp,
    Pipeline,
    CreatedAt,
    CreatedBy,
    LastContactedAt,
    ConvertedAt,
    TrashedAt,
    /// Passed over.
    None,
}

/// Each field's own name, then the other words that columns have for it.
pub(super) const FIELDS: [(Field, &[&str]); 26] = [
    (Field::Name, &["name", "full name", "lead", "lead name", "contact name"]),
    (Field::GivenName, &["given_name", "first name", "firstname"]),
    (Field::FamilyName, &["family_name", "last name", "lastname", "surname"]),
    (Field::Email, &["email", "e-mail", "email address", "e-mail address", "mail"]),
    (Field::Phone, &["phone", "phone number", "telephone", "mobile", "mobile phone"]),
    (Field::Company, &["company", "company name", "organization", "organisation", "firm"]),
    (Field::Address, &["address", "postal address"]),
    (Field::AddressPart, &["address+"]),
    (Field::Source, &["source", "lead source"]),
    (Field::Value, &["value", "amount"]),
    (Field::Currency, &["currency"]),
    (Field::Notes, &["notes", "note", "comment", "comments"]),
    (Field::NotePart, &["notes+"]),
    (Field::Tags, &["tags", "tag"]),
    (Field::Labels, &["labels"]),
    (Field::Fields, &["fields"]),
    (Field::Stage, &["stage", "status", "lead status"]),
    (Field::Channel, &["via", "channel"]),
    (Field::Owner, &["owner", "lead owner", "assigned to"]),
    (Field::FollowUp, &["follow_up", "follow-up date", "next contact"]),
    (Field::Pipeline, &["pipeline"]),
    (Field::CreatedAt, &["created_at"]),
    (Field::CreatedBy, &["created_by"]),
    (Field::LastContactedAt, &["last_contacted_at"]),
    (Field::ConvertedAt, &["converted_at"]),
    (Field::TrashedAt, &["trashed_at"]),
];

/// What an export has beside that: facts of the store it came from, which no file can give a lead.
pub(super) const PASSED_OVER: [&str; 11] = [
    "id",
    "revision",
    "assignee",
    "claim",
    "badge",
    "phone_e164",
    "customer",
    "changed_at",
    "merged_into",
    "actions",
    "appointments",
];

/// A field, and where a value goes that the field does not take: it has one already, or may not have
/// this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) field: Field,
    /// A free field, or [`Field::None`]; without it the row is refused.
    pub(super) otherwise: Option<Field>,
}

impl Field {
    /// Whether several columns may be this.
    pub(super) fn is_plural(&self) -> bool {
        matches!(self, Self::None | Self::AddressPart | Self::NotePart | Self::Labels)
    }
}

impl Target {
    pub(super) const NONE: Self = Self { field: Field::None, otherwise: None };

    /// What it is called: `stage, else fields.status`.
    pub(super) fn name(&self) -> String {
        let field = name(&self.field);
        match &self.otherwise {
            None => field,
            Some(other) => format!("{field}, else {}", name(other)),
        }
    }
}

/// The target of that name: a field or another word for it, `fields.KEY`, `none`; and behind a `|`
/// where a value goes that the field does not take.
///
/// # Errors
/// A word that means none.
pub(super) fn target(word: &str) -> Result<Target, Flaw> {
    let Some((first, second)) = word.split_once('|') else {
        return Ok(Target { field: field_or_none(word)?, otherwise: None });
    };
    match field_or_none(second)? {
        other @ (Field::Free(_) | Field::None) => match field_or_none(first)? {
            field if may_refuse(&field) => Ok(Target { field, otherwise: Some(other) }),
            _ => Err(Flaw::new("has a field in front of `|` that takes every value")),
        },
        _ => Err(Flaw::new("has no free field behind `|`").hint(format!("`{}|fields.KEY`", first.trim()))),
    }
}

/// Whether there are values that the field does not take and another may: a second one, or a word that
/// is none of its own.
fn may_refuse(field: &Field) -> bool {
    matches!(
        field,
        Field::Name
            | Field::Email
            | Field::Phone
            | Field::Company
            | Field::Address
            | Field::Source
            | Field::Value
            | Field::Stage
            | Field::Owner
            | Field::FollowUp
            | Field::CreatedAt
            | Field::LastContactedAt
    )
}

fn field_or_none(word: &str) -> Result<Field, Flaw> {
    if canonical(word) == "none" { Ok(Field::None) } else { field(word) }
}

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
        .hint(format!("`--map '{word}=fields.KEY'`, or `--map '{word}=none'`"))
        .hint("`--map '*=fields'` keeps all such columns as free fields, `--map '*=none'` passes over them"))
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

/// Whether it says something of a lead's past, which only who administers may say.
pub(super) fn is_past(field: &Field) -> bool {
    matches!(
        field,
        Field::CreatedAt | Field::CreatedBy | Field::LastContactedAt | Field::ConvertedAt | Field::TrashedAt
    )
}

/// The key of the free field that a column is kept as.
pub(super) fn key(column: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() || matches!(c, '.' | '_') { c } else { '-' };
    let key: String = column.trim().chars().map(plain).flat_map(char::to_lowercase).collect();
    let key = key.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
    if key.starts_with(|c: char| c.is_numeric()) { format!("column-{key}") } else { key }
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
            ("created_at", Field::CreatedAt),
            ("changed_at", Field::None),
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
    fn what_a_field_does_not_take_goes_elsewhere() {
        let target = target("Phone | fields.mobile").expect("a target");
        assert_eq!(target, Target { field: Field::Phone, otherwise: Some(Field::Free("mobile".to_owned())) });
        assert_eq!(target.name(), "phone, else fields.mobile");
        for wrong in ["phone|email", "phon|none", "phone|", "tags|none"] {
            assert!(super::target(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn columns_make_keys() {
        for (column, made) in [
            ("Lead Status", "lead-status"),
            (" # Employees ", "employees"),
            ("1st", "column-1st"),
            ("Größe (m²)", "größe-m²"),
        ] {
            assert_eq!(key(column), made);
        }
    }
}
