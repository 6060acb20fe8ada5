//! Clocks that are set back, jump ahead, or stand while a machine sleeps: each mail goes once, and what
//! time has decided stays so. By the file that the programs follow, and by the system's own clock,
//! moved under a running `leadd`.

use std::thread;

use nix::sys::signal::Signal;

use crate::changes::{firm, told};
use crate::harness::words::assert_same;
use crate::harness::{Office, Run, both, daemon, direct};

/// What the clock shows, and the mail that comes of it.
type Shown = (&'static str, &'static [&'static str]);

/// Sets the clock to each instant in turn; all mail there is then is what was told so far.
fn show(office: &Office, so_far: &mut Vec<String>, instants: &[Shown]) {
    for (at, mails) in instants {
        office.at(at);
        so_far.extend(mails.iter().map(|mail| format!("{mail}\n")));
        so_far.sort();
        let expected = so_far.concat();
        office.swept(&format!("at {at} this is all mail:\n{expected}"), || told(office) == expected);
    }
}

/// What still was to come has come when one more sweep is over: no other mail than this.
fn nothing_else(office: &Office, expected: &str) {
    office.rest();
    office.leadd_once().ok();
    assert_same("all mail", expected, &told(office));
}

const REMINDED: &[&str] = &["2026-11-24T08:00:00Z reminder sam: Follow up today: Kim Lee"];
const A_YEAR_AHEAD: Shown = (
    "2027-11-24T08:30:00Z",
    &[
        "2027-11-24T08:30:00Z escalation max: Needs your attention: Kim Lee, 365 days",
        "2027-11-24T08:30:00Z overdue sam: Overdue by 365 days: Kim Lee",
    ],
);

const NEXT_MORNING: &[&str] = &["2026-11-25T07:00:00Z overdue sam: Overdue by 1 day: Kim Lee"];

both!(the_clock_jumps_hours_and_a_year_and_back, "T4 T5 T6 O1 O5 R2 R3 R4", |office| {
    firm(office);
    let mut so_far = Vec::new();
    show(
        office,
        &mut so_far,
        &[
            ("2026-11-24T05:00:00Z", &[]),
            ("2026-11-24T08:00:00Z", REMINDED),
            ("2026-11-24T05:00:01Z", &[]),
            ("2026-11-24T07:00:00Z", &[]),
            ("2026-11-24T10:00:00Z", &[]),
            ("2026-11-24T04:00:00Z", &[]),
            ("2026-11-24T08:30:00Z", &[]),
            A_YEAR_AHEAD,
            ("2026-11-24T08:31:00Z", &[]),
            ("2026-11-25T06:59:59Z", &[]),
            ("2026-11-25T07:00:00Z", NEXT_MORNING),
            // Others were told of this follow-up, by whatever clock.
            ("2026-11-27T07:00:00Z", &["2026-11-27T07:00:00Z overdue sam: Overdue by 3 days: Kim Lee"]),
        ],
    );
    nothing_else(office, &so_far.concat());
});

// After a year that was none the doorbell is silent: if no change wakes the sweeper, the timer behind it
// finds the morning, within a minute.
daemon!(the_systems_clock_jumps_under_a_running_leadd, "T4 T5 T6 R2 R3", |office| {
    office.system_clock();
    firm(office);
    let mut so_far = Vec::new();
    show(
        office,
        &mut so_far,
        &[
            ("2026-11-24T05:00:00Z", &[]),
            ("2026-11-24T08:00:00Z", REMINDED),
            ("2026-11-24T05:00:00Z", &[]),
            A_YEAR_AHEAD,
            ("2026-11-25T07:00:00Z", NEXT_MORNING),
        ],
    );
    nothing_else(office, &so_far.concat());
});

/// A machine that sleeps from before eight until ten.
fn sleeps_over_eight(office: &Office) {
    firm(office);
    office.at("2026-11-24T06:59:00Z");
    office.lead("note 2 'before lunch'").ok();
    office.signal(Signal::SIGSTOP);
    office.at("2026-11-24T10:00:00Z");
    office.signal(Signal::SIGCONT);
    let expected = "2026-11-24T10:00:00Z reminder sam: Follow up today: Kim Lee\n";
    office.swept("the reminder", || told(office) == expected);
    assert!(office.mails_of("reminder")[0].text.contains("was due 08:00"));
    office.at("2026-11-24T10:01:00Z");
    nothing_else(office, expected);
}

daemon!(suspended_over_eight, "T5 T6 R3", sleeps_over_eight);

daemon!(suspended_over_eight_by_the_systems_clock, "T5 T6 R3", |office| {
    office.system_clock();
    sleeps_over_eight(office);
});

both!(away_for_three_days, "R3 T6", |office| {
    firm(office);
    office.rest();
    office.at("2026-11-27T10:00:00Z");
    office.lead("status").ok();
    let expected = "2026-11-27T10:00:00Z escalation max: Needs your attention: Kim Lee, 3 days\n\
                    2026-11-27T10:00:00Z overdue sam: Overdue by 3 days: Kim Lee\n";
    office.swept("one alert and one word to others", || told(office) == expected);
    nothing_else(office, expected);
});

// The one who comes second finds the store taken, or all done: each mail once.
direct!(two_sweeps_at_the_same_instant, "N1 S1 S5 T6 O1", |office| {
    firm(office);
    office.lead("schedule 1 none").ok();
    let mut met = 0;
    for round in 1..=20 {
        let date = jiff::civil::date(2026, 11, 24) + jiff::Span::new().days(round);
        office.lead(format!("schedule 1 {date}")).ok();
        office.at(&format!("{date}T07:00:00Z"));
        let commands = [(); 2].map(|()| office.leadd_command("--once"));
        let codes = thread::scope(|scope| {
            commands.map(|command| scope.spawn(|| Run::of(command, None))).map(|run| run.join().unwrap().code)
        });
        let both_swept = codes == [0, 0];
        assert!(both_swept || codes == [0, 6] || codes == [6, 0], "{codes:?} in round {round}");
        met += u32::from(!both_swept);
        assert_eq!(office.mails_of("reminder").len(), usize::try_from(round).unwrap(), "in round {round}");
    }
    assert!(met > 0, "they never met");
});

both!(the_clock_is_set_back_around_the_end_of_a_claim, "A8 A9 T4 T6 T7", |office| {
    firm(office);
    office.lead("schedule 1 none").ok();
    office.at("2026-11-23T09:00:00Z");
    office.lead("--as max claim 3").ok();
    let warned = "2026-11-24T07:00:00Z claim-lapsing max: Your claim on Joe Roe ends soon\n";
    let lapsed = "2026-11-24T09:00:00Z claim-lapsed max: Your claim on Joe Roe has ended\n";
    let mut expected = String::new();
    for (at, mail, holder) in [
        ("2026-11-24T07:00:00Z", warned, "max"),
        // It lives by the clock there is: three hours longer.
        ("2026-11-24T04:00:00Z", "", "max"),
        ("2026-11-24T07:00:00Z", "", "max"),
        ("2026-11-24T08:59:59Z", "", "max"),
        ("2026-11-24T09:00:00Z", lapsed, ""),
        // What was recorded stays so.
        ("2026-11-24T06:00:00Z", "", ""),
        ("2026-11-24T09:00:00Z", "", ""),
        ("2027-11-24T09:00:00Z", "", ""),
    ] {
        office.at(at);
        expected.push_str(mail);
        office.swept(&format!("at {at}, no mail but\n{expected}"), || told(office) == expected);
        assert_eq!(office.field(3, "claim")["by"].as_str().unwrap_or_default(), holder, "at {at}");
    }
    let lapses = office.events(3, "claim_lapsed");
    assert_eq!((lapses.len(), &lapses[0]["at"]), (1, &"2026-11-24T09:00:00Z".into()));
    office.at("2026-11-24T06:00:00Z");
    office.lead("note 3 'by a clock set back'").ok();
    let order: Vec<_> = office.history(3).iter().map(|entry| entry["event"].clone()).collect();
    assert_eq!(order, ["created", "claimed", "claim_lapsed", "noted"], "by sequence, never by time");
});
