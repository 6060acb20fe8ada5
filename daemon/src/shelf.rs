//! A folder of files, each whole or absent.
//!
//! Written aside, synced, renamed; the folder is synced once for many. Refuses to be read by anybody
//! but its owner. The outbox keeps the mails' bytes on one, mail by `file` goes to another.

use std::ffi::OsStr;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// A folder to put files in.
#[derive(Clone, Debug)]
pub(crate) struct Shelf(PathBuf);

impl Shelf {
    /// Makes the folder when it is missing; its parent must exist. A link in its place is refused.
    pub(crate) fn open(path: PathBuf) -> io::Result<Self> {
        match DirBuilder::new().mode(0o700).create(&path) {
            Err(fault) if fault.kind() == io::ErrorKind::AlreadyExists => {
                let there = fs::symlink_metadata(&path)?;
                if there.is_symlink() {
                    return Err(io::Error::other("is a link, where a folder is to be"));
                }
                if !there.is_dir() {
                    return Err(fault);
                }
            }
            Err(fault) => return Err(fault),
            Ok(()) => path.parent().map_or(Ok(()), sync_folder)?,
        }
        Ok(Self(path))
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file, in place of one of the same name. Only the next flush makes sure of its name.
    pub(crate) fn put(&self, name: impl AsRef<OsStr>, bytes: &[u8]) -> io::Result<()> {
        let name = name.as_ref();
        let aside = self.0.join([OsStr::new("."), name, OsStr::new(".part")].join(OsStr::new("")));
        match fs::remove_file(&aside) {
            Err(fault) if fault.kind() != io::ErrorKind::NotFound => return Err(fault),
            _ => {}
        }
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&aside)?;
        let done = file
            .write_all(bytes)
            .and_then(|()| file.sync_all())
            .and_then(|()| fs::rename(&aside, self.0.join(name)));
        if done.is_err() {
            // What is left aside would only be noise; the first error is the one to report.
            fs::remove_file(&aside).ok();
        }
        done
    }

    /// All that was put is there for good when this returns.
    pub(crate) fn flush(&self) -> io::Result<()> {
        sync_folder(&self.0)
    }
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(if folder.as_os_str().is_empty() { Path::new(".") } else { folder })?.sync_all()
}
