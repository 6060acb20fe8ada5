//! What goes out comes back in exactly: an export of one store, imported into another, is exported again.

use std::fs;

use serde_json::{Value, json};

use crate::harness::{Office, both, direct};

/// What an export says of the store it came from, and what cannot come back for that reason.
const OF_THE_STORE: [&str; 6] = ["id", "revision", "changed_at", "customer", "claim", "merged_into"];

/// The leads without that, in their order.
fn facts(export: &str) -> Vec<Value> {
    let mut leads: Vec<Value> = export.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for lead in &mut leads {
        for key in OF_THE_STORE {
            lead.as_object_mut().unwrap().remove(key);
        }
    }
    leads
}

/// A second store with the same pipeline and people.
fn other(office: &Office, pipeline: &str) {
    office
        .lead(format!(
            "--store other init --pipeline {pipeline} --zone Europe/Berlin --country DE --currency EUR --email boss@acme.example"
        ))
        .ok();
    office
        .lead("--store other user add sam --email sam@acme.example --role sales --account account-sam")
        .ok();
}

/// Numbers from a seed, the same every time (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % most as u64).unwrap()
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }

    /// A text that a form may spoil: its own marks, guards, ends, letters of several bytes.
    fn text(&mut self, more: &[&str]) -> String {
        let parts = [
            "a",
            "=",
            "+",
            "-",
            "@",
            "'",
            "\"",
            ",",
            ";",
            "\\",
            "\\n",
            "\\,",
            " ",
            "  ",
            ":",
            "{",
            "]",
            "é",
            "王",
            "👩‍👧",
            "e\u{301}",
            "|",
            "#",
            "%",
            "=3D",
            "BEGIN:VCARD",
            "null",
            "0",
            "\u{a0}",
            "\u{200b}",
        ];
        let all: Vec<&str> = parts.iter().chain(more).copied().collect();
        let length = 1 + self.below(8);
        (0..length).map(|_| self.one(&all)).collect()
    }

    fn any(&mut self, of: &[Value]) -> Value {
        of[self.below(of.len())].clone()
    }

    fn maybe(&mut self, more: &[&str]) -> Value {
        if self.below(3) == 0 { Value::Null } else { json!(self.text(more)) }
    }

    fn lead(&mut self, n: usize) -> Value {
        let keys = ["brand", "größe", "a.b", "x_y"];
        let fields: serde_json::Map<String, Value> = (0..self.below(3))
            .map(|_| (self.one(&keys).to_owned(), json!(format!("v{}", self.text(&[])))))
            .collect();
        let heading = ["[2026-11-01 09:00 sam] ", "[2026-10-01 10:00 kim] ", ""][self.below(3)];
        json!({
            "name": format!("{}{n}", self.text(&[])),
            "company": self.maybe(&[]).as_str().map(|text| format!("C{text}")),
            "email": format!("kim{n}+a'b@acme.example"),
            "phone": self.any(&[json!(null), json!("+49301234567"), json!("+49 (30) 1234-567 ext 12"), json!("030/12345")]),
            "address": self.maybe(&[]).as_str().map(|text| format!("{text}street")),
            "source": self.maybe(&[]).as_str().map(|text| format!("{text}s")),
            "tags": self.any(&[json!([]), json!(["vip"]), json!(["vip", "größe-2", "a.b;c\\\"'"])]),
            "fields": fields,
            "value": self.any(&[json!(null), json!("4500 EUR"), json!("0.5 KWD"), json!("12 JPY")]),
            "stage": self.one(&["lead", "quoted", "customer", "inactive"]),
            "owner": self.any(&[json!(null), json!("sam")]),
            "follow_up": self.any(&[json!(null), json!("2026-12-01"), json!("2020-02-29 07:05")]),
            "notes": format!("{heading}{}", self.text(&["\n", "\n\n", "\t", "\n[2026-01-01 10:00 kim] "]) + "."),
            "created_at": "2019-03-31T01:30:00.5Z",
            "created_by": "sam",
            "last_contacted_at": self.any(&[json!(null), json!("2024-02-29T12:00:00Z")]),
            "converted_at": self.any(&[json!(null), json!("2025-01-01T00:00:00Z")]),
        })
    }
}

