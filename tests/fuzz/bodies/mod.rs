//! What must hold, given any bytes: one body for each thing that `lead` and `leadd` read and others wrote.
//!
//! The fuzzers call these with what they make up, the suite with every file of `corpus/` and `finds/`. A body
//! panics where something does not hold, and says nothing of bytes that are refused as they should be.

use lead_shared::domain::text::is_unsafe;

mod config;
mod export;
mod filter;
mod frame;
mod importing;
mod mail;
mod money;
mod office;
mod pipeline;
mod record;
mod smtp;
mod template;
mod when;

/// What must hold, given these bytes.
pub type Body = fn(&[u8]);

/// Every body, under the name of its fuzz target and of its folders.
pub const BODIES: [(&str, Body); 17] = [
    ("backup", record::backup),
    ("config", config::body),
    ("csv", importing::csv),
    ("export", export::body),
    ("filter", filter::body),
    ("frame", frame::body),
    ("import", office::import),
    ("json", importing::json),
    ("mail", mail::body),
    ("money", money::body),
    ("pipeline", pipeline::body),
    ("record", record::body),
    ("request", office::request),
    ("smtp", smtp::body),
    ("template", template::body),
    ("vcard", importing::vcard),
    ("when", when::body),
];

/// The bytes as text, as far as they are text.
fn text(bytes: &[u8]) -> &str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(end) => std::str::from_utf8(&bytes[..end.valid_up_to()]).unwrap_or_default(),
    }
}

/// What is said to people can stand on their terminal as it is, on one line.
#[track_caller]
fn is_plain(said: &str) {
    assert!(!said.contains(is_unsafe), "it would reach a terminal raw: {said:?}");
}

/// A line and a column, both from 1, that a text has, or that stand at its end.
#[track_caller]
fn is_within(text: &str, line: u32, column: u32) {
    let at = line.checked_sub(1).and_then(|at| text.split('\n').nth(at as usize));
    let length = at.map(|at| at.chars().count());
    let is_there = length.is_some_and(|length| column >= 1 && column as usize <= length + 1);
    assert!(is_there, "{line}:{column} is nowhere in {text:?}");
}
