//! Why a verb stops before its end, and what the program makes of it.
//!
//! Output that nobody reads is no error (cli.md §6); output that cannot be written is one.

use std::io;

use lead_shared::client::{ClientFault, OpenFault};
use lead_shared::domain::refusal::Refusal;

use crate::render::cut;
use crate::words::{self, Clock, Said};

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
    /// The output cannot be written.
    Unwritten(io::Error),
}

impl Halt {
    /// The same halt where something was done before it: who reads of an output that cannot be
    /// written must read that too.
    #[must_use]
    pub fn after(self, done: &str, lost: &str) -> Self {
        match self {
            Self::Unwritten(error) => {
                let message = format!("{done}, but {lost} could not be written: {error}");
                said(1, "output", message, vec!["`lead history --since today`".to_owned()]).into()
            }
            other => other,
        }
    }

    /// As it is said; none where nothing is. The clock is looked at for a refusal alone.
    pub fn words(self, clock: impl FnOnce() -> Clock) -> Option<Said> {
        match self {
            Self::Closed => None,
            Self::Said(said) => Some(*said),
            Self::Refused(refusal) => Some(words::refusal(&refusal, &clock())),
            Self::Unwritten(error) => {
                Some(said(1, "output", format!("cannot write to standard output: {error}"), Vec::new()))
            }
        }
    }
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
        Self::Unwritten(error)
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
            ClientFault::Forbidden(_) => {
                hinted(words::busy(&told), vec!["`leadd`, started by its owner, lets others in".to_owned()])
            }
            ClientFault::Busy { .. } | ClientFault::Lost => words::busy(&told),
            ClientFault::Foreign { owner, .. } => hinted(
                words::busy(&told),
                vec![format!("{owner} lets others in by `team.group` and a running `leadd`: lead.toml(5)")],
            ),
            ClientFault::Outside { group, account, .. } => {
                let hints = vec![format!("root: `usermod -aG {group} {account}`; then log in anew")];
                said(4, "stranger", told, hints)
            }
            ClientFault::Doorway(fault) => hinted(words::busy(&told), fault.hint().into_iter().collect()),
            ClientFault::Socket { .. } => {
                hinted(words::busy(&told), vec!["stop `leadd` and start it again".to_owned()])
            }
            ClientFault::Full(_) => {
                hinted(words::fault(&told), vec!["make room on the disk, then try again".to_owned()])
            }
            ClientFault::Damaged(_) => hinted(
                words::fault(&told),
                vec!["bring the folder back from a copy; until then leave it as it is".to_owned()],
            ),
            ClientFault::Newer(_) => hinted(
                words::fault(&told),
                vec![
                    "use the `lead` that wrote it: `lead --version` tells this one's".to_owned(),
                    "another store: `lead --store DIR`".to_owned(),
                ],
            ),
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
