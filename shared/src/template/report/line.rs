//! A line of a report: its cells, and what a chart shows of it.

use serde::Serialize;

use crate::domain::clean::cut;

/// Characters of a name above a bar, beside what is said of it.
const NAME: usize = 26;

/// A line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LineWords {
    /// What it is of: a stage, a source, a person; short enough to stand above its bar.
    pub name: String,
    /// What is said at the end of its bar.
    pub said: String,
    /// The values of its columns, the name first.
    pub cells: Vec<String>,
    /// The pieces of its bar, from the left; none where there is nothing.
    pub pieces: Vec<Piece>,
    /// The length of all of it, in percent of the longest.
    pub share: String,
    /// A column for each of the last weeks, the newest last; none where weeks are not told apart.
    pub weeks: Vec<Piece>,
}

/// A piece of a bar, or a column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Piece {
    /// Its place in the legend, from 0.
    pub tone: usize,
    /// What it stands for.
    pub count: u64,
    /// Where it begins, in percent of the longest bar.
    pub from: String,
    /// Its length or height, in percent of the longest.
    pub share: String,
}

impl LineWords {
    /// A line with a bar of these counts where the longest is `most`.
    pub(super) fn new(cells: Vec<String>, said: String, counts: &[u64], most: u64) -> Self {
        let name = cells.first().map(|name| cut(name, NAME)).unwrap_or_default();
        let mut before = 0;
        let pieces = counts.iter().enumerate().map(|(tone, &count)| {
            let from = percent(before, most);
            before += count;
            Piece { tone, count, from, share: percent(count, most) }
        });
        let pieces: Vec<Piece> = pieces.filter(|piece| piece.count > 0).collect();
        Self { name, said, cells, pieces, share: percent(before, most), weeks: Vec::new() }
    }

    /// The same, with a column for each week where the highest is `most`.
    pub(super) fn with_weeks(mut self, weeks: &[u64], most: u64) -> Self {
        let column = |(at, &count): (usize, &u64)| Piece {
            tone: 0,
            count,
            from: percent(at as u64, weeks.len() as u64),
            share: percent(count, most),
        };
        self.weeks = weeks.iter().enumerate().map(column).collect();
        self
    }
}

/// A share in percent, with two decimals.
fn percent(part: u64, whole: u64) -> String {
    let hundredths = u128::from(part) * 10_000 / u128::from(whole.max(1));
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pieces_of_a_bar_follow_each_other() {
        let line = LineWords::new(vec!["New".to_owned()], String::new(), &[1, 0, 2], 9);
        let places: Vec<_> =
            line.pieces.iter().map(|piece| (piece.tone, piece.from.as_str(), piece.share.as_str())).collect();
        assert_eq!(places, [(0, "0.00", "11.11"), (2, "11.11", "22.22")]);
        assert_eq!(LineWords::new(Vec::new(), String::new(), &[0], 0).pieces, []);
        let weeks = line.with_weeks(&[0, 4], 8).weeks;
        assert_eq!((weeks[1].from.as_str(), weeks[1].share.as_str()), ("50.00", "50.00"));
        assert_eq!(percent(u64::MAX, u64::MAX), "100.00");
    }
}
