//! Undo: what is set back, what is in its way, who may.

use serde_json::{Value, json};

use crate::harness::{Office, Run, account, both};

/// A record as JSON but for what every change raises.
fn bare(mut record: Value) -> Value {
    let object = record.as_object_mut().unwrap();
    for key in ["revision", "changed_at"] {
        object.remove(key);
    }
    record
}

fn lead(office: &Office, number: u64) -> Value {
    bare(office.show(number))
}

fn last_change(office: &Office, number: u64) -> u64 {
    office.history(number).last().unwrap()["change"].as_u64().unwrap()
}

both!(each_change_of_a_lead_is_undone_and_done_again, "L9 N4 L5", |office| {
    office.init("mini");
    office.user("sam", "sales");
    let id = office.add("'Kim Lee' --email kim@acme.example --tag vip --set colour=red --note hello");
    for line in [
        format!("mv {id} contacted"),
        format!("tag {id} hot --remove vip"),
        format!("note {id} asked for a quote"),
        format!("log {id} call 'spoke with her' --next +3d --move qualified"),
        format!("schedule {id} tomorrow --note 'send it'"),
        format!("claim {id}"),
        format!("assign {id} sam"),
        format!("convert {id} --start-deal"),
        format!("trash {id}"),
    ] {
        let before = lead(office, id);
        office.lead(&line).ok();
        let after = lead(office, id);
        assert_ne!(before, after, "{line}");
        office.lead(format!("undo {id}")).ok().stdout("");
        assert_eq!(lead(office, id), before, "undo of {line}");
        let entry = office.events(id, "undone").last().unwrap().clone();
        assert_eq!(entry["actor"], account().as_str());
        office.lead(format!("undo --change {}", last_change(office, id))).ok();
        assert_eq!(lead(office, id), after, "done again: {line}");
    }
    office.lead("doctor").ok();
});

both!(undo_goes_back_step_by_step, "L9 N4", |office| {
    office.init("mini");
    let id = office.add("'Kim Lee'");
    office.lead(format!("mv {id} contacted")).ok();
    office.lead(format!("tag {id} hot")).ok();
    let run = office.lead(format!("undo {id}"));
    run.ok().stdout("").stderr(&format!(
        "change 4, `tag` by {me}, Sun 2026-11-22 09:00:\n\
         \x20 lead {id} tags: hot → nothing\n\
         {id} Kim Lee: change 4 (`tag`) undone\n\
         hint: to have it again: `lead undo --change 5`\n",
        me = account()
    ));
    office.lead("undo").ok().says("contacted → new");
    assert_eq!(office.field(id, "stage"), "new");
    office.lead("undo").ok();
    assert_eq!(office.found(""), [0; 0], "what was added goes to the trash");
    assert_eq!(office.found("trash:yes"), [id]);
    let run = office.lead(format!("undo {id}"));
    run.refused(3).says(&format!("error: no change of yours to undo on {id}\n"));
    let before = office.snapshot();
    office.lead("undo --change 4").ok().stderr(&format!("{id} Kim Lee: change 4 is undone already\n"));
    assert_eq!(before, office.snapshot());
    office.lead("undo --change 9999").refused(3).says("error: no change 9999\n");
});

both!(what_is_in_the_way_is_named, "L9", |office| {
    office.init("mini");
    office.user("sam", "sales");
    let id = office.add("'Kim Lee'");
    office.lead(format!("mv {id} contacted")).ok();
    office.lead(format!("tag {id} hot")).ok();
    let moved = office.events(id, "lead_status_transition")[0]["change"].clone();
    office.lead(format!("--as sam mv {id} qualified")).ok();
    let theirs = last_change(office, id);
    office.refused(4, format!("undo --change {moved}")).stderr(&format!(
        "error: cannot undo change {moved}: `stage` of lead {id} is in the way, sam changed it in change {theirs}, Sun 2026-11-22 09:00\n\
         hint: undo that first: `lead undo --change {theirs}`\n"
    ));
    office.lead(format!("undo {id}")).ok().says("tags: hot → nothing");
    office.lead(format!("undo --change {theirs}")).ok();
    office.lead(format!("undo --change {moved}")).ok();
    assert_eq!(office.field(id, "stage"), "new");
    let run = office.lead(format!("undo --change {moved} --json"));
    run.ok().stderr("");
});

