//! The words of the filter: keys, suffixes and the closed sets behind them.
//!
//! What is not in a closed set is an error with the nearest word; a tag or a source may be any.

use super::range::{self, Bend, Range};
use super::table::KEYS;
use super::term::{Instant, Needle, One, Person, Term, Test};
use super::{FilterContext, Text};
use crate::domain::likeness::{self, closest};
use crate::domain::money::Money;
use crate::domain::name::same;
use crate::domain::refusal::Flaw;
use crate::domain::text::fold;
use jiff::ToSpan;

/// Reads one term.
pub(super) fn read(term: &str, context: &FilterContext<'_>) -> Result<Term, Flaw> {
    if term.trim().is_empty() {
        return Err(Flaw::new("is blank"));
    }
    let Some((typed_key, typed)) = term.split_once(':') else {
        let fields = if context.searched.is_empty() { &[Text::Name, Text::Email] } else { context.searched };
        let needles = literal(&values(term)?);
        return Ok(Term { is_not: false, test: Test::Text { fields: fields.to_vec(), needles } });
    };
    let (key, suffix) = key_of(typed_key, term)?;
    let values = values(typed)?;
    let correct = |word: &str| format!("{typed_key}:{word}");
    let closed = |known: &[&str], what: &str| -> Result<Vec<String>, Flaw> {
        values.iter().map(|value| one_known(value, known, what, &correct)).collect()
    };
    let yes_no = || -> Result<(bool, bool), Flaw> {
        let said = closed(&["yes", "no"], "value")?;
        Ok((said.iter().any(|word| word == "yes"), said.iter().any(|word| word == "no")))
    };
    let person = |which| -> Result<Test, Flaw> {
        let known: Vec<&str> = ["me", "none", "any"].iter().chain(context.users).copied().collect();
        let read = |value: &&str| {
            special(value).map_or_else(
                || {
                    let login = one_known(value, &known, "user", &correct)?;
                    Ok(One::Is(if same(&login, "me") { context.me.to_owned() } else { login }))
                },
                Ok,
            )
        };
        Ok(Test::Person(which, values.iter().map(read).collect::<Result<_, Flaw>>()?))
    };
    let text = |field: Text| Test::Text { fields: vec![field], needles: needles(&values) };
    let test = match key {
        "stage" => Test::Stage(stages(&values, context, &correct)?),
        "kind" => Test::Kind(closed(context.kinds, "kind")?),
        "pipeline" => Test::Pipeline(closed(context.pipelines, "pipeline")?),
        "owner" => person(Person::Owner)?,
        "claim" => person(Person::Claim)?,
        "assignee" => person(Person::Assignee)?,
        "pool" => yes_no().map(|(yes, no)| Test::Pool { yes, no })?,
        "converted" => yes_no().map(|(yes, no)| Test::Converted { yes, no })?,
        "trash" => yes_no().map(|(yes, no)| Test::Trash { yes, no })?,
        "tag" => {
            let tags =
                values.iter().map(|tag| special(tag).unwrap_or_else(|| One::Is((*tag).to_owned()))).collect();
            Test::Tags { all: suffix == "all", tags }
        }
        "created" => instants(Instant::Created, &values, suffix, context)?,
        "contacted" => instants(Instant::Contacted, &values, suffix, context)?,
        "idle" => instants(Instant::Changed, &values, suffix, context)?,
        "due" => due(&values, suffix, context)?,
        "source" => text(Text::Source),
        "name" => text(Text::Name),
        "email" => text(Text::Email),
        "company" => text(Text::Company),
        "phone" => text(Text::Phone),
        "text" => {
            let fields = vec![Text::Name, Text::Email, Text::Company, Text::Phone, Text::Source, Text::Notes];
            Test::Text { fields, needles: literal(&values) }
        }
        "customer" | "import" => {
            let numbers = values.iter().map(|value| number(value, key)).collect::<Result<_, _>>()?;
            if key == "customer" { Test::Customer(numbers) } else { Test::Import(numbers) }
        }
        _ => value(&values, suffix, context)?,
    };
    Ok(Term { is_not: suffix == "not", test })
}

