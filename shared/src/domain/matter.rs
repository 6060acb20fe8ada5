//! What the daemon needs to write and send a mail: the matter of one, and which are due.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::follow_up::FollowUp;
use super::notice::MailKind;
use super::overview::{Report, ReportView};
use super::view::{AppointmentView, LeadView};

/// What a mail is about: all that whoever writes it needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Matter {
    /// The mail's number.
    pub mail: u64,
    /// What it is about.
    pub kind: MailKind,
    /// See the mail's row.
    pub message_id: String,
    /// The subject, of the leads it speaks of.
    pub subject: String,
    /// The recipient's address.
    pub address: String,
    /// The recipient's name.
    pub name: String,
    /// The recipient's zone.
    pub zone: String,
    /// When its cause was due.
    pub due_at: Timestamp,
    /// True when it comes so late that it says when it was due (R3).
    pub is_late: bool,
    /// When it was decided.
    pub decided_at: Timestamp,
    /// The leads it speaks of, as the recipient may see them.
    pub leads: Vec<MatterLead>,
    /// The report it brings, of what the recipient may see.
    pub report: Option<MatterReport>,
    /// The head of the history's chain (N7).
    pub head: String,
    /// The firm's name.
    pub team: Option<String>,
    /// SHA-256, in hex, of the bytes once they are fixed.
    pub bytes: Option<String>,
}

/// A lead in a mail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MatterLead {
    /// The lead, with what is open to it.
    pub view: LeadView,
    /// Its newest note.
    pub last_note: Option<String>,
    /// The end of the claim the mail is about, or of the one that holds now.
    pub claim_until: Option<Timestamp>,
    /// Who gave it to the recipient, or who has it where the recipient is told of somebody else's.
    pub by: Option<String>,
    /// The appointments with it, those that were called off too, the first first.
    pub booked: Vec<AppointmentView>,
    /// Its follow-up.
    pub follow_up: Option<FollowUp>,
}

/// A report in a mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatterReport {
    /// Its name in the firm's policy.
    pub name: String,
    /// The day it is of, where the report is at home.
    pub date: Date,
    /// What people call it.
    pub title: String,
    /// A filter's terms.
    pub terms: Vec<String>,
    /// From this WHEN on.
    pub since: Option<String>,
    /// What was counted, with its lines.
    pub counted: Vec<(Report, Vec<ReportView>)>,
}

/// What the outbox has to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueMail {
    /// The mails to be tried now, oldest first.
    pub mails: Vec<u64>,
    /// The mails that were being sent when somebody stopped.
    pub interrupted: Vec<u64>,
    /// When to look again.
    pub next_at: Option<Timestamp>,
}
