use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use super::super::initial::{Initial, write_initial};
use super::super::keys::find;
use super::super::policy_file::parse;
use super::*;

/// A store's folder with this `lead.toml`.
struct Firm(tempfile::TempDir);

impl Firm {
    fn new(text: &str) -> Self {
        let firm = Self(tempfile::tempdir().unwrap());
        fs::write(firm.path(), text).unwrap();
        firm
    }

    fn path(&self) -> PathBuf {
        self.0.path().join(NAME)
    }

    fn text(&self) -> String {
        fs::read_to_string(self.path()).unwrap()
    }

    fn amend(&self, key: &str, typed: Option<&str>) -> Result<SettingChange, AmendFault> {
        amend(self.0.path(), find(key).unwrap(), typed, false).map(|(_, change)| change)
    }
}

const FILE: &str = "\
# ours\n\
\n\
[team]   # who we are\n\
# before the zone\n\
zone = \"Europe/Berlin\"   # since we moved\n\
# name = \"Acme\"\n\
currency = 'EUR'\n\
\n\
# mail\n\
[mail.smtp]\n\
host = \"mail.acme.example\"\n\
# the end\n";

#[test]
fn what_is_said_is_replaced_where_it_stands_and_nothing_else_moves() {
    for (key, typed, old, new) in [
        ("team.zone", "America/New_York", "\"Europe/Berlin\"", "\"America/New_York\""),
        ("team.currency", "usd", "'EUR'", "\"usd\""),
        ("mail.smtp.host", "mx.acme.example", "\"mail.acme.example\"", "\"mx.acme.example\""),
        ("team.name", "Kim's", "# name = \"Acme\"\n", "# name = \"Acme\"\nname = \"Kim's\"\n"),
        ("team.country", "DE", "'EUR'\n", "'EUR'\ncountry = \"DE\"\n"),
        ("mail.reply_to", "s@b.example", "# mail\n", "[mail]\nreply_to = \"s@b.example\"\n\n# mail\n"),
        ("backup.keep", "3", "# the end\n", "# the end\n\n[backup]\nkeep = 3\n"),
    ] {
        let firm = Firm::new(FILE);
        assert!(firm.amend(key, Some(typed)).unwrap().changed);
        let text = firm.text();
        assert_eq!(text, FILE.replace(old, new), "{key}");
        assert!(!firm.amend(key, Some(typed)).unwrap().changed, "{key}: so already");
        assert_eq!(firm.text(), text);
        let mode = fs::metadata(firm.path()).unwrap().permissions().mode();
        assert_eq!((mode & 0o7777, fs::read_dir(firm.0.path()).unwrap().count()), (0o600, 1));
    }
}

#[test]
fn every_key_is_set_and_taken_out_again_whatever_the_form_of_the_file() {
    let first = {
        let store = tempfile::tempdir().unwrap();
        write_initial(store.path(), &Initial::default()).unwrap();
        fs::read_to_string(store.path().join(NAME)).unwrap()
    };
    let crlf = first.replace('\n', "\r\n");
    let inline = "team = { country = \"DE\" }\nmail = { reply_to = \"a@b.example\", smtp = {} }\n";
    let dotted = "# ours\nteam.country = \"DE\"\nmail.smtp.user = \"u\"\n[backup]\n";
    for text in ["", "# nothing", "\u{feff}[claims]\r\n", &first, &crlf, inline, dotted] {
        for key in KEYS {
            let firm = Firm::new(text);
            let was_said = read_text(text).unwrap().1.contains_key(key.path);
            let example: Value = key.kind.example().parse().unwrap();
            let typed = example.as_str().map_or_else(|| example.to_string(), str::to_owned);
            let set = firm.amend(key.path, Some(&typed)).unwrap();
            assert!(!set.is_default, "{}: {set:?}", key.path);
            let (policy, places) = read_text(&firm.text()).unwrap();
            assert!(places.contains_key(key.path), "{} in\n{}", key.path, firm.text());
            let mut wanted = defaults();
            assert!((key.set)(&mut wanted, &DeValue::parse(&example.to_string()).unwrap()).is_ok());
            assert_eq!((key.show)(&policy), (key.show)(&wanted), "{}", key.path);
            let unset = firm.amend(key.path, None).unwrap();
            assert!(unset.changed && unset.is_default, "{}: {unset:?}", key.path);
            assert_eq!((key.show)(&parse(&firm.text()).unwrap()), (key.show)(&defaults()), "{}", key.path);
            assert!(!firm.amend(key.path, None).unwrap().changed);
            if !was_said && text.contains("# The firm's policy.") {
                assert_eq!(firm.text(), text, "{}: as it was", key.path);
            }
        }
    }
}

#[test]
fn a_line_that_is_taken_out_leaves_the_comments_of_others() {
    let firm = Firm::new(FILE);
    firm.amend("team.zone", None).unwrap();
    assert_eq!(firm.text(), FILE.replace("zone = \"Europe/Berlin\"   # since we moved\n", ""));
    let firm = Firm::new("[overdue]\ndays = [ # soon\n  1,\n  2,\n]\nthen_every = 7");
    firm.amend("overdue.days", None).unwrap();
    assert_eq!(firm.text(), "[overdue]\nthen_every = 7");
    firm.amend("overdue.then_every", None).unwrap();
    assert_eq!(firm.text(), "[overdue]\n");
}

