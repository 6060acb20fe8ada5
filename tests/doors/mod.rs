//! Every door to another stage, against every cell of the four presets: what is legal is done, what
//! is not leaves no trace, and no door knows other rules than the next (P1).
//!
//! A door is one value in the table at the end. The leads, one for each cell, are added once; each
//! trial gets a copy of that store.

mod cells;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::Value;

use crate::harness::{Office, Stock, Way, account, both, plain};

use cells::{BY_CONVERT, Cell, End, cells};

plain!(the_cells_are_those_of_the_contract, "F1 D1 P1", || {
    let count = |pipeline: &str, is_named: bool| {
        let of_it = |end: fn(End) -> bool| {
            let mine = |cell: &&Cell| cell.pipeline == pipeline && cell.is_named == is_named && end(cell.end);
            cells().iter().filter(mine).count()
        };
        (of_it(|end| matches!(end, End::Moved { .. })), of_it(|end| end == End::Refused))
    };
    assert_eq!(count("field-service", false), (12, 8));
    assert_eq!(count("dealership", true), (22, 68));
    assert_eq!(count("dealership", false), (22, 50));
    assert_eq!(count("agency", false), (20, 0));
    assert_eq!(count("mini", false), (16, 4));
});

/// The address of a lead of the stock.
fn address(lead: u64) -> String {
    format!("lead{lead}@acme.example")
}

/// A store with a lead for each cell, each tagged with its target.
fn stock() -> &'static Stock {
    static STOCK: OnceLock<Stock> = OnceLock::new();
    STOCK.get_or_init(|| {
        let office = Office::new(Way::Daemon);
        office.init("field-service");
        for (place, cell) in cells().iter().enumerate() {
            let Cell { pipeline, from, target, .. } = *cell;
            let is_closed = pipeline == "mini" && from == BY_CONVERT;
            let stage = if is_closed { String::new() } else { format!("--stage {from}") };
            let lead = office.add(&format!(
                "'Lead' --pipeline {pipeline} --email {} {stage} --tag {target}",
                address(place as u64 + 1)
            ));
            assert_eq!(lead, place as u64 + 1);
            if is_closed {
                office.lead(format!("convert {lead}")).ok();
            }
        }
        Stock::of(&office)
    })
}

/// How a door is typed.
enum Typed {
    /// One command for each lead.
    One(fn(u64, &str) -> String),
    /// One command for all leads of a pipeline that want there.
    Many(fn(&str, &str, &str) -> String),
    /// A file with a row for each of them, known by their addresses.
    Rows,
}

/// A way to another stage.
struct Door {
    typed: Typed,
    /// Whether it takes the name of a move as well as a stage.
    takes_names: bool,
    /// Whether it logs something beside.
    logs: bool,
    /// Whether what the rules refuse is left, and the rest done.
    is_lenient: bool,
    /// What must be there first.
    prepare: fn(&Office),
}

const PLAIN: Door = Door {
    typed: Typed::One(|lead, target| format!("mv {lead} {target}")),
    takes_names: true,
    logs: false,
    is_lenient: false,
    prepare: |_| {},
};

/// The leads and the history, by lead.
fn ledger(office: &Office) -> (BTreeMap<u64, Value>, BTreeMap<u64, Vec<Value>>) {
    let leads = office.lead("list --columns notes -F ndjson").lines();
    let leads: BTreeMap<_, _> = leads.into_iter().map(|lead| (lead["id"].as_u64().unwrap(), lead)).collect();
    let mut history: BTreeMap<u64, Vec<Value>> = BTreeMap::new();
    for entry in office.lead("history -F ndjson").lines() {
        history.entry(entry["lead"].as_u64().unwrap_or(0)).or_default().push(entry);
    }
    (leads, history)
}

