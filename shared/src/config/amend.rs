//! One key of `lead.toml` set or taken out, with everything else of the file as it was.
//!
//! What is written is read again first, by the rules of every other reader: a value that does not
//! fit, or contradicts another, leaves the file alone. Called by the engine, whose account owns the
//! file.

use std::fmt::Write as _;
use std::ops::Range;
use std::path::Path;

use serde_json::Value as Shown;
use toml::de::{DeTable, DeValue};
use toml_edit::{Array, DocumentMut, Item, Table, TableLike, Value};

use super::fault::ConfigFault;
use super::file;
use super::finding::Finding;
use super::key::{Key, Kind};
use super::keys::KEYS;
use super::policy_file::{NAME, Places, defaults, read_text};
use super::setting::Setting;
use crate::domain::policy::Policy;
use crate::domain::refusal::{Flaw, Refusal};
use crate::domain::reply::SettingChange;

/// Why a key was not changed; the file is as it was.
#[derive(Debug, thiserror::Error)]
pub enum AmendFault {
    /// The value does not fit, by itself or beside others.
    #[error("the value does not fit")]
    Refused(Refusal),
    /// The file.
    #[error(transparent)]
    Config(#[from] ConfigFault),
}

impl From<Refusal> for AmendFault {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Sets a key of the store's policy to what was typed, or takes it out; what holds then, and what became
/// of the key. Nothing is written where the file says so already, and by a dry run.
///
/// # Errors
/// A file that is not valid as it is, a value that does not fit, the disk.
pub fn amend(
    store_dir: &Path,
    key: &'static Key,
    typed: Option<&str>,
    dry_run: bool,
) -> Result<(Policy, SettingChange), AmendFault> {
    let path = store_dir.join(NAME);
    let text = file::read(&path)?.unwrap_or_default();
    let (policy, places) =
        read_text(&text).map_err(|findings| ConfigFault::Invalid { path: path.clone(), findings })?;
    let new = match typed {
        Some(typed) => with(&text, key, &value_of(key, typed)?),
        None if places.contains_key(key.path) => without(&text, key),
        None => Some(text),
    };
    let (new, policy_then, places_then) =
        new.and_then(|new| read_again(key, &policy, new)).transpose()?.ok_or_else(|| Refusal::Conflict {
            what: format!("{} stands in lead.toml in a form that cannot be changed from here", key.path),
            hints: vec!["in an editor: `lead config path`".to_owned()],
        })?;
    let is_said = |places: &Places| places.contains_key(key.path);
    let (before, after) = ((key.show)(&policy), (key.show)(&policy_then));
    let changed = before != after || is_said(&places) != is_said(&places_then);
    if changed && !dry_run {
        file::write(&path, &new)?;
    }
    let change = SettingChange {
        key: key.path.to_owned(),
        before: shown(key, &before),
        after: shown(key, &after),
        changed,
        is_default: !is_said(&places_then),
    };
    Ok((if changed { policy_then } else { policy }, change))
}

/// The new text with what it says, if it says the same as before but for this key.
fn read_again(key: &Key, before: &Policy, text: String) -> Option<Result<(String, Policy, Places), Refusal>> {
    match read_text(&text) {
        Ok((policy, places)) => {
            let others = || KEYS.iter().filter(|other| other.path != key.path);
            let is_kept = others().all(|other| (other.show)(before) == (other.show)(&policy))
                && before.reports == policy.reports;
            is_kept.then_some(Ok((text, policy, places)))
        }
        Err(findings) => Some(Err(conflict(findings))),
    }
}

/// Values that fit by themselves and not together: the first finding says it.
pub(super) fn conflict(findings: Vec<Finding>) -> Refusal {
    let first = findings.into_iter().next().map(|one| (one.message, one.hints));
    let (what, hints) = first.unwrap_or_default();
    Refusal::Conflict { what, hints }
}

fn shown(key: &Key, value: &Shown) -> String {
    match value {
        Shown::Null => String::new(),
        _ if key.is_private => Setting::HIDDEN.to_owned(),
        value => Setting::words(value),
    }
}

/// What was typed on a command line as a value of the file: text needs no quotes there, and a list may do
/// without brackets.
///
/// # Errors
/// What the key does not take.
pub(super) fn value_of(key: &Key, typed: &str) -> Result<Value, Refusal> {
    let refuse = |flaw: Flaw| flaw.of(key.path, if key.is_private { Setting::HIDDEN } else { typed });
    let one = |typed: &str| typed.trim().parse::<i64>().map_or_else(|_| typed.into(), Value::from);
    let value = match key.kind {
        Kind::Count(..) => one(typed),
        Kind::Days | Kind::People if typed.trim_start().starts_with('[') => typed
            .trim()
            .parse::<Value>()
            .map_err(|_| refuse(Flaw::new("is not a list").hint(key.kind.example())))?,
        Kind::Days | Kind::People => {
            let parts = typed.split(',').map(str::trim).filter(|part| !part.is_empty());
            let is_days = matches!(key.kind, Kind::Days);
            Value::Array(parts.map(|part| if is_days { one(part) } else { part.into() }).collect::<Array>())
        }
        _ => typed.into(),
    };
    let text = value.to_string();
    let read = DeValue::parse(&text).map_err(|_| refuse(Flaw::new("is not a value of TOML")))?;
    match (key.set)(&mut defaults(), &read) {
        Ok(()) => Ok(value),
        Err(misfit) => Err(refuse(misfit.flaw)),
    }
}

/// The text with the key set to this value; none if it is written as nobody foresaw.
fn with(text: &str, key: &Key, value: &Value) -> Option<String> {
    if let Some((_, old)) = spans(text, key) {
        let mut new = text.to_owned();
        new.replace_range(old, &value.to_string());
        return Some(new);
    }
    if let Some(new) = below_its_comment(text, key, value) {
        return Some(new);
    }
    let mut document: DocumentMut = text.parse().ok()?;
    let first = key.table().split('.').next().unwrap_or_default();
    if !document.contains_key(first) {
        // Behind all that is there: comments at the end of the file are of the table before.
        let gap = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
        let blank = if text.trim().is_empty() { "" } else { "\n" };
        return Some(format!("{text}{gap}{blank}[{}]\n{} = {value}\n", key.table(), key.name()));
    }
    let mut table: &mut dyn TableLike = document.as_table_mut();
    for name in key.table().split('.') {
        let mut fresh = Table::new();
        fresh.set_implicit(true);
        table = table.entry(name).or_insert(Item::Table(fresh)).as_table_like_mut()?;
    }
    table.insert(key.name(), Item::Value(value.clone()));
    Some(document.to_string())
}

/// The text with the key below the comment that shows how it is written, as `init` leaves them.
fn below_its_comment(text: &str, key: &Key, value: &Value) -> Option<String> {
    let header = format!("[{}]", key.table());
    let is_header = |line: &str| line.split('#').next().unwrap_or_default().trim() == header;
    let shows = |line: &str| {
        let name = line.trim().strip_prefix('#')?.trim_start().strip_prefix(key.name())?;
        name.trim_start().strip_prefix('=').map(drop)
    };
    let mut at = 0;
    let mut is_inside = false;
    for line in text.split_inclusive('\n') {
        at += line.len();
        if line.trim_start().starts_with('[') {
            is_inside = is_header(line);
        } else if is_inside && shows(line).is_some() && line.ends_with('\n') {
            let end = if line.ends_with("\r\n") { "\r\n" } else { "\n" };
            let mut new = text[..at].to_owned();
            let _ = write!(new, "{} = {value}{end}", key.name());
            new.push_str(&text[at..]);
            // What looks like a header or a comment may stand within a text of several lines.
            return spans(&new, key).is_some().then_some(new);
        }
    }
    None
}

/// The text without the key, its line whole where it has one to itself.
fn without(text: &str, key: &Key) -> Option<String> {
    let (name, value) = spans(text, key)?;
    let start = text[..name.start].rfind('\n').map_or(0, |end| end + 1);
    let end = text[value.end..].find('\n').map_or(text.len(), |end| value.end + end + 1);
    let rest = text[value.end..end].trim();
    let is_alone =
        !text[start..name.start].contains(['{', ',']) && (rest.is_empty() || rest.starts_with('#'));
    if is_alone {
        return Some([&text[..start], &text[end..]].concat());
    }
    let mut document: DocumentMut = text.parse().ok()?;
    let mut table: &mut dyn TableLike = document.as_table_mut();
    for name in key.table().split('.') {
        table = table.get_mut(name)?.as_table_like_mut()?;
    }
    table.remove(key.name())?;
    Some(document.to_string())
}

/// Where the key's name and its value stand in a text, in bytes.
fn spans(text: &str, key: &Key) -> Option<(Range<usize>, Range<usize>)> {
    let document = DeTable::parse(text).ok()?;
    let mut table = document.get_ref();
    for part in key.table().split('.') {
        let (_, value) = table.iter().find(|(name, _)| name.get_ref() == part)?;
        let DeValue::Table(inner) = value.get_ref() else { return None };
        table = inner;
    }
    let (name, value) = table.iter().find(|(name, _)| name.get_ref() == key.name())?;
    Some((name.span(), value.span()))
}

#[cfg(test)]
mod tests;
