//! A running `leadd`: started until it says `ready`, ended and waited for.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// How long starting and ending may take on a busy machine.
const LIMIT: Duration = Duration::from_secs(60);

/// A child that is never left behind.
pub struct Daemon {
    child: Child,
    log: Arc<Mutex<String>>,
    reader: Option<JoinHandle<()>>,
}

impl Daemon {
    /// Starts it and waits for the line `ready`.
    #[track_caller]
    pub fn start(command: Command) -> Self {
        Self::try_start(command).unwrap_or_else(|log| panic!("leadd never said `ready`:\n{log}"))
    }

    /// As [`Daemon::start`]; what it said when it never was ready.
    pub fn try_start(mut command: Command) -> Result<Self, String> {
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let stderr = child.stderr.take().expect("stderr is piped");
        let log = Arc::new(Mutex::new(String::new()));
        let (ready, wait) = mpsc::channel();
        let kept = Arc::clone(&log);
        let reader = thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                kept.lock().expect("nobody panics").push_str(&format!("{line}\n"));
                if line == "ready" {
                    let _ = ready.send(());
                }
            }
        });
        let daemon = Self { child, log, reader: Some(reader) };
        match wait.recv_timeout(LIMIT) {
            Ok(()) => Ok(daemon),
            Err(why) => Err(format!("{why}: {}", daemon.log())),
        }
    }

    /// All it has said on stderr so far.
    pub fn log(&self) -> String {
        self.log.lock().expect("nobody panics").clone()
    }

    /// Its process number.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(i32::try_from(self.child.id()).expect("a process number"));
        kill(pid, signal).expect("the child is ours");
    }

    /// Ends it by TERM; it must end well. All that it said.
    #[track_caller]
    pub fn stop(self) -> String {
        let log = Arc::clone(&self.log);
        self.stop_by(Signal::SIGTERM);
        log.lock().expect("nobody panics").clone()
    }

    /// Ends it by this signal; it must end well.
    #[track_caller]
    pub fn stop_by(self, signal: Signal) {
        self.signal(signal);
        self.ended();
    }

    /// Waits for the end that it was told to come to; it must end well.
    #[track_caller]
    pub fn ended(mut self) {
        let status = self.wait();
        assert!(status.success(), "{status}\n{}", self.log());
    }

    /// Ends it by KILL, at once. All that it said.
    pub fn murder(mut self) -> String {
        self.signal(Signal::SIGKILL);
        self.wait();
        self.log()
    }

    #[track_caller]
    fn wait(&mut self) -> ExitStatus {
        let deadline = Instant::now() + LIMIT;
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait().expect("the child is ours") {
                self.reader.take().map(JoinHandle::join);
                return status;
            }
            thread::sleep(Duration::from_millis(2));
        }
        panic!("leadd did not end:\n{}", self.log());
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
        if let Some(reader) = self.reader.take() {
            let _ = reader.join();
        }
    }
}
