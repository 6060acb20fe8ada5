//! Reading one table of a pipeline file, with the place of everything.
//!
//! A value that is not what it should be becomes a finding and reads as absent; reading goes on.

use std::{collections::BTreeMap, ops::Range};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::domain::pipeline::{
    finding::Findings,
    name::{check_id, is_unclean, shown},
    word::Word,
};

/// The longest text of an attribute, in characters.
const TEXT_LIMIT: usize = 1000;

/// A text of the file and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Spot {
    pub(super) text: String,
    pub(super) at: usize,
}

/// One table of the file.
pub(super) struct Section<'a> {
    /// Where its heading stands.
    pub(super) at: usize,
    what: &'static str,
    entries: BTreeMap<&'a str, &'a Spanned<DeValue<'a>>>,
}

impl<'a> Section<'a> {
    /// Opens a table; an attribute that is not `known` is a finding.
    pub(super) fn open(
        what: &'static str,
        table: &'a DeTable<'a>,
        at: usize,
        known: &[&str],
        findings: &mut Findings<'_>,
    ) -> Self {
        let mut entries = BTreeMap::new();
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            if known.contains(&name) {
                entries.insert(name, value);
            } else {
                findings.unknown(key.span().start, &format!("attribute of {what}"), name, known);
            }
        }
        Self { at, what, entries }
    }

    fn value(&self, key: &str) -> Option<(&'a DeValue<'a>, Range<usize>)> {
        self.entries.get(key).map(|value| (value.get_ref(), value.span()))
    }

    /// Where the attribute's value stands, else the table.
    pub(super) fn place(&self, key: &str) -> usize {
        self.value(key).map_or(self.at, |(_, span)| span.start)
    }

    /// Whether the attribute is there, right or wrong.
    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// Says that the attribute is missing.
    pub(super) fn missing(&self, key: &str, hint: &str, findings: &mut Findings<'_>) {
        findings.add(self.at, format!("missing attribute `{key}` of {}", self.what), Some(hint.to_owned()));
    }

    /// A text that is not empty and holds no control characters.
    pub(super) fn text(&self, key: &str, findings: &mut Findings<'_>) -> Option<Spot> {
        let (value, span) = self.value(key)?;
        spot(key, value, &span, findings)
    }

    /// A text that may be an id.
    pub(super) fn id(&self, key: &str, findings: &mut Findings<'_>) -> Option<Spot> {
        let (value, span) = self.value(key)?;
        let DeValue::String(text) = value else {
            return spot(key, value, &span, findings);
        };
        if let Err(flaw) = check_id(text) {
            let message = format!("`{key}` must not be `{}`: it {}", shown(text), flaw.why);
            findings.add(span.start, message, flaw.hints.into_iter().next());
            return None;
        }
        Some(Spot { text: text.to_string(), at: span.start })
    }

    /// As [`Section::text`] or [`Section::id`]; a missing one is a finding.
    pub(super) fn needed<T>(
        &self,
        key: &str,
        hint: &str,
        findings: &mut Findings<'_>,
        read: Reading<'a, T>,
    ) -> Option<T> {
        if !self.has(key) {
            self.missing(key, hint, findings);
            return None;
        }
        read(self, key, findings)
    }

    /// `true` or `false`; absent or wrong reads as `default`.
    pub(super) fn flag(&self, key: &str, default: bool, findings: &mut Findings<'_>) -> bool {
        match self.value(key) {
            None => default,
            Some((DeValue::Boolean(flag), _)) => *flag,
            Some((other, span)) => {
                wrong(key, "true or false", other, &span, findings);
                default
            }
        }
    }

    /// A whole number from 0.
    pub(super) fn number(&self, key: &str, findings: &mut Findings<'_>) -> Option<u32> {
        let (value, span) = self.value(key)?;
        let number = match value {
            DeValue::Integer(digits) => u32::from_str_radix(digits.as_str(), digits.radix()).ok(),
            _ => None,
        };
        if number.is_none() {
            wrong(key, "a whole number", value, &span, findings);
        }
        number
    }

    /// One of a closed set of words.
    pub(super) fn word<T: Word>(&self, key: &str, findings: &mut Findings<'_>) -> Option<T> {
        let spot = self.text(key, findings)?;
        spelled(key, &spot, findings)
    }

    /// Several of a closed set of words, none twice.
    pub(super) fn words<T: Word + PartialEq>(&self, key: &str, findings: &mut Findings<'_>) -> Vec<T> {
        spelled_all(key, &self.texts(key, findings), findings)
    }

    /// Several texts; a single one will do.
    pub(super) fn texts(&self, key: &str, findings: &mut Findings<'_>) -> Vec<Spot> {
        match self.value(key) {
            None => Vec::new(),
            Some((DeValue::Array(array), _)) => {
                array.iter().filter_map(|one| spot(key, one.get_ref(), &one.span(), findings)).collect()
            }
            Some((value, span)) => spot(key, value, &span, findings).into_iter().collect(),
        }
    }

    /// Several groups of texts, with the place of each group.
    pub(super) fn groups(&self, key: &str, findings: &mut Findings<'_>) -> Vec<(usize, Vec<Spot>)> {
        let Some((value, span)) = self.value(key) else {
            return Vec::new();
        };
        let DeValue::Array(groups) = value else {
            wrong(key, "a list of lists", value, &span, findings);
            return Vec::new();
        };
        let mut read = Vec::new();
        for group in groups.iter() {
            match group.get_ref() {
                DeValue::Array(array) => {
                    let spots =
                        array.iter().filter_map(|one| spot(key, one.get_ref(), &one.span(), findings));
                    read.push((group.span().start, spots.collect()));
                }
                other => wrong(key, "a list of lists", other, &group.span(), findings),
            }
        }
        read
    }

    /// The table `[key]`.
    pub(super) fn section(
        &self,
        key: &'static str,
        known: &[&str],
        findings: &mut Findings<'_>,
    ) -> Option<Section<'a>> {
        let (value, span) = self.value(key)?;
        match value {
            DeValue::Table(table) => Some(Section::open(key, table, span.start, known, findings)),
            other => {
                wrong(key, "a table", other, &span, findings);
                None
            }
        }
    }

    /// The tables `[[key]]` in the order of the file.
    pub(super) fn sections(
        &self,
        key: &'static str,
        known: &[&str],
        findings: &mut Findings<'_>,
    ) -> Vec<Section<'a>> {
        let Some((value, span)) = self.value(key) else {
            return Vec::new();
        };
        let DeValue::Array(array) = value else {
            wrong(key, "a list of tables", value, &span, findings);
            return Vec::new();
        };
        let mut read = Vec::new();
        for one in array.iter() {
            match one.get_ref() {
                DeValue::Table(table) => {
                    read.push(Section::open(key, table, one.span().start, known, findings));
                }
                other => wrong(key, "a list of tables", other, &one.span(), findings),
            }
        }
        read
    }
}

