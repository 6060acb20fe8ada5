//! What holds, and who says so: `config list --origin`.

use std::borrow::Cow;
use std::fmt;
use std::path::Path;

use serde_json::Value;

use super::fault::ConfigFault;
use super::keys::KEYS;
use super::policy_file::{NAME, PolicyFile};
use super::reports;
use crate::domain::view::SettingView;

/// One key of the policy with what holds for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// Its table and name: `reminders.at`.
    pub key: Cow<'static, str>,
    /// Its value, of JSON's type for it; null if nothing is set and nothing holds by default. A
    /// private one is [`Setting::HIDDEN`].
    pub value: Value,
    /// Who says so.
    pub origin: Origin,
}

/// Who says what a setting is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A file of this name.
    File {
        /// `lead.toml`, or `config.toml` for the user's own.
        name: &'static str,
        /// In this line, from 1.
        line: u32,
    },
    /// An option or a variable of this name.
    Named(&'static str),
    /// Nobody; it is built in, or asked of the system.
    Default,
}

impl Setting {
    /// What stands in place of a private value (O8).
    pub const HIDDEN: &'static str = "(set, not shown)";

    /// A value as it is shown to people and printed for programs: text as it is, lists as they are
    /// written; empty where nothing is set.
    pub fn words(value: &Value) -> String {
        match value {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            other => other.to_string(),
        }
    }
}

impl Setting {
    /// As a row.
    pub fn view(&self) -> SettingView {
        let (key, origin) = (self.key.clone().into_owned(), self.origin.to_string());
        SettingView { key, value: Self::words(&self.value), origin }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { name, line } => write!(f, "{name}:{line}"),
            Self::Named(name) => f.write_str(name),
            Self::Default => f.write_str("default"),
        }
    }
}

/// Every setting of the store in this folder, in the order of the man page.
///
/// # Errors
/// As [`PolicyFile::read`].
pub fn effective(store_dir: &Path) -> Result<Vec<Setting>, ConfigFault> {
    PolicyFile::read(store_dir).map(|file| file.settings())
}

impl PolicyFile {
    /// Every setting, in the order of the man page. No secret is among them (O8).
    pub fn settings(&self) -> Vec<Setting> {
        let keys = KEYS.iter().map(|key| {
            let value = (key.show)(&self.policy);
            let is_hidden = key.is_private && !value.is_null();
            Setting {
                key: key.path.into(),
                value: if is_hidden { Setting::HIDDEN.into() } else { value },
                origin: self.origin(key.path),
            }
        });
        let reports = self.policy.reports.iter().flat_map(|report| {
            reports::KEYS.iter().map(|key| {
                let path = reports::path(&report.name, key.name());
                Setting { value: (key.show)(report), origin: self.origin(&path), key: path.into() }
            })
        });
        keys.chain(reports).collect()
    }

    /// Where a key stands, as an error begins: `lead.toml:12:6: `; nothing where the file does not say it.
    pub fn place(&self, path: &str) -> String {
        self.places.get(path).map_or_else(String::new, |(line, column)| format!("{NAME}:{line}:{column}: "))
    }

    fn origin(&self, path: &str) -> Origin {
        self.places.get(path).map_or(Origin::Default, |(line, _)| Origin::File { name: NAME, line: *line })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_setting_says_where_it_comes_from_and_o8_hides_the_command() {
        let store = tempfile::tempdir().unwrap();
        let text =
            "[reminders]\nat = \"07:30\"\n[mail.smtp]\npassword_command = \"echo hunter2\"\nuser='kim'\n";
        std::fs::write(store.path().join("lead.toml"), text).unwrap();
        let settings = effective(store.path()).unwrap();
        assert_eq!(settings.len(), KEYS.len());
        let of = |key: &str| settings.iter().find(|one| one.key == key).unwrap().clone();
        assert_eq!(of("reminders.at").value, "07:30");
        assert_eq!(of("reminders.at").origin, Origin::File { name: NAME, line: 2 });
        assert_eq!(of("reminders.digest_over").value, 5);
        assert_eq!(of("reminders.digest_over").origin, Origin::Default);
        assert_eq!(of("mail.smtp.user").origin, Origin::File { name: NAME, line: 5 });
        assert_eq!(of("claims.max_open").value, Value::Null);
        assert_eq!(of("mail.smtp.password_command").value, Setting::HIDDEN);
        assert!(!format!("{settings:?}").contains("hunter2"));
    }

    #[test]
    fn the_table_of_defaults_is_the_policy_s() {
        let store = tempfile::tempdir().unwrap();
        for setting in effective(store.path()).unwrap() {
            let key = KEYS.iter().find(|key| key.path == setting.key).unwrap();
            let shown = match &setting.value {
                Value::Null => None,
                Value::String(text) => Some(text.clone()),
                other => Some(other.to_string().replace(',', ", ")),
            };
            if !["team.zone", "mail.from"].contains(&key.path) {
                assert_eq!(shown.as_deref(), key.default, "{}", key.path);
            }
            assert_eq!(setting.origin, Origin::Default);
            assert!(key.meaning.ends_with('.') && !key.meaning.contains('\n'), "{}", key.path);
        }
    }
}
