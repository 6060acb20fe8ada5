//! Backups: one file that is whole or none, and a store out of it that answers as the first one did.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::harness::postbox::{Postbox, Script, Stage, Tls, Turn};
use crate::harness::{Office, both, daemon, direct};

/// What a store is asked before and after.
const LOOKS: [&str; 14] = [
    "list --json",
    "list trash:yes --json",
    "show 1-9 --json",
    "history --json",
    "customer list --json",
    "customer show 1 --json",
    "deal list --json",
    "appointment list --all --json",
    "user list --json",
    "pipeline list --json",
    "outbox list --json",
    "outbox show 1",
    "report funnel --json",
    "board --json",
];

fn answers(office: &Office, store: &str) -> String {
    let looks = LOOKS.map(|look| office.lead(format!("--store {store} {look}")).ok().stdout.clone());
    looks.concat()
}

/// A store with every kind of record, and a mail of which nobody knows whether it arrived.
fn furnish(office: &Office) -> Postbox {
    let turns = vec![(Stage::Dot, Turn::Cut)];
    let postbox = Postbox::open(Script { tls: Tls::None, auth: None, turns });
    office.init("dealership");
    office.policy(&postbox.policy(office.home()));
    office.user("sam", "sales");
    let ours = office.lead("pipeline export mini").ok().stdout.replacen("\"mini\"", "\"ours\"", 1);
    office.lead(["pipeline", "add", &office.file("ours.toml", &ours)]).ok();
    office.add(
        "'Kim Lée' --email kim@acme.example --phone '030 1234567' --tag vip --set 'car=a b' --value 4500EUR",
    );
    let long = "a long talk about colours, ".repeat(400);
    office.lead(["note", "1", &long]).ok();
    office.lead("convert 1 --start-deal='New car'").ok();
    office.lead("deal win 1").ok();
    office.add("'Ida Poe' --follow-up 2026-11-24 --owner me");
    office.lead("appointment add 2 fri 15:00 --at Yard").ok();
    office.add("'Jo Park' --pipeline ours");
    office.lead("trash 3").ok();
    office.add("'Zoe Fox'");
    office.lead("log 4 call hello --next tomorrow").ok();
    office.lead("undo -y").ok();
    office.add("'Old Secret' --note secret");
    office.lead("purge 5 --confirm='Old Secret'").ok();
    office.at("2026-11-24T08:00:00+01:00");
    let state = || office.lead("outbox list --json").json()[0]["state"].clone();
    if office.is_served() {
        office.swept("the mail went nobody knows where", || state() == "unknown");
    } else {
        office.leadd_once();
        assert_eq!(state(), "unknown", "{}", postbox.talk());
    }
    postbox
}

/// The file with lines of it changed, and the hash of its last line right again.
pub fn forge(text: &str, change: impl Fn(&str) -> String) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    let mut end: Value = serde_json::from_str(lines.pop().unwrap()).unwrap();
    let body: String = lines.iter().map(|line| change(line) + "\n").collect();
    let hash = Sha256::digest(&body).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    end["sha256"] = hash.into();
    format!("{body}{end}\n")
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<_> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

both!(a_store_out_of_a_backup_answers_as_the_first_one, "N7 U3 O1", |office| {
    let _postbox = furnish(office);
    let here = office.store().display().to_string();
    let (one, two, new) = ("one.jsonl", "two.jsonl", "new");
    let before = answers(office, &here);
    let run = office.lead(format!("backup create {one}"));
    run.ok()
        .stdout("")
        .stderr("wrote one.jsonl: 4 leads, 1 customer, 2 users, 16 changes, as of Tue 2026-11-24 08:00\n");
    assert_eq!(fs::metadata(office.path(one)).unwrap().permissions().mode() & 0o777, 0o600);
    office.lead(format!("--store nowhere backup verify {one}")).ok().shows("one.jsonl is whole: 4 leads");
    let inside = office.lead(format!("backup verify {one} --json")).json();
    assert_eq!((&inside["rows"]["lead"], &inside["files"]), (&4.into(), &2.into()));
    office.lead(format!("--store {new} backup restore {one} -n")).ok().says("dry run: would make a store in");
    assert!(!office.path(new).exists());
    office.lead(format!("--store {new} backup restore {one}")).ok().stdout("").says("made a store in");
    assert_eq!(before, answers(office, new));
    // The same rows, requests that were answered and fields of any kind with them.
    office.lead(format!("--store {new} backup create {two}")).ok();
    assert_eq!(fs::read(office.path(one)).unwrap(), fs::read(office.path(two)).unwrap());
    let run = office.lead(format!("--store {new} doctor"));
    run.code(10).shows("history\tyes\t").shows("indexes\tyes\t").shows("outbox\tyes\tfixed texts: 1,");
    for store in [&here, new] {
        assert_eq!(office.lead(format!("--store {store} add 'Next One'")).number(), 6);
    }
});

