//! Programs that are not ours: mail servers (aiosmtpd, with STARTTLS and AUTH; postfix and its smtp-sink), and
//! readers of mail and of calendars.
//!
//! `LEAD_TEST_PYTHON` may name an interpreter that has aiosmtpd and icalendar. A trial whose program is
//! not there is ignored. The servers listen on this machine alone.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};
use std::{env, fs};

use nix::unistd::{User, chown};

use crate::harness::{Letter, Office, daemon, direct, skip};

const PROGRAM: &str = include_str!("peer/server.py");

struct Server {
    child: Child,
    port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A Python that has this module; the trial is ignored where there is none.
fn python(module: &str) -> Command {
    let python = env::var("LEAD_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let probe =
        Command::new(&python).args(["-c", &format!("import {module}")]).stderr(Stdio::null()).status();
    if !probe.is_ok_and(|status| status.success()) {
        skip(&format!("no Python with {module}; LEAD_TEST_PYTHON may name one"));
    }
    Command::new(python)
}

/// What a program of Python's prints of what it is given, as JSON.
#[track_caller]
pub fn read_by(module: &str, program: &str, given: &[u8]) -> serde_json::Value {
    let mut command = python(module);
    command.args(["-c", program]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(given).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{program}\nfails on\n{}", String::from_utf8_lossy(given));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn server(office: &Office) -> Server {
    let mut command = python("aiosmtpd");
    let signed = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    fs::write(office.path("authority.pem"), signed.cert.pem()).unwrap();
    fs::write(office.path("key.pem"), signed.signing_key.serialize_pem()).unwrap();
    fs::write(office.path("password"), "pa55 word\n").unwrap();
    fs::set_permissions(office.path("password"), fs::Permissions::from_mode(0o600)).unwrap();
    fs::create_dir(office.path("inbox")).unwrap();
    command.args(["-c", PROGRAM]).current_dir(office.home()).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let mut server = Server { child, port: 0 };
    server.port = line.trim().parse().expect("the server prints its port");
    server
}

fn setup(office: &Office) -> Server {
    let server = server(office);
    office.init("field-service");
    office.policy(&format!(
        "[mail]\nvia = \"smtp\"\nfrom = \"lead@acme.example\"\n[mail.smtp]\nhost = \"localhost\"\nport = {}\n\
         tls = \"starttls\"\nuser = \"lead\"\npassword_file = \"{}\"\nca_file = \"{}\"",
        server.port,
        office.path("password").display(),
        office.path("authority.pem").display()
    ));
    server
}

fn inbox(office: &Office) -> Vec<Letter> {
    Letter::folder(&office.path("inbox"))
}

fn promise(office: &Office) {
    office.add("'Kim Lee' --email kim@acme.example --owner me --follow-up tomorrow");
}

direct!(a_reminder_to_a_server_that_is_not_ours, "O6 O7 R4 T3", |office| {
    let _server = setup(office);
    promise(office);
    for (when, expected) in [("07:59:59", 0), ("08:00:00", 1), ("08:00:00", 1)] {
        office.at(&format!("2026-11-23T{when}+01:00"));
        office.leadd_once().ok();
        assert_eq!(inbox(office).len(), expected, "at {when}");
    }
    let mail = &inbox(office)[0];
    assert_eq!((mail.kind().as_str(), mail.to().as_str()), ("reminder", "boss@acme.example"));
    assert_eq!(mail.header("X-Peer-User"), "lead");
});

daemon!(a_running_leadd_to_a_server_that_is_not_ours, "O6 O7 T5", |office| {
    let _server = setup(office);
    promise(office);
    office.at("2026-11-23T08:00:00+01:00");
    office.swept("a reminder", || inbox(office).len() == 1);
});

/// Every reminder of this morning has arrived, once.
fn arrived_once(inbox: &[Letter], leads: usize) {
    let ids: BTreeSet<String> = inbox.iter().map(|mail| mail.header("Message-ID")).collect();
    assert_eq!((inbox.len(), ids.len()), (leads, leads), "mails, and different ones");
}

/// What `leadd` makes of a thousand reminders of one morning.
fn send_a_thousand(office: &Office) {
    office.fill(1000);
    office.at("2026-11-24T08:00:00+01:00");
    office.leadd_once().ok();
    office.leadd_once().ok();
    let rows = office.lead("outbox list -F ndjson").lines();
    assert_eq!(rows.iter().filter(|row| row["state"] == "sent").count(), 1000);
}

direct!(a_thousand_reminders_of_one_morning_to_aiosmtpd, "O6 N1", |office| {
    let _server = setup(office);
    send_a_thousand(office);
    arrived_once(&inbox(office), 1000);
});

/// A port of this machine that is free now.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).unwrap().port()
}

/// Mail in clear to this port of this machine.
fn in_clear(office: &Office, port: u16) {
    office.init("mini");
    office.policy(&format!(
        "[mail]\nvia = \"smtp\"\nfrom = \"lead@acme.example\"\n[mail.smtp]\nhost = \"127.0.0.1\"\n\
         port = {port}\ntls = \"none\""
    ));
}

fn wait_for(port: u16) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(Instant::now() < deadline, "the server never listens");
        sleep(Duration::from_millis(20));
    }
}

