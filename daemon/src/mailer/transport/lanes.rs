//! Up to four lanes to one way out, which share a load (O6).
//!
//! The first carries from the beginning, another joins when there is enough to send, or when what
//! waits has waited for a while. A lane that fails gives its mail back to the others: the way out is
//! at fault when the last one fails.

use std::time::Duration;

use lead_shared::clock::Clock;

use super::load::Load;
use super::{Parcel, RelayFault, Verdict};
use crate::patience;

/// Lanes at most.
const LANES: usize = 4;

/// Fewer mails than so many are not worth another lane.
const SHARE: usize = 5;

/// Behind lanes that have been busy for so long, times their number, few mails are worth another.
const STALL: Duration = Duration::from_secs(5);

/// A way by which one mail goes after the other.
pub(super) trait Lane {
    /// Makes sure that a mail could go now.
    async fn ready(&mut self) -> Result<(), RelayFault>;

    /// Sends a mail; the way's fault, if the mail was not judged.
    async fn send(&mut self, parcel: &Parcel) -> Result<Verdict, RelayFault>;

    /// Ends politely, within a few seconds.
    async fn close(self);
}

/// The lanes of one way out.
#[derive(Debug)]
pub(super) struct Lanes<L> {
    lanes: Box<[L; LANES]>,
    clock: Clock,
}

impl<L: Lane> Lanes<L> {
    /// Makes sure of the first.
    pub(super) async fn open(lane: impl Fn() -> L, clock: &Clock) -> Result<Self, RelayFault> {
        let mut lanes: Box<[L; LANES]> = Box::new(std::array::from_fn(|_| lane()));
        lanes[0].ready().await?;
        Ok(Self { lanes, clock: clock.clone() })
    }

    /// Carries a load until it is closed, or the last lane fails; then its fault.
    pub(super) async fn carry(&mut self, load: &Load) -> Option<RelayFault> {
        let [a, b, c, d] = &mut *self.lanes;
        let clock = &self.clock;
        let ends = tokio::join!(
            join(a, 0, load, clock),
            join(b, 1, load, clock),
            join(c, 2, load, clock),
            join(d, 3, load, clock)
        );
        let ends = [ends.0, ends.1, ends.2, ends.3];
        let is_sound = ends.iter().any(|end| matches!(end, Some(Ok(()))));
        ends.into_iter().flatten().filter(|_| !is_sound).find_map(Result::err)
    }

    /// Ends politely, within a few seconds.
    pub(super) async fn close(self) {
        let [a, b, c, d] = *self.lanes;
        tokio::join!(a.close(), b.close(), c.close(), d.close());
    }
}

/// Carries by one lane, once it is worth it; none, if it never was.
async fn join<L: Lane>(
    lane: &mut L,
    number: usize,
    load: &Load,
    clock: &Clock,
) -> Option<Result<(), RelayFault>> {
    if number > 0 {
        let stall = STALL * u32::try_from(number).unwrap_or(u32::MAX);
        let is_wanted = match patience::within(clock, stall, load.exceeds(number * SHARE)).await {
            Ok(is_wanted) => is_wanted,
            Err(_) => load.is_waiting().await,
        };
        if !is_wanted {
            return None;
        }
    }
    load.take_up();
    let end = carry(lane, load).await;
    load.let_go();
    Some(end)
}

async fn carry<L: Lane>(lane: &mut L, load: &Load) -> Result<(), RelayFault> {
    while load.is_waiting().await {
        tokio::select! {
            made = lane.ready() => made?,
            () = load.is_closed() => break,
        }
        let Some(parcel) = load.take() else { continue };
        match lane.send(&parcel).await {
            Ok(verdict) => load.tell(parcel.number, verdict),
            Err(fault) => {
                load.give_back(parcel);
                return Err(fault);
            }
        }
    }
    Ok(())
}
