//! The postman: goes through the outbox whenever there may be something in it.

use std::sync::Arc;

use lead_shared::clock::Clock;
use lead_shared::engine::Engine;
use tokio::sync::{Notify, watch};
use tokio::time::{sleep, sleep_until};

use tracing::warn;

use crate::fault::Fault;
use crate::outbox::Outbox;
use crate::sweeper::nap;

/// Sends mail until stopped; `bell` is rung by every change. A disk that takes nothing for a while
/// ends nothing.
pub(crate) async fn run(
    engine: Arc<Engine>,
    clock: Clock,
    bell: Arc<Notify>,
    mut stopped: watch::Receiver<bool>,
) -> Result<(), Fault> {
    let mut outbox = loop {
        match Outbox::open(Arc::clone(&engine), clock.clone()) {
            Ok(outbox) => break outbox,
            Err(fault) => warn!(%fault, "the outbox could not be opened; the next try is in a minute"),
        }
        tokio::select! {
            () = sleep(nap(&clock, None)) => {}
            _ = stopped.changed() => return Ok(()),
        }
    };
    loop {
        let round = outbox.round(&bell, &stopped).await.unwrap_or_else(|fault| {
            warn!(%fault, "the outbox could not be gone through; the next try is in a minute");
            outbox.close()
        });
        loop {
            if *stopped.borrow() {
                return Ok(());
            }
            // Behind a closed breaker only time helps; else a change, or the next try.
            let wait = async {
                match outbox.closed_until().filter(|_| round.relay.is_some()) {
                    Some(until) => sleep_until(until).await,
                    None => bell.notified().await,
                }
            };
            let longest = if round.relay.is_some() { nap(&clock, None) } else { nap(&clock, round.next_at) };
            tokio::select! {
                () = sleep(longest) => {}
                () = wait => break,
                _ = stopped.changed() => return Ok(()),
            }
            if round.relay.is_none() && round.next_at.is_some_and(|next| clock.now() >= next) {
                break;
            }
        }
    }
}
