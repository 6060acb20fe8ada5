//! Stores that are not as expected: newer, foreign, hidden, not there.

use std::fs;
use std::path::Path;

use crate::harness::{Office, Run, direct};

fn bytes(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            all.extend(bytes(&path));
        } else if path.is_file() {
            all.push((path.display().to_string(), fs::read(&path).unwrap()));
        }
    }
    all.sort();
    all
}

/// Every look, change and sweep is refused with words, and no byte is touched.
pub fn untouched(office: &Office, codes: &[i32], words: &str) {
    let before = bytes(&office.store());
    for run in [office.lead("list"), office.lead("add 'Sam Poe'"), office.leadd_once(), office.leadd("")] {
        assert!(codes.contains(&run.code), "expected {codes:?}\n{run}");
        run.says("error: ").says(words);
        assert_eq!(run.stderr.lines().filter(|line| line.starts_with("error: ")).count(), 1, "{run}");
    }
    let names = |all: &[(String, Vec<u8>)]| all.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    // Locks are held, and a mark says that it was tried.
    let is_kept = |(name, _): &(String, _)| !name.ends_with(".lock") && !name.contains("/mark.");
    let after: Vec<_> = bytes(&office.store()).into_iter().filter(is_kept).collect();
    let before: Vec<_> = before.into_iter().filter(is_kept).collect();
    assert_eq!(names(&before), names(&after));
    assert!(before == after, "bytes of the store have changed");
}

direct!(a_newer_format_is_refused_untouched, "N2", |office| {
    office.init("field-service");
    office.add("'Kim Lee'");
    let path = office.store().join("FORMAT");
    let format = fs::read_to_string(&path).unwrap();
    let newer: String = format
        .lines()
        .map(|line| {
            let is_schema = line.starts_with("schema") && line.chars().any(|c| c.is_ascii_digit());
            let cut = line.find(|c: char| c.is_ascii_digit()).unwrap_or(line.len());
            if is_schema { format!("{}99\n", &line[..cut]) } else { format!("{line}\n") }
        })
        .collect();
    assert_ne!(newer, format, "FORMAT has a line `schema`: {format}");
    fs::write(&path, newer).unwrap();
    untouched(office, &[1], "99");
    fs::write(&path, format).unwrap();
    assert_eq!(office.found(""), [1]);
});

direct!(a_format_that_makes_no_sense_is_refused, "N2", |office| {
    office.init("field-service");
    office.add("'Kim Lee'");
    for text in ["", "\0\0\0", "schema = \"many\"\n"] {
        fs::write(office.store().join("FORMAT"), text).unwrap();
        untouched(office, &[1], "FORMAT");
    }
});

direct!(a_store_without_its_data_is_never_filled_anew, "N2", |office| {
    office.init("field-service");
    office.add("'Kim Lee'");
    let kept = fs::read(office.store().join("FORMAT")).unwrap();
    for entry in fs::read_dir(office.store()).unwrap().flatten() {
        if entry.path().is_dir() {
            fs::remove_dir_all(entry.path()).unwrap();
        }
    }
    let run = office.lead("list");
    run.code(1).says("error: ");
    office.lead("add 'Sam Poe'").code(1);
    assert_eq!(fs::read(office.store().join("FORMAT")).unwrap(), kept);
});

direct!(a_second_init_is_refused, "U1", |office| {
    office.init("field-service");
    office.add("'Kim Lee'");
    let run = office.lead("init --pipeline agency");
    assert_ne!(run.code, 0, "{run}");
    run.says("error: ");
    assert_eq!(office.field(1, "pipeline"), "field-service");
});

direct!(the_first_add_makes_the_store_and_says_so, "U1 F10", |office| {
    let run = office.lead("add 'Kim Lee'");
    assert_eq!(run.number(), 1);
    run.says(office.store().to_str().unwrap());
    assert_eq!(
        (office.field(1, "pipeline"), office.field(1, "stage")),
        ("field-service".into(), "lead".into())
    );
    assert_eq!(office.field(1, "created_by"), crate::harness::account().as_str());
});

direct!(looks_make_no_store, "U3", |office| {
    for line in ["list", "show 1", "status", "history", "outbox list"] {
        office.lead(line);
        assert!(!office.store().exists(), "`{line}` made a store");
    }
});

direct!(the_store_may_be_elsewhere, "N2", |office| {
    let elsewhere = office.path("elsewhere");
    let here = elsewhere.to_str().unwrap();
    office.lead(format!("--store {here} init --pipeline mini")).ok();
    assert_eq!(office.lead(format!("--store {here} add 'Kim Lee'")).number(), 1);
    let mut command = office.lead_command("list -F ids");
    command.env("LEAD_STORE", here);
    Run::of(command, None).ok().stdout("1\n");
    assert!(!office.store().exists());
});