direct!(random_leads_go_out_and_come_in_exactly, "L1 L6 F8", |office| {
    office.init("field-service");
    office.user("sam", "sales");
    let mut dice = Dice(0x2026_1122);
    let rows: String = (0..150).map(|n| format!("{}\n", dice.lead(n))).collect();
    let file = office.file("random.ndjson", &rows);
    office.lead(["import", &file, "--on-duplicate", "keep"]).ok();
    let first = facts(&office.lead("export -F ndjson").ok().stdout);
    assert_eq!(first.len(), 150);
    for form in ["ndjson", "json", "csv", "vcard"] {
        let out = format!("out.{form}");
        office.lead(["export", "-F", form, "-o", &out]).ok();
        fs::remove_dir_all(office.path("other")).ok();
        other(office, "field-service");
        office.lead(["--store", "other", "import", &out, "--on-duplicate", "keep"]).ok();
        let again = facts(&office.lead("--store other export -F ndjson").ok().stdout);
        for (was, is) in first.iter().zip(&again) {
            assert_eq!(was, is, "{form}");
        }
        assert_eq!(first.len(), again.len());
        // And the bytes of the form itself, but for what is the store's.
        let (there, here) = (
            fs::read_to_string(office.path(&out)).unwrap(),
            office.lead(["--store", "other", "export", "-F", form]).ok().stdout.clone(),
        );
        if form != "csv" && form != "vcard" {
            let plain = |text: &str| text.lines().map(strip).collect::<Vec<_>>();
            assert_eq!(plain(&there), plain(&here), "{form}");
        }
        office.lead("--store other doctor").ok();
    }
});

/// A line of an export without what is the store's own.
fn strip(line: &str) -> String {
    let mut line = line.to_owned();
    for key in ["id", "revision", "changed_at"] {
        let Some(at) = line.find(&format!("\"{key}\":")) else { continue };
        let end = line[at..].find(',').map_or(line.len(), |comma| at + comma + 1);
        line.replace_range(at..end, "");
    }
    line
}

both!(notes_stamps_and_the_trash_come_along, "L1 L2 L8 L11", |office| {
    office.init("field-service");
    office.user("sam", "sales");
    office.at("2026-11-20T10:00:00+01:00");
    office.add("'Kim Lee' --email kim@acme.example --note 'first\n\nlines'");
    office.lead("--as sam log 1 call 'asked for a quote'").ok();
    office.add("'Max Poe' --stage customer");
    office.lead("trash 2").ok();
    office.at("2026-11-22T10:00:00+01:00");
    office.lead("note 1 second").ok();
    office.lead("claim 1").ok();
    office.lead("export -F ndjson -o out.ndjson").ok();
    office.lead("export trash:yes -F csv -o trash.csv").ok();
    other(office, "field-service");
    office.lead("--store other import out.ndjson").ok().stderr(
        "not taken: assignee, changed_at, claim, id, revision\nout.ndjson: 1 added\n\
         hint: `lead list import:1` shows what was added, `lead undo` takes it all back\n",
    );
    office.lead("--store other import trash.csv").ok();
    assert!(office.lead("--store other list -F ids").ok().stdout == "1\n", "one is in the trash");
    let (was, is) = (office.show(1), office.lead("--store other show 1 --json").json());
    for key in ["notes", "created_at", "created_by", "last_contacted_at", "converted_at"] {
        assert_eq!(was[key], is[key], "{key}");
    }
    assert_eq!(is["claim"], Value::Null, "a live claim stays behind");
    let gone = |store: &str| facts(&office.lead(format!("{store} export trash:yes -F ndjson")).ok().stdout);
    assert_eq!(gone(""), gone("--store other"));
    // A note of today stands above those that came along, each under its own heading.
    office.lead("--store other note 1 third").ok();
    let notes = office.lead("--store other show 1 --json").json()["notes"].as_str().unwrap().to_owned();
    assert_eq!(
        notes.lines().next(),
        Some("[2026-11-22 10:00 ".to_owned() + &crate::harness::account() + "] third").as_deref()
    );
    office.lead("--store other doctor").ok();
});

