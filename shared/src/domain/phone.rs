//! Telephone numbers: kept as typed, compared as E.164 where the country's plan tells how (L6).
//!
//! Refused is what is no number at all; a number that no plan explains is kept and compared by its
//! digits. An extension is kept in what was typed and is not part of the key: one switchboard is
//! one number. Pure table work, see `plan`.

use serde::{Deserialize, Serialize};

use super::refusal::Flaw;
use super::text;

mod plan;

/// The longest text that is a number, in characters.
pub const PHONE_MAX: usize = 64;

const LEAST_DIGITS: usize = 3;
const MOST_DIGITS: usize = 20;
/// The most digits of an E.164 number, its country's among them.
const E164_MOST: usize = 15;

/// A telephone number.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Phone {
    /// As typed, but for white space at its ends.
    pub typed: String,
    /// `+49301234567`, where it could be told.
    pub e164: Option<String>,
}

/// The number in `typed`; one without its country's code is the team's, `country` in two letters.
pub fn parse(typed: &str, country: Option<&str>) -> Result<Phone, Flaw> {
    let typed = text::line_within(typed, PHONE_MAX)?;
    let number = main_part(&typed);
    for (at, c) in number.char_indices() {
        match c {
            '0'..='9' | ' ' | '\u{a0}' | '\u{202f}' | '-' | '‐' | '‑' | '–' | '.' | '(' | ')' | '/' => {
            }
            '+' if at == 0 || number[..at].trim_matches(['(', ' ']).is_empty() => {}
            '+' => return Err(Flaw::new("has a `+` that is not at its start")),
            c if c.is_alphabetic() => {
                return Err(Flaw::new("contains letters")
                    .hint("write it as `+49 30 1234567`, an extension as `ext 12`"));
            }
            c => return Err(Flaw::new(format!("contains `{c}`"))),
        }
    }
    let count = number.bytes().filter(u8::is_ascii_digit).count();
    if count < LEAST_DIGITS {
        return Err(Flaw::new(format!("has fewer than {LEAST_DIGITS} digits")));
    }
    if count > MOST_DIGITS {
        return Err(Flaw::new(format!("has more than {MOST_DIGITS} digits")));
    }
    let e164 = normalised(number, country);
    Ok(Phone { typed, e164 })
}

/// Whether these are a country's two letters (ISO 3166).
pub fn is_country(code: &str) -> bool {
    code.len() == 2 && plan::of_country(code).is_some()
}

impl Phone {
    /// The form in which numbers are compared: E.164, else the digits (L6).
    pub fn key(&self) -> String {
        self.e164.clone().unwrap_or_else(|| digits(main_part(&self.typed)))
    }
}

/// The digits of a text, for finding a part of a number however it is written.
pub fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// The number without `tel:` before and an extension behind (`ext 12`, `x12`, `#12`, `;ext=12`).
fn main_part(typed: &str) -> &str {
    let number = match typed.get(..4) {
        Some(scheme) if scheme.eq_ignore_ascii_case("tel:") => typed[4..].trim_start(),
        _ => typed,
    };
    let head = number.trim_end_matches(|c: char| c.is_ascii_digit());
    if head.len() == number.len() {
        return number;
    }
    let before = head.trim_end_matches([' ', '.', '=', ':']);
    let marks = [";ext", "extension", "extn", "ext", "x", "#"];
    let cut = marks.iter().find_map(|mark| {
        let at = before.len().checked_sub(mark.len())?;
        before.get(at..)?.eq_ignore_ascii_case(mark).then_some(at)
    });
    cut.map_or(number, |at| number[..at].trim_end_matches([' ', ',', ';']))
}

fn normalised(number: &str, country: Option<&str>) -> Option<String> {
    let home = country.and_then(plan::of_country);
    let all = digits(number);
    if number.contains('+') {
        return international(&digits(&number.replace("(0)", "")));
    }
    let home = home?;
    if !home.abroad.is_empty()
        && let Some(rest) = all.strip_prefix(home.abroad)
        && let Some(found) = international(rest)
    {
        return Some(found);
    }
    let national = match all.strip_prefix(home.trunk) {
        Some(rest) if rest.len() >= home.least => rest,
        _ => &all,
    };
    joined(&home, national)
}

/// The E.164 form of digits that begin with a country's code.
fn international(all: &str) -> Option<String> {
    let plan = plan::of_digits(all)?;
    let national = &all[plan.calling.to_string().len()..];
    let national = match national.strip_prefix(plan.trunk) {
        Some(rest) if plan.trunk.starts_with('0') || national.len() > plan.most => rest,
        _ => national,
    };
    joined(&plan, national)
}

fn joined(plan: &plan::Plan, national: &str) -> Option<String> {
    let e164 = format!("+{}{national}", plan.calling);
    ((plan.least..=plan.most).contains(&national.len()) && e164.len() <= E164_MOST + 1).then_some(e164)
}

#[cfg(test)]
mod tests;
