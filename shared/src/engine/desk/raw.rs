//! The desk for what is no deed: records of any kind set back as a whole, and what time decided.

use super::{Desk, Laid};
use crate::domain::activity::Event;
use crate::domain::lead::Lead;
use crate::domain::notice::MailKind;
use crate::domain::reply::Decided;
use crate::domain::user::Login;
use crate::engine::duties;
use crate::store::{Key, Record, StoreFault, Typed};

impl Desk<'_> {
    /// A record as it stands in the store, whoever asks.
    pub(in crate::engine) fn record<R: Record>(&self, key: &Key) -> Result<Option<R>, StoreFault> {
        self.txn.load(key)
    }

    /// See [`duties::is_told_before`].
    pub(in crate::engine) fn is_told_before(
        &self,
        kind: MailKind,
        lead: &Lead,
        when: &str,
        to: &Login,
    ) -> Result<bool, StoreFault> {
        duties::is_told_before(&*self.txn, kind, lead, when, to)
    }

    /// Lays a record down as it is; whoever lays it has drafted the activity.
    pub(in crate::engine) fn lay(&mut self, laid: Laid) {
        self.laid.push(laid);
    }

    /// Marks what lies on the desk as the undo of that change; the number it will have itself.
    pub(in crate::engine) fn undo_of(&mut self, change: u64) -> Result<u64, StoreFault> {
        self.undoes = Some(change);
        Ok(self.txn.head()?.change + 1)
    }

    /// The number of the next entry of the history.
    pub(in crate::engine) fn next_seq(&self) -> Result<u64, StoreFault> {
        Ok(self.txn.head()?.seq + 1)
    }

    /// What time decided on this desk: claims that ended, mails that are new.
    pub(in crate::engine) fn decided(&self) -> Vec<Decided> {
        let lapses = self.drafts.iter().filter(|draft| draft.event == Event::ClaimLapsed);
        let lapses = lapses.filter_map(|draft| Some(Decided::Lapse { lead: draft.lead?, at: draft.at }));
        let mails = self.laid.iter().filter_map(|laid| match laid {
            Laid::Mail(mail)
                if mail.decided_at == self.now && mail.error.is_none() && mail.bytes.is_none() =>
            {
                Some(Decided::from(&**mail))
            }
            _ => None,
        });
        lapses.chain(mails).collect()
    }
}
