//! The program `lead`.

use std::process::ExitCode;

fn main() -> ExitCode {
    lead_cli::run(std::env::args_os())
}
