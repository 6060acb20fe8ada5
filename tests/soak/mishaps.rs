//! What befalls the office in the middle of a working day.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::{self, sleep};
use std::time::Duration;

use jiff::SignedDuration;

use super::clerks::{self, Clerk, Deed};
use super::day::Mishap;
use super::ledger::Verdict;
use super::year::Year;
use crate::faults::Small;
use crate::harness::{Run, account};

impl Year<'_> {
    /// Has it happen.
    pub(super) fn befall(&mut self, what: Mishap, verdict: &mut Verdict) {
        self.wait(60);
        let number = 1000 + self.dice.below(1_000_000);
        match what {
            Mishap::LeadKilled | Mishap::LeaddKilled => {
                let deed = self.sure_deed(number);
                let command = self.typed(&deed);
                let run = self.cut_off(command, what == Mishap::LeadKilled);
                self.ledger.hear(&deed, &run, self.now, true);
            }
            Mishap::Restarted => {
                self.rest();
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
    fn cut_off(&mut self, mut command: Command, is_lead: bool) -> Run {
        let after = Duration::from_micros(self.dice.below(25_000));
        if !is_lead {
            let running = thread::spawn(move || Run::of(command, None));
            sleep(after);
            self.kill();
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
        self.rest();
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
            self.rest();
            fs::remove_dir_all(aside.join("lead")).expect("the folder is ours");
            copy(&data.join("lead"), &aside.join("lead"));
        }
        if data.exists() {
            fs::remove_dir(&data).expect("nothing is left in it");
        }
        fs::rename(&aside, &data).expect("the folder is ours");
        self.daemon = Some(self.office.daemon());
    }
}

fn copy(from: &Path, to: &Path) {
    let ran = Command::new("cp").arg("-a").arg(from).arg(to).status().expect("there is a `cp`");
    assert!(ran.success(), "{ran}");
}
