//! Mails on their way out: handed in as they are ready, taken by whoever is free, told of as each ends.
//!
//! One load serves one pass over the outbox. Whoever carries it holds no mail while it waits for
//! anything but the mail's own fate, so one that hangs keeps back nothing but itself (O4).

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use super::{Parcel, Verdict};

/// So many mails are told of together, so that they can share a flush (O6).
pub(crate) const GROUP: usize = 20;

/// How long what ended waits for others to be told with it.
const GATHERING: Duration = Duration::from_millis(20);

/// Mails that are to be sent, that are being sent, and of which the end is known.
#[derive(Debug, Default)]
pub(crate) struct Load {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<Parcel>,
    under_way: BTreeSet<u64>,
    ended: Vec<(u64, Verdict)>,
    /// Since when the first of those that ended waits to be told.
    ended_since: Option<Instant>,
    /// So many carry it now.
    carriers: usize,
    is_closed: bool,
}

/// What is left of a load that is carried no more.
pub(crate) struct Rest {
    /// Never taken, or given back.
    pub(crate) waiting: Vec<u64>,
    /// Taken, and nobody knows what became of it.
    pub(crate) under_way: Vec<u64>,
    /// Ended, and not told.
    pub(crate) ended: Vec<(u64, Verdict)>,
}

impl Load {
    /// Hands in more.
    pub(crate) fn add(&self, parcels: impl IntoIterator<Item = Parcel>) {
        self.with(|state| state.waiting.extend(parcels));
    }

    /// Nothing more is taken out; what is under way ends.
    pub(crate) fn close(&self) {
        self.with(|state| state.is_closed = true);
    }

    /// Nothing waits to be taken: more can be handed in.
    pub(crate) async fn runs_low(&self) {
        self.until(|state| state.waiting.is_empty().then_some(())).await;
    }

    /// Something has ended, and it is time to say so: a group is full, nothing else is about to
    /// end, or it has waited long enough.
    pub(crate) async fn has_news(&self) {
        let since = self.until(|state| state.ended_since).await;
        let full = self.until(|state| {
            (state.ended.len() >= GROUP || state.under_way.is_empty() || state.is_closed).then_some(())
        });
        tokio::select! {
            () = full => {}
            () = sleep_until(since + GATHERING) => {}
        }
    }

    /// What has ended and was not told yet: a group at most.
    pub(crate) fn news(&self) -> Vec<(u64, Verdict)> {
        self.with(|state| {
            let told = state.ended.len().min(GROUP);
            let news = state.ended.drain(..told).collect();
            state.ended_since = state.ended_since.filter(|_| !state.ended.is_empty());
            news
        })
    }

    /// Whether nothing waits and nothing is under way.
    pub(crate) fn is_idle(&self) -> bool {
        self.look(|state| state.waiting.is_empty() && state.under_way.is_empty())
    }

    /// All that is left of it.
    pub(crate) fn rest(self) -> Rest {
        let State { waiting, under_way, ended, .. } =
            self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        let waiting = waiting.into_iter().map(|parcel| parcel.number).collect();
        Rest { waiting, under_way: under_way.into_iter().collect(), ended }
    }

    /// More than so many mails are waiting or under way; false when none will be taken any more.
    pub(super) async fn exceeds(&self, mails: usize) -> bool {
        self.until(|state| {
            let is_more = state.waiting.len() + state.under_way.len() > mails;
            (is_more || state.is_closed).then_some(!state.is_closed)
        })
        .await
    }

    /// A mail waits to be taken; false when none will be any more.
    pub(super) async fn is_waiting(&self) -> bool {
        self.until(|state| (!state.waiting.is_empty() || state.is_closed).then_some(!state.is_closed)).await
    }

    /// Nothing will be taken any more.
    pub(super) async fn is_closed(&self) {
        self.until(|state| state.is_closed.then_some(())).await;
    }

    /// Begins to be carried by one more.
    pub(super) fn take_up(&self) {
        self.with(|state| state.carriers += 1);
    }

    /// Is carried by one less; when nobody is left, nothing more is taken.
    pub(super) fn let_go(&self) {
        self.with(|state| {
            state.carriers -= 1;
            state.is_closed |= state.carriers == 0;
        });
    }

    /// The next mail, if one waits.
    pub(super) fn take(&self) -> Option<Parcel> {
        self.with(|state| {
            let parcel = if state.is_closed { None } else { state.waiting.pop_front() }?;
            state.under_way.insert(parcel.number);
            Some(parcel)
        })
    }

    /// Puts a mail back that was not judged.
    pub(super) fn give_back(&self, parcel: Parcel) {
        self.with(|state| {
            state.under_way.remove(&parcel.number);
            state.waiting.push_front(parcel);
        });
    }

    /// Tells what became of a mail.
    pub(super) fn tell(&self, mail: u64, verdict: Verdict) {
        self.with(|state| {
            state.under_way.remove(&mail);
            state.ended.push((mail, verdict));
            state.ended_since.get_or_insert_with(Instant::now);
        });
    }

    fn with<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let done = change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.notify_waiters();
        done
    }

    fn look<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    async fn until<T>(&self, look: impl Fn(&State) -> Option<T>) -> T {
        loop {
            let changed = self.changed.notified();
            if let Some(seen) = self.look(&look) {
                return seen;
            }
            changed.await;
        }
    }
}
