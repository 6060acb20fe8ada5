//! The office's mail: a server that has bad days, and what must be true of each mail in the evening.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::clerks::Clerk;
use super::ledger::{Ledger, Verdict, claim_end};
use super::trail::Trail;
use crate::faults::Dice;
use crate::harness::postbox::{Parcel, Postbox, Script, Stage, Tls, Turn};
use crate::harness::{Letter, Office};

/// How many days a mail that is out is known at least.
const KEPT: u64 = 88;

/// The zones whose eight o'clock is between the two looks of a morning.
const EARLY: [&str; 3] = ["Europe/Berlin", "Europe/London", "Europe/Helsinki"];

/// What the server is like today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weather {
    /// As it should be.
    Fair,
    /// So many of the first answers are bad ones.
    Rough,
    /// Not there until the evening.
    Away,
    /// Not there until tomorrow.
    Gone,
}

/// The copies of one mail that the server was given whole and did not refuse.
#[derive(Default)]
struct Copies {
    bytes: Vec<u8>,
    count: usize,
    /// The day of the first.
    day: u64,
}

/// What is known of a mail's row: its state, the day it was decided, and since when it is as it is.
struct Row {
    state: String,
    first: u64,
    since: u64,
}

/// The server, and what it was given.
#[derive(Default)]
pub struct Mailroom {
    postbox: Option<Postbox>,
    weather: Option<Weather>,
    parcels: Vec<Parcel>,
    /// How many of them the server that is open now was given.
    gathered: usize,
    copies: BTreeMap<String, Copies>,
    rows: BTreeMap<u64, Row>,
    /// Lead, address and date of each reminder that arrived.
    reminded: BTreeSet<(u64, String, Date)>,
    /// Lead, address and kind of each word that is due this morning.
    due: BTreeSet<(u64, String, &'static str)>,
    /// How often it was said of a mail that nobody knows whether it was taken.
    unknown: BTreeMap<String, usize>,
    /// What was counted over the year.
    pub tally: Counts,
}

/// What became of all mail.
#[derive(Clone, Copy, Default)]
pub struct Counts {
    /// Mails that arrived.
    pub arrived: usize,
    /// Reminders and alerts that had to be decided on a morning, and were.
    pub due: usize,
    /// Mails that came twice, the server's yes unseen.
    pub doubled: usize,
    /// Mails that were reported as failed or of unknown fate.
    pub reported: usize,
}

fn turns(dice: &mut Dice) -> Vec<(Stage, Turn)> {
    let one = |dice: &mut Dice| match dice.below(13) {
        0 => (Stage::Banner, Turn::Say("421 4.3.2 closing")),
        1 => (Stage::Banner, Turn::Cut),
        2 => (Stage::Ehlo, Turn::Reset),
        3 => (Stage::Mail, Turn::Say("450 4.2.0 later")),
        4 => (Stage::Rcpt, Turn::Say("450 4.2.0 later")),
        5 => (Stage::Rcpt, Turn::Say("550 5.1.1 nobody here")),
        6 => (Stage::Data, Turn::Say("451 4.3.0 later")),
        7 => (Stage::Data, Turn::Cut),
        8 => (Stage::Dot, Turn::Say("550 5.7.1 no such thing")),
        9 => (Stage::Dot, Turn::Say("450 4.2.0 later")),
        10 => (Stage::Dot, Turn::Hang),
        11 => (Stage::Dot, Turn::Cut),
        _ => (Stage::Dot, Turn::Reset),
    };
    (0..1 + dice.below(3)).map(|_| one(dice)).collect()
}

impl Mailroom {
    /// Has a server like this from now on; whatever it was given before is kept.
    pub fn open(&mut self, office: &Office, weather: Weather, dice: &mut Dice) {
        let turns = if weather == Weather::Rough { turns(dice) } else { Vec::new() };
        let postbox = Postbox::open(Script { tls: Tls::None, auth: None, turns });
        let (port, policy) = (postbox.port(), postbox.policy(office.home()));
        // Nobody listens at the port of one that is away.
        let postbox = matches!(weather, Weather::Fair | Weather::Rough).then_some(postbox);
        if self.weather.is_none() {
            office.policy(&policy);
        } else {
            office.lead(format!("config set mail.smtp.port {port}")).ok();
        }
        // Until then mail went to the one before.
        if let Some(before) = std::mem::replace(&mut self.postbox, postbox) {
            self.parcels.extend(before.close().split_off(self.gathered));
        }
        (self.weather, self.gathered) = (Some(weather), 0);
    }