both!(tags_are_set_back_as_sets, "L9 F8", |office| {
    office.init("field-service");
    let id = office.add("'Kim Lee' --tag VIP");
    office.lead(format!("tag {id} Warranty")).ok();
    let tagged = last_change(office, id);
    office.lead(format!("tag {id} Insurance")).ok();
    office.lead(format!("undo --change {tagged}")).ok();
    assert_eq!(office.field(id, "tags"), json!(["VIP", "Insurance"]));
});

both!(a_conversion_is_undone_in_all_four_ways, "L9 N4 A11 M9 D6 F4", |office| {
    for (pipeline, separate) in
        [("field-service", false), ("agency", true), ("mini", true), ("dealership", true)]
    {
        let office = &Office::new(if office.is_served() {
            crate::harness::Way::Daemon
        } else {
            crate::harness::Way::Direct
        });
        office.init(pipeline);
        let id = office.add("'Kim Lee' --email kim@acme.example --company Acme --note hello");
        let before = lead(office, id);
        office.lead(format!("convert {id}")).ok();
        let converted = lead(office, id);
        office.lead(format!("undo {id}")).ok();
        assert_eq!(lead(office, id), before, "{pipeline}");
        if separate {
            office.lead("customer list -F ids").ok().stdout("");
            office.lead("customer show 1").refused(3);
        }
        office.lead(format!("undo --change {}", last_change(office, id))).ok();
        assert_eq!(lead(office, id), converted, "{pipeline}");
        if separate {
            office.lead("customer list -F ids").ok().stdout("1\n");
        }
        office.lead("doctor").ok();
    }
});

both!(a_customer_that_others_joined_is_in_the_way, "L9", |office| {
    office.init("agency");
    let first = office.add("'Kim Lee' --email kim@acme.example");
    office.lead(format!("convert {first}")).ok();
    let made = last_change(office, first);
    let second = office.add("'Ida Lee' --email ida@acme.example");
    office.lead(format!("convert {second} --into 1")).ok();
    let run = office.refused(4, format!("undo --change {made}"));
    run.says(&format!("error: cannot undo change {made}: `leads` of customer 1 is in the way, "));
    office.lead(format!("undo {second}")).ok();
    office.lead(format!("undo {first}")).ok();
    office.lead("customer list -F ids").ok().stdout("");
});

both!(a_deal_started_since_is_in_the_way, "L9", |office| {
    office.init("dealership");
    let id = office.add("'Kim Lee'");
    office.lead(format!("convert {id}")).ok();
    let converted = last_change(office, id);
    office.lead(format!("deal start {id} 'New car'")).ok();
    let run = office.refused(4, format!("undo --change {converted}"));
    run.says("`created_at` of deal 1 is in the way");
    office.lead(format!("undo {id}")).ok();
    office.lead("deal list -F ids").ok().stdout("");
    office.lead(format!("undo {id}")).ok();
    assert_eq!(office.field(id, "converted_at"), Value::Null);
});

both!(nothing_is_undone_out_of_a_final_stage, "L9 D5", |office| {
    office.init("dealership");
    let id = office.add("'Kim Lee' --stage negotiating");
    office.lead(format!("mv {id} mark-won --convert --start-deal")).ok();
    let run = office.refused(4, format!("undo {id}"));
    run.says(&format!("error: cannot move {id} from Won to Negotiating: nothing leads out of it\n"));
    office.lead(format!("note {id} thanks")).ok();
    office.lead(format!("undo {id}")).ok();
    assert_eq!(office.field(id, "stage"), "won");
    assert_eq!(office.field(id, "notes"), Value::Null);
});

both!(a_bulk_change_is_undone_whole, "L9 N4 F11", |office| {
    office.init("mini");
    let ids = [office.add("'A'"), office.add("'B'"), office.add("'C'")];
    office.lead("mv --where stage:new contacted --yes").ok();
    office.lead(format!("undo {} --json", ids[1])).ok().stderr("");
    assert_eq!(office.found("stage:new"), ids);
    let run = office.lead("undo -n");
    run.ok().stdout("").says("dry run: nothing was changed\n");
    assert_eq!(office.found("").len(), 3);
});

