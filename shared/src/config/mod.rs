//! The files people write for us: the firm's `STORE/lead.toml` and a user's own `config.toml`.
//!
//! Owns reading, checking, changing and explaining them, and where the store is. Refuses whatever it does
//! not know, with file, line and column, and never holds a secret. Every key stands once, in
//! [`keys::KEYS`] or [`user_file::KEYS`]: what is accepted, what is suggested, what `config list`
//! shows and what the man page says come from there. Called by both programs at their start.

pub mod amend;
mod document;
pub mod env;
pub mod fault;
mod file;
pub mod finding;
pub mod initial;
pub mod key;
pub mod keys;
pub mod places;
pub mod policy_file;
mod reading;
pub mod reports;
pub mod setting;
pub mod user_file;
mod zone;

pub use env::Env;
pub use fault::ConfigFault;
pub use finding::Finding;
pub use policy_file::{PolicyFile, parse, read};
pub use setting::{Origin, Setting, effective};
pub use zone::zone;
