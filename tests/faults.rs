//! Faults of the disk and of the machine, met by whole programs: nothing that was acknowledged is
//! lost, and what was not is whole or absent (quality.md §3).
//!
//! Each trial does its rounds and adds a line to the table that ends the run. As a part of the suite
//! few rounds are done; `tests/faults/run` does the many. What needs root, a file system of its own
//! or a tool that is not there is skipped, and counted as skipped.

mod damage;
mod full;
mod inject;
mod kill;
mod oracle;
mod power;
mod relay;
mod tally;

pub use full::Small;
pub use inject::{needs_strace, under_strace};
pub use oracle::judge_presence;
pub use tally::{Dice, Found, Tally, enter, is_wide, print_tables};
