//! The badge of a lead with a follow-up: overdue, today or upcoming (M5).
//!
//! Pure arithmetic on two dates; which day is "today" is the viewer's affair. Colours and words
//! belong to whoever renders it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// How urgent a follow-up is on the viewer's date (M5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Badge {
    /// The date has passed.
    Overdue,
    /// The date is today.
    Today,
    /// The date is one or two days ahead.
    Upcoming,
}

impl Badge {
    /// The badge of a follow-up on `date`, seen on `today`; none at three days ahead or more.
    pub fn of(date: Date, today: Date) -> Option<Self> {
        match days_until(date, today) {
            ..=-1 => Some(Self::Overdue),
            0 => Some(Self::Today),
            1..=2 => Some(Self::Upcoming),
            _ => None,
        }
    }

    /// The word that machine output, filters and tables share.
    pub fn word(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::Today => "today",
            Self::Upcoming => "upcoming",
        }
    }
}

/// Calendar days from `today` to `date`; negative when it has passed.
pub fn days_until(date: Date, today: Date) -> i64 {
    date.duration_since(today).as_hours() / 24
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn m5_badge_turns_with_the_viewers_date() {
        let today = date(2026, 12, 31);
        let cases = [
            (date(1970, 1, 1), Some(Badge::Overdue)),
            (date(2026, 12, 30), Some(Badge::Overdue)),
            (date(2026, 12, 31), Some(Badge::Today)),
            (date(2027, 1, 1), Some(Badge::Upcoming)),
            (date(2027, 1, 2), Some(Badge::Upcoming)),
            (date(2027, 1, 3), None),
            (Date::MAX, None),
        ];
        for (follow_up, badge) in cases {
            assert_eq!(Badge::of(follow_up, today), badge, "{follow_up}");
        }
        assert_eq!(Badge::of(Date::MAX, Date::MIN), None);
        assert_eq!(Badge::of(Date::MIN, Date::MAX), Some(Badge::Overdue));
    }

    #[test]
    fn words_are_those_of_machine_output() {
        for badge in [Badge::Overdue, Badge::Today, Badge::Upcoming] {
            assert_eq!(serde_json::to_value(badge).unwrap(), badge.word());
        }
    }
}
