//! The course of the days: the clock is moved, deeds are done, things befall, and each evening all is
//! held against what was told.

use std::fs;
use std::process::Command;
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::clerks::{self, Clerk, Deed};
use super::day::{Mishap, Plan, Way};
use super::gauge::{Day, Gauge};
use super::ledger::{Ledger, Verdict};
use super::mailroom::{Mailroom, Weather};
use super::trail::Trail;
use crate::faults::{Dice, Found, judge_presence};
use crate::harness::{Daemon, Office, Run, account};

/// How long `leadd` may take for what is due; what it does not do by then, the evening finds.
const SETTLING: Duration = Duration::from_secs(20);

/// More than this `leadd` never takes: its cache may be 64 MiB.
const MEMORY_KIB: u64 = 128 << 10;

/// An office in the course of its days.
pub struct Year<'a> {
    pub(super) office: &'a Office,
    pub(super) staff: Vec<Clerk>,
    pub(super) dice: Dice,
    pub(super) ledger: Ledger,
    trail: Trail,
    pub(super) mailroom: Mailroom,
    gauge: Gauge,
    pub(super) daemon: Option<Daemon>,
    /// How much of what `leadd` says was heeded.
    heard: usize,
    /// What `leadd` said when it panicked.
    panics: Vec<String>,
    pub(super) now: Timestamp,
    /// What befell, over all days, and what was counted.
    pub(super) totals: Totals,
}

/// What was done over all days.
#[derive(Default)]
pub struct Totals {
    /// Deeds, refused ones, and ones that were cut off.
    pub deeds: [usize; 3],
    /// How often a program was killed.
    pub kills: usize,
    /// How often the database was written anew.
    pub compactions: usize,
    /// Deeds refused for want of room; none where no small disk can be had.
    pub full: Option<usize>,
}

impl<'a> Year<'a> {
    /// The office on its first morning.
    pub fn begin(office: &'a Office, seed: u64, name: &str) -> Self {
        office.init("field-service");
        let staff = clerks::staff();
        staff.iter().for_each(|clerk| clerk.hire(office));
        Self {
            office,
            staff,
            dice: Dice::new(seed),
            ledger: Ledger::default(),
            trail: Trail::begin(office),
            mailroom: Mailroom::default(),
            gauge: Gauge::new(name),
            daemon: None,
            heard: 0,
            panics: Vec::new(),
            now: Timestamp::MIN,
            totals: Totals::default(),
        }
    }

    /// A day from three in the morning until half past ten in the evening, and what it came to.
    pub fn day(&mut self, day: u64, days: u64, date: Date) -> Found {
        let plan = Plan::draw(&mut self.dice, day, days);
        let mut verdict = Verdict::default();
        self.ledger.begin(day, date);
        self.at(instant(date, 3, 5));
        // A relay that was at fault is left alone for a minute that no moved clock shortens.
        if !self.mailroom.is_fair() || plan.way != Way::Served {
            self.rest();
        }
        self.mailroom.open(self.office, plan.weather, &mut self.dice);
        self.step(plan.way, self.now);
        self.morning(&plan, date);
        self.work(&plan, date, &mut verdict);
        self.step(plan.way, self.now.max(instant(date, 18, 0)));
        if matches!(plan.weather, Weather::Rough | Weather::Away) {
            self.mailroom.open(self.office, Weather::Fair, &mut self.dice);
            self.rest();
        }
        let steps = if plan.weather == Weather::Fair { 3 } else { 0 };
        for (hour, minute) in &[(19, 10), (20, 15), (21, 20), (22, 30)][steps..] {
            self.step(plan.way, self.now.max(instant(date, *hour, *minute)));
        }
        self.evening(&plan, day, date, verdict)
    }

    /// Moves the clock.
    pub(super) fn at(&mut self, when: Timestamp) {
        self.now = when;
        self.office.at(&when.to_string());
    }

    /// Moves the clock, and has done what is due then by whoever does it today.
    fn step(&mut self, way: Way, when: Timestamp) {
        self.at(when);
        match way {
            Way::Served => {
                if self.daemon.is_none() {
                    self.daemon = Some(self.office.daemon());
                }
                self.settle();
                let kib = self.gauge.weigh(self.daemon.as_ref().expect("it runs"));
                assert!(kib <= MEMORY_KIB, "leadd takes {kib} KiB");
            }
            Way::Cron => {
                let run = self.sweep_once();
                assert!([0, 9].contains(&run.code), "{run}");
                self.mailroom.heed(&run.stderr);
            }
            Way::Alone => {}
        }
    }

