//! Everything a new user gets wrong: each mistake has its exit code and one line that helps.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;

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

both!(text, "L1 A1", |office| {
    stock(office);
    let long = "x".repeat(257);
    mistakes(
        office,
        &[
            (&["add", "", "--phone", "1"], &[2], &["name"]),
            (&["add", "   ", "--phone", "1"], &[2], &["name"]),
            (&["add", "\u{3000}\u{a0}", "--phone", "1"], &[2], &["name"]),
            (&["add", &long, "--phone", "1"], &[2], &["name", "256"]),
            (&["add", "red \u{1b}[31mname", "--phone", "1"], &[2], &["name"]),
            (&["add", "\u{1b}]52;c;cm0gLXJm\u{7}", "--phone", "1"], &[2], &["name"]),
            (&["add", "two\nlines", "--phone", "1"], &[2], &["name"]),
            (&["add", "over\u{202e}ride", "--phone", "1"], &[2], &["name"]),
            (&["add", "iso\u{2066}late", "--phone", "1"], &[2], &["name"]),
            (&["add", "Kim", "--phone", "030124", "--company", "\u{7}bell"], &[2], &["company"]),
            (&["add", "Kim", "--phone", "030124", "--set", "colour"], &[2], &["colour"]),
            (&["add", "Kim", "--phone", "030124", "--set", "=blue"], &[2], &[]),
            (&["tag", "1", "any"], &[2], &["any"]),
            (&["tag", "1", "me"], &[2], &["me"]),
            (&["tag", "1", "two,three"], &[2], &[]),
            (&["tag", "1", ""], &[2], &[]),
            (&["edit", "1", "--clear", "phone", "--clear", "email"], &[2], &["phone or email is required"]),
            (&["edit", "1", "--name", " "], &[2], &["name"]),
            (&["edit", "1", "--source", "Billboard"], &[2], &["Billboard", "Website"]),
        ],
    );
    let before = office.snapshot();
    let wild =
        vec![OsString::from("add"), OsString::from_vec(b"K\xffm".to_vec()), "--phone".into(), "1".into()];
    office.lead(wild).refused(2);
    assert_eq!(before, office.snapshot());
    let edge = "y".repeat(256);
    office.lead(["add", &edge, "--phone", "030777"]).ok();
});

both!(email_phone_and_money, "L6", |office| {
    stock(office);
    let long = format!("{}@acme.example", "a".repeat(243));
    mistakes(
        office,
        &[
            (&["add", "Kim", "--email", "kim"], &[2], &["email", "kim"]),
            (&["add", "Kim", "--email", "kim@@acme.example"], &[2], &["email"]),
            (&["add", "Kim", "--email", "kim@acme@example"], &[2], &["email"]),
            (&["add", "Kim", "--email", "kim lee@acme.example"], &[2], &["email"]),
            (&["add", "Kim", "--email", "kim@acme.example."], &[2], &["email"]),
            (&["add", "Kim", "--email", "kim.@acme.example"], &[2], &["email"]),
            (&["add", "Kim", "--email", &long], &[2], &["email", "254"]),
            (&["add", "Kim", "--email", "kim@acme.example\r\nBcc: all@acme.example"], &[2], &["email"]),
            (&["add", "Kim", "--email", ""], &[2], &["email"]),
            (&["add", "Kim", "--phone", "call me"], &[2], &["phone", "call me"]),
            (&["add", "Kim", "--phone", "1\u{1b}[2J"], &[2], &["phone"]),
            (&["add", "Kim", "--phone", "030124", "--value", "NaN"], &[2], &["value", "NaN"]),
            (&["add", "Kim", "--phone", "030124", "--value", "1e308"], &[2], &["value", "1e308"]),
            (&["add", "Kim", "--phone", "030124", "--value", "99999999999999999999999999"], &[2], &["value"]),
            (&["add", "Kim", "--phone", "030124", "--value=-5"], &[2], &["value", "-5"]),
            (&["add", "Kim", "--phone", "030124", "--value", "1,000"], &[2], &["value", "1,000", "hint: "]),
            (&["add", "Kim", "--phone", "030124", "--value", "5 GOLD"], &[2], &["value"]),
        ],
    );
    let lead = office.add("'IDN' --email info@bücher.example");
    assert_eq!(office.field(lead, "email"), "info@bücher.example");
});

