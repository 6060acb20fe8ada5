//! The history as a stream for scripts: resumable, over whatever way is open.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use crate::harness::{Office, Run, both, daemon, direct};
use crate::importing::interrupted;

/// How long an entry may take on a busy machine.
const LIMIT: Duration = Duration::from_secs(60);

/// A `lead watch` that is never left behind.
pub struct Watching {
    child: Child,
    lines: mpsc::Receiver<String>,
}

impl Watching {
    fn start(office: &Office, line: &str) -> Self {
        Self::of(office.lead_command(line))
    }

    /// One that this command starts.
    pub fn of(mut command: Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut child = command.spawn().expect("the program starts");
        let stdout: ChildStdout = child.stdout.take().expect("stdout is piped");
        let (send, lines) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if send.send(line).is_err() {
                    break;
                }
            }
        });
        Self { child, lines }
    }

    /// Waits until it looks: knocks by notes to lead 1 until one is told.
    #[track_caller]
    fn looks(&self, office: &Office) {
        loop {
            office.lead("note 1 knock").ok();
            if self.lines.try_recv().is_ok() {
                break;
            }
        }
    }

    /// The next entry.
    #[track_caller]
    pub fn next(&self) -> Value {
        let line = self.lines.recv_timeout(LIMIT).expect("an entry comes");
        serde_json::from_str(&line).expect("a line is an object")
    }

    /// It ends by itself, and well.
    #[track_caller]
    fn ends(mut self) {
        let status = self.child.wait().expect("the child is ours");
        assert!(status.success(), "{status}");
        assert!(self.lines.recv().is_err(), "nothing more came");
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

fn events(run: &[Value]) -> Vec<&str> {
    run.iter().filter_map(|entry| entry["event"].as_str()).collect()
}

both!(watch_is_the_history_an_entry_a_line, "N5 L5", |office| {
    office.init("mini");
    office.add("'Kim Lee'");
    office.lead("tag 1 vip").ok();
    office.lead("mv 1 contacted").ok();
    let all = office.lead("watch --from 1 --until-now").lines();
    assert_eq!(all, office.lead("history -F ndjson").lines());
    let seqs: Vec<u64> = all.iter().filter_map(|entry| entry["seq"].as_u64()).collect();
    let tagged = all.iter().position(|entry| entry["event"] == "tagged").expect("it was tagged");
    let rest = office.lead(format!("watch --from {} --until-now", seqs[tagged])).lines();
    assert_eq!(events(&rest), ["tagged", "lead_status_transition"], "it goes on where one left off");
    office.lead("watch --until-now").ok().stdout("");
    office.lead(format!("watch --from {} --until-now", seqs.len() + 1)).ok().stdout("");
    let two = office.lead("watch --from 1 --limit 2").lines();
    assert_eq!(two, all[..2]);
    assert_eq!(office.lead("watch --from 1 --until-now --json").lines(), all, "a stream is no array");
});

both!(watch_ends_in_silence_when_nobody_reads_it, "N5 L5", |office| {
    office.init("mini");
    office.add("'Kim Lee'");
    let mut command = office.lead_command("watch --from 1");
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("the program starts");
    let mut first = String::new();
    let stdout = child.stdout.take().expect("stdout is piped");
    BufReader::new(stdout).read_line(&mut first).expect("an entry");
    assert!(first.starts_with('{'), "{first}");
    let id = Pid::from_raw(i32::try_from(child.id()).expect("a process number"));
    let (ended, hung) = mpsc::channel::<()>();
    let watchdog = thread::spawn(move || {
        if hung.recv_timeout(LIMIT) == Err(mpsc::RecvTimeoutError::Timeout) {
            let _ = kill(id, Signal::SIGKILL);
        }
    });
    let status = child.wait().expect("the child is ours");
    drop(ended);
    watchdog.join().expect("the watchdog ends");
    assert!(status.success(), "{status}");
});

both!(watch_follows_what_happens_and_lets_others_write, "N5", |office| {
    office.init("mini");
    office.add("'Kim Lee'");
    let from = office.lead("watch --from 1 --until-now").lines().len() + 1;
    let watching = Watching::start(office, &format!("watch --from {from} --limit 4"));
    office.lead("tag 1 vip").ok();
    assert_eq!(watching.next()["event"], "tagged");
    office.lead("note 1 hello").ok();
    let noted = watching.next();
    assert_eq!((&noted["event"], &noted["text"]), (&"noted".into(), &"hello".into()));
    office.add("'Sam Poe'");
    assert_eq!(watching.next()["event"], "created");
    office.lead("trash 1").ok();
    let last = watching.next();
    assert_eq!((&last["event"], &last["seq"]), (&"trashed".into(), &(from + 3).into()));
    watching.ends();
});

both!(watch_takes_the_terms_of_a_list, "N5 F9", |office| {
    office.init("mini");
    office.add("'Kim Lee' --tag vip");
    office.add("'Sam Poe'");
    office.user("nia", "sales");
    office.lead("note 2 no").ok();
    office.lead("note 1 yes").ok();
    let all = office.lead("watch --from 1 --until-now tag:vip").lines();
    assert_eq!(events(&all), ["created", "noted"]);
    assert!(all.iter().all(|entry| entry["lead"] == 1), "{all:?}");
    office.lead("trash 1").ok();
    let all = office.lead("watch --from 1 --until-now tag:vip").lines();
    assert_eq!(events(&all), ["created", "noted", "trashed"], "its way into the trash is told");
    office.lead("watch stge:new").refused(2).says("stage");
    office.lead("watch --from 0").refused(2);
    office.lead("watch --from 1 --limit 0").refused(2);
});

both!(watch_tells_only_of_what_one_may_see, "N5 A13", |office| {
    office.init("agency");
    office.user("sam", "sales");
    office.add("'Mine' --phone 030123 --owner sam");
    office.add("'Not Mine' --phone 030124 --owner me");
    office.lead("note 2 secret").ok();
    office.lead("note 1 open").ok();
    let told = office.lead("watch --from 1 --until-now --as sam").lines();
    assert!(told.iter().all(|entry| entry["lead"] == 1), "{told:?}");
    assert_eq!(told.last().map(|entry| entry["text"].clone()), Some("open".into()));
});

daemon!(watch_lives_through_a_restart_of_the_daemon, "N5", |office| {
    office.init("mini");
    office.add("'Kim Lee'");
    let from = office.lead("watch --from 1 --until-now").lines().len() + 1;
    let watching = Watching::start(office, &format!("watch --from {from} --limit 3"));
    office.lead("note 1 one").ok();
    assert_eq!(watching.next()["text"], "one");
    office.rest();
    Run::of(office.lead_command("note 1 two"), None).ok();
    assert_eq!(watching.next()["text"], "two", "without a daemon");
    office.lead("note 1 three").ok();
    assert_eq!(watching.next()["text"], "three", "with the daemon again");
    watching.ends();
});

daemon!(watch_loses_and_doubles_nothing_when_the_daemon_is_killed, "N5", |office| {
    office.init("mini");
    office.add("'Kim Lee'");
    let from = office.lead("watch --from 1 --until-now").lines().len() + 1;
    let watching = Watching::start(office, &format!("watch --from {from} --limit 12"));
    let mut told = Vec::new();
    for round in 0..4 {
        for note in 0..3 {
            office.lead(format!("note 1 {round}.{note}")).ok();
        }
        // The next `note` starts another.
        office.murder();
        told.push(watching.next());
    }
    told.extend((0..8).map(|_| watching.next()));
    let texts: Vec<&str> = told.iter().filter_map(|entry| entry["text"].as_str()).collect();
    let expected: Vec<String> = (0..12).map(|at| format!("{}.{}", at / 3, at % 3)).collect();
    assert_eq!(texts, expected);
    let seqs: Vec<usize> = told.iter().filter_map(|entry| entry["seq"].as_u64()?.try_into().ok()).collect();
    assert!(seqs.is_sorted() && seqs[0] == from && seqs[11] < from + 20, "{seqs:?}");
    watching.ends();
});

direct!(watch_goes_over_to_a_daemon_that_comes_later, "N5", |office| {
    office.init("mini");
    office.add("'Kim Lee'");
    let watching = Watching::start(office, "watch");
    watching.looks(office);
    let daemon = office.daemon();
    office.lead("note 1 served").ok();
    while watching.next()["text"] != "served" {}
    daemon.stop();
});

both!(a_reader_that_is_killed_goes_on_where_it_was, "N5", |office| {
    office.init("mini");
    office.add("'Kim Lee'");
    let mut seen: Vec<u64> = Vec::new();
    for round in 0..3 {
        for note in 0..4 {
            office.lead(format!("note 1 {round}.{note}")).ok();
        }
        let from = seen.last().map_or(1, |last| last + 1);
        let watching = Watching::start(office, &format!("watch --from {from}"));
        // Three are taken; the fourth may be on its way when it is killed.
        seen.extend((0..3).filter_map(|_| watching.next()["seq"].as_u64()));
    }
    let last = seen.last().copied().unwrap();
    let rest = office.lead(format!("watch --from {} --until-now", last + 1)).lines();
    seen.extend(rest.iter().filter_map(|entry| entry["seq"].as_u64()));
    let all = office.lead("history -F ndjson").lines();
    let all: Vec<u64> = all.iter().filter_map(|entry| entry["seq"].as_u64()).collect();
    assert_eq!(seen, all, "each once, in order");
});

direct!(a_slow_reader_keeps_the_store_from_nobody, "N5", |office| {
    office.init("mini");
    let rows: String = (1..=1500).map(|n| format!("Lead {n},{}\n", "x".repeat(200))).collect();
    office.lead(["import", &office.file("leads.csv", &format!("name,notes\n{rows}")), "-q"]).ok();
    let mut command = office.lead_command("watch --from 1 --until-now");
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    // It has something to say, and nobody takes it.
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.next().is_some());
    office.lead("note 1 hello").ok();
    let rest = lines.map_while(Result::ok).count();
    assert!(child.wait().unwrap().success());
    assert_eq!(rest + 1, office.lead("history -F ndjson").lines().len());
});

