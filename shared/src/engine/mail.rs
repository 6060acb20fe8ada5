//! A mail's way through the outbox, as its row goes (daemon.md §3). Nobody is spoken to here: the
//! daemon tries, and each step it takes is written down before or after.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::Inner;
use super::desk::{Desk, no_such};
use super::duties::{may_remind, morning_key, warning_key};
use super::halt::Halt;
use super::laid::Laid;
use super::office::Office;
use super::telling::end_of_day;
use crate::domain::capability::Capability;
use crate::domain::duty;
use crate::domain::follow_up::{instant, local_date};
use crate::domain::lead::Lead;
use crate::domain::notice::{Mail, MailKind, MailState, Notice};
use crate::domain::policy::{OnUnknown, Via};
use crate::domain::record::MailDeed;
use crate::domain::refusal::{Refusal, Thing};
use crate::domain::reply::Filed;
use crate::domain::request::{Duty, Fate, Written};
use crate::domain::weekly::Weekly;
use crate::store::{StoreFault, Typed as _};

/// After how many minutes a mail is tried again, by the number of tries; then the last, for ever
/// (O3).
const BACK_OFF_MINUTES: [i64; 7] = [1, 2, 5, 10, 20, 40, 60];

/// The folder of the store where mails' bytes stand from before their first try.
pub const FOLDER: &str = "outbox";

/// Where a mail's bytes stand in the store in `dir`.
pub fn bytes_path(dir: &Path, id: u64) -> PathBuf {
    dir.join(FOLDER).join(format!("{id}.eml"))
}

/// No pause is longer: an hour and a fifth, and some.
pub(super) const LONGEST_PAUSE: SignedDuration = SignedDuration::from_mins(75);

/// How long after the hour an older alert may go.
const ALERT_PAUSE: SignedDuration = SignedDuration::from_mins(1);

/// How long a mail of unknown fate rests before it is sent once more.
const UNKNOWN_PAUSE: SignedDuration = SignedDuration::from_mins(10);

/// Does a duty of the outbox: how many mails went a step further, and which of them go on.
pub(super) fn perform(desk: &mut Desk<'_>, duty: &Duty) -> Result<(u64, Vec<u64>), Halt> {
    let mut on = Vec::new();
    let mut done = 0;
    match duty {
        Duty::CheckMails(mails) => {
            for mail in mails {
                on.extend(check(desk, *mail)?.map(|mail| mail.id));
            }
        }
        Duty::StartMails(mails) => {
            for written in mails {
                on.extend(start(desk, written)?);
            }
        }
        Duty::SettleMails(fates) => {
            for (mail, fate) in fates {
                done += u64::from(settle(desk, *mail, fate)?);
            }
        }
        Duty::NoteTime => desk.lay(Laid::Time(desk.now)),
        Duty::ForgetMail { mails } => done = forget(desk, mails)?,
        _ => {}
    }
    Ok((done, on))
}

/// The mail, if it is still to be sent; one whose cause went away is cancelled (R2), one that was
/// tried long enough is given up (O3): a morning's mail at the end of its day, other mail only
/// after it was tried. What nobody knows the fate of is left so.
fn check(desk: &mut Desk<'_>, id: u64) -> Result<Option<Mail>, Halt> {
    let Some(mut mail) = desk.mail(id)?.filter(|mail| !mail.state.is_settled()) else { return Ok(None) };
    let was_tried = mail.tries > 0 || mail.error.is_some();
    let hours = hours(desk.office, &mail, promised(desk, &mail)?, desk.now);
    let is_over = desk.now >= hours.until && (was_tried || is_of_its_day(mail.kind));
    if is_over && mail.state == MailState::Unknown {
        mail.next_try = None;
        desk.keep_mail(mail);
        return Ok(None);
    }
    if !still_holds(desk, &mail)? {
        mail.error = Some("its cause went away".to_owned());
        if mail.state == MailState::Waiting && !mail.resent && mail.retried_by.is_none() {
            // No server took it: should its cause come back, it is written anew.
            mail.bytes = None;
        }
        close(&mut mail, MailState::Cancelled, desk.now);
        desk.keep_mail(mail);
        return Ok(None);
    }
    if is_over {
        give_up(&mut mail, desk.now);
        desk.keep_mail(mail);
        return Ok(None);
    }
    let before = mail.clone();
    mail.give_up_at = hours.until;
    mail.next_try = if hours.from > desk.now { Some(hours.from) } else { mail.next_try };
    if mail != before {
        desk.keep_mail(mail.clone());
    }
    Ok((hours.from <= desk.now).then_some(mail))
}

