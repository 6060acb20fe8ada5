//! Following the history (N5): look, rest, look again from where the last look ended.
//!
//! A daemon is asked over its socket each time. A store that was opened is let go between two looks,
//! and before anything is told, so that others can write however slowly it is read; it is opened
//! again only when it was written or a daemon has come. A daemon that stops, starts or is busy for a
//! while is waited for, that of another account too: nothing is told twice or left out, since each
//! entry says where to go on.

use std::ops::ControlFlow;
use std::path::PathBuf;

use super::socket::{Aside, Socket};
use super::{Client, ClientFault, LONGEST_PAUSE_MS, PATIENCE_MS, Way, reach, rest};
use crate::account::Account;
use crate::clock::Clock;
use crate::domain::reply::{Outcome, Reply};
use crate::domain::request::Look;
use crate::domain::view::Row;
use crate::store::pulse;

/// No more rows are taken at once before they are told.
const STRETCH: usize = 1000;

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

/// How a store was when it was let go.
pub struct Pulse {
    dir: PathBuf,
    seen: Option<(u64, i64, i64)>,
}

impl Pulse {
    /// Whether the store was written since, or a daemon has come: whether it is worth coming back.
    ///
    /// # Errors
    /// A socket that cannot be trusted.
    pub fn has_changed(&self) -> Result<bool, ClientFault> {
        Ok(self.is_written() || Socket::connect(&self.dir)?.is_some())
    }

    fn is_written(&self) -> bool {
        pulse(&self.dir) != self.seen
    }
}

impl Client {
    /// How the store is now: taken before it is let go, so that whatever is written from then on shows.
    pub fn pulse(&self) -> Pulse {
        Pulse { dir: self.dir.clone(), seen: pulse(&self.dir) }
    }

    /// Follows the history until `on_row` breaks off, a refusal or a fault, or until nobody is there to
    /// be told: `is_read` is asked that at every pause. After each stretch of entries comes
    /// [`Row::Head`]: there is a pause now.
    ///
    /// # Errors
    /// What cannot be waited for.
    pub fn watch(
        self,
        as_user: Option<&str>,
        watch: &Watch,
        is_read: &dyn Fn() -> bool,
        on_row: &mut dyn FnMut(Row) -> ControlFlow<()>,
    ) -> Result<Outcome, ClientFault> {
        let (mut from, mut told) = (watch.from, watch.from.is_some());
        let mut is_known = false;
        let mut client = self;
        loop {
            let look = Look::Watch { terms: watch.terms.clone(), from, told };
            let mut rows = Vec::new();
            let looked = client.look(as_user, &look, &mut |row| {
                rows.push(row);
                if rows.len() < STRETCH { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            });
            let is_cut = rows.len() >= STRETCH;
            let away = client.away();
            for row in rows {
                (from, told) = match &row {
                    Row::Entry(entry) => (Some(entry.seq + 1), true),
                    // Who asked for what is yet to come goes on waiting for it.
                    Row::Head(next) => (Some(from.map_or(*next, |from| from.max(*next))), false),
                    _ => (from, told),
                };
                if on_row(row).is_break() {
                    return Ok(Outcome::Ok(Reply::Looked));
                }
            }
            match looked {
                Ok(Outcome::Ok(_)) if watch.until_now && !is_cut => return Ok(Outcome::Ok(Reply::Looked)),
                Ok(Outcome::Ok(_)) => is_known = true,
                Err(ClientFault::Lost | ClientFault::Busy { .. }) => {}
                Err(fault) if is_known && is_shut(&fault) => {}
                ended => return ended,
            }
            let back = if is_cut { Some(away.back()?) } else { away.rested(is_read)? };
            let Some(back) = back else { return Ok(Outcome::Ok(Reply::Looked)) };
            client = back;
        }
    }

    /// Lets the store go, if it was opened.
    fn away(self) -> Away {
        let before = self.pulse();
        let Self { dir, clock, account, way, aside } = self;
        let socket = match way {
            Way::Daemon(socket) => Some(socket),
            Way::Direct(_) => None,
        };
        Away { dir, clock, account, aside, socket, before }
    }
}

/// Whether this is how a store looks that is another account's while its daemon does not run, or has
/// not opened its doorway to all of the team yet.
fn is_shut(fault: &ClientFault) -> bool {
    matches!(
        fault,
        ClientFault::Foreign { .. }
            | ClientFault::Outside { .. }
            | ClientFault::Forbidden(_)
            | ClientFault::Doorway(_)
            | ClientFault::Socket { .. }
    )
}

/// Who looks again in a while.
struct Away {
    dir: PathBuf,
    clock: Clock,
    account: Account,
    aside: Option<Aside>,
    /// The daemon that was asked, if it was one.
    socket: Option<Socket>,
    /// How the store was then.
    before: Pulse,
}

impl Away {
    /// Comes back after a pause, to a store that may have something new; none when nobody is there to be
    /// told of it.
    fn rested(mut self, is_read: &dyn Fn() -> bool) -> Result<Option<Client>, ClientFault> {
        loop {
            rest(LONGEST_PAUSE_MS);
            if !is_read() {
                return Ok(None);
            }
            if self.socket.is_none() && !self.before.is_written() {
                self.socket = Socket::connect(&self.dir)?;
                if self.socket.is_none() {
                    continue;
                }
            }
            return self.back().map(Some);
        }
    }

    /// Comes back at once.
    fn back(mut self) -> Result<Client, ClientFault> {
        let way = loop {
            match self.socket.take() {
                Some(socket) => break Way::Daemon(socket),
                None => match reach(&self.dir, PATIENCE_MS) {
                    Err(ClientFault::Busy { .. }) => {}
                    reached => break reached?,
                },
            }
        };
        Ok(Client { dir: self.dir, clock: self.clock, account: self.account, way, aside: self.aside })
    }
}
