//! Which fields an edit empties, by the words of `--clear`.
//!
//! A free field goes by its key, or by `fields.KEY` where the key is a field's own name. What is
//! neither a field nor a free field of the lead is refused: it is more likely misspelt than empty.

use crate::domain::lead::Lead;
use crate::domain::likeness::near;
use crate::domain::name;
use crate::domain::refusal::{Flaw, Refusal};

/// What is emptied.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "one for each field")]
pub(super) struct Cleared {
    pub(super) company: bool,
    pub(super) email: bool,
    pub(super) phone: bool,
    pub(super) address: bool,
    pub(super) source: bool,
    pub(super) value: bool,
    pub(super) tags: bool,
    pub(super) owner: bool,
    pub(super) follow_up: bool,
    pub(super) customer: bool,
    /// All free fields.
    pub(super) fields: bool,
    /// These free fields.
    pub(super) free: Vec<String>,
}

/// What can be emptied.
const FIELDS: [&str; 11] = [
    "company",
    "email",
    "phone",
    "address",
    "source",
    "value",
    "tags",
    "owner",
    "follow-up",
    "customer",
    "fields",
];

impl Cleared {
    /// # Errors
    /// A word that is no field, or a field that no lead can be without.
    pub(super) fn read(typed: &[String], lead: &Lead) -> Result<Self, Refusal> {
        let mut cleared = Self::default();
        for word in typed {
            let field = FIELDS.iter().position(|field| name::same(field, word));
            let flag = match field {
                Some(0) => &mut cleared.company,
                Some(1) => &mut cleared.email,
                Some(2) => &mut cleared.phone,
                Some(3) => &mut cleared.address,
                Some(4) => &mut cleared.source,
                Some(5) => &mut cleared.value,
                Some(6) => &mut cleared.tags,
                Some(7) => &mut cleared.owner,
                Some(8) => &mut cleared.follow_up,
                Some(9) => &mut cleared.customer,
                Some(_) => &mut cleared.fields,
                None => {
                    cleared.free.push(free(word, lead)?);
                    continue;
                }
            };
            *flag = true;
        }
        Ok(cleared)
    }
}

fn free(word: &str, lead: &Lead) -> Result<String, Refusal> {
    if let Some(key) = word.strip_prefix("fields.") {
        return Ok(key.to_owned());
    }
    if let Some(key) = lead.fields.keys().find(|key| name::same(key, word)) {
        return Ok(key.clone());
    }
    if ["name", "stage", "pipeline"].iter().any(|field| name::same(field, word)) {
        return Err(Flaw::new("is a field that every lead has").of("clear", word));
    }
    let known = || FIELDS.into_iter().chain(lead.fields.keys().map(String::as_str));
    let flaw = Flaw::new(format!("is no field of {}", lead.id));
    let hint = match near(word, known()).first() {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("one of: {}", known().collect::<Vec<_>>().join(", ")),
    };
    Err(flaw.hint(hint).of("clear", word))
}
