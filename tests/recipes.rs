//! The recipes of lead-scripting(7), run word for word by `sh` with the real programs.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::symlink;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use serde_json::{Value, json};

use crate::harness::{Office, Run, both, plain, skip};

/// How long a request may take on a busy machine.
const LIMIT: Duration = Duration::from_secs(60);

/// The scripts of the page: each literal display, with the heading it stands under.
fn scripts() -> Vec<(String, String)> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("man/lead-scripting.7");
    let (mut found, mut heading, mut script) = (Vec::new(), String::new(), None::<String>);
    for line in fs::read_to_string(page).unwrap().lines() {
        if line == ".Ed" {
            found.extend(script.take().map(|script| (heading.clone(), script)));
        } else if let Some(script) = &mut script {
            script.push_str(&line.replace("\\e", "\\"));
            script.push('\n');
        } else if let Some(title) = line.strip_prefix(".Ss ").or_else(|| line.strip_prefix(".Sh ")) {
            title.clone_into(&mut heading);
        } else if line.starts_with(".Bd -literal") {
            script = Some(String::new());
        }
    }
    found
}

/// The scripts under a heading.
#[track_caller]
fn under(heading: &str) -> Vec<String> {
    let found: Vec<String> =
        scripts().into_iter().filter(|(above, _)| above == heading).map(|(_, script)| script).collect();
    assert!(!found.is_empty(), "no script under {heading}");
    found
}

/// `sh` with this script, its variables and its arguments, not yet run.
fn shell(office: &Office, script: &str, variables: &[(&str, &str)], words: &[&str]) -> Command {
    let programs = office.path("bin");
    if fs::create_dir(&programs).is_ok() {
        symlink(env!("CARGO_BIN_EXE_lead"), programs.join("lead")).unwrap();
    }
    let path = std::env::var("PATH").unwrap_or_default();
    for tool in ["jq", "curl", "git"].iter().filter(|tool| script.contains(**tool)) {
        if !path.split(':').any(|folder| Path::new(folder).join(tool).exists()) {
            skip(&format!("{tool} is not installed"));
        }
    }
    let mut command = office.command("/bin/sh");
    command.env("PATH", format!("{}:{path}", programs.display())).current_dir(office.home());
    for (name, email) in
        [("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL"), ("GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL")]
    {
        command.env(name, "boss").env(email, "boss@acme.example");
    }
    command.envs(variables.iter().copied()).args(["-c", script, "sh"]).args(words);
    command
}

/// Runs the one script under a heading.
#[track_caller]
fn run(office: &Office, heading: &str, variables: &[(&str, &str)]) -> Run {
    Run::of(shell(office, &under(heading)[0], variables, &[]), None)
}

/// A server on a port of this machine that takes JSON and answers with the codes it was given.
struct Listener {
    url: String,
    taken: mpsc::Receiver<Value>,
}

