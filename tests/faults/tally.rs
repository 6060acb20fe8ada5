//! How many rounds are done, and the table of what came of them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Mutex;

/// The lines of each table, by the heads of its columns.
static TABLES: Mutex<BTreeMap<&str, Vec<String>>> = Mutex::new(BTreeMap::new());

const COLUMNS: &str = "fault | operation | runs | acknowledged and lost | opened again | torn";

/// Adds a line to the table with these columns.
pub fn enter(columns: &'static str, line: &str) {
    TABLES.lock().expect("nobody panics").entry(columns).or_default().push(format!("| {line} |"));
}

/// The few rounds that every run of the suite does, or the many that were asked for.
pub fn rounds(narrow: usize, wide: usize) -> usize {
    if is_wide() { wide } else { narrow }
}

/// Whether the many rounds were asked for.
pub fn is_wide() -> bool {
    std::env::var_os("LEAD_FAULTS").is_some_and(|asked| asked == "wide")
}

/// The rounds of one fault under one operation. Its line is in the table when it is dropped.
pub struct Tally {
    fault: String,
    operation: String,
    runs: usize,
    lost: usize,
    shut: usize,
    refused: usize,
    wrong: Vec<String>,
}

/// What a round found.
pub enum Found {
    /// All is there.
    Well,
    /// It is refused with words, as it may be: it was damaged.
    Refused,
    /// Something that was acknowledged is not there.
    Lost(String),
    /// It does not open any more.
    Shut(String),
    /// It is neither as before nor as after, or the doctor objects.
    Torn(String),
}

impl Tally {
    /// No rounds yet.
    pub fn new(fault: &str, operation: &str) -> Self {
        Self {
            fault: fault.to_owned(),
            operation: operation.to_owned(),
            runs: 0,
            lost: 0,
            shut: 0,
            refused: 0,
            wrong: Vec::new(),
        }
    }

    /// Counts a round.
    pub fn count(&mut self, round: &str, found: Found) {
        self.runs += 1;
        let why = match found {
            Found::Well => return,
            Found::Refused => {
                self.refused += 1;
                return;
            }
            Found::Lost(why) => {
                self.lost += 1;
                format!("lost: {why}")
            }
            Found::Shut(why) => {
                self.shut += 1;
                format!("does not open: {why}")
            }
            Found::Torn(why) => format!("torn: {why}"),
        };
        self.wrong.push(format!("{round}: {why}"));
    }

    /// So many faults have been met by now: a round that was counted stood for several.
    pub fn skip_to(&mut self, runs: usize) {
        self.runs = runs;
    }

    /// Every round was well, and there was one.
    #[track_caller]
    pub fn end(self) {
        assert!(self.runs > 0, "{} under {} was never tried", self.operation, self.fault);
        let (wrong, all) = (self.wrong.len(), self.runs);
        assert!(wrong == 0, "{wrong} of {all} are wrong:\n{}", self.wrong.join("\n"));
    }
}

impl Drop for Tally {
    fn drop(&mut self) {
        let Self { fault, operation, runs, lost, shut, refused, wrong } = self;
        let line = format!(
            "{fault} | {operation} | {runs} | {lost} | {} | {}",
            *runs - *shut - *refused,
            wrong.len() - *lost - *shut
        );
        enter(COLUMNS, &line);
    }
}

/// Prints the tables, if any round was done, and leaves them in `target/tmp/faults.md`.
#[expect(clippy::print_stdout, reason = "the end of a run of the suite, which prints its trials itself")]
pub fn print_tables() {
    let tables = TABLES.lock().expect("nobody panics").clone();
    let mut text = String::new();
    for (columns, mut lines) in tables {
        lines.sort();
        let rule = "|---".repeat(columns.split('|').count());
        let _ = writeln!(text, "\n| {columns} |\n{rule}|\n{}", lines.join("\n"));
    }
    if !text.is_empty() {
        println!("{text}");
        fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join("faults.md"), text).expect("target is ours");
    }
}

/// A row of numbers that is the same in every run.
pub struct Dice(u64);

impl Dice {
    /// The row that this number begins.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % end.max(1)
    }
}
