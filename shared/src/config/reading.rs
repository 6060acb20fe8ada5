//! The values of a file, each read by one strict rule.
//!
//! A reader takes the value as it stands in the text and says what does not fit; where that is in
//! the text is kept beside it. Nothing here knows a key.

use std::ops::{Range, RangeInclusive};

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ToSpan as _};
use toml::Spanned;
use toml::de::DeValue;

use super::reports::DAYS;
use crate::domain::command::split;
use crate::domain::likeness::closest;
use crate::domain::money::Currency;
use crate::domain::phone;
use crate::domain::refusal::Flaw;

/// The most characters a text may have.
const LONGEST: usize = 1000;
/// The longest length of time: ten years.
const LONGEST_SPAN: i64 = 3650 * 86_400;

/// A value that does not fit, and where it stands.
pub(super) struct Misfit {
    pub(super) span: Range<usize>,
    pub(super) flaw: Flaw,
}

pub(super) type Read<T> = Result<T, Misfit>;
pub(super) type Raw<'a, 'i> = &'a Spanned<DeValue<'i>>;

pub(super) fn misfit<T>(raw: Raw<'_, '_>, flaw: Flaw) -> Read<T> {
    Err(Misfit { span: raw.span(), flaw })
}

fn string<'a>(raw: Raw<'a, '_>, wanted: &str, example: &str) -> Read<&'a str> {
    match raw.get_ref() {
        DeValue::String(text) => Ok(text),
        other => misfit(raw, Flaw::new(format!("is {}, not {wanted}", name_of(other))).hint(example)),
    }
}

/// What a value is, with its article.
pub(super) fn name_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a number",
        DeValue::Float(_) => "a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or time without quotes",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn line(raw: Raw<'_, '_>, wanted: &str, example: &str) -> Read<String> {
    let text = string(raw, wanted, example)?;
    if text.trim().is_empty() {
        misfit(raw, Flaw::new("is blank").hint(example))
    } else if text.chars().count() > LONGEST {
        misfit(raw, Flaw::new(format!("has over {LONGEST} characters")))
    } else if text.chars().any(is_unsafe) {
        misfit(raw, Flaw::new("holds a control character"))
    } else {
        Ok(text.to_owned())
    }
}

pub(super) fn text(raw: Raw<'_, '_>) -> Read<String> {
    line(raw, "text", "put it in quotes").map(|text| text.trim().to_owned())
}

pub(super) fn path(raw: Raw<'_, '_>) -> Read<String> {
    line(raw, "a path", "put it in quotes")
}

pub(super) fn command(raw: Raw<'_, '_>) -> Read<String> {
    let typed = line(raw, "a command", "write the program and its arguments in one pair of quotes")?;
    match split(&typed) {
        Ok(_) => Ok(typed),
        Err(bad) => misfit(raw, Flaw::new(format!("is no command: {bad}"))),
    }
}

pub(super) fn zone(raw: Raw<'_, '_>) -> Read<TimeZone> {
    let typed = string(raw, "a zone", "\"Europe/Berlin\"")?;
    super::zone::zone(typed).or_else(|flaw| misfit(raw, flaw))
}

pub(super) fn country(raw: Raw<'_, '_>) -> Read<String> {
    let upper = string(raw, "a country", "\"DE\"")?.to_ascii_uppercase();
    if phone::is_country(&upper) {
        return Ok(upper);
    }
    let flaw = Flaw::new("is not a country's two letters (ISO 3166)");
    misfit(raw, flaw.hint(if upper == "UK" { "did you mean `GB`?" } else { "\"DE\"" }))
}

pub(super) fn currency(raw: Raw<'_, '_>) -> Read<String> {
    let upper = string(raw, "a currency", "\"EUR\"")?.to_ascii_uppercase();
    let Err(flaw) = Currency::parse(&upper) else { return Ok(upper) };
    // Of three letters, it says which were meant; of others, how an amount is written.
    let meant = flaw.hints.into_iter().next().filter(|_| upper.len() == 3);
    let hint = meant.unwrap_or_else(|| "\"EUR\"".to_owned());
    misfit(raw, Flaw::new("is not a currency's three letters (ISO 4217)").hint(hint))
}

pub(super) fn time(raw: Raw<'_, '_>) -> Read<Time> {
    let typed = string(raw, "a time of day", "\"08:00\"")?;
    let two = |part: &str| match part.as_bytes() {
        [b'0'..=b'9'] | [b'0'..=b'9', b'0'..=b'9'] => part.parse::<i8>().ok(),
        _ => None,
    };
    let read = || {
        let (hour, minute) = typed.split_once(':')?;
        if minute.len() != 2 {
            return None;
        }
        Time::new(two(hour)?, two(minute)?, 0, 0).ok()
    };
    read().map_or_else(
        || misfit(raw, Flaw::new("is not a time of day").hint("\"08:00\", from 00:00 to 23:59")),
        Ok,
    )
}

