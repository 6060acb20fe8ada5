//! Leads from files: the same rules as by hand, out of sight until all are there, and taken back whole.

mod again;
mod cards;
mod ending;
mod rehearsals;
mod spreadsheets;
mod trips;
mod vendors;

pub use ending::interrupted;

use serde_json::{Value, json};

use crate::harness::both;

/// A table with every column that a lead has.
const TABLE: &str = "\
name,company,email,phone,address,source,value,tags,fields.brand,stage,owner,follow_up,notes
Kim Lee,Acme,kim@acme.example,+49 30 1234567,\"Main St 1, Berlin\",Referral,4500EUR,\"vip,hot\",Vaillant,QUALIFIED,sam,2026-12-01 15:00,\"asked
for a quote\"
Sam Poe,,sam@acme.example,,,,,,,,,,
";

/// The fields of a lead that a file gives, and what hangs on them.
fn given(lead: &Value) -> Value {
    let keys = [
        "name",
        "company",
        "email",
        "phone",
        "address",
        "source",
        "value",
        "tags",
        "fields",
        "stage",
        "owner",
        "follow_up",
    ];
    keys.iter().map(|key| ((*key).to_owned(), lead[*key].clone())).collect::<serde_json::Map<_, _>>().into()
}

both!(a_table_becomes_leads, "P1 A1 A2 A4 F8", |office| {
    office.init("agency");
    office.user("sam", "sales");
    let file = office.file("leads.csv", TABLE);
    office.lead(["import", &file]).ok().stdout("").stderr(&format!(
        "{file}: 2 added\nhint: `lead list import:1` shows what was added, `lead undo` takes it all back\n"
    ));
    assert_eq!(office.found("import:1"), [1, 2]);
    assert_eq!(
        given(&office.show(1)),
        json!({
            "name": "Kim Lee", "company": "Acme", "email": "kim@acme.example", "phone": "+49 30 1234567",
            "address": "Main St 1, Berlin", "source": "Referral",
            "value": {"amount": "4500.00", "currency": "EUR"}, "tags": ["vip", "hot"],
            "fields": {"brand": "Vaillant"}, "stage": "QUALIFIED", "owner": "sam",
            "follow_up": {"date": "2026-12-01", "time": "15:00"},
        })
    );
    let notes = office.field(1, "notes");
    assert!(notes.as_str().is_some_and(|notes| notes.ends_with("] asked\nfor a quote")), "{notes}");
    let events: Vec<_> = office.history(1).iter().map(|entry| entry["event"].clone()).collect();
    assert_eq!(events, ["imported"]);
    assert_eq!(office.field(2, "stage"), "NOT_CONTACTED");
    office.lead("doctor").ok();
});

both!(new_owners_are_told_once, "A4 N1", |office| {
    office.init("agency");
    office.user("sam", "sales");
    let rows: String = (1..=7).map(|n| format!("Lead {n},03012340{n},sam\n")).collect();
    let file = office.file("leads.csv", &format!("name,phone,owner\n{rows}"));
    office.lead(["import", &file]).ok();
    office.swept("the new owner's mail", || !office.mails_of("assigned").is_empty());
    let mails = office.mails_of("assigned");
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].header("Subject"), "7 leads are now yours: Lead 1 and 6 more");
});

both!(one_bad_row_keeps_everything_out, "P1 A2", |office| {
    office.init("agency");
    let file = office.file("leads.csv", "name,phone,source\nKim,030123,\nSam,030124,web\nJo,030126,Event\n");
    office.refused(2, ["import", &file]).says(
        "error: line 3: source `web` is not a source of this pipeline\nhint: did you mean `Website`?\n",
    );
});

