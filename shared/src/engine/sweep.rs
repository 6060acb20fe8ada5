//! One pass over all that time has made due: claims that end, the morning's mail, old mail (T6).
//!
//! What is due is found by scans and decided again inside small transactions, so a pass may run at
//! any time, late or twice, beside other requests. Who carries a duty out is the caller's to say: the
//! writer, or a rehearsal that keeps nothing.

mod due;

use jiff::{SignedDuration, Timestamp};

use super::{Engine, Inner};
use crate::domain::lead::LeadId;
use crate::domain::reply::{Decided, Outcome, Reply};
use crate::domain::request::{Ask, Call, Caller, Duty, Request};
use crate::domain::user::Login;
use crate::store::{StoreFault, Typed};

/// What is old is looked for so often.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// No more leads than this share a transaction.
const BATCH: usize = 100;

/// What a pass did, and when the next thing is due.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Claims whose end was recorded.
    pub lapsed: u64,
    /// Claims of whose coming end the holder is told.
    pub warned: u64,
    /// Follow-ups that somebody is reminded of.
    pub reminders: u64,
    /// Overdue alerts that were decided.
    pub alerts: u64,
    /// Follow-ups of which others are told.
    pub escalated: u64,
    /// Mails that bring a report of the week.
    pub reports: u64,
    /// Mails that were old enough to be forgotten.
    pub forgotten: Vec<u64>,
    /// What was decided, in order.
    pub decided: Vec<Decided>,
    /// The next claim's end or warning, report, or morning of anybody's; none when there is none.
    pub next_at: Option<Timestamp>,
}

/// What one duty did.
#[derive(Default)]
pub(super) struct Done {
    done: u64,
    decided: Vec<Decided>,
    /// The mails that go on.
    pub(super) mails: Vec<u64>,
}

/// Carries a request out.
pub(super) type Perform<'a> = dyn FnMut(Call, Ask) -> Outcome + 'a;

/// Does what is due at `now`.
pub(super) fn sweep(inner: &Inner, perform: &mut Perform<'_>, now: Timestamp) -> Result<Swept, StoreFault> {
    let store = &*inner.store;
    let mut swept = Swept::default();
    let mut decided = Vec::new();
    let mut work = |duty| -> Result<u64, StoreFault> {
        let done = carry_out(perform, duty)?;
        decided.extend(done.decided);
        Ok(done.done)
    };
    for batch in due::ended_claims(store, now)?.chunks(BATCH) {
        swept.lapsed += work(Duty::Lapse(batch.to_vec()))?;
    }
    let office = inner.office()?;
    for batch in due::ending_claims(store, &office, now)?.chunks(BATCH) {
        swept.warned += work(Duty::Warn(batch.to_vec()))?;
    }
    for (to, leads) in due::reminders(store, &office, now)? {
        swept.reminders += work(Duty::Remind { to: to.0, leads })?;
    }
    for (to, leads) in due::alerts(store, &office, now)? {
        swept.alerts += work(Duty::Alert { to: to.0, leads })?;
    }
    for (to, leads) in due::escalations(store, &office, now)? {
        swept.escalated += work(Duty::Escalate { to: to.0, leads })?;
    }
    for name in due::reports(store, &office, now)? {
        swept.reports += work(Duty::Report(name))?;
    }
    let noted_at = store.noted_at()?.filter(|noted| *noted <= now);
    if noted_at.is_none_or(|noted| now.duration_since(noted) >= DAY) && due::has_settled(store)? {
        for batch in due::old_mails(store, &office, noted_at, now)?.chunks(BATCH) {
            work(Duty::ForgetMail { mails: batch.to_vec() })?;
            swept.forgotten.extend_from_slice(batch);
        }
        work(Duty::NoteTime)?;
    }
    swept.next_at = due::next_at(store, &office, now)?;
    swept.decided = decided;
    Ok(swept)
}

/// The leads that somebody is told of.
type ByPerson = Vec<(Login, Vec<LeadId>)>;

impl Engine {
    /// Does one duty of the outbox in a transaction of its own; the mails that go on.
    ///
    /// # Errors
    /// A fault of the store.
    pub fn duty(&self, duty: Duty, now: Timestamp) -> Result<Vec<u64>, StoreFault> {
        carry_out(&mut |call, ask| self.handle(call, ask, now), duty).map(|done| done.mails)
    }
}

/// Has a duty carried out.
pub(super) fn carry_out(perform: &mut Perform<'_>, duty: Duty) -> Result<Done, StoreFault> {
    let call = Call { caller: Caller::System, as_user: None };
    let ask = Ask {
        id: format!("duty-{}", crate::store::random()?),
        request: Request::Duty(duty),
        dry_run: false,
        if_revision: None,
        want_views: false,
    };
    match perform(call, ask) {
        Outcome::Ok(Reply::Duty { done, decided, mails }) => Ok(Done { done, decided, mails }),
        Outcome::Fault(fault) => Err(StoreFault::Database(fault)),
        Outcome::Ok(_) | Outcome::Refused(_) => Ok(Done::default()),
    }
}