both!(an_import_goes_on_in_the_restored_store, "N7 P1", |office| {
    office.init("mini");
    office.add("'Kim Lee' --email kim@acme.example");
    let done = office.file("done.csv", "name,email\nIda Poe,ida@acme.example\nJo Park,jo@acme.example\n");
    office.lead(["import", &done]).ok();
    let rows: String = (1..=120).map(|n| format!("Lead {n},{n}@acme.example,\n")).collect();
    let file = office.file("more.csv", &format!("name,email,company\nKim,kim@acme.example,Acme\n{rows}"));
    super::importing::interrupted(office, &file, 100);
    office.lead("backup create b.jsonl").ok();
    office.lead("--store new backup restore b.jsonl").ok();
    office.lead("--store new doctor").ok();
    assert_eq!(office.lead("--store new list -F ids --sort id").ok().stdout, "1\n2\n3\n");
    assert_eq!(office.lead("--store new show 1 --json").json()["company"], Value::Null);
    office.lead(["--store", "new", "import", &file, "--resume", "--update-by", "email"]).ok();
    assert_eq!(office.lead("--store new list -F ids").ok().stdout.lines().count(), 123);
    assert_eq!(office.lead("--store new show 1 --json").json()["company"], "Acme");
    office.lead("--store new doctor").ok();
});

both!(a_backup_is_made_of_everything_or_not_at_all, "U3", |office| {
    office.init("field-service");
    office.user("sam", "sales");
    office.add("'Kim Lee'");
    office.lead("--as sam backup create no.jsonl").refused(4).says("`admin`");
    office.lead("backup create nowhere/no.jsonl").refused(1).says("nowhere/no.jsonl");
    office.lead("backup create -").refused(2).says("a backup goes to a file");
    office.lead("backup create .").refused(1).says("is not a file");
    office.lead("backup create no.jsonl -n").ok().says("dry run: would write no.jsonl: 1 lead,");
    office.lead("--store none backup create no.jsonl").refused(3);
    let left: Vec<_> = names(office.home()).into_iter().filter(|name| name.contains("jsonl")).collect();
    assert!(left.is_empty(), "{left:?}");
    let old = office.file("old.jsonl", "what stood here before");
    office.lead(["backup", "create", &old]).ok();
    office.lead(["backup", "verify", &old]).ok();
    assert!(
        names(&office.store()).iter().all(|name| !name.contains("spool")),
        "{:?}",
        names(&office.store())
    );
});

