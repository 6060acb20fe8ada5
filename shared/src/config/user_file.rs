//! A user's own `config.toml`: where the store is and how things look, nothing of the firm's. What it
//! does not say, a file of the same kind may say for all users of a machine.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::document::{Places, fill};
use super::env::Env;
use super::fault::ConfigFault;
use super::file;
use super::finding::Finding;
use super::key::{Key, Kind};
use super::places::{Place, Said};
use super::reading::{choice, command, path, word};
use super::setting::{Origin, Setting};

/// The file's name in its folder.
const NAME: &str = "config.toml";

/// What a user's own file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserFile {
    /// `store`: the folder of the store, absolute or beginning with `~/`.
    pub store: Option<PathBuf>,
    /// `color`
    pub color: Color,
    /// `pager`: the command long output goes through.
    pub pager: Option<String>,
    /// `editor`: the command texts are edited with.
    pub editor: Option<String>,
    places: Places,
}

/// Whether output is coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Color {
    /// On a terminal.
    #[default]
    Auto,
    /// Anywhere.
    Always,
    /// Nowhere.
    Never,
}

const COLOR: [(&str, Color); 3] = [("auto", Color::Auto), ("always", Color::Always), ("never", Color::Never)];

/// Every key of the file.
pub const KEYS: &[Key<UserFile>] = &[
    Key::new(
        "store",
        Kind::Path("~/leads"),
        Some("$XDG_DATA_HOME/lead"),
        "The folder of the store, absolute or beginning with ~/.",
        |f, v| folder(v).map(|it| f.store = Some(it)),
        |f| json!(f.store),
    ),
    Key::new(
        "color",
        Kind::Choice(&["auto", "always", "never"]),
        Some("auto"),
        "Whether output is coloured: on a terminal, anywhere, or nowhere.",
        |f, v| choice(v, &COLOR).map(|it| f.color = it),
        |f| json!(word(f.color, &COLOR)),
    ),
    Key::new(
        "pager",
        Kind::Command,
        None,
        "The command long output goes through on a terminal.",
        |f, v| command(v).map(|it| f.pager = Some(it)),
        |f| json!(f.pager),
    ),
    Key::new(
        "editor",
        Kind::Command,
        None,
        "The command texts are edited with.",
        |f, v| command(v).map(|it| f.editor = Some(it)),
        |f| json!(f.editor),
    ),
];

fn folder(raw: &toml::Spanned<toml::de::DeValue<'_>>) -> Result<PathBuf, super::reading::Misfit> {
    let typed = path(raw)?;
    if typed.starts_with('/') || typed == "~" || typed.starts_with("~/") {
        return Ok(PathBuf::from(typed));
    }
    let flaw = crate::domain::refusal::Flaw::new("is neither absolute nor beginning with `~/`");
    Err(super::reading::Misfit { span: raw.span(), flaw: flaw.hint("store = \"~/leads\"") })
}

impl UserFile {
    /// Where the file is, or would be: `$XDG_CONFIG_HOME/lead/config.toml`, else under
    /// `$HOME/.config`; nowhere if neither is known.
    pub fn path(env: &Env) -> Option<PathBuf> {
        env.folder("XDG_CONFIG_HOME", ".config").map(|folder| folder.join(NAME))
    }

    /// Reads the user's file; all defaults if there is none.
    ///
    /// # Errors
    /// A file that cannot be read, is larger than 1 MiB, is not UTF-8, or is not valid.
    pub fn read(env: &Env) -> Result<Self, ConfigFault> {
        let mut read = Self::default();
        for path in Self::of_all(env).into_iter().chain(Self::path(env)) {
            read.read_over(&path)?;
        }
        Ok(read)
    }

    /// Where the file for all users is: `lead/config.toml` in the first folder of `$XDG_CONFIG_DIRS`
    /// that has one, else in `/etc/xdg`.
    fn of_all(env: &Env) -> Option<PathBuf> {
        let folders = env.var("XDG_CONFIG_DIRS").unwrap_or(OsStr::new("/etc/xdg"));
        let folders = std::env::split_paths(folders).filter(|folder| folder.is_absolute());
        folders.map(|folder| folder.join("lead/config.toml")).find(|path| path.exists())
    }

