//! An office: a home, a store, a clock and, if the way asks for it, a running `leadd`.
//!
//! Nothing of the caller's environment reaches the programs. The clock stands still until it is
//! moved; `lead` and `leadd` read the same file. In the daemon's way `leadd` starts as soon as the
//! store exists.

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use nix::sys::signal::Signal;
use serde_json::Value;
use tempfile::TempDir;
use toml::{Table, Value as Setting};

use super::words::Words;
use super::{Daemon, Letter, Run, Way, skip};

/// The instant every office starts at: a Sunday morning in Berlin.
const START: &str = "2026-11-22T09:00:00+01:00[Europe/Berlin]";

/// How long an effect of a running `leadd` may take on a busy machine.
const LIMIT: Duration = Duration::from_secs(120);

/// The operating-system account the suite runs as: every store's first owner.
pub fn account() -> String {
    let user = nix::unistd::User::from_uid(nix::unistd::geteuid()).expect("the account is readable");
    user.expect("the account has a name").name
}

/// Puts one table's values over another's.
fn overlay(below: &mut Table, above: Table) {
    for (key, value) in above {
        match (below.get_mut(&key), value) {
            (Some(Setting::Table(old)), Setting::Table(new)) => overlay(old, new),
            (_, value) => drop(below.insert(key, value)),
        }
    }
}

/// A firm with a store of its own.
pub struct Office {
    home: TempDir,
    way: Way,
    daemon: RefCell<Option<Daemon>>,
    zone: RefCell<String>,
    /// The library by which the programs' own system clock is moved, in place of the file they follow.
    faketime: RefCell<Option<PathBuf>>,
}

impl Office {
    /// An empty office; there is no store yet.
    pub fn new(way: Way) -> Self {
        let home = tempfile::Builder::new().prefix("lead").tempdir().expect("a folder");
        let office = Self {
            home,
            way,
            daemon: RefCell::default(),
            zone: RefCell::new("UTC".to_owned()),
            faketime: RefCell::default(),
        };
        office.at(START);
        office
    }

    /// True when a `leadd` serves this office.
    pub fn is_served(&self) -> bool {
        self.way == Way::Daemon
    }

    /// The folder everything is in.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// A path in the office's folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// A new file in the office's folder.
    pub fn file(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        fs::write(&path, text).expect("the folder takes a file");
        path.to_str().expect("a path in UTF-8").to_owned()
    }

    /// The store's folder.
    pub fn store(&self) -> PathBuf {
        self.path("data/lead")
    }

    /// Sets keys of the firm's `lead.toml`, the others stay; a running `leadd` is started anew.
    pub fn policy(&self, text: &str) {
        let path = self.store().join("lead.toml");
        let mut policy: Table =
            fs::read_to_string(&path).unwrap_or_default().parse().expect("init writes TOML");
        overlay(&mut policy, text.parse().expect("a test writes TOML"));
        self.rest();
        fs::write(&path, policy.to_string()).expect("the store's folder is ours");
        self.wake();
    }

    /// Moves the clock to an instant with offset, and zone if one likes.
    #[track_caller]
    pub fn at(&self, when: &str) {
        let instant = when.parse::<Zoned>().map(|zoned| zoned.timestamp());
        let instant: Timestamp = instant.or_else(|_| when.parse()).expect("an instant");
        let zone = TimeZone::get(&self.zone.borrow()).expect("a zone");
        // The library reads local times.
        let local = instant.to_zoned(zone).strftime("%Y-%m-%d %H:%M:%S").to_string();
        for (name, text) in [("clock", instant.to_string()), ("faketime", local)] {
            let new = self.path(&format!("{name}.new"));
            fs::write(&new, text).expect("the folder takes a file");
            fs::rename(new, self.path(name)).expect("the clock can be replaced");
        }
    }

    /// From now on the programs read the system's own clock, which is moved under them; skips the
    /// trial where there is no libfaketime.
    pub fn system_clock(&self) {
        let known = ["x86_64-linux-gnu/faketime", "aarch64-linux-gnu/faketime", "faketime"];
        let known = known.map(|folder| Path::new("/usr/lib").join(folder).join("libfaketime.so.1"));
        let found = known.into_iter().find(|path| path.exists());
        *self.faketime.borrow_mut() =
            Some(found.unwrap_or_else(|| skip("no `faketime` to move a clock with")));
    }

