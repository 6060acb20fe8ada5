//! What can be asked in a line: what it is about, how it is typed, and the deed it makes.
//!
//! The words of a line are read by the table that reads the verbs: what is wrong there is wrong here,
//! in the same words.

use lead_shared::domain::request::{Conversion, Deed};

use super::errand::Held;
use crate::args::{self, Global, Read, Verb};
use crate::words::{self, Said};

/// What a line is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asking {
    Log,
    Schedule,
    Note,
    Assign,
    Tag,
    Convert,
    Filter,
    Search,
}

impl Asking {
    /// The verb, or what stands for it.
    pub(super) fn verb(self) -> &'static str {
        match self {
            Self::Log => "log",
            Self::Schedule => "schedule",
            Self::Note => "note",
            Self::Assign => "assign",
            Self::Tag => "tag",
            Self::Convert => "convert",
            Self::Filter => "filter",
            Self::Search => "search",
        }
    }

    /// How the line is typed.
    pub(super) fn usage(self) -> &'static str {
        match self {
            Self::Log => "KIND TEXT… [--next WHEN | --done] [--outcome TEXT] [--move TARGET]",
            Self::Schedule => "fri 15:00, in 3 days, 2026-12-01 … or none [--note TEXT]",
            Self::Note => "what to write",
            Self::Assign => "a login, me or none",
            Self::Tag => "TAG… [--remove TAG]",
            Self::Convert => "Enter converts [--into N | --new] [--start-deal=TITLE] [--company-name]",
            Self::Filter => "kind:open, owner:me, tag:vip, due:overdue …; nothing shows all",
            Self::Search => "a part of a card; Up and Down go to the others",
        }
    }

    /// The deed that the line asks for.
    ///
    /// # Errors
    /// What the verb says of such a line.
    pub(super) fn deed(self, held: &Held, typed: &str) -> Result<Deed, Said> {
        if self == Self::Note {
            return Ok(Deed::Note { text: typed.to_owned() });
        }
        let mut words = vec!["lead".to_owned(), self.verb().to_owned(), held.id.to_string()];
        words.extend(split(typed));
        let line = match args::read(words.into_iter().map(Into::into)) {
            Read::Line(line) => line,
            Read::Page(_) => return Err(words::usage("there is no help within a line", &[help(self)])),
            Read::Wrong { said, .. } => return Err(said),
        };
        if line.global != Global::default() {
            return Err(words::usage(
                "options of `lead` itself have no meaning within a line",
                &[help(self)],
            ));
        }
        let rest = |words: &[String]| words.get(1..).unwrap_or_default().join(" ");
        let given = |field: &str, hint: &str, rest: String| {
            if rest.is_empty() { Err(missing(field, hint)) } else { Ok(rest) }
        };
        match line.verb {
            Verb::Log(log) => {
                let kind = log.words.get(1).ok_or_else(|| missing("KIND", "call left a message"))?;
                let text = rest(&log.words[1..]);
                Ok(Deed::Log {
                    kind: kind.clone(),
                    text: (!text.is_empty()).then_some(text),
                    outcome: log.outcome,
                    next: log.next,
                    done: log.done,
                    target: log.target,
                })
            }
            Verb::Schedule(line) => {
                let when = given("WHEN", "tomorrow", rest(&line.words))?;
                Ok(Deed::Schedule { when, note: line.note })
            }
            Verb::Assign(line) if line.next => Ok(Deed::AssignNext),
            Verb::Assign(line) => Ok(Deed::Assign { to: given("USER", "me", rest(&line.words))? }),
            Verb::Tag(line) => {
                let add = line.words.get(1..).unwrap_or_default().to_vec();
                if add.is_empty() && line.remove.is_empty() {
                    return Err(missing("TAG", "vip"));
                }
                Ok(Deed::Tag { add, remove: line.remove })
            }
            Verb::Convert(line) if line.words.len() == 1 => Ok(Deed::Convert(Conversion {
                into: line.into,
                new: line.new,
                company_name: line.company_name,
                deal: line.deal.title(),
            })),
            _ => Err(words::usage("that is one word too many", &[help(self)])),
        }
    }
}

fn help(asking: Asking) -> String {
    format!("lead {} --help", asking.verb())
}

fn missing(field: &str, example: &str) -> Said {
    let mut said = words::usage(&format!("{field} is required"), &[format!("type `{example}`")]);
    said.code = "missing";
    said
}