both!(every_bad_row_is_named, "P1", |office| {
    office.init("agency");
    let file = office.file(
        "leads.csv",
        "name,phone,source\nKim,030123,\nSam,030124,web\nBo,,\n,030125,\nJo,030126,Event\n",
    );
    office.lead(["import", &file]).code(2).stdout("").stderr(
        "error: line 3: source `web` is not a source of this pipeline\nhint: did you mean `Website`?\n\
         hint: one of: Website, Referral, LinkedIn, Cold Call, Email, Event, Other\n\
         hint: or say what such a word stands for: `--map 'source:web=…'`\n\
         error: line 4: phone or email is required\nhint: fill the column phone or email\n\
         error: line 5: name is required\nhint: fill the column name\n\
         hint: nothing was imported: mend these rows, or `--keep-going` takes the others\n",
    );
    assert!(office.found("").is_empty());
    office
        .lead(["import", &file, "--keep-going"])
        .code(8)
        .stdout("")
        .says(&format!("{file}: 2 added, 3 left out\n"));
    assert_eq!(office.lead("list -F tsv --columns name").ok().stdout, "Kim\nJo\n");
});

both!(a_bad_row_late_in_the_file_keeps_the_first_portions_out, "P1", |office| {
    office.init("mini");
    let mut rows: String = (1..=250).map(|n| format!("Lead {n},{n}@acme.example\n")).collect();
    rows.push_str("Bad,not-an-address\n");
    let file = office.file("leads.csv", &format!("name,email\n{rows}"));
    office.refused(2, ["import", &file]).says("error: line 252: email `not-an-address`");
    assert!(office.found("").is_empty());
    office.lead("doctor").ok();
    let kept = office.lead(["import", &file, "--keep-going", "-q"]);
    kept.code(8);
    assert_eq!(office.found("").len(), 250);
    office.lead("doctor").ok();
});

both!(it_obeys_the_stages_of_creation, "P1 F3 F10 M9", |office| {
    office.init("field-service");
    let file = office.file(
        "leads.csv",
        "name,stage,via\nA,quoted,\nB,customer,\nC,,technician\nD,,booking-form\nE,prospect,office\nF,,\n",
    );
    office.lead(["import", &file]).ok();
    let stages: Vec<_> = (1..=6).map(|lead| office.field(lead, "stage")).collect();
    assert_eq!(stages, ["quoted", "customer", "customer", "lead", "prospect", "lead"]);
    let stamped: Vec<_> = (1..=6).map(|lead| !office.field(lead, "converted_at").is_null()).collect();
    assert_eq!(stamped, [false, true, true, false, false, false]);
    let file = office.file("office.csv", "name,via\nA,office\n");
    office.refused(2, ["import", &file]).says("error: line 2: stage is required");
    office.lead("pipeline default mini").ok();
    let file = office.file("mini.csv", "name,stage\nA,converted\n");
    office
        .refused(2, ["import", &file])
        .says("error: line 2: stage `converted` is entered by conversion alone");
});

both!(who_exists_is_asked_about_unless_it_is_told, "A5 L6", |office| {
    office.init("agency");
    office.add("'Kim Lee' --email kim@acme.example");
    let twice = "name,email,phone\nKim,KIM@acme.example,030 1234\nSam,,+49 30 5555\nSamuel,sam@acme.example,0305555\n";
    let file = office.file("leads.csv", twice);
    office
        .lead(["import", &file])
        .code(7)
        .stdout("")
        .says("error: line 2: may exist already: lead 1 Kim Lee\n")
        .says("error: line 4: may exist already: lead ");
    office.lead(["import", &file, "--on-duplicate", "fail"]).code(4);
    assert_eq!(office.found(""), [1]);
    office
        .lead(["import", &file, "--on-duplicate", "merge"])
        .ok()
        .says(&format!("{file}: 1 added, 2 changed\n"));
    let leads = office.found("");
    assert_eq!(leads.len(), 2);
    assert_eq!((office.field(1, "name"), office.field(1, "phone")), ("Kim Lee".into(), "030 1234".into()));
    let sam = office.show(leads[1]);
    assert_eq!((&sam["name"], &sam["email"]), (&"Sam".into(), &"sam@acme.example".into()));
    office.lead("undo").ok();
    assert_eq!(office.found(""), [1]);
    assert!(office.field(1, "phone").is_null());
    office.lead(["import", &file, "--on-duplicate", "keep"]).ok();
    assert_eq!(office.found("").len(), 4);
});