pub(super) fn count(raw: Raw<'_, '_>, within: RangeInclusive<u32>) -> Read<u32> {
    let (least, most) = (within.start(), within.end());
    match raw.get_ref() {
        DeValue::Integer(number) => {
            let read = i64::from_str_radix(number.as_str(), number.radix()).ok();
            match read.and_then(|number| u32::try_from(number).ok()).filter(|number| within.contains(number))
            {
                Some(number) => Ok(number),
                None => misfit(raw, Flaw::new(format!("is not from {least} to {most}"))),
            }
        }
        DeValue::String(text) if text.trim().parse::<i64>().is_ok() => {
            misfit(raw, Flaw::new("is text, not a number").hint("leave out the quotes"))
        }
        other => {
            misfit(raw, Flaw::new(format!("is {}, not a number from {least} to {most}", name_of(other))))
        }
    }
}

fn list<'a, 'i>(raw: Raw<'a, 'i>, example: &str) -> Read<&'a [Spanned<DeValue<'i>>]> {
    match raw.get_ref() {
        DeValue::Array(list) if list.len() > 100 => misfit(raw, Flaw::new("has over 100 entries")),
        DeValue::Array(list) => Ok(list),
        other => misfit(raw, Flaw::new(format!("is {}, not a list", name_of(other))).hint(example)),
    }
}

pub(super) fn days(raw: Raw<'_, '_>) -> Read<Vec<u32>> {
    let mut days: Vec<u32> = Vec::new();
    for one in list(raw, "[1, 2, 3]")? {
        let day = count(one, 1..=3650)?;
        if days.last().is_some_and(|last| *last >= day) {
            return misfit(one, Flaw::new("does not come after the day before it").hint("[1, 2, 3]"));
        }
        days.push(day);
    }
    Ok(days)
}

pub(super) fn people(raw: Raw<'_, '_>) -> Read<Vec<String>> {
    let example = "[\"role:manager\"]";
    let mut people: Vec<String> = Vec::new();
    for one in list(raw, example)? {
        let person = line(one, "a login or `role:ID`", example)?;
        if person.contains(char::is_whitespace) || person.strip_prefix("role:").is_some_and(str::is_empty) {
            return misfit(one, Flaw::new("is not a login or `role:ID`").hint(example));
        }
        if people.contains(&person) {
            return misfit(one, Flaw::new("stands there twice"));
        }
        people.push(person);
    }
    Ok(people)
}

/// One text, or a list of at least one, each with where it stands.
pub(super) fn one_or_more<'a, 'i>(raw: Raw<'a, 'i>, example: &str) -> Read<Vec<(Raw<'a, 'i>, String)>> {
    let all = match raw.get_ref() {
        DeValue::String(_) => std::slice::from_ref(raw),
        _ => list(raw, example)?,
    };
    if all.is_empty() {
        return misfit(raw, Flaw::new("is empty").hint(example));
    }
    all.iter().map(|one| Ok((one, line(one, "text", example)?.trim().to_owned()))).collect()
}

/// Logins, `role:ID` and mail addresses.
pub(super) fn recipients(raw: Raw<'_, '_>) -> Read<Vec<String>> {
    let example = "[\"kim\", \"role:manager\", \"boss@acme.example\"]";
    let mut recipients: Vec<String> = Vec::new();
    for (one, typed) in one_or_more(raw, example)? {
        let is_bare = !typed.contains(['<', '>', '"']) && !typed.contains(char::is_whitespace);
        if typed.contains('@') {
            address(one)?;
        }
        if !is_bare || typed.strip_prefix("role:").is_some_and(str::is_empty) {
            return misfit(one, Flaw::new("is not a login, `role:ID` or a mail address").hint(example));
        }
        if recipients.contains(&typed) {
            return misfit(one, Flaw::new("stands there twice"));
        }
        recipients.push(typed);
    }
    Ok(recipients)
}

