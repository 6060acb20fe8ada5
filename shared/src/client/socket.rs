//! The client's end of the daemon's socket.

use std::io::{BufReader, ErrorKind, Read, Write};
use std::ops::ControlFlow;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;

use super::ClientFault;
use crate::domain::health::Ailment;
use crate::domain::reply::{Outcome, Reply};
use crate::domain::view::Row;
use crate::doorway::{self, Doorway};
use crate::protocol::{self, ANSWER_LIMIT, Body, HEAD, Part, QUESTION_LIMIT, Question};

/// How long the daemon may be silent.
const SILENCE: Duration = Duration::from_secs(300);

/// How much of an answer is read at once, in bytes.
const BUFFER: usize = 64 << 10;

/// What the daemon says beside its answer.
pub(super) struct Aside {
    /// Its clock.
    pub(super) at: Timestamp,
    /// What keeps mail from going.
    pub(super) ailment: Option<Ailment>,
}

/// A connection to the daemon; it serves one question.
pub(super) struct Socket {
    doorway: Doorway,
    stream: Option<UnixStream>,
}

impl Socket {
    /// Connects; none when nobody listens there.
    ///
    /// # Errors
    /// A socket that cannot be trusted.
    pub(super) fn connect(dir: &Path) -> Result<Option<Self>, ClientFault> {
        // A folder we may not look into is another account's: opening it says whose.
        if !doorway::is_there(dir) {
            return Ok(None);
        }
        let doorway = Doorway::of(dir)?;
        if !doorway.is_taken()? {
            return Ok(None);
        }
        let stream = match dial(doorway.socket()) {
            Ok(stream) => Some(stream),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused) => {
                return Ok(None);
            }
            Err(error) => {
                let path = doorway.socket().to_owned();
                return Err(ClientFault::Socket { path, reason: error.to_string() });
            }
        };
        Ok(Some(Self { doorway, stream }))
    }

    /// Asks, hands on the rows, and returns how it ended and, unless `on_row` broke off, what the
    /// daemon says beside.
    pub(super) fn ask(
        &mut self,
        as_user: Option<&str>,
        body: &Body,
        on_row: &mut dyn FnMut(Row) -> ControlFlow<()>,
    ) -> Result<(Outcome, Option<Aside>), ClientFault> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None if self.doorway.is_taken()? => dial(self.doorway.socket()).map_err(|_| ClientFault::Lost)?,
            None => return Err(ClientFault::Lost),
        };
        let question = Question { as_user: as_user.map(str::to_owned), body: body.clone() };
        let frame = protocol::encode(&question, QUESTION_LIMIT)
            .map_err(|fault| ClientFault::Protocol(fault.to_string()))?;
        stream.write_all(&frame).map_err(|_| ClientFault::Lost)?;
        let mut stream = BufReader::with_capacity(BUFFER, stream);
        loop {
            match part(&mut stream)? {
                Part::End { outcome, at, ailment } => return Ok((outcome, Some(Aside { at, ailment }))),
                Part::Row(row) => {
                    if on_row(*row).is_break() {
                        return Ok((Outcome::Ok(Reply::Looked), None));
                    }
                }
            }
        }
    }
}

fn dial(path: &Path) -> std::io::Result<UnixStream> {
    let stream = UnixStream::connect(path)?;
    stream.set_read_timeout(Some(SILENCE))?;
    stream.set_write_timeout(Some(SILENCE))?;
    Ok(stream)
}

fn part(stream: &mut BufReader<UnixStream>) -> Result<Part, ClientFault> {
    let garbled = |fault: protocol::FrameFault| ClientFault::Protocol(fault.to_string());
    let mut head = [0; HEAD];
    stream.read_exact(&mut head).map_err(|_| ClientFault::Lost)?;
    let length = protocol::length(head, ANSWER_LIMIT).map_err(garbled)?;
    let mut payload = Vec::new();
    let read = stream.take(length as u64).read_to_end(&mut payload).map_err(|_| ClientFault::Lost)?;
    if read < length {
        return Err(ClientFault::Lost);
    }
    protocol::decode(&payload).map_err(garbled)
}
