//! One request from the queue: scoped, prepared, carried out in one transaction, answered.
//!
//! Called by the writer's thread alone. A request that made a change before is answered from that
//! change again.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::desk::Desk;
use super::halt::Halt;
use super::office::Office;
use super::request::{self, Answer, Done};
use super::scope::Scope;
use super::{Inner, purge, views};
use crate::domain::lead::{Lead, LeadId};
use crate::domain::refusal::Flaw;
use crate::domain::reply::{LeadResult, Outcome, Reply, Settled};
use crate::domain::request::{Ask, Call, Request};
use crate::domain::view::LeadView;
use crate::store::{Finish, Store, StoreFault, Typed};

/// What a transaction did.
#[derive(Default)]
struct Work {
    answer: Option<Answer>,
    /// The leads as they will stand.
    leads: BTreeMap<LeadId, Lead>,
    /// The notes it wrote, by lead, newest first.
    notes: BTreeMap<LeadId, Vec<(String, String)>>,
    committed: bool,
    /// The store's pipelines are others now.
    pipelines: bool,
}

impl Inner {
    /// Carries out one request in one transaction; true with what it committed, which is not yet
    /// on the disk.
    pub(super) fn perform(&self, call: &Call, ask: &Ask, now: Timestamp) -> (Outcome, bool) {
        match self.try_perform(call, ask, now) {
            Ok((reply, committed)) => (Outcome::Ok(reply), committed),
            Err(Halt::Refused(refusal)) => (Outcome::Refused(refusal), false),
            Err(Halt::Fault(fault)) => (Outcome::Fault(fault.to_string()), false),
        }
    }

    fn try_perform(&self, call: &Call, ask: &Ask, now: Timestamp) -> Result<(Reply, bool), Halt> {
        if let Request::Import(step) = &ask.request
            && ask.dry_run
        {
            return Ok((self.try_step(call, ask, step, now)?, false));
        }
        let office = self.office()?;
        let scope = office.scope(call)?;
        if !is_request_id(&ask.id) {
            let flaw = Flaw::new("is not up to 64 letters, digits and `-`");
            return Err(flaw.of("request id", ask.id.chars().take(64).collect::<String>()).into());
        }
        let work = match self.store.change_of_request(&scope.actor(), &ask.id)? {
            Some(number) => self.repeat(&scope, number)?,
            None => match &ask.request {
                Request::Configure { key, value } => {
                    let change = self.configure(&scope, call, key, value.as_deref(), ask.dry_run, now)?;
                    Work { answer: Some(Answer::Setting(change)), ..Work::default() }
                }
                _ => self.work(&office, &scope, ask, now)?,
            },
        };
        let committed = work.committed;
        if let Some(Answer::Purged(purged)) = work.answer.as_ref().filter(|_| !ask.dry_run) {
            // What is on the disk goes only once the commit is there that says so.
            self.store.sync()?;
            purge::remove_bytes(&self.dir, &purged.mails)?;
        }
        let office = if work.pipelines { self.office()? } else { office };
        let speaker = Speaker { store: &*self.store, office: &office, scope: &scope, ask, now, work: &work };
        Ok((speaker.reply()?, committed))
    }

    fn work(&self, office: &Office, scope: &Scope, ask: &Ask, now: Timestamp) -> Result<Work, Halt> {
        let prepared = request::prepare(&*self.store, office, scope, ask, now)?;
        let mut done: Result<Work, Halt> = Ok(Work::default());
        self.store.transact(&mut |txn| {
            let mut desk = Desk::new(txn, office, scope, now);
            match request::carry_out(&mut desk, ask, &prepared) {
                Err(Halt::Fault(fault)) => return Err(fault),
                Err(refused) => done = Err(refused),
                Ok(answer) => {
                    let leads = desk.kept_leads().map(|lead| (lead.id, lead.clone())).collect();
                    let committed = !ask.dry_run && !desk.is_empty();
                    let notes = if committed { BTreeMap::new() } else { desk.notes() };
                    let pipelines = committed && desk.changes_pipelines();
                    if committed {
                        desk.commit(ask, ask.request.verb(), answer.to_stored())?;
                    }
                    done = Ok(Work { answer: Some(answer), leads, notes, committed, pipelines });
                }
            }
            Ok(if matches!(&done, Ok(work) if work.committed) { Finish::Commit } else { Finish::Drop })
        })?;
        if matches!(&done, Ok(work) if work.pipelines) {
            self.reload_pipelines()?;
        }
        done
    }

