//! Tables for people, fitted to the terminal's width (cli.md §4).
//!
//! A page of rows is measured and printed at once; the widths of the first page hold for all, so a
//! long list needs little memory. In a narrow terminal the least important columns go; of those that
//! stay, free text is cut with `…`, and never a number, a date, a stage or an amount. Columns nobody
//! asked for go when they are empty.

use std::io::{self, Write};

use comfy_table::presets::NOTHING;
use comfy_table::{
    Attribute, Cell as Square, CellAlignment, Color, ColumnConstraint, ContentArrangement, Row as Line,
    Table, Width,
};
use jiff::tz::TimeZone;
use lead_shared::domain::badge::Badge;
use lead_shared::domain::chart;
use lead_shared::domain::view::Row;

use super::cell::{self, Cell};
use super::column::{self, Column, TOGETHER};
use super::{Output, cut};

/// Rows a page holds.
const PAGE: usize = 1000;
/// Blanks between two columns.
const GAP: u16 = 2;
/// A text of fewer characters says nothing.
const FEWEST: u16 = 6;
/// No bar is longer.
const LONGEST: u16 = 24;
/// No cell is measured beyond this many characters.
const WIDEST: usize = 1000;

/// The rows of a table that are not printed yet.
pub(super) struct Page {
    columns: Vec<&'static Column>,
    asked: bool,
    zone: TimeZone,
    rows: Vec<Vec<Field>>,
    /// The columns that are shown, and their widths; fixed by the first page.
    fitted: Option<Vec<(usize, u16)>>,
    /// What the longest bar of each column stands for; fixed by the first page.
    most: Vec<u64>,
}

/// A cell of the table.
#[derive(Default)]
struct Field {
    text: String,
    color: Option<Color>,
    chart: Option<Chart>,
}

/// What is drawn once its scale is known.
enum Chart {
    Bar { part: u64, whole: u64 },
    Spark { values: Vec<u64>, own: bool },
}

impl Field {
    fn of(chart: Chart) -> Self {
        Self { text: String::new(), color: Some(Color::Cyan), chart: Some(chart) }
    }
}

impl Chart {
    /// What it takes of its column's scale.
    fn most(&self) -> u64 {
        match self {
            Self::Bar { whole, .. } => *whole,
            Self::Spark { own: true, .. } => 0,
            Self::Spark { values, .. } => values.iter().copied().max().unwrap_or(0),
        }
    }

    fn drawn(&self, most: u64, width: u16, out: &Output) -> String {
        match self {
            Self::Bar { part, whole } => chart::bar(*part, *whole, most, usize::from(width), out.ink),
            Self::Spark { values, own } => {
                let highest = values.iter().copied().max().unwrap_or(0);
                chart::spark(values, if *own { highest } else { most }, out.ink)
            }
        }
    }
}

impl Page {
    pub(super) fn new(out: &Output, columns: &[&'static Column], asked: bool) -> Self {
        let zone = out.zone.clone();
        Self { columns: columns.to_vec(), asked, zone, rows: Vec::new(), fitted: None, most: Vec::new() }
    }

    /// Keeps a row; true when the page is full.
    pub(super) fn add(&mut self, row: &Row) -> bool {
        let cells = self.columns.iter().map(|column| {
            let value = column::cell(row, column.name);
            let text = cut(&cell::shown(&value, &self.zone), WIDEST).into_owned();
            match value {
                Cell::Badge(badge) => Field { text, color: Some(color(badge)), chart: None },
                Cell::Bar { whole: 0, .. } => Field::default(),
                Cell::Bar { part, whole } => Field::of(Chart::Bar { part, whole }),
                Cell::Spark { values, own } => Field::of(Chart::Spark { values, own }),
                _ => Field { text, color: None, chart: None },
            }
        });
        self.rows.push(cells.collect());
        self.rows.len() >= PAGE
    }

    /// Draws the charts, by the scale of the first page, and into the room they have there.
    fn draw(&mut self, out: &Output) {
        let most = |at: usize| self.rows.iter().filter_map(|row| Some(row[at].chart.as_ref()?.most())).max();
        if self.most.is_empty() {
            self.most = (0..self.columns.len()).map(|at| most(at).unwrap_or(0)).collect();
        }
        let draw = |rows: &mut Vec<Vec<Field>>, width: &dyn Fn(usize) -> u16| {
            for (at, field) in rows.iter_mut().flat_map(|row| row.iter_mut().enumerate()) {
                if let Some(chart) = &field.chart {
                    field.text = chart.drawn(self.most[at], width(at), out);
                }
            }
        };
        draw(&mut self.rows, &|_| LONGEST);
        let fitted = self.fitted.get_or_insert_with(|| fit(&self.columns, &self.rows, self.asked, out.width));
        draw(&mut self.rows, &|at| {
            fitted.iter().find(|(shown, _)| *shown == at).map_or(LONGEST, |(_, width)| *width)
        });
    }

    /// Prints what was kept; the heading with the first page.
    pub(super) fn flush(&mut self, sink: &mut dyn Write, out: &Output) -> io::Result<()> {
        if self.rows.is_empty() || self.columns.is_empty() {
            return Ok(());
        }
        let first = self.fitted.is_none();
        self.draw(out);
        let columns = &self.columns;
        let rows = &self.rows;
        let fitted = self.fitted.as_deref().unwrap_or_default();
        let mut table = Table::new();
        table.load_style(NOTHING).force_no_tty().set_content_arrangement(ContentArrangement::Disabled);
        // No text holds it: cells are cut anywhere, never wrapped at a blank.
        table.set_delimiter('\u{0}');
        if out.is_colored() {
            crossterm::style::force_color_output(true);
            table.enforce_styling().style_text_only();
        }
        if first {
            let heads = fitted
                .iter()
                .map(|&(at, _)| Square::new(columns[at].heading()).add_attribute(Attribute::Bold));
            table.set_header(one_high(heads));
        }
        for row in rows {
            table.add_row(one_high(fitted.iter().map(|&(at, _)| {
                let cell = Square::new(&row[at].text);
                row[at].color.map_or(cell.clone(), |color| cell.fg(color))
            })));
        }
        for (column, &(at, width)) in table.column_iter_mut().zip(fitted) {
            column.set_padding((0, GAP));
            if columns[at].number {
                column.set_cell_alignment(CellAlignment::Right);
            }
            column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(width.saturating_add(GAP))));
        }
        for line in table.lines() {
            writeln!(sink, "{}", line.trim_end())?;
        }
        self.rows.clear();
        Ok(())
    }
}

