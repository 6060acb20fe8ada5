//! What client and daemon say to each other: one question, some rows, one end.
//!
//! A frame is a version byte, a length of four bytes, big-endian, and MessagePack with names. Who
//! asks is never in a message: the socket's peer credential says it (U2). Used by the client and by
//! the daemon's server; nothing here touches a socket.

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::domain::health::Ailment;
use crate::domain::reply::Outcome;
use crate::domain::request::{Ask, Look};
use crate::domain::view::Row;
use crate::pack;

/// The version of this protocol; another one is refused in words.
pub const VERSION: u8 = 1;

/// Bytes before what a frame says: its version and its length.
pub const HEAD: usize = 5;

/// The longest question, in bytes behind the length.
pub const QUESTION_LIMIT: usize = 1 << 20;

/// The longest part of an answer, in bytes behind the length.
pub const ANSWER_LIMIT: usize = 64 << 20;

/// The name of the socket in the store's folder.
pub const SOCKET: &str = "leadd.sock";

/// What a client asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Whose rights are used; needs `admin`.
    pub as_user: Option<String>,
    /// A change or a look.
    pub body: Body,
}

/// A change or a look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Body {
    /// A change.
    Ask(Ask),
    /// A look.
    Look(Look),
}

/// A part of an answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Part {
    /// A row of a look; more may follow.
    Row(Box<Row>),
    /// The end.
    End {
        /// How it ended.
        outcome: Outcome,
        /// The daemon's clock.
        at: Timestamp,
        /// What keeps mail from going, for those who may manage.
        #[serde(default)]
        ailment: Option<Ailment>,
    },
}

/// Why a frame was not understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameFault {
    /// Nothing in it.
    #[error("an empty frame")]
    Empty,
    /// Longer than allowed.
    #[error("a frame of {length} bytes, where {limit} are allowed")]
    TooLong {
        /// Its length.
        length: usize,
        /// What is allowed.
        limit: usize,
    },
    /// Another version of the protocol.
    #[error("protocol version {0}, where {VERSION} is spoken; `lead` and `leadd` must be of one version")]
    Version(u8),
    /// Not what was expected behind the version.
    #[error("a frame that cannot be read: {0}")]
    Garbled(String),
}

/// A whole frame, its head in front.
///
/// # Errors
/// [`FrameFault::TooLong`].
pub fn encode<T: Serialize>(message: &T, limit: usize) -> Result<Vec<u8>, FrameFault> {
    let mut frame = vec![VERSION, 0, 0, 0, 0];
    pack::write(&mut frame, message).map_err(FrameFault::Garbled)?;
    let length = frame.len() - HEAD;
    match u32::try_from(length) {
        Ok(prefix) if length <= limit => {
            frame[1..HEAD].copy_from_slice(&prefix.to_be_bytes());
            Ok(frame)
        }
        _ => Err(FrameFault::TooLong { length, limit }),
    }
}

/// Whether what begins so is of our version.
///
/// # Errors
/// [`FrameFault::Version`].
pub fn version(first: u8) -> Result<(), FrameFault> {
    if first == VERSION { Ok(()) } else { Err(FrameFault::Version(first)) }
}

/// The length that a head announces, checked before anything is allocated for it.
///
/// # Errors
/// [`FrameFault::Version`] before anything else is looked at, [`FrameFault::Empty`],
/// [`FrameFault::TooLong`].
pub fn length(head: [u8; HEAD], limit: usize) -> Result<usize, FrameFault> {
    let [first, length @ ..] = head;
    version(first)?;
    match u32::from_be_bytes(length) as usize {
        0 => Err(FrameFault::Empty),
        length if length > limit => Err(FrameFault::TooLong { length, limit }),
        length => Ok(length),
    }
}

/// What stands behind the head.
///
/// # Errors
/// [`FrameFault::Garbled`].
pub fn decode<T: DeserializeOwned>(payload: &[u8]) -> Result<T, FrameFault> {
    pack::read(payload).map_err(FrameFault::Garbled)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_question_comes_out_as_it_went_in() {
        let question = Question { as_user: Some("sam".to_owned()), body: Body::Look(Look::Customer(7)) };
        let frame = encode(&question, QUESTION_LIMIT).unwrap();
        let (head, payload) = frame.split_first_chunk::<HEAD>().unwrap();
        assert_eq!(length(*head, QUESTION_LIMIT), Ok(payload.len()));
        assert_eq!(decode::<Question>(payload), Ok(question));
    }

    #[test]
    fn versions_and_lengths_are_checked_first() {
        assert_eq!(length([VERSION, 0, 0, 0, 0], 10), Err(FrameFault::Empty));
        let too_long = length([VERSION, 255, 255, 255, 255], 10);
        assert_eq!(too_long, Err(FrameFault::TooLong { length: 0xFFFF_FFFF, limit: 10 }));
        assert_eq!(length([9, 255, 255, 255, 255], 10), Err(FrameFault::Version(9)));
        assert_eq!(version(0), Err(FrameFault::Version(0)));
    }

    proptest! {
        #[test]
        fn noise_is_never_a_panic(noise in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode::<Question>(&noise);
            let _ = decode::<Part>(&noise);
        }
    }
}
