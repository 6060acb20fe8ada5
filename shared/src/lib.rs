//! The office of `lead`: the rules, the ledger, and the one door to it.

pub mod account;
pub mod clock;
pub mod config;
pub mod domain;
pub mod lock;
pub mod store;
