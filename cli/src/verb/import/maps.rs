//! `--map` and `--save-map`: what was told of columns, typed, in a file, or saved by a name.
//!
//! Saved maps are the user's own: files in `maps/` beside their configuration.

use std::fs;
use std::path::{Path, PathBuf};

use lead_shared::config::user_file::UserFile;
use lead_shared::domain::likeness;
use lead_shared::domain::name;
use lead_shared::domain::text::escape;

use crate::halt::{Halt, said, usage};
use crate::import::{Map, Vendor};
use crate::visit::Visit;
use crate::voice;

/// What was told, the later over the earlier.
pub(super) fn read(visit: &Visit<'_>, told: &[String]) -> Result<Map, Halt> {
    told.iter().try_fold(Map::default(), |mut map, told| {
        if Path::new(told).is_file() || told.contains('/') || told.ends_with(".toml") {
            map.read(told)?;
        } else if told.contains('=') {
            map.type_in(told)?;
        } else if let Some(path) = saved(visit, told).filter(|path| path.is_file()) {
            map.read(&path.display().to_string())?;
        } else if let Some(vendor) = Vendor::named(told) {
            map = map.of_vendor(vendor);
        } else {
            return Err(unknown(visit, told));
        }
        Ok(map)
    })
}

/// Keeps what was told under a name.
pub(super) fn save(visit: &Visit<'_>, name: &str, map: &Map) -> Result<(), Halt> {
    let name =
        name::check(name).map_err(|flaw| usage(format!("`{}` {}", escape(name), flaw.why), flaw.hints))?;
    if name.starts_with('.') || name.contains(['/', '\\']) {
        return Err(usage(format!("`{name}` is no name for a map"), vec!["--save-map hubspot".to_owned()]));
    }
    let Some(path) = saved(visit, &name) else {
        return Err(said(2, "config", "cannot tell where your maps are: HOME is not set", Vec::new()).into());
    };
    if visit.global.dry_run {
        return Ok(());
    }
    let unwritten = |error: std::io::Error| {
        said(1, "file", format!("cannot write `{}`: {error}", path.display()), Vec::new())
    };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(unwritten)?;
    }
    fs::write(&path, map.to_toml()).map_err(unwritten)?;
    voice::say(
        &visit.out,
        &format!("the map is saved in {}: `lead import FILE --map {name}`", path.display()),
    );
    Ok(())
}

/// Where a map of that name is, or would be; none for what is no plain name.
fn saved(visit: &Visit<'_>, name: &str) -> Option<PathBuf> {
    let is_plain = !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', '\0']);
    let folder = UserFile::path(&visit.env)?.parent()?.join("maps");
    is_plain.then(|| folder.join(format!("{name}.toml")))
}

fn unknown(visit: &Visit<'_>, told: &str) -> Halt {
    let folder = saved(visit, told).and_then(|path| path.parent().map(Path::to_owned));
    let files = folder.and_then(|folder| fs::read_dir(folder).ok());
    let stems = files.into_iter().flatten().flatten().filter_map(|file| {
        let name = file.file_name().into_string().ok()?;
        name.strip_suffix(".toml").map(str::to_owned)
    });
    let mut names: Vec<String> = stems.chain(Vendor::ids().map(str::to_owned)).collect();
    names.sort();
    let near = likeness::closest(told, names.iter().map(String::as_str));
    let near = near.map(|near| format!("did you mean `--map {near}`?"));
    let hints = near.into_iter().chain([
        format!("there are: {}", names.join(", ")),
        "or a file, or `--map 'COLUMN=field'`".to_owned(),
    ]);
    said(2, "no-such", format!("there is no map `{}`", escape(told)), hints.collect()).into()
}
