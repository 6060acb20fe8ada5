//! What the fuzzers kept, read again: every file of `fuzz/corpus/` and `fuzz/finds/` goes through the body that
//! its fuzz target calls (quality.md §5, the sixth promise).
//!
//! The table at the end of the run tells how often and how long each target ran, from what `fuzz/run` wrote down.

mod bodies;
mod told;

use std::any::Any;
use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::faults::enter;
use crate::harness::plain;
use bodies::BODIES;

const COLUMNS: &str =
    "fuzz target | executions | minutes | of a processor | findings mended | files replayed";

/// No file takes longer, in a debug build on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// The targets, each with the rows of what reads such bytes.
macro_rules! replayed {
    ($($name:ident, $rows:literal;)*) => {
        /// Their names.
        const NAMES: &[&str] = &[$(stringify!($name)),*];
        $(plain!($name, $rows, || replay(stringify!($name)));)*
    };
}

replayed! {
    backup, "N7";
    config, "N2";
    csv, "P1";
    export, "L1";
    filter, "F9";
    frame, "S4";
    import, "L1";
    json, "P1";
    mail, "O4";
    money, "L6";
    pipeline, "P2";
    record, "N7";
    request, "S4";
    smtp, "O2";
    template, "O4";
    vcard, "P1";
    when, "T2";
}

plain!(every_body_is_fuzzed_and_replayed, "P1", || {
    let known: BTreeSet<&str> = BODIES.iter().map(|(name, _)| *name).collect();
    assert_eq!(known, NAMES.iter().copied().collect());
    let manifest: toml::Table = fs::read_to_string(folder("Cargo.toml")).unwrap().parse().unwrap();
    let targets = manifest["bin"].as_array().unwrap().iter().map(|target| target["name"].as_str().unwrap());
    assert_eq!(known, targets.collect());
    for name in &known {
        let text = fs::read_to_string(folder("targets").join(format!("{name}.rs"))).unwrap();
        assert!(text.contains(&format!("watched(\"{name}\", bytes)")), "{name} calls another body");
    }
    for kept in ["corpus", "finds"] {
        let strays: Vec<_> = names(&folder(kept)).filter(|name| !known.contains(name.as_str())).collect();
        assert!(strays.is_empty(), "{kept} has {strays:?}");
    }
});

plain!(every_find_is_told_and_replayed, "P1", || {
    let told: BTreeSet<String> = told::finds().into_iter().map(|find| find.file).collect();
    let mut kept = BTreeSet::new();
    for name in NAMES {
        let files = files(&folder("finds").join(name)).into_iter();
        kept.extend(files.map(|file| format!("{name}/{}", file.file_name().unwrap().to_string_lossy())));
    }
    assert_eq!(told, kept);
});

plain!(what_is_committed_is_small, "P1", || {
    let sizes = NAMES.iter().flat_map(|name| files(&folder("corpus").join(name)));
    let sizes: Vec<u64> = sizes.map(|file| file.metadata().unwrap().len()).collect();
    assert!(sizes.iter().all(|size| *size <= 16 << 10), "a file of the corpus is over 16 KiB");
    let all: u64 = sizes.iter().sum();
    assert!(all <= 1_500_000, "the corpus has {all} bytes");
});

/// Gives every file of a target to its body.
fn replay(name: &str) {
    let (_, body) = BODIES.iter().find(|(known, _)| *known == name).unwrap();
    let kept = ["corpus", "finds"].map(|kept| files(&folder(kept).join(name)));
    let files = kept.concat();
    assert!(!files.is_empty(), "{name} has no corpus");
    let mut wrong = Vec::new();
    for file in &files {
        let bytes = fs::read(file).unwrap();
        let began = Instant::now();
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| body(&bytes))) {
            wrong.push(format!("{}: {}", file.display(), said(&*panic)));
        }
        if began.elapsed() > PATIENCE {
            wrong.push(format!("{}: took {:?}", file.display(), began.elapsed()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let told::Runs { executions, seconds, computed } = told::runs(name);
    let found = told::finds().iter().filter(|find| find.file.starts_with(&format!("{name}/"))).count();
    let (minutes, computed, corpus) = (seconds / 60, computed / 60, files.len());
    enter(COLUMNS, &format!("{name} | {executions} | {minutes} | {computed} | {found} | {corpus}"));
}

/// What a panic said.
fn said(panic: &(dyn Any + Send)) -> &str {
    let owned = panic.downcast_ref::<String>().map(String::as_str);
    owned.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic without words")
}

/// A place among the fuzz targets.
fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz").join(name)
}

/// The names in a folder; none where it is not there.
fn names(folder: &Path) -> impl Iterator<Item = String> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap())
}

/// The files in a folder, by their names; none where it is not there.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = names(folder).map(|name| folder.join(name)).collect();
    files.sort();
    files
}
