//! Cards of vCard 4.0, 3.0 (RFC 6350, RFC 2426) and 2.1, one a row, as phones and mail programs write them.
//!
//! A card that `lead export` wrote gives back its lead from the properties of our own (`X-LEAD-…`); of
//! others what a lead has is taken: the preferred address and number, the others as free fields. What is
//! no card is told by the line it begins on. Pictures and sounds are not held.

use std::collections::BTreeSet;
use std::io::BufRead as _;

use lead_shared::domain::refusal::{Flaw, Refusal};
use lead_shared::domain::request::NewLead;

use super::draft::Draft;
use super::field::{self, Field, Target};
use super::property::Property;
use super::{LONGEST, Map, Row, Source, next_line, too_long, unreadable};
use crate::halt::Halt;

/// The properties of our own, and the field each is.
pub const OWN: [(&str, &str); 13] = [
    ("X-LEAD-PIPELINE", "pipeline"),
    ("X-LEAD-STAGE", "stage"),
    ("X-LEAD-OWNER", "owner"),
    ("X-LEAD-SOURCE", "source"),
    ("X-LEAD-VALUE", "value"),
    ("X-LEAD-FOLLOW-UP", "follow_up"),
    ("X-LEAD-FIELDS", "fields"),
    ("X-LEAD-CREATED-AT", "created_at"),
    ("X-LEAD-CREATED-BY", "created_by"),
    ("X-LEAD-LAST-CONTACTED-AT", "last_contacted_at"),
    ("X-LEAD-CONVERTED-AT", "converted_at"),
    ("X-LEAD-TRASHED-AT", "trashed_at"),
    ("X-LEAD-ID", "id"),
];

/// Properties that are one text, and the field each is.
const TEXTS: [(&str, &str); 7] = [
    ("TITLE", "fields.title"),
    ("ROLE", "fields.role"),
    ("NICKNAME", "fields.nickname"),
    ("URL", "fields.website"),
    ("BDAY", "fields.birthday"),
    ("X-ABDATE", "none"),
    ("UID", "fields.vcard-uid"),
];

/// Properties that say nothing of a lead.
const SILENT: [&str; 8] = ["BEGIN", "END", "VERSION", "PRODID", "REV", "N", "FN", "KIND"];

/// Properties that are not held: they may be very long.
const HEAVY: [&str; 4] = ["PHOTO", "LOGO", "SOUND", "KEY"];

/// The cards of a file.
pub(super) struct Cards {
    source: Source,
    map: Map,
    line: u64,
    passed: BTreeSet<String>,
}

impl Cards {
    pub(super) fn begin(source: Source, map: Map) -> Self {
        Self { source, map, line: 0, passed: BTreeSet::new() }
    }

    /// The next card.
    ///
    /// # Errors
    /// A file that cannot be read any further.
    pub(super) fn next(&mut self, name: &str) -> Result<Option<Row>, Halt> {
        let mut lines: Vec<Vec<u8>> = Vec::new();
        let (mut begin, mut size, mut is_heavy) = (0, 0, false);
        loop {
            let Some(bytes) = self.physical(name)? else {
                if lines.is_empty() {
                    return Ok(None);
                }
                let flaw = Flaw::new("begins a card that nothing ends").hint("`END:VCARD` ends a card");
                return Ok(Some(Row { line: begin, lead: Err(flaw.of("row", shown(&lines[0]))) }));
            };
            if lines.is_empty() && bytes.trim_ascii().is_empty() {
                continue;
            }
            let is_begin = bytes.trim_ascii().eq_ignore_ascii_case(b"BEGIN:VCARD");
            let is_folded = bytes.first().is_some_and(|byte| matches!(byte, b' ' | b'\t'));
            if lines.is_empty() {
                begin = self.line;
                if !is_begin {
                    return Ok(Some(Row { line: begin, lead: Err(self.astray(name, &bytes)?) }));
                }
            } else if is_begin {
                let flaw = Flaw::new("has a second card in it").hint("`END:VCARD` ends a card");
                let lead = Err(flaw.of("row", shown(&lines[0])));
                self.pass_over(name)?;
                return Ok(Some(Row { line: begin, lead }));
            }
            if is_folded && is_heavy {
                continue;
            }
            is_heavy = !is_folded && HEAVY.iter().any(|heavy| starts(&bytes, heavy));
            if is_heavy {
                self.passed.extend(
                    HEAVY.iter().filter(|heavy| starts(&bytes, heavy)).map(|&heavy| heavy.to_owned()),
                );
                continue;
            }
            let is_end = bytes.trim_ascii().eq_ignore_ascii_case(b"END:VCARD");
            size += bytes.len();
            if size > LONGEST {
                return Err(too_long(name, begin));
            }
            lines.push(bytes);
            if is_end {
                return Ok(Some(Row { line: begin, lead: self.card(&lines) }));
            }
        }
    }

