//! Links in a mail: to a call, to a letter, or to a page of the net, and nowhere else.
//!
//! What a template makes of its words is looked at once more: a firm's own may put into a link what a
//! stranger typed.

/// What a link may begin with; `#` leads nowhere.
const SAFE: [&str; 5] = ["http:", "https:", "mailto:", "tel:", "#"];

/// The attributes that lead somewhere, or fetch something.
const LEADING: [&str; 8] = ["href", "src", "srcset", "action", "formaction", "background", "poster", "data"];

/// `tel:+420…`, from `+` and digits only.
pub(super) fn tel(number: &str) -> Option<String> {
    let digits = number.strip_prefix('+')?;
    let good = (3..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    good.then(|| format!("tel:+{digits}"))
}

/// `mailto:…` with everything percent-encoded that could start another header.
pub(super) fn mailto(email: &str) -> Option<String> {
    let mut out = String::from("mailto:");
    for byte in email.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'@' | b'.' | b'-' | b'_' | b'+' => {
                out.push(char::from(byte));
            }
            0..=b' ' | 0x7f => return None,
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    email.contains('@').then_some(out)
}

/// A page whose links all lead where one may: another is `#`.
pub(super) fn disarmed(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut done = 0;
    for (at, _) in html.match_indices('=') {
        if at < done || !leads_somewhere(&html[..at]) {
            continue;
        }
        let (start, end) = value(html, at + 1);
        let target = &html[start..end];
        out.push_str(&html[done..start]);
        out.push_str(if is_safe(target) { target } else { "#" });
        done = end;
    }
    out.push_str(&html[done..]);
    out
}

/// Whether what stands before a `=` is, in a tag, the name of an attribute that leads somewhere.
fn leads_somewhere(before: &str) -> bool {
    let name = before.trim_end().rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '-').next();
    name.is_some_and(|name| LEADING.iter().any(|known| known.eq_ignore_ascii_case(name)))
        && before.rfind('<') > before.rfind('>')
}

/// From where to where the value goes that begins behind `at`, without its quotation marks.
fn value(html: &str, at: usize) -> (usize, usize) {
    let behind = html[at..].trim_start();
    let start = html.len() - behind.len();
    let (start, length) = match behind.chars().next() {
        Some(quote @ ('"' | '\'')) => (start + 1, behind[1..].find(quote)),
        _ => (start, behind.find(|c: char| c.is_whitespace() || c == '>')),
    };
    (start, length.map_or(html.len(), |length| start + length))
}

/// As a browser reads it: without blanks, in any case.
fn is_safe(target: &str) -> bool {
    let bare: String =
        target.chars().filter(|c| !c.is_whitespace() && !c.is_control()).take(16).collect::<String>();
    let bare = bare.to_ascii_lowercase();
    bare.is_empty() || SAFE.iter().any(|safe| bare.starts_with(safe))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_where_one_may() {
        for (html, expected) in [
            ("<a href=\"https://acme.example/?a=b\">x</a>", "<a href=\"https://acme.example/?a=b\">x</a>"),
            ("<a href=\"tel:+420\"><a href='MailTo:a@b'>", "<a href=\"tel:+420\"><a href='MailTo:a@b'>"),
            ("<a href=\"javascript:alert(1)\">", "<a href=\"#\">"),
            ("<a\nHREF = 'JaVa\nScript:x'>", "<a\nHREF = '#'>"),
            ("<a href=javascript:x>y</a>", "<a href=#>y</a>"),
            ("<a href=\"Acme\"><img src=\"data:x\">", "<a href=\"#\"><img src=\"#\">"),
            ("<a href=\"tel:+1\" src='data:x'>", "<a href=\"tel:+1\" src='#'>"),
            (
                "<a class=\"x\" href=\"#a\">href=javascript:x</a>",
                "<a class=\"x\" href=\"#a\">href=javascript:x</a>",
            ),
            ("<a href=\"", "<a href=\""),
            ("<p style=\"a=b\"> = <a href=", "<p style=\"a=b\"> = <a href="),
        ] {
            assert_eq!(disarmed(html), expected);
        }
    }
}
