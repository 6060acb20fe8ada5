use super::*;
use jiff::civil::date;
use proptest::prelude::*;

fn at(zoned: &str) -> Zoned {
    zoned.parse().unwrap()
}

/// Sunday.
fn now() -> Zoned {
    at("2026-11-22T14:03:27[Europe/Berlin]")
}

fn shown(typed: &str, now: &Zoned) -> Result<String, String> {
    parse(typed, now)
        .map(|when| match when.time {
            Some(time) => format!("{} {}", when.date, clock::show(time)),
            None => when.date.to_string(),
        })
        .map_err(|flaw| format!("{} {:?}", flaw.why, flaw.hints))
}

#[test]
fn every_form_is_read() {
    let cases = [
        ("2026-12-01", "2026-12-01"),
        ("2026-2-3", "2026-02-03"),
        ("2026/12/01", "2026-12-01"),
        ("1970-01-01", "1970-01-01"),
        ("9998-12-31", "9998-12-31"),
        ("2028-02-29", "2028-02-29"),
        ("today", "2026-11-22"),
        (" Tomorrow ", "2026-11-23"),
        ("yesterday", "2026-11-21"),
        ("fri", "2026-11-27"),
        ("Friday", "2026-11-27"),
        ("on friday", "2026-11-27"),
        ("mon", "2026-11-23"),
        ("thurs", "2026-11-26"),
        ("SUN", "2026-11-29"),
        ("next fri", "2026-11-27"),
        ("next sunday", "2026-11-29"),
        ("in 3 days", "2026-11-25"),
        ("in 1 day", "2026-11-23"),
        ("in a week", "2026-11-29"),
        ("in 2 weeks", "2026-12-06"),
        ("in 1 month", "2026-12-22"),
        ("+3d", "2026-11-25"),
        ("3d", "2026-11-25"),
        ("3 days", "2026-11-25"),
        ("0d", "2026-11-22"),
        ("2w", "2026-12-06"),
        ("1m", "2026-12-22"),
        ("1y", "2027-11-22"),
        ("3 days ago", "2026-11-19"),
        ("next week", "2026-11-29"),
        ("next month", "2026-12-22"),
        ("next year", "2027-11-22"),
        ("end of week", "2026-11-27"),
        ("end of month", "2026-11-30"),
        ("End Of The Month", "2026-11-30"),
        ("end of next month", "2026-12-31"),
        ("end of year", "2026-12-31"),
        ("eom", "2026-11-30"),
        ("1 dec", "2026-12-01"),
        ("dec 1st", "2026-12-01"),
        ("1 jan", "2027-01-01"),
        ("22 november", "2026-11-22"),
        ("Dec 1, 2027", "2027-12-01"),
        ("29 feb 2028", "2028-02-29"),
        ("fri 15:00", "2026-11-27 15:00"),
        ("15:00 fri", "2026-11-27 15:00"),
        ("tomorrow 9am", "2026-11-23 09:00"),
        ("tomorrow at 9", "2026-11-23 09:00"),
        ("tomorrow at 9:30 PM", "2026-11-23 21:30"),
        ("12am", "2026-11-22 00:00"),
        ("12pm", "2026-11-22 12:00"),
        ("noon", "2026-11-22 12:00"),
        ("2026-12-01 15:00", "2026-12-01 15:00"),
        ("2026-12-01T15:00", "2026-12-01 15:00"),
        ("2026-12-01t15:00:30", "2026-12-01 15:00:30"),
        ("at 15:00", "2026-11-22 15:00"),
        ("15:00", "2026-11-22 15:00"),
        ("00:00", "2026-11-22 00:00"),
        ("23:59", "2026-11-22 23:59"),
        ("+3d 15:00", "2026-11-25 15:00"),
        ("end of month 9am", "2026-11-30 09:00"),
        ("in 2 hours", "2026-11-22 16:03"),
        ("+2h", "2026-11-22 16:03"),
        ("90min", "2026-11-22 15:33"),
        ("2 hours ago", "2026-11-22 12:03"),
        ("12h", "2026-11-23 02:03"),
        ("2020-01-01", "2020-01-01"),
    ];
    for (typed, expected) in cases {
        assert_eq!(shown(typed, &now()).as_deref(), Ok(expected), "{typed}");
    }
}

