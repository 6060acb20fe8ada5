//! Eight in the morning where the recipient is: in zones north and south, of half and quarter hours,
//! on the days their clocks change, and on a day that one of them never had.

use jiff::{SignedDuration, Timestamp};

use crate::harness::{Letter, Office, both, daemon, direct};

/// A follow-up's date, and the instant its reminder is due.
type Due = (&'static str, &'static str);

/// An office whose recipient, sam, lives in a zone, some days before the first of these dates; a lead
/// of sam's for each of them, and one more that nobody has.
fn living_in(office: &Office, zone: &str, dates: &[Due]) {
    let first: Timestamp = dates[0].1.parse().unwrap();
    office.at(&(first - SignedDuration::from_hours(96)).to_string());
    office.init("field-service");
    office.lead(format!("user add sam --email s@acme.example --role sales --zone {zone} --account x")).ok();
    for (date, _) in dates {
        office.add(&format!("'For {date}' --owner sam --follow-up {date}"));
    }
    office.add("'Nobody yet'");
}

/// Subject and instant of each reminder, in the order of their instants.
fn reminded(office: &Office) -> Vec<(String, String)> {
    let mut mails = office.mails_of("reminder");
    mails.sort_by_key(Letter::date);
    mails.iter().map(|mail| (mail.header("Subject"), mail.date().to_string())).collect()
}

/// A second before eight there is nothing, at eight one mail, and no other ever after. A claim that
/// ends in that second bears witness that time's work was done in it.
fn eight_in(office: &Office, zone: &str, dates: &[Due]) {
    living_in(office, zone, dates);
    let witness = dates.len() + 1;
    let mut expected = Vec::new();
    for (lead, (date, due_at)) in (1..).zip(dates) {
        let before = due_at.parse::<Timestamp>().unwrap() - SignedDuration::from_secs(1);
        office.at(&(before - SignedDuration::from_hours(24)).to_string());
        office.lead(format!("--as sam claim {witness}")).ok();
        office.at(&before.to_string());
        office.swept("the end of a claim", || office.mails_of("claim-lapsed").len() == lead);
        assert_eq!(reminded(office), expected, "{zone}, a second before {due_at}");
        office.at(due_at);
        expected.push((format!("Follow up today: For {date}"), (*due_at).to_owned()));
        office.swept("the reminder", || reminded(office) == expected);
        office.swept("and no other", || reminded(office) == expected);
        office.lead(format!("schedule {lead} none")).ok();
    }
    office.rest();
    office.leadd_once().ok();
    assert_eq!(reminded(office), expected, "{zone}, at the end");
    assert_eq!(office.mails_of("overdue").len(), 0);
}

/// The mornings of a zone, by the file that the programs follow and by the system's own clock, moved under a
/// running `leadd`.
macro_rules! eight {
    ($($place:ident, $zone:literal, $dates:expr;)*) => {$(
        mod $place {
            use super::{both, daemon, eight_in};

            both!(by_the_clocks_file, "F5 T1 T2 T3 T6 R2 R4", |office| eight_in(office, $zone, &$dates));

            daemon!(by_the_systems_clock, "F5 T1 T2 T3 T6 R2 R4", |office| {
                office.system_clock();
                eight_in(office, $zone, &$dates);
            });
        }
    )*};
}

eight! {
    eight_in_new_york, "America/New_York", [
        ("2026-11-01", "2026-11-01T13:00:00Z"),
        ("2027-03-14", "2027-03-14T12:00:00Z"),
    ];
    eight_in_berlin, "Europe/Berlin", [
        ("2026-10-25", "2026-10-25T07:00:00Z"),
        ("2027-03-28", "2027-03-28T06:00:00Z"),
    ];
    eight_in_sydney, "Australia/Sydney", [
        ("2026-10-04", "2026-10-03T21:00:00Z"),
        ("2027-04-04", "2027-04-03T22:00:00Z"),
    ];
    // No summer time there: the only change within memory took a quarter of an hour away.
    eight_in_kathmandu, "Asia/Kathmandu", [
        ("1985-12-29", "1985-12-29T02:30:00Z"),
        ("1986-01-01", "1986-01-01T02:15:00Z"),
        ("2026-11-24", "2026-11-24T02:15:00Z"),
    ];
    eight_on_lord_howe, "Australia/Lord_Howe", [
        ("2026-10-04", "2026-10-03T21:00:00Z"),
        ("2027-04-04", "2027-04-03T21:30:00Z"),
    ];
    // Samoa went from the 29th to the 31st: what was promised for the 30th is due on the 31st.
    eight_in_apia, "Pacific/Apia", [
        ("2011-12-27", "2011-12-27T18:00:00Z"),
        ("2011-12-30", "2011-12-30T18:00:00Z"),
        ("2020-09-27", "2020-09-26T18:00:00Z"),
        ("2021-04-04", "2021-04-03T19:00:00Z"),
    ];
}