#[test]
fn lists_and_numbers_are_typed_as_people_type_them() {
    for (key, typed, line) in [
        ("overdue.days", "1,2, 5", "days = [1, 2, 5]"),
        ("overdue.days", "[1, 2, 5]", "days = [1, 2, 5]"),
        ("overdue.days", "", "days = []"),
        ("reminders.unassigned", "kim, role:boss", "unassigned = [\"kim\", \"role:boss\"]"),
        ("reminders.unassigned", "[\"kim\"]", "unassigned = [\"kim\"]"),
        ("backup.keep", "9", "keep = 9"),
        ("claims.warn_before", "30m", "warn_before = \"30m\""),
        ("team.name", "7", "name = \"7\""),
        ("team.name", "[1]", "name = \"[1]\""),
    ] {
        let firm = Firm::new("");
        firm.amend(key, Some(typed)).unwrap();
        assert_eq!(firm.text().lines().last(), Some(line), "{key} {typed}");
    }
}

/// O7, O8: what would send mail in clear is refused here too, and no secret is repeated.
#[test]
fn what_does_not_fit_is_refused_and_changes_nothing() {
    let firm = Firm::new(FILE);
    for (key, typed, what) in [
        (
            "reminders.at",
            "25:00",
            "reminders.at `25:00` is not a time of day | \"08:00\", from 00:00 to 23:59",
        ),
        (
            "team.zone",
            "Europe/Berln",
            "team.zone `Europe/Berln` is not a zone | did you mean `Europe/Berlin`?",
        ),
        ("team.name", "", "team.name `` is blank | put it in quotes"),
        ("backup.keep", "0", "backup.keep `0` is not from 1 to 3650"),
        ("backup.keep", "seven", "backup.keep `seven` is text, not a number from 1 to 3650"),
        ("overdue.days", "[1, 2", "overdue.days `[1, 2` is not a list | [1, 2, 3]"),
        ("overdue.days", "2,1", "overdue.days `2,1` does not come after the day before it | [1, 2, 3]"),
        ("mail.via", "pigeon", "mail.via `pigeon` is not one of `file`, `smtp`, `sendmail`"),
        (
            "mail.smtp.tls",
            "none",
            "mail.smtp.tls `none` sends mail to `mail.acme.example` in clear | tls = \"starttls\", or tls = \"implicit\"",
        ),
        (
            "mail.smtp.password_command",
            " ",
            "mail.smtp.password_command `(set, not shown)` is blank | write the program and its arguments in one pair of quotes",
        ),
    ] {
        let AmendFault::Refused(refusal) = firm.amend(key, Some(typed)).unwrap_err() else { panic!("{key}") };
        let (said, hints) = match refusal {
            Refusal::Invalid { field, value, flaw } => {
                (format!("{field} `{value}` {}", flaw.why), flaw.hints)
            }
            Refusal::Conflict { what, hints } => (what, hints),
            other => panic!("{other:?}"),
        };
        let all: Vec<String> = std::iter::once(said).chain(hints).collect();
        assert_eq!(all.join(" | "), what);
        assert_eq!(firm.text(), FILE);
    }
    let broken = Firm::new("[team]\nzone = 1\n");
    assert!(matches!(
        broken.amend("team.zone", Some("UTC")),
        Err(AmendFault::Config(ConfigFault::Invalid { .. }))
    ));
    assert_eq!(broken.text(), "[team]\nzone = 1\n");
}

#[test]
fn a_dry_run_writes_nothing_and_a_link_stays_one() {
    let firm = Firm::new(FILE);
    let (policy, change) = amend(firm.0.path(), find("team.zone").unwrap(), Some("UTC"), true).unwrap();
    assert_eq!(
        (policy.team.zone.iana_name(), change.changed, firm.text().as_str()),
        (Some("UTC"), true, FILE)
    );
    let elsewhere = tempfile::tempdir().unwrap();
    let real = elsewhere.path().join("policy.toml");
    fs::rename(firm.path(), &real).unwrap();
    std::os::unix::fs::symlink(&real, firm.path()).unwrap();
    firm.amend("team.zone", Some("UTC")).unwrap();
    assert!(fs::symlink_metadata(firm.path()).unwrap().is_symlink());
    assert_eq!(fs::read_to_string(&real).unwrap(), FILE.replace("Europe/Berlin", "UTC"));
}

#[test]
fn a_key_that_is_none_gets_a_suggestion_and_a_secret_has_none() {
    for (key, why, hint) in [
        ("reminders.att", "is not a key of lead.toml", "did you mean `reminders.at`?"),
        ("zone", "is not a key of lead.toml", "did you mean `team.zone`?"),
        ("mail.host", "is not a key of lead.toml", "did you mean `mail.smtp.host`?"),
        ("xyzzy", "is not a key of lead.toml", "the keys: `lead config list`"),
        (
            "mail.smtp.password",
            "is a secret in clear, which lead.toml never holds",
            super::super::document::WAYS_TO_A_PASSWORD[0],
        ),
    ] {
        let flaw = find(key).err().unwrap();
        assert_eq!((flaw.why.as_str(), flaw.hints[0].as_str()), (why, hint), "{key}");
    }
}