/// How an attribute is read.
pub(super) type Reading<'a, T> = fn(&Section<'a>, &str, &mut Findings<'_>) -> Option<T>;

/// The word that a text spells; an unknown one is a finding.
pub(super) fn spelled<T: Word>(key: &str, spot: &Spot, findings: &mut Findings<'_>) -> Option<T> {
    let word = T::spelled(&spot.text);
    if word.is_none() {
        findings.unknown(spot.at, &format!("`{key}`"), &spot.text, &T::spellings());
    }
    word
}

/// The words that texts spell, none twice.
pub(super) fn spelled_all<T: Word + PartialEq>(
    key: &str,
    spots: &[Spot],
    findings: &mut Findings<'_>,
) -> Vec<T> {
    let mut words = Vec::new();
    for spot in spots {
        match spelled(key, spot, findings) {
            Some(word) if words.contains(&word) => twice(key, spot, findings),
            Some(word) => words.push(word),
            None => {}
        }
    }
    words
}

/// Says that something stands there a second time.
pub(super) fn twice(what: &str, spot: &Spot, findings: &mut Findings<'_>) {
    findings.add(spot.at, format!("`{}` stands twice in `{what}`", shown(&spot.text)), None);
}

fn spot(key: &str, value: &DeValue<'_>, span: &Range<usize>, findings: &mut Findings<'_>) -> Option<Spot> {
    let DeValue::String(text) = value else {
        wrong(key, "a text", value, span, findings);
        return None;
    };
    if text.trim().is_empty() {
        findings.add(span.start, format!("`{key}` is empty"), None);
    } else if text.chars().nth(TEXT_LIMIT).is_some() {
        findings.add(span.start, format!("`{key}` is longer than {TEXT_LIMIT} characters"), None);
    } else if is_unclean(text) {
        findings.add(span.start, format!("`{key}` holds a control character: `{}`", shown(text)), None);
    } else {
        return Some(Spot { text: text.to_string(), at: span.start });
    }
    None
}

fn wrong(key: &str, wanted: &str, value: &DeValue<'_>, span: &Range<usize>, findings: &mut Findings<'_>) {
    let found = match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    };
    findings.add(span.start, format!("`{key}` must be {wanted}, not {found}"), None);
}