direct!(what_fell_on_a_day_that_never_was_is_late_from_the_day_after_on, "T2 R3 R4", |office| {
    living_in(office, "Pacific/Apia", &[("2011-12-30", "2011-12-30T18:00:00Z")]);
    for (at, mails) in [
        ("2011-12-30T09:59:59Z", [0, 0, 0]),
        ("2011-12-30T17:59:59Z", [0, 0, 0]),
        ("2011-12-30T18:00:00Z", [1, 0, 0]),
        ("2011-12-31T09:59:59Z", [1, 0, 0]),
        ("2011-12-31T18:00:00Z", [1, 1, 0]),
        ("2012-01-01T18:00:00Z", [1, 2, 0]),
        // Who is told of what others let lie lives in Berlin, and had that day.
        ("2012-01-02T06:59:59Z", [1, 2, 0]),
        ("2012-01-02T07:00:00Z", [1, 2, 1]),
        ("2012-01-02T17:59:59Z", [1, 2, 1]),
        ("2012-01-02T18:00:00Z", [1, 3, 1]),
    ] {
        office.at(at);
        office.leadd_once().ok();
        let found = ["reminder", "overdue", "escalation"].map(|kind| office.mails_of(kind).len());
        assert_eq!(found, mails, "at {at}");
    }
});

// A firm whose hour the clocks skip or repeat: by the rule `compatible`, as late as the gap is long,
// and at the first of two.
direct!(an_hour_that_is_skipped_or_comes_twice, "T2 T3 R2 R4", |office| {
    for (zone, at, date, due_at, again) in [
        ("Europe/Berlin", "02:30", "2027-03-28", "2027-03-28T01:30:00Z", "2027-03-28T02:30:00Z"),
        ("Europe/Berlin", "02:30", "2026-10-25", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"),
        ("America/New_York", "02:30", "2027-03-14", "2027-03-14T07:30:00Z", "2027-03-14T08:30:00Z"),
        ("America/New_York", "01:30", "2026-11-01", "2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z"),
        ("Australia/Sydney", "02:30", "2026-10-04", "2026-10-03T16:30:00Z", "2026-10-03T17:30:00Z"),
        ("Australia/Sydney", "02:30", "2027-04-04", "2027-04-03T15:30:00Z", "2027-04-03T16:30:00Z"),
        ("Australia/Lord_Howe", "02:15", "2026-10-04", "2026-10-03T15:45:00Z", "2026-10-03T16:15:00Z"),
        ("Australia/Lord_Howe", "01:45", "2027-04-04", "2027-04-03T14:45:00Z", "2027-04-03T15:15:00Z"),
        ("Pacific/Apia", "03:30", "2020-09-27", "2020-09-26T14:30:00Z", "2020-09-26T15:30:00Z"),
        ("Pacific/Apia", "03:30", "2021-04-04", "2021-04-03T13:30:00Z", "2021-04-03T14:30:00Z"),
    ] {
        if office.store().exists() {
            std::fs::remove_dir_all(office.store()).unwrap();
        }
        living_in(office, zone, &[(date, due_at)]);
        office.policy(&format!("[reminders]\nat = \"{at}\""));
        let before = due_at.parse::<Timestamp>().unwrap() - SignedDuration::from_secs(1);
        for (when, mails) in [(before.to_string().as_str(), 0), (due_at, 1), (again, 1)] {
            office.at(when);
            office.leadd_once().ok();
            assert_eq!(office.mails_of("reminder").len(), mails, "{at} of {date} in {zone}, at {when}");
        }
    }
});
