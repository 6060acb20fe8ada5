//! One finished run of a program: what was typed, what came out, and what is expected of it.

use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use super::words::assert_same;

/// No run of a program takes longer, unless a trial allows it; one that hangs is killed and fails.
const LIMIT: Duration = Duration::from_secs(120);

/// What came of a command.
#[derive(Clone, Debug)]
pub struct Run {
    /// What was typed, for messages.
    pub line: String,
    /// All of standard output.
    pub stdout: String,
    /// All of standard error.
    pub stderr: String,
    /// The exit code; negative for a signal.
    pub code: i32,
}

impl Run {
    /// Runs a command to its end, with this text as standard input.
    #[track_caller]
    pub fn of(command: Command, input: Option<&[u8]>) -> Self {
        Self::within(LIMIT, command, input)
    }

    /// The same with a limit of its own.
    #[track_caller]
    pub fn within(limit: Duration, mut command: Command, input: Option<&[u8]>) -> Self {
        let mut line =
            command.get_program().to_string_lossy().rsplit('/').next().unwrap_or_default().to_owned();
        for word in command.get_args() {
            line.push_str(&format!(" {}", word.to_string_lossy()));
        }
        command.stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() });
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
        let pid = Pid::from_raw(i32::try_from(child.id()).expect("a process number"));
        let stdin = child.stdin.take();
        let input = input.map(<[u8]>::to_vec);
        let writer = thread::spawn(move || {
            if let (Some(mut pipe), Some(text)) = (stdin, input) {
                // A program need not read all it is given.
                let _ = pipe.write_all(&text);
            }
        });
        let (ended, watch) = mpsc::channel::<()>();
        let watchdog = thread::spawn(move || {
            let hung = watch.recv_timeout(limit) == Err(mpsc::RecvTimeoutError::Timeout);
            if hung {
                let _ = kill(pid, Signal::SIGKILL);
            }
            hung
        });
        let output = child.wait_with_output().expect("the program ends");
        drop(ended);
        writer.join().expect("the writer ends");
        let hung = watchdog.join().expect("the watchdog ends");
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!hung, "`{line}` hung for {limit:?}\n{stderr}");
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout)
                .unwrap_or_else(|_| panic!("`{line}`: stdout is not UTF-8")),
            stderr,
            line,
        }
    }

    /// It ended with 0.
    #[track_caller]
    pub fn ok(&self) -> &Self {
        self.code(0)
    }

    /// It ended with this code.
    #[track_caller]
    pub fn code(&self, code: i32) -> &Self {
        assert!(self.code == code, "expected exit {code}, found {}\n{self}", self.code);
        assert!(
            !self.stderr.contains("panicked at") && !self.stderr.contains("RUST_BACKTRACE"),
            "it panicked\n{self}"
        );
        self
    }

    /// This is all of standard output.
    #[track_caller]
    pub fn stdout(&self, expected: &str) -> &Self {
        assert_same(&format!("stdout of `{}`", self.line), expected, &self.stdout);
        self
    }

    /// This is all of standard error.
    #[track_caller]
    pub fn stderr(&self, expected: &str) -> &Self {
        assert_same(&format!("stderr of `{}`", self.line), expected, &self.stderr);
        self
    }

    /// Standard error contains this.
    #[track_caller]
    pub fn says(&self, words: &str) -> &Self {
        assert!(self.stderr.contains(words), "stderr does not say `{words}`\n{self}");
        self
    }

    /// Standard output contains this.
    #[track_caller]
    pub fn shows(&self, words: &str) -> &Self {
        assert!(self.stdout.contains(words), "stdout does not show `{words}`\n{self}");
        self
    }

    /// It was refused in the form of all errors: this code, nothing on stdout, on stderr one
    /// `error:` line first and `hint:` lines after it, and nothing a terminal would obey.
    #[track_caller]
    pub fn refused(&self, code: i32) -> &Self {
        self.code(code).stdout("");
        let mut lines = self.stderr.lines();
        let first = lines.next().unwrap_or_default();
        assert!(first.starts_with("error: "), "the first line is no `error:`\n{self}");
        assert!(!first.ends_with('.'), "the error ends in a period\n{self}");
        for line in lines {
            assert!(line.starts_with("hint: "), "a line that is no `hint:`\n{self}");
        }
        let wild =
            self.stderr.chars().any(|c| (c.is_control() && c != '\n') || "\u{202e}\u{2066}".contains(c));
        assert!(!wild, "a control character reaches the terminal\n{self:?}");
        self
    }

    /// It was refused as a value that is not valid, with one `error:` line for each of so many flaws.
    #[track_caller]
    pub fn refused_alike(&self, flaws: usize) -> &Self {
        self.code(2).stdout("");
        let errors = self.stderr.lines().filter(|line| line.starts_with("error: ")).count();
        assert!(errors == flaws, "{errors} errors for {flaws} flaws\n{self}");
        self
    }

    /// Standard output is one JSON value.
    #[track_caller]
    pub fn json(&self) -> Value {
        self.ok();
        serde_json::from_str(&self.stdout).unwrap_or_else(|why| panic!("stdout is not JSON: {why}\n{self}"))
    }

    /// Standard output is one JSON value a line.
    #[track_caller]
    pub fn lines(&self) -> Vec<Value> {
        self.ok();
        let read = |line| serde_json::from_str(line).unwrap_or_else(|why| panic!("not JSON: {why}\n{self}"));
        self.stdout.lines().map(read).collect()
    }

    /// The number alone on standard output, as `lead add` prints it on a pipe.
    #[track_caller]
    pub fn number(&self) -> u64 {
        self.ok();
        let number = self.stdout.strip_suffix('\n').and_then(|text| text.parse().ok());
        number.unwrap_or_else(|| panic!("stdout is not a number alone\n{self}"))
    }
}

impl std::fmt::Display for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "$ {}\nexit {}\n-- stdout\n{}-- stderr\n{}", self.line, self.code, self.stdout, self.stderr)
    }
}
