//! Stage changes: what is legal, what a refusal says, what a move leaves behind.

use crate::harness::{account, both};

both!(a_refusal_tells_the_whole_way, "P4 F1", |office| {
    office.init("field-service");
    for (from, to, cannot, way) in [
        (
            "prospect",
            "lead",
            "from Prospect to Lead\nhint: from here: quoted, customer, inactive",
            "inactive, lead",
        ),
        ("quoted", "lead", "from Quoted to Lead\nhint: from here: customer, inactive", "inactive, lead"),
        (
            "quoted",
            "prospect",
            "from Quoted to Prospect\nhint: from here: customer, inactive",
            "inactive, prospect",
        ),
        (
            "customer",
            "quoted",
            "from Customer to Quoted\nhint: from here: inactive",
            "inactive, lead, quoted",
        ),
        ("inactive", "quoted", "from Inactive to Quoted\nhint: from here: lead, prospect", "lead, quoted"),
        (
            "inactive",
            "customer",
            "from Inactive to Customer\nhint: from here: lead, prospect",
            "lead, customer",
        ),
    ] {
        let lead = office.add(&format!("'Kim Lee' --stage {from}"));
        office
            .lead(format!("move {lead} {to}"))
            .code(4)
            .stdout("")
            .stderr(&format!("error: cannot move {lead} {cannot}\nhint: the way there: {way}\n"));
    }
});

both!(a_refused_jump_explains_the_way, "D10 P4", |office| {
    office.init("dealership");
    let lead = office.add("'Kim Lee'");
    office.refused(4, format!("mv {lead} negotiating")).stderr(&format!(
        "error: cannot move {lead} from New to Negotiating\n\
         hint: from here: mark-contacted, mark-lost, mark-dormant\n\
         hint: the way there: mark-contacted, mark-engaged, set-appointment, mark-showed, start-negotiation\n"
    ));
});

both!(revive_and_no_show_lead_back, "D3 D2", |office| {
    office.init("dealership");
    for stage in ["lost", "dormant"] {
        let lead = office.add(&format!("'Kim Lee' --stage {stage}"));
        office.lead(format!("mv {lead} revive")).ok();
        assert_eq!(office.field(lead, "stage"), "contacted");
    }
    let lead = office.add("'Sam Poe' --stage engaged");
    for _ in 0..3 {
        office.lead(format!("mv {lead} set-appointment")).ok();
        office.lead(format!("mv {lead} no-show")).ok();
    }
    assert_eq!(office.field(lead, "stage"), "engaged");
    assert_eq!(office.events(lead, "lead_status_transition").len(), 6);
});

both!(a_move_is_in_the_history_with_all_it_was, "D2 L5", |office| {
    office.init("dealership");
    office.user("sam", "sales");
    let lead = office.add("'Kim Lee'");
    office.at("2026-11-22T10:15:00+01:00");
    office.lead(format!("--as sam mv {lead} mark-contacted")).ok();
    office.lead(format!("--as sam mv {lead} mark-won")).refused(4);
    let moves = office.events(lead, "lead_status_transition");
    assert_eq!(moves.len(), 1, "refused moves leave none: {moves:?}");
    let entry = &moves[0];
    assert_eq!(entry["at"], "2026-11-22T09:15:00Z");
    assert_eq!((&entry["actor"], &entry["via"]), (&"sam".into(), &account().into()));
    assert_eq!(
        (&entry["action"], &entry["from"], &entry["to"]),
        (&"mark-contacted".into(), &"new".into(), &"contacted".into())
    );
    let edit = serde_json::json!({"record": format!("lead/{lead}"), "field": "stage", "before": "new", "after": "contacted"});
    assert!(entry["edits"].as_array().is_some_and(|edits| edits.contains(&edit)), "{entry}");
});

both!(the_stage_it_is_in_already_is_already_so, "L7", |office| {
    office.init("dealership");
    for stage in ["new", "engaged", "won"] {
        let lead = office.add(&format!("'Kim Lee' --stage {stage}"));
        let before = office.snapshot();
        let run = office.lead(format!("mv {lead} {stage}"));
        assert!(!run.ok().stdout("").stderr.is_empty(), "it says so\n{run}");
        assert_eq!(before, office.snapshot());
    }
});

