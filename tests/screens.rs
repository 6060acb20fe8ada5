//! The full-screen board at a real terminal: what is seen, what keys do, and how it is left.

use std::io::Write as _;
use std::process::{Command, ExitCode};

use lead_cli::words::Clock;
use nix::sys::signal::Signal;

use crate::harness::{Console, Office, both, direct, plain};

mod leaving;

/// The board of an office.
fn board(office: &Office, line: &str, size: (u16, u16)) -> Console {
    let console = Console::open(&office.lead_command(format!("board -i {line}")), size);
    console.shows("? help  q quit");
    console
}

/// Two leads in the second of nine columns and in the first.
fn stock(office: &Office) {
    office.init("dealership");
    office.add("'Kim Lee' --follow-up 2026-11-20 --source Web");
    office.add("'王小明'");
    office.lead("mv 2 mark-contacted").ok();
}

/// The suite itself as a program that breaks off while it has the terminal: the code of that, if it is
/// called so.
pub fn breaking_off() -> Option<ExitCode> {
    (std::env::args().nth(1)? == BREAKING_OFF).then(|| {
        let ended = lead_cli::screen::terminal::held(|canvas| -> Result<(), lead_cli::halt::Halt> {
            canvas.draw(|frame| frame.render_widget("so far", frame.area()))?;
            panic!("the pencil broke");
        });
        let said = ended.expect_err("it panics").words(Clock::of_system).expect("something is said");
        let _ = writeln!(std::io::stderr(), "error: {}", said.message);
        ExitCode::from(said.exit)
    })
}

const BREAKING_OFF: &str = "--break-off";

plain!(a_panic_gives_the_terminal_back_and_is_said_afterwards, "T1", || {
    let mut command = Command::new(std::env::current_exe().expect("the suite is a file"));
    command.arg(BREAKING_OFF).env("RUST_BACKTRACE", "1");
    let mut console = Console::open(&command, (60, 10));
    assert_eq!(console.ends(), 1);
    console.until("the error alone", |screen| screen == "error: the board broke off: the pencil broke");
});

both!(the_board_fills_the_terminal, "F2", |office| {
    stock(office);
    let mut console = board(office, "", (80, 12));
    let live = if office.is_served() { "          live" } else { "live, no leadd" };
    let expected = format!(
        "\
Car dealership, 2 leads                                           {live}
                                                           Negotiating, 3 more ›
New (1)        │Contacted (1)  │Engaged (0)    │Appointmen… (0)│Showed (0)
━━━━━━━━━━━━━━━│───────────────│───────────────│───────────────│────────────────
>1 Kim Lee     │ 2 王小明      │               │               │
  overdue      │               │               │               │
               │               │               │               │
               │               │               │               │
               │               │               │               │
               │               │               │               │

Enter card  m move  c claim  o log  s schedule  n note  f filter  ? help  q quit"
    );
    console.until(&expected, |screen| screen == expected);
    console.types("?", "Keys of the board");
    console.types("\x1b", "Kim Lee");
    console.types("\r", "  Open to it");
    console.types("q", "? help");
    console.keys("q");
    assert_eq!(console.ends(), 0);
});

both!(a_card_goes_only_where_a_move_is_open, "D1 P1", |office| {
    stock(office);
    let mut console = board(office, "", (80, 14));
    console.keys("m");
    console.shows("move 1 Kim Lee: mark-contacted → Contacted");
    let lit = "───────────────│▶ mark-contact…│───────────────│───────────────│────────────────";
    console.shows(lit);
    console.types("l", "move 1 Kim Lee: mark-lost → Lost");
    console.types("\x1b", "? help");
    assert_eq!(office.field(1, "stage"), "new");
    console.types("ml\x1b[C\r", "1 Kim Lee: New → Dormant");
    console.shows(">1 Kim Lee");
    assert_eq!(office.field(1, "stage"), "dormant");
    console.types("u", "undo it?");
    console.shows("lead 1 stage: dormant → new");
    console.types("y", "change 5 (`move`) undone");
    assert_eq!(office.field(1, "stage"), "new");
    console.keys("q");
    console.ends();
});

both!(a_card_is_claimed_logged_scheduled_and_noted, "F5 F6 L1 A8", |office| {
    office.init("field-service");
    office.add("'Kim Lee'");
    let mut console = board(office, "", (80, 24));
    console.types("c", "1 Kim Lee: claimed until Mon 2026-11-23 09:00 (24 h)");
    console.types("R", "1 Kim Lee: given back");
    console.types("s31 feb\r", "error: when `31 feb` has no such day");
    console.types("\x15fri 15:00\r", "1 Kim Lee: follow-up Fri 2026-11-27 15:00");
    console.types("o", "call, text, email");
    console.types("cal her\r", "error: kind `cal` is not a kind of activity of this pipeline");
    console.types("\x15call it's fine --next '+3d'\r", "1 Kim Lee: logged call, follow-up Wed 2026-11-25");
    console.types("nasks for a quote\r", "1 Kim Lee: noted");
    console.types("thot vip\r", "1 Kim Lee: tags: hot, vip");
    console.types("ame\r", "1 Kim Lee: assigned to");
    console.types("anobody\r", "error: no user `nobody`");
    console.keys("\x1bq");
    console.ends();
    assert_eq!(office.field(1, "follow_up")["date"], "2026-11-25");
    let notes = office.field(1, "notes");
    let notes = notes.as_str().expect("a text");
    assert!(notes.contains("] asks for a quote\n") && notes.contains("it's fine"), "{notes}");
});

