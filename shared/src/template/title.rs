//! A lead's name and a number of days, as a mail says them.

use super::words::LeadWords;
use crate::domain::clean::header_text;

/// Characters of one lead's title.
const TITLE: usize = 60;

/// `Kim Lee (Acme)`: one harmless line.
pub(super) fn title(lead: &LeadWords) -> String {
    let name = header_text(&lead.name, TITLE);
    match lead.company.as_deref().map(|company| header_text(company, TITLE)) {
        Some(company) if !company.is_empty() && company != name => format!("{name} ({company})"),
        _ => name,
    }
}

/// `1 day`, `9 days`.
pub(super) fn days(count: u32) -> String {
    if count == 1 { "1 day".to_owned() } else { format!("{count} days") }
}