both!(rows_edit_the_leads_that_have_their_address, "P1 F7 M7 L7", |office| {
    office.init("field-service");
    office.add("'Kim Lee' --email kim@acme.example --tag vip --stage lead");
    office.add("'Sam Poe' --email sam@acme.example --stage customer");
    let file = office.file(
        "leads.csv",
        "name,email,stage,tags,company\nKim Lee,Kim@Acme.example,quoted,hot,Acme\nSam Poe,sam@acme.example,customer,,\nNew,new@acme.example,,,\n",
    );
    office.lead(["import", &file, "--update-by", "email"]).ok().says("1 added, 1 changed, 1 unchanged\n");
    let kim = office.show(1);
    assert_eq!(
        (&kim["stage"], &kim["tags"], &kim["company"]),
        (&"quoted".into(), &json!(["vip", "hot"]), &"Acme".into())
    );
    let events: Vec<_> = office.history(1).iter().skip(1).map(|entry| entry["event"].clone()).collect();
    assert_eq!(events, ["edited", "tagged", "lead_status_transition"]);
    assert_eq!(office.field(2, "revision"), 1);
    let back = office
        .file("back.csv", "name,email,stage\nOther,other@acme.example,\nSam Poe,sam@acme.example,lead\n");
    office
        .refused(4, ["import", &back, "--update-by", "email"])
        .says("error: line 3: cannot move 2 from Customer to Lead\nhint: from here: inactive\n");
    office.add("'Kim Two' --email kim@acme.example");
    let file = office.file("kim.csv", "name,email\nKim,kim@acme.example\n");
    office
        .refused(7, ["import", &file, "--update-by", "email"])
        .says("`kim@acme.example` may be any of several");
});

both!(a_dry_run_says_what_would_become_of_it, "P1", |office| {
    office.init("agency");
    office.add("'Kim Lee' --email kim@acme.example");
    let file = office.file("leads.csv", "name,email\nKim,kim@acme.example\nSam,sam@acme.example\n");
    let before = office.snapshot();
    office
        .lead(["import", &file, "-n", "--on-duplicate", "merge"])
        .ok()
        .stdout("")
        .stderr(&format!("{file}: 1 added, 1 changed; dry run: nothing was changed\n"));
    office.lead(["import", &file, "-n"]).code(7);
    assert_eq!(before, office.snapshot());
    assert_eq!(office.add("'Next' --phone 030123"), 2, "no number was used up");
});

both!(lines_and_arrays_of_json_are_read, "P1", |office| {
    office.init("mini");
    let lines = "{\"name\":\"Kim\",\"tags\":[\"vip\"],\"value\":{\"amount\":\"10.00\",\"currency\":\"EUR\"}}\n\n{\"name\":\"Sam\",\"fields\":{\"brand\":\"A\"},\"follow_up\":{\"date\":\"2026-12-01\",\"time\":null}}\n";
    let file = office.file("leads.ndjson", lines);
    office.lead(["import", &file]).ok();
    office.lead_with(lines.as_bytes(), "import -").ok();
    let array = office.file("leads.json", "[{\"name\":\"Bo\"},{\"name\":\"Jo\",\"email\":\"x\"}]");
    office.refused(2, ["import", &array]).says("error: entry 2: email `x`");
    assert_eq!(
        office.lead("list -F tsv --columns name,tags,value,follow_up --sort id").ok().stdout,
        "Kim\tvip\t10.00 EUR\t\nSam\t\t\t2026-12-01\nKim\tvip\t10.00 EUR\t\nSam\t\t\t2026-12-01\n"
    );
    let bad = office.file("bad.ndjson", "{\"name\":\"A\"}\n{\"name\":\"B\",\"name\":\"C\"}\n");
    office
        .refused(2, ["import", &bad])
        .says("error: line 2: row `{\"name\":\"B\",\"name\":\"C\"}` is no JSON object, at column");
});

