//! Why the engine stopped half-way: a refusal the user can act on, or a fault of the store.

use crate::domain::refusal::Refusal;
use crate::store::StoreFault;

/// What ends a request before it is done. Nothing of it is written.
#[derive(Debug)]
pub(super) enum Halt {
    /// A rule, or the user's input.
    Refused(Refusal),
    /// The disk or the database.
    Fault(StoreFault),
}

impl From<Refusal> for Halt {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<StoreFault> for Halt {
    fn from(fault: StoreFault) -> Self {
        Self::Fault(fault)
    }
}
