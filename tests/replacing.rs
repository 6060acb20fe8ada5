//! A store's pipelines changed: added, made the default, replaced without losing a lead.

use crate::harness::{Office, both, direct};

fn preset(name: &str) -> String {
    let path = format!("{}/shared/pipelines/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}

/// The agency's file under another id, a stage renamed if told.
fn ours(office: &Office, renamed: bool) -> String {
    let text = preset("agency").replacen("id = \"agency\"", "id = \"ours\"", 1);
    let text = if renamed { text.replace("\"QUALIFIED\"", "\"PROMISING\"") } else { text };
    office.file(if renamed { "renamed.toml" } else { "ours.toml" }, &text)
}

both!(a_pipeline_is_added_and_made_the_default, "P3 N6", |office| {
    office.init("mini");
    let path = ours(office, false);
    office.refused(3, "pipeline default ours");
    office.lead(format!("pipeline add {path} -n")).ok().says("dry run");
    office.lead("pipeline show ours").refused(3);
    office.lead(format!("pipeline add {path}")).ok().stdout("").stderr("pipeline ours was added\n");
    office.lead(format!("pipeline add {path}")).ok().stderr("pipeline ours is so already\n");
    let lead = office.add("'Kim Lee' --phone 030123 --pipeline ours");
    assert_eq!(office.field(lead, "stage"), "NOT_CONTACTED", "usable at once");
    office.lead("pipeline default OURS").ok().stderr("pipeline ours is the default one now\n");
    assert_eq!(office.lead("status --json").json()["pipeline"], "ours");
    let lead = office.add("'Sam Poe' --phone 030124");
    assert_eq!(office.field(lead, "pipeline"), "ours");
    office.rest();
    assert_eq!(office.lead("pipeline show --json").json()["id"], "ours", "after a new start too");
    let entries = office.lead("history --event pipeline_changed -F ndjson").lines();
    let told: Vec<_> = entries.iter().map(|entry| (entry["action"].clone(), entry["text"].clone())).collect();
    assert_eq!(
        told[1..],
        [("pipeline add".into(), "ours".into()), ("pipeline default".into(), "ours".into())]
    );
});

both!(replacing_never_loses_a_lead, "P3 D2", |office| {
    office.init("agency");
    office.lead(format!("pipeline add {}", ours(office, false))).ok();
    let listed = office.add("'Kim Lee' --phone 1234501 --pipeline ours --stage QUALIFIED");
    let trashed = office.add("'Sam Poe' --phone 1234502 --pipeline ours --stage QUALIFIED");
    let other = office.add("'Ada' --phone 1234503 --stage QUALIFIED");
    let stays = office.add("'Eve' --phone 1234504 --pipeline ours --stage CONTACTED");
    office.lead(format!("trash {trashed}")).ok();
    let path = ours(office, true);
    let run = office.refused(4, format!("pipeline replace {path}"));
    run.says("QUALIFIED (2 leads)").says("hint: --map QUALIFIED=");
    office.refused(3, format!("pipeline replace {path} --map QUALIFIED=NOWHERE"));
    office.refused(3, format!("pipeline replace {path} --map nowhere=PROMISING"));
    office.refused(2, format!("pipeline replace {path} --map QUALIFIED"));
    let done = office.lead(format!("pipeline replace {path} --map qualified=promising"));
    done.ok().stdout("").stderr("pipeline ours was replaced\n");
    assert_eq!(office.field(listed, "stage"), "PROMISING");
    assert_eq!(office.field(stays, "stage"), "CONTACTED");
    assert_eq!(office.field(other, "stage"), "QUALIFIED", "another pipeline's");
    let entry = &office.events(listed, "lead_status_transition")[0];
    assert_eq!(
        (&entry["action"], &entry["from"], &entry["to"]),
        (&"pipeline replace".into(), &"QUALIFIED".into(), &"PROMISING".into())
    );
    office.lead(format!("restore {trashed}")).ok();
    assert_eq!(office.found("stage:PROMISING"), [listed, trashed]);
    office.lead(format!("mv {listed} LOST")).ok();
    office.lead(format!("pipeline replace {path}")).ok().says("is so already");
    office.lead("doctor").ok();
});

both!(a_mapped_lead_is_not_converted_by_that, "P3 M9 L11", |office| {
    office.init("mini");
    let lead = office.add("'Kim Lee' --stage qualified");
    let done = office.add("'Sam Poe'");
    office.lead(format!("convert {done}")).ok();
    let stamped = office.field(done, "converted_at");
    let text = preset("mini").replace("\"converted\"", "\"contact\"").replace("\"qualified\"", "\"keen\"");
    let path = office.file("mini.toml", &text);
    office.refused(2, format!("pipeline replace {path} --map qualified=contact --map converted=contact"));
    office.at("2026-11-25T10:00:00+01:00");
    office.lead(format!("pipeline replace {path} --map qualified=keen --map converted=contact")).ok();
    assert_eq!(office.field(lead, "stage"), "keen");
    assert_eq!(
        (office.field(done, "stage"), office.field(done, "converted_at")),
        ("contact".into(), stamped)
    );
});

both!(only_an_admin_changes_pipelines_and_nobody_is_locked_out, "P3 A13", |office| {
    office.init("agency");
    office.user("max", "manager");
    let path = ours(office, false);
    for line in [
        format!("pipeline add {path}"),
        "pipeline default mini".to_owned(),
        format!("pipeline replace {path}"),
    ] {
        office.lead(format!("--as max {line}")).refused(4).says("admin");
    }
    let text =
        preset("mini").replacen("id = \"mini\"", "id = \"small\"", 1).replace("\"manager\"", "\"boss\"");
    office.lead(format!("pipeline add {}", office.file("small.toml", &text))).ok();
    office.refused(4, "pipeline default small").says("manager").says("max");
    let taken = office.file("mini.toml", &preset("mini"));
    office.refused(4, format!("pipeline add {taken}")).says("exists already").says("pipeline replace");
    office.refused(3, format!("pipeline replace {path}"));
    let broken = office.file("broken.toml", "schema = 1\nid = \"x\"\n");
    office.lead(format!("pipeline add {broken}")).code(2).stdout("").says("broken.toml:1:1: ");
});

direct!(a_pipeline_is_drawn, "P3 N6", |office| {
    let drawn = office.lead("pipeline graph dealership");
    drawn.ok().shows("flowchart LR\n    s0[\"New\"]\n").shows("|\"mark-contacted\"|").shows("[[\"Won\"]]");
    office.init("mini");
    office.lead("pipeline graph mini").ok().shows("==>|\"convert\"|");
    office.lead("pipeline graph nowhere").refused(3);
});
