//! From what a mail is about to what it says: the engine's matter into words.
//!
//! Dates and spans become words in the recipient's zone here, and the commands to type are put
//! together. Called once for each mail, when its bytes are fixed.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use lead_shared::domain::badge::days_until;
use lead_shared::domain::calendar::{Calendar, Event};
use lead_shared::domain::clean::cut;
use lead_shared::domain::matter::{Matter, MatterLead, MatterReport};
use lead_shared::domain::notice::MailKind;
use lead_shared::domain::view::{AppointmentView, LeadView};
use lead_shared::domain::when;
use lead_shared::template::report::{Head, ReportWords};
use lead_shared::template::words::{Due, LeadWords, Recipient, Words};
use lead_shared::template::{Templates, page};

use crate::mailer::{Address, Letter, MailSettings, Page};

/// Characters of a note that a mail shows.
const NOTE: usize = 1_000;

/// Lines of each part of a report that stand in the mail itself.
const LINES: usize = 50;

/// The bytes of a mail.
///
/// # Errors
/// In words: an address that cannot be mailed to, a template of the firm's that fails.
pub(crate) fn bytes(
    matter: &Matter,
    settings: &MailSettings,
    templates: &Templates,
    now: Timestamp,
) -> Result<Vec<u8>, String> {
    let zone = TimeZone::get(&matter.zone).unwrap_or(TimeZone::UTC);
    let report = matter.report.as_ref().map(|report| report_words(report, matter, &zone, now));
    let page = report.as_ref().map(page).transpose().map_err(|fault| fault.to_string())?;
    let words = words(matter, report.map(|report| report.shortened(LINES)), &zone, now);
    let rendered = templates.render(&words).map_err(|fault| fault.to_string())?;
    let to = Address::new(&matter.address).map_err(|bad| format!("{}: {bad}", matter.name))?;
    let domain = matter.message_id.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
    let thread = matter.leads.first().filter(|_| matter.leads.len() == 1);
    let letter = Letter {
        message_id: matter.message_id.clone(),
        to: to.named(&matter.name),
        from: settings.from.clone(),
        reply_to: settings.reply_to.clone(),
        subject: matter.subject.clone(),
        date: now,
        kind: Some(matter.kind),
        lead_ids: matter.leads.iter().map(|lead| lead.view.id).collect(),
        thread: thread.map(|lead| format!("lead-{}@{domain}", lead.view.id)),
        list_id: Some(format!("{} <lead.{domain}>", matter.team.as_deref().unwrap_or("lead"))),
        text: rendered.text,
        html: rendered.html,
        calendar: thread
            .filter(|_| matter.kind == MailKind::Reminder)
            .and_then(|lead| calendar(lead, &zone, domain, now, settings)),
        page: matter.report.as_ref().zip(page).map(|(report, html)| {
            let name = format!("{}-{}.html", report.name, report.date);
            Page { name, html }
        }),
    };
    letter.to_bytes().map_err(|fault| fault.to_string())
}

/// A report as people read it.
fn report_words(report: &MatterReport, matter: &Matter, zone: &TimeZone, now: Timestamp) -> ReportWords {
    let head = Head {
        title: Some(&report.title),
        team: matter.team.as_deref(),
        terms: &report.terms,
        since: report.since.as_deref(),
        until: None,
        now: &now.to_zoned(zone.clone()),
    };
    ReportWords::new(&head, &report.counted)
}

fn words(matter: &Matter, report: Option<ReportWords>, zone: &TimeZone, now: Timestamp) -> Words {
    let kind = matter.kind;
    let due = matter.due_at.to_zoned(zone.clone());
    let is_dated = matches!(
        kind,
        MailKind::Reminder | MailKind::Digest | MailKind::Overdue | MailKind::Escalation | MailKind::Report
    );
    let at = matter.leads.first().filter(|_| kind == MailKind::Reminder).and_then(|lead| timed(lead, zone));
    Words {
        kind,
        subject: matter.subject.clone(),
        team_name: matter.team.clone().unwrap_or_default(),
        recipient: Recipient { name: matter.name.clone(), zone: matter.zone.clone() },
        due: is_dated.then(|| Due {
            date: due.strftime("%-d %B %Y").to_string(),
            weekday: due.strftime("%A").to_string(),
            // Elsewhere it may be another day by then; the lead's own line says so.
            time: at.filter(|at| at.date() == due.date()).map(|at| at.strftime("%H:%M").to_string()),
            zone: matter.zone.clone(),
            was_due_at: matter.is_late.then(|| due.strftime("%H:%M").to_string()),
        }),
        leads: matter.leads.iter().map(|lead| lead_words(lead, kind, zone, now)).collect(),
        report,
        head_hash: is_dated.then(|| matter.head.clone()),
    }
}

