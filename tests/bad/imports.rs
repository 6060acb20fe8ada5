//! Files that are not what an import takes: each is refused in words, by its line, and nothing is lost.

use std::fs;
use std::thread;

use crate::harness::{Office, both};

/// Imports these bytes, which must be refused so, and must leave the store alone.
#[track_caller]
fn refused(office: &Office, name: &str, bytes: &[u8], code: i32, says: &str) {
    fs::write(office.path(name), bytes).unwrap();
    office.refused(code, ["import", name]).says(says);
}

both!(files_that_hold_no_rows, "P1", |office| {
    office.init("mini");
    refused(office, "empty.csv", b"", 2, "error: empty.csv is empty\nhint: its first line names the columns");
    refused(office, "blank.csv", b"\n\r\n\n", 2, "error: blank.csv is empty\n");
    let header = office.file("header.csv", "name,email\n");
    office.lead(["import", &header]).ok().stdout("").stderr(&format!("{header}: 0 added\n"));
    let array = office.file("none.json", "[]");
    office.lead(["import", &array]).ok().stderr(&format!("{array}: 0 added\n"));
    assert!(office.found("").is_empty());
});

both!(headers_that_name_no_fields, "P1", |office| {
    office.init("mini");
    for (header, code, says) in [
        ("email,phone", 2, "error: bad.csv has no column `name`\nhint: its columns: `email`, `phone`\n"),
        ("name,emial", 2, "error: column `emial` is no field of a lead\nhint: did you mean `email`?\n"),
        ("name,email,E-Mail", 2, "error: the columns `email` and `E-Mail` are both `email`\n"),
        ("name,", 2, "error: column `` is no field of a lead\n"),
        ("name,\x1b[31m", 2, "error: column `\\u{1b}[31m` is no field of a lead\n"),
        ("\"name,email", 2, "error: bad.csv line 1 has an open quotation mark\n"),
    ] {
        refused(office, "bad.csv", format!("{header}\nKim,kim@acme.example,x\n").as_bytes(), code, says);
    }
});

both!(rows_that_are_no_rows, "P1", |office| {
    office.init("mini");
    for (rows, says) in [
        ("Kim,kim@acme.example\nSam\n", "error: line 3: row `Sam` has 1 cells, and the header 2\n"),
        ("Kim,kim@acme.example,x\n", "error: line 2: row `Kim` has 3 cells, and the header 2\n"),
        ("Kim,kim@acme.example\n\n\"Sam,s@acme.example\nBo,\n", "error: line 4: row `Sam,s@acme.example"),
        ("Kim,\"kim@acme.example\n", "error: line 2: row `Kimkim@acme.example"),
        ("Kim\x1b,\n", "error: line 2: name `Kim\\u{1b}` contains a control character"),
        ("\"Kim\nLee\",\n", "error: line 2: name "),
        ("Kim,kim at acme\n", "error: line 2: email `kim at acme`"),
    ] {
        refused(office, "bad.csv", format!("name,email\n{rows}").as_bytes(), 2, says);
    }
});

both!(encodings, "P1 L6", |office| {
    office.init("mini");
    let utf16: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain("name\nKim\n".bytes().flat_map(|byte| [byte, 0])).collect();
    refused(office, "utf16.csv", &utf16, 2, "error: utf16.csv is UTF-16, and UTF-8 is read\nhint: ");
    let wide = |letters: &str, before: &[u8], behind: &[u8]| -> Vec<u8> {
        letters.bytes().flat_map(|byte| [before, &[byte], behind].concat()).collect()
    };
    for (name, bytes, encoding) in [
        ("le.csv", wide("name\nKim\n", &[], &[0]), "UTF-16LE"),
        ("be.ndjson", wide("{\"name\":\"Kim\"}\n", &[0], &[]), "UTF-16BE"),
        ("le.vcf", wide("BEGIN:VCARD\nFN:Kim\nEND:VCARD\n", &[], &[0]), "UTF-16LE"),
        ("32.json", [&[0xFF, 0xFE, 0, 0], &*wide("[]", &[], &[0, 0, 0])].concat(), "UTF-32"),
    ] {
        let says = format!(
            "error: {name} is {encoding}, and UTF-8 is read\nhint: iconv -f {encoding} -t UTF-8 FILE | lead import -\n"
        );
        refused(office, name, &bytes, 2, &says);
    }
    let array = b"[\n{\"name\":\"Kim\"},\n{\"name\":\"Gr\xFC\"}]";
    refused(
        office,
        "latin.json",
        array,
        2,
        "error: latin.json line 3 is not UTF-8\nhint: convert the file first",
    );
    let mut latin: Vec<u8> = b"name,company\n".to_vec();
    for n in 2..900 {
        latin.extend(format!("Lead {n},Acme\n").bytes());
    }
    latin.extend(b"Kim,Gr\xFC\xDFe\n");
    refused(office, "latin.csv", &latin, 2, "error: line 900: company `Gr\u{fffd}\u{fffd}e` is not UTF-8\n");
    fs::write(office.path("bom.csv"), "\u{feff}name,company\r\nKim,Grüße\r\nSam,Acme\nBo,\r\n").unwrap();
    office.lead("import bom.csv").ok();
    let listed = office.lead("list -F tsv --columns name,company --sort id").ok().stdout.clone();
    assert_eq!(listed, "Kim\tGrüße\nSam\tAcme\nBo\t\n", "a mark of UTF-8, and mixed line ends");
});

