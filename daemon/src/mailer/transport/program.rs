//! Mail through a local program in the manner of sendmail(8).
//!
//! Started without a shell as `COMMAND -i -f FROM -- TO`, the message on its standard input; its
//! exit code (sysexits.h) is the verdict. Called by `Mailer`.

use std::io;
use std::process::{ExitStatus, Stdio};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, Command};

use super::{Parcel, RelayFault, Stage, Verdict};
use crate::mailer::SendmailSettings;
use crate::mailer::clean::reply_text;

/// Bytes of the program's complaints that are read.
const COMPLAINT: u64 = 4096;

/// The program, ready to be started for each mail.
#[derive(Debug)]
pub(super) struct Program {
    name: String,
    settings: SendmailSettings,
}

impl Program {
    /// Refuses an empty command; whether it exists shows when it is started.
    pub(super) fn new(settings: SendmailSettings) -> Result<Self, RelayFault> {
        match settings.command.first().filter(|name| !name.is_empty()) {
            Some(name) => Ok(Self { name: name.clone(), settings }),
            None => Err(RelayFault::new(Stage::Settings, "the sendmail command is empty")),
        }
    }

    /// Hands one mail after the other to the program, until it fails or `stop` says otherwise.
    pub(super) async fn send(&self, parcels: &[Parcel], stop: &(dyn Fn() -> bool + Sync)) -> Vec<Verdict> {
        let mut verdicts = vec![Verdict::Untried; parcels.len()];
        for (parcel, verdict) in parcels.iter().zip(&mut verdicts) {
            if stop() {
                break;
            }
            *verdict = self.run(parcel).await;
            if matches!(verdict, Verdict::RelayFault(_)) {
                break;
            }
        }
        verdicts
    }

    /// Hands one mail to the program and waits for its end.
    async fn run(&self, Parcel { envelope, bytes }: &Parcel) -> Verdict {
        let started = Command::new(&self.name)
            .args(&self.settings.command[1..])
            .args(["-i", "-f", envelope.from.email(), "--", envelope.to.email()])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn();
        let mut child = match started {
            Ok(child) => child,
            Err(e) => return self.fault(&e.to_string()),
        };
        match tokio::time::timeout(self.settings.limit, converse(&mut child, bytes)).await {
            Err(_) => Verdict::Unknown { text: format!("no end within {} s", self.settings.limit.as_secs()) },
            Ok(Err(e)) => Verdict::Unknown { text: reply_text(&e.to_string()) },
            Ok(Ok((status, said))) => self.judge(status, &said),
        }
    }

    fn judge(&self, status: ExitStatus, said: &str) -> Verdict {
        let text = reply_text(&format!("{status}: {said}"));
        match status.code() {
            Some(0) => Verdict::Sent { reply: text },
            // Bad message, no such user, no such host.
            Some(65 | 67 | 68) => Verdict::Refused { text },
            // Usage, software, system, configuration, rights; not startable at all.
            Some(64 | 70..=74 | 76..=78 | 126 | 127) => self.fault(&text),
            // 75 is "try later"; of 69 and 1 nobody knows whom they blame, so one message waits.
            Some(_) => Verdict::Deferred { text },
            None => Verdict::Unknown { text },
        }
    }

    fn fault(&self, text: &str) -> Verdict {
        Verdict::RelayFault(RelayFault::new(Stage::Program, format_args!("{}: {text}", self.name)))
    }
}

/// Writes the message while reading the complaints: neither pipe may fill up unread.
async fn converse(child: &mut Child, bytes: &[u8]) -> io::Result<(ExitStatus, String)> {
    let (stdin, stderr) = (child.stdin.take(), child.stderr.take());
    let write = async {
        if let Some(mut stdin) = stdin {
            // A program may stop reading and say why by its code; that code is the answer.
            stdin.write_all(bytes).await.ok();
            stdin.shutdown().await.ok();
        }
    };
    let read = async {
        let mut said = Vec::new();
        if let Some(mut stderr) = stderr {
            (&mut stderr).take(COMPLAINT).read_to_end(&mut said).await.ok();
            tokio::io::copy(&mut stderr, &mut tokio::io::sink()).await.ok();
        }
        said
    };
    let ((), said, status) = tokio::join!(write, read, child.wait());
    Ok((status?, String::from_utf8_lossy(&said).into_owned()))
}
