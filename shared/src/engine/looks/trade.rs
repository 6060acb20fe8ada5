//! One deal, for whoever sees its lead (A13).

use super::{Desk, Sink};
use crate::domain::refusal::Thing;
use crate::domain::view::Row;
use crate::engine::desk::no_such;
use crate::engine::halt::Halt;
use crate::engine::views;
use crate::store::Typed;

/// One deal.
pub(super) fn deal(desk: &Desk<'_>, id: u64, sink: &mut Sink<'_>) -> Result<(), Halt> {
    let found = desk.inner.store.deal(id)?.filter(|deal| deal.removed_at.is_none());
    let deal = found.ok_or_else(|| no_such(Thing::Deal, id))?;
    if !desk.sees(deal.lead)? {
        return Err(no_such(Thing::Deal, id).into());
    }
    sink(Row::Deal(Box::new(views::deal(deal))));
    Ok(())
}