both!(what_never_ends_is_not_held, "P1", |office| {
    office.init("mini");
    for line in [["import", "/dev/zero", "--from", "csv"], ["import", "/dev/zero", "--from", "ndjson"]] {
        office.refused(2, line).says("error: /dev/zero line 1 is longer than 256 KiB\n");
    }
    office
        .refused(2, ["import", "/dev/zero", "--from", "json"])
        .says("error: /dev/zero is longer than 64 MiB\n");
    let endless = format!("name\nKim\n\"{}", "x\n".repeat(200 << 10));
    refused(
        office,
        "endless.csv",
        endless.as_bytes(),
        2,
        "error: endless.csv line 3 is longer than 256 KiB\n",
    );
    office.lead("doctor").ok();
});

both!(what_is_no_file, "P1", |office| {
    office.init("mini");
    office.refused(2, ["import", "."]).says("error: cannot read .: Is a directory");
    office.refused(2, ["import", "absent.csv"]).says("error: cannot read absent.csv: No such file");
    office.refused(2, ["import", "\x1b[2J.csv"]).says("error: cannot read \\u{1b}[2J.csv: ");
    let fifo = office.path("fifo.csv");
    nix::unistd::mkfifo(&fifo, nix::sys::stat::Mode::S_IRWXU).unwrap();
    let writer = thread::spawn({
        let fifo = fifo.clone();
        move || fs::write(fifo, "name\nKim\n").unwrap()
    });
    office.lead(["import", fifo.to_str().unwrap()]).ok();
    writer.join().unwrap();
    assert_eq!(office.found("").len(), 1);
    let run = office.lead_with(b"", "import - --from csv");
    run.refused(2).says("error: standard input is empty\n");
});

both!(cells_that_a_spreadsheet_takes_for_formulas, "P1", |office| {
    office.init("mini");
    let names = ["=1+1", "+49 30", "-2", "@SUM(A1)", "'=1", "'tis", "\"quoted\""];
    for name in names {
        office.lead(["add", "--", name]).ok();
    }
    office.lead("export -o out.csv").ok();
    let text = fs::read_to_string(office.path("out.csv")).unwrap();
    assert!(text.contains(",'=1+1,"), "{text}");
    office.lead("import out.csv").ok();
    let all = office.lead("list -F ndjson --sort id").lines();
    let read: Vec<_> = all.iter().map(|lead| lead["name"].clone()).collect();
    assert_eq!(read, [names, names].concat());
});