/// The key and its suffix, both known and fitting.
fn key_of(typed: &str, term: &str) -> Result<(&'static str, &'static str), Flaw> {
    let (key, suffix) = typed.split_once('.').unwrap_or((typed, ""));
    let Some(known) = KEYS.iter().find(|known| same(known.name, key)) else {
        let flaw = Flaw::new(format!("has the unknown key `{key}`"));
        let flaw = match closest(key, KEYS.iter().map(|known| known.name)) {
            Some(near) => flaw.hint(format!("did you mean `{}`?", term.replacen(key, near, 1))),
            None => flaw,
        };
        return Err(flaw.hint(format!("`text:{term}` looks for the words")));
    };
    match known.suffixes.iter().find(|one| same(one, suffix)) {
        Some(suffix) => Ok((known.name, suffix)),
        None => {
            let name = known.name;
            let forms = known
                .suffixes
                .iter()
                .map(|one| if one.is_empty() { format!("`{name}:`") } else { format!("`{name}.{one}:`") });
            let why = if suffix.is_empty() {
                format!("needs a suffix to `{name}`")
            } else {
                format!("has the unknown suffix `.{suffix}`")
            };
            if let Some(near) = closest(suffix, known.suffixes.iter().copied()) {
                let meant = format!("{name}.{near}:{}", term.split_once(':').map_or("", |(_, value)| value));
                return Err(Flaw::new(why).hint(format!("did you mean `{meant}`?")));
            }
            Err(Flaw::new(why).hint(format!("write {}", forms.collect::<Vec<_>>().join(" or "))))
        }
    }
}

/// The values between commas, none of them empty.
fn values(typed: &str) -> Result<Vec<&str>, Flaw> {
    let values: Vec<&str> = typed.split(',').map(str::trim).collect();
    if values.iter().any(|value| value.is_empty()) {
        return Err(Flaw::new(if values.len() == 1 {
            "has no value"
        } else {
            "has an empty value beside a comma"
        }));
    }
    Ok(values)
}

fn special<T>(value: &str) -> Option<One<T>> {
    match fold(value).as_str() {
        "none" => Some(One::None),
        "any" => Some(One::Any),
        _ => None,
    }
}

fn needles(values: &[&str]) -> Vec<One<Needle>> {
    values.iter().map(|value| special(value).unwrap_or_else(|| One::Is(Needle::new(value)))).collect()
}

fn literal(values: &[&str]) -> Vec<One<Needle>> {
    values.iter().map(|value| One::Is(Needle::new(value))).collect()
}

fn one_known(
    value: &str,
    known: &[&str],
    what: &str,
    correct: &dyn Fn(&str) -> String,
) -> Result<String, Flaw> {
    if let Some(word) = known.iter().find(|word| same(word, value)) {
        return Ok((*word).to_owned());
    }
    let flaw = Flaw::new(format!("has the unknown {what} `{value}`"));
    let hint = likeness::hint(value, known.iter().copied(), correct);
    Err(hint.into_iter().fold(flaw, Flaw::hint))
}

