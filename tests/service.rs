//! `leadd` as a service: what it tells the system's manager, and the units that come with it.

use std::fs;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::harness::{Daemon, Run, direct, plain, skip};

/// What the manager is told next.
fn told(socket: &UnixDatagram) -> String {
    let mut message = [0; 256];
    let length = socket.recv(&mut message).expect("the manager is told something");
    String::from_utf8_lossy(&message[..length]).trim_end().to_owned()
}

direct!(the_manager_is_told_of_the_start_the_sweeps_and_the_end, "S2", |office| {
    office.init("field-service");
    let socket = UnixDatagram::bind(office.path("notify")).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let mut command = office.leadd_command("");
    command.env("NOTIFY_SOCKET", office.path("notify")).env("WATCHDOG_USEC", "300000000");
    let daemon = Daemon::start(command);
    // The sweeper feeds the watchdog by itself, before or after the door is open.
    let mut heard = vec![told(&socket), told(&socket)];
    heard.sort();
    assert_eq!(heard, ["READY=1", "WATCHDOG=1"]);
    assert_eq!(office.lead("status --json").json()["daemon"], true, "ready is ready");
    office.add("'Kim Lee'");
    let next = told(&socket);
    assert_eq!(next, "WATCHDOG=1", "each round of the sweeper");
    daemon.stop();
    let last = std::iter::repeat_with(|| told(&socket)).find(|one| one != "WATCHDOG=1");
    assert_eq!(last.as_deref(), Some("STOPPING=1"));
});

/// The units, with the program where it is.
fn units() -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("daemon/units");
    let units = [
        (folder.join("leadd.service"), "%h/.cargo/bin/leadd"),
        (folder.join("system/leadd.service"), "/usr/bin/leadd"),
    ];
    let read = |(path, program): (PathBuf, &str)| {
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text.matches(program).count(), 1, "{}", path.display());
        let text = text.replace(program, env!("CARGO_BIN_EXE_leadd"));
        // The pages of the manual may not be installed here.
        let is_kept = |line: &&str| !line.starts_with("Documentation=");
        (path, text.lines().filter(is_kept).map(|line| format!("{line}\n")).collect())
    };
    units.into_iter().map(read).collect()
}

plain!(the_units_are_good_and_hardened, "S2", || {
    let analyze = ["/usr/bin/systemd-analyze", "/bin/systemd-analyze"];
    let Some(analyze) = analyze.into_iter().find(|path| Path::new(path).exists()) else {
        skip("systemd-analyze is not installed");
    };
    for (path, text) in units() {
        let home = tempfile::tempdir().unwrap();
        let unit = home.path().join("leadd.service");
        fs::write(&unit, &text).unwrap();
        let mut verify = Command::new(analyze);
        verify.args(["verify", "--man=no"]).arg(&unit).env("HOME", home.path());
        let run = Run::of(verify, None);
        assert!(run.code == 0 && run.stderr.is_empty(), "{}\n{run}", path.display());
        for line in ["Type=notify", "WatchdogSec=5min", "NoNewPrivileges=yes", "ProtectSystem=strict"] {
            assert!(text.lines().any(|one| one == line), "{}: {line}", path.display());
        }
    }
});
