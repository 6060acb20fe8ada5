//! One question and its answer.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use lead_shared::account::Account;
use lead_shared::clock::Clock;
use lead_shared::domain::health::Ailment;
use lead_shared::domain::refusal::Refusal;
use lead_shared::domain::reply::{Outcome, Reply};
use lead_shared::domain::request::{Ask, Call, Caller, Look};
use lead_shared::domain::view::Row;
use lead_shared::engine::Engine;
use lead_shared::protocol::{self, ANSWER_LIMIT, Body, FrameFault, HEAD, Part, QUESTION_LIMIT, Question};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::timeout;

use super::room::Seat;
use crate::policy;

/// How long the first byte may take.
const FIRST_BYTE: Duration = Duration::from_secs(5);

/// How long a frame may take, either way.
const FRAME: Duration = Duration::from_secs(30);

/// An answer is handed on in pieces of about this many bytes.
const PIECE: usize = 64 << 10;

/// Pieces of an answer that may wait for a slow reader.
const PIECES: usize = 4;

/// A client that was let in.
pub(super) struct Conversation {
    pub(super) stream: UnixStream,
    pub(super) uid: u32,
    pub(super) seat: Seat,
    pub(super) engine: Arc<Engine>,
    pub(super) clock: Clock,
    pub(super) stopped: watch::Receiver<bool>,
}

impl Conversation {
    /// Reads one question and answers it; why the client was turned away, if it was. One that hangs up
    /// before it says anything, or while it is answered, is none to speak of; nor is one that has not
    /// said all when the daemon is stopped.
    pub(super) async fn hold(mut self) -> Result<(), String> {
        let mut stopped = self.stopped.clone();
        let stop = async move { drop(stopped.wait_for(|stopped| *stopped).await) };
        let heard = tokio::select! {
            heard = self.hear() => heard,
            () = stop => return Ok(()),
        };
        match heard {
            Ok(Some((question, _place))) => self.answer(question).await,
            Ok(None) => Ok(()),
            Err(reason) => {
                let end = Part::End {
                    outcome: Outcome::Fault(reason.clone()),
                    at: self.clock.now(),
                    ailment: None,
                };
                // A client that sends no frame may not read one either.
                let _ = timeout(FIRST_BYTE, send(&mut self.stream, &end)).await;
                Err(reason)
            }
        }
    }

    /// The question, and the place to answer it at; none if the client hung up without a word.
    async fn hear(&mut self) -> Result<Option<(Question, super::room::Place)>, String> {
        let mut head = [0; HEAD];
        let first = tokio::select! {
            first = timeout(FIRST_BYTE, self.stream.read(&mut head[..1])) => first,
            () = self.seat.is_cut() => return Err("silent, while others wait".to_owned()),
        };
        match first {
            Err(_) => return Err("nothing was asked in time".to_owned()),
            Ok(Ok(0) | Err(_)) => return Ok(None),
            Ok(Ok(_)) => {}
        }
        protocol::version(head[0]).map_err(|fault| fault.to_string())?;
        let Some(place) = self.seat.place().await else { return Ok(None) };
        let stream = &mut self.stream;
        let rest = async {
            stream.read_exact(&mut head[1..]).await.map_err(|error| error.to_string())?;
            let length = protocol::length(head, QUESTION_LIMIT).map_err(|fault| fault.to_string())?;
            let mut payload = Vec::new();
            stream.take(length as u64).read_to_end(&mut payload).await.map_err(|error| error.to_string())?;
            if payload.len() < length {
                return Err("it hung up within a frame".to_owned());
            }
            protocol::decode(&payload).map_err(|fault| fault.to_string())
        };
        let question = timeout(FRAME, rest).await.map_err(|_| "a frame took too long".to_owned())??;
        Ok(Some((question, place)))
    }

