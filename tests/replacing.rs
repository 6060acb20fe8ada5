//! A store's pipelines changed: added, made the default, replaced without losing a lead.

use crate::harness::{Office, account, both, direct};

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

/// The number of the latest change that did that to the pipelines.
fn change(office: &Office, action: &str) -> u64 {
    let entries = office.lead("history -F ndjson").lines();
    let last = entries.iter().rev().find(|entry| entry["action"] == action && entry["event"] != "undone");
    last.unwrap()["change"].as_u64().unwrap()
}

both!(an_added_pipeline_is_undone_and_added_again, "L9 N4 P3", |office| {
    office.init("mini");
    office.user("max", "manager");
    let path = ours(office, false);
    office.lead(format!("pipeline add {path}")).ok();
    let added = change(office, "pipeline add");
    office.refused(3, format!("--as max undo --change {}", added + 99));
    office.refused(4, format!("--as max undo --change {added}")).says("admin");
    let run = office.lead("undo");
    run.ok().stdout("").stderr(&format!(
        "change {added}, `pipeline add` by {me}, Sun 2026-11-22 09:00:\n\
         \x20 pipeline ours goes, and the built-in one of its id stands where there is one\n\
         change {added} (`pipeline add`) undone\n\
         hint: to have it again: `lead undo --change {next}`\n",
        me = account(),
        next = added + 1
    ));
    office.refused(3, "pipeline show ours");
    office.lead(format!("undo --change {added}")).ok().says("is undone already");
    office.lead(format!("undo --change {}", added + 1)).ok().says("  pipeline ours comes back\n");
    let lead = office.add("'Kim Lee' --phone 030123 --pipeline ours");
    assert_eq!(office.field(lead, "stage"), "NOT_CONTACTED", "usable at once");
    let run = office.refused(4, format!("undo --change {added}"));
    run.says(&format!("`pipeline` of lead {lead} is in the way"));
    office.lead(format!("trash {lead}")).ok();
    office.refused(4, format!("undo --change {added}")).says(&format!("lead {lead}"));
    office.lead(format!("edit {lead} --pipeline mini --map NOT_CONTACTED=new")).code(4);
    office.lead(format!("restore {lead}")).ok();
    office.lead(format!("edit {lead} --pipeline mini --map NOT_CONTACTED=new")).ok();
    office.lead(format!("undo --change {added}")).ok();
    office.rest();
    office.refused(3, "pipeline show ours");
    office.lead(format!("pipeline add {path}")).ok().stderr("pipeline ours was added\n");
    office.lead("doctor").ok();
});

both!(the_former_default_comes_back_where_it_still_can, "L9 N4 P3", |office| {
    office.init("mini");
    office.lead(format!("pipeline add {}", ours(office, false))).ok();
    let added = change(office, "pipeline add");
    office.lead("pipeline default ours").ok();
    let run = office.refused(4, format!("undo --change {added}"));
    run.says("`default_pipeline` of store is in the way").says(&format!("lead undo --change {}", added + 1));
    office.lead("undo").ok().says("store default_pipeline: ours → mini");
    assert_eq!(office.lead("status --json").json()["pipeline"], "mini");
    office.lead(format!("undo --change {}", added + 2)).ok();
    assert_eq!(office.lead("status --json").json()["pipeline"], "ours", "undone itself");
    let lead = office.add("'Kim Lee' --phone 030123");
    assert_eq!(office.field(lead, "pipeline"), "ours");
    office.lead("pipeline default mini").ok();
    let back = change(office, "pipeline default");
    office.lead(format!("edit {lead} --pipeline mini --map NOT_CONTACTED=new")).ok();
    office.lead(format!("undo --change {added}")).ok();
    let run = office.refused(4, format!("undo --change {back}"));
    run.says("`text` of pipeline ours is in the way");
    office.lead("pipeline default agency").ok();
    office.refused(4, format!("undo --change {back}")).says("`default_pipeline` of store is in the way");
});

