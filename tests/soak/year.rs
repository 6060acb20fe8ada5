//! The course of the days: the clock is moved, deeds are done, things befall, and each evening all is
//! held against what was told.

use std::fs;
use std::process::{Command, Stdio};
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
use crate::faults::{Dice, Found, Small, judge_presence};
use crate::harness::{Daemon, Office, Run, account};

/// How long `leadd` may take for what is due; what it does not do by then, the evening finds.
const SETTLING: Duration = Duration::from_secs(20);

/// An office in the course of its days.
pub struct Year<'a> {
    office: &'a Office,
    staff: Vec<Clerk>,
    dice: Dice,
    ledger: Ledger,
    trail: Trail,
    /// The mail.
    pub mailroom: Mailroom,
    gauge: Gauge,
    daemon: Option<Daemon>,
    now: Timestamp,
    /// What befell, over all days, and what was counted.
    pub totals: Totals,
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
            now: Timestamp::MIN,
            totals: Totals::default(),
        }
    }

    /// A day from three in the morning until half past ten in the evening, and what it came to.
    pub fn day(&mut self, day: u64, days: u64, date: Date) -> Found {
        let plan = Plan::draw(&mut self.dice, day, days);
        let mut verdict = Verdict::default();
        self.ledger.begin(day);
        self.at(instant(date, 3, 5));
        self.mailroom.open(self.office, plan.weather, &mut self.dice);
        self.rest(&mut verdict);
        self.step(plan.way, self.now);
        self.morning(&plan, day, date, &mut verdict);
        self.work(&plan, day, date, &mut verdict);
        self.step(plan.way, self.now.max(instant(date, 18, 0)));
        if matches!(plan.weather, Weather::Rough | Weather::Away) {
            self.mailroom.open(self.office, Weather::Fair, &mut self.dice);
            // A relay that was at fault is left alone for a minute that no moved clock shortens.
            self.rest(&mut verdict);
        }
        for (hour, minute) in [(19, 10), (20, 15), (21, 20), (22, 30)] {
            self.step(plan.way, self.now.max(instant(date, hour, minute)));
        }
        self.evening(&plan, day, date, verdict)
    }

    /// Moves the clock.
    fn at(&mut self, when: Timestamp) {
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
                self.gauge.weigh(self.daemon.as_ref().expect("it runs"));
            }
            Way::Cron => {
                let run = self.office.leadd_once();
                assert!([0, 9].contains(&run.code), "{run}");
            }
            Way::Alone => {}
        }
    }

    /// Waits until the running `leadd` has done what is due.
    fn settle(&mut self) {
        let deadline = Instant::now() + SETTLING;
        loop {
            // It looks at a clock that is a file ten times a second.
            sleep(Duration::from_millis(120));
            if self.is_settled() || Instant::now() > deadline {
                return;
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
        if health["swept_at"].is_null() || at(&health["next_at"]).is_some_and(|next| next <= self.now) {
            return false;
        }
        if !health["relay"].is_null() || self.office.lead("status --json").json()["mail_waiting"] == 0 {
            return true;
        }
        let rows = self.office.lead("outbox list --json").json();
        let is_due = |row: &Value| {
            let next = at(&row["next_try"]).is_none_or(|next| next <= self.now);
            row["state"] == "sending" || row["state"] == "waiting" && next
        };
        !rows.as_array().expect("a list").iter().any(is_due)
    }

    /// Ends `leadd` in order.
    fn rest(&mut self, verdict: &mut Verdict) {
        if let Some(daemon) = self.daemon.take() {
            let log = daemon.log();
            if log.contains("panicked") {
                verdict.torn.push(log);
            }
            daemon.stop();
        }
    }

    /// Kills `leadd`, and starts another.
    fn kill(&mut self, day: u64) {
        if let Some(daemon) = self.daemon.take() {
            daemon.murder();
            self.mailroom.note_kill(day);
            self.totals.kills += 1;
            self.daemon = Some(self.office.daemon());
        }
    }

    fn morning(&mut self, plan: &Plan, day: u64, date: Date, verdict: &mut Verdict) {
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
            self.kill(day);
        }
        self.step(plan.way, self.now.max(instant(date, 8, 1)));
        self.step(plan.way, self.now.max(instant(date, 9, 1)));
        if self.daemon.as_ref().is_some_and(|daemon| daemon.log().contains("panicked")) {
            verdict.torn.push("leadd panicked in the morning".to_owned());
        }
    }

    fn work(&mut self, plan: &Plan, day: u64, date: Date, verdict: &mut Verdict) {
        self.at(self.now.max(instant(date, 9, 5)));
        let pace = 8 * 3600 * 2 / plan.deeds;
        for number in 0..plan.deeds {
            let befalls: Vec<Mishap> =
                plan.mishaps.iter().filter(|(before, _)| *before == number).map(|(_, what)| *what).collect();
            for what in befalls {
                self.befall(what, day, verdict);
            }
            self.wait(pace);
            let deed = clerks::next(&mut self.dice, &self.staff, &self.ledger, number);
            self.does(&deed);
        }
    }

    /// Time goes by, not more than `pace` seconds.
    fn wait(&mut self, pace: u64) {
        let seconds = 1 + self.dice.below(pace);
        self.at(self.now + SignedDuration::from_secs(seconds as i64));
    }

    /// A deed as it is typed.
    fn typed(&self, deed: &Deed) -> Command {
        let who = if deed.who == account() { String::new() } else { format!("--as {} ", deed.who) };
        self.office.lead_command(format!("{who}{} --json --yes", deed.line))
    }

    /// Somebody does something.
    fn does(&mut self, deed: &Deed) -> i32 {
        let command = self.typed(deed);
        let began = Instant::now();
        let run = Run::of(command, None);
        self.gauge.took(began.elapsed());
        self.ledger.hear(deed, &run, self.now, false);
        run.code
    }

    fn befall(&mut self, what: Mishap, day: u64, verdict: &mut Verdict) {
        self.wait(60);
        let number = 1000 + self.dice.below(1_000_000);
        match what {
            Mishap::LeadKilled | Mishap::LeaddKilled => {
                let deed = self.sure_deed(number);
                let command = self.typed(&deed);
                let run = self.cut_off(command, what == Mishap::LeadKilled, day);
                self.ledger.hear(&deed, &run, self.now, true);
            }
            Mishap::Restarted => {
                self.rest(verdict);
                self.daemon = Some(self.office.daemon());
            }
            Mishap::Ahead => self.at(self.now + SignedDuration::from_hours(3)),
            Mishap::Back => self.at(self.now - SignedDuration::from_hours(3)),
            Mishap::Rush => self.rush(verdict),
            Mishap::Import => {
                let token = self.ledger.token(number);
                let deed = clerks::import(self.office, &mut self.dice, &self.staff, &token);
                self.does(&deed);
            }
            Mishap::DiskFull => self.fill_the_disk(verdict),
        }
    }

    /// A deed whose traces are known beforehand.
    fn sure_deed(&mut self, number: u64) -> Deed {
        if self.dice.below(5) == 0 {
            let token = self.ledger.token(number);
            return clerks::import(self.office, &mut self.dice, &self.staff, &token);
        }
        loop {
            let deed = clerks::next(&mut self.dice, &self.staff, &self.ledger, number);
            if !(deed.leads.is_empty() && deed.names.is_empty()) {
                return deed;
            }
        }
    }

    /// A command under which `lead`, or the `leadd` that it waits for, is killed.
    fn cut_off(&mut self, mut command: Command, is_lead: bool, day: u64) -> Run {
        let after = Duration::from_micros(self.dice.below(25_000));
        if !is_lead {
            let running = thread::spawn(move || Run::of(command, None));
            sleep(after);
            self.kill(day);
            return running.join().expect("it ends");
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        sleep(after);
        let _ = child.kill();
        self.totals.kills += 1;
        let ended = child.wait_with_output().expect("the child is ours");
        Run {
            line: format!("{command:?}, killed"),
            stdout: String::from_utf8_lossy(&ended.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&ended.stderr).into_owned(),
            code: ended.status.code().unwrap_or(-1),
        }
    }

    /// Six claim the same lead of the pool at once: one has it.
    fn rush(&mut self, verdict: &mut Verdict) {
        let pool = self.office.found("pool:yes");
        let pool: Vec<u64> = pool.into_iter().filter(|lead| self.ledger.is_sure(*lead)).collect();
        let Some(lead) = pool.get(self.dice.below(pool.len() as u64) as usize) else { return };
        let first = 1 + self.dice.below(self.staff.len() as u64 - 6) as usize;
        let deed = |clerk: &Clerk| Deed {
            who: clerk.login.clone(),
            line: format!("claim {lead}"),
            event: "claimed",
            leads: vec![*lead],
            names: vec![],
            text: None,
        };
        let deeds: Vec<Deed> = self.staff[first..first + 6].iter().map(deed).collect();
        let running: Vec<_> = deeds
            .iter()
            .map(|deed| self.typed(deed))
            .map(|command| thread::spawn(move || Run::of(command, None)))
            .collect();
        let runs: Vec<Run> = running.into_iter().map(|one| one.join().expect("it ends")).collect();
        if runs.iter().filter(|run| run.code == 0).count() != 1 {
            verdict.torn.push(format!("six claimed {lead}: {runs:#?}"));
        }
        for (deed, run) in deeds.iter().zip(&runs) {
            self.ledger.hear(deed, run, self.now, false);
        }
    }

    /// The store is moved to a small disk; that is filled, and freed again.
    fn fill_the_disk(&mut self, verdict: &mut Verdict) {
        let (data, aside) = (self.office.path("data"), self.office.path("aside"));
        self.rest(verdict);
        fs::rename(&data, &aside).expect("the folder is ours");
        if let Some(disk) = Small::try_new(self.office, "1g") {
            copy(&aside.join("lead"), &data.join("lead"));
            self.daemon = Some(self.office.daemon());
            disk.fill();
            let mut refused = 0;
            for number in 0..12 {
                self.wait(60);
                let token = self.ledger.token(2000 + number);
                let deed = clerks::add(&mut self.dice, &self.staff, account(), token);
                let run = Run::of(self.typed(&deed), None);
                refused += usize::from(run.code == 1 && run.stderr.contains("is full"));
                self.ledger.hear(&deed, &run, self.now, true);
                self.office.lead("list -F ids").ok();
            }
            disk.free();
            self.wait(60);
            let token = self.ledger.token(3000);
            let deed = clerks::add(&mut self.dice, &self.staff, account(), token);
            if self.does(&deed) != 0 {
                verdict.torn.push("there is room again, and nothing is taken".to_owned());
            }
            self.totals.full = Some(refused);
            self.rest(verdict);
            fs::remove_dir_all(aside.join("lead")).expect("the folder is ours");
            copy(&data.join("lead"), &aside.join("lead"));
        }
        if data.exists() {
            fs::remove_dir(&data).expect("nothing is left in it");
        }
        fs::rename(&aside, &data).expect("the folder is ours");
        self.daemon = Some(self.office.daemon());
    }

    fn evening(&mut self, plan: &Plan, day: u64, date: Date, mut verdict: Verdict) -> Found {
        let marks = self.trail.read(self.office, &mut verdict.torn);
        let Verdict { lost, torn } = self.ledger.judge(self.office, marks, self.now);
        verdict.lost.extend(lost);
        verdict.torn.extend(torn);
        let is_mail_out = plan.way != Way::Alone && plan.weather != Weather::Gone;
        let due_by = is_mail_out.then_some(self.now);
        self.mailroom.judge(self.office, &self.staff, day, due_by, &mut verdict);
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
                self.rest(verdict);
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
        self.rest(&mut Verdict::default());
        (self.totals, self.mailroom)
    }
}

/// A time of the day in Berlin.
fn instant(date: Date, hour: i8, minute: i8) -> Timestamp {
    let berlin = TimeZone::get("Europe/Berlin").expect("a zone");
    date.at(hour, minute, 0, 0).to_zoned(berlin).expect("a time of the day").timestamp()
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    let ran = Command::new("cp").arg("-a").arg(from).arg(to).status().expect("there is a `cp`");
    assert!(ran.success(), "{ran}");
}