/// A day of the week, short or whole, in any case.
pub(super) fn weekday(raw: Raw<'_, '_>) -> Read<Weekday> {
    let typed = string(raw, "a day of the week", "\"mon\"")?.trim().to_lowercase();
    let whole = |day: Weekday| Date::constant(2026, 1, 5).saturating_add(day.since(Weekday::Monday).days());
    let whole = |day: Weekday| whole(day).strftime("%A").to_string().to_lowercase();
    let found = DAYS.iter().find(|(short, day)| *short == typed || whole(*day) == typed);
    found.map_or_else(
        || {
            let long: Vec<String> = DAYS.iter().map(|(_, day)| whole(*day)).collect();
            let near =
                closest(&typed, DAYS.iter().map(|(short, _)| *short).chain(long.iter().map(String::as_str)));
            let hint = near.map_or("\"mon\"".to_owned(), |near| format!("did you mean `{near}`?"));
            misfit(raw, Flaw::new("is not a day of the week").hint(hint))
        },
        |(_, day)| Ok(*day),
    )
}

pub(super) fn span(raw: Raw<'_, '_>, least: SignedDuration) -> Read<SignedDuration> {
    let example = "\"30m\", \"2h\", \"90d\"";
    let typed = string(raw, "a length of time", example)?;
    let read = || {
        let (number, seconds) = match typed.split_at_checked(typed.len().checked_sub(1)?)? {
            (number, "m") => (number, 60),
            (number, "h") => (number, 3600),
            (number, "d") => (number, 86_400),
            (number, "w") => (number, 7 * 86_400),
            _ => return None,
        };
        let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| {
            number.parse::<i64>().ok().and_then(|number| number.checked_mul(seconds)).unwrap_or(i64::MAX)
        })
    };
    match read() {
        None => misfit(raw, Flaw::new("is not a length of time").hint(example)),
        Some(seconds) if seconds > LONGEST_SPAN => misfit(raw, Flaw::new("is over ten years")),
        Some(seconds) if seconds < least.as_secs() => {
            misfit(raw, Flaw::new(format!("is under {}", spelled(least))).hint(example))
        }
        Some(seconds) => Ok(SignedDuration::from_secs(seconds)),
    }
}

/// A length of time as it is typed, in the largest unit that holds it whole; two days are `2d`,
/// one is `24h`.
pub(super) fn spelled(span: SignedDuration) -> String {
    match span.as_secs() {
        seconds if seconds >= 2 * 86_400 && seconds % 86_400 == 0 => format!("{}d", seconds / 86_400),
        seconds if seconds >= 3600 && seconds % 3600 == 0 => format!("{}h", seconds / 3600),
        seconds => format!("{}m", seconds / 60),
    }
}

pub(super) fn choice<T: Copy>(raw: Raw<'_, '_>, words: &[(&str, T)]) -> Read<T> {
    let list = words.iter().map(|(word, _)| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    let typed = string(raw, &format!("one of {list}"), "put it in quotes")?;
    if let Some((_, value)) = words.iter().find(|(word, _)| *word == typed) {
        return Ok(*value);
    }
    let flaw = Flaw::new(format!("is not one of {list}"));
    let near = closest(typed, words.iter().map(|(word, _)| *word));
    misfit(raw, near.into_iter().fold(flaw, |flaw, near| flaw.hint(format!("did you mean `{near}`?"))))
}

/// The word of a choice that stands for a value.
pub(super) fn word<T: Copy + PartialEq>(value: T, words: &[(&'static str, T)]) -> &'static str {
    words.iter().find(|(_, one)| *one == value).map_or("", |(word, _)| word)
}

pub(super) fn address(raw: Raw<'_, '_>) -> Read<String> {
    let example = "\"lead@acme.example\", or \"Acme <lead@acme.example>\"";
    let typed = line(raw, "a mail address", example)?.trim().to_owned();
    let bare = match typed.strip_suffix('>').and_then(|open| open.rsplit_once('<')) {
        Some((name, bare)) if !name.trim().is_empty() && !name.contains(['<', '>', '@', '"']) => bare,
        Some(_) => "",
        None => &typed,
    };
    let strict = email_address::Options::default().without_display_text();
    if bare.len() <= 254 && email_address::EmailAddress::parse_with_options(bare, strict).is_ok() {
        return Ok(typed);
    }
    misfit(raw, Flaw::new("is not a mail address").hint(example))
}

pub(super) fn host(raw: Raw<'_, '_>) -> Read<String> {
    let example = "\"mail.acme.example\"";
    let typed = line(raw, "a host", example)?;
    let is_name = typed.len() <= 253
        && typed.chars().all(|one| one.is_alphanumeric() || one == '-' || one == '.' || one == '_')
        && !typed.split('.').any(str::is_empty);
    if is_name || typed.parse::<std::net::IpAddr>().is_ok() {
        return Ok(typed);
    }
    let flaw = Flaw::new("is not a host").hint(example);
    misfit(
        raw,
        if typed.contains(':') { flaw.hint("its port is a key of its own: `port = 587`") } else { flaw },
    )
}
