//! A program at a terminal: what is typed at it, what stands on its screen, how it leaves the terminal.
//!
//! The terminal is a real one of the system; what is written to it is read by an emulator that is not
//! ours. Nothing sleeps: one waits until something stands on the screen.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::num::NonZero;
use std::os::fd::AsFd as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use nix::fcntl::OFlag;
use nix::pty::{grantpt, posix_openpt, ptsname_r, unlockpt};
use nix::sys::signal::{Signal, kill};
use nix::sys::termios::{Termios, tcgetattr};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

use super::skip;

/// How long anything may take on a busy machine.
const LIMIT: Duration = Duration::from_secs(60);

/// What has come out, read as a terminal reads it.
struct Output {
    parser: vt100::Parser,
    is_hung_up: bool,
}

type Shared = Arc<(Mutex<Output>, Condvar)>;

/// A program at a terminal; never left behind.
pub struct Console {
    child: Child,
    keys: Option<File>,
    line: File,
    output: Shared,
    before: Termios,
}

impl Console {
    /// Starts a command at a terminal of so many columns and lines, which is its controlling one.
    #[track_caller]
    pub fn open(command: &Command, (columns, lines): (u16, u16)) -> Self {
        let setsid = ["/usr/bin/setsid", "/bin/setsid"].into_iter().find(|path| Path::new(path).exists());
        let Some(setsid) = setsid else { skip("no `setsid` to give a program its terminal") };
        let (keys, line) = pair();
        set_size(&line, columns, lines);
        let before = tcgetattr(&line).expect("it is a terminal");
        let end = || Stdio::from(line.try_clone().expect("a terminal is a file"));
        let mut at_terminal = Command::new(setsid);
        at_terminal.arg("--ctty").arg(command.get_program()).args(command.get_args());
        at_terminal.env_clear().env("TERM", "xterm-256color");
        at_terminal.envs(command.get_envs().filter_map(|(key, value)| value.map(|value| (key, value))));
        if let Some(folder) = command.get_current_dir() {
            at_terminal.current_dir(folder);
        }
        let child = at_terminal.stdin(end()).stdout(end()).stderr(end()).spawn().expect("it starts");
        let parser = vt100::Parser::new(some(lines), some(columns), 0);
        let output: Shared = Arc::new((Mutex::new(Output { parser, is_hung_up: false }), Condvar::new()));
        let mut screen = keys.try_clone().expect("a terminal is a file");
        let shared = Arc::clone(&output);
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count) = screen.read(&mut bytes)
                && count > 0
            {
                let mut output = shared.0.lock().expect("nobody panics");
                output.parser.process(&bytes[..count]);
                shared.1.notify_all();
                if output.is_hung_up {
                    break;
                }
            }
        });
        Self { child, keys: Some(keys), line, output, before }
    }

    /// Types.
    pub fn keys(&self, keys: &str) {
        let mut file = self.keys.as_ref().expect("nobody hung up");
        file.write_all(keys.as_bytes()).expect("a terminal takes keys");
    }

    /// Types, and waits until this stands on the screen.
    #[track_caller]
    pub fn types(&self, keys: &str, shows: &str) {
        self.keys(keys);
        self.shows(shows);
    }

    /// The screen, without blanks at the ends of lines.
    pub fn screen(&self) -> String {
        text(&self.output.0.lock().expect("nobody panics"))
    }

    /// Waits until this stands on the screen.
    #[track_caller]
    pub fn shows(&self, words: &str) {
        self.until(words, |screen| screen.contains(words));
    }

    /// Waits until this does not stand on the screen any more.
    #[track_caller]
    pub fn hides(&self, words: &str) {
        self.until(&format!("no `{words}`"), |screen| !screen.contains(words));
    }

    /// Waits until the screen is so.
    #[track_caller]
    pub fn until(&self, what: &str, is_so: impl Fn(&str) -> bool) {
        let deadline = Instant::now() + LIMIT;
        let mut output = self.output.0.lock().expect("nobody panics");
        while !is_so(&text(&output)) {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let screen = text(&output);
                drop(output);
                panic!("the screen never shows: {what}\n{screen}");
            }
            output = self.output.1.wait_timeout(output, left).expect("nobody panics").0;
        }
    }

    /// Whether anything on the screen has a colour.
    pub fn is_colored(&self) -> bool {
        let output = self.output.0.lock().expect("nobody panics");
        let screen = output.parser.screen();
        let (lines, columns) = screen.size();
        let (lines, columns) = (lines.get(), columns.get());
        let cells = (0..lines).flat_map(|line| (0..columns).map(move |column| (line, column)));
        let cells = cells.filter_map(|(line, column)| screen.cell(line, column));
        let plain = vt100::Color::Default;
        cells.into_iter().any(|cell| cell.fgcolor() != plain || cell.bgcolor() != plain)
    }

    /// Gives the terminal another size.
    pub fn resize(&self, columns: u16, lines: u16) {
        self.output.0.lock().expect("nobody panics").parser.screen_mut().set_size(some(lines), some(columns));
        set_size(&self.line, columns, lines);
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(i32::try_from(self.child.id()).expect("a process number"))
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        kill(self.pid(), signal).expect("the child is ours");
    }

    /// Waits until it is stopped; the terminal is then as it was before.
    #[track_caller]
    pub fn stopped(&self) {
        let status = waitpid(self.pid(), Some(WaitPidFlag::WUNTRACED)).expect("the child is ours");
        assert!(matches!(status, WaitStatus::Stopped(..)), "{status:?}");
        self.assert_given_back();
    }

    /// Hangs up, as a window that is closed: as soon as the program has answered to this key.
    pub fn hang_up_at(&mut self, key: &str) {
        self.output.0.lock().expect("nobody panics").is_hung_up = true;
        self.keys(key);
        self.keys = None;
    }

    /// Waits for its end; what it ended with. The terminal is then as it was before.
    #[track_caller]
    pub fn ends(&mut self) -> i32 {
        let status = self.waits();
        status.code().unwrap_or_else(|| panic!("it was killed: {status}"))
    }

    /// Waits for its end by a signal; which one. The terminal is then as it was before.
    #[track_caller]
    pub fn is_killed(&mut self) -> Signal {
        let status = self.waits();
        let signal = status.signal().unwrap_or_else(|| panic!("it was not killed: {status}"));
        Signal::try_from(signal).expect("a signal of the system")
    }

    #[track_caller]
    fn waits(&mut self) -> ExitStatus {
        let deadline = Instant::now() + LIMIT;
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("the child is ours") {
                break status;
            }
            assert!(Instant::now() < deadline, "it never ends\n{}", self.screen());
            thread::sleep(Duration::from_millis(5));
        };
        if self.keys.is_some() {
            self.assert_given_back();
        }
        status
    }

    /// What stood before the program stands there again, the cursor is seen, and keys do what they did.
    #[track_caller]
    fn assert_given_back(&self) {
        let deadline = Instant::now() + LIMIT;
        let mut output = self.output.0.lock().expect("nobody panics");
        let is_itself = |output: &Output| {
            let screen = output.parser.screen();
            !screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste()
        };
        while !is_itself(&output) {
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "the terminal is not given back\n{}", text(&output));
            output = self.output.1.wait_timeout(output, left).expect("nobody panics").0;
        }
        assert_eq!(tcgetattr(&self.line).expect("it is a terminal"), self.before, "its modes");
    }
}

