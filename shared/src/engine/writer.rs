//! The one thread that writes: requests queue, are taken in groups, and share one sync.
//!
//! Each request is its own transaction. After a group comes one sync of the disk, and only then is
//! anybody answered. A fault there leaves the outcome unknown: nothing more is written until the
//! store was opened anew, and everybody is told.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use jiff::Timestamp;

use super::Inner;
use crate::domain::reply::Outcome;
use crate::domain::request::{Ask, Call};

/// No more requests than this share a sync.
const GROUP: usize = 256;

/// Called with the outcome, on the writer's thread.
pub type Answered = Box<dyn FnOnce(Outcome) + Send>;

/// A request in the queue.
struct Job {
    call: Call,
    ask: Ask,
    now: Timestamp,
    answered: Answered,
}

/// The queue's way in; dropping it ends the thread after what is queued.
pub(super) struct Writer {
    queue: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread.
    pub(super) fn start(inner: Arc<Inner>) -> std::io::Result<Self> {
        let (queue, jobs) = channel();
        let thread =
            std::thread::Builder::new().name("writer".to_owned()).spawn(move || run(&inner, &jobs))?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    /// Queues a request.
    pub(super) fn submit(&self, call: Call, ask: Ask, now: Timestamp, answered: Answered) {
        let job = Job { call, ask, now, answered };
        let lost = match &self.queue {
            Some(queue) => queue.send(job).err().map(|error| error.0),
            None => Some(job),
        };
        if let Some(job) = lost {
            (job.answered)(Outcome::Fault("the store's writer has ended".to_owned()));
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take() {
            // A writer that panicked has nothing more to finish.
            let _ = thread.join();
        }
    }
}

fn run(inner: &Inner, jobs: &Receiver<Job>) {
    while let Ok(first) = jobs.recv() {
        let mut group = vec![first];
        while group.len() < GROUP
            && let Ok(next) = jobs.try_recv()
        {
            group.push(next);
        }
        let mut wrote = false;
        let mut outcomes = Vec::with_capacity(group.len());
        for job in group {
            let (outcome, committed) = inner.perform(&job.call, &job.ask, job.now);
            wrote |= committed;
            outcomes.push((outcome, committed, job.answered));
        }
        let synced = if wrote { inner.store.sync() } else { Ok(()) };
        for (outcome, committed, answered) in outcomes {
            answered(match &synced {
                Err(fault) if committed => Outcome::Fault(format!(
                    "it is not known whether this was saved ({fault}); `lead history` shows what was"
                )),
                _ => outcome,
            });
        }
        if wrote && synced.is_ok() {
            inner.ring();
        }
    }
}
