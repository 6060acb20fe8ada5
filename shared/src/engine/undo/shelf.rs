//! A store's pipelines set back: a file taken away or brought back, the former default (P3, L9).
//!
//! No lead is lost and nobody is locked out by it: what would be is in the way.

use std::collections::HashMap;

use indexmap::IndexMap;
use serde_json::Value;

use super::found::Found;
use super::net::Touched;
use crate::domain::activity::Edit;
use crate::domain::lead::Lead;
use crate::domain::pipeline::{PipelineId, PipelineSource};
use crate::engine::catalogue::Catalogue;
use crate::engine::desk::Desk;
use crate::engine::halt::Halt;
use crate::engine::laid::Laid;
use crate::engine::pipelines::fits_people;

/// The record under which the default pipeline stands in edits.
const STORE: &str = "store";

/// Whether it is an edit of the store's pipelines.
pub(super) fn is_of_pipelines(touched: &Touched) -> bool {
    touched.record == STORE || id_of(&touched.record).is_some()
}

/// The pipeline that a record of an edit is.
pub(super) fn id_of(record: &str) -> Option<&str> {
    record.strip_prefix("pipeline/")
}

/// The pipelines as they will be.
pub(super) struct Shelf {
    catalogue: Catalogue,
    /// What differs between now and then, to be laid down.
    laid: Vec<Laid>,
    /// The pipelines whose files are set back.
    files: Vec<PipelineId>,
    default_differs: bool,
    /// In the order they were touched.
    pub(super) edits: Vec<Edit>,
}

/// A field of a record that stands in the way.
pub(super) struct Obstacle(pub(super) String, pub(super) &'static str);

impl Shelf {
    /// Sets back what a change did to the pipelines; none if it did nothing to them.
    ///
    /// # Errors
    /// The field that is not as the change left it.
    pub(super) fn of(
        desk: &Desk<'_>,
        touched: &IndexMap<String, Touched>,
    ) -> Result<Result<Option<Self>, Obstacle>, Halt> {
        let office = desk.office;
        let mut own: Vec<PipelineSource> = Vec::new();
        for listed in office.catalogue.all().filter(|listed| !listed.preset) {
            own.extend(desk.pipeline_source(&listed.pipeline.id)?);
        }
        let now = office.catalogue.default().id.clone();
        let (mut default, mut laid, mut files, mut edits) = (now.clone(), Vec::new(), Vec::new(), Vec::new());
        for one in touched.values().filter(|one| is_of_pipelines(one)) {
            for edit in &one.edits {
                edits.push(Edit { before: edit.after.clone(), after: edit.before.clone(), ..edit.clone() });
                let Some(id) = id_of(&one.record) else {
                    if edit.after != now.as_str() {
                        return Ok(Err(Obstacle(one.record.clone(), "default_pipeline")));
                    }
                    default = PipelineId::new(edit.before.as_str().unwrap_or_default());
                    laid.push(Laid::Default(default.clone()));
                    continue;
                };
                let id = PipelineId::new(id);
                let stands = own.iter().position(|source| source.id == id).map(|at| own.remove(at));
                if edit.after != stands.as_ref().map_or(Value::Null, |source| source.text.as_str().into()) {
                    return Ok(Err(Obstacle(one.record.clone(), "text")));
                }
                laid.push(match edit.before.as_str() {
                    None => Laid::PipelineGone(id.clone()),
                    Some(text) => {
                        let mut source = stands.unwrap_or_else(|| PipelineSource::blank(id.clone()));
                        source.text = text.to_owned();
                        source.revision += 1;
                        own.push(source.clone());
                        Laid::Pipeline(Box::new(source))
                    }
                });
                files.push(id);
            }
        }
        if laid.is_empty() {
            return Ok(Ok(None));
        }
        let default_differs = default != now;
        let catalogue = Catalogue::new(own, default);
        Ok(Ok(Some(Self { catalogue, laid, files, default_differs, edits })))
    }

    /// The pipelines that leads go through then.
    pub(super) fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// What is in the way of the pipelines being so, with these leads as they will be.
    ///
    /// # Errors
    /// Refuses a default pipeline that does not fit the people.
    pub(super) fn obstacle(
        &self,
        desk: &Desk<'_>,
        found: &Found,
        leads: &[(Lead, Lead)],
    ) -> Result<Option<Obstacle>, Halt> {
        let default = self.catalogue.default_id();
        if !self.catalogue.has(default) {
            return Ok(Some(if self.default_differs {
                Obstacle(format!("pipeline/{default}"), "text")
            } else {
                Obstacle(STORE.to_owned(), "default_pipeline")
            }));
        }
        let then: HashMap<_, _> = leads.iter().map(|(_, after)| (after.id, after)).collect();
        for id in &found.standing {
            let lead = match then.get(id) {
                Some(lead) => Some((*lead).clone()),
                None => desk.stored_lead(*id)?,
            };
            if let Some(field) = lead.and_then(|lead| self.loses(&lead)) {
                return Ok(Some(Obstacle(format!("lead/{id}"), field)));
            }
        }
        if self.default_differs || self.files.contains(default) {
            fits_people(desk, self.catalogue.default())?;
        }
        Ok(None)
    }

    /// The field of a lead that would have no place any more.
    fn loses(&self, lead: &Lead) -> Option<&'static str> {
        match () {
            () if !self.files.contains(&lead.pipeline) => None,
            () if !self.catalogue.has(&lead.pipeline) => Some("pipeline"),
            () if self.catalogue.get(&lead.pipeline).known(&lead.stage).is_none() => Some("stage"),
            () => None,
        }
    }

    /// What is to be laid down.
    pub(super) fn into_laid(self) -> Vec<Laid> {
        self.laid
    }
}
