//! The pages against the topics of help, which are made from the tables of the program.

use std::collections::BTreeSet;

use super::page;
use super::verbs::section;
use crate::harness::{Office, Way, plain};

/// The words of a topic, each with its meaning.
fn topic(name: &str) -> Vec<(String, String)> {
    let help = Office::new(Way::Direct).lead(format!("help {name}")).ok().stdout.clone();
    let rows = help.lines().skip_while(|line| !line.is_empty());
    let rows = rows.filter_map(|line| line.strip_prefix("  ")?.split_once("  "));
    let rows = rows.filter(|(word, _)| !word.is_empty());
    rows.map(|(word, meaning)| (word.to_owned(), meaning.trim().to_owned())).collect()
}

plain!(lead_filter_7_has_every_key_and_no_other, "N6 F9", || {
    let mut known = BTreeSet::new();
    for (term, meaning) in topic("filters") {
        let (key, _) = term.split_once(':').expect("a term");
        known.insert(format!("{key}:"));
        let suffixes =
            meaning.rsplit_once("(.").and_then(|(_, rest)| rest.strip_suffix(')')).unwrap_or_default();
        let suffixes = suffixes.split(" .").filter(|suffix| !suffix.is_empty());
        known.extend(suffixes.map(|suffix| format!("{key}.{suffix}:")));
    }
    assert!(known.len() > 40, "{known:?}");
    let page = page("lead-filter.7");
    let words =
        section(&page, "TERMS").filter(|line| line.starts_with('.')).flat_map(|line| line.split([' ', ',']));
    let keys = words.filter_map(|word| {
        let (key, _) = word.split_once(':')?;
        let is_key = !key.is_empty() && key.chars().all(|c| c.is_ascii_lowercase() || c == '.');
        is_key.then(|| format!("{key}:"))
    });
    assert_eq!(keys.collect::<BTreeSet<_>>(), known, "lead-filter.7 against `lead help filters`");
});

plain!(lead_1_has_the_codes_variables_and_dates_of_help, "N6", || {
    let page = page("lead.1");
    let listed = |heading| -> Vec<String> {
        section(&page, heading).filter_map(|line| line.strip_prefix(".It ").map(str::to_owned)).collect()
    };
    let codes: Vec<String> = topic("exit-codes").into_iter().map(|(code, _)| code).collect();
    assert_eq!(listed("EXIT STATUS"), codes);
    let names = |text: &str| -> BTreeSet<String> {
        let words = text.split([' ', ',']).filter(|word| word.len() > 3);
        words.map(str::to_owned).collect()
    };
    let variables: BTreeSet<String> =
        topic("environment").iter().flat_map(|(variables, _)| names(variables)).collect();
    let told: BTreeSet<String> = listed("ENVIRONMENT").iter().flat_map(|line| names(line)).collect();
    assert_eq!(told, variables);
    let told: Vec<&str> = section(&page, "WHEN").collect();
    for (words, _) in topic("when").iter().filter(|(words, _)| words != "none") {
        let first = words.split(", ").next().expect("there is one");
        assert!(told.iter().any(|line| line.contains(first)), "{first} is not in lead.1");
    }
});
