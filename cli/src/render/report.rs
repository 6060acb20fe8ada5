//! The lines of reports: their columns, and the values under them.
//!
//! The names of the columns are the keys of JSON, as in all other rows.

use std::borrow::Cow;
use std::io;

use lead_shared::domain::overview::{Report, ReportView, Sum};

use super::cell::Cell;
use super::column::{Column, both};
use super::json;

const SOURCES: &[Column] = &[
    both("source", 1).cut(12),
    both("leads", 1).number(),
    both("converted", 2).number(),
    both("deals", 3).number(),
    both("won", 3).number(),
    both("value", 2).number(),
    both("other_values", 4).number(),
];
const FUNNEL: &[Column] = &[
    both("pipeline", 9),
    both("stage", 1),
    both("leads", 1).number(),
    both("reached", 1).number(),
    both("percent", 2).number(),
];
const AGEING: &[Column] = &[
    both("pipeline", 9),
    both("stage", 1),
    both("leads", 1).number(),
    both("day", 3).number(),
    both("week", 3).number(),
    both("month", 3).number(),
    both("quarter", 3).number(),
    both("longer", 3).number(),
    both("median_days", 4).number(),
    both("oldest_days", 2).number(),
    both("oldest", 2).number(),
];
const PEOPLE: &[Column] = &[
    both("user", 1),
    both("leads", 1).number(),
    both("open", 2).number(),
    both("overdue", 2).number(),
    both("contacts", 3).number(),
    both("converted", 3).number(),
];

/// The columns of a report.
pub(super) fn columns(report: Report) -> &'static [Column] {
    match report {
        Report::Sources => SOURCES,
        Report::Funnel => FUNNEL,
        Report::Ageing => AGEING,
        Report::People => PEOPLE,
    }
}

/// The value of a column; a stage is its id for a machine and its label for a person.
pub(super) fn cell<'a>(view: &'a ReportView, name: &str) -> Cell<'a> {
    match (view, name) {
        (ReportView::Source(one), "source") => or_none(one.source.as_deref()),
        (ReportView::Source(one), "leads") => Cell::Number(one.leads),
        (ReportView::Source(one), "converted") => Cell::Number(one.converted),
        (ReportView::Source(one), "deals") => Cell::Number(one.deals),
        (ReportView::Source(one), "won") => Cell::Number(one.won),
        (ReportView::Source(one), "value") => sums(one.value.as_slice()),
        (ReportView::Source(one), "other_values") => sums(&one.other_values),
        (ReportView::Funnel(one), "pipeline") => Cell::Text(one.pipeline.as_str()),
        (ReportView::Funnel(one), "stage") => Cell::Stage { id: one.stage.as_str(), label: &one.label },
        (ReportView::Funnel(one), "leads") => Cell::Number(one.leads),
        (ReportView::Funnel(one), "reached") => Cell::Number(one.reached),
        (ReportView::Funnel(one), "percent") => Cell::Number(one.percent),
        (ReportView::Age(one), "pipeline") => Cell::Text(one.pipeline.as_str()),
        (ReportView::Age(one), "stage") => Cell::Stage { id: one.stage.as_str(), label: &one.label },
        (ReportView::Age(one), "leads") => Cell::Number(one.leads),
        (ReportView::Age(one), "day") => Cell::Number(one.day),
        (ReportView::Age(one), "week") => Cell::Number(one.week),
        (ReportView::Age(one), "month") => Cell::Number(one.month),
        (ReportView::Age(one), "quarter") => Cell::Number(one.quarter),
        (ReportView::Age(one), "longer") => Cell::Number(one.longer),
        (ReportView::Age(one), "median_days") => Cell::number(one.median_days),
        (ReportView::Age(one), "oldest_days") => Cell::number(one.oldest_days),
        (ReportView::Age(one), "oldest") => Cell::number(one.oldest),
        (ReportView::Person(one), "user") => or_none(one.user.as_ref().map(|login| login.as_str())),
        (ReportView::Person(one), "leads") => Cell::Number(one.leads),
        (ReportView::Person(one), "open") => Cell::Number(one.open),
        (ReportView::Person(one), "overdue") => Cell::Number(one.overdue),
        (ReportView::Person(one), "contacts") => Cell::Number(one.contacts),
        (ReportView::Person(one), "converted") => Cell::Number(one.converted),
        _ => Cell::Empty,
    }
}

/// A text, or a word for people where a machine gets nothing.
fn or_none(text: Option<&str>) -> Cell<'_> {
    text.map_or(Cell::Stage { id: "", label: "none" }, Cell::Text)
}

fn sums<'a>(sums: &'a [Sum]) -> Cell<'a> {
    Cell::words::<Cow<'a, str>>(sums.iter().map(|sum| format!("{} {}", sum.amount, sum.currency).into()))
}

/// What a line is called by.
pub(super) fn name(view: &ReportView) -> Cell<'_> {
    match view {
        ReportView::Source(_) => cell(view, "source"),
        ReportView::Funnel(one) => Cell::Text(one.stage.as_str()),
        ReportView::Age(one) => Cell::Text(one.stage.as_str()),
        ReportView::Person(_) => cell(view, "user"),
    }
}

/// Appends the line as one object.
pub(super) fn write(line: &mut Vec<u8>, view: &ReportView) -> io::Result<()> {
    match view {
        ReportView::Source(one) => json::write(line, one),
        ReportView::Funnel(one) => json::write(line, one),
        ReportView::Age(one) => json::write(line, one),
        ReportView::Person(one) => json::write(line, one),
    }
}
