//! The first `lead.toml` of a store: what `init` was told, and every other key as a comment.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use toml_edit::Value;

use super::amend::{conflict, value_of};
use super::document::tables;
use super::fault::ConfigFault;
use super::file;
use super::key::Key;
use super::keys::{self, KEYS};
use super::policy_file::{NAME, parse};
use crate::domain::refusal::{Flaw, Refusal};

/// What `init` was told of the firm's policy, key by key; what it was not told keeps its default.
#[derive(Clone, Debug, Default)]
pub struct Initial {
    values: BTreeMap<&'static str, Value>,
}

impl Initial {
    /// Keys of `lead.toml` with what was typed for each.
    ///
    /// # Errors
    /// A key that is none or is told twice, what does not fit, by itself or beside others.
    pub fn of(settings: &[(String, String)]) -> Result<Self, Refusal> {
        let mut initial = Self::default();
        for (path, typed) in settings {
            let key = keys::find(path).map_err(|flaw| flaw.of("key", path))?;
            if initial.values.insert(key.path, value_of(key, typed)?).is_some() {
                return Err(Flaw::new("is told twice").hint("keep one of the two").of("key", path));
            }
        }
        match parse(&initial.text()) {
            Ok(_) => Ok(initial),
            Err(findings) => Err(conflict(findings)),
        }
    }

    /// Whether it was told nothing.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// What was told of a key, where it is a text.
    pub fn told(&self, key: &str) -> Option<&str> {
        self.values.get(key)?.as_str()
    }

    /// The file's text.
    fn text(&self) -> String {
        let mut text =
            String::from("# The firm's policy. Every key has a default; lead.toml(5) explains them.\n");
        for table in tables(KEYS) {
            let _ = write!(text, "\n[{table}]\n");
            for key in KEYS.iter().filter(|key| key.table() == table) {
                let _ = match self.values.get(key.path) {
                    Some(value) => writeln!(text, "{} = {value}", key.name()),
                    None => writeln!(text, "# {}\n# {} = {}", key.meaning, key.name(), commented(key)),
                };
            }
        }
        text.push_str("\n# Reports by mail, once a week: [[report]] tables, see lead.toml(5).\n");
        text
    }
}

/// The value a commented key shows: its default, else an example.
fn commented(key: &Key) -> String {
    match key.default {
        Some(default) if key.kind.is_quoted() => {
            let is_said_in_words = ["team.zone", "mail.from"].contains(&key.path);
            if is_said_in_words { key.kind.example() } else { format!("\"{default}\"") }
        }
        Some(default) => default.to_owned(),
        None => key.kind.example(),
    }
}

/// Writes the file into the store's folder, for its owner alone: whole or not at all, and on disk
/// when this returns.
///
/// # Errors
/// A file is there already; the disk.
pub fn write_initial(store_dir: &Path, initial: &Initial) -> Result<(), ConfigFault> {
    let path = store_dir.join(NAME);
    if fs::symlink_metadata(&path).is_ok() {
        return Err(ConfigFault::Exists(path));
    }
    file::write(&path, &initial.text())
}

#[cfg(test)]
mod tests {
    use super::super::policy_file::{PolicyFile, defaults};
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    fn told(settings: &[(&str, &str)]) -> Result<Initial, Refusal> {
        let owned = |&(key, value): &(&str, &str)| (key.to_owned(), value.to_owned());
        Initial::of(&settings.iter().map(owned).collect::<Vec<_>>())
    }

    #[test]
    fn what_init_was_told_is_read_again() {
        let store = tempfile::tempdir().unwrap();
        let name = "Kim's \"Shop\" \\ Söhne # 1";
        let told = told(&[
            ("team.name", name),
            ("team.zone", "America/New_York"),
            ("team.country", "US"),
            ("team.currency", "USD"),
            ("mail.smtp.port", "2525"),
            ("overdue.days", "1,2"),
        ]);
        let told = told.unwrap();
        write_initial(store.path(), &told).unwrap();
        let policy = PolicyFile::read(store.path()).unwrap().policy;
        assert_eq!(policy.team.name.as_deref(), Some(name));
        assert_eq!((policy.mail.smtp.port, policy.overdue.days), (Some(2525), vec![1, 2]));
        assert_eq!(policy.team.zone.iana_name(), Some("America/New_York"));
        assert_eq!((policy.team.country.as_deref(), policy.team.currency.as_str()), (Some("US"), "USD"));
        let mode = fs::metadata(store.path().join(NAME)).unwrap().permissions().mode();
        assert_eq!(mode & 0o7777, 0o600);
        assert_eq!(fs::read_dir(store.path()).unwrap().count(), 1);
        assert!(matches!(write_initial(store.path(), &told), Err(ConfigFault::Exists(_))));
    }

    #[test]
    fn told_nothing_it_says_the_defaults_and_every_comment_can_be_taken_off() {
        let text = Initial::default().text();
        assert_eq!(parse(&text).unwrap(), defaults());
        for line in text.lines().filter(|line| line.starts_with("# ") && line.contains(" = ")) {
            let text = text.replacen(line, &line[2..], 1);
            assert!(parse(&text).is_ok(), "{line}: {:?}", parse(&text));
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for settings in [
            &[("team.zone", "Europe/Berln")][..],
            &[("team.zoen", "Europe/Berlin")],
            &[("team.zone", "Europe/Berlin"), ("team.zone", "Europe/Berlin")],
            &[("mail.smtp.password", "hunter2")],
            &[("mail.smtp.tls", "none"), ("mail.smtp.host", "mail.acme.example")],
        ] {
            assert!(told(settings).is_err(), "{settings:?}");
        }
    }
}
