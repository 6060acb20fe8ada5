//! What the office was told is done: each lead as the last answer showed it, and a mark for each change.
//!
//! Of a deed that was cut off nobody knows; it is done whole or not at all, and until the evening its
//! leads are left alone.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;

use super::clerks::Deed;
use crate::faults::Dice;
use crate::harness::{Office, Run};

/// What stands in the answers.
#[derive(Default)]
pub struct Ledger {
    /// Each lead as it was told last, but for its notes.
    told: BTreeMap<u64, Value>,
    /// Leads that have become part of others.
    merged: BTreeSet<u64>,
    /// Of these nobody knows today.
    unsure: BTreeSet<u64>,
    /// Who changed which lead, of late.
    lately: Vec<(String, u64)>,
    /// What must be in today's history, and what may be.
    done: Vec<String>,
    maybe: Vec<String>,
    /// Leads that may have been added today, and leads that may have become part of others.
    maybe_added: Vec<Vec<String>>,
    maybe_merged: BTreeSet<u64>,
    /// What ended as it never should.
    wrong: Vec<String>,
    /// The day, for names, and its date.
    day: u64,
    date: String,
    /// Deeds of today: all, refused, cut off.
    pub counts: [usize; 3],
    /// When the last of them was acknowledged.
    pub heard_at: Option<Timestamp>,
}

/// The fields that time, or another's change, may alter.
const PASSING: [&str; 6] = ["notes", "badge", "assignee", "revision", "changed_at", "actions"];

/// A lead as it is compared: what time ends is over.
fn settled(lead: &Value, now: Timestamp) -> Value {
    let mut lead = lead.clone();
    let fields = lead.as_object_mut().expect("a lead is an object");
    fields.retain(|field, _| !PASSING.contains(&field.as_str()) && field != "appointments");
    if claim_end(&fields["claim"]).is_some_and(|until| until <= now) {
        fields["claim"] = Value::Null;
    }
    lead
}

/// When a claim ends.
pub fn claim_end(claim: &Value) -> Option<Timestamp> {
    claim["until"].as_str().map(|until| until.parse().expect("an instant"))
}

impl Ledger {
    /// Begins a day.
    pub fn begin(&mut self, day: u64, date: Date) {
        let Self { told, merged, lately, .. } = std::mem::take(self);
        let skip = lately.len().saturating_sub(200);
        *self = Self {
            told,
            merged,
            lately: lately.into_iter().skip(skip).collect(),
            day,
            date: date.to_string(),
            ..Self::default()
        };
    }

    /// Words that nobody typed before.
    pub fn token(&self, number: u64) -> String {
        format!("Lead {} of day {}", number, self.day)
    }

    /// A lead that something can be done with, and its pipeline: mostly one of the newer ones.
    pub fn pick(&self, dice: &mut Dice, is_trashed: bool) -> Option<(u64, String)> {
        let last = *self.told.keys().next_back()?;
        let from = if dice.below(5) == 0 { dice.below(last) } else { last - dice.below(last.min(250)) };
        let fits = |(id, lead): &(&u64, &Value)| {
            lead["trashed_at"].is_null() != is_trashed && !self.unsure.contains(id)
        };
        let found = self.told.range(from..).find(fits).or_else(|| self.told.iter().rev().find(fits))?;
        Some((*found.0, found.1["pipeline"].as_str().expect("a pipeline").to_owned()))
    }

    /// A lead whose follow-up is today or past.
    pub fn pick_due(&self, dice: &mut Dice) -> Option<u64> {
        let is_due = |lead: &Value| {
            let date = lead["follow_up"]["date"].as_str();
            date.is_some_and(|date| date <= self.date.as_str()) && lead["trashed_at"].is_null()
        };
        let due: Vec<u64> = self
            .told
            .iter()
            .filter(|(id, lead)| is_due(lead) && self.is_sure(**id))
            .map(|(id, _)| *id)
            .collect();
        due.get(dice.below(due.len() as u64) as usize).copied()
    }

    /// One of the last changes of a lead, and whose it was.
    pub fn last_deed(&self, dice: &mut Dice) -> Option<(String, u64)> {
        let back = 1 + dice.below(10) as usize;
        let place = self.lately.len().checked_sub(back)?;
        self.lately.get(place).filter(|(_, lead)| !self.unsure.contains(lead)).cloned()
    }

    /// Whether it is known how this lead stands.
    pub fn is_sure(&self, lead: u64) -> bool {
        !self.unsure.contains(&lead)
    }

    /// Every lead as it was told.
    pub fn leads(&self) -> impl Iterator<Item = (&u64, &Value)> {
        self.told.iter()
    }

    /// What came of a deed at `now`; whether somebody may have cut it off.
    pub fn hear(&mut self, deed: &Deed, run: &Run, now: Timestamp, is_cut_off: bool) {
        self.counts[0] += 1;
        let answer = run.stdout.trim_end();
        let answer: Option<Value> = serde_json::from_str(answer).ok();
        match (run.code, answer) {
            // An answer that was read is one, even if the end was a kill.
            (0 | 8, Some(answer)) => self.acknowledge(deed, answer, now),
            (..0, Some(answer)) if is_cut_off => self.acknowledge(deed, answer, now),
            (1, None) if run.stderr.contains("is full") => self.counts[1] += 1,
            // Nothing of these needs be done, nothing may be done by halves.
            (..0 | 1 | 6, _) if is_cut_off => self.doubt(deed),
            (3 | 4, None) => self.counts[1] += 1,
            _ => self.wrong.push(format!("a deed ended oddly at {now}\n{run}")),
        }
    }

