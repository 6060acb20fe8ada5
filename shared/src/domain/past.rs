//! What a file says of a new lead's past: its stamps, who added it, and notes under their headings.
//!
//! A firm that brings its data brings when and by whom it was made. Only who administers may say so;
//! the history still tells who brought it, and when. Called for imports alone.

use jiff::civil::DateTime;
use jiff::{Timestamp, Zoned};
use serde::{Deserialize, Serialize};

use super::refusal::Flaw;
use super::{name, text, when};

/// Stamps of a lead from elsewhere, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Past {
    /// When it was added.
    pub created_at: Option<String>,
    /// Who added it.
    pub created_by: Option<String>,
    /// The last contact.
    pub last_contacted_at: Option<String>,
    /// The latest conversion.
    pub converted_at: Option<String>,
    /// Since when it is in the trash.
    pub trashed_at: Option<String>,
}

/// An instant that is over at `now`: RFC 3339, or a date and maybe a time in the zone of `now`.
///
/// # Errors
/// What is no such instant, or lies in the future.
pub fn instant(typed: &str, now: &Zoned) -> Result<Timestamp, Flaw> {
    let typed = typed.trim();
    let local = |at: DateTime| at.to_zoned(now.time_zone().clone()).map(|zoned| zoned.timestamp());
    let at = match (typed.parse::<Timestamp>(), typed.parse::<DateTime>()) {
        (Ok(at), _) => at,
        (_, Ok(at)) => local(at).map_err(|_| unreadable())?,
        _ => {
            let read = when::parse(typed, now)?;
            local(read.date.to_datetime(read.time.unwrap_or_default())).map_err(|_| unreadable())?
        }
    };
    if !when::YEARS.contains(&at.to_zoned(now.time_zone().clone()).year()) {
        return Err(unreadable());
    }
    if at > now.timestamp() {
        return Err(Flaw::new("lies in the future"));
    }
    Ok(at)
}

fn unreadable() -> Flaw {
    Flaw::new("is no date and time").hint("write it as `2026-11-22T14:03:00Z`")
}

/// The heading of a note and what stands under it, if the text begins as rendered notes do (L1).
pub fn headed(notes: &str) -> Option<(&str, &str)> {
    let (heading, rest) = notes.strip_prefix('[')?.split_once("] ")?;
    let mut words = heading.split(' ');
    let (date, time, author) = (words.next()?, words.next()?, words.next()?);
    let is_made_of = |text: &str, form: &str| {
        text.len() == form.len()
            && text
                .bytes()
                .zip(form.bytes())
                .all(|(byte, model)| if model == b'0' { byte.is_ascii_digit() } else { byte == model })
    };
    let is_heading = words.next().is_none()
        && is_made_of(date, "0000-00-00")
        && is_made_of(time, "00:00")
        && name::login(author).is_ok_and(|login| login == author);
    is_heading.then_some((heading, rest))
}

/// The notes of a text that was rendered from several, newest first, each with its heading: rendered
/// again they are that text, byte for byte.
pub fn entries<'a>(heading: &'a str, mut text: &'a str) -> Vec<(&'a str, &'a str)> {
    let (mut found, mut heading, mut from) = (Vec::new(), heading, 0);
    while let Some(end) = text[from..].find("\n[").map(|at| from + at) {
        match headed(&text[end + 1..]) {
            Some((next, rest)) => {
                found.push((heading, &text[..end]));
                (heading, text, from) = (next, rest, 0);
            }
            None => from = end + 1,
        }
    }
    found.push((heading, text));
    found
}

/// The notes of a file that begin with a heading: the first heading, and all that stands behind it.
/// None where there is no heading.
///
/// # Errors
/// What no note may hold, and a note that is too long.
pub fn notes(typed: &str) -> Result<Option<(String, String)>, Flaw> {
    let typed = typed.replace("\r\n", "\n");
    let Some((heading, rest)) = headed(&typed) else { return Ok(None) };
    for (_, note) in entries(heading, rest) {
        // A line of a note may look like a heading, with nothing under it.
        text::note(&format!("{note}."))?;
    }
    Ok(Some((heading.to_owned(), rest.to_owned())))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn now() -> Zoned {
        "2026-11-22T14:00:00+01:00[Europe/Berlin]".parse().expect("an instant")
    }

    #[test]
    fn instants_are_read_as_programs_write_them() {
        for (typed, expected) in [
            ("2026-11-20T09:00:00Z", "2026-11-20T09:00:00Z"),
            ("2026-11-20T09:00:00.000+0000", "2026-11-20T09:00:00Z"),
            ("2026-11-20 09:00:30", "2026-11-20T08:00:30Z"),
            (" 2026-11-20 09:00 ", "2026-11-20T08:00:00Z"),
            ("2026-11-20", "2026-11-19T23:00:00Z"),
            ("20 nov 2026", "2026-11-19T23:00:00Z"),
        ] {
            assert_eq!(instant(typed, &now()), Ok(expected.parse().expect("an instant")), "{typed}");
        }
        for typed in ["", "soon", "1/2/26", "2026-02-30", "2026-11-22T14:00:01+01:00", "1969-01-01"] {
            assert!(instant(typed, &now()).is_err(), "{typed}");
        }
    }

    #[test]
    fn notes_are_known_by_their_headings() {
        let both = "[2026-11-22 14:03 sam] b\n[x]\n\n[2026-11-21 10:00 kim] a\n";
        let (heading, rest) = headed(both).expect("a heading");
        let parts = [("2026-11-22 14:03 sam", "b\n[x]\n"), ("2026-11-21 10:00 kim", "a\n")];
        assert_eq!(entries(heading, rest), parts);
        for none in [
            "",
            "text",
            "[x] y",
            "[2026-11-22 14:03 sam]",
            "[2026-11-22 1403 sam] x",
            "[2026-11-22 14:03 a b] x",
        ] {
            assert_eq!(headed(none), None, "{none}");
        }
        assert!(notes("[2026-11-22 14:03 sam] \u{1b}").is_err());
    }

    proptest! {
        #[test]
        fn notes_taken_apart_make_the_same_text(
            texts in prop::collection::vec("[a\\[\\] \\n]{1,12}", 1..5),
        ) {
            let rendered: Vec<_> =
                texts.iter().map(|text| format!("[2026-11-22 14:03 sam] {text}")).collect();
            let rendered = rendered.join("\n");
            let (heading, rest) = headed(&rendered).expect("a heading");
            let again: Vec<_> =
                entries(heading, rest).iter().map(|(heading, text)| format!("[{heading}] {text}")).collect();
            prop_assert_eq!(again.join("\n"), rendered);
        }
    }
}
