//! Deals: started for a converted lead, changed, closed and opened again (D7).
//!
//! A deal is seen by whoever sees its lead (A13). One that is closed is opened again before it is
//! closed the other way.

use super::act::Act;
use super::deeds::convert::start_deal;
use super::desk::Desk;
use super::halt::Halt;
use crate::domain::activity::Event;
use crate::domain::capability::Capability;
use crate::domain::customer::{Deal, DealState};
use crate::domain::lead::LeadId;
use crate::domain::money::Money;
use crate::domain::record::DealDeed;
use crate::domain::refusal::{Refusal, Thing};
use crate::domain::reply::Filed;
use crate::domain::{name, text};

/// Starts a deal; its number and its lead's.
///
/// # Errors
/// "convert first" for a lead that was not.
pub(super) fn start(
    desk: &mut Desk<'_>,
    lead: LeadId,
    if_revision: Option<u64>,
    title: Option<&str>,
    value: Option<&str>,
) -> Result<(u64, LeadId), Halt> {
    let lead = desk.enter(lead, Capability::Convert, if_revision)?;
    let value = value.map(|typed| money(desk, typed)).transpose()?;
    Ok((start_deal(desk, &lead, title, value)?, lead.id))
}

/// Does a deed to a deal.
///
/// # Errors
/// A deal that is closed the other way, and values that are none.
pub(super) fn work(desk: &mut Desk<'_>, id: u64, deed: &DealDeed) -> Result<Filed, Halt> {
    let (before, lead) = desk.enter_deal(id)?;
    let mut deal = before.clone();
    let action = match deed {
        DealDeed::Edit { title, value } => {
            if let Some(typed) = title {
                deal.title = text::line(typed).map_err(|flaw| flaw.of("title", typed))?;
            }
            match value {
                Some(typed) if name::same(typed, "none") => deal.value = None,
                Some(typed) => deal.value = Some(money(desk, typed)?),
                None => {}
            }
            "deal edit"
        }
        DealDeed::Win => close(desk, &mut deal, DealState::Won)?,
        DealDeed::Lose => close(desk, &mut deal, DealState::Lost)?,
        DealDeed::Reopen => {
            (deal.state, deal.closed_at) = (DealState::Open, None);
            "deal reopen"
        }
    };
    let changed = deal != before;
    if changed {
        desk.keep_deal(Some(&before), deal, Act::new(Event::DealChanged).action(action));
    }
    Ok(Filed { lead: Some(lead.id), ..Filed::of(Thing::Deal, &id, changed) })
}

fn close(desk: &Desk<'_>, deal: &mut Deal, state: DealState) -> Result<&'static str, Refusal> {
    match deal.state {
        DealState::Open => (deal.state, deal.closed_at) = (state, Some(desk.now)),
        standing if standing == state => {}
        standing => {
            return Err(Refusal::Closed {
                thing: Thing::Deal,
                id: deal.id,
                state: standing.as_str().to_owned(),
            });
        }
    }
    Ok(if state == DealState::Won { "deal win" } else { "deal lose" })
}

fn money(desk: &Desk<'_>, typed: &str) -> Result<Money, Refusal> {
    Money::parse(typed, &desk.office.policy.team.currency).map_err(|flaw| flaw.of("value", typed))
}
