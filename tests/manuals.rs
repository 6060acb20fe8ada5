//! The man pages against the programs: every verb, option, key and exit code stands in them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::harness::{Office, Way, plain};

/// A page's text with mdoc's macros and escapes taken off.
fn page(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("man").join(name);
    let text = fs::read_to_string(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
    text.replace("\\-", "-").replace("\\(en", "-").replace("\\&", "").replace("\\e", "\\")
}

/// The options of a help text, long and short, as typed.
fn options(help: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for line in help.lines().filter(|line| line.trim_start().starts_with('-')) {
        for word in line.split([' ', ',', '=', '[', '<']).filter(|word| word.starts_with('-')) {
            found.insert(word.trim_end_matches("...").to_owned());
        }
    }
    found
}

/// The verbs of a help text: the words in front of a meaning, before the global options.
fn verbs(help: &str) -> Vec<String> {
    help.lines()
        .take_while(|line| !line.starts_with("Global options"))
        .filter_map(|line| line.strip_prefix("  ")?.split_once("  "))
        .map(|(word, _)| word.to_owned())
        .filter(|word| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase()))
        .collect()
}

/// An option as mdoc has it: `Fl -name` for `--name`, `Fl n` for `-n`.
fn has_option(page: &str, option: &str) -> bool {
    let name = option.strip_prefix('-').unwrap_or(option);
    page.lines().any(|line| {
        let words: Vec<_> = line.split_whitespace().collect();
        words.windows(2).any(|pair| pair[0].ends_with("Fl") && pair[1].trim_matches([',', ']']) == name)
            || line.contains(option)
    })
}

fn has_word(page: &str, word: &str) -> bool {
    page.split(|c: char| !(c.is_alphanumeric() || "-_.".contains(c)))
        .any(|found| found.trim_matches('.') == word)
}

plain!(lead_1_has_every_verb_and_option, "N6", || {
    let (office, page) = (Office::new(Way::Direct), page("lead.1"));
    let mut missing = Vec::new();
    let top = office.lead("--help").ok().stdout.clone();
    let tops = verbs(&top);
    assert!(tops.len() >= 20, "verbs in `lead --help`: {tops:?}");
    let mut lines: Vec<String> = vec![String::new()];
    lines.extend(tops);
    while let Some(line) = lines.pop() {
        let help = office.lead(format!("{line} --help")).ok().stdout.clone();
        if let Some(verb) = line.split(' ').next_back().filter(|verb| !verb.is_empty()) {
            missing.extend((!has_word(&page, verb)).then(|| format!("verb {line}")));
        }
        for option in options(&help) {
            missing.extend((!has_option(&page, &option)).then(|| format!("{option} of lead {line}")));
        }
        if !line.is_empty() && !line.contains(' ') {
            lines.extend(verbs(&help).into_iter().map(|verb| format!("{line} {verb}")));
        }
    }
    assert!(missing.is_empty(), "not in lead.1: {missing:#?}");
});

plain!(lead_1_has_every_exit_code_and_variable, "N6", || {
    let page = page("lead.1");
    for code in [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 130] {
        let listed = page.lines().any(|line| {
            line.starts_with(".It") && line.split_whitespace().any(|word| word == code.to_string())
        });
        assert!(listed, "exit code {code} is not in lead.1");
    }
    for name in ["LEAD_STORE", "LEAD_USER", "LEAD_NOW", "NO_COLOR", "XDG_DATA_HOME", "XDG_CONFIG_HOME"] {
        assert!(has_word(&page, name), "{name} is not in lead.1");
    }
});

plain!(leadd_8_has_every_option_and_exit_code, "N6", || {
    let (office, page) = (Office::new(Way::Direct), page("leadd.8"));
    for line in ["", "check"] {
        for option in options(&office.leadd(format!("{line} --help")).ok().stdout) {
            assert!(has_option(&page, &option), "{option} of leadd {line} is not in leadd.8");
        }
    }
    for word in ["check", "TERM", "HUP", "ready"] {
        assert!(has_word(&page, word), "{word} is not in leadd.8");
    }
    for code in [0, 1, 2, 6, 9] {
        let listed = page.lines().any(|line| {
            line.starts_with(".It") && line.split_whitespace().any(|word| word == code.to_string())
        });
        assert!(listed, "exit code {code} is not in leadd.8");
    }
});

plain!(lead_toml_5_has_every_key, "N6", || {
    let (office, page) = (Office::new(Way::Direct), page("lead.toml.5"));
    office.init("mini");
    let listed = office.lead("config list -F ndjson").lines();
    assert!(listed.len() >= 20, "{listed:?}");
    for setting in listed {
        let key = setting["key"].as_str().unwrap_or_default();
        let (table, name) = key.rsplit_once('.').unwrap_or(("", key));
        assert!(has_word(&page, name) || has_word(&page, key), "{key} is not in lead.toml.5");
        assert!(
            page.contains(&format!("[{table}]")) || has_word(&page, table),
            "[{table}] is not in lead.toml.5"
        );
    }
});
