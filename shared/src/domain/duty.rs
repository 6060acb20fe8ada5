//! What time does: reminders, alerts, and when to look next (T3, T6, R2–R4).
//!
//! Pure functions of a follow-up, a zone, the policy and `now`. The sweep asks them what is due,
//! the plan asks them what will be; asked late or twice they answer the same.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::badge::days_until;
use super::claim::Claim;
use super::follow_up::{FollowUp, instant, local_date};
use super::policy::Overdue;

/// A mail so much later than its cause, in seconds, says when it was due (R3).
pub const LATE_AFTER_SECONDS: i64 = 60;

/// The day on which what was promised for `date` falls for somebody in `zone`: that date, or the next
/// one where the zone's calendar skips it (T2).
pub fn day(date: Date, zone: &TimeZone, at: Time) -> Date {
    local_date(instant(date, at, zone), zone)
}

/// When the reminder of a follow-up is due for somebody in `zone`, if it is due at `now`: from
/// `at` on its date until the end of that local day, unless it was set later than that (R2, R3).
pub fn reminder(follow_up: &FollowUp, zone: &TimeZone, at: Time, now: Timestamp) -> Option<Timestamp> {
    let due_at = instant(follow_up.date, at, zone);
    let is_its_day = local_date(now, zone) == local_date(due_at, zone);
    (is_its_day && now >= due_at && !is_set_too_late(follow_up, due_at, now)).then_some(due_at)
}

/// Whether a follow-up was set when its reminder, due at `due_at`, could no longer be on time (R2). One
/// that seems to be set in the future was set by a clock that has been put back since: nobody knows (T4).
pub fn is_set_too_late(follow_up: &FollowUp, due_at: Timestamp, now: Timestamp) -> bool {
    follow_up.set_at > due_at && follow_up.set_at <= now
}

/// When the reminder of a follow-up will be due for somebody in `zone`, if that is after `now`.
pub fn coming_reminder(follow_up: &FollowUp, zone: &TimeZone, at: Time, now: Timestamp) -> Option<Timestamp> {
    let due_at = instant(follow_up.date, at, zone);
    (due_at > now).then_some(due_at)
}

/// The latest morning on which an alert about this follow-up was due for somebody in `zone`, as
/// its date; none while it is not overdue, or before `at` today (R4). Mornings that were missed
/// are one: only the latest counts (R3).
pub fn alert(date: Date, zone: &TimeZone, at: Time, policy: &Overdue, now: Timestamp) -> Option<Date> {
    let today = local_date(now, zone);
    if now < instant(today, at, zone) {
        return None;
    }
    let date = day(date, zone, at);
    let since = latest_alert_day(days_until(today, date), policy)?;
    date.checked_add(since.days()).ok()
}

/// When others are told that a follow-up is let lie, for somebody in `zone`, if that is due at `now`:
/// `at` of today, from the policy's day after the date on (R4).
pub fn escalation(
    date: Date,
    zone: &TimeZone,
    at: Time,
    policy: &Overdue,
    now: Timestamp,
) -> Option<Timestamp> {
    let today = local_date(now, zone);
    let due_at = instant(today, at, zone);
    let is_late = days_until(today, day(date, zone, at)) >= i64::from(policy.escalate_after);
    (is_late && now >= due_at).then_some(due_at)
}

/// When the holder of a claim is told that it ends soon, if that is due at `now`: `before` its end,
/// while it lives. A claim that is no longer than that has no warning.
pub fn warning(claim: &Claim, before: SignedDuration, now: Timestamp) -> Option<Timestamp> {
    let due_at = claim.until.checked_sub(before).ok()?;
    (claim.is_live(now) && due_at > claim.at && now >= due_at).then_some(due_at)
}

/// The latest day after the date, at most `since`, on which an alert is due: the policy's days,
/// then every so many days after the last of them.
fn latest_alert_day(since: i64, policy: &Overdue) -> Option<i64> {
    let listed = policy.days.iter().map(|day| i64::from(*day)).filter(|day| *day > 0);
    let last = listed.clone().max().unwrap_or(0);
    let every = i64::from(policy.then_every);
    if since > last && every > 0 && since >= last + every {
        return Some(last + (since - last) / every * every);
    }
    listed.filter(|day| *day <= since).max()
}

