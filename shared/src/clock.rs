//! The only place that reads a clock (T1), so that every rule can be tried at any instant.
//!
//! The clock is the system's, or one told by `LEAD_NOW`: a fixed instant, or a file that is read
//! at every look. Everybody else is handed `now`; `.clippy.toml` refuses them a look of their own.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::SystemTime;

use jiff::{Timestamp, Zoned};

/// The first instant a clock shows: 1970-01-01T00:00:00Z, in milliseconds.
const FIRST: i64 = 0;
/// The last instant a clock shows: 9900-01-01T00:00:00Z, in milliseconds. It leaves a century
/// below the calendar's end, so that no rule's addition overflows.
const LAST: i64 = 250_247_404_800_000;
/// A file that holds an instant is not longer; bytes.
const LONGEST: u64 = 256;

/// A clock to look at. Clones look at the same one.
#[derive(Clone, Debug)]
pub struct Clock(Kind);

#[derive(Clone, Debug)]
enum Kind {
    System,
    Fixed(Timestamp),
    Followed { path: Arc<Path>, last: Arc<AtomicI64> },
}

/// Why `LEAD_NOW` tells no time.
#[derive(Debug, thiserror::Error)]
pub enum ClockFault {
    /// The text is not an instant.
    #[error("LEAD_NOW `{text}` {why}")]
    Garbled {
        /// What was said, or stands in the file; escaped and cut short.
        text: String,
        /// The clause that completes the sentence.
        why: &'static str,
    },
    /// The file cannot be read.
    #[error("LEAD_NOW: reading {}: {source}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl ClockFault {
    /// What to type instead.
    pub fn hint(&self) -> &'static str {
        "`LEAD_NOW=2026-11-22T08:00:00+01:00`, or `LEAD_NOW=@FILE` with such a line in FILE"
    }
}

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self(Kind::System)
    }

    /// A clock that stands still, rounded down to the millisecond and kept within 1970 and 9900.
    pub fn fixed(at: Timestamp) -> Self {
        Self(Kind::Fixed(kept(at)))
    }

    /// The clock `LEAD_NOW` asks for; the system's if it is unset or empty.
    ///
    /// An instant is RFC 3339 with `Z` or an offset, or with a `[Zone]` behind it, between 1970 and
    /// 9900. `@FILE` is read now, and again at every look.
    ///
    /// # Errors
    /// A text that is no instant, or a file that cannot be read or holds none.
    pub fn from_env(lead_now: Option<&OsStr>) -> Result<Self, ClockFault> {
        let Some(said) = lead_now.filter(|said| !said.is_empty()) else {
            return Ok(Self::system());
        };
        if let Some(file) = said.as_encoded_bytes().strip_prefix(b"@") {
            let path: Arc<Path> = Path::new(os_str(file)).into();
            let at = read_file(&path)?;
            let last = Arc::new(AtomicI64::new(at.as_millisecond()));
            return Ok(Self(Kind::Followed { path, last }));
        }
        let text = said.to_str().ok_or_else(|| garbled(&said.to_string_lossy(), "is not UTF-8"))?;
        parse(text).map(|at| Self(Kind::Fixed(at)))
    }

    /// This instant, rounded down to the millisecond.
    ///
    /// A followed file that is gone or garbled at this look leaves the last instant it held.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Kind::System => kept(read_system()),
            Kind::Fixed(at) => *at,
            Kind::Followed { path, last } => match read_file(path) {
                Ok(at) => {
                    last.store(at.as_millisecond(), Ordering::Relaxed);
                    at
                }
                Err(_) => at_millisecond(last.load(Ordering::Relaxed)),
            },
        }
    }

    /// Whether it stands still.
    pub fn is_fixed(&self) -> bool {
        matches!(self.0, Kind::Fixed(_))
    }

    /// Whether it follows a file, whose instant may change at any look.
    pub fn is_followed_file(&self) -> bool {
        matches!(self.0, Kind::Followed { .. })
    }

    /// Whether it is the system's own.
    pub fn is_system(&self) -> bool {
        matches!(self.0, Kind::System)
    }
}

#[expect(clippy::disallowed_methods, reason = "the one look at the system's clock")]
fn read_system() -> Timestamp {
    Timestamp::try_from(SystemTime::now()).unwrap_or(Timestamp::MAX)
}

fn os_str(bytes: &[u8]) -> &OsStr {
    std::os::unix::ffi::OsStrExt::from_bytes(bytes)
}

fn read_file(path: &Path) -> Result<Timestamp, ClockFault> {
    let fault = |source| ClockFault::File { path: path.to_owned(), source };
    // A pipe nobody writes to would block the open itself.
    let file = File::options().read(true).custom_flags(nix::libc::O_NONBLOCK).open(path).map_err(fault)?;
    let mut bytes = Vec::new();
    file.take(LONGEST + 1).read_to_end(&mut bytes).map_err(fault)?;
    let text = String::from_utf8(bytes)
        .map_err(|error| garbled(&String::from_utf8_lossy(error.as_bytes()), "is not UTF-8"))?;
    parse(text.trim())
}

fn parse(text: &str) -> Result<Timestamp, ClockFault> {
    if text.len() as u64 > LONGEST {
        return Err(garbled(text, "is too long for an instant"));
    }
    let at = if text.contains('[') {
        text.parse::<Zoned>().map(|zoned| zoned.timestamp())
    } else {
        text.parse::<Timestamp>()
    };
    match at {
        Ok(at) if kept(at) == floor(at) => Ok(floor(at)),
        Ok(_) => Err(garbled(text, "is not between 1970 and 9900")),
        Err(_) if !text.contains('[') && text.parse::<jiff::civil::DateTime>().is_ok() => {
            Err(garbled(text, "lacks an offset: `Z`, `+01:00` or `[Europe/Berlin]`"))
        }
        Err(_)
            if text.split('[').next().is_some_and(|bare| bare.parse::<jiff::civil::DateTime>().is_ok()) =>
        {
            Err(garbled(text, "contradicts its zone, or names an unknown one"))
        }
        Err(_) => Err(garbled(text, "is not an RFC 3339 instant")),
    }
}

