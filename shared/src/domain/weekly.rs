//! A report that is mailed once a week: what it counts, when it is due, and what tells one week's from
//! the next's.
//!
//! Pure: asked late or twice it answers the same. Reading it is `config`'s, sending it the daemon's.

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use super::clean::header_text;
use super::follow_up::{instant, local_date};
use super::notice::{MailKind, Notice};
use super::overview::Report;
use super::user::Login;

/// Characters of a title that a subject keeps.
const TITLE: usize = 80;

/// `[[report]]` of the firm's policy.
#[derive(Clone, Debug, PartialEq)]
pub struct Weekly {
    /// Its name: with the date it tells one sending from another for ever.
    pub name: String,
    /// What people read in its place.
    pub title: Option<String>,
    /// What it counts, one after the other.
    pub show: Vec<Report>,
    /// A filter's terms.
    pub filter: Vec<String>,
    /// From this WHEN on, as it is read on the day.
    pub since: Option<String>,
    /// The day of the week.
    pub weekday: Weekday,
    /// The time of day.
    pub at: Time,
    /// Where both are read; the team's zone otherwise.
    pub zone: Option<TimeZone>,
    /// Who gets it: logins, `role:ID`, or mail addresses.
    pub to: Vec<String>,
}

impl Default for Weekly {
    fn default() -> Self {
        Self {
            name: String::new(),
            title: None,
            show: Vec::new(),
            filter: Vec::new(),
            since: None,
            weekday: Weekday::Monday,
            at: Time::constant(8, 0, 0, 0),
            zone: None,
            to: Vec::new(),
        }
    }
}

impl Weekly {
    /// What people call it.
    pub fn title(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.name)
    }

    /// The date and the instant at which it is due, if it is at `now`: from its hour on until the end of
    /// that day where the firm is, or where the report says.
    pub fn due(&self, team: &TimeZone, now: Timestamp) -> Option<(Date, Timestamp)> {
        let zone = self.zone.as_ref().unwrap_or(team);
        let today = local_date(now, zone);
        let due_at = instant(today, self.at, zone);
        (today.weekday() == self.weekday && now >= due_at).then_some((today, due_at))
    }

    /// When it is due next, after `now`.
    pub fn next_due(&self, team: &TimeZone, now: Timestamp) -> Timestamp {
        let zone = self.zone.as_ref().unwrap_or(team);
        let today = local_date(now, zone);
        let coming = (0..=7).map(|days| today.saturating_add(days.days()));
        let mut coming = coming.filter(|day| day.weekday() == self.weekday);
        coming
            .find_map(|day| Some(instant(day, self.at, zone)).filter(|at| *at > now))
            .unwrap_or(Timestamp::MAX)
    }

    /// What tells the sending of this date from every other.
    pub fn cause(&self, date: Date) -> String {
        format!("{}:{date}", self.name)
    }

    /// The key of the notice that somebody got it on this date.
    pub fn key(&self, date: Date, to: &Login) -> String {
        Notice::key(MailKind::Report, None, &self.cause(date), to)
    }

    /// The subject of its mail.
    pub fn subject(&self, date: Date) -> String {
        format!("Weekly report: {}, {}", header_text(self.title(), TITLE), date.strftime("%a %-d %b %Y"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn weekly(weekday: Weekday, hour: i8, zone: &str) -> Weekly {
        let zone = TimeZone::get(zone).unwrap();
        Weekly { weekday, at: Time::constant(hour, 30, 0, 0), zone: Some(zone), ..Weekly::default() }
    }

    #[test]
    fn t6_it_is_due_from_its_hour_to_the_end_of_its_day_where_it_is_read() {
        let report = weekly(Weekday::Monday, 7, "Europe/Berlin");
        let due_at = at("2026-11-23T06:30:00Z");
        for (now, is_due) in [
            ("2026-11-22T23:00:00Z", false),
            ("2026-11-23T06:29:59Z", false),
            ("2026-11-23T06:30:00Z", true),
            ("2026-11-23T22:59:59Z", true),
            ("2026-11-23T23:00:00Z", false),
        ] {
            let due = report.due(&TimeZone::UTC, at(now));
            assert_eq!(due.map(|(_, at)| at), is_due.then_some(due_at), "{now}");
            assert!(due.is_none_or(|(date, _)| date.to_string() == "2026-11-23"));
        }
        let teams = Weekly { zone: None, ..report };
        assert_eq!(teams.due(&TimeZone::UTC, due_at), None, "the team's zone where it names none");
    }

    #[test]
    fn t2_the_next_one_keeps_its_hour_over_changes_of_the_clock() {
        let report = weekly(Weekday::Sunday, 2, "Europe/Berlin");
        for (now, next) in [
            ("2026-10-18T00:30:00Z", "2026-10-25T00:30:00Z"),
            ("2026-10-25T00:30:00Z", "2026-11-01T01:30:00Z"),
            ("2026-10-25T00:29:59Z", "2026-10-25T00:30:00Z"),
            // 02:30 does not exist on this day.
            ("2026-03-28T12:00:00Z", "2026-03-29T01:30:00Z"),
        ] {
            assert_eq!(report.next_due(&TimeZone::UTC, at(now)), at(next), "{now}");
            assert!(report.due(&TimeZone::UTC, at(next)).is_some(), "{next}");
        }
        // Apia had no 30 December 2011, a Friday.
        let friday = weekly(Weekday::Friday, 8, "Pacific/Apia");
        let next = friday.next_due(&TimeZone::UTC, at("2011-12-29T20:00:00Z"));
        assert!(next > at("2011-12-29T20:00:00Z") && next < at("2012-01-07T00:00:00Z"), "{next}");
    }
}
