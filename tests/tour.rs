//! `lead demo`: the tour, in a store that is gone afterwards.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::process::ExitStatusExt as _;
use std::process::Stdio;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::harness::direct;

direct!(the_tour_shows_the_mails_and_cleans_up, "F5 A9 R3 P4", |office| {
    let before: Vec<_> =
        fs::read_dir(office.home()).unwrap().flatten().map(|entry| entry.file_name()).collect();
    let mut command = office.lead_command("demo");
    command.env_remove("LEAD_NOW");
    let run = crate::harness::Run::of(command, None);
    run.ok();
    let said = format!("{}{}", run.stdout, run.stderr);
    for needed in ["claim", "convert", "hint: ", "Subject: ", "overdue", "laps", "lead init"] {
        assert!(said.to_lowercase().contains(&needed.to_lowercase()), "no `{needed}` in the tour\n{run}");
    }
    assert!(said.contains("error: cannot move"), "a refused move with its hint\n{run}");
    let left: Vec<_> =
        fs::read_dir(office.home()).unwrap().flatten().map(|entry| entry.file_name()).collect();
    assert_eq!(before.len(), left.len(), "left behind: {left:?}");
    assert!(!office.store().exists());
});

direct!(a_tour_that_is_left_cleans_up_too, "F5 N2", |office| {
    let folder = office.path("tmp");
    fs::create_dir(&folder).unwrap();
    for signal in [Signal::SIGTERM, Signal::SIGINT, Signal::SIGHUP] {
        let mut command = office.lead_command("demo");
        command.env_remove("LEAD_NOW").env("TMPDIR", &folder).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        assert!(said.any(|line| line.starts_with("$ lead ")));
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
        kill(Pid::from_raw(i32::try_from(child.id()).unwrap()), signal).unwrap();
        said.for_each(drop);
        assert_eq!(child.wait().unwrap().signal(), Some(signal as i32));
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0, "{signal}");
    }
});
