//! Whose turn it is to be given a lead: counted before a request, kept up while it gives.
//!
//! By turns go the users who may work leads and are neither disabled nor paused; who administers the
//! store only where no other user is there to work. The fewest open leads come first, then who has
//! been given none for longest.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use jiff::Timestamp;

use super::office::Office;
use super::people::{claimed, under};
use crate::domain::activity::Activity;
use crate::domain::capability::Capability;
use crate::domain::lead::Lead;
use crate::domain::pipeline::StageKind;
use crate::domain::user::{Login, User};
use crate::store::{Index, Key, Store, StoreFault, Table, Typed};

/// How one user stands.
#[derive(Clone, Copy, Debug, Default)]
struct Turn {
    /// Open leads of which they are the assignee.
    open: u64,
    /// Where in the history a lead was last made theirs; 0 for never.
    last: u64,
}

/// How those stand who go by turns.
#[derive(Clone, Debug, Default)]
pub(super) struct Turns {
    users: BTreeMap<Login, Turn>,
    /// Beyond the end of the history: what this request gave.
    given: u64,
}

impl Turns {
    /// Counts.
    pub(super) fn find(store: &dyn Store, office: &Office, now: Timestamp) -> Result<Self, StoreFault> {
        let mut turns = Self { users: BTreeMap::new(), given: u64::MAX / 2 };
        let going = going(office);
        for user in &going {
            let mut leads = under(store, Index::LeadOwner, &user.login)?;
            leads.extend(claimed(store, &user.login)?);
            leads.sort_unstable();
            leads.dedup();
            let mut open = 0;
            for id in leads {
                let lead = store.lead(id)?;
                open += u64::from(lead.is_some_and(|lead| counts(office, &lead, &user.login, now)));
            }
            turns.users.insert(user.login.clone(), Turn { open, last: 0 });
        }
        turns.look_back(store, going.iter().map(|user| (user.login.clone(), user.created_at)).collect())?;
        Ok(turns)
    }

    /// Finds in the history, from its end, when each was last made an owner. No entry from before
    /// somebody was there names them.
    fn look_back(
        &mut self,
        store: &dyn Store,
        mut sought: BTreeMap<Login, Timestamp>,
    ) -> Result<(), StoreFault> {
        let mut span = Key::new().until(Key::new().number(u64::MAX), Table::Activity);
        span.backwards = true;
        store.scan(&span, &mut |key, _| {
            let Some(seq) = Key::last_number(key) else { return Ok(ControlFlow::Continue(())) };
            let Some(activity) = store.activity(seq)? else { return Ok(ControlFlow::Continue(())) };
            if sought.values().all(|born| activity.at < *born) {
                return Ok(ControlFlow::Break(()));
            }
            for owner in owners(store, &activity)? {
                if sought.remove(&owner).is_some()
                    && let Some(turn) = self.users.get_mut(&owner)
                {
                    turn.last = seq;
                }
            }
            Ok(ControlFlow::Continue(()))
        })
    }

    /// Whose turn it is for a lead. Who has it already keeps it where nobody has fewer besides.
    pub(super) fn next(&self, present: Option<&Login>, is_open: bool) -> Option<Login> {
        let standing = |(login, turn): &(&Login, &Turn)| {
            let has_it = present == Some(*login);
            (turn.open.saturating_sub(u64::from(has_it && is_open)), !has_it, turn.last)
        };
        self.users.iter().min_by_key(standing).map(|(login, _)| login.clone())
    }

    /// Takes note that a lead went from one to another.
    pub(super) fn gave(&mut self, from: Option<&Login>, to: &Login, is_open: bool) {
        if let Some(turn) = from.and_then(|from| self.users.get_mut(from)) {
            turn.open = turn.open.saturating_sub(u64::from(is_open));
        }
        self.given += 1;
        if let Some(turn) = self.users.get_mut(to) {
            turn.open += u64::from(is_open);
            turn.last = self.given;
        }
    }
}

/// Who goes by turns.
fn going(office: &Office) -> Vec<&User> {
    let pipeline = office.catalogue.default();
    let works = |user: &&User| user.capabilities(pipeline).contains(&Capability::Work);
    let administers = |user: &&User| user.capabilities(pipeline).contains(&Capability::Admin);
    let (chiefs, others): (Vec<&User>, Vec<&User>) =
        office.people.values().filter(works).partition(administers);
    let going = if others.is_empty() { chiefs } else { others };
    going.into_iter().filter(|user| user.paused_at.is_none()).collect()
}

fn counts(office: &Office, lead: &Lead, login: &Login, now: Timestamp) -> bool {
    let kind = office.catalogue.get(&lead.pipeline).stage(&lead.stage).kind;
    kind == StageKind::Open && lead.is_listed() && lead.assignee(now) == Some(login)
}

/// Whom an entry of the history made an owner.
fn owners(store: &dyn Store, activity: &Activity) -> Result<Vec<Login>, StoreFault> {
    if activity.lead.is_none() {
        return Ok(Vec::new());
    }
    let edits = store.content(activity.seq)?.unwrap_or_default().edits;
    let owners = edits.into_iter().filter(|edit| edit.field == "owner" && edit.record.starts_with("lead/"));
    Ok(owners.filter_map(|edit| edit.after.as_str().map(|owner| Login(owner.to_owned()))).collect())
}