both!(times_are_in_the_zone_of_who_looks_however_often, "A8 T3", |office| {
    office.init("field-service");
    office.add("'Kim Lee'");
    office.lead(format!("user edit {} --zone Pacific/Auckland", crate::harness::account())).ok();
    let mut console = board(office, "", (80, 14));
    for _ in 0..3 {
        console.types("c", "1 Kim Lee: claimed until Mon 2026-11-23 21:00 (24 h)");
        console.types("R", "1 Kim Lee: given back");
    }
    console.keys("q");
    console.ends();
});

both!(the_board_is_filtered_and_searched, "F9", |office| {
    stock(office);
    let mut console = board(office, "", (80, 14));
    console.types("fstge:new\r", "error: filter `stge:new` has the unknown key `stge`");
    console.shows("Car dealership, 2 leads ");
    console.types("\x15stage:contacted\r", "Car dealership, 1 lead, only stage:contacted");
    console.hides("Kim Lee");
    console.types("f\x15\r", "Kim Lee");
    console.types("/小明", "1 of 1");
    console.types("\r", ">2 王小明");
    console.types("/nobody\r", "no card has `nobody`");
    console.keys("q");
    console.ends();
});

both!(what_others_change_shows_by_itself, "F2 N2 A9", |office| {
    office.init("field-service");
    office.add("'Kim Lee'");
    let mut console = board(office, "", (80, 14));
    office.add("'Sam Poe'");
    console.shows("2 Sam Poe");
    office.lead("mv 1 quoted").ok();
    console.until("the chosen card where it is now", |screen| {
        screen.lines().any(|line| line.find(">1 Kim Lee").is_some_and(|at| at > 30))
    });
    office.lead("claim 1").ok();
    console.shows(&crate::harness::account());
    // Time alone ends a claim.
    office.at("2026-11-23T09:00:00+01:00");
    console.hides(&crate::harness::account());
    console.keys("q");
    console.ends();
});

both!(who_types_is_told_when_the_lead_has_changed, "L10", |office| {
    office.init("field-service");
    office.add("'Kim Lee'");
    let mut console = board(office, "", (100, 14));
    console.types("n", "note: 1 Kim Lee");
    office.lead("tag 1 vip").ok();
    console.keys("asks for a quote\r");
    console.shows("error: This lead was changed by someone else just now — reload and retry.");
    assert!(office.field(1, "notes").is_null(), "it is not written");
    console.types("\r", "1 Kim Lee: noted");
    console.keys("q");
    console.ends();
});

direct!(a_daemon_may_go_and_come_back, "N2", |office| {
    office.init("field-service");
    office.add("'Kim Lee'");
    let daemon = office.daemon();
    let mut console = board(office, "", (80, 14));
    console.until("live", |screen| screen.lines().next().is_some_and(|title| title.ends_with("  live")));
    daemon.murder();
    console.shows("live, no leadd");
    console.types("nwithout\r", "1 Kim Lee: noted");
    let daemon = office.daemon();
    console.until("live", |screen| screen.lines().next().is_some_and(|title| title.ends_with("  live")));
    console.types("nwith\r", "1 Kim Lee: noted");
    console.keys("q");
    console.ends();
    daemon.stop();
    let notes = office.field(1, "notes");
    assert_eq!(notes.as_str().map(|notes| notes.matches("] with").count()), Some(2), "{notes}");
});

direct!(the_board_fits_a_small_terminal_and_one_that_changes, "F2", |office| {
    stock(office);
    let mut console = board(office, "", (40, 20));
    console.shows("                     Contacted, 7 more ›\nNew (1)\n");
    console.types("l", "‹ New                  Engaged, 6 more ›\nContacted (1)\n");
    console.resize(80, 20);
    console.shows("Contacted (1)  │Engaged (0)    │");
    console.resize(18, 5);
    console.shows("too small for the\nboard");
    console.resize(40, 10);
    console.shows(">2 王小明");
    console.keys("q");
    console.ends();
});

direct!(colour_is_left_out_when_it_is_not_wanted, "M5", |office| {
    stock(office);
    for (variable, option, colored) in [("", "", true), ("1", "", false), ("", "--color never", false)] {
        let mut command = office.lead_command(format!("board -i {option}"));
        command.env("NO_COLOR", variable);
        let mut console = Console::open(&command, (80, 14));
        // What is chosen is reversed, and has no colour.
        console.types("l", ">2 王小明");
        console.shows("overdue");
        assert_eq!(console.is_colored(), colored, "NO_COLOR={variable} {option}");
        console.keys("q");
        console.ends();
    }
});

/// Signals, and the codes the board ends with.
const ENDS: [(Signal, i32); 3] = [(Signal::SIGTERM, 143), (Signal::SIGHUP, 129), (Signal::SIGINT, 130)];
