//! From the words of a line to the leads of a request: numbers, standard input, `--where`.
//!
//! Asks before `--where` touches anything (cli.md §4).

use lead_shared::domain::filter::split;
use lead_shared::domain::refusal::{Flaw, Refusal};
use lead_shared::domain::request::{LeadRef, Look, Which};
use lead_shared::domain::view::Row;

use crate::halt::{Halt, said};
use crate::prompt;
use crate::selection::{self, Id, Selection};
use crate::text;
use crate::visit::Visit;
use crate::voice;

/// What `--where` matches is one change up to so many leads. More are named one by one, and go in portions: the
/// database holds a change in memory several times over, some 40 KiB for each lead.
const WHOLE: usize = 10_000;

/// The leads of a request.
pub(super) struct Chosen {
    /// Which.
    pub(super) which: Which,
    /// Exactly one was named, by its number or its address.
    pub(super) single: bool,
}

/// The leads a change is for; `None` when there are none, which is no error.
///
/// # Errors
/// No leads named, or in two ways; a no, or nobody to ask.
pub(super) fn to_change(visit: &mut Visit<'_>, ids: &Selection, verb: &str) -> Result<Option<Chosen>, Halt> {
    let terms = terms(visit)?;
    if visit.global.where_terms.is_empty() {
        let single = ids.literal().is_some();
        if visit.global.if_revision.is_some() && !single {
            return Err(one_only("`--if-revision`"));
        }
        let refs = resolve(ids, verb)?;
        return Ok((!refs.is_empty()).then_some(Chosen { which: Which::These(refs), single }));
    }
    if !ids.ids.is_empty() {
        return Err(two_ways(verb));
    }
    if visit.global.if_revision.is_some() {
        return Err(one_only("`--if-revision`"));
    }
    let refs = matching(visit, &terms)?;
    if !(visit.global.yes || visit.global.dry_run) {
        match refs.len() {
            0 => return Ok(nothing(visit)),
            count => ask(visit, verb, count)?,
        }
    }
    let which = if refs.len() > WHOLE { Which::These(refs) } else { Which::Where(terms) };
    Ok(Some(Chosen { which, single: false }))
}

/// The leads a look is at; `None` when `--where` matches none.
///
/// # Errors
/// As [`to_change`], but for the question.
pub(super) fn to_look(
    visit: &mut Visit<'_>,
    ids: &Selection,
    verb: &str,
) -> Result<Option<Vec<LeadRef>>, Halt> {
    if visit.global.where_terms.is_empty() {
        return resolve(ids, verb).map(|refs| (!refs.is_empty()).then_some(refs));
    }
    if !ids.ids.is_empty() {
        return Err(two_ways(verb));
    }
    let terms = terms(visit)?;
    let refs = matching(visit, &terms)?;
    Ok(if refs.is_empty() { nothing(visit) } else { Some(refs) })
}

/// The one lead of a verb that takes one.
///
/// # Errors
/// None, several, or `-`.
pub(super) fn one(ids: &Selection, verb: &str) -> Result<LeadRef, Halt> {
    if ids.ids.is_empty() {
        return Err(missing(ids, verb));
    }
    ids.literal().cloned().ok_or_else(|| one_only(&format!("`{verb}`")))
}

/// What is missing after the ids: the target, the user, the date.
pub(super) fn missing_rest(field: &str, hint: &str) -> Halt {
    Refusal::Missing { fields: vec![field.to_owned()], hints: vec![format!("`{hint}`")] }.into()
}

/// The terms of `--where`; one that holds none would mean every lead.
fn terms(visit: &Visit<'_>) -> Result<Vec<String>, Halt> {
    let typed = visit.global.where_terms.iter();
    let terms = typed.map(|typed| split(typed).map_err(|flaw| flaw.of("--where", typed)));
    let terms = terms.collect::<Result<Vec<_>, _>>()?.concat();
    match visit.global.where_terms.first().filter(|_| terms.is_empty()) {
        None => Ok(terms),
        Some(typed) => {
            let flaw = Flaw::new("has no terms").hint("every lead that is open: `--where kind:open`");
            Err(flaw.of("--where", typed).into())
        }
    }
}

fn nothing<T>(visit: &Visit<'_>) -> Option<T> {
    voice::say(&visit.out, "no lead matches");
    None
}

/// The leads that were named, those on standard input among them.
///
/// # Errors
/// No leads named; a word on standard input that is none.
pub(super) fn resolve(ids: &Selection, verb: &str) -> Result<Vec<LeadRef>, Halt> {
    if ids.ids.is_empty() {
        return Err(missing(ids, verb));
    }
    let mut refs = Vec::new();
    for id in &ids.ids {
        match id {
            Id::Lead(lead) => refs.push(lead.clone()),
            Id::Stdin => refs.extend(selection::of_stream(&text::of_stdin()?)?),
        }
    }
    Ok(selection::distinct(refs))
}

/// A word where an id must stand, or nothing at all.
fn missing(ids: &Selection, verb: &str) -> Halt {
    match ids.rest.first() {
        Some(word) => selection::no_id(word).into(),
        None => missing_rest("id", &format!("lead {verb} 12")),
    }
}

fn matching(visit: &mut Visit<'_>, terms: &[String]) -> Result<Vec<LeadRef>, Halt> {
    let mut refs = Vec::new();
    let look = Look::Leads { terms: terms.to_vec(), sort: None, limit: None, notes: false, actions: false };
    visit.look(&look, &mut |row| {
        if let Row::Lead(lead) = row {
            refs.push(LeadRef::Number(lead.id));
        }
        Ok(())
    })?;
    Ok(refs)
}

fn ask(visit: &Visit<'_>, verb: &str, count: usize) -> Result<(), Halt> {
    let leads = if count == 1 { "1 lead".to_owned() } else { format!("{count} leads") };
    if !visit.can_prompt() {
        let message = format!("`--where` would {verb} {leads}, and there is no terminal to ask");
        return Err(said(
            7,
            "decision",
            message,
            vec!["`--yes` goes on, `--dry-run` shows what would be done".to_owned()],
        )
        .into());
    }
    if prompt::confirm(&format!("{verb} {leads}?")) { Ok(()) } else { Err(crate::halt::declined()) }
}

fn two_ways(verb: &str) -> Halt {
    let what = "ids and `--where` exclude each other".to_owned();
    Refusal::Conflict {
        what,
        hints: vec![format!("`lead {verb} 12`"), format!("`lead {verb} --where TERMS`")],
    }
    .into()
}

fn one_only(what: &str) -> Halt {
    Refusal::Conflict { what: format!("{what} takes exactly one lead"), hints: Vec::new() }.into()
}
