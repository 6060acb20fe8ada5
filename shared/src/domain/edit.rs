//! What an edit of a lead gives, as typed: the fields of a new lead, and what only an edit has.
//!
//! Read by the engine with the pipeline and the user's zone at hand; what contradicts itself is
//! refused before that. The command line makes one of options, or of what came out of an editor.

use serde::{Deserialize, Serialize};

use super::lead::CustomerId;
use super::name;
use super::refusal::Refusal;

/// Other values for a lead; what is `None` or empty stays (M7).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeadEdit {
    /// The name.
    pub name: Option<String>,
    /// See the lead's record.
    pub email: Option<String>,
    /// See the lead's record.
    pub phone: Option<String>,
    /// See the lead's record.
    pub company: Option<String>,
    /// See the lead's record.
    pub address: Option<String>,
    /// See the lead's record.
    pub source: Option<String>,
    /// Money.
    pub value: Option<String>,
    /// A note on top of the notes.
    pub note: Option<String>,
    /// Free fields, each `key=value`.
    pub sets: Vec<String>,
    /// Tags to add.
    pub tags: Vec<String>,
    /// A stage or a named move; with `pipeline`, a stage of that one.
    pub stage: Option<String>,
    /// A login, `me` or `none`.
    pub owner: Option<String>,
    /// The existing customer it belongs to (A3).
    pub customer: Option<CustomerId>,
    /// WHEN, or `none`.
    pub follow_up: Option<String>,
    /// Fields to empty, before any is set.
    pub clear: Vec<String>,
    /// The pipeline it goes over to (P3).
    pub pipeline: Option<String>,
    /// Where a stage of the old pipeline is in the new one, each `OLD=NEW`.
    pub map: Vec<String>,
}

impl LeadEdit {
    /// True when it changes nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The refusal for an edit that says nothing, or that sets what it empties.
    pub fn contradiction(&self) -> Option<Refusal> {
        if self.is_empty() {
            return Some(Refusal::Missing {
                fields: vec!["a field".to_owned()],
                hints: vec!["`lead edit 12 --email ADDRESS`".to_owned(), "`lead edit --help`".to_owned()],
            });
        }
        if self.pipeline.is_none() && !self.map.is_empty() {
            let hints = vec!["`--pipeline PIPELINE --map OLD=NEW`".to_owned()];
            return Some(Refusal::Conflict {
                what: "`--map` needs `--pipeline` beside it".to_owned(),
                hints,
            });
        }
        let set = [
            ("name", self.name.is_some()),
            ("email", self.email.is_some()),
            ("phone", self.phone.is_some()),
            ("company", self.company.is_some()),
            ("address", self.address.is_some()),
            ("source", self.source.is_some()),
            ("value", self.value.is_some()),
            ("owner", self.owner.is_some()),
            ("customer", self.customer.is_some()),
            ("follow-up", self.follow_up.is_some()),
        ];
        let both = |(name, is_set): &&(&str, bool)| {
            *is_set && self.clear.iter().any(|typed| name::same(typed, name))
        };
        set.iter().find(both).map(|(name, _)| Refusal::Conflict {
            what: format!("`--{name}` sets what `--clear {name}` empties"),
            hints: vec!["give one of them".to_owned()],
        })
    }
}
