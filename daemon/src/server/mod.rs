//! The socket: who is let in, one question a connection (S4, U2).
//!
//! Who asks is the peer's credential, never the message. A client that is slow, silent or garbled
//! is cut off; too many wait. Nothing a client sends can end the daemon.

mod complaints;
mod conversation;
mod room;

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use lead_shared::clock::Clock;
use lead_shared::doorway::{Doorway, DoorwayFault};
use lead_shared::engine::Engine;
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::fault::Fault;
use complaints::Complaints;
use conversation::Conversation;
use room::{Room, Seat};

/// How long what was begun may take to end, when all is to stop (S3).
const FAREWELL: Duration = Duration::from_secs(15);

/// How long nobody is let in after the system would open no more files.
const BACK_OFF: Duration = Duration::from_millis(100);

/// Binds the socket of the store in `dir`, open to the team's group where there is one. The daemon's
/// lock is held: a socket that stands there is stale.
pub(crate) fn listen(dir: &Path, group: Option<&str>) -> Result<UnixListener, Fault> {
    let doorway = Doorway::prepare(dir, group)?;
    let path = doorway.socket();
    let wrong = |source| DoorwayFault::Io { path: path.to_owned(), source };
    if doorway.is_taken()? {
        fs::remove_file(path).map_err(wrong)?;
    }
    let listener = UnixListener::bind(path).map_err(wrong)?;
    doorway.open_to(group)?;
    Ok(listener)
}

/// Takes the socket of the store in `dir` away.
pub(crate) fn unlink(dir: &Path) {
    if let Ok(doorway) = Doorway::of(dir) {
        // Gone already, or for the next daemon to replace.
        let _ = fs::remove_file(doorway.socket());
    }
}

/// Serves clients.
pub(crate) struct Server {
    engine: Arc<Engine>,
    clock: Clock,
    stopped: watch::Receiver<bool>,
}

impl Server {
    pub(crate) fn new(engine: Arc<Engine>, clock: Clock, stopped: watch::Receiver<bool>) -> Self {
        Self { engine, clock, stopped }
    }

    /// Takes connections until stopped, then ends those whose question is known.
    pub(crate) async fn run(self, listener: UnixListener) {
        let room = Arc::new(Room::new());
        let (shut_out, cut_off) =
            (Complaints::of("nobody can be let in"), Arc::new(Complaints::of("a client was turned away")));
        let mut stopped = self.stopped.clone();
        let mut serving = JoinSet::new();
        loop {
            let taken = tokio::select! {
                _ = stopped.changed() => break,
                Some(_) = serving.join_next() => continue,
                () = shut_out.sum_up() => continue,
                () = cut_off.sum_up() => continue,
                taken = take(&listener, &room) => taken,
            };
            match taken {
                Ok((stream, Some((uid, seat)))) => {
                    let (engine, clock) = (Arc::clone(&self.engine), self.clock.clone());
                    let conversation =
                        Conversation { stream, uid, seat, engine, clock, stopped: self.stopped.clone() };
                    let cut_off = Arc::clone(&cut_off);
                    serving.spawn(async move {
                        if let Err(reason) = conversation.hold().await {
                            cut_off.say(&reason, Some(uid));
                        }
                    });
                }
                Ok((stream, None)) => {
                    let uid = stream.peer_cred().ok().map(|peer| peer.uid());
                    cut_off.say("it has too many open", uid);
                }
                Err(error) => {
                    shut_out.say(&error.to_string(), None);
                    sleep(BACK_OFF).await;
                }
            }
        }
        drop(listener);
        let ended = timeout(FAREWELL, async { while serving.join_next().await.is_some() {} }).await;
        if ended.is_err() {
            cut_off.say("it did not read its answer to the end", None);
            serving.shutdown().await;
        }
        shut_out.end();
        cut_off.end();
    }
}

/// A connection, once there is a seat for it; without one, if its user has too many.
async fn take(
    listener: &UnixListener,
    room: &Arc<Room>,
) -> std::io::Result<(UnixStream, Option<(u32, Seat)>)> {
    room.vacancy().await;
    let (stream, _) = listener.accept().await?;
    let seat = stream.peer_cred().ok().and_then(|peer| Some((peer.uid(), room.seat(peer.uid())?)));
    Ok((stream, seat))
}
