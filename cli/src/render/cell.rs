//! One value of a row, for a machine and for a person.
//!
//! A machine gets ids, UTC and whole texts on one line; a person gets labels, local time and words.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Write};

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use lead_shared::domain::badge::Badge;
use lead_shared::domain::claim::Claim;
use lead_shared::domain::money::Money;
use lead_shared::domain::text;
use lead_shared::domain::view::{ActionView, Row};

use super::json;

/// A value as a column finds it in a row.
pub(super) enum Cell<'a> {
    Empty,
    Text(&'a str),
    Number(u64),
    /// In whole percent.
    Percent(u64),
    /// How much, and how much of that is dark.
    Bar {
        part: u64,
        whole: u64,
    },
    /// A sparkline, by a scale of its own or by that of the whole column.
    Spark {
        values: Vec<u64>,
        own: bool,
    },
    Numbers(&'a [u64]),
    Words(Cow<'a, [Cow<'a, str>]>),
    Tags(&'a [String]),
    Fields(&'a BTreeMap<String, String>),
    Yes(bool),
    At(Timestamp),
    Day(Date, Option<Time>),
    Money(Money),
    Stage {
        id: &'a str,
        label: &'a str,
    },
    Claim(&'a Claim),
    Badge(Badge),
    Actions(&'a [ActionView]),
}

impl<'a> Cell<'a> {
    pub(super) fn text(text: Option<&'a str>) -> Self {
        text.filter(|text| !text.is_empty()).map_or(Self::Empty, Self::Text)
    }

    pub(super) fn number(number: Option<u64>) -> Self {
        number.map_or(Self::Empty, Self::Number)
    }

    pub(super) fn at(at: Option<Timestamp>) -> Self {
        at.map_or(Self::Empty, Self::At)
    }

    pub(super) fn words<W: Into<Cow<'a, str>>>(words: impl IntoIterator<Item = W>) -> Self {
        Self::Words(words.into_iter().map(Into::into).collect())
    }

    /// True when there is nothing to be seen.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Numbers(numbers) => numbers.is_empty(),
            Self::Bar { whole, .. } => *whole == 0,
            Self::Spark { values, .. } => values.is_empty(),
            Self::Words(words) => words.is_empty(),
            Self::Tags(tags) => tags.is_empty(),
            Self::Fields(fields) => fields.is_empty(),
            Self::Actions(actions) => actions.is_empty(),
            _ => false,
        }
    }
}

/// A time of day as people type it: `15:00`, with seconds only where there are some.
pub(super) struct Clock(pub(super) Time);

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0.hour(), self.0.minute())?;
        if self.0.second() != 0 { write!(f, ":{:02}", self.0.second()) } else { Ok(()) }
    }
}

/// An instant as people say it: `Mon 2026-11-23 14:03`.
pub(crate) fn moment(at: Timestamp, zone: &TimeZone) -> String {
    let local = Zoned::new(at, zone.clone());
    format!("{} {} {:02}:{:02}", local.strftime("%a"), local.date(), local.hour(), local.minute())
}

/// Appends a value for a machine. Tab, line end, return and backslash become `\t`, `\n`, `\r` and `\\`,
/// what else could disturb a terminal `\u{1b}`: a row stays one line and can be read back.
pub(super) fn write_plain(line: &mut Vec<u8>, cell: &Cell<'_>) -> io::Result<()> {
    match cell {
        Cell::Empty => Ok(()),
        Cell::Text(text) => {
            write_text(line, text);
            Ok(())
        }
        Cell::Number(number) | Cell::Percent(number) | Cell::Bar { whole: number, .. } => {
            write!(line, "{number}")
        }
        Cell::Spark { values, .. } => join(line, values.iter(), |line, value| write!(line, "{value}")),
        Cell::Numbers(numbers) => join(line, numbers.iter(), |line, number| write!(line, "{number}")),
        Cell::Words(words) => join(line, words.iter(), |line, word| {
            write_text(line, word);
            Ok(())
        }),
        Cell::Tags(tags) => join(line, tags.iter(), |line, tag| {
            write_text(line, tag);
            Ok(())
        }),
        Cell::Fields(fields) if fields.is_empty() => Ok(()),
        Cell::Fields(fields) => json::write(line, fields),
        Cell::Yes(yes) => line.write_all(if *yes { b"yes" } else { b"no" }),
        Cell::At(at) => write!(line, "{at}"),
        Cell::Day(date, None) => write!(line, "{date}"),
        Cell::Day(date, Some(time)) => write!(line, "{date} {}", Clock(*time)),
        Cell::Money(money) => write!(line, "{} {}", money.amount(), money.currency()),
        Cell::Stage { id, .. } => {
            write_text(line, id);
            Ok(())
        }
        Cell::Claim(claim) => {
            write_text(line, claim.by.as_str());
            write!(line, " {}", claim.until)
        }
        Cell::Badge(badge) => line.write_all(badge.word().as_bytes()),
        Cell::Actions(actions) => join(line, actions.iter(), |line, action| {
            write_text(line, &action.name);
            Ok(())
        }),
    }
}

