//! A backup's file while it is written: beside its place, and under its name only once it is whole,
//! on the disk, and was read again.

use std::fs::{self, File, OpenOptions};
use std::io::{BufWriter, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use super::{BackupFault, Contents, inspect};
use crate::store::random;

/// A backup that is not there yet; dropped, it never was.
pub struct Copy {
    path: PathBuf,
    part: PathBuf,
    file: BufWriter<File>,
    is_done: bool,
}

impl Copy {
    /// Begins one that will stand at `path`, in the place of what is there.
    ///
    /// # Errors
    /// A folder that cannot be written, and what is there and is not a file.
    pub fn begin(path: &Path) -> Result<Self, BackupFault> {
        if fs::metadata(path).is_ok_and(|known| !known.is_file()) {
            return Err(BackupFault::NotOne { path: path.to_owned(), reason: "it is not a file".to_owned() });
        }
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let part = path.with_file_name(format!(".{name}.{}", random()?));
        let open = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part);
        let file = BufWriter::with_capacity(1 << 20, open.map_err(BackupFault::io("writing", path))?);
        Ok(Self { path: path.to_owned(), part, file, is_done: false })
    }

    /// Writes the next piece.
    ///
    /// # Errors
    /// The disk's.
    pub fn write(&mut self, piece: &str) -> Result<(), BackupFault> {
        self.file.write_all(piece.as_bytes()).map_err(BackupFault::io("writing", &self.path))
    }

    /// Puts it on the disk and reads it again; what is in it. It gets no name.
    ///
    /// # Errors
    /// The disk's, and whatever is wrong with it.
    pub fn check(&mut self) -> Result<Contents, BackupFault> {
        let synced = self.file.flush().and_then(|()| self.file.get_ref().sync_all());
        synced.map_err(BackupFault::io("writing", &self.path))?;
        inspect(&self.part)
    }

    /// As [`Copy::check`], and gives it its name.
    ///
    /// # Errors
    /// As [`Copy::check`]; then there is no such file, or the one that was there.
    pub fn finish(mut self) -> Result<Contents, BackupFault> {
        let contents = self.check()?;
        let io = |fault| BackupFault::io("writing", &self.path)(fault);
        fs::rename(&self.part, &self.path).map_err(io)?;
        self.is_done = true;
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(io)?;
        Ok(contents)
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        if !self.is_done {
            // What stays is a file with a dot in front, and never taken for a backup.
            let _ = fs::remove_file(&self.part);
        }
    }
}
