//! What is longer than the terminal goes through the pager that the user named. It is a script here, which
//! says that it began, shows what came, and waits for a key as any pager does.

use std::path::Path;
use std::process::Command;

use crate::harness::{Console, Office, both, direct};

const SIZE: (u16, u16) = (80, 12);

/// A pager of this name: it keeps what it was given in `NAME.text`.
fn pager(office: &Office, name: &str) -> String {
    let text = office.path(&format!("{name}.text"));
    let script = format!(
        "trap 'echo broken off' INT\ncat > {text}\necho 'begin of {name}'\nread key < /dev/tty\necho over\n",
        text = text.display()
    );
    format!("/bin/sh {}", office.file(name, &script))
}

fn at_terminal(office: &Office, line: &str, env: &[(&str, &str)]) -> Console {
    let mut command: Command = office.lead_command(line);
    command.envs(env.iter().copied());
    Console::open(&command, SIZE)
}

fn kept(office: &Office, name: &str) -> Option<String> {
    std::fs::read_to_string(office.path(&format!("{name}.text"))).ok()
}

both!(what_is_longer_than_the_terminal_goes_through_the_pager, "M3 N2", |office| {
    office.init("mini");
    office.fill(30);
    let theirs = pager(office, "theirs");
    for line in ["list", "history", "board", "today", "report funnel", "user list"] {
        let mut console = at_terminal(office, line, &[("PAGER", &theirs)]);
        if matches!(line, "report funnel" | "user list") {
            assert_eq!(console.ends(), 0, "{line}");
            assert_eq!(kept(office, "theirs"), None, "{line} is short: {}", console.screen());
            continue;
        }
        console.shows("begin of theirs");
        // Who reads keeps the store from nobody, not even from who writes.
        office.lead(["tag", "1", "read"]).ok();
        console.types("\n", "over");
        assert_eq!(console.ends(), 0, "{line}");
        let text = kept(office, "theirs").unwrap();
        assert!(text.lines().count() > 30, "{line}\n{text}");
        let last = text.lines().last().unwrap().trim();
        assert!(!last.is_empty() && !console.screen().contains(last), "{line}\n{}", console.screen());
        std::fs::remove_file(office.path("theirs.text")).unwrap();
    }
});

direct!(who_names_the_pager, "M3", |office| {
    office.init("mini");
    office.fill(30);
    let [ours, own, theirs] = ["ours", "own", "theirs"].map(|name| pager(office, name));
    let read_by = |env: &[(&str, &str)], name: &str| {
        let mut console = at_terminal(office, "list", env);
        console.types("\n", &format!("begin of {name}"));
        assert_eq!(console.ends(), 0);
    };
    read_by(&[("PAGER", &theirs)], "theirs");
    let config = office.path("config/lead");
    std::fs::create_dir_all(&config).unwrap();
    std::fs::write(config.join("config.toml"), format!("pager = \"{own}\"\n")).unwrap();
    read_by(&[("PAGER", &theirs)], "own");
    read_by(&[("PAGER", &theirs), ("LEAD_PAGER", &ours)], "ours");
    // A line of the shell's.
    read_by(&[("LEAD_PAGER", &format!("tr a-z A-Z | {ours}"))], "ours");
    assert!(kept(office, "ours").unwrap().contains("LEAD 30"));
});

direct!(what_a_program_reads_and_what_nobody_can_turn_is_not_paged, "M3", |office| {
    office.init("mini");
    office.fill(30);
    let theirs = pager(office, "theirs");
    for line in
        ["list --no-input", "list -F tsv", "list --json", "export", "report all -F html", "list -F ids"]
    {
        assert_eq!(at_terminal(office, line, &[("PAGER", &theirs)]).ends(), 0, "{line}");
    }
    let mut piped = office.lead_command("list");
    piped.env("PAGER", &theirs);
    crate::harness::Run::of(piped, None).ok().shows("Lead 30");
    assert!(!Path::new(&office.path("theirs.text")).exists());
    // Without a name there is none.
    let mut console = at_terminal(office, "list", &[]);
    assert_eq!(console.ends(), 0);
    console.shows("Lead 30");
});

direct!(to_break_off_is_for_the_pager, "M3", |office| {
    office.init("mini");
    office.fill(30);
    let theirs = pager(office, "theirs");
    let mut console = at_terminal(office, "list", &[("PAGER", &theirs)]);
    console.shows("begin of theirs");
    console.types("\u{3}", "broken off");
    console.types("\n", "over");
    assert_eq!(console.ends(), 0);
});

direct!(a_pager_that_is_not_there_or_reads_no_further_loses_nothing, "M3", |office| {
    office.init("mini");
    office.fill(30);
    let mut console = at_terminal(office, "list", &[("LEAD_PAGER", "no-such-pager -x")]);
    assert_eq!(console.ends(), 0);
    console.shows("Lead 30");
    let mut console = at_terminal(office, "show 1 2", &[("LEAD_PAGER", "no-such-pager -x")]);
    assert_eq!(console.ends(), 0);
    console.shows("lost → Lost");
    let mut console =
        at_terminal(office, "list", &[("LEAD_PAGER", "no-such-pager 2>/dev/null | cat >&2; exit 127;")]);
    assert_eq!(console.ends(), 0);
    console.shows("Lead 30");
    let mut console = at_terminal(office, "list", &[("LEAD_PAGER", "head -2")]);
    assert_eq!(console.ends(), 0);
    console.shows("Lead 1");
    assert!(!console.screen().contains("Lead 30"));
});
