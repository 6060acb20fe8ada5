//! The words that fit a place: what the table of verbs knows, and what the store holds.

use std::collections::{BTreeMap, BTreeSet};

use lead_shared::config::{keys, user_file};
use lead_shared::domain::capability::Capability;
use lead_shared::domain::filter::SortKey;
use lead_shared::domain::pipeline::{Pipeline, presets};
use lead_shared::domain::request::{LeadRef, Look};
use lead_shared::domain::text::fold;
use lead_shared::domain::view::{LeadView, Row};

use super::term::term;
use crate::args::{Slot, Word};
use crate::halt::Halt;
use crate::visit::Visit;

/// No more of one kind are offered.
const MOST: usize = 100;

/// What fits.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// Words, each with what it means.
    pub(super) words: Vec<Word>,
    /// Files and folders fit too.
    pub(super) files: bool,
}

/// What fits the place; `enter` opens the store, if there is one and it is not busy.
pub(super) fn of<'a>(slot: &Slot, enter: impl FnOnce() -> Option<Visit<'a>>) -> Found {
    let begins = |word: &Word| word.0.starts_with(&slot.typed);
    let mut found =
        Found { words: slot.known.iter().filter(|word| begins(word)).cloned().collect(), files: false };
    let Some(value) = &slot.value else { return found };
    if !found.words.is_empty() {
        return found;
    }
    match value.as_str() {
        "FILE" | "DIR" => found.files = true,
        "ID|FILE" => {
            let presets = presets().iter().map(|one| (one.id.clone(), one.title.clone()));
            found = Found { words: presets.filter(begins).collect(), files: true };
        }
        "KEY" if !slot.verb.starts_with("config ") => {
            let dash = if slot.typed.starts_with('-') { "-" } else { "" };
            let all = SortKey::names().map(|name| (format!("{dash}{name}"), String::new()));
            found.words = all.filter(begins).collect();
        }
        "KEY" => {
            let firms = keys::KEYS.iter().map(|key| (key.path.to_owned(), key.meaning.to_owned()));
            let own = user_file::KEYS.iter().map(|key| (key.path.to_owned(), key.meaning.to_owned()));
            let all: Vec<Word> =
                if slot.verb == "config get" { firms.chain(own).collect() } else { firms.collect() };
            found.words = all.into_iter().filter(begins).collect();
        }
        "CAPABILITY" => {
            let all = Capability::ALL.iter().map(|one| (one.to_string(), String::new()));
            found.words = all.chain([("manage".to_owned(), String::new())]).filter(begins).collect();
        }
        "TERM" => found.words = term(&slot.typed, |kinds, typed| wanted(enter, slot, kinds, typed)),
        value => {
            if let Some(kinds) = kinds(slot, value) {
                found.words = wanted(enter, slot, kinds, &slot.typed);
            }
        }
    }
    let mut seen = BTreeSet::new();
    found.words.retain(|(word, _)| seen.insert(word.clone()));
    found
}

/// The words of these kinds that begin with what was typed; what cannot be looked at is not offered.
fn wanted<'a>(
    enter: impl FnOnce() -> Option<Visit<'a>>,
    slot: &Slot,
    kinds: Vec<Kind>,
    typed: &str,
) -> Vec<Word> {
    let mut words = Vec::new();
    if let Some(mut visit) = enter() {
        for kind in kinds {
            let _ = stored(&mut visit, slot, kind, typed, &mut words);
        }
    }
    words
}

/// A kind of word that the store knows.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Leads,
    Trash,
    Customers,
    Targets,
    Stages,
    Activities,
    Channels,
    Roles,
    Pipelines,
    Users,
    Tags,
    Sources,
    These(&'static [&'static str]),
}

