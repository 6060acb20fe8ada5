//! A file that is whole or absent: what `-o FILE` names.
//!
//! It is written beside its place, flushed, and put there last; what was there before stands until then.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use lead_shared::domain::text::escape;
use tempfile::NamedTempFile;

use crate::halt::{Halt, said};

/// Has `fill` write the file of this name, and puts it in its place unless `rehearsed`; what `fill` says.
///
/// # Errors
/// What is there and is no file, a disk that does not take it, and what `fill` says.
pub(crate) fn write<T>(
    name: &str,
    rehearsed: bool,
    fill: impl FnOnce(&mut dyn Write) -> Result<T, Halt>,
) -> Result<T, Halt> {
    let path = Path::new(name);
    if fs::metadata(path).is_ok_and(|known| !known.is_file()) {
        let hints = vec!["without `-o`, `> FILE` writes to whatever it is".to_owned()];
        return Err(said(2, "file", format!("`{}` is not a file", escape(name)), hints).into());
    }
    let unwritten = |error: io::Error| -> Halt {
        said(1, "output", format!("cannot write `{}`: {error}", escape(name)), Vec::new()).into()
    };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let file = NamedTempFile::new_in(folder).map_err(unwritten)?;
    let mut sink = BufWriter::with_capacity(64 * 1024, file);
    let filled = fill(&mut sink).map_err(|halt| match halt {
        Halt::Unwritten(error) => unwritten(error),
        halt => halt,
    })?;
    let file = sink.into_inner().map_err(|error| unwritten(error.into_error()))?;
    if !rehearsed {
        file.as_file().sync_all().map_err(unwritten)?;
        file.persist(path).map_err(|error| unwritten(error.error))?;
        fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(unwritten)?;
    }
    Ok(filled)
}