/// When a mail may be tried.
pub(super) struct Hours {
    /// Now, or the instant that is waited for.
    pub(super) from: Timestamp,
    /// When trying ends.
    until: Timestamp,
}

/// When a mail may be tried, by the zone its recipient has now and by the hour the firm has now: a
/// reminder on the day that was `promised`; other mail but that of claims from the hour on, by day
/// (R4). One that the night delays has time for some tries in the morning. What somebody wants tried
/// again may be tried at any time.
pub(super) fn hours(office: &Office, mail: &Mail, promised: Option<Date>, now: Timestamp) -> Hours {
    let (zone, at) = (office.zone_of(&mail.to), office.policy.reminders.at);
    let morning = instant(local_date(now, &zone), at, &zone);
    let from = match (mail.kind, promised) {
        _ if mail.retried_by.is_some() => now,
        (MailKind::ClaimLapsing | MailKind::ClaimLapsed | MailKind::Report | MailKind::Reply, _) => now,
        (MailKind::Reminder | MailKind::Digest, Some(date)) => {
            let due_at = instant(date, at, &zone);
            return Hours { from: due_at.max(now), until: end_of_day(due_at, &zone) };
        }
        // This morning's own alert is decided first: an older one may be worth nothing then (R3).
        (MailKind::Overdue, _) if !mail.notices.contains(&morning_key(&mail.to, &zone, now)) => {
            (morning + ALERT_PAUSE).max(now)
        }
        _ => morning.max(now),
    };
    let until = if from > now { mail.give_up_at.max(from + LONGEST_PAUSE) } else { mail.give_up_at };
    Hours { from, until }
}

/// The date of the follow-up that is a mail's first cause.
fn promised(desk: &Desk<'_>, mail: &Mail) -> Result<Option<Date>, StoreFault> {
    let first = mail.notices.first().map(|key| desk.notice(key)).transpose()?.flatten();
    Ok(first.and_then(|notice| notice.date))
}

/// Mail that is worth nothing later: on another day, or after the end of the claim.
fn is_of_its_day(kind: MailKind) -> bool {
    matches!(kind, MailKind::Reminder | MailKind::Digest | MailKind::ClaimLapsing)
}

/// Marks a mail as being sent, its bytes fixed; none when it is not to be sent any more.
fn start(desk: &mut Desk<'_>, written: &Written) -> Result<Option<u64>, Halt> {
    let Some(mut mail) = check(desk, written.mail)? else { return Ok(None) };
    mail.resent |= mail.state == MailState::Unknown;
    mail.state = MailState::Sending;
    mail.next_try = None;
    mail.subject.clone_from(&written.subject);
    mail.bytes = Some(written.bytes.clone());
    mail.address = desk.office.address_of(&mail.to);
    desk.keep_mail(mail);
    Ok(Some(written.mail))
}

/// Writes down what became of a try; false when that was known.
fn settle(desk: &mut Desk<'_>, id: u64, fate: &Fate) -> Result<bool, Halt> {
    let Some(mut mail) = desk.mail(id)?.filter(|mail| !mail.state.is_settled()) else { return Ok(false) };
    let now = desk.now;
    match fate {
        Fate::Sent => {
            mail.error = None;
            close(&mut mail, MailState::Sent, now);
        }
        Fate::Refused(said) => {
            mail.error = Some(said.clone());
            close(&mut mail, MailState::Failed, now);
        }
        Fate::Postponed => {
            mail.state = MailState::Waiting;
            mail.next_try = Some(now);
        }
        // How long the relay is left alone is the daemon's: one breaker for all mail (O2).
        Fate::RelayFault(said) => wait(&mut mail, now, SignedDuration::ZERO, said),
        Fate::Deferred(said) => {
            let pause = back_off(mail.id, mail.tries);
            mail.tries += 1;
            wait(&mut mail, now, pause, said);
        }
        Fate::Unknown(said) => unknown(desk.office, &mut mail, now, said),
    }
    desk.keep_mail(mail);
    Ok(true)
}

