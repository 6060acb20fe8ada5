//! Splitting `--where`'s one string into terms.

use crate::domain::refusal::Flaw;

/// The terms of a string: parted by white space, but not inside quotes.
///
/// A quote, `"` or `'`, opens at the start of a term or of a value, so `o'neil` is plain text;
/// inside double quotes a backslash takes the next character as it stands.
pub fn split(text: &str) -> Result<Vec<String>, Flaw> {
    let mut terms = Vec::new();
    let mut term: Option<String> = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let opens = term.as_ref().is_none_or(|term| term.ends_with([':', ',']) || term.ends_with(".."));
        if c.is_whitespace() {
            terms.extend(term.take());
        } else if opens && matches!(c, '"' | '\'') {
            let inside = term.get_or_insert_default();
            loop {
                match chars.next() {
                    None => return Err(Flaw::new("has an open quote")),
                    Some(end) if end == c => break,
                    Some('\\') if c == '"' => inside.extend(chars.next()),
                    Some(other) => inside.push(other),
                }
            }
        } else {
            term.get_or_insert_default().push(c);
        }
    }
    terms.extend(term);
    Ok(terms)
}
