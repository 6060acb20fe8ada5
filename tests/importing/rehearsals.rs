//! A dry run tells what the import will do, row by row, and the report says what it did.

use std::fs;
use std::io::Write as _;
use std::time::Duration;

use nix::sys::signal::Signal;
use serde_json::{Value, json};

use crate::harness::{Console, Office, both, direct};

/// No run over a large file takes longer on a busy machine.
const LIMIT: Duration = Duration::from_secs(30 * 60);

/// What an import says and does, dry and then for good: the same, but for what ends it.
#[track_caller]
fn twice(office: &Office, options: &[&str]) -> String {
    let with = |more: &[&str]| -> Vec<std::ffi::OsString> {
        ["import", "leads.csv"].iter().chain(options).chain(more).map(|word| (*word).into()).collect()
    };
    let before = office.snapshot();
    let dry = office.lead_within(LIMIT, with(&["-n", "--report", "dry.csv"]));
    assert_eq!(office.snapshot(), before, "a dry run changed something");
    let real = office.lead_within(LIMIT, with(&["--report", "real.csv"]));
    assert_eq!(dry.code, real.code, "{dry}\n{real}");
    let said = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| !line.starts_with("hint: `lead list import:"));
        lines.map(|line| line.replace("; dry run: nothing was changed", "")).collect()
    };
    assert_eq!(said(&dry.stderr), said(&real.stderr));
    let report = fs::read_to_string(office.path("real.csv")).unwrap();
    assert_eq!(fs::read_to_string(office.path("dry.csv")).unwrap(), report);
    report
}

/// Rows of which some meet others of the same file, a portion or two before.
fn rows() -> String {
    let mut rows: String = (1..=220).map(|n| format!("Lead {n},{n}@acme.example,,\n")).collect();
    rows.push_str("Lead One,1@acme.example,Acme,\n");
    rows.push_str("Kim,kim@acme.example,,CONTACTED\n");
    rows.push_str("Lead 200 again,200@acme.example,,\n");
    rows
}

both!(a_dry_run_tells_the_truth, "P1 A5", |office| {
    office.init("agency");
    office.add("'Kim Lee' --email kim@acme.example");
    office.file("leads.csv", &format!("name,email,company,stage\n{}", rows()));
    // Rows that exist already are refused, those of the file's own among them.
    let report = twice(office, &[]);
    let refused: Vec<&str> = report.lines().filter(|line| line.contains("refused")).collect();
    assert_eq!(
        refused,
        [
            "222,refused,,duplicate,may exist already: lead 2 Lead 1",
            "223,refused,,duplicate,may exist already: lead 1 Kim Lee",
            "224,refused,,duplicate,may exist already: lead 201 Lead 200",
        ]
    );
    assert_eq!(report.lines().filter(|line| line.contains(",left,")).count(), 220);
    assert_eq!(office.found(""), [1]);
    let report = twice(office, &["--update-by", "email"]);
    let changed: Vec<&str> = report.lines().filter(|line| line.contains("changed")).collect();
    assert_eq!(changed, ["222,changed,202,,", "223,changed,1,,", "224,changed,401,,"]);
    assert_eq!(report.lines().nth(1), Some("2,added,202,,"));
    assert_eq!(office.found("").len(), 221);
    let report = twice(office, &["--on-duplicate", "fail", "--keep-going"]);
    assert_eq!(report.lines().filter(|line| line.contains(",refused,")).count(), 223);
    office.lead("doctor").ok();
});

both!(a_row_that_comes_after_a_bad_one_meets_those_before_it, "P1 A5", |office| {
    office.init("agency");
    let mut rows: String = (1..=120).map(|n| format!("Lead {n},{n}@acme.example\n")).collect();
    rows.push_str("Bad,not-an-address\nTwice,5@acme.example\nTwice,120@acme.example\n");
    office.file("leads.csv", &format!("name,email\n{rows}"));
    let report = twice(office, &[]);
    let refused: Vec<&str> =
        report.lines().filter_map(|line| line.split_once(",refused,").map(|(row, _)| row)).collect();
    assert_eq!(refused, ["122", "123", "124"]);
    office.lead("doctor").ok();
});

both!(the_report_is_whole_or_absent, "P1", |office| {
    office.init("mini");
    let file = office.file("leads.csv", "name,email\nKim,kim@acme.example\nBo,bo at acme\nA,x,y\n");
    office.lead(["import", &file, "--keep-going", "--report", "report.ndjson"]).code(8);
    let report = fs::read_to_string(office.path("report.ndjson")).unwrap();
    let lines: Vec<Value> = report.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0], json!({"row": 2, "outcome": "added", "lead": 1, "error": null, "reason": null}));
    let told: Vec<_> =
        lines[1..].iter().map(|line| (&line["row"], &line["outcome"], &line["error"])).collect();
    assert_eq!(
        told,
        [
            (&json!(3), &json!("refused"), &json!("invalid")),
            (&json!(4), &json!("refused"), &json!("invalid"))
        ]
    );
    office.refused(1, ["import", &file, "--report", "nowhere/report.csv"]).says("nowhere/report.csv");
    assert_eq!(office.found("").len(), 1, "nothing is begun without a report");
});

