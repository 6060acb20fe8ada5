//! Lines of a card or of the history folded for a terminal, so that no word is broken where it ends: what
//! goes on stands below what it belongs to.

use std::io;

use textwrap::{Options, WordSeparator, WordSplitter};

/// Folds lines that are wider than so many columns; words that are wider by themselves stay whole.
pub(super) fn fold(lines: &[u8], width: u16) -> io::Result<Vec<u8>> {
    let text = std::str::from_utf8(lines).map_err(io::Error::other)?;
    let width = usize::from(width);
    let mut folded = String::with_capacity(text.len());
    for line in text.lines() {
        if textwrap::core::display_width(line) <= width {
            folded.push_str(line);
        } else {
            let below = " ".repeat(hang(line, width));
            let words = line.trim_start_matches(' ');
            let options = Options::new(width)
                .initial_indent(&line[..line.len() - words.len()])
                .break_words(false)
                .subsequent_indent(&below)
                .word_separator(WordSeparator::AsciiSpace)
                .word_splitter(WordSplitter::NoHyphenation);
            folded.push_str(&textwrap::fill(words, options));
        }
        folded.push('\n');
    }
    Ok(folded.into_bytes())
}

/// The column below which a line goes on: that of its last part within the first three fifths, parts being those
/// that two blanks divide; where it has one alone, two columns behind its own.
fn hang(line: &str, width: usize) -> usize {
    let starts = line.match_indices("  ").map(|(at, _)| {
        let blanks = line[at..].chars().take_while(|c| *c == ' ').count();
        textwrap::core::display_width(&line[..at]) + blanks
    });
    let indent = line.len() - line.trim_start_matches(' ').len();
    starts
        .take_while(|start| *start <= width * 3 / 5)
        .last()
        .filter(|start| *start > indent)
        .unwrap_or(indent + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_on_stands_below_its_part() {
        for (width, line, folded) in [
            (40, "  Stage               Lead", "  Stage               Lead\n"),
            (
                36,
                "  Follow-ups          0 overdue, 1 due today",
                "  Follow-ups          0 overdue, 1\n    due today\n",
            ),
            (
                44,
                "  Follow-ups          0 overdue, 1 due today, 2 later",
                "  Follow-ups          0 overdue, 1 due\n                      today, 2 later\n",
            ),
            (
                36,
                "good  store       26 records, all of them readable",
                "good  store       26 records, all of\n                  them readable\n",
            ),
            (20, "    a_word_that_has_no_blank_in_it", "    a_word_that_has_no_blank_in_it\n"),
            (12, "\u{1b}[1m金金金金\u{1b}[0m 金金", "\u{1b}[1m金金金金\u{1b}[0m\n  金金\n"),
        ] {
            let found = String::from_utf8(fold(line.as_bytes(), width).unwrap()).unwrap();
            assert_eq!(found, folded, "{line}");
        }
    }
}
