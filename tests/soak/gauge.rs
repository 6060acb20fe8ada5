//! What is measured of the programs: memory, disk, and how long a command takes; a line of CSV a day.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use super::ledger::Verdict;
use crate::harness::{Daemon, Office};

const HEAD: &str = "day,date,way,weather,leads,activities,deeds,refused,unclear,mails,rss_kib,store_kib,\
                    database_kib,backup_kib,median_ms,p99_ms,compacted";

/// The measures of a run, and what was wrong, as it comes.
pub struct Gauge {
    file: File,
    wrong: File,
    took: Vec<Duration>,
    rss_kib: u64,
}

/// What a day's line says besides what is measured here.
pub struct Day {
    /// Its number, date, how the store was reached, and what the mail server was like.
    pub head: String,
    /// Leads, activities, deeds, refused, cut off, mails.
    pub counts: [usize; 6],
    /// Whether the database was written anew.
    pub is_compacted: bool,
}

impl Gauge {
    /// New files of this name.
    pub fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let create = |end| File::create(path.with_extension(end)).expect("target is ours");
        let (mut file, wrong) = (create("csv"), create("wrong"));
        writeln!(file, "{HEAD}").expect("target is ours");
        Self { file, wrong, took: Vec::new(), rss_kib: 0 }
    }

    /// Something is wrong on a day.
    pub fn note(&mut self, day: u64, verdict: &Verdict) {
        writeln!(self.wrong, "day {day}: {verdict:#?}").expect("target is ours");
    }

    /// A command took so long.
    pub fn took(&mut self, time: Duration) {
        self.took.push(time);
    }

    /// How many KiB of `leadd` are in memory now; the most of a day is kept.
    pub fn weigh(&mut self, daemon: &Daemon) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", daemon.pid())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0);
        self.rss_kib = self.rss_kib.max(kib);
        kib
    }

    /// The day is over.
    pub fn end_day(&mut self, office: &Office, day: &Day) {
        self.took.sort();
        let rank = |part: usize| {
            let place = (self.took.len() * part / 100).min(self.took.len().saturating_sub(1));
            self.took.get(place).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
        };
        let counts = day.counts.map(|count| count.to_string()).join(",");
        let backups = fs::read_dir(office.store().join("backups")).into_iter().flatten().flatten();
        let backup = backups.filter_map(|entry| entry.metadata().ok()).map(|meta| meta.len()).max();
        writeln!(
            self.file,
            "{},{counts},{},{},{},{},{:.2},{:.2},{}",
            day.head,
            self.rss_kib,
            size(&office.store()) / 1024,
            size(&office.store().join("sled")) / 1024,
            backup.unwrap_or(0) / 1024,
            rank(50),
            rank(99),
            u8::from(day.is_compacted),
        )
        .expect("target is ours");
        self.took.clear();
        self.rss_kib = 0;
    }
}

/// How many bytes a folder holds.
fn size(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| match entry.metadata() {
            Ok(meta) if meta.is_dir() => Some(size(&entry.path())),
            meta => meta.ok().map(|meta| meta.len()),
        })
        .sum()
}
