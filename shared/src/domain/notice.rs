//! Notices and mails: why somebody is told something, and the letter that tells it (O1).
//!
//! A notice is one cause for one person, unique for ever; a mail carries one or more of them.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::lead::{LeadId, Unknown};
use super::user::Login;

/// What a mail is about: `X-Lead-Kind`, and `kind` in the outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MailKind {
    /// 08:00 on the follow-up date.
    Reminder,
    /// 08:00 on the days after it.
    Overdue,
    /// Told to those who may manage.
    Escalation,
    /// Two hours before the end of a claim.
    ClaimLapsing,
    /// At the end of a claim.
    ClaimLapsed,
    /// Another user made you the owner.
    Assigned,
    /// Many reminders of one morning.
    Digest,
    /// A report by the week.
    Report,
    /// An answer to a mail.
    Reply,
}

impl MailKind {
    /// The kind of the causes that a mail of this kind carries: a digest is many reminders (R1).
    pub fn cause(self) -> Self {
        match self {
            Self::Digest => Self::Reminder,
            kind => kind,
        }
    }

    /// The name scripts and headers see.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reminder => "reminder",
            Self::Overdue => "overdue",
            Self::Escalation => "escalation",
            Self::ClaimLapsing => "claim-lapsing",
            Self::ClaimLapsed => "claim-lapsed",
            Self::Assigned => "assigned",
            Self::Digest => "digest",
            Self::Report => "report",
            Self::Reply => "reply",
        }
    }
}

/// One cause for telling one person something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// See [`Notice::key`].
    pub key: String,
    /// What it is about.
    pub kind: MailKind,
    /// The lead, or none for a person's morning as a whole.
    pub lead: Option<LeadId>,
    /// Who is told: a user, or the address of somebody outside who gets a report.
    pub to: Login,
    /// The follow-up's date, where a follow-up is the cause: it must still stand when sent (R2); a
    /// report's, where the week is.
    pub date: Option<Date>,
    /// When it was due; later than that by a minute, the mail says so (R3).
    pub due_at: Timestamp,
    /// When it was decided.
    pub decided_at: Timestamp,
    /// The mail that carries it.
    pub mail: u64,
    /// See [`Unknown`].
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl Notice {
    /// The cause as a key: kind, lead, date or instant, recipient. Unique for ever (O1).
    pub fn key(kind: MailKind, lead: Option<LeadId>, when: &str, to: &Login) -> String {
        let lead = lead.map_or_else(|| "-".to_owned(), |id| id.to_string());
        format!("{}/{lead}/{when}/{to}", kind.name())
    }
}

/// Where a mail stands (the outbox's table of states).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MailState {
    /// To be tried at `next_try`.
    Waiting,
    /// Flushed to disk before the server was given the text.
    Sending,
    /// The server took it.
    Sent,
    /// Nobody knows whether the server took it.
    Unknown,
    /// The server refused it for good, or it was given up.
    Failed,
    /// Its cause went away.
    Cancelled,
}

impl MailState {
    /// The name scripts see.
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Unknown => "unknown",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// True when nothing more will be tried.
    pub fn is_settled(self) -> bool {
        matches!(self, Self::Sent | Self::Failed | Self::Cancelled)
    }
}

/// One letter to one person; a row long before it is a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// The number.
    pub id: u64,
    /// What it is about.
    pub kind: MailKind,
    /// Who gets it: a user, or the address of somebody outside.
    pub to: Login,
    /// The address, as the user's record had it when the mail was decided; corrected until sent.
    pub address: Option<String>,
    /// The leads it speaks of.
    pub leads: Vec<LeadId>,
    /// The keys of the notices it carries.
    pub notices: Vec<String>,
    /// The subject.
    pub subject: String,
    /// Derived from the notices' keys (O1), without angle brackets.
    pub message_id: String,
    /// Where it stands.
    pub state: MailState,
    /// How often it was tried in vain.
    pub tries: u32,
    /// When it is tried next, while it waits or is unknown.
    pub next_try: Option<Timestamp>,
    /// When trying ends (O3).
    pub give_up_at: Timestamp,
    /// What the server or the disk said last.
    pub error: Option<String>,
    /// When its cause was due.
    pub due_at: Timestamp,
    /// When it was decided.
    pub decided_at: Timestamp,
    /// When it last changed its state.
    pub settled_at: Option<Timestamp>,
    /// SHA-256, in hex, of its bytes once they are fixed.
    pub bytes: Option<String>,
    /// True when an unknown mail was sent a second time.
    pub resent: bool,
    /// Who said that it is not to be sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dropped_by: Option<Login>,
    /// Who said that it is to be tried again, whatever the hour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retried_by: Option<Login>,
    /// See [`Unknown`].
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl Mail {
    /// Whether it was cancelled before a server can have had it, and not by hand: it may be taken up
    /// again, if its cause comes back.
    pub fn may_revive(&self) -> bool {
        self.state == MailState::Cancelled && self.bytes.is_none() && self.dropped_by.is_none()
    }

    /// Since when it is to go, if it is; what has not been tried yet and waits for the morning is not.
    pub fn is_to_go_since(&self, now: Timestamp) -> Option<Timestamp> {
        let is_open = matches!(self.state, MailState::Waiting | MailState::Sending);
        let is_held = self.tries == 0 && self.error.is_none() && self.next_try.is_some_and(|at| at > now);
        (is_open && !is_held).then_some(self.decided_at)
    }
}
