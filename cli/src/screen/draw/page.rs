//! Pages over the board: a lead's card, and what the keys do.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use unicode_width::UnicodeWidthStr as _;

use super::foot::wrap;
use super::ink::{BOLD, DIM, PLAIN, put, row};
use crate::render::fit;

const HELP: &[&str] = &[
    "Keys of the board",
    "",
    "← → h l    another column",
    "↑ ↓ k j    another card",
    "PgUp PgDn  a page of cards; Ctrl-U, Ctrl-D: half of one",
    "g G        the first card, the last",
    "Tab        the next column, then the first",
    "p          the next pipeline",
    "Enter      all about the card",
    "",
    "m          move it to a column that is lit: ← → or 1-9, then Enter",
    "c          claim it",
    "w          keep a claim for good",
    "R          give back a claim or ownership",
    "a          assign it",
    "o          log a call, a mail, a visit …",
    "s          schedule the next contact",
    "n          write a note",
    "t          set and remove tags",
    "C          make a customer of it",
    "u          undo your last change; it asks",
    "U          undo your last one of this card",
    "",
    "/          search the cards",
    "f          filter: terms as of lead list",
    "r Ctrl-L   look again, draw anew",
    "Ctrl-Z     to the shell, until fg",
    "q Ctrl-C   quit",
    "",
    "overdue    the next contact is late",
    "today      it is today",
    "upcoming   it is in a day or two",
];

/// Draws what the keys do.
pub(super) fn help(top: &mut usize, area: Rect, buffer: &mut Buffer) {
    page(HELP.iter().map(|line| (*line).to_owned()), top, area, buffer);
}

/// Draws a lead's card.
pub(super) fn card(lines: &[String], top: &mut usize, area: Rect, buffer: &mut Buffer) {
    page(lines.iter().cloned(), top, area, buffer);
}

/// Draws lines from `top` on, which is kept within them; the first is a heading.
fn page(text: impl Iterator<Item = String>, top: &mut usize, area: Rect, buffer: &mut Buffer) {
    let wide = usize::from(area.width);
    let lines: Vec<String> = text.flat_map(|line| laid(&line, wide)).collect();
    let room = usize::from(area.height).saturating_sub(1);
    *top = (*top).min(lines.len().saturating_sub(room));
    for (at, line) in lines.iter().skip(*top).take(room).enumerate() {
        if let Some(place) = row(area, at) {
            put(buffer, place, 0, line, if at == 0 && *top == 0 { BOLD } else { PLAIN });
        }
    }
    let below = lines.len().saturating_sub(*top + room);
    let more = if below > 0 { format!("{below} lines below  ") } else { String::new() };
    if let Some(last) = row(area, room) {
        put(buffer, last, 0, &fit(&format!("{more}↑↓ scroll  Esc back"), wide), DIM);
    }
}

/// A line as it stands where it fits; one that is wider goes on below its second part.
fn laid(line: &str, wide: usize) -> Vec<String> {
    if line.width() <= wide {
        return vec![line.to_owned()];
    }
    let text = line.trim_start();
    let behind = text.find("  ").map(|gap| &text[gap..]).map(str::trim_start).filter(|rest| !rest.is_empty());
    match behind.map(|rest| line.split_at(line.len() - rest.len())) {
        Some((head, rest)) if head.width() <= wide * 2 / 3 => {
            let indent = " ".repeat(head.width());
            let parts = wrap(rest, wide - head.width()).into_iter().enumerate();
            parts.map(|(at, part)| format!("{}{part}", if at == 0 { head } else { &indent })).collect()
        }
        _ => wrap(line, wide),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_goes_on_below_its_second_part() {
        for (line, wide, lines) in [
            ("  Stage  New", 12, &["  Stage  New"][..]),
            ("  Date  Fri 2026 overdue", 16, &["  Date  Fri 2026", "        overdue"]),
            ("a long heading  x", 9, &["a long", "heading x"]),
            ("plain words", 6, &["plain", "words"]),
        ] {
            assert_eq!(laid(line, wide), lines, "{line}");
        }
    }
}
