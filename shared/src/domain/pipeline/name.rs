//! Ids of stages and pipelines: what they are made of, and how a file's text is quoted.
//!
//! The rule of ids itself is [`name`]'s, one for stages, moves, tags and users. Knows no particular id.

use serde::{Deserialize, Serialize};

use crate::domain::refusal::Flaw;
use crate::domain::{name, text};

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

/// Whether `text` may be the id of a stage, a move or a pipeline: as [`name::check`] has it, without
/// blanks around and without the `*` that means every stage.
///
/// # Errors
/// The flaw completes "*thing* `text` …".
pub fn check_id(text: &str) -> Result<(), Flaw> {
    if text.contains('*') {
        return Err(Flaw::new("contains `*`"));
    }
    if text.trim() != text {
        return Err(Flaw::new("has a space around it"));
    }
    name::check(text).map(drop)
}

/// Whether text holds a character that may not be stored.
pub fn is_unclean(text: &str) -> bool {
    text.chars().any(text::is_unsafe)
}

/// The text as it may be quoted to a person: unclean characters escaped, cut after 40 characters.
pub(super) fn shown(text: &str) -> String {
    let mut out = String::new();
    for (count, c) in text.chars().enumerate() {
        if count == 40 {
            out.push('…');
            break;
        }
        if text::is_unsafe(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forbidden_ids_are_named() {
        let cases = [
            ("", "is blank"),
            ("1st", "starts with a digit"),
            ("-x", "starts with a sign"),
            ("a@b", "contains `@`"),
            ("*", "contains `*`"),
            ("a b", "contains a space"),
            (" a", "has a space around it"),
            ("None", "is a reserved word"),
        ];
        for (id, why) in cases {
            assert_eq!(check_id(id).unwrap_err().why, why, "{id:?}");
        }
        assert!(check_id(&"x".repeat(65)).is_err());
        for id in ["x", "geprüft", "a-1", "mean", "NOT_CONTACTED"] {
            assert_eq!(check_id(id), Ok(()));
        }
    }
}
