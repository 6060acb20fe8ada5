//! `lead report`: leads counted by source, stage, age and person, as rows or as a page.

use std::io::Write;
use std::path::Path;

use lead_shared::domain::overview::{Report, ReportView};
use lead_shared::domain::request::Look;
use lead_shared::domain::text::escape;
use lead_shared::domain::view::Row;
use lead_shared::template::page;
use lead_shared::template::report::{Head, ReportWords};

use crate::args::{Format, ReportLine, ReportVerb};
use crate::halt::{Halt, failed, usage};
use crate::render::{self, HEADING, Output, Rows, Shape, What};
use crate::visit::{self, Visit};
use crate::voice;
use crate::whole_file;

/// Prints a report, or writes it into a file.
pub(super) fn report(visit: &mut Visit<'_>, verb: &ReportVerb) -> Result<u8, Halt> {
    let (reports, line): (&[Report], _) = match verb {
        ReportVerb::Sources(line) => (&[Report::Sources], line),
        ReportVerb::Funnel(line) => (&[Report::Funnel], line),
        ReportVerb::Ageing(line) => (&[Report::Ageing], line),
        ReportVerb::People(line) => (&[Report::People], line),
        ReportVerb::All(line) => (&Report::ALL, line),
    };
    let named = line.output.as_deref().filter(|name| *name != "-");
    let form = match (visit.global.asked_format(), named) {
        (None, Some(name)) => Some(by_ending(name)?),
        (asked, _) => asked,
    };
    let mut out = Output { format: form.map(visit::form), ..visit.out.clone() };
    if named.is_some() {
        // A file is no terminal, wherever its name was typed.
        out = Output { terminal: false, width: 0, ..out };
    }
    let is_page = form == Some(Format::Html);
    if reports.len() > 1 && !is_page && out.form() != render::Format::Table {
        let hints = vec!["`lead report all -F html -o FILE`, or one report: `lead report funnel`".to_owned()];
        return Err(usage("all reports together are a page or tables", hints));
    }
    visit.enter()?;
    let fill = |visit: &mut Visit<'_>, sink: &mut dyn Write| match is_page {
        true => write_page(visit, reports, line, sink),
        false => write_rows(visit, &out, reports, line, sink),
    };
    let Some(name) = named else {
        visit.show(fill)?;
        return Ok(0);
    };
    let rehearsed = visit.global.dry_run;
    whole_file::write(name, rehearsed, |sink| fill(visit, sink))?;
    let told =
        if rehearsed { "dry run: the report would be written to" } else { "the report was written to" };
    voice::say(&visit.out, &format!("{told} {}", escape(name)));
    Ok(0)
}

/// The form that a file's ending says.
///
/// # Errors
/// An ending that says none.
fn by_ending(name: &str) -> Result<Format, Halt> {
    let ending = Path::new(name).extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let form = Format::of_ending(ending).filter(|form| !matches!(form, Format::Vcard | Format::Ics));
    form.ok_or_else(|| {
        let hint = "`-F html`, csv, json, ndjson, tsv or table says it; so does FILE.html".to_owned();
        usage(format!("`{}` does not say in what form to write", escape(name)), vec![hint])
    })
}

fn look(report: Report, line: &ReportLine) -> Look {
    Look::Report {
        report,
        terms: line.terms.terms.clone(),
        since: line.since.clone(),
        until: line.until.clone(),
    }
}

fn write_rows(
    visit: &mut Visit<'_>,
    out: &Output,
    reports: &[Report],
    line: &ReportLine,
    sink: &mut dyn Write,
) -> Result<(), Halt> {
    for (place, report) in reports.iter().enumerate() {
        if reports.len() > 1 {
            let title = format!("{}{}\n", if place > 0 { "\n" } else { "" }, report.name());
            render::paint(sink, HEADING, out.is_colored(), &title)?;
        }
        let what = What::Report(*report);
        let mut count = 0_u64;
        let mut rows = Rows::begin(out, sink, Shape::many(what));
        visit.look(&look(*report, line), &mut |row| {
            count += 1;
            Ok(rows.row(&row)?)
        })?;
        rows.end()?;
        if count == 0 && out.terminal && out.form() == render::Format::Table {
            voice::say(out, crate::words::none(what));
        }
    }
    Ok(())
}

fn write_page(
    visit: &mut Visit<'_>,
    reports: &[Report],
    line: &ReportLine,
    sink: &mut dyn Write,
) -> Result<(), Halt> {
    let mut counted: Vec<(Report, Vec<ReportView>)> = Vec::new();
    for report in reports {
        let mut lines = Vec::new();
        visit.look(&look(*report, line), &mut |row| {
            if let Row::Report(line) = row {
                lines.push(*line);
            }
            Ok(())
        })?;
        counted.push((*report, lines));
    }
    let team = team(visit);
    let clock = visit.clock();
    let head = Head {
        title: None,
        team: team.as_deref(),
        terms: &line.terms.terms,
        since: line.since.as_deref(),
        until: line.until.as_deref(),
        now: &clock.now.to_zoned(clock.zone),
    };
    let page = page(&ReportWords::new(&head, &counted)).map_err(|fault| failed(fault.to_string()))?;
    sink.write_all(page.as_bytes())?;
    Ok(sink.flush()?)
}

/// The firm's name, if it has told one.
fn team(visit: &mut Visit<'_>) -> Option<String> {
    let mut team = None;
    // A file that cannot be read now takes no more than the name from the page.
    let _ = visit.look(&Look::Settings, &mut |row| {
        if let Row::Setting(setting) = row
            && setting.key == "team.name"
        {
            team = Some(setting.value).filter(|name| !name.is_empty());
        }
        Ok(())
    });
    team
}