/// Tries every cell through a door, and holds what came of it against the table.
fn through(office: &Office, door: &Door) {
    stock().furnish(office);
    (door.prepare)(office);
    let (leads, history) = ledger(office);
    let cells: Vec<(u64, Cell)> =
        (1..).zip(cells()).filter(|(_, cell)| door.takes_names || !cell.is_named).collect();
    match door.typed {
        Typed::One(line) => {
            for (lead, cell) in &cells {
                one(office, door, &line(*lead, cell.target), *lead, cell);
            }
        }
        Typed::Many(line) => {
            for ((pipeline, target), group) in groups(&cells) {
                let ids: Vec<_> = group.iter().map(|(lead, _)| lead.to_string()).collect();
                many(office, &line(&ids.join(","), pipeline, target), &group);
            }
        }
        Typed::Rows => groups(&cells).into_values().for_each(|group| rows(office, &group)),
    }
    let (leads_after, history_after) = ledger(office);
    for (lead, cell) in &cells {
        let (was, is) = (&leads[lead], &leads_after[lead]);
        let (older, told) = history_after[lead].split_at(history[lead].len());
        assert_eq!(older, history[lead], "the past of {cell:?}");
        let (moves, others): (Vec<_>, Vec<_>) =
            told.iter().partition(|entry| entry["event"] == "lead_status_transition");
        let is_logged = door.logs && (cell.end != End::Refused || door.is_lenient);
        assert_eq!(others.len(), usize::from(is_logged), "beside a move of {cell:?}: {others:?}");
        match cell.end {
            End::Moved { to, by } => {
                assert_eq!(is["stage"], to, "{cell:?}");
                let [entry] = moves[..] else { panic!("{cell:?} has other moves than one: {moves:?}") };
                assert_eq!(
                    (&entry["from"], &entry["to"], &entry["action"], &entry["actor"]),
                    (&cell.from.into(), &to.into(), &by.into(), &account().into()),
                    "{cell:?}"
                );
            }
            End::Already | End::Refused if is_logged => {
                assert_eq!((&is["stage"], moves.len()), (&was["stage"], 0), "{cell:?}");
            }
            End::Already | End::Refused => {
                assert_eq!((was, moves.len()), (is, 0), "a trace of {cell:?}");
            }
        }
    }
    office.lead("doctor").ok();
}

/// The leads of a pipeline that want to the same target.
fn groups(cells: &[(u64, Cell)]) -> BTreeMap<(&'static str, &'static str), Vec<(u64, Cell)>> {
    let mut groups: BTreeMap<_, Vec<(u64, Cell)>> = BTreeMap::new();
    for (lead, cell) in cells {
        groups.entry((cell.pipeline, cell.target)).or_default().push((*lead, *cell));
    }
    groups
}

fn one(office: &Office, door: &Door, line: &str, lead: u64, cell: &Cell) {
    let run = office.lead(line);
    if cell.end != End::Refused || door.is_lenient {
        run.ok().stdout("");
        assert!(!run.stderr.is_empty(), "it says so\n{run}");
        return;
    }
    run.refused(4);
    if cell.is_named {
        run.says(&format!("error: `{}` is not open to {lead} in {}", cell.target, cell.label));
    } else if !cell.label.is_empty() {
        run.says(&format!("error: cannot move {lead} from {} to ", cell.label));
    }
    if !cell.open.is_empty() {
        let names: Vec<_> = cell.open.iter().map(|(name, _)| *name).collect();
        run.says(&format!("hint: from here: {}\n", names.join(", ")));
    }
}

/// The exit code of a command for all of them, and how many it refuses.
fn code(group: &[(u64, Cell)]) -> (i32, usize) {
    match group.iter().filter(|(_, cell)| cell.end == End::Refused).count() {
        0 => (0, 0),
        all if all == group.len() => (4, all),
        some => (8, some),
    }
}

/// Each row is named by its line.
fn rows(office: &Office, group: &[(u64, Cell)]) {
    let mut text = "name,email,stage\n".to_owned();
    for (lead, cell) in group {
        text.push_str(&format!("Lead,{},{}\n", address(*lead), cell.target));
    }
    let file = office.file("rows.csv", &text);
    let run = office.lead(format!("import {file} --update-by email --keep-going"));
    run.code(code(group).0).stdout("");
    let named: Vec<_> = run.stderr.lines().filter(|line| line.starts_with("error: ")).collect();
    let refused = (2..).zip(group).filter(|(_, (_, cell))| cell.end == End::Refused);
    let lines: Vec<_> = refused.map(|(line, _)| format!("error: line {line}: ")).collect();
    assert_eq!(named.len(), lines.len(), "{run}");
    assert!(named.iter().zip(&lines).all(|(said, line)| said.starts_with(line)), "{run}");
}

