//! `leadd`: see `leadd(8)`.

use std::process::ExitCode;

fn main() -> ExitCode {
    lead_daemon::run(std::env::args_os())
}
