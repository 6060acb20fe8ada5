//! Looks: `lead list`, `show`, `actions`, `history`, `status`.

use lead_shared::domain::lead::LeadId;
use lead_shared::domain::pipeline::Pipeline;
use lead_shared::domain::reply::Hint;
use lead_shared::domain::request::{LeadRef, Look};
use lead_shared::domain::view::Row;

use super::which;
use crate::args::{Actions, History, Ids, List};
use crate::halt::Halt;
use crate::render::{self, Format, Rows, Shape, What, check_columns};
use crate::selection::Selection;
use crate::visit::Visit;
use crate::voice;
use crate::words;

/// A check found something (cli.md §5).
pub(super) const FOUND: u8 = 10;

pub(super) fn list(visit: &mut Visit<'_>, line: &List) -> Result<u8, Halt> {
    let columns = line.columns.as_deref().map(|typed| check_columns(What::Leads, typed)).transpose()?;
    let asks_for = |name: &str| columns.iter().flatten().any(|column| column == name);
    let unasked = match (&columns, visit.out.form()) {
        (None, Format::Table) => Some(of_pipeline(visit)?),
        _ => None,
    };
    let shows = |name: &str| asks_for(name) || unasked.iter().flatten().any(|column| column == name);
    let look = Look::Leads {
        terms: line.terms.clone(),
        sort: line.sort.clone(),
        limit: line.limit,
        notes: shows("notes"),
        actions: shows("actions"),
    };
    let shape = Shape { what: What::Leads, single: false, columns, unasked };
    visit.print(&look, shape)?;
    Ok(0)
}

/// The columns of the default pipeline's file, which people are shown unasked (M3).
fn of_pipeline(visit: &mut Visit<'_>) -> Result<Vec<String>, Halt> {
    let mut file = String::new();
    visit.look(&Look::Pipeline(None), &mut |row| {
        if let Row::PipelineText(text) = row {
            file = text;
        }
        Ok(())
    })?;
    let columns = Pipeline::parse(&file).map(|pipeline| pipeline.list.columns).unwrap_or_default();
    Ok(columns.iter().map(|column| column.as_str().to_owned()).collect())
}

pub(super) fn show(visit: &mut Visit<'_>, line: &Ids) -> Result<u8, Halt> {
    let ids = Selection::all(&line.words)?;
    let single = ids.literal().is_some() && visit.global.where_terms.is_empty();
    let shape = if single { Shape::one(What::Lead) } else { Shape::many(What::Lead) };
    match which::to_look(visit, &ids, "show")? {
        Some(leads) => {
            let mut shown = Vec::new();
            visit.print_some(&Look::Show(leads.clone()), shape, &mut |row| {
                if let Row::Lead(view) = row {
                    shown.push(view.id);
                }
                true
            })?;
            say_merged(visit, &leads, &shown);
        }
        None => none(visit, shape)?,
    }
    Ok(0)
}

/// Says of numbers that were merged what was shown in their place. What was named otherwise is what
/// it is.
fn say_merged(visit: &Visit<'_>, asked: &[LeadRef], shown: &[LeadId]) {
    let numbers = asked.iter().map(|one| match one {
        LeadRef::Number(number) => Some(*number),
        _ => None,
    });
    let Some(numbers) = numbers.collect::<Option<Vec<LeadId>>>() else { return };
    for (asked, shown) in numbers.into_iter().zip(shown).filter(|(asked, shown)| asked != *shown) {
        if let Some(hint) = words::hint(&Hint::MergedFrom(asked), *shown) {
            voice::hint(&visit.out, &hint);
        }
    }
}

pub(super) fn actions(visit: &mut Visit<'_>, line: &Actions) -> Result<u8, Halt> {
    let ids = Selection::all(std::slice::from_ref(&line.id))?;
    let lead = which::one(&ids, "actions")?;
    visit.print(&Look::Actions(lead), Shape::many(What::Actions))?;
    Ok(0)
}

pub(super) fn history(visit: &mut Visit<'_>, line: &History) -> Result<u8, Halt> {
    let ids = Selection::all(&line.words)?;
    let shape = Shape::many(What::Entries);
    let leads = if ids.ids.is_empty() && visit.global.where_terms.is_empty() {
        Vec::new()
    } else {
        match which::to_look(visit, &ids, "history")? {
            Some(leads) => leads,
            None => return none(visit, shape).map(|()| 0),
        }
    };
    if visit.out.form() == Format::Table {
        visit.settle_labels()?;
    }
    let look = Look::History {
        leads,
        since: line.since.clone(),
        until: line.until.clone(),
        by: line.by.clone(),
        event: line.event.clone(),
    };
    visit.print(&look, shape)?;
    Ok(0)
}

pub(super) fn status(visit: &mut Visit<'_>) -> Result<u8, Halt> {
    visit.print(&Look::Status, Shape::one(What::Status))?;
    Ok(0)
}

/// An empty answer, in the form that was asked for.
pub(super) fn none(visit: &Visit<'_>, shape: Shape) -> Result<(), Halt> {
    let mut sink = render::stdout();
    Ok(Rows::begin(&visit.out, &mut sink, shape).end()?)
}
