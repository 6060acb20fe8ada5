use jiff::SignedDuration;
use jiff::civil::time;

use super::*;
use crate::domain::policy::{OnUnknown, Via};

pub(super) fn first(text: &str) -> (String, Vec<String>) {
    let findings = parse(text).expect_err(text);
    (findings[0].to_string(), findings[0].hints.clone())
}

#[test]
fn a_full_file_is_read() {
    let text = r#"
        [team]
        name = "Acme"
        zone = "America/New_York"
        country = "us"
        currency = "usd"
        group = "sales"
        [reminders]
        at = "7:30"
        digest_over = 0
        unassigned = ["kim", "role:boss"]
        [claims]
        warn_before = "30m"
        max_open = 10
        cool_down = "2w"
        [overdue]
        days = []
        then_every = 0
        escalate_after = 0x10
        [mail]
        via = "smtp"
        from = "Acme Leads <lead@acme.example>"
        reply_to = "sales@acme.example"
        templates = "/etc/lead/mail"
        [mail.smtp]
        host = "mail.acme.example"
        port = 465
        tls = "implicit"
        user = "lead"
        password_file = "/etc/lead/smtp-password"
        ca_file = "/etc/lead/ca.pem"
        [mail.sendmail]
        command = "msmtp -t"
        [outbox]
        give_up_after = "48h"
        on_unknown = "hold"
        keep_sent = "30d"
        [backup]
        at = "23:59"
        keep = 30
        path = "/var/backups/lead"
    "#;
    let policy = parse(text).unwrap();
    assert_eq!(policy.team.name.as_deref(), Some("Acme"));
    assert_eq!(policy.team.zone.iana_name(), Some("America/New_York"));
    assert_eq!(policy.team.country.as_deref(), Some("US"));
    assert_eq!(policy.team.currency, "USD");
    assert_eq!(policy.team.group.as_deref(), Some("sales"));
    assert_eq!(policy.reminders.at, time(7, 30, 0, 0));
    assert_eq!(policy.reminders.digest_over, 0);
    assert_eq!(policy.reminders.unassigned, ["kim", "role:boss"]);
    assert_eq!(policy.claims.warn_before, SignedDuration::from_mins(30));
    assert_eq!(policy.claims.max_open, Some(10));
    assert_eq!(policy.claims.cool_down, Some(SignedDuration::from_hours(14 * 24)));
    assert_eq!(policy.overdue.days, [0_u32; 0]);
    assert_eq!((policy.overdue.then_every, policy.overdue.escalate_after), (0, 16));
    assert_eq!(policy.mail.via, Via::Smtp);
    assert_eq!(policy.mail.from, "Acme Leads <lead@acme.example>");
    assert_eq!(policy.mail.reply_to.as_deref(), Some("sales@acme.example"));
    assert_eq!(policy.mail.templates.as_deref(), Some("/etc/lead/mail"));
    assert_eq!(policy.mail.smtp.host, "mail.acme.example");
    assert_eq!((policy.mail.smtp.port, policy.mail.smtp.tls), (Some(465), Tls::Implicit));
    assert_eq!(policy.mail.smtp.user.as_deref(), Some("lead"));
    assert_eq!(policy.mail.smtp.password_file.as_deref(), Some("/etc/lead/smtp-password"));
    assert_eq!(policy.mail.smtp.ca_file.as_deref(), Some("/etc/lead/ca.pem"));
    assert_eq!(policy.mail.sendmail, "msmtp -t");
    assert_eq!(policy.outbox.give_up_after, SignedDuration::from_hours(48));
    assert_eq!(policy.outbox.on_unknown, OnUnknown::Hold);
    assert_eq!(policy.outbox.keep_sent, SignedDuration::from_hours(30 * 24));
    assert_eq!((policy.backup.at, policy.backup.keep), (time(23, 59, 0, 0), 30));
    assert_eq!(policy.backup.path.as_deref(), Some("/var/backups/lead"));
}

#[test]
fn nothing_means_the_defaults() {
    let store = tempfile::tempdir().unwrap();
    assert_eq!(read(store.path()).unwrap(), defaults());
    for text in ["", "\n\n", "# a comment", "\u{feff}", "[team]\n[mail]\n[mail.smtp]\n", "team = {}"] {
        assert_eq!(parse(text).unwrap(), defaults(), "{text:?}");
    }
    assert_eq!(defaults().team.currency, "EUR");
    assert!(defaults().team.zone.iana_name().is_some());
    assert!(defaults().mail.from.starts_with("lead@"));
}