direct!(a_damaged_backup_is_never_a_store, "N7 N2", |office| {
    office.init("field-service");
    office.add("'Kim Lee' --email kim@acme.example --note 'hello there'");
    office.lead("claim 1").ok();
    office.lead("backup create good.jsonl").ok();
    let good = fs::read_to_string(office.path("good.jsonl")).unwrap();
    let refused = |what: &str, bytes: &[u8], says: &str| {
        fs::write(office.path("bad.jsonl"), bytes).unwrap();
        office.lead("backup verify bad.jsonl").refused(10).says(says);
        office.lead("--store new backup restore bad.jsonl").refused(1).says(says);
        assert!(!office.path("new").exists(), "{what} made a store");
    };
    for at in (0..good.len()).step_by(97) {
        let mut bytes = good.clone().into_bytes();
        bytes[at] ^= 1;
        refused("a flipped bit", &bytes, "bad.jsonl");
    }
    let lines: Vec<&str> = good.split_inclusive('\n').collect();
    for count in 0..lines.len() {
        refused("a cut file", lines[..count].concat().as_bytes(), "bad.jsonl");
    }
    refused("a cut line", &good.as_bytes()[..good.len() - 1], "it is cut off");
    refused("more behind the end", format!("{good}\n").as_bytes(), "nothing may stand behind");
    refused("zeros", &[0; 100_000], "is no backup of `lead`");
    refused("another file", b"{\"leads\":[]}\n", "is no backup of `lead`");
    let newer = forge(&good, |line| line.replacen("\"lead backup\":1", "\"lead backup\":2", 1));
    refused("a later version", newer.as_bytes(), "is of a later `lead`");
    let newer = forge(&good, |line| line.replacen("\"schema\":1", "\"schema\":2", 1));
    refused("a later schema", newer.as_bytes(), "is of a later `lead`");
    // Whoever can count a hash still cannot change what was said.
    let told = forge(&good, |line| line.replace("hello there", "hello theft"));
    refused("another note", told.as_bytes(), "its history breaks at 3: Digest");
    let told = forge(&good, |line| line.replace("\"event\":\"claimed\"", "\"event\":\"noted\""));
    refused("another event", told.as_bytes(), "its history breaks at 4: Chain");
    let moved = forge(&good, |line| line.replace("\"lead\",\"key\":1", "\"lead\",\"key\":2"));
    refused("another number", moved.as_bytes(), "it stands in the place of another");
    let away = forge(&good, |line| line.replace("\"lead.toml\"", "\"../lead.toml\""));
    refused("a file elsewhere", away.as_bytes(), "is no file of a store");
    for path in ["/", "/dev/zero", "none.jsonl"] {
        let run = office.lead(format!("backup verify {path}"));
        assert!([2, 10].contains(&run.code), "{run}");
    }
    office.lead("--store new backup restore good.jsonl").ok();
});

both!(nothing_is_restored_over_anything, "N2", |office| {
    office.init("field-service");
    office.add("'Kim Lee'");
    office.lead("backup create b.jsonl").ok();
    office.refused(4, "backup restore b.jsonl").says("it holds a store").says("move it aside: `mv ");
    fs::create_dir(office.path("full")).unwrap();
    office.file("full/mine.txt", "mine");
    office.lead("--store full backup restore b.jsonl").refused(4).says("it holds mine.txt");
    fs::create_dir(office.path("ours")).unwrap();
    office.file("ours/lead.toml", "[team]\nname = \"Ours\"\n");
    office.lead("--store ours backup restore b.jsonl").refused(4).says("it holds lead.toml");
    assert_eq!(names(&office.path("full")), ["mine.txt"]);
    fs::create_dir(office.path("empty")).unwrap();
    office.lead("--store empty backup restore b.jsonl").ok();
    assert_eq!(office.lead("--store empty list -F ids").ok().stdout, "1\n");
});

direct!(fields_of_a_later_version_survive_a_rewrite, "N2", |office| {
    office.init("dealership");
    office.user("sam", "sales");
    office.add("'Kim Lee' --email kim@acme.example");
    office.lead("convert 1 --start-deal=Car").ok();
    office.lead("appointment add 1 fri 15:00").ok();
    office.lead("backup create old.jsonl").ok();
    let old = fs::read_to_string(office.path("old.jsonl")).unwrap();
    let tables = ["lead", "customer", "deal", "appointment", "user"];
    let is_of = |line: &str, table: &str| line.starts_with(&format!("{{\"table\":\"{table}\""));
    let later = ",\"of_later\":{\"depth\":[1,null,\"é\"]}}}";
    let newer = forge(&old, |line| {
        let is_meant = tables.iter().any(|table| is_of(line, table));
        if is_meant { format!("{}{later}", line.strip_suffix("}}").unwrap()) } else { line.to_owned() }
    });
    fs::write(office.path("newer.jsonl"), &newer).unwrap();
    office.lead("--store new backup restore newer.jsonl").ok();
    for line in [
        "edit 1 --name 'Kim Leeds'",
        "customer edit 1 --company Acme",
        "deal edit 1 --value 5EUR",
        "appointment edit 1 --for 2h",
        "user edit sam --zone Asia/Tokyo",
        &format!("user edit {} --zone Asia/Tokyo", crate::harness::account()),
    ] {
        office.lead(format!("--store new {line}")).ok();
    }
    office.lead("--store new backup create after.jsonl").ok();
    let after = fs::read_to_string(office.path("after.jsonl")).unwrap();
    for table in tables {
        let rows: Vec<_> = after.lines().filter(|line| is_of(line, table)).collect();
        assert!(!rows.is_empty(), "no {table}");
        for row in rows {
            assert!(row.ends_with(later), "{row}");
            assert!(!newer.contains(row), "not rewritten: {row}");
        }
    }
});

