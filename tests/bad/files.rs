//! Files of 100 MiB, and what is no file, where a firm's words are read.

use std::fs::{self, File};
use std::time::{Duration, Instant};

use crate::harness::direct;

direct!(files_of_100_mib, "P2 O7", |office| {
    office.init("mini");
    office.add("'Kim Lee'");
    let before = office.snapshot();
    let huge = |path: &std::path::Path| File::create(path).unwrap().set_len(100 << 20).unwrap();
    huge(&office.path("own.toml"));
    let started = Instant::now();
    for line in ["pipeline check own.toml", "pipeline add own.toml", "pipeline replace own.toml"] {
        office.lead(line).refused(2).stderr("error: own.toml is longer than 1048576 bytes\n");
    }
    for file in ["/dev/zero", "/", "/dev/tty"] {
        office.lead(format!("pipeline check {file}")).refused(2).says(&format!("`{file}` is not a file"));
    }
    let policy = office.store().join("lead.toml");
    let good = fs::read(&policy).unwrap();
    huge(&policy);
    for run in [office.lead("list"), office.lead("add 'Sam Poe'"), office.leadd_once()] {
        run.refused(2).says("lead.toml has 104857600 bytes");
    }
    assert!(started.elapsed() < Duration::from_secs(60), "none of it is read");
    fs::write(policy, good).unwrap();
    assert_eq!(before, office.snapshot());
});
