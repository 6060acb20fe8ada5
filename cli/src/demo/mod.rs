//! The tour: a day and a half in a small office, by the real programs in a store of its own.
//!
//! Each step is a command line of `lead` or `leadd` run as a person would, its output left to the
//! terminal. Only the clock is ours. Everything is in one temporary folder that goes with us.

mod tour;

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;

use crate::halt::{Halt, failed};
use crate::sibling;
use crate::signals;
use crate::text::quoted;

/// Gives the tour; it ends with what to type next.
///
/// # Errors
/// A program that is not there, or a step that ended otherwise than it should.
pub(crate) fn run() -> Result<u8, Halt> {
    let stage = Stage::set()?;
    let cast = Arc::clone(&stage.cast);
    let (going, ended) = mpsc::channel::<()>();
    // Who is on goes first, then the folder: nobody makes it anew.
    let mend = move || {
        Cast::dismiss(&cast);
        let _ = ended.recv();
    };
    signals::mended(mend, move || {
        let given = tour::give(&stage);
        drop(stage);
        drop(going);
        given
    })?;
    Ok(0)
}

/// The program that is on the stage, and whether others may follow it.
#[derive(Default)]
struct Cast {
    on: Option<u32>,
    is_over: bool,
}

impl Cast {
    fn of(cast: &Mutex<Self>) -> MutexGuard<'_, Self> {
        cast.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has the program end that is on; none comes on after it.
    fn dismiss(cast: &Mutex<Self>) {
        let mut cast = Self::of(cast);
        cast.is_over = true;
        if let Some(id) = cast.on.and_then(|id| i32::try_from(id).ok()) {
            let _ = kill(Pid::from_raw(id), Signal::SIGTERM);
        }
    }
}

/// The temporary office.
struct Stage {
    folder: TempDir,
    lead: PathBuf,
    leadd: PathBuf,
    cast: Arc<Mutex<Cast>>,
}

impl Stage {
    fn set() -> Result<Self, Halt> {
        let folder = tempfile::Builder::new()
            .prefix("lead-demo-")
            .tempdir()
            .map_err(|fault| failed(format!("making a temporary folder: {fault}")))?;
        let lead =
            std::env::current_exe().map_err(|fault| failed(format!("finding `lead` itself: {fault}")))?;
        Ok(Self { folder, lead, leadd: sibling::leadd()?, cast: Arc::default() })
    }

    fn clock(&self) -> PathBuf {
        self.folder.path().join("clock")
    }

    /// Moves the clock, and says so.
    fn at(&self, instant: &str, words: &str) -> Result<(), Halt> {
        let next = self.folder.path().join("clock.next");
        std::fs::write(&next, instant)
            .and_then(|()| std::fs::rename(&next, self.clock()))
            .map_err(|fault| failed(format!("moving the clock: {fault}")))?;
        self.say(&format!("\n--- {words}"))
    }

    /// Says something between the steps.
    fn say(&self, words: &str) -> Result<(), Halt> {
        let mut stdout = io::stdout().lock();
        writeln!(stdout, "{words}").and_then(|()| stdout.flush()).map_err(Halt::from)
    }

    /// Runs `lead` as typed; it must end with `code`.
    fn lead(&self, words: &[&str], code: i32) -> Result<(), Halt> {
        self.step(&self.lead, "lead", words, code)
    }

    /// Runs `leadd` as typed.
    fn leadd(&self, words: &[&str]) -> Result<(), Halt> {
        self.step(&self.leadd, "leadd", words, 0)
    }

    fn step(&self, program: &Path, name: &str, words: &[&str], code: i32) -> Result<(), Halt> {
        let typed: Vec<String> = words.iter().map(|word| quoted(word)).collect();
        self.say(&format!("\n$ {name} {}", typed.join(" ")))?;
        let mut command = self.command(program, words);
        command.stderr(io::stdout());
        let status = self.perform(command, name)?.status;
        if status.code() == Some(code) {
            return Ok(());
        }
        Err(failed(format!("the tour stopped: `{name} {}` ended with {status}", typed.join(" "))))
    }

    /// What `lead` prints for these words, without a word to the terminal.
    fn quietly(&self, words: &[&str]) -> Result<String, Halt> {
        let mut command = self.command(&self.lead, words);
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        let output = self.perform(command, "lead")?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Runs a program to its end, unless the tour is over.
    fn perform(&self, mut command: Command, name: &str) -> Result<Output, Halt> {
        let wrong = |fault| failed(format!("running `{name}`: {fault}"));
        let mut cast = Cast::of(&self.cast);
        if cast.is_over {
            return Err(Halt::Closed);
        }
        let child = command.spawn().map_err(wrong)?;
        cast.on = Some(child.id());
        drop(cast);
        let output = child.wait_with_output().map_err(wrong);
        Cast::of(&self.cast).on = None;
        output
    }

    /// A command in the office's environment: nothing of the caller's store, clock or settings.
    fn command(&self, program: &Path, words: &[&str]) -> Command {
        let home = self.folder.path();
        let mut now = OsString::from("@");
        now.push(self.clock());
        let mut command = Command::new(program);
        command.args(words).stdin(Stdio::null());
        for (name, value) in [
            ("HOME", home.as_os_str().to_owned()),
            ("XDG_CONFIG_HOME", home.join("config").into_os_string()),
            ("LEAD_STORE", home.join("store").into_os_string()),
            ("LEAD_NOW", now),
            ("LEADD_LOG", OsString::from("error")),
        ] {
            command.env(name, value);
        }
        command.env_remove("LEAD_USER");
        command
    }
}
