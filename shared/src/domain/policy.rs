//! The numbers a firm may set: `STORE/lead.toml` as the rules see it.
//!
//! Every value has its default here; reading the file is `config`'s.

use jiff::SignedDuration;
use jiff::civil::Time;
use jiff::tz::TimeZone;

use super::weekly::Weekly;

/// The firm's policy, one for all doors.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// `[team]`
    pub team: Team,
    /// `[reminders]`
    pub reminders: Reminders,
    /// `[claims]`
    pub claims: Claims,
    /// `[overdue]`
    pub overdue: Overdue,
    /// `[mail]`, `[mail.smtp]`, `[mail.sendmail]`
    pub mail: MailPolicy,
    /// `[outbox]`
    pub outbox: Outbox,
    /// `[backup]`
    pub backup: Backup,
    /// `[[report]]`, in the order of the file.
    pub reports: Vec<Weekly>,
}

/// `[team]`: what holds for everybody.
#[derive(Clone, Debug, PartialEq)]
pub struct Team {
    /// The firm's name, at the foot of its mail.
    pub name: Option<String>,
    /// The zone of those who have none; without it the system's (T3).
    pub zone: TimeZone,
    /// ISO 3166 two-letter country, for phone numbers without a prefix (L6).
    pub country: Option<String>,
    /// ISO 4217 code of amounts typed without one.
    pub currency: String,
    /// The group of a team's socket.
    pub group: Option<String>,
}

/// `[reminders]`
#[derive(Clone, Debug, PartialEq)]
pub struct Reminders {
    /// The hour of the morning's mail, in the recipient's zone (T3).
    pub at: Time,
    /// More reminders than this for one person on one morning go as one digest (R1).
    pub digest_over: u32,
    /// Who is told of a lead that is nobody's: logins, or `role:ID`.
    pub unassigned: Vec<String>,
}

/// `[claims]`
#[derive(Clone, Debug, PartialEq)]
pub struct Claims {
    /// How long before the end the holder is told.
    pub warn_before: SignedDuration,
    /// How many claims one may hold at once.
    pub max_open: Option<u32>,
    /// How long one waits before claiming the same lead again.
    pub cool_down: Option<SignedDuration>,
}

/// `[overdue]`
#[derive(Clone, Debug, PartialEq)]
pub struct Overdue {
    /// The days after the date on which an alert is due.
    pub days: Vec<u32>,
    /// Then every so many days; 0 for never.
    pub then_every: u32,
    /// The days after which those who may manage are told.
    pub escalate_after: u32,
}

/// `[mail]`
#[derive(Clone, Debug, PartialEq)]
pub struct MailPolicy {
    /// How mail leaves.
    pub via: Via,
    /// The sender's address.
    pub from: String,
    /// Where answers go.
    pub reply_to: Option<String>,
    /// The folder of the firm's own templates.
    pub templates: Option<String>,
    /// `[mail.smtp]`
    pub smtp: Smtp,
    /// `[mail.sendmail] command`
    pub sendmail: String,
}

/// How mail leaves (O7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// An `.eml` for each mail in the store's `mail` folder.
    File,
    /// A mail server.
    Smtp,
    /// A command that takes the message; sender and recipient are added as its arguments.
    Sendmail,
}

/// `[mail.smtp]`
#[derive(Clone, Debug, PartialEq)]
pub struct Smtp {
    /// The server.
    pub host: String,
    /// Its port; without one, 465 for implicit TLS, 587 for STARTTLS, 25 for none.
    pub port: Option<u16>,
    /// How the connection is protected.
    pub tls: Tls,
    /// Who we are to it.
    pub user: Option<String>,
    /// A file with the password, readable by nobody else.
    pub password_file: Option<String>,
    /// A command that prints the password.
    pub password_command: Option<String>,
    /// A private authority's certificate.
    pub ca_file: Option<String>,
}

/// How a connection to a mail server is protected (O7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// TLS from the first byte.
    Implicit,
    /// Asked for by STARTTLS, and required.
    Starttls,
    /// None; to this machine only.
    None,
}

/// `[outbox]`
#[derive(Clone, Debug, PartialEq)]
pub struct Outbox {
    /// How long a mail is tried.
    pub give_up_after: SignedDuration,
    /// What is done with a mail nobody knows the fate of.
    pub on_unknown: OnUnknown,
    /// How long sent rows are kept: they stop a second sending (O5).
    pub keep_sent: SignedDuration,
}

/// `outbox.on_unknown`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnUnknown {
    /// Sent once more after ten minutes, the same bytes.
    Resend,
    /// Left for a person to decide.
    Hold,
}

/// `[backup]`
#[derive(Clone, Debug, PartialEq)]
pub struct Backup {
    /// The time of day of the daily copy.
    pub at: Time,
    /// How many are kept.
    pub keep: u32,
    /// Where they go.
    pub path: Option<String>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            team: Team {
                name: None,
                zone: TimeZone::UTC,
                country: None,
                currency: "EUR".to_owned(),
                group: None,
            },
            reminders: Reminders {
                at: Time::constant(8, 0, 0, 0),
                digest_over: 5,
                unassigned: vec!["role:manager".to_owned()],
            },
            claims: Claims { warn_before: SignedDuration::from_hours(2), max_open: None, cool_down: None },
            overdue: Overdue { days: vec![1, 2, 3], then_every: 7, escalate_after: 3 },
            mail: MailPolicy {
                via: Via::File,
                from: "lead@localhost".to_owned(),
                reply_to: None,
                templates: None,
                smtp: Smtp {
                    host: "localhost".to_owned(),
                    port: None,
                    tls: Tls::Starttls,
                    user: None,
                    password_file: None,
                    password_command: None,
                    ca_file: None,
                },
                sendmail: "/usr/sbin/sendmail".to_owned(),
            },
            outbox: Outbox {
                give_up_after: SignedDuration::from_hours(24),
                on_unknown: OnUnknown::Resend,
                keep_sent: SignedDuration::from_hours(90 * 24),
            },
            backup: Backup { at: Time::constant(3, 0, 0, 0), keep: 7, path: None },
            reports: Vec::new(),
        }
    }
}
