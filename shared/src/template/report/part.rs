//! The parts of a report: what each counts, in which columns, and how its lines are told.

use serde::Serialize;

use super::line::LineWords;
use super::{one_line, text};
use crate::domain::overview::{AgeView, FunnelView, PersonView, Report, ReportView, SourceView, Sum};

/// What is counted, with its lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PartWords {
    /// The report's name, as it is typed.
    pub kind: &'static str,
    /// What people call it.
    pub title: String,
    /// What is counted, in a sentence.
    pub says: &'static str,
    /// What the tones of the bars mean.
    pub legend: Vec<&'static str>,
    /// The columns of its table.
    pub columns: Vec<ColumnWords>,
    /// Its lines.
    pub lines: Vec<LineWords>,
    /// How many lines more there are, where they are not told.
    pub more: usize,
    /// All of it as aligned text, with plain bars.
    pub table: String,
}

/// A column of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ColumnWords {
    /// Its heading.
    pub head: &'static str,
    /// Whether it holds numbers.
    pub number: bool,
}

impl PartWords {
    /// Leaves off what is beyond so many lines.
    pub(super) fn shorten(&mut self, most: usize) {
        self.more = self.lines.len().saturating_sub(most);
        if self.more > 0 {
            self.lines.truncate(most);
            let heads: Vec<&str> = self.columns.iter().map(|column| column.head).collect();
            self.table = text::table(&heads, &self.lines, self.legend.len() == 2);
        }
    }
}

/// What people call a report.
pub(super) const fn title(report: Report) -> &'static str {
    match report {
        Report::Funnel => "Funnel",
        Report::Ageing => "Ageing",
        Report::Sources => "Sources",
        Report::People => "People",
    }
}

const fn says(report: Report) -> &'static str {
    match report {
        Report::Funnel => {
            "How many leads added in this time stand in each stage, how many have come there, and how many \
             of these went on to a later stage."
        }
        Report::Ageing => "How long the leads added in this time have stood where they stand, in days.",
        Report::Sources => "Where the leads added in this time come from, and what became of them.",
        Report::People => "Who has how many leads now, and what they did in this time.",
    }
}

const fn legend(report: Report) -> &'static [&'static str] {
    match report {
        Report::Funnel => &["stand there", "have been there"],
        Report::Ageing => &["up to 1 day", "up to 7 days", "up to 30 days", "up to 90 days", "longer"],
        Report::Sources => &["converted", "not converted"],
        Report::People => &["open", "not open"],
    }
}

/// The headings; the first is of the name, the others are of numbers.
const fn heads(report: Report) -> &'static [&'static str] {
    match report {
        Report::Funnel => &["Stage", "Leads", "Reached", "Of all", "Went on"],
        Report::Ageing => {
            &["Stage", "Leads", "1d", "7d", "30d", "90d", "More", "Median", "P90", "Oldest", "Lead"]
        }
        Report::Sources => &["Source", "Leads", "Converted", "Rate", "Deals", "Won", "Value"],
        Report::People => &["Person", "Leads", "Open", "Overdue", "Contacts", "Converted"],
    }
}

/// The parts of a report: one, or where leads are counted by stage one for each pipeline.
pub(super) fn of(report: Report, lines: &[ReportView]) -> Vec<PartWords> {
    let of_one = |left: &ReportView, right: &ReportView| pipeline(left) == pipeline(right);
    let groups: Vec<&[ReportView]> = lines.chunk_by(of_one).collect();
    let several = groups.len() > 1;
    let groups = if groups.is_empty() { vec![lines] } else { groups };
    let part = |lines: &[ReportView]| {
        let told: Vec<LineWords> = told(lines);
        let heads = heads(report);
        PartWords {
            kind: report.name(),
            title: match lines.first().and_then(pipeline).filter(|_| several) {
                Some(pipeline) => format!("{}: {}", title(report), one_line(pipeline)),
                None => title(report).to_owned(),
            },
            says: says(report),
            legend: legend(report).to_vec(),
            columns: heads
                .iter()
                .enumerate()
                .map(|(at, head)| ColumnWords { head, number: at > 0 })
                .collect(),
            table: text::table(heads, &told, legend(report).len() == 2),
            lines: told,
            more: 0,
        }
    };
    groups.into_iter().map(part).collect()
}

