//! Ids that people type: of tags, logins, stages, moves and free fields (mission.md §3).
//!
//! Such an id can be told from a lead's number, an email address and a reserved word wherever it
//! stands on a command line. It is kept as typed and compared by [`same`]. Called for tags, users
//! and `--set`; the pipeline's reader asks [`check`] for its stages and moves.

use super::refusal::Flaw;
use super::text::{self, fold};

/// The words that no id may be, in any case.
pub const RESERVED: [&str; 4] = ["me", "none", "any", "all"];
/// The longest id, in characters.
pub const NAME_MAX: usize = 64;

/// Whether the word follows the rules of ids; it is returned trimmed and otherwise as typed.
pub fn check(typed: &str) -> Result<String, Flaw> {
    let name = text::line_within(typed, NAME_MAX)?;
    if RESERVED.contains(&fold(&name).as_str()) {
        return Err(Flaw::new("is a reserved word"));
    }
    if name.starts_with(|c: char| c.is_numeric()) {
        return Err(Flaw::new("starts with a digit"));
    }
    if name.starts_with(['+', '-', '−']) {
        return Err(Flaw::new("starts with a sign"));
    }
    if let Some(c) = name.chars().find(|c| matches!(c, '@' | ',' | ':')) {
        return Err(Flaw::new(format!("contains `{c}`")));
    }
    if name.contains(char::is_whitespace) {
        return Err(Flaw::new("contains a space").hint(name.replace(char::is_whitespace, "-")));
    }
    Ok(name)
}

/// A tag, as typed.
pub fn tag(typed: &str) -> Result<String, Flaw> {
    check(typed)
}

/// A user's login name, as typed.
pub fn login(typed: &str) -> Result<String, Flaw> {
    check(typed)
}

/// The key of a free field, as typed: an id without `=`.
pub fn field_key(typed: &str) -> Result<String, Flaw> {
    let key = check(typed)?;
    if key.contains('=') {
        return Err(Flaw::new("contains `=`"));
    }
    Ok(key)
}

/// The two sides of `--set key=value`: the value is everything after the first `=`, on one line.
///
/// An empty value is refused: clearing a field has its own word.
pub fn field(typed: &str) -> Result<(String, String), Flaw> {
    let Some((key, value)) = typed.split_once('=') else {
        return Err(Flaw::new("has no `=`").hint("write it as `key=value`"));
    };
    let inside = |side: &str, flaw: Flaw| Flaw { why: format!("has a {side} that {}", flaw.why), ..flaw };
    let key = field_key(key).map_err(|flaw| inside("key", flaw))?;
    let value = text::line(value).map_err(|flaw| {
        let blank = text::is_blank(value);
        let flaw = inside("value", flaw);
        if blank { flaw.hint(format!("`lead edit ID --clear {key}` takes it away")) } else { flaw }
    })?;
    Ok((key, value))
}

/// The form in which ids are compared: case folded, and `_` and space written `-`.
pub fn canonical(name: &str) -> String {
    fold(name.trim()).replace(['_', ' '], "-")
}

/// Whether two ids are one: in any case, with `-` = `_` = space.
pub fn same(left: &str, right: &str) -> bool {
    left == right || canonical(left) == canonical(right)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ids_cannot_be_taken_for_something_else() {
        let cases: &[(&str, Result<&str, &str>)] = &[
            ("vip", Ok("vip")),
            (" VIP ", Ok("VIP")),
            ("cold_call", Ok("cold_call")),
            ("größe-2", Ok("größe-2")),
            ("", Err("is blank")),
            ("none", Err("is a reserved word")),
            ("ME", Err("is a reserved word")),
            ("Any", Err("is a reserved word")),
            ("all", Err("is a reserved word")),
            ("3d", Err("starts with a digit")),
            ("٣", Err("starts with a digit")),
            ("-x", Err("starts with a sign")),
            ("+x", Err("starts with a sign")),
            ("a@b", Err("contains `@`")),
            ("a,b", Err("contains `,`")),
            ("a:b", Err("contains `:`")),
            ("cold call", Err("contains a space")),
            ("a\u{a0}b", Err("contains a space")),
            ("a\x1b", Err(r"contains a control character (\u{1b})")),
        ];
        for (typed, expected) in cases {
            assert_eq!(tag(typed).as_deref().map_err(|flaw| flaw.why.as_str()), *expected, "{typed:?}");
        }
        assert_eq!(tag("cold call").unwrap_err().hints, ["cold-call"]);
        assert!(login(&"a".repeat(64)).is_ok());
        assert_eq!(login(&"a".repeat(65)).unwrap_err().why, "is 65 characters long, more than 64");
        assert_eq!(field_key("a=b").unwrap_err().why, "contains `=`");
    }

    #[test]
    fn ids_are_typed_in_any_case_and_joint() {
        for other in ["no-show", "NO_SHOW", "No show", " no-show "] {
            assert!(same("no-show", other), "{other}");
        }
        assert!(!same("no-show", "noshow"));
    }

    #[test]
    fn fields_split_at_the_first_equals() {
        let pair = |key: &str, value: &str| Ok((key.to_owned(), value.to_owned()));
        assert_eq!(field("boiler=Vaillant"), pair("boiler", "Vaillant"));
        assert_eq!(field(" url = https://a.example/?q=1 "), pair("url", "https://a.example/?q=1"));
        for (typed, why) in [
            ("boiler", "has no `=`"),
            ("=x", "has a key that is blank"),
            ("2=x", "has a key that starts with a digit"),
            ("a=b\nc", r"has a value that contains a control character (\u{a})"),
        ] {
            assert_eq!(field(typed).unwrap_err().why, why);
        }
        let empty = field("boiler=").unwrap_err();
        assert_eq!(
            (empty.why.as_str(), empty.hints[0].as_str()),
            ("has a value that is blank", "`lead edit ID --clear boiler` takes it away")
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn no_name_panics(typed in any::<String>()) {
            let _ = (tag(&typed), field(&typed), canonical(&typed));
        }
    }
}
