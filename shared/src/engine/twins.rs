//! Who has the address or the number of a new lead already (A5).
//!
//! Found by scans before the transaction and looked at again inside of it, where the rows before this one
//! are there as well. Who is meant by whom is for the caller to say: see `add` and `row`.

use std::collections::BTreeMap;

use super::desk::Desk;
use super::office::Office;
use super::request::with_key;
use super::views;
use crate::domain::lead::{CustomerId, Lead, LeadId, successor};
use crate::domain::request::NewLead;
use crate::domain::{email, phone};
use crate::store::{Index, Store, StoreFault, Typed};

/// See the module.
#[derive(Default)]
pub(super) struct Twins {
    pub(super) leads: Vec<LeadId>,
    pub(super) customers: Vec<CustomerId>,
    /// The notes that those leads have, where they were looked for.
    notes: BTreeMap<LeadId, String>,
}

impl Twins {
    /// Looks for whoever has the address or the number of a lead that is to be added.
    pub(super) fn find(store: &dyn Store, office: &Office, new: &NewLead) -> Result<Self, StoreFault> {
        let mut twins = Self::default();
        if let Some(key) = new.email.as_deref().map(email::key) {
            with_key(store, Index::LeadEmail, &key, &mut twins.leads)?;
            with_key(store, Index::CustomerEmail, &key, &mut twins.customers)?;
        }
        let country = office.policy.team.country.as_deref();
        let phone = new.phone.as_deref().and_then(|typed| phone::parse(typed, country).ok());
        if let Some(key) = phone.map(|phone| phone.key()) {
            with_key(store, Index::LeadPhone, &key, &mut twins.leads)?;
            with_key(store, Index::CustomerPhone, &key, &mut twins.customers)?;
        }
        Ok(twins)
    }

    /// Takes note of what those leads have as notes.
    pub(super) fn find_notes(&mut self, store: &dyn Store) -> Result<(), StoreFault> {
        for id in &self.leads {
            if let Some(lead) = successor(*id, |id| store.lead(id))? {
                self.notes.insert(lead.id, views::notes(store, &lead)?);
            }
        }
        Ok(())
    }

    /// The notes of one of them, with what this request wrote on top.
    pub(super) fn notes_of(&self, desk: &Desk<'_>, id: LeadId) -> String {
        let fresh = views::render(&desk.notes_on(id));
        let stored = self.notes.get(&id).map_or("", String::as_str);
        [fresh.as_str(), stored].into_iter().filter(|notes| !notes.is_empty()).collect::<Vec<_>>().join("\n")
    }

    /// Those of the leads that are the same, and are there for this request: in lists and for the caller's
    /// eyes, or rows of the import at work. Each once, the oldest first.
    pub(super) fn known(
        &self,
        desk: &Desk<'_>,
        is_same: impl Fn(&Lead) -> bool,
    ) -> Result<Vec<Lead>, StoreFault> {
        let is_there = |lead: &Lead| {
            if lead.staged {
                return desk.import.is_some() && lead.import == desk.import && lead.trashed_at.is_none();
            }
            lead.is_listed() && sees(desk, lead)
        };
        self.found(desk, is_same, is_there)
    }

    /// Those of the leads that are the same, and were in the trash before this request.
    pub(super) fn in_trash(
        &self,
        desk: &Desk<'_>,
        is_same: impl Fn(&Lead) -> bool,
    ) -> Result<Vec<Lead>, StoreFault> {
        let is_there = |lead: &Lead| lead.trashed_at.is_some() && !lead.staged && sees(desk, lead);
        self.found(desk, is_same, is_there)
    }

    /// Whoever was merged is known by their old address, too.
    fn found(
        &self,
        desk: &Desk<'_>,
        is_same: impl Fn(&Lead) -> bool,
        is_there: impl Fn(&Lead) -> bool,
    ) -> Result<Vec<Lead>, StoreFault> {
        // No scan has found what this request did. Looked at where it lies: each row of an import looks.
        let kept = desk.kept_leads().filter(|lead| is_same(lead)).map(|lead| lead.id);
        let kept = kept.filter(|id| !self.leads.contains(id));
        let mut found: Vec<Lead> = Vec::new();
        for id in self.leads.iter().copied().chain(kept) {
            if !desk.peek(id)?.is_some_and(|twin| is_same(&twin)) {
                continue;
            }
            let lead = successor(id, |id| desk.peek(id))?.filter(&is_there);
            found.extend(lead.filter(|lead| !found.iter().any(|one| one.id == lead.id)));
        }
        Ok(found)
    }
}

fn sees(desk: &Desk<'_>, lead: &Lead) -> bool {
    desk.scope.sees(lead, desk.pipeline(lead), desk.now)
}
