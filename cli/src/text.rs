//! Longer texts: from standard input, from a file, from an editor. All of them bounded.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::halt::{Halt, declined, said, usage};
use crate::program;
use crate::visit::Visit;

/// No text is longer; bytes.
const LONGEST: u64 = 1 << 20;

/// All of standard input.
///
/// # Errors
/// More than 1 MiB, what is not UTF-8, and an input that cannot be read.
pub fn of_stdin() -> Result<String, Halt> {
    bounded(io::stdin().lock(), "standard input")
}

/// All of a file; `-` is standard input.
///
/// # Errors
/// As [`of_stdin`], and what is no file.
pub fn of_file(path: &str) -> Result<String, Halt> {
    if path == "-" {
        return of_stdin();
    }
    let unreadable = |error: io::Error| said(2, "file", format!("cannot read `{path}`: {error}"), Vec::new());
    let metadata = fs::metadata(path).map_err(unreadable)?;
    if !metadata.is_file() {
        return Err(said(2, "file", format!("`{path}` is not a file"), Vec::new()).into());
    }
    bounded(File::open(path).map_err(unreadable)?, path)
}

fn bounded(source: impl Read, name: &str) -> Result<String, Halt> {
    let mut bytes = Vec::new();
    let read = source.take(LONGEST + 1).read_to_end(&mut bytes);
    read.map_err(|error| said(1, "input", format!("cannot read {name}: {error}"), Vec::new()))?;
    if bytes.len() as u64 > LONGEST {
        return Err(said(2, "invalid", format!("{name} is longer than {LONGEST} bytes"), Vec::new()).into());
    }
    String::from_utf8(bytes).map_err(|error| {
        let place = error.utf8_error().valid_up_to();
        said(2, "invalid", format!("{name} is not UTF-8 at byte {place}"), Vec::new()).into()
    })
}

/// Words of a line joined to a text; a single `-` is standard input, without its last line end.
///
/// # Errors
/// As [`of_stdin`].
pub fn of_words(words: &[String]) -> Result<Option<String>, Halt> {
    match words {
        [] => Ok(None),
        [one] if one == "-" => {
            let mut text = of_stdin()?;
            text.truncate(text.trim_end_matches(['\n', '\r']).len());
            Ok(Some(text))
        }
        words => Ok(Some(words.join(" "))),
    }
}

/// A text from an editor, and the file it stands in until it is safe elsewhere.
pub struct Draft {
    /// The text.
    pub text: String,
    folder: TempDir,
    path: PathBuf,
}

impl Draft {
    /// Leaves the file where it is, and says where.
    pub fn keep(self) -> PathBuf {
        let _ = self.folder.keep();
        self.path
    }
}

/// What the user makes of `text` in their editor: `LEAD_EDITOR`, their own file's, `VISUAL`, `EDITOR`, or `vi`.
///
/// # Errors
/// An editor that does not start or fails; an empty text counts as a no.
pub fn of_editor(visit: &Visit<'_>, name: &str, text: &str) -> Result<Draft, Halt> {
    let editor = program::named(visit, "LEAD_EDITOR", visit.user.editor.as_ref(), &["VISUAL", "EDITOR"]);
    let editor = editor.unwrap_or_else(|| "vi".into());
    let folder = tempfile::tempdir().map_err(|error| no_scratch(&error))?;
    let path = folder.path().join(name);
    fs::write(&path, text).map_err(|error| no_scratch(&error))?;
    edit(&editor, &path)?;
    let mut text = of_file(&path.to_string_lossy())?;
    text.truncate(text.trim_end().len());
    if text.trim().is_empty() { Err(declined()) } else { Ok(Draft { text, folder, path }) }
}

fn edit(editor: &std::ffi::OsStr, path: &Path) -> Result<(), Halt> {
    let ended = program::command(editor).arg(path).status();
    let shown = lead_shared::domain::text::escape(&editor.to_string_lossy()).into_owned();
    let hints = || vec!["set `LEAD_EDITOR` to another, or give the text on the line".to_owned()];
    match ended {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => {
            Err(said(1, "editor", format!("`{shown}` failed: {status}; nothing was changed"), hints()).into())
        }
        Err(error) => Err(said(1, "editor", format!("cannot start `{shown}`: {error}"), hints()).into()),
    }
}

fn no_scratch(error: &io::Error) -> Halt {
    said(1, "editor", format!("cannot make a file to edit: {error}"), Vec::new()).into()
}

/// The name of a person or a firm: one word of the line. Others are not taken for a part of it, since they
/// may as well be the end of an option's value.
///
/// # Errors
/// A second word.
pub fn name(words: &[String]) -> Result<String, Halt> {
    match words {
        [one] => Ok(one.clone()),
        [] => Ok(String::new()),
        [_, second, ..] => {
            let hint = format!("a name of several words stands in quotes: `'{}'`", words.join(" "));
            Err(usage(format!("`{second}` is one word too many"), vec![hint]))
        }
    }
}

/// A word as one would type it in a shell.
pub fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_=+.,:@/".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else if word.contains(['"', '$', '`', '\\', '!']) {
        format!("'{}'", word.replace('\'', "'\\''"))
    } else {
        format!("\"{word}\"")
    }
}
