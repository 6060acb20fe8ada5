//! The files of a store: for its owner alone, whatever the umask, and never by way of a link.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::Path;
use std::process::Command;

use crate::harness::{Daemon, Office, Run, direct};

/// A program of the office's with this umask.
fn under(office: &Office, umask: &str, program: &Command) -> Command {
    let mut command = Command::new("/bin/sh");
    command.env_clear().current_dir(office.home());
    command.envs(program.get_envs().filter_map(|(key, value)| Some((key, value?))));
    command.args(["-c", &format!("umask {umask}; exec \"$0\" \"$@\"")]);
    command.arg(program.get_program()).args(program.get_args());
    command
}

/// Every folder below is 0700, every file 0600, and the socket, too.
#[track_caller]
fn closed(folder: &Path) -> usize {
    let mut seen = 1;
    assert_eq!(fs::metadata(folder).unwrap().mode() & 0o7777, 0o700, "{}", folder.display());
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        let Ok(there) = fs::symlink_metadata(&path) else { continue };
        if there.is_dir() {
            seen += closed(&path);
        } else {
            assert_eq!(there.mode() & 0o7777, 0o600, "{}", path.display());
            seen += 1;
        }
    }
    seen
}

/// Whatever is done with a store under this umask.
fn lived(office: &Office, umask: &str) {
    let lead = |line: &str| {
        let run = Run::of(under(office, umask, &office.lead_command(line)), None);
        run.ok();
        closed(&office.store());
    };
    lead("init --pipeline mini --zone Europe/Berlin --email boss@acme.example");
    lead("add 'Kim Lee' --owner me --follow-up 2026-11-24");
    lead(&format!("note 1 '{}'", "talk ".repeat(2000)));
    lead("config set team.name Acme");
    lead(&format!("import {}", office.file("leads.csv", &format!("name\n{}", "Sam\n".repeat(250)))));
    office.at("2026-11-24T08:00:00+01:00");
    Run::of(under(office, umask, &office.leadd_command("--once")), None).ok();
    assert_eq!(office.mails().len(), 1);
    lead("doctor --compact");
    let leadd = Daemon::start(under(office, umask, &office.leadd_command("")));
    lead("add 'Sam Poe'");
    leadd.stop();
    lead("backup create whole.jsonl");
    lead("export -o leads.csv");
    lead("--store data/other backup restore whole.jsonl");
    closed(&office.path("data/other"));
    for name in ["whole.jsonl", "leads.csv"] {
        assert_eq!(fs::metadata(office.path(name)).unwrap().mode() & 0o7777, 0o600, "{name}");
    }
    assert!(closed(&office.store()) > 15, "there is something to look at");
    lead("config templates letters");
    let letter = fs::metadata(office.path("letters/base.txt")).unwrap().permissions().mode();
    assert_eq!(letter & 0o022, 0, "others write the firm's mail: {letter:o}");
}

direct!(with_a_umask_of_000, "S4 O7", |office| lived(office, "000"));
direct!(with_a_umask_of_022, "S4 O7", |office| lived(office, "022"));
direct!(with_a_umask_of_077, "S4 O7", |office| lived(office, "077"));

// A store that was opened to others is closed again by whoever opens it.
direct!(a_store_that_was_opened_to_all, "S4", |office| {
    office.init("mini");
    office.add("'Kim Lee'");
    let open = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    open(&office.store().join("sled/db"), 0o666);
    open(&office.store().join("sled"), 0o777);
    open(&office.store(), 0o777);
    assert_eq!(office.found(""), [1]);
    let mode = |name: &str| fs::metadata(office.store().join(name)).unwrap().mode() & 0o7777;
    // A group may be let into the folder, where in a team the socket stands: into nothing else.
    assert_eq!((mode(""), mode("sled"), mode("sled/db")), (0o750, 0o700, 0o600));
});

/// A file of somebody's, which must stay as it is.
fn victim(office: &Office) -> String {
    office.file("victim", "precious\n")
}

