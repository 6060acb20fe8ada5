//! `[[report]]` as a firm writes it: what is refused, what is told, and how it is looked at.

use std::fs;

use super::{MONDAY, readers, stock};
use crate::harness::{both, direct};

both!(what_a_report_names_and_is_not_there_is_told_and_stops_no_other, "O4", |office| {
    stock(office);
    office.policy(
        "[[report]]\nname = \"good\"\nshow = \"funnel\"\nweekday = \"mon\"\nto = [\"smm\", \"role:ownr\", \"role:owner\"]\n\
         [[report]]\nname = \"odd\"\nshow = \"funnel\"\nweekday = \"mon\"\nfilter = \"stage:newe\"\nto = \"sam\"",
    );
    let flaws = [
        "report.good.to `smm` is no user; did you mean `sam`?",
        "report.good.to `role:ownr` is no role; did you mean `owner`?",
        "report.odd.filter `stage:newe` ",
    ];
    let doctor = office.lead("doctor -F ndjson");
    doctor.code(10);
    let row = doctor.stdout.lines().find(|row| row.contains("\"lead.toml\"")).unwrap_or_default().to_owned();
    for flaw in flaws {
        assert!(row.contains(flaw), "no {flaw} in\n{row}");
    }
    assert!(row.contains("lead.toml:") && row.contains(": report.good.to"), "{row}");
    if !office.is_served() {
        let check = office.leadd("check");
        check.code(2).says("hint: mail goes to the others that are named; see lead.toml(5)\n");
        assert!(flaws.iter().all(|flaw| check.stderr.contains(flaw)), "{check}");
    }
    office.at("2026-11-23T08:00:00+01:00");
    if office.is_served() {
        office.swept("told in the log", || office.log().contains("lead.toml names what is not there"));
    }
    let odd = || {
        let rows = office.lead("outbox list -F ndjson").lines();
        rows.into_iter().find(|row| row["kind"] == "report" && row["to"] == "sam@acme.example")
    };
    office.swept("one report, and one that waits", || {
        readers(office) == ["boss@acme.example"]
            && odd().is_some_and(|row| row["state"] == "waiting" && !row["error"].is_null())
    });
    let error = odd().unwrap()["error"].as_str().unwrap_or_default().to_owned();
    assert!(error.starts_with("filter `stage:newe` "), "{error}");
});

direct!(what_does_not_fit_is_named_with_its_place, "N2", |office| {
    office.init("mini");
    let path = office.store().join("lead.toml");
    let policy = fs::read_to_string(&path).unwrap();
    let line = policy.lines().count() + 1;
    let good = "[[report]]\nname = \"a\"\nshow = \"funnel\"\nweekday = \"mon\"\nto = \"kim\"\n";
    for (text, place, said, hint) in [
        (
            good.replace("mon", "mnday"),
            "4:11",
            "report.weekday `mnday` is not a day of the week",
            "did you mean `monday`?",
        ),
        (
            good.replace("funnel", "funel"),
            "3:8",
            "report.show `funel` is not a report",
            "did you mean `funnel`?",
        ),
        (
            good.replace("weekday", "wekday"),
            "4:1",
            "report.wekday is not a key of this file",
            "did you mean `report.weekday`?",
        ),
        (good.replace("to = \"kim\"\n", ""), "1:1", "a report has no to", "to = [\"role:manager\"]"),
        (
            good.replace("\"kim\"", "[]"),
            "5:6",
            "report.to `[]` is empty",
            "[\"kim\", \"role:manager\", \"boss@acme.example\"]",
        ),
        (
            good.replace("\"kim\"", "\"a@@b\""),
            "5:6",
            "report.to `a@@b` is not a mail address",
            "\"lead@acme.example\", or \"Acme <lead@acme.example>\"",
        ),
        (
            format!("{good}at = \"7\"\n"),
            "6:6",
            "report.at `7` is not a time of day",
            "\"08:00\", from 00:00 to 23:59",
        ),
        (
            format!("{good}zone = \"Europe/Berln\"\n"),
            "6:8",
            "report.zone `Europe/Berln` is not a zone",
            "did you mean `Europe/Berlin`?",
        ),
        (format!("{good}since = \"30d\"\n"), "6:9", "report.since `30d` lies ahead", "\"30 days ago\""),
        (
            format!("{good}filter = \"a 'b\"\n"),
            "6:10",
            "report.filter `a 'b` cannot be read: it has an open quotation mark",
            "",
        ),
        (good.replace("\"a\"", "\"a b\""), "2:8", "report.name `a b` contains a space", "a-b"),
        (
            format!("{good}{}", good.replace("\"a\"", "\"A\"")),
            "7:8",
            "report.name `A` is the name of another",
            "",
        ),
        (
            "[report]\nname = \"a\"\n".to_owned(),
            "1:2",
            "report stands there several times, each as a table of its own",
            "[[report]]",
        ),
        (good.replace("report", "reprot"), "1:3", "reprot is not a key of this file", ""),
    ] {
        fs::write(&path, format!("{policy}{text}")).unwrap();
        let (row, column) = place.split_once(':').unwrap();
        let row = line - 1 + row.parse::<usize>().unwrap();
        let run = office.lead("status");
        run.refused(2).says(&format!("error: {}:{row}:{column}: {said}", path.display()));
        if !hint.is_empty() {
            run.says(&format!("hint: {hint}\n"));
        }
    }
});

both!(a_report_is_among_the_settings_and_set_in_an_editor, "N2", |office| {
    stock(office);
    office.policy(MONDAY);
    let policy = fs::read_to_string(office.store().join("lead.toml")).unwrap();
    let at = policy.lines().position(|line| line.starts_with("at = \"07:30\"")).unwrap() + 1;
    let rows = office.lead("config list --origin").ok().stdout.clone();
    for row in [
        format!("report.monday-funnel.at\t07:30\tlead.toml:{at}\n"),
        "report.monday-funnel.zone\t\tdefault\n".to_owned(),
        format!(
            "report.monday-funnel.show\t[\"funnel\",\"sources\"]\tlead.toml:{}\n",
            at_of(&policy, "show = [\"funnel\"")
        ),
    ] {
        assert!(rows.contains(&row), "no {row} in\n{rows}");
    }
    office.lead("config get report.monday-funnel.weekday").ok().stdout("mon\n");
    office.lead("config get report.sunday.weekday").refused(2).stderr(
        "error: `report.sunday.weekday` is of no report in lead.toml\nhint: the keys: `lead config list`\n",
    );
    office.refused(2, "config set report.monday-funnel.weekday tue").stderr(
        "error: key `report.monday-funnel.weekday` is of a `[[report]]` in lead.toml, which no verb changes\n\
         hint: in an editor: `lead config path`\n",
    );
    office.lead("config set claims.max_open 3").ok();
    office.lead("config set reminders.at 07:00").ok();
    let then = fs::read_to_string(office.store().join("lead.toml")).unwrap();
    assert!(then.contains("[[report]]") && then.contains("title = \"Monday at Acme\""), "{then}");
    office.lead("config get report.monday-funnel.title").ok().stdout("Monday at Acme\n");
});

fn at_of(policy: &str, start: &str) -> usize {
    policy.lines().position(|line| line.starts_with(start)).unwrap_or_else(|| panic!("no {start}")) + 1
}