#[test]
fn every_key_takes_its_example_in_any_way_of_writing_toml() {
    for key in KEYS {
        let (table, name, example) = (key.table(), key.name(), key.kind.example());
        for text in [format!("[{table}]\n{name} = {example}\n"), format!("{table}.{name} = {example}")] {
            let (_, places) = read_text(&text).map_err(|found| format!("{text}: {found:?}")).unwrap();
            let line = if text.starts_with('[') { 2 } else { 1 };
            assert_eq!(places.get(key.path).map(|(line, _)| *line), Some(line), "{text}");
        }
        let (found, _) = first(&format!("[{table}]\n{name} = 2026-11-22\n"));
        let column = name.len() + 4;
        assert!(found.starts_with(&format!("2:{column}: {}", key.path)), "{found}");
        assert!(found.contains(" is a date or time without quotes, not "), "{found}");
        let (found, _) = first(&format!("[{table}.{name}]\n"));
        assert!(found.contains(&format!("{} is a table, not ", key.path)), "{found}");
        let (found, _) = first(&format!("[{table}]\n{name} = {example}\n{name} = {example}\n"));
        assert_eq!(found, "3:1: this key or table stands there twice");
    }
}

/// With O7: no mail and no password in clear but to this machine.
#[test]
fn what_does_not_fit_is_named_with_line_column_value_and_a_way_out() {
    for (text, found, hint) in [
        (
            "[team]\nzone = \"Europe/Berln\"",
            "2:8: team.zone `Europe/Berln` is not a zone",
            "did you mean `Europe/Berlin`?",
        ),
        (
            "[team]\nzone = \"Berlin\"",
            "2:8: team.zone `Berlin` is not a zone",
            "did you mean `Europe/Berlin`?",
        ),
        ("[team]\nzone = \"../../x\"", "2:8: team.zone `../../x` is not a zone", "\"Europe/Berlin\""),
        ("[team]\nzone = 1", "2:8: team.zone `1` is a number, not a zone", "\"Europe/Berlin\""),
        (
            "[team]\ncountry = \"UK\"",
            "2:11: team.country `UK` is not a country's two letters (ISO 3166)",
            "did you mean `GB`?",
        ),
        (
            "[team]\ncountry = \"Germany\"",
            "2:11: team.country `Germany` is not a country's two letters (ISO 3166)",
            "\"DE\"",
        ),
        ("[team]\nname = \"\"", "2:8: team.name is blank", "put it in quotes"),
        (
            "[reminders]\nat = \"25:00\"",
            "2:6: reminders.at `25:00` is not a time of day",
            "\"08:00\", from 00:00 to 23:59",
        ),
        (
            "[reminders]\nat = \"24:00\"",
            "2:6: reminders.at `24:00` is not a time of day",
            "\"08:00\", from 00:00 to 23:59",
        ),
        (
            "[reminders]\nat = \"8\"",
            "2:6: reminders.at `8` is not a time of day",
            "\"08:00\", from 00:00 to 23:59",
        ),
        (
            "[reminders]\nat = \"+8:00\"",
            "2:6: reminders.at `+8:00` is not a time of day",
            "\"08:00\", from 00:00 to 23:59",
        ),
        (
            "[reminders]\nat = 08:00:00",
            "2:6: reminders.at `08:00:00` is a date or time without quotes, not a time of day",
            "\"08:00\"",
        ),
        (
            "[reminders]\nunassigned = \"kim\"",
            "2:14: reminders.unassigned `kim` is text, not a list",
            "[\"role:manager\"]",
        ),
        (
            "[reminders]\nunassigned = [\"kim\", 3]",
            "2:22: reminders.unassigned `3` is a number, not a login or `role:ID`",
            "[\"role:manager\"]",
        ),
        (
            "[reminders]\nunassigned = [\"role:\"]",
            "2:15: reminders.unassigned `role:` is not a login or `role:ID`",
            "[\"role:manager\"]",
        ),
        (
            "[claims]\nwarn_before = \"24x\"",
            "2:15: claims.warn_before `24x` is not a length of time",
            "\"30m\", \"2h\", \"90d\"",
        ),
        (
            "[claims]\nwarn_before = \"-2h\"",
            "2:15: claims.warn_before `-2h` is not a length of time",
            "\"30m\", \"2h\", \"90d\"",
        ),
        (
            "[claims]\nwarn_before = \"2ü\"",
            "2:15: claims.warn_before `2ü` is not a length of time",
            "\"30m\", \"2h\", \"90d\"",
        ),
        (
            "[claims]\nwarn_before = \"0h\"",
            "2:15: claims.warn_before `0h` is under 1m",
            "\"30m\", \"2h\", \"90d\"",
        ),
        (
            "[outbox]\nkeep_sent = \"1d\"",
            "2:13: outbox.keep_sent `1d` is under 7d",
            "\"30m\", \"2h\", \"90d\"",
        ),
        (
            "[overdue]\ndays = [3, 1]",
            "2:12: overdue.days `1` does not come after the day before it",
            "[1, 2, 3]",
        ),
        (
            "[reminders]\ndigest_over = \"5\"",
            "2:15: reminders.digest_over `5` is text, not a number",
            "leave out the quotes",
        ),
        (
            "[mail]\nvia = \"SMTP\"",
            "2:7: mail.via `SMTP` is not one of `file`, `smtp`, `sendmail`",
            "did you mean `smtp`?",
        ),
        (
            "[mail]\nfrom = \"lead\"",
            "2:8: mail.from `lead` is not a mail address",
            "\"lead@acme.example\", or \"Acme <lead@acme.example>\"",
        ),
        (
            "[mail]\nfrom = \"A <a@b> <c@d>\"",
            "2:8: mail.from `A <a@b> <c@d>` is not a mail address",
            "\"lead@acme.example\", or \"Acme <lead@acme.example>\"",
        ),
        (
            "[mail.smtp]\nhost = \"a.example:25\"",
            "2:8: mail.smtp.host `a.example:25` is not a host",
            "\"mail.acme.example\"",
        ),
        (
            "[mail.smtp]\nhost = \"mx\"\ntls = \"none\"",
            "3:7: mail.smtp.tls `none` sends mail to `mx` in clear",
            "tls = \"starttls\", or tls = \"implicit\"",
        ),
        (
            "[mail.smtp]\nuser = \"u\"\ntls = \"none\"",
            "3:7: mail.smtp.tls `none` sends the password of mail.smtp.user in clear",
            "tls = \"starttls\", or tls = \"implicit\"",
        ),
        (
            "[mail.smtp]\npassword_command = 'c'\npassword_file = '/f'",
            "3:17: password_file and password_command are both there",
            "keep one of the two",
        ),
        ("mail = 3", "1:1: mail is a number, not a table", "[mail]"),
        ("[[mail]]\nvia = 'file'", "1:3: mail is a list, not a table", "[mail]"),
    ] {
        let (said, hints) = first(text);
        assert_eq!((said.as_str(), hints.first().map(String::as_str)), (found, Some(hint)), "{text}");
    }
}