    fn read_over(&mut self, path: &Path) -> Result<(), ConfigFault> {
        let text = file::read(path)?.unwrap_or_default();
        let places = fill(&text, KEYS, None, self);
        self.places = places.map_err(|findings| ConfigFault::Invalid { path: path.to_owned(), findings })?;
        Ok(())
    }

    /// What this text says.
    ///
    /// # Errors
    /// All that is wrong with it, in the order of the text.
    pub fn parse(text: &str) -> Result<Self, Vec<Finding>> {
        let mut file = Self::default();
        file.places = fill(text, KEYS, None, &mut file)?;
        Ok(file)
    }

    /// Every setting of the file, in the order of the man page; where the store is comes from whoever
    /// names it.
    pub fn settings(&self, store: &Place) -> Vec<Setting> {
        let said =
            |key: &str| self.line_of(key).map_or(Origin::Default, |line| Origin::File { name: NAME, line });
        KEYS.iter()
            .map(|key| match key.path {
                "store" => Setting {
                    key: key.path.into(),
                    value: json!(store.folder.to_string_lossy()),
                    origin: match store.said {
                        Said::Flag => Origin::Named("--store"),
                        Said::Environment => Origin::Named("LEAD_STORE"),
                        Said::UserFile { line } => Origin::File { name: NAME, line },
                        Said::Default => Origin::Default,
                    },
                },
                path => Setting { key: path.into(), value: (key.show)(self), origin: said(path) },
            })
            .collect()
    }

    /// The line that says this key, from 1.
    pub fn line_of(&self, key: &str) -> Option<u32> {
        self.places.get(key).map(|(line, _)| *line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_keys_are_read() {
        let text = "store = '~/leads'\ncolor = \"never\"\npager = \"less -R\"\neditor = \"vi\"\n";
        let file = UserFile::parse(text).unwrap();
        assert_eq!(file.store.as_deref(), Some(Path::new("~/leads")));
        assert_eq!(file.color, Color::Never);
        assert_eq!((file.pager.as_deref(), file.editor.as_deref()), (Some("less -R"), Some("vi")));
        assert_eq!((file.line_of("editor"), file.line_of("nothing")), (Some(4), None));
        assert_eq!(UserFile::parse("").unwrap(), UserFile::default());
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        for (text, found, hint) in [
            (
                "color = \"allways\"",
                "1:9: color `allways` is not one of `auto`, `always`, `never`",
                "did you mean `always`?",
            ),
            (
                "color = true",
                "1:9: color `true` is true or false, not one of `auto`, `always`, `never`",
                "put it in quotes",
            ),
            ("\ncolour = \"auto\"", "2:1: colour is not a key of this file", "did you mean `color`?"),
            (
                "[mail]\nvia='file'",
                "1:2: mail is not a table of this file",
                "known here: store, color, pager, editor",
            ),
            (
                "store = \"leads\"",
                "1:9: store `leads` is neither absolute nor beginning with `~/`",
                "store = \"~/leads\"",
            ),
            (
                "pager = \" \"",
                "1:9: pager is blank",
                "write the program and its arguments in one pair of quotes",
            ),
        ] {
            let findings = UserFile::parse(text).unwrap_err();
            assert_eq!((findings[0].to_string().as_str(), findings[0].hints[0].as_str()), (found, hint));
        }
    }

    #[test]
    fn it_is_looked_for_where_xdg_says() {
        let at = |pairs: &[(&str, &str)]| UserFile::path(&pairs.iter().copied().collect());
        assert_eq!(at(&[("XDG_CONFIG_HOME", "/c"), ("HOME", "/h")]), Some("/c/lead/config.toml".into()));
        assert_eq!(
            at(&[("XDG_CONFIG_HOME", "c"), ("HOME", "/h")]),
            Some("/h/.config/lead/config.toml".into())
        );
        assert_eq!(at(&[("XDG_CONFIG_HOME", "")]), None);
        assert_eq!(UserFile::read(&Env::default()).unwrap(), UserFile::default());
    }
}
