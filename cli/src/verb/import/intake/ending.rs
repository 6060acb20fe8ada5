//! How an import ends: whole, refused, or broken off; and what is said of that.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use lead_shared::domain::import::{ImportId, ImportStep, Tally};
use lead_shared::domain::request::Look;

use super::Intake;
use crate::halt::Halt;
use crate::import::Rows;
use crate::render::{Shape, What};
use crate::text;
use crate::voice;
use crate::words;

impl Intake<'_, '_> {
    /// Gives up what is stored of it; what stands, if anything was stored.
    fn abandon(&mut self) -> Result<Option<Tally>, Halt> {
        self.progress.wipe();
        let Some(import) = self.import.take() else { return Ok(None) };
        self.step(ImportStep::Abandon { import }, false).map(|answer| Some(answer.tally))
    }

    /// What is said when a signal ends it among its rows.
    pub(super) fn leaving(&self) -> impl FnOnce() + Send + 'static {
        let (out, is_stored, wipe) =
            (self.visit.out.clone(), Arc::clone(&self.is_stored), self.progress.wiper());
        let (file, keeps_going) = (text::quoted(&self.line.file), self.line.keep_going);
        move || {
            wipe();
            let stands = if keeps_going { "none that it added" } else { "nothing of it" };
            if !is_stored.load(Ordering::Relaxed) {
                return voice::warn(&out, "broken off: nothing was imported");
            }
            voice::warn(&out, &format!("broken off: {stands} is seen"));
            let hint = format!("`lead import {file} --resume`, with the same options, goes on with it");
            voice::hint(&out, &hint);
        }
    }

    /// Gives it up, and says with the reason what stands of it.
    pub(in crate::verb::import) fn broken_off(mut self, halt: Halt) -> Halt {
        let tally = match self.abandon() {
            // Why it ended is what is to be told; what is stored stays out of sight either way.
            Err(_) => return halt,
            // A portion that was not answered may have been taken.
            Ok(None) if self.is_asking => return halt,
            Ok(tally) => Tally { refused: self.refused, ..tally.unwrap_or_default() },
        };
        let mut said = match halt {
            Halt::Said(said) if !self.visit.global.dry_run => *said,
            Halt::Refused(refusal) if !self.visit.global.dry_run => {
                words::refusal(&refusal, &self.visit.clock())
            }
            halt => return halt,
        };
        if tally.changed == 0 {
            said.hints.push("nothing was imported".to_owned());
        } else {
            let done = words::imported(&self.name, &tally, false);
            said.hints.push(format!("before that, {done}: `lead history --since today` has every change"));
            // Partly done.
            said.exit = if said.exit == 2 { 8 } else { said.exit };
        }
        said.into()
    }

    /// Says how it ended; the exit code.
    pub(in crate::verb::import) fn end(mut self, rows: &Rows) -> Result<u8, Halt> {
        self.progress.wipe();
        if let Some(left) = rows.left() {
            voice::say(&self.visit.out, &left);
        }
        let code = match (self.codes.len(), self.codes.first()) {
            (0, _) => 0,
            (1, Some(code)) => *code,
            // As for several leads of which all or none is changed.
            _ => 4,
        };
        let is_taken = self.refused == 0 || self.line.keep_going;
        if !is_taken {
            self.abandon()?;
        }
        if let Some(report) = self.report.take() {
            report.end(is_taken)?;
        }
        if !is_taken {
            if self.is_cut {
                let hint = format!("no more than {} rows were looked at", self.rows);
                voice::hint(&self.visit.out, &hint);
            }
            let hint = "nothing was imported: mend these rows, or `--keep-going` takes the others";
            voice::hint(&self.visit.out, hint);
            return Ok(code);
        }
        let dry_run = self.visit.global.dry_run;
        let tally = self.tally;
        voice::say(&self.visit.out, &words::imported(&self.name, &tally, dry_run));
        if let Some(import) = self.import.filter(|_| !dry_run && tally.added + tally.changed > 0) {
            self.rows(import)?;
            // What was changed as its row came is a change of its own.
            let back = match self.line.keep_going && tally.changed > 0 {
                true => "`lead history --since today` has every change",
                false => "`lead undo` takes it all back",
            };
            let hint = match tally.added {
                0 => back.to_owned(),
                _ => format!("`lead list import:{import}` shows what was added, {back}"),
            };
            voice::hint(&self.visit.out, &hint);
        }
        let taken = tally.added + tally.changed + tally.unchanged;
        Ok(if code != 0 && taken > 0 { 8 } else { code })
    }

    /// Prints what was added, where a form was named.
    fn rows(&mut self, import: ImportId) -> Result<(), Halt> {
        if !self.visit.wants_rows() {
            return Ok(());
        }
        let look = Look::Leads {
            terms: vec![format!("import:{import}")],
            sort: Some("id".to_owned()),
            limit: None,
            notes: true,
            actions: false,
        };
        let mut shape = Shape::many(What::Leads);
        if self.visit.out.is_json() {
            shape.columns = Some(vec!["notes".to_owned()]);
        }
        self.visit.print(&look, shape).map_err(|halt| halt.after("the leads were imported", "they"))
    }
}
