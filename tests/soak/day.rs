//! What is in store for a day: how the store is reached, what the mail server is like, and what befalls.

use crate::faults::Dice;

use super::mailroom::Weather;

/// How the store is reached, and who does the timed work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// A running `leadd`.
    Served,
    /// `leadd --once`, now and then.
    Cron,
    /// Nobody.
    Alone,
}

/// What befalls in the middle of the working day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mishap {
    /// `lead` is killed at its work.
    LeadKilled,
    /// `leadd` is killed while `lead` waits for it.
    LeaddKilled,
    /// `leadd` is stopped and started.
    Restarted,
    /// The clock is three hours ahead.
    Ahead,
    /// The clock is set back by three hours.
    Back,
    /// Six want the same lead at once.
    Rush,
    /// Somebody takes in a file.
    Import,
    /// The disk is full for a while.
    DiskFull,
}

/// A day's plan.
pub struct Plan {
    /// How the store is reached.
    pub way: Way,
    /// What the mail server is like.
    pub weather: Weather,
    /// `leadd` is killed while the morning's mail goes out.
    pub is_killed_at_eight: bool,
    /// How many deeds there are.
    pub deeds: u64,
    /// What befalls, before which deed.
    pub mishaps: Vec<(u64, Mishap)>,
}

impl Plan {
    /// The plan of the `day`-th of so many days.
    pub fn draw(dice: &mut Dice, day: u64, days: u64) -> Self {
        let is_full = day == days / 2;
        let way = match dice.below(20) {
            _ if is_full => Way::Served,
            0..15 => Way::Served,
            15..18 => Way::Cron,
            _ => Way::Alone,
        };
        let weather = match dice.below(20) {
            0..9 => Weather::Fair,
            9..17 => Weather::Rough,
            17..19 => Weather::Away,
            _ => Weather::Gone,
        };
        let deeds = 25 + dice.below(50);
        let mut mishaps = Vec::new();
        let mut befall = |dice: &mut Dice, often: u64, what| {
            if dice.below(100) < often {
                mishaps.push((dice.below(deeds), what));
            }
        };
        for (often, what) in [
            (60, Mishap::LeadKilled),
            (40, Mishap::LeadKilled),
            (30, Mishap::LeaddKilled),
            (20, Mishap::Restarted),
            (70, Mishap::Rush),
            (30, Mishap::Import),
        ] {
            befall(dice, often, what);
        }
        let (early, late) = (dice.below(deeds / 2), deeds / 2 + dice.below(deeds / 2));
        match dice.below(16) {
            0 => mishaps.extend([(early, Mishap::Ahead), (late, Mishap::Back)]),
            1 => mishaps.extend([(early, Mishap::Back), (late, Mishap::Ahead)]),
            _ => {}
        }
        if is_full {
            mishaps.push((dice.below(deeds), Mishap::DiskFull));
        }
        mishaps.retain(|(_, what)| {
            way == Way::Served || !matches!(what, Mishap::LeaddKilled | Mishap::Restarted)
        });
        let is_killed_at_eight = way == Way::Served && dice.below(6) == 0;
        Self { way, weather, is_killed_at_eight, deeds, mishaps }
    }
}
