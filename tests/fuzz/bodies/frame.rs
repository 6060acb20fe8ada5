//! A frame off a socket, of a client or of a daemon: its length is looked at first, and what is read can be
//! written and is the same again.

use std::fmt::Debug;

use lead_shared::protocol::{
    ANSWER_LIMIT, HEAD, Part, QUESTION_LIMIT, Question, decode, encode, length, version,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub fn body(bytes: &[u8]) {
    let Some((head, payload)) = bytes.split_first_chunk::<HEAD>() else { return };
    for limit in [QUESTION_LIMIT, ANSWER_LIMIT] {
        match length(*head, limit) {
            Ok(length) => assert!(length > 0 && length <= limit && version(head[0]).is_ok()),
            Err(fault) => assert!(!fault.to_string().is_empty()),
        }
    }
    comes_back::<Question>(payload, QUESTION_LIMIT);
    comes_back::<Part>(payload, ANSWER_LIMIT);
}

fn comes_back<T: DeserializeOwned + Serialize + PartialEq + Debug>(payload: &[u8], limit: usize) {
    let message: T = match decode(payload) {
        Ok(message) => message,
        Err(fault) => return assert!(!fault.to_string().is_empty()),
    };
    let frame = encode(&message, limit).expect("what was read is not too long to write");
    let (head, written) = frame.split_first_chunk::<HEAD>().expect("a head");
    assert_eq!(length(*head, limit), Ok(written.len()));
    assert_eq!(decode::<T>(written).as_ref(), Ok(&message));
}
