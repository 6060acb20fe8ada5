//! What a visit prints: the answer to a look, through the user's pager where it is longer than the terminal.

use std::io::Write;

use lead_shared::domain::request::Look;
use lead_shared::domain::view::Row;

use super::Visit;
use crate::halt::Halt;
use crate::pager::{self, Pager};
use crate::render::{self, Rows, Shape};
use crate::voice;
use crate::words;

impl Visit<'_> {
    /// Has something written to standard output: through the user's pager where it is longer than the
    /// terminal. Nobody has to wait for the store while it is read there.
    ///
    /// # Errors
    /// What `fill` says, and output that cannot be written.
    pub fn show(
        &mut self,
        fill: impl FnOnce(&mut Self, &mut dyn Write) -> Result<(), Halt>,
    ) -> Result<(), Halt> {
        let mut stdout = render::stdout();
        let Some(pager) = Pager::of(self) else {
            fill(self, &mut stdout)?;
            return Ok(stdout.flush()?);
        };
        let mut text = Vec::new();
        let filled = fill(self, &mut text);
        if filled.is_ok() && pager::is_long(&text) {
            self.ailment = self.find_ailment();
            self.pause();
            if pager.show(self, &text) {
                return Ok(());
            }
        }
        stdout.write_all(&text)?;
        stdout.flush()?;
        filled
    }

    /// Looks and prints the rows that `keep` keeps.
    ///
    /// # Errors
    /// As [`Visit::look`], and output that cannot be written.
    pub fn print_some(
        &mut self,
        look: &Look,
        shape: Shape,
        keep: &mut dyn FnMut(&Row) -> bool,
    ) -> Result<(), Halt> {
        self.enter()?;
        if self.out.form() == render::Format::Table {
            self.settle_zone();
        }
        let out = self.out.clone();
        let what = shape.what;
        let mut count = 0_u64;
        self.show(|visit, mut sink| {
            let mut rows = Rows::begin(&out, &mut sink, shape);
            visit.look(look, &mut |row| {
                if keep(&row) {
                    count += 1;
                    rows.row(&row)?;
                }
                Ok(())
            })?;
            Ok(rows.end()?)
        })?;
        if count == 0 && out.terminal && out.form() == render::Format::Table {
            voice::say(&out, words::none(what));
        }
        Ok(())
    }

    /// Looks and prints every row.
    ///
    /// # Errors
    /// As [`Visit::print_some`].
    pub fn print(&mut self, look: &Look, shape: Shape) -> Result<(), Halt> {
        self.print_some(look, shape, &mut |_| true)
    }
}
