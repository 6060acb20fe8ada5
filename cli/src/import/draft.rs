//! The lead that the values of a row make, one by one.
//!
//! Values stay as typed. What a file gives in parts is put together at the end: a name from a first and
//! a last one, an address from its lines, an amount with its currency.

use std::collections::BTreeMap;

use lead_shared::domain::name;
use lead_shared::domain::past::Past;
use lead_shared::domain::refusal::{Flaw, Refusal};
use lead_shared::domain::request::NewLead;
use lead_shared::domain::text::escape;

use super::Map;
use super::field::{self, Field, Target};
use super::object::{Object, why};

/// What another program puts between several values in one cell.
const BETWEEN: &str = " ::: ";

/// A lead on its way.
#[derive(Default)]
pub(super) struct Draft {
    lead: NewLead,
    /// Where each free field stands among the lead's.
    places: BTreeMap<String, usize>,
    given: Vec<String>,
    family: Vec<String>,
    /// Its parts, with the place that another program's export gives them, else as they come.
    address: Vec<(Option<usize>, String)>,
    notes: Vec<String>,
    currency: Option<String>,
    past: Past,
}

impl Draft {
    /// Puts a value of a column; an empty one says nothing.
    ///
    /// # Errors
    /// Free fields that are no JSON object of texts.
    pub(super) fn put(
        &mut self,
        column: &str,
        target: &Target,
        value: &str,
        map: &Map,
    ) -> Result<(), Refusal> {
        if value.trim().is_empty() {
            return Ok(());
        }
        let value = map.word(&target.field, value);
        if target.field == Field::AddressPart {
            let place = map.vendor().and_then(|vendor| vendor.place_in_address(column));
            self.address.push((place, one_line(value)));
            return Ok(());
        }
        let Some(otherwise) = &target.otherwise else { return self.set(column, &target.field, value) };
        let mut several = value.split(BETWEEN).filter(|one| !one.trim().is_empty());
        let first = several.next().unwrap_or_default();
        match self.value(&target.field) {
            Some(known) if known.trim() == value.trim() => return Ok(()),
            Some(_) => return self.keep(otherwise, value),
            None => {}
        }
        let rest: Vec<&str> = several.collect();
        if !rest.is_empty() {
            self.keep(otherwise, &rest.join(", "))?;
        }
        let key = if let Field::Free(key) = otherwise { key.clone() } else { String::new() };
        self.lead.otherwise.insert(field::name(&target.field), key);
        self.set(column, &target.field, first)
    }

    /// Keeps a value that its field does not take, on one line.
    fn keep(&mut self, otherwise: &Field, value: &str) -> Result<(), Refusal> {
        self.set("", otherwise, &one_line(value))
    }

    /// What a field that may have several values has already.
    fn value(&self, field: &Field) -> Option<&str> {
        let lead = &self.lead;
        let value = match field {
            Field::Name => return Some(lead.name.as_str()).filter(|name| !name.is_empty()),
            Field::Email => &lead.email,
            Field::Phone => &lead.phone,
            Field::Company => &lead.company,
            Field::Address => &lead.address,
            Field::Source => &lead.source,
            Field::Value => &lead.value,
            Field::Stage => &lead.stage,
            Field::Owner => &lead.owner,
            Field::FollowUp => &lead.follow_up,
            Field::CreatedAt => &self.past.created_at,
            Field::LastContactedAt => &self.past.last_contacted_at,
            _ => return None,
        };
        value.as_deref()
    }

