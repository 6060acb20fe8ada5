//! Whether the timed work keeps up: what it last did, and what those who may manage are told when it
//! does not.
//!
//! It is news, not truth: what is due follows from the records, and what is lost of it costs
//! only the telling.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How long mail may stand still before those who may manage are told.
pub const PATIENCE: SignedDuration = SignedDuration::from_hours(1);

/// The relay, or whatever takes the mail, is at fault (O2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelayFault {
    /// When it first was, without a pause since.
    pub since: Timestamp,
    /// What was said last.
    pub said: String,
}

/// What the timed work last did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Health {
    /// The last sweep; none where there never was one.
    pub swept_at: Option<Timestamp>,
    /// What the next sweep is for; none when nothing was to come.
    pub next_at: Option<Timestamp>,
    /// When mail last went.
    pub sent_at: Option<Timestamp>,
    /// None as long as mail is taken.
    pub relay: Option<RelayFault>,
}

impl Health {
    /// Marks the relay as at fault, or as good.
    pub fn blame(&mut self, said: Option<&str>, now: Timestamp) {
        self.relay = said.map(|said| RelayFault {
            since: self.relay.as_ref().map_or(now, |fault| fault.since),
            said: said.to_owned(),
        });
    }

    /// What is wrong at `now`, where the oldest mail that waits was decided at `waiting_since`; nothing
    /// where nobody ever swept, as nobody was promised that mail goes. What a daemon that runs has
    /// not swept yet is no ailment: it wakes within a minute.
    pub fn ailment(
        &self,
        waiting_since: Option<Timestamp>,
        has_daemon: bool,
        now: Timestamp,
    ) -> Option<Ailment> {
        let swept_at = self.swept_at?;
        let is_long = |since: Timestamp| now.duration_since(since) >= PATIENCE;
        let undone = self.next_at.filter(|due_at| !has_daemon && is_long(*due_at));
        if let Some(due_at) = undone {
            return Some(Ailment::Unswept { swept_at, due_at });
        }
        // Mail that goes to others meanwhile shows that only this one is in trouble; and what waited
        // for the morning, or for a daemon, is tried as soon as it may be.
        let was_good = [self.sent_at, self.relay.as_ref().map(|fault| fault.since)];
        let was_good = was_good.into_iter().flatten().filter(|at| *at <= now).max();
        let since = waiting_since.map(|since| was_good.map_or(since, |at| at.max(since)));
        let since = since.filter(|since| is_long(*since))?;
        Some(Ailment::Unsent { since, said: self.relay.as_ref().map(|fault| fault.said.clone()) })
    }
}

/// Why mail that is due has not gone for an hour.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ailment {
    /// Something has been due, and nobody looks: the daemon, or the job that stands in for it, does
    /// not run any more.
    Unswept {
        /// The last sweep.
        swept_at: Timestamp,
        /// Since when something has been due.
        due_at: Timestamp,
    },
    /// Mail waits, and none has gone.
    Unsent {
        /// Since when.
        since: Timestamp,
        /// What the relay said, where it is at fault.
        said: Option<String>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(minute * 60).expect("an instant")
    }

    #[test]
    fn mail_that_waits_an_hour_while_none_goes_is_told() {
        let health =
            |sent: Option<i64>| Health { swept_at: Some(at(0)), sent_at: sent.map(at), ..Health::default() };
        let since = |health: Health, waiting: Option<i64>, now| match health.ailment(
            waiting.map(at),
            true,
            at(now),
        ) {
            Some(Ailment::Unsent { since, .. }) => Some(since.as_second() / 60),
            Some(other) => panic!("{other:?}"),
            None => None,
        };
        assert_eq!(since(health(None), None, 600), None);
        assert_eq!(since(health(None), Some(10), 69), None);
        assert_eq!(since(health(None), Some(10), 70), Some(10));
        assert_eq!(since(health(Some(5)), Some(10), 70), Some(10));
        assert_eq!(since(health(Some(30)), Some(10), 89), None);
        assert_eq!(since(health(Some(30)), Some(10), 90), Some(30));
        assert_eq!(since(health(None), Some(100), 10), None, "a clock set back");
    }

    #[test]
    fn what_nobody_sweeps_is_told_where_somebody_once_did() {
        let health = Health { swept_at: Some(at(0)), next_at: Some(at(10)), ..Health::default() };
        let told = Some(Ailment::Unswept { swept_at: at(0), due_at: at(10) });
        assert_eq!(health.ailment(None, false, at(69)), None);
        assert_eq!(health.ailment(None, false, at(70)), told);
        assert_eq!(health.ailment(None, true, at(70)), None);
        assert_eq!(Health { swept_at: None, ..health }.ailment(Some(at(5)), false, at(70)), None);
    }

    #[test]
    fn o2_the_first_fault_of_the_relay_says_since_when() {
        let mut health = Health::default();
        health.blame(Some("refused"), at(1));
        health.blame(Some("no route"), at(9));
        assert_eq!(health.relay, Some(RelayFault { since: at(1), said: "no route".to_owned() }));
        health.blame(None, at(10));
        health.blame(Some("refused"), at(11));
        assert_eq!(health.relay.map(|fault| fault.since), Some(at(11)));
    }
}
