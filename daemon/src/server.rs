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

use lead_shared::account::Account;
use lead_shared::clock::Clock;
use lead_shared::domain::reply::Outcome;
use lead_shared::domain::request::{Call, Caller};
use lead_shared::engine::Engine;
use lead_shared::protocol::{self, ANSWER_LIMIT, Body, Part, QUESTION_LIMIT, Question, ROWS_SIZE, SOCKET};
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

/// Parts of an answer that may wait for a slow reader.
const PARTS: usize = 4;

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
            let end = Part::End { outcome: Outcome::Fault(reason.clone()), at: clock.now() };
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
            engine.submit(call, ask, now, Box::new(move |outcome| drop(answered.send(outcome))));
            let outcome = outcome.await.map_err(|_| "the writer ended".to_owned())?;
            send(&mut stream, &Part::End { outcome, at: now }).await
        }
        Body::Look(look) => {
            let (parts, mut next) = mpsc::channel::<Vec<u8>>(PARTS);
            let looking = tokio::task::spawn_blocking(move || {
                let now = clock.now();
                let mut rows = Rows { parts, batch: Vec::new(), size: 0 };
                let outcome = engine.read(&call, &look, now, &mut |row| rows.push(row));
                rows.end(outcome, now);
            });
            while let Some(frame) = next.recv().await {
                write(&mut stream, &frame).await?;
            }
            looking.await.map_err(|error| error.to_string())
        }
    }
}

/// Gathers rows into frames and hands them to the connection.
struct Rows {
    parts: mpsc::Sender<Vec<u8>>,
    batch: Vec<lead_shared::domain::view::Row>,
    size: usize,
}

/// What a row is taken to weigh before it is encoded, in bytes.
const ROW_WEIGHT: usize = 512;

impl Rows {
    /// Takes a row; false when nobody reads any more.
    fn push(&mut self, row: lead_shared::domain::view::Row) -> bool {
        self.size += ROW_WEIGHT;
        self.batch.push(row);
        self.size < ROWS_SIZE || self.flush()
    }

    fn flush(&mut self) -> bool {
        self.size = 0;
        if self.batch.is_empty() {
            return true;
        }
        let rows = Part::Rows(std::mem::take(&mut self.batch));
        match protocol::encode(&rows, ANSWER_LIMIT) {
            Ok(frame) => self.parts.blocking_send(frame).is_ok(),
            Err(_) => false,
        }
    }

    fn end(mut self, outcome: Outcome, at: jiff::Timestamp) {
        if self.flush()
            && let Ok(frame) = protocol::encode(&Part::End { outcome, at }, ANSWER_LIMIT)
        {
            // Nobody may be reading any more; then nobody misses the end.
            let _ = self.parts.blocking_send(frame);
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

async fn send(stream: &mut UnixStream, part: &Part) -> Result<(), String> {
    let frame = protocol::encode(part, ANSWER_LIMIT).map_err(|fault| fault.to_string())?;
    write(stream, &frame).await
}

async fn write(stream: &mut UnixStream, frame: &[u8]) -> Result<(), String> {
    let written = timeout(FRAME, stream.write_all(frame)).await;
    written.map_err(|_| "the client does not read".to_owned())?.map_err(|error| error.to_string())
}