both!(what_was_exported_comes_in_again, "F8 L1", |office| {
    office.init("agency");
    office.add("'Kim \"K\" Lee' --email kim@acme.example --phone '+49 30 1234567' --company '=Acme' --tag vip --tag hot --set brand=Vaillant --value 4500.50EUR --follow-up '2026-12-01 15:00' --source Event --stage QUALIFIED --address 'Main St 1, Berlin'");
    for form in ["csv", "ndjson", "json"] {
        let file = office.path(&format!("out.{form}"));
        let file = file.to_str().unwrap();
        office.lead(["export", "-F", form, "-o", file, "import:none"]).ok();
        office.lead(["import", file, "--on-duplicate", "keep"]).ok();
    }
    let all = office.lead("list --json --sort id").json();
    assert_eq!(all.as_array().map(Vec::len), Some(4));
    for lead in all.as_array().into_iter().flatten() {
        assert_eq!(given(lead), given(&all[0]));
    }
});

both!(columns_are_mapped, "P1", |office| {
    office.init("mini");
    let file = office.file("leads.csv", "Kunde;E-Mail;Marke;Nr\nKim Lee;kim@acme.example;Vaillant;7\n");
    office.refused(2, ["import", &file]).says("error: column `Kunde` is no field of a lead\n");
    let map = office.file("map.toml", "Kunde = \"name\"\nMarke = \"fields.brand\"\nNr = \"none\"\n");
    office.lead(["import", &file, "--map", &map]).ok().stderr(&format!(
        "columns: Kunde → name, E-Mail → email, Marke → fields.brand; not taken: Nr\n{file}: 1 added\n\
         hint: `lead list import:1` shows what was added, `lead undo` takes it all back\n"
    ));
    assert_eq!(office.field(1, "fields"), json!({"brand": "Vaillant"}));
    let wrong = office.file("wrong.toml", "Kunde = \"name\"\nMarke = \"brnd\"\n");
    office
        .refused(2, ["import", &file, "--map", &wrong])
        .says("wrong.toml:2:9: `brnd` is no field of a lead\n");
    let other = office.file("other.toml", "Kunde = \"name\"\nMark = \"none\"\n");
    office.refused(2, ["import", &file, "--map", &other]).says("has no column `mark`, which `--map` names\n");
});

both!(leads_it_made_are_told_apart, "L5", |office| {
    office.init("mini");
    office.add("Zoe");
    let file = office.file("leads.csv", "name\nKim\nSam\n");
    let added = office.lead(["import", &file, "--json"]).json();
    let ids: Vec<_> = added.as_array().into_iter().flatten().map(|lead| lead["id"].clone()).collect();
    assert_eq!(ids, [2, 3]);
    office.lead(["import", &file, "-F", "ids"]).ok().stdout("4\n5\n");
    assert_eq!(office.found("import:2"), [4, 5]);
    assert_eq!(office.found("import:none"), [1]);
});

both!(only_who_may_add_leads_may_import, "U2 A13", |office| {
    office.init("agency");
    office.user("sam", "sales");
    let file = office.file("leads.csv", "name,phone,owner\nKim,030123,\nBo,030124,sam\n");
    office.lead(["--as", "sam", "import", &file]).refused(4).says("line 3: you lack the capability `assign`");
    let file = office.file("own.csv", "name,phone\nKim,030123\n");
    office.lead(["--as", "sam", "import", &file]).ok();
    assert_eq!(office.field(1, "owner"), "sam", "who could not see it otherwise owns it");
    office.lead(["import", &file, "--resume"]).refused(3);
});
