//! `lead help TOPIC`: what holds for many verbs, each on a screen; the whole of it is in the manual.
//!
//! Lists come from the tables that the program itself goes by, so that none of them can grow stale.

use clap::ValueEnum as _;
use lead_shared::domain::filter;
use lead_shared::domain::name::same;

use super::Format;
use super::layout::{entries, paragraph};
use crate::exit::EXITS;

/// A topic of help.
pub(super) struct Topic {
    /// Its name, and other words for it.
    pub(super) names: &'static [&'static str],
    /// What it is about, in a line of `lead --help`.
    pub(super) about: &'static str,
    /// The manual page that has the whole of it.
    page: &'static str,
    /// Lines that can be typed.
    pub(super) examples: &'static [&'static str],
    body: fn(usize) -> String,
}

/// The topics, in the order in which they are told.
pub(super) const TOPICS: [Topic; 7] = [
    Topic {
        names: &["filters", "filter", "terms", "where"],
        about: "which leads: kind:open owner:me due:overdue tag:vip acme",
        page: "lead-filter",
        examples: &[
            "lead list kind:open owner:me",
            "lead list created.within:24h contacted:never",
            "lead trash --where 'stage:new source:\"cold call\" idle.over:30d' -n",
        ],
        body: filters,
    },
    Topic {
        names: &["ids", "id", "leads"],
        about: "how leads are named: 12 or 12,15 or 3-7 or kim@acme.example or -",
        page: "lead",
        examples: &["lead show 12", "lead tag 3-7 15 vip", "lead list due:overdue -F ids | lead own -"],
        body: ids,
    },
    Topic {
        names: &["when", "dates", "date", "times"],
        about: "dates and times: fri 15:00, in 3 days, +3d, 2026-12-01",
        page: "lead",
        examples: &["lead schedule 12 fri 15:00", "lead add 'Kim Lee' --follow-up 'in 3 days'"],
        body: when,
    },
    Topic {
        names: &["formats", "format", "output", "json"],
        about: "how results are printed: tables, JSON, CSV, numbers",
        page: "lead",
        examples: &[
            "lead show 12 --json",
            "lead list -F csv > leads.csv",
            "lead list --columns id,name,value",
        ],
        body: formats,
    },
    Topic {
        names: &["exit-codes", "exit", "exits", "codes"],
        about: "what the program ends with: 0 done, 2 wrong usage, …",
        page: "lead",
        examples: &["lead claim 12 || [ $? = 4 ]"],
        body: exit_codes,
    },
    Topic {
        names: &["environment", "env", "variables", "files"],
        about: "LEAD_STORE, LEAD_USER, LEAD_NOW and others",
        page: "lead",
        examples: &["LEAD_STORE=/srv/leads lead status", "LEAD_NOW=2026-12-01T08:00:00Z lead today"],
        body: environment,
    },
    Topic {
        names: &["scripting", "scripts", "cron"],
        about: "lead in shell scripts and cron jobs",
        page: "lead-scripting",
        examples: &[
            "id=$(lead add 'Kim Lee' --email kim@acme.example)",
            "lead today --check -q > /dev/null || echo 'something is late'",
        ],
        body: scripting,
    },
];

/// The topic of this name.
pub(super) fn topic(typed: &str) -> Option<&'static Topic> {
    TOPICS.iter().find(|topic| topic.names.iter().any(|name| same(name, typed)))
}

impl Topic {
    /// The name it is listed by.
    pub(super) fn name(&self) -> &'static str {
        self.names.first().copied().unwrap_or_default()
    }

    /// The whole text, in lines of this width.
    pub(super) fn text(&self, width: usize) -> String {
        let examples: String = self.examples.iter().map(|line| paragraph(line, 2, width)).collect();
        let body = (self.body)(width);
        format!("Examples:\n{examples}\n{body}\nMore: man {}\n", self.page)
    }
}

const VARIABLES: [(&str, &str); 9] = [
    ("LEAD_STORE", "the folder of the store, as --store"),
    ("LEAD_USER", "act as this user, as --as"),
    ("LEAD_NOW", "what the clock shows, for previews and tests: an RFC 3339 instant, or @FILE with one"),
    ("LEAD_EDITOR, VISUAL, EDITOR", "the editor, in this order"),
    ("LEAD_PAGER, PAGER", "the pager for what is longer than the terminal, in this order; without one, none"),
    ("NO_COLOR, CLICOLOR_FORCE", "no colour; colour though there is no terminal"),
    ("COLUMNS", "how wide help is, where it is not the terminal that says it"),
    ("XDG_DATA_HOME, HOME", "where the store is unless told: ~/.local/share/lead"),
    ("XDG_CONFIG_HOME, XDG_CONFIG_DIRS", "where your own file is: ~/.config/lead/config.toml"),
];

const WHENS: [(&str, &str); 13] = [
    ("2026-12-01", "the year first; 1/12/26 is refused, as it has two readings"),
    ("1 dec", "the next one, today included"),
    ("today, tomorrow, yesterday", "in your zone"),
    ("fri", "the coming one; on a Friday, next week's"),
    ("next fri", "the one of the next week; weeks begin on Monday"),
    ("next week, next month", "the same day of it"),
    ("in 3 days, +3d, 2w, 1m, 1y", "by the calendar; m is a month"),
    ("in 2 hours, +90min", "from now on, as time passes"),
    ("3 days ago", "what is over may be said"),
    ("end of week, end of month", "the end of the week is its Friday"),
    ("fri 15:00, tomorrow at 9am", "each day may have a time"),
    ("15:00, noon", "a time alone is today's"),
    ("none", "ends the follow-up, where there is one to end"),
];

