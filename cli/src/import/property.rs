//! A property of a card: its name, what is said of it, and its value, as one content line has it.
//!
//! Lines are unfolded, quoted-printable and other character sets of vCard 2.1 are read, and the
//! backslashes of texts taken off.

use lead_shared::domain::refusal::{Flaw, Refusal};
use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;

use super::LATIN1;

/// See the module.
pub(super) struct Property {
    /// In capitals, without its group.
    pub(super) name: String,
    /// In capitals the names, as written the values; a value alone has no name (vCard 2.1).
    parameters: Vec<(String, String)>,
    /// With its backslashes.
    value: String,
}

impl Property {
    /// The properties of a card's lines.
    ///
    /// # Errors
    /// A line that is no property, or no text.
    pub(super) fn all(lines: &[Vec<u8>]) -> Result<Vec<Self>, Refusal> {
        unfold(lines)
            .iter()
            .filter(|line| !line.trim_ascii().is_empty())
            .map(|line| Self::read(line))
            .collect()
    }

    fn read(line: &[u8]) -> Result<Self, Refusal> {
        let shown = || String::from_utf8_lossy(line).chars().take(40).collect::<String>();
        let wrong = |why: &str| Flaw::new(why).of("property", shown());
        let mut quoted = false;
        let colon = line.iter().position(|byte| {
            quoted ^= *byte == b'"';
            *byte == b':' && !quoted
        });
        // A quotation mark that nothing closes is a letter like any other.
        let colon = colon.or_else(|| line.iter().position(|byte| *byte == b':'));
        let colon = colon.ok_or_else(|| wrong("has no colon"))?;
        let head = std::str::from_utf8(&line[..colon]).map_err(|_| wrong("is not UTF-8"))?;
        let mut parts = split(head, ';').into_iter();
        let name = bare(parts.next().unwrap_or_default());
        let parameters: Vec<(String, String)> = parts
            .map(|part| match part.split_once('=') {
                Some((name, value)) => (
                    name.trim().to_ascii_uppercase(),
                    value.trim_matches('"').replace("^'", "\"").replace("^^", "^"),
                ),
                None => (String::new(), part.trim().to_owned()),
            })
            .collect();
        let told =
            |name: &str| parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let is = |word: &str| {
            told("ENCODING").is_some_and(|value| value.eq_ignore_ascii_case(word))
                || parameters.iter().any(|(name, value)| name.is_empty() && value.eq_ignore_ascii_case(word))
        };
        let raw = &line[colon + 1..];
        let bytes = if is("QUOTED-PRINTABLE") {
            quoted_printable_decode(raw).ok_or_else(|| wrong("is no quoted-printable text"))?
        } else if is("BASE64") || is("B") {
            base64_decode(raw.trim_ascii()).ok_or_else(|| wrong("is no base64"))?
        } else {
            raw.to_vec()
        };
        let charset = told("CHARSET").filter(|charset| !charset.eq_ignore_ascii_case("UTF-8"));
        let value = match charset.and_then(|charset| charset_decoder(charset.as_bytes())) {
            Some(decode) => decode(&bytes),
            None => String::from_utf8(bytes)
                .map_err(|_| Flaw::new("is not UTF-8").hint(LATIN1).of("property", shown()))?,
        };
        Ok(Self { name, parameters, value: value.replace("\r\n", "\n") })
    }

    /// How much it is preferred: less is more, as `PREF` has it; 100 says nothing.
    pub(super) fn preference(&self) -> u32 {
        let words = |value: &str| value.split(',').any(|word| word.trim().eq_ignore_ascii_case("pref"));
        let of = |(name, value): &(String, String)| match name.as_str() {
            "PREF" => value.trim().parse().ok(),
            "TYPE" | "" if words(value) => Some(1),
            _ => None,
        };
        self.parameters.iter().filter_map(of).min().unwrap_or(100)
    }

    /// The value as one text.
    pub(super) fn text(&self) -> String {
        plain(&self.value)
    }

    /// The value in parts, each as a text.
    pub(super) fn parts(&self, between: char) -> Vec<String> {
        let (mut parts, mut start, mut is_escaped) = (Vec::new(), 0, false);
        for (at, c) in self.value.char_indices() {
            if c == between && !is_escaped {
                parts.push(plain(&self.value[start..at]));
                start = at + c.len_utf8();
            }
            is_escaped = c == '\\' && !is_escaped;
        }
        parts.push(plain(&self.value[start..]));
        parts
    }
}

