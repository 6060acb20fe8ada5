//! Records set back, checked, and laid down with the activities that say so.

mod bounds;

use std::collections::{BTreeMap, HashMap};

use indexmap::IndexMap;
use serde::Serialize;

use super::found::Found;
use super::net::{self, Touched};
use super::shelf::{Obstacle, Shelf};
use crate::domain::activity::{Activity, Edit, Event};
use crate::domain::customer::{Appointment, Customer, Deal};
use crate::domain::import::Import;
use crate::domain::lead::{CustomerId, Lead, LeadId};
use crate::domain::pipeline::{Pipeline, StageId};
use crate::domain::refusal::{Lasting, Refusal};
use crate::domain::undo::InTheWay;
use crate::domain::user::User;
use crate::engine::act::{Act, edits};
use crate::engine::deeds::claims::has_room;
use crate::engine::desk::Desk;
use crate::engine::halt::Halt;
use crate::engine::import::stages_stand;
use crate::engine::laid::Laid;
use crate::store::{Key, Record};

/// What an activity of the undo is about.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum About {
    Lead(LeadId),
    Customer(Option<CustomerId>),
}

impl About {
    fn of(lead: Option<LeadId>, customer: Option<CustomerId>) -> Self {
        lead.map_or(Self::Customer(customer), Self::Lead)
    }

    fn lead(self) -> Option<LeadId> {
        match self {
            Self::Lead(lead) => Some(lead),
            Self::Customer(_) => None,
        }
    }
}

/// One entry of the undo's own history.
#[derive(Default)]
struct Entry {
    customer: Option<CustomerId>,
    edits: Vec<Edit>,
    stages: Option<(Option<StageId>, StageId)>,
}

/// An undo at work.
pub(super) struct Back<'d, 'a, 'f> {
    desk: &'d mut Desk<'a>,
    found: &'f Found,
    entries: IndexMap<About, Entry>,
    /// The activity that touched each record first.
    first: HashMap<&'f str, &'f Activity>,
    /// Leads before and after.
    leads: Vec<(Lead, Lead)>,
    customers: BTreeMap<CustomerId, Customer>,
    deals: BTreeMap<u64, Deal>,
    users: Vec<User>,
    import: Option<Import>,
    /// The pipelines, where they are set back.
    shelf: Option<Shelf>,
}

impl<'d, 'a, 'f> Back<'d, 'a, 'f> {
    pub(super) fn new(desk: &'d mut Desk<'a>, found: &'f Found) -> Self {
        let (mut entries, mut first): (IndexMap<About, Entry>, _) = (IndexMap::new(), HashMap::new());
        for (activity, content) in &found.activities {
            let entry = entries.entry(About::of(activity.lead, activity.customer)).or_default();
            entry.customer = entry.customer.or(activity.customer);
            for edit in &content.edits {
                first.entry(edit.record.as_str()).or_insert(activity);
            }
        }
        Self {
            desk,
            found,
            entries,
            first,
            leads: Vec::new(),
            customers: BTreeMap::new(),
            deals: BTreeMap::new(),
            users: Vec::new(),
            import: None,
            shelf: None,
        }
    }

    /// Sets the store's pipelines back, before the leads that go through them.
    ///
    /// # Errors
    /// A pipeline that is not as the change left it.
    pub(super) fn pipelines(&mut self, touched: &IndexMap<String, Touched>) -> Result<(), Halt> {
        let shelf = Shelf::of(self.desk, touched)?;
        self.shelf = shelf.map_err(|Obstacle(record, field)| self.in_the_way(&record, field))?;
        let edits = self.shelf.as_ref().map(|shelf| shelf.edits.clone()).unwrap_or_default();
        for edit in edits {
            self.entry_of(&edit.record.clone()).edits.push(edit);
        }
        Ok(())
    }

    /// The pipeline of a lead, as it will be.
    fn pipeline(&self, lead: &Lead) -> &Pipeline {
        match &self.shelf {
            Some(shelf) => shelf.catalogue().get(&lead.pipeline),
            None => self.desk.pipeline(lead),
        }
    }