fn garbled(text: &str, why: &'static str) -> ClockFault {
    let text = text.chars().take(60).flat_map(char::escape_debug).collect();
    ClockFault::Garbled { text, why }
}

fn kept(at: Timestamp) -> Timestamp {
    at_millisecond(at.as_nanosecond().div_euclid(1_000_000).clamp(FIRST.into(), LAST.into()) as i64)
}

fn floor(at: Timestamp) -> Timestamp {
    let down = at.as_nanosecond().rem_euclid(1_000_000);
    Timestamp::from_nanosecond(at.as_nanosecond() - down).unwrap_or(Timestamp::MIN)
}

fn at_millisecond(at: i64) -> Timestamp {
    Timestamp::from_millisecond(at.clamp(FIRST, LAST)).expect("1970 to 9900 is within the calendar")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn told(text: &str) -> Result<String, String> {
        Clock::from_env(Some(OsStr::new(text)))
            .map(|clock| clock.now().to_string())
            .map_err(|fault| fault.to_string())
    }

    #[test]
    fn an_instant_needs_an_offset() {
        for (said, now) in [
            ("2026-11-22T08:00:00Z", "2026-11-22T08:00:00Z"),
            ("2026-11-22T08:00:00+01:00", "2026-11-22T07:00:00Z"),
            ("2026-11-22T08:00:00.1239999-03:30", "2026-11-22T11:30:00.123Z"),
            ("2026-11-22T08:00:00+01:00[Europe/Berlin]", "2026-11-22T07:00:00Z"),
            ("2026-11-22T08:00:00[Europe/Berlin]", "2026-11-22T07:00:00Z"),
            ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"),
            ("9900-01-01T00:00:00Z", "9900-01-01T00:00:00Z"),
        ] {
            assert_eq!(told(said).as_deref(), Ok(now), "{said}");
        }
    }

    #[test]
    fn what_is_no_instant_is_said_so() {
        for (said, error) in [
            ("now", "LEAD_NOW `now` is not an RFC 3339 instant"),
            ("2026-11-22", "LEAD_NOW `2026-11-22` lacks an offset: `Z`, `+01:00` or `[Europe/Berlin]`"),
            (
                "2026-11-22T08:00:00",
                "LEAD_NOW `2026-11-22T08:00:00` lacks an offset: `Z`, `+01:00` or `[Europe/Berlin]`",
            ),
            (
                "2026-11-22T08:00:00+05:00[Europe/Berlin]",
                "LEAD_NOW `2026-11-22T08:00:00+05:00[Europe/Berlin]` contradicts its zone, or names an unknown one",
            ),
            ("1969-12-31T23:59:59Z", "LEAD_NOW `1969-12-31T23:59:59Z` is not between 1970 and 9900"),
            ("9999-01-01T00:00:00Z", "LEAD_NOW `9999-01-01T00:00:00Z` is not between 1970 and 9900"),
            ("\u{1b}[31m", "LEAD_NOW `\\u{1b}[31m` is not an RFC 3339 instant"),
        ] {
            assert_eq!(told(said).unwrap_err(), error, "{said}");
        }
        assert!(told("@/nowhere/at/all").unwrap_err().starts_with("LEAD_NOW: reading /nowhere/at/all: "));
        assert!(told(&"9".repeat(10_000)).unwrap_err().ends_with("is too long for an instant"));
    }

    #[test]
    fn a_followed_file_is_read_at_every_look_and_remembered_when_it_fails() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("now");
        std::fs::write(&path, "2026-11-22T08:00:00Z\n").unwrap();
        let clock = Clock::from_env(Some(OsStr::new(&format!("@{}", path.display())))).unwrap();
        assert!(clock.is_followed_file() && !clock.is_fixed());
        assert_eq!(clock.now().to_string(), "2026-11-22T08:00:00Z");
        std::fs::write(&path, "2026-11-23T08:00:00Z\n").unwrap();
        assert_eq!(clock.now().to_string(), "2026-11-23T08:00:00Z");
        std::fs::write(&path, "").unwrap();
        assert_eq!(clock.now().to_string(), "2026-11-23T08:00:00Z");
        std::fs::remove_file(&path).unwrap();
        assert_eq!(clock.now().to_string(), "2026-11-23T08:00:00Z");
        std::fs::write(&path, "2026-11-21T08:00:00Z").unwrap();
        assert_eq!(clock.now().to_string(), "2026-11-21T08:00:00Z");
    }

    #[test]
    fn untold_it_is_the_system_s() {
        for unset in [None, Some(OsStr::new(""))] {
            let clock = Clock::from_env(unset).unwrap();
            assert!(clock.is_system() && !clock.is_fixed() && !clock.is_followed_file());
            assert_eq!(clock.now().subsec_nanosecond() % 1_000_000, 0);
        }
    }

    proptest! {
        #[test]
        fn never_panics(said in "\\PC{0,80}") {
            let _ = Clock::from_env(Some(OsStr::new(said.trim_start_matches('@'))));
        }

        #[test]
        fn a_year_may_be_added_to_any_now(second in -377_705_023_201_i64..253_402_207_200, nano in 0..999_999_999_i32) {
            let at = Timestamp::new(second, nano).unwrap_or(Timestamp::MIN);
            let now = Clock::fixed(at).now();
            prop_assert!(now.checked_add(jiff::SignedDuration::from_hours(24 * 365)).is_ok());
        }
    }
}