both!(a_default_that_lacks_a_role_stays_away, "L9 P3 A13", |office| {
    office.init("mini");
    let text =
        preset("agency").replacen("id = \"agency\"", "id = \"boss\"", 1).replace("\"manager\"", "\"boss\"");
    office.lead(format!("pipeline add {}", office.file("boss.toml", &text))).ok();
    office.lead("pipeline default boss").ok();
    office.user("max", "boss");
    let change = change(office, "pipeline default");
    office.refused(4, format!("undo --change {change}")).says("has no role `boss`, which max has");
    assert_eq!(office.lead("status --json").json()["pipeline"], "boss");
});

both!(a_replaced_pipeline_comes_back_with_the_leads_that_were_mapped, "L9 N4 P3 D2", |office| {
    office.init("agency");
    office.lead(format!("pipeline add {}", ours(office, false))).ok();
    let before_file = office.lead("pipeline export ours").ok().stdout.clone();
    let mapped = office.add("'Kim Lee' --phone 1234501 --pipeline ours --stage QUALIFIED");
    let trashed = office.add("'Sam Poe' --phone 1234502 --pipeline ours --stage QUALIFIED");
    let merged = office.add("'Ada' --phone 1234503 --pipeline ours --stage QUALIFIED");
    let stays = office.add("'Eve' --phone 1234504 --pipeline ours --stage CONTACTED");
    office.lead(format!("trash {trashed}")).ok();
    office.lead(format!("merge {stays} {merged}")).ok();
    office.lead(format!("pipeline replace {} --map QUALIFIED=PROMISING", ours(office, true))).ok();
    let replaced = change(office, "pipeline replace");
    office.lead("undo -n").ok().says("dry run");
    assert_eq!(office.field(mapped, "stage"), "PROMISING");
    let run = office.lead(format!("undo {mapped}"));
    run.ok().says(&format!("lead {mapped} stage: PROMISING → QUALIFIED"));
    run.says("  pipeline ours gets back its former file\n");
    assert_eq!(office.lead("pipeline export ours").ok().stdout, before_file);
    office.lead(format!("restore {trashed}")).ok();
    assert_eq!(office.found("stage:QUALIFIED"), [mapped, trashed]);
    office.lead(format!("undo {stays}")).ok();
    assert_eq!(office.field(merged, "stage"), "QUALIFIED", "a merged one went back, too");
    office.lead(format!("undo --change {}", replaced + 1)).ok();
    assert_eq!(office.found("stage:PROMISING"), [mapped, trashed, merged], "done again");
    office.lead(format!("mv {stays} PROMISING")).ok();
    let entered = office.history(stays).last().unwrap()["change"].clone();
    let run = office.refused(4, format!("undo --change {}", replaced + 4));
    run.says(&format!("`stage` of lead {stays} is in the way"))
        .says(&format!("lead undo --change {entered}"));
    office.lead(format!("mv {stays} CONTACTED")).ok();
    office.lead(format!("undo --change {}", replaced + 4)).ok();
    office.rest();
    assert_eq!(office.lead("pipeline export ours").ok().stdout, before_file, "after a new start too");
    office.lead("doctor").ok();
});

both!(a_built_in_pipeline_comes_back, "L9 N4 P3", |office| {
    office.init("dealership");
    let won = office.add("'Kim Lee' --stage won");
    let lost = office.add("'Sam Poe' --stage lost");
    let text =
        preset("dealership").replace("\"won\"", "\"sold\"").replace("kind = \"sold\"", "kind = \"won\"");
    let path = office.file("dealership.toml", &text);
    office.lead(format!("pipeline check {path}")).ok();
    office.lead(format!("pipeline replace {path} --map won=sold")).ok();
    office.lead("undo").ok();
    assert_eq!(office.field(won, "stage"), "won", "from a final stage to the same by its former name");
    let listed = office.lead("pipeline list --json").json();
    let listed = listed.as_array().unwrap().iter().find(|one| one["id"] == "dealership").unwrap();
    assert_eq!(listed["preset"], true, "{listed}");
    office.lead(format!("pipeline replace {path} --map won=sold --map lost=sold")).ok();
    let run = office.refused(4, "undo");
    run.says(&format!("cannot move {lost} from Won to Lost: nothing leads out of it"));
    assert_eq!(office.field(lost, "stage"), "sold");
});
