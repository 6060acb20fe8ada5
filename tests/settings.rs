//! `lead config`: what holds and who says so, and the firm's policy changed key by key.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::harness::{Office, account, both, daemon, direct};

/// The firm's file.
fn policy(office: &Office) -> String {
    fs::read_to_string(office.store().join("lead.toml")).unwrap()
}

both!(a_key_is_set_in_its_place_and_taken_out_again, "N2 S3", |office| {
    office.init("field-service");
    let before = policy(office);
    let set = office.lead("config set claims.max_open 1");
    set.ok().stdout("").stderr("claims.max_open is 1 now; it was not set\n");
    let shown = "# max_open = 5\n";
    assert_eq!(policy(office), before.replace(shown, &format!("{shown}max_open = 1\n")));
    let mode = fs::metadata(office.store().join("lead.toml")).unwrap().permissions().mode();
    assert_eq!(mode & 0o7777, 0o600);
    office.lead("config set claims.max_open 1").ok().stderr("claims.max_open is so already: 1\n");
    office.lead("config get claims.max_open").ok().stdout("1\n");

    // It is in force at once, whoever serves.
    office.lead("add One").ok();
    office.lead("add Two").ok();
    office.lead("release 1 2");
    office.lead("claim 1").ok();
    office.lead("claim 2").refused(4).says("as many as `claims.max_open` allows");

    let unset = office.lead("config unset claims.max_open");
    unset.ok().stdout("").stderr("claims.max_open is not set any more\n");
    assert_eq!(policy(office), before);
    office.lead("claim 2").ok();
    let again = office.lead("config unset claims.max_open");
    again.ok().stderr("claims.max_open is so already: lead.toml does not say it\n");
});

both!(the_answer_is_a_row_where_a_form_is_named, "N2", |office| {
    office.init("field-service");
    let set = office.lead("config set overdue.days 1,5 --json").ok().json();
    let line = policy(office).lines().position(|line| line == "days = [1, 5]").unwrap() + 1;
    let row = serde_json::json!({
        "key": "overdue.days", "value": "[1,5]", "origin": format!("lead.toml:{line}")
    });
    assert_eq!(set, row);
    assert_eq!(office.lead("config get overdue.days --json").ok().json(), row);
    office.lead("config set overdue.days [1,5]").ok().stderr("overdue.days is so already: [1,5]\n");
});

both!(what_does_not_fit_is_refused_with_a_way_out, "O7 O8 U3", |office| {
    office.init("field-service");
    office.user("sam", "sales");
    let before = policy(office);
    for (line, code, said) in [
        (
            "config set reminders.at 25:00",
            2,
            "error: reminders.at `25:00` is not a time of day\nhint: \"08:00\", from 00:00 to 23:59\n",
        ),
        (
            "config set reminders.att 07:00",
            2,
            "error: key `reminders.att` is not a key of lead.toml\nhint: did you mean `reminders.at`?\n",
        ),
        (
            "config get zone",
            2,
            "error: key `zone` is not a key of lead.toml\nhint: did you mean `team.zone`?\n",
        ),
        ("config set backup.keep -5", 2, "error: backup.keep `-5` is not from 1 to 3650\n"),
        (
            "config set mail.sendmail.command 'msmtp \"-t'",
            2,
            "error: mail.sendmail.command `msmtp \"-t` is no command: it has an open quotation mark\n",
        ),
        (
            "config set mail.smtp.password hunter2",
            2,
            "error: key `mail.smtp.password` is a secret in clear, which lead.toml never holds\n\
             hint: password_file = \"/etc/lead/smtp-password\", a file only its owner can read\n\
             hint: password_command = \"pass show lead/smtp\"\n",
        ),
        (
            "config set reminders.at 07:00 --as sam",
            4,
            "error: you lack the capability `admin`\n\
             hint: someone with `admin` can give it to you: `lead user grant YOU admin`\n",
        ),
    ] {
        office.refused(code, line).stderr(said);
        assert_eq!(policy(office), before, "{line}");
    }
    office.lead("config set mail.smtp.host mail.acme.example").ok();
    let before = policy(office);
    office.lead("config set mail.smtp.tls none").refused(2).stderr(
        "error: mail.smtp.tls `none` sends mail to `mail.acme.example` in clear\n\
         hint: tls = \"starttls\", or tls = \"implicit\"\n",
    );
    let dry = office.lead("config set mail.via smtp -n");
    dry.ok().stderr("mail.via is smtp now; it was file\ndry run: nothing was changed\n");
    assert_eq!(policy(office), before);
});

