//! `lead init`: a store, with its first owner, its pipeline and the team's defaults. A pipeline file is
//! read and checked here, so that each finding can be said with its place; the rest is the engine's.

use lead_shared::account::{self, Account};
use lead_shared::client::Setup;
use lead_shared::domain::likeness::near;
use lead_shared::domain::pipeline::{Finding, Pipeline, default_preset, preset, presets};
use lead_shared::domain::refusal::{Refusal, Thing};
use lead_shared::domain::text as typed;

use crate::args::Init;
use crate::halt::{Halt, said};
use crate::text;
use crate::visit::Visit;
use crate::voice;

pub(super) fn init(visit: &mut Visit<'_>, line: &Init) -> Result<u8, Halt> {
    let folder = visit.folder().display().to_string();
    if visit.find()? {
        if *line == Init::default() {
            voice::say(&visit.out, &format!("there is a store in {folder} already"));
            return Ok(0);
        }
        let hints = vec!["`lead status`".to_owned(), "`lead config list`".to_owned()];
        return Err(said(4, "exists", format!("there is a store in {folder} already"), hints).into());
    }
    let (setup, title) = setup(visit, line)?;
    if visit.global.dry_run {
        voice::say(&visit.out, &format!("dry run: would make a store in {folder} with the pipeline {title}"));
        return Ok(0);
    }
    visit.create(&setup)?;
    voice::say(&visit.out, &format!("made a store in {folder} with the pipeline {title}"));
    Ok(0)
}

/// What a store is made of, and the title of its pipeline.
fn setup(visit: &Visit<'_>, line: &Init) -> Result<(Setup, String), Halt> {
    let (pipeline_text, title) = match &line.pipeline {
        None => (None, default_preset().title.clone()),
        Some(named) => pipeline(visit, named)?,
    };
    let line = line.clone();
    let setup = Setup {
        pipeline: if pipeline_text.is_none() { line.pipeline } else { None },
        pipeline_text,
        zone: line.zone,
        country: line.country,
        currency: line.currency,
        group: line.group,
        name: line.name,
        email: line.email,
        ..founder()
    };
    Ok((setup, title))
}

/// A preset, or a file that passes its check: its text where it is a file, and its title.
fn pipeline(visit: &Visit<'_>, named: &str) -> Result<(Option<String>, String), Halt> {
    let looks_like_file = named.contains('/') || named.ends_with(".toml");
    if !looks_like_file && let Some(preset) = preset(named) {
        return Ok((None, preset.title.clone()));
    }
    if !looks_like_file && !std::path::Path::new(named).exists() {
        let known = presets().iter().map(|preset| preset.id.as_str());
        let suggestions = near(named, known).into_iter().map(str::to_owned).collect();
        return Err(Refusal::NoSuch { thing: Thing::Pipeline, given: named.to_owned(), suggestions }.into());
    }
    let text = text::of_file(named)?;
    match Pipeline::parse(&text) {
        Ok(pipeline) => Ok((Some(text), pipeline.title)),
        Err(findings) => Err(invalid(visit, named, &findings)),
    }
}

/// Says everything that is wrong with a pipeline's file, an error each; the last ends the verb.
pub(super) fn invalid(visit: &Visit<'_>, file: &str, findings: &[Finding]) -> Halt {
    let told = |finding: &Finding| {
        let message = format!("{}:{}", typed::escape(file), typed::escape(&finding.to_string()));
        said(2, "pipeline", message, finding.hint.clone().into_iter().collect())
    };
    let Some((last, before)) = findings.split_last() else {
        return said(2, "pipeline", format!("{} is no pipeline", typed::escape(file)), Vec::new()).into();
    };
    for finding in before {
        voice::error(&visit.out, &told(finding));
    }
    told(last).into()
}

/// Whoever makes a store is its first owner (U1).
pub(super) fn founder() -> Setup {
    Setup { account: Account::of_this_process().name, host: account::host(), ..Setup::default() }
}
