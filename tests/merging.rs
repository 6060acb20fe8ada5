//! Leads made one: nothing that anybody knew of either of them is lost, and it can be taken back.

use serde_json::{Value, json};

use crate::harness::{Office, both};

fn bare(mut record: Value) -> Value {
    for key in ["revision", "changed_at"] {
        record.as_object_mut().unwrap().remove(key);
    }
    record
}

/// All that can be seen of leads, deals, appointments and customers, but for what every change raises.
fn all(office: &Office) -> Vec<Value> {
    let mut all = Vec::new();
    for id in office.found("") {
        all.push(bare(office.show(id)));
    }
    for look in ["deal list", "appointment list --all", "customer list"] {
        all.push(office.lead(format!("{look} --json")).json());
    }
    all
}

fn notes(office: &Office, id: u64) -> Vec<String> {
    let notes = office.field(id, "notes");
    let lines = notes.as_str().unwrap_or_default().lines();
    lines.map(|line| line.split_once("] ").map_or(line, |(_, text)| text).to_owned()).collect()
}

both!(a_merge_keeps_every_note_date_deal_and_tag, "L4 L5 A5", |office| {
    office.init("dealership");
    let into = office.add(
        "'Kim Lee' --email kim@acme.example --tag VIP --note first --set colour=red --follow-up 2026-12-01",
    );
    let from = office.add(
        "'K. Lee' --email kim@home.example --phone '030 1234567' --company Acme --address 'Am Markt 1' --source Web \
         --value 4500EUR --tag vip --tag hot --set colour=blue --set size=8 --note second --stage contacted --follow-up 2026-11-25",
    );
    office.lead(format!("convert {from} --start-deal=Car")).ok();
    office.lead(format!("appointment add {from} fri 15:00")).ok();
    office.lead(format!("log {from} call spoke")).ok();
    let before = office.show(into);
    let run = office.lead(format!("merge {into} {from} -n"));
    run.ok().stdout("").says("1 Kim Lee: took in 2\ndry run: nothing was changed\n");
    assert_eq!(office.show(into), before);
    office.lead(format!("merge {into} {from}")).ok().stdout("").stderr("1 Kim Lee: took in 2\n");
    let shown = office.show(into);
    for (field, value) in [
        ("name", json!("Kim Lee")),
        ("email", json!("kim@acme.example")),
        ("phone", json!("030 1234567")),
        ("company", json!("Acme")),
        ("address", json!("Am Markt 1")),
        ("source", json!("Web")),
        ("value", json!({"amount": "4500.00", "currency": "EUR"})),
        ("tags", json!(["VIP", "hot"])),
        ("fields", json!({"colour": "red", "size": "8"})),
        ("follow_up", json!({"date": "2026-11-25", "time": null})),
        ("stage", json!("new")),
        ("customer", json!(1)),
        ("merged_into", Value::Null),
        ("created_at", before["created_at"].clone()),
    ] {
        assert_eq!(shown[field], value, "{field}");
    }
    assert!(shown["last_contacted_at"].is_string() && shown["converted_at"].is_string());
    let merged = "merged 2; other values: name K. Lee; email kim@home.example; follow-up 2026-12-01; colour=blue; stage Contacted";
    assert_eq!(notes(office, into), [merged, "spoke", "second", "first"]);
    assert_eq!(office.lead("deal show 1 --json").json()["lead"], into);
    assert_eq!(shown["appointments"][0]["lead"], into);
    assert_eq!(office.lead("customer show 1 --json").json()["leads"], json!([into]));
    assert_eq!(office.found(""), [into]);
    let entries = office.history(into);
    assert_eq!(office.events(into, "merged").len(), 2);
    let merged: Vec<_> = entries.iter().filter(|entry| entry["event"] == "merged").collect();
    assert_eq!((&merged[0]["lead"], &merged[1]["lead"]), (&json!(into), &json!(from)));
    assert_eq!(merged[0]["change"], merged[1]["change"], "one commit");
    assert!(entries.iter().any(|entry| entry["text"] == "spoke"), "the history goes along");
    let sources = office.lead("report sources --json").json();
    assert_eq!((&sources[0]["leads"], &sources[0]["deals"]), (&json!(1), &json!(1)));
    office.lead("doctor").ok();
});

