//! How letters look, and how they get into the buffer.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};

pub(super) const PLAIN: Style = Style::new();
pub(super) const BOLD: Style = Style::new().add_modifier(Modifier::BOLD);
pub(super) const DIM: Style = Style::new().add_modifier(Modifier::DIM);
pub(super) const CHOSEN: Style = Style::new().add_modifier(Modifier::REVERSED);
pub(super) const FOUND: Style = Style::new().add_modifier(Modifier::UNDERLINED);

/// The style of the output that is printed, drawn.
pub(super) fn ink(style: anstyle::Style, colored: bool) -> Style {
    let mut drawn = Style::new();
    if style.get_effects().contains(anstyle::Effects::BOLD) {
        drawn = drawn.add_modifier(Modifier::BOLD);
    }
    match style.get_fg_color().filter(|_| colored) {
        Some(anstyle::Color::Ansi(color)) => drawn.fg(Color::Indexed(color as u8)),
        Some(anstyle::Color::Ansi256(color)) => drawn.fg(Color::Indexed(color.0)),
        _ => drawn,
    }
}

/// Writes into the first line of an area, from a column of it on; what does not fit is cut.
pub(super) fn put(buffer: &mut Buffer, area: Rect, at: usize, text: &str, style: Style) {
    let Some(room) = usize::from(area.width).checked_sub(at).filter(|room| *room > 0 && area.height > 0)
    else {
        return;
    };
    let x = area.x.saturating_add(u16::try_from(at).unwrap_or(u16::MAX));
    buffer.set_stringn(x, area.y, text, room, style);
}

/// A line of an area, none below its end.
pub(super) fn row(area: Rect, at: usize) -> Option<Rect> {
    let at = u16::try_from(at).ok().filter(|at| *at < area.height)?;
    Some(Rect { y: area.y + at, height: 1, ..area })
}