/// Both ends of a new terminal. No other child may have one of them, or it would never hang up.
fn pair() -> (File, File) {
    let flags = OFlag::O_RDWR | OFlag::O_NOCTTY | OFlag::O_CLOEXEC;
    let master = posix_openpt(flags).expect("the system has terminals");
    grantpt(&master).and_then(|()| unlockpt(&master)).expect("the terminal is ours");
    let name = ptsname_r(&master).expect("a terminal has a name");
    let line = OpenOptions::new().read(true).write(true).custom_flags(OFlag::O_NOCTTY.bits()).open(name);
    let keys = master.as_fd().try_clone_to_owned().expect("a terminal is a file");
    (File::from(keys), line.expect("the terminal is ours"))
}

fn set_size(line: &File, columns: u16, lines: u16) {
    let mut stty = Command::new("stty");
    let (columns, lines) = (columns.to_string(), lines.to_string());
    let stty = stty.args(["cols", &columns, "rows", &lines]);
    let stdin = Stdio::from(line.try_clone().expect("a terminal is a file"));
    assert!(stty.stdin(stdin).status().expect("stty starts").success());
}

fn some(count: u16) -> NonZero<u16> {
    NonZero::new(count).expect("a terminal has some")
}

fn text(output: &Output) -> String {
    let contents = output.parser.screen().contents();
    contents.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

impl Drop for Console {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}