#[test]
fn numbers_have_borders() {
    for (key, good, bad) in [
        (
            "reminders.digest_over",
            &["0", "1000"][..],
            &["-1", "1001", "99999999999999999999", "4_294_967_296"][..],
        ),
        ("claims.max_open", &["1", "1_000_000"], &["0", "-5", "1000001"]),
        ("overdue.then_every", &["0", "3650"], &["-1", "3651"]),
        ("overdue.escalate_after", &["1", "3650"], &["0", "3651"]),
        ("mail.smtp.port", &["1", "65535", "0x19"], &["0", "65536", "-25"]),
        ("backup.keep", &["1", "3650"], &["0", "3651"]),
        ("overdue.days", &["[1]", "[1, 3650]"], &["[0]", "[-1]", "[3651]"]),
        (
            "outbox.give_up_after",
            &["\"1m\"", "\"3650d\""],
            &["\"0m\"", "\"3651d\"", "\"99999999999999999999d\"", "\"d\"", "\"\""],
        ),
    ] {
        for value in good {
            assert!(parse(&format!("{key} = {value}")).is_ok(), "{key} = {value}");
        }
        for value in bad {
            let (found, _) = first(&format!("{key} = {value}"));
            assert!(found.contains(key), "{key} = {value}: {found}");
        }
    }
    let (found, _) = first("backup.keep = 7.5");
    assert_eq!(found, "1:15: backup.keep `7.5` is a fraction, not a number from 1 to 3650");
}