both!(a_named_move_that_is_not_open_is_refused_even_when_it_is_already_so, "L7 D1", |office| {
    office.init("dealership");
    let lead = office.add("'Kim Lee' --stage contacted");
    office.refused(4, format!("mv {lead} mark-contacted"));
});

both!(no_lead_begins_where_only_convert_leads, "P1 M9", |office| {
    office.init("mini");
    office.refused(2, "add 'Sam Poe' --stage converted").says("convert");
});

both!(nothing_leads_out_of_won, "D5", |office| {
    office.init("dealership");
    let lead = office.add("'Kim Lee' --stage negotiating");
    let run = office.lead(format!("mv {lead} mark-won"));
    run.ok().stdout("");
    assert!(run.stderr.lines().count() > 1, "won without a customer or a deal warns\n{run}");
    for stage in ["new", "contacted", "negotiating", "lost", "dormant"] {
        office.refused(4, format!("mv {lead} {stage}"));
    }
});

both!(stages_and_moves_are_typed_in_any_case, "P1 L7", |office| {
    office.init("dealership");
    let lead = office.add("'Kim Lee' --stage ENGAGED");
    office.lead(format!("mv {lead} Set_Appointment")).ok();
    assert_eq!(office.field(lead, "stage"), "appointment-set");
    office.lead(format!("mv {lead} No Show")).ok();
    office.lead(format!("mv {lead} APPOINTMENT SET")).ok();
    assert_eq!(office.field(lead, "stage"), "appointment-set");
    office.refused(3, format!("mv {lead} appointmentset-x")).says("hint: ");
});

both!(what_is_open_is_listed_in_the_order_of_the_file, "P5", |office| {
    office.init("dealership");
    let lead = office.add("'Kim Lee' --stage engaged");
    let names = |line: String| {
        let run = office.lead(line);
        let first = |line: &str| line.split('\t').next().unwrap_or_default().to_owned();
        run.ok().stdout.lines().map(first).collect::<Vec<_>>()
    };
    let expected = ["set-appointment", "mark-contacted", "mark-lost", "mark-dormant", "convert"];
    assert_eq!(names(format!("actions {lead}")), expected);
    let shown = office.show(lead)["actions"].clone();
    assert_eq!(
        shown[0],
        serde_json::json!({"name": "set-appointment", "to": "appointment-set", "kind": "forward"})
    );
    assert_eq!(
        shown[1],
        serde_json::json!({"name": "mark-contacted", "to": "contacted", "kind": "step-back"})
    );
    assert_eq!(shown[4]["name"], "convert");
    assert!(shown[4]["to"].is_null(), "{shown}");
});

both!(what_cannot_be_done_is_not_listed_as_open, "P5 M10", |office| {
    office.init("field-service");
    let lead = office.add("'Kim Lee' --stage inactive");
    let shown = office.show(lead)["actions"].clone();
    let names: Vec<_> = shown.as_array().into_iter().flatten().map(|action| action["name"].clone()).collect();
    assert_eq!(names, ["lead", "prospect"]);
    assert_eq!(shown[0]["kind"], "revive");
});

both!(each_of_many_gets_its_own_result, "F11", |office| {
    office.init("field-service");
    office.add("'One' --stage lead");
    office.add("'Two' --stage customer");
    office.add("'Three' --stage prospect");
    let before = office.snapshot();
    office.lead("mv 1-3 quoted --atomic").code(4);
    assert_eq!(before, office.snapshot(), "all or nothing");
    let run = office.lead("mv 1-3 quoted");
    run.code(8).says("error: cannot move 2 from Customer to Quoted\n");
    assert_eq!(office.found("stage:quoted"), [1, 3]);
    office.lead("mv 2 --to quoted").refused(4);
    office.lead("mv --to inactive 1,3").ok();
    assert_eq!(office.found("stage:inactive"), [1, 3]);
});
