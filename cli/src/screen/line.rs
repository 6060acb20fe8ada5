//! A line that is being typed: its text and the place of the cursor.
//!
//! What cannot be seen never gets in: control characters of a pasted text become blanks.

use lead_shared::domain::text::is_unsafe;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use unicode_width::UnicodeWidthChar as _;

/// No line is longer; characters. A note may have as many bytes.
const LONGEST: usize = 16 * 1024;

/// A line that is being typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    typed: Vec<char>,
    cursor: usize,
}

impl Line {
    /// A line that has this text, the cursor behind it.
    pub(super) fn of(text: &str) -> Self {
        let mut line = Self::default();
        line.paste(text);
        line
    }

    pub(super) fn text(&self) -> String {
        self.typed.iter().collect()
    }

    /// Puts a text in where the cursor is.
    pub(super) fn paste(&mut self, text: &str) {
        let text = text.replace("\r\n", "\n");
        for c in text.trim_end_matches('\n').chars() {
            self.put(if is_unsafe(c) { ' ' } else { c });
        }
    }

    fn put(&mut self, c: char) {
        if self.typed.len() < LONGEST {
            self.typed.insert(self.cursor, c);
            self.cursor += 1;
        }
    }

    /// Does what a key says; false when it says nothing to a line.
    pub(super) fn key(&mut self, key: KeyEvent) -> bool {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Char('a') if control => self.cursor = 0,
            KeyCode::Char('e') if control => self.cursor = self.typed.len(),
            KeyCode::Char('u') if control => drop(self.typed.drain(..std::mem::take(&mut self.cursor))),
            KeyCode::Char('k') if control => self.typed.truncate(self.cursor),
            KeyCode::Char('w') if control => self.rub_word(),
            KeyCode::Char(c) if !control => self.put(c),
            KeyCode::Backspace => {
                if let Some(before) = self.cursor.checked_sub(1) {
                    self.typed.remove(before);
                    self.cursor = before;
                }
            }
            KeyCode::Delete if self.cursor < self.typed.len() => drop(self.typed.remove(self.cursor)),
            KeyCode::Left => self.cursor = self.cursor.saturating_sub(1),
            KeyCode::Right => self.cursor = (self.cursor + 1).min(self.typed.len()),
            KeyCode::Home => self.cursor = 0,
            KeyCode::End => self.cursor = self.typed.len(),
            _ => return false,
        }
        true
    }

    fn rub_word(&mut self) {
        let is_blank = |c: &char| c.is_whitespace();
        let before = &self.typed[..self.cursor];
        let word_end = before.iter().rposition(|c| !is_blank(c)).map_or(0, |at| at + 1);
        let start = before[..word_end].iter().rposition(is_blank).map_or(0, |at| at + 1);
        self.typed.drain(start..self.cursor);
        self.cursor = start;
    }

    /// What is seen of it in so many columns, and in which of them the cursor is.
    pub(super) fn seen(&self, wide: usize) -> (String, usize) {
        let width = |c: &char| c.width().unwrap_or(0);
        let mut start = 0;
        let mut before: usize = self.typed[..self.cursor].iter().map(width).sum();
        while before >= wide.max(1) && start < self.cursor {
            before -= width(&self.typed[start]);
            start += 1;
        }
        let mut taken = 0;
        let seen = self.typed[start..].iter().take_while(|c| {
            taken += width(c);
            taken <= wide
        });
        (seen.collect(), before)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(line: &mut Line, code: KeyCode, modifiers: KeyModifiers) {
        assert!(line.key(KeyEvent::new(code, modifiers)), "{code:?}");
    }

    #[test]
    fn a_line_is_typed_and_mended() {
        let mut line = Line::of("call Kim");
        press(&mut line, KeyCode::Home, KeyModifiers::NONE);
        press(&mut line, KeyCode::Delete, KeyModifiers::NONE);
        press(&mut line, KeyCode::Char('C'), KeyModifiers::SHIFT);
        assert_eq!(line.text(), "Call Kim");
        press(&mut line, KeyCode::End, KeyModifiers::NONE);
        press(&mut line, KeyCode::Backspace, KeyModifiers::NONE);
        press(&mut line, KeyCode::Char('w'), KeyModifiers::CONTROL);
        assert_eq!(line.text(), "Call ");
        press(&mut line, KeyCode::Char('王'), KeyModifiers::NONE);
        press(&mut line, KeyCode::Left, KeyModifiers::NONE);
        press(&mut line, KeyCode::Char('k'), KeyModifiers::CONTROL);
        press(&mut line, KeyCode::Char('u'), KeyModifiers::CONTROL);
        assert_eq!(line, Line::default());
        assert!(!line.key(KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE)));
        for code in [KeyCode::Backspace, KeyCode::Left, KeyCode::Right] {
            press(&mut line, code, KeyModifiers::NONE);
        }
    }

    #[test]
    fn what_is_pasted_is_one_line_without_controls() {
        assert_eq!(Line::of("one\r\ntwo\x1b[31m\u{202e}three\n").text(), "one two [31m three");
        assert_eq!(Line::of(&"x".repeat(LONGEST + 5)).text().len(), LONGEST);
    }

    #[test]
    fn the_cursor_is_always_seen() {
        let mut line = Line::of("王王王王王");
        assert_eq!(line.seen(20), ("王王王王王".to_owned(), 10));
        assert_eq!(line.seen(6), ("王王".to_owned(), 4));
        press(&mut line, KeyCode::Home, KeyModifiers::NONE);
        assert_eq!(line.seen(5), ("王王".to_owned(), 0));
        assert_eq!(line.seen(0), (String::new(), 0));
    }
}
