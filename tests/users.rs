//! Users granted, paused, disabled and enabled: what they may, what becomes of their claims, leads
//! and mail (U4, A13).

use serde_json::{Value, json};

use crate::harness::{Office, account, both};

fn user(office: &Office, login: &str) -> Value {
    let users = office.lead("user list --json").json();
    users.as_array().unwrap().iter().find(|user| user["login"] == login).unwrap().clone()
}

/// Sam holds a claim and owns an open and a lost lead; kim may, too.
fn team(office: &Office) -> [u64; 3] {
    office.init("agency");
    office.user("sam", "manager");
    office.user("kim", "manager");
    let claimed = office.add("'Ada' --phone 030111 --company A");
    let owned = office.add("'Bea' --phone 030222 --company B --owner sam --follow-up 2026-11-23");
    let lost = office.add("'Cid' --phone 030333 --company C --owner sam --stage LOST");
    office.lead(format!("--as sam claim {claimed}")).ok();
    [claimed, owned, lost]
}

both!(disabling_ends_claims_and_names_the_leads_that_are_left, "U4", |office| {
    let [claimed, owned, lost] = team(office);
    office.lead("user disable sam -n").ok().stdout("").stderr(
        "user sam was disabled; 1 claim ended; 1 open lead still names them\n\
         dry run: nothing was changed\n",
    );
    assert_eq!(user(office, "sam")["disabled_at"], Value::Null);
    office.lead("user disable sam").ok().stdout("").stderr(
        "user sam was disabled; 1 claim ended; 1 open lead still names them\n\
         hint: `lead list owner:sam kind:open`\n\
         hint: `lead assign --where 'owner:sam kind:open' USER`, or `--next` for USER\n",
    );
    assert_eq!(user(office, "sam")["disabled_at"], "2026-11-22T08:00:00Z");
    assert_eq!(user(office, "sam")["capabilities"], json!([]));
    assert_eq!(office.found("pool:yes"), [claimed]);
    let ended = &office.events(claimed, "claim_released")[0];
    assert_eq!((&ended["actor"], &ended["action"]), (&account().into(), &"user disable".into()));
    assert_eq!(ended["edits"][0]["field"], "claim");
    assert_eq!((office.field(owned, "owner"), office.field(lost, "owner")), ("sam".into(), "sam".into()));
    let before = office.snapshot();
    let run = office.lead("user disable sam");
    run.ok().says("user sam is so already; 1 open lead still names them\n");
    assert_eq!(before, office.snapshot());
    let said = "error: the user `sam` is disabled\nhint: someone with `admin`: `lead user enable sam`\n";
    for line in
        ["--as sam list", "--as sam status", "--as sam watch --until-now", &format!("assign {claimed} sam")]
    {
        office.refused(4, line).says(said);
    }
    office.refused(4, "add 'Dan' --phone 030444 --owner sam").stderr(said);
    office.refused(4, format!("edit {claimed} --owner sam")).says("the user `sam` is disabled");
    office.lead("assign --where 'owner:sam kind:open' kim --yes").ok();
    assert_eq!(office.field(owned, "owner"), "kim");
    office.lead("user enable sam").ok().stderr("user sam was enabled\n");
    office.lead("user enable sam").ok().stderr("user sam is so already\n");
    assert_eq!(office.found("pool:yes"), [claimed], "enabled, they have to claim again");
    office.lead(format!("--as sam claim {claimed}")).ok();
    office.lead("user disable nobody").refused(3);
    office.lead("--as kim user disable sam").refused(4).says("error: you lack the capability `admin`\n");
    office.lead("doctor").ok();
});

