//! Mail as files: one `.eml` each, whole or absent, never doubled (O7).
//!
//! The name follows from date and Message-ID, so that a repeat lands on itself. Written aside,
//! synced, renamed, the folder synced. Called by `Mailer`.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::{Envelope, RelayFault, Stage, Verdict};

/// Characters of the Message-ID that a name shows.
const SHOWN: usize = 80;

/// A folder of `.eml` files.
#[derive(Debug)]
pub(super) struct Folder(PathBuf);

impl Folder {
    /// Makes the folder when it is missing.
    pub(super) async fn open(path: PathBuf) -> Result<Self, RelayFault> {
        let made = off_thread({
            let path = path.clone();
            move || match DirBuilder::new().mode(0o700).create(&path) {
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
                Err(e) => Err(e),
                Ok(()) => path.parent().map_or(Ok(()), sync_folder),
            }
        });
        match made.await {
            Ok(()) => Ok(Self(path)),
            Err(e) => Err(fault(&path, &e)),
        }
    }

    /// Writes one mail; after `Sent` it is on disk.
    pub(super) async fn put(&self, envelope: &Envelope, bytes: &[u8]) -> Verdict {
        let name = file_name(envelope);
        let (folder, bytes, file) = (self.0.clone(), bytes.to_vec(), name.clone());
        match off_thread(move || write(&folder, &file, &bytes)).await {
            Ok(()) => Verdict::Sent { reply: name },
            Err(e) => Verdict::RelayFault(fault(&self.0, &e)),
        }
    }
}

fn fault(path: &Path, error: &io::Error) -> RelayFault {
    RelayFault::new(Stage::Folder, format_args!("{}: {error}", path.display()))
}

async fn off_thread(work: impl FnOnce() -> io::Result<()> + Send + 'static) -> io::Result<()> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|e| Err(io::Error::other(e)))
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let aside = folder.join(format!(".{name}.part"));
    match fs::remove_file(&aside) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
        _ => {}
    }
    let mut file = File::options().write(true).create_new(true).mode(0o600).open(&aside)?;
    let done = file
        .write_all(bytes)
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(&aside, folder.join(name)))
        .and_then(|()| sync_folder(folder));
    if done.is_err() {
        // What is left aside would only be noise; the first error is the one to report.
        fs::remove_file(&aside).ok();
    }
    done
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(if folder.as_os_str().is_empty() { Path::new(".") } else { folder })?.sync_all()
}

/// `20261122T070000Z-id.eml`; an id that is long or has odd characters is cut and hashed.
fn file_name(envelope: &Envelope) -> String {
    let id = envelope.message_id.trim_matches(['<', '>']);
    let mut shown: String = id
        .chars()
        .take(SHOWN)
        .map(|c| if c.is_ascii_alphanumeric() || "._-@+".contains(c) { c } else { '_' })
        .collect();
    if shown != id {
        shown.push('-');
        for byte in &Sha256::digest(id)[..8] {
            shown.push_str(&format!("{byte:02x}"));
        }
    }
    format!("{}-{shown}.eml", envelope.date.strftime("%Y%m%dT%H%M%SZ"))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt as _;

    use super::*;
    use crate::mailer::Address;

    fn envelope(id: &str) -> Envelope {
        Envelope {
            from: Address::new("lead@acme.example").unwrap(),
            to: Address::new("sam@acme.example").unwrap(),
            message_id: id.to_owned(),
            date: "2026-11-22T07:00:00.5Z".parse().unwrap(),
        }
    }

    fn put(folder: &Path, id: &str, bytes: &[u8]) -> Verdict {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
            let folder = Folder::open(folder.to_owned()).await.unwrap();
            folder.put(&envelope(id), bytes).await
        })
    }

    #[test]
    fn o7_a_repeat_lands_on_itself() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("mail");
        for _ in 0..2 {
            let sent = put(&folder, "<r.12@acme.example>", b"To: sam\r\n\r\nhello\r\n");
            assert_eq!(sent, Verdict::Sent { reply: "20261122T070000Z-r.12@acme.example.eml".into() });
        }
        let files: Vec<_> = fs::read_dir(&folder).unwrap().map(|f| f.unwrap()).collect();
        assert_eq!(files.len(), 1);
        assert_eq!(files[0].metadata().unwrap().mode() & 0o777, 0o600);
        assert_eq!(folder.metadata().unwrap().mode() & 0o777, 0o700);
        assert_eq!(fs::read(files[0].path()).unwrap(), b"To: sam\r\n\r\nhello\r\n");
    }

    #[test]
    fn names_are_safe_and_distinct() {
        let name = |id: &str| file_name(&envelope(id));
        let long = "x".repeat(400);
        for id in ["<../../etc/passwd>", "<a/b>", "<a\0b\n>", "", long.as_str()] {
            let made = name(id);
            assert!(made.len() < 140 && !made.contains(['/', '\0', '\n']), "{made}");
        }
        assert_ne!(name("<a/b>"), name("<a_b>"));
        assert_ne!(name(&format!("{long}a")), name(&format!("{long}b")));
    }

    #[test]
    fn a_folder_that_cannot_be_is_the_ways_fault() {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("mail"), "").unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        for path in ["mail", "none/mail"] {
            let refused = runtime.block_on(Folder::open(home.path().join(path))).unwrap_err();
            assert_eq!(refused.stage, Stage::Folder);
        }
    }
}
