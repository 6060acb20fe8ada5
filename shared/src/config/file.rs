//! Reading a small text file, whatever stands at its path.

use std::fs::{self, File};
use std::io::{self, Read as _};
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
