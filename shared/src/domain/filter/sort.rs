//! What a list can be sorted by.

use std::fmt;

use crate::domain::likeness;
use crate::domain::name::same;
use crate::domain::refusal::Flaw;

/// A column to sort by, and which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SortKey {
    /// The column.
    pub by: SortBy,
    /// Whether the greatest comes first.
    pub descending: bool,
}

/// A column that leads can be sorted by; a missing value comes last either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are those of the lead's record")]
pub enum SortBy {
    Id,
    Name,
    Company,
    Email,
    Source,
    Pipeline,
    /// By the order of the pipeline's file.
    Stage,
    Owner,
    Assignee,
    Value,
    /// By the follow-up.
    Due,
    Created,
    Changed,
    Contacted,
}

const KEYS: [(&str, SortBy); 14] = [
    ("id", SortBy::Id),
    ("name", SortBy::Name),
    ("company", SortBy::Company),
    ("email", SortBy::Email),
    ("source", SortBy::Source),
    ("pipeline", SortBy::Pipeline),
    ("stage", SortBy::Stage),
    ("owner", SortBy::Owner),
    ("assignee", SortBy::Assignee),
    ("value", SortBy::Value),
    ("due", SortBy::Due),
    ("created", SortBy::Created),
    ("changed", SortBy::Changed),
    ("contacted", SortBy::Contacted),
];

impl SortKey {
    /// What can be typed, each as it is without a sign.
    pub fn names() -> impl Iterator<Item = &'static str> {
        KEYS.into_iter().map(|(name, _)| name)
    }

    /// The key in `name`, or turned round in `-name`.
    pub fn parse(typed: &str) -> Result<Self, Flaw> {
        let typed = typed.trim();
        let (word, sign) = typed.strip_prefix('-').map_or((typed, ""), |word| (word, "-"));
        if let Some((_, by)) = KEYS.iter().find(|(key, _)| same(key, word)) {
            return Ok(Self { by: *by, descending: !sign.is_empty() });
        }
        let flaw = Flaw::new("is not a sort key");
        let hint = likeness::hint(word, KEYS.map(|(key, _)| key), |key| format!("{sign}{key}"));
        Err(hint.into_iter().fold(flaw, Flaw::hint))
    }
}

impl fmt::Display for SortKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = KEYS.iter().find(|(_, by)| *by == self.by).map_or("id", |(key, _)| key);
        write!(f, "{}{key}", if self.descending { "-" } else { "" })
    }
}
