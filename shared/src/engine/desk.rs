//! One request at work inside one transaction.
//!
//! A deed reads through the desk, changes records in hand and lays them on it; nothing reaches the
//! transaction before [`Desk::commit`], so a refused lead among many leaves no trace. Every edit
//! of the history is made here, by comparing a record with what it was.

mod pile;
mod raw;
mod records;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::act::{Act, edits};
use super::halt::Halt;
use super::laid::Laid;
use super::office::Office;
use super::scope::Scope;
use super::turns::Turns;
use crate::domain::activity::{Content, Draft, Edit, Event};
use crate::domain::capability::Capability;
use crate::domain::customer::Customer;
use crate::domain::import::{ImportId, ImportStep};
use crate::domain::lead::{CustomerId, Lead, LeadId, successor};
use crate::domain::notice::{Mail, Notice};
use crate::domain::pipeline::{Pipeline, Stage};
use crate::domain::refusal::Refusal;
use crate::domain::reply::Hint;
use crate::domain::request::{Ask, Request};
use crate::domain::user::{Login, User};
use crate::store::{NewChange, Numbered, Record, StoreFault, Txn, Typed, TypedTxn};

use pile::Pile;
pub(super) use records::{no_such, no_such_customer, no_such_lead};

/// How much lies on the desk, to go back to.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    drafts: usize,
    laid: usize,
    needs: Option<Capability>,
}

/// What a request has read and done so far.
pub(super) struct Desk<'a> {
    txn: &'a mut dyn Txn,
    pub(super) office: &'a Office,
    pub(super) scope: &'a Scope,
    pub(super) now: Timestamp,
    drafts: Vec<Draft>,
    laid: Pile,
    needs: Option<Capability>,
    undoes: Option<u64>,
    pub(super) hints: Vec<Hint>,
    /// Whose turn it is, where leads are given by turns.
    pub(super) turns: Turns,
    /// The import whose rows are taken: its leads are there for this request.
    pub(super) import: Option<ImportId>,
    /// Whether its new leads stay out of sight.
    pub(super) is_staging: bool,
}

impl<'a> Desk<'a> {
    pub(super) fn new(txn: &'a mut dyn Txn, office: &'a Office, scope: &'a Scope, now: Timestamp) -> Self {
        Self {
            txn,
            office,
            scope,
            now,
            drafts: Vec::new(),
            laid: Pile::default(),
            needs: None,
            undoes: None,
            hints: Vec::new(),
            turns: Turns::default(),
            import: None,
            is_staging: false,
        }
    }

    /// Where the desk stands, for [`Desk::back_to`].
    pub(super) fn mark(&self) -> Mark {
        Mark { drafts: self.drafts.len(), laid: self.laid.len(), needs: self.needs }
    }

    /// Takes away all that was laid since `mark`.
    pub(super) fn back_to(&mut self, mark: Mark) {
        self.drafts.truncate(mark.drafts);
        self.laid.truncate(mark.laid);
        self.needs = mark.needs;
        self.hints.clear();
    }

    /// Whether what was laid since `mark` can be seen before the import at work has ended: anything
    /// but new leads of its own.
    pub(super) fn reaches_beyond(&self, mark: Mark) -> bool {
        self.laid[mark.laid..].iter().any(|laid| !matches!(laid, Laid::Lead(lead) if lead.staged))
    }

    /// True when nothing is to be written.
    pub(super) fn is_empty(&self) -> bool {
        self.drafts.is_empty() && self.laid.is_empty()
    }

    /// # Errors
    /// Refuses who may not; the undo of this change will need the same (L9).
    pub(super) fn require(&mut self, needs: Capability) -> Result<(), Refusal> {
        self.scope.require(needs)?;
        self.needs = self.needs.max(Some(needs));
        Ok(())
    }

