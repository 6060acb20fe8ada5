//! `lead demo`: the tour, in a store that is gone afterwards.

use std::fs;

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
