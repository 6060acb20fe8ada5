//! `lead init`: a store, with its first owner, its pipeline and the team's policy. A pipeline file is
//! read and checked here, so that each finding can be said with its place; the rest is the engine's.
//! Told nothing, on a terminal, it asks.

mod guide;
mod mail;

use lead_shared::account::{self, Account};
use lead_shared::client::Setup;
use lead_shared::config::keys::AT_START;
use lead_shared::domain::likeness::near;
use lead_shared::domain::pipeline::{Finding, Pipeline, default_preset, preset, presets};
use lead_shared::domain::refusal::{Refusal, Thing};
use lead_shared::domain::text as typed;

use crate::args::Init;
use crate::halt::{Halt, said, usage};
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
    if *line == Init::default() && visit.can_prompt() && !visit.global.yes && !visit.global.dry_run {
        return guide::give(visit);
    }
    make(visit, line)?;
    Ok(0)
}

/// Makes the store of a line, or says that it would.
fn make(visit: &mut Visit<'_>, line: &Init) -> Result<(), Halt> {
    let folder = visit.folder().display().to_string();
    let chosen = match &line.pipeline {
        None => Chosen { pipeline: default_preset().pipeline(), own: None },
        Some(named) => Chosen::named(visit, named)?,
    };
    let title = &chosen.pipeline.title;
    let setup = Setup {
        pipeline: Some(chosen.pipeline.id.to_string()),
        pipeline_text: chosen.own.clone(),
        settings: settings(line)?,
        name: line.name.clone(),
        email: line.email.clone(),
        ..founder()
    };
    if visit.global.dry_run {
        voice::say(&visit.out, &format!("dry run: would make a store in {folder} with the pipeline {title}"));
        return Ok(());
    }
    visit.create(&setup)?;
    voice::say(&visit.out, &format!("made a store in {folder} with the pipeline {title}"));
    Ok(())
}

/// The keys of the firm's policy that a line tells, with what was typed for each.
fn settings(line: &Init) -> Result<Vec<(String, String)>, Halt> {
    let flags = [
        ("team.zone", &line.zone),
        ("team.country", &line.country),
        ("team.currency", &line.currency),
        (AT_START, &line.group),
    ];
    let told = flags.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value.clone()?)));
    let mut settings: Vec<_> = told.collect();
    for set in &line.set {
        let (key, value) = set.split_once('=').ok_or_else(|| {
            let hint = "`--set mail.via=smtp`; the keys: lead.toml(5)".to_owned();
            usage(format!("`--set` `{}` is no KEY=VALUE", typed::escape(set)), vec![hint])
        })?;
        settings.push((key.trim().to_owned(), value.trim().to_owned()));
    }
    Ok(settings)
}

/// The pipeline a store begins with.
struct Chosen {
    pipeline: Pipeline,
    /// Its text, where it is a firm's own.
    own: Option<String>,
}

impl Chosen {
    /// A preset, or a file that passes its check.
    fn named(visit: &Visit<'_>, named: &str) -> Result<Self, Halt> {
        let looks_like_file = named.contains('/') || named.ends_with(".toml");
        if !looks_like_file && let Some(preset) = preset(named) {
            return Ok(Self { pipeline: preset.pipeline(), own: None });
        }
        if !looks_like_file && !std::path::Path::new(named).exists() {
            let known = presets().iter().map(|preset| preset.id.as_str());
            let suggestions = near(named, known).into_iter().map(str::to_owned).collect();
            return Err(
                Refusal::NoSuch { thing: Thing::Pipeline, given: named.to_owned(), suggestions }.into()
            );
        }
        let text = text::of_file(named)?;
        match Pipeline::parse(&text) {
            Ok(pipeline) => Ok(Self { pipeline, own: Some(text) }),
            Err(findings) => Err(invalid(visit, named, &findings)),
        }
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