fn one_high(cells: impl Iterator<Item = Square>) -> Line {
    let mut line = Line::from(cells.collect::<Vec<_>>());
    line.max_height(1);
    line
}

fn color(badge: Badge) -> Color {
    match badge {
        Badge::Overdue => Color::Red,
        Badge::Today => Color::Yellow,
        Badge::Upcoming => Color::AnsiValue(214),
    }
}

/// Which columns are shown, and how wide.
fn fit(columns: &[&'static Column], rows: &[Vec<Field>], asked: bool, width: u16) -> Vec<(usize, u16)> {
    let width = u32::from(if width == 0 { 80 } else { width });
    let mut table = Table::new();
    table.set_header(columns.iter().map(|column| column.heading()));
    for row in rows {
        table.add_row(row.iter().map(|field| &field.text));
    }
    let natural = table.column_max_content_widths();
    let says = |at: usize| {
        let mut texts = rows.iter().map(|row| &row[at].text);
        let is_one = columns[at].telling && rows.windows(2).all(|two| two[0][at].text == two[1][at].text);
        texts.any(|text| !text.is_empty()) && !is_one
    };
    let mut shown: Vec<usize> = (0..columns.len()).filter(|&at| asked || at == 0 || says(at)).collect();
    let least = |shown: &[usize], at: usize| {
        let least = match columns[at].least {
            // Beside the first column alone, a text is cut to a few letters before it goes.
            Some(least) if shown.len() == 2 && at != shown[0] => least.min(FEWEST),
            Some(least) => least,
            None => natural[at],
        };
        u32::from(least.min(natural[at]).max(1))
    };
    let taken = |shown: &[usize]| -> u32 {
        shown.iter().map(|&at| least(shown, at) + u32::from(GAP)).sum::<u32>().saturating_sub(u32::from(GAP))
    };
    while shown.len() > 1 && taken(&shown) > width {
        // The first column says which row it is; of the others the last of the highest rank goes.
        let goes = shown.iter().enumerate().skip(1).max_by_key(|&(place, &at)| (rank(columns[at]), place));
        let Some((place, &goes)) = goes else { break };
        match columns[goes].rank {
            TOGETHER => shown.retain(|&at| columns[at].rank != TOGETHER),
            _ => drop(shown.remove(place)),
        }
    }
    // What is left goes a blank at a time to the narrowest column that is still cut, to texts before bars.
    let is_drawn = |at: usize| rows.iter().any(|row| row[at].chart.is_some());
    let mut widths: Vec<(usize, u32)> = shown.iter().map(|&at| (at, least(&shown, at))).collect();
    let mut left = width.saturating_sub(taken(&shown));
    while left > 0 {
        let cut = widths.iter_mut().filter(|(at, wide)| *wide < u32::from(natural[*at]));
        let Some((_, wide)) = cut.min_by_key(|(at, wide)| (is_drawn(*at), *wide)) else { break };
        *wide += 1;
        left -= 1;
    }
    widths.into_iter().map(|(at, wide)| (at, u16::try_from(wide).unwrap_or(u16::MAX))).collect()
}

/// Columns shown on request only go first where there is no room.
fn rank(column: &Column) -> u8 {
    if column.rank == 0 { u8::MAX } else { column.rank }
}
