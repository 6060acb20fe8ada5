//! The line that was typed: what clap reads, one file for each group of verbs (cli.md §1).
//!
//! Owns the shape of a line and its help, and refuses what has no such shape with exit 2. It asks
//! nobody: values stay text, numbers and ids apart. The only home of clap. `run` calls it.

mod appointments;
mod backup;
mod customers;
mod edit;
mod exchange;
mod forward;
mod global;
mod help;
mod layout;
mod leads;
mod look;
mod overview;
mod setup;
mod slot;
#[cfg(test)]
mod tests;
mod topic;
mod undo;
mod value;
mod wrong;

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::words::Said;

pub use appointments::{AppointmentAdd, AppointmentEdit, AppointmentList, AppointmentVerb};
pub use backup::{BackupVerb, Doctor};
pub use customers::{
    CustomerAdd, CustomerEdit, CustomerMerge, CustomerNote, CustomerVerb, DealEdit, DealStart, DealVerb,
    Numbered,
};
pub use edit::Edit;
pub use exchange::{Export, Form, Import, UpdateBy};
pub use forward::{Actions, Assign, Claim, Convert, Move, Schedule, StartDeal};
pub use global::{Color, Format, Global};
pub use leads::{Add, Duplicate, Ids, List, Log, Merge, Note, Tag};
pub use look::History;
pub use overview::{Board, ReportLine, ReportVerb, Terms, Today, Watch};
pub use setup::{
    ConfigVerb, Init, OutboxVerb, PipelineVerb, Plan, Shell, UserAdd, UserEdit, UserMay, UserNamed,
    UserValues, UserVerb,
};
pub use slot::{Slot, Word, slot};
pub use undo::{Purge, Undo};

/// A line that was typed.
#[derive(Debug, Parser)]
#[command(name = "lead", bin_name = "lead", version, about = "Sales leads in a pipeline")]
#[command(disable_help_subcommand = true, subcommand_required = true, infer_subcommands = false)]
pub struct Line {
    /// What holds for every verb.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Add a lead; prints its number
    Add(Box<Add>),
    /// List leads
    #[command(visible_alias = "ls")]
    List(List),
    /// Show everything about leads, with what is open to them
    Show(Ids),
    /// Change fields of leads; without an option, in $EDITOR
    Edit(Box<Edit>),
    /// Set and remove tags
    Tag(Tag),
    /// Write a note
    Note(Note),
    /// Log a call, a mail, a visit, a job
    Log(Log),
    /// Make leads one: notes, deals and history go along
    Merge(Merge),
    /// Put leads into the trash
    Trash(Ids),
    /// Take leads out of the trash
    Restore(Ids),
    /// Show the board, or what of it matches
    Board(Board),
    /// Show the day's work: what is due, late, new, forgotten
    Today(Today),
    /// List what is open to a lead now
    Actions(Actions),
    /// Move leads to a stage, or by a named move
    #[command(visible_alias = "mv")]
    Move(Move),
    /// Hold leads of the pool for yourself
    Claim(Claim),
    /// Keep a claim for good
    Own(Ids),
    /// Give back a claim or an ownership
    Release(Ids),
    /// Make somebody the owner
    Assign(Assign),
    /// Set or end the follow-up
    Schedule(Schedule),
    /// Make leads customers
    Convert(Convert),
    /// Add, list, show, change and merge customers
    #[command(visible_aliases = ["client", "contact"], subcommand_required = true)]
    Customer {
        /// What to do with customers.
        #[command(subcommand)]
        verb: CustomerVerb,
    },
    /// Start, list, change and close deals
    #[command(subcommand_required = true)]
    Deal {
        /// What to do with deals.
        #[command(subcommand)]
        verb: DealVerb,
    },
    /// Book, list, change and call off appointments
    #[command(subcommand_required = true)]
    Appointment {
        /// What to do with appointments.
        #[command(subcommand)]
        verb: AppointmentVerb,
    },
    /// Show who did what, and when
    History(History),
    /// Count leads by source, stage, age and person
    #[command(subcommand_required = true)]
    Report {
        /// What to count.
        #[command(subcommand)]
        verb: ReportVerb,
    },
    /// Take leads from a file
    Import(Import),
    /// Write leads for another program
    Export(Export),
    /// Undo a change
    Undo(Undo),
    /// Erase a lead's content for good
    #[command(hide = true)]
    Purge(Purge),
    /// Follow the history as it goes on, an entry a line
    Watch(Watch),
    /// Make a store
    Init(Init),
    /// Show who you are, which store, what is due next
    Status,
    /// List, show, check, add and replace pipelines
    #[command(subcommand_required = true)]
    Pipeline {
        /// What to do with pipelines.
        #[command(subcommand)]
        verb: PipelineVerb,
    },
    /// Add, list, change, grant and disable users
    #[command(subcommand_required = true)]
    User {
        /// What to do with users.
        #[command(subcommand)]
        verb: UserVerb,
    },
    /// Show the settings that hold
    #[command(subcommand_required = true)]
    Config {
        /// What to do with the settings.
        #[command(subcommand)]
        verb: ConfigVerb,
    },
    /// Show what will be sent, and when claims end
    Plan(Plan),
    /// Show the mail, and why there is some; try it again, or never
    #[command(subcommand_required = true)]
    Outbox {
        /// What to do with the mail.
        #[command(subcommand)]
        verb: OutboxVerb,
    },
    /// Check the store, the history, the mail and the backups
    Doctor(Doctor),
    /// Copy the store into a file, and make one of it
    #[command(subcommand_required = true)]
    Backup {
        /// What to do with backups.
        #[command(subcommand)]
        verb: BackupVerb,
    },
    /// Take the tour, in a store of its own
    Demo,
    /// Print the script that completes lead in a shell
    Completions {
        /// bash, zsh or fish
        #[arg(value_enum, value_name = "SHELL", hide_possible_values = true)]
        shell: Shell,
    },
}

