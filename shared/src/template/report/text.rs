//! A part as text: aligned columns, and a plain bar where there is room.

use super::line::LineWords;
use crate::domain::chart::{Ink, bar};
use crate::domain::clean::cut;

/// No line of a mail should be longer.
const WIDTH: usize = 76;
/// The longest bar, and the shortest where there is a longest.
const BAR: std::ops::RangeInclusive<usize> = 8..=24;
/// Characters of a name.
const NAME: usize = 28;
/// Stands between two columns.
const GAP: &str = "  ";

/// The lines below these headings; the first column to the left, the others, numbers, to the right. Of a
/// bar in `two` pieces the first is dark, of another all of it.
pub(super) fn table(heads: &[&str], lines: &[LineWords], two: bool) -> String {
    let cell = |line: &LineWords, at: usize| cut(line.cells.get(at).map_or("", String::as_str), NAME);
    let wide = |text: &str| text.chars().count();
    let is_empty = |at: &usize| *at > 0 && lines.iter().all(|line| cell(line, *at).is_empty());
    let columns: Vec<(usize, usize)> = (0..heads.len())
        .filter(|at| !is_empty(at))
        .map(|at| {
            (at, lines.iter().map(|line| wide(&cell(line, at))).chain([wide(heads[at])]).max().unwrap_or(0))
        })
        .collect();
    let taken: usize = columns.iter().map(|(_, width)| width + GAP.len()).sum();
    let room = WIDTH.saturating_sub(taken).min(*BAR.end());
    let total = |line: &LineWords| line.pieces.iter().map(|piece| piece.count).sum::<u64>();
    let most = lines.iter().map(total).max().unwrap_or(0);
    let mut text = String::new();
    let mut write = |cells: &dyn Fn(usize) -> String, bar: &str| {
        let mut row = String::new();
        for (at, width) in &columns {
            let cell = cells(*at);
            let blanks = " ".repeat(width.saturating_sub(wide(&cell)));
            row += &if *at == 0 { format!("{cell}{blanks}") } else { format!("{GAP}{blanks}{cell}") };
        }
        text += format!("{row}{GAP}{bar}").trim_end();
        text.push('\n');
    };
    write(&|at| heads[at].to_owned(), "");
    for line in lines {
        let dark = line.pieces.iter().filter(|piece| !two || piece.tone == 0).map(|piece| piece.count).sum();
        let drawn =
            if BAR.contains(&room) { bar(dark, total(line), most, room, Ink::Plain) } else { String::new() };
        write(&|at| cell(line, at), &drawn);
    }
    text
}
