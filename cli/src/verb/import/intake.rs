//! An import on its way: portions sent, refusals told, the end.
//!
//! Unless told to keep going, one refused row keeps everything out: the rest of the file is then only
//! tried, so that every bad row is named. A dry run tries all of it, in the same steps.

mod ending;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use lead_shared::domain::import::{
    self, Import as Begun, ImportId, ImportRow, ImportRules, ImportStep, Imported, Portion, Tally,
};
use lead_shared::domain::refusal::{Refusal, Thing};
use lead_shared::domain::reply::Reply;
use lead_shared::domain::request::{NewLead, Request};
use lead_shared::domain::text::escape;

use super::progress::Progress;
use super::report::Report;
use super::weight::weigh;
use crate::args::Import;
use crate::halt::{Halt, failed, said};
use crate::import::Rows;
use crate::signals;
use crate::visit::Visit;
use crate::voice;
use crate::words;

/// A portion has no more rows than this, so that others get their turn between.
const PORTION: usize = 100;

/// A portion is not much longer than this, in bytes: it goes into one frame.
const WEIGHT: usize = 400 << 10;

/// An import on its way.
pub(super) struct Intake<'v, 'g> {
    visit: &'v mut Visit<'g>,
    line: &'v Import,
    name: String,
    /// What is stored of it, once a portion is.
    import: Option<ImportId>,
    /// What is only tried of it, once a portion is.
    trial: Option<ImportId>,
    /// How many rows went.
    rows: u64,
    tally: Tally,
    /// The exit codes of what was refused.
    codes: BTreeSet<u8>,
    hinted: BTreeSet<String>,
    refused: u64,
    /// The rest of the file was too much to be tried.
    is_cut: bool,
    /// A step was sent and is not answered.
    is_asking: bool,
    /// Some of it is stored, out of sight.
    is_stored: Arc<AtomicBool>,
    progress: Progress,
    report: Option<Report>,
}

