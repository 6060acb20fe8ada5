//! What a mail is about, as plain values: the input of templates and subjects.
//!
//! Knows no store and derives nothing: whoever decides a mail fills it with words that are ready to
//! be read. All texts may be anything; escaping is the templates' affair.

use std::fmt;

use serde::Serialize;

/// The kinds of mail that leads cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A follow-up is due today.
    Reminder,
    /// Follow-ups that were due.
    Overdue,
    /// Someone else's follow-ups that were due days ago.
    Escalation,
    /// A claim ends soon.
    ClaimLapsing,
    /// A claim has ended.
    ClaimLapsed,
    /// Someone gave you a lead.
    Assigned,
    /// Many follow-ups due today, in one mail (R1).
    Digest,
}

impl Kind {
    /// All of them; each has a text and an HTML template of its name.
    pub const ALL: [Self; 7] = [
        Self::Reminder,
        Self::Overdue,
        Self::Escalation,
        Self::ClaimLapsing,
        Self::ClaimLapsed,
        Self::Assigned,
        Self::Digest,
    ];

    /// As in `X-Lead-Kind`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reminder => "reminder",
            Self::Overdue => "overdue",
            Self::Escalation => "escalation",
            Self::ClaimLapsing => "claim-lapsing",
            Self::ClaimLapsed => "claim-lapsed",
            Self::Assigned => "assigned",
            Self::Digest => "digest",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One mail's content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Matter {
    /// Which mail it is.
    pub kind: Kind,
    /// The subject, one line.
    pub subject: String,
    /// The firm or team; may be empty.
    pub team_name: String,
    /// Whom it is for.
    pub recipient: Recipient,
    /// The day it is about; claim and assignment mails may have none.
    pub due: Option<Due>,
    /// The leads, the most urgent first; at least one.
    pub leads: Vec<LeadMatter>,
    /// Head of the history (N7), at the foot of reminder, digest and overdue mails.
    pub head_hash: Option<String>,
    /// The firm's last words, if any; may have several lines.
    pub signature: Option<String>,
}

/// Whom a mail is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Recipient {
    /// Display name; may be empty.
    pub name: String,
    /// IANA zone that all times are in.
    pub zone: String,
}

/// The day, and maybe the time, a follow-up is due.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Due {
    /// `23 November 2026`.
    pub date: String,
    /// `Monday`.
    pub weekday: String,
    /// `14:30`, when the follow-up has a time; told only when the mail is about one lead.
    pub time: Option<String>,
    /// IANA zone of date and time.
    pub zone: String,
    /// `08:00` when the mail is late (R3): shown as "was due 08:00".
    pub was_due_at: Option<String>,
}

/// One lead in a mail.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LeadMatter {
    /// Its number.
    pub id: u64,
    /// Person, or firm.
    pub name: String,
    /// Firm.
    pub company: Option<String>,
    /// As typed.
    pub phone: Option<String>,
    /// `+420…`; what a tap dials. Anything else than `+` and digits makes no link.
    pub phone_e164: Option<String>,
    /// As typed.
    pub email: Option<String>,
    /// The stage's label.
    pub stage: String,
    /// When it is or was due, in words, with the zone where it matters.
    pub due: Option<String>,
    /// Whole days since it was due; none when it is not overdue.
    pub days_overdue: Option<u32>,
    /// When and how it was last contacted, in words.
    pub last_contact: Option<String>,
    /// Text of the last note; may have several lines.
    pub last_note: Option<String>,
    /// The moves open now.
    pub moves: Vec<String>,
    /// Lines to type, the most likely first.
    pub commands: Vec<String>,
    /// When the claim ends or ended, in words: `today at 14:03 (Europe/Prague)`.
    pub claim: Option<String>,
    /// Who has it (escalation) or who gave it (assigned).
    pub by: Option<String>,
}
