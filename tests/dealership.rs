//! The ninety cells: nine stages by ten named moves, of which twenty-two are legal.

use crate::harness::{Office, both};

/// Each stage with its label and its moves, in order, with where they lead.
type Row = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

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

/// The cells of one stage: how many were legal, how many refused.
fn cells(office: &Office, (stage, _label, open): Row) -> (usize, usize) {
    let lead = office.add(&format!("'Kim Lee' --stage {stage}"));
    let before = office.snapshot();
    let mut refused = 0;
    for name in MOVES {
        if open.iter().any(|(legal, _)| *legal == name) {
            continue;
        }
        let run = office.lead(format!("mv {lead} {name}"));
        run.refused(4);
        if !open.is_empty() {
            let names: Vec<_> = open.iter().map(|(legal, _)| *legal).collect();
            run.says(&format!("hint: from here: {}\n", names.join(", ")));
        }
        refused += 1;
    }
    assert_eq!(before, office.snapshot(), "refused moves from {stage} left a trace");
    for (name, to) in open {
        let lead = office.add(&format!("'Kim Lee' --stage {stage}"));
        office.lead(format!("mv {lead} {name}")).ok().stdout("");
        assert_eq!(office.field(lead, "stage"), *to);
    }
    (open.len(), refused)
}

fn area(office: &Office, rows: &[Row]) -> (usize, usize) {
    office.init("dealership");
    rows.iter()
        .map(|row| cells(office, *row))
        .fold((0, 0), |(legal, refused), (one, other)| (legal + one, refused + other))
}

both!(the_cells_from_new_to_engaged, "D1 P1", |office| assert_eq!(area(office, &STAGES[..3]), (10, 20)));
both!(the_cells_from_appointment_set_to_negotiating, "D1 P1", |office| {
    assert_eq!(area(office, &STAGES[3..6]), (10, 20));
});
both!(the_cells_from_won_to_dormant, "D1 D5 P1", |office| assert_eq!(area(office, &STAGES[6..]), (2, 28)));

both!(nothing_leads_out_of_won, "D5", |office| {
    office.init("dealership");
    let lead = office.add("'Kim Lee' --stage negotiating");
    let run = office.lead(format!("mv {lead} mark-won"));
    run.ok().stdout("");
    assert!(run.stderr.lines().count() > 1, "won without a customer or a deal warns\n{run}");
    for stage in ["new", "contacted", "negotiating", "lost", "dormant"] {
        office.refused(4, format!("mv {lead} {stage}"));
    }
});
