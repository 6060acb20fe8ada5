//! What a key of a file is: its path, what it takes, its default, its meaning.

use serde_json::Value;
use toml::Spanned;
use toml::de::DeValue;

use super::reading::Misfit;
use crate::domain::policy::Policy;

/// One key of a file that fills a `T`.
pub struct Key<T: 'static = Policy> {
    /// Its table and its name, joined by dots: `mail.smtp.host`.
    pub path: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// What holds without it, as it would be typed, or said in words; `None` if nothing does.
    pub default: Option<&'static str>,
    /// One sentence, as the man page has it.
    pub meaning: &'static str,
    /// Whether its value may lead to a secret, and so is shown to nobody (O8).
    pub is_private: bool,
    /// Whether it reaches beyond the store, to programs and files of the machine, to where the password
    /// goes, or to who is let in: only the account whose store it is changes it through us.
    pub is_guarded: bool,
    pub(super) set: Setter<T>,
    pub(super) show: Shower<T>,
}

pub(super) type Setter<T> = fn(&mut T, &Spanned<DeValue<'_>>) -> Result<(), Misfit>;
pub(super) type Shower<T> = fn(&T) -> Value;

impl<T> Key<T> {
    pub(super) const fn new(
        path: &'static str,
        kind: Kind,
        default: Option<&'static str>,
        meaning: &'static str,
        set: Setter<T>,
        show: Shower<T>,
    ) -> Self {
        Self { path, kind, default, meaning, is_private: false, is_guarded: false, set, show }
    }

    pub(super) const fn private(self) -> Self {
        Self { is_private: true, ..self }
    }

    pub(super) const fn guarded(self) -> Self {
        Self { is_guarded: true, ..self }
    }

    /// The table it stands in: `mail.smtp`; empty for the file's own keys.
    pub fn table(&self) -> &'static str {
        self.path.rsplit_once('.').map_or("", |(table, _)| table)
    }

    /// Its name within the table: `host`.
    pub fn name(&self) -> &'static str {
        self.path.rsplit_once('.').map_or(self.path, |(_, name)| name)
    }
}

/// What a key takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A line of text, such as this.
    Text(&'static str),
    /// The name of an IANA zone.
    Zone,
    /// Two letters of ISO 3166.
    Country,
    /// Three letters of ISO 4217.
    Currency,
    /// A time of day, in hours and minutes.
    Time,
    /// A number from the first to the second, both included.
    Count(u32, u32),
    /// Numbers of days, rising.
    Days,
    /// A length of time.
    Span,
    /// Logins, and `role:ID`.
    People,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// An address, or `Name <address>`.
    Address,
    /// A host's name or address.
    Host,
    /// A file or folder, such as this; a relative one counts from the store's folder.
    Path(&'static str),
    /// A command with its arguments.
    Command,
}

impl Kind {
    /// A value of this kind as it stands in a file.
    pub fn example(self) -> String {
        match self {
            Self::Text(example) | Self::Path(example) => format!("\"{example}\""),
            Self::Zone => "\"Europe/Berlin\"".to_owned(),
            Self::Country => "\"DE\"".to_owned(),
            Self::Currency => "\"EUR\"".to_owned(),
            Self::Time => "\"08:00\"".to_owned(),
            Self::Count(least, _) => least.max(5).to_string(),
            Self::Days => "[1, 2, 3]".to_owned(),
            Self::Span => "\"14d\"".to_owned(),
            Self::People => "[\"role:manager\"]".to_owned(),
            Self::Choice(words) => format!("\"{}\"", words.first().copied().unwrap_or_default()),
            Self::Address => "\"lead@acme.example\"".to_owned(),
            Self::Host => "\"mail.acme.example\"".to_owned(),
            Self::Command => "\"/usr/bin/program --option\"".to_owned(),
        }
    }

    /// What it takes, in words, for the man page and for errors.
    pub fn words(self) -> String {
        match self {
            Self::Text(_) => "text".to_owned(),
            Self::Zone => "an IANA zone".to_owned(),
            Self::Country => "a country's two letters".to_owned(),
            Self::Currency => "a currency's three letters".to_owned(),
            Self::Time => "a time of day".to_owned(),
            Self::Count(least, most) => format!("a number from {least} to {most}"),
            Self::Days => "a list of days".to_owned(),
            Self::Span => "a length of time: `30m`, `2h`, `90d`".to_owned(),
            Self::People => "a list of logins and `role:ID`".to_owned(),
            Self::Choice(words) => {
                words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
            }
            Self::Address => "a mail address".to_owned(),
            Self::Host => "a host".to_owned(),
            Self::Path(_) => "a path".to_owned(),
            Self::Command => "a command".to_owned(),
        }
    }

    /// Whether a value of it stands in quotes.
    pub fn is_quoted(self) -> bool {
        !matches!(self, Self::Count(..) | Self::Days | Self::People)
    }
}
