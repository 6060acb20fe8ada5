//! The user's word on which column is which field: a TOML file of `"Column" = "field"`.

use std::collections::BTreeMap;
use std::ops::Range;

use lead_shared::domain::name::canonical;
use lead_shared::domain::refusal::Flaw;
use toml::Spanned;

use super::field::{self, Field};
use crate::halt::{Halt, said};
use crate::text;

/// What was told of columns; nothing of most.
#[derive(Clone, Debug, Default)]
pub struct Map {
    fields: BTreeMap<String, Field>,
}

impl Map {
    /// Reads the file.
    ///
    /// # Errors
    /// A file that cannot be read, is no such TOML, or names what is no field; with line and column.
    pub fn read(path: &str) -> Result<Self, Halt> {
        let text = text::of_file(path)?;
        let wrong = |span: Option<Range<usize>>, why: String, hints: Vec<String>| -> Halt {
            let (line, column) = place(&text, span.map_or(0, |span| span.start));
            said(2, "invalid", format!("{path}:{line}:{column}: {why}"), hints).into()
        };
        let read: BTreeMap<Spanned<String>, Spanned<String>> = toml::from_str(&text)
            .map_err(|error| wrong(error.span(), error.message().to_owned(), Vec::new()))?;
        let mut fields = BTreeMap::new();
        for (column, word) in read {
            let meant = if canonical(word.as_ref()) == "none" {
                Ok(Field::None)
            } else {
                field::field(word.as_ref())
            };
            let meant = meant.map_err(|Flaw { why, hints }| {
                let hints = hints.into_iter().filter(|hint| !hint.contains("--map")).collect();
                wrong(Some(word.span()), format!("`{}` {why}", word.as_ref()), hints)
            })?;
            if fields.insert(canonical(column.as_ref()), meant).is_some() {
                let why = format!("`{}` is there a second time", column.as_ref());
                return Err(wrong(Some(column.span()), why, Vec::new()));
            }
        }
        Ok(Self { fields })
    }

    /// The field of a column: what was told, else what its name says.
    ///
    /// # Errors
    /// A column that is no field, of which nothing was told.
    pub(super) fn field(&self, column: &str) -> Result<Field, Flaw> {
        self.fields.get(&canonical(column)).cloned().map_or_else(|| field::field(column), Ok)
    }

    /// A column of which something was told, and that is not among these.
    pub(super) fn missing<'a>(&'a self, columns: &[String]) -> Option<&'a str> {
        let known: Vec<String> = columns.iter().map(|column| canonical(column)).collect();
        self.fields.keys().find(|told| !known.contains(told)).map(String::as_str)
    }
}

/// Line and column, counted from 1, of a place in a text.
fn place(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}