both!(a_merged_number_stands_for_its_successor, "L4 A5", |office| {
    office.init("agency");
    let into = office.add("'Kim Lee' --email kim@acme.example");
    let from = office.add("'Kim' --email kim@home.example --phone 0301234567");
    let top = office.add("'Kay' --phone 030999");
    office.lead(format!("merge {into} {from}")).ok();
    office.lead(format!("merge {top} {into}")).ok();
    office.lead(format!("show {from}")).ok().says("hint: 2 was merged into 3: `lead show 3`\n");
    for named in
        [from.to_string(), into.to_string(), "kim@home.example".to_owned(), "kim@acme.example".to_owned()]
    {
        let shown = office.lead(format!("show {named} --json")).json();
        assert_eq!(shown["id"], top, "{named}");
    }
    office.lead(format!("note {from} hello")).ok().says("2 was merged into 3");
    assert_eq!(notes(office, top)[0], "hello");
    let run = office.refused(7, "add 'Kim' --email kim@home.example");
    run.says("lead 3 Kay");
    let before = office.snapshot();
    let run = office.lead(format!("merge {top} {from}"));
    run.ok().stderr("3 Kay: took in 2 before\nhint: 2 was merged into 3: `lead show 3`\n");
    assert_eq!(before, office.snapshot());
    office.lead(format!("merge {from} {into}")).ok().says("took in 1 before");
    let deal = office.lead(format!("convert {from}"));
    deal.ok().says("3 Kay: converted");
    assert_eq!(office.found("email:home"), [0; 0]);
});

both!(a_merge_and_its_undo_give_everything_back, "L9 N4 L5", |office| {
    office.init("dealership");
    office.user("sam", "sales");
    let into = office.add("'Kim Lee' --email kim@acme.example --note first");
    let from = office.add("'K. Lee' --phone 030123 --note second --follow-up 2026-11-25 --owner sam");
    let third = office.add("'Kay' --note third --tag hot --follow-up 2026-11-30");
    office.lead(format!("convert {from} --start-deal=Car")).ok();
    office.lead(format!("appointment add {from} fri 15:00")).ok();
    office.lead(format!("appointment add {third} sat 15:00")).ok();
    let before = all(office);
    office.lead(format!("merge {into} {from},{third}")).ok().says("took in 2, 3");
    assert_eq!(office.field(into, "owner"), "sam");
    let after = all(office);
    assert_ne!(before, after);
    office.lead(format!("undo {from}")).ok();
    assert_eq!(all(office), before);
    let undone = office.history(into).last().unwrap()["change"].clone();
    office.lead(format!("undo --change {undone}")).ok();
    assert_eq!(all(office), after, "done again");
    office.lead("doctor").ok();
});

both!(what_was_merged_since_is_in_the_way, "L9", |office| {
    office.init("mini");
    let (into, from, top) = (office.add("'Kim Lee'"), office.add("'Kim'"), office.add("'Kay'"));
    office.lead(format!("tag {from} hot")).ok();
    let tagged = office.history(from).last().unwrap()["change"].clone();
    office.lead(format!("note {from} hello")).ok();
    let noted = office.history(from).last().unwrap()["change"].clone();
    office.lead(format!("merge {into} {from}")).ok();
    let merged = office.history(into).last().unwrap()["change"].clone();
    let run = office.refused(4, format!("undo --change {tagged}"));
    run.says(&format!("`merged_into` of lead {from} is in the way"))
        .says(&format!("lead undo --change {merged}"));
    office.lead(format!("undo --change {noted}")).ok();
    assert_eq!(
        notes(office, into),
        [format!("merged {from}; other values: name Kim")],
        "a note is shown no more"
    );
    office.lead(format!("merge {top} {into}")).ok();
    office.refused(4, format!("undo --change {merged}")).says(&format!("`merged_into` of lead {into}"));
    office.lead(format!("undo {top}")).ok();
    office.lead(format!("undo --change {merged}")).ok();
    office.lead(format!("undo --change {tagged}")).ok();
    assert_eq!(office.found(""), [into, from, top]);
    assert_eq!(office.field(from, "tags"), json!([]));
});

both!(one_of_several_merges_is_undone_alone, "L9 N4", |office| {
    office.init("mini");
    let (into, one, other) =
        (office.add("'Kim Lee'"), office.add("'Kim Lee' --note one"), office.add("'Kim Lee' --note other"));
    office.lead(format!("merge {into} {one}")).ok();
    let first = office.history(into).last().unwrap()["change"].clone();
    office.lead(format!("merge {into} {other}")).ok();
    assert_eq!(notes(office, into), ["other", "one"]);
    office.lead(format!("undo --change {first}")).ok();
    assert_eq!((notes(office, into), notes(office, one)), (vec!["other".to_owned()], vec!["one".to_owned()]));
    assert_eq!(office.found(""), [into, one]);
});

