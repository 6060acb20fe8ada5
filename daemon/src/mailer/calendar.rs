//! A follow-up with a time as an iCalendar object (RFC 5545), published, not an invitation.
//!
//! Instants are UTC, so no zone needs describing; texts are escaped and lines folded. Called by the letter.

use jiff::Timestamp;

use super::clean::body_text;

/// Octets of a content line before it is folded.
const FOLD: usize = 75;

/// One entry; the same `uid` with a higher `sequence` replaces what a calendar holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Stable for the follow-up of a lead, over rescheduling.
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
}

impl Event {
    /// The object as text with CR LF line ends.
    #[must_use]
    pub fn to_ics(&self) -> String {
        let ends_at = self.starts_at.checked_add(jiff::SignedDuration::from_mins(self.minutes.into()));
        let mut out = String::new();
        for (name, value) in [
            ("BEGIN", "VCALENDAR".to_owned()),
            ("VERSION", "2.0".to_owned()),
            ("PRODID", "-//lead//lead//EN".to_owned()),
            ("METHOD", "PUBLISH".to_owned()),
            ("BEGIN", "VEVENT".to_owned()),
            ("UID", text(&self.uid)),
            ("SEQUENCE", self.sequence.to_string()),
            ("DTSTAMP", utc(self.stamped_at)),
            ("DTSTART", utc(self.starts_at)),
            ("DTEND", utc(ends_at.unwrap_or(self.starts_at))),
            ("SUMMARY", text(&self.summary)),
            ("DESCRIPTION", text(&self.description)),
            ("END", "VEVENT".to_owned()),
            ("END", "VCALENDAR".to_owned()),
        ] {
            fold(&format!("{name}:{value}"), &mut out);
        }
        out
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
        };
        let ics = event.to_ics();
        assert!(ics.contains("METHOD:PUBLISH\r\n") && ics.contains("SEQUENCE:3\r\n"));
        assert!(ics.contains("DTSTART:20261122T133000Z\r\nDTEND:20261122T140000Z\r\n"));
        assert!(ics.contains("SUMMARY:Kim\\; Lee\\, Acme\\\\\\nATTENDEE:mailto:x@y.z\r\n"));
        assert!(ics.split("\r\n").all(|line| line.len() <= FOLD));
        assert_eq!(ics.replace("\r\n ", "").matches('č').count(), 100);
    }
}
