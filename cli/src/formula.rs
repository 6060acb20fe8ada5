//! The guard of spreadsheets: a cell that one would take for a formula is marked as text.
//!
//! Put on wherever CSV is written and taken off wherever it is read, so that what was exported comes
//! back exactly (quality.md §4).

use std::borrow::Cow;

/// The mark.
const MARK: char = '\'';

/// The cell as it is written: marked if it begins a formula, or could be taken for one that was marked.
pub fn guarded(cell: &str) -> Cow<'_, str> {
    let begins = begins_formula(cell.trim_start_matches(MARK));
    if begins && !is_e164(cell) { Cow::Owned(format!("{MARK}{cell}")) } else { Cow::Borrowed(cell) }
}

/// The cell as it was before it was [`guarded`].
pub fn bare(cell: &str) -> &str {
    match cell.strip_prefix(MARK) {
        Some(rest) if begins_formula(rest.trim_start_matches(MARK)) => rest,
        _ => cell,
    }
}

fn begins_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// A phone number in its international form needs no mark: programs that read it want it so.
fn is_e164(cell: &str) -> bool {
    let Some(digits) = cell.strip_prefix('+') else { return false };
    (7..=15).contains(&digits.len())
        && !digits.starts_with('0')
        && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_marked_and_come_back() {
        for (cell, written) in [
            ("=1+1", "'=1+1"),
            ("+49 30 1234567", "'+49 30 1234567"),
            ("-2", "'-2"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\tx", "'\tx"),
            ("'=1", "''=1"),
            ("'+49301234567", "''+49301234567"),
            ("+49301234567", "+49301234567"),
            ("+0", "'+0"),
            ("", ""),
            ("'tis", "'tis"),
            ("Kim =", "Kim ="),
        ] {
            assert_eq!(guarded(cell), written);
            assert_eq!(bare(written), cell);
        }
    }
}
