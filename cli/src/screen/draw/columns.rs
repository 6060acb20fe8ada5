//! The columns side by side: as many as can be read, and what stands to their left and right.
//!
//! A column is its name and count, a rule, and cards of two lines each. While a card is moved, only the
//! columns it may go to are lit, each under the name of its move.

use lead_shared::domain::text::{contains, fold};
use lead_shared::domain::view::LeadView;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::ink::{self, BOLD, CHOSEN, DIM, FOUND, PLAIN, put, row};
use crate::render::{fit, under};
use crate::screen::asking::Asking;
use crate::screen::state::{Choice, Mode, Screen};

/// No column is narrower while several stand side by side.
const LEAST: usize = 15;
/// In less room than this one column stands alone.
const ALONE: usize = 3 * (LEAST + 1) - 1;
/// Lines of a card.
const CARD: usize = 2;
/// Lines above the cards: the name and the rule.
const HEAD: usize = 2;

/// In no more lines than this, every one is for a card.
const LOW: u16 = 4;

/// How many cards of a column there is room for; where there are more, a line beside them tells how many.
fn room(screen: &Screen, area: Rect) -> usize {
    let lines = usize::from(area.height).saturating_sub(HEAD);
    let lanes = &screen.board.lanes()[screen.board.sheet()];
    let all_fit = lanes.iter().all(|lane| lane.leads.len() * CARD <= lines);
    let kept = usize::from(!all_fit && area.height > LOW);
    (lines - kept.min(lines)) / CARD
}

/// How many columns stand side by side.
fn side_by_side(columns: usize, wide: usize) -> usize {
    if wide < ALONE { 1 } else { ((wide + 1) / (LEAST + 1)).clamp(1, columns.max(1)) }
}

/// Draws the columns of the pipeline that is seen.
pub(super) fn draw(screen: &mut Screen, area: Rect, buffer: &mut Buffer) {
    let sheet = screen.board.sheet();
    let count = side_by_side(sheet.len(), area.width.into());
    let has_more = count < sheet.len() && area.height > LOW;
    let area =
        if has_more { Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area } } else { area };
    let cards = room(screen, area);
    let target = match &screen.mode {
        Mode::Moving { open: Some(open), at, .. } => open.get(*at).map(|choice| choice.column),
        _ => None,
    };
    screen.board.fit(count, cards, target);
    let seen = screen.board.seen();
    if has_more {
        let neighbours = Rect { y: area.y - 1, height: 1, ..area };
        beside(screen, neighbours, buffer);
    }
    let room = usize::from(area.width) + 1;
    for (place, column) in seen.enumerate() {
        // The rest of the width is shared out from the left.
        let (from, to) = (room * place / count, room * (place + 1) / count);
        let x = area.x + u16::try_from(from).unwrap_or_default();
        let width = u16::try_from(to - from - 1).unwrap_or_default();
        lane(screen, column, Rect { x, width, ..area }, buffer);
        for line in 0..area.height.saturating_sub(1) {
            if place + 1 < count {
                put(buffer, Rect { x: x + width, y: area.y + line, width: 1, height: 1 }, 0, "│", DIM);
            }
        }
    }
}

/// Names the columns to the left and to the right of those that are seen.
fn beside(screen: &Screen, area: Rect, buffer: &mut Buffer) {
    let (sheet, seen) = (screen.board.sheet(), screen.board.seen());
    let half = usize::from(area.width) / 2;
    let label = |column: usize| screen.board.lanes()[column].column.label.as_str();
    let named = |nearest: usize, more: usize| match more {
        0 => label(nearest).to_owned(),
        more => format!("{}, {more} more", label(nearest)),
    };
    if seen.start > sheet.start {
        let said = format!("‹ {}", named(seen.start - 1, seen.start - 1 - sheet.start));
        put(buffer, area, 0, &fit(&said, half.saturating_sub(1)), DIM);
    }
    if seen.end < sheet.end {
        let said = fit(&named(seen.end, sheet.end - seen.end - 1), half.saturating_sub(2));
        let said = format!("{said} ›");
        let at = usize::from(area.width).saturating_sub(unicode_width::UnicodeWidthStr::width(said.as_str()));
        put(buffer, area, at, &said, DIM);
    }
}

