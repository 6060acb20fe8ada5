//! Records that wait for a request's commit.

use jiff::Timestamp;

use super::purge::Erased;
use crate::domain::customer::{Appointment, Customer, Deal};
use crate::domain::import::{Import, WaitingRow};
use crate::domain::lead::Lead;
use crate::domain::notice::{Mail, Notice};
use crate::domain::pipeline::{PipelineId, PipelineSource};
use crate::domain::user::User;
use crate::engine::setup;
use crate::store::{Key, Record, StoreFault, Txn, TypedTxn};

/// A record that waits for the commit.
pub(super) enum Laid {
    Lead(Box<Lead>),
    Customer(Box<Customer>),
    Deal(Box<Deal>),
    Appointment(Box<Appointment>),
    User(Box<User>),
    Pipeline(Box<PipelineSource>),
    /// A pipeline of the firm's own that goes.
    PipelineGone(PipelineId),
    /// The default pipeline.
    Default(PipelineId),
    Import(Box<Import>),
    /// A row that waits for the end of its import.
    Waiting(Box<WaitingRow>),
    /// One that waits no more.
    Done(Box<WaitingRow>),
    Notice(Box<Notice>),
    Mail(Box<Mail>),
    /// Something that a purge erases.
    Erased(Erased),
    /// What the clock shows.
    Time(Timestamp),
    /// A mail that goes, with its notices.
    Forgotten(Box<Mail>),
}

impl Laid {
    /// Writes it into the transaction.
    pub(super) fn write(&self, txn: &mut dyn Txn) -> Result<(), StoreFault> {
        match self {
            Self::Lead(lead) => txn.save(&**lead),
            Self::Customer(customer) => txn.save(&**customer),
            Self::Deal(deal) => txn.save(&**deal),
            Self::Appointment(appointment) => txn.save(&**appointment),
            Self::User(user) => txn.save(&**user),
            Self::Pipeline(source) => txn.save(&**source),
            Self::PipelineGone(id) => txn.erase::<PipelineSource>(&Key::new().text(id.as_str())).map(drop),
            Self::Default(id) => setup::set_default(txn, id),
            Self::Import(import) => txn.save(&**import),
            Self::Waiting(row) => txn.save(&**row),
            Self::Done(row) => txn.erase::<WaitingRow>(&row.key()).map(drop),
            Self::Notice(notice) => txn.save(&**notice),
            Self::Mail(mail) => txn.save(&**mail),
            Self::Erased(erased) => erased.write(txn),
            Self::Time(now) => txn.note_time(*now),
            Self::Forgotten(mail) => {
                for key in &mail.notices {
                    txn.erase::<Notice>(&Key::new().text(key))?;
                }
                txn.erase::<Mail>(&mail.key()).map(|_| ())
            }
        }
    }
}
