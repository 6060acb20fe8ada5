//! The pipelines that are built in, as the text a firm can export and edit.
//!
//! Which they are stands in the files; this lists them, the default first.

use std::sync::LazyLock;

use super::{Pipeline, parse};
use crate::domain::name::same;

/// A built-in pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preset {
    /// Its id, as its file says.
    pub id: String,
    /// Its title, as its file says.
    pub title: String,
    /// The file.
    pub text: &'static str,
}

impl Preset {
    /// What is peculiar to it, in a few words: its file begins with them.
    pub fn summary(&self) -> &'static str {
        let opening = self.text.lines().next().unwrap_or_default();
        opening.split_once(": ").map_or("", |(_, summary)| summary)
    }

    /// The pipeline.
    pub fn pipeline(&self) -> Pipeline {
        Pipeline::parse(self.text).expect("every preset passes its own check, as a test proves")
    }
}

/// The files, the default first.
const TEXTS: [&str; 4] = [
    include_str!("../../../pipelines/field-service.toml"),
    include_str!("../../../pipelines/agency.toml"),
    include_str!("../../../pipelines/mini.toml"),
    include_str!("../../../pipelines/dealership.toml"),
];

static PRESETS: LazyLock<Vec<Preset>> = LazyLock::new(|| {
    TEXTS
        .into_iter()
        .map(|text| {
            let (id, title) = parse::heading(text);
            Preset { id, title, text }
        })
        .collect()
});

/// The built-in pipelines, the default first; never empty.
pub fn presets() -> &'static [Preset] {
    &PRESETS
}

/// The one that a store has unless told otherwise.
pub fn default_preset() -> &'static Preset {
    presets().first().expect("the list of presets is never empty")
}

/// The one of that id, compared as ids are.
pub fn preset(id: &str) -> Option<&'static Preset> {
    presets().iter().find(|preset| same(&preset.id, id))
}
