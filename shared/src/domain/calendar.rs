//! Follow-ups and appointments as an iCalendar object (RFC 5545): published, not an invitation.
//!
//! Instants are UTC, so no zone needs describing; a follow-up without a time is a day. What a mail brings
//! and what an export writes are the same entries, by the same UIDs.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};

use super::content_line::{escape, fold};
use super::matter::MatterLead;
use super::view::AppointmentView;

/// How long a follow-up with a time takes, in minutes.
const FOLLOW_UP_MINUTES: u32 = 30;

/// A lead for a calendar: with its follow-up and its appointments, those called off among them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Agenda {
    /// The lead.
    pub lead: MatterLead,
    /// The domain of the firm's mail: the second half of its UIDs.
    pub domain: String,
}

/// A calendar: entries, and who publishes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// Whose entries they are: a bare address. In a mail, which publishes them.
    pub organizer: Option<String>,
    /// The entries.
    pub events: Vec<Event>,
}

/// One entry; the same `uid` with a higher `sequence` replaces what a calendar holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Stable for the follow-up of a lead and for an appointment, over rescheduling.
    pub uid: String,
    /// Raised by each rescheduling.
    pub sequence: u32,
    /// When the mail was made, or what is written here was last changed.
    pub stamped_at: Timestamp,
    /// When it is.
    pub span: Span,
    /// One line.
    pub summary: String,
    /// May have several lines.
    pub description: String,
    /// Where it is.
    pub place: Option<String>,
    /// Whether it was called off.
    pub is_cancelled: bool,
}

/// When an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// A day, taking no time of it.
    Day(Date),
    /// From an instant, for so many minutes.
    Time {
        /// When it begins.
        starts_at: Timestamp,
        /// How long it takes, in minutes.
        minutes: u32,
    },
}

impl Calendar {
    /// The object as text with CR LF line ends.
    #[must_use]
    pub fn to_ics(&self) -> String {
        let mut out = begin(self.organizer.is_some());
        for event in &self.events {
            event.write(self.organizer.as_deref(), &mut out);
        }
        out + END
    }
}

/// The lines before the entries.
pub fn begin(is_published: bool) -> String {
    let mut out = String::new();
    for line in ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//lead//lead//EN"] {
        fold(line, &mut out);
    }
    if is_published {
        fold("METHOD:PUBLISH", &mut out);
    }
    out
}

/// The line behind the entries.
pub const END: &str = "END:VCALENDAR\r\n";

impl Event {
    /// The follow-up of a lead, in `zone` where it has none of its own; none where there is none.
    pub fn follow_up(lead: &MatterLead, zone: &TimeZone, domain: &str) -> Option<Self> {
        let follow_up = lead.follow_up.as_ref()?;
        let span = match follow_up.at(zone) {
            Some(at) => Span::Time { starts_at: at.timestamp(), minutes: FOLLOW_UP_MINUTES },
            None => Span::Day(follow_up.date),
        };
        Some(Self {
            uid: format!("lead-{}-follow-up@{domain}", lead.view.id),
            sequence: follow_up.sequence,
            stamped_at: follow_up.set_at,
            span,
            summary: format!("Follow up: {}", lead.view.name),
            description: lead.last_note.clone().unwrap_or_default(),
            place: None,
            is_cancelled: false,
        })
    }

    /// An appointment with a lead.
    pub fn appointment(lead: &MatterLead, booked: &AppointmentView, domain: &str) -> Self {
        Self {
            uid: format!("lead-appointment-{}@{domain}", booked.id),
            sequence: booked.sequence,
            stamped_at: booked.changed_at,
            span: Span::Time { starts_at: booked.at, minutes: booked.minutes },
            summary: format!("Appointment: {}", lead.view.name),
            description: booked.note.clone().unwrap_or_default(),
            place: booked.place.clone(),
            is_cancelled: booked.cancelled_at.is_some(),
        }
    }

