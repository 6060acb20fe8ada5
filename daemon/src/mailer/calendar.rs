//! A follow-up with a time, and appointments, as an iCalendar object (RFC 5545), published, not an
//! invitation.
//!
//! Instants are UTC, so no zone needs describing; texts are escaped and lines folded. Called by the letter.

use jiff::Timestamp;

use super::clean::body_text;

/// Octets of a content line before it is folded.
const FOLD: usize = 75;

/// What a mail brings for a calendar; at least one entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// Whose entries they are: a bare address.
    pub organizer: String,
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
    /// When the mail was made.
    pub stamped_at: Timestamp,
    /// When it begins.
    pub starts_at: Timestamp,
    /// How long it takes, in minutes.
    pub minutes: u32,
    /// One line.
    pub summary: String,
    /// May have several lines.
    pub description: String,
    /// Where it is.
    pub place: Option<String>,
    /// Whether it was called off.
    pub is_cancelled: bool,
}

impl Calendar {
    /// The object as text with CR LF line ends.
    #[must_use]
    pub fn to_ics(&self) -> String {
        let mut out = String::new();
        for line in ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//lead//lead//EN", "METHOD:PUBLISH"] {
            fold(line, &mut out);
        }
        for event in &self.events {
            event.write(&self.organizer, &mut out);
        }
        fold("END:VCALENDAR", &mut out);
        out
    }
}

impl Event {
    fn write(&self, organizer: &str, out: &mut String) {
        let ends_at = self.starts_at.checked_add(jiff::SignedDuration::from_mins(self.minutes.into()));
        let status = if self.is_cancelled { "CANCELLED" } else { "CONFIRMED" };
        for (name, value) in [
            ("BEGIN", "VEVENT".to_owned()),
            ("UID", text(&self.uid)),
            ("SEQUENCE", self.sequence.to_string()),
            ("DTSTAMP", utc(self.stamped_at)),
            ("ORGANIZER", format!("mailto:{organizer}")),
            ("STATUS", status.to_owned()),
            ("DTSTART", utc(self.starts_at)),
            ("DTEND", utc(ends_at.unwrap_or(self.starts_at))),
            ("SUMMARY", text(&self.summary)),
            ("LOCATION", self.place.as_deref().map(text).unwrap_or_default()),
            ("DESCRIPTION", text(&self.description)),
            ("END", "VEVENT".to_owned()),
        ] {
            if !value.is_empty() {
                fold(&format!("{name}:{value}"), out);
            }
        }
    }
}

fn utc(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

fn text(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in body_text(value).chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// Adds `line`, cut between characters so that no piece has more than 75 octets.
fn fold(line: &str, out: &mut String) {
    let mut width = 0;
    for c in line.chars() {
        if width + c.len_utf8() > FOLD {
            out.push_str("\r\n ");
            width = 1;
        }
        out.push(c);
        width += c.len_utf8();
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_escaped_and_folded() {
        let event = Event {
            uid: "lead-12@acme.example".into(),
            sequence: 3,
            stamped_at: "2026-11-22T07:00:00Z".parse().unwrap(),
            starts_at: "2026-11-22T13:30:00Z".parse().unwrap(),
            minutes: 30,
            summary: "Kim; Lee, Acme\\\r\nATTENDEE:mailto:x@y.z".into(),
            description: "č".repeat(100),
            place: None,
            is_cancelled: false,
        };
        let called_off =
            Event { is_cancelled: true, place: Some("Long Street 1, Prague".into()), ..event.clone() };
        let calendar = Calendar { organizer: "lead@acme.example".into(), events: vec![event, called_off] };
        let ics = calendar.to_ics();
        assert_eq!(ics.matches("BEGIN:VEVENT\r\n").count(), 2);
        assert_eq!(ics.matches("STATUS:CANCELLED\r\n").count(), 1);
        assert_eq!(ics.matches("LOCATION:Long Street 1\\, Prague\r\n").count(), 1);
        assert!(ics.contains("METHOD:PUBLISH\r\n") && ics.contains("SEQUENCE:3\r\n"));
        assert!(ics.contains("DTSTART:20261122T133000Z\r\nDTEND:20261122T140000Z\r\n"));
        assert!(ics.contains("SUMMARY:Kim\\; Lee\\, Acme\\\\\\nATTENDEE:mailto:x@y.z\r\n"));
        assert!(ics.split("\r\n").all(|line| line.len() <= FOLD));
        assert_eq!(ics.replace("\r\n ", "").matches('č').count(), 200);
    }
}
