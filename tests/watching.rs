//! The history as a stream for scripts: resumable, over whatever way is open.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdout, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::harness::{Office, Run, both, daemon};

/// How long an entry may take on a busy machine.
const LIMIT: Duration = Duration::from_secs(60);

/// A `lead watch` that is never left behind.
struct Watching {
    child: Child,
    lines: mpsc::Receiver<String>,
}

impl Watching {
    fn start(office: &Office, line: &str) -> Self {
        let mut command = office.lead_command(line);
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

    /// The next entry.
    #[track_caller]
    fn next(&self) -> Value {
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
