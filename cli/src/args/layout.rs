//! Lines of help laid out for a width: paragraphs, and words each with a meaning behind them.

use lead_shared::config::Env;

/// No help is wider, and none narrower; columns.
const WIDEST: usize = 80;
const NARROWEST: usize = 20;

/// The columns that help may take: as many as `COLUMNS` says, else as the terminal has.
pub(super) fn width() -> usize {
    let env = Env::of_this_process();
    let said = env.var("COLUMNS").and_then(|columns| columns.to_str()?.parse().ok());
    let width = said.unwrap_or_else(|| usize::from(crate::render::width()));
    if width == 0 { WIDEST } else { width.clamp(NARROWEST, WIDEST) }
}

/// Words, each with its meaning: beside it, or below where the words take more than half of the width.
pub(super) fn entries<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>, width: usize) -> String {
    let pairs: Vec<_> = pairs.into_iter().collect();
    let widest = pairs.iter().map(|(word, _)| word.chars().count()).max().unwrap_or_default();
    let column = 2 + widest + 2;
    let mut text = String::new();
    for (word, meaning) in pairs {
        if 2 * column > width {
            text.push_str(&paragraph(word, 2, width));
            text.push_str(&paragraph(meaning, 6, width));
        } else {
            let below = paragraph(meaning, column, width);
            text.push_str(&format!("  {word:<widest$}  {}", below.trim_start()));
        }
    }
    text
}

/// A text in lines of this width, all of them indented; a word that is longer than that stays whole.
pub(super) fn paragraph(text: &str, indent: usize, width: usize) -> String {
    let margin = " ".repeat(indent);
    let (mut lines, mut line) = (String::new(), String::new());
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        if !line.is_empty() && indent + line.chars().count() + 1 + word.chars().count() > width {
            lines.push_str(&format!("{margin}{line}\n"));
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    format!("{lines}{margin}{line}\n")
}

/// A page whose lines are no longer than this; what goes on in a further line is indented more.
pub(super) fn folded(page: &str, width: usize) -> String {
    let mut text = String::new();
    for line in page.lines() {
        if line.chars().count() <= width {
            text.push_str(line);
            text.push('\n');
            continue;
        }
        let indent = line.chars().take_while(|c| *c == ' ').count();
        let lines = paragraph(line, indent + 4, width);
        text.push_str(&" ".repeat(indent));
        text.push_str(lines.trim_start());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_meaning_stands_beside_its_word_or_below() {
        let pairs =
            [("add", "Add a lead"), ("completions", "Print the script that completes lead in a shell")];
        assert_eq!(
            entries(pairs, 60),
            "  add          Add a lead\n  completions  Print the script that completes lead in a\n               \
             shell\n"
        );
        assert_eq!(
            entries(pairs, 29),
            "  add\n      Add a lead\n  completions\n      Print the script that\n      completes lead in a\n      \
             shell\n"
        );
    }

    #[test]
    fn a_word_that_is_too_long_stays_whole() {
        assert_eq!(paragraph("an ununununun end", 2, 10), "  an\n  ununununun\n  end\n");
        assert_eq!(paragraph("", 0, 10), "\n");
        assert_eq!(folded("ab\n  Usage: lead x\n", 10), "ab\n  Usage:\n      lead\n      x\n");
    }
}