    /// Sets a lead back; without edits (a note) it only gets the activity.
    ///
    /// # Errors
    /// An edit in the way; a lead that would leave a final stage (D5).
    pub(super) fn lead(&mut self, id: LeadId, touched: Option<&Touched>) -> Result<(), Halt> {
        let Some(mut before) = self.desk.peek(id)? else { return Ok(()) };
        self.desk.end_lapsed(&mut before)?;
        let now = self.desk.now;
        if let Some(touched) = touched {
            self.is_its_own(before.merged_into, touched)?;
        }
        let after = match touched {
            Some(touched) => self.back(&before, touched, |lead: &mut Lead| {
                lead.trashed_at = Some(now);
                lead.claim = None;
            })?,
            None => before.clone(),
        };
        self.stays_final(&before, &after)?;
        self.may_take(&before, &after)?;
        self.put(before, after);
        Ok(())
    }

    /// Gives back a claim that ended with its holder's account, where some of its time is left and
    /// nobody has the lead; else the lead is left as it is, and false.
    pub(super) fn claim(&mut self, id: LeadId, touched: Option<&Touched>) -> Result<bool, Halt> {
        let now = self.desk.now;
        let before = self.desk.peek(id)?.filter(|lead| lead.claim.is_none());
        if let (Some(before), Some(touched)) = (before, touched)
            && before.is_in_pool(self.pipeline(&before), now)
            && let Ok(after) = net::set_back(&before, touched)?
            && after.live_claim(now).is_some()
        {
            self.put(before, after);
            return Ok(true);
        }
        self.entries.shift_remove(&About::Lead(id));
        Ok(false)
    }

    /// Ends the claims of those whom this undo disables (U4).
    fn end_claims(&mut self) -> Result<(), Halt> {
        let now = self.desk.now;
        for id in &self.found.claimed {
            let Some(before) = self.desk.peek(*id)? else { continue };
            let Some(holder) = before.live_claim(now).map(|claim| claim.by.clone()) else { continue };
            if self.users.iter().any(|user| user.login == holder && user.disabled_at.is_some()) {
                let after = Lead { claim: None, ..before.clone() };
                self.put(before, after);
            }
        }
        Ok(())
    }

    /// Puts a lead down to be laid, with the edits that make it so.
    fn put(&mut self, before: Lead, after: Lead) {
        let entry = self.entry_of(&Record::name(&before));
        entry.edits.extend(edits(Some(&before), &after));
        if before.stage != after.stage {
            entry.stages = Some((Some(before.stage.clone()), after.stage.clone()));
        }
        self.leads.push((before, after));
    }

    /// Sets back a record that is no lead.
    ///
    /// # Errors
    /// An edit in the way; a record of a kind that is not set back.
    pub(super) fn other(&mut self, touched: &Touched) -> Result<(), Halt> {
        let now = self.desk.now;
        let (kind, id) = touched.record.split_once('/').unwrap_or((&touched.record, ""));
        let number = id.parse::<u64>().unwrap_or_default();
        let key = Key::new().number(number);
        match kind {
            "customer" => {
                let stands: Option<Customer> = self.desk.record(&key)?;
                self.is_its_own(stands.and_then(|customer| customer.merged_into), touched)?;
                let away = |customer: &mut Customer| customer.removed_at = Some(now);
                let mut customer = self.set(&key, touched, away)?;
                customer.revision += 1;
                customer.changed_at = now;
                self.customers.insert(number, customer);
            }
            "deal" => {
                let mut deal = self.set(&key, touched, |deal: &mut Deal| deal.removed_at = Some(now))?;
                deal.revision += 1;
                self.deals.insert(number, deal);
            }
            "appointment" => {
                let away = |one: &mut Appointment| {
                    one.cancelled_at = Some(now);
                    one.sequence += 1;
                };
                let mut appointment = self.set(&key, touched, away)?;
                appointment.revision += 1;
                appointment.changed_at = Some(now);
                self.desk.lay(Laid::Appointment(Box::new(appointment)));
            }
            "import" => {
                if let Some((field, since)) = &self.found.since_import {
                    return Err(Refusal::InTheWay(Box::new(InTheWay {
                        change: self.found.change.number,
                        record: format!("lead/{}", since.lead.unwrap_or_default()),
                        field: field.clone(),
                        by: Some(since.clone()),
                    }))
                    .into());
                }
                let mut import = self.set(&key, touched, |_: &mut Import| {})?;
                import.revision += 1;
                if import.finished_at.is_some() {
                    stages_stand(self.desk, &import)?;
                    import.abandoned_at = None;
                } else {
                    // Its waiting rows are gone: nobody can go on with it.
                    import.abandoned_at = Some(now);
                }
                self.import = Some(import);
            }
            "user" => {
                let away = |user: &mut User| user.disabled_at = Some(now);
                let mut user = self.set(&Key::new().text(id), touched, away)?;
                user.revision += 1;
                self.users.push(user);
            }
            _ => {
                let change = self.found.change.number;
                return Err(Refusal::CannotUndo { change, why: Lasting::Kind }.into());
            }
        }
        Ok(())
    }

