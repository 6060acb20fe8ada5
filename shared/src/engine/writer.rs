//! The one thread that writes: requests queue, are taken in groups, and share one sync.
//!
//! Each request is its own transaction. After a group comes one sync of the disk, and only then is
//! anybody answered. A fault there leaves the outcome unknown: everybody is told, and nothing more is
//! written until the store was opened anew, which is tried every second and at every request.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use jiff::Timestamp;

use super::Inner;
use crate::domain::reply::Outcome;
use crate::domain::request::{Ask, Call};
use crate::store::StoreFault;

/// What is answered when the thread is gone.
pub(super) const ENDED: &str = "the store's writer has ended";

/// No more requests than this share a sync.
const GROUP: usize = 256;

/// How long a store in doubt is left alone when nobody asks.
const RETRY: Duration = Duration::from_secs(1);

/// Called with the outcome, on the writer's thread.
pub type Answered = Box<dyn FnOnce(Outcome) + Send>;

/// Work that wants the writer to keep still meanwhile.
pub(super) type Still = Box<dyn FnOnce() + Send>;

/// What stands in the queue.
enum Job {
    /// A request.
    Ask(Box<Asked>),
    /// Something to be done between requests.
    Still(Still),
}

/// A request in the queue.
struct Asked {
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
        let job = Job::Ask(Box::new(Asked { call, ask, now, answered }));
        if let Some(Job::Ask(lost)) = self.put(job) {
            (lost.answered)(Outcome::Fault(ENDED.to_owned()));
        }
    }

    /// Has something done while nothing is written; dropped undone if the thread has ended.
    pub(super) fn keep_still(&self, work: Still) {
        drop(self.put(Job::Still(work)));
    }

    /// Queues a job; what comes back was not taken.
    fn put(&self, job: Job) -> Option<Job> {
        match &self.queue {
            Some(queue) => queue.send(job).err().map(|error| error.0),
            None => Some(job),
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
    while let Some(first) = next(inner, jobs) {
        let mut group = vec![first];
        while group.len() < GROUP
            && let Ok(next) = jobs.try_recv()
        {
            group.push(next);
        }
        let stopped =
            inner.mend().err().map(|fault| format!("nothing is written since a write failed: {fault}"));
        let mut wrote = false;
        let mut outcomes = Vec::with_capacity(group.len());
        for job in group {
            match job {
                Job::Still(work) => work(),
                Job::Ask(asked) => {
                    let (outcome, committed) = match &stopped {
                        Some(why) => (Outcome::Fault(why.clone()), false),
                        None => inner.perform(&asked.call, &asked.ask, asked.now),
                    };
                    wrote |= committed;
                    outcomes.push((outcome, asked.answered));
                }
            }
        }
        let synced = if wrote { inner.store.sync() } else { Ok(()) };
        // What rests on an unsaved commit of the same group is as uncertain as that itself.
        let in_doubt = stopped.is_none() && inner.store.is_in_doubt();
        for (outcome, answered) in outcomes {
            answered(match (&synced, outcome) {
                (Err(fault), _) => unknown(&fault.to_string()),
                (Ok(()), Outcome::Fault(fault)) if in_doubt => unknown(&fault),
                (Ok(()), outcome) => outcome,
            });
        }
        if wrote && synced.is_ok() {
            inner.ring();
        }
    }
}

/// The next job; none when there will be none. While the store is in doubt it is looked at every
/// second, so that it is mended without anybody asking.
fn next(inner: &Inner, jobs: &Receiver<Job>) -> Option<Job> {
    while inner.store.is_in_doubt() {
        match jobs.recv_timeout(RETRY) {
            Err(RecvTimeoutError::Timeout) => drop(inner.mend()),
            got => return got.ok(),
        }
    }
    jobs.recv().ok()
}

fn unknown(why: &str) -> Outcome {
    Outcome::Fault(format!("it is not known whether this was saved ({why}); `lead history` shows what was"))
}

impl Inner {
    /// Opens a store in doubt anew, and takes up what it holds.
    fn mend(&self) -> Result<(), StoreFault> {
        if self.store.is_in_doubt() {
            self.store.renew()?;
            self.reload_pipelines()?;
            self.ring();
        }
        Ok(())
    }
}
