//! Requests about records that are no leads: what they need to know, and who carries them out.

use jiff::Timestamp;

use super::desk::Desk;
use super::halt::Halt;
use super::office::Office;
use super::scope::Scope;
use super::{appointments, customers, deals, lookup, mail, pipelines};
use crate::domain::lead::LeadId;
use crate::domain::record::{CustomerDeed, PipelineDeed, RecordDeed};
use crate::domain::refusal::Refusal;
use crate::domain::reply::Filed;
use crate::store::Store;

/// What scans found before the transaction; it is loaded and checked again inside.
#[derive(Default)]
pub(super) struct Gathered {
    belongings: customers::Belongings,
    in_use: pipelines::InUse,
    leads: Vec<Result<LeadId, Refusal>>,
}

/// Gathers what the deed needs to know beyond point reads.
pub(super) fn gather(
    store: &dyn Store,
    office: &Office,
    scope: &Scope,
    deed: &RecordDeed,
    now: Timestamp,
) -> Result<Gathered, Halt> {
    let mut gathered = Gathered::default();
    match deed {
        RecordDeed::Customer { deed: CustomerDeed::Merge { from }, .. } => {
            gathered.belongings = customers::belongings(store, from)?;
        }
        RecordDeed::Book { lead, .. } => {
            gathered.leads = lookup::numbers(store, office, scope, std::slice::from_ref(lead), false, now)?;
        }
        RecordDeed::Pipeline(PipelineDeed::Replace { text, .. }) => {
            gathered.in_use = pipelines::in_use(store, text)?;
        }
        _ => {}
    }
    Ok(gathered)
}

/// Carries the deed out; what changes nothing leaves nothing on the desk.
pub(super) fn carry_out(
    desk: &mut Desk<'_>,
    if_revision: Option<u64>,
    deed: &RecordDeed,
    gathered: &Gathered,
) -> Result<Filed, Halt> {
    let start = desk.mark();
    let filed = match deed {
        RecordDeed::Customer { id, deed } => customers::work(desk, *id, deed, &gathered.belongings)?,
        RecordDeed::Deal { id, deed } => deals::work(desk, *id, deed)?,
        RecordDeed::Book { booking, .. } => {
            let lead = one(&gathered.leads)?;
            appointments::book(desk, lead, if_revision, booking)?
        }
        RecordDeed::Appointment { id, deed } => appointments::work(desk, *id, deed)?,
        RecordDeed::Mail { id, deed } => mail::work(desk, *id, *deed)?,
        RecordDeed::Pipeline(deed) => pipelines::work(desk, deed, &gathered.in_use)?,
    };
    if !filed.changed {
        desk.back_to(start);
    }
    Ok(filed)
}

/// The one lead that was named.
///
/// # Errors
/// None, or several.
pub(super) fn one(leads: &[Result<LeadId, Refusal>]) -> Result<LeadId, Refusal> {
    match leads {
        [one] => one.clone(),
        several => {
            Err(several.iter().find_map(|lead| lead.as_ref().err()).cloned().unwrap_or(Refusal::Conflict {
                what: "this is done to one lead at a time".to_owned(),
                hints: Vec::new(),
            }))
        }
    }
}
