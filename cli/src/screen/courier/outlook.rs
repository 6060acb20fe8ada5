//! What others and time change: whether the board is still right, and the board anew.

use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use lead_shared::client::Pulse;
use lead_shared::domain::request::Look;
use lead_shared::domain::view::Row;

use super::Courier;
use crate::halt::Halt;
use crate::render::Lane;
use crate::screen::errand::{News, Snapshot};
use crate::words::Clock;

/// After so many cards a sign of life is given.
const A_SIGN: u32 = 1000;
/// A board is no older: what time alone changes is seen by then, too.
const OLDEST: SignedDuration = SignedDuration::from_secs(60);

impl Courier<'_> {
    /// Brings a new board where there is reason to.
    pub(super) fn look_out(&mut self) {
        match self.is_stale() {
            Ok(false) => {}
            Ok(true) => self.bring(),
            Err(halt) => self.lost(halt),
        }
    }

    fn is_stale(&mut self) -> Result<bool, Halt> {
        let now = self.visit.clock().now;
        let is_past = self.fresh_until.is_none_or(|(from, until)| now < from || now >= until);
        if is_past || self.is_away || self.is_owed {
            return Ok(true);
        }
        // A store that somebody only looked at has another pulse, too.
        let is_touched =
            self.visit.is_inside() || self.pulse.as_ref().map_or(Ok(true), Pulse::has_changed)?;
        Ok(is_touched && (self.history_head()? != self.head || self.visit.is_served() != self.was_served))
    }

    fn history_head(&mut self) -> Result<Option<u64>, Halt> {
        let mut head = None;
        self.visit.look(&Look::Watch { terms: Vec::new(), from: None, told: false }, &mut |row| {
            if let Row::Head(next) = row {
                head = Some(next);
            }
            Ok(())
        })?;
        Ok(head)
    }

    /// Brings the board as it is.
    pub(super) fn bring(&mut self) {
        match self.fetch(&self.terms.clone()) {
            Ok(snapshot) => (self.tell)(News::Board(Box::new(snapshot))),
            Err(halt) => self.lost(halt),
        }
    }

    pub(super) fn fetch(&mut self, terms: &[String]) -> Result<Snapshot, Halt> {
        let began = Instant::now();
        // Read first: what is written meanwhile is for the next look.
        let head = self.history_head()?;
        let mut lanes: Vec<Lane> = Vec::new();
        let mut count = 0_u32;
        let tell = &mut self.tell;
        self.visit.look(&Look::Board { terms: terms.to_vec() }, &mut |row| {
            match row {
                Row::Column(column) => lanes.push(Lane { column: *column, leads: Vec::new() }),
                Row::Lead(lead) => {
                    if let Some(lane) = lanes.last_mut() {
                        lane.leads.push(*lead);
                    }
                    count += 1;
                    if count.is_multiple_of(A_SIGN) {
                        tell(News::Alive);
                    }
                }
                _ => {}
            }
            Ok(())
        })?;
        let clock = self.visit.clock();
        self.fresh_until = Some((clock.now, turn(&lanes, &clock)));
        (self.took, self.head) = (began.elapsed(), head);
        (self.is_away, self.is_owed, self.was_served) = (false, false, self.visit.is_served());
        Ok(Snapshot { lanes, terms: terms.to_vec(), served: self.was_served, clock })
    }

    pub(super) fn lost(&mut self, halt: Halt) {
        self.visit.leave();
        self.is_away = true;
        if let Some(said) = self.said(halt) {
            (self.tell)(News::Away(said));
        }
    }
}

/// The first instant at which time alone changes a card: a claim ends, or the date turns.
fn turn(lanes: &[Lane], clock: &Clock) -> Timestamp {
    let claims = lanes.iter().flat_map(|lane| &lane.leads).filter_map(|lead| lead.claim.as_ref());
    let tomorrow = clock.now.to_zoned(clock.zone.clone()).tomorrow().and_then(|day| day.start_of_day());
    let oldest = clock.now.checked_add(OLDEST).unwrap_or(Timestamp::MAX);
    claims
        .map(|claim| claim.until)
        .chain(tomorrow.map(|day| day.timestamp()))
        .min()
        .map_or(oldest, |at| at.min(oldest))
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use lead_shared::domain::claim::Claim;
    use lead_shared::domain::user::Login;
    use lead_shared::domain::view::LeadView;

    use super::*;
    use crate::screen::tests::{card, lane};

    #[test]
    fn a_board_is_right_until_time_changes_a_card() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let lanes = |until: &str| {
            let claim = Some(Claim { by: Login("sam".to_owned()), at: Timestamp::MIN, until: at(until) });
            let claimed = LeadView { claim, ..card(1, "Kim", "first") };
            vec![lane("ours", "First", vec![card(2, "Sam", "first"), claimed])]
        };
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        for (now, until, turns) in [
            ("2026-11-22T08:00:00Z", "2026-11-22T08:00:30Z", "2026-11-22T08:00:30Z"),
            ("2026-11-22T08:00:00Z", "2026-11-23T08:00:00Z", "2026-11-22T08:01:00Z"),
            ("2026-11-22T22:59:50Z", "2026-11-23T08:00:00Z", "2026-11-22T23:00:00Z"),
        ] {
            let clock = Clock { zone: zone.clone(), now: at(now) };
            assert_eq!(turn(&lanes(until), &clock), at(turns), "{now} {until}");
        }
    }
}