both!(a_backup_a_day_is_kept, "T6 S5", |office| {
    office.init("field-service");
    office.policy("[backup]\nat = \"03:00\"\nkeep = 2\npath = \"copies\"\n");
    office.add("'Kim Lee'");
    let kept = || names(&office.store().join("copies"));
    let due = |at: &str, expected: &[&str]| {
        office.at(at);
        office.swept(at, || kept() == expected);
    };
    due("2026-11-22T12:00:00+01:00", &[]);
    due("2026-11-23T02:59:59+01:00", &[]);
    due("2026-11-23T03:00:00+01:00", &["lead-2026-11-23.jsonl"]);
    due("2026-11-24T09:00:00+01:00", &["lead-2026-11-23.jsonl", "lead-2026-11-24.jsonl"]);
    // Days without a sweep are not made up for, but the last one is.
    due("2026-11-28T01:00:00+01:00", &["lead-2026-11-24.jsonl", "lead-2026-11-27.jsonl"]);
    office.lead("backup verify data/lead/copies/lead-2026-11-27.jsonl").ok().shows("1 lead,");
    let folder = fs::metadata(office.store().join("copies")).unwrap();
    assert_eq!(folder.permissions().mode() & 0o777, 0o700);
    office.lead("doctor").ok().shows("backups\tyes\t2 kept, the last of 2026-11-27");
});

both!(a_day_s_backup_that_fails_is_told_until_one_succeeds, "T6", |office| {
    office.init("field-service");
    fs::write(office.store().join("backups"), "in the way").unwrap();
    office.at("2026-11-23T03:00:00+01:00");
    let failed = office.store().join("backup.failed");
    office.swept("the failure is told", || failed.exists());
    office
        .lead("doctor")
        .code(10)
        .shows("backups\tno\tthe last one failed: ")
        .shows("lead backup create FILE");
    fs::remove_file(office.store().join("backups")).unwrap();
    office.at("2026-11-23T05:00:00+01:00");
    office.swept("the next try succeeds", || !failed.exists());
    office.lead("doctor").ok().shows("1 kept, the last of 2026-11-23");
});

daemon!(a_backup_is_one_instant_while_others_write, "N7", |office| {
    office.init("field-service");
    for n in 0..20 {
        office.add(&format!("'Lead {n}'"));
    }
    let mut commands: Vec<_> = (0..60).map(|n| office.lead_command(format!("add 'More {n}'"))).collect();
    std::thread::scope(|scope| {
        let writing = scope
            .spawn(move || commands.iter_mut().all(|command| command.output().unwrap().status.success()));
        for n in 0..6 {
            office.lead(format!("backup create b{n}.jsonl")).ok();
        }
        assert!(writing.join().unwrap());
    });
    for n in 0..6 {
        let inside = office.lead(format!("backup verify b{n}.jsonl --json")).json();
        let leads = inside["rows"]["lead"].as_u64().unwrap();
        assert_eq!(inside["change"].as_u64().unwrap(), leads + 1, "{inside}");
    }
});

both!(a_backup_is_of_one_time_whoever_says_it, "N7 R3", |office| {
    office.init("mini");
    office.add("'Kim Lee'");
    office.zone("America/New_York");
    for line in ["backup create one.jsonl", "backup verify one.jsonl", "--store new backup restore one.jsonl"]
    {
        let run = office.lead(line);
        let said = format!("{}{}", run.ok().stdout, run.stderr);
        assert!(said.contains(", as of Sun 2026-11-22 09:00\n"), "{run}");
    }
});
