//! What looks yield: records as one caller may see them at one instant.
//!
//! Time's part (live claim, badge, assignee) is already in a view. How it is printed is the
//! command line's.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};

use super::activity::{Edit, Event};
use super::badge::Badge;
use super::calendar::Agenda;
use super::capability::Capability;
use super::claim::Claim;
use super::health::RelayFault;
use super::import::Import;
use super::lead::{CustomerId, LeadId};
use super::matter::{DueMail, Matter};
use super::money::Money;
use super::notice::{MailKind, MailState};
use super::overview::{ColumnView, DayPart, ReportView};
use super::phone::Phone;
use super::pipeline::{PipelineId, StageId, StageKind, Step};
use super::user::Login;

mod foresight;
mod trade;

pub use foresight::{Because, PlannedView, WhyView};
pub use trade::{AppointmentView, DealView};

/// One row of a look.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Row {
    /// A lead.
    Lead(Box<LeadView>),
    /// A column of the board.
    Column(Box<ColumnView>),
    /// A part of the day's work.
    Part(DayPart),
    /// A line of a report.
    Report(Box<ReportView>),
    /// What is open to a lead.
    Action(ActionView),
    /// An entry of the history.
    Entry(Box<EntryView>),
    /// The number that the next entry of the history will have.
    Head(u64),
    /// A customer.
    Customer(Box<CustomerView>),
    /// A deal.
    Deal(Box<DealView>),
    /// An appointment.
    Appointment(Box<AppointmentView>),
    /// A lead for a calendar.
    Agenda(Box<Agenda>),
    /// An import that has not ended.
    Import(Box<Import>),
    /// A user.
    User(Box<UserView>),
    /// The caller's zone: an IANA name.
    Zone(String),
    /// The state of things.
    Status(Box<StatusView>),
    /// A pipeline of the list.
    Pipeline(PipelineView),
    /// A pipeline's file.
    PipelineText(String),
    /// A mail.
    Mail(Box<MailView>),
    /// Something the daemon will do.
    Planned(Box<PlannedView>),
    /// Why there is a mail about a lead, or none.
    Why(Box<WhyView>),
    /// A setting.
    Setting(SettingView),
    /// What `doctor` found.
    Diagnosis(Diagnosis),
    /// Some lines of a backup.
    Backup(String),
    /// What a mail is about.
    Matter(Box<Matter>),
    /// What the outbox has to do.
    Due(DueMail),
}

/// A lead as one caller sees it at one instant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LeadView {
    /// The number.
    pub id: LeadId,
    /// See the lead's record.
    pub revision: u64,
    /// See the lead's record.
    pub pipeline: PipelineId,
    /// See the lead's record.
    pub stage: StageId,
    /// How people see the stage.
    pub stage_label: String,
    /// The stage's kind.
    pub stage_kind: StageKind,
    /// See the lead's record.
    pub name: String,
    /// See the lead's record.
    pub company: Option<String>,
    /// See the lead's record.
    pub email: Option<String>,
    /// See the lead's record.
    pub phone: Option<Phone>,
    /// See the lead's record.
    pub address: Option<String>,
    /// See the lead's record.
    pub source: Option<String>,
    /// See the lead's record.
    pub tags: Vec<String>,
    /// See the lead's record.
    pub fields: BTreeMap<String, String>,
    /// See the lead's record.
    pub value: Option<Money>,
    /// See the lead's record.
    pub owner: Option<Login>,
    /// The live claim.
    pub claim: Option<Claim>,
    /// The live claim's holder, else the owner.
    pub assignee: Option<Login>,
    /// The follow-up's date.
    pub follow_up: Option<Date>,
    /// The follow-up's time of day.
    pub follow_up_time: Option<Time>,
    /// By the viewer's date (M5).
    pub badge: Option<Badge>,
    /// See the lead's record.
    pub last_contacted_at: Option<Timestamp>,
    /// See the lead's record.
    pub converted_at: Option<Timestamp>,
    /// See the lead's record.
    pub customer: Option<CustomerId>,
    /// The notes, newest first (L1); `None` when not asked for.
    pub notes: Option<String>,
    /// See the lead's record.
    pub created_at: Timestamp,
    /// See the lead's record.
    pub created_by: Login,
    /// See the lead's record.
    pub changed_at: Timestamp,
    /// See the lead's record.
    pub trashed_at: Option<Timestamp>,
    /// See the lead's record.
    pub merged_into: Option<LeadId>,
    /// What is open to it (P5); `None` when not asked for.
    pub actions: Option<Vec<ActionView>>,
    /// What is booked with it (D4); `None` when not asked for.
    pub appointments: Option<Vec<AppointmentView>>,
}

/// Something that is open to a lead (P5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionView {
    /// The move's name, or its target's id; `convert`, `deal start`.
    pub name: String,
    /// The target's id.
    pub to: Option<StageId>,
    /// The target's label.
    pub to_label: Option<String>,
    /// Forward, back, or a revival; none for what is no move.
    pub kind: Option<Step>,
}

