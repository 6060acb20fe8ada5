//! `lead tag`, `note`, `log`, `merge`, `trash`, `restore`.

use lead_shared::domain::refusal::Refusal;
use lead_shared::domain::request::{Deed, Request};

use super::results;
use super::which::{missing_rest, one, resolve};
use super::work::{put, work};
use crate::args::{Ids, Log, Merge, Note, Tag};
use crate::halt::Halt;
use crate::selection::Selection;
use crate::text;
use crate::visit::Visit;
use crate::voice;

pub(super) fn tag(visit: &mut Visit<'_>, line: &Tag) -> Result<u8, Halt> {
    let ids = Selection::split(&line.words)?;
    if ids.rest.is_empty() && line.remove.is_empty() {
        let ids = if line.words.is_empty() { "12".to_owned() } else { line.words.join(" ") };
        return Err(missing_rest("TAG", &format!("lead tag {ids} vip")));
    }
    let deed = Deed::Tag { add: ids.rest.clone(), remove: line.remove.clone() };
    work(visit, &without_tags(&ids, visit), &deed, false)
}

/// With `--where` every word is a tag, and none of them a misspelt id.
fn without_tags(ids: &Selection, visit: &Visit<'_>) -> Selection {
    let rest = if visit.global.where_terms.is_empty() { ids.rest.clone() } else { Vec::new() };
    Selection { ids: ids.ids.clone(), rest }
}

pub(super) fn note(visit: &mut Visit<'_>, line: &Note) -> Result<u8, Halt> {
    let ids = Selection::split_first(&line.words)?;
    let lead = Selection::of(one(&ids, "note")?);
    if let Some(text) = text::of_words(&ids.rest)? {
        return work(visit, &lead, &Deed::Note { text }, false);
    }
    if !(visit.can_prompt() && visit.out.terminal) {
        let id = line.words.join(" ");
        let hints = vec![format!("`lead note {id} TEXT`"), format!("`lead note {id} - < FILE`")];
        return Err(Refusal::Missing { fields: vec!["TEXT".to_owned()], hints }.into());
    }
    visit.enter()?;
    visit.leave();
    let draft = text::of_editor(visit, "note.txt", "")?;
    let ended = work(visit, &lead, &Deed::Note { text: draft.text.clone() }, false);
    if !matches!(ended, Ok(0)) {
        voice::hint(&visit.out, &format!("the text is kept in {}", draft.keep().display()));
    }
    ended
}

pub(super) fn log(visit: &mut Visit<'_>, line: &Log) -> Result<u8, Halt> {
    let ids = Selection::split_first(&line.words)?;
    let lead = one(&ids, "log")?;
    let Some((kind, text)) = ids.rest.split_first() else {
        return Err(missing_rest("KIND", &format!("lead log {} call TEXT", line.words.join(" "))));
    };
    let deed = Deed::Log {
        kind: kind.clone(),
        text: text::of_words(text)?,
        outcome: line.outcome.clone(),
        next: line.next.clone(),
        done: line.done,
        target: line.target.clone(),
    };
    work(visit, &Selection::of(lead), &deed, false)
}

pub(super) fn merge(visit: &mut Visit<'_>, line: &Merge) -> Result<u8, Halt> {
    let ids = Selection::split_first(&line.words)?;
    if ids.rest.is_empty() {
        let into = line.words.first().map_or("12", String::as_str);
        let fields = if line.words.is_empty() { "INTO" } else { "FROM" };
        return Err(missing_rest(fields, &format!("lead merge {into} 15")));
    }
    let into = one(&ids, "merge INTO")?;
    let from = resolve(&Selection::all(&ids.rest)?, "merge")?;
    let results = if from.is_empty() { Vec::new() } else { put(visit, Request::Merge { into, from })? };
    results::end(visit, &results, None, true)
}

pub(super) fn trash(visit: &mut Visit<'_>, line: &Ids) -> Result<u8, Halt> {
    work(visit, &Selection::all(&line.words)?, &Deed::Trash, false)
}

pub(super) fn restore(visit: &mut Visit<'_>, line: &Ids) -> Result<u8, Halt> {
    work(visit, &Selection::all(&line.words)?, &Deed::Restore, false)
}
