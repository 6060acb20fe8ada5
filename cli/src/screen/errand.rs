//! What the screen has done and looked up at the office, and what comes back.
//!
//! Errands are done one after the other, each answered once under its number. Boards come besides,
//! whenever somebody changed something.

use lead_shared::domain::lead::LeadId;
use lead_shared::domain::pipeline::PipelineId;
use lead_shared::domain::request::Deed;
use lead_shared::domain::view::{ActionView, LeadView};

use crate::render::Lane;
use crate::words::{Clock, Said};

/// A lead as it was when somebody began to do something with it: if it has changed since, nothing
/// is done (L10).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) id: LeadId,
    pub(super) revision: u64,
    pub(super) name: String,
}

impl Held {
    pub(super) fn of(lead: &LeadView) -> Self {
        Self { id: lead.id, revision: lead.revision, name: lead.name.clone() }
    }
}

/// Something to be done at the office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Errand {
    /// Show what these terms match.
    Filter(Vec<String>),
    /// Look again.
    Reload,
    /// Everything about a lead.
    Show(LeadId),
    /// What is open to a lead.
    Open(LeadId),
    /// The kinds of activity of a pipeline.
    Kinds(PipelineId),
    /// Who there is.
    People,
    /// A deed.
    Do(Held, Deed),
    /// What an undo would do: of the caller's last change, or the last of a lead.
    Undoing(Option<LeadId>),
    /// Undo this change.
    Undo(u64),
}

impl Errand {
    /// Whether it changes anything.
    pub(super) fn is_deed(&self) -> bool {
        matches!(self, Self::Do(..) | Self::Undo(_))
    }
}

/// What is said in the panel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Saying {
    Plain(String),
    Error(String),
    Hint(String),
}

impl Saying {
    /// An error, with its hints.
    pub(super) fn all(said: &Said) -> Vec<Self> {
        let hints = said.hints.iter().map(|hint| Self::Hint(hint.clone()));
        std::iter::once(Self::Error(said.message.clone())).chain(hints).collect()
    }
}

/// How an errand ended.
#[derive(Clone, Debug)]
pub(super) enum Answer {
    /// It was done; a board came before.
    Done(Vec<Saying>),
    /// It was not.
    Refused(Said),
    /// The lines of a lead's card.
    Card(Vec<String>),
    /// What is open.
    Open(Vec<ActionView>),
    /// Words that can be typed.
    Words(Vec<String>),
    /// What the undo of this change would do.
    Undoing(u64, Vec<String>),
}

/// The board at an instant.
#[derive(Clone, Debug)]
pub(super) struct Snapshot {
    pub(super) lanes: Vec<Lane>,
    /// The terms it was looked up by.
    pub(super) terms: Vec<String>,
    /// Whether a daemon answered.
    pub(super) served: bool,
    pub(super) clock: Clock,
}

/// What comes back from the office.
#[derive(Clone, Debug)]
pub(super) enum News {
    Board(Box<Snapshot>),
    /// A lead that was changed from here; a board follows.
    Lead(Box<LeadView>),
    Answer(u64, Answer),
    /// It was looked, and nothing is new.
    Alive,
    /// The store cannot be reached; it is tried again.
    Away(Said),
    /// Nobody goes to the office any more.
    Gone,
}
