//! What the daemon would do now, found out by having it done in a rehearsal of the store (N3, S5): a
//! pass over what is due, then a look at the mail that waits, as its next try would look at it.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use jiff::Timestamp;

use super::sweep::{Swept, carry_out};
use super::{Engine, Inner};
use crate::domain::notice::{Mail, MailState};
use crate::domain::reply::Decided;
use crate::domain::request::{Call, Caller, Duty, Look};
use crate::domain::view::Row;
use crate::store::{Index, Key, StoreFault, Table, Typed, TypedStore};

impl Engine {
    /// What a pass at `now` would decide, then the older mail that would be tried after it; nothing of
    /// it is kept.
    ///
    /// # Errors
    /// A fault of the store.
    pub fn rehearse(&self, now: Timestamp) -> Result<Vec<Decided>, StoreFault> {
        let rehearsal = self.inner.rehearsal();
        let mut decided = rehearsal.sweep(now)?.decided;
        let told = message_ids(&decided);
        let mut due = Vec::new();
        let call = Call { caller: Caller::System, as_user: None };
        rehearsal.look(&call, &Look::Due, now, &mut |row| {
            if let Row::Due(found) = row {
                due = found.mails;
            }
            true
        });
        for id in rehearsal.check_mails(due, now)? {
            let mail = rehearsal.store.mail(id)?.filter(|mail| !told.contains(&mail.message_id));
            decided.extend(mail.iter().map(Decided::from));
        }
        Ok(decided)
    }
}

impl Inner {
    /// Sweeps this rehearsal, then what waits in it that was decided before: mail whose cause went away
    /// is not among it.
    pub(super) fn foresee(&self, now: Timestamp) -> Result<(Swept, Vec<Mail>), StoreFault> {
        let swept = self.sweep(now)?;
        let told = message_ids(&swept.decided);
        self.check_mails(self.waiting()?.iter().map(|mail| mail.id).collect(), now)?;
        let mut waiting = self.waiting()?;
        waiting.retain(|mail| !told.contains(&mail.message_id));
        Ok((swept, waiting))
    }

    /// The mails that wait for their next try.
    fn waiting(&self) -> Result<Vec<Mail>, StoreFault> {
        let mut waiting = Vec::new();
        self.store.visit_numbers(&Key::index(Index::MailOpen).span(Table::Index), &mut |id| {
            let mail = self.store.mail(id)?;
            waiting.extend(mail.filter(|mail| mail.state != MailState::Sending && mail.next_try.is_some()));
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(waiting)
    }

    fn check_mails(&self, mails: Vec<u64>, now: Timestamp) -> Result<Vec<u64>, StoreFault> {
        let duty = Duty::CheckMails(mails);
        Ok(carry_out(&mut |call, ask| self.perform(&call, &ask, now).0, duty)?.mails)
    }
}

fn message_ids(decided: &[Decided]) -> BTreeSet<String> {
    let id = |one: &Decided| match one {
        Decided::Mail { message_id, .. } => Some(message_id.clone()),
        Decided::Lapse { .. } => None,
    };
    decided.iter().filter_map(id).collect()
}
