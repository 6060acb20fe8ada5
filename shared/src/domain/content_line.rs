//! Content lines, as calendars and cards have them (RFC 5545 §3.1, RFC 6350 §3.2): texts escaped, lines
//! folded. Called by whoever writes either.

use super::clean::body_text;

/// Octets of a content line before it is folded.
pub const FOLD: usize = 75;

/// A text as a value: what would end it or cut it is escaped, what could mislead a reader is left out.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in body_text(text).chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c => out.push(c),
        }
    }
    out
}

/// Adds `line`, cut between characters so that no piece has more than [`FOLD`] octets.
pub fn fold(line: &str, out: &mut String) {
    let mut width = 0;
    for c in line.chars() {
        if width + c.len_utf8() > FOLD {
            out.push_str("\r\n ");
            width = 1;
        }
        out.push(c);
        width += c.len_utf8();
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped_and_lines_folded_between_letters() {
        assert_eq!(escape("a;b,c\\d\ne\t\u{1b}f\u{202e}"), "a\\;b\\,c\\\\d\\ne\tf");
        let mut out = String::new();
        fold(&"č".repeat(100), &mut out);
        assert!(out.split("\r\n").all(|line| line.len() <= FOLD));
        assert_eq!(out.replace("\r\n ", ""), format!("{}\r\n", "č".repeat(100)));
    }
}