    /// Takes what the server was given since the last time.
    fn gather(&mut self) {
        if let Some(postbox) = &self.postbox {
            let parcels = postbox.parcels();
            self.parcels.extend_from_slice(&parcels[self.gathered..]);
            self.gathered = parcels.len();
        }
    }

    /// Whether nothing keeps mail from going.
    pub fn is_fair(&self) -> bool {
        self.weather == Some(Weather::Fair)
    }

    /// Whether it has fallen silent in the middle of something.
    pub fn is_hung(&self) -> bool {
        self.postbox.as_ref().is_some_and(Postbox::is_hung)
    }

    /// Heeds of which mails `leadd` said that it does not know.
    pub fn heed(&mut self, log: &str) {
        for line in log.lines() {
            let word = |key: &str| Some(line.split_once(key)?.1.split([' ', '"']).next()?.to_owned());
            let mail = if line.contains("nobody knows whether it was taken") {
                word("message_id=\"")
            } else if line.contains("was being sent when the daemon ended") {
                word("mail=")
            } else {
                None
            };
            if let Some(mail) = mail {
                *self.unknown.entry(mail).or_default() += 1;
            }
        }
    }

    /// How often it was unknown whether a mail had been taken.
    fn unknown(&self, row: &Value) -> usize {
        let names = [row["id"].to_string(), row["message_id"].as_str().unwrap_or_default().to_owned()];
        names.iter().filter_map(|name| self.unknown.get(name)).sum()
    }

    /// Works out of what people must hear this morning, by what was told.
    pub fn expect(&mut self, ledger: &Ledger, trail: &Trail, staff: &[Clerk], now: Timestamp, date: Date) {
        let later = now + SignedDuration::from_hours(3);
        let yesterday = date.yesterday().expect("within the calendar").to_string();
        self.due.clear();
        for (id, lead) in ledger.leads() {
            let kind = match lead["follow_up"]["date"].as_str() {
                Some(due) if due == date.to_string() => "reminder",
                Some(due) if due == yesterday => "overdue",
                _ => continue,
            };
            if !lead["trashed_at"].is_null() || !trail.reminds(lead) {
                continue;
            }
            let claim_end = claim_end(&lead["claim"]).filter(|until| *until > now);
            let has = match claim_end {
                Some(until) if until > later => lead["claim"]["by"].as_str(),
                // It ends while the mail is decided.
                Some(_) => continue,
                None => lead["owner"].as_str(),
            };
            let is_told = |clerk: &&Clerk| has.map_or(clerk.is_manager(), |login| clerk.login == login);
            let told = staff.iter().filter(is_told).filter(|clerk| EARLY.contains(&clerk.zone));
            self.due.extend(told.map(|clerk| (*id, clerk.address(), kind)));
        }
    }

    /// Nobody is there this morning to send anything.
    pub fn expect_nothing(&mut self) {
        self.due.clear();
    }

    /// Holds all mail of the day against what must be so; what was to be tried until `due_by` is out.
    pub fn judge(
        &mut self,
        office: &Office,
        staff: &[Clerk],
        day: u64,
        due_by: Option<Timestamp>,
        verdict: &mut Verdict,
    ) {
        let rows = office.lead("outbox list --json").json();
        self.gather();
        let rows = rows.as_array().expect("a list");
        let by_id: BTreeMap<&str, &Value> =
            rows.iter().map(|row| (row["message_id"].as_str().expect("an id"), row)).collect();
        for parcel in std::mem::take(&mut self.parcels).into_iter().filter(|parcel| !parcel.refused) {
            let letter = Letter::read(&parcel.bytes);
            let id = letter.header("Message-ID").trim_matches(['<', '>']).to_owned();
            match by_id.get(id.as_str()) {
                None => verdict.torn.push(format!("a mail of no row arrived: {id}")),
                Some(row) => self.arrive(&letter, &parcel, row, staff, day, verdict),
            }
        }
        for row in rows {
            self.hold(row, day, due_by, verdict);
        }
        let there: BTreeSet<u64> = by_id.values().filter_map(|row| row["id"].as_u64()).collect();
        let gone: Vec<u64> = self.rows.keys().filter(|id| !there.contains(id)).copied().collect();
        for id in gone {
            let row = self.rows.remove(&id).expect("it is known");
            if row.since + KEPT > day {
                verdict
                    .lost
                    .push(format!("the row of mail {id}, {} since day {}, is gone", row.state, row.since));
            }
        }
        for (lead, to, kind) in std::mem::take(&mut self.due) {
            let is_it = |row: &&Value| {
                row["to"] == to.as_str()
                    && (row["kind"] == kind || kind == "reminder" && row["kind"] == "digest")
                    && row["leads"].as_array().is_some_and(|leads| leads.iter().any(|one| one == lead))
                    && self.rows[&row["id"].as_u64().expect("a number")].first == day
            };
            match rows.iter().find(is_it) {
                Some(_) => self.tally.due += 1,
                None => verdict.lost.push(format!("no {kind} of {lead} to {to} was decided on day {day}")),
            }
        }
        self.copies.retain(|_, copies| copies.day + 5 > day);
        self.put_away(office, rows);
    }

