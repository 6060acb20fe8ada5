//! What a file says of a new lead's past, put into its record by who may (see `domain::past`).

use super::desk::Desk;
use super::halt::Halt;
use crate::domain::capability::Capability;
use crate::domain::lead::Lead;
use crate::domain::past::{self, Past};
use crate::domain::refusal::Refusal;
use crate::domain::request::NewLead;
use crate::domain::text;

/// The first note of a new lead.
#[derive(Default)]
pub(super) struct FirstNote {
    /// The heading it has from elsewhere, where it has one.
    pub(super) heading: Option<String>,
    pub(super) text: Option<String>,
}

impl FirstNote {
    /// Heading and text as one text, for a lead that has notes of its own.
    pub(super) fn whole(self) -> Option<String> {
        let text = self.text?;
        Some(self.heading.map_or_else(|| text.clone(), |heading| format!("[{heading}] {text}")))
    }
}

/// Sets the stamps that a file gives, over those of now.
///
/// # Errors
/// Refuses who does not administer; what is no instant, or lies ahead; and an author who is no user.
pub(super) fn put(desk: &mut Desk<'_>, past: &Past, lead: &mut Lead) -> Result<(), Halt> {
    desk.require(Capability::Admin)?;
    let now = desk.scope.zoned(desk.now);
    let read = |field: &str, typed: &Option<String>| {
        let read =
            typed.as_deref().map(|typed| past::instant(typed, &now).map_err(|flaw| flaw.of(field, typed)));
        read.transpose()
    };
    lead.created_at = read("created_at", &past.created_at)?.unwrap_or(lead.created_at);
    lead.last_contacted_at = read("last_contacted_at", &past.last_contacted_at)?;
    lead.converted_at = read("converted_at", &past.converted_at)?.or(lead.converted_at);
    lead.trashed_at = read("trashed_at", &past.trashed_at)?;
    if let Some(typed) = &past.created_by {
        lead.created_by = desk.office.person(typed)?.login.clone();
    }
    Ok(())
}

/// Whether a new lead comes into the trash.
///
/// # Errors
/// As [`put`].
pub(super) fn is_trashed(desk: &Desk<'_>, new: &NewLead) -> Result<bool, Refusal> {
    let typed = new.past.as_ref().and_then(|past| past.trashed_at.as_deref());
    let now = desk.scope.zoned(desk.now);
    let read = typed.map(|typed| past::instant(typed, &now).map_err(|flaw| flaw.of("trashed_at", typed)));
    Ok(read.transpose()?.is_some())
}

/// What a file's notes say beyond those that are known: a file that comes again adds none twice, nor does one
/// whose notes stand, headings and all, in the text of another. A note without a heading is known by its text.
pub(super) fn news(typed: &str, known: &str) -> Option<String> {
    let typed = typed.replace("\r\n", "\n");
    let (heading, text) = past::headed(&typed).unwrap_or(("", &typed));
    let notes = past::entries(heading, text).into_iter().map(|(heading, text)| match heading {
        "" => text.to_owned(),
        heading => format!("[{heading}] {text}"),
    });
    let news: Vec<String> = notes.filter(|note| !stands_in(known, note)).collect();
    (!news.is_empty()).then(|| news.join("\n"))
}

/// Whether a note stands among others, from behind a heading or the beginning of a line to the end of one.
fn stands_in(notes: &str, note: &str) -> bool {
    let note = text::note(note).unwrap_or_else(|_| note.to_owned());
    notes.match_indices(&note).any(|(at, _)| {
        let (before, behind) = (&notes[..at], &notes[at + note.len()..]);
        (before.is_empty() || before.ends_with('\n') || before.ends_with("] "))
            && (behind.is_empty() || behind.starts_with('\n'))
    })
}

/// The first note. That of an import keeps the headings it has, and with them their hours and authors,
/// if the caller administers; otherwise they are text like any other.
pub(super) fn note(desk: &Desk<'_>, typed: Option<&str>) -> Result<FirstNote, Refusal> {
    let Some(typed) = typed else { return Ok(FirstNote::default()) };
    let is_trusted = desk.import.is_some() && desk.scope.may(Capability::Admin);
    let headed = past::notes(typed).map_err(|flaw| flaw.of("note", typed))?;
    Ok(match headed.filter(|_| is_trusted) {
        Some((heading, text)) => FirstNote { heading: Some(heading), text: Some(text) },
        None => {
            FirstNote { heading: None, text: Some(text::note(typed).map_err(|flaw| flaw.of("note", typed))?) }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_new_is_news() {
        let known = "[2026-11-22 14:03 sam] [2026-01-02 10:00 kim] second\n[2026-01-01 10:00 kim] third\n\
            other values: name Kim\n[2026-11-21 10:00 sam] wants a roof\n\nin May";
        for note in [
            "second",
            "wants a roof\r\n\r\nin May\r\n",
            "[2026-01-02 10:00 kim] second",
            "[2026-01-01 10:00 kim] third\n[2026-11-21 10:00 sam] wants a roof\n\nin May",
            "other values: name Kim",
        ] {
            assert_eq!(news(note, known), None, "{note}");
        }
        for note in ["roof", "wants a", "name Kim", "[2026-01-03 10:00 kim] second", "[x] third"] {
            assert_eq!(news(note, known).as_deref(), Some(note), "{note}");
        }
        let both = "[2026-12-24 10:00 ida] fourth\n[2026-01-01 10:00 kim] third";
        assert_eq!(news(both, known).as_deref(), Some("[2026-12-24 10:00 ida] fourth"));
        assert_eq!(news("first", "").as_deref(), Some("first"));
    }
}
