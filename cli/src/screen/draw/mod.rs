//! The screen drawn: a title, the columns, what is said, and the keys.
//!
//! Draws what is seen and no more, so that a board of many thousand cards costs no more than a small
//! one. Every colour stands beside a word; without colour there is bold, dim and reversed type.

mod columns;
mod foot;
mod ink;
mod page;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::keys::shown_terms;
use super::state::{Link, Mode, Screen};
use crate::render::fit;
use ink::{BOLD, DIM, PLAIN, put};

/// No board is drawn in less room.
const LEAST: (u16, u16) = (20, 6);
/// After so many seconds without a word from the store it is said.
const SILENT: u32 = 3;

/// Draws the screen.
pub(super) fn screen(screen: &mut Screen, frame: &mut Frame<'_>) {
    let area = frame.area();
    let buffer = frame.buffer_mut();
    if area.width < LEAST.0 || area.height < LEAST.1 {
        let said = format!("too small for the board: {} x {} at least; q quits", LEAST.0, LEAST.1);
        return foot::lines(&foot::wrap(&said, area.width.into()), area, buffer, PLAIN);
    }
    match &mut screen.mode {
        Mode::Card { lines, top, .. } => return page::card(lines, top, area, buffer),
        Mode::Help { top } => return page::help(top, area, buffer),
        _ => {}
    }
    let foot = foot::Foot::of(screen, area);
    let body = Rect { y: area.y + 1, height: area.height - 1 - foot.height(), ..area };
    title(screen, Rect { height: 1, ..area }, buffer);
    columns::draw(screen, body, buffer);
    let below = Rect { y: body.bottom(), height: foot.height(), ..area };
    if let Some(cursor) = foot.draw(below, buffer, screen.colored) {
        frame.set_cursor_position(cursor);
    }
}

/// The pipeline, how many cards are seen, the filter, and whether it is live.
fn title(screen: &Screen, area: Rect, buffer: &mut Buffer) {
    let wide = usize::from(area.width);
    let is_silent = screen.silent_for >= SILENT;
    let live = match screen.link {
        _ if is_silent => "no answer",
        Link::Daemon => "live",
        Link::Direct => "live, no leadd",
        Link::Away(_) => "not live",
    };
    let board = &screen.board;
    let name = board.lanes().get(board.column()).map_or("", |lane| lane.column.title.as_str());
    let leads = match board.count() {
        1 => "1 lead".to_owned(),
        count => format!("{count} leads"),
    };
    let mut said = format!("{name}, {leads}");
    let (sheet, sheets) = board.sheets();
    if sheets > 1 {
        said = format!("{said}, pipeline {sheet} of {sheets}");
    }
    if !screen.terms.is_empty() {
        said = format!("{said}, only {}", shown_terms(&screen.terms));
    }
    let left = fit(&said, wide.saturating_sub(live.len() + 2).max(1));
    put(buffer, area, 0, &left, BOLD);
    let style = if is_silent || matches!(screen.link, Link::Away(_)) { BOLD } else { DIM };
    put(buffer, area, wide.saturating_sub(live.len()), live, style);
}

#[cfg(test)]
mod tests;
