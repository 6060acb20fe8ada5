//! Files a person writes: `lead.toml` and the user's own, good and broken.

use std::fs;

use crate::harness::{Office, direct};

/// A broken `lead.toml` stops both programs with file, line and column, and changes nothing.
fn broken(office: &Office, text: &str, place: &str, words: &[&str]) {
    let path = office.store().join("lead.toml");
    fs::write(&path, text).unwrap();
    for run in [office.lead("list"), office.lead("add 'Sam Poe'"), office.leadd_once()] {
        assert!([1, 2].contains(&run.code), "{text}\n{run}");
        run.says("error: ").says("lead.toml").says(place);
        words.iter().for_each(|words| {
            run.says(words);
        });
        assert_eq!(run.stderr.lines().filter(|line| line.starts_with("error: ")).count(), 1, "{run}");
    }
}

direct!(a_broken_policy_names_line_and_column, "O7 S3", |office| {
    office.init("field-service");
    office.add("'Kim Lee'");
    let good = fs::read_to_string(office.store().join("lead.toml")).unwrap();
    for (text, place, words) in [
        ("[team]\nzone = \n", "2:8", &[][..]),
        ("[team]\nzone = \"Mars/Olympus\"\n", "2:8", &["Mars/Olympus"]),
        ("[remindrs]\nat = \"08:00\"\n", "1:2", &["remindrs", "reminders"]),
        ("[reminders]\nhour = 8\n", "2:1", &["hour"]),
        ("[reminders]\nat = \"25:00\"\n", "2:6", &["25:00"]),
        ("[claims]\nwarn_before = \"soon\"\n", "2:15", &["soon"]),
        ("[mail]\nvia = \"pigeon\"\n", "2:7", &["pigeon"]),
        ("[mail.smtp]\nport = 70000\n", "2:8", &["70000"]),
    ] {
        broken(office, text, place, words);
    }
    fs::write(office.store().join("lead.toml"), good).unwrap();
    assert_eq!(office.found(""), [1], "nothing changed");
});

direct!(an_empty_file_and_no_file_are_the_same, "O7", |office| {
    office.init("field-service");
    let path = office.store().join("lead.toml");
    fs::write(&path, "").unwrap();
    let empty = office.lead("config list --json").json();
    fs::remove_file(&path).unwrap();
    assert_eq!(empty, office.lead("config list --json").json());
});

direct!(init_writes_what_it_was_told, "U1", |office| {
    office.init("agency");
    let text = fs::read_to_string(office.store().join("lead.toml")).unwrap();
    for told in ["Europe/Berlin", "DE", "EUR"] {
        assert!(text.contains(told), "no {told} in\n{text}");
    }
    office.lead("config path").ok().shows(office.store().to_str().unwrap());
    let listed = office.lead("config list");
    for (key, value) in [
        ("team.zone", "Europe/Berlin"),
        ("reminders.at", "08:00"),
        ("claims.warn_before", "2h"),
        ("mail.via", "file"),
        ("outbox.give_up_after", "24h"),
    ] {
        let line = listed.ok().stdout.lines().find(|line| line.starts_with(key));
        assert!(line.is_some_and(|line| line.contains(value)), "{key} is not {value}\n{listed}");
    }
});

direct!(init_refuses_what_is_not, "U1", |office| {
    for line in [
        "init --pipeline no-such",
        "init --zone Mars/Olympus",
        "init --country Wonderland",
        "init --currency GOLD-1",
        "init --email not-an-address",
    ] {
        let run = office.lead(line);
        assert!([2, 3].contains(&run.code), "{run}");
        run.refused(run.code);
        assert!(!office.store().join("FORMAT").exists(), "`{line}` made a store");
    }
});

direct!(the_users_own_file_says_where_the_store_is, "N2", |office| {
    fs::create_dir_all(office.path("config/lead")).unwrap();
    let elsewhere = office.path("elsewhere");
    office.file("config/lead/config.toml", &format!("store = \"{}\"\n", elsewhere.display()));
    office.lead("init").ok();
    assert!(elsewhere.join("FORMAT").exists() && !office.store().exists());
    office.file("config/lead/config.toml", "stroe = \"x\"\n");
    let run = office.lead("list");
    assert!([1, 2].contains(&run.code), "{run}");
    run.says("config.toml").says("1:1").says("store");
});