/// A file is written whole or not at all and under one name, so it may be written again at once;
/// a server is given the same bytes once more, later, or a person decides.
fn unknown(office: &Office, mail: &mut Mail, now: Timestamp, said: &str) {
    if office.policy.mail.via == Via::File {
        wait(mail, now, SignedDuration::ZERO, said);
        return;
    }
    mail.state = MailState::Unknown;
    mail.error = Some(said.to_owned());
    let again = !mail.resent && office.policy.outbox.on_unknown == OnUnknown::Resend;
    mail.next_try = again.then(|| now + UNKNOWN_PAUSE);
}

fn wait(mail: &mut Mail, now: Timestamp, pause: SignedDuration, said: &str) {
    mail.error = Some(said.to_owned());
    if now >= mail.give_up_at {
        give_up(mail, now);
        return;
    }
    mail.state = MailState::Waiting;
    mail.next_try = Some((now + pause).min(mail.give_up_at));
}

fn give_up(mail: &mut Mail, now: Timestamp) {
    let last = mail.error.take().map_or_else(String::new, |error| format!("; last: {error}"));
    mail.error = Some(format!("given up{last}"));
    close(mail, MailState::Failed, now);
}

fn close(mail: &mut Mail, state: MailState, now: Timestamp) {
    mail.state = state;
    mail.next_try = None;
    mail.settled_at = Some(now);
}

/// The pause before the next try, with up to a fifth more or less that differs from mail to mail.
fn back_off(id: u64, tries: u32) -> SignedDuration {
    let step = usize::try_from(tries).unwrap_or(usize::MAX).min(BACK_OFF_MINUTES.len() - 1);
    let seconds = BACK_OFF_MINUTES[step] * 60;
    let spread =
        i64::try_from((id.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ u64::from(tries)) % 401).unwrap_or(200);
    SignedDuration::from_secs(seconds + seconds * (spread - 200) / 1_000)
}

/// Does to a mail what somebody with `admin` wants: tried again at once, or never.
///
/// # Errors
/// A mail that went out, is going, or whose cause went away.
pub(super) fn work(desk: &mut Desk<'_>, id: u64, deed: MailDeed) -> Result<Filed, Halt> {
    desk.require(Capability::Admin)?;
    let mut mail = desk.mail(id)?.ok_or_else(|| no_such(Thing::Mail, id))?;
    let before = mail.clone();
    let is_open = matches!(mail.state, MailState::Waiting | MailState::Unknown | MailState::Failed);
    let is_dropped = mail.dropped_by.is_some();
    match deed {
        MailDeed::Drop if is_dropped => {}
        _ if !is_open => {
            let state = mail.state.name().to_owned();
            return Err(Refusal::Closed { thing: Thing::Mail, id, state }.into());
        }
        MailDeed::Drop => {
            mail.dropped_by = Some(desk.scope.actor());
            mail.error = Some(format!("dropped by {}", desk.scope.actor()));
            close(&mut mail, MailState::Cancelled, desk.now);
        }
        MailDeed::Retry => {
            let give_up_after = desk.office.policy.outbox.give_up_after;
            mail.state = MailState::Waiting;
            mail.next_try = Some(desk.now);
            mail.tries = 0;
            mail.settled_at = None;
            mail.resent = false;
            mail.retried_by = Some(desk.scope.actor());
            let give_up_at = desk.now.saturating_add(give_up_after).unwrap_or(Timestamp::MAX);
            mail.give_up_at = mail.give_up_at.max(give_up_at);
        }
    }
    let changed = mail != before;
    if changed {
        desk.keep_mail(mail);
    }
    Ok(Filed::of(Thing::Mail, &id, changed))
}

