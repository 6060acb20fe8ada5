//! Which leads a line means (cli.md §2, "IDs"): where its ids end and its other words begin.
//!
//! Knows only how ids look; whether there is such a lead is the engine's to say. Refuses what
//! looks like an id and cannot be one. Every verb that takes leads comes here with its words.

use std::collections::HashSet;

use lead_shared::domain::email;
use lead_shared::domain::lead::LeadId;
use lead_shared::domain::refusal::{Flaw, Refusal};
use lead_shared::domain::request::LeadRef;

#[cfg(test)]
mod tests;

/// A line's words: leads, then the rest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// The leads, as typed and in this order.
    pub ids: Vec<Id>,
    /// The target, user, kind, tags, text or title.
    pub rest: Vec<String>,
}

/// A lead, or the place of many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Id {
    /// One lead, or a range of numbers.
    Lead(LeadRef),
    /// `-`: whatever stands on standard input.
    Stdin,
}

impl Selection {
    /// This one lead.
    pub fn of(lead: LeadRef) -> Self {
        Self { ids: vec![Id::Lead(lead)], rest: Vec::new() }
    }

    /// Splits a line's words: the first that does not look like an id begins the rest.
    ///
    /// # Errors
    /// A number that is 0 or beyond 64 bits, a range that runs backwards, a second `-`.
    pub fn split(words: &[String]) -> Result<Self, Refusal> {
        let mut ids = Vec::new();
        let mut left = words.iter();
        let rest = loop {
            let before = left.clone();
            match left.next().map(|word| read(word)).transpose()?.flatten() {
                Some(found) => ids.extend(found),
                None => break before.cloned().collect(),
            }
        };
        if ids.iter().filter(|id| **id == Id::Stdin).count() > 1 {
            return Err(twice());
        }
        Ok(Self { ids, rest })
    }

    /// Splits off the first word alone: for verbs of one lead, whose text may begin with a number.
    ///
    /// # Errors
    /// As [`Selection::split`].
    pub fn split_first(words: &[String]) -> Result<Self, Refusal> {
        let Some((first, rest)) = words.split_first() else { return Ok(Self::default()) };
        let mut selection = Self::split(std::slice::from_ref(first))?;
        selection.rest.extend(rest.iter().cloned());
        Ok(selection)
    }

    /// All words are ids.
    ///
    /// # Errors
    /// As [`Selection::split`], and a word that does not look like an id.
    pub fn all(words: &[String]) -> Result<Self, Refusal> {
        let selection = Self::split(words)?;
        match selection.rest.first() {
            Some(word) => Err(no_id(word)),
            None => Ok(selection),
        }
    }

    /// The one lead that was named by number or address; `None` for several, and for `-`.
    pub fn literal(&self) -> Option<&LeadRef> {
        match self.ids.as_slice() {
            [Id::Lead(one @ (LeadRef::Number(_) | LeadRef::Email(_)))] => Some(one),
            _ => None,
        }
    }
}

/// The ids of a stream: words with spaces, line ends or commas between.
///
/// # Errors
/// A word that is no id.
pub fn of_stream(text: &str) -> Result<Vec<LeadRef>, Refusal> {
    let mut leads = Vec::new();
    for word in text.split_whitespace() {
        for id in read(word)?.ok_or_else(|| no_id(word))? {
            match id {
                Id::Lead(lead) => leads.push(lead),
                Id::Stdin => return Err(no_id(word)),
            }
        }
    }
    Ok(leads)
}

/// Each lead once, where it was named first: by number, within a range, or by address.
pub fn distinct(refs: Vec<LeadRef>) -> Vec<LeadRef> {
    let mut seen = HashSet::new();
    let mut ranges: Vec<(LeadId, LeadId)> = Vec::new();
    let mut kept = Vec::with_capacity(refs.len());
    for one in refs {
        let is_new = match &one {
            LeadRef::Number(id) => {
                !ranges.iter().any(|(from, to)| (from..=to).contains(&id)) && seen.insert(one.clone())
            }
            LeadRef::Email(typed) => seen.insert(LeadRef::Email(email::key(typed))),
            LeadRef::Range(from, to) => {
                let is_new = seen.insert(one.clone());
                ranges.push((*from, *to));
                is_new
            }
        };
        if is_new {
            kept.push(one);
        }
    }
    kept
}

/// The refusal of a word where an id must stand.
pub fn no_id(word: &str) -> Refusal {
    let flaw = Flaw::new("is not the number of a lead")
        .hint("a lead is named by its number or its e-mail address: `lead list`");
    flaw.of("id", word)
}

fn twice() -> Refusal {
    Refusal::Conflict {
        what: "`-` is given twice, and standard input can be read once".to_owned(),
        hints: Vec::new(),
    }
}

/// The ids a word stands for; `None` when it does not look like any.
fn read(word: &str) -> Result<Option<Vec<Id>>, Refusal> {
    if word == "-" {
        return Ok(Some(vec![Id::Stdin]));
    }
    let parts = || word.split(',').filter(|part| !part.is_empty());
    if parts().next().is_none() || !parts().all(looks_like_id) {
        return Ok(None);
    }
    parts().map(|part| lead(part).map(Id::Lead)).collect::<Result<_, _>>().map(Some)
}

fn looks_like_id(part: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    part.contains('@') || part.split_once('-').map_or(digits(part), |(from, to)| digits(from) && digits(to))
}

fn lead(part: &str) -> Result<LeadRef, Refusal> {
    if part.contains('@') {
        return Ok(LeadRef::Email(part.to_owned()));
    }
    let Some((from, to)) = part.split_once('-') else { return number(part, part).map(LeadRef::Number) };
    let (from, to) = (number(from, part)?, number(to, part)?);
    if from > to {
        let flaw = Flaw::new("runs backwards").hint(format!("`{to}-{from}`"));
        return Err(flaw.of("id", part));
    }
    Ok(LeadRef::Range(from, to))
}

fn number(digits: &str, typed: &str) -> Result<LeadId, Refusal> {
    match digits.parse::<LeadId>() {
        Ok(0) => Err(Flaw::new("is not the number of a lead")
            .hint("leads are counted from 1: `lead list`")
            .of("id", typed)),
        Ok(number) => Ok(number),
        Err(_) => Err(Flaw::new(format!("is beyond {}", LeadId::MAX)).of("id", typed)),
    }
}
