//! A backup for each of the last days, by whoever sweeps.
//!
//! Which day's is due follows from the clock and from the files that are there, so it may be asked
//! for at any time, late or twice. A failure stands in a file of the store until one succeeds, for
//! the doctor to tell.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

use super::{BackupFault, Contents, Copy};
use crate::domain::duty::next_morning;
use crate::domain::follow_up::{instant, local_date};
use crate::domain::policy::Policy;
use crate::engine::Engine;
use crate::store::{Typed as _, clear_old, make_folder};

/// The folder of the store they go to unless told otherwise.
const FOLDER: &str = "backups";

/// Says in the store's folder why the last one failed.
const FAILED: &str = "backup.failed";

/// What became of the day's backup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The one that was made, and what is in it; none when none was due.
    pub made: Option<(PathBuf, Contents)>,
    /// When the next one is due.
    pub next_at: Timestamp,
}

/// Where the daily backups of the store in `dir` go.
pub fn folder(dir: &Path, policy: &Policy) -> PathBuf {
    dir.join(policy.backup.path.as_deref().unwrap_or(FOLDER))
}

/// The days that a folder has a backup of, in order.
pub fn dates(folder: &Path) -> Vec<Date> {
    let names = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.file_name());
    let mut dates: Vec<Date> = names
        .filter_map(|name| name.to_str()?.strip_prefix("lead-")?.strip_suffix(".jsonl")?.parse().ok())
        .collect();
    dates.sort_unstable();
    dates
}

/// Why the last daily backup of the store in `dir` failed, if it did.
pub fn failure(dir: &Path) -> Option<String> {
    fs::read_to_string(dir.join(FAILED)).ok().map(|said| said.trim_end().to_owned())
}

/// Writes down why one failed, for the owner alone.
fn note(path: &Path, fault: &BackupFault) -> io::Result<()> {
    let _ = fs::remove_file(path);
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    file.and_then(|mut file| writeln!(file, "{fault}"))
}

/// Refuses a link in the place of the store's own folder of backups. A path that was told is the firm's
/// to choose.
fn refuse_link(dir: &Path, folder: &Path) -> Result<(), BackupFault> {
    let is_link = fs::symlink_metadata(folder).is_ok_and(|there| there.is_symlink());
    if is_link && folder == dir.join(FOLDER) {
        let link = io::Error::other("is a link, where a folder is to be; `backup.path` may name another");
        return Err(BackupFault::io("writing", folder)(link));
    }
    Ok(())
}

/// The latest day whose backup is due at `now`, and when the one after it is.
fn due(zone: &TimeZone, at: Time, now: Timestamp) -> (Date, Timestamp) {
    let next_at = next_morning(now, zone, at);
    (local_date(next_at, zone).yesterday().unwrap_or(Date::MIN), next_at)
}

impl Engine {
    /// Makes the day's backup if it is due and not there, and removes those that are too old; `go_on`
    /// is asked between its pieces, and its no is no failure.
    ///
    /// # Errors
    /// What kept it from being made; the store says so until one is.
    pub fn back_up(&self, now: Timestamp, go_on: &dyn Fn() -> bool) -> Result<Kept, BackupFault> {
        let policy = self.policy();
        let (date, next_at) = due(&policy.team.zone, policy.backup.at, now);
        let folder = folder(self.dir(), &policy);
        // One whose making failed at the last step may be there, and yet not be on the disk.
        let is_there = dates(&folder).contains(&date) && failure(self.dir()).is_none();
        // A store that is younger than the hour had nothing to be copied then.
        let began_at = self.inner.store.change(1)?.map(|first| first.at);
        let is_due = began_at.is_some_and(|at| at <= instant(date, policy.backup.at, &policy.team.zone));
        if is_there || !is_due {
            return Ok(Kept { made: None, next_at });
        }
        let path = folder.join(format!("lead-{date}.jsonl"));
        let failed = self.dir().join(FAILED);
        match self.make(&folder, &path, now, go_on) {
            Ok(contents) => {
                thin(&folder, date, policy.backup.keep);
                // One that stays is overwritten or removed by the next.
                let _ = fs::remove_file(failed);
                // Now there is a copy beside the database that a compaction made; the old one may go.
                let _ = clear_old(self.dir());
                Ok(Kept { made: Some((path, contents)), next_at })
            }
            Err(BackupFault::Gone) => Ok(Kept { made: None, next_at: now }),
            Err(fault) => {
                // Without room for a word there is the log.
                let _ = note(&failed, &fault);
                Err(fault)
            }
        }
    }

