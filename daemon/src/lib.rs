//! The daemon of `lead`: it owns the store while it runs, serves `lead` over a socket, and does
//! what time asks for: claims that end, reminders, alerts, and the mail that tells of them.
//!
//! Nothing it does is needed for the truth of the data: what time ends is over on every read. All
//! rules are in `lead_shared`; this crate is clocks, sockets and mail.

mod args;
mod backup;
mod bell;
mod boot;
mod check;
mod compose;
mod fault;
mod foresight;
mod log;
mod mailbag;
pub mod mailer;
mod memory;
mod outbox;
mod patience;
mod policy;
mod postman;
mod server;
mod settings;
mod shelf;
mod sweeper;

use std::ffi::OsString;
use std::process::ExitCode;

use args::Task;
use fault::Fault;

/// Runs `leadd` with these arguments, the program's name first.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args = match args::parse(args) {
        Ok(args) => args,
        Err(code) => return code,
    };
    if matches!(args.task, Task::Serve | Task::Once) {
        memory::keep_together();
    }
    log::start();
    // From here on it may hold the relay's password (O8).
    lead_shared::dump::refuse();
    match carry_out(args) {
        Ok(code) => code,
        Err(fault) => fault.report(),
    }
}

fn carry_out(args: args::Args) -> Result<ExitCode, Fault> {
    let place = boot::place(&args)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(Fault::Runtime)?;
    let ended = match args.task {
        Task::Serve => runtime.block_on(boot::serve(place)),
        Task::Once => runtime.block_on(boot::once(place)),
        Task::DryRun => foresight::print(&place),
        Task::Check { send_to } => runtime.block_on(check::check(&place, send_to.as_deref())),
    };
    // What a second signal or a stuck peer leaves behind must not hold the process.
    runtime.shutdown_background();
    ended
}

/// Writes a line to a stream; a reader that went away is no fault of ours.
fn say(stream: &mut dyn std::io::Write, line: &str) {
    let _ = writeln!(stream, "{line}").and_then(|()| stream.flush());
}

/// Writes a line to stdout.
fn tell(line: &str) {
    say(&mut std::io::stdout().lock(), line);
}

/// Writes a line to stderr.
fn warn(line: &str) {
    say(&mut std::io::stderr().lock(), line);
}
