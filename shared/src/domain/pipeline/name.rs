//! Ids: how they are spelled, compared and refused, and what was probably meant.
//!
//! One rule for the ids of stages, moves, tags and users, in every pipeline. Knows no particular id.

use serde::{Deserialize, Serialize};

use crate::domain::refusal::Flaw;

/// The longest id, in characters.
pub const ID_LIMIT: usize = 64;

/// Words that mean something else wherever an id may stand.
const RESERVED: [&str; 4] = ["me", "none", "any", "all"];

macro_rules! id {
    ($(#[$outer:meta])* $name:ident) => {
        $(#[$outer])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The id of that canonical spelling; nothing is checked or folded.
            pub fn new(canonical: impl Into<String>) -> Self {
                Self(canonical.into())
            }

            /// The canonical spelling.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.pad(&self.0)
            }
        }
    };
}

id! {
    /// A stage's id, as spelled in its pipeline file.
    StageId
}
id! {
    /// A pipeline's id, as spelled in its file.
    PipelineId
}

/// Whether two spellings name the same thing: any case, `-` = `_` = space, blanks around ignored.
pub fn same_name(a: &str, b: &str) -> bool {
    folded(a).eq(folded(b))
}

/// The form in which equal names are equal text; a key for maps.
pub fn fold(typed: &str) -> String {
    folded(typed).collect()
}

fn folded(typed: &str) -> impl Iterator<Item = char> {
    typed.trim().chars().flat_map(char::to_lowercase).map(|c| if matches!(c, '_' | ' ') { '-' } else { c })
}

/// Whether `text` may be the id of a stage, a move, a tag or a user.
///
/// # Errors
/// The flaw completes "*thing* `text` …".
pub fn check_id(text: &str) -> Result<(), Flaw> {
    let Some(first) = text.chars().next() else {
        return Err(Flaw::new("is empty"));
    };
    if text.chars().count() > ID_LIMIT {
        return Err(Flaw::new(format!("is longer than {ID_LIMIT} characters")));
    }
    if first.is_numeric() {
        return Err(Flaw::new("starts with a digit"));
    }
    if matches!(first, '+' | '-' | '\u{2212}') {
        return Err(Flaw::new("starts with a sign"));
    }
    if let Some(bad) = text.chars().find(|c| matches!(c, '@' | ',' | ':' | '*')) {
        return Err(Flaw::new(format!("contains `{bad}`")));
    }
    if text.chars().any(char::is_whitespace) {
        return Err(Flaw::new("contains a blank").hint("write `-` instead"));
    }
    if is_unclean(text) {
        return Err(Flaw::new("contains a control character"));
    }
    if RESERVED.iter().any(|word| same_name(word, text)) {
        return Err(Flaw::new("is a reserved word"));
    }
    Ok(())
}

/// Whether text holds a control character, a line break or a bidi override.
pub fn is_unclean(text: &str) -> bool {
    text.chars().any(is_unclean_char)
}

pub(super) fn is_unclean_char(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// The text as it may be quoted to a person: unclean characters escaped, cut after 40 characters.
pub(super) fn shown(text: &str) -> String {
    let mut out = String::new();
    for (count, c) in text.chars().enumerate() {
        if count == 40 {
            out.push('…');
            break;
        }
        if is_unclean_char(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

/// Up to three of `known` that were probably meant, the likeliest first.
pub fn suggest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let typed: String = folded(typed).take(ID_LIMIT).collect();
    let mut near: Vec<(f64, &str)> = Vec::new();
    for name in known {
        let likeness = strsim::jaro_winkler(&typed, &fold(name));
        if likeness >= 0.8 && !near.iter().any(|(_, seen)| *seen == name) {
            near.push((likeness, name));
            near.sort_by(|a, b| b.0.total_cmp(&a.0));
            near.truncate(3);
        }
    }
    near.into_iter().map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_typed_in_any_case_and_with_any_joint() {
        assert!(same_name("Appointment set", "appointment-set"));
        assert!(same_name("NOT_CONTACTED", " not contacted "));
        assert!(!same_name("notcontacted", "not-contacted"));
    }

    #[test]
    fn forbidden_ids_are_named() {
        let cases = [
            ("", "is empty"),
            ("1st", "starts with a digit"),
            ("-x", "starts with a sign"),
            ("+x", "starts with a sign"),
            ("a@b", "contains `@`"),
            ("a,b", "contains `,`"),
            ("a:b", "contains `:`"),
            ("*", "contains `*`"),
            ("a b", "contains a blank"),
            ("a\u{1b}b", "contains a control character"),
            ("a\u{202e}b", "contains a control character"),
            ("None", "is a reserved word"),
            ("ME", "is a reserved word"),
        ];
        for (id, why) in cases {
            assert_eq!(check_id(id).unwrap_err().why, why, "{id:?}");
        }
        assert!(check_id(&"x".repeat(65)).is_err());
        for id in ["x", "geprüft", "a-1", "mean", "NOT_CONTACTED"] {
            assert_eq!(check_id(id), Ok(()));
        }
    }

    #[test]
    fn suggestions_are_near_and_few() {
        assert_eq!(suggest("qotued", ["lead", "quoted", "inactive"]), ["quoted"]);
        assert!(suggest("zzz", ["lead", "quoted"]).is_empty());
    }
}