/// An entry of the history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EntryView {
    /// See the activity.
    pub seq: u64,
    /// See the activity.
    pub change: u64,
    /// See the activity.
    pub at: Timestamp,
    /// See the activity.
    pub actor: Login,
    /// See the activity.
    pub via: Option<Login>,
    /// See the activity.
    pub lead: Option<LeadId>,
    /// See the activity.
    pub customer: Option<CustomerId>,
    /// See the activity.
    pub event: Event,
    /// See the activity.
    pub action: Option<String>,
    /// See the activity.
    pub from: Option<StageId>,
    /// See the activity.
    pub to: Option<StageId>,
    /// See the activity's content.
    pub edits: Vec<Edit>,
    /// See the activity's content.
    pub text: Option<String>,
    /// See the activity's content.
    pub outcome: Option<String>,
    /// See the activity.
    pub hash: String,
}

/// A customer as one caller sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CustomerView {
    /// See the customer's record.
    pub id: CustomerId,
    /// See the customer's record.
    pub name: String,
    /// See the customer's record.
    pub first_name: Option<String>,
    /// See the customer's record.
    pub last_name: Option<String>,
    /// See the customer's record.
    pub company: Option<String>,
    /// See the customer's record.
    pub email: Option<String>,
    /// See the customer's record.
    pub phone: Option<Phone>,
    /// See the customer's record.
    pub address: Option<String>,
    /// The notes, newest first.
    pub notes: String,
    /// The leads the caller may see.
    pub leads: Vec<LeadId>,
    /// See the customer's record.
    pub created_at: Timestamp,
}

/// A user.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UserView {
    /// See the user's record.
    pub login: Login,
    /// See the user's record.
    pub name: String,
    /// See the user's record.
    pub email: Option<String>,
    /// See the user's record.
    pub role: String,
    /// See the user's record.
    pub zone: Option<String>,
    /// See the user's record.
    pub account: String,
    /// What they may.
    pub capabilities: Vec<Capability>,
    /// See the user's record.
    pub disabled_at: Option<Timestamp>,
    /// See the user's record.
    pub paused_at: Option<Timestamp>,
}

/// Who you are, which store, what is due next.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StatusView {
    /// Who the caller is.
    pub user: UserView,
    /// The zone that holds for them.
    pub zone: String,
    /// The store's folder.
    pub store: String,
    /// The default pipeline.
    pub pipeline: PipelineId,
    /// True when a daemon answered.
    pub daemon: bool,
    /// The instant it was answered at.
    pub now: Timestamp,
    /// How mail leaves.
    pub mail_via: String,
    /// How many visible leads stand where, in the order of the default pipeline.
    pub stages: Vec<StageCount>,
    /// Visible leads that are overdue.
    pub overdue: u64,
    /// Visible leads whose follow-up is today.
    pub due_today: u64,
    /// Mails waiting, being sent or unknown.
    pub mail_waiting: u64,
    /// Mails that failed.
    pub mail_failed: u64,
    /// Mails nobody knows the fate of.
    pub mail_unknown: u64,
    /// What was said at the latest try of a mail that waits.
    pub mail_said: Option<String>,
    /// When the oldest mail that waits was decided.
    pub mail_waiting_since: Option<Timestamp>,
    /// When mail last went.
    pub mail_sent_at: Option<Timestamp>,
    /// Set while the relay is at fault.
    pub relay_fault: Option<RelayFault>,
    /// The last sweep; none where there never was one.
    pub swept_at: Option<Timestamp>,
    /// The next thing that is due.
    pub next_due: Option<NextDue>,
}

/// The count of one stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageCount {
    /// The pipeline.
    pub pipeline: PipelineId,
    /// The stage.
    pub stage: StageId,
    /// How people see it.
    pub label: String,
    /// How many.
    pub leads: u64,
}

/// Something that time will do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextDue {
    /// When.
    pub at: Timestamp,
    /// What: a kind of mail, or `claim-lapsed`.
    pub what: MailKind,
    /// With which lead.
    pub lead: Option<LeadId>,
}

/// A pipeline of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PipelineView {
    /// Its id.
    pub id: PipelineId,
    /// Its title.
    pub title: String,
    /// True for the store's default.
    pub default: bool,
    /// True for one that is built in.
    pub preset: bool,
    /// Its stages, in order.
    pub stages: Vec<StageId>,
}

/// A mail of the outbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailView {
    /// See the mail's row.
    pub id: u64,
    /// See the mail's row.
    pub kind: MailKind,
    /// The address, or the login of someone without one.
    pub to: String,
    /// See the mail's row.
    pub leads: Vec<LeadId>,
    /// See the mail's row.
    pub subject: String,
    /// See the mail's row.
    pub message_id: String,
    /// See the mail's row.
    pub state: MailState,
    /// See the mail's row.
    pub tries: u32,
    /// See the mail's row.
    pub next_try: Option<Timestamp>,
    /// See the mail's row.
    pub error: Option<String>,
    /// The message as it went out, once its bytes are fixed; with `outbox show` only.
    pub text: Option<String>,
}

/// A setting that holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingView {
    /// The key, `reminders.at`.
    pub key: String,
    /// The value, as the file would have it.
    pub value: String,
    /// Where it comes from: `default`, or `lead.toml:12`.
    pub origin: String,
}

/// What `doctor` found in one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnosis {
    /// What was looked at: `history`, `indexes`, `mail`.
    pub place: String,
    /// True when nothing is wrong.
    pub good: bool,
    /// What was found.
    pub finding: String,
    /// The command that mends it.
    pub mend: Option<String>,
}
