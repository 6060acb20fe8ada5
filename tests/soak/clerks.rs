//! The twenty who work in the office, and what one of them types next.
//!
//! What is typed is drawn at random and may be refused: the rules are the programs' to keep.

use super::ledger::Ledger;
use crate::faults::Dice;
use crate::harness::{Office, account};

/// One who works here.
pub struct Clerk {
    /// The login.
    pub login: String,
    /// The zone of their mornings.
    pub zone: &'static str,
    role: &'static str,
}

/// What somebody types, and what the history calls it.
pub struct Deed {
    /// Who types it.
    pub who: String,
    /// The verb and its arguments.
    pub line: String,
    /// What becomes of it in the history.
    pub event: &'static str,
    /// Leads it is about.
    pub leads: Vec<u64>,
    /// Leads it adds.
    pub names: Vec<String>,
    /// Words that the history keeps.
    pub text: Option<String>,
}

const PIPELINES: [&str; 4] = ["field-service", "agency", "mini", "dealership"];

/// Where leads may be told to go, whether a way leads there or not.
const TARGETS: [&[&str]; 4] = [
    &["lead", "prospect", "quoted", "customer", "inactive"],
    &["NOT_CONTACTED", "CONTACTED", "QUALIFIED", "CONVERTED", "LOST"],
    &["new", "contacted", "qualified", "lost", "converted"],
    &[
        "mark-contacted",
        "mark-engaged",
        "set-appointment",
        "mark-showed",
        "no-show",
        "start-negotiation",
        "mark-won",
        "mark-lost",
        "mark-dormant",
        "revive",
    ],
];

/// How often what is typed, in parts of a hundred.
const HABITS: [(u64, &str); 16] = [
    (16, "add"),
    (15, "move"),
    (9, "claim"),
    (3, "claim --next"),
    (4, "release"),
    (3, "own"),
    (3, "assign"),
    (12, "schedule"),
    (9, "note"),
    (9, "log"),
    (4, "convert"),
    (3, "merge"),
    (5, "undo"),
    (2, "tag"),
    (2, "trash"),
    (1, "restore"),
];

/// Whoever works here: the owner, two managers, and those who sell.
pub fn staff() -> Vec<Clerk> {
    let mut staff = vec![Clerk { login: account(), zone: "Europe/Berlin", role: "owner" }];
    for number in 1..20 {
        let zone = match number {
            3 | 4 => "Europe/London",
            5 | 6 => "Europe/Helsinki",
            7 | 8 => "America/New_York",
            9 => "Asia/Kolkata",
            _ => "Europe/Berlin",
        };
        let (login, role) =
            if number < 3 { (format!("max{number}"), "manager") } else { (format!("sam{number}"), "sales") };
        staff.push(Clerk { login, zone, role });
    }
    staff
}

impl Clerk {
    /// Where their mail goes.
    pub fn address(&self) -> String {
        if self.role == "owner" {
            "boss@acme.example".to_owned()
        } else {
            format!("{}@acme.example", self.login)
        }
    }

    /// Whether they are told of what nobody has.
    pub fn is_manager(&self) -> bool {
        self.role == "manager"
    }

    /// Makes them a user of the store; its owner is one.
    pub fn hire(&self, office: &Office) {
        let Self { login, zone, role } = self;
        if *role != "owner" {
            let line = format!("user add {login} --email {} --role {role} --zone {zone}", self.address());
            office.lead(format!("{line} --account account-{login}")).ok();
        }
    }
}

