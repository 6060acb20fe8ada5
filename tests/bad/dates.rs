//! Dates that are none, that may be two, or that the calendar of the store does not have.

use super::{stock, told};
use crate::harness::both;

both!(the_30th_of_february, "T2", |office| {
    stock(office);
    told(
        office,
        "\
$ lead schedule 1 2026-02-30 → 2
error: when `2026-02-30` has no such day
$ lead schedule 1 'february 30' → 2
error: when `february 30` has no such day
$ lead schedule 1 30.02.2027 → 2
error: when `30.02.2027` is not a date
hint: write it as `2026-12-01`, `tomorrow`, `fri 15:00`, `in 3 days` or `2w`
$ lead add Ada --follow-up 2026-02-30 → 2
error: follow-up `2026-02-30` has no such day
$ lead log 1 call hello --next 2026-02-30 → 2
error: next `2026-02-30` has no such day
$ lead appointment add 1 2026-02-30 15:00 → 2
error: when `2026-02-30 15:00` has no such day
$ lead list due:2026-02-30 → 2
error: filter `due:2026-02-30` has no such day
$ lead list created:2026-02-30 → 2
error: filter `created:2026-02-30` has no such day
$ lead history --since 2026-02-30 → 2
error: since `2026-02-30` has no such day
",
    );
});

both!(a_time_that_the_clocks_skip, "T2", |office| {
    stock(office);
    told(
        office,
        "\
$ lead schedule 1 2027-03-28 02:30 → 2
error: when `2027-03-28 02:30` does not exist, the clocks of Europe/Berlin skip it
hint: the next valid one is `2027-03-28 03:00`
$ lead add Ada --follow-up '2027-03-28 02:30' → 2
error: follow-up `2027-03-28 02:30` does not exist, the clocks of Europe/Berlin skip it
hint: the next valid one is `2027-03-28 03:00`
$ lead log 1 call hello --next '2027-03-28 02:30' → 2
error: next `2027-03-28 02:30` does not exist, the clocks of Europe/Berlin skip it
hint: the next valid one is `2027-03-28 03:00`
$ lead appointment add 1 2027-03-28 02:30 → 2
error: when `2027-03-28 02:30` does not exist, the clocks of Europe/Berlin skip it
hint: the next valid one is `2027-03-28 03:00`
$ lead --as sam schedule 1 2027-03-28 02:30 → 2
error: when `2027-03-28 02:30` does not exist, the clocks of Europe/Berlin skip it
hint: the next valid one is `2027-03-28 03:00`
",
    );
});

both!(a_date_that_may_be_two, "T2", |office| {
    stock(office);
    told(
        office,
        "\
$ lead schedule 1 1/12/26 → 2
error: when `1/12/26` may be two dates
hint: 2026-12-01
hint: 2026-01-12
$ lead schedule 1 1/12/2026 → 2
error: when `1/12/2026` may be two dates
hint: 2026-12-01
hint: 2026-01-12
$ lead schedule 1 12/1 → 2
error: when `12/1` may be two dates
hint: 2026-01-12
hint: 2026-12-01
$ lead schedule 1 13/12/26 → 2
error: when `13/12/26` does not have the year first
hint: 2026-12-13
$ lead add Ada --follow-up 1/12/26 → 2
error: follow-up `1/12/26` may be two dates
hint: 2026-12-01
hint: 2026-01-12
$ lead list due:1/12/26 → 2
error: filter `due:1/12/26` may be two dates
hint: 2026-12-01
hint: 2026-01-12
",
    );
});

both!(the_year_0, "T2", |office| {
    stock(office);
    told(
        office,
        "\
$ lead schedule 1 0000-01-01 → 2
error: when `0000-01-01` is not between the years 1970 and 9998
$ lead schedule 1 0001-01-01 → 2
error: when `0001-01-01` is not between the years 1970 and 9998
$ lead add Ada --follow-up 0000-01-01 → 2
error: follow-up `0000-01-01` is not between the years 1970 and 9998
$ lead list due:0000-01-01 → 2
error: filter `due:0000-01-01` is not between the years 1970 and 9998
$ lead history --since 0000-01-01 → 2
error: since `0000-01-01` is not between the years 1970 and 9998
",
    );
});

both!(the_year_9999, "T2", |office| {
    stock(office);
    told(
        office,
        "\
$ lead schedule 1 9999-12-31 → 2
error: when `9999-12-31` is not between the years 1970 and 9998
$ lead schedule 1 9999-12-31 23:59 → 2
error: when `9999-12-31 23:59` is not between the years 1970 and 9998
$ lead schedule 1 10000-01-01 → 2
error: when `10000-01-01` is not between the years 1970 and 9998
$ lead schedule 1 in 99999999999 days → 2
error: when `in 99999999999 days` is not between the years 1970 and 9998
$ lead schedule 1 in 9999999 days → 2
error: when `in 9999999 days` is not between the years 1970 and 9998
$ lead add Ada --follow-up 9999-12-31 → 2
error: follow-up `9999-12-31` is not between the years 1970 and 9998
$ lead log 1 call hello --next 9999-12-31 → 2
error: next `9999-12-31` is not between the years 1970 and 9998
$ lead appointment add 1 9999-12-31 23:59 → 2
error: when `9999-12-31 23:59` is not between the years 1970 and 9998
$ lead list due:9999-12-31 → 2
error: filter `due:9999-12-31` is not between the years 1970 and 9998
$ lead history --until 9999-12-31 → 2
error: until `9999-12-31` is not between the years 1970 and 9998
",
    );
});

both!(a_date_that_is_past, "M7 M5", |office| {
    stock(office);
    let hint =
        |lead| format!("hint: the date is past, {lead} is overdue at once: `lead schedule {lead} WHEN`\n");
    let said = "1 Kim Lee: follow-up Sun 2026-11-01 Europe/Berlin, 21 days ago\n";
    office.lead("schedule 1 2026-11-01").ok().stdout("").stderr(&format!("{said}{}", hint(1)));
    assert_eq!(office.field(1, "follow_up")["date"], "2026-11-01");
    assert_eq!(office.field(1, "badge"), "overdue");
    office.lead("add Ada --follow-up 2026-11-01").ok().stdout("2\n").stderr(&hint(2));
    office.lead("log 2 call hello --next yesterday").ok().says(&hint(2));
});
