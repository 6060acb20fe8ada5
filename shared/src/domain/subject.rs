//! The subject of a mail: what to do and with whom, in one line a phone shows.
//!
//! Decided with the mail's row, so that the outbox names it before it is written; decided again when
//! the mail is written, of the leads as they then stand.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::badge::days_until;
use super::follow_up::local_date;
use super::lead::Lead;
use super::notice::MailKind;

/// Characters of a name, and of a firm's, that are kept.
const TITLE: usize = 60;

/// A lead as a subject speaks of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// `Kim Lee (Acme)`.
    pub title: String,
    /// Whole days since its follow-up was due; none when it is not overdue.
    pub days_overdue: Option<i64>,
    /// The follow-up's time of day, `14:30`, if it falls on today where the recipient is.
    pub time: Option<String>,
}

impl About {
    /// A lead as it stands `now` for a recipient in `zone`.
    pub fn of(lead: &Lead, zone: &TimeZone, now: Timestamp) -> Self {
        let today = local_date(now, zone);
        let late = lead.follow_up.as_ref().map(|one| days_until(today, one.date));
        let at = lead.follow_up.as_ref().and_then(|one| one.at(zone));
        Self {
            title: title(lead),
            days_overdue: late.filter(|days| *days > 0),
            time: at.filter(|at| at.date() == today).map(|at| at.strftime("%H:%M").to_string()),
        }
    }
}

/// The subject of a mail of this kind about these leads, the most urgent first.
pub fn subject(kind: MailKind, leads: &[About]) -> String {
    let Some(first) = leads.first() else { return format!("{}: nothing to do", kind.name()) };
    let (who, count) = (&first.title, leads.len());
    let late = first.days_overdue.map(days);
    match (kind, count) {
        (MailKind::Reminder, 1) => match &first.time {
            Some(time) => format!("Follow up today at {time}: {who}"),
            None => format!("Follow up today: {who}"),
        },
        (MailKind::Digest, 1) => format!("1 follow-up today: {who}"),
        (MailKind::Reminder | MailKind::Digest, _) => {
            format!("{count} follow-ups today: {}", and_more(who, count))
        }
        (MailKind::Overdue, 1) => match late {
            Some(late) => format!("Overdue by {late}: {who}"),
            None => format!("Overdue: {who}"),
        },
        (MailKind::Overdue, _) => format!("{count} follow-ups overdue, oldest: {}", with_days(who, late)),
        (MailKind::Escalation, 1) => format!("Needs your attention: {}", with_days(who, late)),
        (MailKind::Escalation, _) => {
            format!("{count} follow-ups need your attention, oldest: {}", with_days(who, late))
        }
        (MailKind::ClaimLapsing, 1) => format!("Your claim on {who} ends soon"),
        (MailKind::ClaimLapsing, _) => format!("{count} of your claims end soon: {}", and_more(who, count)),
        (MailKind::ClaimLapsed, 1) => format!("Your claim on {who} has ended"),
        (MailKind::ClaimLapsed, _) => format!("{count} of your claims have ended: {}", and_more(who, count)),
        (MailKind::Assigned, 1) => format!("Now yours: {who}"),
        (MailKind::Assigned, _) => format!("{count} leads are now yours: {}", and_more(who, count)),
        (MailKind::Report, _) => "Report".to_owned(),
        (MailKind::Reply, _) => format!("Re: {who}"),
    }
}

fn title(lead: &Lead) -> String {
    let cut = |text: &str| text.chars().take(TITLE).collect::<String>();
    match &lead.company {
        Some(company) if *company != lead.name => format!("{} ({})", cut(&lead.name), cut(company)),
        _ => cut(&lead.name),
    }
}

/// `1 day`, `9 days`.
fn days(count: i64) -> String {
    if count == 1 { "1 day".to_owned() } else { format!("{count} days") }
}

fn with_days(who: &str, late: Option<String>) -> String {
    late.map_or_else(|| who.to_owned(), |late| format!("{who}, {late}"))
}

fn and_more(who: &str, count: usize) -> String {
    format!("{who} and {} more", count - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_says_what_to_do_with_whom() {
        let kim = || About { title: "Kim Lee (Acme)".to_owned(), days_overdue: None, time: None };
        let late = |days| About { days_overdue: Some(days), ..kim() };
        let timed = About { time: Some("14:30".to_owned()), ..kim() };
        for (kind, leads, expected) in [
            (MailKind::Reminder, vec![kim()], "Follow up today: Kim Lee (Acme)"),
            (MailKind::Reminder, vec![timed], "Follow up today at 14:30: Kim Lee (Acme)"),
            (MailKind::Digest, vec![kim(); 7], "7 follow-ups today: Kim Lee (Acme) and 6 more"),
            (MailKind::Overdue, vec![late(1)], "Overdue by 1 day: Kim Lee (Acme)"),
            (
                MailKind::Overdue,
                vec![late(9), late(1)],
                "2 follow-ups overdue, oldest: Kim Lee (Acme), 9 days",
            ),
            (MailKind::ClaimLapsed, vec![kim()], "Your claim on Kim Lee (Acme) has ended"),
            (MailKind::Assigned, vec![kim()], "Now yours: Kim Lee (Acme)"),
        ] {
            assert_eq!(subject(kind, &leads), expected);
        }
    }
}
