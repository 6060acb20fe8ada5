//! A deed done to leads: in portions, with the decisions only a person can take.

use lead_shared::domain::refusal::Refusal;
use lead_shared::domain::reply::{LeadResult, Reply, Settled};
use lead_shared::domain::request::{Conversion, Deed, LeadRef, Request, Which};

use super::{results, which};
use crate::halt::{Halt, declined};
use crate::prompt::{self, Into};
use crate::selection::Selection;
use crate::visit::Visit;

/// A request names no more leads than this, unless it must be one: an answer fits into a frame.
const PORTION: usize = 500;

/// Does the deed to the chosen leads, and says what became of each; the exit code.
///
/// # Errors
/// Whatever ends the verb as a whole; a lead's own refusal is in the exit code.
pub(super) fn work(visit: &mut Visit<'_>, ids: &Selection, deed: &Deed, atomic: bool) -> Result<u8, Halt> {
    let Some(done) = settle(visit, ids, deed, atomic)? else {
        results::rows(visit, &[], false)?;
        return Ok(0);
    };
    results::end(visit, &done.results, Some(deed), done.single)
}

/// What became of each lead.
pub(super) struct Done {
    /// In the order they were named.
    pub(super) results: Vec<LeadResult>,
    /// Exactly one was named, by its number or its address.
    pub(super) single: bool,
}

/// Does the deed to the chosen leads; `None` when there are none.
///
/// # Errors
/// As [`work`].
pub(super) fn settle(
    visit: &mut Visit<'_>,
    ids: &Selection,
    deed: &Deed,
    atomic: bool,
) -> Result<Option<Done>, Halt> {
    let Some(chosen) = which::to_change(visit, ids, name(deed))? else { return Ok(None) };
    let mut all = Vec::new();
    for portion in portions(chosen.which, atomic) {
        let request = Request::Work { leads: portion, deed: deed.clone(), atomic };
        all.extend(put(visit, request)?);
    }
    if visit.can_prompt() && !(atomic && all.len() > 1) {
        let alone = all.len() == 1;
        for result in &mut all {
            let decided = decide(visit, result, deed)?;
            if !decided && alone {
                return Err(declined());
            }
            if !decided {
                break;
            }
        }
    }
    Ok(Some(Done { results: all, single: chosen.single }))
}

/// Has a request done whose answer is leads. The refusal of a customer that exists becomes a
/// lead's own, so that it can be decided.
///
/// # Errors
/// A refusal of the whole, and faults.
pub(crate) fn put(visit: &mut Visit<'_>, request: Request) -> Result<Vec<LeadResult>, Halt> {
    match visit.put(request)? {
        Ok(Reply::Leads(results)) => Ok(results),
        Ok(_) => Ok(Vec::new()),
        Err(refusal @ Refusal::CustomerExists { lead, .. }) => Ok(vec![LeadResult {
            lead,
            name: String::new(),
            settled: Settled::Refused(refusal),
            hints: Vec::new(),
            view: None,
        }]),
        Err(refusal) => Err(refusal.into()),
    }
}

/// Asks whether a lead goes into a customer who exists, and asks the engine again (A11). False when
/// the answer was neither: the lead stays refused, what was done to others stays done.
fn decide(visit: &mut Visit<'_>, result: &mut LeadResult, deed: &Deed) -> Result<bool, Halt> {
    let Settled::Refused(Refusal::CustomerExists { lead, candidates }) = &result.settled else {
        return Ok(true);
    };
    let mut deed = deed.clone();
    let Some(conversion) = conversion(&mut deed) else { return Ok(true) };
    match prompt::customer(*lead, candidates) {
        Some(Into::Existing(customer)) => conversion.into = Some(customer),
        Some(Into::New) => conversion.new = true,
        None => return Ok(false),
    }
    let leads = Which::These(vec![LeadRef::Number(*lead)]);
    if let Some(settled) = put(visit, Request::Work { leads, deed, atomic: false })?.pop() {
        *result = settled;
    }
    Ok(true)
}

fn conversion(deed: &mut Deed) -> Option<&mut Conversion> {
    match deed {
        Deed::Convert(conversion) | Deed::Move { convert: Some(conversion), .. } => Some(conversion),
        _ => None,
    }
}

fn portions(which: Which, atomic: bool) -> Vec<Which> {
    match which {
        Which::These(refs) if !atomic && refs.len() > PORTION => {
            refs.chunks(PORTION).map(|some| Which::These(some.to_vec())).collect()
        }
        whole => vec![whole],
    }
}

/// The verb a deed is typed with.
fn name(deed: &Deed) -> &'static str {
    match deed {
        Deed::Move { .. } => "move",
        Deed::Claim => "claim",
        Deed::Own => "own",
        Deed::Release => "release",
        Deed::Assign { .. } | Deed::AssignNext => "assign",
        Deed::Schedule { .. } => "schedule",
        Deed::Note { .. } => "note",
        Deed::Log { .. } => "log",
        Deed::Tag { .. } => "tag",
        Deed::Edit(_) => "edit",
        Deed::Convert(_) => "convert",
        Deed::Trash => "trash",
        Deed::Restore => "restore",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_leads_go_in_portions_unless_all_or_none() {
        let refs: Vec<_> = (1..=1_001).map(LeadRef::Number).collect();
        assert_eq!(portions(Which::These(refs.clone()), false).len(), 3);
        assert_eq!(portions(Which::These(refs.clone()), true), [Which::These(refs)]);
        assert_eq!(portions(Which::Where(Vec::new()), false), [Which::Where(Vec::new())]);
    }
}
