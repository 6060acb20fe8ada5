//! Deciding that somebody is told something: a notice and its mail, in the commit of the cause.
//!
//! A mail is a row before it is a message (N1): nothing here knows how mail is written or sent.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use sha2::{Digest, Sha256};

use super::desk::Desk;
use super::halt::Halt;
use super::mail::hours;
use crate::domain::claim::Claim;
use crate::domain::follow_up::{instant, local_date};
use crate::domain::lead::{Lead, LeadId};
use crate::domain::notice::{Mail, MailKind, MailState, Notice};
use crate::domain::subject::{About, subject};
use crate::domain::user::{Login, User};
use crate::store::{Numbered, StoreFault};

/// One cause for telling somebody something.
pub(super) struct Cause {
    pub(super) lead: Option<LeadId>,
    /// The date or the instant that tells this cause from the next one of its kind.
    pub(super) when: String,
    /// The follow-up's date, where one is the cause.
    pub(super) date: Option<Date>,
}

/// A mail to be decided.
pub(super) struct News<'a> {
    pub(super) kind: MailKind,
    /// Who is told: a user, or an address that gets a report.
    pub(super) to: &'a Login,
    pub(super) due_at: Timestamp,
    /// When trying ends; the policy's give-up time otherwise.
    pub(super) give_up_at: Option<Timestamp>,
    /// The leads it speaks of, the most urgent first.
    pub(super) leads: Vec<Lead>,
    pub(super) causes: Vec<Cause>,
}

impl<'a> Desk<'a> {
    /// Decides a mail for those of its causes that were never told; none of them, no mail. True
    /// if one was decided.
    pub(super) fn tell(&mut self, news: News<'_>) -> Result<bool, StoreFault> {
        let to = news.to;
        let mut fresh = Vec::new();
        for cause in news.causes {
            let key = Notice::key(news.kind.cause(), cause.lead, &cause.when, to);
            match self.notice(&key)? {
                None => fresh.push((key, cause)),
                Some(notice) => self.revive(notice.mail, news.give_up_at)?,
            }
        }
        if fresh.is_empty() {
            return Ok(false);
        }
        let zone = self.office.zone_of(to);
        let about: Vec<About> = news.leads.iter().map(|lead| About::of(lead, &zone, self.now)).collect();
        let id = self.number(Numbered::Mail)?;
        let keys: Vec<String> = fresh.iter().map(|(key, _)| key.clone()).collect();
        let give_up = self.now.saturating_add(self.office.policy.outbox.give_up_after);
        let promised = fresh.first().and_then(|(_, cause)| cause.date);
        let mut mail = Mail {
            id,
            kind: news.kind,
            to: to.clone(),
            address: self.office.address_of(to),
            leads: news.leads.iter().map(|lead| lead.id).collect(),
            message_id: message_id(&self.store_id()?, &keys, &self.office.policy.mail.from),
            notices: keys,
            subject: match self.office.weekly(fresh.iter().map(|(key, cause)| (key.as_str(), cause.date)), to)
            {
                Some((report, date)) => report.subject(date),
                None => subject(news.kind, &about),
            },
            state: MailState::Waiting,
            tries: 0,
            next_try: None,
            give_up_at: news.give_up_at.unwrap_or(give_up.unwrap_or(Timestamp::MAX)),
            error: None,
            due_at: news.due_at,
            decided_at: self.now,
            settled_at: None,
            bytes: None,
            resent: false,
            dropped_by: None,
            retried_by: None,
            unknown: Default::default(),
        };
        mail.next_try = Some(hours(self.office, &mail, promised, self.now).from);
        self.keep_mail(mail);
        for (key, cause) in fresh {
            self.keep_notice(Notice {
                key,
                kind: news.kind.cause(),
                lead: cause.lead,
                to: to.clone(),
                date: cause.date,
                due_at: news.due_at,
                decided_at: self.now,
                mail: id,
                unknown: Default::default(),
            });
        }
        Ok(true)
    }

    /// Takes up again a mail that was cancelled before it was ever started, because its cause is
    /// back (R2): the same mail, so that it is told once.
    fn revive(&mut self, mail: u64, give_up_at: Option<Timestamp>) -> Result<(), StoreFault> {
        let cancelled = self.mail(mail)?.filter(Mail::may_revive);
        if let Some(mut mail) = cancelled {
            mail.state = MailState::Waiting;
            mail.error = None;
            mail.settled_at = None;
            mail.next_try = Some(self.now);
            mail.give_up_at = give_up_at.unwrap_or(mail.give_up_at);
            self.keep_mail(mail);
        }
        Ok(())
    }

    /// Tells the former holder that a claim has ended (A9). Who is disabled or has no address, or
    /// whose lead is in the trash, hears nothing (R5).
    pub(super) fn tell_lapsed(&mut self, lead: &Lead, claim: &Claim) -> Result<(), Halt> {
        let Some(holder) = self.reached(&claim.by) else { return Ok(()) };
        if lead.is_listed() {
            self.tell(News {
                kind: MailKind::ClaimLapsed,
                to: &holder.login,
                due_at: claim.until,
                give_up_at: None,
                leads: vec![lead.clone()],
                causes: vec![Cause { lead: Some(lead.id), when: claim.until.to_string(), date: None }],
            })?;
        }
        Ok(())
    }

    /// Tells somebody whom another made the owner.
    pub(super) fn tell_assigned(&mut self, lead: &Lead) -> Result<(), Halt> {
        let Some(owner) = lead.owner.as_ref().filter(|owner| **owner != self.scope.actor()) else {
            return Ok(());
        };
        let Some(user) = self.reached(owner) else { return Ok(()) };
        self.tell(News {
            kind: MailKind::Assigned,
            to: &user.login,
            due_at: self.now,
            give_up_at: None,
            leads: vec![lead.clone()],
            causes: vec![Cause {
                lead: Some(lead.id),
                when: format!("revision {}", lead.revision + 1),
                date: None,
            }],
        })?;
        Ok(())
    }

    /// The user, if mail reaches them.
    pub(super) fn reached(&self, login: &Login) -> Option<&'a User> {
        self.office.people.get(login).filter(|user| user.gets_mail())
    }
}

/// The Message-ID that these causes have for ever, in this store (O1).
fn message_id(store: &str, keys: &[String], from: &str) -> String {
    let digest = Sha256::digest(format!("{store}\n{}", keys.join("\n")).as_bytes());
    let hash: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("{hash}@{}", mail_domain(from))
}

/// The domain of the firm's mail.
pub(super) fn mail_domain(from: &str) -> &str {
    from.rsplit_once('@').map_or("localhost", |(_, domain)| domain.trim_end_matches('>'))
}

/// The end of the local day of `now` in `zone`: a reminder is not tried beyond it (O3).
pub(super) fn end_of_day(now: Timestamp, zone: &TimeZone) -> Timestamp {
    let tomorrow = local_date(now, zone).saturating_add(1.day());
    instant(tomorrow, jiff::civil::Time::midnight(), zone).max(now + SignedDuration::from_secs(1))
}