fn join<'a, T: 'a>(
    line: &mut Vec<u8>,
    all: impl Iterator<Item = &'a T>,
    mut each: impl FnMut(&mut Vec<u8>, &'a T) -> io::Result<()>,
) -> io::Result<()> {
    for (at, one) in all.enumerate() {
        if at > 0 {
            line.push(b',');
        }
        each(line, one)?;
    }
    Ok(())
}

fn write_text(line: &mut Vec<u8>, text: &str) {
    let special = |c: char| c == '\\' || text::is_unsafe(c);
    if !text.contains(special) {
        line.extend_from_slice(text.as_bytes());
        return;
    }
    let mut buffer = [0; 4];
    for c in text.chars() {
        match c {
            '\\' => line.extend_from_slice(b"\\\\"),
            '\t' => line.extend_from_slice(b"\\t"),
            '\n' => line.extend_from_slice(b"\\n"),
            '\r' => line.extend_from_slice(b"\\r"),
            c if text::is_unsafe(c) => line.extend(c.escape_unicode().map(|c| c as u8)),
            c => line.extend_from_slice(c.encode_utf8(&mut buffer).as_bytes()),
        }
    }
}

/// A value for a person, on one line and escaped.
pub(super) fn shown(cell: &Cell<'_>, zone: &TimeZone) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => one_line(text),
        Cell::Number(number) => number.to_string(),
        Cell::Percent(number) => format!("{number}%"),
        // What is drawn is drawn by the table, which knows the scale and the room.
        Cell::Bar { .. } | Cell::Spark { .. } => String::new(),
        Cell::Numbers(numbers) => numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(", "),
        Cell::Words(words) => words.iter().map(|word| one_line(word)).collect::<Vec<_>>().join(", "),
        Cell::Tags(tags) => tags.iter().map(|tag| one_line(tag)).collect::<Vec<_>>().join(", "),
        Cell::Fields(fields) => fields
            .iter()
            .map(|(key, value)| one_line(&format!("{key}={value}")))
            .collect::<Vec<_>>()
            .join(", "),
        Cell::Yes(yes) => (if *yes { "yes" } else { "no" }).to_owned(),
        Cell::At(at) => moment(*at, zone),
        Cell::Day(date, time) => {
            let day = format!("{} {date}", date.strftime("%a"));
            time.map_or(day.clone(), |time| format!("{day} {}", Clock(time)))
        }
        Cell::Money(money) => format!("{} {}", money.amount(), money.currency()),
        Cell::Stage { label, .. } => one_line(label),
        Cell::Claim(claim) => one_line(&format!("{} until {}", claim.by, moment(claim.until, zone))),
        Cell::Badge(badge) => badge.word().to_owned(),
        Cell::Actions(actions) => {
            actions.iter().map(|action| one_line(&action.name)).collect::<Vec<_>>().join(", ")
        }
    }
}

fn one_line(text: &str) -> String {
    text::escape(&text.replace(['\n', '\t'], " ")).into_owned()
}

/// Appends what a thing is called by: its number, or its name where it has none.
pub(super) fn write_id(line: &mut Vec<u8>, row: &Row) -> io::Result<()> {
    let cell = match row {
        Row::Lead(view) => Cell::Number(view.id),
        Row::Action(view) => Cell::Text(&view.name),
        Row::Entry(view) => Cell::Number(view.seq),
        Row::Customer(view) => Cell::Number(view.id),
        Row::Report(view) => super::report::name(view),
        Row::Deal(view) => Cell::Number(view.id),
        Row::Appointment(view) => Cell::Number(view.id),
        Row::User(view) => Cell::Text(view.login.as_str()),
        Row::Status(view) => Cell::Text(view.user.login.as_str()),
        Row::Pipeline(view) => Cell::Text(view.id.as_str()),
        Row::Mail(view) => Cell::Number(view.id),
        Row::Planned(view) => Cell::Text(&view.kind),
        Row::Why(view) => Cell::Text(view.kind.name()),
        Row::Setting(view) => Cell::Text(&view.key),
        Row::Diagnosis(view) => Cell::Text(&view.place),
        Row::PipelineText(_)
        | Row::Zone(_)
        | Row::Column(_)
        | Row::Part(_)
        | Row::Head(_)
        | Row::Agenda(_)
        | Row::Import(_)
        | Row::Backup(_)
        | Row::Matter(_)
        | Row::Due(_) => Cell::Empty,
    };
    write_plain(line, &cell)
}
