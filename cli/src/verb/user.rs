//! `lead user …`.

use lead_shared::domain::refusal::Refusal;
use lead_shared::domain::reply::Reply;
use lead_shared::domain::request::{self, Look, NewUser, Request, UserDeed};
use lead_shared::domain::view::Row;

use crate::args::{UserEdit, UserValues, UserVerb};
use crate::halt::Halt;
use crate::render::{Shape, What};
use crate::visit::Visit;
use crate::voice;
use crate::words;

pub(super) fn user(visit: &mut Visit<'_>, verb: &UserVerb) -> Result<u8, Halt> {
    let (login, deed, done) = match verb {
        UserVerb::List => {
            visit.print(&Look::Users, Shape::many(What::Users))?;
            return Ok(0);
        }
        UserVerb::Add(line) => {
            let user = NewUser { login: line.login.clone(), values: values(&line.values) };
            return settle(visit, Request::AddUser(Box::new(user)), "added");
        }
        UserVerb::Edit(line) => (&line.login, edit(line)?, "changed"),
        UserVerb::Disable(line) => (&line.login, UserDeed::Disable, "disabled"),
        UserVerb::Enable(line) => (&line.login, UserDeed::Enable, "enabled"),
        UserVerb::Grant(line) => (&line.login, UserDeed::Grant(line.capabilities.clone()), "changed"),
        UserVerb::Revoke(line) => (&line.login, UserDeed::Revoke(line.capabilities.clone()), "changed"),
    };
    settle(visit, Request::ChangeUser { login: login.clone(), deed }, done)
}

fn edit(line: &UserEdit) -> Result<UserDeed, Halt> {
    let paused = (line.pause || line.resume).then_some(line.pause);
    if line.values == UserValues::default() && paused.is_none() {
        let fields = ["--name", "--email", "--role", "--zone", "--account", "--pause", "--resume"];
        let hints = vec![format!("`lead user edit {} --email ADDRESS`", line.login)];
        return Err(Refusal::Missing { fields: fields.map(str::to_owned).to_vec(), hints }.into());
    }
    Ok(UserDeed::Edit(request::UserEdit { paused, ..values(&line.values) }))
}

fn values(line: &UserValues) -> request::UserEdit {
    let line = line.clone();
    request::UserEdit {
        name: line.name,
        email: line.email,
        role: line.role,
        zone: line.zone,
        account: line.account,
        paused: None,
    }
}

fn settle(visit: &mut Visit<'_>, request: Request, deed: &str) -> Result<u8, Halt> {
    let Reply::User(change) = visit.ask(request)? else { return Ok(0) };
    let said = words::user(&change, deed);
    voice::say(&visit.out, &said);
    if visit.global.dry_run {
        voice::say(&visit.out, "dry run: nothing was changed");
        return Ok(0);
    }
    words::left_behind(&change).iter().for_each(|hint| voice::hint(&visit.out, hint));
    if visit.wants_rows() {
        let is_it = |row: &Row| matches!(row, Row::User(user) if user.login == change.login);
        visit
            .print_some(&Look::Users, Shape::one(What::Users), &mut |row| is_it(row))
            .map_err(|halt| halt.after(&said, "it"))?;
    }
    Ok(0)
}
