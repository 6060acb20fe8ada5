//! Users added and changed, granted and disabled (U1, U4, A13).
//!
//! Whatever is done, somebody stays who may administer the store.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use super::act::Act;
use super::add::{address, line};
use super::desk::Desk;
use super::halt::Halt;
use super::office::Office;
use crate::config::zone;
use crate::domain::activity::Event;
use crate::domain::capability::Capability;
use crate::domain::lead::LeadId;
use crate::domain::name;
use crate::domain::pipeline::{Pipeline, StageKind};
use crate::domain::refusal::{Flaw, Refusal, Thing};
use crate::domain::reply::UserChange;
use crate::domain::request::{NewUser, UserDeed, UserEdit};
use crate::domain::user::{Login, User};
use crate::store::{Index, Key, Store, StoreFault, Table, TypedStore};

/// The leads that hang on a user, found by scans.
#[derive(Default)]
pub(super) struct Hanging {
    /// With a claim of theirs.
    claimed: Vec<LeadId>,
    /// That name them as the owner.
    owned: Vec<LeadId>,
}

impl Hanging {
    /// Looks for them; none of somebody unknown.
    pub(super) fn find(store: &dyn Store, office: &Office, typed: &str) -> Result<Self, StoreFault> {
        let Ok(user) = office.person(typed) else { return Ok(Self::default()) };
        Ok(Self {
            claimed: claimed(store, &user.login)?,
            owned: under(store, Index::LeadOwner, &user.login)?,
        })
    }
}

/// The leads that a user holds by a claim, live or not yet recorded as lapsed.
pub(super) fn claimed(store: &dyn Store, login: &Login) -> Result<Vec<LeadId>, StoreFault> {
    under(store, Index::LeadClaimHolder, login)
}

