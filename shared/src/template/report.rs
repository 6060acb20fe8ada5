//! Reports in words: what is counted, its columns, lines and charts, ready to be written as a page, as
//! the parts of a mail, or as text.
//!
//! Every text is one harmless line here; shares are worked out, so that whoever writes only places them.
//! Called by `lead report -F html` and for the mail of `[[report]]`.

use jiff::Zoned;
use serde::Serialize;

use crate::domain::clean::{cut, header_text};
use crate::domain::overview::{Report, ReportView};
use crate::domain::when;

mod line;
mod part;
mod text;

pub use line::{LineWords, Piece};
pub use part::{ColumnWords, PartWords};

/// Characters of one name, and of any other text from the store.
const NAME: usize = 60;
/// Characters of what was typed to say what is counted.
const TYPED: usize = 200;

/// What a report is about.
#[derive(Clone, Debug)]
pub struct Head<'a> {
    /// What it is called; what it counts where it has no name.
    pub title: Option<&'a str>,
    /// The firm, where it is known.
    pub team: Option<&'a str>,
    /// The filter's terms.
    pub terms: &'a [String],
    /// From this WHEN on.
    pub since: Option<&'a str>,
    /// Up to this WHEN, its day included.
    pub until: Option<&'a str>,
    /// When it is made, where its reader lives.
    pub now: &'a Zoned,
}

/// A report, or several under one title.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReportWords {
    /// What it is called.
    pub title: String,
    /// The firm; may be empty.
    pub team_name: String,
    /// Of which time, in words.
    pub period: String,
    /// Which leads, as a filter; empty for all.
    pub filter: String,
    /// When it was made, with the zone.
    pub made: String,
    /// What is counted, one after the other; by stage, each pipeline is a part of its own.
    pub parts: Vec<PartWords>,
}

impl ReportWords {
    /// The words of these reports, each with its lines.
    pub fn new(head: &Head<'_>, reports: &[(Report, Vec<ReportView>)]) -> Self {
        let parts: Vec<PartWords> =
            reports.iter().flat_map(|(report, lines)| part::of(*report, lines)).collect();
        let counted: Vec<&str> = reports.iter().map(|(report, _)| part::title(*report)).collect();
        let zone =
            head.now.time_zone().iana_name().map_or_else(|| head.now.offset().to_string(), str::to_owned);
        Self {
            title: head.title.map_or_else(|| counted.join(", "), one_line),
            team_name: head.team.map(one_line).unwrap_or_default(),
            period: period(head),
            filter: header_text(&head.terms.join(" "), TYPED),
            made: format!("{} ({zone})", head.now.strftime("%a %-d %b %Y %H:%M")),
            parts,
        }
    }
}

impl ReportWords {
    /// The same with no more lines in a part than these, as a mail has them.
    pub fn shortened(&self, most: usize) -> Self {
        let mut short = self.clone();
        for part in &mut short.parts {
            part.shorten(most);
        }
        short
    }
}

/// A text of the store as a line.
fn one_line(text: &str) -> String {
    header_text(text, NAME)
}

/// `from Sun 1 Nov 2026 on`; what cannot be read stands there as it was typed.
fn period(head: &Head<'_>) -> String {
    let day = |typed: &str| match when::parse(typed, head.now) {
        Ok(when) => {
            let time = when.time.map(|time| time.strftime(" %H:%M").to_string()).unwrap_or_default();
            format!("{}{time}", when.date.strftime("%a %-d %b %Y"))
        }
        Err(_) => cut(&header_text(typed, TYPED), NAME),
    };
    match (head.since.map(day), head.until.map(day)) {
        (None, None) => "all time".to_owned(),
        (Some(since), None) => format!("from {since} on"),
        (None, Some(until)) => format!("up to {until}"),
        (Some(since), Some(until)) => format!("{since} to {until}"),
    }
}