/// The name of the property that a line begins; none where it begins none.
pub(super) fn name_of(line: &[u8]) -> Option<String> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let end = line[..colon].iter().position(|byte| *byte == b';').unwrap_or(colon);
    Some(bare(&String::from_utf8_lossy(&line[..end])))
}

/// A name in capitals, without its group.
fn bare(name: &str) -> String {
    name.rsplit('.').next().unwrap_or_default().trim().to_ascii_uppercase()
}

/// A text without its backslashes; one in front of a letter that needs none stays.
fn plain(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut letters = value.chars();
    while let Some(c) = letters.next() {
        if c != '\\' {
            text.push(c);
            continue;
        }
        match letters.next() {
            Some('n' | 'N') => text.push('\n'),
            Some(c @ ('\\' | ',' | ';' | ':')) => text.push(c),
            Some(c) => text.extend(['\\', c]),
            None => text.push('\\'),
        }
    }
    text
}

/// The parts of a head, but for what stands in quotation marks.
fn split(head: &str, between: char) -> Vec<&str> {
    let (mut parts, mut start, mut quoted) = (Vec::new(), 0, false);
    for (at, c) in head.char_indices() {
        quoted ^= c == '"';
        if c == between && !quoted {
            parts.push(&head[start..at]);
            start = at + 1;
        }
    }
    parts.push(&head[start..]);
    parts
}

/// Content lines of physical ones: a line that begins with a blank goes on with the one before, and so
/// does what stands behind a quoted-printable line that ends in `=`.
fn unfold(lines: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let mut whole: Vec<Vec<u8>> = Vec::new();
    for line in lines {
        match (whole.last_mut(), line.first()) {
            (Some(last), _) if is_soft(last) => {
                last.pop();
                last.extend_from_slice(line);
            }
            (Some(last), Some(b' ' | b'\t')) => last.extend_from_slice(&line[1..]),
            _ => whole.push(line.clone()),
        }
    }
    whole
}

/// Whether a quoted-printable line goes on with the next one.
pub(super) fn is_soft(line: &[u8]) -> bool {
    let head = line.split(|byte| *byte == b':').next().unwrap_or_default().to_ascii_uppercase();
    line.ends_with(b"=") && head.windows(16).any(|word| word == b"QUOTED-PRINTABLE")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &[u8]) -> Property {
        let lines: Vec<Vec<u8>> = text.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
        Property::all(&lines).expect("properties").remove(0)
    }

    #[test]
    fn names_parameters_and_values_are_told_apart() {
        let tel = one(b"item1.tel;TYPE=\"cell,pref\";X=\"a:b;c\":+49 30");
        assert_eq!((tel.name.as_str(), tel.text().as_str(), tel.preference()), ("TEL", "+49 30", 1));
        assert_eq!(one(b"TEL;CELL;PREF:1").preference(), 1);
        assert_eq!(one(b"EMAIL;PREF=7:a@b").preference(), 7);
        assert_eq!(one(b"EMAIL:a@b").preference(), 100);
        assert!(Property::all(&[b"no property".to_vec()]).is_err());
    }

    #[test]
    fn texts_lose_their_folds_and_backslashes() {
        assert_eq!(one(b"NOTE:one\\, two\\; \\\\n\\n\n  three\n\tfour").text(), "one, two; \\n\n threefour");
        assert_eq!(one(b"ORG:A\\;B;C\\\\;D").parts(';'), ["A;B", "C\\", "D"]);
        assert_eq!(one(b"CATEGORIES:a,b\\,c").parts(','), ["a", "b,c"]);
        assert_eq!(one(b"NOTE:C:\\dir").text(), "C:\\dir");
    }

    #[test]
    fn quoted_printable_and_other_letters_are_read() {
        let note = one(b"NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:Gr=C3=BC=\n=C3=9Fe=0D=0Aline 2");
        assert_eq!(note.text(), "Gr\u{fc}\u{df}e\nline 2");
        assert_eq!(one(b"FN;CHARSET=ISO-8859-1;QUOTED-PRINTABLE:Gr=FC=DFe").text(), "Gr\u{fc}\u{df}e");
        assert_eq!(one(b"FN;CHARSET=windows-1252:Gr\xFC").text(), "Gr\u{fc}");
        assert!(Property::all(&[b"FN:Gr\xFC".to_vec()]).is_err());
    }
}