fn lane(screen: &Screen, column: usize, area: Rect, buffer: &mut Buffer) {
    let lane = &screen.board.lanes()[column];
    let wide = usize::from(area.width);
    let is_here = screen.board.column() == column;
    let (top, chosen) = screen.board.stand(column);
    let lights = Lights::of(screen, column);
    let count = format!(" ({})", lane.leads.len());
    let label = fit(&lane.column.label, wide.saturating_sub(count.len()).max(1));
    let name = if lights.is_off {
        DIM
    } else if is_here || lights.choice.is_some() {
        BOLD
    } else {
        PLAIN
    };
    put(buffer, area, 0, &fit(&format!("{label}{count}"), wide), name);
    let Some(rule) = row(area, 1) else { return };
    match &lights.choice {
        Some((choice, true)) => put(buffer, rule, 0, &padded(&format!("▶ {}", choice.name), wide), CHOSEN),
        Some((choice, false)) => put(buffer, rule, 0, &fit(&format!("▷ {}", choice.name), wide), BOLD),
        None => {
            let line = if is_here && !lights.is_moving { "━" } else { "─" };
            let above = if top > 0 { format!(" {top} above ") } else { String::new() };
            let rest = wide.saturating_sub(above.len() + 2);
            let style = if lights.is_off { DIM } else { PLAIN };
            put(buffer, rule, 0, &format!("{}{above}{}", line.repeat(2), line.repeat(rest)), style);
        }
    }
    let room = room(screen, area);
    let needle = needle(screen);
    for (place, lead) in lane.leads.iter().enumerate().skip(top).take(room) {
        let Some(first) = row(area, HEAD + (place - top) * CARD) else { break };
        let is_chosen = place == chosen && is_here;
        let is_held = matches!(&screen.mode, Mode::Moving { held, .. } if held.id == lead.id);
        let look = Look {
            marked: is_chosen || is_held,
            off: lights.is_off && !is_held,
            found: needle.as_deref().is_some_and(|needle| contains(&lead.name, needle)),
        };
        card(lead, &look, first, buffer, screen.colored);
    }
    let below = lane.leads.len().saturating_sub(top + room);
    if let Some(last) =
        row(area, usize::from(area.height).saturating_sub(1)).filter(|_| below > 0 && area.height > LOW)
    {
        put(buffer, last, 1, &format!("{below} below"), DIM);
    }
    if let Some(line) = row(area, HEAD).filter(|_| is_here && screen.board.count() == 0) {
        put(
            buffer,
            line,
            0,
            &fit(if screen.terms.is_empty() { "no leads yet" } else { "no lead matches" }, wide),
            DIM,
        );
    }
}

/// How a column is lit.
struct Lights<'a> {
    /// A card is being moved.
    is_moving: bool,
    /// It may not go here.
    is_off: bool,
    /// The move that leads here, and whether it is the chosen one.
    choice: Option<(&'a Choice, bool)>,
}

impl<'a> Lights<'a> {
    fn of(screen: &'a Screen, column: usize) -> Self {
        let Mode::Moving { open, at, .. } = &screen.mode else {
            return Self { is_moving: false, is_off: false, choice: None };
        };
        let open = open.as_deref().unwrap_or_default();
        let chosen = open.get(*at).filter(|choice| choice.column == column).map(|choice| (choice, true));
        let other = || open.iter().find(|choice| choice.column == column).map(|choice| (choice, false));
        let choice = chosen.or_else(other);
        Self { is_moving: true, is_off: choice.is_none(), choice }
    }
}

/// How a card looks.
struct Look {
    marked: bool,
    off: bool,
    found: bool,
}

fn card(lead: &LeadView, look: &Look, area: Rect, buffer: &mut Buffer, colored: bool) {
    let wide = usize::from(area.width).saturating_sub(1);
    let base = match (look.marked, look.off) {
        (true, _) => CHOSEN,
        (false, true) => DIM,
        (false, false) => PLAIN,
    };
    let name = fit(&format!("{} {}", lead.id, lead.name), wide);
    let style = if look.found { base.patch(FOUND) } else { base };
    put(buffer, area, 0, if look.marked { ">" } else { " " }, base);
    put(buffer, area, 1, &if look.marked { padded(&name, wide) } else { name }, style);
    let second = Rect { y: area.y + 1, ..area };
    if look.marked {
        put(buffer, second, 0, &padded("", wide + 1), base);
    }
    let mut at = 0;
    for (text, style) in under(lead, wide + 1).unwrap_or_default() {
        let painted = match (style, look.marked, look.off) {
            (Some(style), false, false) => ink::ink(style, colored),
            (None, false, false) => DIM,
            _ => base,
        };
        put(buffer, second, at, &text, painted);
        at += unicode_width::UnicodeWidthStr::width(text.as_str());
    }
}

/// What is searched for, while it is typed.
fn needle(screen: &Screen) -> Option<String> {
    match &screen.mode {
        Mode::Typing { asking: Asking::Search, line, .. } => {
            Some(fold(line.text().trim())).filter(|needle| !needle.is_empty())
        }
        _ => None,
    }
}

/// The text with blanks up to the width.
fn padded(text: &str, wide: usize) -> String {
    let text = fit(text, wide);
    let blanks = wide.saturating_sub(unicode_width::UnicodeWidthStr::width(text.as_str()));
    text + &" ".repeat(blanks)
}