#[test]
fn unknown_names_get_a_suggestion() {
    for (text, found, hint) in [
        (
            "[reminders]\nAt = \"08:00\"",
            "2:1: reminders.At is not a key of this file",
            "did you mean `reminders.at`?",
        ),
        (
            "[reminders]\ndigest-over = 3",
            "2:1: reminders.digest-over is not a key of this file",
            "did you mean `reminders.digest_over`?",
        ),
        ("[mail]\nform = 'a@b'", "2:1: mail.form is not a key of this file", "did you mean `mail.from`?"),
        ("[mail]\nhost = 'a'", "2:1: mail.host is not a key of this file", "did you mean `mail.smtp.host`?"),
        ("zone = 'UTC'", "1:1: zone is not a key of this file", "did you mean `team.zone`?"),
        (
            "[reminder]\nat = '08:00'",
            "1:2: reminder is not a table of this file",
            "did you mean `reminders`?",
        ),
        (
            "[mail.smpt]\nhost = 'a'",
            "1:7: mail.smpt is not a table of this file",
            "did you mean `mail.smtp`?",
        ),
        ("[backup]\nxyzzy = 1", "2:1: backup.xyzzy is not a key of this file", "known here: at, keep, path"),
        (
            "[\"\\u001b[31m\"]",
            "1:2: \\u{1b}[31m is not a table of this file",
            "known here: [team], [reminders], [claims], [overdue], [mail], [mail.smtp], [mail.sendmail], [outbox], [backup], [[report]]",
        ),
    ] {
        let (said, hints) = first(text);
        assert_eq!((said.as_str(), hints[0].as_str()), (found, hint), "{text}");
    }
}

#[test]
fn o8_a_secret_in_clear_is_refused_and_not_repeated() {
    for text in [
        "[mail.smtp]\npassword = \"hunter2\"",
        "[mail.smtp]\nPASSWORD = \"hunter2\"",
        "[mail]\npass = \"hunter2\"",
        "api-key = 'hunter2'",
        "[mail.smtp]\npassword_command = [\"hunter2\"]",
        "[mail.smtp]\npassword_file = \"hunter2",
        "[mail.smtp]\npasword = \"hunter2\"",
    ] {
        let findings = parse(text).unwrap_err();
        assert!(!format!("{findings:?}").contains("hunter2"), "{findings:?}");
    }
    let (found, hints) = first("[mail.smtp]\npassword = \"hunter2\"");
    assert_eq!(found, "2:1: mail.smtp.password is a secret in clear, which this file never holds");
    assert!(hints[0].starts_with("password_file = "), "{hints:?}");
}

#[test]
fn all_findings_are_told_in_the_order_of_the_text() {
    let text = "[team]\nzone = 1\n[mail]\nvia = 2\n[backup]\nkeep = 0\nx = 1\n";
    let places: Vec<_> = parse(text).unwrap_err().iter().map(|one| (one.line, one.column)).collect();
    assert_eq!(places, [(2, 8), (4, 7), (6, 8), (7, 1)]);
    let many: String = (0..10_000).map(|n| format!("key{n} = 1\n")).collect();
    assert_eq!(parse(&many).unwrap_err().len(), 50);
}

#[test]
fn syntax_errors_have_line_and_column() {
    for (text, place) in [
        ("[team", (1, 6)),
        ("[team]\nname = \"Acme", (2, 13)),
        ("[team]\nname Acme\n", (2, 6)),
        ("[team]\nname = Acme\n", (2, 8)),
        ("\n\n= 3", (3, 1)),
        ("[team]\n[mail]\n[team]\n", (3, 2)),
        ("[team]\nname = \"ü\" x", (2, 12)),
    ] {
        let finding = parse(text).unwrap_err().remove(0);
        assert_eq!((finding.line, finding.column), place, "{text:?}: {finding}");
        assert!(!finding.message.is_empty() && !finding.message.contains('\n'), "{finding}");
    }
}
