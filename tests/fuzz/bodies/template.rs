//! A firm's own template: it is used or told to be wrong with its file and line, and no template takes longer or
//! writes more than is good for anybody.
//!
//! The first line of the bytes is the template's name, the others are the template.

use std::fs;
use std::time::{Duration, Instant};

use lead_shared::template::{BUILT_IN, TemplateFault, Templates};
use tempfile::TempDir;

use super::text;

/// The longest that all templates together may take, each kind of mail written several times by them.
const PATIENCE: Duration = Duration::from_secs(20);

thread_local! {
    /// A firm's folder of templates.
    static FOLDER: TempDir = tempfile::tempdir().expect("a folder");
}

pub fn body(bytes: &[u8]) {
    let (name, template) = text(bytes).split_once('\n').unwrap_or(("", text(bytes)));
    let known = BUILT_IN.iter().find(|(known, _)| *known == name);
    let name = known.map_or("reminder.html", |(known, _)| known);
    FOLDER.with(|folder| {
        let file = folder.path().join(name);
        fs::write(&file, template).expect("the disk takes it");
        let began = Instant::now();
        let templates = Templates::load(Some(folder.path()));
        assert!(began.elapsed() < PATIENCE, "templates took {:?}", began.elapsed());
        assert_eq!(templates.own(), 1);
        for fault in templates.faults() {
            let TemplateFault::Wrong { line, reason, .. } = fault else { panic!("{fault}") };
            assert!(*line <= template.lines().count() + 1, "{line} of {template:?}");
            assert!(!reason.is_empty());
        }
        fs::remove_file(file).expect("it was written");
    });
}
