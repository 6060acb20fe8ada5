//! Walks the history and says where it does not hold (N7).
//!
//! A purge leaves a `purged` activity that names the lead or the customer; contents of activities
//! about either that stand before it may be absent, and the chain holds without them. Run it while
//! nothing is purged.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use sha2::{Digest, Sha256};

use super::{Head, chained};
use crate::domain::activity::{Activity, Change, Event};
use crate::domain::lead::{CustomerId, LeadId};
use crate::store::typed::{Typed, visit_all};
use crate::store::{Key, Store, StoreFault, Table, codec};

/// One place where the history does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Break {
    /// The activity's sequence, or the change's number for [`Breakage::Change`].
    pub seq: u64,
    /// What is wrong there.
    pub how: Breakage,
}

/// How an entry of the history does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breakage {
    /// There is no header with this sequence.
    Gap,
    /// The header is not the one that was chained, or the one before it is not.
    Chain,
    /// The content is gone and no purge says so.
    Absent,
    /// The content is not the one that was written.
    Digest,
    /// The change with this number is gone, or does not begin where the one before it ended.
    Change,
    /// The history does not end where its head says.
    Head,
}

/// Every place where the history does not hold, in the order of the sequence; none when it does.
///
/// A gap of many entries is one break, at the first of them. What is appended meanwhile is not
/// looked at.
pub fn verify(store: &(impl Store + ?Sized)) -> Result<Vec<Break>, StoreFault> {
    let head = store.head()?;
    let mut walk = Walk::default();
    visit_all(store, &mut |activity: Activity| {
        if activity.seq > head.seq {
            return Ok(ControlFlow::Break(()));
        }
        let content = store.get(Table::Content, Key::new().number(activity.seq).bytes())?;
        walk.activity(activity, content.map(|bytes| Walk::digest(&bytes)).as_deref());
        Ok(ControlFlow::Continue(()))
    })?;
    visit_all(store, &mut |change: Change| {
        if change.number > head.change {
            return Ok(ControlFlow::Break(()));
        }
        walk.change(&change);
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(walk.end(&head))
}

/// A walk along a history, wherever it stands: its activities in order, its changes in order, its
/// end.
#[derive(Default)]
pub struct Walk {
    last: Head,
    breaks: Vec<Break>,
    absent: Vec<Activity>,
    purges: Purges,
    /// The last change, and the last activity of it.
    change: (u64, u64),
    /// The first change that is missing or does not follow the one before it.
    broken: Option<Break>,
}

impl Walk {
    /// What an activity knows its content by.
    pub fn digest(content: &[u8]) -> String {
        codec::hex(&Sha256::digest(content))
    }

    /// The next activity, with the digest of its content if that is there.
    pub fn activity(&mut self, activity: Activity, content: Option<&str>) {
        let seq = activity.seq;
        if seq != self.last.seq + 1 {
            self.breaks.push(Break { seq: self.last.seq + 1, how: Breakage::Gap });
        } else if chained(&self.last.hash, &activity) != activity.hash {
            self.breaks.push(Break { seq, how: Breakage::Chain });
        }
        self.last.seq = seq;
        self.last.hash.clone_from(&activity.hash);
        if activity.event == Event::Purged {
            self.purges.note(&activity);
        }
        match content {
            None => self.absent.push(activity),
            Some(digest) if digest != activity.digest => {
                self.breaks.push(Break { seq, how: Breakage::Digest });
            }
            Some(_) => {}
        }
    }

    /// The next change.
    pub fn change(&mut self, change: &Change) {
        let (number, seq) = self.change;
        if self.broken.is_none() && (change.number != number + 1 || change.first_seq != seq + 1) {
            self.broken = Some(Break { seq: number + 1, how: Breakage::Change });
        }
        if self.broken.is_none() {
            self.change = (change.number, seq + change.activities);
        }
    }

    /// Every place where it does not hold, now that it should have reached `head`.
    pub fn end(mut self, head: &Head) -> Vec<Break> {
        if self.last.seq != head.seq || self.last.hash != head.hash {
            self.breaks.push(Break { seq: self.last.seq + 1, how: Breakage::Head });
        }
        let unsaid = self.absent.iter().filter(|one| !self.purges.cover(one));
        self.breaks.extend(unsaid.map(|one| Break { seq: one.seq, how: Breakage::Absent }));
        self.breaks.sort_by_key(|one| one.seq);
        let (number, seq) = self.change;
        let cut = number != head.change || seq != head.seq;
        let cut = cut.then_some(Break { seq: number + 1, how: Breakage::Change });
        self.breaks.extend(self.broken.or(cut));
        self.breaks
    }
}

/// The last purge of each lead and each customer.
#[derive(Default)]
struct Purges {
    leads: BTreeMap<LeadId, u64>,
    customers: BTreeMap<CustomerId, u64>,
}

impl Purges {
    fn note(&mut self, purge: &Activity) {
        self.leads.extend(purge.lead.map(|lead| (lead, purge.seq)));
        self.customers.extend(purge.customer.map(|customer| (customer, purge.seq)));
    }

    fn cover(&self, absent: &Activity) -> bool {
        let lead = absent.lead.and_then(|lead| self.leads.get(&lead));
        let customer = absent.customer.and_then(|customer| self.customers.get(&customer));
        lead.max(customer).is_some_and(|purge| *purge > absent.seq)
    }
}