/// A program of postfix, where it is installed.
fn postfix(name: &str) -> PathBuf {
    let found = ["/usr/sbin", "/usr/local/sbin"].iter().map(|folder| Path::new(folder).join(name));
    found.into_iter().find(|path| path.exists()).unwrap_or_else(|| skip("postfix is not installed"))
}

// The mails as the server was given them, each in a file.
direct!(a_thousand_reminders_of_one_morning_to_smtp_sink, "O6 N1", |office| {
    let program = postfix("smtp-sink");
    let port = free_port();
    let sunk = office.path("sunk");
    fs::create_dir(&sunk).unwrap();
    let mut command = Command::new(program);
    if nix::unistd::geteuid().is_root() {
        command.args(["-u", "root"]);
    }
    command.args(["-d", "%M.", &format!("127.0.0.1:{port}"), "100"]).current_dir(&sunk);
    let _server = Server { child: command.stderr(Stdio::null()).spawn().unwrap(), port };
    wait_for(port);
    in_clear(office, port);
    send_a_thousand(office);
    let files = fs::read_dir(&sunk).unwrap().map(|entry| fs::read(entry.unwrap().path()).unwrap());
    arrived_once(&files.map(|bytes| Letter::read(&bytes)).collect::<Vec<_>>(), 1000);
});

/// A postfix with a configuration of its own, which delivers to a Maildir; ended when dropped.
struct Postfix {
    config: PathBuf,
}

impl Postfix {
    fn start(office: &Office, port: u16) -> Self {
        let program = postfix("postfix");
        if !nix::unistd::geteuid().is_root() {
            skip("only root may start postfix");
        }
        let owner = User::from_name("postfix").unwrap().unwrap_or_else(|| skip("there is no user postfix"));
        let (config, queue, data, boxes) =
            (office.path("postfix"), office.path("queue"), office.path("state"), office.path("boxes"));
        for folder in [&config, &queue, &data, &boxes] {
            fs::create_dir(folder).unwrap();
        }
        for folder in [&data, &boxes] {
            chown(folder, Some(owner.uid), Some(owner.gid)).unwrap();
        }
        // Its programs, which are not ours, walk through the office's folder.
        fs::set_permissions(office.home(), fs::Permissions::from_mode(0o711)).unwrap();
        let main = format!(
            "compatibility_level = 3.6\nmaillog_file = {log}\nmaillog_file_prefixes = {home}\n\
             queue_directory = {queue}\ndata_directory = {data}\n\
             inet_interfaces = 127.0.0.1\ninet_protocols = ipv4\nmynetworks = 127.0.0.0/8\n\
             myhostname = mail.acme.example\nmydestination =\nalias_maps =\nalias_database =\n\
             virtual_mailbox_domains = acme.example\nvirtual_mailbox_base = {boxes}\n\
             virtual_mailbox_maps = static:boss/\nvirtual_uid_maps = static:{uid}\n\
             virtual_gid_maps = static:{gid}\nvirtual_transport = virtual\ndefault_transport = error\n\
             smtpd_relay_restrictions = permit_mynetworks, reject\nsmtputf8_enable = no\n\
             smtpd_client_connection_rate_limit = 0\nsmtpd_client_message_rate_limit = 0\n",
            home = office.home().display(),
            log = office.path("mail.log").display(),
            queue = queue.display(),
            data = data.display(),
            boxes = boxes.display(),
            uid = owner.uid,
            gid = owner.gid,
        );
        fs::write(config.join("main.cf"), main).unwrap();
        fs::write(
            config.join("master.cf"),
            include_str!("peer/master.cf").replace("PORT", &port.to_string()),
        )
        .unwrap();
        let started = Command::new(program).arg("-c").arg(&config).arg("start").output().unwrap();
        let log = fs::read_to_string(office.path("mail.log")).unwrap_or_default();
        let said = String::from_utf8_lossy(&started.stderr);
        assert!(started.status.success(), "postfix does not start: {said}\n{log}");
        Self { config }
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        let _ = Command::new("/usr/sbin/postfix").arg("-c").arg(&self.config).arg("stop").output();
    }
}

direct!(a_thousand_reminders_of_one_morning_to_postfix, "O6 N1", |office| {
    let port = free_port();
    let server = Postfix::start(office, port);
    wait_for(port);
    in_clear(office, port);
    send_a_thousand(office);
    let inbox = office.path("boxes/boss/new");
    let count = || fs::read_dir(&inbox).map_or(0, Iterator::count);
    let deadline = Instant::now() + Duration::from_secs(60);
    while count() < 1000 && Instant::now() < deadline {
        sleep(Duration::from_millis(50));
    }
    drop(server);
    let log = fs::read_to_string(office.path("mail.log")).unwrap_or_default();
    let last: Vec<_> = log.lines().rev().take(10).collect();
    assert_eq!(count(), 1000, "{last:#?}");
    let files = fs::read_dir(&inbox).unwrap().map(|entry| fs::read(entry.unwrap().path()).unwrap());
    arrived_once(&files.map(|bytes| Letter::read(&bytes)).collect::<Vec<_>>(), 1000);
});
