//! What was written down of the fuzzing: the runs by `run`, the finds by whoever mended them.

use std::fs;

use serde_json::Value;

use super::folder;

/// Something that a fuzzer found, and that was mended.
pub struct Find {
    /// The bytes: a file in `finds/`, by its target and its name.
    pub file: String,
}

/// What a target has had, over all its runs.
#[derive(Default)]
pub struct Runs {
    /// How often it was run.
    pub executions: u64,
    /// For how many seconds.
    pub seconds: u64,
    /// How many of them a processor computed; the first runs did not say.
    pub computed: u64,
}

/// What the lines of `runs.tsv` come to: day, target, executions, seconds, seconds of a processor.
pub fn runs(target: &str) -> Runs {
    let text = fs::read_to_string(folder("runs.tsv")).unwrap();
    let mut sums = Runs::default();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let [_, name, executions, seconds, computed] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("runs.tsv: {line}");
        };
        if name == target {
            sums.executions += executions.parse::<u64>().unwrap();
            sums.seconds += seconds.parse::<u64>().unwrap();
            sums.computed += computed.parse::<u64>().unwrap();
        }
    }
    sums
}

/// All finds of `finds.toml`, each with what it was.
pub fn finds() -> Vec<Find> {
    let table: Value = toml::from_str(&fs::read_to_string(folder("finds.toml")).unwrap()).unwrap();
    let finds = table.get("find").and_then(Value::as_array).into_iter().flatten();
    finds
        .map(|find| {
            let word = |key: &str| find[key].as_str().unwrap_or_else(|| panic!("{key} of {find}")).to_owned();
            assert!(!word("what").is_empty() && !word("mended").is_empty());
            Find { file: word("file") }
        })
        .collect()
}
