//! One mail as bytes: the same letter gives the same bytes, always (N1).
//!
//! Nothing in here is random and no clock is read: the date is given, MIME boundaries follow from
//! the Message-ID. No text reaches a header before it was made one harmless line. Called when a
//! mail is fixed, before its first try; the bytes are then stored and never made again.

use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use lead_shared::domain::notice::MailKind;
use lettre::message::header::{ContentDisposition, ContentTransferEncoding, ContentType};
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{MultiPart, SinglePart};
use sha2::{Digest as _, Sha256};

use super::clean::{body_text, header_text};
use lead_shared::domain::calendar::Calendar;

use super::Address;

/// Characters of a subject that are kept.
const SUBJECT: usize = 200;
/// Characters of a list's name and id that are kept.
const LIST_ID: usize = 400;
/// The last second a `Date` can name: 9999-12-31T23:59:59Z.
const LAST_SECOND: i64 = 253_402_300_799;

/// All that a mail says.
#[derive(Clone, Debug)]
pub struct Letter {
    /// `local@domain`, with or without `<>`; fixed for ever, also the root of the boundaries.
    pub message_id: String,
    /// The one recipient.
    pub to: Address,
    /// Sender.
    pub from: Address,
    /// Where answers go, if elsewhere.
    pub reply_to: Option<Address>,
    /// Made one line and cut at 200 characters.
    pub subject: String,
    /// From our clock; to the second.
    pub date: Timestamp,
    /// What kind of mail it is (`X-Lead-Kind`); none for one that no lead causes.
    pub kind: Option<MailKind>,
    /// The leads it speaks of (`X-Lead-Id: 12, 13`), never cut.
    pub lead_ids: Vec<u64>,
    /// Message-ID of the root of the lead's thread (`References`, `In-Reply-To`).
    pub thread: Option<String>,
    /// Name and id of the list: `Acme leads <leads.acme.example>`.
    pub list_id: Option<String>,
    /// The whole of it as text.
    pub text: String,
    /// The whole of it as HTML.
    pub html: String,
    /// What a calendar takes of it.
    pub calendar: Option<Calendar>,
    /// A page that goes with it.
    pub page: Option<Page>,
}

/// A page of HTML that goes with a mail, to be opened by itself.
#[derive(Clone, Debug)]
pub struct Page {
    /// The file's name; made ASCII without blanks.
    pub name: String,
    /// The page.
    pub html: String,
}

/// Why a letter has no bytes.
#[derive(Debug, thiserror::Error)]
pub enum LetterFault {
    /// The Message-ID is not `local@domain` in printable ASCII.
    #[error("{0:?} is no Message-ID")]
    MessageId(String),
    /// The builder refused; with typed addresses this does not happen.
    #[error("the mail cannot be put together: {0}")]
    Build(#[from] lettre::error::Error),
}

impl Letter {
    /// The mail as it goes out: ASCII, CR LF, `multipart/alternative` of text and HTML, in a
    /// `multipart/mixed` with the calendar part and the page when there are any.
    ///
    /// # Errors
    /// [`LetterFault`] when an id is no Message-ID.
    pub fn to_bytes(&self) -> Result<Vec<u8>, LetterFault> {
        let id = message_id(&self.message_id)?;
        let seconds = u64::try_from(self.date.as_second().clamp(0, LAST_SECOND)).unwrap_or(0);
        let mut message = lettre::Message::builder()
            .from(self.from.mailbox())
            .to(self.to.mailbox())
            .subject(header_text(&self.subject, SUBJECT))
            .date(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
            .message_id(Some(id.clone()));
        if let Some(reply_to) = &self.reply_to {
            message = message.reply_to(reply_to.mailbox());
        }
        if let Some(thread) = &self.thread {
            let root = message_id(thread)?;
            message = message.in_reply_to(root.clone()).references(root);
        }
        let ids: Vec<String> = self.lead_ids.iter().map(ToString::to_string).collect();
        for (name, value) in [
            ("X-Lead-Kind", self.kind.map(MailKind::name).unwrap_or_default()),
            ("X-Lead-Id", &ids.join(", ")),
            ("List-Id", &header_text(self.list_id.as_deref().unwrap_or_default(), LIST_ID)),
            ("Auto-Submitted", "auto-generated"),
            ("X-Auto-Response-Suppress", "All"),
        ] {
            if !value.is_empty() {
                let value = HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned());
                message = message.raw_header(value);
            }
        }
        let both = MultiPart::alternative()
            .boundary(boundary(&id, "alternative"))
            .singlepart(part(ContentType::TEXT_PLAIN, &self.text))
            .singlepart(part(ContentType::TEXT_HTML, &self.html));
        let beside = self.calendar.iter().map(calendar_part).chain(self.page.iter().map(page_part));
        let mut beside = beside.peekable();
        let body = match beside.peek() {
            None => both,
            Some(_) => {
                let mixed = MultiPart::mixed().boundary(boundary(&id, "mixed")).multipart(both);
                beside.fold(mixed, MultiPart::singlepart)
            }
        };
        Ok(message.multipart(body)?.formatted())
    }
}

/// `<local@domain>`, or a fault.
fn message_id(text: &str) -> Result<String, LetterFault> {
    let bare = text.strip_prefix('<').and_then(|t| t.strip_suffix('>')).unwrap_or(text);
    let good = |c: char| c.is_ascii_graphic() && !matches!(c, '<' | '>' | '(' | ')' | ',' | ';' | '"' | '\\');
    match bare.split_once('@') {
        Some((local, domain))
            if !local.is_empty()
                && !domain.is_empty()
                && !domain.contains('@')
                && bare.len() <= 250
                && bare.chars().all(good) =>
        {
            Ok(format!("<{bare}>"))
        }
        _ => Err(LetterFault::MessageId(text.to_owned())),
    }
}

/// A boundary that follows from the Message-ID. `=_` never occurs in quoted-printable text, so no
/// body can hold it.
fn boundary(id: &str, part: &str) -> String {
    let digest = Sha256::new().chain_update(part).chain_update([0]).chain_update(id).finalize();
    let mut out = String::from("=_lead_");
    for byte in &digest[..16] {
        out.push_str(&format!("{byte:02x}"));
    }
    out
}

/// A part in quoted-printable: ASCII and short lines for any text.
fn part(kind: ContentType, text: &str) -> SinglePart {
    SinglePart::builder()
        .header(kind)
        .header(ContentTransferEncoding::QuotedPrintable)
        .body(with_line_ends(&body_text(&text.replace("\r\n", "\n"))))
}

/// A text whose lines end as those of a mail. lettre sees to that, too, but moves all the rest of the text for
/// each of them.
fn with_line_ends(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\n', "\r\n")
}

fn calendar_part(calendar: &Calendar) -> SinglePart {
    let kind = ContentType::parse("text/calendar; method=PUBLISH; charset=utf-8")
        .expect("a constant that the test of the calendar part parses");
    SinglePart::builder()
        .header(kind)
        .header(ContentDisposition::attachment("lead.ics"))
        .header(ContentTransferEncoding::Base64)
        .body(calendar.to_ics())
}

fn page_part(page: &Page) -> SinglePart {
    let is_plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let name: String = page.name.chars().filter(is_plain).collect();
    SinglePart::builder()
        .header(ContentType::TEXT_HTML)
        .header(ContentDisposition::attachment(&name))
        .header(ContentTransferEncoding::Base64)
        .body(with_line_ends(&page.html))
}

#[cfg(test)]
#[path = "letter_tests.rs"]
mod tests;
