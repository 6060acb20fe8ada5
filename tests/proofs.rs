//! What the contract promises sentence by sentence, against the trials that prove it: its faults, its
//! security and its bad input.
//!
//! A table names each thing that a section asks for, in the section's words and order, and under it
//! the trials. A copy of the section stands beside the table; a word of it that is in no row is an
//! error, so nothing can be left out. The run ends with what is proved: by trials that ran and passed,
//! by every way they have.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::harness::{Ended, entries, plain};

/// A section of the contract, its copy and its table.
struct Section {
    name: &'static str,
    copy: &'static str,
    table: &'static str,
}

const FAULTS: Section = Section {
    name: "faults met",
    copy: include_str!("faults/contract.md"),
    table: include_str!("faults/proofs.txt"),
};

const SECURITY: Section = Section {
    name: "security",
    copy: include_str!("security/contract.md"),
    table: include_str!("security/proofs.txt"),
};

const BAD_INPUT: Section = Section {
    name: "bad input",
    copy: include_str!("bad/contract.md"),
    table: include_str!("bad/proofs.txt"),
};

/// One thing that is asked for: the group it stands in, its words, and the trials' names.
struct Row {
    group: &'static str,
    words: &'static str,
    trials: Vec<&'static str>,
}

impl Section {
    /// The rows of the table: `# group`, the words on a line of their own, each trial on one, indented.
    fn rows(&self) -> Vec<Row> {
        let (mut rows, mut group): (Vec<Row>, _) = (Vec::new(), "");
        for line in self.table.lines().filter(|line| !line.is_empty()) {
            if let Some(name) = line.strip_prefix("# ") {
                group = name;
            } else if let Some(trial) = line.strip_prefix("    ") {
                rows.last_mut().expect("a trial stands under words").trials.push(trial);
            } else {
                rows.push(Row { group, words: line, trials: Vec::new() });
            }
        }
        rows
    }

    /// The copy is the contract's text, and every word of it is in a row, in this order.
    #[track_caller]
    fn is_whole(&self) {
        let contract = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/spec/quality.md");
        if let Ok(text) = fs::read_to_string(contract) {
            assert!(text.contains(self.copy.trim_end()), "{}: not the contract's words", self.name);
        }
        let (_, text) = self.copy.split_once('\n').expect("a heading stands first");
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let (mut rest, mut group) = (text.as_str(), "");
        for row in self.rows() {
            rest = between(rest);
            if group != row.group {
                group = row.group;
                rest = between(rest.strip_prefix(&format!("**{group}**")).unwrap_or(rest));
            }
            rest = rest.strip_prefix(row.words).unwrap_or_else(|| {
                panic!("{}: the contract has not `{}` here: {rest:.80}", self.name, row.words)
            });
        }
        assert!(between(rest).is_empty(), "{}: in no row: {rest}", self.name);
    }

    /// Every row has a trial, and every trial that a row names is in the suite.
    #[track_caller]
    fn is_proved(&self) {
        let known: Vec<&str> = entries().map(|entry| entry.name()).collect();
        let rows = self.rows();
        let named = rows.iter().flat_map(|row| &row.trials);
        let missing: Vec<_> = named.filter(|name| !known.contains(name)).collect();
        assert!(missing.is_empty(), "{}: no such trials: {missing:#?}", self.name);
        let open: Vec<_> = rows.iter().filter(|row| row.trials.is_empty()).map(|row| row.words).collect();
        assert!(open.is_empty(), "{}: nothing proves {open:#?}", self.name);
    }

    /// How it stands after this run: each group of which a trial ran, and what is not proved in it.
    fn told(&self) -> String {
        let ended: BTreeMap<_, _> = entries().map(|entry| (entry.name(), entry.ended())).collect();
        let (mut lines, mut rest) = (String::new(), String::new());
        let (mut proved, mut unrun, rows) = (0, 0, self.rows());
        for group in rows.chunk_by(|one, next| one.group == next.group) {
            let stands = |row: &Row| row.trials.iter().filter_map(|trial| ended.get(trial).copied()).max();
            let good = group.iter().filter(|row| stands(row) == Some(Ended::Passed)).count();
            proved += good;
            unrun += group.iter().filter(|row| stands(row) == Some(Ended::NotRun)).count();
            if group.iter().all(|row| matches!(stands(row), None | Some(Ended::NotRun))) {
                continue;
            }
            let _ = writeln!(lines, "| {} | {good} | {} |", group[0].group, group.len());
            for row in group {
                let why = match stands(row) {
                    Some(Ended::Passed) => continue,
                    Some(Ended::Skipped) => "skipped",
                    Some(Ended::Failed) => "failed",
                    Some(Ended::NotRun) | None => continue,
                };
                let _ = writeln!(rest, "{why}: {}, {}", row.group, row.words);
            }
        }
        if lines.is_empty() {
            return lines;
        }
        let unrun = if unrun == 0 { String::new() } else { format!(", {unrun} not run") };
        let head = format!("\n| {} | proved | of |\n|---|---|---|\n", self.name);
        format!("{head}{lines}{rest}{}: {proved} of {}{unrun}\n", self.name, rows.len())
    }
}

/// The text after what stands between two things: marks, and the words that join.
fn between(text: &str) -> &str {
    let mut text = text;
    loop {
        let bare = text.trim_start_matches([' ', ',', ';', '.', ':', '(', ')', '|']);
        let bare = ["and ", "or ", "* "].iter().find_map(|word| bare.strip_prefix(word)).unwrap_or(bare);
        if bare == text {
            return text;
        }
        text = bare;
    }
}

plain!(faults_are_proved_one_by_one, "N2", || {
    FAULTS.is_whole();
    FAULTS.is_proved();
});

plain!(security_is_proved_sentence_by_sentence, "N2", || {
    SECURITY.is_whole();
    SECURITY.is_proved();
});

plain!(bad_input_is_proved_thing_by_thing, "N2", || {
    BAD_INPUT.is_whole();
    BAD_INPUT.is_proved();
});

/// Prints how the sections stand, those of which a trial ran.
#[expect(clippy::print_stdout, reason = "the end of a run of the suite, which prints its trials itself")]
pub fn print_tables() {
    for section in [FAULTS, SECURITY, BAD_INPUT] {
        print!("{}", section.told());
    }
}
