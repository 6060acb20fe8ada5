//! Pipelines as data: shown, exported, checked, and used from a firm's own file.

use crate::harness::{both, direct};

both!(the_four_presets_are_there, "P1 N6", |office| {
    office.init("mini");
    let listed = office.lead("pipeline list");
    for preset in ["field-service", "agency", "mini", "dealership"] {
        listed.ok().shows(preset);
        let shown = office.lead(format!("pipeline show {preset} --json")).json();
        assert_eq!(shown["id"], preset);
        assert!(shown["stage"].as_array().is_some_and(|stages| stages.len() >= 5), "{shown}");
    }
    assert_eq!(office.lead("pipeline show --json").json()["id"], "mini");
    office.lead("pipeline show no-such").refused(3);
    office.lead("pipeline show agencie").refused(3).says("agency");
});

both!(an_exported_preset_is_good_and_can_be_a_firms_own, "P2 N6", |office| {
    office.init("mini");
    for preset in ["field-service", "agency", "mini", "dealership"] {
        let text = office.lead(format!("pipeline export {preset}")).ok().stdout.clone();
        let path = office.file(&format!("{preset}.toml"), &text);
        office.lead(format!("pipeline check {path}")).ok();
    }
});

direct!(a_firms_own_pipeline_from_the_start, "P1 N6 A8", |office| {
    let text =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/shared/pipelines/mini.toml")).unwrap();
    let text = text
        .replace("id = \"mini\"", "id = \"ours\"")
        .replace("window = \"24h\"", "window = \"90m\"")
        .replace("id = \"qualified\"", "id = \"promising\"")
        .replace("label = \"Qualified\"", "label = \"Promising\"");
    let path = office.file("ours.toml", &text);
    office.lead(format!("init --pipeline {path}")).ok();
    let lead = office.add("'Kim Lee' --stage promising");
    assert_eq!(office.field(lead, "pipeline"), "ours");
    office.lead(format!("claim {lead}")).ok();
    assert_eq!(office.field(lead, "claim")["until"], "2026-11-22T09:30:00Z");
    office.at("2026-11-22T10:30:00+01:00");
    assert!(office.field(lead, "claim").is_null());
});

direct!(a_broken_file_is_told_line_by_line, "P2", |office| {
    let good =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/shared/pipelines/dealership.toml"))
            .unwrap();
    let line = |needle: &str| good.lines().position(|line| line.starts_with(needle)).unwrap() + 1;
    for (what, old, new, words) in [
        ("unknown stage", "to = \"engaged\"", "to = \"engagd\"", &["engagd", "engaged"][..]),
        ("unknown attribute", "meaning = \"You reached out\"", "meanning = \"x\"", &["meanning", "meaning"]),
        ("forbidden id", "id = \"dealership\"", "id = \"me\"", &["me"]),
        ("wrong kind", "kind = \"parked\"", "kind = \"asleep\"", &["asleep"]),
        ("newer schema", "schema = 1", "schema = 99", &["99"]),
        ("syntax", "title = \"Car dealership\"", "title = \"Car dealership", &[]),
    ] {
        let path = office.file("broken.toml", &good.replacen(old, new, 1));
        let run = office.lead(format!("pipeline check {path}"));
        run.code(10);
        let said = format!("{}{}", run.stdout, run.stderr);
        let place = format!("broken.toml:{}:", line(old));
        assert!(said.contains(&place), "{what}: no {place}\n{run}");
        words.iter().for_each(|words| assert!(said.contains(words), "{what}: no {words}\n{run}"));
        let init = office.lead(format!("init --pipeline {path}"));
        assert_ne!(init.code, 0, "{what}\n{init}");
        assert!(!office.store().join("FORMAT").exists());
    }
    let dead = good.replace("from = [\"lost\", \"dormant\"]", "from = [\"lost\"]");
    let path = office.file("dead.toml", &dead);
    let run = office.lead(format!("pipeline check {path}"));
    run.code(10);
    assert!(format!("{}{}", run.stdout, run.stderr).contains("dormant"), "a dead end\n{run}");
    let run = office.lead("pipeline check no-such-file.toml");
    assert_ne!(run.code, 0);
    run.says("error: ").says("no-such-file.toml");
});

both!(a_store_holds_leads_of_several_pipelines, "P1 P4", |office| {
    office.init("mini");
    let here = office.add("'Kim Lee'");
    let there = office.add("'Sam Poe' --pipeline dealership");
    assert_eq!(office.found("pipeline:dealership"), [there]);
    assert_eq!(office.found("pipeline:mini"), [here]);
    office.lead(format!("mv {here} qualified")).ok();
    office.refused(4, format!("mv {there} negotiating"));
    office.lead(format!("mv {there} mark-contacted")).ok();
});
