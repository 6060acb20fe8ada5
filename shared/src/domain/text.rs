//! Text a person types: what may be stored, and how stored text is shown.
//!
//! Refused are control characters, line and paragraph separators, and marks that turn the direction
//! of writing (quality.md §5, Text); they never enter the store by the front door, and what came in
//! otherwise is escaped on its way to a terminal. `fold` is the one notion of "the same letters"
//! for comparing and searching. Called by every parser of a value and by the renderers.

use std::borrow::Cow;

use super::refusal::Flaw;

/// The longest name, company, source and other one-line text, in characters.
pub const LINE_MAX: usize = 256;
/// The longest note, in bytes of UTF-8.
pub const NOTE_MAX: usize = 64 * 1024;

/// Whether a character turns the direction of writing, unseen.
pub fn is_bidi(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a character may not reach a terminal as it is: control (C0, DEL, C1), separator, bidi.
pub fn is_unsafe(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') || is_bidi(c)
}

/// Whether nothing in it can be seen: white space and characters of no width only.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| {
        c.is_whitespace()
            || matches!(
                c,
                '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{3164}' | '\u{feff}'
            )
    })
}

/// One line of text of at most [`LINE_MAX`] characters, its ends trimmed.
pub fn line(typed: &str) -> Result<String, Flaw> {
    line_within(typed, LINE_MAX)
}

/// One line of text of at most `most` characters, its ends trimmed.
pub fn line_within(typed: &str, most: usize) -> Result<String, Flaw> {
    if let Some(c) = typed.chars().find(|&c| is_unsafe(c)) {
        return Err(forbidden(c));
    }
    let text = typed.trim();
    if is_blank(text) {
        return Err(Flaw::new("is blank"));
    }
    let length = text.chars().count();
    if length > most {
        return Err(Flaw::new(format!("is {length} characters long, more than {most}")));
    }
    Ok(text.to_owned())
}

/// The text of a note: lines and tabs are kept, other control characters refused (L1).
///
/// CR LF becomes LF, so that a text pasted from elsewhere is one text; a CR alone is refused.
/// Blank lines before, and white space after the text are dropped.
pub fn note(typed: &str) -> Result<String, Flaw> {
    let text = typed.replace("\r\n", "\n");
    if let Some(c) = text.chars().find(|&c| is_unsafe(c) && !matches!(c, '\n' | '\t')) {
        return Err(forbidden(c));
    }
    if is_blank(&text) {
        return Err(Flaw::new("is blank"));
    }
    let start = text
        .char_indices()
        .take_while(|(_, c)| c.is_whitespace())
        .filter(|(_, c)| *c == '\n')
        .last()
        .map_or(0, |(at, _)| at + 1);
    let text = text[start..].trim_end();
    if text.len() > NOTE_MAX {
        return Err(Flaw::new(format!("is {} bytes long, more than {NOTE_MAX}", text.len())));
    }
    Ok(text.to_owned())
}

fn forbidden(c: char) -> Flaw {
    let kind = if is_bidi(c) { "a mark that turns the direction of writing" } else { "a control character" };
    Flaw::new(format!("contains {kind} ({})", c.escape_unicode()))
}

/// Text made fit for one line of a terminal: what [`is_unsafe`] names is written as `\u{1b}`.
pub fn escape(text: &str) -> Cow<'_, str> {
    escape_but(text, |_| false)
}

/// The same, but newlines and tabs stand: for notes shown whole.
pub fn escape_multiline(text: &str) -> Cow<'_, str> {
    escape_but(text, |c| matches!(c, '\n' | '\t'))
}

fn escape_but(text: &str, keep: impl Fn(char) -> bool) -> Cow<'_, str> {
    let bad = |c: char| is_unsafe(c) && !keep(c);
    if !text.contains(bad) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if bad(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// The text with case folded away, for comparing and searching in any script.
///
/// Each character by itself, up and down again, so `ß` meets `SS` and `ς` meets `Σ` and a part of a
/// folded text is the folded part. The dotless `ı` stays apart from `i`. Accents are not composed.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            _ if c.is_ascii() => folded.push(c.to_ascii_lowercase()),
            'ı' => folded.push(c),
            _ => folded.extend(c.to_uppercase().flat_map(char::to_lowercase)),
        }
    }
    folded
}

/// Whether `text` contains what [`fold`] made of the needle, in any case.
pub fn contains(text: &str, folded: &str) -> bool {
    if !text.is_ascii() {
        return fold(text).contains(folded);
    }
    let (hay, needle) = (text.as_bytes(), folded.as_bytes());
    match needle.first() {
        None => true,
        Some(first) => hay
            .windows(needle.len())
            .any(|part| part[0].to_ascii_lowercase() == *first && part.eq_ignore_ascii_case(needle)),
    }
}

