//! A command line written as one string, and two texts compared line by line.

use std::ffi::OsString;
use std::fmt::Write as _;

/// Something that is the arguments of a command.
pub trait Words {
    /// The arguments, one by one.
    fn words(self) -> Vec<OsString>;
}

impl Words for &str {
    /// Split as a shell would: blanks part, single and double quotes join.
    fn words(self) -> Vec<OsString> {
        let mut words = Vec::new();
        let mut word: Option<String> = None;
        let mut quote = None;
        for letter in self.chars() {
            match (quote, letter) {
                (Some(mark), _) if mark == letter => quote = None,
                (Some(_), _) => word.get_or_insert_default().push(letter),
                (None, '\'' | '"') => {
                    quote = Some(letter);
                    word.get_or_insert_default();
                }
                (None, ' ' | '\n') => words.extend(word.take()),
                (None, _) => word.get_or_insert_default().push(letter),
            }
        }
        assert!(quote.is_none(), "an open quote in: {self}");
        words.extend(word);
        words.into_iter().map(OsString::from).collect()
    }
}

impl Words for String {
    fn words(self) -> Vec<OsString> {
        self.as_str().words()
    }
}

impl Words for &String {
    fn words(self) -> Vec<OsString> {
        self.as_str().words()
    }
}

impl<const N: usize> Words for [&str; N] {
    fn words(self) -> Vec<OsString> {
        self.iter().map(OsString::from).collect()
    }
}

impl Words for Vec<OsString> {
    fn words(self) -> Vec<OsString> {
        self
    }
}

/// Fails with both texts, the lines that differ marked, unless they are the same.
#[track_caller]
pub fn assert_same(what: &str, expected: &str, found: &str) {
    if expected == found {
        return;
    }
    let mut shown = String::new();
    let (old, new): (Vec<_>, Vec<_>) = (expected.lines().collect(), found.lines().collect());
    for row in 0..old.len().max(new.len()) {
        match (old.get(row), new.get(row)) {
            (Some(one), Some(other)) if one == other => writeln!(shown, "    {one}"),
            (one, other) => {
                one.map(|line| writeln!(shown, "  - {line}"));
                other.map(|line| writeln!(shown, "  + {line}"));
                Ok(())
            }
        }
        .expect("a string takes all");
    }
    if old == new {
        shown = format!("  - {expected:?}\n  + {found:?}\n");
    }
    panic!("{what}: - expected, + found\n{shown}");
}
