//! Where the store is: `flag > environment > user file > default` (cli.md §2).
//!
//! Names a folder; neither makes it nor looks whether it is there.

use std::io;
use std::path::{Path, PathBuf};

use super::env::Env;
use super::user_file::UserFile;

/// The folder of a store, and who named it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The folder, absolute.
    pub folder: PathBuf,
    /// Who named it.
    pub said: Said,
}

/// Who says where the store is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// `--store`
    Flag,
    /// `LEAD_STORE`
    Environment,
    /// The user's own file.
    UserFile {
        /// In this line, from 1.
        line: u32,
    },
    /// Nobody; it is where such things are.
    Default,
}

/// Why it cannot be said where the store is.
#[derive(Debug, thiserror::Error)]
pub enum PlaceFault {
    /// Nobody names it and there is no home to look in.
    #[error("cannot tell where the store is: HOME is not set to an absolute path")]
    Homeless,
    /// It is named from a working folder that cannot be found.
    #[error("cannot tell where `{}` is: {source}", path.display())]
    Lost {
        /// What was named.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl PlaceFault {
    /// What to type instead.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Homeless => "`lead --store DIR`, or `LEAD_STORE=DIR`",
            Self::Lost { .. } => "name it by its whole path, or `cd` to a folder that exists",
        }
    }
}

/// Where the store is. A relative path counts from the working folder; a flag that is empty is
/// taken as it stands, and counts as the working folder.
///
/// # Errors
/// Nobody names it and there is no `HOME`, or the working folder it counts from is gone.
pub fn store(flag: Option<&Path>, env: &Env, user: &UserFile) -> Result<Place, PlaceFault> {
    if let Some(path) = flag {
        let named = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        return Ok(Place { folder: whole(named)?, said: Said::Flag });
    }
    if let Some(path) = env.var("LEAD_STORE") {
        return Ok(Place { folder: whole(Path::new(path))?, said: Said::Environment });
    }
    if let Some(path) = &user.store {
        let folder = match path.strip_prefix("~") {
            Ok(below) => env.absolute("HOME").ok_or(PlaceFault::Homeless)?.join(below),
            Err(_) => path.clone(),
        };
        return Ok(Place { folder, said: Said::UserFile { line: user.line_of("store").unwrap_or(1) } });
    }
    let folder = env.folder("XDG_DATA_HOME", ".local/share").ok_or(PlaceFault::Homeless)?;
    Ok(Place { folder, said: Said::Default })
}

fn whole(path: &Path) -> Result<PathBuf, PlaceFault> {
    std::path::absolute(path).map_err(|source| PlaceFault::Lost { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flag_then_environment_then_user_file_then_default() {
        let user = UserFile::parse("\nstore = \"~/mine\"").unwrap();
        let none = UserFile::default();
        let full: Env = [("LEAD_STORE", "/e"), ("HOME", "/h"), ("XDG_DATA_HOME", "/d")].into_iter().collect();
        let home: Env = [("HOME", "/h"), ("LEAD_STORE", "")].into_iter().collect();
        let data: Env = [("HOME", "/h"), ("XDG_DATA_HOME", "/d")].into_iter().collect();
        let odd: Env = [("HOME", "/h"), ("XDG_DATA_HOME", "d")].into_iter().collect();
        for (flag, env, user, folder, said) in [
            (Some("/f"), &full, &user, "/f", Said::Flag),
            (None, &full, &user, "/e", Said::Environment),
            (None, &home, &user, "/h/mine", Said::UserFile { line: 2 }),
            (None, &data, &none, "/d/lead", Said::Default),
            (None, &home, &none, "/h/.local/share/lead", Said::Default),
            (None, &odd, &none, "/h/.local/share/lead", Said::Default),
        ] {
            let place = store(flag.map(Path::new), env, user).unwrap();
            assert_eq!(place, Place { folder: folder.into(), said });
        }
    }

    #[test]
    fn a_relative_path_counts_from_the_working_folder() {
        let place = store(Some(Path::new("here")), &Env::default(), &UserFile::default()).unwrap();
        assert_eq!(place.folder, std::env::current_dir().unwrap().join("here"));
        let place = store(Some(Path::new("")), &Env::default(), &UserFile::default()).unwrap();
        assert!(place.folder.is_absolute());
    }

    #[test]
    fn without_a_home_it_says_what_to_type() {
        let relative: Env = [("HOME", "home")].into_iter().collect();
        let tilde = UserFile::parse("store = \"~/mine\"").unwrap();
        for (env, user) in [
            (&Env::default(), &UserFile::default()),
            (&relative, &UserFile::default()),
            (&Env::default(), &tilde),
        ] {
            let fault = store(None, env, user).unwrap_err();
            assert!(matches!(fault, PlaceFault::Homeless));
            assert_eq!(fault.hint(), "`lead --store DIR`, or `LEAD_STORE=DIR`");
        }
    }
}
