//! A lead as a card of vCard 4.0 (RFC 6350): what every program knows, and the rest in properties of our
//! own, so that the card comes back as the lead it was.

use lead_shared::domain::content_line::{escape, fold};
use lead_shared::domain::view::{LeadView, Row};

use super::cell::{self, Cell};
use super::column;
use crate::import::OWN;

/// The card of a lead.
pub fn card(lead: &LeadView) -> String {
    let mut out = String::new();
    let (given, family) = lead.name.rsplit_once(' ').unwrap_or((&lead.name, ""));
    let tags: Vec<String> = lead.tags.iter().map(|tag| escape(tag)).collect();
    let typed = lead.phone.as_ref().map(|phone| phone.typed.as_str());
    let text = |text: Option<&str>| text.map(escape).unwrap_or_default();
    let lines = [
        ("BEGIN", "VCARD".to_owned()),
        ("VERSION", "4.0".to_owned()),
        ("PRODID", "-//lead//lead//EN".to_owned()),
        ("UID", format!("lead-{}", lead.id)),
        ("REV", lead.changed_at.strftime("%Y%m%dT%H%M%SZ").to_string()),
        ("FN", escape(&lead.name)),
        ("N", format!("{};{};;;", escape(family.trim()), escape(given.trim()))),
        ("ORG", text(lead.company.as_deref())),
        ("EMAIL", text(lead.email.as_deref())),
        ("TEL", text(typed)),
        (
            "ADR",
            lead.address.as_deref().map(|address| format!(";;{};;;;", escape(address))).unwrap_or_default(),
        ),
        ("CATEGORIES", tags.join(",")),
        ("NOTE", text(lead.notes.as_deref())),
    ];
    for (name, value) in lines {
        put(name, &value, &mut out);
    }
    let row = Row::Lead(Box::new(lead.clone()));
    for (name, field) in OWN {
        put(name, &escape(&plain(&column::cell(&row, field))), &mut out);
    }
    put("END", "VCARD", &mut out);
    out
}

fn put(name: &str, value: &str, out: &mut String) {
    if !value.is_empty() {
        fold(&format!("{name}:{value}"), out);
    }
}

/// A value as a column has it, on one line.
fn plain(cell: &Cell<'_>) -> String {
    if let Cell::Text(text) = cell {
        return (*text).to_owned();
    }
    let mut line = Vec::new();
    match cell::write_plain(&mut line, cell) {
        Ok(()) => String::from_utf8_lossy(&line).into_owned(),
        Err(_) => String::new(),
    }
}
