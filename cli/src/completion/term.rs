//! The words that fit a term of the filter: its key, then its values.

use lead_shared::domain::filter::KEYS;

use super::candidates::Kind;
use crate::args::Word;

/// What fits a term: a key with its colon, or behind it a value, of which the last is being typed. `wanted`
/// finds the words of a kind that begin so.
pub(super) fn term(typed: &str, wanted: impl FnOnce(Vec<Kind>, &str) -> Vec<Word>) -> Vec<Word> {
    let Some((key, values)) = typed.split_once(':') else { return keys(typed) };
    let name = key.split_once('.').map_or(key, |(name, _)| name);
    let Some(kinds) = kinds(name) else { return Vec::new() };
    let part = values.rsplit_once(',').map_or(values, |(_, part)| part);
    let before = &typed[..typed.len() - part.len()];
    let words = wanted(kinds, part);
    words.into_iter().map(|(word, meaning)| (format!("{before}{word}"), meaning)).collect()
}

/// Every key; the suffixes of one once it is typed.
fn keys(typed: &str) -> Vec<Word> {
    let forms = KEYS.iter().flat_map(|key| {
        let shown = if typed.starts_with(key.name) { key.suffixes.len() } else { 1 };
        key.suffixes[..shown].iter().map(|suffix| {
            let dot = if suffix.is_empty() { "" } else { "." };
            (format!("{}{dot}{suffix}:", key.name), key.meaning.to_owned())
        })
    });
    forms.filter(|(form, _)| form.starts_with(typed)).collect()
}

fn kinds(key: &str) -> Option<Vec<Kind>> {
    const ABSENT: Kind = Kind::These(&["none", "any"]);
    Some(match key {
        "stage" => vec![Kind::Stages],
        "kind" => vec![Kind::These(&["open", "won", "lost", "parked"])],
        "pipeline" => vec![Kind::Pipelines],
        "owner" | "claim" | "assignee" => vec![Kind::These(&["me"]), Kind::Users, ABSENT],
        "pool" | "converted" | "trash" => vec![Kind::These(&["yes", "no"])],
        "tag" => vec![Kind::Tags, ABSENT],
        "source" => vec![Kind::Sources, ABSENT],
        "due" => vec![Kind::These(&["overdue", "today", "upcoming", "none", "any"])],
        "created" => vec![Kind::These(&["today", "yesterday"])],
        "contacted" => vec![Kind::These(&["never", "today", "yesterday", "any"])],
        "customer" => vec![Kind::Customers, ABSENT],
        _ => return None,
    })
}
