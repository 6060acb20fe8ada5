//! WHEN: the dates and times that people type (cli.md §2), in the acting user's zone.
//!
//! A civil date and, where one was said, a civil time; instants are derived by whoever needs one
//! (T2). Refused are days and times that do not exist, readings that are two, and years outside
//! 1970 to 9998. The past is accepted: what is late may be said. Called for `schedule`, `--next`,
//! `--follow-up`, appointments, `--since` and by the filter.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::AmbiguousOffset;
use jiff::{ToSpan, Zoned};
use serde::{Deserialize, Serialize};

use super::badge::days_until;
use super::refusal::Flaw;

mod clock;
mod distance;
mod phrase;

pub use distance::{Distance, Unit};

/// The first and the last year that is taken.
pub const YEARS: std::ops::RangeInclusive<i16> = 1970..=9998;

/// The longest text that is read as a date, in bytes.
const LONGEST: usize = 64;

/// A date, maybe with a time of that day, in the zone of whoever said it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct When {
    /// The day.
    pub date: Date,
    /// The time of day, where one was said.
    pub time: Option<Time>,
}

/// What `typed` means to someone for whom it is `now`; the zone of `now` is theirs.
///
/// In any case: `2026-12-01`, `1 dec`, `today`, `tomorrow`, `yesterday`, `fri` (the coming one; on a
/// Friday next week's), `next fri` (the one of the next week, weeks beginning on Monday),
/// `in 3 days`, `+3d`, `2w`, `1m`, `1y`, `3 days ago`, `next week`, `next month` (the same day of it),
/// `end of week` (Friday), `end of month`, `end of year`; each with a time before or behind
/// (`fri 15:00`, `tomorrow at 9am`), a time alone being today's; `in 2 hours`, `+90min`.
pub fn parse(typed: &str, now: &Zoned) -> Result<When, Flaw> {
    let folded = typed.trim().to_lowercase();
    if folded.is_empty() {
        return Err(Flaw::new("is blank"));
    }
    if folded.len() > LONGEST {
        return Err(phrase::unreadable());
    }
    let spaced = split_iso(&folded);
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let (words, time) = clock::take(&words)?;
    let said = phrase::read(words, now).map_err(|flaw| match phrase::mended(words, now) {
        Some(mended) => Flaw::new(flaw.why).hint(format!("did you mean `{mended}`?")),
        None => flaw,
    })?;
    let when = match (said, time) {
        (phrase::Said::Moment(_), Some(_)) => return Err(Flaw::new("says the time twice")),
        (phrase::Said::Moment(moment), None) => moment,
        (phrase::Said::Day(date), time) => When { date, time },
    };
    if !YEARS.contains(&when.date.year()) {
        return Err(too_far());
    }
    exists(&when, now)?;
    Ok(when)
}

/// What is said back of a date: `Fri 2026-12-04 15:00 Europe/Berlin, in 12 days`; of a time of today
/// that is over, that it is past.
pub fn describe(when: &When, now: &Zoned) -> String {
    let zone = now.time_zone().iana_name().map_or_else(|| now.offset().to_string(), str::to_owned);
    let date = when.date;
    let mut shown = format!("{} {date}", date.strftime("%a"));
    if let Some(time) = when.time {
        shown.push(' ');
        shown.push_str(&clock::show(time));
    }
    let is_past = date == now.date() && when.time.is_some_and(|time| time < now.time());
    let past = if is_past { ", already past" } else { "" };
    format!("{shown} {zone}, {}{past}", away(date, now.date()))
}

/// The distance in days, in words: `today`, `tomorrow`, `in 12 days`, `3 days ago`.
pub fn away(date: Date, today: Date) -> String {
    match days_until(date, today) {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        -1 => "yesterday".to_owned(),
        days @ 2.. => format!("in {days} days"),
        days => format!("{} days ago", days.unsigned_abs()),
    }
}

/// The flaw of a date outside [`YEARS`].
fn too_far() -> Flaw {
    Flaw::new(format!("is not between the years {} and {}", YEARS.start(), YEARS.end()))
}

/// `2026-12-01t15:00` with a space for the `t`.
fn split_iso(folded: &str) -> String {
    match folded.split_once('t') {
        Some((date, time))
            if date.starts_with(|c: char| c.is_ascii_digit())
                && date.contains('-')
                && time.starts_with(|c: char| c.is_ascii_digit()) =>
        {
            format!("{date} {time}")
        }
        _ => folded.to_owned(),
    }
}

/// Refuses what the zone's clocks leave out: a time in a gap, or a whole day (T2).
fn exists(when: &When, now: &Zoned) -> Result<(), Flaw> {
    let zone = now.time_zone();
    let skipped =
        |at: DateTime| matches!(zone.to_ambiguous_timestamp(at).offset(), AmbiguousOffset::Gap { .. });
    let (is_skipped, at) = match when.time {
        Some(time) => {
            let at = when.date.to_datetime(time);
            (skipped(at), at)
        }
        None => {
            let last = when.date.to_datetime(Time::constant(23, 59, 59, 0));
            (skipped(when.date.to_datetime(Time::midnight())) && skipped(last), last)
        }
    };
    if !is_skipped {
        return Ok(());
    }
    let name = zone.iana_name().unwrap_or("this zone");
    let flaw = Flaw::new(format!("does not exist, the clocks of {name} skip it"));
    Err(match (first_after(at, now), when.time) {
        (Some(next), Some(_)) => {
            flaw.hint(format!("the next valid one is `{} {}`", next.date(), clock::show(next.time())))
        }
        (Some(next), None) => flaw.hint(format!("the next valid one is `{}`", next.date())),
        (None, _) => flaw,
    })
}

/// The first time the clocks show after the gap that `at` lies in.
fn first_after(at: DateTime, now: &Zoned) -> Option<DateTime> {
    let zone = now.time_zone();
    let beyond = zone.to_ambiguous_timestamp(at).compatible().ok()?;
    let change = zone.preceding(beyond.checked_add(1.second()).ok()?).next()?;
    Some(change.timestamp().to_zoned(zone.clone()).datetime())
}

#[cfg(test)]
mod tests;