    /// The next line of the file, without its end.
    fn physical(&mut self, name: &str) -> Result<Option<Vec<u8>>, Halt> {
        let Some(mut bytes) = next_line(&mut self.source, name, &mut self.line)? else { return Ok(None) };
        while bytes.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
            bytes.pop();
        }
        Ok(Some(bytes))
    }

    /// Why a line outside of a card is none; the lines up to the next card go with it.
    fn astray(&mut self, name: &str, bytes: &[u8]) -> Result<Refusal, Halt> {
        let flaw = Flaw::new("stands outside of a card").hint("a card is from `BEGIN:VCARD` to `END:VCARD`");
        while self
            .source
            .fill_buf()
            .map_err(|error| unreadable(name, &error))?
            .first()
            .is_some_and(|byte| !matches!(byte, b'B' | b'b'))
        {
            if self.physical(name)?.is_none() {
                break;
            }
        }
        Ok(flaw.of("row", shown(bytes)))
    }

    /// Passes over the rest of a card.
    fn pass_over(&mut self, name: &str) -> Result<(), Halt> {
        while let Some(bytes) = self.physical(name)? {
            if bytes.trim_ascii().eq_ignore_ascii_case(b"END:VCARD") {
                break;
            }
        }
        Ok(())
    }

    /// See [`super::Rows::left`].
    pub(super) fn left(&self) -> Option<String> {
        let passed: Vec<&str> = self.passed.iter().map(String::as_str).collect();
        (!passed.is_empty()).then(|| format!("not taken: {}", passed.join(", ")))
    }

    fn card(&mut self, lines: &[Vec<u8>]) -> Result<NewLead, Refusal> {
        let properties = Property::all(lines)?;
        let mut draft = Draft::default();
        let is_own = properties.iter().any(|one| one.name == "X-LEAD-STAGE");
        self.name(&mut draft, &properties)?;
        let several = [
            ("EMAIL", "email|fields.other-email"),
            ("TEL", "phone|fields.other-phone"),
            ("ADR", "address|fields.other-address"),
        ];
        for (name, word) in several {
            let mut found: Vec<&Property> = properties.iter().filter(|one| one.name == name).collect();
            found.sort_by_key(|one| one.preference());
            for one in found {
                let value = match name {
                    "ADR" => address(one),
                    "TEL" => one.text().trim().trim_start_matches("tel:").to_owned(),
                    _ => one.text(),
                };
                let word = if is_own { word.split('|').next().unwrap_or(word) } else { word };
                self.put(&mut draft, name, word, &value)?;
            }
        }
        for one in &properties {
            let own = OWN.iter().find(|(name, _)| *name == one.name);
            let text = TEXTS.iter().find(|(name, _)| *name == one.name).filter(|_| !is_own);
            match (one.name.as_str(), own.or(text)) {
                (_, Some((name, word))) => self.put(&mut draft, name, word, &one.text())?,
                ("ORG", _) => {
                    let mut parts = one.parts(';').into_iter().filter(|part| !part.trim().is_empty());
                    if let Some(firm) = parts.next() {
                        self.put(&mut draft, "ORG", "company", &firm)?;
                    }
                    self.put(&mut draft, "ORG", "fields.department", &parts.collect::<Vec<_>>().join(", "))?;
                }
                ("CATEGORIES", _) => {
                    for word in one.parts(',') {
                        draft.category("categories", &word);
                    }
                }
                ("NOTE", _) => {
                    self.put(&mut draft, "NOTE", if is_own { "notes" } else { "notes+" }, &one.text())?;
                }
                ("EMAIL" | "TEL" | "ADR", _) => {}
                (name, _) if SILENT.contains(&name) || (is_own && name == "UID") => {}
                (name, _) => {
                    self.passed.insert(name.to_owned());
                }
            }
        }
        Ok(draft.lead(!is_own))
    }

    /// The name as it is shown, else its parts.
    fn name(&mut self, draft: &mut Draft, properties: &[Property]) -> Result<(), Refusal> {
        let of = |name: &str| properties.iter().find(|one| one.name == name);
        let full = of("FN").map(Property::text).filter(|text| !text.trim().is_empty());
        if let Some(full) = full {
            return self.put(draft, "FN", "name", &full);
        }
        let parts = of("N").map(|one| one.parts(';')).unwrap_or_default();
        for (at, word) in [(1, "given_name"), (2, "given_name"), (0, "family_name")] {
            self.put(draft, "N", word, parts.get(at).map_or("", String::as_str))?;
        }
        Ok(())
    }

    fn put(&mut self, draft: &mut Draft, name: &str, word: &str, value: &str) -> Result<(), Refusal> {
        let target = field::target(word).unwrap_or(Target::NONE);
        if self.map.passes_over(&target.field) {
            self.passed.insert(name.to_owned());
            return Ok(());
        }
        // A free field is one line; a text of several is no reason to refuse a card.
        match target.field {
            Field::Free(_) if value.contains('\n') => {
                draft.put(name, &target, &value.split_whitespace().collect::<Vec<_>>().join(" "), &self.map)
            }
            _ => draft.put(name, &target, value, &self.map),
        }
    }
}

/// An address on one line, as letters have it: street, code, town.
fn address(one: &Property) -> String {
    let parts = one.parts(';');
    let part = |at: usize| parts.get(at).map_or("", |part| part);
    let order = [0, 1, 2, 5, 3, 4, 6].map(part);
    let lines = order.iter().flat_map(|part| part.lines()).map(str::trim).filter(|part| !part.is_empty());
    lines.collect::<Vec<_>>().join(", ")
}

fn starts(bytes: &[u8], name: &str) -> bool {
    let at = bytes.iter().position(|byte| matches!(byte, b':' | b';')).unwrap_or(bytes.len());
    let own = bytes[..at].rsplit(|byte| *byte == b'.').next().unwrap_or_default();
    own.eq_ignore_ascii_case(name.as_bytes())
}

fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).chars().take(40).collect()
}
