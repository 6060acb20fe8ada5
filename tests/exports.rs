//! Leads out of the house: CSV wherever a list is printed, and files that are whole or absent.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::harness::both;

both!(csv_has_a_header_and_guards_formulas, "M3 N6", |office| {
    office.init("mini");
    office
        .lead("list -F csv")
        .ok()
        .stdout("id,name,company,email,phone,source,tags,value,assignee,stage,follow_up,badge\n");
    office.lead(["add", "=1+1", "--phone", "+49301234567", "--company", "Lee, \"Sons\""]).ok();
    office.lead(["add", "'tis", "--phone", "+49 30 1234567", "--tag", "a", "--tag", "b"]).ok();
    office.lead("list -F csv").ok().stdout(
        "id,name,company,email,phone,source,tags,value,assignee,stage,follow_up,badge\n\
         1,'=1+1,\"Lee, \"\"Sons\"\"\",,+49301234567,,,,,new,,\n\
         2,'tis,,,'+49 30 1234567,,\"a,b\",,,new,,\n",
    );
    for look in
        ["customer list", "history", "user list", "outbox list", "config list", "pipeline list", "status"]
    {
        let run = office.lead(format!("{look} -F csv"));
        if run.code == 0 {
            assert!(run.stdout.lines().next().is_some_and(|line| line.contains(',')), "{look}\n{run}");
        }
    }
});

both!(an_export_is_whole_or_absent, "N6", |office| {
    office.init("mini");
    office.add("'Kim Lee' --email kim@acme.example --set colour=blue --note 'first\nsecond'");
    office.add("'Sam Poe' --tag vip");
    let all = office.lead("export");
    assert!(all.ok().stdout.starts_with("id,name,company,email,phone,"), "{all}");
    assert!(
        all.stdout.contains("first\nsecond\"") && all.stdout.contains("{\"\"colour\"\":\"\"blue\"\"}"),
        "{all}"
    );
    office.lead("export tag:vip -o vip.csv").ok().stdout("").stderr("wrote 1 lead to vip.csv\n");
    let path = office.path("vip.csv");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let written = fs::read_to_string(&path).unwrap();
    assert!(written.contains("Sam Poe") && !written.contains("Kim Lee"), "{written}");
    office.lead("export nosuch:term -o vip.csv").refused(2);
    assert_eq!(fs::read_to_string(&path).unwrap(), written, "a refused export leaves what was there");
    office.lead("export -F ids").refused(2).says("csv");
    office.lead("export -o nowhere/x.csv").refused(1).says("nowhere/x.csv");
    office.lead("export -o /dev/null").refused(2).says("is not a file");
    office.lead("export -n -o new.csv").ok();
    assert!(!office.path("new.csv").exists());
    assert_eq!(office.lead("export -F ndjson").lines().len(), 2);
    assert_eq!(office.lead("export --json").json().as_array().map(Vec::len), Some(2));
    assert_eq!(office.lead("export -F tsv").ok().stdout.lines().count(), 2);
    let left: Vec<_> =
        fs::read_dir(office.home()).unwrap().flatten().map(|entry| entry.file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().starts_with(".tmp")), "{left:?}");
});
