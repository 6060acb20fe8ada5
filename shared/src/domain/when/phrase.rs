//! The day in a WHEN: numbers, names and distances.
//!
//! A date written with the year first is read; every other order is refused with its readings, for
//! `1/12/26` is two days a season apart.

use jiff::civil::{Date, Weekday};
use jiff::{ToSpan, Zoned};

use super::{Distance, When, too_far};
use crate::domain::likeness::closest;
use crate::domain::refusal::Flaw;

/// What the words without the time say.
pub(super) enum Said {
    /// A day.
    Day(Date),
    /// A moment of its own, hours or minutes away.
    Moment(When),
}

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Reads the words; none of them is today.
pub(super) fn read(words: &[&str], now: &Zoned) -> Result<Said, Flaw> {
    if let ["on", rest @ ..] = words
        && !rest.is_empty()
    {
        return read(rest, now);
    }
    match by_name(words, now.date()) {
        Some(day) => day.map(Said::Day).map_err(|_| too_far()),
        None => far(words, now),
    }
}

/// A day that has a name from where today stands.
fn by_name(words: &[&str], today: Date) -> Option<Result<Date, jiff::Error>> {
    Some(match words {
        [] | ["today" | "now"] => Ok(today),
        ["tomorrow" | "tom"] => today.tomorrow(),
        ["yesterday"] => today.yesterday(),
        ["next", "week"] => today.checked_add(1.week()),
        ["next", "month"] => today.checked_add(1.month()),
        ["next", "year"] => today.checked_add(1.year()),
        ["next", name] => next_weeks(today, weekday(name)?),
        ["end", "of", rest @ ..] => return end_of(rest, today),
        ["eow"] => friday(today),
        ["eom"] => Ok(today.last_of_month()),
        ["eoy"] => Ok(today.last_of_year()),
        [name] | ["this", name] => today.nth_weekday(1, weekday(name)?),
        _ => return None,
    })
}

/// The last day of a span of the calendar: a week's is its Friday.
fn end_of(words: &[&str], today: Date) -> Option<Result<Date, jiff::Error>> {
    Some(match words {
        ["the" | "this", rest @ ..] => return end_of(rest, today),
        ["week"] => friday(today),
        ["month"] => Ok(today.last_of_month()),
        ["year"] => Ok(today.last_of_year()),
        ["next", "week"] => next_weeks(today, Weekday::Friday),
        ["next", "month"] => today.checked_add(1.month()).map(Date::last_of_month),
        ["next", "year"] => today.checked_add(1.year()).map(Date::last_of_year),
        _ => return None,
    })
}

/// Today if it is a Friday, else the coming one.
fn friday(today: Date) -> Result<Date, jiff::Error> {
    if today.weekday() == Weekday::Friday { Ok(today) } else { today.nth_weekday(1, Weekday::Friday) }
}

/// Such a day of the week that begins on the coming Monday.
fn next_weeks(today: Date, day: Weekday) -> Result<Date, jiff::Error> {
    let monday = today.nth_weekday(1, Weekday::Monday)?;
    monday.checked_add(i64::from(day.to_monday_zero_offset()).days())
}

fn weekday(word: &str) -> Option<Weekday> {
    let extra = matches!(word, "tues" | "weds" | "thur" | "thurs");
    let (_, day) = WEEKDAYS.iter().find(|(name, _)| {
        word == *name
            || (word.len() == 3 && name.starts_with(word))
            || (extra && name.starts_with(&word[..3]))
    })?;
    Some(*day)
}

fn month(word: &str) -> Option<i8> {
    let word = word.trim_end_matches(['.', ',']);
    let at = MONTHS.iter().position(|name| {
        word == *name
            || (word.len() == 3 && name.starts_with(word))
            || (word == "sept" && *name == "september")
    })?;
    i8::try_from(at + 1).ok()
}

/// A distance or a written date.
fn far(words: &[&str], now: &Zoned) -> Result<Said, Flaw> {
    let text = words.join(" ");
    let (text, is_back) = match text.strip_suffix(" ago") {
        Some(text) => (text, true),
        None => (text.strip_prefix("in ").or_else(|| text.strip_prefix('+')).unwrap_or(&text), false),
    };
    if let Some(distance) = Distance::parse(text) {
        let distance = distance?;
        let moment = if is_back { distance.before(now)? } else { distance.after(now)? };
        return Ok(if distance.is_elapsed() {
            let time = moment.time().with().second(0).subsec_nanosecond(0).build().map_err(|_| too_far())?;
            Said::Moment(When { date: moment.date(), time: Some(time) })
        } else {
            Said::Day(moment.date())
        });
    }
    match words {
        [word] => numeric(word, now.date()).unwrap_or_else(|| Err(unreadable())),
        [day, name] | [name, day] if month(name).is_some() => named(day, name, None, now.date()),
        [day, name, year] | [name, day, year] if month(name).is_some() => {
            named(day, name, Some(year), now.date())
        }
        _ => Err(unreadable()),
    }
    .map(Said::Day)
}

