//! `lead report`: leads counted by source, stage, age and person.

use lead_shared::domain::overview::Report;
use lead_shared::domain::request::Look;

use crate::args::ReportVerb;
use crate::halt::Halt;
use crate::render::{Shape, What};
use crate::visit::Visit;

/// Prints a report.
pub(super) fn report(visit: &mut Visit<'_>, verb: &ReportVerb) -> Result<u8, Halt> {
    let (report, line) = match verb {
        ReportVerb::Sources(line) => (Report::Sources, line),
        ReportVerb::Funnel(line) => (Report::Funnel, line),
        ReportVerb::Ageing(line) => (Report::Ageing, line),
        ReportVerb::People(line) => (Report::People, line),
    };
    let look = Look::Report {
        report,
        terms: line.terms.terms.clone(),
        since: line.since.clone(),
        until: line.until.clone(),
    };
    visit.print(&look, Shape::many(What::Report(report)))?;
    Ok(0)
}