impl Listener {
    fn start(codes: &'static [u16]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let (send, taken) = mpsc::channel();
        thread::spawn(move || {
            for (at, stream) in listener.incoming().map_while(Result::ok).enumerate() {
                let mut stream = BufReader::new(stream);
                let (mut length, mut line) = (0, String::new());
                while stream.read_line(&mut line).is_ok_and(|count| count > 2) {
                    if let Some((name, value)) = line.split_once(':')
                        && name.eq_ignore_ascii_case("content-length")
                    {
                        length = value.trim().parse().unwrap();
                    }
                    line.clear();
                }
                let mut body = vec![0; length];
                stream.read_exact(&mut body).unwrap();
                let code = codes.get(at).copied().unwrap_or(200);
                let answer = format!("HTTP/1.1 {code} x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                stream.get_mut().write_all(answer.as_bytes()).unwrap();
                if code == 200 && send.send(serde_json::from_slice(&body).unwrap()).is_err() {
                    break;
                }
            }
        });
        Self { url, taken }
    }
}

fn read(path: impl AsRef<Path>) -> String {
    fs::read_to_string(path).unwrap()
}

plain!(there_are_ten_recipes_and_more_and_a_shell_reads_them, "N5", || {
    let all = scripts();
    let recipes = all.iter().filter(|(heading, _)| !["DESCRIPTION", "RECIPES"].contains(&heading.as_str()));
    assert!(recipes.count() >= 10, "{all:?}");
    for (heading, script) in &all {
        let read = Run::of(
            {
                let mut command = Command::new("/bin/sh");
                command.args(["-n", "-c", script]);
                command
            },
            None,
        );
        assert!(read.code == 0 && read.stderr.is_empty(), "{heading}: {read}");
    }
});

plain!(the_recipes_are_without_fault_to_shellcheck, "N5", || {
    if Command::new("shellcheck").arg("--version").output().is_err() {
        skip("shellcheck is not installed");
    }
    for (heading, script) in scripts() {
        let mut command = Command::new("shellcheck");
        // The variables in capitals are set elsewhere.
        command.args(["-s", "sh", "-e", "SC2154", "-"]);
        let checked = Run::of(command, Some(script.as_bytes()));
        assert!(checked.code == 0, "{heading}: {checked}");
    }
});

both!(a_script_goes_by_the_exit_code_and_the_revision, "N5 L10 A8", |office| {
    office.init("mini");
    office.user("sam", "sales");
    office.add("'Kim Lee'");
    let scripts = under("DESCRIPTION");
    let claim = |user: &str| Run::of(shell(office, &scripts[0], &[("LEAD_USER", user)], &["1"]), None);
    claim("sam").ok().stdout("yours: 1\n");
    let late = Run::of(shell(office, &scripts[0], &[], &["1"]), None);
    late.ok().stdout("somebody else was faster\n").says("1 is claimed by sam");
    Run::of(shell(office, &scripts[1], &[], &["1", "4500EUR"]), None).ok().stdout("").stderr("");
    assert_eq!(office.field(1, "value")["amount"], "4500.00");
});

both!(leads_come_from_a_folder, "P1 A5", |office| {
    office.init("mini");
    office.add("'Kim Lee' --email kim@acme.example");
    let drop = office.path("drop");
    fs::create_dir(&drop).unwrap();
    let recipe = |office: &Office| {
        run(office, "New leads from a folder of CSV files", &[("DROP", drop.to_str().unwrap())])
    };
    recipe(office).ok().stdout("").stderr("");
    fs::write(drop.join("good.csv"), "name,email,notes\nKim,kim@acme.example,again\nSam,sam@acme.example,\n")
        .unwrap();
    fs::write(drop.join("bad.csv"), "name,email\nBo,bo@acme.example\nMax,nonsense\n").unwrap();
    recipe(office).ok().stdout("").says("line 3: email `nonsense`").says("put aside: bad.csv\n");
    assert_eq!(office.found("--sort id"), [1, 2]);
    assert!(drop.join("taken/good.csv").exists() && drop.join("failed/bad.csv").exists());
    assert!(!drop.join("good.csv").exists() && !drop.join("bad.csv").exists());
    recipe(office).ok().stdout("").stderr("");
    assert_eq!(office.found("--sort id"), [1, 2]);
});

both!(a_conversion_is_told_to_slack_once, "N5 F4", |office| {
    office.init("mini");
    office.add("'Before'");
    office.lead("convert 1").ok();
    office.add("'Kim \"K\" Lee'");
    office.add("'Sam Poe'");
    let listener = Listener::start(&[]);
    let seq = office.path("seq");
    let variables = [("SEQ", seq.to_str().unwrap()), ("SLACK_URL", listener.url.as_str())];
    let heading = "A note in Slack when a lead is converted";
    let start = || {
        let mut command = shell(office, &under(heading)[0], &variables, &[]);
        command.process_group(0).stdin(Stdio::null()).spawn().unwrap()
    };
    let stop = |mut child: std::process::Child| {
        let group = Pid::from_raw(i32::try_from(child.id()).unwrap());
        killpg(group, Signal::SIGKILL).unwrap();
        child.wait().unwrap();
    };
    let first = start();
    // It has begun when it has written down where.
    while !fs::metadata(&seq).is_ok_and(|file| file.len() > 0) {
        thread::yield_now();
    }
    office.lead("convert 2").ok();
    assert_eq!(listener.taken.recv_timeout(LIMIT).unwrap(), json!({"text": "Converted: Kim \"K\" Lee"}));
    let last = office.events(2, "converted").pop().unwrap()["seq"].to_string();
    while read(&seq).trim() != last {
        thread::yield_now();
    }
    stop(first);
    office.lead("convert 3").ok();
    let second = start();
    assert_eq!(listener.taken.recv_timeout(LIMIT).unwrap(), json!({"text": "Converted: Sam Poe"}));
    stop(second);
    assert!(listener.taken.try_recv().is_err(), "told once");
});

both!(a_backup_stands_there_every_morning, "N6", |office| {
    office.init("mini");
    office.add("'Kim Lee'");
    let folder = office.path("copies");
    fs::create_dir(&folder).unwrap();
    let old = fs::File::create(folder.join("lead-2020-01-01.jsonl")).unwrap();
    old.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
    let heading = "A backup every night, kept for two weeks";
    run(office, heading, &[("BACKUPS", folder.to_str().unwrap())]).ok().stdout("").stderr("");
    let kept: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(kept.len(), 1, "{kept:?}");
    office.lead(["backup", "verify", kept[0].to_str().unwrap()]).ok();
});

both!(the_next_lead_is_claimed_or_there_is_none, "A8", |office| {
    office.init("mini");
    office.add("'Kim Lee' --phone '030 123'");
    let heading = "The next lead to call";
    run(office, heading, &[]).ok().stdout("1\tKim Lee\t030 123\n").stderr("");
    run(office, heading, &[]).ok().stdout("nobody waits to be called\n").stderr("");
});

both!(the_week_is_told_in_numbers, "D7", |office| {
    office.init("mini");
    office.add("'Kim Lee' --source Referral");
    let told = run(office, "The week in numbers", &[]);
    let mut expected = String::new();
    for report in ["sources", "funnel", "ageing", "people"] {
        let table = office.lead(format!("report {report} --since '7 days ago' -F table")).ok().stdout.clone();
        assert!(table.lines().count() > 1, "{table}");
        expected.push_str(&format!("== {report}\n{table}"));
    }
    told.ok().stdout(&expected).stderr("");
});

both!(what_nobody_cares_for_goes_back_or_away, "L8 A10", |office| {
    office.init("mini");
    office.add("'Left' --owner me");
    office.add("'Lost' --stage lost");
    office.at("2027-10-01T09:00:00+01:00");
    office.add("'Fresh' --owner me");
    let heading = "Leads that nobody takes care of";
    run(office, heading, &[]).ok().stdout("").stderr("");
    assert_eq!(office.found("pool:yes"), [1]);
    assert_eq!(office.found("owner:me"), [3]);
    office.at("2027-12-01T09:00:00+01:00");
    run(office, heading, &[]).ok().stdout("").stderr("");
    assert_eq!(office.found("trash:yes"), [2]);
});

both!(a_mail_comes_only_when_something_is_late, "F13", |office| {
    office.init("mini");
    office.add("'Kim Lee' --follow-up tomorrow");
    let heading = "A mail only when something is overdue";
    run(office, heading, &[]).ok().stdout("").stderr("");
    office.at("2026-11-25T09:00:00+01:00");
    let told = office.lead("today -F table").ok().stdout.clone();
    assert!(told.contains("Overdue (1)"), "{told}");
    run(office, heading, &[]).ok().stdout(&told).stderr("");
});

both!(a_spreadsheet_is_whole, "M3", |office| {
    office.init("mini");
    office.add("'Kim Lee' --value 100EUR");
    office.add("'Sam Poe' --value 4500EUR --company Acme");
    office.add("'Over' --stage lost");
    let heading = "A spreadsheet for the boss";
    run(office, heading, &[("SHARE", office.home().to_str().unwrap())]).ok().stdout("").stderr("");
    assert_eq!(
        read(office.home().join("leads.csv")),
        "name,company,stage,value,assignee,follow_up\nSam Poe,Acme,new,4500.00 EUR,,\nKim Lee,,new,100.00 EUR,,\n"
    );
    assert!(!office.home().join("leads.csv.new").exists());
});

both!(the_follow_ups_of_who_is_ill_are_done_by_another, "D9 U4", |office| {
    office.init("mini");
    office.user("sam", "sales");
    office.user("kim", "sales");
    office.add("'Soon' --owner sam --follow-up 2026-11-24");
    office.add("'Later' --owner sam --follow-up 2026-12-24");
    let heading = "Somebody is ill";
    run(office, heading, &[("ILL", "sam"), ("STANDIN", "kim")]).ok().stdout("").stderr("");
    assert_eq!((office.found("owner:kim"), office.found("owner:sam")), (vec![1], vec![2]));
    let users = office.lead("user list --json").json();
    let paused = users.as_array().unwrap().iter().filter(|user| !user["paused_at"].is_null());
    assert_eq!(paused.map(|user| user["login"].clone()).collect::<Vec<_>>(), ["sam"]);
});

both!(a_form_on_the_web_adds_a_lead_or_a_note, "F10 A5", |office| {
    office.init("field-service");
    let heading = "A form on the web";
    let form = |name: &str, email: &str, message: &str| {
        run(office, heading, &[("NAME", name), ("EMAIL", email), ("MESSAGE", message)])
    };
    let thanks = "Status: 303 See Other\r\nLocation: /thanks\r\n\r\n";
    form("--purge me", "kim@acme.example", "-n hello").ok().stdout(thanks).stderr("");
    assert_eq!(office.field(1, "name"), "--purge me");
    form("Kim Lee", "kim@acme.example", "again").ok().stdout(thanks);
    assert_eq!(office.found(""), [1]);
    let notes = office.field(1, "notes").to_string();
    assert!(notes.contains("-n hello") && notes.contains("again"), "{notes}");
    form("Sam Poe", "nonsense", "hello").ok().stdout("Status: 400 Bad Request\r\n\r\n");
    assert_eq!(office.found(""), [1]);
});

both!(another_system_gets_each_entry_once, "N5", |office| {
    office.init("mini");
    office.add("'Kim Lee'");
    office.lead("note 1 'one \\ two'").ok();
    let listener = Listener::start(&[200, 200, 503]);
    let seq = office.path("seq");
    let variables = [("SEQ", seq.to_str().unwrap()), ("SYNC_URL", listener.url.as_str())];
    let heading = "Another system is kept up to date";
    let broken = run(office, heading, &variables);
    assert!(broken.code == 1 && broken.stderr.contains("503"), "{broken}");
    assert_eq!(read(&seq), "2\n");
    run(office, heading, &variables).ok().stdout("").stderr("");
    office.lead("note 1 three").ok();
    run(office, heading, &variables).ok().stdout("").stderr("");
    let all = office.lead("history -F ndjson").lines();
    let sent: Vec<Value> = listener.taken.try_iter().collect();
    assert_eq!(sent, all);
});

both!(leads_stand_under_version_control, "N6", |office| {
    office.init("mini");
    office.add("'Kim Lee'");
    office.add("'Sam Poe'");
    let folder = office.path("dump");
    fs::create_dir(&folder).unwrap();
    let heading = "All leads under version control";
    let commits = || {
        run(office, heading, &[("REPOSITORY", folder.to_str().unwrap())]).ok().stdout("").stderr("");
        let count = Command::new("git").args(["rev-list", "--count", "HEAD"]).current_dir(&folder).output();
        String::from_utf8(count.unwrap().stdout).unwrap().trim().to_owned()
    };
    assert_eq!(commits(), "1");
    assert_eq!(commits(), "1", "nothing has changed");
    office.lead("move 1 contacted").ok();
    assert_eq!(commits(), "2");
    let lines = read(folder.join("leads.ndjson"));
    let stages: Vec<Value> =
        lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["stage"].clone()).collect();
    assert_eq!(stages, ["contacted", "new"]);
});