    fn make(
        &self,
        folder: &Path,
        path: &Path,
        now: Timestamp,
        go_on: &dyn Fn() -> bool,
    ) -> Result<Contents, BackupFault> {
        refuse_link(self.dir(), folder)?;
        make_folder(folder)?;
        clear(folder);
        let mut copy = Copy::begin(path)?;
        let mut unwritten = None;
        let copied = self.copy(now, &mut |piece| {
            unwritten = copy.write(&piece).err();
            unwritten.is_none() && go_on()
        });
        unwritten.map_or(copied, Err)?;
        copy.finish()
    }
}

/// Removes what backups that were cut off left: nobody else writes here.
fn clear(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_str().is_some_and(|name| name.starts_with(".lead-")) {
            // What stays is looked at again the next day.
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Removes the oldest beyond `keep`, but never the one that was just made.
fn thin(folder: &Path, made: Date, keep: u32) {
    let dates = dates(folder);
    let beyond = dates.len().saturating_sub(usize::try_from(keep).unwrap_or(usize::MAX));
    for date in dates.iter().filter(|date| **date != made).take(beyond) {
        // What stays is looked at again the next day.
        let _ = fs::remove_file(folder.join(format!("lead-{date}.jsonl")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_s_backup_is_due_at_its_hour_and_until_the_next() {
        let berlin = TimeZone::get("Europe/Berlin").expect("a zone");
        let three = Time::constant(3, 0, 0, 0);
        for (now, date, next_at) in [
            ("2026-11-24T01:59:59Z", "2026-11-23", "2026-11-24T02:00:00Z"),
            ("2026-11-24T02:00:00Z", "2026-11-24", "2026-11-25T02:00:00Z"),
            ("2026-11-24T23:59:59Z", "2026-11-24", "2026-11-25T02:00:00Z"),
            // The night the clocks go forward has no 2:30, and one day is 23 hours long.
            ("2026-03-29T00:59:59Z", "2026-03-28", "2026-03-29T01:00:00Z"),
            ("2026-03-29T01:00:00Z", "2026-03-29", "2026-03-30T01:00:00Z"),
        ] {
            let found = due(&berlin, three, now.parse().expect("an instant"));
            let expected = (date.parse().expect("a date"), next_at.parse().expect("an instant"));
            assert_eq!(found, expected, "{now}");
        }
    }

    #[test]
    fn the_oldest_go_and_never_the_new_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let touch = |name: &str| fs::write(folder.path().join(name), "").expect("a file");
        for name in ["lead-2026-11-20.jsonl", "lead-2026-11-22.jsonl", "lead-2026-11-21.jsonl", "mine.jsonl"]
        {
            touch(name);
        }
        let kept = || dates(folder.path()).iter().map(ToString::to_string).collect::<Vec<_>>();
        thin(folder.path(), "2026-11-22".parse().expect("a date"), 2);
        assert_eq!(kept(), ["2026-11-21", "2026-11-22"]);
        touch("lead-2025-01-01.jsonl");
        thin(folder.path(), "2025-01-01".parse().expect("a date"), 2);
        assert_eq!(kept(), ["2025-01-01", "2026-11-22"]);
        touch(".lead-2025-01-02.jsonl.00ff");
        clear(folder.path());
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 3);
    }
}
