//! Mail under every fault of a mail server, and under a kill at every step of a sending: no mail is
//! lost, and one arrives twice only where the server's 250 did not reach our disk.
//!
//! Each round sends a morning's reminders, lets the fault happen, and then does what `leadd` does
//! later the same day. What is counted is what the server was given whole and did not refuse.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use super::tally::{enter, is_wide};
use crate::harness::postbox::{Parcel, Postbox, Script, Stage, Tls, Turn};
use crate::harness::{Letter, Office, Run, Stock, direct, skip};

const COLUMNS: &str = "fault of the mail | at | rounds | mails | delivered | refused for good | lost | doubled, \
                       the 250 unseen | doubled, the 250 recorded | doubled under another Message-ID";

const MORNING: &str = "2026-11-24T08:00:00+01:00";

/// Longer than any step may take.
const MUCH_LATER: &str = "2026-11-24T08:13:00+01:00";

/// When the rest of the day's mail is tried again.
const LATER: [&str; 4] = [
    "2026-11-24T08:30:00+01:00",
    "2026-11-24T09:30:00+01:00",
    "2026-11-24T12:00:00+01:00",
    "2026-11-24T18:00:00+01:00",
];

const MAILS: usize = 3;

const STAGES: [(&str, Stage); 8] = [
    ("1 banner", Stage::Banner),
    ("2 EHLO", Stage::Ehlo),
    ("3 STARTTLS", Stage::Starttls),
    ("4 AUTH", Stage::Auth),
    ("5 MAIL", Stage::Mail),
    ("6 RCPT", Stage::Rcpt),
    ("7 DATA", Stage::Data),
    ("8 the final dot", Stage::Dot),
];

const fn script(tls: Tls) -> Script {
    let auth = match tls {
        Tls::None => None,
        Tls::Starttls | Tls::Implicit => Some(("lead", "s3cret")),
    };
    Script { tls, auth, turns: Vec::new() }
}

/// What a round was like, after its fault.
#[derive(Default)]
struct Round {
    /// Those on our disk as sent.
    recorded: Vec<String>,
    /// The server refused one for good.
    may_fail: bool,
    /// `leadd` may have died before it saw or wrote down an answer.
    killed: bool,
}

/// What came of the rounds of one fault. Its line is in the table when it is dropped.
struct Account {
    fault: String,
    at: String,
    rounds: usize,
    mails: usize,
    delivered: usize,
    refused: usize,
    lost: Vec<String>,
    doubled_unseen: usize,
    doubled_recorded: Vec<String>,
    doubled_otherwise: Vec<String>,
}

impl Account {
    fn new(fault: &str, at: &str) -> Self {
        Self {
            fault: fault.to_owned(),
            at: at.to_owned(),
            rounds: 0,
            mails: 0,
            delivered: 0,
            refused: 0,
            lost: Vec::new(),
            doubled_unseen: 0,
            doubled_recorded: Vec::new(),
            doubled_otherwise: Vec::new(),
        }
    }

    /// Counts a round that is over.
    fn count(&mut self, office: &Office, postbox: &Postbox, round: &Round) {
        self.rounds += 1;
        let parcels = postbox.parcels();
        let mut copies: BTreeMap<String, Vec<&Parcel>> = BTreeMap::new();
        for parcel in parcels.iter().filter(|parcel| !parcel.refused) {
            copies.entry(Letter::read(&parcel.bytes).header("Message-ID")).or_default().push(parcel);
        }
        let mails = mails(office);
        assert_eq!(mails.len(), MAILS, "a reminder for each lead");
        for (id, state) in mails {
            self.mails += 1;
            let copies = copies.remove(&id).unwrap_or_default();
            match (state.as_str(), copies.len()) {
                ("failed", 0) if round.may_fail => self.refused += 1,
                ("sent", 1..) => self.delivered += 1,
                (state, copies) => self.lost.push(format!("{id} is {state}, with {copies} copies")),
            }
            if copies.len() < 2 {
                continue;
            }
            let seen = copies.iter().filter(|parcel| parcel.taken && !round.killed).count();
            if copies.iter().any(|parcel| parcel.bytes != copies[0].bytes) {
                self.doubled_otherwise.push(id);
            } else if copies.len() > 2 || seen > 1 || round.recorded.contains(&id) {
                self.doubled_recorded.push(id);
            } else {
                self.doubled_unseen += 1;
            }
        }
        self.doubled_otherwise.extend(copies.into_keys());
    }

