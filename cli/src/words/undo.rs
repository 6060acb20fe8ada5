//! An undo in words: what it will do, what it leaves, and what is in its way (L9).

use lead_shared::domain::activity::Edit;
use lead_shared::domain::lead::LeadId;
use lead_shared::domain::refusal::Lasting;
use lead_shared::domain::reply::Purged;
use lead_shared::domain::undo::{InTheWay, Undoing};

use super::{Clock, Said, cut, quoted};
use crate::render::value;

/// No more edits are shown one by one.
const SHOWN: usize = 20;

/// What an undo does, a line for each edit; what it leaves as it is stands last.
pub fn undoing(undoing: &Undoing, clock: &Clock) -> Vec<String> {
    let Undoing { change, verb, actor, at, edits, notes, mails, .. } = undoing;
    let (verb, actor) = (quoted(verb), quoted(actor.as_str()));
    let mut lines = vec![format!("change {change}, `{verb}` by {actor}, {}:", clock.moment(*at))];
    for edit in edits.iter().take(SHOWN) {
        if let Some(import) = edit.record.strip_prefix("import/") {
            let goes = if edit.after.is_null() { "goes out of sight" } else { "comes into sight again" };
            lines.push(format!("  what import {} added {goes}", quoted(import)));
            continue;
        }
        let record = quoted(&edit.record.replacen('/', " ", 1));
        if edit.field == "text" {
            lines.push(format!("  {record} {}", file(edit)));
            continue;
        }
        let shown = |one| value(&edit.field, one, &clock.zone);
        let (before, after) = (shown(&edit.before), shown(&edit.after));
        // A follow-up that was set anew to the same time differs in nothing that is shown.
        if before != after {
            lines.push(format!("  {record} {}: {before} → {after}", quoted(&edit.field)));
        }
    }
    if edits.len() > SHOWN {
        lines.push(format!("  and {} more", edits.len() - SHOWN));
    }
    match notes {
        0 => {}
        1 => lines.push("  its note is shown no more".to_owned()),
        notes => lines.push(format!("  its {notes} notes are shown no more")),
    }
    if lines.len() == 1 {
        lines.push("  no field is set back".to_owned());
    }
    for gone in mails {
        let (kind, to) = (gone.kind.name(), quoted(gone.to.as_str()));
        lines.push(format!("  mail {} ({kind}) to {to} is out and stays so", gone.mail));
    }
    lines
}

/// What becomes of a pipeline's file, which is too long to be shown.
fn file(edit: &Edit) -> &'static str {
    match (edit.before.is_null(), edit.after.is_null()) {
        (_, true) => "goes, and the built-in one of its id stands where there is one",
        (true, false) => "comes back",
        (false, false) => "gets back its former file",
    }
}

/// What a purge erased.
pub fn purged(purged: &Purged, dry_run: bool) -> Vec<String> {
    let Purged { lead, customer, contents, mails } = purged;
    let of = |count: u64, one: &str, many: &str| match count {
        1 => format!("1 {one}"),
        count => format!("{count} {many}"),
    };
    let customer = customer.map(|customer| format!(", customer {customer}")).unwrap_or_default();
    let entries = of(*contents, "entry of the history", "entries of the history");
    let mails = of(mails.len() as u64, "mail", "mails");
    let mut said = vec![format!("{lead}: purged, with what {entries} said, {mails}{customer}")];
    if dry_run {
        said.push("dry run: nothing was changed".to_owned());
    }
    said
}

/// An edit that does not stand any more.
pub(super) fn in_the_way(way: &InTheWay, clock: &Clock) -> Said {
    let record = quoted(&way.record.replacen('/', " ", 1));
    let field = cut(&way.field, 80).into_owned();
    let since = match &way.by {
        Some(by) => {
            let (actor, at) = (quoted(by.actor.as_str()), clock.moment(by.at));
            format!("{actor} changed it in change {}, {at}", by.change)
        }
        None => "it is not as that change left it".to_owned(),
    };
    let message = format!("cannot undo change {}: `{field}` of {record} is in the way, {since}", way.change);
    let mut said = Said::new(4, "in-the-way", message);
    said.lead =
        way.by.as_ref().and_then(|by| by.lead).or_else(|| way.record.strip_prefix("lead/")?.parse().ok());
    match &way.by {
        Some(by) => said.hint(format!("undo that first: `lead undo --change {}`", by.change)),
        None => match said.lead {
            Some(lead) => said.hint(format!("`lead history {lead}`")),
            None => said,
        },
    }
}

/// A change that is never undone.
pub(super) fn cannot(change: u64, why: Lasting) -> Said {
    let why = match why {
        Lasting::Purged => "what it wrote was purged",
        Lasting::Time => "it only says that a claim's time was over",
        Lasting::Kind => "it changed something that is not set back",
    };
    Said::new(4, "cannot-undo", format!("cannot undo change {change}: {why}"))
}

/// No change of the caller's.
pub(super) fn nothing(lead: Option<LeadId>) -> Said {
    let said = match lead {
        Some(lead) => {
            Said::new(3, "nothing-to-undo", format!("no change of yours to undo on {lead}")).about(lead)
        }
        None => Said::new(3, "nothing-to-undo", "no change of yours to undo"),
    };
    let ids = lead.map(|lead| format!(" {lead}")).unwrap_or_default();
    said.hint(format!("any change that you may undo, by its number: `lead history{ids} --json`"))
}
