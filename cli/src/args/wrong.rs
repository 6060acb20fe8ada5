//! Why a line has no shape, in our own words (cli.md §6): clap's errors in the form of all others.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, Error, ErrorKind};
use clap::{Arg, ArgAction, Command};
use lead_shared::domain::text::escape;
use lead_shared::domain::{likeness, name};

use super::help::GROUPS;
use super::topic::{TOPICS, Topic};
use crate::halt;
use crate::text;
use crate::words::Said;

/// What other programs call our verbs.
const OTHER_WORDS: [(&str, &[&str]); 14] = [
    ("add", &["new", "create", "insert"]),
    ("list", &["find", "search", "query", "leads"]),
    ("show", &["view", "cat"]),
    ("edit", &["update", "change", "rename"]),
    ("note", &["comment"]),
    ("log", &["call", "email", "contacted"]),
    ("trash", &["delete", "remove", "rm", "del", "archive"]),
    ("board", &["kanban"]),
    ("today", &["due", "overdue", "todo", "inbox", "dashboard"]),
    ("assign", &["give", "hand"]),
    ("schedule", &["remind", "reminder", "follow-up", "followup", "snooze"]),
    ("report", &["stats", "statistics", "summary"]),
    ("config", &["settings", "preferences", "options"]),
    ("outbox", &["mail", "mails", "queue"]),
];

/// Whether the line asks for JSON, as far as can be told without reading it.
pub(super) fn wants_json(words: &[OsString]) -> bool {
    let words = || words.iter().map(|word| word.to_string_lossy()).take_while(|word| word != "--");
    let is_json = |value: &str| value.eq_ignore_ascii_case("json") || value.eq_ignore_ascii_case("ndjson");
    let follows = words()
        .zip(words().skip(1))
        .any(|(option, value)| (option == "-F" || option == "--format") && is_json(&value));
    follows
        || words().any(|word| {
            let value = word.strip_prefix("--format=").or_else(|| word.strip_prefix("-F"));
            word == "--json" || value.is_some_and(|value| is_json(value.trim_start_matches('=')))
        })
}

/// The refusal of words that are not UTF-8.
pub(super) fn not_text(words: &[OsString]) -> Option<Said> {
    let (place, word) = words.iter().enumerate().find(|(_, word)| word.to_str().is_none())?;
    let shown = escape(&word.to_string_lossy()).into_owned();
    Some(halt::said(2, "usage", format!("argument {place} is not UTF-8: `{shown}`"), Vec::new()))
}

/// The refusal of a word that help knows nothing of.
pub(super) fn no_topic(typed: &str) -> Said {
    let shown = escape(typed);
    let verbs = GROUPS.iter().flat_map(|(_, verbs)| verbs.iter().copied());
    let topics = TOPICS.iter().map(Topic::name);
    let near = likeness::near(typed, verbs.chain(topics.clone()));
    let mut hints: Vec<String> =
        near.iter().map(|near| format!("did you mean `lead help {near}`?")).collect();
    hints.truncate(1);
    hints.push(format!("topics: {}", topics.collect::<Vec<_>>().join(", ")));
    hints.push("`lead --help`".to_owned());
    halt::said(2, "usage", format!("there is no verb or topic `{shown}`"), hints)
}

/// What clap found, as we say it.
pub(super) fn said(error: &Error, words: &[OsString], command: &Command) -> Said {
    let (verb, path) = typed(words, command);
    let invalid = option(error, ContextKind::InvalidArg);
    let value = one(error, ContextKind::InvalidValue);
    let mut hints = Vec::new();
    if error.kind() == ErrorKind::UnknownArgument {
        hints.extend(invalid.as_deref().and_then(|found| as_value(&whole(found, words), words, verb)));
    }
    let message = match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let typed = one(error, ContextKind::InvalidSubcommand).unwrap_or_default();
            format!("there is no verb `{typed}`")
        }
        ErrorKind::UnknownArgument => {
            let typed = whole(&invalid.unwrap_or_default(), words);
            if typed.starts_with('-') {
                format!("there is no option `{typed}`")
            } else {
                format!("`{typed}` is one word too many")
            }
        }
        ErrorKind::InvalidValue => match value.filter(|value| !value.is_empty()) {
            Some(value) => {
                let option = invalid.unwrap_or_default();
                format!("`{option}` `{value}` is not one of {}", list(error, ContextKind::ValidValue))
            }
            None => format!("`{}` needs a value", invalid.unwrap_or_default()),
        },
        ErrorKind::ValueValidation => {
            let why = std::error::Error::source(error).map(ToString::to_string);
            let why = why.unwrap_or_else(|| "is not valid".to_owned());
            format!("`{}` `{}` {why}", invalid.unwrap_or_default(), value.unwrap_or_default())
        }
        ErrorKind::MissingRequiredArgument => {
            let missing: Vec<_> = many(error, ContextKind::InvalidArg).iter().map(|one| bare(one)).collect();
            format!("{} is missing", missing.join(", "))
        }
        ErrorKind::ArgumentConflict => {
            let invalid = invalid.unwrap_or_default();
            let prior = many(error, ContextKind::PriorArg);
            match prior.first().map(|prior| bare(prior)) {
                Some(prior) if prior != invalid => format!("`{invalid}` and `{prior}` exclude each other"),
                _ => format!("`{invalid}` is given twice"),
            }
        }
        ErrorKind::NoEquals => {
            let option = invalid.unwrap_or_default();
            hints.push(format!("`{option}=TITLE`"));
            format!("`{option}` takes its value after `=`")
        }
        ErrorKind::TooManyValues => {
            format!("`{}` is one word too many", value.unwrap_or_default())
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            if path != "lead" {
                let verbs: Vec<_> = verb.get_subcommands().map(Command::get_name).collect();
                hints.push(format!("one of: {}", verbs.join(", ")));
            }
            "a verb is missing".to_owned()
        }
        _ => "this line cannot be read".to_owned(),
    };
    hints.extend(meant(error, verb, &path));
    hints.push(format!("`{path} --help`"));
    halt::said(2, "usage", message, hints)
}

