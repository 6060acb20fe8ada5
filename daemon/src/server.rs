//! The socket: one question a connection, answered as the engine says (S4, U2).
//!
//! Who asks is the peer's credential, never the message. A client that is slow, silent or garbled
//! is cut off; too many wait. Nothing a client sends can end the daemon.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use lead_shared::account::Account;
use lead_shared::clock::Clock;
use lead_shared::domain::health::Ailment;
use lead_shared::domain::reply::Outcome;
use lead_shared::domain::request::{Call, Caller};
use lead_shared::domain::view::Row;
use lead_shared::engine::Engine;
use lead_shared::protocol::{self, ANSWER_LIMIT, Body, FrameFault, Part, QUESTION_LIMIT, Question, SOCKET};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{Semaphore, mpsc, oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tracing::{debug, warn};

use crate::fault::Fault;

/// Connections served at once; over this they wait.
const CONNECTIONS: usize = 256;

/// How long the first byte may take.
const FIRST_BYTE: Duration = Duration::from_secs(5);

/// How long a frame may take, either way.
const FRAME: Duration = Duration::from_secs(30);

/// The longest path a socket can have, in bytes, its end mark not counted.
const LONGEST_PATH: usize = 107;

/// An answer is handed on in pieces of about this many bytes.
const PIECE: usize = 64 << 10;

/// Pieces of an answer that may wait for a slow reader.
const PIECES: usize = 4;

/// Binds the socket of the store in `dir`. The daemon's lock is held: what stands there is stale.
pub(crate) fn listen(dir: &Path) -> Result<UnixListener, Fault> {
    let path = dir.join(SOCKET);
    let wrong = |reason: String| Fault::Socket { path: path.clone(), reason };
    if path.as_os_str().len() > LONGEST_PATH {
        return Err(wrong(format!(
            "the path has {} bytes, and a socket's may have {LONGEST_PATH}; move the store to a shorter one",
            path.as_os_str().len()
        )));
    }
    match fs::symlink_metadata(&path) {
        Ok(found) if found.file_type().is_socket() => {
            fs::remove_file(&path).map_err(|error| wrong(error.to_string()))?;
        }
        Ok(_) => return Err(wrong("is there and is not a socket; remove it".to_owned())),
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(wrong(error.to_string())),
    }
    let listener = UnixListener::bind(&path).map_err(|error| wrong(error.to_string()))?;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600))
        .map_err(|error| wrong(error.to_string()))?;
    Ok(listener)
}

/// Takes the socket of the store in `dir` away.
pub(crate) fn unlink(dir: &Path) {
    // Gone already, or for the next daemon to replace.
    let _ = fs::remove_file::<PathBuf>(dir.join(SOCKET));
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

    /// Takes connections until stopped, then ends those that were begun.
    pub(crate) async fn run(self, listener: UnixListener) {
        let places = Arc::new(Semaphore::new(CONNECTIONS));
        let mut stopped = self.stopped.clone();
        let mut serving = JoinSet::new();
        loop {
            let taken = tokio::select! {
                _ = stopped.changed() => break,
                Some(_) = serving.join_next() => continue,
                taken = take(&listener, &places) => taken,
            };
            match taken {
                Ok((stream, place)) => {
                    let (engine, clock) = (Arc::clone(&self.engine), self.clock.clone());
                    serving.spawn(async move {
                        if let Err(reason) = serve(stream, engine, clock).await {
                            debug!(reason, "a connection ended early");
                        }
                        drop(place);
                    });
                }
                Err(error) => {
                    warn!(%error, "taking a connection");
                    sleep(Duration::from_millis(100)).await;
                }
            }
        }
        drop(listener);
        while serving.join_next().await.is_some() {}
    }
}

/// A connection, once there is a place for it.
async fn take(
    listener: &UnixListener,
    places: &Arc<Semaphore>,
) -> std::io::Result<(UnixStream, tokio::sync::OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.map_err(std::io::Error::other)?;
    let (stream, _) = listener.accept().await?;
    Ok((stream, place))
}

