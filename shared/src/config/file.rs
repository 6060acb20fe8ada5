//! Reading a small text file, whatever stands at its path, and writing one whole or not at all.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use super::fault::ConfigFault;
use super::finding::Finding;

/// No configuration is larger; bytes.
pub(super) const LIMIT: u64 = 1024 * 1024;

/// The text at `path`, or nothing if there is no such file.
///
/// # Errors
/// What is no file, larger than [`LIMIT`] (found out before it is read), not UTF-8, or not ours to
/// read. A link that leads nowhere is a fault: somebody meant something by it.
pub(super) fn read(path: &Path) -> Result<Option<String>, ConfigFault> {
    let fault = |source| ConfigFault::Io { doing: "reading", path: path.to_owned(), source };
    // A pipe nobody writes to would block the open itself.
    let opened = File::options().read(true).custom_flags(nix::libc::O_NONBLOCK).open(path);
    let file = match opened {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound && fs::symlink_metadata(path).is_err() => {
            return Ok(None);
        }
        Err(error) => return Err(fault(error)),
    };
    let metadata = file.metadata().map_err(fault)?;
    if !metadata.is_file() {
        return Err(ConfigFault::NotAFile(path.to_owned()));
    }
    let too_large = |size| ConfigFault::TooLarge { path: path.to_owned(), size, limit: LIMIT };
    if metadata.len() > LIMIT {
        return Err(too_large(metadata.len()));
    }
    let mut bytes = Vec::new();
    file.take(LIMIT + 1).read_to_end(&mut bytes).map_err(fault)?;
    if bytes.len() as u64 > LIMIT {
        return Err(too_large(bytes.len() as u64));
    }
    String::from_utf8(bytes).map(Some).map_err(|error| {
        let good = String::from_utf8_lossy(&error.as_bytes()[..error.utf8_error().valid_up_to()]);
        let finding = Finding::at(&good, good.len(), "is not UTF-8 from here on").hint("save it as UTF-8");
        ConfigFault::Invalid { path: path.to_owned(), findings: vec![finding] }
    })
}

/// Puts `text` at `path`, for its owner alone: whole or not at all, and on disk when this returns. Where
/// a link stands, what it leads to is written and the link stays.
///
/// # Errors
/// The disk and its rights; what was there before is there still.
pub(super) fn write(path: &Path, text: &str) -> Result<(), ConfigFault> {
    let put = || {
        let whole = match fs::canonicalize(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => path.to_owned(),
            found => found?,
        };
        let (Some(folder), Some(name)) = (whole.parent(), whole.file_name()) else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        let draft = folder.join(format!(".{}.new", name.to_string_lossy()));
        match fs::remove_file(&draft) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = File::options().write(true).create_new(true).mode(0o600).open(&draft)?;
        let written = file
            .write_all(text.as_bytes())
            .and_then(|()| file.sync_all())
            .and_then(|()| fs::rename(&draft, &whole));
        if written.is_err() {
            let _ = fs::remove_file(&draft);
        }
        written?;
        File::open(folder)?.sync_all()
    };
    put().map_err(|source| ConfigFault::Io { doing: "writing", path: path.to_owned(), source })
}
