//! An office of twenty at work for days and days, on a clock that is moved: nothing that was acknowledged
//! is lost, no mail is lost or doubled, the history is whole, and memory and disk stay bounded.
//!
//! The suite does a few days of two seeds. `tests/soak/run` does a year, and draws what was measured.

mod clerks;
mod day;
mod gauge;
mod ledger;
mod mailroom;
mod mishaps;
mod trail;
mod year;

use jiff::civil::Date;

use crate::faults::{Tally, enter};
use crate::harness::{Office, direct, skip};
use year::Year;

const COLUMNS: &str = "soak | days | deeds | refused | cut off | kills | refused on a full disk | compactions | \
                       reminders due | mails | doubled, the 250 unseen | reported as failed or unknown | \
                       days with anything wrong";

/// So many days from this one on.
fn goes_on(office: &Office, seed: u64, days: u64, first: &str) {
    let first: Date = first.parse().expect("a date");
    let mut tally = Tally::new("a year's mishaps", &format!("an office of twenty, seed {seed}"));
    let mut year = Year::begin(office, seed, &format!("soak-{seed}-{days}"));
    let mut wrong = 0;
    for day in 1..=days {
        let date = first.checked_add(jiff::Span::new().days(day as i64 - 1)).expect("a date");
        let found = year.day(day, days, date);
        wrong += usize::from(!matches!(found, crate::faults::Found::Well));
        tally.count(&format!("day {day}, {date}"), found);
    }
    let (totals, mailroom) = year.end();
    let [deeds, refused, unclear] = totals.deeds;
    let full = totals.full.map_or_else(|| "skipped: no tmpfs".to_owned(), |count| count.to_string());
    let mail = mailroom.tally;
    enter(
        COLUMNS,
        &format!(
            "seed {seed} | {days} | {deeds} | {refused} | {unclear} | {} | {full} | {} | {} | {} | {} | {} | {wrong}",
            totals.kills, totals.compactions, mail.due, mail.arrived, mail.doubled, mail.reported
        ),
    );
    tally.end();
}

direct!(over_the_winter, "N1 N2 N7 A8 R2 T4 T6 L5", |office| goes_on(office, 1, 5, "2026-11-23"));

// The last Sunday of March is among these.
direct!(as_the_clocks_change, "N1 N2 N7 A8 R2 T4 T6 L5", |office| goes_on(office, 2, 5, "2027-03-25"));

direct!(as_asked, "N1 N2 N7 A8 R2 T4 T6 L5", |office| {
    let asked = |name| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let Some(days) = asked("LEAD_SOAK_DAYS") else { skip("`tests/soak/run` asks for it") };
    goes_on(office, asked("LEAD_SOAK_SEED").unwrap_or(1), days, "2026-11-23");
});
