//! `lead pipeline …`. Checking, exporting and drawing need no store.

use std::io::Write as _;

use lead_shared::domain::pipeline::{Finding, Pipeline, preset};
use lead_shared::domain::record::{PipelineDeed, RecordDeed};
use lead_shared::domain::request::Look;
use lead_shared::domain::text::escape;
use lead_shared::domain::view::Row;

use super::init::invalid;
use super::look::FOUND;
use super::records::settle;
use crate::args::PipelineVerb;
use crate::halt::Halt;
use crate::render::{self, Rows, Shape, What};
use crate::text;
use crate::visit::Visit;
use crate::voice;

pub(super) fn pipeline(visit: &mut Visit<'_>, verb: &PipelineVerb) -> Result<u8, Halt> {
    match verb {
        PipelineVerb::List => visit.print(&Look::Pipelines, Shape::many(What::Pipelines))?,
        PipelineVerb::Show { id } => visit.print(&Look::Pipeline(id.clone()), Shape::one(What::Pipeline))?,
        PipelineVerb::Export { id } => export(visit, id)?,
        PipelineVerb::Check { file } => return check(visit, file),
        PipelineVerb::Add { file } => {
            let text = good(visit, file)?;
            return change(visit, PipelineDeed::Add { text }, "was added");
        }
        PipelineVerb::Default { id } => {
            return change(visit, PipelineDeed::Default { id: id.clone() }, "is the default one now");
        }
        PipelineVerb::Replace { file, map } => {
            let text = good(visit, file)?;
            return change(visit, PipelineDeed::Replace { text, map: map.clone() }, "was replaced");
        }
        PipelineVerb::Graph { id } => graph(visit, id)?,
    }
    Ok(0)
}

/// The text of a file that passes its check.
fn good(visit: &Visit<'_>, file: &str) -> Result<String, Halt> {
    let text = text::of_file(file)?;
    match Pipeline::parse(&text) {
        Ok(_) => Ok(text),
        Err(findings) => Err(invalid(visit, file, &findings)),
    }
}

fn change(visit: &mut Visit<'_>, deed: PipelineDeed, done: &str) -> Result<u8, Halt> {
    let shown = |id: &str| (Look::Pipeline(Some(id.to_owned())), Shape::one(What::Pipeline));
    settle(visit, RecordDeed::Pipeline(deed), done, &shown)
}

/// Draws a pipeline; the store's, else the built-in one of that id.
fn graph(visit: &mut Visit<'_>, id: &str) -> Result<(), Halt> {
    let text = file_of(visit, id)?;
    let pipeline = Pipeline::parse(&text).map_err(|findings| invalid(visit, id, &findings))?;
    let mut sink = render::stdout();
    sink.write_all(pipeline.mermaid().as_bytes())?;
    Ok(sink.flush()?)
}

/// A pipeline's file: the store's, else the built-in one of that id.
fn file_of(visit: &mut Visit<'_>, id: &str) -> Result<String, Halt> {
    let mut text = None;
    let stored = visit.look(&Look::Pipeline(Some(id.to_owned())), &mut |row| {
        if let Row::PipelineText(file) = row {
            text = Some(file);
        }
        Ok(())
    });
    match (text, preset(id), stored) {
        (Some(text), _, Ok(())) => Ok(text),
        (_, Some(preset), _) => Ok(preset.text.to_owned()),
        (_, None, stored) => stored.map(|()| String::new()),
    }
}

/// Prints a pipeline's file byte for byte; the store's, else the built-in one of that id.
fn export(visit: &mut Visit<'_>, id: &str) -> Result<(), Halt> {
    let text = file_of(visit, id)?;
    let mut sink = render::stdout();
    if visit.out.is_json() {
        let mut rows = Rows::begin(&visit.out, &mut sink, Shape::one(What::Pipeline));
        rows.row(&Row::PipelineText(text))?;
        return Ok(rows.end()?);
    }
    sink.write_all(text.as_bytes())?;
    Ok(sink.flush()?)
}

/// Prints what is wrong with a file, a line each with its place (P2); 10 when anything is.
fn check(visit: &Visit<'_>, file: &str) -> Result<u8, Halt> {
    let text = text::of_file(file)?;
    let findings = Pipeline::check(&text);
    let mut sink = render::stdout();
    if visit.out.is_json() {
        let rows: Vec<_> = findings.iter().map(|finding| row(file, finding)).collect();
        writeln!(sink, "{}", serde_json::Value::from(rows))?;
    } else {
        for finding in &findings {
            let hint = finding.hint.as_ref().map(|hint| format!(" ({})", escape(hint))).unwrap_or_default();
            writeln!(sink, "{}:{}{hint}", escape(file), escape(&finding.to_string()))?;
        }
    }
    sink.flush()?;
    if findings.is_empty() {
        voice::say(&visit.out, &format!("{file}: nothing is wrong"));
        return Ok(0);
    }
    Ok(FOUND)
}

fn row(file: &str, finding: &Finding) -> serde_json::Value {
    serde_json::json!({
        "file": file,
        "line": finding.line,
        "column": finding.column,
        "message": finding.message,
        "hint": finding.hint,
    })
}