fn filters(width: usize) -> String {
    let rows: Vec<(String, String)> = filter::KEYS.iter().map(filter_row).collect();
    let rows = rows.iter().map(|(term, meaning)| (term.as_str(), meaning.as_str()));
    let first = "Terms say which leads are meant: behind list, board, today, report, export and watch, and in \
                 --where. All must match; a comma is or. A suffix stands behind the key: stage.not:lost.";
    let last = "WHEN is a day, FROM..TO or a span (7d); what is missing matches none alone. A word without a \
                colon is looked for in name and email.";
    format!("{}\n{}\n{}", paragraph(first, 0, width), entries(rows, width), paragraph(last, 0, width))
}

/// A key as it is typed, and what it means with the suffixes it takes.
fn filter_row(key: &filter::Key) -> (String, String) {
    let (first, rest) = key.suffixes.split_first().unwrap_or((&"", &[]));
    let dot = if first.is_empty() { "" } else { "." };
    let rest: Vec<String> = rest.iter().map(|suffix| format!(".{suffix}")).collect();
    let rest = if rest.is_empty() { String::new() } else { format!(" ({})", rest.join(" ")) };
    (format!("{}{dot}{first}:{}", key.name, key.value), format!("{}{rest}", key.meaning))
}

fn ids(width: usize) -> String {
    let rows = [
        ("12", "a number"),
        ("12,15", "several"),
        ("3-7", "a range, whose gaps are skipped"),
        ("kim@acme.example", "an address; exit 7 where it belongs to several leads"),
        ("-", "numbers from standard input, white space between them"),
        ("--where TERMS", "in place of ids: all leads these match; see lead help filters"),
    ];
    let last = "Words that look like ids are ids. The first that does not begins the target, user, kind, tag, \
                date or text, and the rest of the line belongs to it; -- ends the options.";
    format!("{}\n{}", entries(rows, width), paragraph(last, 0, width))
}

fn when(width: usize) -> String {
    let first = "In any case, and in your own zone.";
    format!("{}\n{}", paragraph(first, 0, width), entries(WHENS, width))
}

fn formats(width: usize) -> String {
    let known: Vec<(String, String)> = Format::value_variants()
        .iter()
        .filter_map(clap::ValueEnum::to_possible_value)
        .map(|value| {
            let meaning = value.get_help().map(ToString::to_string).unwrap_or_default();
            (format!("-F {}", value.get_name()), meaning)
        })
        .collect();
    let rows = known.iter().map(|(name, meaning)| (name.as_str(), meaning.as_str()));
    let last = "A table on a terminal, TSV on a pipe. Results go to standard output, all that is said to a \
                person to standard error. The table may change; the others are promises. --json is -F json, \
                and an error is JSON then, too.";
    format!("{}\n{}", entries(rows, width), paragraph(last, 0, width))
}

fn exit_codes(width: usize) -> String {
    let rows: Vec<(String, &str)> =
        EXITS.iter().map(|(code, meaning)| (code.to_string(), *meaning)).collect();
    entries(rows.iter().map(|(code, meaning)| (code.as_str(), *meaning)), width)
}

fn environment(width: usize) -> String {
    let first = "An option beats the environment, which beats your own file, which beats the default.";
    format!("{}\n{}", paragraph(first, 0, width), entries(VARIABLES, width))
}

fn scripting(width: usize) -> String {
    let rows = [
        (
            "numbers",
            "add, customer add and deal start print the number alone on a pipe; -F ids lists numbers, and - reads them",
        ),
        ("JSON", "--json for one answer, -F ndjson for a stream; fields are only ever added"),
        ("codes", "what went wrong is in the exit code: lead help exit-codes"),
        ("questions", "none without a terminal; --where needs --yes, and --no-input never asks"),
        (
            "twice",
            "what is so already writes nothing; --on-duplicate and --if-revision say what to do otherwise",
        ),
        ("events", "lead watch --from SEQ goes on where a script left off"),
        ("rehearsal", "-n does everything but the commit; LEAD_NOW sets the clock"),
    ];
    entries(rows, width)
}

#[cfg(test)]
mod tests {
    use lead_shared::domain::when;

    use super::*;

    #[test]
    fn what_is_said_of_dates_is_read_as_one() {
        let now = "2026-11-22T09:00:00+01:00[Europe/Berlin]".parse().expect("a moment");
        let listed = WHENS.iter().flat_map(|(words, _)| words.split(", "));
        for typed in listed.filter(|word| *word != "none") {
            assert!(when::parse(typed, &now).is_ok(), "{typed}");
        }
    }

    #[test]
    fn a_name_is_of_one_topic() {
        let mut names: Vec<&str> = TOPICS.iter().flat_map(|topic| topic.names).copied().collect();
        names.sort_unstable();
        let all = names.len();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}
