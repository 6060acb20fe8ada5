//! Files that are not what an import takes: each is refused in words, by its line, and nothing is lost.

use std::fs::{self, File};
use std::process::Command;
use std::thread;

use crate::harness::{Office, Run, both};
use crate::importing::interrupted;

/// Imports these bytes, which must be refused so, and must leave the store alone.
#[track_caller]
pub(super) fn refused(office: &Office, name: &str, bytes: &[u8], code: i32, says: &str) {
    fs::write(office.path(name), bytes).unwrap();
    office.refused(code, ["import", name]).says(says);
}

both!(an_empty_file, "P1", |office| {
    office.init("mini");
    refused(office, "empty.csv", b"", 2, "error: empty.csv is empty\nhint: its first line names the columns");
    refused(office, "blank.csv", b"\n\r\n\n", 2, "error: blank.csv is empty\n");
    let run = office.lead_with(b"", "import - --from csv");
    run.refused(2).says("error: standard input is empty\n");
    let array = office.file("none.json", "[]");
    office.lead(["import", &array]).ok().stderr(&format!("{array}: 0 added\n"));
    assert!(office.found("").is_empty());
});

both!(a_header_alone, "P1", |office| {
    office.init("mini");
    let header = office.file("header.csv", "name,email\n");
    office.lead(["import", &header]).ok().stdout("").stderr(&format!("{header}: 0 added\n"));
    assert!(office.found("").is_empty());
});

/// A table with this header is refused so.
#[track_caller]
fn header(office: &Office, header: &str, says: &str) {
    refused(office, "bad.csv", format!("{header}\nKim,kim@acme.example,x\n").as_bytes(), 2, says);
}

both!(a_missing_column, "P1", |office| {
    office.init("mini");
    let says = "error: bad.csv has no column `name`\nhint: its columns: `email`, `phone`\n";
    header(office, "email,phone", says);
});

both!(an_unknown_column, "P1", |office| {
    office.init("mini");
    let says = "error: column `emial` is no field of a lead\nhint: did you mean `email`?\n";
    header(office, "name,emial", says);
    let says = "error: line 2: row `Kim` has a cell in a column without a name\n";
    refused(office, "bad.csv", b"name,\nKim,kim@acme.example\n", 2, says);
    header(office, "name,\x1b[31m", "error: column `\\u{1b}[31m` is no field of a lead\n");
});

both!(a_double_column, "P1", |office| {
    office.init("mini");
    header(office, "name,email,E-Mail", "error: the columns `email` and `E-Mail` are both `email`\n");
    header(office, "name,email,email", "error: the columns `email` and `email` are both `email`\n");
});

/// A table of names and addresses with these rows is refused so.
#[track_caller]
fn rows(office: &Office, rows: &str, says: &str) {
    refused(office, "bad.csv", format!("name,email\n{rows}").as_bytes(), 2, says);
}

both!(a_ragged_row, "P1", |office| {
    office.init("mini");
    rows(office, "Kim,kim@acme.example\nSam\n", "error: line 3: row `Sam` has 1 cells, and the header 2\n");
    rows(office, "Kim,kim@acme.example,x\n", "error: line 2: row `Kim` has 3 cells, and the header 2\n");
});

both!(an_open_quote, "P1", |office| {
    office.init("mini");
    header(office, "\"name,email", "error: bad.csv line 1 has an open quotation mark\n");
    rows(
        office,
        "Kim,kim@acme.example\n\n\"Sam,s@acme.example\nBo,\n",
        "error: line 4: row `Sam,s@acme.example",
    );
    rows(office, "Kim,\"kim@acme.example\n", "error: line 2: row `Kimkim@acme.example");
});

both!(cells_that_are_no_values, "P1", |office| {
    office.init("mini");
    rows(office, "Kim\x1b,\n", "error: line 2: name `Kim\\u{1b}` contains a control character");
    rows(office, "\"Kim\nLee\",\n", "error: line 2: name ");
    rows(office, "Kim,kim at acme\n", "error: line 2: email `kim at acme`");
});

/// What came in of names and companies.
fn came(office: &Office, bytes: &[u8]) -> String {
    fs::write(office.path("good.csv"), bytes).unwrap();
    office.lead("import good.csv").ok();
    office.lead("list -F tsv --columns name,company --sort id").ok().stdout.clone()
}

both!(a_mark_of_utf_8, "P1", |office| {
    office.init("mini");
    assert_eq!(came(office, "\u{feff}name,company\nKim,Grüße\n".as_bytes()), "Kim\tGrüße\n");
    refused(office, "mark.csv", "\u{feff}".as_bytes(), 2, "error: mark.csv is empty\n");
});

both!(utf_16, "P1", |office| {
    office.init("mini");
    for (mark, is_little) in [([0xFF, 0xFE], true), ([0xFE, 0xFF], false)] {
        let pair = |byte: u8| if is_little { [byte, 0] } else { [0, byte] };
        let bytes: Vec<u8> = mark.into_iter().chain("name\nKim\n".bytes().flat_map(pair)).collect();
        refused(office, "utf16.csv", &bytes, 2, "error: utf16.csv is UTF-16, and UTF-8 is read\nhint: ");
    }
});

both!(encodings_that_are_not_read, "P1 L6", |office| {
    office.init("mini");
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
});

