//! A file that is whole or absent: what `-o FILE` and `--report FILE` name.
//!
//! It is written beside its place, flushed, and put there last; what was there before stands until then.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use lead_shared::domain::text::escape;
use tempfile::NamedTempFile;

use crate::halt::{Halt, said};

/// A file on its way to its place.
pub(crate) struct WholeFile {
    name: String,
    file: NamedTempFile,
}

impl WholeFile {
    /// Begins one, so that it is known that it can be written before anything else is done.
    ///
    /// # Errors
    /// What is there and is no file, with this hint; and a folder that takes none.
    pub(crate) fn begin(name: &str, hint: &str) -> Result<Self, Halt> {
        let path = Path::new(name);
        if fs::metadata(path).is_ok_and(|known| !known.is_file()) {
            let message = format!("`{}` is not a file", escape(name));
            return Err(said(2, "file", message, vec![hint.to_owned()]).into());
        }
        let file = NamedTempFile::new_in(folder(path)).map_err(|error| unwritten(name, &error))?;
        Ok(Self { name: name.to_owned(), file })
    }

    /// Has `fill` write it, and puts it in its place unless `rehearsed`; what `fill` says.
    ///
    /// # Errors
    /// A disk that does not take it, and what `fill` says.
    pub(crate) fn end<T>(
        self,
        rehearsed: bool,
        fill: impl FnOnce(&mut dyn Write) -> Result<T, Halt>,
    ) -> Result<T, Halt> {
        let Self { name, file } = self;
        let unwritten = |error: io::Error| unwritten(&name, &error);
        let path = Path::new(&name);
        let mut sink = BufWriter::with_capacity(64 * 1024, file);
        let filled = fill(&mut sink).map_err(|halt| match halt {
            Halt::Unwritten(error) => unwritten(error),
            halt => halt,
        })?;
        let file = sink.into_inner().map_err(|error| unwritten(error.into_error()))?;
        if !rehearsed {
            file.as_file().sync_all().map_err(unwritten)?;
            file.persist(path).map_err(|error| unwritten(error.error))?;
            fs::File::open(folder(path)).and_then(|folder| folder.sync_all()).map_err(unwritten)?;
        }
        Ok(filled)
    }
}

/// Has `fill` write the file of this name, and puts it in its place unless `rehearsed`; what `fill` says.
///
/// # Errors
/// As [`WholeFile`].
pub(crate) fn write<T>(
    name: &str,
    rehearsed: bool,
    fill: impl FnOnce(&mut dyn Write) -> Result<T, Halt>,
) -> Result<T, Halt> {
    WholeFile::begin(name, "without `-o`, `> FILE` writes to whatever it is")?.end(rehearsed, fill)
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn unwritten(name: &str, error: &io::Error) -> Halt {
    said(1, "output", format!("cannot write `{}`: {}", escape(name), plain(error)), Vec::new()).into()
}

/// What the system said, without the name of the file that was to be put in the other's place.
fn plain(error: &io::Error) -> String {
    let said = error.to_string();
    said.split_once(" at path ").map_or(said.as_str(), |(said, _)| said).to_owned()
}
