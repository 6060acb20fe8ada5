//! Exports of other programs come in without a map: their headers as those programs write them.

use serde_json::{Value, json};

use crate::harness::{Office, both, direct};

/// A vendor's export in the fixtures.
fn export(name: &str) -> String {
    format!("{}/tests/fixtures/vendors/{name}.csv", env!("CARGO_MANIFEST_DIR"))
}

/// A fresh store, and what `file` makes of the second of its leads.
fn imported(office: &Office, name: &str) -> (String, Value, Value) {
    let run = office.lead(["import", &export(name), "--on-duplicate", "keep"]);
    let said = run.ok().stderr.lines().next().unwrap().to_owned();
    let leads = office.found("");
    (said, office.show(leads[leads.len() - 2]), office.show(leads[leads.len() - 1]))
}

/// The fields of a lead that are compared.
fn given(lead: &Value) -> Value {
    let keys = [
        "name", "company", "email", "phone", "address", "source", "tags", "fields", "value", "stage", "owner",
    ];
    keys.iter().map(|key| ((*key).to_owned(), lead[*key].clone())).collect::<serde_json::Map<_, _>>().into()
}

fn team(office: &Office) {
    office.init("agency");
    office.user("sam", "sales");
    office.lead("user edit sam --name 'Sam Poe'").ok();
}

both!(hubspot, "A1 A2", |office| {
    team(office);
    let (said, kim, bau) = imported(office, "hubspot");
    assert_eq!(
        said,
        "an export of HubSpot; columns: Record ID → fields.hubspot-id, First Name → given_name, \
         Last Name → family_name, Email → email, else fields.other-email, \
         Phone Number → phone, else fields.other-phone, Contact owner → owner, else fields.owner, \
         Primary Associated Company → company, else fields.other-company, \
         Lead Status → stage, else fields.lead-status, Create Date → created_at, else fields.created, \
         City → address+, State/Region → address+, Lifecycle Stage → fields.lifecycle-stage, \
         Job Title → fields.title, Original Traffic Source → source, else fields.original-source; \
         not taken: Last Activity Date (CET), Marketing contact status"
    );
    assert_eq!(
        given(&kim),
        json!({
            "name": "Kim Lee", "company": "Acme GmbH", "email": "kim@acme.example", "phone": "+49 30 1234567",
            "address": "Berlin", "source": null, "tags": [], "value": null, "stage": "NOT_CONTACTED",
            "owner": "sam",
            "fields": {"hubspot-id": "51", "lead-status": "Open", "lifecycle-stage": "Lead", "title": "Buyer",
                "original-source": "Organic Search"},
        })
    );
    assert_eq!(kim["created_at"], "2024-03-12T08:14:00Z");
    assert_eq!((&bau["name"], &bau["stage"]), (&json!("info@bau.example"), &json!("QUALIFIED")));
    assert_eq!(bau["source"], "Referral");
});

both!(pipedrive, "A1 A2", |office| {
    team(office);
    let (_, kim, bau) = imported(office, "pipedrive");
    assert_eq!(
        given(&kim),
        json!({
            "name": "Kim Lee", "company": "Acme GmbH", "email": "kim@acme.example", "phone": "+49 30 1234567",
            "address": "Main St 1, Berlin", "source": null, "tags": ["Hot-lead"],
            "value": {"amount": "4500.00", "currency": "EUR"}, "stage": "NOT_CONTACTED", "owner": "sam",
            "fields": {"pipedrive-id": "7a0c", "title": "Roof for Kim Lee", "lead-labels": "2024",
                "source": "Manually created", "other-email": "kim@home.example",
                "other-phone": "+49 170 1234567"},
        })
    );
    assert_eq!(kim["follow_up"], json!({"date": "2026-12-01", "time": null}));
    assert_eq!((&bau["name"], &bau["email"]), (&json!("Bau AG"), &json!("info@bau.example")));
});

