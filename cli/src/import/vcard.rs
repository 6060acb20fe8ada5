//! Cards of vCard 4.0, 3.0 (RFC 6350, RFC 2426) and 2.1, one a row, as phones and mail programs write them.
//!
//! A card that `lead export` wrote gives back its lead from the properties of our own (`X-LEAD-…`); of
//! others what a lead has is taken: the preferred address and number, the others as free fields. What is
//! no card is told by the line it begins on. Properties that say nothing of a lead, pictures among them, are
//! not held.

use std::collections::BTreeSet;
use std::io::BufRead as _;

use lead_shared::domain::refusal::{Flaw, Refusal};
use lead_shared::domain::request::NewLead;

use super::draft::Draft;
use super::field::{self, Field, Target};
use super::property::{Property, is_soft, name_of};
use super::{LONGEST, Map, Row, Source, next_line, pass_line, too_long, unreadable};
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

/// Other properties that are read.
const READ: [&str; 8] = ["N", "FN", "EMAIL", "TEL", "ADR", "ORG", "CATEGORIES", "NOTE"];

/// Properties that say nothing of a lead.
const SILENT: [&str; 6] = ["BEGIN", "END", "VERSION", "PRODID", "REV", "KIND"];

/// So many names of what was passed over are told.
const TOLD: usize = 40;

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
        let (mut begin, mut size) = (0, 0);
        let mut property = Begun::default();
        loop {
            let Some(bytes) = self.physical(name, !lines.is_empty())? else {
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
            let is_end = bytes.trim_ascii().eq_ignore_ascii_case(b"END:VCARD");
            if !property.goes_on(&bytes) {
                property = Begun::at(self.line, &bytes);
            }
            if !property.is_read && !is_begin && !is_end {
                self.pass(&property.name);
                continue;
            }
            size += bytes.len();
            if size > LONGEST {
                let why =
                    format!("makes its card longer than {} KiB, at line {}", LONGEST >> 10, property.line);
                let flaw = Flaw::new(why).hint("shorten it, or take it out of the card");
                self.pass_over(name)?;
                return Ok(Some(Row { line: begin, lead: Err(flaw.of("property", property.shown)) }));
            }
            lines.push(bytes);
            if is_end {
                return Ok(Some(Row { line: begin, lead: self.card(&lines) }));
            }
        }
    }

    /// The next line of the file, without its end. Within a card one that is too long is cut.
    fn physical(&mut self, name: &str, within: bool) -> Result<Option<Vec<u8>>, Halt> {
        let Some(mut bytes) = next_line(&mut self.source, name, &mut self.line)? else { return Ok(None) };
        if bytes.len() > LONGEST {
            if !within {
                return Err(too_long(name, self.line, "a card is from `BEGIN:VCARD` to `END:VCARD`"));
            }
            if !bytes.ends_with(b"\n") {
                pass_line(&mut self.source, name, self.line)?;
            }
            return Ok(Some(bytes));
        }
        while bytes.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
            bytes.pop();
        }
        Ok(Some(bytes))
    }

    /// Takes note of a property that is passed over.
    fn pass(&mut self, name: &str) {
        if !SILENT.contains(&name) && self.passed.len() < TOLD && !self.passed.contains(name) {
            self.passed.insert(name.chars().take(TOLD).collect());
        }
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
            if self.physical(name, false)?.is_none() {
                break;
            }
        }
        Ok(flaw.of("row", shown(bytes)))
    }

    /// Passes over the rest of a card.
    fn pass_over(&mut self, name: &str) -> Result<(), Halt> {
        while let Some(bytes) = self.physical(name, true)? {
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
                _ => {}
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
            self.pass(name);
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

/// The property whose lines are read.
#[derive(Default)]
struct Begun {
    /// The line it begins on.
    line: u64,
    name: String,
    shown: String,
    /// Whether it says something of a lead; the others are not held, for they may be very long.
    is_read: bool,
    /// Its next line belongs to it, whatever that begins with.
    is_soft: bool,
}

impl Begun {
    fn at(line: u64, bytes: &[u8]) -> Self {
        let name = name_of(bytes);
        // What is no property is for `Property` to refuse.
        let is_read = name.as_deref().is_none_or(is_read);
        Self { line, name: name.unwrap_or_default(), shown: shown(bytes), is_read, is_soft: is_soft(bytes) }
    }

    /// Whether it goes on with this line: a folded one, one behind a quoted-printable line that ends in
    /// `=`, or base64 as old telephones write it, without a blank in front.
    fn goes_on(&mut self, bytes: &[u8]) -> bool {
        let is_soft = self.is_soft;
        self.is_soft &= bytes.ends_with(b"=");
        let is_folded = bytes.first().is_some_and(|byte| matches!(byte, b' ' | b'\t'));
        is_soft || is_folded || (!self.is_read && !self.name.is_empty() && !bytes.contains(&b':'))
    }
}

fn is_read(name: &str) -> bool {
    let mut known = OWN.iter().chain(&TEXTS).map(|(known, _)| known).chain(&READ);
    known.any(|known| *known == name)
}

fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).chars().take(40).collect()
}
