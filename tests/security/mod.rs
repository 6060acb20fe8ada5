//! What the contract promises of safety: `proofs.txt` is the table of its sentences (`contract.md`),
//! each with the trials that prove it.

mod crowd;
mod files;
mod mail;
mod output;
mod secrets;

use crate::backups::forge;
use crate::harness::{Office, account};

/// Whether a character may not reach a terminal or a reader as it is.
fn is_unsafe(c: char) -> bool {
    let is_bidi =
        matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let is_line = matches!(c, '\n' | '\t');
    (c.is_control() && !is_line) || matches!(c, '\u{2028}' | '\u{2029}') || is_bidi
}

/// Nothing in a text is obeyed by a terminal, nor turns what is read.
#[track_caller]
fn harmless(what: &str, text: &str) {
    let found: Vec<_> = text.chars().filter(|&c| is_unsafe(c)).collect();
    assert!(found.is_empty(), "{what}: {found:?} in\n{text:?}");
}

/// A store that holds what none takes in by the front door: escape sequences, one for the clipboard, a
/// header behind a line's end, marks that turn the direction, in every text there is. The backup that
/// it is made of was written by a program that looked at nothing.
fn hostile(office: &Office) {
    let ours = format!("\"account\":\"{}\"", account());
    let backup = include_str!("hostile.jsonl");
    assert!(backup.matches("\\u001b]52;c;eA==").count() > 30, "it holds what it says");
    let backup = forge(backup, |line| line.replace("\"account\":\"root\"", &ours));
    office.lead(["backup", "restore", &office.file("hostile.jsonl", &backup)]).ok();
}
