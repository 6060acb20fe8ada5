//! Edits: several fields in one commit, under the rules of every other door.

use std::path::Path;
use std::process::Command;

use serde_json::json;

use crate::harness::{Office, Run, both, direct, skip};

both!(each_changed_field_has_its_activity_in_one_commit, "M7 L5", |office| {
    office.init("mini");
    office.user("sam", "sales");
    let lead = office.add("'Kim Lee' --phone 030123 --company Old --set car=blue");
    let line = format!(
        "edit {lead} --name 'Kim Park' --email kim@acme.example --clear company --set car=red --set bike=no \
         --value 4500 --tag hot --stage qualified --owner sam --follow-up 2026-11-20 --note 'asked again'"
    );
    let run = office.lead(line);
    run.ok().stdout("").stderr(&format!(
        "{lead} Kim Park: changed name, company, email, value, tags, car, bike, owner, follow-up, notes, stage, \
         owner sam, follow-up Fri 2026-11-20, now in Qualified\n\
         hint: the date is past, {lead} is overdue at once: `lead schedule {lead} WHEN`\n\
         hint: the follow-up of 2026-11-20 stands: `lead schedule {lead} WHEN` or `lead schedule {lead} none`\n"
    ));
    let view = office.show(lead);
    for (field, value) in [
        ("name", json!("Kim Park")),
        ("company", json!(null)),
        ("email", json!("kim@acme.example")),
        ("fields", json!({"bike": "no", "car": "red"})),
        ("value", json!({"amount": "4500.00", "currency": "EUR"})),
        ("tags", json!(["hot"])),
        ("stage", json!("qualified")),
        ("owner", json!("sam")),
        ("badge", json!("overdue")),
    ] {
        assert_eq!(view[field], value, "{field}");
    }
    assert_eq!(view["revision"], 2, "one commit");
    let entries = office.history(lead);
    let change = entries.last().unwrap()["change"].clone();
    let of_it: Vec<_> = entries.iter().filter(|entry| entry["change"] == change).collect();
    let count = |event: &str| of_it.iter().filter(|entry| entry["event"] == event).count();
    assert_eq!(count("edited"), 6, "{of_it:#?}");
    for event in ["tagged", "owner_changed", "follow_up_set", "noted", "lead_status_transition"] {
        assert_eq!(count(event), 1, "{event}");
    }
    let edited: Vec<_> = of_it.iter().filter(|entry| entry["event"] == "edited").collect();
    assert!(edited.iter().all(|entry| entry["edits"].as_array().unwrap().len() == 1), "{edited:#?}");
});

both!(what_is_so_already_writes_nothing, "L7 M7", |office| {
    office.init("mini");
    let lead =
        office.add("'Kim Lee' --email kim@acme.example --tag hot --follow-up 2026-12-01 --set car=blue");
    let before = office.snapshot();
    let line = format!(
        "edit {lead} --name 'Kim Lee' --email kim@acme.example --tag HOT --stage new --owner none \
         --follow-up 2026-12-01 --set car=blue --clear phone --clear fields.bike"
    );
    office.lead(line).ok().stderr(&format!("{lead} Kim Lee: is so already\n"));
    assert_eq!(before, office.snapshot());
});

both!(a_refused_field_refuses_them_all, "M7 L5 F7 P4", |office| {
    office.init("field-service");
    let lead = office.add("'Kim Lee' --stage quoted");
    for (code, line) in [
        (4, "--name 'Kim Park' --stage prospect"),
        (2, "--name 'Kim Park' --email nonsense"),
        (2, "--name ' '"),
        (2, "--clear name"),
        (2, "--clear stage"),
        (2, "--clear emial"),
        (2, "--email a@b.example --clear email"),
        (2, "--map a=b"),
        (2, "--set nonsense --tag hot"),
        (2, "--follow-up someday --tag hot"),
        (3, "--owner nobody-here --tag hot"),
        (3, "--pipeline nowhere"),
        (3, "--customer 99"),
        (2, ""),
    ] {
        office.refused(code, format!("edit {lead} {line}"));
    }
    office.refused(4, format!("edit {lead} --name 'Kim Park' --stage lead")).stderr(&format!(
        "error: cannot move {lead} from Quoted to Lead\nhint: from here: customer, inactive\n\
         hint: the way there: inactive, lead\n"
    ));
});

