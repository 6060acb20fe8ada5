//! A distance in time: `3d`, `2 weeks`, `24h`; which way it goes, its user says.
//!
//! Days and longer are calendar steps (31 January and a month is the last of February), hours and
//! minutes are elapsed time. `m` is a month, a minute is `min`.

use jiff::{Span, Zoned};

use crate::domain::refusal::Flaw;

/// A unit of distance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// `min`, elapsed.
    Minute,
    /// `h`, elapsed.
    Hour,
    /// `d`, by the calendar.
    Day,
    /// `w`, by the calendar.
    Week,
    /// `m`, by the calendar.
    Month,
    /// `y`, by the calendar.
    Year,
}

/// A count of units, never negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Distance {
    /// How many.
    pub count: i64,
    /// Of what.
    pub unit: Unit,
}

impl Distance {
    /// The distance in text such as `24h`, `7d`, `2 weeks`, `a month`; none where it is not one.
    ///
    /// # Errors
    /// It is one, but too long for any calendar.
    pub fn parse(typed: &str) -> Option<Result<Self, Flaw>> {
        let text = typed.trim().to_lowercase();
        let words: Vec<&str> = text.split_whitespace().collect();
        let (count, unit) = match words[..] {
            ["a" | "an" | "one", unit] => ("1", unit),
            [count, unit] => (count, unit),
            [word] => word.split_at(word.find(|c: char| !c.is_ascii_digit())?),
            _ => return None,
        };
        if count.is_empty() || !count.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let unit = match unit {
            "min" | "mins" | "minute" | "minutes" => Unit::Minute,
            "h" | "hr" | "hrs" | "hour" | "hours" => Unit::Hour,
            "d" | "day" | "days" => Unit::Day,
            "w" | "wk" | "week" | "weeks" => Unit::Week,
            "m" | "mo" | "month" | "months" => Unit::Month,
            "y" | "yr" | "year" | "years" => Unit::Year,
            _ => return None,
        };
        Some(count.parse().map(|count| Self { count, unit }).map_err(|_| super::too_far()))
    }

    /// Whether it counts elapsed time, not days of a calendar.
    pub fn is_elapsed(&self) -> bool {
        matches!(self.unit, Unit::Minute | Unit::Hour)
    }

    /// The moment this far after `now`.
    pub fn after(&self, now: &Zoned) -> Result<Zoned, Flaw> {
        self.span().and_then(|span| now.checked_add(span)).map_err(|_| super::too_far())
    }

    /// The moment this far before `now`.
    pub fn before(&self, now: &Zoned) -> Result<Zoned, Flaw> {
        self.span().and_then(|span| now.checked_sub(span)).map_err(|_| super::too_far())
    }

    fn span(&self) -> Result<Span, jiff::Error> {
        let span = Span::new();
        match self.unit {
            Unit::Minute => span.try_minutes(self.count),
            Unit::Hour => span.try_hours(self.count),
            Unit::Day => span.try_days(self.count),
            Unit::Week => span.try_weeks(self.count),
            Unit::Month => span.try_months(self.count),
            Unit::Year => span.try_years(self.count),
        }
    }
}