/// With a link to it in this place of the store, these lines are refused so, and it is untouched.
#[track_caller]
fn linked(office: &Office, name: &str, runs: &[&dyn Fn() -> Run], words: &str) {
    let (place, aside) = (office.store().join(name), office.path("aside"));
    let was_there = fs::rename(&place, &aside).is_ok();
    symlink(victim(office), &place).unwrap();
    for run in runs {
        let run = run();
        assert!([1, 9].contains(&run.code), "{run}");
        run.says("error: ").says(words);
    }
    assert_eq!(fs::read_to_string(office.path("victim")).unwrap(), "precious\n");
    fs::remove_file(&place).unwrap();
    if was_there {
        fs::rename(&aside, &place).unwrap();
    }
    assert_eq!(office.found(""), [1]);
}

direct!(links_in_the_place_of_a_stores_files, "S4", |office| {
    office.init("mini");
    office.add("'Kim Lee'");
    let (list, add) = (|| office.lead("list"), || office.lead("add 'Sam Poe'"));
    let (once, serve) = (|| office.leadd_once(), || office.leadd(""));
    linked(office, "lead.lock", &[&list, &add, &once, &serve], "Too many levels of symbolic links");
    linked(office, "leadd.lock", &[&once, &serve], "Too many levels of symbolic links");
    linked(office, "FORMAT", &[&list, &add, &once, &serve], "its FORMAT is not a file");
    linked(office, "sled/db", &[&list, &add, &once, &serve], "its database is not a file");
});

/// A folder of somebody's in the place of one of the store's: nothing is put there.
#[track_caller]
fn led_away(office: &Office, name: &str, code: i32, words: &str) {
    let elsewhere = office.path("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    office.init("mini");
    office.add("'Kim Lee' --owner me --follow-up 2026-11-24");
    let place = office.store().join(name);
    symlink(&elsewhere, &place).unwrap();
    office.at("2026-11-24T08:00:00+01:00");
    let run = office.leadd_once();
    run.code(code).says(words);
    assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 0, "{run}");
    fs::remove_file(&place).unwrap();
    office.at("2026-11-24T10:00:00+01:00");
    office.leadd_once().ok();
    assert!(fs::read_dir(&place).unwrap().count() > 0, "nothing was lost");
}

const LINK: &str = "is a link, where a folder is to be";

direct!(a_link_in_the_place_of_the_folder_of_mails, "S4 O7", |office| led_away(office, "mail", 9, LINK));
direct!(a_link_in_the_place_of_the_outbox, "S4 O1", |office| led_away(office, "outbox", 0, LINK));
direct!(a_link_in_the_place_of_the_backups, "S4 N7", |office| led_away(office, "backups", 0, LINK));

// What is written is put in the link's place: what it led to stays.
direct!(links_in_the_place_of_what_is_written, "S4 N6", |office| {
    office.init("mini");
    office.add("'Kim Lee'");
    let target = victim(office);
    for (name, line) in [("whole.jsonl", "backup create whole.jsonl"), ("leads.csv", "export -o leads.csv")] {
        symlink(&target, office.path(name)).unwrap();
        office.lead(line).ok();
        assert!(fs::symlink_metadata(office.path(name)).unwrap().is_file(), "{line}");
        assert_eq!(fs::read_to_string(&target).unwrap(), "precious\n", "{line}");
    }
});

// A link to a store's folder is judged by what it leads to; one that leads nowhere makes none.
direct!(a_link_to_the_stores_folder, "S4", |office| {
    office.init("mini");
    office.add("'Kim Lee'");
    symlink(office.store(), office.path("link")).unwrap();
    office.lead("--store link list -F ids").ok().stdout("1\n");
    symlink(office.path("nowhere"), office.path("dangling")).unwrap();
    let run = office.lead("--store dangling init");
    run.refused(1);
    assert!(!office.path("nowhere").exists());
    fs::set_permissions(office.store(), fs::Permissions::from_mode(0o777)).unwrap();
    office.leadd("--store link").code(1).says("is open to others (mode 0777)");
});