both!(a_merge_that_cannot_be_is_refused_whole, "L5 L8 L10 A13", |office| {
    office.init("agency");
    office.user("sam", "sales");
    let (a, b) = (office.add("'A' --phone 0301"), office.add("'B' --phone 0302"));
    let gone = office.add("'Gone' --phone 0303");
    office.lead(format!("trash {gone}")).ok();
    let own = office.lead("--as sam add 'Own' --phone 0304").number();
    office.refused(2, format!("merge {a} {a}")).says("error: lead 1 cannot go into itself\n");
    office.refused(2, format!("merge {a}")).says("FROM is required");
    office.refused(2, "merge").says("INTO is required");
    office.refused(2, format!("merge {a} bob")).says("not the number of a lead");
    office.refused(2, format!("merge {a} --where tag:x"));
    office.refused(4, format!("merge {a} {b} {gone}")).says(&format!("lead restore {gone}"));
    office.refused(4, format!("merge {gone} {a}")).says(&format!("lead restore {gone}"));
    office.refused(3, format!("merge {a} {b} 99")).says("error: no lead 99\n");
    office.refused(3, format!("--as sam merge {own} {a}")).says(&format!("error: no lead {a}\n"));
    office.refused(3, format!("--as sam merge {a} {own}")).says(&format!("error: no lead {a}\n"));
    let revision = office.field(a, "revision");
    office.lead(format!("note {a} hello")).ok();
    let run = office.lead(format!("merge {a} {b} --if-revision {revision}"));
    run.code(5).says("This lead was changed by someone else just now — reload and retry.");
    office.lead(format!("convert {a}")).ok();
    office.lead(format!("convert {b}")).ok();
    let run = office.refused(4, format!("merge {a} {b}"));
    run.stderr("error: 1 belongs to customer 1, 2 to customer 2\nhint: make them one first: `lead customer merge 1 2`\n");
    office.lead("customer merge 1 2").ok();
    office.lead(format!("merge {a} {b}")).ok();
    assert_eq!(office.lead("customer show 1 --json").json()["leads"], json!([a]));
});

both!(whoever_loses_a_lead_by_a_merge_loses_it_by_the_rules, "D9 A4 A13", |office| {
    office.init("dealership");
    for (login, role) in [("sam", "sales"), ("max", "manager"), ("ida", "sales")] {
        office.user(login, role);
    }
    let free = office.add("'Free'");
    let sams = office.add("'Sam has it' --owner sam");
    let idas = office.add("'Ida has it' --owner ida");
    office.refused(4, format!("--as ida merge {idas} {sams}")).says("reassign");
    office.lead(format!("--as ida merge {free} {sams}")).ok();
    assert_eq!(office.field(free, "owner"), "sam", "nobody lost it");
    office.lead(format!("--as sam merge {idas} {free}")).ok();
    assert_eq!(office.field(idas, "owner"), "ida", "one's own may be handed on");
    office.lead(format!("--as sam undo {idas}")).ok();
    office.lead(format!("--as max merge {idas} {free}")).ok();
    assert_eq!(notes(office, idas)[0], format!("merged {free}; other values: name Free; owner sam"));
});

both!(a_claim_goes_along_where_nobody_has_the_other, "A8 A10 L9", |office| {
    office.init("mini");
    office.user("sam", "sales");
    let (into, from) = (office.add("'Kim Lee'"), office.add("'Kim Lee'"));
    office.lead(format!("--as sam claim {from}")).ok();
    let claim = office.field(from, "claim");
    office.lead(format!("--as sam merge {into} {from}")).ok();
    assert_eq!(office.field(into, "claim"), claim);
    office.lead(format!("--as sam undo {into}")).ok();
    assert_eq!((office.field(into, "claim"), office.field(from, "claim")), (Value::Null, claim));
    office.lead(format!("--as sam merge {into} {from}")).ok();
    office.at("2026-11-23T09:00:00+01:00");
    assert_eq!(office.found("pool:yes"), [into]);
});

both!(a_merged_lead_gets_no_mail, "R2 L4", |office| {
    office.init("mini");
    office.user("sam", "sales");
    let into = office.add("'Kim Lee' --owner sam");
    let from = office.add("'Kim Lee' --owner sam --follow-up 2026-11-23");
    let late = office.add("'Kim Lee' --owner sam --follow-up 2026-11-26");
    office.lead(format!("merge {into} {from} {late}")).ok();
    office.at("2026-11-23T08:05:00+01:00");
    office.rest();
    office.leadd_once().ok();
    office.at("2026-11-27T08:05:00+01:00");
    office.rest();
    office.leadd_once().ok();
    let told: Vec<String> = office.mails_of("reminder").iter().map(|mail| mail.header("X-Lead-Id")).collect();
    assert_eq!(told, [into.to_string()]);
    let overdue: Vec<String> =
        office.mails_of("overdue").iter().map(|mail| mail.header("X-Lead-Id")).collect();
    assert_eq!(overdue, [into.to_string()]);
});

