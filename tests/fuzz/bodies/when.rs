//! A date that was typed, for any `now` in any zone: what is read is shown and read again, and what is
//! offered instead can be typed.
//!
//! A second line of the bytes may say the moment, as `2026-11-22T14:03[Europe/Berlin]`.

use std::sync::LazyLock;

use jiff::Zoned;
use lead_shared::domain::refusal::Flaw;
use lead_shared::domain::when::{When, YEARS, describe, parse};

use super::{is_plain, text};

/// An ordinary day, days whose clocks jump by an hour, half an hour and a day, and both ends of the calendar.
static MOMENTS: LazyLock<Vec<Zoned>> = LazyLock::new(|| {
    [
        "2026-11-22T14:03:27[Europe/Berlin]",
        "2027-03-27T23:30:00[America/New_York]",
        "2026-10-03T12:00:00[Australia/Lord_Howe]",
        "2011-12-29T23:59:59[Pacific/Apia]",
        "1970-01-01T00:00:00[UTC]",
        "9998-12-31T23:59:59[Asia/Tokyo]",
        "-009999-01-03T00:00:00[UTC]",
    ]
    .map(|moment| moment.parse().expect("a moment"))
    .to_vec()
});

pub fn body(bytes: &[u8]) {
    let (typed, moment) = text(bytes).split_once('\n').unwrap_or((text(bytes), ""));
    let said: Option<Zoned> = moment.trim().parse().ok();
    for now in said.iter().chain(MOMENTS.iter()) {
        holds(typed, now);
    }
}

fn holds(typed: &str, now: &Zoned) {
    match parse(typed, now) {
        Ok(when) => {
            assert!(YEARS.contains(&when.date.year()), "{typed:?} at {now}: {when:?}");
            is_plain(&describe(&when, now));
            assert_eq!(parse(&shown(&when), now), Ok(when), "{typed:?} at {now}");
        }
        Err(flaw) => {
            assert!(!flaw.why.is_empty());
            let offered = |hint: &str| {
                let quoted = hint.split_once('`').and_then(|(_, rest)| rest.split_once('`'));
                quoted.map_or_else(|| hint.to_owned(), |(quoted, _)| quoted.to_owned())
            };
            for hint in flaw.hints.iter().map(|hint| offered(hint)) {
                let wrong = parse(&hint, now).err();
                // What was meant may be a day that the clocks skip, or lie outside of all years that are taken.
                let reasons = ["does not exist", "is not between the years"];
                let is_said = |flaw: &Flaw| reasons.iter().any(|reason| flaw.why.starts_with(reason));
                let is_said = wrong.as_ref().is_none_or(is_said);
                assert!(is_said, "{typed:?} at {now}: {hint:?} is offered and {wrong:?}");
            }
        }
    }
}

/// A moment as machines write it.
fn shown(when: &When) -> String {
    when.time.map_or_else(|| when.date.to_string(), |time| format!("{} {time}", when.date))
}