both!(dates, "T2 M7", |office| {
    stock(office);
    mistakes(
        office,
        &[
            (&["schedule", "1", "2026-02-30"], &[2], &["2026-02-30"]),
            (&["schedule", "1", "2027-03-28", "02:30"], &[2], &["2027-03-28", "03:00"]),
            (&["schedule", "1", "1/12/26"], &[2], &["1/12/26", "2026-12-01", "2026-01-12"]),
            (&["schedule", "1", "0000-01-01"], &[2], &["0000-01-01"]),
            (&["schedule", "1", "-1-01-01"], &[2], &[]),
            (&["schedule", "1", "someday"], &[2], &["someday"]),
            (&["schedule", "1", "in", "99999999999", "days"], &[2], &[]),
            (&["schedule", "1", "fri", "25:00"], &[2], &["25:00"]),
            (&["schedule", "1", ""], &[2], &[]),
            (&["add", "Kim", "--phone", "030124", "--follow-up", "31.02.2027"], &[2], &["31.02.2027"]),
            (&["log", "1", "call", "hi", "--next", "never"], &[2], &["never"]),
        ],
    );
    let before = office.snapshot();
    let far = office.lead("schedule 1 9999-12-31");
    if far.code == 0 {
        assert_eq!(office.field(1, "follow_up")["date"], "9999-12-31");
    } else {
        far.refused(2);
        assert_eq!(before, office.snapshot());
    }
    office.lead("schedule 1 2026-11-01").ok().says("2026-11-01");
    assert_eq!(office.field(1, "badge"), "overdue", "a past follow-up is accepted");
});

both!(ids, "L6", |office| {
    stock(office);
    mistakes(
        office,
        &[
            (&["show", "0"], &[2, 3], &["0"]),
            (&["show", "-1"], &[2, 3], &[]),
            (&["show", "99999999999999999999999"], &[2, 3], &["99999999999999999999999"]),
            (&["show", "18446744073709551616"], &[2, 3], &[]),
            (&["show", "../../x"], &[2, 3], &["../../x"]),
            (&["show", "77"], &[3], &["77"]),
            (&["show", "3-1"], &[2], &["3-1"]),
            (&["mv", "77", "CONTACTED"], &[3], &["77"]),
            (&["note", "77", "hello"], &[3], &["77"]),
            (&["claim", "0"], &[2, 3], &[]),
            (&["customer", "show", "77"], &[3], &["77"]),
            (&["outbox", "show", "77"], &[3], &["77"]),
            (&["show", "nobody@acme.example"], &[3], &["nobody@acme.example"]),
            (&["assign", "1", "nobody-here"], &[3], &["nobody-here"]),
            (&["assign", "1", "sma"], &[3], &["sma", "hint: "]),
        ],
    );
    let before = office.snapshot();
    let run = office.lead("show 1-18446744073709551615 --json");
    assert!([0, 2].contains(&run.code), "an endless range ends\n{run}");
    assert_eq!(before, office.snapshot());
});

both!(numbers_of_options, "F9", |office| {
    stock(office);
    mistakes(
        office,
        &[
            (&["list", "--limit", "0"], &[2], &["limit"]),
            (&["list", "--limit=-1"], &[2], &[]),
            (&["list", "--limit", "100000000000000000000"], &[2], &["limit"]),
            (&["list", "value.over:lots"], &[2], &["lots"]),
            (&["list", "nokey:x", "stage:LOST"], &[2], &["nokey"]),
            (&["list", "stage:"], &[2], &["stage"]),
            (&["list", "customer:abc"], &[2], &["abc"]),
            (&["list", "created:2026-13-01..2026-14-01"], &[2], &["2026-13-01"]),
            (&["--if-revision", "-1", "mv", "1", "LOST"], &[2], &[]),
            (&["--color", "sometimes", "list"], &[2], &["sometimes"]),
            (&["--as", "nobody-here", "list"], &[3, 4], &["nobody-here"]),
        ],
    );
});

both!(rules, "P1 M10 A2 D5 A8", |office| {
    office.init("dealership");
    office.user("sam", "sales");
    office.add("'Kim Lee'");
    office.add("'Won One' --stage won");
    office.add("'Taken' --pipeline mini");
    office.add("'Lost' --pipeline mini --stage lost");
    office.add("'Twice' --pipeline mini");
    office.lead("--as sam claim 3").ok();
    office.lead("convert 5").ok();
    mistakes(
        office,
        &[
            (&["mv", "1", "negotiating"], &[4], &["from New to Negotiating", "hint: the way there: "]),
            (
                &["mv", "1", "mark-won"],
                &[4],
                &["mark-won", "hint: from here: mark-contacted, mark-lost, mark-dormant"],
            ),
            (&["mv", "2", "lost"], &[4], &["Won"]),
            (&["claim", "3"], &[4], &["sam", "2026-11-23"]),
            (&["claim", "2"], &[4], &["Won"]),
            (&["convert", "5"], &[4], &["converted"]),
            (&["convert", "4"], &[4], &["Lost"]),
            (&["mv", "3", "converted"], &[4], &["Converted", "convert"]),
            (&["add", "Ada", "--pipeline", "mini", "--source", "Billboard"], &[2], &["Billboard", "Website"]),
            (&["add", "Ada", "--stage", "no-such"], &[2, 3], &["no-such"]),
            (&["add", "Ada", "--pipeline", "no-such"], &[2, 3], &["no-such"]),
            (&["tag", "1", "none"], &[2], &["none"]),
            (&["own", "1"], &[4], &[]),
            (&["convert", "1", "--into", "1", "--new"], &[2], &[]),
        ],
    );
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