/// The ids of the stages; a label stands for every stage that has it.
fn stages(
    values: &[&str],
    context: &FilterContext<'_>,
    correct: &dyn Fn(&str) -> String,
) -> Result<Vec<String>, Flaw> {
    let mut ids: Vec<String> = Vec::new();
    for value in values {
        let meant = context.stages.iter().filter(|(id, label)| same(id, value) || same(label, value));
        let before = ids.len();
        ids.extend(meant.map(|(id, _)| (*id).to_owned()));
        if ids.len() == before {
            let mut known: Vec<&str> = context.stages.iter().map(|(id, _)| *id).collect();
            known.dedup();
            one_known(value, &known, "stage", correct)?;
        }
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

fn bend(suffix: &str) -> Bend {
    match suffix {
        "within" => Bend::Within,
        "before" | "over" => Bend::Before,
        "after" => Bend::After,
        _ => Bend::Plain,
    }
}

fn instants(
    which: Instant,
    values: &[&str],
    suffix: &str,
    context: &FilterContext<'_>,
) -> Result<Test, Flaw> {
    let (mut none, mut ranges) = (false, Vec::new());
    for value in values {
        match (which, suffix, fold(value).as_str()) {
            (Instant::Contacted, "", "never" | "none") => none = true,
            (Instant::Contacted, "", "any") => ranges.push(Range { from: None, to: None }),
            (Instant::Changed, ..) if crate::domain::when::Distance::parse(value).is_none() => {
                return Err(Flaw::new("is not a span of time").hint("write it as `idle.over:30d`"));
            }
            (Instant::Contacted, "", _) => ranges.push(
                range::instants(value, bend(suffix), context.now)
                    .map_err(|flaw| meant(flaw, value, "contacted", &["never", "none", "any"]))?,
            ),
            _ => ranges.push(range::instants(value, bend(suffix), context.now)?),
        }
    }
    Ok(Test::At { which, none, ranges })
}

fn due(values: &[&str], suffix: &str, context: &FilterContext<'_>) -> Result<Test, Flaw> {
    let today = context.now.date();
    let (mut none, mut ranges) = (false, Vec::new());
    for value in values {
        ranges.push(match (suffix, fold(value).as_str()) {
            ("", "none") => {
                none = true;
                continue;
            }
            ("", "any") => Range { from: None, to: None },
            ("", "overdue") => Range { from: None, to: today.yesterday().ok() },
            ("", "upcoming") => Range { from: today.tomorrow().ok(), to: today.checked_add(2.days()).ok() },
            ("", _) => range::days(value, bend(suffix), context.now)
                .map_err(|flaw| meant(flaw, value, "due", &["overdue", "upcoming", "none", "any"]))?,
            _ => range::days(value, bend(suffix), context.now)?,
        });
    }
    Ok(Test::Due { none, ranges })
}

/// The flaw of what is no date, with the word that was meant in its place where one is near.
fn meant(flaw: Flaw, value: &str, key: &str, words: &[&str]) -> Flaw {
    match closest(value, words.iter().copied()) {
        Some(near) => Flaw::new(flaw.why).hint(format!("did you mean `{key}:{near}`?")),
        None => flaw,
    }
}

/// The number of a record of that kind, counted from 1.
fn number(value: &str, key: &str) -> Result<One<u64>, Flaw> {
    match (special(value), value.parse()) {
        (Some(one), _) => Ok(one),
        (None, Ok(number)) if number > 0 => Ok(One::Is(number)),
        _ => Err(Flaw::new(format!("is not the number of any {key}"))
            .hint(format!("write it as `{key}:3` or `{key}:none`"))),
    }
}

fn value(values: &[&str], suffix: &str, context: &FilterContext<'_>) -> Result<Test, Flaw> {
    if suffix.is_empty() {
        let asked = values.iter().map(|value| special(value)).collect::<Option<_>>();
        return asked
            .map(Test::Value)
            .ok_or_else(|| Flaw::new("is neither `none` nor `any`").hint("value.over:5000"));
    }
    let amounts: Vec<Money> =
        values.iter().map(|value| Money::parse(value, context.currency)).collect::<Result<_, _>>()?;
    // Two of one currency would be one of them: it is one amount with a mark at its thousands.
    let is_said_twice =
        |(at, money): (usize, &Money)| amounts[..at].iter().any(|other| other.currency() == money.currency());
    if amounts.iter().enumerate().any(is_said_twice) {
        return Err(Flaw::new("has two amounts in one currency")
            .hint(format!("did you mean `value.{suffix}:{}`?", values.concat())));
    }
    Ok(if suffix == "over" { Test::Over(amounts) } else { Test::Under(amounts) })
}
