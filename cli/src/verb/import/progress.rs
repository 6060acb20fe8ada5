//! How far an import has come, on one line of a terminal.
//!
//! Drawn on standard error where that is a terminal that can go back to the start of a line; nowhere
//! else, not with `-q`, and not where a program reads. Wiped before anything is said.

use std::cell::Cell;
use std::io::{self, Read, Write as _};
use std::rc::Rc;

use crate::render::{cut, width};
use crate::visit::Visit;

/// Characters of a file's name.
const NAME: usize = 24;

/// Characters of the bar.
const BAR: usize = 24;

/// The line.
pub(super) struct Progress {
    name: String,
    /// Bytes of the file, where that can be told.
    size: Option<u64>,
    read: Rc<Cell<u64>>,
    is_shown: bool,
    /// Whether it stands on the terminal now.
    stands: Cell<bool>,
}

impl Progress {
    pub(super) fn begin(visit: &Visit<'_>, name: &str, size: Option<u64>) -> Self {
        let out = &visit.out;
        let is_dumb = visit.env.var("TERM").is_none_or(|term| term.is_empty() || term == "dumb");
        let is_shown = out.error_terminal && !out.quiet && !out.is_json() && !is_dumb;
        let size = size.filter(|size| *size > 0);
        let name = name.rsplit('/').next().unwrap_or(name);
        Self {
            name: cut(name, NAME).into_owned(),
            size,
            read: Rc::default(),
            is_shown,
            stands: Cell::new(false),
        }
    }

    /// The file, with what is read of it counted.
    pub(super) fn watch(&self, file: Box<dyn Read>) -> impl Read + 'static {
        Watched { file, read: Rc::clone(&self.read) }
    }

    /// Draws the line.
    pub(super) fn show(&self, rows: u64, refused: u64) {
        if !self.is_shown {
            return;
        }
        let line = line(&self.name, self.size.map(|size| (self.read.get(), size)), rows, refused);
        let most = usize::from(Some(width()).filter(|known| *known > 0).unwrap_or(80)).max(20) - 1;
        let _ = write!(io::stderr(), "\r\u{1b}[K{}", cut(&line, most));
        self.stands.set(true);
    }

    /// What takes the line off the terminal, wherever that is done.
    pub(super) fn wiper(&self) -> impl FnOnce() + Send + 'static {
        let is_shown = self.is_shown;
        move || {
            if is_shown {
                let _ = write!(io::stderr(), "\r\u{1b}[K");
            }
        }
    }

    /// Takes the line off the terminal.
    pub(super) fn wipe(&self) {
        if self.stands.replace(false) {
            let _ = write!(io::stderr(), "\r\u{1b}[K");
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.wipe();
    }
}

/// `leads.csv [####····] 43%, 43000 rows, 2 refused`.
fn line(name: &str, bytes: Option<(u64, u64)>, rows: u64, refused: u64) -> String {
    let bar = bytes.map(|(read, size)| {
        let share = read.min(size) as f64 / size as f64;
        let full = (share * BAR as f64) as usize;
        format!("[{}{}] {:.0}%, ", "#".repeat(full), ".".repeat(BAR - full), (share * 100.0).floor())
    });
    let refused = if refused > 0 { format!(", {refused} refused") } else { String::new() };
    format!("{name} {}{rows} rows{refused}", bar.unwrap_or_default())
}

struct Watched {
    file: Box<dyn Read>,
    read: Rc<Cell<u64>>,
}

impl Read for Watched {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.read.set(self.read.get() + count as u64);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_how_much_was_read() {
        assert_eq!(line("a.csv", Some((0, 10)), 0, 0), format!("a.csv [{}] 0%, 0 rows", ".".repeat(24)));
        let half = format!("a.csv [{}{}] 50%, 7 rows, 2 refused", "#".repeat(12), ".".repeat(12));
        assert_eq!(line("a.csv", Some((5, 10)), 7, 2), half);
        assert_eq!(line("a.csv", Some((11, 10)), 7, 0), format!("a.csv [{}] 100%, 7 rows", "#".repeat(24)));
        assert_eq!(line("standard input", None, 7, 0), "standard input 7 rows");
    }
}
