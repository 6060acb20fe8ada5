//! The pipelines of a store: its own, and the built-in ones under them.
//!
//! A file is parsed when it is first needed and kept; most stores use one.

use std::sync::OnceLock;

use crate::domain::name;
use crate::domain::pipeline::{Pipeline, PipelineId, PipelineSource, presets};

/// A pipeline file and, once asked for, the pipeline.
struct Volume {
    id: PipelineId,
    text: String,
    preset: bool,
    pipeline: OnceLock<Pipeline>,
}

/// All pipelines that leads of this store may go through.
pub(super) struct Catalogue {
    volumes: Vec<Volume>,
    default: PipelineId,
}

/// A pipeline of the catalogue as a list shows it.
pub(super) struct Listed<'a> {
    pub(super) pipeline: &'a Pipeline,
    pub(super) text: &'a str,
    pub(super) preset: bool,
}

impl Catalogue {
    /// The firm's own pipelines first; a built-in one gives way to its own of the same id.
    pub(super) fn new(own: Vec<PipelineSource>, default: PipelineId) -> Self {
        let mut volumes: Vec<Volume> = own
            .into_iter()
            .map(|source| Volume {
                id: source.id,
                text: source.text,
                preset: false,
                pipeline: OnceLock::new(),
            })
            .collect();
        for preset in presets() {
            if !volumes.iter().any(|volume| name::same(volume.id.as_str(), &preset.id)) {
                volumes.push(Volume {
                    id: PipelineId::new(preset.id.clone()),
                    text: preset.text.to_owned(),
                    preset: true,
                    pipeline: OnceLock::new(),
                });
            }
        }
        Self { volumes, default }
    }

    /// Whether there is a pipeline of exactly this id.
    pub(super) fn has(&self, id: &PipelineId) -> bool {
        self.volumes.iter().any(|volume| volume.id == *id)
    }

    /// The id of the store's default pipeline.
    pub(super) fn default_id(&self) -> &PipelineId {
        &self.default
    }

    /// The store's default pipeline.
    pub(super) fn default(&self) -> &Pipeline {
        self.get(&self.default)
    }

    /// The pipeline of a lead; the default stands in for one that is gone, and opens nothing there.
    pub(super) fn get(&self, id: &PipelineId) -> &Pipeline {
        let found = self.volumes.iter().find(|volume| volume.id == *id);
        let volume = found.or_else(|| self.volumes.iter().find(|volume| volume.id == self.default));
        volume.or_else(|| self.volumes.first()).expect("the built-in pipelines are always there").read()
    }

    /// The pipeline that was typed.
    pub(super) fn find(&self, typed: &str) -> Option<Listed<'_>> {
        self.volumes.iter().find(|volume| name::same(volume.id.as_str(), typed)).map(Volume::listed)
    }

    /// All of them, the firm's own first.
    pub(super) fn all(&self) -> impl Iterator<Item = Listed<'_>> {
        self.volumes.iter().map(Volume::listed)
    }

    /// Their ids, for suggestions.
    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.volumes.iter().map(|volume| volume.id.as_str())
    }
}

impl Volume {
    fn read(&self) -> &Pipeline {
        self.pipeline.get_or_init(|| {
            Pipeline::parse(&self.text).expect("a pipeline is checked before it enters a store")
        })
    }

    fn listed(&self) -> Listed<'_> {
        Listed { pipeline: self.read(), text: &self.text, preset: self.preset }
    }
}