    /// The pipeline of a lead.
    pub(super) fn pipeline(&self, lead: &Lead) -> &'a Pipeline {
        self.office.catalogue.get(&lead.pipeline)
    }

    /// The stage of a lead.
    pub(super) fn stage(&self, lead: &Lead) -> &'a Stage {
        self.pipeline(lead).stage(&lead.stage)
    }

    /// The lead as it stands, whoever asks; what this request did to it is in it.
    pub(super) fn peek(&self, id: LeadId) -> Result<Option<Lead>, StoreFault> {
        match self.laid.lead(id) {
            Some(lead) => Ok(Some(lead.clone())),
            None => self.txn.lead(id),
        }
    }

    /// The lead by that number, its successor if it was merged, if the caller may see it. A claim
    /// that is over is recorded as lapsed with whatever happens to the lead next (A9).
    ///
    /// # Errors
    /// What the caller may not see does not exist (A13); but who tries to claim it learns who was
    /// faster (A8).
    pub(super) fn open(&mut self, id: LeadId, claiming: bool) -> Result<Lead, Halt> {
        let mut lead = successor(id, |id| self.peek(id))?.ok_or_else(|| no_such_lead(id))?;
        if !self.scope.sees(&lead, self.pipeline(&lead), self.now) {
            return Err(if claiming { self.hidden(id, &lead) } else { no_such_lead(id) }.into());
        }
        if lead.id != id {
            self.hints.push(Hint::MergedFrom(id));
        }
        self.end_lapsed(&mut lead)?;
        Ok(lead)
    }

    /// What who tries to claim hears of a lead they do not see.
    fn hidden(&self, id: LeadId, lead: &Lead) -> Refusal {
        match lead.live_claim(self.now) {
            Some(claim) if self.scope.lost_claim_to(lead, self.pipeline(lead), self.now) => {
                Refusal::Claimed { lead: id, by: claim.by.clone(), until: claim.until }
            }
            _ => no_such_lead(id),
        }
    }

    /// Records the end of a claim that is over, and tells its former holder. True if there was one.
    pub(super) fn end_lapsed(&mut self, lead: &mut Lead) -> Result<bool, Halt> {
        let Some(claim) = lead.lapsed_claim(self.now).cloned() else { return Ok(false) };
        self.amend(lead, Act::new(Event::ClaimLapsed).by_time(claim.until), |lead| lead.claim = None);
        self.tell_lapsed(lead, &claim)?;
        Ok(true)
    }

    /// Whether the caller may see a customer.
    pub(super) fn sees_customer(&self, customer: &Customer) -> Result<bool, StoreFault> {
        let mut sees_lead = false;
        for id in &customer.leads {
            let lead = self.peek(*id)?.filter(Lead::is_listed);
            sees_lead |= lead.is_some_and(|lead| self.scope.sees(&lead, self.pipeline(&lead), self.now));
        }
        Ok(self.scope.sees_customer(customer, sees_lead))
    }

    /// The customers this request made, beside those that stand in the store.
    pub(super) fn new_customers(&self) -> impl Iterator<Item = &Customer> {
        self.laid.iter().filter_map(|laid| match laid {
            Laid::Customer(customer) if customer.revision == 1 => Some(&**customer),
            _ => None,
        })
    }

    /// Changes a lead in hand and writes the activity that says so, with the edits it made.
    pub(super) fn amend(&mut self, lead: &mut Lead, act: Act, change: impl FnOnce(&mut Lead)) {
        let before = lead.clone();
        change(lead);
        let stages = act.stages.then(|| (Some(before.stage.clone()), lead.stage.clone()));
        let edits = edits(Some(&before), lead);
        self.draft(act, Some(lead.id), lead.customer, stages, edits);
    }

    /// Lays a lead down: it will be written with the commit, one revision on.
    pub(super) fn keep(&mut self, mut lead: Lead) -> Lead {
        lead.revision += 1;
        lead.changed_at = self.now;
        self.laid.push(Laid::Lead(Box::new(lead.clone())));
        lead
    }

    /// Lays a new lead down, with the activity that says so.
    pub(super) fn create(&mut self, lead: Lead, act: Act) -> Lead {
        let edits = edits(None, &lead);
        let stages = Some((None, lead.stage.clone()));
        self.draft(act, Some(lead.id), lead.customer, stages, edits);
        self.keep(lead)
    }

    /// Lays a customer down; its edits go with the activity `act`, about `lead` where there is one.
    pub(super) fn keep_customer(
        &mut self,
        before: Option<&Customer>,
        mut customer: Customer,
        lead: Option<LeadId>,
        act: Act,
    ) -> Customer {
        let edits = edits(before, &customer);
        self.draft(act, lead, Some(customer.id), None, edits);
        customer.revision += 1;
        customer.changed_at = self.now;
        self.laid.push(Laid::Customer(Box::new(customer.clone())));
        customer
    }

    /// Adds a record's edits to the latest activity; whoever calls lays the record down.
    pub(super) fn also<R: Record + Serialize>(&mut self, before: Option<&R>, after: &R) {
        if let Some(draft) = self.drafts.last_mut() {
            draft.content.edits.extend(edits(before, after));
        }
    }

    /// Adds a customer's edits to the latest activity and lays the customer down.
    pub(super) fn keep_with_last(&mut self, before: Option<&Customer>, mut customer: Customer) {
        self.also(before, &customer);
        if let Some(draft) = self.drafts.last_mut() {
            draft.customer = draft.customer.or(Some(customer.id));
        }
        customer.revision += 1;
        customer.changed_at = self.now;
        self.laid.push(Laid::Customer(Box::new(customer)));
    }

    /// Lays a user down, with the activity that says so.
    pub(super) fn keep_user(&mut self, before: Option<&User>, mut user: User, act: Act) {
        let edits = edits(before, &user);
        self.draft(act, None, None, None, edits);
        user.revision += 1;
        self.laid.push(Laid::User(Box::new(user)));
    }

    /// Lays a mail down as it now stands.
    pub(super) fn keep_mail(&mut self, mail: Mail) {
        self.laid.push(Laid::Mail(Box::new(mail)));
    }

    /// Lays a notice down.
    pub(super) fn keep_notice(&mut self, notice: Notice) {
        self.laid.push(Laid::Notice(Box::new(notice)));
    }

    /// The notice of that key, decided before or by this request.
    pub(super) fn notice(&self, key: &str) -> Result<Option<Notice>, StoreFault> {
        match self.laid.notice(key) {
            Some(notice) => Ok(Some(notice.clone())),
            None => self.txn.notice(key),
        }
    }

    /// The mail of that number.
    pub(super) fn mail(&self, id: u64) -> Result<Option<Mail>, StoreFault> {
        self.txn.mail(id)
    }

    /// Forgets a mail that was settled long ago, with its notices.
    pub(super) fn forget_mail(&mut self, mail: Mail) {
        self.laid.push(Laid::Forgotten(Box::new(mail)));
    }

    /// The store's own id.
    pub(super) fn store_id(&self) -> Result<String, StoreFault> {
        Ok(self.txn.store_id()?.unwrap_or_default())
    }

    /// The next number of a kind.
    pub(super) fn number(&mut self, of: Numbered) -> Result<u64, StoreFault> {
        self.txn.next_number(of)
    }

    /// The user as the store has it inside this transaction.
    pub(super) fn user(&self, login: &Login) -> Result<Option<User>, StoreFault> {
        self.txn.user(login)
    }

    /// Whether this request has changed the lead.
    pub(super) fn has_kept(&self, id: LeadId) -> bool {
        self.laid.lead(id).is_some()
    }

    /// The leads this request changed, as they will stand.
    pub(super) fn kept_leads(&self) -> impl Iterator<Item = &Lead> {
        self.laid.iter().filter_map(|laid| match laid {
            Laid::Lead(lead) => Some(&**lead),
            _ => None,
        })
    }

    /// The notes this request wrote on a lead, newest first, as they will be rendered.
    pub(super) fn notes_on(&self, id: LeadId) -> Vec<(String, String)> {
        self.drafts.iter().rev().filter(|draft| draft.lead == Some(id)).filter_map(note).collect()
    }

    /// All of them, by lead.
    pub(super) fn notes(&self) -> BTreeMap<LeadId, Vec<(String, String)>> {
        let mut notes: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for draft in self.drafts.iter().rev() {
            if let (Some(lead), Some(note)) = (draft.lead, note(draft)) {
                notes.entry(lead).or_default().push(note);
            }
        }
        notes
    }

    /// Writes all that lies on the desk as one change; without an activity (a mail's progress)
    /// there is nothing for the history. The step of an import is a change even so: asked again, it is
    /// answered again.
    pub(super) fn commit(self, ask: &Ask, verb: &str, answer: Value) -> Result<(), StoreFault> {
        for laid in self.laid.iter() {
            laid.write(self.txn)?;
        }
        // Rows that are only tried leave no history: it would take most of the memory they take.
        if matches!(ask.request, Request::Import(ImportStep::Rows { is_trial: true, .. })) {
            return Ok(());
        }
        if self.drafts.is_empty() && !matches!(ask.request, Request::Import(_)) {
            return Ok(());
        }
        let change = NewChange {
            request: ask.id.clone(),
            actor: self.scope.actor(),
            via: self.scope.via.clone(),
            at: self.now,
            verb: verb.to_owned(),
            needs: self.needs,
            undoes: self.undoes,
            answer,
            drafts: self.drafts,
        };
        self.txn.append(change).map(|_| ())
    }

    /// Writes an activity that edits nothing or whose edits are known.
    pub(super) fn draft(
        &mut self,
        act: Act,
        lead: Option<LeadId>,
        customer: Option<CustomerId>,
        stages: Option<(Option<crate::domain::pipeline::StageId>, crate::domain::pipeline::StageId)>,
        edits: Vec<Edit>,
    ) {
        let (at, actor) = match act.by_time_at {
            Some(at) => (at, Login::system()),
            None => (self.now, self.scope.actor()),
        };
        let stamp = act.is_note.then(|| {
            act.heading.unwrap_or_else(|| {
                let local = at.to_zoned(self.office.policy.team.zone.clone());
                format!("{} {actor}", local.strftime("%Y-%m-%d %H:%M"))
            })
        });
        let content = Content { salt: String::new(), text: act.text, stamp, outcome: act.outcome, edits };
        self.drafts.push(Draft {
            at,
            actor,
            lead,
            customer,
            event: act.event,
            action: act.action,
            stages,
            content,
        });
    }
}

/// The stamp and the text of an activity that is a note.
fn note(draft: &Draft) -> Option<(String, String)> {
    Some((draft.content.stamp.clone()?, draft.content.text.clone()?))
}
