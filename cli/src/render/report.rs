//! The lines of reports: their columns, and the values under them.
//!
//! The names of the columns are the keys of JSON, as in all other rows.

use std::borrow::Cow;
use std::io;

use lead_shared::domain::overview::{AgeView, Report, ReportView, Sum};

use super::cell::Cell;
use super::column::{Column, TOGETHER, both, table};
use super::json;

const SOURCES: &[Column] = &[
    both("source", 1).cut(12),
    both("leads", 1).number(),
    both("converted", 2).number(),
    both("deals", 4).number(),
    both("won", 4).number(),
    both("value", 2).number(),
    both("other_values", 5).number(),
    both("percent", 2).number().headed("%"),
    table("bar", 3).cut(LEAST).headed(""),
];
const FUNNEL: &[Column] = &[
    both("pipeline", 9).telling(),
    both("stage", 1).cut(12),
    both("leads", 1).number(),
    both("reached", 1).number(),
    both("percent", 2).number(),
    both("onward", 3).number(),
    table("bar", 4).cut(LEAST).headed(""),
];
const AGEING: &[Column] = &[
    both("pipeline", 9).telling(),
    both("stage", 1).cut(12),
    both("leads", 1).number(),
    both("day", TOGETHER).number().headed("1d"),
    both("week", TOGETHER).number().headed("7d"),
    both("month", TOGETHER).number().headed("30d"),
    both("quarter", TOGETHER).number().headed("90d"),
    both("longer", TOGETHER).number().headed("more"),
    both("median_days", 2).number().headed("median"),
    both("oldest_days", 3).number().headed("oldest"),
    both("oldest", 4).number().headed("lead"),
    both("p90_days", 5).number().headed("p90"),
    table("ages", 2),
];
const PEOPLE: &[Column] = &[
    both("user", 1),
    both("leads", 1).number(),
    both("open", 2).number(),
    both("overdue", 2).number(),
    both("contacts", 3).number(),
    both("converted", 4).number(),
    table("weeks", 3),
];
/// No bar is shorter where there is a longest.
const LEAST: u16 = 6;

/// The columns of a report.
pub(super) fn columns(report: Report) -> &'static [Column] {
    match report {
        Report::Sources => SOURCES,
        Report::Funnel => FUNNEL,
        Report::Ageing => AGEING,
        Report::People => PEOPLE,
    }
}

/// The columns that people are shown, in their order.
pub(super) fn shown(report: Report) -> Vec<&'static Column> {
    let order: &[&str] = match report {
        Report::Sources => {
            &["source", "leads", "converted", "percent", "deals", "won", "value", "other_values", "bar"]
        }
        Report::Funnel => &["stage", "pipeline", "leads", "reached", "percent", "onward", "bar"],
        Report::Ageing => &[
            "stage",
            "pipeline",
            "leads",
            "ages",
            "day",
            "week",
            "month",
            "quarter",
            "longer",
            "median_days",
            "p90_days",
            "oldest_days",
            "oldest",
        ],
        Report::People => &["user", "leads", "open", "overdue", "contacts", "weeks", "converted"],
    };
    order.iter().filter_map(|name| columns(report).iter().find(|column| column.name == *name)).collect()
}

/// The value of a column; a stage is its id for a machine and its label for a person.
pub(super) fn cell<'a>(view: &'a ReportView, name: &str) -> Cell<'a> {
    match (view, name) {
        (ReportView::Source(one), "source") => or_none(one.source.as_deref()),
        (ReportView::Source(one), "leads") => Cell::Number(one.leads),
        (ReportView::Source(one), "converted") => Cell::Number(one.converted),
        (ReportView::Source(one), "percent") => Cell::Percent(one.percent),
        (ReportView::Source(one), "bar") => Cell::Bar { part: one.converted, whole: one.leads },
        (ReportView::Source(one), "deals") => Cell::Number(one.deals),
        (ReportView::Source(one), "won") => Cell::Number(one.won),
        (ReportView::Source(one), "value") => sums(one.value.as_slice()),
        (ReportView::Source(one), "other_values") => sums(&one.other_values),
        (ReportView::Funnel(one), "pipeline") => Cell::Text(one.pipeline.as_str()),
        (ReportView::Funnel(one), "stage") => Cell::Stage { id: one.stage.as_str(), label: &one.label },
        (ReportView::Funnel(one), "leads") => Cell::Number(one.leads),
        (ReportView::Funnel(one), "reached") => Cell::Number(one.reached),
        (ReportView::Funnel(one), "percent") => Cell::Percent(one.percent),
        (ReportView::Funnel(one), "onward") => one.onward.map_or(Cell::Empty, Cell::Percent),
        (ReportView::Funnel(one), "bar") => Cell::Bar { part: one.reached, whole: one.reached },
        (ReportView::Age(one), "pipeline") => Cell::Text(one.pipeline.as_str()),
        (ReportView::Age(one), "stage") => Cell::Stage { id: one.stage.as_str(), label: &one.label },
        (ReportView::Age(one), "leads") => Cell::Number(one.leads),
        (ReportView::Age(one), "day") => Cell::Number(one.day),
        (ReportView::Age(one), "week") => Cell::Number(one.week),
        (ReportView::Age(one), "month") => Cell::Number(one.month),
        (ReportView::Age(one), "quarter") => Cell::Number(one.quarter),
        (ReportView::Age(one), "longer") => Cell::Number(one.longer),
        (ReportView::Age(one), "median_days") => Cell::number(one.median_days),
        (ReportView::Age(one), "p90_days") => Cell::number(one.p90_days),
        (ReportView::Age(one), "ages") => ages(one),
        (ReportView::Age(one), "oldest_days") => Cell::number(one.oldest_days),
        (ReportView::Age(one), "oldest") => Cell::number(one.oldest),
        (ReportView::Person(one), "user") => or_none(one.user.as_ref().map(|login| login.as_str())),
        (ReportView::Person(one), "leads") => Cell::Number(one.leads),
        (ReportView::Person(one), "open") => Cell::Number(one.open),
        (ReportView::Person(one), "overdue") => Cell::Number(one.overdue),
        (ReportView::Person(one), "contacts") => Cell::Number(one.contacts),
        (ReportView::Person(one), "converted") => Cell::Number(one.converted),
        (ReportView::Person(one), "weeks") => Cell::Spark { values: one.weeks.clone(), own: false },
        _ => Cell::Empty,
    }
}

/// How the ages of a stage's leads are spread; nothing where there are none.
fn ages(view: &AgeView) -> Cell<'_> {
    if view.leads == 0 { Cell::Empty } else { Cell::Spark { values: view.classes().to_vec(), own: true } }
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