    /// Checks the whole and lays it down; all edits, in the order of the history.
    ///
    /// # Errors
    /// Records that would contradict each other or those that stand.
    pub(super) fn finish(mut self) -> Result<Vec<Edit>, Halt> {
        if let Some(shelf) = &self.shelf
            && let Some(Obstacle(record, field)) = shelf.obstacle(self.desk, self.found, &self.leads)?
        {
            return Err(self.in_the_way(&record, field).into());
        }
        self.end_claims()?;
        for (before, after) in &self.leads {
            self.fits(before, after)?;
        }
        self.keeps_an_admin()?;
        let mut all = Vec::new();
        let verb = self.found.change.verb.clone();
        for (about, entry) in std::mem::take(&mut self.entries) {
            all.extend(entry.edits.iter().cloned());
            let act = Act::new(Event::Undone).action(verb.clone());
            self.desk.draft(act, about.lead(), entry.customer, entry.stages, entry.edits);
        }
        for (before, after) in std::mem::take(&mut self.leads) {
            let claim = after.live_claim(self.desk.now).filter(|_| before.claim != after.claim).cloned();
            let lead = self.desk.keep(after).id;
            if let Some(claim) = claim {
                has_room(self.desk, &claim.by, lead, &self.found.claimed)?;
            }
        }
        for (_, customer) in std::mem::take(&mut self.customers) {
            self.desk.lay(Laid::Customer(Box::new(customer)));
        }
        for (_, deal) in std::mem::take(&mut self.deals) {
            self.desk.lay(Laid::Deal(Box::new(deal)));
        }
        for user in std::mem::take(&mut self.users) {
            self.desk.lay(Laid::User(Box::new(user)));
        }
        for laid in self.shelf.take().into_iter().flat_map(Shelf::into_laid) {
            self.desk.lay(laid);
        }
        // Last: what it counts are the leads that it alone puts out of sight, or into it.
        if let Some(import) = self.import.take() {
            self.desk.lay(Laid::Import(Box::new(import)));
        }
        Ok(all)
    }

    /// Loads a record, sets it back and writes its edits down.
    fn set<R: Record + Serialize + Clone>(
        &mut self,
        key: &Key,
        touched: &Touched,
        away: impl FnOnce(&mut R),
    ) -> Result<R, Halt> {
        let before: R =
            self.desk.record(key)?.ok_or_else(|| self.in_the_way(&touched.record, "created_at"))?;
        let after = self.back(&before, touched, away)?;
        let entry = self.entry_of(&touched.record);
        entry.edits.extend(edits(Some(&before), &after));
        Ok(after)
    }

    fn back<R: Record + Serialize + Clone>(
        &self,
        record: &R,
        touched: &Touched,
        away: impl FnOnce(&mut R),
    ) -> Result<R, Halt> {
        if touched.made {
            if let Some(field) = net::first_changed(record, touched)? {
                return Err(self.in_the_way(&touched.record, &field).into());
            }
            let mut gone = record.clone();
            away(&mut gone);
            return Ok(gone);
        }
        Ok(net::set_back(record, touched)?.map_err(|field| self.in_the_way(&touched.record, &field))?)
    }

    fn in_the_way(&self, record: &str, field: &str) -> Refusal {
        let by = self.found.since.get(&(record.to_owned(), field.to_owned())).cloned();
        Refusal::InTheWay(Box::new(InTheWay {
            change: self.found.change.number,
            record: record.to_owned(),
            field: field.to_owned(),
            by,
        }))
    }

    /// The entry of the activity that touched this record first.
    fn entry_of(&mut self, record: &str) -> &mut Entry {
        let own = record.strip_prefix("lead/").and_then(|id| id.parse().ok());
        let first = self.first.get(record);
        let lead = own.or(first.and_then(|activity| activity.lead));
        let customer = first.and_then(|activity| activity.customer);
        let new = || Entry { customer, ..Entry::default() };
        self.entries.entry(About::of(lead, customer)).or_insert_with(new)
    }
}