    fn set(&mut self, column: &str, field: &Field, value: &str) -> Result<(), Refusal> {
        let lead = &mut self.lead;
        let place = match field {
            // A part of the address stands with its place already.
            Field::None | Field::AddressPart => return Ok(()),
            Field::Name => {
                value.clone_into(&mut lead.name);
                return Ok(());
            }
            Field::GivenName => {
                self.given.push(value.trim().to_owned());
                return Ok(());
            }
            Field::FamilyName => {
                self.family.push(value.trim().to_owned());
                return Ok(());
            }
            Field::NotePart => {
                self.notes.push(value.trim().to_owned());
                return Ok(());
            }
            Field::Tags => {
                let tags = value.split(',').map(str::trim).filter(|tag| !tag.is_empty());
                lead.tags.extend(tags.map(str::to_owned));
                return Ok(());
            }
            Field::Labels => {
                self.label(column, value);
                return Ok(());
            }
            Field::Free(_) if value.trim().contains(['\n', '\r']) => {
                let hint = format!("`--map '{}=notes+'` keeps it as a note", escape(column));
                return Err(Flaw::new("has more than one line").hint(hint).of(column, value));
            }
            Field::Free(key) => {
                self.free(key, value);
                return Ok(());
            }
            Field::Fields => {
                let wrong = |why: &str| {
                    let flaw = Flaw::new(format!("is no JSON object of texts{why}"));
                    flaw.hint("{\"brand\":\"Vaillant\"}").of("fields", value)
                };
                let read: Result<Object, _> = serde_json::from_str(value);
                for (key, value) in read.map_err(|error| wrong(&format!(": {}", why(&error))))?.0 {
                    let text = value.as_str().ok_or_else(|| wrong(""))?;
                    self.places.entry(key.clone()).or_insert(lead.sets.len());
                    lead.sets.push(format!("{key}={text}"));
                }
                return Ok(());
            }
            Field::Email => &mut lead.email,
            Field::Phone => &mut lead.phone,
            Field::Company => &mut lead.company,
            Field::Address => &mut lead.address,
            Field::Source => &mut lead.source,
            Field::Value => &mut lead.value,
            Field::Currency => &mut self.currency,
            Field::Notes => &mut lead.note,
            Field::Stage => &mut lead.stage,
            Field::Channel => &mut lead.channel,
            Field::Owner => &mut lead.owner,
            Field::FollowUp => &mut lead.follow_up,
            Field::Pipeline => &mut lead.pipeline,
            Field::CreatedAt => &mut self.past.created_at,
            Field::CreatedBy => &mut self.past.created_by,
            Field::LastContactedAt => &mut self.past.last_contacted_at,
            Field::ConvertedAt => &mut self.past.converted_at,
            Field::TrashedAt => &mut self.past.trashed_at,
        };
        *place = Some(value.to_owned());
        Ok(())
    }

    /// Another program's labels: those that can be made tags are, the others a free field.
    fn label(&mut self, column: &str, value: &str) {
        for word in value.split(BETWEEN).flat_map(|part| part.split([',', ';'])) {
            self.category(column, word);
        }
    }

    /// A label of another program: a tag if it can be made one, else part of a free field. One with a
    /// star is a group that the program made itself, `* myContacts`.
    pub(super) fn category(&mut self, column: &str, word: &str) {
        let word = word.trim();
        if word.is_empty() || word.starts_with("* ") {
            return;
        }
        let tag = word.split_whitespace().collect::<Vec<_>>().join("-");
        match name::tag(&tag) {
            Ok(tag) => self.lead.tags.push(tag),
            Err(_) => self.free(&field::key(column), word),
        }
    }

    /// Adds a value to a free field, behind what it has.
    fn free(&mut self, key: &str, value: &str) {
        let known = self.places.get(key).and_then(|place| self.lead.sets.get_mut(*place));
        if let Some(set) = known {
            set.push_str(", ");
            set.push_str(&one_line(value));
        } else {
            self.places.insert(key.to_owned(), self.lead.sets.len());
            self.lead.sets.push(format!("{key}={value}"));
        }
    }

    /// A tag as it is, from a list of them.
    pub(super) fn tag(&mut self, tag: &str) {
        self.lead.tags.push(tag.to_owned());
    }

