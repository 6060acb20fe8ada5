//! The relay's password: read by nobody but the relay, whatever one looks at.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use nix::sys::signal::Signal;
use nix::unistd::{Uid, chown};

use crate::harness::postbox::{Postbox, Script, Stage, Turn};
use crate::harness::{Daemon, Office, Run, account, daemon, direct, skip};
use crate::relay::{GOOD, states};

const SECRET: &str = "s3cret";

/// What a server might send back: the password as AUTH PLAIN sends it, and alone.
const ECHO: &str = "535 5.7.8 AGxlYWQAczNjcmV0IHfDtnJk czNjcmV0IHfDtnJk s3cret w\u{f6}rd is wrong";

/// A store whose mail goes to a postbox that asks for a password, with a reminder due at eight.
fn stock(office: &Office, turns: Vec<(Stage, Turn)>) -> Postbox {
    let postbox = Postbox::open(Script { turns, ..GOOD });
    office.init("mini");
    office.policy(&postbox.policy(office.home()));
    office.add("'Kim Lee' --owner me --follow-up 2026-11-24");
    office.at("2026-11-24T08:00:00+01:00");
    postbox
}

/// Neither the password nor what AUTH makes of it stands in a text.
#[track_caller]
fn hidden(what: &str, text: &str) {
    for secret in [SECRET, "czNjcmV0", "AGxlYWQAczNj"] {
        assert!(!text.contains(secret), "{what} tells `{secret}`:\n{text}");
    }
}

/// No file of the office has it but the one that it stands in.
#[track_caller]
fn nowhere(folder: &Path) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            nowhere(&path);
        } else if path.is_file() && path.file_name().is_some_and(|name| name != "password") {
            hidden(&path.display().to_string(), &String::from_utf8_lossy(&fs::read(&path).unwrap()));
        }
    }
}

direct!(in_no_file_and_no_answer, "O8 S6", |office| {
    let postbox = stock(office, vec![(Stage::Auth, Turn::Say(ECHO))]);
    let mut command = office.leadd_command("--once");
    command.env("LEADD_LOG", "debug");
    let run = Run::of(command, None);
    run.code(9).says("AUTH: 535 5.7.8 … … … is wrong");
    hidden("the log", &run.stderr);
    office.at("2026-11-24T10:00:00+01:00");
    office.leadd_once().ok();
    assert_eq!(states(office), ["sent"], "{}", postbox.talk());
    office.lead("backup create whole.jsonl").ok();
    for line in [
        "config list --origin",
        "config get mail.smtp.password_file",
        "config list --json",
        "doctor",
        "status --json",
        "outbox list --json",
        "outbox show 1",
        "history --json",
        "pipeline show --json",
        "-v list",
    ] {
        let run = office.lead(line);
        hidden(line, &format!("{}{}", run.stdout, run.stderr));
    }
    for line in ["check", "--dry-run"] {
        let run = office.leadd(line);
        hidden(line, &format!("{}{}", run.stdout, run.stderr));
    }
    nowhere(office.home());
});

/// What the system shows of a process and of those it started, to whoever may look.
fn shown(pid: u32) -> String {
    let of = |pid: u32| {
        let read = |name: &str| fs::read(format!("/proc/{pid}/{name}")).unwrap_or_default();
        String::from_utf8_lossy(&[read("cmdline"), read("environ")].concat()).into_owned()
    };
    let tasks = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    let children = tasks.filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
    let children: Vec<u32> = children
        .flat_map(|all| all.split(' ').filter_map(|pid| pid.trim().parse().ok()).collect::<Vec<_>>())
        .collect();
    children.into_iter().map(shown).fold(of(pid), |all, one| all + &one)
}

daemon!(in_no_argument_and_no_environment, "O8", |office| {
    let postbox = stock(office, vec![(Stage::Auth, Turn::Hang)]);
    office.lead("list").ok();
    office.swept("the log-in hangs", || postbox.is_hung());
    let pid = fs::read_to_string(office.store().join("leadd.lock")).unwrap();
    let shown = shown(pid.trim().parse().unwrap());
    assert!(shown.contains("leadd") && shown.contains("LEAD_NOW="), "{shown}");
    hidden("what the system shows", &shown);
    office.murder();
});

