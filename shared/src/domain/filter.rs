//! The filter: which leads a list, a board, a report, an export or `--where` means (cli.md §3).
//!
//! Terms are ANDed, values behind a comma ORed. A missing value never matches but by `none`, under
//! `.not` too; a lead without tags is not one with a missing value. Trashed leads match only where
//! a term speaks of the trash (L8). Dates are the viewer's and both ends of a range are included, those of
//! `.before` and `.after` too. Everything that hangs on `now` is settled when the filter is read,
//! so one that outlives the viewer's day is to be read again.

use jiff::civil::Date;
use jiff::{Timestamp, Zoned};

use super::money::Money;
use super::refusal::Flaw;
use super::text::escape;

mod keys;
mod range;
mod sort;
mod table;
mod term;
mod words;

pub use sort::{SortBy, SortKey};
pub use table::{KEYS, Key};
use term::{Term, Test};
pub use words::split;

/// What a filter's words can refer to.
#[derive(Clone, Copy, Debug)]
pub struct FilterContext<'a> {
    /// Now, in the viewer's zone.
    pub now: &'a Zoned,
    /// The viewer's login: what `me` means.
    pub me: &'a str,
    /// The stages of all pipelines, each its id and its label.
    pub stages: &'a [(&'a str, &'a str)],
    /// The kinds of stages.
    pub kinds: &'a [&'a str],
    /// The ids of the pipelines.
    pub pipelines: &'a [&'a str],
    /// The logins of all users, disabled ones too.
    pub users: &'a [&'a str],
    /// The team's currency: that of an amount without one.
    pub currency: &'a str,
    /// The texts that a bare word is looked for in; empty: name and email.
    pub searched: &'a [Text],
}

/// A text of a lead that can be searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Text {
    /// The name.
    Name,
    /// The email address.
    Email,
    /// The company.
    Company,
    /// The telephone number, by its digits too.
    Phone,
    /// The source.
    Source,
    /// The rendered notes, where the subject brings them.
    Notes,
}

/// A lead as a filter sees it at one moment, with what is derived at that moment.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names are those of the lead's record")]
pub struct Subject<'a> {
    pub id: u64,
    pub stage: &'a str,
    pub kind: &'a str,
    pub pipeline: &'a str,
    pub owner: Option<&'a str>,
    pub claim_by: Option<&'a str>,
    pub assignee: Option<&'a str>,
    pub in_pool: bool,
    pub tags: &'a [String],
    pub created_at: Timestamp,
    pub follow_up: Option<Date>,
    pub last_contacted_at: Option<Timestamp>,
    pub changed_at: Timestamp,
    pub source: Option<&'a str>,
    pub name: &'a str,
    pub email: Option<&'a str>,
    pub company: Option<&'a str>,
    pub phone: Option<&'a str>,
    pub phone_e164: Option<&'a str>,
    pub customer: Option<u64>,
    /// The import it came by.
    pub import: Option<u64>,
    pub converted: bool,
    pub value: Option<Money>,
    pub trashed: bool,
    pub notes: Option<&'a str>,
}

/// A filter that was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    terms: Vec<Term>,
}

/// A term that could not be read, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadTerm {
    /// The term, as typed.
    pub term: String,
    /// What is wrong with it; what it repeats of the term is escaped.
    pub flaw: Flaw,
}

impl Filter {
    /// Reads the terms; none of them is every lead that is not trashed.
    pub fn parse(terms: &[String], context: &FilterContext<'_>) -> Result<Self, BadTerm> {
        let shown = |flaw: Flaw| Flaw {
            why: escape(&flaw.why).into_owned(),
            hints: flaw.hints.iter().map(|hint| escape(hint).into_owned()).collect(),
        };
        let read = |term: &String| {
            keys::read(term, context).map_err(|flaw| BadTerm { term: term.clone(), flaw: shown(flaw) })
        };
        terms.iter().map(read).collect::<Result<_, _>>().map(|terms| Self { terms })
    }

    /// Reads the terms of one string, as `--where` takes them: `stage:new name:"kim lee"`.
    pub fn parse_list(text: &str, context: &FilterContext<'_>) -> Result<Self, BadTerm> {
        let terms = split(text).map_err(|flaw| BadTerm { term: text.to_owned(), flaw })?;
        Self::parse(&terms, context)
    }

    /// Whether the lead is meant.
    pub fn matches(&self, subject: &Subject<'_>) -> bool {
        (!subject.trashed || self.speaks_of_trash()) && self.terms.iter().all(|term| term.matches(subject))
    }

    /// Whether trashed leads can match.
    pub fn wants_trash(&self) -> bool {
        let wanting = |term: &Term| !matches!(term.test, Test::Trash { yes: false, .. });
        self.speaks_of_trash() && self.terms.iter().all(wanting)
    }

    /// Whether the rendered notes are needed to decide.
    pub fn wants_notes(&self) -> bool {
        self.terms
            .iter()
            .any(|term| matches!(&term.test, Test::Text { fields, .. } if fields.contains(&Text::Notes)))
    }

    /// The ids of the stages outside which nothing matches; none where all stages may.
    pub fn exact_stages(&self) -> Option<Vec<&str>> {
        let mut exact: Option<Vec<&str>> = None;
        for term in self.terms.iter().filter(|term| !term.is_not) {
            if let Test::Stage(ids) = &term.test {
                let ids = ids.iter().map(String::as_str);
                exact = Some(match exact {
                    None => ids.collect(),
                    Some(before) => ids.filter(|id| before.contains(id)).collect(),
                });
            }
        }
        exact
    }

    /// The ids of the pipelines outside which nothing matches; none where all may.
    pub fn exact_pipelines(&self) -> Option<Vec<&str>> {
        let named = self.terms.iter().filter(|term| !term.is_not).filter_map(|term| match &term.test {
            Test::Pipeline(ids) => Some(ids.iter().map(String::as_str).collect::<Vec<_>>()),
            _ => None,
        });
        named.reduce(|all, one| all.into_iter().filter(|id| one.contains(id)).collect())
    }

    /// The first and the last follow-up date outside which nothing matches, both included.
    ///
    /// None where leads without a follow-up may match, or nothing is said of it.
    pub fn due_range(&self) -> Option<(Date, Date)> {
        let mut ranges = self.terms.iter().filter_map(|term| match &term.test {
            Test::Due { none: false, ranges } => {
                let from = ranges.iter().map(|range| range.from.unwrap_or(Date::MIN)).min()?;
                let to = ranges.iter().map(|range| range.to.unwrap_or(Date::MAX)).max()?;
                Some((from, to))
            }
            _ => None,
        });
        let first = ranges.next()?;
        Some(ranges.fold(first, |all, one| (all.0.max(one.0), all.1.min(one.1))))
    }

    /// Whether a term is about the trash.
    pub fn speaks_of_trash(&self) -> bool {
        self.terms.iter().any(|term| matches!(term.test, Test::Trash { .. }))
    }
}

#[cfg(test)]
mod tests;
