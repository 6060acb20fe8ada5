//! What is wrong at one place of a text somebody wrote.

use std::fmt;

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
    /// What is wrong: lower case, literals in backticks, no final period.
    pub message: String,
    /// What to write instead.
    pub hints: Vec<String>,
}

impl Finding {
    pub(super) fn at(text: &str, offset: usize, message: impl Into<String>) -> Self {
        let (line, column) = position(text, offset);
        Self { line, column, message: message.into(), hints: Vec::new() }
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.message)
    }
}

/// The line and the column, both from 1, of the byte at `offset`; a byte order mark at the
/// beginning has no width.
pub(super) fn position(text: &str, offset: usize) -> (u32, u32) {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let before = &text[..offset];
    let line = before.matches('\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let column = before[start..].trim_start_matches('\u{feff}').chars().count() + 1;
    (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_from_one_and_in_characters() {
        let text = "\u{feff}ab\r\nüx\n";
        for (offset, place) in [
            (0, (1, 1)),
            (3, (1, 1)),
            (4, (1, 2)),
            (7, (2, 1)),
            (8, (2, 1)),
            (9, (2, 2)),
            (11, (3, 1)),
            (99, (3, 1)),
        ] {
            assert_eq!(position(text, offset), place, "{offset}");
        }
        assert_eq!(position("", 0), (1, 1));
    }
}
