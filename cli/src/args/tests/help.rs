//! The help of every verb and topic, and the examples in it and in the man pages.

use clap::Command;

use super::{page, words, wrong};
use crate::args::help::{EXAMPLES, GROUPS, command};
use crate::args::topic::TOPICS;
use crate::args::{Read, read, read_in};

/// Every verb, those that have verbs below them too.
fn every(command: &Command) -> Vec<String> {
    let mut found = Vec::new();
    for verb in command.get_subcommands() {
        found.push(verb.get_name().to_owned());
        found.extend(every(verb).into_iter().map(|below| format!("{} {below}", verb.get_name())));
    }
    found
}

/// The lines for `lead` in a line for a shell: what stands between the signs that part commands,
/// without variables that are set before it and files behind it.
fn commands(line: &str) -> Vec<String> {
    let (mut parts, mut quoted) = (vec![String::new()], None);
    for c in line.chars() {
        match c {
            '\'' | '"' if quoted.is_none() => quoted = Some(c),
            c if quoted == Some(c) => quoted = None,
            _ => {}
        }
        let parts_commands = "|;&()`".contains(c) && quoted != Some('\'');
        match parts.last_mut() {
            Some(part) if !parts_commands => part.push(c),
            _ => parts.push(String::new()),
        }
    }
    let plain = |part: &String| {
        let mut words = part.split(' ').filter(|word| !word.is_empty()).peekable();
        let before =
            |word: &&str| word.contains('=') || ["$", "!", "if", "while", "do", "then"].contains(word);
        while words.next_if(before).is_some() {}
        let words: Vec<&str> = words.take_while(|word| !word.contains(['<', '>'])).collect();
        (words.first() == Some(&"lead")).then(|| words.join(" "))
    };
    parts.iter().filter_map(plain).collect()
}

#[test]
fn the_help_of_everything_fits_the_width() {
    let topics = TOPICS.iter().map(|topic| format!("lead help {}", topic.name()));
    let verbs = every(&command(true, 80));
    let verbs = verbs.iter().flat_map(|verb| [format!("lead {verb} -h"), format!("lead help {verb}")]);
    let all: Vec<String> = verbs.chain(topics).chain(["lead --help".into(), "lead -h".into()]).collect();
    assert!(all.len() > 150, "{all:?}");
    for (line, width) in all.iter().flat_map(|line| [80, 40].map(|width| (line, width))) {
        let Read::Page(page) = read_in(words(line), width) else { panic!("{line}") };
        for row in page.lines() {
            let is_one_word = !row.trim().contains(' ');
            assert!(row.chars().count() <= width || is_one_word, "{line} in {width} columns: {row}");
        }
    }
}

#[test]
fn the_help_names_every_verb_and_topic() {
    let root = page("lead --help");
    let grouped: Vec<&str> = GROUPS.iter().flat_map(|(_, verbs)| verbs.iter().copied()).collect();
    for verb in command(true, 80).get_subcommands().filter(|verb| !verb.is_hide_set()) {
        assert!(grouped.contains(&verb.get_name()), "{} is in no group", verb.get_name());
        assert!(root.contains(&format!("\n  {} ", verb.get_name())), "{}", verb.get_name());
    }
    for topic in &TOPICS {
        assert!(root.contains(&format!("\n  {} ", topic.name())), "{}", topic.name());
        let text = page(&format!("lead help {}", topic.name()));
        assert!(text.starts_with("Examples:\n"), "{text}");
        assert!(topic.names.iter().all(|name| !grouped.contains(name)), "{} is a verb", topic.name());
    }
    assert_eq!(page("lead help"), root);
    assert_eq!(page("lead help deal start"), page("lead deal start --help"));
    assert!(page("lead -h").len() < root.len());
    assert_eq!(page("lead --version"), format!("lead {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn help_of_nothing_is_told_what_was_meant() {
    for (line, hint) in [
        ("lead help filtres", "did you mean `lead help filters`?"),
        ("lead help exit-kodes", "did you mean `lead help exit-codes`?"),
        ("lead help mvoe", "did you mean `lead help move`?"),
        ("lead help xyzzy", "topics: filters, ids, when, formats, exit-codes, environment, scripting"),
    ] {
        let (said, _) = wrong(line);
        assert_eq!((said.exit, said.hints.first().map(String::as_str)), (2, Some(hint)), "{line}");
    }
}

#[test]
fn every_verb_has_examples_first_and_they_can_be_read() {
    for path in every(&command(true, 80)) {
        let known = EXAMPLES.iter().find(|(verb, _)| *verb == path);
        assert!(known.is_some_and(|(_, lines)| !lines.is_empty()), "{path} has no example");
        for asked in ["-h", "--help"] {
            let help = page(&format!("lead {path} {asked}"));
            let places = ["Examples:", "Usage:", "ptions:"].map(|heading| help.find(heading));
            assert!(places.is_sorted() && places.iter().all(Option::is_some), "{help}");
        }
    }
    let of_verbs = EXAMPLES.iter().flat_map(|(_, lines)| lines.iter());
    for line in of_verbs.chain(TOPICS.iter().flat_map(|topic| topic.examples)) {
        let found = commands(line.split("   (").next().unwrap_or_default());
        assert!(!found.is_empty(), "{line}");
        for command in found {
            assert!(matches!(read(words(&command)), Read::Line(_)), "{command}");
        }
    }
}

#[test]
fn the_examples_of_the_man_pages_can_be_read() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../man");
    let mut seen = 0;
    let pages = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    // The suite runs the scripts of that one.
    for page in pages.filter(|page| !page.ends_with("lead-scripting.7")) {
        let text = std::fs::read_to_string(&page).unwrap();
        let displays = text.split("\n.Bd -literal").skip(1).filter_map(|rest| rest.split("\n.Ed").next());
        for line in displays.flat_map(|display| display.lines().skip(1)) {
            let line = line.replace("\\(dq", "\"").replace("\\&", "").replace("\\e", "\\");
            for command in commands(&line) {
                assert!(matches!(read(words(&command)), Read::Line(_)), "{}: {command}", page.display());
                seen += 1;
            }
        }
    }
    assert!(seen > 100, "{seen} examples");
}
