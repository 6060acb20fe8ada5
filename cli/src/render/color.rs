//! When output is coloured, and which colour means what.
//!
//! A flag beats the environment, the environment beats the terminal. Nothing depends on colour:
//! each badge is a word too.

use std::env;
use std::io::{self, Write};

use anstyle::{AnsiColor, Color, Style};
use lead_shared::domain::badge::Badge;

use super::ColorChoice;

/// The word `error`.
pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();
/// The word `hint`.
pub(crate) const HINT: Style = AnsiColor::Cyan.on_default().bold();
/// A heading of a card.
pub(crate) const HEADING: Style = Style::new().bold();

/// Whether to colour a stream that is, or is not, a terminal.
pub(crate) fn chosen(choice: ColorChoice, terminal: bool) -> bool {
    let said = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    let forced = env::var_os("CLICOLOR_FORCE").is_some_and(|value| !value.is_empty() && value != "0");
    let dumb = env::var_os("TERM").is_none_or(|term| term == "dumb");
    decided(choice, said("NO_COLOR"), forced, terminal && !dumb)
}

fn decided(choice: ColorChoice, refused: bool, forced: bool, able: bool) -> bool {
    match choice {
        ColorChoice::Always | ColorChoice::AlwaysAnsi => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => !refused && (forced || able),
    }
}

/// The style of a badge (M5): overdue red, today yellow, upcoming amber.
pub(crate) fn of(badge: Badge) -> Style {
    let color = match badge {
        Badge::Overdue => AnsiColor::Red.into(),
        Badge::Today => AnsiColor::Yellow.into(),
        Badge::Upcoming => Color::Ansi256(anstyle::Ansi256Color(214)),
    };
    Style::new().fg_color(Some(color))
}

/// Writes `text` in `style` where colour is wanted.
pub(crate) fn paint(sink: &mut dyn Write, style: Style, colored: bool, text: &str) -> io::Result<()> {
    if colored { write!(sink, "{style}{text}{style:#}") } else { sink.write_all(text.as_bytes()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_beats_the_environment() {
        let cases = [
            (ColorChoice::Always, true, false, false, true),
            (ColorChoice::Never, false, true, true, false),
            (ColorChoice::Auto, true, true, true, false),
            (ColorChoice::Auto, false, true, false, true),
            (ColorChoice::Auto, false, false, true, true),
            (ColorChoice::Auto, false, false, false, false),
        ];
        for (choice, refused, forced, able, colored) in cases {
            assert_eq!(
                decided(choice, refused, forced, able),
                colored,
                "{choice:?} {refused} {forced} {able}"
            );
        }
    }
}