both!(salesforce, "A1 A2", |office| {
    team(office);
    let (_, kim, bau) = imported(office, "salesforce-api");
    assert_eq!(
        given(&kim),
        json!({
            "name": "Kim Lee", "company": "Acme GmbH", "email": "kim@acme.example", "phone": "+49 30 1234567",
            "address": "Main St 1, 2nd floor, Berlin, 10115, Germany", "source": null, "tags": [],
            "value": null, "stage": "NOT_CONTACTED", "owner": null,
            "fields": {"salesforce-id": "00Q5g00000AAAA1", "title": "Buyer", "rating": "Hot",
                "website": "https://acme.example", "lead-source": "Web", "lead-status": "Open - Not Contacted",
                "owner-id": "0055g00000BBBB1", "other-phone": "+49 170 1234567"},
        })
    );
    assert!(kim["notes"].as_str().unwrap().ends_with("] Wants a roof.\nCall in May."), "{kim}");
    assert_eq!(kim["created_at"], "2024-03-12T09:14:22Z");
    assert_eq!((&bau["stage"], &bau["source"]), (&json!("QUALIFIED"), &json!("Referral")));
    let (_, kim, bau) = imported(office, "salesforce-report");
    assert_eq!((&kim["owner"], &kim["fields"]["created"]), (&json!("sam"), &json!("3/12/2024")));
    assert_eq!((&bau["name"], &bau["company"]), (&json!("Poe"), &json!("Bau AG")));
});

both!(zoho, "A1 A2", |office| {
    team(office);
    let (_, kim, bau) = imported(office, "zoho");
    assert_eq!(
        given(&kim),
        json!({
            "name": "Kim Lee", "company": "Acme GmbH", "email": "kim@acme.example", "phone": "+49 30 1234567",
            "address": "Main St 1, Berlin, 10115, Germany", "source": null, "tags": ["hot", "spring-fair"],
            "value": null, "stage": "NOT_CONTACTED", "owner": "sam",
            "fields": {"zoho-id": "zcrm_4150868000000224013", "title": "Buyer", "website": "https://acme.example",
                "industry": "Roofs", "lead-source": "Web Download", "lead-status": "Attempted to Contact",
                "other-phone": "+49 170 1234567", "other-email": "kim@home.example"},
        })
    );
    assert_eq!((&bau["name"], &bau["stage"]), (&json!("Poe"), &json!("QUALIFIED")));
});

both!(google_contacts, "A1", |office| {
    team(office);
    for (name, phones) in [
        ("google-old", ["+49 170 1234567", "+49 30 1234567"]),
        ("google-new", ["+49 170 1234567", "+49 30 1234567"]),
    ] {
        let (said, kim, bau) = imported(office, name);
        assert!(said.starts_with("an export of Google Contacts; "), "{said}");
        assert_eq!((&kim["name"], &kim["company"]), (&json!("Kim J. Lee"), &json!("Acme GmbH")));
        assert_eq!((&kim["phone"], &kim["fields"]["other-phone"]), (&json!(phones[0]), &json!(phones[1])));
        assert_eq!(
            (&kim["email"], &kim["fields"]["other-email"]),
            (&json!("kim@acme.example"), &json!("kim@home.example"))
        );
        assert_eq!(kim["address"], "Main St 1, Berlin, 10115, Germany");
        assert_eq!((&kim["tags"], &kim["fields"]["title"]), (&json!(["Spring-Fair"]), &json!("Buyer")));
        assert!(kim["notes"].as_str().unwrap().ends_with("] Wants a roof.\nCall in May."), "{kim}");
        assert_eq!((&bau["name"], &bau["tags"]), (&json!("info@bau.example"), &json!([])));
    }
});

