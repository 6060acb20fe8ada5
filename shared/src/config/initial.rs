//! The first `lead.toml` of a store: what `init` was told, and every other key as a comment.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::document::tables;
use super::fault::ConfigFault;
use super::file;
use super::key::Key;
use super::keys::KEYS;
use super::policy_file::{NAME, parse};

/// What `init` was told of the team; what it was not told keeps its default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Initial {
    /// `team.name`
    pub name: Option<String>,
    /// `team.zone`
    pub zone: Option<String>,
    /// `team.country`
    pub country: Option<String>,
    /// `team.currency`
    pub currency: Option<String>,
    /// `team.group`
    pub group: Option<String>,
}

impl Initial {
    fn told(&self, key: &str) -> Option<&str> {
        match key {
            "team.name" => self.name.as_deref(),
            "team.zone" => self.zone.as_deref(),
            "team.country" => self.country.as_deref(),
            "team.currency" => self.currency.as_deref(),
            "team.group" => self.group.as_deref(),
            _ => None,
        }
    }

    /// The file's text.
    fn text(&self) -> String {
        let mut text =
            String::from("# The firm's policy. Every key has a default; lead.toml(5) explains them.\n");
        for table in tables(KEYS) {
            let _ = write!(text, "\n[{table}]\n");
            for key in KEYS.iter().filter(|key| key.table() == table) {
                let _ = match self.told(key.path) {
                    Some(told) => writeln!(text, "{} = {}", key.name(), toml::Value::from(told)),
                    None => writeln!(text, "# {}\n# {} = {}", key.meaning, key.name(), commented(key)),
                };
            }
        }
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
/// What `init` was told is not valid (the findings name the key); a file is there already; the
/// disk.
pub fn write_initial(store_dir: &Path, initial: &Initial) -> Result<(), ConfigFault> {
    let path = store_dir.join(NAME);
    let text = initial.text();
    parse(&text).map_err(|findings| ConfigFault::Invalid { path: path.clone(), findings })?;
    if fs::symlink_metadata(&path).is_ok() {
        return Err(ConfigFault::Exists(path));
    }
    file::write(&path, &text)
}

#[cfg(test)]
mod tests {
    use super::super::policy_file::{PolicyFile, defaults};
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn what_init_was_told_is_read_again() {
        let store = tempfile::tempdir().unwrap();
        let told = Initial {
            name: Some("Kim's \"Shop\" \\ Söhne # 1".to_owned()),
            zone: Some("America/New_York".to_owned()),
            country: Some("US".to_owned()),
            currency: Some("USD".to_owned()),
            group: Some("sales".to_owned()),
        };
        write_initial(store.path(), &told).unwrap();
        let policy = PolicyFile::read(store.path()).unwrap().policy;
        assert_eq!(policy.team.name, told.name);
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
    fn what_is_not_valid_is_not_written() {
        let store = tempfile::tempdir().unwrap();
        let told = Initial { zone: Some("Europe/Berln".to_owned()), ..Initial::default() };
        let fault = write_initial(store.path(), &told).unwrap_err();
        assert!(fault.to_string().ends_with("team.zone `Europe/Berln` is not a zone"), "{fault}");
        assert_eq!(fault.hints(), ["did you mean `Europe/Berlin`?"]);
        assert_eq!(fs::read_dir(store.path()).unwrap().count(), 0);
    }
}
