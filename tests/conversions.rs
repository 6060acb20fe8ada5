//! Conversion, the four ways: in place, ask, always new, link.

use serde_json::{Value, json};

use crate::harness::{Office, both};

const NOW: &str = "2026-11-22T08:00:00Z";

fn customer(office: &Office, number: u64) -> Value {
    office.lead(format!("customer show {number} --json")).json()
}

both!(entering_customer_by_any_door_stamps, "F3 F10 L11", |office| {
    office.init("field-service");
    let added = office.add("'One' --stage customer");
    let channel = office.add("'Two' --via technician");
    let moved = office.add("'Three'");
    office.lead(format!("mv {moved} customer")).ok();
    let converted = office.add("'Four'");
    office.lead(format!("convert {converted}")).ok();
    let bulk = [office.add("'Five'"), office.add("'Six' --stage quoted")];
    office.lead(format!("mv {},{} customer", bulk[0], bulk[1])).ok();
    for lead in [added, channel, moved, converted, bulk[0], bulk[1]] {
        assert_eq!(office.field(lead, "converted_at"), NOW, "lead {lead}");
    }
    office.at("2026-11-25T10:00:00+01:00");
    for to in ["inactive", "prospect", "customer"] {
        office.lead(format!("mv {moved} {to}")).ok();
    }
    assert_eq!(office.field(moved, "converted_at"), "2026-11-25T09:00:00Z", "the latest");
});

both!(the_lead_is_the_customer, "F4 L4", |office| {
    office.init("field-service");
    let lead =
        office.add("'Kim Lee' --email kim@acme.example --tag VIP --note 'wants a boiler' --set boiler=gas");
    office.lead(format!("log {lead} estimate '4500 EUR'")).ok();
    let before = office.show(lead);
    office.lead(format!("convert {lead}")).ok().stdout("");
    let after = office.show(lead);
    assert_eq!(after["stage"], "customer");
    assert_eq!(after["converted_at"], NOW);
    for same in ["id", "name", "email", "tags", "fields", "notes", "created_at"] {
        assert_eq!(before[same], after[same], "{same}");
    }
    assert_eq!(office.events(lead, "converted").len(), 1);
    assert_eq!(office.events(lead, "lead_status_transition").len(), 1);
    let changes: Vec<_> = ["converted", "lead_status_transition"]
        .map(|event| office.events(lead, event)[0]["change"].clone())
        .into();
    assert_eq!(changes[0], changes[1], "one commit");
    let before = office.snapshot();
    office.lead(format!("convert {lead}")).ok();
    assert_eq!(before, office.snapshot(), "already so");
});

both!(in_place_there_is_no_other_record, "F4", |office| {
    office.init("field-service");
    let lead = office.add("'Kim Lee'");
    let inactive = office.add("'Sam Poe' --stage inactive");
    office.refused(4, format!("convert {inactive}"));
    let into = office.lead(format!("convert {lead} --into 1"));
    assert!([2, 4].contains(&into.code), "{into}");
    into.refused(into.code);
    for line in ["customer list", "client list", "contact show 1", "customer add 'Ada'"] {
        let run = office.lead(line);
        assert!([2, 4].contains(&run.code), "{run}");
        run.refused(run.code).says("hint: ").says("lead list kind:won");
    }
});

both!(a_client_is_made_and_the_lead_stays_as_a_record, "A11 A12 L4", |office| {
    office.init("agency");
    let lead =
        office.add("'Kim Lee' --email kim@acme.example --phone '030 1234567' --company Acme --note hello");
    office.lead(format!("convert {lead}")).ok().stdout("1\n");
    let shown = office.show(lead);
    assert_eq!(
        (&shown["stage"], &shown["customer"], &shown["converted_at"]),
        (&"CONVERTED".into(), &1.into(), &NOW.into())
    );
    let client = customer(office, 1);
    let keys: Vec<_> = client.as_object().unwrap().keys().cloned().collect();
    for key in [
        "id",
        "name",
        "first_name",
        "last_name",
        "company",
        "email",
        "phone",
        "address",
        "notes",
        "leads",
        "created_at",
    ] {
        assert!(keys.iter().any(|found| found == key), "no {key} in {client}");
    }
    assert_eq!(
        (&client["name"], &client["company"], &client["email"], &client["phone"], &client["leads"]),
        (
            &"Kim Lee".into(),
            &"Acme".into(),
            &"kim@acme.example".into(),
            &"030 1234567".into(),
            &json!([lead])
        )
    );
    let listed = office.lead("client leads 1 -F ids");
    listed.ok().stdout(&format!("{lead}\n"));
    let before = office.snapshot();
    office.lead(format!("convert {lead}")).ok().stdout("1\n");
    assert_eq!(before, office.snapshot(), "the same client again");
});

both!(converted_by_hand_and_by_convert_end_the_same, "A11", |office| {
    office.init("agency");
    let lead = office.add("'Kim Lee' --email kim@acme.example --company Acme");
    office.lead(format!("mv {lead} CONVERTED")).ok();
    assert_eq!(office.found("stage:CONVERTED customer:none"), [lead]);
    office.lead(format!("convert {lead}")).ok().stdout("1\n");
    assert_eq!(office.found("stage:CONVERTED customer:none"), [0; 0]);
    assert_eq!(office.events(lead, "lead_status_transition").len(), 1);
    assert_eq!(office.events(lead, "converted").len(), 1);
    assert_eq!(office.field(lead, "customer"), 1);
});