both!(the_matrix_of_moves_holds_by_edit, "F1 F7 F3 P1", |office| {
    office.init("field-service");
    let open = |from: &str| match from {
        "lead" => &["prospect", "quoted", "customer", "inactive"][..],
        "prospect" => &["quoted", "customer", "inactive"],
        "quoted" => &["customer", "inactive"],
        "customer" => &["inactive"],
        _ => &["lead", "prospect"],
    };
    let stages = ["lead", "prospect", "quoted", "customer", "inactive"];
    for from in stages {
        for to in stages.into_iter().filter(|to| *to != from) {
            let lead = office.add(&format!("'Kim Lee' --stage {from}"));
            let run = office.lead(format!("edit {lead} --stage {to}"));
            let is_legal = open(from).contains(&to);
            run.code(if is_legal { 0 } else { 4 });
            assert_eq!(office.field(lead, "stage"), if is_legal { to } else { from }, "{from} to {to}");
            assert_eq!(office.events(lead, "lead_status_transition").len(), usize::from(is_legal));
            assert_eq!(
                office.field(lead, "converted_at").is_string(),
                to == "customer" && is_legal || from == "customer"
            );
        }
    }
});

both!(what_a_pipeline_requires_is_there_after_an_edit, "A1 A2", |office| {
    office.init("agency");
    let lead = office.add("'Kim Lee' --email kim@acme.example --company Acme");
    office.refused(2, format!("edit {lead} --clear email")).says("error: phone or email is required\n");
    office.refused(2, format!("edit {lead} --source Carrier")).says("Website, Referral, LinkedIn");
    office
        .lead(format!("edit {lead} --clear email --phone 030123 --source 'cold call' --clear company"))
        .ok()
        .says("company is recommended");
    assert_eq!(office.field(lead, "source"), "Cold Call");
});

both!(sources_are_the_pipelines_own, "M2", |office| {
    office.init("mini");
    let lead = office.add("'Kim Lee'");
    office.refused(2, format!("edit {lead} --source Website2")).says("Cold Outreach");
    office.lead(format!("edit {lead} --source advertisement")).ok();
    assert_eq!(office.field(lead, "source"), "Advertisement");
});

both!(addresses_are_kept_as_typed_and_found_in_any_form, "L6", |office| {
    office.init("agency");
    let lead = office.add("'Kim Lee' --email kim@acme.example");
    office.lead(format!("edit {lead} --email Kim@New.example --phone '030 1234567'")).ok();
    assert_eq!(office.field(lead, "email"), "Kim@New.example");
    assert_eq!(office.field(lead, "phone_e164"), "+49301234567");
    assert_eq!(office.lead("show kim@new.example --json").json()["id"], lead);
    office.lead("show kim@acme.example").code(3);
    office.lead("add Other --phone +49301234567").code(7);
});

both!(who_may_not_assign_may_not_by_edit, "D9 A13", |office| {
    office.init("dealership");
    office.user("sam", "sales");
    office.user("kim", "sales");
    let lead = office.add("'Kim Lee' --owner kim");
    office.refused(4, format!("--as sam edit {lead} --name X --owner sam")).says("reassign");
    office.lead(format!("--as kim edit {lead} --owner sam")).ok();
    assert_eq!(office.field(lead, "owner"), "sam");
    assert_eq!(office.events(lead, "owner_changed").len(), 1);
    office.swept("sam is told", || office.mails_of("assigned").iter().any(|mail| mail.to().contains("sam")));
});

