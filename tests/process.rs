//! `leadd` as a process: one at a time, ready when it says so, ended when asked.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use crate::harness::{Daemon, daemon, direct};
use crate::sockets::{comes, kib, ticks};

direct!(a_second_leadd_is_refused_and_names_the_first, "S1", |office| {
    office.init("field-service");
    let first = office.daemon();
    let before = office.snapshot();
    let run = office.leadd("");
    run.refused(6).says(&first.pid().to_string());
    assert_eq!(before, office.snapshot());
    first.stop();
});

daemon!(one_sweep_beside_a_running_leadd_is_refused, "S5 S1", |office| {
    office.init("field-service");
    office.leadd_once().code(6).says("error: ");
    office.lead("add 'Kim Lee'").ok();
});

direct!(term_ends_it_well, "S3", |office| {
    office.init("field-service");
    for signal in [Signal::SIGTERM, Signal::SIGINT] {
        let leadd = office.daemon();
        assert!(office.store().join("leadd.sock").metadata().unwrap().file_type().is_socket());
        let lead = office.lead("add 'Kim Lee'").number();
        leadd.stop_by(signal);
        assert!(!office.store().join("leadd.sock").exists(), "the socket is taken away");
        assert_eq!(office.field(lead, "name"), "Kim Lee", "on disk");
    }
});

direct!(ready_means_ready_to_be_ended, "S3", |office| {
    office.init("field-service");
    for _ in 0..15 {
        office.daemon().stop();
    }
});

direct!(a_stale_socket_is_in_nobodys_way, "S1", |office| {
    office.init("field-service");
    let first = office.daemon();
    office.lead("add 'One'").ok();
    first.murder();
    office.lead("add 'Two'").ok();
    let second = office.daemon();
    office.lead("add 'Three'").ok();
    assert_eq!(office.found(""), [1, 2, 3]);
    second.stop();
});

direct!(socket_and_store_are_for_their_owner_alone, "S4", |office| {
    office.init("field-service");
    let leadd = office.daemon();
    let mode = |name: &str| office.store().join(name).metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(""), 0o700);
    assert_eq!(mode("leadd.sock") & 0o077, 0);
    assert_eq!(mode("FORMAT") & 0o077, 0);
    leadd.stop();
});

direct!(an_invalid_policy_at_hup_leaves_the_old_one, "S3", |office| {
    office.init("field-service");
    office.add("'Kim Lee' --owner me --follow-up tomorrow");
    let path = office.store().join("lead.toml");
    let good = fs::read_to_string(&path).unwrap();
    let leadd = office.daemon();
    fs::write(&path, "[reminders]\nat = \"noon-ish\"\n").unwrap();
    leadd.signal(Signal::SIGHUP);
    office.at("2026-11-23T08:00:00+01:00");
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while office.mails().is_empty() && std::time::Instant::now() < deadline {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert_eq!(office.mails().len(), 1, "{}", leadd.log());
    assert!(leadd.log().contains("lead.toml"), "{}", leadd.log());
    fs::write(&path, good).unwrap();
    leadd.stop();
});

direct!(without_a_store_leadd_says_what_to_type, "S1", |office| {
    let run = office.leadd("");
    assert_ne!(run.code, 0);
    run.says("error: ").says("hint: ").says("lead init");
    assert!(!office.store().join("FORMAT").exists());
});

daemon!(the_log_tells_what_and_no_bodies, "S6", |office| {
    office.init("field-service");
    office.add("'Kim Lee' --note topsecretnote --owner me --follow-up tomorrow");
    office.at("2026-11-23T08:00:00+01:00");
    office.swept("a reminder", || office.mails().len() == 1);
    let id = office.mails()[0].header("Message-ID");
    office.swept("its Message-ID in the log", || office.log().contains(id.trim_matches(['<', '>'])));
    assert!(!office.log().contains("topsecretnote"));
});

daemon!(a_clock_of_ones_own_is_told_to_be_ignored, "N2", |office| {
    office.init("field-service");
    let mut command = office.lead_command("add 'Kim Lee'");
    command.env("LEAD_NOW", "2030-01-01T00:00:00Z");
    let run = crate::harness::Run::of(command, None);
    assert!(!run.ok().stderr.is_empty(), "it warns\n{run}");
    assert_eq!(office.field(1, "created_at"), "2026-11-22T08:00:00Z");
});

direct!(leadd_knows_its_arguments, "S5", |office| {
    office
        .leadd("--no-such-option")
        .code(2)
        .stderr("error: there is no option `--no-such-option`\nhint: `leadd --help`\n");
    office
        .leadd("chekc")
        .code(2)
        .stderr("error: there is no verb `chekc`\nhint: did you mean `check`?\nhint: `leadd --help`\n");
    for line in ["--help", "--version"] {
        assert!(!office.leadd(line).ok().stdout.is_empty());
    }
});

direct!(idle_it_computes_nothing_and_is_small, "S7", |office| {
    office.init("mini");
    let leadd = office.daemon();
    let alone = kib(&leadd, "VmRSS:");
    leadd.stop();
    let mut table = "name,email\n".to_owned();
    for lead in 1..=10_000 {
        writeln!(table, "Lead {lead},lead{lead}@acme.example").unwrap();
    }
    office.lead(format!("import {}", office.file("leads.csv", &table))).ok();
    let leadd = office.daemon();
    assert_eq!(office.lead("list").ok().stdout.lines().count(), 10_000);
    // What a program is made of is large where it is not optimised, 17 MiB where it is; the rest is the same.
    let more = kib(&leadd, "VmRSS:").saturating_sub(alone);
    assert!(more < 15 << 10, "{more} KiB more than without leads");
    leadd.stop();

    // A moved clock is looked at ten times a second: this one is the system's.
    let mut command = office.leadd_command("");
    command.env_remove("LEAD_NOW");
    let leadd = Daemon::start(command);
    let mut since = (ticks(&leadd), Instant::now());
    comes(&leadd, "two seconds without work", || {
        if ticks(&leadd) > since.0 {
            since = (ticks(&leadd), Instant::now());
        }
        since.1.elapsed() > Duration::from_secs(2)
    });
    let (before, began) = (ticks(&leadd), Instant::now());
    comes(&leadd, "ten more", || began.elapsed() > Duration::from_secs(10));
    let used = ticks(&leadd) - before;
    assert!(used <= 5, "{used} hundredths of a second in ten");
    leadd.stop();
});