    /// The lead. Without a name it is called by its firm or its address, if `is_lenient`.
    pub(super) fn lead(mut self, is_lenient: bool) -> NewLead {
        let lead = &mut self.lead;
        if lead.name.trim().is_empty() {
            let parts: Vec<String> = self.given.into_iter().chain(self.family).collect();
            lead.name = parts.join(" ");
        }
        if lead.name.is_empty() && is_lenient {
            lead.name = lead.company.clone().or_else(|| lead.email.clone()).unwrap_or_default();
        }
        if lead.address.is_none() && !self.address.is_empty() {
            self.address.sort_by_key(|(place, _)| *place);
            let parts: Vec<String> = self.address.into_iter().map(|(_, part)| part).collect();
            lead.address = Some(parts.join(", "));
        }
        let notes = lead.note.take().into_iter().chain(self.notes);
        lead.note = notes.reduce(|notes, part| format!("{notes}\n{part}"));
        if let (Some(value), Some(currency)) = (&mut lead.value, self.currency)
            && value.trim().bytes().all(|byte| !byte.is_ascii_alphabetic())
        {
            *value = format!("{} {}", value.trim(), currency.trim());
        }
        lead.past = (self.past != Past::default()).then(|| Box::new(self.past));
        self.lead
    }
}

/// A text on one line: another program's lines become parts.
fn one_line(value: &str) -> String {
    let lines = value.lines().map(|line| line.trim().replace('\t', " "));
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lead(values: &[(&str, &str)]) -> NewLead {
        let mut draft = Draft::default();
        for (word, value) in values {
            let target = field::target(word).expect("a target");
            draft.put(word, &target, value, &Map::default()).expect("a value");
        }
        draft.lead(true)
    }

    #[test]
    fn values_go_where_they_belong_and_empty_ones_nowhere() {
        let expected = NewLead {
            name: "Kim".to_owned(),
            tags: vec!["vip".to_owned(), "hot".to_owned()],
            sets: vec!["brand=A=B".to_owned(), "year=1999".to_owned()],
            ..NewLead::default()
        };
        let values = [
            ("name", "Kim"),
            ("email", "  "),
            ("tags", "vip, hot,"),
            ("fields", r#"{"brand":"A=B"}"#),
            ("fields.year", "1999"),
            ("id", "12"),
        ];
        assert_eq!(lead(&values), expected);
        let mut draft = Draft::default();
        let fields = field::target("fields").expect("a target");
        assert!(draft.put("fields", &fields, "[1]", &Map::default()).is_err());
    }

    #[test]
    fn parts_are_put_together() {
        let whole = lead(&[
            ("family_name", "Lee"),
            ("given_name", "Kim"),
            ("given_name", "J."),
            ("address+", "Main St 1\r\n2nd floor"),
            ("address+", "Berlin"),
            ("notes+", "one"),
            ("notes+", "two"),
            ("value", "4500"),
            ("currency", "EUR"),
            ("labels", "* myContacts ::: Hot Lead ::: 2026"),
        ]);
        assert_eq!(whole.name, "Kim J. Lee");
        assert_eq!(whole.address.as_deref(), Some("Main St 1, 2nd floor, Berlin"));
        assert_eq!(whole.note.as_deref(), Some("one\ntwo"));
        assert_eq!(whole.value.as_deref(), Some("4500 EUR"));
        assert_eq!((whole.tags, whole.sets), (vec!["Hot-Lead".to_owned()], vec!["labels=2026".to_owned()]));
        assert_eq!(lead(&[("company", "Acme"), ("email", "a@b.example")]).name, "Acme");
    }

    #[test]
    fn the_first_value_is_the_field_s_and_the_others_are_kept() {
        let phones = lead(&[
            ("phone|fields.phones", "1 ::: 2"),
            ("phone|fields.mobile", "3"),
            ("phone|none", "4"),
            ("stage|fields.status", "Open"),
        ]);
        assert_eq!(phones.phone.as_deref(), Some("1"));
        assert_eq!(phones.sets, ["phones=2", "mobile=3"]);
        assert_eq!(phones.otherwise["stage"], "status");
    }
}
