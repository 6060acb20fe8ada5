//! `lead move`, `claim`, `own`, `release`, `assign`, `schedule`, `convert`.

use jiff::Zoned;
use lead_shared::domain::refusal::Refusal;
use lead_shared::domain::reply::{Did, LeadResult, Settled};
use lead_shared::domain::request::{Conversion, Deed, Request};
use lead_shared::domain::when;

use super::which::missing_rest;
use super::work::{put, settle, work};
use super::{print_line, results};
use crate::args::{Assign, Claim, Convert, Ids, Move, Schedule};
use crate::halt::{Halt, usage};
use crate::selection::Selection;
use crate::visit::Visit;

/// `lead move`.
pub(super) fn go(visit: &mut Visit<'_>, line: &Move) -> Result<u8, Halt> {
    let (ids, target) = match &line.to {
        Some(target) => (Selection::all(&line.words)?, target.clone()),
        None => ids_and_rest(visit, &line.words, "TARGET", |ids| format!("lead actions {ids}"))?,
    };
    let deal = line.deal.title();
    if deal.is_some() && !line.convert {
        let what = "`--start-deal` needs `--convert` beside it".to_owned();
        return Err(Refusal::Conflict { what, hints: vec!["`--convert --start-deal`".to_owned()] }.into());
    }
    let convert = line.convert.then(|| Conversion { deal, ..Conversion::default() });
    converting(visit, &ids, &Deed::Move { target, convert }, line.atomic)
}

pub(super) fn claim(visit: &mut Visit<'_>, line: &Claim) -> Result<u8, Halt> {
    if line.next {
        let claimed = put(visit, Request::ClaimNext)?;
        return results::end(visit, &claimed, None, true);
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
    if line.next {
        return work(visit, &Selection::all(&line.words)?, &Deed::AssignNext, false);
    }
    let (ids, to) = ids_and_rest(visit, &line.words, "USER", |ids| format!("lead assign {ids} me"))?;
    work(visit, &ids, &Deed::Assign { to }, false)
}

pub(super) fn schedule(visit: &mut Visit<'_>, line: &Schedule) -> Result<u8, Halt> {
    let hint = |ids: &str| format!("lead schedule {ids} tomorrow");
    let (ids, when) = ids_and_rest(visit, &line.words, "WHEN", hint)?;
    one_reading(visit, &line.words, &ids, &when)?;
    work(visit, &ids, &Deed::Schedule { when, note: line.note.clone() }, false)
}

pub(super) fn convert(visit: &mut Visit<'_>, line: &Convert) -> Result<u8, Halt> {
    let ids = Selection::all(&line.words)?;
    let deed = Deed::Convert(Conversion {
        into: line.into,
        new: line.new,
        company_name: line.company_name,
        deal: line.deal.title(),
    });
    converting(visit, &ids, &deed, false)
}

/// Does a deed that may convert; on a pipe it prints the customers' numbers.
fn converting(visit: &mut Visit<'_>, ids: &Selection, deed: &Deed, atomic: bool) -> Result<u8, Halt> {
    let Some(done) = settle(visit, ids, deed, atomic)? else {
        results::rows(visit, &[], false)?;
        return Ok(0);
    };
    if !(visit.wants_rows() || visit.out.terminal || visit.global.dry_run) {
        for number in customers(&done.results, deed) {
            let lost = "a customer's number";
            print_line(&number.to_string())
                .map_err(|halt| halt.after(&results::deeds(&done.results), lost))?;
        }
    }
    results::end(visit, &done.results, Some(deed), done.single)
}

/// The customers' numbers, where the pipeline keeps customers apart.
fn customers(results: &[LeadResult], deed: &Deed) -> impl Iterator<Item = u64> {
    let converts = matches!(deed, Deed::Move { convert: Some(_), .. });
    results.iter().filter_map(move |result| match &result.settled {
        Settled::Done(Did::Converted { customer, .. })
        | Settled::Already(Did::Converted { customer, .. }) => *customer,
        Settled::Done(_) if converts => result.view.as_ref().and_then(|view| view.customer),
        _ => None,
    })
}

/// Refuses `1 3 days`: its `3` is an id like any other, and makes a date with what follows.
fn one_reading(visit: &mut Visit<'_>, words: &[String], ids: &Selection, when: &str) -> Result<(), Halt> {
    let count = words.len().saturating_sub(when.split(' ').count());
    let (Some((last, before)), true) = (words[..count].split_last(), ids.ids.len() > 1) else {
        return Ok(());
    };
    let clock = visit.clock();
    let now = Zoned::new(clock.now, clock.zone);
    let reads = |text: &str| when::parse(text, &now).is_ok();
    let both = format!("{last} {when}");
    if when == "none" || reads(when) || !reads(&both) || before.is_empty() {
        return Ok(());
    }
    let line = format!("lead schedule {}", before.join(" "));
    let mut hints = vec![format!("`{line} '{both}'`")];
    if reads(&format!("in {both}")) {
        hints.insert(0, format!("`{line} in {both}`"));
    }
    Err(usage(format!("`{last}` looks like the number of a lead, and `{both}` like a date"), hints))
}

/// The ids of a line, and the words behind them as one: with `--where` all words are that one.
fn ids_and_rest(
    visit: &Visit<'_>,
    words: &[String],
    field: &str,
    hint: impl Fn(&str) -> String,
) -> Result<(Selection, String), Halt> {
    let mut ids = Selection::split(words)?;
    let by_terms = !visit.global.where_terms.is_empty();
    if ids.rest.is_empty() && (by_terms || !ids.ids.is_empty()) {
        let typed = if by_terms { "12".to_owned() } else { words.join(" ") };
        return Err(missing_rest(field, &hint(&typed)));
    }
    let rest = ids.rest.join(" ");
    if by_terms {
        ids.rest.clear();
    }
    Ok((ids, rest))
}