/// `1 dec` is the next one, today included; `1 dec 2026` that one.
fn named(day: &str, name: &str, year: Option<&str>, today: Date) -> Result<Date, Flaw> {
    let day = day.trim_end_matches([',', '.']);
    let day = ["st", "nd", "rd", "th"].iter().find_map(|suffix| day.strip_suffix(suffix)).unwrap_or(day);
    let (Some(day), Some(month)) = (number(day), month(name)) else { return Err(unreadable()) };
    match year {
        Some(year) if year.len() >= 4 => civil(number(year), Some(i64::from(month)), Some(day)),
        Some(_) => Err(unreadable()),
        None => {
            let this = i64::from(today.year());
            let in_year = |year| civil(Some(year), Some(i64::from(month)), Some(day));
            match in_year(this) {
                Ok(date) if date >= today => Ok(date),
                _ => in_year(this + 1),
            }
        }
    }
}

/// A date of three numbers; none where the word is not made of numbers.
fn numeric(word: &str, today: Date) -> Option<Result<Date, Flaw>> {
    let mark = word.chars().find(|c| !c.is_ascii_digit())?;
    if !matches!(mark, '-' | '/' | '.') {
        return None;
    }
    let parts: Vec<&str> = word.trim_end_matches('.').split(mark).collect();
    if parts.iter().any(|part| part.is_empty() || !part.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let year_of = |part: &str| number(part).map(|year| if part.len() <= 2 { 2000 + year } else { year });
    match parts[..] {
        [year, month, day] if year.len() >= 4 && mark != '.' => {
            Some(civil(number(year), number(month), number(day)))
        }
        [first, second, year] => Some(Err(ambiguous(first, second, year_of(year), mark))),
        [first, second] => Some(Err(ambiguous(first, second, Some(i64::from(today.year())), mark))),
        _ => None,
    }
}

/// The refusal of a date whose order is not told, with its readings as ISO dates, day first ahead.
fn ambiguous(first: &str, second: &str, year: Option<i64>, mark: char) -> Flaw {
    let mut readings = Vec::new();
    if let Ok(date) = civil(year, number(second), number(first)) {
        readings.push(date.to_string());
    }
    if mark != '.'
        && let Ok(date) = civil(year, number(first), number(second))
    {
        readings.push(date.to_string());
    }
    readings.dedup();
    match readings.len() {
        0 => unreadable(),
        1 => Flaw { why: "does not have the year first".to_owned(), hints: readings },
        _ => Flaw { why: "may be two dates".to_owned(), hints: readings },
    }
}

fn civil(year: Option<i64>, month: Option<i64>, day: Option<i64>) -> Result<Date, Flaw> {
    let year = year.and_then(|year| i16::try_from(year).ok()).filter(|year| super::YEARS.contains(year));
    let Some(year) = year else { return Err(too_far()) };
    let small = |part: Option<i64>| part.and_then(|part| i8::try_from(part).ok());
    let (Some(month), Some(day)) = (small(month), small(day)) else { return Err(no_such_day()) };
    Date::new(year, month, day).map_err(|_| no_such_day())
}

fn number(text: &str) -> Option<i64> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

fn no_such_day() -> Flaw {
    Flaw::new("has no such day")
}

/// The words with each misspelt one as it was meant, where that makes a day.
pub(super) fn mended(words: &[&str], now: &Zoned) -> Option<String> {
    let known = || {
        let plain = ["today", "tomorrow", "yesterday", "next", "end", "of", "in", "ago", "this"];
        let spans = ["week", "month", "year", "days", "weeks", "months", "years", "hours", "minutes"];
        let days = WEEKDAYS.iter().map(|(name, _)| *name);
        plain.into_iter().chain(spans).chain(days).chain(MONTHS)
    };
    let is_misspelt = |word: &str| word.bytes().all(|byte| byte.is_ascii_alphabetic());
    let meant = words.iter().map(|word| match closest(word, known()) {
        Some(near) if is_misspelt(word) => near,
        _ => word,
    });
    let meant: Vec<&str> = meant.collect();
    (meant != words && read(&meant, now).is_ok()).then(|| meant.join(" "))
}

/// The flaw of what is no date in any form.
pub(super) fn unreadable() -> Flaw {
    Flaw::new("is not a date").hint("write it as `2026-12-01`, `tomorrow`, `fri 15:00`, `in 3 days` or `2w`")
}
