//! Who may what: users, roles, acting for another, and strangers.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use crate::harness::{Run, account, both, direct, skip};

both!(whoever_makes_the_store_is_its_first_owner, "U1", |office| {
    office.lead("init --pipeline agency").ok();
    let users = office.lead("user list --json").json();
    let me = &users[0];
    assert_eq!(
        (&me["login"], &me["role"], &me["account"]),
        (&account().into(), &"owner".into(), &account().into())
    );
    let email = me["email"].as_str().unwrap_or_default();
    assert!(email.starts_with(&format!("{}@", account())), "{me}");
});

both!(users_are_added_and_edited, "U1", |office| {
    office.init("agency");
    office.lead("user add sam --email sam@acme.example --role sales --zone Asia/Tokyo --account a-sam").ok();
    office.lead("user edit sam --role manager --email s@acme.example").ok();
    let users = office.lead("user list --json").json();
    let sam = users.as_array().unwrap().iter().find(|user| user["login"] == "sam").unwrap().clone();
    for (key, expected) in
        [("role", "manager"), ("email", "s@acme.example"), ("zone", "Asia/Tokyo"), ("account", "a-sam")]
    {
        assert_eq!(sam[key], expected, "{key}");
    }
    for line in [
        "user add sam --role sales --account x",
        "user add ida --role emperor --account x",
        "user add ida --role sales --zone Mars/Olympus --account x",
        "user add ida --role sales --email nope --account x",
        "user add me --role sales --account x",
        "user add none --role sales --account x",
        "user add 12 --role sales --account x",
        "user add 'two words' --role sales --account x",
        "user edit nobody --role sales",
    ] {
        let run = office.lead(line);
        assert!([2, 3, 4].contains(&run.code), "{run}");
        run.refused(run.code);
    }
    assert_eq!(users, office.lead("user list --json").json());
});

both!(acting_for_another_needs_admin_and_is_told, "U2", |office| {
    office.init("agency");
    office.user("sam", "sales");
    office.user("max", "manager");
    let lead = office.lead("--as max add 'Kim Lee' --phone 030123").number();
    let created = &office.events(lead, "created")[0];
    assert_eq!((&created["actor"], &created["via"]), (&"max".into(), &account().into()));
    let mut command = office.lead_command(format!("note {lead} hello"));
    command.env("LEAD_USER", "max");
    Run::of(command, None).ok();
    assert_eq!(office.events(lead, "noted")[0]["actor"], "max");
    let run = office.lead("--as nobody-here list");
    run.refused(run.code);
    office.lead("--as max user add ida --role sales --account x").refused(4);
    office.lead("--as max user edit max --role owner").refused(4);
});

both!(roles_hold_what_the_file_says, "A13 U2", |office| {
    office.init("agency");
    office.user("sam", "sales");
    office.user("max", "manager");
    let own = office.lead("--as sam add 'Own' --phone 030123").number();
    let other = office.lead("--as max add 'Other' --phone 030124 --owner max").number();
    let pool = office.lead("--as max add 'Pool' --phone 030125").number();
    let seen = |user: &str| {
        let mut seen: Vec<u64> = office
            .lead(format!("--as {user} list -F ids"))
            .ok()
            .stdout
            .lines()
            .map(|id| id.parse().unwrap())
            .collect();
        seen.sort_unstable();
        seen
    };
    assert_eq!(seen("max"), [own, other, pool]);
    assert_eq!(seen("sam"), [own], "sales may not claim here, so the pool is not theirs to see");
    for line in [
        format!("show {other}"),
        format!("mv {other} LOST"),
        format!("note {other} hello"),
        format!("history {other}"),
        format!("trash {other}"),
        format!("convert {other}"),
        format!("actions {other}"),
    ] {
        let run = office.refused(3, format!("--as sam {line}"));
        assert!(!run.stderr.contains("max") && !run.stderr.contains("Other"), "it does not exist\n{run}");
    }
    office.lead(format!("--as sam mv {own} CONTACTED")).ok();
});

both!(sales_work_and_do_not_administer, "U2 D9", |office| {
    office.init("dealership");
    office.user("sam", "sales");
    let lead = office.lead("--as sam add 'Kim Lee'").number();
    office.lead(format!("--as sam mv {lead} mark-contacted")).ok();
    office.lead(format!("--as sam convert {lead}")).ok();
    office.lead("--as sam user add ida --role sales --account x").refused(4);
});

direct!(a_stranger_gets_nothing_not_even_counts, "U3 S4 U2", |office| {
    if account() != "root" || !std::path::Path::new("/usr/bin/setpriv").exists() {
        skip("only root can become somebody else, with setpriv");
    }
    office.init("field-service");
    office.add("'Kim Lee'");
    std::fs::set_permissions(office.home(), std::fs::Permissions::from_mode(0o755)).unwrap();
    std::fs::set_permissions(office.path("clock"), std::fs::Permissions::from_mode(0o644)).unwrap();
    let leadd = office.daemon();
    let program = office.path("program");
    std::fs::copy(env!("CARGO_BIN_EXE_lead"), &program).unwrap();
    for line in ["list", "status", "add 'Sam Poe'", "--as root list", "history"] {
        let lead = office.lead_command(line);
        let mut command = Command::new("/usr/bin/setpriv");
        command
            .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
            .arg(&program)
            .args(lead.get_args());
        command.env_clear().envs(lead.get_envs().filter_map(|(key, value)| value.map(|value| (key, value))));
        command.current_dir("/");
        let run = Run::of(command, None);
        assert!([4, 6].contains(&run.code), "4 where the socket can be reached, else 6\n{run}");
        run.stdout("").says("error: ");
        assert!(!run.stderr.contains("Kim"), "{run}");
    }
    leadd.stop();
    assert_eq!(office.found(""), [1]);
});
