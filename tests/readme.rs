//! The session in README.md, typed at a terminal word for word: what comes back is what stands there.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::harness::words::assert_same;
use crate::harness::{Console, account, plain};

/// What changes nothing, and may be typed again until the daemon has done its part.
const LOOKS: [&str; 5] = ["lead list", "lead outbox show", "lead outbox list", "lead history", "lead doctor"];

/// What a reader has typed, and what came back.
struct Step {
    typed: String,
    answer: String,
}

fn steps(readme: &str) -> Vec<Step> {
    let section = readme.split("## Five minutes").nth(1).and_then(|rest| rest.split("\n## ").next());
    let blocks = section.expect("the session has a section").split("```\n").skip(1).step_by(2);
    let blocks = blocks.filter(|block| block.starts_with("$ "));
    let mut steps: Vec<Step> = Vec::new();
    for line in blocks.flat_map(str::lines) {
        match (line.strip_prefix("$ "), steps.last_mut()) {
            (Some(typed), _) => steps.push(Step { typed: typed.to_owned(), answer: String::new() }),
            (None, Some(step)) => step.answer += &format!("{line}\n"),
            (None, None) => panic!("an answer before anything was typed: {line}"),
        }
    }
    steps
}

/// The text with what no two stores share masked: digests, and ids made of the store's.
fn masked(text: &str) -> String {
    let mut masked = String::new();
    let mut run = String::new();
    for c in text.chars().chain(['\n']) {
        if c.is_ascii_hexdigit() {
            run.push(c);
            continue;
        }
        masked += if run.len() >= 32 { "HEX" } else { &run };
        run.clear();
        masked.push(c);
    }
    masked.pop();
    masked
}

/// What stands behind the last time this was typed, if the shell waits for more; without what the shell says
/// of its jobs.
fn answer(screen: &str, typed: &str) -> Option<String> {
    let behind = screen.rsplit_once(&format!("$ {typed}\n"))?.1;
    let lines = behind.strip_suffix('$')?.split_inclusive('\n');
    Some(lines.filter(|line| !line.starts_with("[1]")).collect())
}

plain!(the_session_of_the_readme_is_what_comes_back, "N1 N2", || {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let home = tempfile::tempdir().unwrap();
    let tour = home.path().join("tour").display().to_string();
    let programs = Path::new(env!("CARGO_BIN_EXE_lead")).parent().unwrap().display().to_string();
    let mut shell = Command::new("/bin/sh");
    shell.current_dir(home.path()).env("HOME", home.path()).env("PS1", "$ ").env("TZ", "UTC");
    shell.env("PATH", format!("{programs}:/usr/bin:/bin")).env("NO_COLOR", "1").env("LC_ALL", "C.UTF-8");
    let mut console = Console::open(&shell, (120, 400));
    console.shows("$");
    let steps = steps(&readme);
    assert!(steps.len() > 25, "{} steps", steps.len());
    let host = nix::unistd::gethostname().unwrap().to_string_lossy().into_owned();
    for step in &steps {
        let typed = step.typed.replace("/tmp/tour", &tour);
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let before = console.screen();
            console.keys(&format!("{typed}\n"));
            console.until(&typed, |screen| screen != before && answer(screen, &typed).is_some());
            let found = answer(&console.screen(), &typed).unwrap_or_default();
            let found = found.replace(&tour, "/tmp/tour").replace(&format!("@{host}"), "@vm");
            let found = masked(&found.replace(&account(), "root"));
            if found == masked(&step.answer) {
                break;
            }
            // A look is repeated, a change never.
            if !LOOKS.iter().any(|verb| step.typed.starts_with(verb)) || Instant::now() > deadline {
                assert_same(&step.typed, &masked(&step.answer), &found);
            }
        }
    }
    console.keys("exit\n");
    console.ends();
});
