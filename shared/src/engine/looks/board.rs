//! The board: the columns of each pipeline that is meant, with the leads that stand in them (F2).
//!
//! The leads are those of the list with the same terms; only their places differ.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

use super::leads::{Sorted, compare, order, sorted};
use super::{Desk, Sink};
use crate::domain::badge::Badge;
use crate::domain::filter::Filter;
use crate::domain::follow_up::local_date;
use crate::domain::lead::LeadId;
use crate::domain::overview::ColumnView;
use crate::domain::pipeline::{Pipeline, PipelineId, StageId};
use crate::domain::view::Row;
use crate::engine::halt::Halt;
use crate::engine::lookup;
use crate::store::Typed as _;

/// A lead's place in its column: whether it waits, and what it is sorted by.
struct Card {
    waits: bool,
    key: (Vec<Sorted>, LeadId),
}

/// Every column in the order of the file, empty ones too, each followed by its leads.
///
/// The pipelines are those a lead was found in and those the terms name, else the default.
pub(super) fn board(desk: &Desk<'_>, terms: &[String], sink: &mut Sink<'_>) -> Result<(), Halt> {
    let filter = lookup::filter(desk.office, desk.scope, terms, desk.now)?;
    let order = order(desk, None)?;
    let today = local_date(desk.now, &desk.scope.zone);
    let mut places: BTreeMap<(PipelineId, StageId), Vec<Card>> = BTreeMap::new();
    desk.each_match(&filter, &mut |lead| {
        let badge = lead.follow_up.as_ref().and_then(|one| Badge::of(one.date, today));
        let card = Card {
            waits: matches!(badge, Some(Badge::Overdue | Badge::Today)),
            key: (order.iter().map(|key| sorted(desk, &lead, *key)).collect(), lead.id),
        };
        places.entry((lead.pipeline, lead.stage)).or_default().push(card);
        Ok(ControlFlow::Continue(()))
    })?;
    let pipelines = meant(desk, &filter, &|id| places.keys().any(|(found, _)| found == id));
    for pipeline in pipelines {
        for stage in &pipeline.stages {
            let mut cards = places.remove(&(pipeline.id.clone(), stage.id.clone())).unwrap_or_default();
            cards.sort_by(|left, right| match right.waits.cmp(&left.waits) {
                Ordering::Equal => compare(&order, (&left.key.0, left.key.1), (&right.key.0, right.key.1)),
                by_need => by_need,
            });
            let column = ColumnView {
                pipeline: pipeline.id.clone(),
                title: pipeline.title.clone(),
                stage: stage.id.clone(),
                label: stage.label.clone(),
                kind: stage.kind,
            };
            if !sink(Row::Column(Box::new(column))) {
                return Ok(());
            }
            for card in cards {
                let Some(lead) = desk.inner.store.lead(card.key.1)? else { continue };
                if !sink(Row::Lead(Box::new(desk.lead_view(&lead, false)?))) {
                    return Ok(());
                }
            }
        }
    }
    Ok(())
}

/// The pipelines that are meant, the default first: those that were found and those the terms name,
/// else the default.
pub(super) fn meant<'a>(
    desk: &Desk<'a>,
    filter: &Filter,
    is_found: &dyn Fn(&PipelineId) -> bool,
) -> Vec<&'a Pipeline> {
    let default = desk.office.catalogue.default();
    let others = desk.office.catalogue.all().map(|listed| listed.pipeline).filter(|one| one.id != default.id);
    let named = filter.exact_pipelines().unwrap_or_default();
    let is_meant = |pipeline: &&Pipeline| named.contains(&pipeline.id.as_str()) || is_found(&pipeline.id);
    let meant: Vec<_> = std::iter::once(default).chain(others).filter(is_meant).collect();
    if meant.is_empty() { vec![default] } else { meant }
}