both!(many_leads_are_edited_each_with_its_result, "F11 L10", |office| {
    office.init("field-service");
    office.add("One");
    office.add("Two --stage customer");
    office.lead("edit 1,2 --stage prospect --tag hot").code(8);
    assert_eq!(office.found("tag:hot"), [1]);
    office.lead("edit 1,2 --stage quoted --tag vip --atomic").code(4);
    assert_eq!(office.found("tag:vip"), [0; 0]);
    office.lead("edit --where stage:prospect --address 'Hauptstr. 1' --yes").ok();
    assert_eq!(office.field(1, "address"), "Hauptstr. 1");
    office.lead("edit 1 --name X --if-revision 1").code(5).stdout("").stderr(
        "error: This lead was changed by someone else just now — reload and retry.\nhint: `lead show 1`\n",
    );
    let run = office.lead("edit 1 --name X --dry-run --json");
    assert_eq!(run.json()["name"], "X");
    assert_eq!(office.field(1, "name"), "One");
});

both!(a_lead_goes_over_to_another_pipeline, "P3 P1", |office| {
    office.init("field-service");
    let lead = office.add("'Kim Lee' --stage quoted --source Referral --note 'hello'");
    office.refused(2, format!("edit {lead} --pipeline mini")).says("hint: --map quoted=STAGE\n");
    office
        .refused(2, format!("edit {lead} --pipeline mini --map quoted=converted"))
        .says("by conversion alone");
    office.refused(3, format!("edit {lead} --pipeline mini --map quoted=nowhere"));
    office.refused(3, format!("edit {lead} --pipeline mini --map qouted=qualified")).says("quoted");
    office
        .lead(format!("edit {lead} --pipeline mini --map lead=new --map quoted=qualified --tag hot"))
        .ok()
        .stderr(&format!("{lead} Kim Lee: changed pipeline, stage, tags, now in Qualified\n"));
    let view = office.show(lead);
    assert_eq!((&view["pipeline"], &view["stage"]), (&json!("mini"), &json!("qualified")));
    assert_eq!((&view["source"], &view["tags"]), (&json!("Referral"), &json!(["hot"])));
    let moves = office.events(lead, "lead_status_transition");
    assert_eq!((moves.len(), &moves[0]["from"], &moves[0]["to"]), (1, &json!("quoted"), &json!("qualified")));
    let before = office.snapshot();
    office.lead(format!("edit {lead} --pipeline mini")).ok();
    assert_eq!(before, office.snapshot(), "already there");
    office.lead(format!("edit {lead} --pipeline field-service --stage customer")).ok();
    assert!(office.field(lead, "converted_at").is_string());
    let odd = office.add("Odd --source 'a friend of mine'");
    office.refused(2, format!("edit {odd} --pipeline mini --map lead=new")).says("--clear source");
    office.lead(format!("edit {odd} --pipeline mini --map lead=new --clear source")).ok();
});

both!(no_pipeline_is_a_way_around_a_final_stage, "D5 P3", |office| {
    office.init("dealership");
    let lead = office.add("'Kim Lee' --stage won");
    office.refused(4, format!("edit {lead} --stage lost"));
    office.refused(4, format!("edit {lead} --pipeline field-service --map won=lead"));
    office.refused(4, format!("edit {lead} --pipeline field-service --map won=customer"));
});

both!(a_lead_is_put_under_another_customer, "A3", |office| {
    office.init("agency");
    office.lead("customer add Acme --email a@acme.example").ok();
    office.lead("customer add Bolt --email b@bolt.example").ok();
    let lead = office.add("'Kim Lee' --phone 030123 --customer 1");
    office.lead(format!("edit {lead} --customer 2")).ok();
    assert_eq!(office.lead("customer show 1 --json").json()["leads"], json!([]));
    assert_eq!(office.lead("customer show 2 --json").json()["leads"], json!([lead]));
    office.lead(format!("convert {lead}")).ok();
    office.refused(4, format!("edit {lead} --customer 1"));
    let other = office.add("'Sam Poe' --phone 030124 --customer 1");
    office.lead(format!("edit {other} --clear customer")).ok();
    assert_eq!(office.lead("customer show 1 --json").json()["leads"], json!([]));
});

