//! The fences inside the source: what may be named where.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::harness::plain;

fn files(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in
            fs::read_dir(&folder).unwrap_or_else(|why| panic!("{}: {why}", folder.display())).flatten()
        {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                found.push((path.clone(), production(&path)));
            }
        }
    }
    assert!(!found.is_empty(), "no source in {folder}");
    found
}

/// A file's text without comments and without what only tests see.
fn production(path: &Path) -> String {
    let inside = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap();
    if inside.components().any(|part| part.as_os_str() == "tests" || part.as_os_str() == "tests.rs") {
        return String::new();
    }
    let text = fs::read_to_string(path).unwrap();
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let bare = |line: &str| !line.trim_start().starts_with("//");
    text.lines().filter(|line| bare(line)).collect::<Vec<_>>().join("\n")
}

/// True when the text names the word as a whole: nothing of a longer name before it.
fn names(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
}

fn all() -> Vec<(PathBuf, String)> {
    ["shared/src", "cli/src", "daemon/src"].into_iter().flat_map(files).collect()
}

/// Files outside these places that have one of the words.
fn naming(words: &[String], places: &[&str]) -> Vec<String> {
    all()
        .into_iter()
        .filter(|(path, _)| !places.iter().any(|place| path.to_string_lossy().contains(place)))
        .flat_map(|(path, text)| {
            let found: Vec<_> = words.iter().filter(|word| names(&text, word)).cloned().collect();
            found.into_iter().map(move |word| format!("{}: {word}", path.display()))
        })
        .collect()
}

plain!(no_preset_and_no_stage_is_named_in_source, "P1 N6", || {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("shared/pipelines");
    let mut words = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let file: toml::Table = fs::read_to_string(entry.path()).unwrap().parse().unwrap();
        words.insert(format!("\"{}\"", file["id"].as_str().unwrap()));
        for stage in file["stage"].as_array().unwrap() {
            words.insert(format!("\"{}\"", stage["id"].as_str().unwrap()));
        }
    }
    // These are kinds of stage, verbs, nouns or events as well, and stand in the source as such.
    let words_of_the_language = ["lead", "won", "lost", "customer", "converted", "contacted", "new", "mini"];
    let words: Vec<_> =
        words.into_iter().filter(|word| !words_of_the_language.contains(&word.trim_matches('"'))).collect();
    assert!(words.len() > 10, "{words:?}");
    // The presets are named once, where their files are built in.
    let found = naming(&words, &["shared/src/domain/pipeline/preset.rs"]);
    assert!(found.is_empty(), "{found:#?}");
});

plain!(the_domain_knows_nobody, "T1", || {
    let outside = [
        "crate::store",
        "crate::engine",
        "crate::protocol",
        "crate::client",
        "crate::config",
        "crate::clock",
        "crate::account",
        "std::fs",
        "std::net",
        "std::env",
        "std::process",
        "std::io",
        "std::time::SystemTime",
        "std::time::Instant",
        "::now()",
    ];
    let found: Vec<_> = files("shared/src/domain")
        .into_iter()
        .flat_map(|(path, text)| {
            let named: Vec<_> = outside.iter().filter(|word| text.contains(**word)).copied().collect();
            named.into_iter().map(move |word| format!("{}: {word}", path.display()))
        })
        .collect();
    assert!(found.is_empty(), "{found:#?}");
});

plain!(each_foreign_crate_has_one_home, "T1", || {
    let named = |word: &str| vec![format!("{word}::"), format!("use {word};")];
    for (name, homes) in [
        ("sled", &["shared/src/store/sled"][..]),
        ("lettre", &["daemon/src/mailer"]),
        ("clap", &["cli/src/args", "daemon/src/args"]),
        ("comfy_table", &["cli/src/render/page.rs"]),
        ("ratatui", &["cli/src/screen/"]),
        ("signal_hook", &["cli/src/signals.rs"]),
        ("tokio_cron_scheduler", &["daemon/src/"]),
        ("tokio", &["daemon/src/"]),
        ("minijinja", &["shared/src/template"]),
        ("rmp_serde", &["shared/src/pack.rs"]),
    ] {
        let found = naming(&named(name), homes);
        assert!(found.is_empty(), "{name} outside {homes:?}: {found:#?}");
    }
    let found = naming(&["chrono::".to_owned(), "use chrono;".to_owned()], &[]);
    assert!(found.is_empty(), "{found:#?}");
});

plain!(no_file_has_two_nouns_in_it, "T1", || {
    let mut long = Vec::new();
    for folder in ["shared/src", "cli/src", "daemon/src", "tests"] {
        for (path, _) in files(folder) {
            let lines = fs::read_to_string(&path).unwrap().lines().count();
            if lines > 400 {
                long.push(format!("{}: {lines}", path.display()));
            }
        }
    }
    assert!(long.is_empty(), "over 400 lines: {long:#?}");
});

plain!(no_code_is_unsafe, "N2", || {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = |path: &str| -> toml::Table {
        fs::read_to_string(root.join(path)).unwrap().parse().unwrap_or_else(|why| panic!("{path}: {why}"))
    };
    let workspace = manifest("Cargo.toml");
    assert_eq!(workspace["workspace"]["lints"]["rust"]["unsafe_code"].as_str(), Some("forbid"));
    for path in ["Cargo.toml", "cli/Cargo.toml", "daemon/Cargo.toml", "shared/Cargo.toml"] {
        assert_eq!(manifest(path)["lints"]["workspace"].as_bool(), Some(true), "{path}");
    }
    let found = naming(&["unsafe".to_owned(), "allow(unsafe_code)".to_owned()], &[]);
    let code: Vec<_> = found.iter().filter(|found| found.ends_with(": unsafe")).collect();
    assert!(code.is_empty(), "{code:#?}");
});
