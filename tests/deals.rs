//! Deals: after conversion alone, changed, closed and opened again.

use serde_json::{Value, json};

use crate::harness::both;

both!(a_deal_needs_a_conversion, "D7", |office| {
    office.init("dealership");
    let lead = office.add("'Kim Lee' --email kim@acme.example --source Web");
    office.refused(4, format!("deal start {lead} Roof")).says("convert first");
    office.lead(format!("convert {lead}")).ok();
    office.lead(format!("deal start {lead} New roof --value 4500EUR")).ok().stdout("1\n");
    let deal = office.lead("deal show 1 --json").json();
    assert_eq!(
        (&deal["lead"], &deal["customer"], &deal["title"], &deal["state"], &deal["closed_at"]),
        (&lead.into(), &1.into(), &"New roof".into(), &"open".into(), &Value::Null)
    );
    assert_eq!(deal["value"], json!({"amount": "4500.00", "currency": "EUR"}));
    assert_eq!(office.events(lead, "deal_started").len(), 1);
    let revision = office.field(lead, "revision");
    office.lead(format!("deal start {lead} Late --if-revision {}", revision.as_u64().unwrap() + 1)).code(5);
    office.lead(format!("trash {lead}")).ok();
    office.lead(format!("deal start {lead} Late")).refused(4);
});

both!(a_deal_is_changed_closed_and_opened_again, "D7 L5", |office| {
    office.init("dealership");
    let lead = office.add("'Kim Lee' --value 100EUR");
    office.lead(format!("convert {lead} --start-deal=Roof")).ok();
    let state = || office.lead("deal show 1 --json").json();
    office.lead("deal edit 1 --title 'New roof' --value 5200.50").ok().stdout("");
    assert_eq!((&state()["title"], &state()["value"]["amount"]), (&"New roof".into(), &"5200.50".into()));
    office.lead("deal edit 1 --value none").ok();
    assert!(state()["value"].is_null());
    office.lead("deal win 1").ok().stderr(&format!("deal 1 of lead {lead} was won\n"));
    assert_eq!((&state()["state"], &state()["closed_at"]), (&"won".into(), &"2026-11-22T08:00:00Z".into()));
    let before = office.snapshot();
    office.lead("deal win 1").ok().says("is so already");
    assert_eq!(before, office.snapshot());
    office.refused(4, "deal lose 1").says("deal 1 is won").says("lead deal reopen 1");
    office.lead("deal reopen 1").ok();
    assert_eq!((&state()["state"], &state()["closed_at"]), (&"open".into(), &Value::Null));
    office.lead("deal lose 1 --json").json();
    assert_eq!(state()["state"], "lost");
    let actions: Vec<_> =
        office.events(lead, "deal_changed").iter().map(|entry| entry["action"].clone()).collect();
    assert_eq!(actions, ["deal edit", "deal edit", "deal win", "deal reopen", "deal lose"]);
    assert_eq!(office.field(lead, "stage"), "new", "a deal never moves the lead");
    office.refused(2, "deal edit 1");
    office.refused(2, "deal edit 1 --value NaN");
    for line in ["deal show 9", "deal win 9", "deal edit 9 --title x"] {
        office.refused(3, line);
    }
});

both!(a_deal_of_a_lead_one_may_not_see_is_not_there, "D7 A13", |office| {
    office.init("agency");
    office.user("sam", "sales");
    let lead = office.add("'Kim Lee' --phone 030123");
    office.lead(format!("convert {lead} --start-deal=Roof")).ok();
    for line in ["deal show 1", "deal win 1", "deal edit 1 --title x"] {
        office.lead(format!("--as sam {line}")).refused(3);
    }
    office.lead("--as sam deal list").ok().stdout("");
});

both!(a_deed_to_a_deal_records_a_lapse_it_meets, "D7 A9", |office| {
    office.init("agency");
    let lead = office.add("'Kim Lee' --phone 030123");
    office.lead(format!("convert {lead} --start-deal=Roof")).ok();
    office.lead(format!("mv {lead} CONTACTED")).ok();
    office.lead(format!("release {lead}")).ok();
    office.lead(format!("claim {lead}")).ok();
    office.at("2026-11-24T10:00:00+01:00");
    office.lead("deal win 1").ok();
    office.swept("the lapse is recorded", || office.events(lead, "claim_lapsed").len() == 1);
    assert_eq!(office.events(lead, "claim_lapsed").len(), 1, "once");
});

both!(a_deal_started_on_conversion_is_started_once, "D5 D7 L7", |office| {
    office.init("dealership");
    let lead = office.add("'Kim Lee' --email kim@acme.example");
    let convert = || office.lead(format!("convert {lead} --start-deal=One"));
    convert().ok();
    let before = office.snapshot();
    convert().ok().says("already converted into customer 1\n");
    office.lead(format!("mv {lead} new --convert --start-deal=One")).ok();
    office.lead(format!("mv {lead} new --convert --start-deal=' One '")).ok();
    assert_eq!(before, office.snapshot(), "typed twice, nothing is written");
    office
        .lead(format!("convert {lead} --start-deal=Two"))
        .ok()
        .says("already converted into customer 1, deal 2 started\n");
    office.lead("deal win 1").ok();
    convert().ok().says("already converted into customer 1, deal 3 started\n");
    let late = office.add("'Ida Poe'");
    office.lead(format!("convert {late}")).ok();
    office.lead(format!("convert {late} --start-deal")).ok().says("deal 4 started\n");
    let before = office.snapshot();
    office.lead(format!("convert {late} --start-deal")).ok();
    assert_eq!(before, office.snapshot());
});

both!(a_deal_of_a_lead_converted_in_place_is_started_once, "D7 F4 L7", |office| {
    office.init("field-service");
    let lead = office.add("'Kim Lee'");
    office.lead(format!("convert {lead} --start-deal=Boiler")).ok();
    let before = office.snapshot();
    office.lead(format!("convert {lead} --start-deal=Boiler")).ok();
    office.lead(format!("mv {lead} customer --convert --start-deal=Boiler")).ok();
    assert_eq!(before, office.snapshot());
    office.lead("deal list -F ids").ok().stdout("1\n");
});
