//! The client's end of the daemon's socket.

use std::io::{BufReader, ErrorKind, Read, Write};
use std::ops::ControlFlow;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;

use super::ClientFault;
use crate::domain::health::Ailment;
use crate::domain::reply::{Outcome, Reply};
use crate::domain::view::Row;
use crate::protocol::{self, ANSWER_LIMIT, Body, Part, QUESTION_LIMIT, Question, SOCKET};

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
    path: PathBuf,
    stream: Option<UnixStream>,
}

impl Socket {
    /// Connects; none when nobody listens there.
    ///
    /// # Errors
    /// A path that is no socket of the store's owner.
    pub(super) fn connect(dir: &Path) -> Result<Option<Self>, ClientFault> {
        let path = dir.join(SOCKET);
        let strange = |reason: String| ClientFault::Socket { path: path.clone(), reason };
        match (std::fs::symlink_metadata(&path), std::fs::metadata(dir)) {
            (Ok(socket), _) if !socket.file_type().is_socket() => {
                return Err(strange("is not a socket; remove it and start `leadd` again".to_owned()));
            }
            (Ok(socket), Ok(folder)) if socket.uid() != folder.uid() => {
                return Err(strange("does not belong to the store's owner".to_owned()));
            }
            // A folder we may not look into is another account's: opening it says whose.
            (Err(error), _) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::PermissionDenied) => {
                return Ok(None);
            }
            _ => {}
        }
        match UnixStream::connect(&path) {
            Ok(stream) => {
                let limited = stream
                    .set_read_timeout(Some(SILENCE))
                    .and_then(|()| stream.set_write_timeout(Some(SILENCE)));
                limited.map_err(|error| strange(error.to_string()))?;
                Ok(Some(Self { path, stream: Some(stream) }))
            }
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused) => {
                Ok(None)
            }
            Err(error) => Err(strange(error.to_string())),
        }
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
            None => UnixStream::connect(&self.path).map_err(|_| ClientFault::Lost)?,
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

fn part(stream: &mut BufReader<UnixStream>) -> Result<Part, ClientFault> {
    let garbled = |fault: protocol::FrameFault| ClientFault::Protocol(fault.to_string());
    let mut prefix = [0; 4];
    stream.read_exact(&mut prefix).map_err(|_| ClientFault::Lost)?;
    let length = protocol::length(prefix, ANSWER_LIMIT).map_err(garbled)?;
    let mut payload = Vec::new();
    let read = stream.take(length as u64).read_to_end(&mut payload).map_err(|_| ClientFault::Lost)?;
    if read < length {
        return Err(ClientFault::Lost);
    }
    protocol::decode(&payload).map_err(garbled)
}
