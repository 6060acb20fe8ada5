//! The subject of each kind of mail: what to do and with whom, in one line a phone shows.
//!
//! Pure; names are made one line and cut. Called where a letter is put together.

use super::clean::header_text;
use super::{Kind, LeadMatter, Matter};

/// Characters of one lead's title.
const TITLE: usize = 60;

/// The subject for `matter`.
#[must_use]
pub fn subject(matter: &Matter) -> String {
    let count = matter.leads.len();
    let Some(first) = matter.leads.first() else { return format!("{}: nothing to do", matter.kind) };
    let who = title(first);
    let oldest = matter.leads.iter().max_by_key(|lead| lead.days_overdue).unwrap_or(first);
    let late = oldest.days_overdue.map(days);
    match (matter.kind, count, late) {
        (Kind::Reminder, 1, _) => match matter.due.as_ref().and_then(|due| due.time.as_deref()) {
            Some(time) => format!("Follow up today at {}: {who}", header_text(time, 10)),
            None => format!("Follow up today: {who}"),
        },
        (Kind::Reminder | Kind::Digest, _, _) => match count {
            1 => format!("1 follow-up today: {who}"),
            _ => format!("{count} follow-ups today: {}", and_more(&who, count)),
        },
        (Kind::Overdue, 1, Some(late)) => format!("Overdue by {late}: {who}"),
        (Kind::Overdue, 1, None) => format!("Overdue: {who}"),
        (Kind::Overdue, _, late) => {
            format!("{count} follow-ups overdue, oldest: {}", with_days(oldest, late))
        }
        (Kind::Escalation, 1, late) => format!("Needs your attention: {}", with_days(first, late)),
        (Kind::Escalation, _, late) => {
            format!("{count} follow-ups need your attention, oldest: {}", with_days(oldest, late))
        }
        (Kind::ClaimLapsing, 1, _) => format!("Your claim on {who} ends soon"),
        (Kind::ClaimLapsing, _, _) => format!("{count} of your claims end soon: {}", and_more(&who, count)),
        (Kind::ClaimLapsed, 1, _) => format!("Your claim on {who} has ended"),
        (Kind::ClaimLapsed, _, _) => format!("{count} of your claims have ended: {}", and_more(&who, count)),
        (Kind::Assigned, 1, _) => format!("Now yours: {who}"),
        (Kind::Assigned, _, _) => format!("{count} leads are now yours: {}", and_more(&who, count)),
    }
}

/// `Kim Lee (Acme)`: one harmless line.
pub(super) fn title(lead: &LeadMatter) -> String {
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

fn with_days(lead: &LeadMatter, late: Option<String>) -> String {
    late.map_or_else(|| title(lead), |late| format!("{}, {late}", title(lead)))
}

fn and_more(who: &str, count: usize) -> String {
    format!("{who} and {} more", count - 1)
}
