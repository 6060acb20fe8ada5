//! The way to a store: through the daemon's socket, else directly, with the same outcome.
//!
//! Called by the command line alone. Whatever is in the way for a moment (a daemon that starts or
//! stops, another `lead` that is finishing) is waited for; a change that was sent and not answered
//! is asked once more with its request id, over whatever way is then open.

mod fault;
mod socket;
mod watch;

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;

pub use fault::ClientFault;
use socket::{Aside, Socket};
pub use watch::{Pulse, Watch};

use crate::account::Account;
use crate::clock::Clock;
use crate::domain::health::Ailment;
use crate::domain::reply::Outcome;
use crate::domain::request::{Ask, Call, Caller, Look};
use crate::domain::view::Row;
pub use crate::engine::{BackupFault, Contents, Copy, OpenFault, Setup, inspect};
use crate::engine::{Engine, restore};
use crate::lock::LockFault;
use crate::protocol::Body;
use crate::store::{StoreFault, probe};

/// How much of the database `lead` keeps in memory, in bytes.
const CACHE: u64 = 16 << 20;

/// The first pause before the next try, in milliseconds; doubled up to [`LONGEST_PAUSE_MS`].
const FIRST_PAUSE_MS: u64 = 10;
const LONGEST_PAUSE_MS: u64 = 250;

/// How long a busy store is waited for, in milliseconds.
const PATIENCE_MS: u64 = 30_000;

/// The same where somebody sits at a key.
const HURRY_MS: u64 = 500;

/// How a store was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// Through the daemon.
    Daemon,
    /// By opening it.
    Direct,
}

enum Way {
    Daemon(Socket),
    Direct(Box<Engine>),
}

/// A store that was reached.
pub struct Client {
    dir: PathBuf,
    clock: Clock,
    account: Account,
    way: Way,
    aside: Option<Aside>,
}

impl Client {
    /// Reaches the store in `dir`.
    ///
    /// # Errors
    /// [`ClientFault::NoStore`], [`ClientFault::Busy`] after 30 seconds, and what cannot be waited
    /// for.
    pub fn open(dir: &Path, clock: &Clock) -> Result<Self, ClientFault> {
        Self::open_within(dir, clock, PATIENCE_MS)
    }

    /// As [`Client::open`], for half a second.
    ///
    /// # Errors
    /// As [`Client::open`].
    pub fn open_soon(dir: &Path, clock: &Clock) -> Result<Self, ClientFault> {
        Self::open_within(dir, clock, HURRY_MS)
    }

    fn open_within(dir: &Path, clock: &Clock, patience: u64) -> Result<Self, ClientFault> {
        let account = Account::of_this_process();
        let way = reach(dir, patience)?;
        Ok(Self { dir: dir.to_owned(), clock: clock.clone(), account, way, aside: None })
    }

    /// Makes a store in `dir` and opens it.
    ///
    /// # Errors
    /// What was told is wrong, or the folder cannot be used.
    pub fn create(dir: &Path, clock: &Clock, setup: &Setup) -> Result<Self, ClientFault> {
        let account = Account::of_this_process();
        let engine = patiently(PATIENCE_MS, || Engine::create(dir, setup, clock.now(), CACHE))
            .map_err(|fault| ClientFault::open(dir, fault))?;
        let way = Way::Direct(Box::new(engine));
        Ok(Self { dir: dir.to_owned(), clock: clock.clone(), account, way, aside: None })
    }

    /// Reaches the store in `dir`, made now if there is none; true if it was. Of several who find
    /// none at once, one makes it and the others wait for it.
    ///
    /// # Errors
    /// As [`Client::open`] and [`Client::create`].
    pub fn open_or_create(dir: &Path, clock: &Clock, setup: &Setup) -> Result<(Self, bool), ClientFault> {
        match Self::create(dir, clock, setup) {
            Err(ClientFault::Open(OpenFault::Store(StoreFault::Occupied { .. }))) if probe(dir).is_ok() => {
                Self::open(dir, clock).map(|client| (client, false))
            }
            created => created.map(|client| (client, true)),
        }
    }

    /// Makes the store in `dir` that the backup at `path` holds, where there is none; what it held.
    ///
    /// # Errors
    /// See [`BackupFault`]; there is then no store, as before.
    pub fn restore(path: &Path, dir: &Path) -> Result<Contents, BackupFault> {
        restore(path, dir, CACHE)
    }

    /// Writes the database of the store in `dir`, which nobody has open, anew; how many bytes it had
    /// and has.
    ///
    /// # Errors
    /// As [`Client::open`]; the store is as it was.
    pub fn compact(dir: &Path) -> Result<(u64, u64), ClientFault> {
        patiently(PATIENCE_MS, || Engine::compact(dir, CACHE)).map_err(|fault| ClientFault::open(dir, fault))
    }

    /// How the store was reached.
    pub fn route(&self) -> Route {
        match self.way {
            Way::Daemon(_) => Route::Daemon,
            Way::Direct(_) => Route::Direct,
        }
    }

