//! What is wrong with a pipeline file, and where.
//!
//! Collects findings by byte offset while a file is read and turns offsets into lines and columns.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::name::shown;
use crate::domain::likeness::near;

/// No more than this many findings are reported for one file.
const LIMIT: usize = 100;

/// One fault of a pipeline file (P2).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Finding {
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
    /// Lower case, literals in backticks, no final period.
    pub message: String,
    /// What to write instead, where that is known.
    pub hint: Option<String>,
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}: {}", self.line, self.column, self.message)
    }
}

/// The findings of one file while it is read.
pub(super) struct Findings<'t> {
    text: &'t str,
    line_starts: Vec<usize>,
    found: Vec<Finding>,
}

impl<'t> Findings<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self { text, line_starts: std::iter::once(0).chain(breaks).collect(), found: Vec::new() }
    }

    /// Adds a finding at the byte offset `at`, unless there are too many already.
    pub(super) fn add(&mut self, at: usize, message: impl Into<String>, hint: Option<String>) {
        if self.found.len() >= LIMIT {
            return;
        }
        let line = self.line_starts.partition_point(|start| *start <= at);
        let start = self.line_starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let column = self.text.get(start..at).map_or(0, |before| before.chars().count()) + 1;
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let finding =
            Finding { line: count(line.max(1)), column: count(column), message: message.into(), hint };
        if !self.found.contains(&finding) {
            self.found.push(finding);
        }
    }

    /// Adds "unknown *what* `typed`", with the likeliest of `known`, or all of a short list, as the hint.
    pub(super) fn unknown<'k>(
        &mut self,
        at: usize,
        what: &str,
        typed: &str,
        known: &[&'k str],
    ) -> Option<&'k str> {
        if self.is_full() {
            return None;
        }
        let near = near(typed, known.iter().copied()).first().copied();
        let hint = match near {
            Some(name) => Some(format!("did you mean `{name}`?")),
            None if known.is_empty() => None,
            None => Some(format!("one of: {}", listed(known))),
        };
        self.add(at, format!("unknown {what} `{}`", shown(typed)), hint);
        near
    }

    /// Whether further findings would not be reported.
    pub(super) fn is_full(&self) -> bool {
        self.found.len() >= LIMIT
    }

    /// The findings in the order of the file.
    pub(super) fn into_sorted(mut self) -> Vec<Finding> {
        self.found.sort();
        self.found
    }
}

/// At most twenty names, separated by commas.
fn listed(names: &[&str]) -> String {
    let mut out = names.iter().take(20).map(|name| shown(name)).collect::<Vec<_>>().join(", ");
    if names.len() > 20 {
        out.push_str(", …");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_counted_in_characters() {
        let mut findings = Findings::new("a\nbé=x\n");
        findings.add(5, "here", None);
        findings.add(0, "first", None);
        findings.add(8, "end", None);
        let places: Vec<_> = findings.into_sorted().iter().map(|f| (f.line, f.column)).collect();
        assert_eq!(places, [(1, 1), (2, 3), (3, 1)]);
    }
}
