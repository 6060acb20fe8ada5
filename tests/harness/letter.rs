//! A mail as somebody else's parser reads it.

use std::fs;
use std::path::Path;

use jiff::Timestamp;
use mail_parser::{MessageParser, MimeHeaders};

/// A mail that went out.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The text part, decoded.
    pub text: String,
    /// The HTML part, decoded.
    pub html: String,
}

impl Letter {
    /// Reads a message.
    #[track_caller]
    pub fn read(bytes: &[u8]) -> Self {
        let message = MessageParser::default().parse(bytes).expect("a message");
        let text = message.body_text(0).expect("a text part").replace("\r\n", "\n");
        let html = message.body_html(0).expect("an HTML part").replace("\r\n", "\n");
        assert!(message.text_body_count() > 0 && message.html_body_count() > 0, "both parts are there");
        Self { bytes: bytes.to_vec(), text, html }
    }

    /// All mails of a folder, ordered by the name of the file.
    #[track_caller]
    pub fn folder(folder: &Path) -> Vec<Self> {
        let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
        let mut paths: Vec<_> = entries.map(|entry| entry.expect("a folder entry").path()).collect();
        paths.retain(|path| path.extension().is_some_and(|end| end == "eml"));
        paths.sort();
        // A cancelled mail's file may go while we look.
        paths.iter().filter_map(|path| fs::read(path).ok()).map(|bytes| Self::read(&bytes)).collect()
    }

    /// A header's text, decoded; empty when it is not there.
    pub fn header(&self, name: &str) -> String {
        let message = MessageParser::default().parse(&self.bytes).expect("a message");
        match message.header(name) {
            None => String::new(),
            Some(mail_parser::HeaderValue::Text(text)) => text.to_string(),
            Some(mail_parser::HeaderValue::Address(address)) => {
                address.first().and_then(|one| one.address()).unwrap_or_default().to_owned()
            }
            Some(_) => message.header_raw(name).unwrap_or_default().trim().to_owned(),
        }
    }

    /// When it says it was written.
    pub fn date(&self) -> Timestamp {
        let message = MessageParser::default().parse(&self.bytes).expect("a message");
        let date = message.date().expect("a date").to_timestamp();
        Timestamp::from_second(date).expect("within the calendar")
    }

    /// What it is about: `X-Lead-Kind`.
    pub fn kind(&self) -> String {
        self.header("X-Lead-Kind")
    }

    /// The recipient's address.
    pub fn to(&self) -> String {
        self.header("To")
    }

    /// What is attached: each file's name and its text.
    pub fn attached(&self) -> Vec<(String, String)> {
        let message = MessageParser::default().parse(&self.bytes).expect("a message");
        let text =
            |part: &mail_parser::MessagePart<'_>| String::from_utf8_lossy(part.contents()).into_owned();
        let name =
            |part: &mail_parser::MessagePart<'_>| part.attachment_name().unwrap_or_default().to_owned();
        message.attachments().map(|part| (name(part), text(part))).collect()
    }

    /// The part of this type, decoded; `text/calendar`.
    pub fn part(&self, kind: &str) -> Option<String> {
        let message = MessageParser::default().parse(&self.bytes).expect("a message");
        let (main, sub) = kind.split_once('/').expect("a media type");
        message.parts.iter().find_map(|part| {
            let found = part.content_type()?;
            let is_it = found.ctype().eq_ignore_ascii_case(main)
                && found.subtype().is_some_and(|name| name.eq_ignore_ascii_case(sub));
            is_it.then(|| String::from_utf8_lossy(part.contents()).into_owned())
        })
    }
}
