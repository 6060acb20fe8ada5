//! Which column is which field, and which word stands for which: the user's, or a known program's.
//!
//! A map is lines of `"Column" = "field"`: in a TOML file, saved by a name, or on the command line as
//! `Column=field`. `"*"` is every column that is nothing else, and `"stage:Word"` a value of a field.

use std::collections::BTreeMap;
use std::ops::Range;

use lead_shared::domain::name::{self, canonical};
use lead_shared::domain::refusal::Flaw;
use lead_shared::domain::text::fold;
use toml::Spanned;

use super::field::{self, Field, Target};
use super::vendor::Vendor;
use crate::halt::{Halt, said, usage};
use crate::text;

/// What becomes of a column that is nothing known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Rest {
    /// It is an error.
    #[default]
    Refused,
    /// It is passed over, and said.
    Passed,
    /// It is a free field.
    Kept,
}

/// What was told of columns; nothing of most.
#[derive(Clone, Debug, Default)]
pub struct Map {
    /// By their canonical names.
    columns: BTreeMap<String, Target>,
    /// By a field's name and the word as folded, `*` being any other.
    words: BTreeMap<(String, String), String>,
    rest: Rest,
    vendor: Option<&'static Vendor>,
    /// Stamps are not the caller's to set: their columns are passed over.
    passes_over_past: bool,
    /// The lines, to be saved.
    lines: BTreeMap<String, String>,
}

impl Map {
    /// Adds what a file says.
    ///
    /// # Errors
    /// A file that cannot be read, is no such TOML, or names what is no field; with line and column.
    pub fn read(&mut self, path: &str) -> Result<(), Halt> {
        let text = text::of_file(path)?;
        let wrong = |span: Option<Range<usize>>, why: String, hints: Vec<String>| -> Halt {
            let (line, column) = place(&text, span.map_or(0, |span| span.start));
            said(2, "invalid", format!("{path}:{line}:{column}: {why}"), hints).into()
        };
        let read: BTreeMap<Spanned<String>, Spanned<String>> = toml::from_str(&text)
            .map_err(|error| wrong(error.span(), error.message().to_owned(), Vec::new()))?;
        let mut seen = Vec::new();
        for (column, word) in read {
            if seen.contains(&canonical(column.as_ref())) {
                let why = format!("`{}` is there a second time", column.as_ref());
                return Err(wrong(Some(column.span()), why, Vec::new()));
            }
            seen.push(canonical(column.as_ref()));
            self.add(column.as_ref(), word.as_ref()).map_err(|Flaw { why, hints }| {
                let hints = hints.into_iter().filter(|hint| !hint.contains("--map")).collect();
                wrong(Some(word.span()), format!("`{}` {why}", word.as_ref()), hints)
            })?;
        }
        Ok(())
    }

    /// Adds what was typed as `Column=field`.
    ///
    /// # Errors
    /// What names no field.
    pub fn type_in(&mut self, typed: &str) -> Result<(), Halt> {
        let (column, word) = typed.split_once('=').unwrap_or((typed, ""));
        let added = self.add(column.trim(), word.trim());
        added.map_err(|Flaw { why, hints }| {
            let hints = hints.into_iter().filter(|hint| !hint.contains("--map")).collect();
            usage(format!("`{}` of `--map` {why}", word.trim()), hints)
        })
    }

    fn add(&mut self, column: &str, word: &str) -> Result<(), Flaw> {
        let is_field = |name: &str| field::FIELDS.iter().any(|(_, words)| name::same(words[0], name));
        if let Some((of, from)) = column.split_once(':').filter(|(of, _)| is_field(of)) {
            self.words.insert((canonical(of), fold(from.trim())), word.to_owned());
        } else if column == "*" {
            self.rest = match word {
                "none" => Rest::Passed,
                "fields" => Rest::Kept,
                _ => return Err(Flaw::new("is neither `fields` nor `none`")),
            };
        } else {
            self.columns.insert(canonical(column), field::target(word)?);
        }
        self.lines.insert(column.to_owned(), word.to_owned());
        Ok(())
    }

    /// Has columns known as that program's export has them, beside what was told.
    #[must_use]
    pub fn of_vendor(mut self, vendor: &'static Vendor) -> Self {
        self.vendor = Some(vendor);
        self
    }

    /// Has what a file says of a lead's past passed over.
    #[must_use]
    pub fn without_past(mut self) -> Self {
        self.passes_over_past = true;
        self
    }