both!(a_number_that_is_yet_to_come_is_waited_for_and_said, "N5", |office| {
    office.init("mini");
    office.add("'Kim Lee'");
    let last = office.lead("history -F ndjson").lines().len();
    let run = office.lead(format!("watch --from {} --until-now", last + 9));
    run.ok()
        .stdout("")
        .stderr(&format!("warning: the history ends with entry {last}: none before {} is told\n", last + 9));
    office.lead(format!("watch --from {} --until-now", last + 1)).ok().stdout("").stderr("");
    let watching = Watching::start(office, &format!("watch --from {} --limit 1 --json", last + 3));
    for note in ["one", "two", "three"] {
        office.lead(format!("note 1 {note}")).ok();
    }
    assert_eq!(watching.next()["text"], "three");
    watching.ends();
});

both!(who_watches_while_an_import_goes_on_gets_its_leads_once, "N5", |office| {
    office.init("mini");
    office.add("'Kim Lee'");
    let rows: String = (1..=120).map(|n| format!("Lead {n},{n}@acme.example\n")).collect();
    let file = office.file("leads.csv", &format!("name,email\n{rows}"));
    interrupted(office, &file, 100);
    let watching = Watching::start(office, "watch");
    watching.looks(office);
    office.lead(["import", &file, "--update-by", "email", "--resume", "-q"]).ok();
    let told = |line: &str| -> Vec<u64> {
        office.lead(line).lines().iter().filter_map(|entry| entry["seq"].as_u64()).collect()
    };
    let all = told("watch --from 1 --until-now");
    let mut once = all.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), all.len(), "nothing is told twice");
    assert_eq!(once, told("history -F ndjson"), "nothing is left out");
    let mut live = Vec::new();
    while live.last() != all.last() {
        live.push(watching.next()["seq"].as_u64().unwrap());
    }
    let live = &live[live.len() - 121..];
    assert_eq!(live, &all[all.len() - 121..], "all of the import at its end, the first rows too");
    for at in [all.len() - 121, all.len() - 60, all.len() - 2] {
        let rest = told(&format!("watch --until-now --from {}", all[at] + 1));
        assert_eq!(rest, all[at + 1..], "whoever ended with {} goes on there", all[at]);
    }
});