fn lead_words(lead: &MatterLead, kind: MailKind, zone: &TimeZone, now: Timestamp) -> LeadWords {
    let view = &lead.view;
    let today = now.to_zoned(zone.clone()).date();
    let overdue = view.follow_up.map(|date| days_until(today, date)).filter(|days| *days > 0);
    let actions = view.actions.as_deref().unwrap_or_default();
    LeadWords {
        id: view.id,
        name: view.name.clone(),
        company: view.company.clone(),
        phone: view.phone.as_ref().map(|phone| phone.typed.clone()),
        phone_e164: view.phone.as_ref().and_then(|phone| phone.e164.clone()),
        email: view.email.clone(),
        stage: view.stage_label.clone(),
        due: view.follow_up.map(|date| due_words(date, timed(lead, zone), today, zone)),
        days_overdue: overdue.and_then(|days| u32::try_from(days).ok()),
        last_contact: view.last_contacted_at.map(|at| at_words(&at.to_zoned(zone.clone()), today)),
        last_note: lead.last_note.as_deref().map(|note| cut(note, NOTE)),
        appointments: coming(lead, now).map(|booked| booked_words(booked, today)).collect(),
        moves: actions.iter().map(|action| action.name.clone()).collect(),
        commands: commands(view, kind),
        claim: lead
            .claim_until
            .filter(|_| matches!(kind, MailKind::ClaimLapsing | MailKind::ClaimLapsed))
            .map(|at| format!("{} ({})", at_words(&at.to_zoned(zone.clone()), today), name(zone))),
        by: lead.by.clone(),
    }
}

fn name(zone: &TimeZone) -> String {
    zone.iana_name().unwrap_or("UTC").to_owned()
}

/// `Tue 24 Nov 2026 15:00 Europe/Berlin, today`; how long ago it was is said apart.
fn due_words(date: Date, at: Option<Zoned>, today: Date, zone: &TimeZone) -> String {
    let (day, words) = match at {
        Some(at) => (at.date(), format!("{} {}", at.strftime("%a %-d %b %Y %H:%M"), name(zone))),
        None => (date, date.strftime("%a %-d %b %Y").to_string()),
    };
    if date < today { words } else { format!("{words}, {}", when::away(day, today)) }
}

/// When a follow-up with a time is due, in the recipient's zone.
fn timed(lead: &MatterLead, zone: &TimeZone) -> Option<Zoned> {
    lead.follow_up.as_ref()?.at(zone)
}

fn at_words(at: &Zoned, today: Date) -> String {
    format!("{}, {}", at.strftime("%a %-d %b %Y %H:%M"), when::away(at.date(), today))
}

/// The lines to type, the most likely first.
fn commands(view: &LeadView, kind: MailKind) -> Vec<String> {
    let id = view.id;
    let first_move = view.actions.iter().flatten().find(|action| action.to.is_some());
    let mut commands = match kind {
        MailKind::ClaimLapsed => vec![format!("lead claim {id}"), format!("lead show {id}")],
        MailKind::ClaimLapsing => vec![format!("lead own {id}"), format!("lead release {id}")],
        _ => vec![format!("lead log {id} call \"…\" --next +3d"), format!("lead schedule {id} tomorrow")],
    };
    if let Some(action) = first_move.filter(|_| !matches!(kind, MailKind::ClaimLapsed)) {
        commands.push(format!("lead move {id} {}", action.name));
    }
    commands
}

/// The appointments that are not over, called off or not.
fn unfinished(lead: &MatterLead, now: Timestamp) -> impl Iterator<Item = &AppointmentView> {
    lead.booked.iter().filter(move |booked| booked.until > now)
}

/// The appointments to come.
fn coming(lead: &MatterLead, now: Timestamp) -> impl Iterator<Item = &AppointmentView> {
    unfinished(lead, now).filter(|booked| booked.cancelled_at.is_none())
}

/// `Tue 24 Nov 2026 15:00 Europe/Berlin, today, 60 min, Long Street 1`.
fn booked_words(booked: &AppointmentView, today: Date) -> String {
    let day = booked.date.strftime("%a %-d %b %Y");
    let (time, away) = (booked.time.strftime("%H:%M"), when::away(booked.date, today));
    let words = format!("{day} {time} {}, {away}, {} min", booked.zone, booked.minutes);
    booked.place.iter().fold(words, |words, place| format!("{words}, {place}"))
}

/// What a reminder brings for a calendar: the follow-up, if it has a time, and the appointments that
/// are not over; one that was called off as such. None when there is nothing of it.
fn calendar(
    lead: &MatterLead,
    zone: &TimeZone,
    domain: &str,
    now: Timestamp,
    settings: &MailSettings,
) -> Option<Calendar> {
    let follow_up = timed(lead, zone).and_then(|_| Event::follow_up(lead, zone, domain));
    let booked = unfinished(lead, now).map(|booked| Event::appointment(lead, booked, domain));
    let stamped = |event| Event { stamped_at: now, ..event };
    let events: Vec<_> = follow_up.into_iter().chain(booked).map(stamped).collect();
    let organizer = Some(settings.from.email().to_owned());
    (!events.is_empty()).then_some(Calendar { organizer, events })
}