fn pipeline(line: &ReportView) -> Option<&str> {
    match line {
        ReportView::Funnel(one) => Some(one.pipeline.as_str()),
        ReportView::Age(one) => Some(one.pipeline.as_str()),
        ReportView::Source(_) | ReportView::Person(_) => None,
    }
}

fn told(lines: &[ReportView]) -> Vec<LineWords> {
    let longest = |line: &ReportView| match line {
        ReportView::Funnel(one) => one.reached,
        ReportView::Age(one) => one.leads,
        ReportView::Source(one) => one.leads,
        ReportView::Person(one) => one.leads,
    };
    let most = lines.iter().map(longest).max().unwrap_or(0);
    let weeks = lines.iter().flat_map(|line| match line {
        ReportView::Person(one) => one.weeks.as_slice(),
        _ => &[],
    });
    let busiest = weeks.copied().max().unwrap_or(0);
    let line = |line: &ReportView| match line {
        ReportView::Funnel(one) => funnel(one, most),
        ReportView::Age(one) => ageing(one, most),
        ReportView::Source(one) => source(one, most),
        ReportView::Person(one) => person(one, most).with_weeks(&one.weeks, busiest),
    };
    lines.iter().map(line).collect()
}

fn funnel(one: &FunnelView, most: u64) -> LineWords {
    let cells = vec![
        one_line(&one.label),
        one.leads.to_string(),
        one.reached.to_string(),
        format!("{}%", one.percent),
        one.onward.map(|onward| format!("{onward}%")).unwrap_or_default(),
    ];
    let said = format!("{}, {}%", one.reached, one.percent);
    LineWords::new(cells, said, &[one.leads, one.reached.saturating_sub(one.leads)], most)
}

fn ageing(one: &AgeView, most: u64) -> LineWords {
    let days = |days: Option<u64>| days.map(|days| days.to_string()).unwrap_or_default();
    let mut cells = vec![one_line(&one.label), one.leads.to_string()];
    cells.extend(one.classes().iter().map(u64::to_string));
    cells.extend([days(one.median_days), days(one.p90_days), days(one.oldest_days)]);
    cells.push(one.oldest.map(|lead| format!("#{lead}")).unwrap_or_default());
    let said = match one.median_days {
        Some(1) => format!("{}, median 1 day", one.leads),
        Some(median) => format!("{}, median {median} days", one.leads),
        None => one.leads.to_string(),
    };
    LineWords::new(cells, said, &one.classes(), most)
}

fn source(one: &SourceView, most: u64) -> LineWords {
    let sum = |sum: &Sum| format!("{} {}", sum.amount, sum.currency);
    let cells = vec![
        one.source.as_deref().map_or_else(|| "none".to_owned(), one_line),
        one.leads.to_string(),
        one.converted.to_string(),
        format!("{}%", one.percent),
        one.deals.to_string(),
        one.won.to_string(),
        one.value.iter().chain(&one.other_values).map(sum).collect::<Vec<_>>().join(", "),
    ];
    let said = format!("{}, {}% converted", one.leads, one.percent);
    LineWords::new(cells, said, &[one.converted, one.leads.saturating_sub(one.converted)], most)
}

fn person(one: &PersonView, most: u64) -> LineWords {
    let name = one.user.as_ref().map_or_else(|| "nobody".to_owned(), |login| one_line(login.as_str()));
    let counts = [one.leads, one.open, one.overdue, one.contacts, one.converted];
    let cells = std::iter::once(name).chain(counts.iter().map(u64::to_string)).collect();
    let said = format!("{}, {} open", one.leads, one.open);
    LineWords::new(cells, said, &[one.open, one.leads.saturating_sub(one.open)], most)
}
