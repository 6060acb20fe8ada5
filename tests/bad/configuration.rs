//! What a firm writes into files and gets wrong: its `lead.toml`, its pipelines, its templates. Each is
//! told by file, line and column, and neither taken nor forgotten.

use std::fs;

use crate::harness::{Office, direct};

const HEAD: &str = "schema = 1\nid = \"own\"\ninitial = \"new\"\nnoun = \"customer\"\n";
const ROLE: &str = "[[role]]\nid = \"owner\"\ncan = [\"admin\", \"create\", \"work\", \"convert\", \"manage\", \"view-all\"]\n";
const STAGES: &str =
    "[[stage]]\nid = \"new\"\nkind = \"open\"\n[[stage]]\nid = \"won\"\nkind = \"won\"\nfinal = true\n";
const STEP: &str = "[[transition]]\nfrom = \"new\"\nto = \"won\"\n";

/// A pipeline of two stages in which nothing is wrong.
fn good() -> String {
    format!("{HEAD}{STAGES}{STEP}{ROLE}")
}

/// The check of a pipeline's file tells these lines, and no way into a store takes the file.
#[track_caller]
fn pipeline(office: &Office, text: &str, expected: &[&str]) {
    if !office.store().exists() {
        office.init("mini");
        office.add("'Kim Lee'");
    }
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

/// The good pipeline with this in the place of that.
#[track_caller]
fn changed(office: &Office, old: &str, new: &str, expected: &[&str]) {
    let good = good();
    assert!(good.contains(old), "{old}");
    pipeline(office, &good.replacen(old, new, 1), expected);
}

/// A `lead.toml` stops both programs with these words, and so does the same file at a reload.
#[track_caller]
fn policy(office: &Office, text: &str, said: &str) {
    if !office.store().exists() {
        office.init("mini");
        office.add("'Kim Lee'");
    }
    let path = office.store().join("lead.toml");
    let good = fs::read(&path).unwrap();
    let before = office.snapshot();
    fs::write(&path, text).unwrap();
    let told = format!("error: {}:{said}", path.display());
    for run in [office.lead("list"), office.lead("add 'Sam Poe'"), office.leadd_once(), office.leadd("")] {
        run.refused(2).stderr(&told);
    }
    office.lead("doctor").code(10).shows("lead.toml\tno\t");
    fs::write(&path, good).unwrap();
    assert_eq!(before, office.snapshot());
}

direct!(a_syntax_error, "P2 O7", |office| {
    changed(office, "id = \"own\"", "id = \"own", &["2:10: invalid basic string, expected `\"`"]);
    for (text, said) in [
        ("[team]\nzone = \n", "2:8: string values must be quoted, expected literal string\n"),
        ("[team\n", "1:6: unclosed table, expected `]`\n"),
        (
            "[team]\nname = \"a\"\nname = \"b\"\n",
            "3:1: this key or table stands there twice\nhint: keep one of the two\n",
        ),
        (
            "\u{feff}[team]\nzone = 1\n",
            "2:8: team.zone `1` is a number, not a zone\nhint: \"Europe/Berlin\"\n",
        ),
    ] {
        policy(office, text, said);
    }
});

direct!(an_unknown_key, "P2 O7", |office| {
    changed(
        office,
        "noun =",
        "nuon =",
        &[
            "1:1: missing attribute `noun` of the pipeline (what a converted lead becomes, as people call it)",
            "4:1: unknown attribute of the pipeline `nuon` (did you mean `noun`?)",
        ],
    );
    let said = "2:1: team.zoen is not a key of this file\nhint: did you mean `team.zone`?\n";
    policy(office, "[team]\nzoen = \"UTC\"\n", said);
    let said = "1:2: remindrs is not a table of this file\nhint: did you mean `reminders`?\n";
    policy(office, "[remindrs]\nat = \"08:00\"\n", said);
    fs::create_dir_all(office.path("config/lead")).unwrap();
    let own = office.file("config/lead/config.toml", "stroe = \"x\"\n");
    let told = format!("error: {own}:1:1: stroe is not a key of this file\nhint: did you mean `store`?\n");
    office.lead("list").refused(2).stderr(&told);
});

direct!(a_bad_zone, "P2 O7", |office| {
    let said = "2:8: team.zone `Europe/Berln` is not a zone\nhint: did you mean `Europe/Berlin`?\n";
    policy(office, "[team]\nzone = \"Europe/Berln\"\n", said);
    let said = "2:8: team.zone `../../etc/passwd` is not a zone\nhint: \"Europe/Berlin\"\n";
    policy(office, "[team]\nzone = \"../../etc/passwd\"\n", said);
});

direct!(a_bad_hour, "P2 O7", |office| {
    for (key, hour) in [("reminders.at", "25:00"), ("reminders.at", "8"), ("backup.at", "24:00")] {
        let (table, name) = key.split_once('.').unwrap();
        let said =
            format!("2:6: {key} `{hour}` is not a time of day\nhint: \"08:00\", from 00:00 to 23:59\n");
        policy(office, &format!("[{table}]\n{name} = \"{hour}\"\n"), &said);
    }
});

direct!(a_bad_window, "P2 O7", |office| {
    changed(
        office,
        "[[role]]",
        "[claim]\nwindow = \"soon\"\n[[role]]",
        &["16:10: `window` is not a span of time: `soon` (write it as `24h`, up to 366 days)"],
    );
    for span in ["soon", "-2h"] {
        let said = format!(
            "2:15: claims.warn_before `{span}` is not a length of time\nhint: \"30m\", \"2h\", \"90d\"\n"
        );
        policy(office, &format!("[claims]\nwarn_before = \"{span}\"\n"), &said);
    }
    let said = "2:17: outbox.give_up_after `99999999999999999999h` is over ten years\n";
    policy(office, "[outbox]\ngive_up_after = \"99999999999999999999h\"\n", said);
});

direct!(no_stages, "P2", |office| {
    pipeline(
        office,
        &format!("{HEAD}{ROLE}"),
        &["1:1: the pipeline has no stages (write at least one `[[stage]]`)", "3:11: unknown stage `new`"],
    );
});

direct!(ten_thousand_stages, "P2", |office| {
    let stages: String =
        (0..10_000).map(|n| format!("[[stage]]\nid = \"s{n}\"\nkind = \"open\"\n")).collect();
    let text = format!("{}{stages}{ROLE}", HEAD.replace("\"new\"", "\"s0\""));
    let line = format!("1:1: the file is {} bytes long, over the 131072 a pipeline may have", text.len());
    pipeline(office, &text, &[&line]);
});

direct!(a_stage_twice, "P2", |office| {
    changed(
        office,
        "id = \"won\"\n",
        "id = \"new\"\n",
        &["9:6: stage `new` stands twice", "14:6: unknown stage `won` (one of: new)"],
    );
});

direct!(an_unknown_target, "P2", |office| {
    changed(office, "to = \"won\"", "to = \"wno\"", &["14:6: unknown stage `wno` (did you mean `won`?)"]);
    changed(
        office,
        "from = \"new\"",
        "from = \"nowhere\"",
        &[
            "6:6: stage `new` is a dead end but not final (write a transition from it, or `final = true`)",
            "9:6: stage `won` cannot be reached (write a transition to `won`, or remove it)",
            "13:8: unknown stage `nowhere` (one of: new, won)",
        ],
    );
});

direct!(a_stage_that_cannot_be_reached, "P2", |office| {
    pipeline(
        office,
        &format!("{HEAD}{STAGES}[[stage]]\nid = \"lost\"\nkind = \"lost\"\nfinal = true\n{STEP}{ROLE}"),
        &["13:6: stage `lost` cannot be reached (write a transition to `lost`, or remove it)"],
    );
});

direct!(a_stage_in_use_is_not_taken_away, "P3", |office| {
    office.lead(format!("init --pipeline {}", office.file("own.toml", &good()))).ok();
    office.add("'Kim Lee'");
    office.file("own.toml", &good().replace("\"new\"", "\"fresh\""));
    office.refused(4, "pipeline replace own.toml").says("new (1 lead)").says("hint: --map new=");
});

direct!(names_with_controls, "P2 O7", |office| {
    changed(
        office,
        "id = \"won\"\n",
        "id = \"w\\u001b[31mn\"\n",
        &[
            "9:6: `id` must not be `w\\u{1b}[31mn`: it contains a control character (\\u{1b})",
            "14:6: unknown stage `won` (one of: new)",
        ],
    );
    changed(
        office,
        "id = \"won\"\n",
        "id = \"won\"\nlabel = \"W\\u202eon\"\n",
        &["10:9: `label` holds a control character: `W\\u{202e}on`"],
    );
    let said = "2:8: team.name `A\\u001b[31mcme` holds a control character\n";
    policy(office, "[team]\nname = \"A\\u001b[31mcme\"\n", said);
    let said = "2:1: team.na\\u{1b}me is not a key of this file\nhint: did you mean `team.name`?\n";
    policy(office, "[team]\n\"na\\u001bme\" = \"Acme\"\n", said);
    let said = "2:10: invalid basic string, expected non-double-quote visible characters, `\\`\n";
    policy(office, "[team]\nname = \"A\u{1b}[31mcme\"\n", said);
});

direct!(a_word_that_is_reserved_as_an_id, "P2", |office| {
    changed(office, "id = \"own\"", "id = \"any\"", &["2:6: `id` must not be `any`: it is a reserved word"]);
});

/// A firm's own template with this text is told by file, line and column; mail that needs it waits.
#[track_caller]
fn template(office: &Office, text: &[u8], said: &str) {
    if !office.store().exists() {
        office.init("mini");
        office.lead("config templates data/lead/letters").ok();
        office.policy("[mail]\ntemplates = \"letters\"");
    }
    let path = office.store().join("letters/reminder.txt");
    let good = fs::read(&path).unwrap();
    fs::write(&path, text).unwrap();
    let told = said.replace("FILE", &path.display().to_string());
    let run = office.lead("doctor");
    run.code(10).shows(&format!("templates\tno\t{told}"));
    office.leadd("check").refused(2).says(&format!("error: {told}"));
    fs::write(&path, good).unwrap();
    office.lead("doctor").ok();
}

direct!(a_template_with_a_syntax_error, "O4 O7", |office| {
    template(office, b"one\n{% for x in %}\n", "FILE:2: ");
    template(office, b"one\n{{ recipient.name \n", "FILE:2: ");
    template(office, b"{% include \"/etc/passwd\" %}", "FILE:1: ");
    template(office, b"Gr\xfc\xdfe\n", "cannot read FILE: stream did not contain valid UTF-8");
});

direct!(a_template_with_an_unknown_word, "O4 O7", |office| {
    template(office, b"one\n{{ recipient.nmae }}\n", "FILE:2: ");
});

// It is not read to its end, nor may what is written in a template run for ever.
direct!(a_template_without_an_end, "O4 O7", |office| {
    template(office, &vec![b'x'; 100 << 20], "cannot read FILE: not a file of at most 262144 bytes");
    template(
        office,
        b"{% for a in range(100000) %}{% for b in range(100000) %}x{% endfor %}{% endfor %}",
        "FILE:1: ",
    );
});
