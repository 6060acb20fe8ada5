//! What logging sets off: switched off as shipped, switched on in a copy of the pipeline's file.

use serde_json::{Value, json};

use crate::harness::{Office, both};

const NOW: &str = "2026-11-22T08:00:00Z";

/// A copy of a pipeline with what is set off on these kinds switched on, in use.
fn switch_on(office: &Office, pipeline: &str, kinds: &[&str]) {
    let text = office.lead(format!("pipeline export {pipeline}")).ok().stdout.clone();
    let mut sections: Vec<String> = text.split("[[automation]]").map(str::to_owned).collect();
    for kind in kinds {
        let mine = |section: &&mut String| section.contains(&format!("on = \"{kind}\"\n"));
        let section = sections.iter_mut().skip(1).find(mine).expect("the preset has it");
        assert!(section.contains("enabled = false"), "as shipped it is off: {section}");
        *section = section.replacen("enabled = false", "enabled = true", 1);
    }
    let file = office.file("own.toml", &sections.join("[[automation]]"));
    office.lead(format!("pipeline check {file}")).ok();
    office.lead(format!("pipeline replace {file}")).ok();
}

fn log(office: &Office, lead: u64, line: &str) {
    office.lead(format!("log {lead} {line}")).ok().stdout("");
}

/// Stage, conversion and follow-up.
fn state(office: &Office, lead: u64) -> (Value, Value, Value) {
    let shown = office.show(lead);
    (shown["stage"].clone(), shown["converted_at"].clone(), shown["follow_up"].clone())
}

both!(as_shipped_nothing_is_set_off, "F12", |office| {
    for (place, pipeline) in ["field-service", "agency", "mini", "dealership"].into_iter().enumerate() {
        if place == 0 {
            office.init(pipeline);
        }
        let lead = office.add(&format!("'Kim Lee' --phone 03012{place} --pipeline {pipeline}"));
        let before = state(office, lead);
        let kinds = office.lead(format!("pipeline show {pipeline} --json")).json()["activity"].clone();
        for kind in kinds.as_array().unwrap() {
            log(office, lead, &format!("{} done", kind["kind"].as_str().unwrap()));
        }
        assert_eq!(before, state(office, lead), "{pipeline}");
    }
});

both!(the_first_job_converts, "F12 F3", |office| {
    office.init("field-service");
    let worked = office.add("'Kim Lee'");
    let undone = office.add("'Sam Poe'");
    log(office, worked, "job 'a leak'");
    log(office, undone, "job 'the wrong lead'");
    office.lead(format!("undo {undone} --yes")).ok();
    switch_on(office, "field-service", &["job"]);
    log(office, worked, "job 'another leak'");
    assert_eq!(state(office, worked).0, "lead", "it was not the first");
    log(office, undone, "job 'a boiler'");
    assert_eq!(
        state(office, undone),
        (json!("customer"), json!(NOW), Value::Null),
        "the one before was undone"
    );
    let fresh = office.add("'Ada' --stage quoted");
    log(office, fresh, "call 'on my way'");
    assert_eq!(state(office, fresh).0, "quoted");
    log(office, fresh, "job 'a boiler'");
    assert_eq!(state(office, fresh), (json!("customer"), json!(NOW), Value::Null));
    let events: Vec<_> = office.history(fresh).into_iter().skip(2).collect();
    let told: Vec<_> = events.iter().map(|entry| (&entry["event"], &entry["action"])).collect();
    assert_eq!(
        told,
        [
            (&json!("logged"), &json!("job")),
            (&json!("lead_status_transition"), &json!("convert")),
            (&json!("converted"), &json!("convert"))
        ]
    );
    assert!(events.iter().all(|entry| entry["change"] == events[0]["change"]), "one commit: {events:?}");
    office.lead(format!("mv {fresh} inactive")).ok();
    office.lead(format!("mv {fresh} prospect")).ok();
    log(office, fresh, "job 'a second'");
    assert_eq!(state(office, fresh).0, "prospect", "only the first");
});

both!(undone_with_its_job_a_conversion_comes_again, "F12 L9", |office| {
    office.init("field-service");
    switch_on(office, "field-service", &["job"]);
    let lead = office.add("'Kim Lee'");
    for _ in 0..2 {
        log(office, lead, "job 'a leak'");
        assert_eq!(state(office, lead).0, "customer");
        office.lead(format!("undo {lead} --yes")).ok();
        assert_eq!(state(office, lead), (json!("lead"), Value::Null, Value::Null));
    }
});

both!(an_approved_estimate_converts, "F12 F3", |office| {
    office.init("field-service");
    switch_on(office, "field-service", &["estimate-approved"]);
    let lead = office.add("'Kim Lee' --stage quoted");
    log(office, lead, "estimate '4500 EUR'");
    assert_eq!(state(office, lead).0, "quoted", "sent is not approved");
    log(office, lead, "estimate-approved 'by phone'");
    assert_eq!(state(office, lead), (json!("customer"), json!(NOW), Value::Null));
    let before = office.events(lead, "converted").len();
    log(office, lead, "estimate-approved 'a second one'");
    assert_eq!(office.events(lead, "converted").len(), before, "already so");
});