/// What is typed next, the `number`-th time today.
pub fn next(dice: &mut Dice, staff: &[Clerk], ledger: &Ledger, number: u64) -> Deed {
    let who = staff[dice.below(staff.len() as u64) as usize].login.clone();
    let mut draw = dice.below(HABITS.iter().map(|(often, _)| often).sum());
    let habit = HABITS.iter().find(|(often, _)| {
        let is_it = draw < *often;
        draw = draw.saturating_sub(*often);
        is_it
    });
    let verb = habit.expect("the draw is below the sum").1;
    let known = ledger.pick(dice, verb == "restore");
    let Some((lead, pipeline)) = known.filter(|_| verb != "add") else {
        return add(dice, staff, who, ledger.token(number));
    };
    // Most calls and most new dates are for those who are due.
    let is_for_due = matches!(verb, "log" | "schedule") && dice.below(4) > 0;
    let lead = if is_for_due { ledger.pick_due(dice).unwrap_or(lead) } else { lead };
    let token = ledger.token(number);
    let mut deed = Deed { who, line: String::new(), event: "", leads: vec![lead], names: vec![], text: None };
    (deed.event, deed.line) = match verb {
        "move" => {
            let place = PIPELINES.iter().position(|id| *id == pipeline).expect("one of the four");
            let target = TARGETS[place][dice.below(TARGETS[place].len() as u64) as usize];
            ("lead_status_transition", format!("move {lead} {target}"))
        }
        "claim --next" => {
            deed.leads.clear();
            ("claimed", verb.to_owned())
        }
        "claim" => ("claimed", format!("claim {lead}")),
        "release" => ("claim_released", format!("release {lead}")),
        "own" => ("owner_changed", format!("own {lead}")),
        "assign" => ("owner_changed", format!("assign {lead} {}", any(dice, staff))),
        "schedule" if dice.below(4) == 0 => ("follow_up_cleared", format!("schedule {lead} none")),
        "schedule" => ("follow_up_set", format!("schedule {lead} {}", when(dice))),
        "note" => {
            deed.text = Some(token.clone());
            ("noted", format!("note {lead} '{token}'"))
        }
        "log" => {
            deed.text = Some(token.clone());
            let next =
                if dice.below(3) == 0 { format!(" --next {}", when(dice)) } else { " --done".to_owned() };
            ("contact_logged", format!("log {lead} call '{token}'{next}"))
        }
        "convert" => ("converted", format!("convert {lead}")),
        "merge" => match ledger.pick(dice, false).filter(|(other, _)| *other != lead) {
            Some((other, _)) => {
                deed.leads.push(other);
                ("merged", format!("merge {lead} {other}"))
            }
            None => ("tagged", format!("tag {lead} alone")),
        },
        "undo" => {
            deed.leads.clear();
            let (who, lead) = ledger.last_deed(dice).unwrap_or((deed.who.clone(), lead));
            deed.who = who;
            ("undone", format!("undo {lead}"))
        }
        "tag" => ("tagged", format!("tag {lead} {}", ["hot", "vip", "cold"][dice.below(3) as usize])),
        "trash" => ("trashed", format!("trash {lead}")),
        "restore" => ("restored", format!("restore {lead}")),
        other => unreachable!("no habit is called {other}"),
    };
    deed
}

/// A file of a few leads, taken in by somebody.
pub fn import(office: &Office, dice: &mut Dice, staff: &[Clerk], token: &str) -> Deed {
    let mut table = "name,email,pipeline,owner,follow_up\n".to_owned();
    let names: Vec<String> = (0..3 + dice.below(8)).map(|row| format!("{token} row {row}")).collect();
    for (row, name) in names.iter().enumerate() {
        let pipeline = PIPELINES[dice.below(4) as usize];
        let owner = if dice.below(2) == 0 { any(dice, staff) } else { "" };
        let email = format!("{}-{row}@x.example", token.replace(' ', "-"));
        let date = if dice.below(3) == 0 { when(dice) } else { "" };
        table.push_str(&format!("{name},{email},{pipeline},{owner},{date}\n"));
    }
    let line = format!("import {}", office.file("some.csv", &table));
    Deed { who: account(), line, event: "imported", leads: vec![], names, text: None }
}

/// A new lead of this name.
pub fn add(dice: &mut Dice, staff: &[Clerk], who: String, name: String) -> Deed {
    let pipeline = PIPELINES[dice.below(4) as usize];
    let email = name.replace(' ', "-").to_lowercase();
    let mut line = format!("add '{name}' --pipeline {pipeline} --email {email}@x.example");
    if dice.below(3) == 0 {
        line.push_str(&format!(" --owner {}", any(dice, staff)));
    }
    if dice.below(2) == 0 {
        line.push_str(&format!(" --follow-up {}", when(dice)));
    }
    if dice.below(2) == 0 {
        line.push_str(&format!(
            " --note '{}'",
            "they asked for a quote and a visit. ".repeat(1 + dice.below(8) as usize)
        ));
    }
    Deed { who, line, event: "created", leads: vec![], names: vec![name], text: None }
}

fn any<'a>(dice: &mut Dice, staff: &'a [Clerk]) -> &'a str {
    &staff[dice.below(staff.len() as u64) as usize].login
}

fn when(dice: &mut Dice) -> &'static str {
    ["tomorrow", "+1d", "+2d", "+3d", "+5d", "+7d", "+14d", "+30d"][dice.below(8) as usize]
}