    /// The system's zone for all that is started from now on.
    pub fn zone(&self, name: &str) {
        name.clone_into(&mut self.zone.borrow_mut());
    }

    /// A program in the scenario's surroundings, not yet run.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .current_dir(self.home())
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .env("LC_ALL", "C.UTF-8")
            .env("TZ", &*self.zone.borrow())
            .env("HOME", self.home())
            .env("XDG_DATA_HOME", self.path("data"))
            .env("XDG_CONFIG_HOME", self.path("config"))
            .env("XDG_RUNTIME_DIR", self.path("run"))
            .env("TMPDIR", self.home())
            .env("LEAD_NOW", format!("@{}", self.path("clock").display()));
        if let Some(library) = &*self.faketime.borrow() {
            command
                .env_remove("LEAD_NOW")
                .env("LD_PRELOAD", library)
                .env("FAKETIME_TIMESTAMP_FILE", self.path("faketime"))
                .env("FAKETIME_NO_CACHE", "1")
                .env("DONT_FAKE_MONOTONIC", "1")
                .env("NO_FAKE_STAT", "1");
        }
        command
    }

    /// `lead` with these arguments, not yet run.
    pub fn lead_command(&self, line: impl Words) -> Command {
        let mut command = self.command(env!("CARGO_BIN_EXE_lead"));
        command.args(line.words());
        command
    }

    /// `leadd` with these arguments, not yet run.
    pub fn leadd_command(&self, line: impl Words) -> Command {
        let mut command = self.command(env!("CARGO_BIN_EXE_leadd"));
        command.args(line.words());
        command
    }

    /// Runs `lead` without a terminal.
    #[track_caller]
    pub fn lead(&self, line: impl Words) -> Run {
        let run = Run::of(self.lead_command(line), None);
        self.wake();
        run
    }

    /// Runs `lead` for no longer than this.
    #[track_caller]
    pub fn lead_within(&self, limit: Duration, line: impl Words) -> Run {
        Run::within(limit, self.lead_command(line), None)
    }

    /// Runs `lead` with this text on its standard input.
    #[track_caller]
    pub fn lead_with(&self, input: &[u8], line: impl Words) -> Run {
        Run::of(self.lead_command(line), Some(input))
    }

    /// Runs `leadd`, which must end by itself.
    #[track_caller]
    pub fn leadd(&self, line: impl Words) -> Run {
        Run::of(self.leadd_command(line), None)
    }

    /// One sweep by hand.
    #[track_caller]
    pub fn leadd_once(&self) -> Run {
        self.leadd("--once")
    }

    /// A store with this pipeline, in Berlin, its owner with an address.
    #[track_caller]
    pub fn init(&self, pipeline: &str) {
        self.lead(format!(
            "init --pipeline {pipeline} --zone Europe/Berlin --country DE --currency EUR --email boss@acme.example"
        ))
        .ok();
    }

    /// A user with an address, acting by `--as`.
    #[track_caller]
    pub fn user(&self, login: &str, role: &str) {
        self.lead(format!(
            "user add {login} --email {login}@acme.example --role {role} --account account-{login}"
        ))
        .ok();
    }

    /// Adds a lead with these options and yields its number.
    #[track_caller]
    pub fn add(&self, line: &str) -> u64 {
        self.lead(format!("add {line}")).number()
    }

    /// Adds so many leads to be reminded of on 24 November, each by a mail of its own.
    #[track_caller]
    pub fn fill(&self, leads: usize) {
        self.policy("[reminders]\ndigest_over = 1000");
        let mut table = "name,owner,follow_up\n".to_owned();
        for lead in 1..=leads {
            table.push_str(&format!("Lead {lead},me,2026-11-24\n"));
        }
        self.lead(format!("import {}", self.file("leads.csv", &table))).ok();
    }

    /// A lead as JSON.
    #[track_caller]
    pub fn show(&self, lead: u64) -> Value {
        self.lead(format!("show {lead} --json")).json()
    }

    /// One field of a lead as JSON.
    #[track_caller]
    pub fn field(&self, lead: u64, field: &str) -> Value {
        let lead = self.show(lead);
        lead.get(field).unwrap_or_else(|| panic!("no field {field} in {lead}")).clone()
    }

    /// The numbers of the leads that match.
    #[track_caller]
    pub fn found(&self, terms: &str) -> Vec<u64> {
        let run = self.lead(format!("list {terms} -F ids"));
        run.ok().stdout.lines().map(|line| line.parse().expect("an id a line")).collect()
    }

    /// The history of a lead, oldest first.
    #[track_caller]
    pub fn history(&self, lead: u64) -> Vec<Value> {
        let mut entries = self.lead(format!("history {lead} -F ndjson")).lines();
        entries.sort_by_key(|entry| entry["seq"].as_u64());
        entries
    }

    /// The entries of one kind in a lead's history, oldest first.
    #[track_caller]
    pub fn events(&self, lead: u64, event: &str) -> Vec<Value> {
        let mut entries = self.history(lead);
        entries.retain(|entry| entry["event"] == event);
        entries
    }

    /// Everything a refused change must leave alone.
    #[track_caller]
    pub fn snapshot(&self) -> String {
        let looks = ["list --json", "list trash:yes --json", "history --json"];
        looks.map(|look| self.lead(look).ok().stdout.clone()).concat()
    }

    /// Runs what must be refused with this code and must leave the store alone.
    #[track_caller]
    pub fn refused(&self, code: i32, line: impl Words) -> Run {
        let before = self.snapshot();
        let run = self.lead(line);
        run.refused(code);
        super::words::assert_same(&format!("the store after `{}`", run.line), &before, &self.snapshot());
        run
    }

    /// The mails in the store's folder, oldest first.
    #[track_caller]
    pub fn mails(&self) -> Vec<Letter> {
        Letter::folder(&self.store().join("mail"))
    }

    /// The mails of one kind in the store's folder.
    #[track_caller]
    pub fn mails_of(&self, kind: &str) -> Vec<Letter> {
        let mut mails = self.mails();
        mails.retain(|mail| mail.kind() == kind);
        mails
    }

    /// Has time's work done: one sweep by hand, or what the running `leadd` does by itself, until
    /// this is so.
    #[track_caller]
    pub fn swept(&self, what: &str, mut is_so: impl FnMut() -> bool) {
        if self.daemon.borrow().is_none() {
            self.leadd_once().ok();
            assert!(is_so(), "after a sweep, not so: {what}");
            return;
        }
        let deadline = Instant::now() + LIMIT;
        while !is_so() {
            assert!(Instant::now() < deadline, "leadd did not bring about: {what}\n{}", self.log());
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// What the running `leadd` has said so far.
    pub fn log(&self) -> String {
        self.daemon.borrow().as_ref().map(Daemon::log).unwrap_or_default()
    }

    /// Sends the running `leadd` a signal.
    #[track_caller]
    pub fn signal(&self, signal: Signal) {
        self.daemon.borrow().as_ref().expect("one runs").signal(signal);
    }

    /// Has the running `leadd` read `lead.toml` again, and waits until it says so.
    #[track_caller]
    pub fn hang_up(&self) {
        let said = |office: &Self| office.log().matches("read lead.toml again").count();
        let before = said(self);
        self.signal(Signal::SIGHUP);
        self.swept("lead.toml read again", || said(self) > before);
    }

    /// A `leadd` of the scenario's own.
    #[track_caller]
    pub fn daemon(&self) -> Daemon {
        Daemon::start(self.leadd_command(""))
    }

    /// Ends the office's `leadd`, if one runs; it starts again with the next `lead`.
    #[track_caller]
    pub fn rest(&self) {
        let running = self.daemon.borrow_mut().take();
        if let Some(daemon) = running {
            daemon.stop();
        }
    }

    /// Kills the office's `leadd` at once; another starts with the next `lead`.
    #[track_caller]
    pub fn murder(&self) {
        self.daemon.borrow_mut().take().expect("one runs").murder();
    }

    /// Starts the office's `leadd` if its way asks for one and none runs.
    #[track_caller]
    fn wake(&self) {
        let asleep = self.is_served() && self.daemon.borrow().is_none();
        if asleep && self.store().join("FORMAT").exists() {
            let daemon = self.daemon();
            *self.daemon.borrow_mut() = Some(daemon);
        }
    }
}
