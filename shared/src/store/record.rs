//! What makes a domain type a row: its table, its key, its name in edits and its index entries.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::key::Key;
use super::table::{Index, Table};
use super::{Rows, StoreFault};
use crate::domain::activity::{Activity, Change};
use crate::domain::customer::{Appointment, Customer, Deal};
use crate::domain::email;
use crate::domain::import::{Import, ImportId, WaitingRow};
use crate::domain::lead::Lead;
use crate::domain::notice::{Mail, Notice};
use crate::domain::pipeline::{PipelineId, PipelineSource, StageId};
use crate::domain::user::User;

/// A domain type that is stored as rows of one table.
pub trait Record: Serialize + DeserializeOwned {
    /// Where its rows are.
    const TABLE: Table;

    /// Its key in that table.
    fn key(&self) -> Key;

    /// Its name in an edit: `lead/12`.
    fn name(&self) -> String;

    /// Its entries in the named indexes, record key included.
    fn entries(&self) -> Vec<Key> {
        Vec::new()
    }

    /// The counter it is counted by, for listed leads (pipeline, stage).
    fn counter(&self) -> Option<Key> {
        None
    }

    /// Learns what other rows say of it; called whenever it is loaded.
    fn settle<S: Rows + ?Sized>(&mut self, _rows: &S) -> Result<(), StoreFault> {
        Ok(())
    }

    /// The counters it raises while it stands as it is, and by how many.
    fn raises(&self) -> Vec<(Key, u64)> {
        self.counter().map(|counter| (counter, 1)).into_iter().collect()
    }
}

impl Record for Lead {
    const TABLE: Table = Table::Lead;

    fn key(&self) -> Key {
        Key::new().number(self.id)
    }

    fn name(&self) -> String {
        format!("lead/{}", self.id)
    }

    fn entries(&self) -> Vec<Key> {
        let mut entries = Vec::new();
        if let Some(email) = &self.email {
            entries.push(Key::index(Index::LeadEmail).text(&email::key(email)));
        }
        if let Some(phone) = &self.phone {
            entries.push(Key::index(Index::LeadPhone).text(&phone.key()));
        }
        // Of a merged one the address and the number lead to its successor.
        if self.merged_into.is_some() {
            return entries.into_iter().map(|entry| entry.number(self.id)).collect();
        }
        entries.push(Key::index(Index::LeadCreated).instant(self.created_at));
        if let Some(customer) = self.customer {
            entries.push(Key::index(Index::LeadCustomer).number(customer));
        }
        if self.trashed_at.is_some() {
            entries.push(Key::index(Index::LeadTrashed));
        } else {
            let stage = Key::index(Index::LeadStage).text(self.pipeline.as_str()).text(self.stage.as_str());
            entries.push(stage);
            if let Some(owner) = &self.owner {
                entries.push(Key::index(Index::LeadOwner).text(owner.as_str()));
            }
            if let Some(follow_up) = &self.follow_up {
                entries.push(Key::index(Index::LeadFollowUp).date(follow_up.date));
            }
            if let Some(claim) = &self.claim {
                let holder = Key::index(Index::LeadClaimHolder).text(claim.by.as_str());
                entries.push(holder.instant(claim.until));
                entries.push(Key::index(Index::LeadClaimEnd).instant(claim.until));
            }
        }
        entries.into_iter().map(|entry| entry.number(self.id)).collect()
    }

    fn counter(&self) -> Option<Key> {
        self.is_listed().then(|| stage_key(&self.pipeline, &self.stage))
    }

    fn settle<S: Rows + ?Sized>(&mut self, rows: &S) -> Result<(), StoreFault> {
        if let Some(import) = self.import {
            self.staged = rows.get(Table::Index, ended(import).bytes())?.is_none();
        }
        Ok(())
    }
}

fn stage_key(pipeline: &PipelineId, stage: &StageId) -> Key {
    Key::new().text(pipeline.as_str()).text(stage.as_str())
}

/// The index entry that an import has once its leads are seen.
fn ended(import: ImportId) -> Key {
    Key::index(Index::ImportEnded).number(import)
}

impl Record for Import {
    const TABLE: Table = Table::Import;

    fn key(&self) -> Key {
        Key::new().number(self.id)
    }

    fn name(&self) -> String {
        format!("import/{}", self.id)
    }

    fn entries(&self) -> Vec<Key> {
        self.finished_at.map(|_| ended(self.id)).into_iter().collect()
    }

