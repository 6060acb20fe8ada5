//! On a terminal: sentences, a table, and questions. The terminal is `script`'s.

use std::path::Path;
use std::process::Command;

use crate::harness::{Office, Run, direct, skip};

/// Runs `lead` on a terminal with this typed at it; what it says comes as standard output.
pub fn typed(office: &Office, line: &str, input: &str) -> Run {
    on_terminal(office, &format!("{} {line}", env!("CARGO_BIN_EXE_lead")), input)
}

/// Runs a line of the shell on a terminal, in the office's surroundings.
pub fn on_terminal(office: &Office, line: &str, input: &str) -> Run {
    let script = ["/usr/bin/script", "/bin/script"].into_iter().find(|path| Path::new(path).exists());
    let Some(script) = script else { skip("no `script` to make a terminal") };
    let lead = office.lead_command("");
    let mut command = Command::new(script);
    command.env_clear().envs(lead.get_envs().filter_map(|(key, value)| value.map(|value| (key, value))));
    command.env("SHELL", "/bin/sh").env("TERM", "xterm-256color").current_dir(office.home());
    command.args(["-qefc", &format!("stty -echo; {line}"), "/dev/null"]);
    let mut run = Run::of(command, Some(input.as_bytes()));
    run.stdout = run.stdout.replace("\r\n", "\n");
    run
}

direct!(add_says_a_sentence, "U1 L1", |office| {
    office.init("mini");
    let run = typed(office, "add 'Kim Lee'", "");
    run.ok().shows("1").shows("Kim Lee");
    assert_ne!(run.stdout.trim(), "1", "{run}");
});

direct!(a_list_is_a_table_with_badges_in_words, "M3 M5", |office| {
    office.init("mini");
    office.add("'Kim Lee' --follow-up 2026-11-20");
    let run = typed(office, "list", "");
    run.ok().shows("Kim Lee").shows("overdue").shows("\u{1b}[");
    assert!(run.stdout.to_lowercase().contains("name"), "a header\n{run}");
    let plain = typed(office, "--color never list", "");
    assert!(plain.ok().stdout.contains("overdue") && !plain.stdout.contains("\u{1b}[3"), "{plain:?}");
});

direct!(where_asks_before_it_changes_many, "F11", |office| {
    office.init("mini");
    office.add("'Kim Lee'");
    office.add("'Sam Poe'");
    let line = "mv --to contacted --where stage:new";
    typed(office, line, "n\n").code(1);
    assert_eq!(office.found("stage:contacted"), [0; 0]);
    typed(office, line, "y\n").ok();
    assert_eq!(office.found("stage:contacted"), [1, 2]);
});

direct!(who_exists_already_is_asked_about_unless_told_never_to_ask, "A5", |office| {
    office.init("agency");
    office.add("'Kim Lee' --email kim@acme.example");
    typed(office, "add 'K. Lee' --email kim@acme.example --no-input", "").code(7);
    let run = typed(office, "add 'K. Lee' --email kim@acme.example", "merge\n");
    run.shows("merge").shows("keep");
    assert_eq!(office.found("").len(), 1, "{run}");
});

direct!(an_import_shows_how_far_it_is_and_then_no_more, "P1", |office| {
    office.init("mini");
    let rows: String = (1..=250).map(|n| format!("Lead {n},{n}@acme.example\n")).collect();
    let file = office.file("leads.csv", &format!("name,email\n{rows}"));
    let run = typed(office, &format!("import {file}"), "");
    let drawn: Vec<&str> = run.ok().stdout.split('\r').filter(|part| part.contains(" rows")).collect();
    assert_eq!(drawn.len(), 3, "once a portion\n{run}");
    assert!(
        drawn[2].starts_with("\u{1b}[K") && drawn[2].contains("########################] 100%, 250 rows"),
        "{run}"
    );
    let last = run.stdout.rsplit("\r\u{1b}[K").next().unwrap();
    assert!(last.starts_with(&format!("{file}: 250 added\n")), "wiped before what is said\n{run}");
    for quiet in [format!("import -q {file}"), format!("import --json {file} >/dev/null")] {
        assert!(!typed(office, &quiet, "").ok().stdout.contains("% "), "{quiet}");
    }
    let piped = office.lead(["import", &file]);
    assert!(!piped.ok().stderr.contains('\r'), "{piped}");
});
