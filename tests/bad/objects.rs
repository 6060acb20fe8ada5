//! What an import of JSON refuses: objects that no lead is, whole or within an array or a cell.

use std::fs;

use crate::harness::{Office, both};

use super::imports::refused;

/// A row of JSON after a good one is refused so.
#[track_caller]
fn json(office: &Office, row: &str, says: &str) {
    refused(office, "bad.ndjson", format!("{{\"name\":\"A\"}}\n{row}\n").as_bytes(), 2, says);
}

both!(json_nested_10_000_deep, "P1", |office| {
    office.init("mini");
    let deep = format!("{{\"tags\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000));
    json(office, &deep, "error: line 2: row `{\"tags\":[");
    let open = "[".repeat(10_000);
    refused(office, "deep.json", open.as_bytes(), 2, "error: deep.json is no JSON array of objects");
    let objects = format!("{}1{}", "{\"name\":".repeat(10_000), "}".repeat(10_000));
    json(office, &objects, "error: line 2: row `{\"name\":");
});

both!(double_keys, "P1", |office| {
    office.init("mini");
    let says = "error: line 2: row `{\"name\":\"Kim\",\"name\":\"Sam\"}` is no JSON object, at column ";
    json(office, "{\"name\":\"Kim\",\"name\":\"Sam\"}", says);
});

both!(lone_surrogates, "P1", |office| {
    office.init("mini");
    for text in ["\\ud800", "\\udc00", "\\ud800\\ud800", "x\\udfff"] {
        json(office, &format!("{{\"name\":\"{text}\"}}"), "is no JSON object, at column ");
    }
    let pair = office.file("pair.ndjson", "{\"name\":\"\\ud83e\\udd84\"}\n");
    office.lead(["import", &pair]).ok();
    assert_eq!(office.field(office.found("")[0], "name"), "🦄");
});

both!(json_that_no_lead_is, "P1", |office| {
    office.init("mini");
    for (row, says) in [
        ("{\"name\":", "is no JSON object, at column "),
        ("[1]", "is no JSON object, at column "),
        ("\"Kim\"", "is no JSON object, at column "),
        ("{\"name\":{\"first\":\"Kim\"}}", "error: line 2: name `{\"first\":\"Kim\"}` is not text"),
        ("{\"name\":\"Kim\",\"colour\":\"red\"}", "error: line 2: key `colour` is no field of a lead"),
        ("{\"email\":\"kim@acme.example\"}", "error: line 2: name is required"),
        ("{\"name\":\"Kim\",\"tags\":[1]}", "error: line 2: tags `[1]` is not an array of texts"),
        ("{\"name\":\"Kim\",\"value\":{\"amount\":\"1\"}}", "is not an amount and a currency"),
    ] {
        refused(office, "bad.ndjson", format!("{{\"name\":\"A\"}}\n{row}\n").as_bytes(), 2, says);
    }
    refused(office, "not.json", b"{\"name\":\"Kim\"", 2, "error: not.json is no JSON array of objects");
});

both!(a_bad_entry_of_an_array_is_not_the_end, "P1", |office| {
    office.init("mini");
    let entries = [
        r#"{"name":"Kim"}"#,
        r#"{"name":"B","name":"C"}"#,
        "7",
        "null",
        r#"{"name":"\ud800"}"#,
        r#"{"name":"D","fields":{"a":"1","a":"2"}}"#,
        r#"{"name":"E","claim":[{"by":"x","by":"y"}]}"#,
        r#"{"name":12345678901234567890123}"#,
        &format!("{{\"name\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000)),
        r#"{"name":"Sam","fields":{"year":1999}}"#,
    ];
    office.file("all.json", &format!("[\n{}\n]", entries.join(",\n")));
    let run = office.lead("import all.json --keep-going --report rows.ndjson");
    run.code(8).stdout("").stderr(&format!(
        "error: entry 2: row `{{\"name\":\"B\",\"name\":\"C\"}}` is no JSON object: the key `name` is there twice\n\
         error: entry 3: row `7` is no JSON object: invalid type: integer `7`, expected an object\n\
         error: entry 4: row `null` is no JSON object: invalid type: null, expected an object\n\
         error: entry 5: row `{{\"name\":\"\\ud800\"}}` is no JSON object: unexpected end of hex escape\n\
         error: entry 6: row `{{\"name\":\"D\",\"fields\":{{\"a\":\"1\",\"a\":\"2\"}}}}` is no JSON object: the key `a` is there twice\n\
         error: entry 7: row `{{\"name\":\"E\",\"claim\":[{{\"by\":\"x\",\"by\":\"y\"}}` is no JSON object: the key `by` is there twice\n\
         error: entry 8: name `1.2345678901234568e+22` is too large for a number that stays as it is\n\
         hint: write it as text, in quotation marks\n\
         error: entry 9: row `{{\"name\":{}` is no JSON object: recursion limit exceeded\n\
         all.json: 2 added, 8 left out\n\
         hint: `lead list import:1` shows what was added, `lead undo` takes it all back\n",
        "[".repeat(32)
    ));
    assert_eq!(office.lead("list -F tsv --columns name --sort id").ok().stdout, "Kim\nSam\n");
    assert_eq!(fs::read_to_string(office.path("rows.ndjson")).unwrap().lines().count(), 10);
    for (name, text, says) in [
        (
            "empty.json",
            " \n",
            "error: empty.json is empty\nhint: an array of leads: `[{\"name\":\"Kim Lee\"}]`\n",
        ),
        ("two.json", "{\"name\":\"A\"}\n{\"name\":\"B\"}\n", "hint: one object a line: `--from ndjson`\n"),
        ("open.json", "[{\"name\":\"A\"},", "hint: an array of leads: `[{\"name\":\"Kim Lee\"}]`\n"),
    ] {
        refused(office, name, text.as_bytes(), 2, says);
    }
});

both!(free_fields_in_a_cell_are_an_object_of_texts, "P1", |office| {
    office.init("mini");
    for (fields, says) in [
        ("{\"a\":\"1\",\"a\":\"2\"}", ": the key `a` is there twice\n"),
        ("{\"a\":[1]}", "\n"),
        ("{\"a\":", ": EOF while parsing a value\n"),
    ] {
        let error = |place: &str| {
            format!(
                "error: {place}: fields `{fields}` is no JSON object of texts{says}hint: {{\"brand\":\"Vaillant\"}}\n"
            )
        };
        let table = format!("name,fields\nKim,\"{}\"\n", fields.replace('"', "\"\""));
        refused(office, "fields.csv", table.as_bytes(), 2, &error("line 2"));
        let card = format!("BEGIN:VCARD\nFN:Kim\nX-LEAD-STAGE:new\nX-LEAD-FIELDS:{fields}\nEND:VCARD\n");
        refused(office, "fields.vcf", card.as_bytes(), 2, &error("card at line 1"));
    }
});
