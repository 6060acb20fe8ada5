//! How a call ended, and what was done to each lead.
//!
//! An answer to a change is data without prose: the command line makes the sentences.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::import::Imported;
use super::lead::{CustomerId, LeadId};
use super::notice::{Mail, MailKind};
use super::refusal::{Refusal, Thing};
use super::undo::Undoing;
use super::user::Login;
use super::view::LeadView;

/// How a call ended. Both routes give the client this type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Outcome {
    /// Done, or looked.
    Ok(Reply),
    /// The user can act on it.
    Refused(Refusal),
    /// A fault of the program, the disk or the store.
    Fault(String),
}

/// The answer to a change; a look's answer is its rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Reply {
    /// A look has ended; its rows went before.
    Looked,
    /// What became of each lead, in the order they were named.
    Leads(Vec<LeadResult>),
    /// A customer was made.
    Customer(CustomerId),
    /// A user was added or changed.
    User(UserChange),
    /// A key of the policy was set or taken out.
    Setting(SettingChange),
    /// A deal was started.
    Deal {
        /// Its number.
        id: u64,
        /// For this lead.
        lead: LeadId,
    },
    /// A customer, a deal, an appointment or a pipeline was changed.
    Filed(Filed),
    /// A step of an import was taken.
    Imported(Imported),
    /// A lead was purged, or would be.
    Purged(Purged),
    /// A change was undone, or would be.
    Undone {
        /// What it did.
        undoing: Box<Undoing>,
        /// What became of each of its leads.
        leads: Vec<LeadResult>,
    },
    /// The daemon's work.
    Duty {
        /// How many of the things asked for were done.
        done: u64,
        /// What was decided, for whoever wants to tell.
        decided: Vec<Decided>,
        /// The mails that went on: still to be sent, or started.
        mails: Vec<u64>,
    },
}

/// What became of a record that is no lead, without personal data: it is kept with the change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filed {
    /// Its kind.
    pub thing: Thing,
    /// Its number, or its id.
    pub name: String,
    /// False when it was so before; then nothing was written.
    pub changed: bool,
    /// The lead it is of.
    pub lead: Option<LeadId>,
    /// Its time in words, where it has one.
    pub when: Option<String>,
}

impl Filed {
    /// A record by that number or id.
    pub fn of(thing: Thing, name: &dyn std::fmt::Display, changed: bool) -> Self {
        Self { thing, name: name.to_string(), changed, lead: None, when: None }
    }
}

/// What became of a user, without personal data: it is kept with the change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserChange {
    /// Who.
    pub login: Login,
    /// False when nothing was to be changed.
    pub changed: bool,
    /// How many of their claims ended with it.
    #[serde(default)]
    pub ended: u64,
    /// How many open leads, of those the caller sees, still name somebody who is disabled.
    #[serde(default)]
    pub owns: u64,
}

impl UserChange {
    /// A change that no lead has to do with.
    pub fn of(login: Login, changed: bool) -> Self {
        Self { login, changed, ended: 0, owns: 0 }
    }
}

/// What became of a key of the policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingChange {
    /// The key, `reminders.at`.
    pub key: String,
    /// What held before; empty where nothing did, and a private value is not among it.
    pub before: String,
    /// What holds now.
    pub after: String,
    /// False when the file said so already; then nothing was written.
    pub changed: bool,
    /// True when the file says nothing of it now.
    pub is_default: bool,
}

/// What a purge erased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purged {
    /// The lead.
    pub lead: LeadId,
    /// The customer, if it was asked for and there was one.
    pub customer: Option<CustomerId>,
    /// How many entries of the history lost their content.
    pub contents: u64,
    /// The mails whose text went.
    pub mails: Vec<u64>,
}

/// Something that time decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Decided {
    /// A claim's end was recorded.
    Lapse {
        /// Of which lead.
        lead: LeadId,
        /// When it ended.
        at: Timestamp,
    },
    /// A mail is to be sent.
    Mail {
        /// What it is about.
        kind: MailKind,
        /// To whom.
        to: Login,
        /// About which leads.
        leads: Vec<LeadId>,
        /// Its subject.
        subject: String,
        /// When its cause was due.
        due_at: Timestamp,
        /// Its Message-ID.
        message_id: String,
    },
}

impl From<&Mail> for Decided {
    fn from(mail: &Mail) -> Self {
        Self::Mail {
            kind: mail.kind,
            to: mail.to.clone(),
            leads: mail.leads.clone(),
            subject: mail.subject.clone(),
            due_at: mail.due_at,
            message_id: mail.message_id.clone(),
        }
    }
}

/// What became of one lead.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LeadResult {
    /// Its number.
    pub lead: LeadId,
    /// Its name, for the sentence; empty where it was not found.
    pub name: String,
    /// What became of it.
    pub settled: Settled,
    /// What the caller should know besides.
    pub hints: Vec<Hint>,
    /// How it looks now, when asked for.
    pub view: Option<Box<LeadView>>,
}

/// Done, already so, or refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Settled {
    /// The deed was done.
    Done(Did),
    /// It was so before; nothing was written.
    Already(Did),
    /// It was refused; nothing was written.
    Refused(Refusal),
}

/// What was done to a lead, without personal data: it is kept with the change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Did {
    /// It was added.
    Added,
    /// It exists; what was given went into it (A5).
    MergedInto,
    /// Others became part of it.
    TookIn {
        /// Their numbers.
        from: Vec<LeadId>,
    },
    /// It changed its stage; labels.
    Moved {
        /// The stage before.
        from: String,
        /// The stage after.
        to: String,
    },
    /// It is held until then; without an end it is owned (D9).
    Claimed {
        /// The end.
        until: Option<Timestamp>,
    },
    /// The claim became ownership.
    Owned,
    /// Claim or ownership was given back.
    Released,
    /// It has this owner.
    Assigned {
        /// Who; nobody.
        to: Option<Login>,
    },
    /// It has this follow-up; date, weekday, zone and distance in words.
    Scheduled {
        /// The echo.
        when: String,
    },
    /// It has no follow-up.
    Unscheduled,
    /// A note was written.
    Noted,
    /// Something was logged.
    Logged {
        /// The kind.
        kind: String,
    },
    /// It has these tags.
    Tagged {
        /// All of them.
        tags: Vec<String>,
    },
    /// It was edited.
    Edited {
        /// Which fields; none when all were so already.
        fields: Vec<String>,
    },
    /// It was converted.
    Converted {
        /// Into whom, where the pipeline keeps customers apart.
        customer: Option<CustomerId>,
        /// The pipeline's noun for it.
        noun: String,
        /// How the customer came about.
        how: How,
    },
    /// It is in the trash.
    Trashed,
    /// It is out of the trash.
    Restored,
    /// A change of it was undone.
    Undone {
        /// The change.
        change: u64,
        /// Its verb.
        verb: String,
    },
}

/// How a conversion came by its customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum How {
    /// The lead is the customer.
    InPlace,
    /// A new one was made.
    Made,
    /// An existing one was linked, its empty fields filled.
    Linked,
}

/// Something worth a word that is no refusal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Hint {
    /// The follow-up is today or past (L3, M8).
    FollowUpDue(Date),
    /// The date set is in the past (M7).
    PastFollowUp,
    /// The pipeline recommends this field (A1).
    Recommended(String),
    /// The number given was merged into this one.
    MergedFrom(LeadId),
    /// A creator who could not see it otherwise became its owner (A4).
    BecameOwner,
    /// Won without a customer or a deal (D5).
    WonAlone,
    /// A deal was started.
    DealStarted(u64),
}
