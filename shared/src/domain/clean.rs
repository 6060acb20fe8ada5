//! Makes foreign text harmless before it reaches a header, a body or a log line.
//!
//! Strips what could forge a header or mislead a reader; never refuses. Called by whoever writes,
//! wraps and sends mail.

use super::text::is_unsafe;

/// Length, in characters, after which a server's reply is cut.
const REPLY_LIMIT: usize = 300;

/// Text fit for a header: one line, without control, bidi and line-separating characters, blanks
/// collapsed, cut to `limit` characters with an ellipsis. What looks like an encoded word is parted,
/// or a reader's mail program would decode it to what was just stripped.
pub fn header_text(text: &str, limit: usize) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_whitespace() || matches!(c, '\u{2028}' | '\u{2029}') {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else if !is_unsafe(c) {
            if c == '?' && out.ends_with('=') {
                out.push(' ');
            }
            out.push(c);
        }
    }
    cut(out.trim_end(), limit)
}

/// Text fit for a body: newlines and tabs stay, separators of lines become newlines, other control and
/// bidi characters go.
pub fn body_text(text: &str) -> String {
    let plain = text.chars().map(|c| if matches!(c, '\u{2028}' | '\u{2029}') { '\n' } else { c });
    plain.filter(|&c| matches!(c, '\n' | '\t') || !is_unsafe(c)).collect()
}

/// A server's or a program's words fit for a log line: control and bidi characters escaped, cut.
pub fn reply_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(REPLY_LIMIT));
    for c in text.trim().chars().take(REPLY_LIMIT + 1) {
        if is_unsafe(c) { out.extend(c.escape_unicode()) } else { out.push(c) }
    }
    cut(&out, REPLY_LIMIT)
}

/// `text`, or its first `limit - 1` characters and an ellipsis.
pub fn cut(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let mut out: String = text.chars().take(limit.saturating_sub(1)).collect();
    out.truncate(out.trim_end().len());
    out.push('…');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_text_is_one_harmless_line() {
        for (typed, clean) in [
            ("Kim Lee", "Kim Lee"),
            ("Kim\r\nBcc: x@y.z", "Kim Bcc: x@y.z"),
            ("Kim\0\u{1b}[31mLee", "Kim[31mLee"),
            ("a\u{202e}b\u{2066}c\u{2028}d", "abc d"),
            ("  a \t b  ", "a b"),
            ("=\0?utf-8?b?DQo=?=", "= ?utf-8?b?DQo= ?="),
            ("", ""),
        ] {
            assert_eq!(header_text(typed, 100), clean);
        }
        assert_eq!(header_text("abcdef", 4), "abc…");
    }

    #[test]
    fn replies_are_escaped_and_cut() {
        assert_eq!(reply_text("550 no\u{1b}[2J\r"), "550 no\\u{1b}[2J");
        assert_eq!(reply_text(&"x".repeat(9_000)).chars().count(), REPLY_LIMIT);
        assert_eq!(body_text("a\tb\nc\r\u{1b}\u{202e}d\u{2028}e"), "a\tb\ncd\ne");
    }
}