impl<'v, 'g> Intake<'v, 'g> {
    pub(super) fn new(
        visit: &'v mut Visit<'g>,
        line: &'v Import,
        name: String,
        progress: Progress,
        report: Option<Report>,
    ) -> Self {
        Self {
            visit,
            line,
            name,
            import: None,
            trial: None,
            rows: 0,
            tally: Tally::default(),
            codes: BTreeSet::new(),
            hinted: BTreeSet::new(),
            refused: 0,
            is_cut: false,
            is_asking: false,
            is_stored: Arc::default(),
            progress,
            report,
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Whether rows are only tried: nothing will come of them.
    fn is_trying(&self) -> bool {
        self.visit.global.dry_run || (self.refused > 0 && !self.line.keep_going)
    }

    fn row(&self, line: u64, lead: NewLead) -> ImportRow {
        let pipeline = lead.pipeline.or_else(|| self.line.pipeline.clone());
        ImportRow { line, lead: NewLead { pipeline, ..lead } }
    }

    /// Says that another import was broken off.
    pub(super) fn offer(&self, begun: &Begun) {
        let hint = format!(
            "your import of {} stopped after {} rows; `lead import FILE --resume` would go on with it",
            escape(&begun.source),
            begun.rows
        );
        voice::hint(&self.visit.out, &hint);
    }

    /// Passes over the rows that are stored already.
    pub(super) fn resume(&mut self, rows: &mut Rows, begun: &Begun) -> Result<(), Halt> {
        let mut digest = String::new();
        for _ in 0..begun.rows {
            let Some(row) = rows.read()? else { break };
            if let Ok(lead) = row.lead {
                digest = import::digest(&digest, &[self.row(row.line, lead)]);
            }
        }
        let rules = self.rules();
        if (ImportRules { each: rules.each, ..begun.rules }) != rules {
            let message = format!("the import of {} was begun with other options", escape(&begun.source));
            let hints = vec![
                "type it as then, with `--resume` behind".to_owned(),
                "without `--resume` another import begins".to_owned(),
            ];
            return Err(said(2, "invalid", message, hints).into());
        }
        if digest != begun.digest {
            let message = format!("{} does not begin with the rows that were imported so far", self.name);
            let hints = vec![
                format!("the import of {} stopped after {} rows", escape(&begun.source), begun.rows),
                "without `--resume` another import begins".to_owned(),
            ];
            return Err(said(2, "invalid", message, hints).into());
        }
        self.import = Some(begun.id);
        self.is_stored.store(true, Ordering::Relaxed);
        (self.rows, self.tally) = (begun.rows, begun.tally);
        Ok(())
    }

    /// Sends all rows, and has them seen.
    pub(super) fn take(&mut self, rows: &mut Rows) -> Result<(), Halt> {
        // Elsewhere a signal may be meant to be ignored, as under nohup(1).
        if self.visit.out.error_terminal && !self.visit.global.dry_run {
            signals::mended(self.leaving(), || self.send_all(rows))?;
        } else {
            self.send_all(rows)?;
        }
        if self.is_cut {
            return Ok(());
        }
        let trying = self.is_trying();
        let Some(import) = (if trying { self.trial } else { self.import }) else { return Ok(()) };
        let finished = self.step(ImportStep::Finish { import }, trying)?;
        self.told(rows, &finished);
        self.tally = finished.tally;
        Ok(())
    }

    fn send_all(&mut self, rows: &mut Rows) -> Result<(), Halt> {
        let (mut portion, mut weight, mut unreadable) = (Vec::new(), 0, 0);
        while !self.is_cut
            && let Some(row) = rows.read()?
        {
            match row.lead {
                Ok(lead) => {
                    let row = self.row(row.line, lead);
                    weight += weigh(&row.lead);
                    portion.push(row);
                }
                Err(refusal) => {
                    unreadable += 1;
                    self.tell(rows, row.line, &refusal);
                }
            }
            if portion.len() + unreadable >= PORTION || weight > WEIGHT {
                self.send(rows, std::mem::take(&mut portion), std::mem::take(&mut unreadable))?;
                weight = 0;
            }
        }
        if !portion.is_empty() || unreadable > 0 {
            self.send(rows, portion, unreadable)?;
        }
        Ok(())
    }

    fn send(&mut self, rows: &Rows, portion: Vec<ImportRow>, unreadable: usize) -> Result<(), Halt> {
        let trying = self.is_trying();
        let count = portion.len() as u64 + unreadable as u64;
        let step =
            |of| ImportStep::Rows { of, rows: portion, unreadable: unreadable as u64, is_trial: false };
        let step = step(self.portion(trying));
        let again = (!trying && !self.line.keep_going).then(|| step.clone());
        let answer = match self.step(step, trying) {
            // What was refused before is what is to be told.
            Err(Halt::Refused(_)) if trying && !self.visit.global.dry_run => {
                self.is_cut = true;
                return Ok(());
            }
            answer => answer?,
        };
        self.told(rows, &answer);
        if trying {
            self.trial = answer.import;
        } else if let Some(import) = stored(&answer, self.line.keep_going)? {
            self.import = Some(import);
            self.is_stored.store(true, Ordering::Relaxed);
        } else if let Some(ImportStep::Rows { rows, unreadable, .. }) = again {
            // What is good of a portion that was kept out is there for the rows that are now tried.
            let of = self.portion(true);
            self.trial = self.step(ImportStep::Rows { of, rows, unreadable, is_trial: false }, true)?.import;
        }
        self.tally = answer.tally;
        self.rows += count;
        self.progress.show(self.rows, self.refused);
        if self.visit.global.verbose > 0 && !trying {
            self.progress.wipe();
            voice::note(&self.visit.out, &format!("{} rows are stored, out of sight", self.rows));
        }
        Ok(())
    }

    /// Of which import the next rows are.
    fn portion(&self, trying: bool) -> Portion {
        let known = if trying { self.trial.or(self.import) } else { self.import };
        known.map_or_else(|| Portion::First { source: self.name.clone(), rules: self.rules() }, Portion::Next)
    }

    fn rules(&self) -> ImportRules {
        ImportRules {
            on_duplicate: self.line.on_duplicate.map(Into::into),
            update_by_email: self.line.update_by.is_some(),
            keep_going: self.line.keep_going,
            each: self.report.is_some(),
        }
    }

    fn step(&mut self, step: ImportStep, trying: bool) -> Result<Imported, Halt> {
        self.is_asking = true;
        let answer = self.visit.ask_so(Request::Import(step), trying)?;
        self.is_asking = false;
        match answer {
            Reply::Imported(imported) => Ok(imported),
            _ => Err(failed("the store answered something else")),
        }
    }

    /// Takes note of what became of the rows of a step.
    fn told(&mut self, rows: &Rows, answer: &Imported) {
        if let Some(report) = &mut self.report {
            report.did(&answer.rows);
        }
        for (line, refusal) in &answer.refused {
            self.tell(rows, *line, refusal);
        }
    }

    /// Says why a row is refused, and where it stands; each hint once.
    fn tell(&mut self, rows: &Rows, line: u64, refusal: &Refusal) {
        let clock = self.visit.clock();
        let mut said = words::refusal(refusal, &clock);
        if let Refusal::Missing { fields, .. } = refusal {
            // Options are for `lead add`: here it is a column that is empty, or not there.
            said.hints = vec![format!("fill the column {}", fields.join(" or "))];
        }
        if let Some(report) = &mut self.report {
            report.refused(line, &said);
        }
        said.message = format!("{}: {}", rows.place(line), said.message);
        said.hints.retain(|hint| self.hinted.insert(hint.clone()));
        if let Some((field, word)) = foreign(refusal)
            && self.hinted.insert(field.to_owned())
        {
            let hint = format!("or say what such a word stands for: `--map '{field}:{}=…'`", escape(word));
            said.hints.push(hint);
        }
        self.codes.insert(said.exit);
        self.refused += 1;
        self.progress.wipe();
        voice::error(&self.visit.out, &said);
    }
}

/// The field and the word of another program that a refusal is about.
fn foreign(refusal: &Refusal) -> Option<(&'static str, &str)> {
    match refusal {
        Refusal::NoSuch { thing: Thing::Stage, given, .. } => Some(("stage", given)),
        Refusal::NoSuch { thing: Thing::User, given, .. } => Some(("owner", given)),
        Refusal::Invalid { field, value, .. } if field == "source" => Some(("source", value)),
        _ => None,
    }
}

/// The import that a portion went into; none if a row of it kept all of it out.
///
/// # Errors
/// Rows that are neither stored nor refused would be lost.
fn stored(answer: &Imported, keep_going: bool) -> Result<Option<ImportId>, Halt> {
    if answer.import.is_none() && (keep_going || answer.refused.is_empty()) {
        return Err(failed("the store did not say what became of the rows"));
    }
    Ok(answer.import)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_rows_are_lost_in_silence() {
        let kept_out =
            Imported { refused: vec![(2, Refusal::NothingToUndo { lead: None })], ..Imported::default() };
        assert!(stored(&kept_out, false).is_ok_and(|import| import.is_none()));
        assert!(stored(&kept_out, true).is_err());
        assert!(stored(&Imported::default(), false).is_err());
        assert!(
            stored(&Imported { import: Some(7), ..kept_out }, true).is_ok_and(|import| import == Some(7))
        );
    }
}
