//! The period that `--since` and `--until` tell.

use jiff::Timestamp;
use jiff::civil::{Date, Time};

use super::Desk;
use crate::domain::follow_up::instant;
use crate::domain::refusal::{Flaw, Refusal};
use crate::domain::text::escape;
use crate::domain::when;

/// From when, inclusive, and until when, exclusive.
#[derive(Clone, Copy, Default)]
pub(super) struct Period {
    since: Option<Timestamp>,
    pub(super) until: Option<Timestamp>,
}

impl Period {
    /// The period as it was typed; both days belong to it.
    ///
    /// # Errors
    /// What is no WHEN, and an end before the beginning.
    pub(super) fn read(desk: &Desk<'_>, since: Option<&str>, until: Option<&str>) -> Result<Self, Refusal> {
        let period = Self {
            since: since.map(|typed| border(desk, "since", typed, false)).transpose()?,
            until: until.map(|typed| border(desk, "until", typed, true)).transpose()?,
        };
        match (since, until) {
            (Some(since), Some(until)) if period.until < period.since => {
                Err(Flaw::new(format!("is before `{}`, where it begins", escape(since))).of("until", until))
            }
            _ => Ok(period),
        }
    }

    pub(super) fn has(self, at: Timestamp) -> bool {
        self.since.is_none_or(|since| at >= since) && self.until.is_none_or(|until| at < until)
    }
}

/// The instant that WHEN means as a border: a date is its beginning, or its end where it is
/// included.
pub(super) fn border(desk: &Desk<'_>, field: &str, typed: &str, is_end: bool) -> Result<Timestamp, Refusal> {
    let when = when::parse(typed, &desk.scope.zoned(desk.now)).map_err(|flaw| flaw.of(field, typed))?;
    let (date, time) = match when.time {
        Some(time) => (when.date, time),
        None if is_end => (when.date.tomorrow().unwrap_or(Date::MAX), Time::midnight()),
        None => (when.date, Time::midnight()),
    };
    Ok(instant(date, time, &desk.scope.zone))
}
