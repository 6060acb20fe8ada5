//! Numbers drawn as text: bars and sparklines, of the blocks of Unicode or of what every terminal has.
//!
//! A drawing stands beside its number and never in place of it. Called for tables and for mail.

/// What is drawn with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// The blocks of Unicode.
    Blocks,
    /// ASCII alone.
    Plain,
}

const EIGHTHS: [char; 8] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];
const HEIGHTS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// A bar for `whole`, `width` columns long where that is `most`; the first `part` of it is dark. What is
/// not nothing is seen, however little it is.
pub fn bar(part: u64, whole: u64, most: u64, width: usize, ink: Ink) -> String {
    let (part, whole) = (part.min(whole), whole.min(most));
    let (dark, pale) = match ink {
        Ink::Blocks => ("█", "░"),
        Ink::Plain => ("#", "-"),
    };
    if ink == Ink::Blocks && part == whole {
        let eighths = share(whole, most, width * 8);
        let rest = (eighths % 8).checked_sub(1).map(|rest| EIGHTHS[rest]);
        return dark.repeat(eighths / 8) + &rest.map(String::from).unwrap_or_default();
    }
    let length = share(whole, most, width);
    // What is left of a part that is not the whole is seen, too.
    let filled = share(part, most, width).min(if part < whole { length.max(2) - 1 } else { length });
    dark.repeat(filled) + &pale.repeat(length.saturating_sub(filled))
}

/// A sparkline: a column for each value, as high as there is room where it is `most`. Without blocks the
/// values themselves.
pub fn spark(values: &[u64], most: u64, ink: Ink) -> String {
    let height = |value: u64| match share(value, most, HEIGHTS.len()) {
        0 => '·',
        height => HEIGHTS[height - 1],
    };
    match ink {
        Ink::Blocks => values.iter().map(|value| height(*value)).collect(),
        Ink::Plain => values.iter().map(u64::to_string).collect::<Vec<_>>().join(" "),
    }
}

/// How many of `steps` a value is where `most` is all of them: at least one, unless it is nothing.
fn share(value: u64, most: u64, steps: usize) -> usize {
    if value == 0 {
        return 0;
    }
    let (value, most) = (u128::from(value.min(most)), u128::from(most.max(1)));
    let steps = (value * steps as u128 + most / 2) / most;
    usize::try_from(steps).unwrap_or(usize::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_long_as_its_number() {
        for (part, whole, most, blocks, plain) in [
            (0, 0, 0, "", ""),
            (0, 0, 8, "", ""),
            (8, 8, 8, "████████", "########"),
            (4, 4, 8, "████", "####"),
            (1, 1, 16, "▌", "#"),
            (1, 1, 1_000_000, "▏", "#"),
            (2, 6, 8, "██░░░░", "##----"),
            (0, 6, 8, "░░░░░░", "------"),
            (1, 1000, 1000, "█░░░░░░░", "#-------"),
            (999, 1000, 1000, "███████░", "#######-"),
            (9, 5, 3, "████████", "########"),
            (u64::MAX, u64::MAX, u64::MAX, "████████", "########"),
        ] {
            assert_eq!(bar(part, whole, most, 8, Ink::Blocks), blocks, "{part} {whole} {most}");
            assert_eq!(bar(part, whole, most, 8, Ink::Plain), plain, "{part} {whole} {most}");
        }
        assert_eq!(bar(1, 2, 100, 8, Ink::Plain), "#");
    }

    #[test]
    fn a_sparkline_has_a_column_for_each_value() {
        assert_eq!(spark(&[0, 1, 4, 8], 8, Ink::Blocks), "·▁▄█");
        assert_eq!(spark(&[0, 1, 800], 800, Ink::Blocks), "·▁█");
        assert_eq!(spark(&[0, 0], 0, Ink::Blocks), "··");
        assert_eq!(spark(&[0, 1, 12], 12, Ink::Plain), "0 1 12");
        assert_eq!(spark(&[], 0, Ink::Blocks), "");
    }
}
