//! What a new user gets wrong beside what `bad` has: each mistake has its exit code and one line that
//! helps.

use std::ffi::OsString;

use crate::harness::{Office, both, direct};

/// Each line ends with one of these codes, one `error:` that has these words, and nothing changed.
fn mistakes(office: &Office, rows: &[(&[&str], &[i32], &[&str])]) {
    let before = office.snapshot();
    for (line, codes, words) in rows {
        let words_typed: Vec<OsString> = line.iter().map(OsString::from).collect();
        let run = office.lead(words_typed);
        assert!(codes.contains(&run.code), "expected one of {codes:?}\n{run}");
        run.refused(run.code);
        words.iter().for_each(|words| {
            run.says(words);
        });
    }
    assert_eq!(before, office.snapshot(), "a mistake changed the store");
}

fn stock(office: &Office) {
    office.init("agency");
    office.user("sam", "manager");
    office.add("'Kim Lee' --email kim@acme.example --phone 030123 --company Acme");
}

both!(words_of_options, "L1 F9 U2", |office| {
    stock(office);
    mistakes(
        office,
        &[
            (&["add", "Kim", "--phone", "030124", "--set", "colour"], &[2], &["colour", "hint: "]),
            (&["add", "Kim", "--phone", "030124", "--set", "=blue"], &[2], &["=blue"]),
            (&["show", "3-1"], &[2], &["3-1", "hint: `1-3`"]),
            (&["assign", "1", "nobody-here"], &[3], &["nobody-here"]),
            (&["assign", "1", "sma"], &[3], &["sma", "hint: "]),
            (&["--if-revision", "-1", "mv", "1", "LOST"], &[2], &["--if-revision"]),
            (&["--color", "sometimes", "list"], &[2], &["sometimes"]),
            (&["--as", "nobody-here", "list"], &[3], &["nobody-here"]),
            (&["add", "Ada", "--stage", "no-such"], &[3], &["no-such"]),
            (&["add", "Ada", "--pipeline", "no-such"], &[3], &["no-such"]),
            (&["own", "2"], &[3], &["2"]),
            (&["convert", "1", "--into", "1", "--new"], &[2], &["exclude each other"]),
            (&["schedule", "1", "someday"], &[2], &["someday"]),
            (&["schedule", "1", "fri", "25:00"], &[2], &["25:00"]),
            (&["schedule", "1", ""], &[2], &[]),
            (&["log", "1", "call", "hi", "--next", "never"], &[2], &["never"]),
        ],
    );
    // An endless range ends.
    office.lead("show 1-18446744073709551615 --json").ok();
    office.add("Ada --value 1 --phone 030125");
});

both!(nothing_typed_is_not_everything, "F11", |office| {
    stock(office);
    mistakes(
        office,
        &[
            (&["mv", "--where", "", "LOST", "--yes"], &[2], &["error: --where `` has no terms\n"]),
            (&["trash", "--where", "  ", "--yes"], &[2], &["no terms"]),
            (&["--store", "", "list"], &[2], &["error: `--store` `` names no folder\n"]),
            (&["show", ""], &[2], &["error: id `` is not the number of a lead\n"]),
            (&["list", "--columns", ""], &[2], &["--columns `` is not a column"]),
            (&["schedule", "1", "3", "days"], &[2], &["hint: `lead schedule 1 in 3 days`\n"]),
            (&["schedule", "1", "-3d"], &[2], &["error: there is no option `-3d`\n"]),
            (&["schedule", "1", "tomorow", "15:00"], &[2], &["hint: did you mean `tomorrow`?\n"]),
            (&["list", "due:overdu"], &[2], &["hint: did you mean `due:overdue`?\n"]),
            (&["mv", "1"], &[2], &["hint: `lead actions 1`\n"]),
        ],
    );
});

both!(one_mistake_is_one_error, "F11", |office| {
    stock(office);
    office.add("'Sam Poe' --phone 030124");
    office.add("'Ada' --phone 030125");
    office
        .lead("mv 1-3 qualifed")
        .code(3)
        .stderr("error: no stage or move `qualifed`\nhint: did you mean `QUALIFIED`?\n");
    office.lead("--as sam tag 1,2,1,3,2 any").code(2).stderr("error: tag `any` is a reserved word\n");
    let run = office.lead_with(b"1\n1\n2\n", "tag - hot");
    assert_eq!(run.ok().stderr.lines().count(), 2, "each lead once\n{run}");
});

direct!(what_was_done_is_said_though_it_cannot_be_shown, "N2", |office| {
    if !std::path::Path::new("/dev/full").exists() {
        crate::harness::skip("no /dev/full");
    }
    office.init("mini");
    for (line, done) in [
        ("add 'Kim Lee'", "error: 1 was added, but its number could not be written: "),
        ("mv 1 contacted --json", "1 was changed, but it could not be written: "),
        ("customer add 'Zoe'", "error: customer 1 was added, but its number could not be written: "),
    ] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output =
            office.lead_command(line).stdout(full).stderr(std::process::Stdio::piped()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(1) && said.contains(done), "{line}: {said}");
    }
});

both!(a_broken_policy_is_told_alike_by_both_ways, "N2", |office| {
    office.init("mini");
    std::fs::write(office.store().join("lead.toml"), "[team]\nnaem = \"Acme\"\n").unwrap();
    office.lead("config list").refused(2).says("lead.toml:2:1").says("did you mean `team.name`?");
    let run = office.lead("doctor");
    run.code(10).shows("lead.toml\tno\t");
});

direct!(a_sentence_says_all_that_was_done, "L3 D5 M8", |office| {
    office.init("dealership");
    office.add("'Kim Lee' --email kim@acme.example --follow-up today");
    office
        .lead("log 1 call hello --next tomorrow --move mark-contacted")
        .ok()
        .stderr("1 Kim Lee: logged call, follow-up Mon 2026-11-23, now in Contacted\n");
    office.lead("log 1 note hello --done").ok().stderr("1 Kim Lee: logged note, follow-up ended\n");
    office
        .lead("mv 1 mark-engaged --convert --start-deal")
        .ok()
        .stdout("1\n")
        .stderr("1 Kim Lee: Contacted → Engaged, converted into customer 1, deal 1 started\n");
});
