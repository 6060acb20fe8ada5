//! Ranges of days and instants, as the filter's words give them.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan, Zoned};

use crate::domain::refusal::Flaw;
use crate::domain::when::{self, Distance, When};

/// From one value to another, both included; an end that is none is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range<T> {
    pub(super) from: Option<T>,
    pub(super) to: Option<T>,
}

impl<T: PartialOrd + Copy> Range<T> {
    pub(super) fn holds(&self, value: T) -> bool {
        self.from.is_none_or(|from| from <= value) && self.to.is_none_or(|to| value <= to)
    }
}

/// How the key's suffix bends a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bend {
    /// The value as it stands: a day, a range, a span from now.
    Plain,
    /// Up to the value.
    Before,
    /// From the value on.
    After,
    /// A span from now.
    Within,
}

/// The instants meant by a value of `created`, `contacted` or `idle`; a bare span looks back.
pub(super) fn instants(value: &str, bend: Bend, now: &Zoned) -> Result<Range<Timestamp>, Flaw> {
    if let Some(distance) = Distance::parse(value) {
        let at = distance?.before(now)?.timestamp();
        return Ok(match bend {
            Bend::Before => Range { from: None, to: Some(at) },
            Bend::Plain | Bend::Within | Bend::After => Range { from: Some(at), to: None },
        });
    }
    let (from, to) = ends(value, bend, now)?;
    let range = Range {
        from: from.map(|when| first(&when, now)).transpose()?,
        to: to.map(|when| last(&when, now)).transpose()?,
    };
    forward(range)
}

/// The days meant by a value of `due`; a bare span looks ahead.
pub(super) fn days(value: &str, bend: Bend, now: &Zoned) -> Result<Range<Date>, Flaw> {
    if let Some(distance) = Distance::parse(value) {
        let date = distance?.after(now)?.date();
        return Ok(match bend {
            Bend::Before => Range { from: None, to: Some(date) },
            Bend::After => Range { from: Some(date), to: None },
            Bend::Plain | Bend::Within => Range { from: Some(now.date()), to: Some(date) },
        });
    }
    let (from, to) = ends(value, bend, now)?;
    if [from, to].into_iter().flatten().any(|when| when.time.is_some()) {
        return Err(Flaw::new("has a time, where a day is asked for"));
    }
    forward(Range { from: from.map(|when| when.date), to: to.map(|when| when.date) })
}

fn forward<T: PartialOrd + Copy>(range: Range<T>) -> Result<Range<T>, Flaw> {
    match (range.from, range.to) {
        (Some(from), Some(to)) if from > to => Err(Flaw::new("ends before it begins")),
        _ => Ok(range),
    }
}

fn ends(value: &str, bend: Bend, now: &Zoned) -> Result<(Option<When>, Option<When>), Flaw> {
    let one = |typed: &str| when::parse(typed, now);
    match (bend, value.split_once("..")) {
        (Bend::Within, _) => Err(Flaw::new("is not a span of time").hint("write it as `24h`, `7d` or `2w`")),
        (Bend::Plain, Some(("", ""))) => Err(Flaw::new("is a range without an end")),
        (Bend::Plain, Some((from, to))) => {
            let end = |typed: &str| if typed.is_empty() { Ok(None) } else { one(typed).map(Some) };
            Ok((end(from)?, end(to)?))
        }
        (Bend::Plain, None) => one(value).map(|when| (Some(when), Some(when))),
        (Bend::Before, _) => one(value).map(|when| (None, Some(when))),
        (Bend::After, _) => one(value).map(|when| (Some(when), None)),
    }
}

fn out(_: jiff::Error) -> Flaw {
    Flaw::new("is beyond the calendar")
}

/// The first instant of a day, or of the second that was said.
fn first(when: &When, now: &Zoned) -> Result<Timestamp, Flaw> {
    let zone = now.time_zone();
    let start = match when.time {
        None => when.date.to_zoned(zone.clone()),
        Some(time) => when.date.to_datetime(time).to_zoned(zone.clone()),
    };
    start.map(|at| at.timestamp()).map_err(out)
}

/// The last instant of a day, or of the minute or second that was said.
fn last(when: &When, now: &Zoned) -> Result<Timestamp, Flaw> {
    let next = match when.time {
        None => {
            let date = when.date.tomorrow().map_err(out)?;
            first(&When { date, time: None }, now)?
        }
        Some(time) => {
            let length = if time.second() == 0 { 60 } else { 1 };
            first(when, now)?.checked_add(length.seconds()).map_err(out)?
        }
    };
    next.checked_sub(1.nanosecond()).map_err(out)
}