/// What became of reading a line.
#[derive(Debug)]
pub enum Read {
    /// It is a line.
    Line(Box<Line>),
    /// It asks for a page of help, or for the version: for standard output.
    Page(String),
    /// It is none.
    Wrong {
        /// Why.
        said: Said,
        /// True when the error is wanted as JSON.
        json: bool,
    },
}

/// Every verb that can be typed, hidden ones too: `add`, `customer list`.
pub fn verbs() -> Vec<String> {
    help::verbs()
}

/// Reads the words of a line, the program's name first.
pub fn read(words: impl IntoIterator<Item = OsString>) -> Read {
    read_in(words, layout::width())
}

/// As [`read`], with help in lines of this width.
fn read_in(words: impl IntoIterator<Item = OsString>, width: usize) -> Read {
    let words: Vec<OsString> = words.into_iter().collect();
    let json = wrong::wants_json(&words);
    if let Some(said) = wrong::not_text(&words) {
        return Read::Wrong { said, json };
    }
    let words = match helped(words, width) {
        Ok(words) => words,
        Err(read) => return read,
    };
    // Help costs more than all else that is done with a line: it is laid out for one that asks for it, or
    // that is wrong.
    if let Ok(line) = Line::try_parse_from(&words) {
        return Read::Line(Box::new(line));
    }
    let full = words.iter().take_while(|word| *word != "--").any(|word| word == "--help");
    let mut command = help::command(full, width);
    let read = command.try_get_matches_from_mut(&words).and_then(|matches| Line::from_arg_matches(&matches));
    match read {
        Ok(line) => Read::Line(Box::new(line)),
        Err(error) if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            Read::Page(layout::folded(&error.render().to_string(), width))
        }
        Err(error) => Read::Wrong { said: wrong::said(&error, &words, &command), json },
    }
}

/// `lead help move` is `lead move --help`, and `lead help filters` a page of its own.
fn helped(mut words: Vec<OsString>, width: usize) -> Result<Vec<OsString>, Read> {
    if words.get(1).is_none_or(|word| word != "help") {
        return Ok(words);
    }
    let asked = words.get(2).and_then(|word| word.to_str()).filter(|word| !word.starts_with('-'));
    if let Some(asked) = asked.filter(|asked| Line::command().find_subcommand(asked).is_none()) {
        return Err(match topic::topic(asked) {
            Some(topic) => Read::Page(topic.text(width)),
            None => Read::Wrong { said: wrong::no_topic(asked), json: wrong::wants_json(&words) },
        });
    }
    words.remove(1);
    words.push("--help".into());
    Ok(words)
}
