//! `lead import`: a file sent row by row, in portions, and made seen at once (P1).
//!
//! Reads and reports; what becomes of a row is the engine's to say. Unless told to keep going, one
//! refused row keeps everything out: the rest of the file is then only tried, so that every bad line
//! is named.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use lead_shared::domain::import::{
    self, Import as Begun, ImportId, ImportRow, ImportRules, ImportStep, Imported, Portion, Tally,
};
use lead_shared::domain::refusal::Refusal;
use lead_shared::domain::reply::Reply;
use lead_shared::domain::request::{Look, NewLead, Request};
use lead_shared::domain::text::escape;
use lead_shared::domain::view::Row;

use crate::args::{Form, Import};
use crate::halt::{Halt, failed, said};
use crate::import::{Map, Rows};
use crate::render::{Shape, What};
use crate::visit::Visit;
use crate::voice;
use crate::words;

/// A portion has no more rows than this, so that others get their turn between.
const PORTION: usize = 100;

/// A portion is not much longer than this, in bytes: it goes into one frame.
const WEIGHT: usize = 400 << 10;

pub(super) fn import(visit: &mut Visit<'_>, line: &Import) -> Result<u8, Halt> {
    let map = line.map.as_deref().map(Map::read).transpose()?.unwrap_or_default();
    let (file, name) = open(&line.file)?;
    let mut rows = Rows::begin(file, &name, form(line), &map)?;
    if let Some(columns) = rows.columns() {
        voice::say(&visit.out, &columns);
    }
    let begun = begun(visit)?;
    let mut import = Intake {
        visit,
        line,
        name,
        import: None,
        rows: 0,
        stored: Tally::default(),
        tried: Tally::default(),
        codes: BTreeSet::new(),
        hinted: BTreeSet::new(),
        refused: 0,
    };
    match begun {
        Some(begun) if line.resume => import.resume(&mut rows, &begun)?,
        Some(begun) => import.offer(&begun),
        None if line.resume => {
            let hints = vec![format!("`lead import {}` begins one", import.name)];
            return Err(said(3, "no-such", "no import of yours was broken off", hints).into());
        }
        None => {}
    }
    match import.take(&mut rows) {
        Ok(()) => import.end(),
        Err(halt) => {
            // Why it ended is what is to be told; what is stored stays out of sight either way.
            let _ = import.abandon();
            Err(halt)
        }
    }
}

/// The file, and what errors call it.
fn open(path: &str) -> Result<(Box<dyn Read>, String), Halt> {
    if path == "-" {
        return Ok((Box::new(io::stdin()), "standard input".to_owned()));
    }
    let name = escape(path).into_owned();
    let file = File::open(path)
        .map_err(|error| said(2, "file", format!("cannot read {name}: {error}"), Vec::new()))?;
    Ok((Box::new(file), name))
}

/// What the file holds, if that was told or its name tells.
fn form(line: &Import) -> Option<Form> {
    let ending = Path::new(&line.file).extension().map(|ending| ending.to_ascii_lowercase());
    line.from.or_else(|| match ending?.to_str()? {
        "csv" | "tsv" | "txt" => Some(Form::Csv),
        "ndjson" | "jsonl" => Some(Form::Ndjson),
        "json" => Some(Form::Json),
        _ => None,
    })
}

/// The caller's last import, if it has not ended.
fn begun(visit: &mut Visit<'_>) -> Result<Option<Begun>, Halt> {
    visit.enter()?;
    let mut begun = None;
    visit.look(&Look::Import, &mut |row| {
        if let Row::Import(import) = row {
            begun = Some(*import);
        }
        Ok(())
    })?;
    Ok(begun)
}

/// An import on its way.
struct Intake<'v, 'g> {
    visit: &'v mut Visit<'g>,
    line: &'v Import,
    name: String,
    /// Once a portion of it is stored.
    import: Option<ImportId>,
    /// How many rows are stored.
    rows: u64,
    /// What became of the rows that are stored.
    stored: Tally,
    /// What would become of those that were only tried.
    tried: Tally,
    /// The exit codes of what was refused.
    codes: BTreeSet<u8>,
    hinted: BTreeSet<String>,
    refused: u64,
}

impl Intake<'_, '_> {
    /// Whether rows are only tried: nothing will come of them.
    fn is_trying(&self) -> bool {
        self.visit.global.dry_run || (self.refused > 0 && !self.line.keep_going)
    }

    fn row(&self, line: u64, lead: NewLead) -> ImportRow {
        let pipeline = lead.pipeline.or_else(|| self.line.pipeline.clone());
        ImportRow { line, lead: NewLead { pipeline, ..lead } }
    }

    /// Says that another import was broken off.
    fn offer(&self, begun: &Begun) {
        let hint = format!(
            "your import of {} stopped after {} rows; `lead import FILE --resume` would go on with it",
            escape(&begun.source),
            begun.rows
        );
        voice::hint(&self.visit.out, &hint);
    }

