//! Closed sets of words: an enum whose variants have one spelling each.
//!
//! The same spelling stands in pipeline files, in records and in machine output.

/// A closed set of words that a pipeline file may use for an attribute.
pub(crate) trait Word: Copy + 'static {
    /// Every spelling, in the order in which people are shown them.
    fn spellings() -> Vec<&'static str>;
    /// The word of that spelling, compared as ids are.
    fn spelled(typed: &str) -> Option<Self>;
}

/// Declares such an enum: `ALL`, `as_str`, `named`, `Display` and serde from one list.
macro_rules! words {
    ($(#[$outer:meta])* pub enum $name:ident { $($(#[$inner:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$outer])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub enum $name { $($(#[$inner])* #[serde(rename = $text)] $variant,)+ }

        impl $name {
            /// Every one, in the order of their declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Its one spelling.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// The one that was typed, compared as ids are.
            pub fn named(typed: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| $crate::domain::name::same(one.as_str(), typed))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.pad(self.as_str())
            }
        }

        impl $crate::domain::pipeline::word::Word for $name {
            fn spellings() -> Vec<&'static str> {
                Self::ALL.iter().map(|one| one.as_str()).collect()
            }

            fn spelled(typed: &str) -> Option<Self> {
                Self::named(typed)
            }
        }
    };
}

pub(crate) use words;
