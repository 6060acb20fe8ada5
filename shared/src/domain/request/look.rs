//! What one may look at: nothing is changed, and nothing is told that is not for the caller's eyes.

use serde::{Deserialize, Serialize};

use super::LeadRef;
use crate::domain::lead::CustomerId;
use crate::domain::overview::Report;

/// A look: changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Look {
    /// The leads that match.
    Leads {
        /// A filter's terms.
        terms: Vec<String>,
        /// A sort key; the pipeline's order otherwise.
        sort: Option<String>,
        /// At most so many.
        limit: Option<u64>,
        /// With their notes.
        notes: bool,
        /// With what is open to each (P5, M3).
        actions: bool,
    },
    /// Follow-ups and appointments of the leads that match, for a calendar.
    Agenda {
        /// A filter's terms.
        terms: Vec<String>,
    },
    /// The columns of the board, each followed by its leads (F2).
    Board {
        /// A filter's terms.
        terms: Vec<String>,
    },
    /// The parts of the day's work, each followed by its leads (F13, M6).
    Today {
        /// A filter's terms.
        terms: Vec<String>,
    },
    /// The lines of a report.
    Report {
        /// Which.
        report: Report,
        /// A filter's terms.
        terms: Vec<String>,
        /// From this WHEN on.
        since: Option<String>,
        /// Up to this WHEN, its day included.
        until: Option<String>,
    },
    /// Some leads with everything, and what is open to them.
    Show(Vec<LeadRef>),
    /// What is open to a lead (P5).
    Actions(LeadRef),
    /// The history.
    History {
        /// Of these leads; of everything when empty.
        leads: Vec<LeadRef>,
        /// From this WHEN on.
        since: Option<String>,
        /// Up to this WHEN, its day included.
        until: Option<String>,
        /// By this user.
        by: Option<String>,
        /// Of this event.
        event: Option<String>,
    },
    /// The history from an entry on, and the number of the next one (N5).
    Watch {
        /// A filter's terms.
        terms: Vec<String>,
        /// The first entry; none of those that are there otherwise.
        from: Option<u64>,
        /// Whether the entry before that one was told: of the entries of an import the rest follows.
        #[serde(default)]
        told: bool,
    },
    /// The customers.
    Customers,
    /// One customer.
    Customer(CustomerId),
    /// A customer's leads (A3, A12).
    CustomerLeads(CustomerId),
    /// The deals.
    Deals,
    /// One deal.
    Deal(u64),
    /// Appointments, the next first.
    Appointments {
        /// With these leads; with all when empty.
        leads: Vec<LeadRef>,
        /// Those that were called off, too.
        all: bool,
    },
    /// One appointment.
    Appointment(u64),
    /// The import that the caller began last, if it has not ended.
    Import,
    /// The users.
    Users,
    /// The zone in which the caller lives.
    Zone,
    /// Who you are, which store, what is due next.
    Status,
    /// The pipelines.
    Pipelines,
    /// One pipeline's file; the default when none is named.
    Pipeline(Option<String>),
    /// What the daemon will do (N3).
    Plan {
        /// Up to this WHEN, its day included; a week otherwise.
        until: Option<String>,
        /// Of this lead alone.
        lead: Option<LeadRef>,
    },
    /// What was decided about a lead's mail, and why.
    Why(LeadRef),
    /// The mails.
    Outbox,
    /// One mail.
    Mail(u64),
    /// The settings that hold.
    Settings,
    /// What is wrong with the store, the daemon or the mail; without `admin`, what concerns the caller.
    Doctor {
        /// Indexes and counters that are wrong are set right.
        reindex: bool,
        /// Refused to those who do not see all of it.
        whole: bool,
    },
    /// All that a copy of the store needs, as lines (for `admin`).
    Backup,
    /// The matter of a mail, for whoever writes it; refused to every account.
    Matter(u64),
    /// The mails to be tried now and the instant to look again; refused to every account.
    Due,
}
