//! Mail to a server that is not ours: aiosmtpd, with STARTTLS and AUTH.
//!
//! `LEAD_TEST_PYTHON` may name an interpreter that has it; without one the trial is ignored.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Child, Command, Stdio};
use std::{env, fs};

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

fn server(office: &Office) -> Server {
    let python = env::var("LEAD_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let probe = Command::new(&python).args(["-c", "import aiosmtpd"]).stderr(Stdio::null()).status();
    if !probe.is_ok_and(|status| status.success()) {
        skip("no Python with aiosmtpd; LEAD_TEST_PYTHON may name one");
    }
    let signed = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    fs::write(office.path("authority.pem"), signed.cert.pem()).unwrap();
    fs::write(office.path("key.pem"), signed.signing_key.serialize_pem()).unwrap();
    fs::write(office.path("password"), "pa55 word\n").unwrap();
    fs::set_permissions(office.path("password"), fs::Permissions::from_mode(0o600)).unwrap();
    fs::create_dir(office.path("inbox")).unwrap();
    let mut command = Command::new(python);
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
    office.add("'Kim Lee' --email kim@acme.example --owner me --follow-up tomorrow");
    server
}

fn inbox(office: &Office) -> Vec<Letter> {
    Letter::folder(&office.path("inbox"))
}

direct!(a_reminder_to_a_server_that_is_not_ours, "O6 O7 R4 T3", |office| {
    let _server = setup(office);
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
    office.at("2026-11-23T08:00:00+01:00");
    office.swept("a reminder", || inbox(office).len() == 1);
});