/// What the store is asked for; none where nothing of it fits.
fn kinds(slot: &Slot, value: &str) -> Option<Vec<Kind>> {
    let count = slot.words.len();
    let verb = slot.verb.as_str();
    Some(match (value, verb) {
        ("ID" | "PIPELINE", "pipeline show" | "pipeline export" | "pipeline default" | "pipeline graph") => {
            vec![Kind::Pipelines]
        }
        ("PIPELINE", _) => vec![Kind::Pipelines],
        ("ID", "restore") => vec![Kind::Trash],
        ("ID", "move") if count > 0 => vec![Kind::Targets, Kind::Leads],
        ("ID", "assign") if count > 0 => vec![Kind::Users, Kind::These(&["me", "none"]), Kind::Leads],
        ("ID", "tag") if count > 0 => vec![Kind::Tags, Kind::Leads],
        ("ID", "schedule") if count > 0 => vec![Kind::These(&["none", "today", "tomorrow"]), Kind::Leads],
        ("ID", "log") if count == 1 => vec![Kind::Activities],
        ("ID", "log" | "note") | ("LEAD", "deal start" | "appointment add") if count > 0 => return None,
        ("ID" | "LEAD" | "INTO" | "FROM", _) if !verb.starts_with("customer") => vec![Kind::Leads],
        ("N" | "INTO" | "FROM", _) if verb.starts_with("customer ") => vec![Kind::Customers],
        ("TARGET", _) if count > 0 => vec![Kind::Targets],
        ("TARGET" | "STAGE", _) => vec![Kind::Stages],
        ("USER", _) => vec![Kind::Users, Kind::These(&["me"])],
        ("LOGIN", "user add") => return None,
        ("LOGIN", _) => vec![Kind::Users],
        ("ROLE", _) => vec![Kind::Roles],
        ("CHANNEL", _) => vec![Kind::Channels],
        ("TAG", _) => vec![Kind::Tags],
        ("SOURCE", _) => vec![Kind::Sources],
        _ => return None,
    })
}

fn stored(
    visit: &mut Visit<'_>,
    slot: &Slot,
    kind: Kind,
    part: &str,
    into: &mut Vec<Word>,
) -> Result<(), Halt> {
    let typed = part.to_lowercase();
    let mut add = |word: &str, meaning: &str| {
        if word.to_lowercase().starts_with(&typed) && !word.is_empty() && into.len() < MOST {
            into.push((word.to_owned(), meaning.to_owned()));
        }
    };
    match kind {
        Kind::These(words) => words.iter().for_each(|word| add(word, "")),
        Kind::Leads => leads(visit, part, false, into)?,
        Kind::Trash => leads(visit, part, true, into)?,
        Kind::Customers => visit.look(&Look::Customers, &mut |row| {
            if let Row::Customer(customer) = row {
                numbered(&typed, customer.id, &customer.name, customer.company.as_deref(), into);
            }
            Ok(())
        })?,
        Kind::Targets => targets(visit, &slot.words)?.iter().for_each(|(word, meaning)| add(word, meaning)),
        Kind::Users => visit.look(&Look::Users, &mut |row| {
            if let Row::User(user) = row {
                add(user.login.as_str(), &user.name);
            }
            Ok(())
        })?,
        Kind::Pipelines => visit.look(&Look::Pipelines, &mut |row| {
            if let Row::Pipeline(pipeline) = row {
                add(pipeline.id.as_str(), &pipeline.title);
            }
            Ok(())
        })?,
        Kind::Tags | Kind::Sources => {
            // Known in any case: the first that was written stands for all.
            let mut words = BTreeMap::new();
            each_lead(visit, Vec::new(), &mut |lead| {
                let of_lead =
                    if matches!(kind, Kind::Tags) { lead.tags } else { lead.source.into_iter().collect() };
                for word in of_lead {
                    words.entry(fold(&word)).or_insert(word);
                }
                false
            })?;
            words.values().for_each(|word| add(word, ""));
        }
        Kind::Stages | Kind::Activities | Kind::Channels | Kind::Roles => {
            for pipeline in pipelines(visit)? {
                match kind {
                    Kind::Stages => pipeline.stages.iter().for_each(|one| add(one.id.as_str(), &one.label)),
                    Kind::Activities => pipeline.activities.iter().for_each(|one| add(&one.id, "")),
                    Kind::Channels => pipeline.intake.iter().for_each(|one| add(&one.id, "")),
                    _ => pipeline.roles.iter().for_each(|one| add(&one.id, "")),
                }
            }
        }
    }
    Ok(())
}

