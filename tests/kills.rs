//! A kill at every write and every sync of a conversion: it is whole or absent, with its customer
//! and its history.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::harness::{Daemon, Office, Run, Stock, direct, skip};

/// What touches the disk or the socket.
const CALLS: [&str; 7] = ["pwrite64", "write", "fsync", "fdatasync", "sync_file_range", "rename", "unlink"];

fn strace() -> &'static str {
    let known = ["/usr/bin/strace", "/usr/local/bin/strace", "/bin/strace"];
    let found = known.into_iter().find(|path| Path::new(path).exists());
    found.unwrap_or_else(|| skip("no `strace` to kill with"))
}

/// The arguments that kill at the `nth` such call of any thread.
fn aimed(office: &Office, call: &str, nth: usize) -> Vec<String> {
    let trace = office.path("trace").display().to_string();
    let inject = format!("inject={call}:signal=KILL:when={nth}");
    ["-f", "-qq", "-o", &trace, "-e", &format!("trace={call}"), "-e", &inject].map(str::to_owned).to_vec()
}

/// Leads, customers and history, without the hashes, which are salted.
fn state(office: &Office) -> Vec<Value> {
    let mut rows = office.lead("list -F ndjson --columns notes").lines();
    let customers = office.lead("customer list -F ndjson");
    if customers.code == 0 {
        rows.extend(customers.lines());
    }
    rows.extend(office.lead("history -F ndjson").lines().into_iter().map(|mut entry| {
        entry["hash"] = Value::Null;
        entry
    }));
    rows
}

/// A store with one lead, and a known customer where there are customers; what it is before and
/// after the conversion.
fn begun(office: &Office, pipeline: &str) -> (Stock, Vec<Value>, Vec<Value>) {
    office.init(pipeline);
    office.lead("customer add 'Known' --email kim@acme.example");
    let lead = office.add("'Kim Lee' --email kim@acme.example --on-duplicate keep");
    office.lead(format!("claim {lead}")).ok();
    let stock = Stock::of(office);
    let before = state(office);
    office.lead(convert(pipeline)).ok();
    (stock, before, state(office))
}

/// Two records change where there is a customer: one that is found, or one that is made.
fn convert(pipeline: &str) -> &'static str {
    if pipeline == "agency" { "convert 1 --into 1" } else { "convert 1" }
}

/// After a kill: before or after, nothing between; after, if it was acknowledged.
fn whole(office: &Office, what: &str, code: i32, before: &[Value], after: &[Value]) {
    let found = state(office);
    assert!(found == after || found == before && code != 0, "{what}, exit {code}: {found:#?}");
    office.lead("doctor").ok();
}

fn killed_direct(office: &Office, pipeline: &str) {
    let strace = strace();
    let (stock, before, after) = begun(office, pipeline);
    let mut kills = 0;
    for call in CALLS {
        for nth in 1.. {
            assert!(nth < 100, "{call} has no end");
            stock.furnish(office);
            let lead = office.lead_command(convert(pipeline));
            let mut command = Command::new(strace);
            command.env_clear().current_dir(office.home());
            command.envs(lead.get_envs().filter_map(|(key, value)| Some((key, value?))));
            command.args(aimed(office, call, nth)).arg(lead.get_program()).args(lead.get_args());
            let run = Run::of(command, None);
            if run.code == 0 {
                break;
            }
            assert_eq!(run.code, -1, "{run}");
            whole(office, &format!("{pipeline}: {call} {nth}"), run.code, &before, &after);
            kills += 1;
        }
    }
    assert!(kills >= 10, "{kills} kills");
}

/// `strace` on a running `leadd`.
struct Aim(Child);

impl Aim {
    fn at(office: &Office, leadd: &Daemon, call: &str, nth: usize) -> Self {
        let mut command = Command::new(strace());
        // Its word that it is attached would be silenced by `-qq`.
        command.args(aimed(office, call, nth).into_iter().filter(|word| word != "-qq"));
        command.args(["-p", &leadd.pid().to_string()]).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let mut said = String::new();
        let mut lines = BufReader::new(child.stderr.take().expect("stderr is piped"));
        lines.read_line(&mut said).expect("it says so");
        // The reader stays open: the rest of what it says has to go somewhere.
        child.stderr = Some(lines.into_inner());
        let aim = Self(child);
        if !said.contains("attached") {
            skip(&format!("no tracing of a running program: {said}"));
        }
        aim
    }
}

impl Drop for Aim {
    fn drop(&mut self) {
        // Asked to end while its tracee ends, it would wait for ever.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn killed_through_leadd(office: &Office, pipeline: &str) {
    strace();
    let (stock, before, after) = begun(office, pipeline);
    let mut kills = 0;
    for call in CALLS {
        for nth in 1.. {
            assert!(nth < 100, "{call} has no end");
            stock.furnish(office);
            let leadd = office.daemon();
            let aim = Aim::at(office, &leadd, call, nth);
            let run = office.lead(convert(pipeline));
            // The kill may meet this answer instead.
            let status = office.lead("status --json");
            let is_there = status.code == 0 && status.json()["daemon"] == true;
            drop(aim);
            leadd.murder();
            if is_there {
                run.ok();
                whole(office, &format!("{pipeline}: killed after the answer"), run.code, &before, &after);
                break;
            }
            assert!([0, 1, 6].contains(&run.code), "{run}");
            whole(office, &format!("{pipeline}: {call} {nth} of leadd"), run.code, &before, &after);
            kills += 1;
        }
    }
    assert!(kills >= 3, "{kills} kills");
}

direct!(converting_in_place, "F4 L5", |office| killed_direct(office, "field-service"));
direct!(converting_into_a_client, "A11 L5", |office| killed_direct(office, "agency"));
direct!(converting_into_a_contact, "M9 L5", |office| killed_direct(office, "mini"));
direct!(converting_into_a_customer, "D6 L5", |office| killed_direct(office, "dealership"));
direct!(leadd_converting_in_place, "F4 L5", |office| killed_through_leadd(office, "field-service"));
direct!(leadd_converting_into_a_client, "A11 L5", |office| killed_through_leadd(office, "agency"));
direct!(leadd_converting_into_a_contact, "M9 L5", |office| killed_through_leadd(office, "mini"));
direct!(leadd_converting_into_a_customer, "D6 L5", |office| killed_through_leadd(office, "dealership"));
