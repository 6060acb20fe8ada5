//! Mail as files: one `.eml` each, whole or absent, never doubled (O7).
//!
//! The name follows from date and Message-ID, so that a repeat lands on itself; the folder is synced
//! once for a batch. Called by `Mailer`.

use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::load::{GROUP, Load};
use super::{Envelope, RelayFault, Stage, Verdict};
use crate::shelf::Shelf;

/// Characters of the Message-ID that a name shows.
const SHOWN: usize = 80;

/// A folder of `.eml` files.
#[derive(Debug)]
pub(super) struct Folder(Shelf);

impl Folder {
    /// Makes the folder when it is missing.
    pub(super) async fn open(path: PathBuf) -> Result<Self, RelayFault> {
        let shown = path.clone();
        let opened = off_thread(move || Shelf::open(path)).await;
        opened.map(Self).map_err(|e| fault(&shown, &e))
    }

    /// Writes mails until the load is closed or the folder fails; those that are `Sent` are on the disk.
    pub(super) async fn carry(&self, load: &Load) -> Option<RelayFault> {
        load.take_up();
        let mut broken = None;
        while broken.is_none() && load.is_waiting().await {
            let mut written = Vec::new();
            while broken.is_none()
                && written.len() < GROUP
                && let Some(parcel) = load.take()
            {
                let name = file_name(&parcel.envelope);
                let (shelf, file, bytes) = (self.0.clone(), name.clone(), parcel.bytes.clone());
                match off_thread(move || shelf.put(&file, &bytes)).await {
                    Ok(()) => written.push((parcel, name)),
                    Err(e) => {
                        load.give_back(parcel);
                        broken = Some(fault(self.0.path(), &e));
                    }
                }
            }
            let shelf = self.0.clone();
            if let Err(e) = off_thread(move || shelf.flush()).await {
                // Whether the names will still be there nobody knows; written again, they land on themselves.
                written.drain(..).rev().for_each(|(parcel, _)| load.give_back(parcel));
                broken = Some(fault(self.0.path(), &e));
            }
            for (parcel, name) in written {
                load.tell(parcel.number, Verdict::Sent { reply: name });
            }
        }
        load.let_go();
        broken
    }
}

fn fault(path: &Path, error: &io::Error) -> RelayFault {
    RelayFault::new(Stage::Folder, format_args!("{}: {error}", path.display()))
}

async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|e| Err(io::Error::other(e)))
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
    use std::fs;
    use std::os::unix::fs::MetadataExt as _;

    use super::*;
    use crate::mailer::{Address, Parcel};

    fn envelope(id: &str) -> Envelope {
        Envelope {
            from: Address::new("lead@acme.example").unwrap(),
            to: Address::new("sam@acme.example").unwrap(),
            message_id: id.to_owned(),
            date: "2026-11-22T07:00:00.5Z".parse().unwrap(),
        }
    }

    fn put(folder: &Path, id: &str, bytes: &[u8]) -> Verdict {
        tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
            let folder = Folder::open(folder.to_owned()).await.unwrap();
            let load = Load::default();
            load.add([Parcel { number: 1, envelope: envelope(id), bytes: bytes.to_vec() }]);
            let ended = async {
                load.has_news().await;
                load.close();
            };
            assert_eq!(tokio::join!(folder.carry(&load), ended).0, None);
            load.news().remove(0).1
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