    /// No mail was lost, and none doubled that should not be; there was a round.
    #[track_caller]
    fn end(self, talk: &str) {
        let Self { fault, at, rounds, .. } = &self;
        assert!(*rounds > 0, "{fault} at {at} was never tried");
        for (what, wrong) in [
            ("lost", &self.lost),
            ("doubled though recorded as sent", &self.doubled_recorded),
            ("doubled under another Message-ID", &self.doubled_otherwise),
        ] {
            assert!(wrong.is_empty(), "{fault} at {at}, {what}: {wrong:?}\n{talk}");
        }
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        let line = format!(
            "{} | {} | {} | {} | {} | {} | {} | {} | {} | {}",
            self.fault,
            self.at,
            self.rounds,
            self.mails,
            self.delivered,
            self.refused,
            self.lost.len(),
            self.doubled_unseen,
            self.doubled_recorded.len(),
            self.doubled_otherwise.len()
        );
        enter(COLUMNS, &line);
    }
}

/// Message-ID and state of every mail.
fn mails(office: &Office) -> Vec<(String, String)> {
    let rows = office.lead("outbox list -F ndjson").lines();
    let text = |field: &serde_json::Value| field.as_str().unwrap_or_default().to_owned();
    rows.iter().map(|row| (text(&row["message_id"]), text(&row["state"]))).collect()
}

fn in_state(office: &Office, state: &str) -> Vec<String> {
    mails(office).into_iter().filter(|(_, is)| is == state).map(|(id, _)| id).collect()
}

/// A store with leads to be reminded of in the morning.
fn prepared(office: &Office) -> Stock {
    office.init("mini");
    for name in ["Kim Lee", "Sam Poe", "Ida Fox"] {
        office.add(&format!("'{name}' --owner me --follow-up 2026-11-24"));
    }
    Stock::of(office)
}

fn begin(office: &Office, stock: &Stock, script: Script) -> Postbox {
    stock.furnish(office);
    office.at(MORNING);
    let postbox = Postbox::open(script);
    office.policy(&postbox.policy(office.home()));
    postbox
}

/// What `leadd` does for the rest of the day.
fn end(office: &Office) {
    for later in LATER {
        office.at(later);
        office.leadd_once();
        if mails(office).iter().all(|(_, state)| matches!(state.as_str(), "sent" | "failed")) {
            return;
        }
    }
}