    /// One sweep by hand; while the server says nothing, time goes on.
    fn sweep_once(&mut self) -> Run {
        let command = self.office.leadd_command("--once");
        let running = thread::spawn(move || Run::of(command, None));
        while !running.is_finished() {
            sleep(Duration::from_millis(10));
            if self.mailroom.is_hung() {
                self.at(self.now + SignedDuration::from_secs(20));
            }
        }
        running.join().expect("it ends")
    }

    /// Waits until the running `leadd` has done what is due.
    fn settle(&mut self) {
        let began = Instant::now();
        let mut is_patient = true;
        loop {
            // It looks at a clock that is a file ten times a second.
            sleep(Duration::from_millis(120));
            if self.is_settled() || began.elapsed() > SETTLING {
                return;
            }
            // An answer that was awaited while the clock was moved came too late, and the relay is left
            // alone for a minute that no moved clock shortens.
            if is_patient && self.mailroom.is_fair() && began.elapsed() > SETTLING / 10 {
                is_patient = false;
                self.rest();
                self.daemon = Some(self.office.daemon());
            }
            if self.mailroom.is_hung() {
                self.at(self.now + SignedDuration::from_mins(1));
            }
        }
    }

    fn is_settled(&self) -> bool {
        let health = fs::read(self.office.store().join("leadd.health")).unwrap_or_default();
        let health: Value = serde_json::from_slice(&health).unwrap_or_default();
        let at = |value: &Value| value.as_str().map(|at| at.parse::<Timestamp>().expect("an instant"));
        // What a change brings about is found by a sweep after it, for which `leadd` takes its time.
        let swept_at = at(&health["swept_at"]);
        if swept_at.is_none() || swept_at < self.ledger.heard_at {
            return false;
        }
        if at(&health["next_at"]).is_some_and(|next| next <= self.now) {
            return false;
        }
        // What is said of the relay may be old news, and no mail there to bring better.
        let is_at_fault = !health["relay"].is_null() && !self.mailroom.is_fair();
        if self.office.lead("status --json").json()["mail_waiting"] == 0 {
            return true;
        }
        let rows = self.office.lead("outbox list --json").json();
        let is_open = |row: &Value| {
            let is_due = at(&row["next_try"]).is_none_or(|next| next <= self.now);
            row["state"] == "sending" || row["state"] == "waiting" && is_due && !is_at_fault
        };
        !rows.as_array().expect("a list").iter().any(is_open)
    }

    /// Heeds what `leadd` has said since the last time.
    fn heed(&mut self, log: &str) {
        let news = &log[self.heard..];
        self.mailroom.heed(news);
        if news.contains("panicked") {
            self.panics.push(news.to_owned());
        }
        self.heard = log.len();
    }

    /// Ends `leadd` in order.
    pub(super) fn rest(&mut self) {
        if let Some(daemon) = self.daemon.take() {
            self.heed(&daemon.stop());
            self.heard = 0;
        }
    }

    /// Kills `leadd`, and starts another.
    pub(super) fn kill(&mut self) {
        if let Some(daemon) = self.daemon.take() {
            self.heed(&daemon.murder());
            self.heard = 0;
            self.totals.kills += 1;
            self.daemon = Some(self.office.daemon());
        }
    }

    fn morning(&mut self, plan: &Plan, date: Date) {
        self.step(plan.way, instant(date, 6, 30));
        match plan.way {
            Way::Alone => self.mailroom.expect_nothing(),
            Way::Served | Way::Cron => {
                self.mailroom.expect(&self.ledger, &self.trail, &self.staff, self.now, date);
            }
        }
        if plan.is_killed_at_eight {
            self.at(instant(date, 8, 0));
            sleep(Duration::from_millis(self.dice.below(400)));
            self.kill();
        }
        self.step(plan.way, self.now.max(instant(date, 8, 1)));
        self.step(plan.way, self.now.max(instant(date, 9, 1)));
    }

    fn work(&mut self, plan: &Plan, date: Date, verdict: &mut Verdict) {
        self.at(self.now.max(instant(date, 9, 5)));
        let pace = 8 * 3600 * 2 / plan.deeds;
        for number in 0..plan.deeds {
            let befalls: Vec<Mishap> =
                plan.mishaps.iter().filter(|(before, _)| *before == number).map(|(_, what)| *what).collect();
            for what in befalls {
                self.befall(what, verdict);
            }
            self.wait(pace);
            let deed = clerks::next(&mut self.dice, &self.staff, &self.ledger, number);
            self.does(&deed);
        }
    }

