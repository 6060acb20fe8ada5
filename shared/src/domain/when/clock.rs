//! The time of day in a WHEN: `15:00`, `9am`, `9:30 pm`, `noon`, with or without `at`.
//!
//! It stands before or behind the day. A bare hour is a time only after `at`.

use jiff::civil::Time;

use crate::domain::refusal::Flaw;

/// The words without the time among them, and the time.
pub(super) fn take<'a, 'w>(words: &'a [&'w str]) -> Result<(&'a [&'w str], Option<Time>), Flaw> {
    for length in (1..=3.min(words.len())).rev() {
        let (rest, tail) = words.split_at(words.len() - length);
        if let Some(time) = whole(tail) {
            return Ok((rest, Some(time?)));
        }
        let (head, rest) = words.split_at(length);
        if let Some(time) = whole(head) {
            return Ok((rest, Some(time?)));
        }
    }
    Ok((words, None))
}

/// `15:00`, or `15:00:30` where there are seconds.
pub(super) fn show(time: Time) -> String {
    time.strftime(if time.second() == 0 { "%H:%M" } else { "%H:%M:%S" }).to_string()
}

/// The time that exactly these words are, if they are one.
fn whole(words: &[&str]) -> Option<Result<Time, Flaw>> {
    match words {
        ["at", hour] if is_number(hour) => Some(read(hour, None)),
        ["at", rest @ ..] => whole(rest),
        ["noon"] => Some(Ok(Time::constant(12, 0, 0, 0))),
        ["midnight"] => Some(Ok(Time::midnight())),
        [clock, half @ ("am" | "pm")] if looks_like(clock) => Some(read(clock, Some(half))),
        [word] => {
            let (clock, half) = match word.strip_suffix("am") {
                Some(clock) => (clock, Some("am")),
                None => word.strip_suffix("pm").map_or((*word, None), |clock| (clock, Some("pm"))),
            };
            (looks_like(clock) && (half.is_some() || clock.contains(':'))).then(|| read(clock, half))
        }
        _ => None,
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn looks_like(clock: &str) -> bool {
    clock.starts_with(|c: char| c.is_ascii_digit()) && clock.bytes().all(|b| b.is_ascii_digit() || b == b':')
}

fn read(clock: &str, half: Option<&str>) -> Result<Time, Flaw> {
    let none = || Flaw::new("has no such time").hint("write the time as `15:00` or `3pm`");
    let mut parts = clock.split(':');
    let mut part = |is_hour: bool| match parts.next() {
        None if !is_hour => Ok(0),
        Some(digits) if is_number(digits) && digits.len() <= 2 && (is_hour || digits.len() == 2) => {
            digits.parse::<i8>().map_err(|_| none())
        }
        _ => Err(none()),
    };
    let (hour, minute, second) = (part(true)?, part(false)?, part(false)?);
    if parts.next().is_some() {
        return Err(none());
    }
    let hour = match half {
        None => hour,
        Some(_) if !(1..=12).contains(&hour) => return Err(none()),
        Some("am") => hour % 12,
        Some(_) => hour % 12 + 12,
    };
    if second > 59 {
        return Err(none());
    }
    Time::new(hour, minute, second, 0).map_err(|_| none())
}