/// The morning's sweep; when the server has fallen silent, time goes on.
fn morning(office: &Office, postbox: &Postbox) -> Run {
    let mut command: Command = office.leadd_command("--once");
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("leadd starts");
    let deadline = Instant::now() + Duration::from_secs(60);
    while child.try_wait().expect("the child is ours").is_none() && Instant::now() < deadline {
        if postbox.is_hung() {
            office.at(MUCH_LATER);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(Instant::now() < deadline || child.kill().is_err(), "leadd hangs\n{}", postbox.talk());
    let output = child.wait_with_output().expect("the child is ours");
    Run {
        line: "leadd --once".to_owned(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        code: output.status.code().unwrap_or(-1),
    }
}

/// This answer at each stage.
fn meets(office: &Office, fault: &str, turn: &Turn) {
    let stock = prepared(office);
    for (at, stage) in &STAGES {
        let turns = vec![(*stage, turn.clone())];
        let postbox = begin(office, &stock, Script { turns, ..script(Tls::Starttls) });
        let run = morning(office, &postbox);
        let talk = format!("{run}\n{}", postbox.talk());
        assert!(run.code >= 0 && !run.stderr.contains("panicked"), "{talk}");
        assert!(!run.stderr.contains('\u{1b}'), "an escape sequence reaches the log\n{talk}");
        // One connection that falls silent is gone round by another.
        let is_relays = !matches!(stage, Stage::Rcpt | Stage::Data | Stage::Dot)
            && !matches!((stage, turn), (Stage::Mail, Turn::Hang));
        assert_eq!(run.code, if is_relays { 9 } else { 0 }, "{fault} at {at}\n{talk}");
        if is_relays {
            let rows = office.lead("outbox list -F ndjson").lines();
            let is_well = |row: &serde_json::Value| row["state"] == "waiting" && row["tries"] == 0;
            assert!(rows.iter().all(is_well), "the relay's fault costs a try: {rows:?}\n{talk}");
        }
        let recorded = in_state(office, "sent");
        end(office);
        let mut account = Account::new(fault, at);
        let may_fail = matches!(turn, Turn::Say(line) if line.starts_with('5'));
        account.count(office, &postbox, &Round { recorded, may_fail, killed: false });
        account.end(&talk);
    }
}

direct!(no_answer, "O2 O6 N1", |office| meets(office, "no answer", &Turn::Hang));
direct!(cut, "O2 N1", |office| meets(office, "connection closed", &Turn::Cut));
direct!(reset, "O2 N1", |office| meets(office, "connection reset", &Turn::Reset));
direct!(closing, "O2 N1", |office| meets(office, "421", &Turn::Say("421 4.3.2 closing")));
direct!(later, "O2 O3 N1", |office| meets(office, "450", &Turn::Say("450 4.2.0 later")));
direct!(never, "O2 O4 N1", |office| {
    meets(office, "550", &Turn::Say("550 5.7.1 no \u{1b}[31msuch thing"));
});
direct!(nonsense, "O2 N1", |office| meets(office, "999", &Turn::Say("999 what")));
direct!(endless, "O2 N1", |office| meets(office, "endless reply", &Turn::Endless("250-more\r\n")));
direct!(endless_line, "O2 N1", |office| {
    meets(office, "endless line", &Turn::Endless("250 xxxxxxxxxxxxxxxx"));
});

// What a firm has to mend by itself: nothing is lost meanwhile.
direct!(set_up_wrongly, "O2 O7 O8 N1", |office| {
    let stock = prepared(office);
    let other = Postbox::open(script(Tls::Starttls));
    let spoilt = office.path("spoilt");
    fs::create_dir(&spoilt).unwrap();
    other.policy(&spoilt);
    fs::write(spoilt.join("password"), "wrong\n").unwrap();
    for (fault, at, file, turn) in [
        ("bad password", "4 AUTH", Some("password"), None),
        ("wrong certificate", "3 STARTTLS", Some("authority.pem"), None),
        ("STARTTLS not offered", "2 EHLO", None, Some((Stage::Ehlo, Turn::Say("250 postbox")))),
        ("STARTTLS stripped", "3 STARTTLS", None, Some((Stage::Starttls, Turn::Say("502 5.5.1 not here")))),
        ("text before TLS", "3 STARTTLS", None, Some((Stage::Starttls, Turn::Say("220 go\r\n250 smuggled")))),
    ] {
        let turns = turn.into_iter().collect();
        let postbox = begin(office, &stock, Script { turns, ..script(Tls::Starttls) });
        if let Some(file) = file {
            fs::copy(spoilt.join(file), office.path(file)).unwrap();
        }
        let run = morning(office, &postbox);
        let talk = format!("{run}\n{}", postbox.talk());
        run.code(9);
        assert!(postbox.parcels().is_empty() && in_state(office, "waiting").len() == MAILS, "{talk}");
        postbox.policy(office.home());
        end(office);
        let mut account = Account::new(fault, at);
        account.count(office, &postbox, &Round::default());
        account.end(&talk);
    }
});

/// The library that ends a program at its N-th call.
fn met() -> &'static Path {
    static MET: LazyLock<Option<PathBuf>> = LazyLock::new(|| {
        let tmp = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let (source, library) = (tmp.join("met.c"), tmp.join("met.so"));
        fs::write(&source, include_str!("met.c")).ok()?;
        let made =
            Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(&source).status();
        made.is_ok_and(|status| status.success()).then_some(library)
    });
    MET.as_deref().unwrap_or_else(|| skip("no `cc` to make what kills"))
}

/// Kills `leadd` before the first, second … of these calls, whichever thread makes it, until a run
/// makes no more.
fn killed(office: &Office, fault: &str, calls: &str, step: usize) {
    let stock = prepared(office);
    let mut account = Account::new(fault, calls);
    for number in (1..).step_by(if is_wide() { 1 } else { step }) {
        let postbox = begin(office, &stock, script(Tls::None));
        let mut command = office.leadd_command("--once");
        command
            .env("LD_PRELOAD", met())
            .env("LEAD_KILL_CALLS", calls)
            .env("LEAD_KILL_AT", number.to_string());
        let run = Run::of(command, None);
        if run.code >= 0 {
            run.ok();
            break;
        }
        let recorded = in_state(office, "sent");
        end(office);
        account.count(office, &postbox, &Round { recorded, may_fail: false, killed: true });
    }
    account.end("");
}

direct!(killed_at_a_sync, "N1 O1 O6", |office| {
    killed(office, "SIGKILL at each sync", "fsync,fdatasync,sync_file_range", 3);
});
direct!(killed_at_a_write, "N1 O1 O6", |office| {
    killed(office, "SIGKILL at each write of the database", "pwrite64", 2);
});
direct!(killed_at_a_file, "N1 O1 O6", |office| {
    killed(office, "SIGKILL at each write, rename, removal of a file", "write,rename,unlink", 4);
});
direct!(killed_at_a_step, "N1 O1 O6", |office| {
    killed(office, "SIGKILL at each step of SMTP", "send,recv", 6);
});
