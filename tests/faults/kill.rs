//! SIGKILL at any moment.

use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use super::oracle::judge_numbers;
use super::tally::{Dice, Tally, rounds};
use crate::crash::{adding, until};
use crate::harness::direct;

direct!(lead, "N1 L5", |office| {
    office.init("mini");
    let mut tally = Tally::new("SIGKILL at random", "add, direct");
    let mut dice = Dice::new(1);
    let mut printed = Vec::new();
    for round in 0..rounds(40, 1000) {
        let mut command = office.lead_command(format!("add 'Lead {round}' --note 'number {round}'"));
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        sleep(Duration::from_micros(dice.below(120_000)));
        let _ = child.kill();
        let said = child.wait_with_output().unwrap().stdout;
        // Whoever read a number was told that it is saved, even if the end was a kill.
        if let Some(number) = String::from_utf8_lossy(&said).strip_suffix('\n') {
            printed.push(number.parse().expect("a number alone"));
        }
        if round % 20 == 19 {
            tally.count(&format!("after {round}"), judge_numbers(office, &printed));
            tally.skip_to(round + 1);
        }
    }
    tally.end();
});

direct!(leadd, "N1 S1", |office| {
    office.init("mini");
    let mut tally = Tally::new("SIGKILL at random", "add through leadd");
    let kills = rounds(6, 300);
    let mut all = Vec::new();
    for round in 0..kills.div_ceil(30) {
        let kills = kills.min(30);
        let mut dice = Dice::new(round as u64 + 2);
        let (printed, bad) = adding(office, &format!("Round {round}"), |count| {
            for _ in 0..kills {
                let leadd = office.daemon();
                until(count, 1 + dice.below(6) as usize);
                sleep(Duration::from_micros(dice.below(20_000)));
                leadd.murder();
            }
        });
        assert!(bad.iter().all(|run| [1, 6].contains(&run.code)), "{bad:#?}");
        all.extend(printed);
        tally.count(&format!("round {round}"), judge_numbers(office, &all));
        tally.skip_to((round + 1) * kills);
    }
    tally.end();
});
