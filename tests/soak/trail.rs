//! The history, read as it grows: each entry follows from those before it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::ledger::{claim_end, mark};
use crate::harness::Office;

/// The events of a change, the one that it is called by first.
const EVENTS: [&str; 17] = [
    "undone",
    "merged",
    "converted",
    "imported",
    "created",
    "contact_logged",
    "trashed",
    "restored",
    "lead_status_transition",
    "claimed",
    "owner_changed",
    "claim_released",
    "follow_up_set",
    "follow_up_cleared",
    "tagged",
    "edited",
    "noted",
];

/// Fields that are followed from entry to entry.
const FOLLOWED: [&str; 4] = ["pipeline", "stage", "owner", "claim"];

/// What the history has said so far.
pub struct Trail {
    next: u64,
    /// The followed fields of each lead.
    fields: BTreeMap<(u64, String), Value>,
    rules: BTreeMap<String, Rules>,
    /// All entries so far.
    pub entries: u64,
}

/// What a pipeline says of its stages.
struct Rules {
    transitions: Vec<(Value, Value)>,
    converts_to: Value,
    silent: Vec<Value>,
}

impl Rules {
    fn of(office: &Office, id: &str) -> Self {
        let file = office.lead(format!("pipeline show {id} --json")).json();
        let all = |key: &str| file[key].as_array().expect("a list").clone();
        let step = |one: Value| (one["from"].clone(), one["to"].clone());
        let is_silent = |stage: &Value| stage["remind"] == false;
        Self {
            transitions: all("transition").into_iter().map(step).collect(),
            converts_to: file["convert"]["stage"].clone(),
            silent: all("stage").into_iter().filter(is_silent).map(|stage| stage["id"].clone()).collect(),
        }
    }

    fn leads(&self, from: &Value, to: &Value) -> bool {
        let means = |said: &Value, stage: &Value| {
            said == "*" || said == stage || said.as_array().is_some_and(|some| some.contains(stage))
        };
        self.transitions.iter().any(|(one, other)| means(one, from) && means(other, to))
    }
}

impl Trail {
    /// The history from now on.
    pub fn begin(office: &Office) -> Self {
        let entries = office.lead("watch --from 1 --until-now").lines();
        let rules = ["field-service", "agency", "mini", "dealership"];
        Self {
            next: entries.last().and_then(|entry| entry["seq"].as_u64()).expect("a number") + 1,
            fields: BTreeMap::new(),
            rules: rules.map(|id| (id.to_owned(), Rules::of(office, id))).into(),
            entries: entries.len() as u64,
        }
    }

    /// Whether leads at this stage are reminded of.
    pub fn reminds(&self, lead: &Value) -> bool {
        let pipeline = lead["pipeline"].as_str().expect("a pipeline");
        !self.rules[pipeline].silent.contains(&lead["stage"])
    }

    /// What people did since the last look, a mark for each change; what does not follow is `wrong`.
    pub fn read(&mut self, office: &Office, wrong: &mut Vec<String>) -> Vec<String> {
        let entries = office.lead(format!("watch --from {} --until-now", self.next)).lines();
        if let Some(last) = entries.last() {
            self.next = last["seq"].as_u64().expect("a number") + 1;
        }
        self.entries += entries.len() as u64;
        let mut changes: BTreeMap<u64, Vec<&Value>> = BTreeMap::new();
        for entry in &entries {
            wrong.extend(self.follow(entry).map(|why| format!("{why}: {entry}")));
            // What ends an import is about no lead.
            if entry["actor"] != "system" && !entry["lead"].is_null() {
                changes.entry(entry["change"].as_u64().expect("a number")).or_default().push(entry);
            }
        }
        changes.values().map(|entries| called(entries)).collect()
    }

    /// Why an entry does not follow from those before.
    fn follow(&mut self, entry: &Value) -> Option<&'static str> {
        let lead = entry["lead"].as_u64()?;
        let field = |fields: &BTreeMap<(u64, String), Value>, name: &str| {
            fields.get(&(lead, name.to_owned())).cloned().unwrap_or_default()
        };
        let (stage, held) = (field(&self.fields, "stage"), field(&self.fields, "claim"));
        let mut flaw = None;
        for edit in entry["edits"].as_array().expect("a list") {
            let name = edit["field"].as_str().expect("a name");
            if edit["record"] != format!("lead/{lead}").as_str() || !FOLLOWED.contains(&name) {
                continue;
            }
            let before = self.fields.insert((lead, name.to_owned()), edit["after"].clone());
            if before.unwrap_or_default() != edit["before"] {
                flaw = Some("an edit does not begin where the last one ended");
            }
        }
        let at: Timestamp = entry["at"].as_str().expect("an instant").parse().expect("an instant");
        if entry["event"] == "claimed" && claim_end(&held).is_some_and(|until| until > at) {
            return Some("claimed while another held it");
        }
        if entry["event"] != "lead_status_transition" {
            return flaw;
        }
        let pipeline = field(&self.fields, "pipeline");
        let rules = &self.rules[pipeline.as_str().expect("a pipeline")];
        let is_conversion = entry["action"] == "convert" && entry["to"] == rules.converts_to;
        match entry["from"] != stage || entry["to"] != field(&self.fields, "stage") {
            true => Some("a move does not begin or end where the lead stood"),
            false if is_conversion || rules.leads(&entry["from"], &entry["to"]) => flaw,
            false => Some("a move that is not open"),
        }
    }
}

/// The mark of a change.
fn called(entries: &[&Value]) -> String {
    let is_there = |event: &&&str| entries.iter().any(|entry| entry["event"] == **event);
    let Some(event) = EVENTS.iter().find(is_there) else { return format!("{}", entries[0]) };
    let its: Vec<&&Value> = entries
        .iter()
        .filter(|entry| entry["event"] == *event && (*event != "merged" || !is_part(entry)))
        .collect();
    let leads: Vec<u64> = its.iter().filter_map(|entry| entry["lead"].as_u64()).collect();
    let name = |entry: &&&Value| {
        let edits = entry["edits"].as_array()?.iter().find(|edit| edit["field"] == "name")?;
        Some(edits["after"].as_str()?.to_owned())
    };
    let names: Vec<String> = match *event {
        "created" | "imported" => its.iter().filter_map(name).collect(),
        _ => Vec::new(),
    };
    let text = its[0]["text"].as_str().filter(|_| ["noted", "contact_logged"].contains(event));
    mark(entries[0]["actor"].as_str().expect("somebody"), event, &leads, &names, text)
}

/// Whether this is the entry of a lead that became part of another.
fn is_part(entry: &Value) -> bool {
    entry["edits"].as_array().is_some_and(|edits| edits.iter().any(|edit| edit["field"] == "merged_into"))
}