    async fn answer(&mut self, Question { as_user, body }: Question) -> Result<(), String> {
        let call = Call { caller: Caller::Account(Account::of(self.uid).name), as_user };
        match body {
            Body::Ask(ask) => self.perform(call, ask).await,
            Body::Look(look) => self.look(call, look).await,
        }
    }

    async fn perform(&mut self, call: Call, ask: Ask) -> Result<(), String> {
        let (answered, outcome) = oneshot::channel();
        let is_dry = ask.dry_run;
        let now = self.clock.now();
        self.engine.submit(call.clone(), ask, now, Box::new(move |outcome| drop(answered.send(outcome))));
        let outcome = outcome.await.map_err(|_| "the writer ended".to_owned())?;
        let turned_away = stranger(&outcome);
        let engine = Arc::clone(&self.engine);
        let set = match &outcome {
            Outcome::Ok(Reply::Setting(change)) if change.changed && !is_dry => Some(change.clone()),
            _ => None,
        };
        let ailment = tokio::task::spawn_blocking(move || {
            if let (Some(change), Caller::Account(by)) = (set, &call.caller) {
                policy::tell(&engine, &change, by);
            }
            ailment(&engine, &call, now)
        })
        .await;
        let ailment = ailment.unwrap_or_default();
        match send(&mut self.stream, &Part::End { outcome, at: now, ailment }).await {
            Err(Unsent::Frame(fault)) => {
                let told =
                    format!("it is done, but its answer cannot be sent: {fault}; `lead history` shows it");
                let end = Part::End { outcome: Outcome::Fault(told), at: now, ailment: None };
                sent(send(&mut self.stream, &end).await)?;
            }
            ended => sent(ended)?,
        }
        turned_away.map_or(Ok(()), Err)
    }

    async fn look(&mut self, call: Call, look: Look) -> Result<(), String> {
        let (pieces, mut next) = mpsc::channel::<Vec<u8>>(PIECES);
        let (engine, clock) = (Arc::clone(&self.engine), self.clock.clone());
        let looking = tokio::task::spawn_blocking(move || {
            let now = clock.now();
            let mut rows = Rows { pieces, piece: Vec::new(), broken: None };
            let outcome = engine.read(&call, &look, now, &mut |row| rows.push(row));
            let turned_away = stranger(&outcome);
            rows.end(outcome, now, ailment(&engine, &call, now));
            turned_away
        });
        while let Some(piece) = next.recv().await {
            let written = write(&mut self.stream, &piece).await;
            if written.is_err() {
                return sent(written);
            }
        }
        looking.await.map_err(|error| error.to_string())?.map_or(Ok(()), Err)
    }
}

/// Why somebody who is no user was told nothing (U3).
fn stranger(outcome: &Outcome) -> Option<String> {
    match outcome {
        Outcome::Refused(Refusal::Stranger { account }) => Some(format!("the account {account} is no user")),
        _ => None,
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

/// Why a part was not sent.
#[derive(Debug, thiserror::Error)]
enum Unsent {
    /// It is no frame.
    #[error(transparent)]
    Frame(FrameFault),
    /// Nobody reads.
    #[error("it does not read its answer")]
    Slow,
    /// The client hung up.
    #[error("{0}")]
    Gone(std::io::Error),
}

/// One that hung up does not miss its answer.
fn sent(sent: Result<(), Unsent>) -> Result<(), String> {
    match sent {
        Ok(()) | Err(Unsent::Gone(_)) => Ok(()),
        Err(unsent) => Err(unsent.to_string()),
    }
}

async fn send(stream: &mut UnixStream, part: &Part) -> Result<(), Unsent> {
    let frame = protocol::encode(part, ANSWER_LIMIT).map_err(Unsent::Frame)?;
    write(stream, &frame).await
}

async fn write(stream: &mut UnixStream, frame: &[u8]) -> Result<(), Unsent> {
    timeout(FRAME, stream.write_all(frame)).await.map_err(|_| Unsent::Slow)?.map_err(Unsent::Gone)
}