both!(a_claim_comes_back_with_its_holder_while_there_is_time_and_nobody_has_it, "U4 L9", |office| {
    let [claimed, ..] = team(office);
    let taken = office.add("'Dan' --phone 030444 --company D");
    office.lead(format!("--as sam claim {taken}")).ok();
    let before = office.show(claimed)["claim"].clone();
    office.lead("user disable sam").ok().says("2 claims ended");
    office.lead(format!("--as kim claim {taken}")).ok();
    office.lead("undo").ok().says(&format!("{claimed} Ada: change 10 (`user disable`) undone\n"));
    assert_eq!(user(office, "sam")["disabled_at"], Value::Null);
    assert_eq!(office.field(claimed, "claim"), before);
    assert_eq!(office.field(taken, "claim")["by"], "kim");
    assert_eq!(office.events(taken, "undone").len(), 0, "what was taken is left alone");
    office.lead("undo --change 12").ok();
    office.lead(format!("--as sam note {claimed} hello")).refused(4);
    assert_eq!(office.field(claimed, "claim"), Value::Null, "disabled again, it ends again");
    office.at("2026-11-23T09:00:00+01:00");
    office.lead("undo --change 13").ok();
    assert_eq!(office.field(claimed, "claim"), Value::Null, "its time is over");
    assert_eq!(office.events(claimed, "claim_lapsed").len(), 0);
    office.lead("--as sam list").ok();
    office.lead("doctor").ok();
});

both!(no_undo_gives_a_claim_to_somebody_who_is_disabled, "U4 L9", |office| {
    let [claimed, ..] = team(office);
    office.lead(format!("--as kim release {claimed}")).ok();
    let released = office.history(claimed).last().unwrap()["change"].clone();
    office.lead("user disable sam").ok();
    let run = office.refused(4, format!("undo --change {released}"));
    run.says("`disabled_at` of user sam is in the way");
    office.lead("user enable sam").ok();
    office.lead(format!("undo --change {released}")).ok();
    assert_eq!(office.field(claimed, "claim")["by"], "sam");
    office.lead("undo --change 4").refused(4);
});

both!(undoing_a_user_ends_their_claims, "U4 L9", |office| {
    office.init("agency");
    office.user("sam", "manager");
    let lead = office.add("'Ada' --phone 030111 --company A");
    office.lead(format!("--as sam claim {lead}")).ok();
    office.lead("undo --change 2").ok();
    office.lead("--as sam list").refused(4).says("the user `sam` is disabled");
    assert_eq!(office.found("pool:yes"), [lead]);
});

both!(what_was_decided_for_them_goes_where_an_unassigned_leads_goes, "U4 R2 R5", |office| {
    let [claimed, owned, _] = team(office);
    office.lead(format!("schedule {claimed} 2026-11-23")).ok();
    office.rest();
    office.policy("[mail]\nvia = \"smtp\"\n[mail.smtp]\nhost = \"127.0.0.1\"\nport = 1\ntls = \"none\"");
    office.at("2026-11-23T08:00:00+01:00");
    let reminders = |state: &str| {
        let rows = office.lead("outbox list -F ndjson").lines();
        let is_it = |row: &&Value| row["to"] == "sam@acme.example" && row["kind"] == "reminder";
        rows.iter().filter(is_it).filter(|row| row["state"] == state).count()
    };
    if office.is_served() {
        office.swept("sam's reminders wait", || reminders("waiting") == 2);
    } else {
        office.leadd_once().code(9);
    }
    assert_eq!(reminders("waiting"), 2);
    office.lead("user disable sam").ok();
    office.policy("[mail]\nvia = \"file\"");
    office.swept("kim was told instead", || office.mails_of("reminder").len() == 2);
    let to: Vec<_> = office.mails_of("reminder").iter().map(|mail| mail.header("To")).collect();
    assert!(to.iter().all(|to| to.contains("kim@acme.example")), "{to:?}");
    assert_eq!(reminders("cancelled"), 2);
    assert_eq!(office.field(owned, "owner"), "sam");
});

both!(the_last_who_may_administer_stays, "U4 L9", |office| {
    office.init("mini");
    office.user("sam", "sales");
    let me = account();
    for line in [
        format!("user disable {me}"),
        format!("user revoke {me} admin"),
        format!("user edit {me} --role sales"),
    ] {
        office.refused(4, &line).stderr(&format!(
            "error: `{me}` is the last user who may administer the store\nhint: first: `lead user grant USER admin`\n"
        ));
    }
    office.lead("user grant sam admin").ok().stderr("user sam was changed\n");
    office.lead(format!("--as sam user disable {me}")).ok();
    office.lead("list").refused(4).says("is disabled");
});

