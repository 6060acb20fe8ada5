//! The doorbell: tokio-cron-scheduler wakes the sweeper every minute, and that is all it does (T5).
//!
//! It remembers nothing and decides nothing: UTC lines without a zone, one async job whose body
//! only rings. Behind it stands the sweeper's own timer, since a clock that is set back silences
//! the scheduler.

use std::sync::Arc;

use tokio::sync::Notify;
use tokio_cron_scheduler::{Job, JobScheduler, JobSchedulerError};

use crate::fault::Fault;

/// Every minute, on the minute.
const EVERY_MINUTE: &str = "0 * * * * *";

/// Starts ringing; it stops when what is returned is shut down.
pub(crate) async fn hang(sweeper: Arc<Notify>) -> Result<JobScheduler, Fault> {
    let wrong = |error: JobSchedulerError| Fault::Bell(error.to_string());
    let scheduler = JobScheduler::new().await.map_err(wrong)?;
    let ring = Job::new_async(EVERY_MINUTE, move |_, _| {
        let sweeper = Arc::clone(&sweeper);
        Box::pin(async move { sweeper.notify_one() })
    });
    scheduler.add(ring.map_err(wrong)?).await.map_err(wrong)?;
    scheduler.start().await.map_err(wrong)?;
    Ok(scheduler)
}
