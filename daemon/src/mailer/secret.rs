//! The relay's password: where it comes from, and that it is never shown (O8).
//!
//! Comes from a systemd credential, a file nobody else can read, or a command; never from a flag
//! or a variable. Errors name the place, never the content. Called when a connection is opened.

use std::fmt;
use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use lead_shared::account::Account;
use tokio::io::AsyncReadExt as _;

/// Bytes of a password at most.
const LIMIT: u64 = 4096;
/// The longest a password command may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// The account that may read everything anyway.
const ROOT: u32 = 0;
/// The name of the systemd credential.
const CREDENTIAL: &str = "smtp-password";

/// A text that no log, error or dump shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Hands the text out; for the AUTH command alone.
    pub(super) fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Where the password is (O8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PasswordSource {
    /// `smtp-password` in the folder systemd names in `CREDENTIALS_DIRECTORY`.
    Credential {
        /// That folder.
        folder: PathBuf,
    },
    /// A file; refused if its group or others can read it, or it is another account's.
    File(PathBuf),
    /// Program and arguments; its first line is the password. No shell.
    Command(Vec<String>),
}

/// Why there is no password.
#[derive(Debug, thiserror::Error)]
pub enum SecretFault {
    /// The file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's words.
        source: io::Error,
    },
    /// Others can read the file.
    #[error("{} can be read by others (mode {mode:03o}); chmod 600 it", path.display())]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// The file is of an account that has no business with it.
    #[error("{} belongs to {owner}; chown it to the account of `leadd`", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// Whose it is.
        owner: String,
    },
    /// The command did not run, or not to a good end.
    #[error("the password command {program:?} failed: {reason}")]
    Command {
        /// Its name, without arguments.
        program: String,
        /// Why, without its output.
        reason: String,
    },
    /// Empty, several lines, too long, or not text.
    #[error("the password from {0} is empty, or not one line of text")]
    Form(String),
}

impl PasswordSource {
    /// Fetches the password.
    ///
    /// # Errors
    /// [`SecretFault`]; its text holds no part of the password.
    pub async fn fetch(&self) -> Result<Secret, SecretFault> {
        match self {
            // systemd's own ACLs show as group bits, so the mode says nothing here.
            Self::Credential { folder } => read(&folder.join(CREDENTIAL), false),
            Self::File(path) => read(path, true),
            Self::Command(words) => run(words).await,
        }
    }
}

fn read(path: &Path, private: bool) -> Result<Secret, SecretFault> {
    let fault = |source| SecretFault::Read { path: path.to_owned(), source };
    // Non-blocking: a FIFO must not hang the daemon.
    let file = File::options()
        .read(true)
        .custom_flags(nix::fcntl::OFlag::O_NONBLOCK.bits())
        .open(path)
        .map_err(fault)?;
    let meta = file.metadata().map_err(fault)?;
    if !meta.is_file() {
        return Err(fault(io::Error::new(io::ErrorKind::InvalidInput, "not a file")));
    }
    if private && meta.mode() & 0o077 != 0 {
        return Err(SecretFault::Exposed { path: path.to_owned(), mode: meta.mode() & 0o777 });
    }
    if private && ![Account::of_this_process().uid, ROOT].contains(&meta.uid()) {
        return Err(SecretFault::Foreign { path: path.to_owned(), owner: Account::of(meta.uid()).name });
    }
    let mut bytes = Vec::new();
    file.take(LIMIT + 1).read_to_end(&mut bytes).map_err(fault)?;
    form(bytes).ok_or_else(|| SecretFault::Form(path.display().to_string()))
}

async fn run(words: &[String]) -> Result<Secret, SecretFault> {
    let program = words.first().cloned().unwrap_or_default();
    let fault = |reason: String| SecretFault::Command { program: program.clone(), reason };
    let mut child = tokio::process::Command::new(&program)
        .args(words.iter().skip(1))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(|e| fault(e.to_string()))?;
    let mut bytes = Vec::new();
    let reading = async {
        if let Some(out) = child.stdout.take() {
            out.take(LIMIT + 1).read_to_end(&mut bytes).await?;
        }
        child.wait().await
    };
    let status = tokio::time::timeout(PATIENCE, reading)
        .await
        .map_err(|_| fault(format!("no end within {} s", PATIENCE.as_secs())))?
        .map_err(|e| fault(e.to_string()))?;
    if !status.success() {
        return Err(fault(status.to_string()));
    }
    form(bytes).ok_or_else(|| SecretFault::Form(format!("the command {program:?}")))
}

/// One line of text without its end; nothing else is a password.
fn form(bytes: Vec<u8>) -> Option<Secret> {
    if bytes.len() as u64 > LIMIT {
        return None;
    }
    let mut text = String::from_utf8(bytes).ok()?;
    for end in ['\n', '\r'] {
        if text.ends_with(end) {
            text.pop();
        }
    }
    (!text.is_empty() && !text.chars().any(char::is_control)).then_some(Secret(text))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn fetch(source: &PasswordSource) -> Result<Secret, SecretFault> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(source.fetch())
    }

    #[test]
    fn o8_a_password_file_must_be_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("smtp-password");
        fs::write(&path, "s3cret\n").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let refused = fetch(&PasswordSource::File(path.clone())).unwrap_err();
        assert!(matches!(refused, SecretFault::Exposed { mode: 0o640, .. }), "{refused}");
        let from_systemd = fetch(&PasswordSource::Credential { folder: folder.path().to_owned() }).unwrap();
        assert_eq!(from_systemd.expose(), "s3cret");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        let secret = fetch(&PasswordSource::File(path)).unwrap();
        assert_eq!(secret.expose(), "s3cret");
        assert_eq!(format!("{secret:?}"), "Secret(…)");
    }

    #[test]
    fn o8_a_command_gives_one_line_or_nothing() {
        let sh = |line: &str| PasswordSource::Command(vec!["sh".into(), "-c".into(), line.into()]);
        assert_eq!(fetch(&sh("echo s3cret")).unwrap().expose(), "s3cret");
        for bad in ["true", "printf 'a\\nb'", "exit 3", "head -c 9999 /dev/zero | tr '\\0' x"] {
            assert!(fetch(&sh(bad)).is_err(), "{bad}");
        }
        let shown = fetch(&sh("echo s3cret; exit 3")).unwrap_err().to_string();
        assert!(!shown.contains("s3cret"), "{shown}");
        assert!(fetch(&PasswordSource::Command(vec![])).is_err());
        assert!(fetch(&PasswordSource::File("/dev/zero".into())).is_err());
    }
}
