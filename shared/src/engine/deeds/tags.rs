//! Tags: what kind of lead it is; they never move it (F8).

use std::collections::HashSet;

use crate::domain::activity::Event;
use crate::domain::lead::Lead;
use crate::domain::name::{self, canonical};
use crate::domain::refusal::{Flaw, Refusal};
use crate::domain::reply::{Did, Settled};
use crate::engine::act::Act;
use crate::engine::desk::Desk;
use crate::engine::halt::Halt;

/// Sets and removes tags. A tag that is there in another case stays as it was first typed.
pub(super) fn tag(
    desk: &mut Desk<'_>,
    mut lead: Lead,
    add: &[String],
    remove: &[String],
) -> Result<Settled, Halt> {
    let removed: HashSet<String> = remove.iter().map(|typed| canonical(typed)).collect();
    let mut tags = lead.tags.clone();
    tags.retain(|tag| !removed.contains(&canonical(tag)));
    let known: HashSet<String> = tags.iter().map(|tag| canonical(tag)).collect();
    tags.extend(read(add)?.into_iter().filter(|tag| !known.contains(&canonical(tag))));
    if tags == lead.tags {
        return Ok(Settled::Already(Did::Tagged { tags }));
    }
    let did = Did::Tagged { tags: tags.clone() };
    desk.amend(&mut lead, Act::new(Event::Tagged).action("tag"), |lead| lead.tags = tags);
    desk.keep(lead);
    Ok(Settled::Done(did))
}

/// No more tags are set at once.
const MOST: usize = 1_000;

/// Tags as typed, each once.
///
/// # Errors
/// The first that is none; and too many.
pub(in crate::engine) fn read(typed: &[String]) -> Result<Vec<String>, Refusal> {
    if let Some(word) = typed.get(MOST) {
        let flaw = Flaw::new(format!("is one of {}, more than {MOST}", typed.len()));
        return Err(flaw.of("tag", word));
    }
    let (mut tags, mut known) = (Vec::new(), HashSet::new());
    for word in typed {
        let tag = name::tag(word).map_err(|flaw| flaw.of("tag", word))?;
        if known.insert(canonical(&tag)) {
            tags.push(tag);
        }
    }
    Ok(tags)
}