direct!(who_ends_it_leaves_nothing, "P1", |office| {
    use std::io::{BufRead as _, BufReader, Write as _};
    use std::process::Stdio;

    office.init("mini");
    let fifo = office.path("fifo");
    nix::unistd::mkfifo(&fifo, nix::sys::stat::Mode::S_IRWXU).unwrap();
    let fifo = fifo.to_str().unwrap();
    let mut child =
        office.lead_command(["import", fifo, "--from", "csv", "-v"]).stderr(Stdio::piped()).spawn().unwrap();
    let mut pipe = fs::OpenOptions::new().write(true).open(fifo).unwrap();
    let rows: String = (1..=150).map(|n| format!("Lead {n}\n")).collect();
    pipe.write_all(format!("name\n{rows}").as_bytes()).unwrap();
    let said = BufReader::new(child.stderr.take().unwrap()).lines();
    assert!(said.map_while(Result::ok).any(|line| line == "100 rows are stored, out of sight"));
    let id = nix::unistd::Pid::from_raw(i32::try_from(child.id()).unwrap());
    // Not by Ctrl-C, which a suite in the background has its children ignore.
    nix::sys::signal::kill(id, nix::sys::signal::Signal::SIGTERM).unwrap();
    let ended = child.wait().unwrap();
    use std::os::unix::process::ExitStatusExt as _;
    assert_eq!(ended.signal(), Some(15), "{ended}");
    drop(pipe);
    assert!(office.found("").is_empty());
    office.lead("doctor").ok();
});

direct!(an_import_that_is_left_says_how_to_go_on, "P1 N2", |office| {
    office.init("mini");
    let fifo = office.path("rows.csv");
    nix::unistd::mkfifo(&fifo, nix::sys::stat::Mode::S_IRWXU).unwrap();
    let mut console = Console::open(&office.lead_command("import rows.csv -v"), (100, 20));
    let mut pipe = fs::OpenOptions::new().write(true).open(&fifo).unwrap();
    let rows: String = (1..=150).map(|n| format!("Lead {n}\n")).collect();
    pipe.write_all(format!("name\n{rows}").as_bytes()).unwrap();
    console.shows("100 rows are stored, out of sight");
    console.signal(Signal::SIGINT);
    console.shows("warning: broken off: nothing of it is seen");
    console.shows("hint: `lead import rows.csv --resume`, with the same options, goes on with it");
    assert_eq!(console.is_killed(), Signal::SIGINT);
    drop(pipe);
    assert!(office.found("").is_empty());
});

/// How many rows a large file has: a hundred thousand where the wide form was asked for.
fn many() -> usize {
    if std::env::var_os("LEAD_IMPORTS").is_some_and(|asked| asked == "wide") { 100_000 } else { 1_500 }
}

direct!(a_large_file_names_each_bad_row_and_is_all_or_nothing, "P1 A5", |office| {
    office.init("agency");
    let most = many();
    let bad: Vec<usize> = [7, most / 2, most - 1].to_vec();
    let row = |n: usize| {
        let email = if bad.contains(&n) { "not an address".to_owned() } else { format!("{n}@acme.example") };
        format!("Lead {n};{email};+49 30 {};'=Firm\n", 1_000_000 + n)
    };
    let rows: String = (1..=most).map(row).collect();
    let text = format!("\u{feff}Name;E-Mail;Phone;Company\r\n{rows}Twice;1@acme.example;;\nragged;x\n");
    office.file("leads.csv", &text);
    let report = twice(office, &[]);
    let refused: Vec<usize> = report
        .lines()
        .filter_map(|line| line.split_once(",refused,").map(|(row, _)| row.parse().unwrap()))
        .collect();
    assert_eq!(refused, [8, most / 2 + 1, most, most + 2, most + 3]);
    assert_eq!(report.lines().count(), most + 3, "a line for each row");
    assert!(office.found("").is_empty());
    twice(office, &["--keep-going", "--on-duplicate", "merge"]);
    let listed = office.lead_within(LIMIT, "list -F ids");
    assert_eq!(listed.ok().stdout.lines().count(), most - 3);
    let first = office.lead_within(LIMIT, "list -F ndjson --limit 1 --sort id").lines().remove(0);
    assert_eq!(first["company"], "=Firm", "the guard of a formula is taken off");
    office.lead_within(LIMIT, "doctor").ok();
});
