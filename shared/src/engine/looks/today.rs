//! The day's work: what is due, what is late, and who has not been looked after (F13, M6).
//!
//! A stage that does not remind has nothing due, as in `status` and in the mail. A lead may be in
//! several parts.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use jiff::SignedDuration;

use super::leads::{Sorted, compare, order, sorted};
use super::{Desk, Sink};
use crate::domain::badge::Badge;
use crate::domain::filter::{SortBy, SortKey};
use crate::domain::follow_up::local_date;
use crate::domain::lead::{Lead, LeadId};
use crate::domain::overview::DayPart;
use crate::domain::pipeline::StageKind;
use crate::domain::view::Row;
use crate::engine::duties::may_remind;
use crate::engine::halt::Halt;
use crate::engine::lookup;
use crate::store::Typed as _;

/// How long a lead is new, in elapsed time.
const NEW_FOR: SignedDuration = SignedDuration::from_hours(24);

/// What stands first is the least.
const BY_NUMBER: [SortKey; 1] = [SortKey { by: SortBy::Id, descending: false }];

/// Every part in order, empty ones too, each followed by its leads: most urgent first, new ones the
/// newest first, claims the next to end first.
pub(super) fn today(desk: &Desk<'_>, terms: &[String], sink: &mut Sink<'_>) -> Result<(), Halt> {
    let filter = lookup::filter(desk.office, desk.scope, terms, desk.now)?;
    let order = order(desk, None)?;
    let mut parts: BTreeMap<DayPart, Vec<(Vec<Sorted>, LeadId)>> = BTreeMap::new();
    desk.each_match(&filter, &mut |lead| {
        for part in parts_of(desk, &lead) {
            let key = match part {
                DayPart::New => vec![Sorted::Number(-lead.created_at.as_nanosecond())],
                DayPart::Lapsing => {
                    let until = lead.live_claim(desk.now).map_or(0, |claim| claim.until.as_nanosecond());
                    vec![Sorted::Number(until)]
                }
                _ => order.iter().map(|key| sorted(desk, &lead, *key)).collect(),
            };
            parts.entry(part).or_default().push((key, lead.id));
        }
        Ok(ControlFlow::Continue(()))
    })?;
    for part in DayPart::ALL {
        let mut leads = parts.remove(&part).unwrap_or_default();
        let by_time = matches!(part, DayPart::New | DayPart::Lapsing);
        let order = if by_time { &BY_NUMBER[..] } else { &order };
        leads.sort_by(|left, right| compare(order, (&left.0, left.1), (&right.0, right.1)));
        if !sink(Row::Part(part)) {
            return Ok(());
        }
        for (_, id) in leads {
            let Some(lead) = desk.inner.store.lead(id)? else { continue };
            if !sink(Row::Lead(Box::new(desk.lead_view(&lead, false)?))) {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// Where a lead belongs today.
fn parts_of(desk: &Desk<'_>, lead: &Lead) -> Vec<DayPart> {
    let mut parts = Vec::new();
    if !lead.is_listed() {
        return parts;
    }
    let pipeline = desk.office.catalogue.get(&lead.pipeline);
    if may_remind(desk.office, lead) {
        let today = local_date(desk.now, &desk.scope.zone);
        match lead.follow_up.as_ref().map(|one| Badge::of(one.date, today)) {
            Some(Some(Badge::Overdue)) => parts.push(DayPart::Overdue),
            Some(Some(Badge::Today)) => parts.push(DayPart::Due),
            None if pipeline.stage(&lead.stage).kind == StageKind::Open => {
                parts.push(DayPart::WithoutFollowUp);
            }
            _ => {}
        }
    }
    let age = desk.now.duration_since(lead.created_at);
    if lead.last_contacted_at.is_none() && age <= NEW_FOR {
        parts.push(DayPart::New);
    }
    let warn_before = pipeline.claim.warn_before.unwrap_or(desk.office.policy.claims.warn_before);
    if lead.live_claim(desk.now).is_some_and(|claim| claim.until.duration_since(desk.now) <= warn_before) {
        parts.push(DayPart::Lapsing);
    }
    parts
}