    /// What a request did when it was asked the first time.
    fn repeat(&self, scope: &Scope, number: u64) -> Result<Work, Halt> {
        let stored = self.store.change(number)?.filter(|change| change.actor == scope.actor());
        let answer = stored.and_then(|change| serde_json::from_value(change.answer).ok());
        let answer = answer.ok_or_else(|| {
            StoreFault::Database(format!("change {number} does not tell what was answered to its request"))
        })?;
        Ok(Work { answer: Some(answer), ..Work::default() })
    }
}

/// Request ids are keys of the store: short and plain.
fn is_request_id(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Puts an answer together from what was done and what the caller may see.
struct Speaker<'a> {
    store: &'a dyn Store,
    office: &'a Office,
    scope: &'a Scope,
    ask: &'a Ask,
    now: Timestamp,
    work: &'a Work,
}

impl Speaker<'_> {
    fn reply(&self) -> Result<Reply, StoreFault> {
        let answer = self.work.answer.clone();
        Ok(match answer.ok_or_else(|| StoreFault::Database("a transaction did no work".to_owned()))? {
            Answer::Customer(id) => Reply::Customer(id),
            Answer::User(change) => Reply::User(change),
            Answer::Setting(change) => Reply::Setting(change),
            Answer::Deal { id, lead } => Reply::Deal { id, lead },
            Answer::Filed(filed) => Reply::Filed(filed),
            Answer::Duty { done, decided, mails } => Reply::Duty { done, decided, mails },
            Answer::Purged(purged) => Reply::Purged(purged),
            Answer::Imported(imported) => Reply::Imported(imported),
            Answer::Undone { undoing, leads } => {
                let leads = leads.into_iter().map(|done| self.result(done)).collect::<Result<_, _>>()?;
                Reply::Undone { undoing, leads }
            }
            Answer::Leads(results) => {
                Reply::Leads(results.into_iter().map(|done| self.result(done)).collect::<Result<_, _>>()?)
            }
        })
    }

    fn result(&self, done: Done) -> Result<LeadResult, StoreFault> {
        let lead = match self.work.leads.get(&done.lead) {
            Some(lead) => Some(lead.clone()),
            None => self.store.lead(done.lead)?,
        };
        // Who was refused is told no name they may not see; who did it saw the lead before.
        let is_refused = matches!(done.settled, Settled::Refused(_));
        let eyes = |lead: &Lead| self.scope.sees(lead, self.office.catalogue.get(&lead.pipeline), self.now);
        let lead = lead.filter(|lead| !is_refused || eyes(lead));
        let view = match lead.as_ref().filter(|lead| self.ask.want_views && !is_refused && eyes(lead)) {
            Some(lead) => Some(Box::new(self.view(lead)?)),
            None => None,
        };
        let name = lead.map(|lead| lead.name).unwrap_or_default();
        Ok(LeadResult { lead: done.lead, name, settled: done.settled, hints: done.hints, view })
    }

    /// A lead with its notes; those that only a dry run wrote stand on top.
    fn view(&self, lead: &Lead) -> Result<LeadView, StoreFault> {
        let stored = views::notes(self.store, lead)?;
        let fresh = views::render(self.work.notes.get(&lead.id).map_or(&[], Vec::as_slice));
        let both: Vec<&str> = [&*fresh, &*stored].into_iter().filter(|notes| !notes.is_empty()).collect();
        Ok(LeadView { notes: Some(both.join("\n")), ..views::lead(self.office, self.scope, lead, self.now) })
    }
}
