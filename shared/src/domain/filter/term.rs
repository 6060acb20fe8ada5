//! One term of a filter, and whether a lead passes it.

use jiff::Timestamp;
use jiff::civil::Date;

use super::range::Range;
use super::{Subject, Text};
use crate::domain::money::Money;
use crate::domain::name::same;
use crate::domain::{phone, text};

/// A test, maybe turned round.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Term {
    pub(super) is_not: bool,
    pub(super) test: Test,
}

/// What a value may be asked to be, beside a value of its own.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum One<T> {
    None,
    Any,
    Is(T),
}

/// Which of a lead's people.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Person {
    Owner,
    Claim,
    Assignee,
}

/// Which of a lead's instants.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Instant {
    Created,
    Contacted,
    Changed,
}

/// What is looked for in a text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Needle {
    /// The text, folded.
    pub(super) folded: String,
    /// Its digits, where it is nothing but a part of a number.
    pub(super) digits: Option<String>,
}

/// The tests.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Test {
    Stage(Vec<String>),
    Kind(Vec<String>),
    Pipeline(Vec<String>),
    Person(Person, Vec<One<String>>),
    Pool { yes: bool, no: bool },
    Converted { yes: bool, no: bool },
    Trash { yes: bool, no: bool },
    Tags { all: bool, tags: Vec<One<String>> },
    At { which: Instant, none: bool, ranges: Vec<Range<Timestamp>> },
    Due { none: bool, ranges: Vec<Range<Date>> },
    Text { fields: Vec<Text>, needles: Vec<One<Needle>> },
    Customer(Vec<One<u64>>),
    Import(Vec<One<u64>>),
    Value(Vec<One<()>>),
    Over(Vec<Money>),
    Under(Vec<Money>),
}

impl Term {
    /// Whether the lead passes; what is missing passes neither way.
    pub(super) fn matches(&self, subject: &Subject<'_>) -> bool {
        self.test.holds(subject).is_some_and(|holds| holds != self.is_not)
    }
}

impl Test {
    /// Whether it holds; none where the value is missing and `none` was not asked for.
    fn holds(&self, subject: &Subject<'_>) -> Option<bool> {
        let among = |ids: &[String], id: &str| Some(ids.iter().any(|one| same(one, id)));
        match self {
            Self::Stage(ids) => among(ids, subject.stage),
            Self::Kind(ids) => among(ids, subject.kind),
            Self::Pipeline(ids) => among(ids, subject.pipeline),
            Self::Person(person, asked) => {
                let who = match person {
                    Person::Owner => subject.owner,
                    Person::Claim => subject.claim_by,
                    Person::Assignee => subject.assignee,
                };
                one_of(asked, who, |login, who| same(login, who))
            }
            Self::Pool { yes, no } => Some(if subject.in_pool { *yes } else { *no }),
            Self::Converted { yes, no } => Some(if subject.converted { *yes } else { *no }),
            Self::Trash { yes, no } => Some(if subject.trashed { *yes } else { *no }),
            Self::Tags { all, tags } => {
                let has = |asked: &One<String>| match asked {
                    One::None => subject.tags.is_empty(),
                    One::Any => !subject.tags.is_empty(),
                    One::Is(tag) => subject.tags.iter().any(|one| same(one, tag)),
                };
                Some(if *all { tags.iter().all(has) } else { tags.iter().any(has) })
            }
            Self::At { which, none, ranges } => {
                let at = match which {
                    Instant::Created => Some(subject.created_at),
                    Instant::Changed => Some(subject.changed_at),
                    Instant::Contacted => subject.last_contacted_at,
                };
                in_ranges(*none, ranges, at)
            }
            Self::Due { none, ranges } => in_ranges(*none, ranges, subject.follow_up),
            Self::Text { fields, needles } => {
                let mut outcome = None;
                for field in fields {
                    match one_of(needles, text_of(*field, subject), |needle, text| {
                        needle.is_in(text)
                            || (*field == Text::Phone && needle.is_in_number(text, subject.phone_e164))
                    }) {
                        Some(true) => return Some(true),
                        found => outcome = outcome.or(found),
                    }
                }
                outcome
            }
            Self::Import(asked) => one_of(asked, subject.import, |number, import| *number == import),
            Self::Customer(asked) => one_of(asked, subject.customer, |number, customer| *number == customer),
            Self::Value(asked) => one_of(asked, subject.value, |(), _| false),
            Self::Over(floors) => subject.value.map(|value| floors.iter().any(|floor| value > *floor)),
            Self::Under(tops) => subject.value.map(|value| tops.iter().any(|top| value < *top)),
        }
    }
}

fn one_of<T, V: Copy>(asked: &[One<T>], value: Option<V>, is: impl Fn(&T, V) -> bool) -> Option<bool> {
    match value {
        None => asked.iter().any(|one| matches!(one, One::None)).then_some(true),
        Some(value) => Some(asked.iter().any(|one| match one {
            One::None => false,
            One::Any => true,
            One::Is(wanted) => is(wanted, value),
        })),
    }
}

fn in_ranges<T: PartialOrd + Copy>(none: bool, ranges: &[Range<T>], value: Option<T>) -> Option<bool> {
    match value {
        None => none.then_some(true),
        Some(value) => Some(ranges.iter().any(|range| range.holds(value))),
    }
}

fn text_of<'a>(field: Text, subject: &Subject<'a>) -> Option<&'a str> {
    match field {
        Text::Name => Some(subject.name),
        Text::Email => subject.email,
        Text::Company => subject.company,
        Text::Phone => subject.phone,
        Text::Source => subject.source,
        Text::Notes => subject.notes,
    }
}

impl Needle {
    /// What to look for, from what was typed.
    pub(super) fn new(typed: &str) -> Self {
        let digits = phone::digits(typed);
        let is_number = typed.chars().all(|c| c.is_ascii_digit() || " +-()./".contains(c));
        Self { folded: text::fold(typed), digits: (is_number && digits.len() >= 3).then_some(digits) }
    }

    fn is_in(&self, text: &str) -> bool {
        text::contains(text, &self.folded)
    }

    fn is_in_number(&self, typed: &str, e164: Option<&str>) -> bool {
        let Some(digits) = &self.digits else { return false };
        phone::digits(typed).contains(digits) || e164.is_some_and(|e164| e164.contains(digits.as_str()))
    }
}
