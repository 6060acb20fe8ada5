//! Purge: content erased for good, and a history that still holds.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::harness::{Office, both};

/// The lead as it was kept by nobody: in no look, and in no file of the outbox.
fn is_gone(office: &Office, secret: &str) {
    for look in
        ["list --json", "list trash:yes --json", "history --json", "outbox list --json", "deal list --json"]
    {
        let run = office.lead(look);
        assert!(!run.ok().stdout.contains(secret), "`{look}` still tells {secret}\n{run}");
    }
    let files = fs::read_dir(office.store().join("outbox")).into_iter().flatten().flatten();
    for file in files {
        assert!(!tells(&file.path(), secret), "{} still tells {secret}", file.path().display());
    }
}

fn tells(path: &Path, secret: &str) -> bool {
    String::from_utf8_lossy(&fs::read(path).unwrap()).contains(secret)
}

both!(a_purge_erases_content_and_the_chain_holds, "L8 N7", |office| {
    office.init("dealership");
    office.user("sam", "sales");
    let other = office.add("'Ida Poe' --note stays");
    let id =
        office.add("'Kim Lee-Secret' --email kim@secret.example --note 'a secret word' --set car=secret");
    office.lead(format!("assign {id} sam")).ok();
    office.swept("sam was told", || office.mails_of("assigned").len() == 1);
    office.lead(format!("convert {id} --start-deal='Secret car'")).ok();
    office.lead(format!("log {id} call 'secret talk'")).ok();
    let entries = office.history(id).len();
    office.refused(2, format!("purge {id}"));
    office.refused(2, format!("purge {id} --confirm=Kim")).says(&format!("is not the name of {id}\n"));
    office.refused(4, format!("--as sam purge {id} --confirm='Kim Lee-Secret'")).says("`admin`");
    office.refused(3, "purge 99 --confirm=x");
    let before = office.snapshot();
    office.lead(format!("-n purge {id} --confirm='Kim Lee-Secret'")).ok();
    assert_eq!(before, office.snapshot());
    let run = office.lead(format!("purge {id} --confirm='Kim Lee-Secret' --with-customer"));
    run.ok().stdout("").stderr(&format!(
        "{id}: purged, with what {entries} entries of the history said, 1 mail, customer 1\n\
         hint: backups, and mail that people got, keep what they have\n"
    ));
    office.lead(format!("show {id}")).refused(3);
    office.lead(format!("restore {id}")).refused(3);
    office.lead("customer list -F ids").ok().stdout("");
    office.rest();
    is_gone(office, "ecret");
    let history = office.history(id);
    assert_eq!(history.len(), entries + 1, "what happened stays");
    assert_eq!(history.last().unwrap()["event"], "purged");
    assert!(history.iter().all(|entry| entry["edits"].as_array().is_some_and(Vec::is_empty)));
    office.lead("doctor").ok();
    assert_eq!(office.field(other, "name"), "Ida Poe");
    assert_eq!(office.add("'Zoe'"), id + 1, "its number is not used again");
});

both!(a_purge_cannot_be_undone, "L8 L9", |office| {
    office.init("mini");
    let id = office.add("'Kim Lee'");
    office.lead(format!("tag {id} hot")).ok();
    let change = office.history(id).last().unwrap()["change"].as_u64().unwrap();
    office.lead(format!("trash {id}")).ok();
    office.lead(format!("purge {id} --confirm='Kim Lee'")).ok();
    let purged = change + 2;
    for change in [change, purged] {
        let run = office.lead(format!("undo --change {change}"));
        assert!([3, 4].contains(&run.code), "{run}");
        run.refused(run.code);
    }
    office.lead("doctor").ok();
});

both!(a_customer_stays_unless_it_is_asked_for, "L8", |office| {
    office.init("agency");
    let first = office.add("'Kim Lee' --email kim@acme.example");
    office.lead(format!("convert {first}")).ok();
    let second = office.add("'Ida Lee' --email ida@acme.example");
    office.lead(format!("convert {second} --into 1")).ok();
    let run = office.refused(2, format!("purge {first} --confirm='Kim Lee' --with-customer"));
    run.says(&format!("error: customer 1 has other leads: {second}\n"));
    office.lead(format!("purge {first} --confirm='Kim Lee'")).ok();
    office.lead("client leads 1 -F ids").ok().stdout(&format!("{second}\n"));
    office.lead(format!("purge {second} --confirm='Ida Lee' --with-customer")).ok();
    office.lead("client list -F ids").ok().stdout("");
    office.lead("doctor").ok();
    let help = office.lead("-h");
    assert!(!help.ok().stdout.contains("purge"), "not in the short help");
});

both!(a_bare_undo_passes_over_what_was_purged, "L8 L9 N4", |office| {
    office.init("mini");
    let stays = office.add("'Ida Poe'");
    office.lead(format!("tag {stays} warm")).ok();
    let id = office.add("'Kim Lee'");
    office.lead(format!("tag {stays},{id} hot")).ok();
    office.lead(format!("tag {id} x")).ok();
    office.lead(format!("purge {id} --confirm='Kim Lee'")).ok();
    office.refused(3, format!("undo {id}"));
    office.lead("undo --yes").ok();
    assert_eq!(office.show(stays)["tags"], json!(["hot"]), "its own newest that can be");
    office.lead("doctor").ok();
});
