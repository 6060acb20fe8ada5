//! The environment a program was started in, as a thing that can be handed over.
//!
//! Read once at the start of a program; nothing deeper looks at the process's own variables.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// The variables of an environment. Not printed: others keep secrets in theirs.
#[derive(Clone, Default)]
pub struct Env(BTreeMap<OsString, OsString>);

impl Env {
    /// The environment of this process.
    pub fn of_this_process() -> Self {
        Self(std::env::vars_os().collect())
    }

    /// The variable's value; one that is set to nothing counts as unset.
    pub fn var(&self, name: &str) -> Option<&OsStr> {
        self.0.get(OsStr::new(name)).map(OsString::as_os_str).filter(|value| !value.is_empty())
    }

    /// The variable's value if it is an absolute path: what the XDG rules ask for.
    pub fn absolute(&self, name: &str) -> Option<&Path> {
        self.var(name).map(Path::new).filter(|path| path.is_absolute())
    }

    /// `lead` under the folder the XDG variable names, else under `below` in the home folder;
    /// nothing if neither is known.
    pub(super) fn folder(&self, xdg: &str, below: &str) -> Option<PathBuf> {
        let base = self.absolute(xdg).map(Path::to_owned);
        let base = base.or_else(|| self.absolute("HOME").map(|home| home.join(below)));
        base.map(|base| base.join("lead"))
    }
}

impl<K: Into<OsString>, V: Into<OsString>> FromIterator<(K, V)> for Env {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}
