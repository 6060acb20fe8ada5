//! The board: columns side by side for people, each with its count and cards (F2).
//!
//! As many columns stand side by side as the terminal has room for, the others below them in the
//! same order. A card is the number and the name, and under it what fits of the follow-up, the
//! assignee and the value; a value is whole or not there. Scripts get an array of columns.

use std::io::{self, Write};

use anstyle::Style;
use lead_shared::domain::overview::ColumnView;
use lead_shared::domain::pipeline::{PipelineId, StageId, StageKind};
use lead_shared::domain::text;
use lead_shared::domain::view::{LeadView, Row};
use serde::Serialize;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::color::{HEADING, of, paint};
use super::{Format, Output, Shape, What, cell, column, csv, json};

/// No column is narrower while two stand side by side.
const LEAST: usize = 14;
/// No column is wider.
const MOST: usize = 40;
/// Blanks between two columns.
const GAP: usize = 2;

/// A column with its cards.
#[derive(Clone, Debug)]
pub struct Lane {
    /// Which column.
    pub column: ColumnView,
    /// Its leads, due ones first.
    pub leads: Vec<LeadView>,
}

#[derive(Serialize)]
struct LaneJson<'a, L> {
    pipeline: &'a PipelineId,
    stage: &'a StageId,
    label: &'a str,
    kind: StageKind,
    count: usize,
    leads: Vec<L>,
}

/// A piece of a line, and how it is painted.
pub(crate) type Piece = (String, Option<Style>);

/// Writes the board. TSV and CSV have a card a line, its stage first; ids are the cards'.
///
/// # Errors
/// What the sink says; a closed pipe among it.
pub fn write_board(out: &Output, sink: &mut dyn Write, lanes: &[Lane]) -> io::Result<()> {
    let mut line = Vec::new();
    match out.form() {
        Format::Json => {
            for (at, lane) in lanes.iter().enumerate() {
                line.extend_from_slice(if at == 0 { b"[" } else { b",\n " });
                write_lane(&mut line, lane)?;
            }
            line.extend_from_slice(if lanes.is_empty() { b"[]\n" } else { b"]\n" });
        }
        Format::Ndjson => {
            for lane in lanes {
                write_lane(&mut line, lane)?;
                line.push(b'\n');
            }
        }
        Format::Ids => {
            for lead in lanes.iter().flat_map(|lane| &lane.leads) {
                writeln!(line, "{}", lead.id)?;
            }
        }
        Format::Table => write_table(&mut line, out, lanes)?,
        Format::Csv | Format::Tsv => write_plain(&mut line, lanes, out.form())?,
    }
    sink.write_all(&line)?;
    sink.flush()
}

fn write_lane(line: &mut Vec<u8>, lane: &Lane) -> io::Result<()> {
    let column = &lane.column;
    let lane = LaneJson {
        pipeline: &column.pipeline,
        stage: &column.stage,
        label: &column.label,
        kind: column.kind,
        count: lane.leads.len(),
        leads: lane.leads.iter().map(json::listed).collect(),
    };
    json::write(line, &lane)
}

fn write_plain(line: &mut Vec<u8>, lanes: &[Lane], form: Format) -> io::Result<()> {
    let mut columns = column::chosen(&Shape::many(What::Leads), form);
    columns.sort_by_key(|column| column.name != "stage");
    if form == Format::Csv {
        csv::header(line, &columns)?;
    }
    for lead in lanes.iter().flat_map(|lane| &lane.leads) {
        let row = Row::Lead(Box::new(lead.clone()));
        if form == Format::Csv {
            csv::row(line, &row, &columns, false)?;
            continue;
        }
        for (at, column) in columns.iter().enumerate() {
            line.extend_from_slice(if at > 0 { b"\t" } else { b"" });
            cell::write_plain(line, &column::cell(&row, column.name))?;
        }
        line.push(b'\n');
    }
    Ok(())
}

