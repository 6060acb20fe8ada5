//! Why a request was not done, as data.
//!
//! A refusal is something the user can act on; faults of disk and network are elsewhere. Nothing
//! here is prose for a terminal but the clause a value's own parser knows best.

use serde::{Deserialize, Serialize};

/// What is wrong with one value, said by the parser that read it.
///
/// `why` completes the sentence "*field* `value` …" in lower case without a final period:
/// `is not a date`. Each hint can be typed or followed as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flaw {
    /// The clause that follows the field and the value.
    pub why: String,
    /// What to type instead.
    pub hints: Vec<String>,
}

impl Flaw {
    /// A flaw without a hint.
    pub fn new(why: impl Into<String>) -> Self {
        Self { why: why.into(), hints: Vec::new() }
    }

    /// The same flaw with one more hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}