/// The leads under a login in an index.
pub(super) fn under(store: &dyn Store, index: Index, login: &Login) -> Result<Vec<LeadId>, StoreFault> {
    let mut leads = Vec::new();
    store.visit_numbers(&Key::index(index).text(login.as_str()).span(Table::Index), &mut |id| {
        leads.push(id);
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(leads)
}

/// Adds a user. The role is the default pipeline's least one unless told; the account is the login.
pub(super) fn add_user(desk: &mut Desk<'_>, new: &NewUser) -> Result<UserChange, Halt> {
    desk.require(Capability::Admin)?;
    let login = name::login(&new.login).map_err(|flaw| flaw.of("login", &new.login))?;
    let is_taken = |user: &User| name::same(user.login.as_str(), &login);
    if desk.office.people.values().any(is_taken) || name::same(&login, Login::SYSTEM) {
        return Err(Refusal::Exists { thing: Thing::User, name: login }.into());
    }
    let pipeline = desk.office.catalogue.default();
    let least = pipeline.roles.iter().min_by_key(|role| role.capabilities.len());
    let mut user = User {
        login: Login(login.clone()),
        revision: 0,
        name: login.clone(),
        email: None,
        role: least.map(|role| role.id.clone()).unwrap_or_default(),
        zone: None,
        account: login,
        granted: BTreeSet::new(),
        revoked: BTreeSet::new(),
        created_at: desk.now,
        disabled_at: None,
        paused_at: None,
        unknown: Default::default(),
    };
    fill(desk, pipeline, &mut user, &new.values)?;
    let login = user.login.clone();
    desk.keep_user(None, user, Act::new(Event::UserChanged).action("user add"));
    Ok(UserChange::of(login, true))
}

/// Changes a user; what is so already is not written again.
///
/// # Errors
/// Who may not; an unknown user or value; the last one who may administer the store stays so.
pub(super) fn change_user(
    desk: &mut Desk<'_>,
    typed: &str,
    deed: &UserDeed,
    hanging: &Hanging,
) -> Result<UserChange, Halt> {
    desk.require(Capability::Admin)?;
    let login = desk.office.person(typed)?.login.clone();
    let before = desk.user(&login)?.unwrap_or_else(|| desk.office.people[&login].clone());
    let pipeline = desk.office.catalogue.default();
    let mut user = before.clone();
    match deed {
        UserDeed::Edit(edit) => fill(desk, pipeline, &mut user, edit)?,
        UserDeed::Disable => user.disabled_at = user.disabled_at.or(Some(desk.now)),
        UserDeed::Enable => user.disabled_at = None,
        UserDeed::Grant(words) => {
            for capability in capabilities(words)? {
                user.revoked.remove(&capability);
                if !role_holds(pipeline, &user, capability) {
                    user.granted.insert(capability);
                }
            }
        }
        UserDeed::Revoke(words) => {
            for capability in capabilities(words)? {
                user.granted.remove(&capability);
                if role_holds(pipeline, &user, capability) {
                    user.revoked.insert(capability);
                }
            }
        }
    }
    let mut change = UserChange::of(login.clone(), user != before);
    if change.changed {
        if !desk.office.keeps_an_admin(std::slice::from_ref(&user)) {
            return Err(Refusal::LastAdmin { login }.into());
        }
        desk.keep_user(Some(&before), user.clone(), Act::new(Event::UserChanged).action(deed.verb()));
    }
    if user.disabled_at.is_some() {
        if change.changed {
            change.ended = end_claims(desk, &login, &hanging.claimed, deed.verb())?;
        }
        change.owns = still_named(desk, &login, &hanging.owned)?;
    }
    Ok(change)
}

/// Ends a user's live claims among these leads; how many there were. Nobody is told: who was disabled
/// gets no mail (R5).
fn end_claims(desk: &mut Desk<'_>, login: &Login, leads: &[LeadId], verb: &str) -> Result<u64, Halt> {
    let mut ended = 0;
    for id in leads {
        let Some(mut lead) = desk.peek(*id)? else { continue };
        if lead.live_claim(desk.now).is_some_and(|claim| claim.by == *login) {
            desk.amend(&mut lead, Act::new(Event::ClaimReleased).action(verb), |lead| lead.claim = None);
            desk.keep(lead);
            ended += 1;
        }
    }
    Ok(ended)
}

/// How many of these leads are open, for the caller's eyes, and name the user as their owner.
fn still_named(desk: &Desk<'_>, login: &Login, leads: &[LeadId]) -> Result<u64, StoreFault> {
    let mut count = 0;
    for id in leads {
        let Some(lead) = desk.peek(*id)? else { continue };
        let is_open = lead.is_listed() && desk.stage(&lead).kind == StageKind::Open;
        let is_seen = desk.scope.sees(&lead, desk.pipeline(&lead), desk.now);
        count += u64::from(is_open && is_seen && lead.owner.as_ref() == Some(login));
    }
    Ok(count)
}

/// The capabilities that these words mean.
fn capabilities(words: &[String]) -> Result<BTreeSet<Capability>, Refusal> {
    let mut meant = BTreeSet::new();
    for typed in words {
        meant.extend(Capability::expand(typed).ok_or_else(|| {
            Flaw::new("is none").meaning(typed, Capability::known()).of("capability", typed)
        })?);
    }
    Ok(meant)
}

fn role_holds(pipeline: &Pipeline, user: &User, capability: Capability) -> bool {
    pipeline.role(&user.role).is_some_and(|role| role.capabilities.contains(&capability))
}

fn fill(desk: &Desk<'_>, pipeline: &Pipeline, user: &mut User, values: &UserEdit) -> Result<(), Refusal> {
    if let Some(typed) = &values.name {
        user.name = line("name", typed)?;
    }
    if let Some(typed) = &values.email {
        user.email = Some(address(typed)?);
    }
    if let Some(typed) = &values.role {
        let role = pipeline.role(typed).ok_or_else(|| {
            let known = pipeline.roles.iter().map(|role| role.id.as_str());
            Flaw::new("is not a role").meaning(typed, known).of("role", typed)
        })?;
        user.role.clone_from(&role.id);
    }
    if let Some(typed) = &values.zone {
        let zone = zone(typed).map_err(|flaw| flaw.of("zone", typed))?;
        user.zone = zone.iana_name().map(str::to_owned);
    }
    if let Some(typed) = &values.account {
        user.account = line("account", typed)?;
    }
    if let Some(paused) = values.paused {
        user.paused_at = paused.then(|| user.paused_at.unwrap_or(desk.now));
    }
    let twin =
        desk.office.people.values().find(|other| other.login != user.login && other.account == user.account);
    match twin {
        Some(other) => {
            let flaw = Flaw::new(format!("is the account of `{}`", other.login));
            Err(flaw.hint("give each user an account with `--account`").of("account", &user.account))
        }
        None => Ok(()),
    }
}
