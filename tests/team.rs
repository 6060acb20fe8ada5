//! A team on one machine: one store, one daemon, and real accounts of the operating system. They are
//! made where the suite runs as root, and taken away again.

use std::cell::RefCell;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};

use nix::sys::signal::Signal;
use nix::unistd::{Group, User, geteuid};
use tempfile::TempDir;

use crate::harness::words::Words;
use crate::harness::{Daemon, Run, daemon, direct, skip};
use crate::watching::Watching;

/// The accounts of the system are changed by one trial at a time.
static ACCOUNTS: Mutex<()> = Mutex::new(());

/// Who is there: the account that owns the store, two of its users, a member of the group who is no
/// user, and one who is not even that.
const PEOPLE: [&str; 5] = ["svc", "sam", "kim", "eve", "out"];

/// A machine with a team's store.
struct Team {
    home: TempDir,
    running: RefCell<Option<Daemon>>,
    _alone: MutexGuard<'static, ()>,
}

impl Team {
    #[track_caller]
    fn found(pipeline: &str) -> Self {
        if !geteuid().is_root() {
            skip("only root may make accounts");
        }
        for tool in ["useradd", "groupadd", "setpriv"] {
            let places = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"];
            if !places.iter().any(|place| Path::new(place).join(tool).exists()) {
                skip(&format!("{tool} is not installed"));
            }
        }
        let alone = ACCOUNTS.lock().unwrap_or_else(PoisonError::into_inner);
        let home = tempfile::Builder::new().prefix("team").tempdir().unwrap();
        let team = Self { home, running: RefCell::default(), _alone: alone };
        system("groupadd", &[&group()]);
        for who in PEOPLE {
            let groups = if who == "out" { String::new() } else { group() };
            system("useradd", &["-M", "-d", "/nonexistent", "-G", &groups, &account(who)]);
        }
        fs::set_permissions(team.home.path(), fs::Permissions::from_mode(0o755)).unwrap();
        for (name, program) in [("lead", env!("CARGO_BIN_EXE_lead")), ("leadd", env!("CARGO_BIN_EXE_leadd"))]
        {
            fs::copy(program, team.path(name)).unwrap();
            fs::set_permissions(team.path(name), fs::Permissions::from_mode(0o755)).unwrap();
        }
        fs::create_dir(team.store()).unwrap();
        let uid = User::from_name(&account("svc")).unwrap().unwrap().uid.as_raw();
        chown(team.store(), Some(uid), None).unwrap();
        team.lead("svc", &format!("init --pipeline {pipeline} --group {} --email svc@acme.example", group()))
            .ok();
        for who in ["sam", "kim"] {
            let line = "--role sales --email x@acme.example --account";
            team.lead("svc", &format!("user add {who} {line} {}", account(who))).ok();
        }
        team
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn store(&self) -> PathBuf {
        self.path("store")
    }

    /// A program of the team's, run by one of them.
    fn command(&self, who: &str, program: &str) -> Command {
        let mut command = Command::new("setpriv");
        let account = account(who);
        let group = format!("--regid={account}");
        command
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .env("LEAD_STORE", self.store())
            .env("LEAD_NOW", "2026-11-24T09:00:00Z")
            .current_dir("/")
            .args([&format!("--reuid={account}"), &group, "--init-groups"])
            .arg(self.path(program));
        command
    }

    #[track_caller]
    fn lead(&self, who: &str, line: &str) -> Run {
        let mut command = self.command(who, "lead");
        command.args(line.words());
        Run::of(command, None)
    }

    /// Has the service account start the daemon.
    #[track_caller]
    fn open(&self) {
        *self.running.borrow_mut() = Some(Daemon::start(self.command("svc", "leadd")));
    }

    /// Stops the daemon; what it logged.
    #[track_caller]
    fn close(&self) -> String {
        let daemon = self.running.borrow_mut().take().expect("it runs");
        let log = daemon.log();
        daemon.stop_by(Signal::SIGTERM);
        log
    }

    fn mode(&self, name: &str) -> u32 {
        fs::symlink_metadata(self.store().join(name)).unwrap().mode() & 0o7777
    }
}

impl Drop for Team {
    fn drop(&mut self) {
        drop(self.running.borrow_mut().take());
        for who in PEOPLE {
            let _ = Command::new("userdel").arg(account(who)).output();
            let _ = Command::new("groupdel").arg(account(who)).output();
        }
        let _ = Command::new("groupdel").arg(group()).output();
    }
}

/// One of the team's accounts; two suites on one machine do not share them.
fn account(who: &str) -> String {
    format!("lead{}{who}", std::process::id())
}

fn group() -> String {
    account("team")
}

#[track_caller]
fn system(program: &str, words: &[&str]) {
    let run = Command::new(program).args(words).output().unwrap();
    assert!(run.status.success(), "{program}: {}", String::from_utf8_lossy(&run.stderr));
}

direct!(a_team_shares_a_store_through_its_daemon, "U1 U2 U3 S4 A13", |_office| {
    let team = Team::found("agency");
    let store = team.store().display().to_string();
    let (svc, eve, out) = (account("svc"), account("eve"), account("out"));
    let closed = format!(
        "error: the store in {store} belongs to {svc}, and no `leadd` lets you in\n\
         hint: {svc} lets others in by `team.group` and a running `leadd`: lead.toml(5)\n"
    );
    for who in ["sam", "eve", "out"] {
        team.lead(who, "list").code(6).stdout("").stderr(&closed);
    }
    team.open();
    team.lead("sam", "add 'Sam One' --email one@x.example").ok().stdout("1\n");
    team.lead("svc", "add 'Pool' --email two@x.example").ok().stdout("2\n");

    // Another's lead does not exist, by any verb; the store's own account sees all.
    team.lead("kim", "list -F ids").ok().stdout("").stderr("");
    for line in ["show 1", "move 1 contacted", "note 1 hello", "history 1", "trash 1", "assign 1 kim"] {
        team.lead("kim", line).code(3).stdout("").stderr("error: no lead 1\nhint: `lead list`\n");
    }
    team.lead("sam", "list -F ids").ok().stdout("1\n");
    team.lead("svc", "list -F ids").ok().stdout("1\n2\n");
    let lacks = "error: you lack the capability `admin`\n";
    for line in ["--as sam show 1", &format!("--as {svc} show 1"), "purge 2 --confirm=Pool", "user add x"] {
        let run = team.lead("kim", line);
        run.code(4).stdout("");
        assert!(run.stderr.starts_with(lacks), "{run}");
    }
    let forged = {
        let mut command = team.command("kim", "lead");
        command.args(["list"]).env("LEAD_USER", "sam");
        Run::of(command, None)
    };
    assert!(forged.code == 4 && forged.stdout.is_empty() && forged.stderr.starts_with(lacks), "{forged}");

    // Strangers get nothing, and are told whom to ask.
    let stranger = format!(
        "error: the account `{eve}` is no user of this store\n\
         hint: someone with `admin`: `lead user add NAME --account {eve}`\n"
    );
    for line in ["list", "status", "doctor", "add Eve --email e@x.example", "history"] {
        team.lead("eve", line).code(4).stdout("").stderr(&stranger);
    }
    let outside = format!(
        "error: the store in {store} is for the members of the group `{}`, and {out} is none\n\
         hint: root: `usermod -aG {} {out}`; then log in anew\n",
        group(),
        group()
    );
    team.lead("out", "list").code(4).stdout("").stderr(&outside);

    // A puzzled user is told what they see, and what to ask for.
    let sees = "you see the leads you own or hold; someone with `admin` shows you all by `lead user grant kim view-all`";
    team.lead("kim", "doctor").ok().shows(&format!("you\tyes\tkim, sales: {sees}\t\n"));
    let sees = "  Sees                the leads you own or hold; for all of them, someone with `admin`: `lead user grant kim view-all`\n";
    team.lead("kim", "status -F table").ok().shows(sees).shows("  Daemon              runs\n");

    // The service account's daemon is no business of the others.
    let foreign = format!("error: the store in {store} belongs to {svc}\nhint: run it as {svc}\n");
    for line in ["", "--once", "--dry-run", "check"] {
        let mut command = team.command("kim", "leadd");
        command.args(line.words());
        Run::of(command, None).code(6).stdout("").stderr(&foreign);
    }

    // Only the socket's folder is for the group.
    let gid = Group::from_name(&group()).unwrap().unwrap().gid.as_raw();
    for (name, mode) in [("", 0o750), ("team", 0o750), ("team/leadd.sock", 0o660)] {
        assert_eq!(team.mode(name), mode, "{name}");
        assert_eq!(fs::metadata(team.store().join(name)).unwrap().gid(), gid, "{name}");
    }
    for entry in fs::read_dir(team.store()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let mode = if team.store().join(&name).is_dir() { 0o700 } else { 0o600 };
        assert!(name == "team" || team.mode(&name) == mode, "{name}: {:o}", team.mode(&name));
    }
    let log = team.close();
    assert_eq!(log.matches(&format!("the account {eve} is no user")).count(), 1, "{log}");
    team.lead("sam", "list").code(6).stderr(&closed);
});

direct!(who_may_work_on_anothers_lead_may_still_not_take_it, "D9 U2", |_office| {
    let team = Team::found("dealership");
    team.open();
    team.lead("sam", "add 'Sam One' --email one@x.example --owner me").ok();
    team.lead("kim", "move 1 mark-contacted").ok();
    let moved = team.lead("svc", "history 1 -F ndjson");
    assert!(moved.lines().iter().any(|entry| entry["actor"] == "kim" && entry["action"] == "mark-contacted"));
    let run = team.lead("kim", "assign 1 me");
    run.code(4).stdout("");
    assert!(run.stderr.starts_with("error: you lack the capability `reassign`\n"), "{run}");
    team.lead("sam", "assign 1 kim").ok();
    assert_eq!(team.lead("kim", "show 1 --json").json()["owner"], "kim");
});

direct!(a_group_is_one_of_the_systems, "S4", |office| {
    office.lead("init --group lead-no-such-group").code(2).stdout("").stderr(
        "error: team.group `lead-no-such-group` is no group of this system\n\
         hint: `groupadd --system lead-no-such-group`\n",
    );
    office.init("field-service");
    office.policy("[team]\ngroup = \"lead-no-such-group\"");
    let run = office.leadd("");
    assert_ne!(run.code, 0, "{run}");
    run.says("error: `team.group` is `lead-no-such-group`, and this system has no such group")
        .says("hint: `groupadd --system lead-no-such-group`, or another group in lead.toml");
});

daemon!(a_group_that_is_not_there_is_told_before_the_next_start, "S3 S4", |office| {
    office.init("field-service");
    office.lead("list").ok();
    let path = office.store().join("lead.toml");
    let good = fs::read_to_string(&path).unwrap();
    fs::write(&path, "[team]\ngroup = \"lead-no-such-group\"\n").unwrap();
    let told = "`team.group` is `lead-no-such-group`, and this system has no such group";
    office.lead("doctor").code(10).shows(&format!("lead.toml\tno\t{told}\tlead config path\n"));
    office.leadd("check").code(1).says(&format!("error: {told}"));
    office.signal(Signal::SIGHUP);
    let refused = format!("lead.toml cannot be used; the old policy stays fault={told}");
    office.swept("the policy is refused", || office.log().contains(&refused));
    fs::write(&path, good).unwrap();
});

direct!(a_store_that_is_no_teams_any_more_is_its_owners_alone, "S4", |office| {
    office.init("field-service");
    let own = Group::from_gid(nix::unistd::getegid()).unwrap().expect("a group has a name").name;
    office.policy(&format!("[team]\ngroup = \"{own}\""));
    let daemon = office.daemon();
    assert!(office.store().join("team/leadd.sock").exists());
    assert_eq!(office.lead("status --json").json()["daemon"], true);
    daemon.stop();
    assert_eq!(office.lead("status --json").json()["daemon"], false);
    office.policy("[team]\ngroup = \"\"");
    let path = office.store().join("lead.toml");
    let text = fs::read_to_string(&path).unwrap().replace("group = \"\"", "");
    fs::write(&path, text).unwrap();
    let daemon = office.daemon();
    assert!(!office.store().join("team").exists());
    assert_eq!(fs::metadata(office.store()).unwrap().mode() & 0o7777, 0o700);
    assert_eq!(office.lead("status --json").json()["daemon"], true);
    daemon.stop();
});

direct!(what_all_users_of_a_machine_read_first_names_the_store, "U1", |office| {
    office.init("field-service");
    office.add("'Kim Lee'");
    let shared = format!("store = \"{}\"\n", office.store().display());
    fs::create_dir_all(office.path("etc/lead")).unwrap();
    fs::write(office.path("etc/lead/config.toml"), shared).unwrap();
    let elsewhere = |line: &str, home: &str| {
        let mut command = office.lead_command(line);
        command
            .env("XDG_DATA_HOME", office.path("nowhere"))
            .env("XDG_CONFIG_HOME", office.path(home))
            .env("XDG_CONFIG_DIRS", office.path("etc"));
        Run::of(command, None)
    };
    elsewhere("list -F ids", "none").ok().stdout("1\n").stderr("");
    fs::create_dir_all(office.path("mine/lead")).unwrap();
    fs::write(office.path("mine/lead/config.toml"), "color = \"never\"\n").unwrap();
    elsewhere("list -F ids", "mine").ok().stdout("1\n").stderr("");
    let own = format!("store = \"{}\"\n", office.path("other").display());
    fs::write(office.path("mine/lead/config.toml"), own).unwrap();
    elsewhere("list", "mine").code(3);
});

direct!(a_member_s_watch_outlives_the_daemon_it_cannot_do_without, "N5 S4", |_office| {
    let team = Team::found("agency");
    team.open();
    team.lead("sam", "add 'Sam One' --email one@x.example").ok();
    let mut command = team.command("sam", "lead");
    command.args(["watch", "--from", "1"]);
    let watching = Watching::of(command);
    while watching.next()["event"] != "created" {}
    team.close();
    // The store is another account's: to others it is shut now.
    team.lead("sam", "list").code(6);
    team.lead("svc", "note 1 'while it was shut'").ok();
    team.open();
    assert_eq!(watching.next()["text"], "while it was shut");
});