/// Each lead gets its own result (F11).
fn many(office: &Office, line: &str, group: &[(u64, Cell)]) {
    let run = office.lead(line);
    let (code, refused) = code(group);
    run.code(code).stdout("");
    let errors = run.stderr.lines().filter(|line| line.starts_with("error: ")).count();
    assert_eq!(errors, refused, "{run}");
    for (lead, cell) in group {
        let mine = |line: &&str| line.split([' ', ':']).any(|word| word == lead.to_string());
        let said: Vec<_> = run.stderr.lines().filter(mine).collect();
        assert!(!said.is_empty(), "nothing is said of {lead}\n{run}");
        let is_error = said.iter().any(|line| line.starts_with("error: "));
        assert_eq!(is_error, cell.end == End::Refused, "{cell:?}: {said:?}");
    }
}

/// Copies of the presets in which logging `to-TARGET` moves a lead there.
fn automated(office: &Office) {
    let mut files: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for cell in cells() {
        let targets = files.entry(cell.pipeline).or_default();
        if !targets.contains(&cell.target) {
            targets.push(cell.target);
        }
    }
    for (pipeline, targets) in files {
        let mut text = office.lead(format!("pipeline export {pipeline}")).ok().stdout.clone();
        for target in targets {
            text.push_str(&format!(
                "\n[[activity]]\nkind = \"to-{target}\"\ncontact = false\n\n[[automation]]\non = \"to-{target}\"\n\
                 then = \"move\"\nto = \"{target}\"\nenabled = true\n"
            ));
        }
        let file = office.file(&format!("{pipeline}.toml"), &text);
        office.lead(format!("pipeline replace {file}")).ok();
    }
}

macro_rules! doors {
    ($($name:ident: $door:expr;)*) => {
        $(both!($name, "P1 F1 F7 F11 D1 D2 L5 L7", |office| through(office, &$door));)*
    };
}

doors! {
    one_by_one: PLAIN;
    by_editing: Door {
        typed: Typed::Many(|ids, _, target| format!("edit {ids} --stage {target}")),
        takes_names: false,
        ..PLAIN
    };
    many_by_their_numbers: Door { typed: Typed::Many(|ids, _, target| format!("mv {ids} {target}")), ..PLAIN };
    many_by_a_filter: Door {
        typed: Typed::Many(|_, pipeline, target| {
            format!("mv --where 'pipeline:{pipeline} tag:{target}' {target} --yes")
        }),
        ..PLAIN
    };
    by_importing: Door { typed: Typed::Rows, ..PLAIN };
    with_a_log: Door {
        typed: Typed::One(|lead, target| format!("log {lead} note hello --move {target}")),
        logs: true,
        ..PLAIN
    };
    by_automation: Door {
        typed: Typed::One(|lead, target| format!("log {lead} to-{target}")),
        logs: true,
        is_lenient: true,
        prepare: automated,
        ..PLAIN
    };
}

both!(to_the_same_pipeline_is_no_way_round, "P1 P3", |office| {
    office.init("field-service");
    let lead = office.add("'Kim Lee' --stage customer");
    for line in ["--stage prospect", "--map customer=prospect", "--map customer=prospect --stage prospect"] {
        let run = office.lead(format!("edit {lead} --pipeline field-service {line}"));
        assert!(run.code != 0 || office.field(lead, "stage") == "customer", "{run}");
        assert_eq!(office.events(lead, "lead_status_transition").len(), 0, "{run}");
    }
    let mini = office.add("'Sam Poe' --pipeline mini --stage qualified");
    office.refused(2, format!("edit {lead} --pipeline mini --map customer=converted")).says("convert");
    office.refused(4, format!("edit {mini} --stage converted"));
});