both!(latin_1_deep_in_the_file, "P1 L6", |office| {
    office.init("mini");
    let mut latin: Vec<u8> = b"name,company\n".to_vec();
    for n in 2..900 {
        latin.extend(format!("Lead {n},Acme\n").bytes());
    }
    latin.extend(b"Kim,Gr\xFC\xDFe\n");
    refused(office, "latin.csv", &latin, 2, "error: line 900: company `Gr\u{fffd}\u{fffd}e` is not UTF-8\n");
    refused(office, "latin.ndjson", b"{\"name\":\"Gr\xFC\"}\n", 2, "error: line 1: row ");
});

both!(mixed_line_ends, "P1", |office| {
    office.init("mini");
    let came = came(office, b"name,company\r\nKim,Acme\r\nSam,\nBo,\"two\"\r\n\nLast,one");
    assert_eq!(came, "Kim\tAcme\nSam\t\nBo\ttwo\nLast\tone\n");
});

/// Runs `lead` with so little memory that what holds a whole file ends.
#[track_caller]
fn in_little_memory(office: &Office, line: &str) -> Run {
    let lead = office.lead_command("");
    let mut command = Command::new("/bin/sh");
    command.env_clear().current_dir(office.home());
    command.envs(lead.get_envs().filter_map(|(key, value)| Some((key, value?))));
    let script = format!("ulimit -v 600000; exec \"$0\" {line}");
    command.args(["-c", &script, env!("CARGO_BIN_EXE_lead")]);
    Run::of(command, None)
}

both!(an_endless_line, "P1 N4", |office| {
    office.init("mini");
    let endless = format!("name\nKim\n\"{}", "x\n".repeat(200 << 10));
    let says = "error: endless.csv line 3 is longer than 256 KiB\n";
    refused(office, "endless.csv", endless.as_bytes(), 2, says);
    // A line of four gigabytes, none of which is held.
    let huge = File::create(office.path("huge.csv")).unwrap();
    huge.set_len(4 << 30).unwrap();
    let before = office.snapshot();
    for line in ["import huge.csv", "import huge.csv --from ndjson"] {
        in_little_memory(office, line).refused(2).says("error: huge.csv line 1 is longer than 256 KiB\n");
    }
    in_little_memory(office, "import huge.csv --from vcard").refused(2).says("error: ");
    assert_eq!(before, office.snapshot());
});

both!(duplicates_within_the_file, "A5 L6", |office| {
    office.init("agency");
    let table = b"name,email,phone\nKim,kim@acme.example,030 1234\nKim Lee,KIM@acme.example,030 5678\n";
    refused(office, "twice.csv", table, 7, "error: line 3: may exist already: ");
    assert!(office.found("").is_empty());
    office.lead("import twice.csv --on-duplicate merge").ok().says("twice.csv: 1 added, 1 changed\n");
});

both!(duplicates_against_the_store, "A5 L6", |office| {
    office.init("agency");
    office.add("'Kim Lee' --email kim@acme.example");
    let table = b"name,email,phone\nKim,KIM@acme.example,030 1234\nSam,sam@acme.example,030 5678\n";
    refused(office, "twice.csv", table, 7, "error: line 2: may exist already: lead 1 Kim Lee\n");
    office.refused(4, "import twice.csv --on-duplicate fail");
    office.lead("import twice.csv --on-duplicate keep").ok().says("twice.csv: 2 added\n");
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

both!(a_folder, "P1", |office| {
    office.init("mini");
    office.refused(2, "import .").says("error: cannot read .: Is a directory");
    office.refused(2, "import absent.csv").says("error: cannot read absent.csv: No such file");
    office.refused(2, ["import", "\x1b[2J.csv"]).says("error: cannot read \\u{1b}[2J.csv: ");
});

both!(a_fifo, "P1", |office| {
    office.init("mini");
    let fifo = office.path("fifo.csv");
    nix::unistd::mkfifo(&fifo, nix::sys::stat::Mode::S_IRWXU).unwrap();
    let writer = thread::spawn({
        let fifo = fifo.clone();
        move || fs::write(fifo, "name\nKim\n").unwrap()
    });
    office.lead(["import", fifo.to_str().unwrap()]).ok();
    writer.join().unwrap();
    assert_eq!(office.found("").len(), 1);
});

both!(dev_zero, "P1", |office| {
    office.init("mini");
    for form in ["csv", "ndjson"] {
        office
            .refused(2, ["import", "/dev/zero", "--from", form])
            .says("error: /dev/zero line 1 is longer than 256 KiB\n");
    }
    office.refused(2, "import /dev/zero --from json").says("error: /dev/zero is longer than 64 MiB\n");
    office.refused(2, "import /dev/zero --from vcard").says("error: ");
    office.lead("doctor").ok();
});

both!(killed_half_way_and_run_again, "P1 N1", |office| {
    office.init("mini");
    let rows: String = (1..=250).map(|n| format!("Lead {n},{n}@acme.example\n")).collect();
    let file = office.file("leads.csv", &format!("name,email\n{rows}"));
    interrupted(office, &file, 100);
    assert!(office.found("").is_empty(), "nothing is seen before the end");
    let resumed = office.lead(["import", &file, "--update-by", "email", "--resume"]);
    resumed.ok().says("250 added");
    assert_eq!(office.found("").len(), 250);
    office.lead(["import", &file, "--update-by", "email"]).ok().says("250 unchanged");
    office.lead("doctor").ok();
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
