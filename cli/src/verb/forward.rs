//! `lead move`, `claim`, `own`, `release`, `assign`, `schedule`, `convert`.

use lead_shared::domain::refusal::Refusal;
use lead_shared::domain::reply::{Did, LeadResult, Settled};
use lead_shared::domain::request::{Conversion, Deed, Request};

use super::which::missing_rest;
use super::work::{put, settle, work};
use super::{print_line, results};
use crate::args::{Assign, Claim, Convert, Ids, Move, Schedule};
use crate::halt::Halt;
use crate::selection::Selection;
use crate::visit::Visit;

/// `lead move`.
pub(super) fn go(visit: &mut Visit<'_>, line: &Move) -> Result<u8, Halt> {
    let (ids, target) = match &line.to {
        Some(target) => (Selection::all(&line.words)?, target.clone()),
        None => {
            let hint = "lead actions 12";
            ids_and_rest(visit, &line.words, "TARGET", hint)?
        }
    };
    let deal = line.deal.start_deal.clone();
    if deal.is_some() && !line.convert {
        let what = "`--start-deal` needs `--convert` beside it".to_owned();
        return Err(Refusal::Conflict { what, hints: vec!["`--convert --start-deal`".to_owned()] }.into());
    }
    let convert = line.convert.then(|| Conversion { deal, ..Conversion::default() });
    work(visit, &ids, &Deed::Move { target, convert }, line.atomic)
}

pub(super) fn claim(visit: &mut Visit<'_>, line: &Claim) -> Result<u8, Halt> {
    if line.next {
        let claimed = put(visit, Request::ClaimNext)?;
        return results::end(visit, &claimed, true);
    }
    let ids = Selection::all(&line.words)?;
    work(visit, &ids, &Deed::Claim, false)
}

pub(super) fn own(visit: &mut Visit<'_>, line: &Ids) -> Result<u8, Halt> {
    work(visit, &Selection::all(&line.words)?, &Deed::Own, false)
}

pub(super) fn release(visit: &mut Visit<'_>, line: &Ids) -> Result<u8, Halt> {
    work(visit, &Selection::all(&line.words)?, &Deed::Release, false)
}

pub(super) fn assign(visit: &mut Visit<'_>, line: &Assign) -> Result<u8, Halt> {
    let (ids, to) = ids_and_rest(visit, &line.words, "USER", "lead assign 12 me")?;
    work(visit, &ids, &Deed::Assign { to }, false)
}

pub(super) fn schedule(visit: &mut Visit<'_>, line: &Schedule) -> Result<u8, Halt> {
    let (ids, when) = ids_and_rest(visit, &line.words, "WHEN", "lead schedule 12 tomorrow")?;
    work(visit, &ids, &Deed::Schedule { when, note: line.note.clone() }, false)
}

pub(super) fn convert(visit: &mut Visit<'_>, line: &Convert) -> Result<u8, Halt> {
    let ids = Selection::all(&line.words)?;
    let deed = Deed::Convert(Conversion {
        into: line.into,
        new: line.new,
        company_name: line.company_name,
        deal: line.deal.start_deal.clone(),
    });
    let Some(done) = settle(visit, &ids, &deed, false)? else {
        results::rows(visit, &[], false)?;
        return Ok(0);
    };
    if !(visit.wants_rows() || visit.out.terminal || visit.global.dry_run) {
        for number in customers(&done.results) {
            print_line(&number.to_string())?;
        }
    }
    results::end(visit, &done.results, done.single)
}

/// The customers' numbers, where the pipeline keeps customers apart.
fn customers(results: &[LeadResult]) -> impl Iterator<Item = u64> {
    results.iter().filter_map(|result| match &result.settled {
        Settled::Done(Did::Converted { customer, .. })
        | Settled::Already(Did::Converted { customer, .. }) => *customer,
        _ => None,
    })
}

/// The ids of a line, and the words behind them as one: with `--where` all words are that one.
fn ids_and_rest(
    visit: &Visit<'_>,
    words: &[String],
    field: &str,
    hint: &str,
) -> Result<(Selection, String), Halt> {
    let mut ids = Selection::split(words)?;
    let by_terms = !visit.global.where_terms.is_empty();
    if ids.rest.is_empty() && (by_terms || !ids.ids.is_empty()) {
        return Err(missing_rest(field, hint));
    }
    let rest = ids.rest.join(" ");
    if by_terms {
        ids.rest.clear();
    }
    Ok((ids, rest))
}
