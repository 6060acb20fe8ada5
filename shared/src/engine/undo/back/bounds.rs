//! What an undo may not do, whatever the change did: leave a final stage, take a lead from who has it,
//! contradict what stands, or leave nobody to administer the store.
//!
//! Pure questions to an undo at work; `back` asks them before anything is laid down.

use super::Back;
use crate::domain::capability::Capability;
use crate::domain::customer::{Customer, Deal};
use crate::domain::lead::{Lead, LeadId};
use crate::domain::pipeline::StageKind;
use crate::domain::refusal::{Refusal, Thing};
use crate::engine::halt::Halt;
use crate::engine::undo::net::Touched;
use crate::store::{Key, Record};

impl Back<'_, '_, '_> {
    /// # Errors
    /// What was merged since has its fields in its successor, and is not set back before the merge;
    /// its stage goes with its pipeline all the same.
    pub(super) fn is_its_own(&self, merged_into: Option<u64>, touched: &Touched) -> Result<(), Refusal> {
        let merged = "merged_into";
        let was_merged_since = self.found.since.contains_key(&(touched.record.clone(), merged.to_owned()));
        if merged_into.is_some()
            && self.shelf.is_none()
            && was_merged_since
            && !touched.edits.iter().any(|edit| edit.field == merged)
        {
            return Err(self.in_the_way(&touched.record, merged));
        }
        Ok(())
    }

    /// # Errors
    /// Nothing leads out of a final stage, an undo neither (L9, D5).
    pub(super) fn stays_final(&self, before: &Lead, after: &Lead) -> Result<(), Refusal> {
        let stage = self.desk.stage(before);
        if !stage.is_final || (before.stage == after.stage && before.pipeline == after.pipeline) {
            return Ok(());
        }
        let to = self.pipeline(after).known(&after.stage);
        // By another file the final stage has another name.
        if self.shelf.is_some() && before.pipeline == after.pipeline && to.is_some_and(|to| to.is_final) {
            return Ok(());
        }
        let to = to.map(|stage| stage.label.clone());
        Err(Refusal::NotOpen {
            lead: before.id,
            from: stage.label.clone(),
            to: to.unwrap_or_else(|| after.stage.to_string()),
            named: false,
            legal: Vec::new(),
            way: None,
            is_final: true,
        })
    }

    /// # Errors
    /// To undo what another did and take a lead from who has it needs what taking it needs (D9).
    pub(super) fn may_take(&mut self, before: &Lead, after: &Lead) -> Result<(), Refusal> {
        let me = self.desk.scope.actor();
        if self.found.change.actor == me {
            return Ok(());
        }
        if before.owner != after.owner && before.owner.as_ref().is_some_and(|owner| *owner != me) {
            self.desk.require(Capability::Reassign)?;
        }
        let now = self.desk.now;
        if before.claim != after.claim && before.live_claim(now).is_some_and(|claim| claim.by != me) {
            self.desk.require(Capability::Assign)?;
        }
        Ok(())
    }

    /// Whether the lead, as it will be, goes together with what stands.
    pub(super) fn fits(&self, before: &Lead, after: &Lead) -> Result<(), Halt> {
        let record = Record::name(after);
        let Some(stage) = self.pipeline(after).known(&after.stage) else {
            let given = after.stage.to_string();
            return Err(Refusal::NoSuch { thing: Thing::Stage, given, suggestions: Vec::new() }.into());
        };
        let claim = after.live_claim(self.desk.now).filter(|_| before.claim != after.claim);
        if let Some(claim) = claim {
            let changed = self.users.iter().find(|user| user.login == claim.by);
            let holder = changed.or_else(|| self.desk.office.people.get(&claim.by));
            if holder.is_some_and(|holder| holder.disabled_at.is_some()) {
                return Err(self.in_the_way(&format!("user/{}", claim.by), "disabled_at").into());
            }
            let field = match () {
                () if after.owner.is_some() => Some("owner"),
                () if stage.kind != StageKind::Open => Some("stage"),
                () if after.trashed_at.is_some() => Some("trashed_at"),
                () => None,
            };
            if let Some(field) = field {
                return Err(self.in_the_way(&record, field).into());
            }
        }
        if let Some(id) = after.customer.filter(|_| after.trashed_at.is_none()) {
            let customer = match self.customers.get(&id) {
                Some(customer) => Some(customer.clone()),
                None => self.desk.record::<Customer>(&Key::new().number(id))?,
            };
            if customer.is_some_and(|customer| customer.removed_at.is_some()) {
                return Err(self.in_the_way(&format!("customer/{id}"), "removed_at").into());
            }
        }
        if before.converted_at.is_some() && after.converted_at.is_none() {
            self.has_no_deal(after.id)?;
        }
        Ok(())
    }

    /// A deal that was started since stays linked to a converted lead (D7).
    fn has_no_deal(&self, lead: LeadId) -> Result<(), Halt> {
        for id in self.found.deals.get(&lead).into_iter().flatten() {
            let deal = match self.deals.get(id) {
                Some(deal) => Some(deal.clone()),
                None => self.desk.record::<Deal>(&Key::new().number(*id))?,
            };
            if deal.is_some_and(|deal| deal.lead == lead && deal.removed_at.is_none()) {
                return Err(self.in_the_way(&format!("deal/{id}"), BORN).into());
            }
        }
        Ok(())
    }

    /// The last one who may administer the store stays.
    pub(super) fn keeps_an_admin(&self) -> Result<(), Refusal> {
        match self.users.first() {
            Some(user) if !self.desk.office.keeps_an_admin(&self.users) => {
                Err(Refusal::LastAdmin { login: user.login.clone() })
            }
            _ => Ok(()),
        }
    }
}

/// The field by which a record's making is named.
const BORN: &str = "created_at";
