//! Customers changed and made one: every note, lead and deal survives.

use serde_json::{Value, json};

use crate::harness::{Office, both};

fn customer(office: &Office, number: u64) -> Value {
    office.lead(format!("customer show {number} --json")).json()
}

both!(a_customer_is_edited_and_emptied, "A11 L5", |office| {
    office.init("agency");
    office.lead("client add 'Kim Lee' --email kim@acme.example --company Acme").ok();
    let run = office.lead("client edit 1 --phone '030 1234567' --name 'Kim Leeds' --clear company");
    run.ok().stdout("").stderr("customer 1 was changed\n");
    let shown = customer(office, 1);
    assert_eq!(
        (&shown["name"], &shown["phone"], &shown["company"], &shown["email"]),
        (&"Kim Leeds".into(), &"030 1234567".into(), &Value::Null, &"kim@acme.example".into())
    );
    let before = office.snapshot();
    office.lead("customer edit 1 --phone '030 1234567'").ok().stderr("customer 1 is so already\n");
    office.lead("customer edit 1 --phone 123 -n").ok().says("dry run");
    assert_eq!(before, office.snapshot());
    office.refused(2, "customer edit 1");
    office.refused(2, "customer edit 1 --clear name");
    office.refused(2, "customer edit 1 --email nope");
    office.refused(3, "customer edit 7 --phone 123");
    let entries = office.lead("history --event edited -F ndjson").lines();
    assert!(entries.iter().any(|entry| entry["action"] == "customer edit"), "{entries:?}");
});

both!(a_new_name_is_split_where_names_are, "M9", |office| {
    office.init("mini");
    office.lead("contact add 'Kim Lee'").ok();
    office.lead("contact edit 1 --name 'Ana de la Cruz'").ok();
    let shown = customer(office, 1);
    assert_eq!((&shown["first_name"], &shown["last_name"]), (&"Ana de la".into(), &"Cruz".into()));
    office.lead("contact edit 1 --company-name").ok();
    assert_eq!(customer(office, 1)["last_name"], Value::Null);
});

both!(notes_on_a_customer_stand_newest_first, "L1", |office| {
    office.init("agency");
    office.lead("client add 'Kim Lee' --note first").ok();
    office.lead("client note 1 pays by invoice").ok().stdout("");
    office.lead_with(b"from a pipe\n", "client note 1 -").ok();
    let shown = customer(office, 1)["notes"].as_str().unwrap_or_default().to_owned();
    let texts: Vec<_> = shown.lines().map(|line| line.split_once("] ").unwrap().1).collect();
    assert_eq!(texts, ["from a pipe", "pays by invoice", "first"]);
    office.refused(2, "client note 1");
    office.refused(3, "client note 9 hello");
});

both!(a_merge_keeps_every_note_lead_and_deal, "A11 A12 L4", |office| {
    office.init("agency");
    office.lead("client add 'Kim Lee' --email kim@acme.example --note one").ok();
    office.lead("client add 'K. Lee' --phone '030 1234567' --company Acme --note two").ok();
    office.lead("client add 'Kay' --company Other --note three").ok();
    let lead = office.add("'Upsell' --phone 030999 --customer 2");
    office.lead(format!("convert {lead} --start-deal=Roof")).ok();
    let other = office.add("'Second' --phone 030998 --customer 3");
    let run = office.lead("client merge 1 2 3");
    run.ok().stdout("").stderr("customer 1 took in 2, 3\n");
    let shown = customer(office, 1);
    assert_eq!(
        (&shown["name"], &shown["email"], &shown["phone"], &shown["company"], &shown["leads"]),
        (
            &"Kim Lee".into(),
            &"kim@acme.example".into(),
            &"030 1234567".into(),
            &"Acme".into(),
            &json!([lead, other])
        )
    );
    for note in ["one", "two", "three"] {
        assert!(shown["notes"].as_str().is_some_and(|notes| notes.contains(note)), "{shown}");
    }
    assert_eq!((office.field(lead, "customer"), office.field(other, "customer")), (1.into(), 1.into()));
    assert_eq!(office.found("customer:1"), [lead, other]);
    assert_eq!(office.lead("deal show 1 --json").json()["customer"], 1);
    office.lead("client list -F ids").ok().stdout("1\n");
    office.lead("client show 2").ok().says("2 was merged into 1");
    office.lead("client note 3 four").ok();
    assert!(customer(office, 1)["notes"].as_str().is_some_and(|notes| notes.contains("four")));
    let before = office.snapshot();
    office.lead("client merge 1 2").ok().stderr("customer 1 is so already\n");
    assert_eq!(before, office.snapshot());
    office.refused(2, "client merge 1 1");
    office.refused(3, "client merge 1 9");
    office.lead("client add 'Top'").ok().stdout("4\n");
    office.lead("client merge 4 1").ok();
    assert_eq!(customer(office, 3)["id"], 4, "along the chain");
    assert!(customer(office, 4)["notes"].as_str().is_some_and(|notes| notes.contains("two")));
});

both!(a_merge_is_undone_after_those_that_came_after_it, "L9", |office| {
    office.init("agency");
    for name in ["One", "Two", "Three"] {
        office.lead(format!("client add {name} --note {name}")).ok();
    }
    office.lead("client merge 2 1").ok();
    office.lead("client merge 3 2").ok();
    let entries = office.lead("history --event merged -F ndjson").lines();
    let first = &entries[0]["change"];
    office.refused(4, format!("undo --change {first}")).says("`merged_into` of customer 2 is in the way");
    office.lead("undo").ok();
    office.lead(format!("undo --change {first}")).ok();
    office.lead("client list -F ids").ok().stdout("1\n2\n3\n");
    assert!(!customer(office, 3)["notes"].to_string().contains("One"));
});

both!(a_customer_one_may_not_see_is_not_there, "A13", |office| {
    office.init("agency");
    office.user("sam", "sales");
    office.lead("client add 'Kim Lee' --note secret").ok();
    office.lead("--as sam client add 'Own'").ok();
    for line in ["client edit 1 --phone 123", "client note 1 hi", "client merge 1 2", "client merge 2 1"] {
        office.lead(format!("--as sam {line}")).refused(3);
    }
    assert!(customer(office, 1)["phone"].is_null());
});

both!(in_place_no_customer_is_changed, "F4", |office| {
    office.init("field-service");
    for line in ["customer edit 1 --phone 123", "customer note 1 hi", "customer merge 1 2"] {
        office.lead(line).refused(4).says("lead list kind:won");
    }
});