/// The first instant after `now` at which it is `at` in `zone`.
pub fn next_morning(now: Timestamp, zone: &TimeZone, at: Time) -> Timestamp {
    let today = local_date(now, zone);
    let mornings = (0..3).map(|days| instant(today.saturating_add(days.days()), at, zone));
    mornings.into_iter().find(|morning| *morning > now).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::policy::Policy;
    use crate::domain::user::Login;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn berlin() -> TimeZone {
        TimeZone::get("Europe/Berlin").unwrap()
    }

    const EIGHT: Time = Time::constant(8, 0, 0, 0);

    fn set(date: &str, set_at: &str) -> FollowUp {
        FollowUp { date: date.parse().unwrap(), time: None, zone: None, set_at: at(set_at), sequence: 0 }
    }

    #[test]
    fn t3_r2_r3_a_reminder_is_due_from_eight_to_midnight_local() {
        let promise = set("2026-11-24", "2026-11-22T10:00:00Z");
        let due = at("2026-11-24T07:00:00Z");
        for (now, is_due) in [
            ("2026-11-24T06:59:59Z", false),
            ("2026-11-24T07:00:00Z", true),
            ("2026-11-24T22:59:59Z", true),
            ("2026-11-24T23:00:00Z", false),
            ("2026-11-25T07:00:00Z", false),
        ] {
            assert_eq!(reminder(&promise, &berlin(), EIGHT, at(now)), is_due.then_some(due), "{now}");
        }
    }

    #[test]
    fn r2_one_set_after_eight_on_its_day_has_none() {
        let now = at("2026-11-24T09:00:00Z");
        assert_eq!(reminder(&set("2026-11-24", "2026-11-24T07:00:01Z"), &berlin(), EIGHT, now), None);
        assert!(reminder(&set("2026-11-24", "2026-11-24T07:00:00Z"), &berlin(), EIGHT, now).is_some());
    }

    #[test]
    fn t4_one_set_by_a_clock_that_was_put_back_since_has_one() {
        let promise = set("2026-11-24", "2027-11-22T10:00:00Z");
        let due = at("2026-11-24T07:00:00Z");
        assert_eq!(reminder(&promise, &berlin(), EIGHT, at("2026-11-24T06:59:59Z")), None);
        assert_eq!(reminder(&promise, &berlin(), EIGHT, due), Some(due));
    }

    #[test]
    fn t2_what_falls_on_a_day_that_the_zone_skips_falls_on_the_next() {
        let apia = TimeZone::get("Pacific/Apia").unwrap();
        let promise = set("2011-12-30", "2011-12-20T10:00:00Z");
        let due = at("2011-12-30T18:00:00Z");
        for (now, is_due) in [
            ("2011-12-30T17:59:59Z", false),
            ("2011-12-30T18:00:00Z", true),
            ("2011-12-31T09:59:59Z", true),
            ("2011-12-31T10:00:00Z", false),
        ] {
            assert_eq!(reminder(&promise, &apia, EIGHT, at(now)), is_due.then_some(due), "{now}");
        }
        let policy = Policy::default().overdue;
        assert_eq!(alert(promise.date, &apia, EIGHT, &policy, due), None);
        let morning = alert(promise.date, &apia, EIGHT, &policy, at("2011-12-31T18:00:00Z"));
        assert_eq!(morning, Some("2012-01-01".parse().unwrap()));
    }

    #[test]
    fn overdue_alerts_come_on_days_1_2_3_then_weekly() {
        let policy = Policy::default().overdue;
        let expected = [
            (0, None),
            (1, Some(1)),
            (2, Some(2)),
            (3, Some(3)),
            (4, Some(3)),
            (9, Some(3)),
            (10, Some(10)),
            (16, Some(10)),
            (17, Some(17)),
        ];
        for (since, day) in expected {
            assert_eq!(latest_alert_day(since, &policy), day, "{since} days");
        }
    }

    #[test]
    fn r4_no_alert_before_eight_local() {
        let policy = Policy::default().overdue;
        let date = "2026-11-20".parse().unwrap();
        assert_eq!(alert(date, &berlin(), EIGHT, &policy, at("2026-11-21T06:59:59Z")), None);
        let day = alert(date, &berlin(), EIGHT, &policy, at("2026-11-21T07:00:00Z"));
        assert_eq!(day, Some("2026-11-21".parse().unwrap()));
    }

    #[test]
    fn others_are_told_from_the_policys_day_on_at_eight() {
        let policy = Policy::default().overdue;
        let date = "2026-11-20".parse().unwrap();
        for (now, due) in [
            ("2026-11-22T23:00:00Z", None),
            ("2026-11-23T06:59:59Z", None),
            ("2026-11-23T07:00:00Z", Some("2026-11-23T07:00:00Z")),
            ("2026-11-25T12:00:00Z", Some("2026-11-25T07:00:00Z")),
        ] {
            assert_eq!(escalation(date, &berlin(), EIGHT, &policy, at(now)), due.map(at), "{now}");
        }
    }

    #[test]
    fn a_holder_is_told_two_hours_before_the_end() {
        let claim = |hours| {
            Claim::new(Login("kim".to_owned()), at("2026-11-22T10:00:00Z"), SignedDuration::from_hours(hours))
        };
        let two = SignedDuration::from_hours(2);
        for (hours, now, due) in [
            (24, "2026-11-23T07:59:59Z", None),
            (24, "2026-11-23T08:00:00Z", Some("2026-11-23T08:00:00Z")),
            (24, "2026-11-23T09:59:59Z", Some("2026-11-23T08:00:00Z")),
            (24, "2026-11-23T10:00:00Z", None),
            (2, "2026-11-22T11:00:00Z", None),
        ] {
            assert_eq!(warning(&claim(hours), two, at(now)), due.map(at), "{hours} {now}");
        }
    }

    #[test]
    fn t2_mornings_follow_the_zone_over_its_changes() {
        let zone = berlin();
        assert_eq!(next_morning(at("2026-10-24T06:00:00Z"), &zone, EIGHT), at("2026-10-25T07:00:00Z"));
        assert_eq!(next_morning(at("2026-03-28T07:00:00Z"), &zone, EIGHT), at("2026-03-29T06:00:00Z"));
        let apia = TimeZone::get("Pacific/Apia").unwrap();
        assert!(next_morning(at("2011-12-29T18:30:00Z"), &apia, EIGHT) > at("2011-12-29T18:30:00Z"));
    }
}
