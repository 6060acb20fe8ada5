//! What a scenario stands on: the registry of trials, and the office each of them gets.
//!
//! A scenario is registered by `both!`, `direct!`, `daemon!` or `plain!` with the ids of the rows it
//! proves; the rows are printed before its name. A scenario that lacks an outside tool says
//! [`skip`], and is counted as ignored, never as passed.

use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;

use libtest_mimic::{Arguments, Completion, Failed, Trial};

pub use console::Console;
pub use ended::Ended;
pub use leadd::Daemon;
pub use letter::Letter;
pub use office::{Office, account};
pub use run::Run;
pub use stock::Stock;

mod console;
mod ended;
pub mod leadd;
mod letter;
mod office;
pub mod postbox;
mod run;
mod stock;
pub mod words;

/// How `lead` reaches the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// It opens the store itself.
    Direct,
    /// Through the socket of a running `leadd`.
    Daemon,
}

/// What a trial runs.
#[derive(Clone, Copy)]
pub enum Body {
    /// A scenario in an office of its own, once for each way.
    Scenario(&'static [Way], fn(&Office)),
    /// A check that needs no office.
    Plain(fn()),
}

/// A registered trial.
pub struct Entry {
    /// Its path: module and name.
    pub path: &'static str,
    /// The rows of the contract it proves, separated by blanks.
    pub rows: &'static str,
    /// What it runs.
    pub body: Body,
}

impl Entry {
    /// Its path without the suite's name, as the run prints it and the tables of proofs name it.
    pub fn name(&self) -> &'static str {
        self.path.split_once("::").map_or(self.path, |(_, rest)| rest)
    }

    /// What came of it in this run, by all of its ways.
    pub fn ended(&self) -> Ended {
        let ways = match self.body {
            Body::Scenario(ways, _) => ways.len(),
            Body::Plain(_) => 1,
        };
        ended::worst(self.path, ways)
    }
}

inventory::collect!(Entry);

/// Registers a scenario that runs twice, direct and through `leadd`, with the same outcome.
macro_rules! both {
    ($name:ident, $rows:literal, $body:expr) => {
        $crate::harness::register!(
            $name,
            $rows,
            &[$crate::harness::Way::Direct, $crate::harness::Way::Daemon],
            $body
        );
    };
}

/// Registers a scenario without a running `leadd`.
macro_rules! direct {
    ($name:ident, $rows:literal, $body:expr) => {
        $crate::harness::register!($name, $rows, &[$crate::harness::Way::Direct], $body);
    };
}

/// Registers a scenario that only makes sense with a running `leadd`.
macro_rules! daemon {
    ($name:ident, $rows:literal, $body:expr) => {
        $crate::harness::register!($name, $rows, &[$crate::harness::Way::Daemon], $body);
    };
}

/// Registers a check that runs no program in an office.
macro_rules! plain {
    ($name:ident, $rows:literal, $body:expr) => {
        inventory::submit! {
            $crate::harness::Entry {
                path: concat!(module_path!(), "::", stringify!($name)),
                rows: $rows,
                body: $crate::harness::Body::Plain($body),
            }
        }
    };
}

macro_rules! register {
    ($name:ident, $rows:literal, $ways:expr, $body:expr) => {
        inventory::submit! {
            $crate::harness::Entry {
                path: concat!(module_path!(), "::", stringify!($name)),
                rows: $rows,
                body: $crate::harness::Body::Scenario($ways, $body),
            }
        }
    };
}

pub(crate) use {both, daemon, direct, plain, register};

struct Skip(String);

thread_local! {
    static FAILURE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Ends the trial as ignored, for want of something outside.
pub fn skip(reason: &str) -> ! {
    panic::panic_any(Skip(reason.to_owned()))
}

/// All that is registered.
pub fn entries() -> impl Iterator<Item = &'static Entry> {
    inventory::iter::<Entry>.into_iter()
}

/// Runs what the arguments ask for.
pub fn run() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // Trials wait for processes and disks most of the time.
    arguments.test_threads = arguments
        .test_threads
        .or_else(|| Some(std::thread::available_parallelism().map_or(4, |cores| cores.get() * 2)));
    panic::set_hook(Box::new(|found| {
        FAILURE.with_borrow_mut(|text| *text = found.to_string());
    }));
    let mut trials: Vec<Trial> = entries().flat_map(trials).collect();
    trials.sort_by(|one, other| one.name().cmp(other.name()));
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn trials(entry: &'static Entry) -> Vec<Trial> {
    let trial = |name: String, body: Box<dyn FnOnce() + Send>| {
        Trial::ignorable_test(name, move || verdict(entry.path, body)).with_kind(entry.rows)
    };
    match entry.body {
        Body::Plain(check) => vec![trial(entry.name().to_owned(), Box::new(check))],
        Body::Scenario(ways, scenario) => ways
            .iter()
            .map(|&way| {
                let name = format!("{}::{}", entry.name(), format!("{way:?}").to_lowercase());
                trial(name, Box::new(move || scenario(&Office::new(way))))
            })
            .collect(),
    }
}

fn verdict(path: &'static str, body: Box<dyn FnOnce() + Send>) -> Result<Completion, Failed> {
    let (ended, verdict) = match panic::catch_unwind(AssertUnwindSafe(body)) {
        Ok(()) => (Ended::Passed, Ok(Completion::Completed)),
        Err(thrown) => match thrown.downcast::<Skip>() {
            Ok(skip) => (Ended::Skipped, Ok(Completion::ignored_with(skip.0))),
            Err(_) => (Ended::Failed, Err(FAILURE.with_borrow(Clone::clone).into())),
        },
    };
    ended::enter(path, ended);
    verdict
}
