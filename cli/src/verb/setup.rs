//! `lead user …` and `lead config …`.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use lead_shared::config::ConfigFault;
use lead_shared::config::user_file::UserFile;
use lead_shared::domain::refusal::Refusal;
use lead_shared::domain::reply::Reply;
use lead_shared::domain::request::{self, Look, NewUser, Request, UserDeed};
use lead_shared::domain::text::escape;
use lead_shared::domain::view::Row;
use lead_shared::template::BUILT_IN;

use crate::args::{ConfigVerb, UserEdit, UserValues, UserVerb};
use crate::halt::{Halt, failed, said};
use crate::render::{self, Shape, What};
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

pub(super) fn config(visit: &mut Visit<'_>, verb: &ConfigVerb) -> Result<u8, Halt> {
    match verb {
        ConfigVerb::List { origin } => {
            let mut columns = vec!["key".to_owned(), "value".to_owned()];
            if *origin {
                columns.push("origin".to_owned());
            }
            // A daemon goes on with the policy it read last; the file is what is asked about.
            if let Err(fault @ ConfigFault::Invalid { .. }) = lead_shared::config::read(visit.folder()) {
                return Err(said(2, "config", fault.to_string(), fault.hints()).into());
            }
            let shape = Shape { columns: Some(columns), ..Shape::many(What::Settings) };
            visit.print(&Look::Settings, shape)?;
        }
        ConfigVerb::Path => path(visit)?,
        ConfigVerb::Templates { folder } => templates(visit, folder)?,
    }
    Ok(0)
}

/// Where the store, the firm's file and the user's own are, or would be.
fn path(visit: &Visit<'_>) -> Result<(), Halt> {
    let shown = |path: &Path| path.display().to_string();
    let store = shown(visit.folder());
    let policy = shown(&visit.folder().join("lead.toml"));
    let user = UserFile::path(&visit.env).map(|path| shown(&path));
    let mut sink = render::stdout();
    if visit.out.is_json() {
        let object = serde_json::json!({ "store": store, "policy": policy, "user": user });
        writeln!(sink, "{object}")?;
    } else {
        for (name, path) in [("store", Some(store)), ("policy", Some(policy)), ("user", user)] {
            let path = path.unwrap_or_default();
            writeln!(sink, "{name}\t{}", escape(&path))?;
        }
    }
    Ok(sink.flush()?)
}

/// Writes the built-in templates into a folder. A file that is there already is somebody's work: then
/// nothing is written.
fn templates(visit: &Visit<'_>, folder: &str) -> Result<(), Halt> {
    let shown = escape(folder);
    let there = Path::new(folder);
    let cannot = |path: &Path, error: &std::io::Error| {
        failed(format!("cannot write {}: {error}", escape(&path.to_string_lossy())))
    };
    for (name, _) in BUILT_IN {
        if there.join(name).symlink_metadata().is_ok() {
            let told = format!("`{name}` is in {shown} already; nothing was written");
            let hint = "another folder: `lead config templates DIR`".to_owned();
            return Err(said(4, "exists", told, vec![hint]).into());
        }
    }
    let count = BUILT_IN.len();
    if visit.global.dry_run {
        voice::say(&visit.out, &format!("dry run: would write {count} templates to {shown}"));
        return Ok(());
    }
    fs::create_dir_all(there).map_err(|error| cannot(there, &error))?;
    for (name, text) in BUILT_IN {
        let path = there.join(name);
        let made = fs::File::create_new(&path).and_then(|mut file| file.write_all(text.as_bytes()));
        made.map_err(|error| cannot(&path, &error))?;
    }
    voice::say(&visit.out, &format!("wrote {count} templates to {shown}"));
    voice::hint(&visit.out, "`templates` of `[mail]` in lead.toml names the folder; see lead-templates(5)");
    Ok(())
}