/// The words of a line. Quotes keep blanks together where a word begins with one and another ends it;
/// within a word they are letters, so that `it's` can be typed.
fn split(typed: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = typed.trim_start();
    while let Some(first) = rest.chars().next() {
        let (word, behind) = quoted(rest, first).unwrap_or_else(|| plain(rest));
        words.push(word);
        rest = behind.trim_start();
    }
    words
}

fn quoted(text: &str, first: char) -> Option<(String, &str)> {
    let inside = matches!(first, '"' | '\'').then(|| &text[1..])?;
    let is_end = |at: usize| inside[at + 1..].chars().next().is_none_or(char::is_whitespace);
    let end = inside.match_indices(first).map(|(at, _)| at).find(|at| is_end(*at))?;
    Some((inside[..end].to_owned(), &inside[end + 1..]))
}

/// A word; where it is an option with its value behind `=`, the value may be quoted.
fn plain(text: &str) -> (String, &str) {
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    let word = &text[..end];
    if let Some((name, value)) = word.strip_prefix("--").and_then(|_| word.split_once('='))
        && let Some(first) = value.chars().next()
        && let Some((value, behind)) = quoted(&text[name.len() + 1..], first)
    {
        return (format!("{name}={value}"), behind);
    }
    (word.to_owned(), &text[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deed(asking: Asking, typed: &str) -> Result<Deed, String> {
        let held = Held { id: 12, revision: 3, name: "Kim Lee".to_owned() };
        asking.deed(&held, typed).map_err(|said| said.message)
    }

    fn log(kind: &str, text: Option<&str>, next: Option<&str>, done: bool) -> Deed {
        let (kind, text, next) = (kind.to_owned(), text.map(str::to_owned), next.map(str::to_owned));
        Deed::Log { kind, text, outcome: None, next, done, target: None }
    }

    #[test]
    fn a_line_is_read_as_the_verb_reads_it() {
        assert_eq!(deed(Asking::Log, "call"), Ok(log("call", None, None, false)));
        assert_eq!(
            deed(Asking::Log, "call it's 5 to 6 --next 'fri 15:00'"),
            Ok(log("call", Some("it's 5 to 6"), Some("fri 15:00"), false))
        );
        assert_eq!(deed(Asking::Log, "call - --done"), Ok(log("call", Some("-"), None, true)));
        assert_eq!(
            deed(Asking::Schedule, "3 days --note='send the offer'"),
            Ok(Deed::Schedule { when: "3 days".to_owned(), note: Some("send the offer".to_owned()) })
        );
        assert_eq!(deed(Asking::Assign, "me"), Ok(Deed::Assign { to: "me".to_owned() }));
        assert_eq!(deed(Asking::Assign, "--next"), Ok(Deed::AssignNext));
        assert_eq!(
            deed(Asking::Tag, "vip --remove cold"),
            Ok(Deed::Tag { add: vec!["vip".to_owned()], remove: vec!["cold".to_owned()] })
        );
        assert_eq!(deed(Asking::Note, "- 'as' typed"), Ok(Deed::Note { text: "- 'as' typed".to_owned() }));
        assert_eq!(deed(Asking::Convert, ""), Ok(Deed::Convert(Conversion::default())));
        let into = Conversion { into: Some(3), ..Conversion::default() };
        assert_eq!(deed(Asking::Convert, "--into 3"), Ok(Deed::Convert(into)));
    }

    #[test]
    fn a_line_that_is_none_is_refused() {
        for (asking, typed, said) in [
            (Asking::Log, " ", "KIND is required"),
            (Asking::Schedule, "", "WHEN is required"),
            (Asking::Assign, "", "USER is required"),
            (Asking::Tag, "", "TAG is required"),
            (Asking::Convert, "13", "that is one word too many"),
            (Asking::Log, "call --help", "there is no help within a line"),
            (Asking::Log, "call --as kim", "options of `lead` itself have no meaning within a line"),
        ] {
            assert_eq!(deed(asking, typed), Err(said.to_owned()), "{typed}");
        }
        assert!(deed(Asking::Log, "call --nxt fri").unwrap_err().contains("--nxt"));
    }

    #[test]
    fn quotes_join_words_and_stand_within_them() {
        for (typed, words) in [
            ("", &[][..]),
            ("  a  b ", &["a", "b"]),
            ("it's 'a b' \"c d\"", &["it's", "a b", "c d"]),
            ("'don't do' x", &["don't do", "x"]),
            ("'open", &["'open"]),
            ("--x='a b' y", &["--x=a b", "y"]),
            ("--x= y", &["--x=", "y"]),
            ("王 '王 王'", &["王", "王 王"]),
        ] {
            assert_eq!(split(typed), words, "{typed}");
        }
    }
}
