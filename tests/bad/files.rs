//! Files of pipelines that are none, and such that are too much; a firm's `lead.toml` likewise.

use std::fs::{self, File};
use std::time::{Duration, Instant};

use crate::harness::{Office, direct};

const HEAD: &str = "schema = 1\nid = \"own\"\ninitial = \"new\"\nnoun = \"customer\"\n";
const ROLE: &str = "[[role]]\nid = \"owner\"\ncan = [\"admin\", \"create\", \"work\", \"convert\", \"manage\", \"view-all\"]\n";
const STAGES: &str =
    "[[stage]]\nid = \"new\"\nkind = \"open\"\n[[stage]]\nid = \"won\"\nkind = \"won\"\nfinal = true\n";
const STEP: &str = "[[transition]]\nfrom = \"new\"\nto = \"won\"\n";

/// The check tells these lines, and no way into a store takes the file.
fn refused(office: &Office, text: &str, expected: &[&str]) {
    office.file("own.toml", text);
    let run = office.lead("pipeline check own.toml");
    run.code(10)
        .stderr("")
        .stdout(&expected.iter().map(|line| format!("own.toml:{line}\n")).collect::<String>());
    let before = (office.snapshot(), office.lead("pipeline list").ok().stdout.clone());
    for line in
        ["pipeline add own.toml", "pipeline replace own.toml", "--store elsewhere init --pipeline own.toml"]
    {
        let run = office.lead(line);
        run.refused_alike(expected.len());
        assert!(run.stderr.contains("own.toml:"), "{run}");
    }
    assert!(!office.path("elsewhere").join("FORMAT").exists());
    assert_eq!(before, (office.snapshot(), office.lead("pipeline list").ok().stdout.clone()));
}

direct!(pipeline_files_that_are_wrong, "P2 P3", |office| {
    office.init("mini");
    office.add("'Kim Lee'");
    let good = format!("{HEAD}{STAGES}{STEP}{ROLE}");
    office.file("good.toml", &good);
    office.lead("pipeline check good.toml").ok().stdout("");
    for (old, new, expected) in [
        ("id = \"own\"", "id = \"own", &["2:10: invalid basic string, expected `\"`"][..]),
        (
            "noun =",
            "nuon =",
            &[
                "1:1: missing attribute `noun` of the pipeline (what a converted lead becomes, as people call it)",
                "4:1: unknown attribute of the pipeline `nuon` (did you mean `noun`?)",
            ],
        ),
        (
            "id = \"won\"\n",
            "id = \"new\"\n",
            &["9:6: stage `new` stands twice", "14:6: unknown stage `won` (one of: new)"],
        ),
        ("to = \"won\"", "to = \"wno\"", &["14:6: unknown stage `wno` (did you mean `won`?)"]),
        (
            "from = \"new\"",
            "from = \"nowhere\"",
            &[
                "6:6: stage `new` is a dead end but not final (write a transition from it, or `final = true`)",
                "9:6: stage `won` cannot be reached (write a transition to `won`, or remove it)",
                "13:8: unknown stage `nowhere` (one of: new, won)",
            ],
        ),
        (
            "id = \"won\"\n",
            "id = \"w\\u001b[31mn\"\n",
            &[
                "9:6: `id` must not be `w\\u{1b}[31mn`: it contains a control character (\\u{1b})",
                "14:6: unknown stage `won` (one of: new)",
            ],
        ),
        (
            "id = \"won\"\n",
            "id = \"won\"\nlabel = \"W\\u202eon\"\n",
            &["10:9: `label` holds a control character: `W\\u{202e}on`"],
        ),
        ("id = \"own\"", "id = \"any\"", &["2:6: `id` must not be `any`: it is a reserved word"]),
        (
            "[[role]]",
            "[claim]\nwindow = \"soon\"\n[[role]]",
            &["16:10: `window` is not a span of time: `soon` (write it as `24h`, up to 366 days)"],
        ),
    ] {
        assert!(good.contains(old), "{old}");
        refused(office, &good.replacen(old, new, 1), expected);
    }
    refused(
        office,
        &format!("{HEAD}{ROLE}"),
        &["1:1: the pipeline has no stages (write at least one `[[stage]]`)", "3:11: unknown stage `new`"],
    );
    refused(
        office,
        &format!("{HEAD}{STAGES}[[stage]]\nid = \"lost\"\nkind = \"lost\"\nfinal = true\n{STEP}{ROLE}"),
        &["13:6: stage `lost` cannot be reached (write a transition to `lost`, or remove it)"],
    );
});

direct!(ten_thousand_stages, "P2", |office| {
    office.init("mini");
    let stages: String =
        (0..10_000).map(|n| format!("[[stage]]\nid = \"s{n}\"\nkind = \"open\"\n")).collect();
    let text = format!("{}{stages}{ROLE}", HEAD.replace("\"new\"", "\"s0\""));
    let line = format!("1:1: the file is {} bytes long, over the 131072 a pipeline may have", text.len());
    refused(office, &text, &[&line]);
});

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

direct!(a_stage_in_use_is_not_taken_away, "P3", |office| {
    office
        .lead(format!("init --pipeline {}", office.file("own.toml", &format!("{HEAD}{STAGES}{STEP}{ROLE}"))))
        .ok();
    office.add("'Kim Lee'");
    let other = format!("{HEAD}{STAGES}{STEP}{ROLE}").replace("\"new\"", "\"fresh\"");
    office.file("own.toml", &other);
    office.refused(4, "pipeline replace own.toml").says("new (1 lead)").says("hint: --map new=");
});