both!(stamps_are_for_who_administers, "U2", |office| {
    office.init("field-service");
    office.user("sam", "sales");
    let file = office.file(
        "leads.csv",
        "name,created_at,created_by,notes\nKim,2020-01-01,sam,[2020-01-01 10:00 boss] agreed to all\n",
    );
    office.lead(["--as", "sam", "import", &file]).ok().stderr(&format!(
        "taken from who has `admin`: created_at, created_by\n{file}: 1 added\n\
         hint: `lead list import:1` shows what was added, `lead undo` takes it all back\n"
    ));
    let kim = office.show(1);
    assert_eq!(kim["created_at"].as_str().unwrap().get(..4), Some("2026"));
    let notes = kim["notes"].as_str().unwrap();
    assert!(
        notes.starts_with("[2026-") && notes.ends_with(" sam] [2020-01-01 10:00 boss] agreed to all"),
        "{notes}"
    );
    for (stamp, says) in [
        ("2099-01-01", "error: line 2: created_at `2099-01-01` lies in the future\n"),
        ("soon", "error: line 2: created_at `soon` "),
        ("1/2/26", "error: line 2: created_at `1/2/26` "),
    ] {
        let file = office.file("bad.csv", &format!("name,created_at\nBo,{stamp}\n"));
        office.refused(2, ["import", &file]).says(says);
    }
    let file = office.file("bad.csv", "name,created_by\nBo,nobody\n");
    office.refused(3, ["import", &file]).says("error: line 2: no user `nobody`");
});

both!(an_export_that_comes_back_to_its_own_store_changes_nothing, "L1 L7 M7", |office| {
    office.init("field-service");
    office.user("sam", "sales");
    office.add("'Kim Lee' --email kim@acme.example --note 'first\n\nlines' --tag vip --set brand=Vaillant --value 4500EUR --follow-up '2026-12-01 15:00' --owner sam --address 'Main St 1' --source Event");
    office.lead("note 1 second").ok();
    let before = office.show(1);
    for form in ["csv", "json", "ndjson", "vcard"] {
        office.lead(["export", "-F", form, "-o", "out"]).ok();
        let run = office.lead(["import", "out", "--update-by", "email"]);
        assert!(run.ok().stderr.ends_with("out: 0 added, 1 unchanged\n"), "{form}\n{run}");
    }
    assert_eq!(office.show(1), before);
    // A note that was added elsewhere comes along, and no other.
    office.lead("export -o out.csv").ok();
    let text = fs::read_to_string(office.path("out.csv")).unwrap();
    let text = text.replacen(",\"[", ",\"[2026-12-24 10:00 ida] third\n[", 1);
    fs::write(office.path("out.csv"), text).unwrap();
    office.lead("import out.csv --update-by email").ok();
    let notes = office.field(1, "notes").as_str().unwrap().to_owned();
    assert!(notes.contains("] [2026-12-24 10:00 ida] third\n[2026-"), "{notes}");
    assert_eq!(notes.matches("second").count(), 1, "{notes}");
});

direct!(notes_that_came_once_come_no_second_time, "L5", |office| {
    office.init("mini");
    office.add("'Kim Lee' --email kim@acme.example --note first");
    let notes = r"[2026-01-02 10:00 sam] second\n[2026-01-01 10:00 sam] third";
    let row = format!("{{\"name\":\"Kim Lee\",\"email\":\"kim@acme.example\",\"notes\":\"{notes}\"}}\n");
    let file = office.file("kim.ndjson", &row);
    office.lead(["import", &file, "--update-by", "email"]).ok();
    let once = office.field(1, "notes");
    office.lead(["import", &file, "--update-by", "email"]).ok();
    assert_eq!(office.field(1, "notes"), once);
    for note in ["first", "second", "third"] {
        assert_eq!(once.as_str().unwrap().matches(note).count(), 1, "{once}");
    }
});
