//! What may stand where the cursor is, in a line that is not typed to its end.
//!
//! Reads the line by the same table of verbs and options as every line, so that nothing can be offered
//! that is refused, or forgotten when a verb is added.

use clap::{Arg, ArgAction, Command};

use super::help;
use super::topic::TOPICS;

/// The word before a verb or a topic that is to be explained.
const HELP: (&str, &str) = ("help", "what a verb does, or a topic");

/// A word that can be typed, and what it means.
pub type Word = (String, String);

/// The place of the cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slot {
    /// The verb, `deal start`; empty before one is typed.
    pub verb: String,
    /// The words after it that are no options.
    pub words: Vec<String>,
    /// What the word that is being typed begins with and keeps: `--stage=`.
    pub before: String,
    /// The rest of that word.
    pub typed: String,
    /// The words that fit, where the table knows them.
    pub known: Vec<Word>,
    /// The name of the value that fits, as help has it: `STAGE`.
    pub value: Option<String>,
    /// `--store`
    pub store: Option<String>,
    /// `--as`
    pub as_user: Option<String>,
}

/// The place behind these words; the first is the program, the last is being typed.
pub fn slot(words: &[String]) -> Slot {
    let mut root = help::command(true, 80);
    root.build();
    let mut slot = Slot::default();
    let Some((typed, before)) = words.split_last() else { return slot };
    let (asks_help, before) = match before {
        [_, help, rest @ ..] if help == HELP.0 => (true, rest),
        [_, rest @ ..] => (false, rest),
        [] => (false, before),
    };
    let mut command = &root;
    let mut awaited: Option<&Arg> = None;
    let mut only_words = false;
    for word in before {
        if let Some(option) = awaited.take() {
            slot.keep(option, word);
        } else if only_words {
            slot.words.push(word.clone());
        } else if word == "--" {
            only_words = true;
        } else if let Some((option, value)) = option(command, word) {
            match value {
                Some(value) => slot.keep(option, value),
                None => awaited = Some(option).filter(|option| takes_next(option)),
            }
        } else if let Some(verb) = command.find_subcommand(word) {
            let name = verb.get_name();
            slot.verb = if slot.verb.is_empty() { name.to_owned() } else { format!("{} {name}", slot.verb) };
            command = verb;
        } else if !is_option(word) {
            slot.words.push(word.clone());
        }
    }
    slot.typed.clone_from(typed);
    if asks_help {
        slot.known = slot.helped(command);
        return slot;
    }
    let inline = (!only_words && awaited.is_none()).then(|| option(command, typed)).flatten();
    if let Some(option) = awaited {
        slot.expect(option);
    } else if let Some((option, Some(value))) = inline {
        slot.before = typed[..typed.len() - value.len()].to_owned();
        value.clone_into(&mut slot.typed);
        slot.expect(option);
    } else if !only_words && is_option(typed) {
        slot.known = options(command);
    } else if command.has_subcommands() {
        slot.known = verbs(command);
        if slot.verb.is_empty() {
            slot.known.push((HELP.0.to_owned(), HELP.1.to_owned()));
        }
    } else {
        let places: Vec<&Arg> = command.get_positionals().collect();
        let last =
            places.last().filter(|last| last.get_num_args().is_some_and(|count| count.max_values() > 1));
        if let Some(place) = places.get(slot.words.len()).or(last) {
            slot.expect(place);
        }
    }
    slot
}

impl Slot {
    /// What can stand behind `help`: a topic or a verb, then the verbs of that verb.
    fn helped(&self, command: &Command) -> Vec<Word> {
        let is_first = self.verb.is_empty() && self.words.is_empty();
        let topics = TOPICS.iter().filter(|_| is_first);
        let topics = topics.map(|topic| (topic.name().to_owned(), topic.about.to_owned()));
        topics.chain(verbs(command).into_iter().filter(|_| self.words.is_empty())).collect()
    }

    fn expect(&mut self, arg: &Arg) {
        for value in arg.get_possible_values().iter().filter(|value| !value.is_hide_set()) {
            let help = value.get_help().map(ToString::to_string).unwrap_or_default();
            self.known.push((value.get_name().to_owned(), help));
        }
        self.value = arg.get_value_names().and_then(|names| names.first()).map(ToString::to_string);
    }

    fn keep(&mut self, option: &Arg, value: &str) {
        match option.get_long() {
            Some("store") => self.store = Some(value.to_owned()),
            Some("as") => self.as_user = Some(value.to_owned()),
            // A target may stand before the leads; it is no word of its own.
            _ => {}
        }
    }
}

fn is_option(word: &str) -> bool {
    word.starts_with('-') && !word[1..].starts_with(|first: char| first.is_ascii_digit())
}

/// The option this word is, and the value that stands in the word itself.
fn option<'a, 'w>(command: &'a Command, word: &'w str) -> Option<(&'a Arg, Option<&'w str>)> {
    if let Some(long) = word.strip_prefix("--") {
        let (name, value) = long.split_once('=').map_or((long, None), |(name, value)| (name, Some(value)));
        return command.get_arguments().find(|arg| arg.get_long() == Some(name)).map(|arg| (arg, value));
    }
    let mut rest = word.strip_prefix('-')?;
    loop {
        let name = rest.chars().next()?;
        let arg = command.get_arguments().find(|arg| arg.get_short() == Some(name))?;
        rest = &rest[name.len_utf8()..];
        if rest.is_empty() {
            return Some((arg, None));
        }
        if takes_next(arg) {
            return Some((arg, Some(rest)));
        }
    }
}

fn takes_next(option: &Arg) -> bool {
    matches!(option.get_action(), ArgAction::Set | ArgAction::Append) && !option.is_require_equals_set()
}

fn options(command: &Command) -> Vec<Word> {
    let longs = command.get_arguments().filter(|arg| !arg.is_hide_set());
    longs
        .filter_map(|arg| {
            let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
            arg.get_long().map(|long| (format!("--{long}"), help))
        })
        .collect()
}

fn verbs(command: &Command) -> Vec<Word> {
    let shown = command.get_subcommands().filter(|verb| !verb.is_hide_set());
    shown
        .map(|verb| {
            let about = verb.get_about().map(ToString::to_string).unwrap_or_default();
            (verb.get_name().to_owned(), about)
        })
        .collect()
}