both!(json_that_no_lead_is, "P1", |office| {
    office.init("mini");
    for (row, says) in [
        ("{\"name\":\"Kim\",\"name\":\"Sam\"}", "is no JSON object, at column "),
        ("{\"name\":\"\\ud800\"}", "is no JSON object, at column "),
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
    let deep = format!("{{\"name\":\"A\"}}\n{{\"tags\":{}{}}}\n", "[".repeat(10_000), "]".repeat(10_000));
    refused(office, "deep.ndjson", deep.as_bytes(), 2, "error: line 2: row `{\"tags\":[");
    refused(
        office,
        "deep.json",
        "[".repeat(10_000).as_bytes(),
        2,
        "error: deep.json is no JSON array of objects",
    );
    refused(office, "not.json", b"{\"name\":\"Kim\"", 2, "error: not.json is no JSON array of objects");
    refused(office, "latin.ndjson", b"{\"name\":\"Gr\xFC\"}\n", 2, "error: line 1: row ");
});

both!(maps_that_are_none, "P1", |office| {
    office.init("mini");
    office.file("leads.csv", "Kunde\nKim\n");
    for (map, says) in [
        ("Kunde = ", "error: map.toml:1:"),
        ("Kunde = 7", "error: map.toml:1:9: "),
        (
            "Kunde = \"nmae\"",
            "error: map.toml:1:9: `nmae` is no field of a lead\nhint: did you mean `name`?\n",
        ),
        ("Kunde = \"name\"\nkunde = \"email\"", "error: map.toml:2:1: `kunde` is there a second time\n"),
    ] {
        office.file("map.toml", map);
        office.refused(2, "import leads.csv --map map.toml").says(says);
    }
    office.refused(2, "import leads.csv --map absent.toml").says("error: cannot read `absent.toml`");
});

both!(an_import_without_a_store, "P1", |office| {
    office.file("leads.csv", "name\nKim\n");
    office.lead("import leads.csv").refused(3).says("error: no store in ");
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

both!(more_than_a_lead_can_have, "P1", |office| {
    office.init("mini");
    let many = |count: usize, of: &dyn Fn(usize) -> String, between: &str| {
        (0..count).map(of).collect::<Vec<_>>().join(between)
    };
    let header = format!(
        "name,{}\nKim,{}\n",
        many(20_000, &|n| format!("c{n}"), ","),
        many(20_000, &|_| "x".into(), ",")
    );
    fs::write(office.path("columns.csv"), header).unwrap();
    office
        .refused(2, ["import", "columns.csv", "--map", "*=fields"])
        .says("error: columns.csv line 1 has 20001 columns, more than 2000\n");
    let tags = format!("name,tags\nKim,\"{}\"\n", many(20_000, &|n| format!("t{n}"), ","));
    refused(
        office,
        "tags.csv",
        tags.as_bytes(),
        2,
        "error: line 2: tag `t1000` is one of 20000, more than 1000\n",
    );
    let keys = format!("{{\"name\":\"Kim\",{}}}\n", many(20_000, &|n| format!("\"k{n}\":1"), ","));
    refused(office, "keys.ndjson", keys.as_bytes(), 2, "more than 2000 keys\n");
    let fields =
        format!("{{\"name\":\"Kim\",\"fields\":{{{}}}}}\n", many(1_500, &|n| format!("\"k{n}\":\"v\""), ","));
    refused(
        office,
        "fields.ndjson",
        fields.as_bytes(),
        2,
        "error: line 1: set `k1000=v` is one of 1500, more than 1000\n",
    );
});

both!(a_report_replaces_nothing_but_a_report, "P1", |office| {
    office.init("mini");
    let text = "name\nKim\n";
    office.file("leads.csv", text);
    std::os::unix::fs::symlink("leads.csv", office.path("link.csv")).unwrap();
    let hint = "hint: a report is written to a file of its own: `--report rows.csv`\n";
    for report in ["leads.csv", "./leads.csv", "link.csv"] {
        office
            .refused(2, ["import", "leads.csv", "--report", report])
            .stderr(&format!("error: `{report}` is the file that is imported\n{hint}"));
        assert_eq!(fs::read_to_string(office.path("leads.csv")).unwrap(), text);
    }
    let fifo = office.path("fifo");
    nix::unistd::mkfifo(&fifo, nix::sys::stat::Mode::S_IRWXU).unwrap();
    for report in [".", fifo.to_str().unwrap()] {
        office
            .refused(2, ["import", "leads.csv", "--report", report])
            .stderr(&format!("error: `{report}` is not a file\n{hint}"));
    }
    assert!(fs::symlink_metadata(fifo).is_ok_and(|known| !known.is_file()));
    assert!(office.found("").is_empty());
});

both!(ends_of_lines_and_empty_rows, "P1", |office| {
    office.init("mini");
    // Each row is told by its own line, in the report, too.
    fs::write(office.path("mac.csv"), "name;email\rKim;kim@acme.example\rBo;bo at acme\rAl,x;al at acme\r")
        .unwrap();
    office.lead("import mac.csv -n --keep-going --report rows.csv").code(8);
    let report = fs::read_to_string(office.path("rows.csv")).unwrap();
    let rows: Vec<&str> = report.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    assert_eq!(rows, ["2", "3", "4"]);
    let mixed = "name,email\r\nKim,kim@acme.example\n\r\n,\r\n , \nBo,bo at acme\r\n,\n,,,\n";
    refused(office, "mixed.csv", mixed.as_bytes(), 2, "error: line 6: email `bo at acme`");
    office.lead("import mixed.csv --keep-going").code(8).says("mixed.csv: 1 added, 1 left out\n");
    let cards = "\r\nBEGIN:VCARD\r\nFN:Al\nEND:VCARD\r\n\nBEGIN:VCARD\nFN:Jo\r\nEND:VCARD";
    office.file("mixed.vcf", cards);
    office.lead("import mixed.vcf").ok().says("mixed.vcf: 2 added\n");
    office.file("mixed.ndjson", "{\"name\":\"Di\"}\r\n\r\n{\"name\":\"Ed\"}");
    office.lead("import mixed.ndjson").ok().says("mixed.ndjson: 2 added\n");
});