/// What was meant by a word that is not known: one that is like it, or does what it says.
fn meant(error: &Error, verb: &Command, path: &str) -> Option<String> {
    let did_you_mean = |near: &str| format!("did you mean `{near}`?");
    let typed = match error.kind() {
        ErrorKind::InvalidSubcommand => one(error, ContextKind::InvalidSubcommand)?,
        ErrorKind::InvalidValue => one(error, ContextKind::InvalidValue)?,
        ErrorKind::UnknownArgument => one(error, ContextKind::InvalidArg)?,
        _ => return None,
    };
    let known: Vec<String> = match error.kind() {
        ErrorKind::InvalidSubcommand => {
            verb.get_subcommands().map(|verb| verb.get_name().to_owned()).collect()
        }
        ErrorKind::InvalidValue => many(error, ContextKind::ValidValue),
        _ => Vec::new(),
    };
    if let Some(near) = likeness::closest(&typed, known.iter().map(String::as_str)) {
        return Some(did_you_mean(near));
    }
    let other = OTHER_WORDS.iter().find(|(_, words)| words.iter().any(|word| name::same(word, &typed)));
    if let Some((verb, _)) = other.filter(|_| path == "lead" && error.kind() == ErrorKind::InvalidSubcommand)
    {
        return Some(did_you_mean(&format!("lead {verb}")));
    }
    let suggested =
        [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue];
    let near = suggested.into_iter().find_map(|kind| many(error, kind).pop())?;
    Some(did_you_mean(&escape(&near)))
}

/// The word in which clap met a letter that is no option: `-3d` for `-3`.
fn whole(found: &str, words: &[OsString]) -> String {
    let is_letter = found.starts_with('-') && found.chars().count() == 2;
    let mut typed = words.iter().skip(1).filter_map(|word| word.to_str());
    match typed.find(|word| is_letter && !word.starts_with("--") && word.starts_with(found)) {
        Some(word) => escape(word).into_owned(),
        None => found.to_owned(),
    }
}

/// How a word that begins as an option does is the value of the option before it.
fn as_value(typed: &str, words: &[OsString], verb: &Command) -> Option<String> {
    let (option, _) = words.iter().zip(words.iter().skip(1)).find(|(_, word)| *word == typed)?;
    let long = option.to_str()?.strip_prefix("--")?;
    let takes_value = |arg: &Arg| matches!(arg.get_action(), ArgAction::Set | ArgAction::Append);
    let known = verb.get_arguments().find(|arg| arg.get_long() == Some(long) && takes_value(arg))?;
    Some(format!("`--{}={}`", known.get_long()?, text::quoted(typed)))
}

/// The verb that was typed, as far as it was one, and how one gets there.
fn typed<'c>(words: &[OsString], command: &'c Command) -> (&'c Command, String) {
    let (mut at, mut path) = (command, "lead".to_owned());
    for word in words.iter().skip(1).filter_map(|word| word.to_str()).take_while(|word| *word != "--") {
        if let Some(below) = at.find_subcommand(word) {
            path.push(' ');
            path.push_str(below.get_name());
            at = below;
        }
    }
    (at, path)
}

fn many(error: &Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(one)) => vec![one.clone()],
        Some(ContextValue::Strings(many)) => many.clone(),
        _ => Vec::new(),
    }
}

fn one(error: &Error, kind: ContextKind) -> Option<String> {
    many(error, kind).first().map(|one| escape(one).into_owned())
}

fn list(error: &Error, kind: ContextKind) -> String {
    many(error, kind).iter().map(|one| format!("`{one}`")).collect::<Vec<_>>().join(", ")
}

/// The option or place an error is about, without the sketch of its values.
fn option(error: &Error, kind: ContextKind) -> Option<String> {
    one(error, kind).map(|one| bare(&one))
}

/// `--into <N>` is `--into`; `<NAME>...` is `NAME`.
fn bare(sketch: &str) -> String {
    let word = if sketch.starts_with('-') {
        sketch.split([' ', '=', '[']).next().unwrap_or(sketch)
    } else {
        sketch.trim_end_matches("...")
    };
    word.trim_matches(['<', '>', '[', ']']).to_owned()
}