both!(another_pipeline_s_lead_is_merged_and_its_words_kept, "P3 L4", |office| {
    office.init("field-service");
    let into = office.add("'Kim Lee' --pipeline mini");
    let from = office.add("'Kim Lee' --source 'a neighbour' --stage customer");
    office.lead(format!("merge {into} {from}")).ok();
    let shown = office.show(into);
    assert_eq!(
        (&shown["pipeline"], &shown["stage"], &shown["source"]),
        (&json!("mini"), &json!("new"), &Value::Null)
    );
    assert!(shown["converted_at"].is_string());
    assert_eq!(
        notes(office, into),
        [format!("merged {from}; other values: source a neighbour; stage Customer")]
    );
});

both!(a_lead_out_of_a_final_stage_is_merged_and_taken_back, "D5 L9", |office| {
    office.init("dealership");
    let into = office.add("'Kim Lee'");
    let won = office.add("'Kim Lee' --stage won");
    office.lead(format!("merge {into} {won}")).ok();
    assert_eq!(office.field(into, "stage"), "new");
    office.lead(format!("undo {into}")).ok();
    office.lead(format!("merge {won} {into}")).ok();
    office.lead(format!("undo {won}")).ok();
    assert_eq!((office.field(into, "stage"), office.field(won, "stage")), (json!("new"), json!("won")));
});

both!(a_purge_takes_what_was_merged_and_what_a_merge_said, "L8 N7", |office| {
    office.init("mini");
    let into = office.add("'Kim Lee'");
    let from = office.add("'Kim Secret' --email kim@secret.example --note secret");
    office.lead(format!("merge {into} {from}")).ok();
    office.lead(format!("undo {into}")).ok();
    office.lead(format!("purge {from} --confirm='Kim Secret'")).ok();
    let told = office.lead("history --json");
    assert!(!told.ok().stdout.contains("ecret"), "{told}");
    let other = office.add("'Kim Secret' --note secret");
    office.lead(format!("merge {into} {other}")).ok();
    office.lead(format!("purge {into} --confirm='Kim Lee'")).ok();
    let told = office.lead("history --json");
    assert!(!told.ok().stdout.contains("ecret"), "{told}");
    assert_eq!(office.found(""), [0; 0]);
    office.refused(3, format!("show {other}"));
    office.lead("doctor").ok();
});

both!(a_merge_answers_with_the_lead_that_stays, "L5 N5", |office| {
    office.init("mini");
    let (into, from) = (office.add("'Kim Lee'"), office.add("'Kim Lee' --note hello"));
    let dry = office.lead(format!("merge {into} {from} -n --json")).json();
    let run = office.lead_with(format!("{from}\n").as_bytes(), format!("merge {into} - --json"));
    let merged = run.ok().stderr("").json();
    assert_eq!(bare(merged.clone()), bare(dry));
    assert_eq!(bare(merged.clone())["notes"], office.field(into, "notes"));
    assert_eq!(merged["id"], into);
    let seen = office.lead("watch --from 1 --until-now").lines();
    let merged: Vec<_> = seen.iter().filter(|entry| entry["event"] == "merged").collect();
    assert_eq!(merged.len(), 2);
});

both!(what_was_given_for_a_lead_that_exists_is_not_lost, "A5", |office| {
    office.init("agency");
    let id = office.add("'Kim Lee' --email kim@acme.example --phone 0301 --follow-up 2026-12-01");
    let line = "add 'K. Lee' --email kim@acme.example --phone 0302 --note hello --follow-up 2026-11-25 --on-duplicate merge";
    assert_eq!(office.lead(line).number(), id);
    assert_eq!(office.field(id, "follow_up")["date"], "2026-11-25");
    let told = "other values: name K. Lee; phone 0302; follow-up 2026-12-01";
    assert_eq!(notes(office, id), ["hello", told]);
});

both!(what_was_logged_on_either_was_logged_on_the_one, "L4 L2", |office| {
    let file = include_str!("../shared/pipelines/field-service.toml");
    let path = office.file("ours.toml", &file.replacen("enabled = false", "enabled = true", 1));
    office.lead(format!("init --pipeline {path} --zone Europe/Berlin")).ok();
    let (into, from, fresh) = (office.add("'Kim Lee'"), office.add("'Kim Lee'"), office.add("'Sam Poe'"));
    office.lead(format!("log {from} job done")).ok();
    assert_eq!(office.field(from, "stage"), "customer", "a first job converts");
    office.lead(format!("log {from} call spoke")).ok();
    office.lead(format!("merge {into} {from}")).ok();
    office.lead(format!("log {into} job another")).ok();
    assert_eq!(office.field(into, "stage"), "lead", "which was not the first");
    office.lead(format!("log {fresh} job done")).ok();
    assert_eq!(office.field(fresh, "stage"), "customer");
    assert_eq!(office.found("contacted:never"), [fresh]);
    let people = office.lead("report people --json").json();
    assert_eq!(people[0]["contacts"], 1, "{people}");
});