#[test]
fn weekdays_depend_on_the_day() {
    let cases = [
        ("2026-11-23", "2026-11-27", "2026-12-04", "2026-11-27"),
        ("2026-11-26", "2026-11-27", "2026-12-04", "2026-11-27"),
        ("2026-11-27", "2026-12-04", "2026-12-04", "2026-11-27"),
        ("2026-11-28", "2026-12-04", "2026-12-04", "2026-12-04"),
        ("2026-11-29", "2026-12-04", "2026-12-04", "2026-12-04"),
    ];
    for (today, coming, next, end) in cases {
        let now = at(&format!("{today}T23:59:59[Europe/Berlin]"));
        assert_eq!(shown("fri", &now).unwrap(), coming, "{today}");
        assert_eq!(shown("next fri", &now).unwrap(), next, "{today}");
        assert_eq!(shown("end of week", &now).unwrap(), end, "{today}");
    }
    let january = at("2027-01-31T00:00[Europe/Berlin]");
    assert_eq!(shown("next month", &january).unwrap(), "2027-02-28");
    assert_eq!(shown("end of next month", &january).unwrap(), "2027-02-28");
}

#[test]
fn what_is_no_date_is_refused() {
    let far = "is not between the years 1970 and 9998 []";
    let not = "is not a date [\"write it as `2026-12-01`, `tomorrow`, `fri 15:00`, `in 3 days` or `2w`\"]";
    let time = "has no such time [\"write the time as `15:00` or `3pm`\"]";
    let cases = [
        ("", "is blank []"),
        ("  ", "is blank []"),
        ("soon", not),
        ("fr", not),
        ("next", not),
        ("end of", not),
        ("12", not),
        ("+3", not),
        ("-3d", not),
        ("3x", not),
        ("fri mon", not),
        ("2026-12", not),
        ("2026-02-30", "has no such day []"),
        ("30 feb", "has no such day []"),
        ("2027-02-29", "has no such day []"),
        ("2026-13-01", "has no such day []"),
        ("2026-00-00", "has no such day []"),
        ("2026-12-999999999999999999999", "has no such day []"),
        ("0000-01-01", far),
        ("1969-12-31", far),
        ("9999-01-01", far),
        ("10000-01-01", far),
        ("99999999999999999999-01-01", far),
        ("+99999999999999d", far),
        ("+99999999999999999999999d", far),
        ("in 9000 years", far),
        ("60 years ago", far),
        ("9999999999h", far),
        ("1/12/26", "may be two dates [\"2026-12-01\", \"2026-01-12\"]"),
        ("1-12-2026", "may be two dates [\"2026-12-01\", \"2026-01-12\"]"),
        ("1/12", "may be two dates [\"2026-12-01\", \"2026-01-12\"]"),
        ("31/12/26", "does not have the year first [\"2026-12-31\"]"),
        ("12/12/26", "does not have the year first [\"2026-12-12\"]"),
        ("1.12.2026", "does not have the year first [\"2026-12-01\"]"),
        ("31/31/26", not),
        ("fri 25:00", time),
        ("24:00", time),
        ("15:60", time),
        ("15:00:60", time),
        ("13pm", time),
        ("0am", time),
        ("15:0", time),
        ("2026-12-01T15:00Z", not),
        ("in 2 hours 15:00", "says the time twice []"),
        ("15:00 16:00", not),
        ("\u{661}d", not),
    ];
    for (typed, expected) in cases {
        assert_eq!(shown(typed, &now()), Err(expected.to_owned()), "{typed:?}");
    }
}

#[test]
fn endless_phrases_are_refused_unread() {
    for word in ["on ", "the ", "at ", "9", "end of the "] {
        assert!(parse(&word.repeat(500_000), &now()).is_err());
        assert!(parse(&format!("end of {}week", word.repeat(500_000)), &now()).is_err());
    }
}