both!(undo_needs_what_the_change_needed, "L9 A13 U2", |office| {
    office.init("agency");
    office.user("sam", "sales");
    office.user("max", "manager");
    let id = office.add("'Kim Lee' --email kim@acme.example");
    office.lead(format!("--as max assign {id} sam")).ok();
    let assigned = last_change(office, id);
    office.refused(4, format!("--as sam undo --change {assigned}")).says("error: you lack the capability ");
    let other = office.add("'Ida Poe' --email ida@acme.example");
    office.lead(format!("note {other} secret")).ok();
    let hidden = last_change(office, other);
    office
        .refused(3, format!("--as sam undo --change {hidden}"))
        .says(&format!("error: no change {hidden}\n"));
    office.refused(3, format!("--as sam undo {other}")).says(&format!("error: no lead {other}\n"));
    office.lead(format!("--as max undo {id}")).ok();
    assert_eq!(office.field(id, "owner"), Value::Null);
});

both!(a_claim_undone_is_free_again, "L9 A8 A9", |office| {
    office.init("mini");
    office.user("sam", "sales");
    let id = office.add("'Kim Lee'");
    office.lead(format!("--as sam claim {id}")).ok();
    office.lead(format!("--as sam undo {id}")).ok();
    assert_eq!(office.found("pool:yes"), [id]);
    office.lead(format!("--as sam claim {id}")).ok();
    office.lead(format!("--as sam release {id}")).ok();
    let released = last_change(office, id);
    office.lead(format!("claim {id}")).ok();
    office.refused(4, format!("--as sam undo --change {released}")).says("`claim` of lead 1 is in the way");
});

both!(mail_that_is_out_is_named_and_waiting_mail_is_cancelled, "L9 R2", |office| {
    office.init("mini");
    office.user("sam", "sales");
    let id = office.add("'Kim Lee'");
    office.lead(format!("assign {id} sam")).ok();
    office.swept("sam was told", || office.mails_of("assigned").len() == 1);
    let run = office.lead(format!("undo {id}"));
    run.ok().says("(assigned) to sam is out and stays so\n");
    office.lead(format!("schedule {id} 2026-11-23")).ok();
    office.lead(format!("undo {id}")).ok();
    office.at("2026-11-23T08:05:00+01:00");
    office.rest();
    office.leadd_once().ok();
    assert_eq!(office.mails_of("reminder").len(), 0);
});

both!(a_user_added_is_disabled_and_the_first_owner_stays, "L9 N4", |office| {
    office.init("mini");
    office.user("sam", "sales");
    let before = office.lead("user list --json").json();
    office.lead("user edit sam --name 'Sam Poe'").ok();
    office.lead("undo").ok();
    assert_eq!(office.lead("user list --json").json(), before);
    office.lead("undo").ok();
    office.lead("--as sam list").refused(4).says("disabled");
    office.lead("undo").refused(4).says("error: cannot undo change 1: ");
});

both!(the_history_shows_people_the_number_that_undo_takes, "L9 L5", |office| {
    office.init("mini");
    office.add("'Kim Lee' --tag vip");
    office.lead("edit 1 --name 'Kim Poe'").ok();
    office.lead("tag 1 late").ok();
    let last = |run: &Run| run.stdout.lines().last().unwrap().split_once("  1  ").unwrap().1.to_owned();
    let history = office.lead("history 1 -F table --event edited");
    let (told, change) =
        history.ok().stdout.trim_end().trim_end_matches(']').split_once("  [change ").unwrap();
    assert!(told.ends_with("edited, name: Kim Lee → Kim Poe"), "{told}");
    office.lead(format!("undo --change {change}")).ok();
    assert_eq!(office.field(1, "name"), "Kim Lee");
    let undone = last(office.lead("history 1 -F table").ok());
    let (told, _) = undone.split_once("  [change ").unwrap();
    assert_eq!(told, "undid `edit`, name: Kim Poe → Kim Lee");
});
