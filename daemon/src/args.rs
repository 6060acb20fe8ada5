//! The command line of `leadd`.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Parser, Subcommand};
use lead_shared::domain::text::escape;

use crate::{tell, warn};

/// What `leadd` is asked to do.
#[derive(Debug)]
pub(crate) struct Args {
    /// The store's folder, if told.
    pub(crate) store: Option<PathBuf>,
    /// The work.
    pub(crate) task: Task,
}

/// The work.
#[derive(Debug)]
pub(crate) enum Task {
    /// Run until told to stop.
    Serve,
    /// One sweep, all mail that can be sent, and out.
    Once,
    /// Print what one sweep would do.
    DryRun,
    /// Try configuration, store and mail.
    Check {
        /// Where a trial mail goes.
        send_to: Option<String>,
    },
}

#[derive(Debug, Parser)]
#[command(
    name = "leadd",
    version,
    about = "The daemon of lead: 8 AM follow-up reminders, 24-hour claims, overdue alerts by mail",
    after_help = "Examples:\n  leadd                          run in the foreground until TERM or INT\n  leadd --once                   one sweep, for cron\n  leadd --dry-run                what a sweep would do now\n  leadd check --send-to me@acme.example\n\nExit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 no store,\n  6 another leadd runs or the store is busy, 9 mail could not be sent\n\nSee leadd(8) and lead.toml(5).",
    max_term_width = 80
)]
struct Line {
    /// The store's folder.
    #[arg(long, value_name = "DIR", global = true, value_parser = folder)]
    store: Option<PathBuf>,

    /// Sweep once, send what can be sent, and exit.
    #[arg(long, conflicts_with = "dry_run")]
    once: bool,

    /// Print what a sweep would do, and change nothing.
    #[arg(long)]
    dry_run: bool,

    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Try the configuration, the store and the way mail leaves.
    Check {
        /// Send a trial mail to this address.
        #[arg(long, value_name = "ADDRESS")]
        send_to: Option<String>,
    },
}

/// Reads the command line; help, version and mistakes are printed here and end with their code.
pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Args, ExitCode> {
    let words: Vec<OsString> = args.into_iter().collect();
    if let Some((place, word)) = words.iter().enumerate().find(|(_, word)| word.to_str().is_none()) {
        let shown = escape(&word.to_string_lossy()).into_owned();
        return Err(wrong(&format!("argument {place} is not UTF-8: `{shown}`"), &[]));
    }
    let line = Line::try_parse_from(words).map_err(|error| explain(&error))?;
    let task = match line.verb {
        Some(_) if line.once || line.dry_run => {
            let option = if line.once { "--once" } else { "--dry-run" };
            return Err(wrong(&format!("`check` and `{option}` exclude each other"), &[]));
        }
        Some(Verb::Check { send_to }) => Task::Check { send_to },
        None if line.once => Task::Once,
        None if line.dry_run => Task::DryRun,
        None => Task::Serve,
    };
    Ok(Args { store: line.store, task })
}

fn explain(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        tell(error.render().to_string().trim_end());
        return ExitCode::SUCCESS;
    }
    let many = |kind| match error.get(kind) {
        Some(ContextValue::String(one)) => vec![escape(one).into_owned()],
        Some(ContextValue::Strings(many)) => many.iter().map(|one| escape(one).into_owned()).collect(),
        _ => Vec::new(),
    };
    let first = |kind| many(kind).into_iter().next().unwrap_or_default();
    let bare = |sketch: &str| sketch.split([' ', '=', '[']).next().unwrap_or(sketch).to_owned();
    let option = bare(&first(ContextKind::InvalidArg));
    let value = first(ContextKind::InvalidValue);
    let message = match error.kind() {
        ErrorKind::InvalidSubcommand => {
            format!("there is no verb `{}`", first(ContextKind::InvalidSubcommand))
        }
        ErrorKind::UnknownArgument if option.starts_with('-') => format!("there is no option `{option}`"),
        ErrorKind::UnknownArgument => format!("`{option}` is one word too many"),
        ErrorKind::InvalidValue => format!("`{option}` needs a value"),
        ErrorKind::ValueValidation => {
            let why = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
            format!("`{option}` `{value}` {why}")
        }
        ErrorKind::TooManyValues => format!("`{value}` is one word too many"),
        ErrorKind::ArgumentConflict => match many(ContextKind::PriorArg).first().map(|prior| bare(prior)) {
            Some(prior) if prior != option => format!("`{option}` and `{prior}` exclude each other"),
            _ => format!("`{option}` is given twice"),
        },
        _ => "this line cannot be read".to_owned(),
    };
    let near = [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg];
    let near = near.into_iter().filter_map(|kind| many(kind).into_iter().next_back());
    wrong(&message, &near.map(|near| format!("did you mean `{near}`?")).collect::<Vec<_>>())
}

/// Says what is wrong with the line, in the form of `lead`'s errors (cli.md §6).
fn wrong(message: &str, hints: &[String]) -> ExitCode {
    warn(&format!("error: {message}"));
    for hint in hints {
        warn(&format!("hint: {hint}"));
    }
    warn("hint: `leadd --help`");
    ExitCode::from(2)
}

fn folder(typed: &str) -> Result<PathBuf, String> {
    if typed.is_empty() { Err("names no folder".to_owned()) } else { Ok(PathBuf::from(typed)) }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_holds_together() {
        Line::command().debug_assert();
    }
}
