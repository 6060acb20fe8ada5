//! `lead config …`: the settings that hold, looked at and changed, and where the files are.

use std::fs::{DirBuilder, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

use lead_shared::config::user_file::{self, UserFile};
use lead_shared::config::{ConfigFault, keys, reports};
use lead_shared::domain::reply::Reply;
use lead_shared::domain::request::{Look, Request};
use lead_shared::domain::text::escape;
use lead_shared::domain::view::{Row, SettingView};
use lead_shared::template::BUILT_IN;

use crate::args::ConfigVerb;
use crate::halt::{Halt, failed, said, usage};
use crate::render::{self, Rows, Shape, What};
use crate::visit::Visit;
use crate::voice;
use crate::words;

pub(super) fn config(visit: &mut Visit<'_>, verb: &ConfigVerb) -> Result<u8, Halt> {
    match verb {
        ConfigVerb::List { origin } => {
            let mut columns = vec!["key".to_owned(), "value".to_owned()];
            if *origin {
                columns.push("origin".to_owned());
            }
            let mut settings = firms(visit)?;
            settings.extend(own(visit));
            print(visit, Shape { columns: Some(columns), ..Shape::many(What::Settings) }, &settings)?;
        }
        ConfigVerb::Get { key } => get(visit, key)?,
        ConfigVerb::Set { key, value } => change(visit, key, Some(value))?,
        ConfigVerb::Unset { key } => change(visit, key, None)?,
        ConfigVerb::Path => path(visit)?,
        ConfigVerb::Templates { folder } => templates(visit, folder)?,
    }
    Ok(0)
}

/// The settings of the firm that hold.
fn firms(visit: &mut Visit<'_>) -> Result<Vec<SettingView>, Halt> {
    // A daemon goes on with the policy it read last; the file is what is asked about.
    if let Err(fault @ ConfigFault::Invalid { .. }) = lead_shared::config::read(visit.folder()) {
        return Err(said(2, "config", fault.to_string(), fault.hints()).into());
    }
    let mut settings = Vec::new();
    visit.look(&Look::Settings, &mut |row| {
        if let Row::Setting(setting) = row {
            settings.push(setting);
        }
        Ok(())
    })?;
    Ok(settings)
}

/// The settings of the user's own file.
fn own(visit: &Visit<'_>) -> Vec<SettingView> {
    visit.user.settings(visit.place()).iter().map(|setting| setting.view()).collect()
}

fn print(visit: &Visit<'_>, shape: Shape, settings: &[SettingView]) -> Result<(), Halt> {
    let mut sink = render::stdout();
    let mut rows = Rows::begin(&visit.out, &mut sink, shape);
    for setting in settings {
        rows.row(&Row::Setting(setting.clone()))?;
    }
    Ok(rows.end()?)
}

/// Prints what holds for a key: the value alone, unless a form is named.
fn get(visit: &mut Visit<'_>, key: &str) -> Result<(), Halt> {
    let settings = if is_own(key) {
        own(visit)
    } else if reports::is_of_one(key) {
        firms(visit)?
    } else {
        keys::find(key).map_err(|flaw| flaw.of("key", key))?;
        firms(visit)?
    };
    let mut found = settings.into_iter().filter(|setting| setting.key == key).peekable();
    if reports::is_of_one(key) && found.peek().is_none() {
        let hint = "the keys: `lead config list`".to_owned();
        return Err(usage(format!("`{}` is of no report in lead.toml", escape(key)), vec![hint]));
    }
    // A daemon of another version may not know the key.
    let Some(setting) = found.next() else { return Ok(()) };
    if visit.wants_rows() {
        return print(visit, Shape::one(What::Settings), &[setting]);
    }
    super::print_line(&escape(&setting.value))
}

fn is_own(key: &str) -> bool {
    user_file::KEYS.iter().any(|own| own.path == key)
}

/// Sets a key of the firm's, or takes it out.
fn change(visit: &mut Visit<'_>, key: &str, value: Option<&str>) -> Result<(), Halt> {
    if is_own(key) {
        let file = UserFile::path(&visit.env).map(|path| path.display().to_string()).unwrap_or_default();
        let hint = format!("in an editor: {}", escape(&file));
        return Err(usage(format!("`{key}` stands in your own file, which no verb changes"), vec![hint]));
    }
    let request = Request::Configure { key: key.to_owned(), value: value.map(str::to_owned) };
    let Reply::Setting(change) = visit.ask(request)? else { return Ok(()) };
    let told = words::setting(&change);
    voice::say(&visit.out, &told);
    if change.changed && key == keys::AT_START && visit.is_served() {
        voice::hint(&visit.out, "it holds once `leadd` is started anew");
    }
    if visit.global.dry_run {
        voice::say(&visit.out, "dry run: nothing was changed");
    } else if visit.wants_rows() {
        get(visit, key).map_err(|halt| halt.after(&told, "it"))?;
    }
    Ok(())
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
    // Whatever the umask, nobody else may change what the firm's mail says.
    let made = DirBuilder::new().recursive(true).mode(0o755).create(there);
    made.map_err(|error| cannot(there, &error))?;
    for (name, text) in BUILT_IN {
        let path = there.join(name);
        let made = OpenOptions::new().write(true).create_new(true).mode(0o644).open(&path);
        let made = made.and_then(|mut file| file.write_all(text.as_bytes()));
        made.map_err(|error| cannot(&path, &error))?;
    }
    voice::say(&visit.out, &format!("wrote {count} templates to {shown}"));
    voice::hint(&visit.out, "`templates` of `[mail]` in lead.toml names the folder; see lead-templates(5)");
    Ok(())
}
