//! What templates are tried with when they are loaded: mails with everything in them, and with
//! nothing that may be missing.

use super::words::{Due, LeadWords, Recipient, Words};
use crate::domain::notice::MailKind;

/// A mail about two leads, the first with everything in it.
pub(super) fn full(kind: MailKind) -> Words {
    let some = |text: &str| Some(text.to_owned());
    Words {
        kind,
        subject: "Follow up today: Kim Lee (Acme)".into(),
        team_name: "Acme Plumbing".into(),
        recipient: Recipient { name: "Sam".into(), zone: "Europe/Prague".into() },
        due: Some(Due {
            date: "23 November 2026".into(),
            weekday: "Monday".into(),
            time: some("14:30"),
            zone: "Europe/Prague".into(),
            was_due_at: some("08:00"),
        }),
        leads: vec![
            LeadWords {
                id: 12,
                name: "Kim Lee".into(),
                company: some("Acme"),
                phone: some("601 234 567"),
                phone_e164: some("+420601234567"),
                email: some("kim@acme.example"),
                stage: "Quoted".into(),
                due: some("Monday 23 November 2026, 14:30 (Europe/Prague)"),
                days_overdue: Some(3),
                last_contact: some("Thursday 19 November, call"),
                last_note: some("Wants the price by Friday.\nAsk for Petra."),
                appointments: vec!["Tue 24 Nov 2026 10:00 Europe/Prague, 60 min, Long Street 1".into()],
                moves: vec!["offer".into(), "later".into()],
                commands: vec!["lead log 12 call \"…\" --next +3d".into(), "lead show 12".into()],
                claim: some("today at 16:30 (Europe/Prague)"),
                by: some("Petra"),
            },
            LeadWords { id: 13, name: "Jo".into(), stage: "Lead".into(), ..LeadWords::default() },
        ],
        head_hash: some("9f2c41d07ab35e66"),
    }
}

/// A mail about one lead, with the first one's texts.
pub(super) fn single(kind: MailKind) -> Words {
    let mut words = full(kind);
    words.leads.truncate(1);
    words
}

/// A mail about one lead, with nothing that may be missing.
pub(super) fn bare(kind: MailKind) -> Words {
    let mut words = full(kind);
    words.leads.remove(0);
    Words { due: None, head_hash: None, team_name: String::new(), ..words }
}