    fn acknowledge(&mut self, deed: &Deed, answer: Value, now: Timestamp) {
        self.heard_at = Some(now);
        let leads = if let Value::Array(leads) = answer { leads } else { vec![answer] };
        let mut changed = Vec::new();
        for lead in leads {
            let id = self.tell(lead, now);
            changed.extend(id);
        }
        if changed.is_empty() {
            return;
        }
        for id in &changed {
            self.lately.push((deed.who.clone(), *id));
        }
        if deed.event == "merged" {
            self.merged.extend(&deed.leads[1..]);
            self.told.retain(|id, _| !deed.leads[1..].contains(id));
        }
        self.done.push(mark(&deed.who, deed.event, &changed, &deed.names, deed.text.as_deref()));
    }

    /// Notes a lead as it is now; its number, if it was changed just now.
    fn tell(&mut self, mut lead: Value, now: Timestamp) -> Option<u64> {
        let id = lead["id"].as_u64().expect("a lead has a number");
        let is_changed = lead["changed_at"].as_str() == Some(now.to_string().as_str());
        lead.as_object_mut().expect("a lead is an object").remove("notes");
        self.merged.remove(&id);
        self.told.insert(id, lead);
        is_changed.then_some(id)
    }

    fn doubt(&mut self, deed: &Deed) {
        self.counts[2] += 1;
        self.unsure.extend(&deed.leads);
        let about = if deed.event == "merged" { &deed.leads[..1] } else { &deed.leads[..] };
        self.maybe_merged.extend(&deed.leads[about.len()..]);
        self.maybe.push(mark(&deed.who, deed.event, about, &deed.names, deed.text.as_deref()));
        if !deed.names.is_empty() {
            self.maybe_added.push(deed.names.clone());
        }
    }

    /// Holds the day's history, and all leads there are, against what was told.
    pub fn judge(&mut self, office: &Office, mut history: Vec<String>, now: Timestamp) -> Verdict {
        let mut verdict = Verdict { torn: std::mem::take(&mut self.wrong), ..Verdict::default() };
        for mark in &self.done {
            match history.iter().position(|found| found == mark) {
                Some(place) => drop(history.swap_remove(place)),
                None => verdict.lost.push(format!("not in the history: {mark}")),
            }
        }
        for mark in history {
            match self.maybe.iter().position(|maybe| *maybe == mark) {
                Some(place) => drop(self.maybe.swap_remove(place)),
                None => verdict.torn.push(format!("in the history, and nobody was told: {mark}")),
            }
        }
        let look = |line: &str| -> Vec<Value> {
            let Value::Array(leads) = office.lead(line).json() else { panic!("a list is an array") };
            leads
        };
        let mut here = BTreeMap::new();
        for lead in look("list --json").into_iter().chain(look("list trash:yes --json")) {
            here.insert(lead["id"].as_u64().expect("a lead has a number"), lead);
        }
        self.resolve(&here, &mut verdict);
        for (id, told) in &self.told {
            match here.remove(id) {
                None => verdict.lost.push(format!("lead {id} is not there: {told}")),
                Some(found) if settled(&found, now) != settled(told, now) => {
                    verdict.lost.push(format!("lead {id} is not as it was told:\n  {told}\n  {found}"));
                }
                Some(_) => {}
            }
        }
        for (id, lead) in here {
            verdict.torn.push(format!("lead {id} is there, and nobody was told: {lead}"));
        }
        verdict
    }

    /// What was cut off is looked up: it is there whole or not at all.
    fn resolve(&mut self, here: &BTreeMap<u64, Value>, verdict: &mut Verdict) {
        for names in std::mem::take(&mut self.maybe_added) {
            let named = |lead: &&Value| names.iter().any(|name| lead["name"] == name.as_str());
            let found: Vec<Value> = here.values().filter(named).cloned().collect();
            if !found.is_empty() && found.len() != names.len() {
                verdict.torn.push(format!("{} of {names:?} are there", found.len()));
            }
            for lead in found {
                self.tell(lead, Timestamp::MIN);
            }
        }
        for id in std::mem::take(&mut self.unsure) {
            match here.get(&id) {
                Some(lead) => drop(self.tell(lead.clone(), Timestamp::MIN)),
                None if self.maybe_merged.contains(&id) => {
                    self.told.remove(&id);
                    self.merged.insert(id);
                }
                None => {}
            }
        }
    }

    /// The leads that stand in a list: neither in the trash nor part of another.
    pub fn listed(&self) -> Vec<u64> {
        self.told.iter().filter(|(_, lead)| lead["trashed_at"].is_null()).map(|(id, _)| *id).collect()
    }
}

/// What a day's end found.
#[derive(Debug, Default)]
pub struct Verdict {
    /// Acknowledged, and not there.
    pub lost: Vec<String>,
    /// There, and not as it may be.
    pub torn: Vec<String>,
}

/// How a change is known again in the history.
pub fn mark(who: &str, event: &str, leads: &[u64], names: &[String], text: Option<&str>) -> String {
    let mut about: Vec<String> =
        if names.is_empty() { leads.iter().map(u64::to_string).collect() } else { names.to_vec() };
    about.sort();
    format!("{who} {event} {} {}", about.join(","), text.unwrap_or_default())
}
