//! The rules as pure functions: no I/O, no clock, no globals.
//!
//! Everything here is a function of a record, a request, the pipeline, the policy and `now`.
//! The engine calls it; nothing here calls back.

pub mod badge;
pub mod email;
pub mod filter;
pub mod money;
pub mod name;
pub mod phone;
pub mod refusal;
pub mod text;
pub mod when;
