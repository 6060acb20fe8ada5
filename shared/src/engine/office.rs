//! What every request needs to know besides the leads: people, pipelines, policy.
//!
//! Loaded once for a request and never changed while it runs.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::tz::TimeZone;

use super::catalogue::Catalogue;
use super::halt::Halt;
use super::scope::Scope;
use crate::domain::likeness::near;
use crate::domain::policy::Policy;
use crate::domain::refusal::{Refusal, Thing};
use crate::domain::request::{Call, Caller};
use crate::domain::user::{Login, User};
use crate::domain::{capability::Capability, email, lead::Lead, name, text};
use crate::store::{Store, StoreFault, TypedStore};

/// The firm as one request finds it.
pub(super) struct Office {
    pub(super) policy: Arc<Policy>,
    pub(super) catalogue: Arc<Catalogue>,
    pub(super) people: BTreeMap<Login, User>,
}

impl Office {
    /// Reads the people; policy and pipelines are at hand.
    pub(super) fn load(
        store: &dyn Store,
        policy: Arc<Policy>,
        catalogue: Arc<Catalogue>,
    ) -> Result<Self, StoreFault> {
        let mut people = BTreeMap::new();
        store.all::<User>(&mut |user| {
            people.insert(user.login.clone(), user);
            Ok(std::ops::ControlFlow::Continue(()))
        })?;
        Ok(Self { policy, catalogue, people })
    }

    /// Who is on the line, and with whose rights (U2, U3).
    ///
    /// # Errors
    /// A stranger and a disabled user are refused; `--as` needs `admin`.
    pub(super) fn scope(&self, call: &Call) -> Result<Scope, Halt> {
        let Caller::Account(account) = &call.caller else {
            return Ok(Scope::system(self.policy.team.zone.clone()));
        };
        let real = self.people.values().find(|user| user.account == *account);
        let real = real.ok_or_else(|| Refusal::Stranger { account: account.clone() })?;
        let scope = self.scope_of(real, None)?;
        match &call.as_user {
            Some(typed) if !name::same(typed, real.login.as_str()) => {
                scope.require(Capability::Admin)?;
                let user = self.person(typed)?;
                self.scope_of(user, Some(real.login.clone())).map_err(Halt::from)
            }
            _ => Ok(scope),
        }
    }

    fn scope_of(&self, user: &User, via: Option<Login>) -> Result<Scope, Refusal> {
        if user.disabled_at.is_some() {
            return Err(Refusal::Disabled { login: user.login.clone() });
        }
        let may = user.capabilities(self.catalogue.default());
        Ok(Scope::new(user.clone(), via, may, self.zone(user)))
    }

    /// What somebody sees, for mail to them.
    pub(super) fn eyes_of(&self, user: &User) -> Scope {
        Scope::new(user.clone(), None, user.capabilities(self.catalogue.default()), self.zone(user))
    }

    /// The user that was typed: by login, by address, or by a name that one of them has.
    ///
    /// # Errors
    /// [`Refusal::NoSuch`], with who it may have been.
    pub(super) fn person(&self, typed: &str) -> Result<&User, Refusal> {
        let by_login = self.people.values().find(|user| name::same(typed, user.login.as_str()));
        let by_address =
            || self.only(|user| user.email.as_deref().map(email::key) == Some(email::key(typed)));
        let by_name = || self.only(|user| text::fold(&user.name) == text::fold(typed.trim()));
        by_login.or_else(by_address).or_else(by_name).ok_or_else(|| {
            let known = self.people.keys().map(Login::as_str);
            Refusal::NoSuch {
                thing: Thing::User,
                given: typed.to_owned(),
                suggestions: near(typed, known).into_iter().map(str::to_owned).collect(),
            }
        })
    }

    /// The user of whom it is true, if it is so of one alone.
    fn only(&self, is_meant: impl Fn(&User) -> bool) -> Option<&User> {
        let mut meant = self.people.values().filter(|user| is_meant(user));
        meant.next().filter(|_| meant.next().is_none())
    }

    /// Whether somebody may administer the store, once these users are so.
    pub(super) fn keeps_an_admin(&self, changed: &[User]) -> bool {
        let pipeline = self.catalogue.default();
        self.people.values().any(|user| {
            let user = changed.iter().find(|one| one.login == user.login).unwrap_or(user);
            user.capabilities(pipeline).contains(&Capability::Admin)
        })
    }

    /// The zone somebody lives in: their own, else the team's (T3).
    pub(super) fn zone(&self, user: &User) -> TimeZone {
        let own = user.zone.as_deref().and_then(|zone| TimeZone::get(zone).ok());
        own.unwrap_or_else(|| self.policy.team.zone.clone())
    }

    /// The zone of whoever has that login, the team's if nobody has.
    pub(super) fn zone_of(&self, login: &Login) -> TimeZone {
        self.people.get(login).map_or_else(|| self.policy.team.zone.clone(), |user| self.zone(user))
    }

    /// Who is told of a lead whose assignee is this: the assignee if mail reaches them, else
    /// `reminders.unassigned`, else those who may most (daemon.md §2).
    pub(super) fn told(&self, assignee: Option<&Login>) -> Vec<&User> {
        let assignee = assignee.and_then(|login| self.people.get(login));
        if let Some(user) = assignee.filter(|user| user.gets_mail()) {
            return vec![user];
        }
        self.managing(&|_| true)
    }

    /// Those of `reminders.unassigned` whom mail reaches and who are meant, else of those who may most.
    fn managing(&self, is_meant: &dyn Fn(&User) -> bool) -> Vec<&User> {
        let is_told = |user: &&User| user.gets_mail() && is_meant(user);
        let named = self.policy.reminders.unassigned.iter().flat_map(|entry| self.named(entry));
        let mut told: Vec<&User> = Vec::new();
        for user in named.filter(is_told) {
            if !told.iter().any(|known| known.login == user.login) {
                told.push(user);
            }
        }
        if told.is_empty() {
            told = self.in_role(&self.catalogue.default().chief_role().id).filter(is_told).collect();
        }
        told
    }

    /// Who else minds that a lead is followed up: not its assignee (daemon.md §2).
    pub(super) fn minding(&self, lead: &Lead, now: jiff::Timestamp) -> Vec<&User> {
        let assignee = lead.assignee(now);
        self.managing(&|user| Some(&user.login) != assignee)
    }

    /// How long before the end of a claim on the lead its holder is told.
    pub(super) fn warn_before(&self, lead: &Lead) -> jiff::SignedDuration {
        let own = self.catalogue.get(&lead.pipeline).claim.warn_before;
        own.unwrap_or(self.policy.claims.warn_before)
    }

    /// Who is told of this lead now.
    pub(super) fn told_of(&self, lead: &Lead, now: jiff::Timestamp) -> Vec<&User> {
        self.told(lead.assignee(now))
    }

    /// Where somebody's mail goes: a user's address, or the address itself.
    pub(super) fn address_of(&self, login: &Login) -> Option<String> {
        match self.people.get(login) {
            Some(user) => user.email.clone(),
            None => login.is_address().then(|| login.to_string()),
        }
    }

    pub(super) fn named<'a>(&'a self, entry: &'a str) -> Box<dyn Iterator<Item = &'a User> + 'a> {
        match entry.strip_prefix("role:") {
            Some(role) => Box::new(self.in_role(role)),
            None => Box::new(self.people.values().filter(move |user| name::same(user.login.as_str(), entry))),
        }
    }

    fn in_role<'a>(&'a self, role: &'a str) -> impl Iterator<Item = &'a User> {
        self.people.values().filter(move |user| name::same(&user.role, role))
    }
}
