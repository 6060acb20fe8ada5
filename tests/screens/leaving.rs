//! How the full-screen board is left, and where it does not begin.

use nix::sys::signal::Signal;

use super::{ENDS, board, stock};
use crate::harness::{Console, daemon, direct};

direct!(a_signal_gives_the_terminal_back, "N2", |office| {
    stock(office);
    for (signal, code) in ENDS {
        let mut console = board(office, "", (80, 14));
        console.types("n", "note: 1 Kim Lee");
        console.signal(signal);
        assert_eq!(console.ends(), code, "{signal}");
    }
    let mut console = board(office, "", (80, 14));
    console.keys("\x03");
    assert_eq!(console.ends(), 130, "as a key");
});

direct!(a_stop_gives_the_terminal_back_until_it_goes_on, "N2", |office| {
    stock(office);
    let mut console = board(office, "", (80, 14));
    console.keys("\x1a");
    console.stopped();
    office.add("'Sam Poe'");
    console.signal(Signal::SIGCONT);
    console.shows("Sam Poe");
    console.signal(Signal::SIGTSTP);
    console.stopped();
    console.signal(Signal::SIGCONT);
    console.types("l", ">2 王小明");
    console.keys("q");
    assert_eq!(console.ends(), 0);
});

direct!(a_terminal_that_hangs_up_ends_it, "N2", |office| {
    stock(office);
    let mut console = board(office, "", (80, 14));
    console.hang_up_at("?");
    assert_eq!(console.ends(), 129);
});

daemon!(a_deed_that_nobody_answered_is_told_at_the_end, "N2 U4", |office| {
    stock(office);
    let mut console = board(office, "", (80, 14));
    console.types("n", "note: 1 Kim Lee");
    console.types("hello", "> hello");
    office.signal(Signal::SIGSTOP);
    console.keys("\r\x03");
    assert_eq!(console.ends(), 1);
    let expected = "error: the store did not answer: nobody knows whether the last thing was done\n\
                    hint: `lead history --since today`";
    console.until(expected, |screen| screen == expected);
    office.signal(Signal::SIGCONT);
});

direct!(the_store_is_free_beside_an_open_board, "N2", |office| {
    stock(office);
    let mut console = board(office, "", (80, 14));
    for _ in 0..5 {
        office.lead("note 1 hello").ok();
    }
    console.types("\r", "  Open to it");
    console.types("G", "] hello");
    console.keys("\x1bq");
    console.ends();
});

direct!(where_it_cannot_be_it_says_so, "F2", |office| {
    office.lead("board -i").refused(2).stderr(
        "error: the full-screen board needs a terminal\nhint: `lead board` prints the columns anywhere\n",
    );
    let json = office.lead("board -i --json");
    json.code(2).stdout("").says("{\"error\":{\"code\":\"usage\",\"exit\":2,");
    office.init("field-service");
    for (variable, option, said) in [
        ("dumb", "", "needs a terminal that can place its letters"),
        ("", "", "needs a terminal that can place its letters"),
        ("xterm", "--no-input", "takes keys, and `--no-input` forbids to ask"),
        ("xterm", "-F ids", "has no other form"),
    ] {
        let mut command = office.lead_command(format!("board -i {option}"));
        command.env("TERM", variable);
        let mut console = Console::open(&command, (100, 5));
        assert_eq!(console.ends(), 2);
        let hint = "hint: `lead board` prints the columns anywhere";
        let expected = format!("error: the full-screen board {said}\n{hint}");
        console.until(&expected, |screen| screen == expected);
    }
    let mut console = Console::open(&office.lead_command("board -i stge:new"), (100, 5));
    assert_eq!(console.ends(), 2);
    console.shows("error: filter `stge:new` has the unknown key `stge`\nhint: did you mean `stage:new`?");
    office.lead("board -i --if-revision 3").refused(2).says("--if-revision");
});
