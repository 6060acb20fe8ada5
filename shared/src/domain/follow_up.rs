//! The promised next contact, as a civil date and maybe a time (T2).
//!
//! Instants are derived, never stored: a zone or its rules may change under the promise.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use serde::{Deserialize, Serialize};

/// A date, and maybe a time with the zone it was meant in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUp {
    /// The day.
    pub date: Date,
    /// The time of day, where one was given.
    pub time: Option<Time>,
    /// The IANA zone of `time`; the one the user had when it was set.
    pub zone: Option<String>,
    /// When it was set: one set for today after the reminder's hour has no reminder (R2).
    pub set_at: Timestamp,
    /// Raised each time this lead's follow-up is set: the calendar's SEQUENCE.
    pub sequence: u32,
}

impl FollowUp {
    /// When a follow-up with a time is due, as the clock shows it in `zone`: it is meant in a zone of
    /// its own, and may be on another day by this one. None without a time.
    pub fn at(&self, zone: &TimeZone) -> Option<Zoned> {
        let own = self.zone.as_deref().and_then(|own| TimeZone::get(own).ok());
        Some(instant(self.date, self.time?, own.as_ref().unwrap_or(zone)).to_zoned(zone.clone()))
    }
}

/// The instant of `time` on `date` in `zone`, by jiff's `compatible` rule in gaps and folds (T2).
/// A date at the very end of the calendar saturates.
pub fn instant(date: Date, time: Time, zone: &TimeZone) -> Timestamp {
    zone.to_ambiguous_zoned(date.to_datetime(time))
        .compatible()
        .map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}

/// The civil date of `now` in `zone`.
pub fn local_date(now: Timestamp, zone: &TimeZone) -> Date {
    Zoned::new(now, zone.clone()).date()
}
