//! The foot of the screen: what is said or asked, and the keys that do something now.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::ink::{BOLD, DIM, PLAIN, ink, put, row};
use crate::render::{ERROR, HINT, fit};
use crate::screen::asking::Asking;
use crate::screen::errand::Saying;
use crate::screen::state::{Link, Mode, Screen};
use crate::words::typed;

/// What is said before a line, and how it looks.
type Head = Option<(&'static str, anstyle::Style)>;

/// The foot: lines that are said, a line that is typed, and the keys.
pub(super) struct Foot {
    lines: Vec<(Head, String, Style)>,
    /// The line among them that is typed, and the column of its cursor.
    cursor: Option<(usize, usize)>,
    keys: String,
}

impl Foot {
    /// The foot of a screen, no higher than half of it.
    pub(super) fn of(screen: &Screen, area: Rect) -> Self {
        let wide = usize::from(area.width);
        let mut foot = Self { lines: Vec::new(), cursor: None, keys: keys(&screen.mode, wide) };
        if let Link::Away(said) = &screen.link {
            foot.say(&Saying::Error(format!("{}; trying again", said.message)), wide);
        }
        match &screen.mode {
            Mode::Typing { asking, held, line, words, .. } => {
                let whom =
                    held.as_ref().map(|held| format!(": {} {}", held.id, held.name)).unwrap_or_default();
                foot.plain(&format!("{}{whom}", asking.verb()), wide, BOLD);
                let (seen, cursor) = line.seen(wide.saturating_sub(3));
                foot.cursor = Some((foot.lines.len(), cursor + 2));
                foot.lines.push((None, format!("> {seen}"), PLAIN));
                screen.panel.iter().for_each(|saying| foot.say(saying, wide));
                if *asking == Asking::Search && !line.text().trim().is_empty() {
                    let hits = screen.board.hits(&line.text());
                    let at = hits.iter().position(|hit| *hit == screen.board.here());
                    let found = match at {
                        Some(at) => format!("{} of {}", at + 1, hits.len()),
                        None => "no card has it".to_owned(),
                    };
                    foot.plain(&found, wide, PLAIN);
                }
                let known = if words.is_empty() { asking.usage().to_owned() } else { words.join(", ") };
                foot.plain(&known, wide, DIM);
                if *asking == Asking::Log && !words.is_empty() {
                    foot.plain(asking.usage(), wide, DIM);
                }
            }
            Mode::Moving { held, open, at } => {
                let who = format!("move {} {}", held.id, held.name);
                match open.as_ref().and_then(|open| open.get(*at)) {
                    Some(choice) => {
                        foot.plain(&format!("{who}: {} → {}", choice.name, choice.label), wide, BOLD);
                        let all = open.iter().flatten().enumerate();
                        let all = all.map(|(at, choice)| format!("{} {}", at + 1, choice.name));
                        foot.plain(&all.collect::<Vec<_>>().join(", "), wide, PLAIN);
                    }
                    None => foot.plain(&format!("{who}: asking what is open …"), wide, BOLD),
                }
            }
            Mode::Undoing { change: None, .. } => foot.plain("undo: asking what it would do …", wide, BOLD),
            Mode::Undoing { lines, .. } => {
                lines.iter().for_each(|line| foot.plain(line, wide, PLAIN));
                foot.plain("undo it?", wide, BOLD);
            }
            _ => {}
        }
        if !matches!(screen.mode, Mode::Typing { .. }) {
            screen.panel.iter().for_each(|saying| foot.say(saying, wide));
        }
        foot.shorten(usize::from(area.height) / 2);
        foot
    }

    fn plain(&mut self, text: &str, wide: usize, style: Style) {
        self.lines.extend(wrap(text, wide).into_iter().map(|line| (None, line, style)));
    }

    fn say(&mut self, saying: &Saying, wide: usize) {
        let (head, text) = match saying {
            Saying::Plain(text) => return self.plain(text, wide, PLAIN),
            Saying::Error(text) => (("error:", ERROR), text.clone()),
            Saying::Hint(text) => (("hint:", HINT), typed(text).into_owned()),
        };
        let mut lines = wrap(&format!("{} {text}", head.0), wide).into_iter();
        if let Some(first) = lines.next() {
            let rest = first.strip_prefix(head.0).unwrap_or(&first).to_owned();
            self.lines.push((Some(head), rest, PLAIN));
        }
        self.lines.extend(lines.map(|line| (None, line, PLAIN)));
    }

    /// Leaves lines out where there are too many: the last ones, but of an undo those before the question.
    fn shorten(&mut self, most: usize) {
        let most = most.saturating_sub(1).max(2);
        if self.lines.len() <= most {
            return;
        }
        let keep_last =
            usize::from(self.cursor.is_none() && self.lines.last().is_some_and(|line| line.2 == BOLD));
        let gone = self.lines.len() - most + 1;
        let from = most - 1 - keep_last;
        // A line that is typed is never left out, and what stands over it only where it must be.
        if let Some((line, column)) = self.cursor.filter(|(line, _)| from <= *line) {
            let at = line.min(most - 1);
            drop(self.lines.drain(at..line));
            self.cursor = Some((at, column));
            return self.lines.truncate(most);
        }
        if from == 0 {
            // No room for a line that says no more than this.
            drop(self.lines.drain(1..gone));
            if let Some(last) = self.lines.last_mut() {
                last.1 = format!("… {} more; {}", gone - 1, last.1);
            }
            return;
        }
        self.lines.splice(from..from + gone, [(None, format!("… {gone} lines more"), DIM)]);
    }

    pub(super) fn height(&self) -> u16 {
        u16::try_from(self.lines.len() + 1).unwrap_or(u16::MAX)
    }

    /// Draws it; where the cursor is.
    pub(super) fn draw(&self, area: Rect, buffer: &mut Buffer, colored: bool) -> Option<Position> {
        for (at, (head, text, style)) in self.lines.iter().enumerate() {
            let Some(line) = row(area, at) else { break };
            let mut from = 0;
            if let Some((word, look)) = head {
                put(buffer, line, 0, word, ink(*look, colored));
                from = word.len();
            }
            put(buffer, line, from, text, *style);
        }
        if let Some(last) = row(area, self.lines.len()) {
            put(buffer, last, 0, &self.keys, DIM);
        }
        let (line, column) = self.cursor?;
        let line = row(area, line)?;
        Some(Position { x: line.x.saturating_add(u16::try_from(column).ok()?), y: line.y })
    }
}

/// Lines of text, one below the other.
pub(super) fn lines(lines: &[String], area: Rect, buffer: &mut Buffer, style: Style) {
    for (at, text) in lines.iter().enumerate() {
        if let Some(line) = row(area, at) {
            put(buffer, line, 0, text, style);
        }
    }
}

/// The text in lines of no more than `wide` columns, parted between words where that can be.
pub(super) fn wrap(text: &str, wide: usize) -> Vec<String> {
    let wide = wide.max(1);
    let indent: String = text.chars().take_while(|c| *c == ' ').take(wide / 2).collect();
    let mut lines = vec![indent.clone()];
    let mut is_begun = false;
    for word in text.split_whitespace() {
        let Some(line) = lines.last_mut() else { break };
        let taken = line.width() + usize::from(is_begun);
        if taken + word.width() <= wide {
            if is_begun {
                line.push(' ');
            }
            line.push_str(word);
            is_begun = true;
            continue;
        }
        if is_begun {
            lines.push(indent.clone());
        }
        // A word that is longer than a line is parted wherever the line ends.
        for c in word.chars() {
            let is_full = lines.last().is_some_and(|line| line.width() + c.width().unwrap_or(0) > wide);
            if is_full {
                lines.push(indent.clone());
            }
            if let Some(line) = lines.last_mut() {
                line.push(c);
            }
        }
        is_begun = true;
    }
    lines.into_iter().map(|line| fit(&line, wide)).collect()
}

/// The keys that do something now; as many as there is room for, the last ones always.
fn keys(mode: &Mode, wide: usize) -> String {
    let (all, always): (&[&str], &[&str]) = match mode {
        Mode::Browse => (
            &[
                "Enter card",
                "m move",
                "c claim",
                "o log",
                "s schedule",
                "n note",
                "f filter",
                "/ search",
                "u undo",
            ],
            &["? help", "q quit"],
        ),
        Mode::Moving { .. } => (&["←→ choose", "1-9 choose"], &["Enter moves", "Esc leaves"]),
        Mode::Typing { asking: Asking::Search, .. } => (&["↑↓ others"], &["Enter goes", "Esc back"]),
        Mode::Typing { .. } => (&[], &["Enter does it", "Esc leaves it"]),
        Mode::Undoing { .. } => (&[], &["y yes", "n no"]),
        Mode::Card { .. } | Mode::Help { .. } => (&["↑↓ scroll"], &["Esc back"]),
    };
    let always = always.join("  ");
    let mut shown = String::new();
    for key in all {
        if shown.width() + key.width() + 2 + always.width() <= wide {
            shown = format!("{shown}{key}  ");
        }
    }
    shown + &always
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_parted_between_words_and_within_long_ones() {
        for (text, wide, lines) in [
            ("", 5, &[""][..]),
            ("one two three", 7, &["one two", "three"]),
            ("  one two", 7, &["  one", "  two"]),
            ("abcdefgh ij", 3, &["abc", "def", "gh", "ij"]),
            ("王王王", 4, &["王王", "王"]),
        ] {
            assert_eq!(wrap(text, wide), lines, "{text}");
        }
    }

    fn foot(lines: &[(&str, Style)], typed: Option<usize>) -> Foot {
        let lines = lines.iter().map(|(text, style)| (None, (*text).to_owned(), *style)).collect();
        Foot { lines, cursor: typed.map(|line| (line, 2)), keys: String::new() }
    }

    #[test]
    fn the_least_screen_has_the_line_that_is_typed_and_the_first_of_an_undo() {
        let told = |foot: &Foot| foot.lines.iter().map(|line| line.1.clone()).collect::<Vec<_>>();
        let mut typing =
            foot(&[("log: 4 Person", BOLD), ("日本", BOLD), ("> call", PLAIN), ("x", DIM)], Some(2));
        typing.shorten(3);
        assert_eq!(
            (told(&typing), typing.cursor),
            (vec!["log: 4 Person".into(), "> call".into()], Some((1, 2)))
        );
        let mut undo = foot(&[("a", PLAIN), ("b", PLAIN), ("c", PLAIN), ("undo it?", BOLD)], None);
        undo.shorten(3);
        assert_eq!(told(&undo), ["a", "… 2 more; undo it?"]);
    }

    #[test]
    fn the_keys_that_help_are_always_shown() {
        assert_eq!(keys(&Mode::Browse, 24), "m move  ? help  q quit");
        assert!(keys(&Mode::Browse, 200).contains("u undo  ? help"));
    }
}
