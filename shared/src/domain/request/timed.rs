//! What time asks for: the daemon's own work, refused to every account.
//!
//! The sweep and the outbox make these; each is idempotent, so that one asked twice does no harm.

use serde::{Deserialize, Serialize};

use crate::domain::lead::LeadId;

/// What time asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Duty {
    /// Record the end of these leads' claims (A9).
    Lapse(Vec<LeadId>),
    /// Tell the holders of these leads' claims that they end soon.
    Warn(Vec<LeadId>),
    /// Decide one person's reminders of a morning, of these leads (R1, R2).
    Remind {
        /// The person.
        to: String,
        /// The leads.
        leads: Vec<LeadId>,
    },
    /// Decide one person's overdue alert over these leads.
    Alert {
        /// The person.
        to: String,
        /// Their overdue leads.
        leads: Vec<LeadId>,
    },
    /// Tell one person which follow-ups others let lie.
    Escalate {
        /// The person.
        to: String,
        /// The leads.
        leads: Vec<LeadId>,
    },
    /// Send the report of this name to its readers, if it is its day.
    Report(String),
    /// Cancel or give up those of these mails whose time is over; the others are still to be sent.
    CheckMails(Vec<u64>),
    /// Fix the bytes of mails, and mark as being sent those whose cause still holds.
    StartMails(Vec<Written>),
    /// Write down what became of mails.
    SettleMails(Vec<(u64, Fate)>),
    /// Write down what the clock shows: it bounds what is believed of it the next time.
    NoteTime,
    /// Forget those of these mails that were settled longer ago than the policy keeps them (O5).
    ForgetMail {
        /// The mails.
        mails: Vec<u64>,
    },
}

/// A mail whose bytes are on the disk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// The mail.
    pub mail: u64,
    /// Its subject in them.
    pub subject: String,
    /// The SHA-256 of its bytes, in hex.
    pub bytes: String,
}

/// What became of a try to send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fate {
    /// The server took it.
    Sent,
    /// It was not tried after all.
    Postponed,
    /// The relay is at fault: no try is lost (O2).
    RelayFault(String),
    /// Not now.
    Deferred(String),
    /// Never.
    Refused(String),
    /// Nobody knows.
    Unknown(String),
}
