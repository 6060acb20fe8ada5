//! Mail through a local program in the manner of sendmail(8).
//!
//! Started without a shell as `COMMAND -i -f FROM -- TO`, the message on its standard input; its
//! exit code (sysexits.h) is the verdict. Called by `Mailer`.

use std::io;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use lead_shared::clock::Clock;
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use super::lanes::Lane;
use super::{Parcel, RelayFault, Stage, Verdict};
use crate::mailer::SendmailSettings;
use crate::mailer::clean::reply_text;
use crate::patience;

/// Bytes of the program's complaints that are read.
const COMPLAINT: u64 = 4096;

/// How long the last words of a program that has ended are waited for: whatever it left running may
/// keep its pipes open.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// The program, ready to be started for each mail.
#[derive(Debug)]
pub(super) struct Program {
    settings: SendmailSettings,
    clock: Clock,
}

impl Lane for Program {
    /// Refuses an empty command; whether it exists shows when it is started.
    async fn ready(&mut self) -> Result<(), RelayFault> {
        if self.name().is_empty() {
            return Err(RelayFault::new(Stage::Settings, "the sendmail command is empty"));
        }
        Ok(())
    }

    /// Hands one mail to the program and waits for its end. One that takes too long is killed, with
    /// all that it started.
    async fn send(&mut self, Parcel { envelope, bytes, .. }: &Parcel) -> Result<Verdict, RelayFault> {
        let started = Command::new(self.name())
            .args(self.settings.command.iter().skip(1))
            .args(["-i", "-f", envelope.from.email(), "--", envelope.to.email()])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn();
        let mut child = started.map_err(|error| self.fault(&error.to_string()))?;
        let family = Family::of(&child);
        let limit = self.settings.limit;
        let text = match patience::within(&self.clock, limit, converse(&mut child, bytes)).await {
            Ok(Ok((status, said))) => {
                family.spare();
                return self.judge(status, &said);
            }
            Ok(Err(error)) => reply_text(&error.to_string()),
            Err(_) => format!("no end within {} s", limit.as_secs()),
        };
        Ok(Verdict::Unknown { text })
    }

    async fn close(self) {}
}

impl Program {
    pub(super) fn new(settings: SendmailSettings, clock: Clock) -> Self {
        Self { settings, clock }
    }

    fn name(&self) -> &str {
        self.settings.command.first().map_or("", String::as_str)
    }

    fn judge(&self, status: ExitStatus, said: &str) -> Result<Verdict, RelayFault> {
        let text = reply_text(&format!("{status}: {said}"));
        match status.code() {
            Some(0) => Ok(Verdict::Sent { reply: text }),
            // Bad message, no such user, no such host.
            Some(65 | 67 | 68) => Ok(Verdict::Refused { text }),
            // Usage, software, system, configuration, rights; not startable at all.
            Some(64 | 70..=74 | 76..=78 | 126 | 127) => Err(self.fault(&text)),
            // 75 is "try later"; of 69 and 1 nobody knows whom they blame, so one message waits.
            Some(_) => Ok(Verdict::Deferred { text }),
            None => Ok(Verdict::Unknown { text }),
        }
    }

    fn fault(&self, text: &str) -> RelayFault {
        RelayFault::new(Stage::Program, format_args!("{}: {text}", self.name()))
    }
}

/// A program and all that it starts, killed when dropped.
struct Family(Option<Pid>);

impl Family {
    /// Of a child that leads a process group of its own.
    fn of(child: &Child) -> Self {
        Self(child.id().and_then(|pid| i32::try_from(pid).ok()).map(Pid::from_raw))
    }

    /// Lets it live: it ended, and what it left running is meant to run.
    fn spare(mut self) {
        self.0 = None;
    }
}

impl Drop for Family {
    fn drop(&mut self) {
        if let Some(group) = self.0 {
            // Gone already, if it fails.
            let _ = killpg(group, Signal::SIGKILL);
        }
    }
}

/// Writes the message while reading the complaints: neither pipe may fill up unread.
async fn converse(child: &mut Child, bytes: &[u8]) -> io::Result<(ExitStatus, String)> {
    let (stdin, stderr) = (child.stdin.take(), child.stderr.take());
    let mut said = Vec::new();
    let write = async {
        if let Some(mut stdin) = stdin {
            // A program may stop reading and say why by its code; that code is the answer.
            stdin.write_all(bytes).await.ok();
            stdin.shutdown().await.ok();
        }
    };
    let read = async {
        if let Some(mut stderr) = stderr {
            (&mut stderr).take(COMPLAINT).read_to_end(&mut said).await.ok();
            tokio::io::copy(&mut stderr, &mut tokio::io::sink()).await.ok();
        }
    };
    let talk = async { tokio::join!(write, read) };
    let status = {
        tokio::pin!(talk);
        tokio::select! {
            status = child.wait() => {
                timeout(LAST_WORDS, talk).await.ok();
                status?
            }
            _ = &mut talk => child.wait().await?,
        }
    };
    Ok((status, String::from_utf8_lossy(&said).into_owned()))
}