both!(words_and_columns_are_mapped_and_maps_saved, "A2", |office| {
    team(office);
    let file = export("hubspot");
    office
        .lead([
            "import",
            &file,
            "--map",
            "stage:Open=contacted",
            "--map",
            "source:*=Other",
            "--map",
            "Marketing contact status=fields.marketing",
            "--map",
            "Lifecycle Stage=none",
            "--save-map",
            "ours",
        ])
        .ok();
    let kim = office.show(1);
    assert_eq!((&kim["stage"], &kim["source"]), (&json!("CONTACTED"), &json!("Other")));
    assert_eq!(
        kim["fields"],
        json!({"hubspot-id": "51", "title": "Buyer", "marketing": "Non-marketing contact"})
    );
    let saved = std::fs::read_to_string(office.path("config/lead/maps/ours.toml")).unwrap();
    assert_eq!(
        saved,
        "\"Lifecycle Stage\" = \"none\"\n\"Marketing contact status\" = \"fields.marketing\"\n\
         \"source:*\" = \"Other\"\n\"stage:Open\" = \"contacted\"\n"
    );
    office.lead(["import", &file, "--map", "ours", "--on-duplicate", "keep"]).ok();
    assert_eq!(given(&office.show(3)), given(&kim));
    // A program's map may be told of a file that does not show whose it is.
    let own = office.file("own.csv", "First Name,Last Name,Email,Colour\nBo,Lee,bo@acme.example,red\n");
    office.refused(2, ["import", &own]).says("error: column `Colour` is no field of a lead\n");
    office.lead(["import", &own, "--map", "hubspot"]).ok().says("not taken: Colour\n");
    office.lead(["import", &own, "--map", "*=fields", "--on-duplicate", "keep"]).ok();
    assert_eq!(office.show(6)["fields"], json!({"colour": "red"}));
    office.refused(2, ["import", &own, "--map", "our"]).says(
        "error: there is no map `our`\nhint: did you mean `--map ours`?\n\
         hint: there are: google, hubspot, ours, pipedrive, salesforce, zoho\n",
    );
    office
        .refused(2, ["import", &own, "--map", "Colour=brnd"])
        .says("error: `brnd` of `--map` is no field of a lead\n");
    office
        .lead(["import", &own, "--map", "Colour=none", "--save-map", "../x", "-q"])
        .refused(2)
        .says("error: `../x` is no name for a map\n");
});

direct!(a_column_that_is_told_takes_nothing_away, "P1", |office| {
    office.init("mini");
    let file = office.file(
        "hubspot.csv",
        "Record ID,First Name,Last Name,Email,Private Mail\n7,Kim,Lee,work@acme.example,home@acme.example\n",
    );
    office.lead(["import", &file, "--map", "Private Mail=email"]).refused(2).stderr(
        "error: the columns `Email` and `Private Mail` are both `email`\n\
         hint: `--map 'Private Mail=none'`\n",
    );
    office.lead(["import", &file, "--map", "Private Mail=fields.private-mail"]).ok();
    assert_eq!(office.field(1, "email"), "work@acme.example");
});

both!(parts_of_an_address_are_put_together_in_their_order, "A1", |office| {
    office.init("mini");
    let file = office.file(
        "hubspot.csv",
        "Record ID,First Name,Last Name,City,Country/Region,Postal Code,Street Address,Company Name,\
         Associated Company\n\
         7,Kim,Lee,Berlin,Germany,10115,Main St 1,Acme,Acme\n8,Ida,Poe,Bonn,,,,Acme,Poe Ltd\n",
    );
    office.lead(["import", &file]).ok();
    let of = |lead: u64| {
        let lead = office.show(lead);
        (lead["address"].clone(), lead["company"].clone(), lead["fields"]["other-company"].clone())
    };
    assert_eq!(of(1), (json!("Main St 1, Berlin, 10115, Germany"), json!("Acme"), Value::Null));
    assert_eq!(of(2), (json!("Bonn"), json!("Acme"), json!("Poe Ltd")));
});

both!(a_free_field_of_several_lines_is_told_where_they_can_go, "P1", |office| {
    office.init("mini");
    let file = office.file("own.csv", "name,about\nKim Lee,\"a roof\nand a door\"\n");
    office.lead(["import", &file, "--map", "about=fields.about"]).code(2).says(
        "about `a roof\\u{a}and a door` has more than one line\nhint: `--map 'about=notes+'` keeps it as a note\n",
    );
    office.lead(["import", &file, "--map", "about=notes+"]).ok();
    assert!(office.field(1, "notes").as_str().unwrap().contains("a roof\nand a door"));
});
