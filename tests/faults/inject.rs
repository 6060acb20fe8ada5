//! Every write and every sync failing in turn, or killing who makes it, by strace.
//!
//! strace counts the calls of each thread by itself, so one number meets the first, the second …
//! call of every thread. A chain ends when a number meets no call any more.

use std::fs;
use std::process::Command;

use super::oracle::{judge, judge_numbers, told};
use super::tally::{Found, Tally, is_wide};
use crate::harness::{Daemon, Office, Run, Stock, direct, skip};

/// What is done, when, and by which program.
struct Operation {
    name: &'static str,
    at: &'static str,
    /// When what was put off is taken up again, for timed work.
    later: Option<&'static str>,
    line: &'static str,
}

const NOW: &str = "2026-11-22T09:10:00+01:00";

const fn typed(name: &'static str, line: &'static str) -> Operation {
    Operation { name, at: NOW, later: None, line }
}

/// Writes and syncs; the first two are those of every change.
const CALLS: [&str; 8] =
    ["pwrite64", "fdatasync", "fsync", "write", "sync_file_range", "ftruncate", "rename", "unlink"];

/// What becomes of the call, and whether of all later ones, too.
const FATES: [(&str, &str, &str); 3] = [
    ("EIO once", "error=EIO", ""),
    ("ENOSPC from then on", "error=ENOSPC", "+"),
    ("KILL", "signal=KILL", ""),
];

/// `program` under strace, with this fate for the calls. The threads of `leadd` wake each other by
/// `write`, too: of its writes only those to files of the store are met.
pub fn under_strace(office: &Office, program: &Command, fate: &str) -> Command {
    let mut command = Command::new("strace");
    let call = fate.split(':').next().unwrap_or_default();
    command.args(["-f", "-qq", "-o"]).arg(office.path("strace")).args(["-e", "signal=none", "-e"]);
    command.arg(format!("trace={call}")).args(["-e", &format!("inject={fate}")]);
    if call == "write" && program.get_program().to_string_lossy().ends_with("leadd") {
        for file in
            ["leadd.lock", "mark.new", "outbox/.1.eml.part", "outbox/.2.eml.part", "outbox/.3.eml.part"]
        {
            command.arg("-P").arg(office.store().join(file));
        }
    }
    command.arg(program.get_program()).args(program.get_args()).current_dir(office.home()).env_clear();
    for (name, value) in program.get_envs() {
        if let Some(value) = value {
            command.env(name, value);
        }
    }
    command
}

pub fn needs_strace() {
    let probe = Command::new("strace").args(["-qq", "-o", "/dev/null", "true"]).output();
    if !probe.is_ok_and(|ran| ran.status.success()) {
        skip("there is no strace that may trace");
    }
}

/// A store with leads that are owned, claimed, free, and to be reminded of.
fn prepared(office: &Office) -> Stock {
    office.init("mini");
    office.at("2026-11-22T07:00:00+01:00");
    office.add("'Kim Lee' --email kim@x.example --owner me --follow-up 2026-11-23");
    office.add("'Sam Poe' --owner me --follow-up 2026-11-23 --note 'asked twice'");
    office.add("'Ida Fox' --phone '030 1234'");
    office.add("'Ada Roe'");
    office.lead("claim 3").ok();
    Stock::of(office)
}

/// The operation under every fault.
fn meets(office: &Office, operation: &Operation) {
    needs_strace();
    let stock = prepared(office);
    office.at(operation.at);
    let command = || match operation.later {
        Some(_) => office.leadd_command(operation.line),
        None => office.lead_command(operation.line),
    };
    let before = told(office).expect("the store is sound");
    stock.furnish(office);
    Run::of(command(), None).ok();
    let after = told(office).expect("the store is sound");
    assert_ne!(before, after, "`{}` does nothing", operation.line);
    let calls = if is_wide() { CALLS.len() } else { 2 };
    for (fate, inject, later) in FATES {
        let mut tally = Tally::new(fate, operation.name);
        for call in &CALLS[..calls] {
            for number in 1.. {
                if !is_wide() && number > 1 {
                    break;
                }
                stock.furnish(office);
                office.at(operation.at);
                let run = Run::of(
                    under_strace(office, &command(), &format!("{call}:{inject}:when={number}{later}")),
                    None,
                );
                let log = fs::read_to_string(office.path("strace")).unwrap_or_default();
                if !log.contains("INJECTED") && run.code >= 0 {
                    break;
                }
                let found = if run.stderr.contains("panicked") {
                    Found::Torn(run.to_string())
                } else {
                    round(office, operation, &command, run.code == 0, (&before, &after))
                };
                tally.count(&format!("{call} {number}"), found);
            }
        }
        tally.end();
    }
}