both!(an_existing_client_is_asked_about, "A11 A5", |office| {
    office.init("agency");
    office.lead("client add 'Kim Lee' --email KIM@acme.example --company Acme").ok().stdout("1\n");
    let email = office.add(
        "'K. Lee' --email ' kim@ACME.example ' --phone '030 1234567' --company Other --on-duplicate keep",
    );
    let run = office.refused(7, format!("convert {email}"));
    run.says("hint: ").says("--into 1").says("--new");
    office.lead(format!("convert {email} --into 1")).ok().stdout("1\n");
    let client = customer(office, 1);
    assert_eq!(
        (&client["name"], &client["company"], &client["phone"], &client["leads"]),
        (&"Kim Lee".into(), &"Acme".into(), &"030 1234567".into(), &json!([email])),
        "empty fields filled, none overwritten"
    );
    let phone = office.add("'Kay' --phone '+49 30 1234567' --on-duplicate keep");
    office.refused(7, format!("convert {phone}"));
    office.lead(format!("convert {phone} --new")).ok().stdout("2\n");
    assert_eq!(office.field(phone, "customer"), 2);
    let stranger = office.add("'Zoe' --email zoe@acme.example");
    office.refused(3, format!("convert {stranger} --into 77"));
});

both!(a_lead_of_a_client_goes_into_it, "A3 A11", |office| {
    office.init("agency");
    office.lead("client add 'Kim Lee' --email kim@acme.example").ok();
    let lead = office.add("'Upsell' --phone 030999 --customer 1");
    assert_eq!(office.field(lead, "customer"), 1);
    office.lead("client leads 1 -F ids").ok().stdout(&format!("{lead}\n"));
    assert_eq!(office.found("customer:1"), [lead]);
    office.lead(format!("convert {lead}")).ok().stdout("1\n");
    office.refused(3, "add 'Nobody' --phone 030998 --customer 99");
});

both!(the_name_is_split_into_a_new_contact, "M9", |office| {
    office.init("mini");
    for (line, first, last) in [
        ("'Kim Lee' --email kim@acme.example --phone '030 1234567'", json!("Kim"), json!("Lee")),
        ("'Ana de la Cruz' --email kim@acme.example", json!("Ana de la"), json!("Cruz")),
        ("'Cher'", json!("Cher"), Value::Null),
    ] {
        let lead = office.add(line);
        let number = office.lead(format!("convert {lead}")).number();
        let contact = office.lead(format!("contact show {number} --json")).json();
        assert_eq!((&contact["first_name"], &contact["last_name"]), (&first, &last), "{contact}");
        let shown = office.show(lead);
        assert_eq!((&shown["stage"], &shown["customer"]), (&"converted".into(), &number.into()));
        assert_eq!(contact["email"], shown["email"], "always a new contact, with the lead's details");
        assert_eq!(contact["phone"], shown["phone"]);
    }
    let firm = office.add("'Acme Heating GmbH'");
    let number = office.lead(format!("convert {firm} --company-name")).number();
    let contact = office.lead(format!("contact show {number} --json")).json();
    assert_eq!((&contact["name"], &contact["last_name"]), (&"Acme Heating GmbH".into(), &Value::Null));
    assert_eq!(number, 4, "each time a new one");
});

both!(lost_or_ever_converted_is_not_converted, "M10", |office| {
    office.init("mini");
    let lost = office.add("'Kim Lee' --stage lost");
    office.refused(4, format!("convert {lost}"));
    let lead = office.add("'Sam Poe'");
    office.lead(format!("convert {lead}")).ok();
    office.refused(4, format!("convert {lead}"));
    office.lead(format!("mv {lead} contacted")).ok();
    office.refused(4, format!("convert {lead}"));
    office.lead("contact list -F ids").ok().stdout("1\n");
});

both!(convert_leaves_the_stage_alone, "D6", |office| {
    office.init("dealership");
    for stage in
        ["new", "contacted", "engaged", "appointment-set", "showed", "negotiating", "won", "lost", "dormant"]
    {
        let lead = office.add(&format!("'Kim Lee' --stage {stage}"));
        office.lead(format!("convert {lead}")).number();
        let shown = office.show(lead);
        assert_eq!((&shown["stage"], &shown["converted_at"]), (&stage.into(), &NOW.into()));
        assert_eq!(office.events(lead, "lead_status_transition").len(), 0);
    }
});

both!(an_existing_customer_is_linked_by_email_without_asking, "D6", |office| {
    office.init("dealership");
    office.lead("customer add 'Kim Lee' --email kim@acme.example").ok().stdout("1\n");
    let linked = office.add("'K. Lee' --email KIM@acme.example --phone '030 1234567'");
    office.lead(format!("convert {linked}")).ok().stdout("1\n");
    assert_eq!(customer(office, 1)["phone"], "030 1234567");
    let same_phone = office.add("'Kay' --phone '030 1234567'");
    office.lead(format!("convert {same_phone}")).ok().stdout("2\n");
    office.lead(format!("convert {linked}")).ok().stdout("1\n");
    assert_eq!(customer(office, 1)["leads"], json!([linked]));
    office.lead("customer list -F ids").ok().stdout("1\n2\n");
});
