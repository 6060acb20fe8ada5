//! The suite: whole programs, from the outside. A table of contents.
//!
//! Each scenario has a store, a home and a clock of its own, and runs direct and through `leadd`
//! with the same expected outcome. The rows of the contract a trial proves stand before its name.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    unreachable_pub,
    reason = "a test may fail on the spot, waits by the real clock, and exports nothing"
)]

use std::process::ExitCode;

mod harness;

mod appointments;
mod automations;
mod backups;
mod bad;
mod boards;
mod calendars;
mod capture;
mod changes;
mod claims;
mod clocks;
mod completions;
mod conversion_table;
mod conversions;
mod crash;
mod customers;
mod deals;
mod doctor;
mod doors;
mod doorway;
mod edits;
mod exports;
mod faults;
mod filters;
mod foresight;
mod fuzz;
mod guide;
mod health;
mod hostile;
mod importing;
mod kills;
mod ledger;
mod letters;
mod manuals;
mod merging;
mod mistakes;
mod moves;
mod notes;
mod output;
mod overdue;
mod packages;
mod pages;
mod paging;
mod peer;
mod people;
mod pipelines;
mod policies;
mod process;
mod proofs;
mod purge;
mod readme;
mod recipes;
mod relay;
mod reminders;
mod replacing;
mod reports;
mod rows;
mod screens;
mod security;
mod service;
mod settings;
mod slips;
mod soak;
mod sockets;
mod source;
mod stalls;
mod stores;
mod team;
mod telling;
mod templates;
mod terminal;
mod tour;
mod turns;
mod undo;
mod upgrades;
mod users;
mod visibility;
mod watching;
mod weekly;
mod zones;

fn main() -> ExitCode {
    if let Some(code) = screens::breaking_off() {
        return code;
    }
    let ended = harness::run();
    faults::print_tables();
    proofs::print_tables();
    ended
}