    /// A whole message came.
    fn arrive(
        &mut self,
        letter: &Letter,
        parcel: &Parcel,
        row: &Value,
        staff: &[Clerk],
        day: u64,
        verdict: &mut Verdict,
    ) {
        let id = row["message_id"].as_str().expect("an id");
        let number = row["id"].as_u64().expect("a number");
        if self.rows.get(&number).is_some_and(|known| known.state == "sent") {
            verdict.torn.push(format!("mail {number} was recorded as sent, and came again"));
        }
        let is_first = !self.copies.contains_key(id);
        let unknown = self.unknown(row);
        let copies = self.copies.entry(id.to_owned()).or_default();
        if is_first {
            (copies.bytes, copies.day) = (parcel.bytes.clone(), day);
            self.tally.arrived += 1;
        } else if copies.bytes != parcel.bytes {
            verdict.torn.push(format!("mail {number} came twice, and not the same bytes"));
        }
        copies.count += 1;
        if copies.count > 1 {
            self.tally.doubled += 1;
            if copies.count > 1 + unknown {
                verdict.torn.push(format!("mail {number} came {} times", copies.count));
            }
        }
        if is_first && ["reminder", "digest"].contains(&row["kind"].as_str().unwrap_or_default()) {
            let to = row["to"].as_str().expect("an address");
            let clerk = staff.iter().find(|clerk| clerk.address() == to).expect("one who works here");
            let zone = TimeZone::get(clerk.zone).expect("a zone");
            let date = letter.date().to_zoned(zone).date();
            for lead in row["leads"].as_array().expect("a list").iter().filter_map(Value::as_u64) {
                if !self.reminded.insert((lead, to.to_owned(), date)) {
                    verdict.torn.push(format!("{to} was reminded of {lead} twice on {date}"));
                }
            }
        }
    }

    /// A row's state is true.
    fn hold(&mut self, row: &Value, day: u64, due_by: Option<Timestamp>, verdict: &mut Verdict) {
        let (number, state) = (row["id"].as_u64().expect("a number"), row["state"].as_str().expect("a word"));
        let known = self.rows.get(&number);
        let is_old = known.is_some_and(|known| known.state == state);
        if is_old && ["sent", "cancelled", "failed"].contains(&state) {
            return;
        }
        let first = known.map_or(day, |known| known.first);
        self.rows.insert(number, Row { state: state.to_owned(), first, since: day });
        let copies = self.copies.get(row["message_id"].as_str().expect("an id"));
        let count = copies.map_or(0, |copies| copies.count);
        let is_well = match state {
            "sent" => count > 0,
            _ => count <= self.unknown(row),
        };
        if !is_well {
            verdict.lost.push(format!("mail {number} is {state}, and {count} copies arrived: {row}"));
        }
        let next: Option<Timestamp> = row["next_try"].as_str().map(|at| at.parse().expect("an instant"));
        let is_due =
            |due_by| state == "sending" || state == "waiting" && next.is_some_and(|next| next <= due_by);
        if due_by.is_some_and(is_due) {
            verdict.lost.push(format!("mail {number} should be out: {row}"));
        }
    }

    /// Somebody with `admin` reads what failed, and puts it away.
    fn put_away(&mut self, office: &Office, rows: &[Value]) {
        for row in rows {
            let state = row["state"].as_str().unwrap_or_default();
            if ["failed", "unknown"].contains(&state) {
                self.tally.reported += 1;
                office.lead(format!("outbox drop {}", row["id"])).ok();
            }
        }
    }
}