    /// Adds it. Without an organizer nobody publishes it: then it says when it was changed.
    pub fn write(&self, organizer: Option<&str>, out: &mut String) {
        let status = if self.is_cancelled { "CANCELLED" } else { "CONFIRMED" };
        let stamp = utc(self.stamped_at);
        let changed = if organizer.is_none() { stamp.clone() } else { String::new() };
        let (start, end, transparent) = self.span.lines();
        for (name, value) in [
            ("BEGIN", "VEVENT".to_owned()),
            ("UID", escape(&self.uid)),
            ("SEQUENCE", self.sequence.to_string()),
            ("DTSTAMP", stamp),
            ("LAST-MODIFIED", changed),
            ("ORGANIZER", organizer.map(|address| format!("mailto:{address}")).unwrap_or_default()),
            ("STATUS", status.to_owned()),
            ("DTSTART", start),
            ("DTEND", end),
            ("TRANSP", transparent),
            ("SUMMARY", line(&self.summary)),
            ("LOCATION", self.place.as_deref().map(line).unwrap_or_default()),
            ("DESCRIPTION", line(&self.description)),
            ("END", "VEVENT".to_owned()),
        ] {
            match value.strip_prefix(';') {
                Some(_) => fold(&format!("{name}{value}"), out),
                None if value.is_empty() => {}
                None => fold(&format!("{name}:{value}"), out),
            }
        }
    }
}

impl Span {
    /// The values of its start, its end and its transparency; a day with the parameter that says so.
    fn lines(self) -> (String, String, String) {
        match self {
            Self::Time { starts_at, minutes } => {
                let ends_at = starts_at.checked_add(jiff::SignedDuration::from_mins(minutes.into()));
                (utc(starts_at), utc(ends_at.unwrap_or(starts_at)), String::new())
            }
            Self::Day(date) => {
                let day = |date: Date| format!(";VALUE=DATE:{}", date.strftime("%Y%m%d"));
                let next = date.checked_add(1.day()).unwrap_or(date);
                (day(date), day(next), "TRANSPARENT".to_owned())
            }
        }
    }
}

fn utc(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

fn line(text: &str) -> String {
    escape(text).replace('\t', " ")
}

#[cfg(test)]
mod tests {
    use super::super::content_line::FOLD;
    use super::*;

    #[test]
    fn an_event_is_escaped_and_folded() {
        let event = Event {
            uid: "lead-12@acme.example".into(),
            sequence: 3,
            stamped_at: "2026-11-22T07:00:00Z".parse().unwrap(),
            span: Span::Time { starts_at: "2026-11-22T13:30:00Z".parse().unwrap(), minutes: 30 },
            summary: "Kim; Lee, Acme\\\r\nATTENDEE:mailto:x@y.z".into(),
            description: "č".repeat(100),
            place: None,
            is_cancelled: false,
        };
        let called_off =
            Event { is_cancelled: true, place: Some("Long Street 1, Prague".into()), ..event.clone() };
        let day = Event { span: Span::Day("2026-12-31".parse().unwrap()), ..event.clone() };
        let calendar =
            Calendar { organizer: Some("lead@acme.example".into()), events: vec![event, called_off, day] };
        let ics = calendar.to_ics();
        assert_eq!(ics.matches("BEGIN:VEVENT\r\n").count(), 3);
        assert_eq!(ics.matches("STATUS:CANCELLED\r\n").count(), 1);
        assert_eq!(ics.matches("LOCATION:Long Street 1\\, Prague\r\n").count(), 1);
        assert!(ics.contains("METHOD:PUBLISH\r\n") && ics.contains("SEQUENCE:3\r\n"));
        assert!(ics.contains("DTSTART:20261122T133000Z\r\nDTEND:20261122T140000Z\r\n"));
        assert!(
            ics.contains(
                "DTSTART;VALUE=DATE:20261231\r\nDTEND;VALUE=DATE:20270101\r\nTRANSP:TRANSPARENT\r\n"
            )
        );
        assert!(ics.contains("SUMMARY:Kim\\; Lee\\, Acme\\\\\\nATTENDEE:mailto:x@y.z\r\n"));
        assert!(ics.split("\r\n").all(|line| line.len() <= FOLD));
        assert_eq!(ics.replace("\r\n ", "").matches('č').count(), 300);
        let own = Calendar { organizer: None, ..calendar }.to_ics();
        assert!(own.contains("LAST-MODIFIED:20261122T070000Z\r\n") && !own.contains("METHOD"));
    }
}