both!(the_command_that_prints_the_password_is_never_shown, "O8", |office| {
    office.init("field-service");
    let set = office.lead("config set mail.smtp.password_command 'pass show topsecret'");
    set.ok().stderr("mail.smtp.password_command is set now\n");
    assert!(policy(office).contains("password_command = \"pass show topsecret\""));
    office.lead("config get mail.smtp.password_command").ok().stdout("(set, not shown)\n");
    assert!(!office.log().contains("topsecret"), "{}", office.log());
});

direct!(a_broken_file_is_mended_by_hand, "O7", |office| {
    office.init("field-service");
    let broken = "[team]\nzone = 1\n";
    fs::write(office.store().join("lead.toml"), broken).unwrap();
    office.lead("config set team.zone UTC").refused(2).says("lead.toml:2:8");
    assert_eq!(policy(office), broken);
});

direct!(without_a_store_there_is_nothing_to_set, "N2", |office| {
    office.lead("config set team.name Acme").refused(3).says("hint: `lead init`");
    assert!(!office.store().exists());
});

daemon!(a_running_leadd_takes_up_the_whole_file_and_tells_who_set_what, "S3 S6", |office| {
    office.init("field-service");
    office.lead("add One").ok();
    office.lead("add Two").ok();
    office.lead("release 1 2");
    let by_hand = policy(office).replace("[claims]\n", "[claims]\nmax_open = 1\n");
    fs::write(office.store().join("lead.toml"), by_hand).unwrap();
    office.lead("config set reminders.at 07:30").ok();
    office.lead("claim 1").ok();
    office.lead("claim 2").refused(4).says("claims.max_open");
    let told = format!(
        "lead.toml was changed key=\"reminders.at\" before=\"08:00\" after=\"07:30\" by=\"{}\"",
        account()
    );
    office.swept("it stands in the log", || office.log().contains(&told));

    fs::write(office.store().join("lead.toml"), "[team]\nzone = 1\n").unwrap();
    office.lead("config set reminders.at 08:00").refused(2).says("lead.toml:2:8");
    assert_eq!(policy(office), "[team]\nzone = 1\n");
});

both!(each_setting_says_who_says_so, "N2", |office| {
    office.init("field-service");
    fs::create_dir_all(office.path("config/lead")).unwrap();
    office.file("config/lead/config.toml", "# mine\ncolor = \"never\"\n");
    let origin = |line: &str, key: &str| {
        let run = office.lead(format!("config list --origin {line}"));
        let row = run.ok().stdout.lines().find(|row| row.split('\t').next() == Some(key));
        row.unwrap_or_default().split_once('\t').map(|(_, said)| said.replace('\t', " ")).unwrap_or_default()
    };
    let zone = policy(office).lines().position(|line| line.starts_with("zone = ")).unwrap() + 1;
    let store = office.store().display().to_string();
    assert_eq!(origin("", "team.zone"), format!("Europe/Berlin lead.toml:{zone}"));
    assert_eq!(origin("", "reminders.at"), "08:00 default");
    assert_eq!(origin("", "color"), "never config.toml:2");
    assert_eq!(origin("", "store"), format!("{store} default"));
    assert_eq!(origin(&format!("--store {store}"), "store"), format!("{store} --store"));
    office.lead("config get color").ok().stdout("never\n");
    let own = office.lead("config set color auto");
    own.refused(2).stderr(&format!(
        "error: `color` stands in your own file, which no verb changes\nhint: in an editor: {}\n",
        office.path("config/lead/config.toml").display()
    ));
});

both!(whom_mail_is_to_reach_is_told_when_they_are_not_there, "R5 N2", |office| {
    office.init("mini");
    office.user("gus", "sales");
    office.lead("config set reminders.unassigned gus").ok();
    office
        .refused(2, "config set reminders.unassigned gust")
        .stderr("error: reminders.unassigned `gust` is no user\nhint: did you mean `gus`?\n");
    office
        .refused(2, "config set reminders.unassigned '[\"gus\", \"role:ownr\"]'")
        .stderr("error: reminders.unassigned `role:ownr` is no role\nhint: did you mean `owner`?\n");
    assert_eq!(office.lead("config get reminders.unassigned").ok().stdout, "[\"gus\"]\n");
    office.lead("doctor").ok();
    office.policy("[reminders]\nunassigned = [\"role:owner\", \"gust\"]");
    let flaw = "reminders.unassigned `gust` is no user; did you mean `gus`?";
    let doctor = office.lead("doctor");
    doctor.code(10).shows(&format!(": {flaw}"));
    assert!(doctor.stdout.contains("lead.toml:"), "{doctor}");
    if office.is_served() {
        assert!(office.log().contains(flaw), "{}", office.log());
    } else {
        let check = office.leadd("check");
        check.code(2).says(&format!(": {flaw}\n"));
    }
    office.lead("config unset reminders.unassigned").ok();
    office.lead("doctor").ok();
});