/// Bytes as people say them: `512 bytes`, `3.4 MB`.
pub fn size(bytes: u64) -> String {
    let mut tenths = u128::from(bytes) * 10;
    for unit in ["bytes", "kB", "MB", "GB"] {
        if tenths < 10_000 {
            let rest = if unit == "bytes" { String::new() } else { format!(".{}", tenths % 10) };
            return format!("{}{rest} {unit}", tenths / 10);
        }
        tenths /= 1000;
    }
    format!("{}.{} TB", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines() {
        let long = "ä".repeat(256);
        let longer = "ä".repeat(257);
        let cases: &[(&str, Result<&str, &str>)] = &[
            ("Kim Lee", Ok("Kim Lee")),
            ("  Kim Lee ", Ok("Kim Lee")),
            ("Łukasz 王 👩‍👩‍👧", Ok("Łukasz 王 👩‍👩‍👧")),
            ("\u{5d0}\u{5d1}", Ok("\u{5d0}\u{5d1}")),
            (&long, Ok(&long)),
            (&longer, Err("is 257 characters long, more than 256")),
            ("", Err("is blank")),
            (" \u{a0}\u{3000}", Err("is blank")),
            ("\u{200b}\u{feff}", Err("is blank")),
            ("a\nb", Err(r"contains a control character (\u{a})")),
            ("Kim\n", Err(r"contains a control character (\u{a})")),
            ("a\tb", Err(r"contains a control character (\u{9})")),
            ("a\0b", Err(r"contains a control character (\u{0})")),
            ("a\x1b[31mb", Err(r"contains a control character (\u{1b})")),
            ("\x1b]52;c;aGk=\x07", Err(r"contains a control character (\u{1b})")),
            ("a\x7f", Err(r"contains a control character (\u{7f})")),
            ("a\u{9b}1m", Err(r"contains a control character (\u{9b})")),
            ("a\u{2028}b", Err(r"contains a control character (\u{2028})")),
            ("a\u{202e}b", Err(r"contains a mark that turns the direction of writing (\u{202e})")),
            ("a\u{2066}b", Err(r"contains a mark that turns the direction of writing (\u{2066})")),
            ("a\u{200f}b", Err(r"contains a mark that turns the direction of writing (\u{200f})")),
            ("a\u{61c}b", Err(r"contains a mark that turns the direction of writing (\u{61c})")),
        ];
        for (typed, expected) in cases {
            let outcome = line(typed);
            assert_eq!(outcome.as_deref().map_err(|flaw| flaw.why.as_str()), *expected, "{typed:?}");
        }
    }

    #[test]
    fn l1_notes_keep_lines_and_tabs() {
        let full = "x".repeat(NOTE_MAX);
        let over = "x".repeat(NOTE_MAX + 1);
        let cases: &[(&str, Result<&str, &str>)] = &[
            ("asked for a quote", Ok("asked for a quote")),
            ("a\n\tb\n\nc\n", Ok("a\n\tb\n\nc")),
            ("\n \n  a", Ok("  a")),
            ("a\r\nb\r\n", Ok("a\nb")),
            (&full, Ok(&full)),
            (&over, Err("is 65537 bytes long, more than 65536")),
            (" \n\t", Err("is blank")),
            ("a\rb", Err(r"contains a control character (\u{d})")),
            ("a\x1bb", Err(r"contains a control character (\u{1b})")),
            ("a\u{202e}b", Err(r"contains a mark that turns the direction of writing (\u{202e})")),
        ];
        for (typed, expected) in cases {
            let outcome = note(typed);
            assert_eq!(outcome.as_deref().map_err(|flaw| flaw.why.as_str()), *expected);
        }
    }

    #[test]
    fn nothing_reaches_a_terminal_raw() {
        assert!(matches!(escape("Kim Łee"), Cow::Borrowed("Kim Łee")));
        assert_eq!(escape("a\x1b[2J\n\u{202e}b\u{9b}"), r"a\u{1b}[2J\u{a}\u{202e}b\u{9b}");
        assert_eq!(escape_multiline("a\n\tb\x07\r"), "a\n\tb\\u{7}\\u{d}");
    }

    #[test]
    fn folding_crosses_scripts() {
        for (left, right) in [
            ("KIM", "kim"),
            ("Straße", "STRASSE"),
            ("ΟΔΟΣ", "οδος"),
            ("Οδός", "ΟΔΌΣ"),
            ("Łódź", "ŁÓDŹ"),
            ("ДОМ", "дом"),
        ] {
            assert_eq!(fold(left), fold(right));
        }
        assert_ne!(fold("ı"), fold("i"));
        for (text, part) in [("Kim LEE", "m le"), ("Weißstraße", "ISSST"), ("王明", "明"), ("x", "")] {
            assert!(contains(text, &fold(part)), "{text}");
        }
        assert!(!contains("kim", "kimm") && !contains("", "k"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn no_text_panics_and_no_shown_text_is_unsafe(text in any::<String>()) {
            let _ = line(&text);
            let _ = note(&text);
            let _ = fold(&text);
            prop_assert!(!escape(&text).contains(is_unsafe));
        }
    }

    #[test]
    fn sizes_are_said_in_people_s_units() {
        for (bytes, said) in [
            (0, "0 bytes"),
            (999, "999 bytes"),
            (1_000, "1.0 kB"),
            (67_108_864, "67.1 MB"),
            (2_500_000_000_000, "2.5 TB"),
        ] {
            assert_eq!(size(bytes), said);
        }
    }
}
