//! Streams and surroundings that are not as one would wish.

use std::fs::{self, File, OpenOptions};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::harness::{Office, Run, direct, skip};

fn full() -> File {
    let file = OpenOptions::new().write(true).open("/dev/full");
    file.unwrap_or_else(|_| skip("no /dev/full"))
}

/// `lead` as a shell starts it, with these redirections.
fn redirected(office: &Office, line: &str, streams: &str) -> Run {
    let lead = office.lead_command("");
    let mut command = Command::new("/bin/sh");
    command.env_clear().current_dir(office.home());
    command.envs(lead.get_envs().filter_map(|(key, value)| Some((key, value?))));
    command.args(["-c", &format!("exec \"$0\" {line} {streams}"), env!("CARGO_BIN_EXE_lead")]);
    Run::of(command, None)
}

fn stock(office: &Office) {
    office.init("mini");
    office.add("'Kim Lee' --email kim@acme.example --follow-up 2026-11-20 --note hello");
}

direct!(stdout_full, "N2", |office| {
    stock(office);
    for line in [
        "list",
        "list --json",
        "list -F csv",
        "show 1",
        "board",
        "today",
        "history",
        "history -F ndjson",
        "report funnel",
        "status",
        "actions 1",
        "pipeline list",
        "pipeline export mini",
        "pipeline graph mini",
        "config list",
        "user list",
        "doctor",
        "export",
        "--help",
        "--version",
    ] {
        let output = office.lead_command(line).stdout(full()).stderr(Stdio::piped()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{line}: {said}");
        let why = "cannot write to standard output: No space left on device (os error 28)";
        let is_json = line.contains("json");
        let first = if is_json { "{\"error\":{\"code\":\"output\",\"exit\":1," } else { "error: " };
        assert!(said.starts_with(first) && said.contains(why) && said.lines().count() == 1, "{line}: {said}");
    }
});

direct!(stderr_full_or_closed, "N2", |office| {
    stock(office);
    full();
    for streams in ["2>/dev/full", "2>&-"] {
        redirected(office, "show 77", streams).code(3).stdout("");
        redirected(office, "mv 1 contacted", streams).ok();
        assert_eq!(office.field(1, "stage"), "contacted");
        redirected(office, "mv 1 new", streams).ok();
        redirected(office, "list -F ids", streams).ok().stdout("1\n");
    }
});

direct!(stdin_and_stdout_closed, "N2", |office| {
    stock(office);
    redirected(office, "list -F ids", "<&-").ok().stdout("1\n");
    redirected(office, "mv 1 contacted", "<&- >&-").ok();
    assert_eq!(office.field(1, "stage"), "contacted");
    redirected(office, "note 1 -", "<&-").refused(2).says("note `` is blank");
    redirected(office, "tag - hot", "<&-").ok();
    redirected(office, "mv --to lost --where stage:contacted", "<&-").refused(7);
    redirected(office, "mv 1 new", "<&- >&- 2>&-").ok();
    assert_eq!(office.field(1, "stage"), "new");
    office.lead("doctor").ok();
});

direct!(home_unset, "N2", |office| {
    stock(office);
    let mut homeless = office.lead_command("list -F ids");
    homeless.env_remove("HOME");
    Run::of(homeless, None).ok().stdout("1\n");
    for home in [None, Some(""), Some("relative")] {
        for line in ["list", "add 'Sam Poe'", "init"] {
            let mut bare = office.lead_command(line);
            for name in ["HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR"] {
                bare.env_remove(name);
            }
            home.map(|home| bare.env("HOME", home));
            let run = Run::of(bare, None);
            run.refused(2).says("HOME").says("hint: `lead --store DIR`");
        }
    }
    assert_eq!(office.found(""), [1]);
});

direct!(working_folder_deleted, "N2", |office| {
    stock(office);
    let lost = |line: &str| {
        let folder = office.path("gone");
        fs::create_dir(&folder).unwrap();
        let lead = office.lead_command("");
        let mut command = Command::new("/bin/sh");
        command.env_clear().envs(lead.get_envs().filter_map(|(key, value)| Some((key, value?))));
        let script = format!("rmdir \"$PWD\" && exec \"$0\" {line}");
        Run::of(
            {
                command.current_dir(folder).args(["-c", &script, env!("CARGO_BIN_EXE_lead")]);
                command
            },
            None,
        )
    };
    lost("list -F ids").ok().stdout("1\n");
    lost("mv 1 contacted").ok();
    lost("--store here list").refused(2).says("`here`").says("hint: ");
    lost("pipeline check x.toml").refused(2).says("x.toml");
    lost("export -o x.csv").refused(1).says("x.csv");
    assert_eq!(office.field(1, "stage"), "contacted");
});

direct!(an_absurd_terminal_and_tongue, "M3", |office| {
    stock(office);
    for (name, value) in [
        ("TERM", "no-such-terminal"),
        ("TERM", ""),
        ("TERM", "\u{1b}[31m"),
        ("COLUMNS", "20"),
        ("COLUMNS", "0"),
        ("COLUMNS", "-5"),
        ("COLUMNS", "99999999999999999999"),
        ("LC_ALL", "tlh"),
        ("TZ", "Mars/Olympus"),
    ] {
        let mut strange = office.lead_command("list -F table");
        strange.env(name, value);
        Run::of(strange, None).ok().shows("Kim");
    }
    for now in ["yesterday", "@/no/such/file", "2026-02-30T00:00:00Z"] {
        let mut odd = office.lead_command("list");
        odd.env("LEAD_NOW", now);
        Run::of(odd, None).refused(2).says("LEAD_NOW").says("hint: ");
    }
});

/// What a terminal this wide shows.
fn narrow(office: &Office, columns: u32, line: &str) -> Run {
    let script = ["/usr/bin/script", "/bin/script"].into_iter().find(|path| Path::new(path).exists());
    let Some(script) = script else { skip("no `script` to make a terminal") };
    let lead = office.lead_command("");
    let mut command = Command::new(script);
    command.env_clear().current_dir(office.home());
    command.envs(lead.get_envs().filter_map(|(key, value)| Some((key, value?))));
    command.env("SHELL", "/bin/sh").env("TERM", "dumb");
    let shell =
        format!("stty cols {columns} rows 5; exec {} --color never {line}", env!("CARGO_BIN_EXE_lead"));
    command.args(["-qefc", &shell, "/dev/null"]);
    let mut run = Run::of(command, Some(b""));
    run.stdout = run.stdout.replace("\r\n", "\n");
    run
}

direct!(a_terminal_of_20_columns, "M3 F2", |office| {
    stock(office);
    let run = narrow(office, 20, "list");
    run.ok().shows("Kim");
    let widest = run.stdout.lines().map(|line| line.chars().count()).max();
    assert!(widest <= Some(20), "{run}");
    for line in ["board", "today", "show 1"] {
        narrow(office, 20, line).ok().shows("Kim");
    }
    for line in ["history", "report funnel", "pipeline list", "status", "actions 1", "--help"] {
        assert!(!narrow(office, 20, line).ok().stdout.trim().is_empty(), "{line}");
    }
    for columns in [1, 2, 3, 7] {
        narrow(office, columns, "list").ok().shows("1");
        narrow(office, columns, "board").ok();
    }
});