both!(an_estimate_sent_sets_a_follow_up, "F12 L3", |office| {
    for (place, pipeline) in ["field-service", "agency"].into_iter().enumerate() {
        if place == 0 {
            office.init(pipeline);
        }
        switch_on(office, pipeline, &["estimate"]);
        let lead = |name: &str, n: usize| {
            office
                .add(&format!("'{name}' --phone 0301{place}{n} --pipeline {pipeline} --follow-up 2026-11-23"))
        };
        let (sent, dated, done) = (lead("Sent", 1), lead("Dated", 2), lead("Done", 3));
        log(office, sent, "estimate '4500 EUR'");
        assert_eq!(state(office, sent).2, json!({"date": "2026-11-25", "time": null}));
        log(office, dated, "estimate '4500 EUR' --next 'fri 15:00'");
        assert_eq!(
            state(office, dated).2,
            json!({"date": "2026-11-27", "time": "15:00"}),
            "unless one is given"
        );
        assert_eq!(office.events(dated, "follow_up_set").len(), 1);
        log(office, done, "estimate '4500 EUR' --done");
        assert_eq!(state(office, done).2, json!({"date": "2026-11-25", "time": null}));
    }
});

both!(what_the_rules_refuse_is_left, "F12 P1 L5", |office| {
    office.init("field-service");
    switch_on(office, "field-service", &["job", "estimate-approved"]);
    let lead = office.add("'Kim Lee' --stage inactive");
    log(office, lead, "job 'a leak'");
    log(office, lead, "estimate-approved 'by phone'");
    assert_eq!(state(office, lead), (json!("inactive"), Value::Null, Value::Null));
    let told: Vec<_> = office.history(lead).iter().map(|entry| entry["event"].clone()).collect();
    assert_eq!(told, ["created", "logged", "logged"]);
    office.lead(format!("log {lead} job 'again' --move prospect")).ok();
    assert_eq!(state(office, lead).0, "prospect", "the move beside it is done");
});

/// A copy of a preset in which a payment converts.
fn paying(office: &Office, pipeline: &str) {
    let text = office.lead(format!("pipeline export {pipeline}")).ok().stdout.clone();
    let text = format!("{text}\n[[automation]]\non = \"payment\"\nthen = \"convert\"\nenabled = true\n");
    let file = office.file("paying.toml", &text);
    office.lead(format!("pipeline replace {file}")).ok();
}

both!(who_exists_already_is_not_decided_by_a_log, "F12 A11 M10", |office| {
    office.init("agency");
    ["agency", "mini", "dealership"].iter().for_each(|pipeline| paying(office, pipeline));
    office.lead("client add 'Known' --email kim@acme.example").ok().stdout("1\n");
    let add = |line: &str| office.add(&format!("'Kim Lee' {line} --on-duplicate keep"));
    for (lead, customer, count) in [
        (add("--email kim@acme.example"), Value::Null, 1),
        (add("--email new@acme.example"), json!(2), 2),
        (add("--pipeline mini --stage lost"), Value::Null, 2),
        (add("--pipeline mini --email kim@acme.example"), json!(3), 3),
        (add("--pipeline dealership --email kim@acme.example"), json!(1), 3),
        (add("--pipeline dealership"), json!(4), 4),
    ] {
        log(office, lead, "payment '100 EUR'");
        log(office, lead, "payment 'the rest'");
        let shown = office.show(lead);
        assert_eq!(shown["customer"], customer, "{shown}");
        assert_eq!(office.events(lead, "converted").len(), usize::from(!customer.is_null()));
        assert_eq!(office.events(lead, "logged").len(), 2);
        assert_eq!(office.lead("customer list -F ids").ok().stdout.lines().count(), count);
    }
});

both!(who_may_not_convert_sets_off_no_conversion, "F12 P1", |office| {
    office.init("field-service");
    switch_on(office, "field-service", &["job", "estimate"]);
    let text = std::fs::read_to_string(office.path("own.toml")).unwrap();
    let text = format!("{text}\n[[role]]\nid = \"fitter\"\ncan = [\"create\", \"work\", \"view-all\"]\n");
    let file = office.file("own.toml", &text);
    office.lead(format!("pipeline replace {file}")).ok();
    office.user("sam", "fitter");
    let lead = office.add("'Kim Lee'");
    office.lead(format!("--as sam convert {lead}")).refused(4);
    office.lead(format!("--as sam log {lead} job 'a leak'")).ok();
    office.lead(format!("--as sam log {lead} estimate '80 EUR'")).ok();
    assert_eq!(
        state(office, lead),
        (json!("lead"), Value::Null, json!({"date": "2026-11-25", "time": null}))
    );
});
