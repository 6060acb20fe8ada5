//! How many are served at once: 128 of one account, 256 of all; who comes then waits.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

use crate::doorway::set_mode;
use crate::harness::{Daemon, Office, account, direct, skip};
use crate::sockets::{comes, connect, list};

/// Opens connections that have begun their question, and keeps them until it is told to end.
const HOLDER: &str = "import socket, sys
held = []
for line in sys.stdin:
  s = socket.socket(socket.AF_UNIX)
  s.connect(sys.argv[1])
  s.sendall(bytes.fromhex(sys.argv[2]))
  held.append(s)
  print(len(held), flush=True)
";

/// Connections of another account; they end with it.
struct Others {
    child: Child,
    orders: ChildStdin,
    told: BufReader<std::process::ChildStdout>,
}

impl Others {
    fn of(office: &Office, account: u32) -> Self {
        let begun: String = list()[..7].iter().map(|byte| format!("{byte:02x}")).collect();
        let mut command = Command::new("/usr/bin/setpriv");
        let account =
            [format!("--reuid={account}"), format!("--regid={account}"), "--clear-groups".to_owned()];
        command.args(account).args(["/usr/bin/python3", "-c", HOLDER]);
        command.arg(office.store().join("leadd.sock")).arg(begun).current_dir("/");
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (orders, told) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        Self { child, orders, told }
    }

    /// Opens so many more.
    fn open(&mut self, count: usize) {
        for _ in 0..count {
            self.orders.write_all(b"one\n").unwrap();
            let mut line = String::new();
            assert!(self.told.read_line(&mut line).unwrap() > 0, "it ended");
        }
    }
}

impl Drop for Others {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A `lead` that must wait until this has happened.
#[track_caller]
fn waits(office: &Office, leadd: &Daemon, then: impl FnOnce()) {
    let mut lead = office.lead_command("list");
    let mut waiting = lead.stdout(Stdio::null()).spawn().unwrap();
    let began = Instant::now();
    comes(leadd, "half a second", || began.elapsed() > Duration::from_millis(500));
    assert!(waiting.try_wait().unwrap().is_none(), "it has to wait");
    then();
    assert!(waiting.wait().unwrap().success(), "{}", leadd.log());
}

fn begun(office: &Office) -> UnixStream {
    let mut stream = connect(office);
    stream.write_all(&list()[..7]).unwrap();
    stream
}

direct!(a_hundred_and_twenty_eight_of_one_account, "S4", |office| {
    office.init("mini");
    let leadd = office.daemon();
    let mut held: Vec<UnixStream> = (0..127).map(|_| begun(office)).collect();
    office.lead("list").ok();
    held.push(begun(office));
    waits(office, &leadd, || drop(held.pop()));
    leadd.stop();
});

// A folder and a socket that are open to all, after the fact: so that there are several accounts.
direct!(two_hundred_and_fifty_six_of_all, "S4", |office| {
    let tools = ["/usr/bin/setpriv", "/usr/bin/python3"];
    if account() != "root" || !tools.iter().all(|tool| Path::new(tool).exists()) {
        skip("only root can become somebody else, with setpriv and python3");
    }
    office.init("mini");
    let leadd = office.daemon();
    set_mode(office.home(), 0o755);
    set_mode(&office.path("data"), 0o755);
    set_mode(&office.store().join("leadd.sock"), 0o666);
    set_mode(&office.store(), 0o711);
    let (mut one, mut other) = (Others::of(office, 65_533), Others::of(office, 65_534));
    one.open(128);
    other.open(127);
    set_mode(&office.store(), 0o700);
    office.lead("list").ok();
    set_mode(&office.store(), 0o711);
    other.open(1);
    set_mode(&office.store(), 0o700);
    waits(office, &leadd, || drop(other));
    drop(one);
    leadd.stop();
});