/// Forgets mails that were settled longer ago than `outbox.keep_sent` (O5).
fn forget(desk: &mut Desk<'_>, mails: &[u64]) -> Result<u64, Halt> {
    let mut forgotten = 0;
    for id in mails {
        let Some(mail) = desk.mail(*id)? else { continue };
        let keep_until = mail.settled_at.map(|at| at.saturating_add(desk.office.policy.outbox.keep_sent));
        if matches!(keep_until, Some(Ok(until)) if until <= desk.now) {
            desk.forget_mail(mail);
            forgotten += 1;
        }
    }
    Ok(forgotten)
}

/// Removes the bytes of those of these mails that are forgotten.
pub(super) fn tidy(inner: &Inner, mails: &[u64]) -> Result<(), StoreFault> {
    for id in mails {
        if inner.store.mail(*id)?.is_none() {
            // What stays is removed when the outbox is next opened.
            let _ = fs::remove_file(bytes_path(&inner.dir, *id));
        }
    }
    Ok(())
}

/// Whether one of the mail's causes still stands (R2, R5).
fn still_holds(desk: &Desk<'_>, mail: &Mail) -> Result<bool, Halt> {
    let office = desk.office;
    if mail.kind == MailKind::Report {
        return Ok(weekly(office, mail, &|key| desk.notice(key))?.is_some());
    }
    let Some(user) = desk.reached(&mail.to) else { return Ok(false) };
    let (zone, at) = (office.zone(user), office.policy.reminders.at);
    let today = local_date(desk.now, &zone);
    let this_morning = morning_key(&mail.to, &zone, desk.now);
    let is_mine = mail.notices.contains(&this_morning) || mail.retried_by.is_some();
    if mail.kind == MailKind::Overdue && !is_mine && desk.notice(&this_morning)?.is_some() {
        // This morning's alert speaks of the same leads.
        return Ok(false);
    }
    for key in &mail.notices {
        let Some(notice) = desk.notice(key)? else { continue };
        let Some(lead) = notice.lead.map(|id| desk.peek(id)).transpose()?.flatten() else { continue };
        let told = |lead: &Lead| office.told_of(lead, desk.now).iter().any(|told| told.login == mail.to);
        let promised = lead.follow_up.as_ref().map(|one| one.date);
        let holds = match mail.kind {
            MailKind::Reminder | MailKind::Digest => {
                may_remind(office, &lead) && promised == notice.date && told(&lead)
            }
            MailKind::Overdue => {
                let is_late = promised.is_some_and(|date| duty::day(date, &zone, at) < today);
                may_remind(office, &lead) && promised == notice.date && is_late && told(&lead)
            }
            MailKind::Escalation => {
                let minds = office.minding(&lead, desk.now).iter().any(|told| told.login == mail.to);
                may_remind(office, &lead) && promised == notice.date && minds
            }
            MailKind::ClaimLapsing => {
                let live = lead.live_claim(desk.now).filter(|_| lead.is_listed());
                live.is_some_and(|claim| warning_key(&lead, claim) == *key)
            }
            MailKind::Assigned => lead.is_listed() && lead.owner.as_ref() == Some(&mail.to),
            _ => lead.is_listed(),
        };
        if holds {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The report that a mail brings, and of which date; none when the firm has it no more, or not for the
/// mail's recipient.
pub(super) fn weekly<'a>(
    office: &'a Office,
    mail: &Mail,
    notice: &dyn Fn(&str) -> Result<Option<Notice>, StoreFault>,
) -> Result<Option<(&'a Weekly, Date)>, StoreFault> {
    let mut notices = Vec::new();
    for key in &mail.notices {
        notices.push((key.as_str(), notice(key)?.and_then(|notice| notice.date)));
    }
    Ok(office.weekly(notices, &mail.to))
}

/// Whether the mail says that it comes late (R3).
pub(super) fn is_late(mail: &Mail) -> bool {
    mail.decided_at.duration_since(mail.due_at).as_secs() >= duty::LATE_AFTER_SECONDS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn o3_the_pause_grows_to_an_hour_and_spreads_by_a_fifth() {
        for id in 1..200 {
            for (tries, minutes) in [(0, 1), (1, 2), (2, 5), (3, 10), (4, 20), (5, 40), (6, 60), (99, 60)] {
                let pause = back_off(id, tries).as_secs();
                assert!((minutes * 48..=minutes * 72).contains(&pause), "{id} {tries}: {pause}");
            }
        }
    }
}