#[test]
fn t2_a_typed_time_in_a_gap_names_the_next_valid_one() {
    let skip = |zone: &str, next: &str| {
        Err(format!("does not exist, the clocks of {zone} skip it [\"the next valid one is `{next}`\"]"))
    };
    let fine = |shown: &str| Ok(shown.to_owned());
    let cases = [
        ("Europe/Berlin", "2027-03-28 01:59", fine("2027-03-28 01:59")),
        ("Europe/Berlin", "2027-03-28 02:00", skip("Europe/Berlin", "2027-03-28 03:00")),
        ("Europe/Berlin", "2027-03-28 02:59", skip("Europe/Berlin", "2027-03-28 03:00")),
        ("Europe/Berlin", "2027-03-28 03:00", fine("2027-03-28 03:00")),
        ("Europe/Berlin", "2026-10-25 02:30", fine("2026-10-25 02:30")),
        ("America/New_York", "2027-03-14 02:30", skip("America/New_York", "2027-03-14 03:00")),
        ("America/New_York", "2026-11-01 01:30", fine("2026-11-01 01:30")),
        ("Australia/Lord_Howe", "2026-10-04 02:15", skip("Australia/Lord_Howe", "2026-10-04 02:30")),
        ("Australia/Lord_Howe", "2026-10-04 02:30", fine("2026-10-04 02:30")),
        ("Pacific/Apia", "2011-12-29", fine("2011-12-29")),
        ("Pacific/Apia", "2011-12-30", skip("Pacific/Apia", "2011-12-31")),
        ("Pacific/Apia", "2011-12-30 12:00", skip("Pacific/Apia", "2011-12-31 00:00")),
        ("Pacific/Apia", "2011-12-31", fine("2011-12-31")),
        ("America/Sao_Paulo", "2018-11-04", fine("2018-11-04")),
        ("America/Sao_Paulo", "2018-11-04 00:30", skip("America/Sao_Paulo", "2018-11-04 01:00")),
    ];
    for (zone, typed, expected) in cases {
        let now = at(&format!("2026-06-01T12:00[{zone}]"));
        assert_eq!(shown(typed, &now), expected, "{zone} {typed}");
    }
}

#[test]
fn hours_are_elapsed_and_days_are_the_calendars() {
    let before = at("2027-03-27T12:00[Europe/Berlin]");
    assert_eq!(shown("24h", &before).unwrap(), "2027-03-28 13:00");
    assert_eq!(shown("1d", &before).unwrap(), "2027-03-28");
    let apia = at("2011-12-29T12:00[Pacific/Apia]");
    assert_eq!(shown("2d", &apia).unwrap(), "2011-12-31");
    assert!(shown("tomorrow", &apia).is_err());
}

#[test]
fn what_was_understood_is_said_back() {
    for (typed, expected) in [
        ("2026-12-04 15:00", "Fri 2026-12-04 15:00 Europe/Berlin, in 12 days"),
        ("2026-12-04", "Fri 2026-12-04 Europe/Berlin, in 12 days"),
        ("today", "Sun 2026-11-22 Europe/Berlin, today"),
        ("tomorrow", "Mon 2026-11-23 Europe/Berlin, tomorrow"),
        ("yesterday", "Sat 2026-11-21 Europe/Berlin, yesterday"),
        ("2026-11-19", "Thu 2026-11-19 Europe/Berlin, 3 days ago"),
    ] {
        assert_eq!(describe(&parse(typed, &now()).unwrap(), &now()), expected);
    }
    let when = When { date: date(2026, 11, 22), time: None };
    assert_eq!(describe(&when, &at("2026-11-22T23:00-05:00[-05:00]")), "Sun 2026-11-22 -05, today");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]
    #[test]
    fn no_when_panics(any in any::<String>(), near in "(in |next |end of |\\+|at )?[0-9]{0,20}[dwmyh:/.-]?[0-9]{0,4}[-apm:]{0,2}( [a-z]{0,5}){0,2}") {
        for zone in ["Europe/Berlin", "Pacific/Apia", "Australia/Lord_Howe"] {
            let now = at(&format!("2026-11-22T14:03:27[{zone}]"));
            for typed in [&any, &near] {
                if let Ok(when) = parse(typed, &now) {
                    let _ = describe(&when, &now);
                }
            }
        }
    }
}