    /// Passes over the rows that are stored already.
    fn resume(&mut self, rows: &mut Rows, begun: &Begun) -> Result<(), Halt> {
        let mut digest = String::new();
        for _ in 0..begun.rows {
            let Some(row) = rows.read()? else { break };
            if let Ok(lead) = row.lead {
                digest = import::digest(&digest, &[self.row(row.line, lead)]);
            }
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
        (self.rows, self.stored) = (begun.rows, begun.tally);
        Ok(())
    }

    /// Sends all rows.
    fn take(&mut self, rows: &mut Rows) -> Result<(), Halt> {
        let (mut portion, mut weight, mut unreadable) = (Vec::new(), 0, 0);
        while let Some(row) = rows.read()? {
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
        if self.is_trying() {
            return Ok(());
        }
        let Some(import) = self.import else { return Ok(()) };
        let finished = self.step(ImportStep::Finish { import })?;
        self.stored = finished.tally;
        for (line, refusal) in &finished.refused {
            self.tell(rows, *line, refusal);
        }
        Ok(())
    }

    fn send(&mut self, rows: &Rows, portion: Vec<ImportRow>, unreadable: usize) -> Result<(), Halt> {
        let trying = self.is_trying();
        if trying && portion.is_empty() {
            return Ok(());
        }
        let count = portion.len() as u64 + unreadable as u64;
        let of = self.import.map_or_else(
            || Portion::First { source: self.name.clone(), rules: rules(self.line) },
            Portion::Next,
        );
        let answer = self.step(ImportStep::Rows { of, rows: portion, unreadable: unreadable as u64 })?;
        for (line, refusal) in &answer.refused {
            self.tell(rows, *line, refusal);
        }
        if trying || answer.import.is_none() {
            self.tried = plus(self.tried, minus(answer.tally, self.stored));
        } else {
            (self.import, self.stored) = (answer.import, answer.tally);
            self.rows += count;
            if self.visit.global.verbose > 0 {
                voice::note(&self.visit.out, &format!("{} rows are stored, out of sight", self.rows));
            }
        }
        Ok(())
    }

    fn step(&mut self, step: ImportStep) -> Result<Imported, Halt> {
        let trying = self.is_trying();
        match self.visit.ask_so(Request::Import(step), trying)? {
            Reply::Imported(imported) => Ok(imported),
            _ => Err(failed("the store answered something else")),
        }
    }

    /// Says why a row is refused, and where it stands; each hint once.
    fn tell(&mut self, rows: &Rows, line: u64, refusal: &Refusal) {
        let clock = self.visit.clock();
        let mut said = words::refusal(refusal, &clock);
        said.message = format!("{}: {}", rows.place(line), said.message);
        if let Refusal::Missing { fields, .. } = refusal {
            // Options are for `lead add`: here it is a column that is empty, or not there.
            said.hints = vec![format!("fill the column {}", fields.join(" or "))];
        }
        said.hints.retain(|hint| self.hinted.insert(hint.clone()));
        self.codes.insert(said.exit);
        self.refused += 1;
        voice::error(&self.visit.out, &said);
    }

    /// Gives up what is stored of it; nothing of that was seen.
    fn abandon(&mut self) -> Result<(), Halt> {
        if let Some(import) = self.import.take() {
            self.visit.ask_so(Request::Import(ImportStep::Abandon { import }), false)?;
        }
        Ok(())
    }

    /// Says how it ended; the exit code.
    fn end(mut self) -> Result<u8, Halt> {
        let code = match (self.codes.len(), self.codes.first()) {
            (0, _) => 0,
            (1, Some(code)) => *code,
            // As for several leads of which all or none is changed.
            _ => 4,
        };
        if self.refused > 0 && !self.line.keep_going {
            self.abandon()?;
            let hint = "nothing was imported: mend these rows, or `--keep-going` takes the others";
            voice::hint(&self.visit.out, hint);
            return Ok(code);
        }
        let dry_run = self.visit.global.dry_run;
        let tally = if dry_run { plus(self.stored, self.tried) } else { self.stored };
        voice::say(&self.visit.out, &words::imported(&self.name, &tally, dry_run));
        if let Some(import) = self.import.filter(|_| !dry_run && tally.added + tally.changed > 0) {
            self.rows(import)?;
            let hint =
                format!("`lead list import:{import}` shows what was added, `lead undo` takes it all back");
            voice::hint(&self.visit.out, &hint);
        }
        let taken = tally.added + tally.changed + tally.unchanged + tally.waiting;
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

fn rules(line: &Import) -> ImportRules {
    ImportRules {
        on_duplicate: line.on_duplicate.map(Into::into),
        update_by_email: line.update_by.is_some(),
        keep_going: line.keep_going,
    }
}

/// About how many bytes a lead takes in a frame.
fn weigh(lead: &NewLead) -> usize {
    let texts = [
        &lead.email,
        &lead.phone,
        &lead.company,
        &lead.address,
        &lead.source,
        &lead.value,
        &lead.note,
        &lead.stage,
        &lead.channel,
        &lead.owner,
        &lead.follow_up,
        &lead.pipeline,
    ];
    let long = |text: &String| text.len() + 16;
    let optional: usize = texts.into_iter().flatten().map(long).sum();
    optional + lead.name.len() + lead.sets.iter().chain(&lead.tags).map(long).sum::<usize>() + 256
}

fn plus(one: Tally, other: Tally) -> Tally {
    Tally {
        added: one.added + other.added,
        changed: one.changed + other.changed,
        unchanged: one.unchanged + other.unchanged,
        waiting: one.waiting + other.waiting,
        refused: one.refused + other.refused,
    }
}

fn minus(one: Tally, other: Tally) -> Tally {
    Tally {
        added: one.added.saturating_sub(other.added),
        changed: one.changed.saturating_sub(other.changed),
        unchanged: one.unchanged.saturating_sub(other.unchanged),
        waiting: one.waiting.saturating_sub(other.waiting),
        refused: one.refused.saturating_sub(other.refused),
    }
}