    /// Its leads were saved out of sight, where none is counted: they count with its end, all at once.
    fn raises(&self) -> Vec<(Key, u64)> {
        let stages = self.stages.iter().filter(|_| self.finished_at.is_some());
        stages.map(|(pipeline, stage, leads)| (stage_key(pipeline, stage), *leads)).collect()
    }
}

impl Record for WaitingRow {
    const TABLE: Table = Table::WaitingRow;

    fn key(&self) -> Key {
        Key::new().number(self.import).number(self.row.line)
    }

    fn name(&self) -> String {
        format!("import/{}/{}", self.import, self.row.line)
    }
}

impl Record for Customer {
    const TABLE: Table = Table::Customer;

    fn key(&self) -> Key {
        Key::new().number(self.id)
    }

    fn name(&self) -> String {
        format!("customer/{}", self.id)
    }

    fn entries(&self) -> Vec<Key> {
        if self.merged_into.is_some() || self.removed_at.is_some() {
            return Vec::new();
        }
        let email = self.email.iter().map(|email| Key::index(Index::CustomerEmail).text(&email::key(email)));
        let phone = self.phone.iter().map(|phone| Key::index(Index::CustomerPhone).text(&phone.key()));
        email.chain(phone).map(|entry| entry.number(self.id)).collect()
    }
}

impl Record for Deal {
    const TABLE: Table = Table::Deal;

    fn key(&self) -> Key {
        Key::new().number(self.id)
    }

    fn name(&self) -> String {
        format!("deal/{}", self.id)
    }

    fn entries(&self) -> Vec<Key> {
        vec![Key::index(Index::DealLead).number(self.lead).number(self.id)]
    }
}

impl Record for Appointment {
    const TABLE: Table = Table::Appointment;

    fn key(&self) -> Key {
        Key::new().number(self.id)
    }

    fn name(&self) -> String {
        format!("appointment/{}", self.id)
    }

    fn entries(&self) -> Vec<Key> {
        vec![Key::index(Index::AppointmentLead).number(self.lead).number(self.id)]
    }
}

impl Record for User {
    const TABLE: Table = Table::User;

    fn key(&self) -> Key {
        Key::new().text(self.login.as_str())
    }

    fn name(&self) -> String {
        format!("user/{}", self.login)
    }

    fn entries(&self) -> Vec<Key> {
        vec![Key::index(Index::UserAccount).text(&self.account).text(self.login.as_str())]
    }
}

impl Record for PipelineSource {
    const TABLE: Table = Table::Pipeline;

    fn key(&self) -> Key {
        Key::new().text(self.id.as_str())
    }

    fn name(&self) -> String {
        format!("pipeline/{}", self.id)
    }
}

impl Record for Change {
    const TABLE: Table = Table::Change;

    fn key(&self) -> Key {
        Key::new().number(self.number)
    }

    fn name(&self) -> String {
        format!("change/{}", self.number)
    }
}

impl Record for Activity {
    const TABLE: Table = Table::Activity;

    fn key(&self) -> Key {
        Key::new().number(self.seq)
    }

    fn name(&self) -> String {
        format!("activity/{}", self.seq)
    }

    fn entries(&self) -> Vec<Key> {
        let lead = self.lead.map(|lead| Key::index(Index::ActivityLead).number(lead));
        let customer = self.customer.map(|customer| Key::index(Index::ActivityCustomer).number(customer));
        lead.into_iter().chain(customer).map(|entry| entry.number(self.seq)).collect()
    }
}

impl Record for Notice {
    const TABLE: Table = Table::Notice;

    fn key(&self) -> Key {
        Key::new().text(&self.key)
    }

    fn name(&self) -> String {
        format!("notice/{}", self.key)
    }

    fn entries(&self) -> Vec<Key> {
        self.lead.map(|lead| Key::index(Index::NoticeLead).number(lead).text(&self.key)).into_iter().collect()
    }
}

impl Record for Mail {
    const TABLE: Table = Table::Mail;

    fn key(&self) -> Key {
        Key::new().number(self.id)
    }

    fn name(&self) -> String {
        format!("mail/{}", self.id)
    }

    fn entries(&self) -> Vec<Key> {
        let entry = match self.settled_at.filter(|_| self.state.is_settled()) {
            Some(at) => Key::index(Index::MailSettled).instant(at),
            None => Key::index(Index::MailOpen),
        };
        vec![entry.number(self.id)]
    }
}
