//! Requests about records that are no leads: what they need to know, and who carries them out.

use super::desk::Desk;
use super::halt::Halt;
use super::{customers, deals};
use crate::domain::record::{CustomerDeed, RecordDeed};
use crate::domain::reply::Filed;
use crate::store::{Store, StoreFault};

/// What scans found before the transaction; it is loaded and checked again inside.
#[derive(Default)]
pub(super) struct Gathered {
    belongings: customers::Belongings,
}

/// Gathers what the deed needs to know beyond point reads.
pub(super) fn gather(store: &dyn Store, deed: &RecordDeed) -> Result<Gathered, StoreFault> {
    let mut gathered = Gathered::default();
    if let RecordDeed::Customer { deed: CustomerDeed::Merge { from }, .. } = deed {
        gathered.belongings = customers::belongings(store, from)?;
    }
    Ok(gathered)
}

/// Carries the deed out; what changes nothing leaves nothing on the desk.
pub(super) fn carry_out(desk: &mut Desk<'_>, deed: &RecordDeed, gathered: &Gathered) -> Result<Filed, Halt> {
    let start = desk.mark();
    let filed = match deed {
        RecordDeed::Customer { id, deed } => customers::work(desk, *id, deed, &gathered.belongings)?,
        RecordDeed::Deal { id, deed } => deals::work(desk, *id, deed)?,
    };
    if !filed.changed {
        desk.back_to(start);
    }
    Ok(filed)
}
