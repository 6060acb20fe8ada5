//! What templates are tried with when they are loaded: mails with everything in them, and with
//! nothing that may be missing.

use jiff::civil::date;
use jiff::tz::TimeZone;

use super::report::{Head, ReportWords};
use super::words::{Due, LeadWords, Recipient, Words};
use crate::domain::notice::MailKind;
use crate::domain::overview::{AgeView, FunnelView, PersonView, Report, ReportView, SourceView, Sum};
use crate::domain::pipeline::{PipelineId, StageId, StageKind};
use crate::domain::user::Login;

/// A mail about two leads, the first with everything in it.
pub(super) fn full(kind: MailKind) -> Words {
    let some = |text: &str| Some(text.to_owned());
    let words = Words {
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
        report: None,
        head_hash: some("9f2c41d07ab35e66"),
    };
    if kind != MailKind::Report {
        return words;
    }
    Words { leads: Vec::new(), report: Some(report()), ..words }
}

/// A report of each sort, with a line that has everything.
fn report() -> ReportWords {
    let now = date(2026, 11, 23).at(8, 0, 0, 0).to_zoned(TimeZone::UTC).unwrap_or_default();
    let sum = |amount: &str| Sum { amount: amount.to_owned(), currency: "EUR".to_owned() };
    let (pipeline, stage, kind) = (PipelineId::new("mini"), StageId::new("new"), StageKind::Open);
    let label = || "New".to_owned();
    let funnel = FunnelView {
        pipeline: pipeline.clone(),
        stage: stage.clone(),
        label: label(),
        kind,
        leads: 4,
        reached: 30,
        percent: 100,
        onward: Some(67),
    };
    let age = AgeView {
        pipeline,
        stage,
        label: label(),
        kind,
        leads: 4,
        day: 0,
        week: 1,
        month: 2,
        quarter: 1,
        longer: 0,
        median_days: Some(19),
        p90_days: Some(46),
        oldest_days: Some(46),
        oldest: Some(12),
    };
    let source = SourceView {
        source: Some("Website".to_owned()),
        leads: 15,
        converted: 3,
        percent: 20,
        deals: 3,
        won: 1,
        value: Some(sum("25884.00")),
        other_values: Vec::new(),
    };
    let person = PersonView {
        user: Some(Login("sam".to_owned())),
        leads: 7,
        open: 5,
        overdue: 1,
        contacts: 21,
        converted: 2,
        weeks: vec![2, 2, 3, 2, 2, 5, 0, 0],
    };
    let counted = [
        (Report::Funnel, vec![ReportView::Funnel(funnel)]),
        (Report::Ageing, vec![ReportView::Age(age)]),
        (Report::Sources, vec![ReportView::Source(source)]),
        (Report::People, vec![ReportView::Person(person)]),
    ];
    let terms = ["kind:open".to_owned()];
    let head = Head {
        title: Some("Monday at Acme"),
        team: Some("Acme Plumbing"),
        terms: &terms,
        since: Some("30 days ago"),
        until: None,
        now: &now,
    };
    ReportWords::new(&head, &counted)
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
    words.leads.drain(..1.min(words.leads.len()));
    Words { due: None, head_hash: None, team_name: String::new(), ..words }
}
