//! How long a step may take (O6), by the machine's clock and by one that others move.

use std::time::Duration;

use lead_shared::clock::Clock;
use tokio::time::{Instant, sleep};

use crate::sweeper::nap;

/// What the step came to; in words, if it took too long.
pub(crate) async fn within<T>(
    clock: &Clock,
    limit: Duration,
    step: impl Future<Output = T>,
) -> Result<T, String> {
    // Before the step begins: a clock that is moved because it did must be seen to move.
    let over = passed(clock, limit);
    tokio::select! {
        biased;
        done = step => Ok(done),
        () = over => Err(format!("no answer within {limit:?}")),
    }
}

/// Ends when so much time has passed since now by either clock.
pub(crate) fn passed(clock: &Clock, limit: Duration) -> impl Future<Output = ()> {
    let (began, end) = (Instant::now(), clock.now() + limit);
    async move {
        if !clock.is_followed_file() {
            return sleep(limit).await;
        }
        while began.elapsed() < limit && clock.now() < end {
            sleep(nap(clock, Some(end))).await;
        }
    }
}
