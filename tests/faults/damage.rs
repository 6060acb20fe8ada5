//! Damaged files: flipped bits, zeroed pages, cuts, missing files. A store opens right or is refused
//! with words; it never tells what is not so, and never passes for an empty one.

use std::fs;
use std::path::{Path, PathBuf};

use super::oracle::{difference, told};
use super::tally::{Dice, Found, Tally, rounds};
use crate::harness::{Office, Stock, direct};

/// The files a store lives on, those with a byte at least.
fn files(dir: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(dir).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            all.extend(files(&path));
        } else if entry.metadata().is_ok_and(|found| found.is_file() && found.len() > 0) {
            all.push(path);
        }
    }
    all.retain(|path| path.extension().is_none_or(|kind| kind != "lock" && kind != "toml"));
    all.sort();
    all
}

/// Harms a file, and says how.
fn harm(path: &Path, dice: &mut Dice) -> String {
    let mut bytes = fs::read(path).unwrap();
    // What is used stands at the beginning: sled's log is longer than what it holds.
    let used = bytes.iter().rposition(|byte| *byte != 0).map_or(1, |last| last as u64 + 1);
    let at = dice.below(used) as usize;
    let how = match dice.below(8) {
        0..=3 => {
            bytes[at] ^= 1 << dice.below(8);
            format!("a bit at {at} flipped")
        }
        4 | 5 => {
            let page = at / 4096 * 4096;
            let end = (page + 4096).min(bytes.len());
            bytes[page..end].fill(0);
            format!("the page at {page} zeroed")
        }
        6 => {
            bytes.truncate(at);
            format!("cut at {at}")
        }
        _ => {
            fs::remove_file(path).unwrap();
            return "removed".to_owned();
        }
    };
    fs::write(path, bytes).unwrap();
    how
}

fn met(office: &Office, truth: &str) -> Found {
    match told(office) {
        Ok(now) if now == truth => Found::Well,
        Ok(now) => Found::Lost(difference(truth, &now)),
        Err(run) => {
            let is_said = run.code == 1 || run.code == 3;
            if is_said && run.stderr.starts_with("{\"error\":") && run.stderr.lines().count() == 1 {
                Found::Refused
            } else {
                Found::Torn(run.to_string())
            }
        }
    }
}

/// A store that has been opened and closed some times.
fn lived(office: &Office) {
    office.init("mini");
    for n in 0..12 {
        office.add(&format!("'Lead {n}' --email l{n}@x.example --note 'number {n}'"));
    }
    office.lead("move 1-4 contacted").ok();
    office.lead("convert 2").ok();
    let leadd = office.daemon();
    for n in 12..20 {
        office.add(&format!("'Lead {n}' --tag hot"));
    }
    leadd.stop();
    office.lead("move 5-9 qualified").ok();
}

direct!(after_a_clean_end, "N2 N7", |office| {
    lived(office);
    let stock = Stock::of(office);
    let truth = told(office).expect("the store is sound");
    let mut tally = Tally::new("damaged file", "open and look");
    let mut dice = Dice::new(6);
    for round in 0..rounds(60, 1000) {
        stock.furnish(office);
        let all = files(&office.store());
        let path = &all[dice.below(all.len() as u64) as usize];
        let how = harm(path, &mut dice);
        let name = path.strip_prefix(office.store()).unwrap().display().to_string();
        tally.count(&format!("{round}: {name}, {how}"), met(office, &truth));
    }
    tally.end();
});
