//! A TOML text filled into a typed value, key by key, from a table of keys.
//!
//! Knows nothing of any key but what its table says. Everything wrong is reported, not only the
//! first; a secret in clear is never repeated in what is said about it.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::finding::{Finding, position};
use super::key::Key;
use super::reading::name_of;
use crate::domain::likeness::closest;

/// More findings than this help nobody.
const MOST: usize = 50;
/// A value is repeated up to this length; characters.
const SHOWN: usize = 60;
/// Names under which people write secrets.
const SECRETS: [&str; 8] = ["password", "passwd", "pass", "pwd", "secret", "token", "api_key", "apikey"];

/// What to write in place of a password.
pub(super) const WAYS_TO_A_PASSWORD: [&str; 2] = [
    "password_file = \"/etc/lead/smtp-password\", a file only its owner can read",
    "password_command = \"pass show lead/smtp\"",
];

/// Whether people keep secrets under this name.
pub(super) fn is_secret(name: &str) -> bool {
    SECRETS.contains(&name.to_lowercase().replace('-', "_").as_str())
}

/// Where each key of a text stands: line and column of its value, from 1.
pub(super) type Places = BTreeMap<String, (u32, u32)>;

/// Reads the tables of a series from their text.
type Take<T> = fn(&mut T, &str, &[Spanned<DeValue<'_>>]) -> (Places, Vec<Finding>);

/// A table that may stand in a text several times: `[[report]]`.
pub(super) struct Series<T> {
    /// `report`
    pub(super) name: &'static str,
    /// Reads them all, and says where each of their keys stands.
    pub(super) take: Take<T>,
}

/// Sets in `target` what `text` says, and returns where it says it.
pub(super) fn fill<T>(
    text: &str,
    keys: &'static [Key<T>],
    series: Option<&Series<T>>,
    target: &mut T,
) -> Result<Places, Vec<Finding>> {
    let (document, errors) = DeTable::parse_recoverable(text);
    let mut filling = Filling { text, keys, series, target, places: Places::new(), findings: Vec::new() };
    if errors.is_empty() {
        filling.table(document.get_ref(), "");
    } else {
        filling.findings = errors.iter().take(MOST).map(|error| syntax(text, error)).collect();
    }
    filling.findings.sort_by_key(|finding| (finding.line, finding.column));
    // A broken line is found broken in several ways; the first says it.
    if !errors.is_empty() {
        filling.findings.dedup_by_key(|finding| finding.line);
    }
    if filling.findings.is_empty() { Ok(filling.places) } else { Err(filling.findings) }
}

/// Sets in `target` what one table of a series says; where, and what is wrong with it.
pub(super) fn fill_one<T>(
    text: &str,
    keys: &'static [Key<T>],
    name: &str,
    table: &DeTable<'_>,
    target: &mut T,
) -> (Places, Vec<Finding>) {
    let mut filling =
        Filling { text, keys, series: None, target, places: Places::new(), findings: Vec::new() };
    filling.table(table, name);
    (filling.places, filling.findings)
}

fn syntax(text: &str, error: &toml::de::Error) -> Finding {
    let offset = error.span().map_or(text.len(), |span| span.start);
    let message = error.message();
    if message == "duplicate key" {
        return Finding::at(text, offset, "this key or table stands there twice").hint("keep one of the two");
    }
    Finding::at(text, offset, shown(&message.replace('\n', ", "), 200))
}

struct Filling<'a, T: 'static> {
    text: &'a str,
    keys: &'static [Key<T>],
    series: Option<&'a Series<T>>,
    target: &'a mut T,
    places: Places,
    findings: Vec<Finding>,
}

impl<T> Filling<'_, T> {
    fn table(&mut self, table: &DeTable<'_>, above: &str) {
        for (name, value) in table {
            if self.findings.len() >= MOST {
                return;
            }
            let path = joined(above, name.get_ref());
            let keys = self.keys;
            if let Some(key) = keys.iter().find(|key| key.path == path) {
                self.key(key, value);
            } else if let Some(series) = self.series.filter(|series| series.name == path) {
                self.series(series, name, value);
            } else if !is_table(keys, &path) {
                let finding = self.unknown(above, name, value);
                self.findings.push(finding);
            } else if let DeValue::Table(inner) = value.get_ref() {
                self.table(inner, &path);
            } else {
                let message = format!("{path} is {}, not a table", name_of(value.get_ref()));
                let finding = Finding::at(self.text, name.span().start, message);
                self.findings.push(finding.hint(format!("[{path}]")));
            }
        }
    }

    fn series(
        &mut self,
        series: &Series<T>,
        name: &Spanned<std::borrow::Cow<'_, str>>,
        value: &Spanned<DeValue<'_>>,
    ) {
        let DeValue::Array(tables) = value.get_ref() else {
            let at = name.span().start;
            let finding = Finding::at(
                self.text,
                at,
                format!("{} stands there several times, each as a table of its own", series.name),
            );
            self.findings.push(finding.hint(format!("[[{}]]", series.name)));
            return;
        };
        let (places, findings) = (series.take)(self.target, self.text, tables);
        self.places.extend(places);
        self.findings.extend(findings);
    }

    fn key(&mut self, key: &Key<T>, value: &Spanned<DeValue<'_>>) {
        match (key.set)(self.target, value) {
            Ok(()) => {
                self.places.insert(key.path.to_owned(), position(self.text, value.span().start));
            }
            Err(misfit) => {
                // A table has no value of its own to repeat.
                let is_hidden = key.is_private || matches!(value.get_ref(), DeValue::Table(_));
                let literal = if is_hidden { None } else { self.literal(&misfit.span) };
                let literal = literal.map(|literal| format!(" `{literal}`")).unwrap_or_default();
                let message = format!("{}{literal} {}", key.path, misfit.flaw.why);
                let finding = Finding::at(self.text, misfit.span.start, message);
                self.findings.push(misfit.flaw.hints.into_iter().fold(finding, Finding::hint));
            }
        }
    }

    /// The value as it was typed, without its quotes, if it is short and simple enough to repeat.
    fn literal(&self, span: &Range<usize>) -> Option<String> {
        let typed = self.text.get(span.clone())?;
        let inside = ["\"", "'"].iter().find_map(|quote| typed.strip_prefix(quote)?.strip_suffix(quote));
        let simple = inside.unwrap_or(typed);
        let repeats = !simple.trim().is_empty() && !simple.contains('\n');
        repeats.then(|| shown(simple, SHOWN))
    }

    fn unknown(
        &self,
        above: &str,
        name: &Spanned<std::borrow::Cow<'_, str>>,
        value: &Spanned<DeValue<'_>>,
    ) -> Finding {
        let holds_keys = matches!(value.get_ref(), DeValue::Table(_));
        let typed = name.get_ref();
        let path = shown(&joined(above, typed), SHOWN);
        let at = name.span().start;
        if !holds_keys && is_secret(typed) {
            let finding = Finding::at(
                self.text,
                at,
                format!("{path} is a secret in clear, which this file never holds"),
            );
            return match self.keys.iter().find(|key| key.name() == "password_file") {
                Some(_) => WAYS_TO_A_PASSWORD.iter().fold(finding, |finding, way| finding.hint(*way)),
                None => finding,
            };
        }
        let finding = Finding::at(
            self.text,
            at,
            format!("{path} is not a {} of this file", if holds_keys { "table" } else { "key" }),
        );
        match self.meant(above, typed, holds_keys) {
            Some(near) => finding.hint(format!("did you mean `{near}`?")),
            None => finding.hint(format!("known here: {}", self.known(above).join(", "))),
        }
    }

    fn meant(&self, above: &str, typed: &str, is_table_wanted: bool) -> Option<&'static str> {
        if is_table_wanted {
            let series = self.series.iter().map(|series| series.name);
            return closest(&joined(above, typed), tables(self.keys).chain(series));
        }
        let here = || self.keys.iter().filter(|key| key.table() == above);
        let near = closest(typed, here().map(Key::name));
        let near = near.and_then(|near| here().find(|key| key.name() == near)).map(|key| key.path);
        let elsewhere = || self.keys.iter().find(|key| key.name() == typed).map(|key| key.path);
        near.or_else(elsewhere)
            .or_else(|| closest(&joined(above, typed), self.keys.iter().map(|key| key.path)))
    }

    fn known(&self, above: &str) -> Vec<String> {
        let mut known: Vec<String> = Vec::new();
        if above.is_empty() {
            known.extend(tables(self.keys).map(|table| format!("[{table}]")));
            known.extend(self.series.iter().map(|series| format!("[[{}]]", series.name)));
        }
        known.extend(self.keys.iter().filter(|key| key.table() == above).map(|key| key.name().to_owned()));
        known
    }
}

fn joined(above: &str, name: &str) -> String {
    if above.is_empty() { name.to_owned() } else { format!("{above}.{name}") }
}

fn is_table<T>(keys: &'static [Key<T>], path: &str) -> bool {
    tables(keys).any(|table| table == path)
}

/// The tables of a file, in the order of its keys.
pub(super) fn tables<T>(keys: &'static [Key<T>]) -> impl Iterator<Item = &'static str> {
    let starts = |at: usize| at == 0 || keys[at - 1].table() != keys[at].table();
    keys.iter()
        .enumerate()
        .filter(move |(at, _)| starts(*at))
        .map(|(_, key)| key.table())
        .filter(|table| !table.is_empty())
}

/// A text escaped and cut, so that it can stand on a terminal.
fn shown(text: &str, most: usize) -> String {
    let mut out = String::new();
    for (at, character) in text.chars().enumerate() {
        if at == most {
            out.push('…');
            break;
        }
        let is_hidden = character.is_control()
            || matches!(character, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if is_hidden {
            out.extend(character.escape_unicode());
        } else {
            out.push(character);
        }
    }
    out
}