/// What a round left. Timed work goes on where it was: another sweep, later, brings the same end.
fn round(
    office: &Office,
    operation: &Operation,
    command: &dyn Fn() -> Command,
    is_acknowledged: bool,
    (before, after): (&str, &str),
) -> Found {
    let Some(later) = operation.later else { return judge(office, is_acknowledged, before, after) };
    office.at(later);
    let again = Run::of(command(), None);
    if again.code != 0 {
        return Found::Shut(again.to_string());
    }
    judge(office, true, after, after)
}

direct!(add, "N1 L5", |office| meets(office, &typed("add", "add 'Nia Roe' --email n@x.example --note new")));
direct!(claim, "L5 A8", |office| meets(office, &typed("claim", "claim 4")));
direct!(convert, "L5 M9", |office| meets(office, &typed("convert", "convert 1")));
direct!(undo, "L5 N4", |office| meets(office, &typed("undo", "undo 3")));
direct!(merge, "L5 L4", |office| meets(office, &typed("merge", "merge 1 2")));
direct!(import, "L5 P1", |office| {
    let rows: String = (0..120).map(|n| format!("Row {n},{n}@x.example,\n")).collect();
    office.file("rows.csv", &format!("name,email,company\n{rows}Kim,kim@x.example,Acme\n"));
    meets(office, &typed("import", "import rows.csv --update-by email"));
});
direct!(bulk_move, "L5 F11", |office| meets(office, &typed("bulk move", "move 1-4 contacted")));
direct!(sweep, "T6 A9", |office| {
    let (at, later) = ("2026-11-23T07:10:00+01:00", Some("2026-11-23T07:30:00+01:00"));
    meets(office, &Operation { name: "sweep", at, later, line: "--once" });
});
direct!(mail, "N1 O1", |office| {
    let (at, later) = ("2026-11-23T08:00:00+01:00", Some("2026-11-23T08:30:00+01:00"));
    meets(office, &Operation { name: "mail by file", at, later, line: "--once" });
});

/// A `leadd` under strace. It is ended by its own number: strace would only let go of it.
struct Traced<'a> {
    office: &'a Office,
    strace: Daemon,
}

impl<'a> Traced<'a> {
    /// None when the fault met its start.
    fn start(office: &'a Office, fate: &str) -> Option<Self> {
        let strace = Daemon::try_start(under_strace(office, &office.leadd_command(""), fate)).ok()?;
        Some(Self { office, strace })
    }

    fn pid(&self) -> String {
        fs::read_to_string(self.office.store().join("leadd.lock")).unwrap().trim().to_owned()
    }

    fn log(&self) -> String {
        self.strace.log()
    }
}

impl Drop for Traced<'_> {
    fn drop(&mut self) {
        let _ = Command::new("kill").args(["-KILL", &self.pid()]).status();
    }
}

// `leadd` whose writes fail for a while: it says so, goes on answering looks, and writes again by
// itself when they succeed.
direct!(leadd_goes_on, "S1 N1 L5", |office| {
    needs_strace();
    office.init("mini");
    office.add("'Kim Lee'");
    let stock = Stock::of(office);
    let fates: &[&str] = if is_wide() {
        &[
            "pwrite64:error=EIO",
            "pwrite64:error=ENOSPC",
            "fdatasync:error=EIO",
            "fdatasync:error=ENOSPC",
            "sync_file_range:error=EIO",
        ]
    } else {
        &["pwrite64:error=ENOSPC", "fdatasync:error=EIO"]
    };
    for fate in fates {
        let mut tally = Tally::new(&fate.replace(":error=", " "), "add through leadd");
        for first in if is_wide() { 1..12 } else { 2..4 } {
            stock.furnish(office);
            let Some(leadd) = Traced::start(office, &format!("{fate}:when={first}..{}", first + 1)) else {
                tally.count(&format!("from {first}"), judge_numbers(office, &[1]));
                continue;
            };
            let (mut printed, mut refused) = (vec![1], 0);
            // Each of sled's seven threads has its own count, and meets the fault by itself.
            while printed.len() < 20 && refused < 40 {
                let run = office.lead(format!("add 'Lead {} {refused}'", printed.len()));
                match run.code {
                    0 => printed.push(run.number()),
                    _ => {
                        run.code(1);
                        refused += 1;
                        office.lead("list -F ids").ok();
                    }
                }
            }
            let going_on = printed.len() == 20;
            let log = leadd.log();
            drop(leadd);
            let found = if going_on {
                judge_numbers(office, &printed)
            } else {
                Found::Torn(format!("it does not go on: {printed:?}\n{log}"))
            };
            tally.count(&format!("from {first}"), found);
        }
        tally.end();
    }
});
