//! Disks that are full, and disks that take nothing at all.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, sleep};
use std::time::Duration;

use super::oracle::{judge_numbers, told};
use super::power::unmount;
use super::tally::{Dice, Tally, rounds};
use crate::harness::{Office, Run, direct, skip};

/// A small disk under the office's data.
pub struct Small(PathBuf);

impl Small {
    fn new(office: &Office, size: &str) -> Self {
        Self::try_new(office, size).unwrap_or_else(|| skip("no tmpfs can be mounted"))
    }

    /// One of this size; none where none can be mounted.
    pub fn try_new(office: &Office, size: &str) -> Option<Self> {
        let at = office.path("data");
        fs::create_dir_all(&at).unwrap();
        let disk = Self(at);
        disk.mount(&format!("size={size},mode=755")).then_some(disk)
    }

    fn mount(&self, options: &str) -> bool {
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(&self.0).output();
        mounted.is_ok_and(|ran| ran.status.success())
    }

    /// Takes all the room there is.
    pub fn fill(&self) {
        let mut file = File::options().append(true).create(true).open(self.0.join("ballast")).unwrap();
        for size in [1 << 20, 1 << 16, 1 << 12, 1] {
            while file.write_all(&vec![1; size]).is_ok() {}
        }
    }

    /// Gives it back, at once: a program that is just being started may still have the file open.
    pub fn free(&self) {
        File::options().write(true).open(self.0.join("ballast")).and_then(|file| file.set_len(0)).unwrap();
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        unmount(&self.0);
    }
}

/// What sixteen scripts print that add until `done`: numbers, and what was refused.
fn sixteen(office: &Office, name: &str, body: impl FnOnce(&AtomicBool)) -> (Vec<u64>, Vec<Run>) {
    let done = AtomicBool::new(false);
    let note = "what was said ".repeat(200);
    let line = |hand, n| office.lead_command(format!("add '{name}, hand {hand}, {n}' --note '{note}'"));
    let lines: Vec<Vec<_>> = (0..16).map(|hand| (0..60).map(|n| line(hand, n)).collect()).collect();
    let runs: Vec<Run> = thread::scope(|scope| {
        let done = &done;
        let hand = |commands: Vec<Command>| {
            let open = commands.into_iter().take_while(|_| !done.load(Ordering::SeqCst));
            open.map(|command| Run::of(command, None)).collect::<Vec<_>>()
        };
        let hands: Vec<_> = lines.into_iter().map(|commands| scope.spawn(move || hand(commands))).collect();
        body(done);
        hands.into_iter().flat_map(|hand| hand.join().unwrap()).collect()
    });
    let (good, bad): (Vec<_>, Vec<_>) = runs.into_iter().partition(|run| run.code == 0);
    for run in &bad {
        run.refused(1);
    }
    (good.iter().map(Run::number).collect(), bad)
}

// The disk fills up while sixteen scripts add, and is freed: no restart, nothing lost.
direct!(while_scripts_add, "S1 N1 L5", |office| {
    let disk = Small::new(office, "24m");
    office.init("mini");
    let mut all = vec![office.add("'Kim Lee' --follow-up today")];
    let leadd = office.daemon();
    let mut tally = Tally::new("full disk", "16 scripts adding through leadd");
    let mut dice = Dice::new(5);
    for round in 0..rounds(2, 12) {
        let (printed, bad) = sixteen(office, &format!("Round {round}"), |done| {
            // Now and then all room goes at once, between the look at what is free and the write.
            for _ in 0..rounds(6, 20) {
                sleep(Duration::from_millis(40 + dice.below(120)));
                disk.fill();
                sleep(Duration::from_millis(dice.below(60)));
                office.lead("list -F ids").ok();
                office.lead("show 1").ok();
                disk.free();
            }
            done.store(true, Ordering::SeqCst);
        });
        all.extend(printed);
        assert!(!bad.is_empty(), "nothing was refused");
        disk.fill();
        let before = told(office).expect("looks go on");
        office.lead("add 'No Room'").refused(1).says("is full: ");
        office.lead("add 'No Room' --dry-run").ok();
        assert_eq!(told(office).expect("looks go on"), before);
        disk.free();
        all.push(office.add(&format!("'Room again {round}'")));
        tally.count(&format!("round {round}"), judge_numbers(office, &all));
    }
    leadd.stop();
    tally.count("closed", judge_numbers(office, &all));
    tally.end();
});

// The disk fills up by what is added alone: what is left does for opening.
direct!(by_what_is_added, "S1 L5", |office| {
    let disk = Small::new(office, "12m");
    office.init("mini");
    let leadd = office.daemon();
    let mut all = Vec::new();
    let text = "a long story ".repeat(5_000);
    let refused = loop {
        let run = office.lead(format!("add 'Lead {}'", all.len()));
        if run.code != 0 {
            break run;
        }
        all.push(run.number());
        // A note that finds no room is not there; the next lead will find none, too.
        office.lead_with(text.as_bytes(), format!("note {} -", run.number()));
        assert!(all.len() < 500, "nothing fills it");
    };
    refused.refused(1).says("is full: ");
    let mut tally = Tally::new("full disk", "notes until it is full");
    leadd.stop();
    tally.count("opened after", judge_numbers(office, &all));
    tally.end();
    drop(disk);
});

// On a full disk nothing is opened, nothing is touched, and everything is there when it has room.
direct!(opened_while_full, "S1 N2", |office| {
    let disk = Small::new(office, "24m");
    office.init("mini");
    let all = [office.add("'Kim Lee'"), office.add("'Sam Poe'")];
    let mut tally = Tally::new("full disk", "open");
    for round in 0..rounds(2, 20) {
        disk.fill();
        for line in ["list", "add 'Nia Roe'", "doctor"] {
            office.lead(line).refused(1).says("is full: ").says("hint: make room on the disk");
        }
        let run = office.leadd("");
        run.code(1).says("error: ");
        assert!(!run.stderr.contains("ready"), "{run}");
        disk.free();
        tally.count(&format!("round {round}"), judge_numbers(office, &all));
    }
    tally.end();
});

// On a disk that takes nothing, whoever asks is told why; afterwards all is there.
direct!(read_only, "N2 S1", |office| {
    let disk = Small::new(office, "24m");
    office.init("mini");
    let all = [office.add("'Kim Lee'")];
    let mut tally = Tally::new("read-only disk", "open");
    assert!(disk.mount("remount,ro"), "it cannot be made read-only");
    for line in ["list", "add 'Nia Roe'"] {
        office.lead(line).refused(1).says("Read-only file system");
    }
    office.leadd("").code(1).says("Read-only file system");
    assert!(disk.mount("remount,rw"), "it cannot be made writable");
    tally.count("once", judge_numbers(office, &all));
    tally.end();
});