/// Reads one question and answers it.
async fn serve(mut stream: UnixStream, engine: Arc<Engine>, clock: Clock) -> Result<(), String> {
    let peer = stream.peer_cred().map_err(|error| error.to_string())?;
    let question = match read(&mut stream).await {
        Ok(question) => question,
        Err(reason) => {
            let outcome = Outcome::Fault(reason.clone());
            let end = Part::End { outcome, at: clock.now(), ailment: None };
            // A client that sends no frame may not read one either.
            let _ = send(&mut stream, &end).await;
            return Err(reason);
        }
    };
    let call = Call { caller: Caller::Account(Account::of(peer.uid()).name), as_user: question.as_user };
    match question.body {
        Body::Ask(ask) => {
            let (answered, outcome) = oneshot::channel();
            let now = clock.now();
            engine.submit(call.clone(), ask, now, Box::new(move |outcome| drop(answered.send(outcome))));
            let outcome = outcome.await.map_err(|_| "the writer ended".to_owned())?;
            let ailment = tokio::task::spawn_blocking(move || ailment(&engine, &call, now)).await;
            let ailment = ailment.unwrap_or_default();
            match send(&mut stream, &Part::End { outcome, at: now, ailment }).await {
                Err(Unsent::Frame(fault)) => {
                    let told = format!(
                        "it is done, but its answer cannot be sent: {fault}; `lead history` shows it"
                    );
                    let end = Part::End { outcome: Outcome::Fault(told), at: now, ailment: None };
                    send(&mut stream, &end).await.map_err(|unsent| unsent.to_string())
                }
                sent => sent.map_err(|unsent| unsent.to_string()),
            }
        }
        Body::Look(look) => {
            let (pieces, mut next) = mpsc::channel::<Vec<u8>>(PIECES);
            let looking = tokio::task::spawn_blocking(move || {
                let now = clock.now();
                let mut rows = Rows { pieces, piece: Vec::new(), broken: None };
                let outcome = engine.read(&call, &look, now, &mut |row| rows.push(row));
                rows.end(outcome, now, ailment(&engine, &call, now));
            });
            while let Some(piece) = next.recv().await {
                write(&mut stream, &piece).await?;
            }
            looking.await.map_err(|error| error.to_string())
        }
    }
}

/// What keeps mail from going, for a caller who may manage. The answer itself tells of a store that
/// cannot be read.
fn ailment(engine: &Engine, call: &Call, now: Timestamp) -> Option<Ailment> {
    engine.ailment(call, true, now).unwrap_or_default()
}

/// Encodes rows as they come and hands them to the connection in larger pieces.
struct Rows {
    pieces: mpsc::Sender<Vec<u8>>,
    piece: Vec<u8>,
    /// Why a row could not be sent.
    broken: Option<String>,
}

impl Rows {
    /// Takes a row; false when no more are wanted.
    fn push(&mut self, row: Row) -> bool {
        match protocol::encode(&Part::Row(Box::new(row)), ANSWER_LIMIT) {
            Ok(frame) => {
                self.piece.extend(frame);
                self.piece.len() < PIECE || self.flush()
            }
            Err(fault) => {
                self.broken = Some(fault.to_string());
                false
            }
        }
    }

    /// Hands over what is gathered; false when nobody reads any more.
    fn flush(&mut self) -> bool {
        self.pieces.blocking_send(std::mem::take(&mut self.piece)).is_ok()
    }

    fn end(mut self, outcome: Outcome, at: Timestamp, ailment: Option<Ailment>) {
        let outcome = self.broken.take().map_or(outcome, Outcome::Fault);
        if let Ok(frame) = protocol::encode(&Part::End { outcome, at, ailment }, ANSWER_LIMIT) {
            self.piece.extend(frame);
            // Nobody may be reading any more; then nobody misses the end.
            let _ = self.flush();
        }
    }
}

async fn read(stream: &mut UnixStream) -> Result<Question, String> {
    let mut prefix = [0; 4];
    let first = timeout(FIRST_BYTE, stream.read_exact(&mut prefix[..1])).await;
    first.map_err(|_| "nothing was asked in time".to_owned())?.map_err(|error| error.to_string())?;
    let rest = async {
        stream.read_exact(&mut prefix[1..]).await.map_err(|error| error.to_string())?;
        let length = protocol::length(prefix, QUESTION_LIMIT).map_err(|fault| fault.to_string())?;
        let mut payload = vec![0; length];
        stream.read_exact(&mut payload).await.map_err(|error| error.to_string())?;
        protocol::decode(&payload).map_err(|fault| fault.to_string())
    };
    timeout(FRAME, rest).await.map_err(|_| "a frame took too long".to_owned())?
}

/// Why a part was not sent.
#[derive(Debug, thiserror::Error)]
enum Unsent {
    /// It is no frame.
    #[error(transparent)]
    Frame(FrameFault),
    /// The connection.
    #[error("{0}")]
    Connection(String),
}

async fn send(stream: &mut UnixStream, part: &Part) -> Result<(), Unsent> {
    let frame = protocol::encode(part, ANSWER_LIMIT).map_err(Unsent::Frame)?;
    write(stream, &frame).await.map_err(Unsent::Connection)
}

async fn write(stream: &mut UnixStream, frame: &[u8]) -> Result<(), String> {
    let written = timeout(FRAME, stream.write_all(frame)).await;
    written.map_err(|_| "the client does not read".to_owned())?.map_err(|error| error.to_string())
}