// Nor in what is handed on: a program that sends mail gets the message, its addresses and nothing else.
direct!(in_nothing_that_a_program_is_handed, "O7 O8", |office| {
    let _postbox = stock(office, Vec::new());
    let script = "#!/bin/sh\ncat >/dev/null\nenv >env\necho \"$@\" >args\n";
    let program = office.file(
        "sendmail",
        &script
            .replace(">env", &format!(">{}/env", office.home().display()))
            .replace(">args", &format!(">{}/args", office.home().display())),
    );
    fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).unwrap();
    office.policy(&format!("[mail]\nvia = \"sendmail\"\n[mail.sendmail]\ncommand = \"{program}\""));
    office.leadd_once().ok();
    let args = fs::read_to_string(office.path("args")).unwrap();
    assert_eq!(args, "-i -f lead@acme.example -- boss@acme.example\n");
    hidden("its environment", &fs::read_to_string(office.path("env")).unwrap());
});

direct!(in_no_core_dump, "O8", |office| {
    let limits = |leadd: &Daemon| fs::read_to_string(format!("/proc/{}/limits", leadd.pid())).unwrap();
    let dump = |command: Command| {
        let mut shell = Command::new("/bin/sh");
        shell.env_clear().current_dir(office.home());
        shell.envs(command.get_envs().filter_map(|(key, value)| Some((key, value?))));
        shell.args(["-c", "ulimit -c unlimited; exec \"$0\" \"$@\""]).arg(command.get_program());
        shell.args(command.get_args());
        shell
    };
    let cores = || {
        let names = fs::read_dir(office.home()).unwrap().flatten().map(|entry| entry.file_name());
        names.filter(|name| name.to_string_lossy().contains("core")).count()
    };
    office.init("mini");
    let leadd = Daemon::start(dump(office.leadd_command("")));
    let core = limits(&leadd).lines().find(|line| line.starts_with("Max core file size")).unwrap().to_owned();
    assert_eq!(core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["1", "1"], "{core}");
    leadd.signal(Signal::SIGSEGV);
    drop(leadd);
    assert_eq!(cores(), 0);
    // A program that does not care leaves one where the system keeps them in the folder.
    let mut careless = Command::new("/bin/sh");
    careless.args(["-c", "kill -SEGV $$"]);
    let status = dump(careless).stderr(Stdio::null()).status().unwrap();
    if cores() == 0 {
        skip(&format!("this system leaves no cores where one works ({status}, {})", status.core_dumped()));
    }
});

/// What is said when the password stands in a file like this.
#[track_caller]
fn refused(office: &Office, words: &str) {
    let run = office.leadd_once();
    run.code(9).says("error: mail could not be sent: settings: ").says(words);
    hidden("the log", &run.stderr);
    assert_eq!(states(office), ["waiting"]);
}

direct!(a_file_that_others_can_read, "O8", |office| {
    let postbox = stock(office, Vec::new());
    let password = office.path("password");
    for mode in [0o644, 0o640, 0o604, 0o660, 0o620, 0o777] {
        fs::set_permissions(&password, fs::Permissions::from_mode(mode)).unwrap();
        refused(office, &format!("can be read by others (mode {mode:03o}); chmod 600 it"));
    }
    fs::set_permissions(&password, fs::Permissions::from_mode(0o400)).unwrap();
    office.at("2026-11-24T12:00:00+01:00");
    office.leadd_once().ok();
    assert_eq!(postbox.taken().len(), 1, "{}", postbox.talk());
});

direct!(a_file_of_another_account, "O8", |office| {
    if account() != "root" {
        skip("only root can give a file away");
    }
    let postbox = stock(office, Vec::new());
    let password = office.path("password");
    chown(&password, Some(Uid::from_raw(65534)), None).unwrap();
    refused(office, "belongs to nobody; chown it to the account of `leadd`");
    assert!(postbox.parcels().is_empty());
});

direct!(in_the_policy_itself, "O8", |office| {
    office.init("mini");
    let path = office.store().join("lead.toml");
    fs::write(&path, "[mail.smtp]\npassword = \"s3cret\"\n").unwrap();
    for run in [office.lead("list"), office.leadd_once()] {
        run.refused(2).says("lead.toml:2:1: mail.smtp.password").says("hint: password_file = ");
        hidden("the error", &run.stderr);
    }
});