/// Visits leads by their numbers until it is told that they are enough.
fn each_lead(
    visit: &mut Visit<'_>,
    terms: Vec<String>,
    is_enough: &mut dyn FnMut(LeadView) -> bool,
) -> Result<(), Halt> {
    let sort = Some("id".to_owned());
    let look = Look::Leads { terms, sort, limit: None, notes: false, actions: false };
    let looked = visit.look(&look, &mut |row| {
        let Row::Lead(lead) = row else { return Ok(()) };
        if is_enough(*lead) { Err(Halt::Closed) } else { Ok(()) }
    });
    match looked {
        Err(Halt::Closed) => Ok(()),
        looked => looked,
    }
}

/// Leads by the beginning of their number or any part of their name; of several numbers the last is being
/// typed.
fn leads(visit: &mut Visit<'_>, typed: &str, trash: bool, into: &mut Vec<Word>) -> Result<(), Halt> {
    let (before, part) =
        typed.rsplit_once(',').map_or(("", typed), |(_, part)| (&typed[..typed.len() - part.len()], part));
    let part = part.to_lowercase();
    let mut terms = vec![format!("trash:{}", if trash { "yes" } else { "no" })];
    // A plain part of a name is looked for where the leads are; anything else is compared here.
    if part.chars().all(char::is_alphanumeric) && part.contains(char::is_alphabetic) {
        terms.push(format!("name:{part}"));
    }
    let mut found = Vec::new();
    each_lead(visit, terms, &mut |lead| {
        numbered(&part, lead.id, &lead.name, lead.company.as_deref(), &mut found);
        found.len() == MOST
    })?;
    into.extend(found.into_iter().map(|(number, name)| (format!("{before}{number}"), name)));
    Ok(())
}

fn numbered(part: &str, id: u64, name: &str, company: Option<&str>, into: &mut Vec<Word>) {
    let number = id.to_string();
    if into.len() < MOST && (number.starts_with(part) || name.to_lowercase().contains(part)) {
        let company = company.filter(|company| *company != name).map(|company| format!(", {company}"));
        into.push((number, format!("{name}{}", company.unwrap_or_default())));
    }
}

/// The moves and stages that are open to all of these leads now; all stages where none is named by number
/// or address.
fn targets(visit: &mut Visit<'_>, words: &[String]) -> Result<Vec<Word>, Halt> {
    let parts = words.iter().flat_map(|word| word.split(','));
    let leads = parts.filter_map(|word| match word.parse() {
        Ok(number) => Some(LeadRef::Number(number)),
        Err(_) => word.contains('@').then(|| LeadRef::Email(word.to_owned())),
    });
    let mut common: Option<Vec<Word>> = None;
    for lead in leads.take(MOST) {
        let mut open = Vec::new();
        visit.look(&Look::Actions(lead), &mut |row| {
            if let Row::Action(action) = row
                && let Some(to) = action.to
            {
                let label = action.to_label.unwrap_or_default();
                open.push((action.name, label.clone()));
                open.push((to.to_string(), label));
            }
            Ok(())
        })?;
        common = Some(match common {
            None => open,
            Some(common) => common.into_iter().filter(|word| open.contains(word)).collect(),
        });
    }
    Ok(common.unwrap_or_default())
}

/// The pipelines a firm uses: the default one first, then its own.
fn pipelines(visit: &mut Visit<'_>) -> Result<Vec<Pipeline>, Halt> {
    let mut ids = Vec::new();
    visit.look(&Look::Pipelines, &mut |row| {
        if let Row::Pipeline(view) = row
            && (view.default || !view.preset)
        {
            ids.insert(if view.default { 0 } else { ids.len() }, view.id.to_string());
        }
        Ok(())
    })?;
    let mut found = Vec::new();
    for id in ids {
        visit.look(&Look::Pipeline(Some(id)), &mut |row| {
            if let Row::PipelineText(text) = row {
                found.extend(Pipeline::parse(&text));
            }
            Ok(())
        })?;
    }
    Ok(found)
}
