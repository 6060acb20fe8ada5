//! Where the open database stands: whoever reads borrows it, and it is exchanged when nobody does.
//!
//! sled lets nobody open a database that is open, so the old one must be closed before it is opened
//! anew. A scan that is under way is waited for; what comes meanwhile waits until the new one is
//! there. Used by the store on sled alone.

use std::sync::{Arc, PoisonError, RwLock};
use std::thread::sleep;
use std::time::Duration;

use super::database::Database;
use crate::store::StoreFault;

/// How often, ten milliseconds apart, an exchange waits for those who read.
const TRIES: u32 = 100;

/// The open database, or none after it could not be opened anew.
pub(super) struct Slot(RwLock<Option<Arc<Database>>>);

impl Slot {
    /// A slot with a database in it.
    pub(super) fn new(database: Database) -> Self {
        Self(RwLock::new(Some(Arc::new(database))))
    }

    /// The database, for one read or one scan.
    pub(super) fn borrow(&self) -> Result<Arc<Database>, StoreFault> {
        let held = self.0.read().unwrap_or_else(PoisonError::into_inner);
        held.clone()
            .ok_or_else(|| StoreFault::Database("after a fault it could not be opened again yet".to_owned()))
    }

    /// Takes the database out for good, once nobody reads.
    pub(super) fn take(&mut self) -> Option<Database> {
        let held = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        Arc::try_unwrap(held.take()?).ok()
    }

    /// Puts in what `renew` makes of the database that was there. A fault leaves the slot empty, or
    /// as it was when there was always somebody who read.
    #[expect(clippy::disallowed_methods, reason = "who reads does not say when it is done")]
    pub(super) fn exchange(
        &self,
        renew: impl FnOnce(Option<Database>) -> Result<Database, StoreFault>,
    ) -> Result<(), StoreFault> {
        for _ in 0..TRIES {
            let mut held = self.0.write().unwrap_or_else(PoisonError::into_inner);
            let old = match held.take().map(Arc::try_unwrap).transpose() {
                Ok(old) => old,
                Err(read) => {
                    *held = Some(read);
                    drop(held);
                    sleep(Duration::from_millis(10));
                    continue;
                }
            };
            *held = Some(Arc::new(renew(old)?));
            return Ok(());
        }
        Err(StoreFault::Database("it cannot be opened again while it is always read".to_owned()))
    }
}