fn write_table(line: &mut Vec<u8>, out: &Output, lanes: &[Lane]) -> io::Result<()> {
    let of_one = |left: &Lane, right: &Lane| left.column.pipeline == right.column.pipeline;
    let several = lanes.iter().any(|lane| !of_one(lane, &lanes[0]));
    for (place, lanes) in lanes.chunk_by(of_one).enumerate() {
        if place > 0 {
            line.push(b'\n');
        }
        if several {
            paint(line, HEADING, out.is_colored(), &text::escape(&lanes[0].column.title))?;
            line.extend_from_slice(b"\n\n");
        }
        let (side_by_side, wide) = layout(lanes.len(), usize::from(out.width));
        for (place, band) in lanes.chunks(side_by_side).enumerate() {
            if place > 0 {
                line.push(b'\n');
            }
            write_band(line, out, band, wide)?;
        }
    }
    Ok(())
}

/// How many columns stand side by side, and how wide each is.
fn layout(columns: usize, width: usize) -> (usize, usize) {
    let width = if width == 0 { 80 } else { width };
    let room = ((width + GAP) / (LEAST + GAP)).clamp(1, columns.max(1));
    let bands = columns.div_ceil(room).max(1);
    let side_by_side = columns.div_ceil(bands).max(1);
    (side_by_side, ((width + GAP) / side_by_side).saturating_sub(GAP).clamp(1, MOST))
}

fn write_band(line: &mut Vec<u8>, out: &Output, lanes: &[Lane], wide: usize) -> io::Result<()> {
    let drawn: Vec<Vec<Vec<Piece>>> = lanes.iter().map(|lane| draw(lane, wide)).collect();
    for place in 0..drawn.iter().map(Vec::len).max().unwrap_or(0) {
        let mut owed = 0;
        for (at, lane) in drawn.iter().enumerate() {
            let pieces = lane.get(place).map_or(&[][..], Vec::as_slice);
            if at > 0 {
                owed += GAP;
            }
            let mut taken = 0;
            for (text, style) in pieces {
                // Blanks are written before what follows them, so that no line ends in one.
                line.resize(line.len() + owed, b' ');
                owed = 0;
                taken += text.width();
                match style {
                    Some(style) => paint(line, *style, out.is_colored(), text)?,
                    None => line.extend_from_slice(text.as_bytes()),
                }
            }
            owed += wide.saturating_sub(taken);
        }
        line.push(b'\n');
    }
    Ok(())
}

/// The lines of a column: its label and count, a rule, and the cards.
fn draw(lane: &Lane, wide: usize) -> Vec<Vec<Piece>> {
    let count = format!(" ({})", lane.leads.len());
    let label = fit(&lane.column.label, wide.saturating_sub(count.width()).max(1));
    let mut lines =
        vec![vec![(fit(&format!("{label}{count}"), wide), Some(HEADING))], vec![("─".repeat(wide), None)]];
    for lead in &lane.leads {
        lines.push(vec![(fit(&format!("{} {}", lead.id, lead.name), wide), None)]);
        lines.extend(under(lead, wide));
    }
    lines
}

/// What fits under a card's name, each whole.
pub(crate) fn under(lead: &LeadView, wide: usize) -> Option<Vec<Piece>> {
    let due = match (lead.badge, lead.follow_up) {
        (Some(badge), _) => Some((badge.word().to_owned(), Some(of(badge)))),
        (None, date) => date.map(|date| (date.to_string(), None)),
    };
    let assignee = lead.assignee.as_ref().map(|login| (text::escape(login.as_str()).into_owned(), None));
    let value = lead.value.map(|value| (format!("{} {}", value.amount(), value.currency()), None));
    let mut pieces: Vec<Piece> = Vec::new();
    let mut taken = 0;
    for (said, style) in [due, assignee, value].into_iter().flatten() {
        let before = if pieces.is_empty() { "  " } else { ", " };
        if taken + before.len() + said.width() <= wide {
            taken += before.len() + said.width();
            pieces.push((before.to_owned(), None));
            pieces.push((said, style));
        }
    }
    (!pieces.is_empty()).then_some(pieces)
}

/// The text on one line and no wider than `wide` columns of the terminal.
pub(crate) fn fit(typed: &str, wide: usize) -> String {
    let shown = text::escape(&typed.replace(['\n', '\t'], " ")).into_owned();
    if shown.width() <= wide {
        return shown;
    }
    let mut taken = 0;
    let mut short: String = shown
        .chars()
        .take_while(|c| {
            taken += c.width().unwrap_or(0);
            taken < wide
        })
        .collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests;
