//! The cells: where a lead of each preset stands, where it is to go, and what that comes to.

/// A stage with its label and what leads out of it: the moves, in order, with their targets.
type Row = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

const COLUMNS: [Row; 5] = [
    (
        "lead",
        "Lead",
        &[("prospect", "prospect"), ("quoted", "quoted"), ("customer", "customer"), ("inactive", "inactive")],
    ),
    ("prospect", "Prospect", &[("quoted", "quoted"), ("customer", "customer"), ("inactive", "inactive")]),
    ("quoted", "Quoted", &[("customer", "customer"), ("inactive", "inactive")]),
    ("customer", "Customer", &[("inactive", "inactive")]),
    ("inactive", "Inactive", &[("lead", "lead"), ("prospect", "prospect")]),
];

const STAGES: [Row; 9] = [
    ("new", "New", &[("mark-contacted", "contacted"), ("mark-lost", "lost"), ("mark-dormant", "dormant")]),
    (
        "contacted",
        "Contacted",
        &[("mark-engaged", "engaged"), ("mark-lost", "lost"), ("mark-dormant", "dormant")],
    ),
    (
        "engaged",
        "Engaged",
        &[
            ("set-appointment", "appointment-set"),
            ("mark-contacted", "contacted"),
            ("mark-lost", "lost"),
            ("mark-dormant", "dormant"),
        ],
    ),
    (
        "appointment-set",
        "Appointment set",
        &[
            ("mark-showed", "showed"),
            ("no-show", "engaged"),
            ("mark-lost", "lost"),
            ("mark-dormant", "dormant"),
        ],
    ),
    (
        "showed",
        "Showed",
        &[("start-negotiation", "negotiating"), ("mark-engaged", "engaged"), ("mark-lost", "lost")],
    ),
    (
        "negotiating",
        "Negotiating",
        &[("mark-won", "won"), ("mark-lost", "lost"), ("mark-engaged", "engaged")],
    ),
    ("won", "Won", &[]),
    ("lost", "Lost", &[("revive", "contacted")]),
    ("dormant", "Dormant", &[("revive", "contacted")]),
];

const MOVES: [&str; 10] = [
    "mark-contacted",
    "mark-engaged",
    "set-appointment",
    "mark-showed",
    "start-negotiation",
    "mark-won",
    "mark-lost",
    "mark-dormant",
    "no-show",
    "revive",
];

const FREE: [&str; 5] = ["NOT_CONTACTED", "CONTACTED", "QUALIFIED", "CONVERTED", "LOST"];
const BY_HAND: [&str; 4] = ["new", "contacted", "qualified", "lost"];
pub const BY_CONVERT: &str = "converted";

/// What trying comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It stands there now, by that move.
    Moved { to: &'static str, by: &'static str },
    /// It stood there already (L7).
    Already,
    /// The rules refuse it.
    Refused,
}

/// One cell: a lead of that pipeline at that stage, and where it is to go.
#[derive(Clone, Copy, Debug)]
pub struct Cell {
    pub pipeline: &'static str,
    pub from: &'static str,
    pub label: &'static str,
    pub target: &'static str,
    /// Whether the target is the name of a move.
    pub is_named: bool,
    pub open: &'static [(&'static str, &'static str)],
    pub end: End,
}

fn by_rows(
    pipeline: &'static str,
    rows: &[Row],
    targets: &[&'static str],
    is_named: bool,
    cells: &mut Vec<Cell>,
) {
    for &(from, label, open) in rows {
        for &target in targets {
            let found = open.iter().find(|(name, to)| if is_named { *name == target } else { *to == target });
            let end = match found {
                _ if target == from => End::Already,
                Some(&(by, to)) => End::Moved { to, by },
                None => End::Refused,
            };
            cells.push(Cell { pipeline, from, label, target, is_named, open, end });
        }
    }
}

fn freely(pipeline: &'static str, stages: &[&'static str], closed: &str, cells: &mut Vec<Cell>) {
    for &from in stages {
        for &target in stages {
            let end = match target {
                _ if target == from => End::Already,
                _ if target == closed => End::Refused,
                _ => End::Moved { to: target, by: target },
            };
            cells.push(Cell { pipeline, from, label: "", target, is_named: false, open: &[], end });
        }
    }
}

/// All cells; the lead of a cell has its place here for its number, from 1.
pub fn cells() -> Vec<Cell> {
    let mut cells = Vec::new();
    by_rows("field-service", &COLUMNS, &COLUMNS.map(|row| row.0), false, &mut cells);
    by_rows("dealership", &STAGES, &MOVES, true, &mut cells);
    by_rows("dealership", &STAGES, &STAGES.map(|row| row.0), false, &mut cells);
    freely("agency", &FREE, "", &mut cells);
    let mini: Vec<_> = BY_HAND.into_iter().chain([BY_CONVERT]).collect();
    freely("mini", &mini, BY_CONVERT, &mut cells);
    cells
}
