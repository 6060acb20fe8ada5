//! `lead backup`: everything in the store to one file and back, each whole or not at all.
//!
//! What a backup is and whether one is in order is the engine's to say; here it is put into words.

use std::path::Path;

use lead_shared::client::{BackupFault, Client, Contents, Copy, inspect};
use lead_shared::domain::request::Look;
use lead_shared::domain::text::escape;
use lead_shared::domain::view::Row;

use super::look::FOUND;
use super::print_line;
use crate::args::BackupVerb;
use crate::halt::{Halt, failed, said, usage};
use crate::render::{self, write_json};
use crate::visit::Visit;
use crate::{voice, words};

pub(super) fn backup(visit: &mut Visit<'_>, verb: &BackupVerb) -> Result<u8, Halt> {
    match verb {
        BackupVerb::Create { file } => create(visit, file),
        BackupVerb::Verify { file } => verify(visit, file),
        BackupVerb::Restore { file } => restore(visit, file),
    }
}

fn create(visit: &mut Visit<'_>, file: &str) -> Result<u8, Halt> {
    if file == "-" {
        let hint = "`lead backup create FILE` stands there whole, or not at all".to_owned();
        return Err(usage("a backup goes to a file, not to the standard output", vec![hint]));
    }
    visit.enter()?;
    let wrong = |fault| halt(fault, file, 1);
    let mut copy = Copy::begin(Path::new(file)).map_err(wrong)?;
    visit.look(&Look::Backup, &mut |row| match row {
        Row::Backup(lines) => copy.write(&lines).map_err(wrong),
        _ => Ok(()),
    })?;
    if visit.global.dry_run {
        let contents = copy.check().map_err(wrong)?;
        return told(visit, &contents, &format!("dry run: would write {}", escape(file)));
    }
    let contents = copy.finish().map_err(wrong)?;
    told(visit, &contents, &format!("wrote {}", escape(file)))
}

fn verify(visit: &mut Visit<'_>, file: &str) -> Result<u8, Halt> {
    let contents = inspect(Path::new(file)).map_err(|fault| halt(fault, file, FOUND))?;
    if visit.wants_rows() {
        return told(visit, &contents, "");
    }
    print_line(&format!("{} is whole: {}", escape(file), inside(visit, &contents)))?;
    Ok(0)
}

fn restore(visit: &mut Visit<'_>, file: &str) -> Result<u8, Halt> {
    let folder = visit.folder().to_owned();
    let shown = escape(&folder.to_string_lossy()).into_owned();
    if visit.global.dry_run {
        let contents = inspect(Path::new(file)).map_err(|fault| halt(fault, file, 1))?;
        return told(visit, &contents, &format!("dry run: would make a store in {shown}"));
    }
    let contents = Client::restore(Path::new(file), &folder).map_err(|fault| halt(fault, file, 1))?;
    told(visit, &contents, &format!("made a store in {shown}"))
}

/// Says what was done, and what is in the backup; as an object where one is wanted.
fn told(visit: &mut Visit<'_>, contents: &Contents, done: &str) -> Result<u8, Halt> {
    if visit.out.is_json() {
        let mut line = Vec::new();
        write_json(&mut line, contents)?;
        print_line(&String::from_utf8_lossy(&line))?;
    } else {
        let inside = inside(visit, contents);
        voice::say(&visit.out, &format!("{done}: {inside}"));
    }
    Ok(0)
}

/// `12 leads, 1 customer, 2 users, 640 changes, as of Tue 2026-11-24 03:00`.
fn inside(visit: &mut Visit<'_>, contents: &Contents) -> String {
    let counted = |one: &str| {
        let count = contents.count(one);
        if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
    };
    let things = [counted("lead"), counted("customer"), counted("user"), counted("change")];
    // The caller's zone is the store's to tell, wherever there is one.
    visit.hurry();
    let _ = visit.find();
    let clock = visit.clock();
    format!("{}, as of {}", things.join(", "), render::moment(contents.at, &clock.zone))
}

/// What is wrong; `found` is the exit code of a backup that is not in order.
fn halt(fault: BackupFault, file: &str, found: u8) -> Halt {
    let told = fault.to_string();
    let aside = |path: &Path| {
        vec![
            format!("move it aside: `mv {0} {0}.old`", path.display()),
            "another place: `lead --store DIR backup restore FILE`".to_owned(),
        ]
    };
    match fault {
        BackupFault::Io { doing: "reading", .. } => said(2, "file", told, Vec::new()).into(),
        BackupFault::NotOne { .. } | BackupFault::Damaged { .. } if found != FOUND => {
            said(found, "backup", told, vec![format!("`lead backup verify {}`", escape(file))]).into()
        }
        BackupFault::NotOne { .. } | BackupFault::Damaged { .. } => {
            said(found, "backup", told, Vec::new()).into()
        }
        BackupFault::Newer { .. } => {
            let hint = "use the `lead` that wrote it: `lead --version` tells this one's".to_owned();
            said(found, "backup", told, vec![hint]).into()
        }
        BackupFault::Occupied { path, .. } => {
            said(4, "exists", format!("no store can be made here: {told}"), aside(&path)).into()
        }
        BackupFault::Lock(_) => words::busy(&told).into(),
        BackupFault::Io { .. } | BackupFault::Store(_) | BackupFault::Gone => failed(told),
    }
}
