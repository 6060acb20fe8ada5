//! Up to four connections to one relay, which share a batch (O6).
//!
//! The first is opened with the way out, the others only for a batch that is worth it. A connection
//! that fails gives its mail back to the others: the relay is at fault when the last one fails.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use lead_shared::clock::Clock;

use super::smtp::Session;
use super::{Parcel, RelayFault, Verdict};
use crate::mailer::SmtpSettings;

/// Connections at most.
const LANES: usize = 4;

/// Fewer mails than so many are not worth another connection.
const SHARE: usize = 5;

/// The connections to a relay.
#[derive(Debug)]
pub(super) struct Lanes {
    lanes: [Session; LANES],
    /// So many the relay bears, as far as is known.
    width: usize,
}

impl Lanes {
    /// Connects and logs in, once.
    pub(super) async fn open(relay: &SmtpSettings, clock: &Clock) -> Result<Self, RelayFault> {
        let mut lanes: [Session; LANES] = std::array::from_fn(|_| Session::new(relay.clone(), clock.clone()));
        lanes[0].connect().await?;
        Ok(Self { lanes, width: LANES })
    }

    /// Sends mails until the relay fails or `stop` says otherwise.
    pub(super) async fn send(
        &mut self,
        parcels: &[Parcel],
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Vec<Verdict> {
        let wanted = parcels.len().div_ceil(SHARE).clamp(1, self.width);
        let load = Load::new(parcels);
        let [a, b, c, d] = &mut self.lanes;
        let go = |lane: usize| move || lane >= wanted || stop();
        let (no_b, no_c, no_d) = (go(1), go(2), go(3));
        let ends = tokio::join!(
            load.carry(a, stop),
            load.carry(b, &no_b),
            load.carry(c, &no_c),
            load.carry(d, &no_d)
        );
        let mut faults = [ends.0, ends.1, ends.2, ends.3];
        // What a failing connection gave back, when the others had nothing left to do.
        while !load.is_empty() && !stop() {
            let Some(sound) = (0..wanted).find(|lane| faults[*lane].is_none()) else { break };
            faults[sound] = load.carry(&mut self.lanes[sound], stop).await;
        }
        // One that failed stands behind those that did not, out of use while there are others.
        for lane in (0..LANES).rev().filter(|lane| faults[*lane].is_some()) {
            self.lanes[lane..].rotate_left(1);
            self.width = (self.width - 1).max(1);
        }
        load.end(faults.into_iter().flatten().next())
    }

    /// Ends politely, within a few seconds.
    pub(super) async fn close(self) {
        let [a, b, c, d] = self.lanes;
        tokio::join!(a.close(), b.close(), c.close(), d.close());
    }
}

/// A batch that is being sent.
struct Load<'a> {
    parcels: &'a [Parcel],
    /// Which are still to be sent, and what became of each.
    state: Mutex<(VecDeque<usize>, Vec<Verdict>)>,
}

impl<'a> Load<'a> {
    fn new(parcels: &'a [Parcel]) -> Self {
        let verdicts = vec![Verdict::Untried; parcels.len()];
        Self { parcels, state: Mutex::new(((0..parcels.len()).collect(), verdicts)) }
    }

    /// Sends by this connection until nothing is left or it fails; then its fault.
    async fn carry(&self, lane: &mut Session, stop: &(dyn Fn() -> bool + Sync)) -> Option<RelayFault> {
        while !stop() {
            let next = self.with(|(waiting, _)| waiting.pop_front())?;
            match lane.send(&self.parcels[next]).await {
                Verdict::RelayFault(fault) => {
                    self.with(|(waiting, _)| waiting.push_front(next));
                    return Some(fault);
                }
                verdict => self.with(|(_, verdicts)| verdicts[next] = verdict),
            }
        }
        None
    }

    fn is_empty(&self) -> bool {
        self.with(|(waiting, _)| waiting.is_empty())
    }

    /// The verdicts; the first mail that is left tells of the fault.
    fn end(self, fault: Option<RelayFault>) -> Vec<Verdict> {
        let (waiting, mut verdicts) = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let (Some(first), Some(fault)) = (waiting.front(), fault) {
            verdicts[*first] = Verdict::RelayFault(fault);
        }
        verdicts
    }

    fn with<T>(&self, change: impl FnOnce(&mut (VecDeque<usize>, Vec<Verdict>)) -> T) -> T {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
