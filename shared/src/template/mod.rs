//! The words of mail: the built-in templates, a firm's own, and both made into text and HTML.
//!
//! A template gets the values of [`words`] and nothing else: it can read no file, run nothing and
//! take no more than a bounded number of steps. Owns the only use of minijinja. Knows no store and
//! decides no mail; called by the daemon for each mail, by `lead config templates` and by the doctor.

mod link;
mod page;
mod render;
pub mod report;
mod sample;
mod title;
pub mod words;

pub use page::page;
pub use render::{Rendered, TemplateFault, Templates};

use crate::domain::notice::MailKind;

macro_rules! built_in {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../templates/", $name)))),*]
    };
}

/// The built-in templates: the name of the file and its text. A firm's file of the same name stands
/// in for it.
pub const BUILT_IN: [(&str, &str); 20] = built_in![
    "base.txt",
    "base.html",
    "lead.txt",
    "lead.html",
    "reminder.txt",
    "reminder.html",
    "overdue.txt",
    "overdue.html",
    "escalation.txt",
    "escalation.html",
    "claim-lapsing.txt",
    "claim-lapsing.html",
    "claim-lapsed.txt",
    "claim-lapsed.html",
    "assigned.txt",
    "assigned.html",
    "digest.txt",
    "digest.html",
    "report.txt",
    "report.html",
];

/// The kinds of mail that are written by a template; each has a text and an HTML one of its name.
pub const KINDS: [MailKind; 8] = [
    MailKind::Reminder,
    MailKind::Overdue,
    MailKind::Escalation,
    MailKind::ClaimLapsing,
    MailKind::ClaimLapsed,
    MailKind::Assigned,
    MailKind::Digest,
    MailKind::Report,
];