    /// Whose export it is, if that was told.
    pub(super) fn vendor(&self) -> Option<&'static Vendor> {
        self.vendor
    }

    /// Whether two columns are one field, of which nothing says what becomes of the other's value. A known
    /// program has several columns for a field, the fullest first; what was told is meant for itself.
    pub(super) fn collide(&self, one: (&str, &Target), other: (&str, &Target)) -> bool {
        let is_guessed =
            |column: &str| self.vendor.is_some() && !self.columns.contains_key(&canonical(column));
        let is_alone = |(column, target): (&str, &Target)| is_guessed(column) || target.otherwise.is_none();
        let is_one = one.1.field == other.1.field && !one.1.field.is_plural();
        is_one && !(is_guessed(one.0) && is_guessed(other.0)) && is_alone(one) && is_alone(other)
    }

    /// What was told, as a file.
    pub fn to_toml(&self) -> String {
        toml::to_string(&self.lines).unwrap_or_default()
    }

    /// The field of a column: what was told, else what the program's export has there, else what its
    /// name says.
    ///
    /// # Errors
    /// A column that is no field, of which nothing was told.
    pub(super) fn target(&self, column: &str) -> Result<Target, Flaw> {
        let told = self.columns.get(&canonical(column)).cloned();
        let target = match told.or_else(|| self.vendor?.target(column)) {
            Some(target) => target,
            None if self.vendor.is_some() => match self.rest {
                Rest::Kept => Target { field: Field::Free(field::key(column)), otherwise: None },
                _ => Target::NONE,
            },
            None => match (field::field(column), self.rest) {
                (Ok(field), _) => Target { field, otherwise: None },
                (Err(flaw), Rest::Refused) => return Err(flaw),
                (Err(_), Rest::Passed) => Target::NONE,
                (Err(_), Rest::Kept) => Target { field: Field::Free(field::key(column)), otherwise: None },
            },
        };
        let is_passed = self.passes_over_past && field::is_past(&target.field);
        Ok(if is_passed { Target::NONE } else { target })
    }

    /// Whether a field is passed over, whatever it is called.
    pub(super) fn passes_over(&self, field: &Field) -> bool {
        self.passes_over_past && field::is_past(field)
    }

    /// Whether the column would be taken from who administers.
    pub(super) fn is_passed_past(&self, column: &str) -> bool {
        let all = Self { passes_over_past: false, ..self.clone() };
        self.passes_over_past && all.target(column).is_ok_and(|target| field::is_past(&target.field))
    }

    /// The word that was told for a value of a field, else the value.
    pub(super) fn word<'a>(&'a self, field: &Field, value: &'a str) -> &'a str {
        if self.words.is_empty() {
            return value;
        }
        let of = canonical(&field::name(field));
        let told = self.words.get(&(of.clone(), fold(value.trim())));
        told.or_else(|| self.words.get(&(of, "*".to_owned()))).map_or(value, String::as_str)
    }

    /// A column of which something was told, and that is not among these.
    pub(super) fn missing<'a>(&'a self, columns: &[String]) -> Option<&'a str> {
        let known: Vec<String> = columns.iter().map(|column| canonical(column)).collect();
        self.columns.keys().find(|told| !known.contains(told)).map(String::as_str)
    }
}

/// Line and column, counted from 1, of a place in a text.
fn place(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(lines: &[&str]) -> Map {
        lines.iter().fold(Map::default(), |mut map, line| {
            map.type_in(line).expect("a line");
            map
        })
    }

    #[test]
    fn what_is_told_goes_before_what_is_known() {
        let map = map(&[
            "Name=company",
            "Marke=fields.brand",
            "*=fields",
            "stage:Open Deal=quoted",
            "stage:*=lead",
        ]);
        let named = |column: &str| map.target(column).expect("a target").name();
        assert_eq!(named("name"), "company");
        assert_eq!(named("MARKE"), "fields.brand");
        assert_eq!(named("E-Mail"), "email");
        assert_eq!(named("Größe (m²)"), "fields.größe-m²");
        assert_eq!(map.word(&Field::Stage, " open deal "), "quoted");
        assert_eq!(map.word(&Field::Stage, "x"), "lead");
        assert_eq!(map.word(&Field::Source, "x"), "x");
        assert_eq!(map.missing(&["name".to_owned()]), Some("marke"));
    }

    #[test]
    fn it_is_saved_as_it_was_told() {
        let map = map(&["Marke=fields.brand", "stage:Open=new"]);
        assert_eq!(map.to_toml(), "Marke = \"fields.brand\"\n\"stage:Open\" = \"new\"\n");
    }

    #[test]
    fn what_names_no_field_is_refused() {
        for typed in ["Marke=brnd", "Marke", "*=x", "a=phone|b"] {
            assert!(Map::default().type_in(typed).is_err(), "{typed}");
        }
    }

    #[test]
    fn stamps_of_who_does_not_administer_are_passed_over() {
        let map = Map::default().without_past();
        assert_eq!(map.target("created_at"), Ok(Target::NONE));
        assert!(map.is_passed_past("created_at") && !map.is_passed_past("id"));
    }
}