both!(capabilities_are_granted_and_revoked_one_by_one, "A13 U1", |office| {
    office.init("agency");
    office.user("sam", "sales");
    let pool = office.add("'Ada' --phone 030111 --company A");
    let may = |login: &str| user(office, login)["capabilities"].clone();
    assert_eq!(may("sam"), json!(["create", "work", "convert"]));
    office.lead(format!("--as sam claim {pool}")).refused(3);
    office.lead("user grant sam manage").ok().stderr("user sam was changed\n");
    assert_eq!(may("sam"), json!(["create", "work", "convert", "claim", "assign", "reassign"]));
    office.lead("user grant sam claim").ok().stderr("user sam is so already\n");
    office.lead("user grant sam create").ok().stderr("user sam is so already\n");
    office.lead(format!("--as sam claim {pool}")).ok();
    office.lead("user revoke sam reassign assign create").ok();
    assert_eq!(may("sam"), json!(["work", "convert", "claim"]));
    let run = office.lead("--as sam add 'Bea' --phone 030222");
    run.refused(4).stderr(
        "error: you lack the capability `create`\n\
         hint: someone with `admin` can give it to you: `lead user grant YOU create`\n",
    );
    let status = office.lead("--as sam status --json").json();
    assert_eq!(status["user"]["capabilities"], json!(["work", "convert", "claim"]));
    office.lead("undo").ok();
    assert_eq!(may("sam"), json!(["create", "work", "convert", "claim", "assign", "reassign"]));
    let run = office.lead("user grant sam asign");
    run.refused(2).stderr("error: capability `asign` is none\nhint: did you mean `assign`?\n");
    office.lead("user grant sam").refused(2);
    office.lead("user grant nobody claim").refused(3);
    office.lead("--as sam user grant sam admin").refused(4);
    assert_eq!(may("sam"), json!(["create", "work", "convert", "claim", "assign", "reassign"]));
});

both!(history_and_watch_tell_what_was_done_to_a_user, "U4 N5", |office| {
    office.init("agency");
    office.user("sam", "sales");
    office.lead("user grant sam claim").ok();
    office.lead("user edit sam --pause").ok();
    office.lead("user disable sam").ok();
    office.lead("user enable sam").ok();
    let told = |line: &str| -> Vec<Value> {
        let entries = office.lead(line).lines();
        entries.iter().filter(|entry| entry["event"] == "user_changed").skip(2).cloned().collect()
    };
    let entries = told("history -F ndjson");
    let actions: Vec<&str> = entries.iter().filter_map(|entry| entry["action"].as_str()).collect();
    assert_eq!(actions, ["user grant", "user edit", "user disable", "user enable"]);
    assert_eq!(
        entries[0]["edits"],
        json!([{"record": "user/sam", "field": "granted", "before": [], "after": ["claim"]}])
    );
    assert_eq!(entries, told("watch --from 1 --until-now"));
});

both!(mail_of_who_has_no_address_goes_where_an_unassigned_leads_goes, "R5 N3 U4", |office| {
    office.init("mini");
    office.lead("user add ida --role sales --account x").ok();
    let lead = office.add("'Kim Lee' --owner ida --follow-up 2026-11-23");
    let claimed = office.add("'Sue'");
    office.lead(format!("--as ida claim {claimed}")).ok();
    let ahead = office.lead("plan --until 2026-11-24");
    assert!(!ahead.ok().stdout.contains("ida"), "{ahead}");
    ahead.shows(&format!("2026-11-23T07:00:00Z\treminder\t{}\t{lead}\t", account()));
    let why: Vec<_> = office.lead(format!("outbox why {lead} -F ndjson")).lines();
    let told: Vec<_> = why.iter().map(|row| (row["to"].clone(), row["because"].clone())).collect();
    assert_eq!(told, [(json!("ida"), json!("no-address")), (json!(account()), json!("coming"))]);
    office.at("2026-11-23T11:00:00+01:00");
    office.swept("the owner of the firm was told", || office.mails_of("reminder").len() == 1);
    assert_eq!(office.mails_of("reminder")[0].to(), "boss@acme.example");
    let rows = office.lead("outbox list -F ndjson").lines();
    assert!(rows.iter().all(|row| row["to"] != "ida" && row["state"] == "sent"), "{rows:#?}");
    office.lead("doctor").code(10).shows("mail\tyes\t");
});
