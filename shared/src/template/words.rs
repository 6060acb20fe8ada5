//! What a mail says, as plain values: the input of its templates, described in `lead-templates(5)`.
//!
//! Knows no store and derives nothing: whoever writes a mail fills it with words that are ready to
//! be read. All texts may be anything; escaping is the templates' affair.

use serde::Serialize;

use super::report::ReportWords;
use crate::domain::notice::MailKind;

/// What one mail says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// Which mail it is.
    pub kind: MailKind,
    /// The subject, one line.
    pub subject: String,
    /// The firm or team; may be empty.
    pub team_name: String,
    /// Whom it is for.
    pub recipient: Recipient,
    /// The day it is about; claim and assignment mails may have none.
    pub due: Option<Due>,
    /// The leads, the most urgent first; at least one, but for a report.
    pub leads: Vec<LeadWords>,
    /// The report it brings.
    pub report: Option<ReportWords>,
    /// Head of the history (N7), at the foot of reminder, digest and overdue mails.
    pub head_hash: Option<String>,
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
pub struct LeadWords {
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
    /// The appointments to come, in words.
    pub appointments: Vec<String>,
    /// The moves open now.
    pub moves: Vec<String>,
    /// Lines to type, the most likely first.
    pub commands: Vec<String>,
    /// When the claim ends or ended, in words: `today at 14:03 (Europe/Prague)`.
    pub claim: Option<String>,
    /// Who has it (escalation) or who gave it (assigned).
    pub by: Option<String>,
}
