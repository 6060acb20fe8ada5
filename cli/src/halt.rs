//! Why a verb stops before its end, and what the program makes of it.
//!
//! Output that nobody reads is no error (cli.md §6); output that cannot be written is one.

use std::io;

use lead_shared::client::{ClientFault, OpenFault};
use lead_shared::domain::refusal::Refusal;

use crate::render::cut;
use crate::words::{self, Said};

/// No line of an error is longer; characters.
const LONGEST: usize = 1000;

/// Why a verb stops before its end.
#[derive(Debug)]
pub enum Halt {
    /// With an error to be said, and its exit code.
    Said(Box<Said>),
    /// By a refusal, to be put into words.
    Refused(Box<Refusal>),
    /// Nobody reads the output any more: silently, with 0.
    Closed,
}

impl From<Said> for Halt {
    fn from(said: Said) -> Self {
        Self::Said(Box::new(said))
    }
}

impl From<Refusal> for Halt {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

/// What cannot be written to standard output.
impl From<io::Error> for Halt {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::Closed;
        }
        said(1, "output", format!("cannot write to standard output: {error}"), Vec::new()).into()
    }
}

impl From<ClientFault> for Halt {
    fn from(fault: ClientFault) -> Self {
        let told = fault.to_string();
        let hinted = |mut said: Said, hints: Vec<String>| {
            said.hints = hints;
            said
        };
        match fault {
            ClientFault::Setup(refusal) => return refusal.into(),
            ClientFault::NoStore(folder) => {
                let message = format!("no store in {}", folder.display());
                said(3, "no-store", message, vec!["`lead init`".to_owned()])
            }
            ClientFault::Busy { .. } | ClientFault::Lost => words::busy(&told),
            ClientFault::Foreign { owner, .. } => {
                hinted(words::busy(&told), vec![format!("`leadd`, started by {owner}, lets others in")])
            }
            ClientFault::Socket { .. } => hinted(words::busy(&told), vec!["`lead doctor`".to_owned()]),
            ClientFault::Open(OpenFault::Config(config)) => said(2, "config", told, config.hints()),
            ClientFault::Open(_) | ClientFault::Protocol(_) => words::fault(&told),
            ClientFault::Unknown => {
                hinted(words::fault(&told), vec!["`lead history --since today`".to_owned()])
            }
        }
        .into()
    }
}

/// An error that is no refusal of the engine's; whatever it quotes is escaped here.
pub fn said(exit: u8, code: &'static str, message: impl AsRef<str>, hints: Vec<String>) -> Said {
    let fit = |text: &str| cut(text, LONGEST).into_owned();
    let hints = hints.into_iter().map(|hint| fit(&hint)).collect();
    Said { exit, code, message: fit(message.as_ref()), hints, lead: None }
}

/// A wrong line, exit 2.
pub fn usage(message: impl AsRef<str>, hints: Vec<String>) -> Halt {
    said(2, "usage", message, hints).into()
}

/// Something the program could not do, exit 1.
pub fn failed(message: impl AsRef<str>) -> Halt {
    said(1, "failed", message, Vec::new()).into()
}

/// The user said no, exit 1.
pub fn declined() -> Halt {
    said(1, "declined", "declined: nothing was changed", Vec::new()).into()
}
