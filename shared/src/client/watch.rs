//! Following the history (N5): look, rest, look again from where the last look ended.
//!
//! A daemon is asked over its socket each time. A store that was opened is let go between two looks,
//! so that others can write, and is opened again only when it was written or a daemon has come. A
//! daemon that stops, starts or is busy for a while is waited for: nothing is told twice or left
//! out, since each entry says where to go on.

use std::ops::ControlFlow;

use super::socket::Socket;
use super::{Client, ClientFault, LONGEST_PAUSE_MS, PATIENCE_MS, Way, reach, rest};
use crate::domain::reply::{Outcome, Reply};
use crate::domain::request::Look;
use crate::domain::view::Row;
use crate::store::pulse;

/// What is followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watch {
    /// A filter's terms.
    pub terms: Vec<String>,
    /// From this entry on; only what is new otherwise.
    pub from: Option<u64>,
    /// End with what has happened so far.
    pub until_now: bool,
}

impl Client {
    /// Follows the history until `on_row` breaks off, a refusal or a fault. After each stretch of
    /// entries comes [`Row::Head`]: there is a pause now.
    ///
    /// # Errors
    /// What cannot be waited for.
    pub fn watch(
        self,
        as_user: Option<&str>,
        watch: &Watch,
        on_row: &mut dyn FnMut(Row) -> ControlFlow<()>,
    ) -> Result<Outcome, ClientFault> {
        let mut from = watch.from;
        let mut client = self;
        loop {
            let look = Look::Watch { terms: watch.terms.clone(), from };
            let mut is_over = false;
            let looked = client.look(as_user, &look, &mut |row| {
                match &row {
                    Row::Entry(entry) => from = Some(entry.seq + 1),
                    Row::Head(next) => from = Some(*next),
                    _ => {}
                }
                let flow = on_row(row);
                is_over = flow.is_break();
                flow
            });
            match looked {
                Ok(Outcome::Ok(_)) if is_over || watch.until_now => return Ok(Outcome::Ok(Reply::Looked)),
                Ok(Outcome::Ok(_)) | Err(ClientFault::Lost | ClientFault::Busy { .. }) => {}
                ended => return ended,
            }
            client = client.rested()?;
        }
    }

    /// Comes back after a pause, to a store that may have something new.
    fn rested(self) -> Result<Self, ClientFault> {
        let Self { dir, clock, account, way, aside } = self;
        let way = match way {
            Way::Daemon(socket) => {
                rest(LONGEST_PAUSE_MS);
                Way::Daemon(socket)
            }
            Way::Direct(engine) => {
                // Taken before the store is let go: whatever is written from then on shows.
                let before = pulse(&dir);
                drop(engine);
                loop {
                    rest(LONGEST_PAUSE_MS);
                    if let Some(socket) = Socket::connect(&dir)? {
                        break Way::Daemon(socket);
                    }
                    if pulse(&dir) != before {
                        match reach(&dir, PATIENCE_MS) {
                            Err(ClientFault::Busy { .. }) => {}
                            reached => break reached?,
                        }
                    }
                }
            }
        };
        Ok(Self { dir, clock, account, way, aside })
    }
}
