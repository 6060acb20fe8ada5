//! The shells' side: the scripts, and how each shell wants its candidates.

use std::fmt::Write as _;

use lead_shared::domain::text::is_unsafe;

use super::candidates::Found;
use crate::args::Shell;
use crate::render::cut;

/// The line that says that files fit, and the shell knows them best.
const FILES: &str = ":files";

/// What is said of a candidate is cut to so many characters.
const MEANING: usize = 60;

/// The script to be read by a shell, which offers from then on.
pub(crate) fn script(shell: Shell) -> &'static str {
    match shell {
        Shell::Bash => include_str!("lead.bash"),
        Shell::Zsh => include_str!("lead.zsh"),
        Shell::Fish => include_str!("lead.fish"),
    }
}

/// The candidates, a line each, as the shell wants them. `before` is what each of them begins with, and
/// `kept` how much of it the shell keeps by itself.
pub(super) fn told(shell: Shell, found: &Found, before: &str, kept: &str) -> String {
    let mut text = String::new();
    let several = found.words.len() > 1;
    for (word, meaning) in &found.words {
        // No stored text reaches a terminal raw, and none begins a line of its own.
        let whole = format!("{before}{word}");
        if whole.contains(is_unsafe) {
            continue;
        }
        let whole = whole.strip_prefix(kept).unwrap_or(&whole);
        let meaning = cut(meaning, MEANING);
        let _ = match shell {
            Shell::Bash if several && is_number(whole) => writeln!(text, "{whole}  {meaning}"),
            Shell::Bash => writeln!(text, "{}", quoted(whole)),
            Shell::Zsh | Shell::Fish => writeln!(text, "{whole}\t{meaning}"),
        };
    }
    if found.files {
        let _ = writeln!(text, "{FILES}");
    }
    text
}

/// A number, or several.
fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit() || byte == b',')
}

/// As bash has it typed.
fn quoted(word: &str) -> String {
    let mut quoted = String::new();
    for character in word.chars() {
        if !character.is_alphanumeric() && !"-_.,:=/@+%".contains(character) {
            quoted.push('\\');
        }
        quoted.push(character);
    }
    quoted
}
