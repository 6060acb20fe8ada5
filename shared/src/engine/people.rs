//! Users added and changed (U1), and a customer without a lead.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;

use super::act::Act;
use super::add::{address, line, optional};
use super::deeds::convert::split;
use super::desk::Desk;
use super::halt::Halt;
use crate::domain::activity::Event;
use crate::domain::capability::Capability;
use crate::domain::customer::Customer;
use crate::domain::lead::CustomerId;
use crate::domain::pipeline::{Pipeline, RecordKind};
use crate::domain::refusal::{Flaw, Refusal, Thing};
use crate::domain::request::{NewCustomer, NewUser, UserEdit};
use crate::domain::user::{Login, User};
use crate::domain::{name, phone, text};
use crate::store::Numbered;

/// Adds a user. The role is the default pipeline's least one unless told; the account is the login.
pub(super) fn add_user(desk: &mut Desk<'_>, new: &NewUser) -> Result<Login, Halt> {
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
        unknown: Default::default(),
    };
    fill(desk, pipeline, &mut user, &new.values)?;
    let login = user.login.clone();
    desk.keep_user(None, user, Act::new(Event::UserChanged).action("user add"));
    Ok(login)
}

/// Changes a user's values; false when they are so already. The last one who may `admin` keeps a
/// role that may.
pub(super) fn edit_user(desk: &mut Desk<'_>, typed: &str, edit: &UserEdit) -> Result<(Login, bool), Halt> {
    desk.require(Capability::Admin)?;
    let login = desk.office.person(typed)?.login.clone();
    let before = desk.user(&login)?.unwrap_or_else(|| desk.office.people[&login].clone());
    let pipeline = desk.office.catalogue.default();
    let mut user = before.clone();
    fill(desk, pipeline, &mut user, edit)?;
    if user == before {
        return Ok((login, false));
    }
    let is_admin = |user: &User| user.capabilities(pipeline).contains(&Capability::Admin);
    let others = desk.office.people.values().filter(|other| other.login != login);
    if is_admin(&before) && !is_admin(&user) && !others.into_iter().any(is_admin) {
        return Err(Refusal::Conflict {
            what: format!("`{login}` is the last user who may administer the store"),
            hints: vec!["give another user that role first".to_owned()],
        }
        .into());
    }
    desk.keep_user(Some(&before), user, Act::new(Event::UserChanged).action("user edit"));
    Ok((login, true))
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
        let zone = TimeZone::get(typed).ok();
        let zone = zone.as_ref().and_then(TimeZone::iana_name).ok_or_else(|| {
            Flaw::new("is not a time zone").hint("an IANA name such as `Europe/Berlin`").of("zone", typed)
        })?;
        user.zone = Some(zone.to_owned());
    }
    if let Some(typed) = &values.account {
        user.account = line("account", typed)?;
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

/// Adds a customer, where the pipeline keeps them apart from leads.
pub(super) fn add_customer(desk: &mut Desk<'_>, new: &NewCustomer) -> Result<CustomerId, Halt> {
    desk.require(Capability::Convert)?;
    let pipeline = desk.office.catalogue.default();
    if pipeline.record == RecordKind::InPlace {
        return Err(Refusal::InPlace { asked: "customer add".to_owned() }.into());
    }
    let country = desk.office.policy.team.country.clone();
    let note =
        new.note.as_deref().map(|note| text::note(note).map_err(|flaw| flaw.of("note", note))).transpose()?;
    let name = line("name", &new.name)?;
    let mut customer = Customer::blank(0, name, desk.now, desk.scope.actor());
    customer.company = optional("company", new.company.as_ref())?;
    customer.address = optional("address", new.address.as_ref())?;
    customer.email = new.email.as_deref().map(address).transpose()?;
    customer.phone = new
        .phone
        .as_ref()
        .map(|typed| phone::parse(typed, country.as_deref()).map_err(|flaw| flaw.of("phone", typed)))
        .transpose()?;
    if pipeline.convert.split_name && !new.company_name {
        (customer.first_name, customer.last_name) = split(&customer.name);
    }
    customer.id = desk.number(Numbered::Customer)?;
    let kept =
        desk.keep_customer(None, customer, None, Act::new(Event::Created).action("customer add").note(note));
    Ok(kept.id)
}