    /// Time goes by, not more than `pace` seconds.
    pub(super) fn wait(&mut self, pace: u64) {
        let seconds = 1 + self.dice.below(pace);
        self.at(self.now + SignedDuration::from_secs(seconds as i64));
    }

    /// A deed as it is typed.
    pub(super) fn typed(&self, deed: &Deed) -> Command {
        let who = if deed.who == account() { String::new() } else { format!("--as {} ", deed.who) };
        self.office.lead_command(format!("{who}{} --json --yes", deed.line))
    }

    /// Somebody does something.
    pub(super) fn does(&mut self, deed: &Deed) -> i32 {
        let command = self.typed(deed);
        let began = Instant::now();
        let run = Run::of(command, None);
        self.gauge.took(began.elapsed());
        self.ledger.hear(deed, &run, self.now, false);
        run.code
    }

    fn evening(&mut self, plan: &Plan, day: u64, date: Date, mut verdict: Verdict) -> Found {
        let marks = self.trail.read(self.office, &mut verdict.torn);
        let Verdict { lost, torn } = self.ledger.judge(self.office, marks, self.now);
        verdict.lost.extend(lost);
        verdict.torn.extend(torn);
        let is_mail_out = plan.way != Way::Alone && plan.weather != Weather::Gone;
        let due_by = is_mail_out.then_some(self.now);
        if let Some(log) = self.daemon.as_ref().map(Daemon::log) {
            self.heed(&log);
        }
        self.mailroom.judge(self.office, &self.staff, day, due_by, &mut verdict);
        verdict.torn.append(&mut self.panics);
        let is_compacted = self.visit_doctor(plan, &mut verdict);
        let [deeds, refused, unclear] = self.ledger.counts;
        for (total, count) in self.totals.deeds.iter_mut().zip(self.ledger.counts) {
            *total += count;
        }
        let line = Day {
            head: format!("{day},{date},{:?},{:?}", plan.way, plan.weather).to_lowercase(),
            counts: [
                self.ledger.leads().count(),
                self.trail.entries as usize,
                deeds,
                refused,
                unclear,
                self.mailroom.tally.arrived,
            ],
            is_compacted,
        };
        self.gauge.end_day(self.office, &line);
        if !verdict.lost.is_empty() || !verdict.torn.is_empty() {
            self.gauge.note(day, &verdict);
        }
        if !verdict.lost.is_empty() {
            return Found::Lost(format!("{:#?} {:#?}", verdict.lost, verdict.torn));
        }
        if !verdict.torn.is_empty() {
            return Found::Torn(format!("{:#?}", verdict.torn));
        }
        judge_presence(self.office, &self.ledger.listed())
    }

    /// The doctor is content, but for what nobody was there to do; a database that has outgrown what is in
    /// it is written anew, as it asks.
    fn visit_doctor(&mut self, plan: &Plan, verdict: &mut Verdict) -> bool {
        let run = self.office.lead("doctor");
        let mut is_compacted = false;
        for line in run.stdout.lines().filter(|line| line.contains("\tno\t")) {
            let is_left = plan.way == Way::Alone
                && (line.starts_with("daemon\t") || line.starts_with("mail\t"))
                || plan.weather == Weather::Gone && line.starts_with("mail\t");
            if line.ends_with("lead doctor --compact") {
                self.rest();
                self.office.lead("doctor --compact").says("the database had ");
                self.totals.compactions += 1;
                is_compacted = true;
            } else if !is_left {
                verdict.torn.push(line.to_owned());
            }
        }
        if ![0, 10].contains(&run.code) {
            verdict.torn.push(run.to_string());
        }
        is_compacted
    }

    /// The measures are here.
    pub fn end(mut self) -> (Totals, Mailroom) {
        self.rest();
        (self.totals, self.mailroom)
    }
}

/// A time of the day in Berlin.
fn instant(date: Date, hour: i8, minute: i8) -> Timestamp {
    let berlin = TimeZone::get("Europe/Berlin").expect("a zone");
    date.at(hour, minute, 0, 0).to_zoned(berlin).expect("a time of the day").timestamp()
}
