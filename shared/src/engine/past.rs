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

/// What a file's notes say beyond those that are known: an export that comes back adds none twice, nor does
/// one whose notes stand, headings and all, in the text of another.
pub(super) fn news(typed: Option<&str>, known: &str) -> Option<String> {
    let typed = typed?.replace("\r\n", "\n");
    let Some((heading, text)) = past::headed(&typed) else { return Some(typed) };
    let known = past::headed(known).map(|(heading, text)| past::entries(heading, text)).unwrap_or_default();
    let inner = known.iter().filter_map(|(_, text)| past::headed(text));
    let inner: Vec<_> = inner.flat_map(|(heading, text)| past::entries(heading, text)).collect();
    let is_known = |note: &_| known.contains(note) || inner.contains(note);
    let news = past::entries(heading, text).into_iter().filter(|note| !is_known(note));
    let news: Vec<String> = news.map(|(heading, text)| format!("[{heading}] {text}")).collect();
    (!news.is_empty()).then(|| news.join("\n"))
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