/// Runs `lead edit 1` on a terminal, with a line of shell as the editor.
fn edited(office: &Office, editor: &str) -> Run {
    let script = ["/usr/bin/script", "/bin/script"].into_iter().find(|path| Path::new(path).exists());
    let Some(script) = script else { skip("no `script` to make a terminal") };
    let lead = office.lead_command("");
    let mut command = Command::new(script);
    command.env_clear().envs(lead.get_envs().filter_map(|(key, value)| value.map(|value| (key, value))));
    let path = office.file("editor.sh", editor);
    command.env("SHELL", "/bin/sh").env("TERM", "xterm").env("LEAD_EDITOR", format!("/bin/sh {path}"));
    command.current_dir(office.home());
    command.args(["-qefc", &format!("{} --color never edit 1", env!("CARGO_BIN_EXE_lead")), "/dev/null"]);
    let mut run = Run::of(command, Some(b""));
    run.stdout = run.stdout.replace("\r\n", "\n");
    run
}

both!(an_editor_changes_what_was_changed_in_it, "M7 L10", |office| {
    office.init("mini");
    office
        .add("'Kim Lee' --phone 030123 --tag hot --set car=blue --follow-up '2026-12-01 15:00' --value 4500");
    let before = office.snapshot();
    edited(office, "grep -q '^tags = ..hot..' $1 || exit 9").ok().shows("nothing was changed");
    assert_eq!(before, office.snapshot());
    let run = edited(
        office,
        "sed -i -e 's/Kim Lee/Kim Park/' -e 's/^stage = .*/stage = \"contacted\"/' -e '/^phone/d' $1",
    );
    run.ok().shows("1 Kim Park: changed name, phone, stage, now in Contacted");
    let view = office.show(1);
    assert_eq!((&view["phone"], &view["stage"]), (&json!(null), &json!("contacted")));
    assert_eq!(view["follow_up"], json!({"date": "2026-12-01", "time": "15:00"}));
    let before = office.snapshot();
    edited(office, "exit 3").code(1);
    edited(office, ": > $1").code(1);
    assert_eq!(before, office.snapshot());
});

both!(a_refused_text_is_kept_and_nothing_else, "L10", |office| {
    office.init("mini");
    office.add("'Kim Lee'");
    let kept = |run: &Run| {
        let path = run.stdout.split("the text is kept in ").nth(1).unwrap_or_else(|| panic!("{run}"));
        std::fs::read_to_string(path.lines().next().unwrap_or_default()).expect("the kept file")
    };
    let lead = env!("CARGO_BIN_EXE_lead");
    let run = edited(office, &format!("{lead} edit 1 --name 'Kim Park'; sed -i 's/Kim Lee/Lee Kim/' $1"));
    run.code(5).shows("This lead was changed by someone else just now — reload and retry.");
    assert!(kept(&run).contains("Lee Kim"));
    assert_eq!(office.field(1, "name"), "Kim Park");
    let before = office.snapshot();
    let run = edited(office, "sed -i 's/^name.*/name = /' $1");
    run.code(2).shows("line 4, column 8: ");
    assert!(kept(&run).contains("name = \n"));
    let run = edited(office, "sed -i 's/^stage = .*/stage = \"converted\"/' $1");
    run.code(4);
    assert!(kept(&run).contains("converted"));
    assert_eq!(before, office.snapshot());
});

direct!(without_a_field_and_a_terminal_there_is_nothing_to_edit, "M7", |office| {
    office.init("mini");
    office.add("'Kim Lee'");
    office.refused(2, "edit 1").stderr(
        "error: a field is required\nhint: `lead edit 12 --email ADDRESS`\nhint: `lead edit --help`\n",
    );
    office.refused(2, "edit");
});
