//! The office of `lead`: the rules, the ledger, and the one door to it.
//!
//! Five sentences decide everything here.
//!
//! 1. This crate is the office; the command line and the daemon are two visitors.
//! 2. Every change is one [`Request`](domain::request::Request) handled by one
//!    [`Engine`](engine::Engine) in one transaction; every look goes through
//!    [`Engine::read`](engine::Engine::read). Nobody else touches the [store].
//! 3. Rules are pure functions of the record, the request, the pipeline, the policy and `now`: they
//!    live in the [domain]. What time ends is over when it is read.
//! 4. Mail is a row before it is a message: a [`Notice`](domain::notice::Notice) and its
//!    [`Mail`](domain::notice::Mail) are decided in the commit of their cause.
//! 5. The [clock] is read in one function; timed work is idempotent.
//!
//! Who may use whom: the [client] uses the [engine], the [protocol] and the [clock]; the engine the
//! domain and the store; the store and the protocol the domain and one way to pack bytes; the domain
//! nothing of ours.

pub mod account;
pub mod client;
pub mod clock;
pub mod config;
pub mod domain;
pub mod doorway;
pub mod dump;
pub mod engine;
pub mod lock;
mod pack;
pub mod protocol;
pub mod store;
pub mod template;