    /// The daemon's clock at its latest answer.
    pub fn daemon_clock(&self) -> Option<Timestamp> {
        self.aside.as_ref().map(|aside| aside.at)
    }

    /// What keeps mail from going, for those who may manage, as of the latest answer.
    pub fn ailment(&self, as_user: Option<&str>) -> Option<Ailment> {
        match &self.way {
            Way::Daemon(_) => self.aside.as_ref()?.ailment.clone(),
            // The look itself tells of a store that cannot be read.
            Way::Direct(engine) => {
                engine.ailment(&call(&self.account, as_user), false, self.clock.now()).unwrap_or_default()
            }
        }
    }

    /// Asks for a change. Lost on the way, it is asked once more with the same id, so it is done
    /// once whatever happened.
    ///
    /// # Errors
    /// [`ClientFault::Unknown`] when both were lost.
    pub fn ask(&mut self, as_user: Option<&str>, ask: &Ask) -> Result<Outcome, ClientFault> {
        let body = Body::Ask(ask.clone());
        for _ in 0..2 {
            let socket = match &mut self.way {
                Way::Direct(engine) => {
                    let call = call(&self.account, as_user);
                    return Ok(engine.handle(call, ask.clone(), self.clock.now()));
                }
                Way::Daemon(socket) => socket,
            };
            match socket.ask(as_user, &body, &mut |_| ControlFlow::Continue(())) {
                Ok((outcome, aside)) => {
                    self.aside = aside.or(self.aside.take());
                    return Ok(outcome);
                }
                Err(fault) if fault.is_lost() => {
                    self.way = reach(&self.dir, PATIENCE_MS).map_err(|_| ClientFault::Unknown)?;
                }
                Err(fault) => return Err(fault),
            }
        }
        Err(ClientFault::Unknown)
    }

    /// Looks; rows go to `on_row` as they come, and `Break` from it ends the look.
    ///
    /// # Errors
    /// A daemon lost before the first row is replaced by whatever way is then open; lost later, the
    /// look is [`ClientFault::Lost`].
    pub fn look(
        &mut self,
        as_user: Option<&str>,
        look: &Look,
        on_row: &mut dyn FnMut(Row) -> ControlFlow<()>,
    ) -> Result<Outcome, ClientFault> {
        let body = Body::Look(look.clone());
        for _ in 0..2 {
            let socket = match &mut self.way {
                Way::Direct(engine) => {
                    let call = call(&self.account, as_user);
                    let mut sink = |row| on_row(row).is_continue();
                    return Ok(engine.read(&call, look, self.clock.now(), &mut sink));
                }
                Way::Daemon(socket) => socket,
            };
            let mut rows = 0_u64;
            let looked = socket.ask(as_user, &body, &mut |row| {
                rows += 1;
                on_row(through_daemon(row))
            });
            match looked {
                Ok((outcome, aside)) => {
                    self.aside = aside.or(self.aside.take());
                    return Ok(outcome);
                }
                Err(fault) if fault.is_lost() && rows == 0 => self.way = reach(&self.dir, PATIENCE_MS)?,
                Err(fault) => return Err(fault),
            }
        }
        Err(ClientFault::Lost)
    }
}

fn call(account: &Account, as_user: Option<&str>) -> Call {
    Call { caller: Caller::Account(account.name.clone()), as_user: as_user.map(str::to_owned) }
}

/// A row of state, which says how it was reached.
fn through_daemon(row: Row) -> Row {
    match row {
        Row::Status(mut status) => {
            status.daemon = true;
            Row::Status(status)
        }
        row => row,
    }
}

/// The socket if somebody answers there, else the store itself; what is busy is waited for.
fn reach(dir: &Path, patience: u64) -> Result<Way, ClientFault> {
    patiently(patience, || match Socket::connect(dir) {
        Ok(Some(socket)) => Ok(Ok(Way::Daemon(socket))),
        Ok(None) => Engine::open(dir, CACHE).map(|engine| Ok(Way::Direct(Box::new(engine)))),
        Err(fault) => Ok(Err(fault)),
    })
    .map_err(|fault| ClientFault::open(dir, fault))?
}

/// Tries until the store is not busy, with growing pauses; no longer than one has patience, in
/// milliseconds.
fn patiently<T>(patience: u64, mut attempt: impl FnMut() -> Result<T, OpenFault>) -> Result<T, OpenFault> {
    let mut pause = FIRST_PAUSE_MS;
    let mut waited = 0;
    loop {
        match attempt() {
            Err(OpenFault::Lock(LockFault::Busy { .. }) | OpenFault::Store(StoreFault::Busy(_)))
                if waited < patience => {}
            ended => return ended,
        }
        rest(pause);
        waited += pause;
        pause = (pause * 2).min(LONGEST_PAUSE_MS);
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place where `lead` waits: for a busy store, or for news of it"
)]
fn rest(milliseconds: u64) {
    std::thread::sleep(Duration::from_millis(milliseconds));
}
