//! One mail that hangs: the others go on, what became of them is on the disk, and `leadd` stops when
//! it is told to.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::thread::sleep;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::harness::postbox::{Postbox, Script, Stage, Turn};
use crate::harness::{Daemon, Letter, Office, Run, direct};
use crate::relay::{GOOD, crowded, states};

/// Longer than the mail in flight may take when all is to stop.
const SOON: &str = "2026-11-24T08:00:20+01:00";

/// When what nobody knows the fate of is sent once more.
const LATER: &str = "2026-11-24T08:15:00+01:00";

/// Waits for an effect of a running `leadd`.
#[track_caller]
fn comes(leadd: &Daemon, what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !is_so() {
        assert!(Instant::now() < deadline, "never came: {what}\n{}", leadd.log());
        sleep(Duration::from_millis(20));
    }
}

fn count(states: &[String], state: &str) -> usize {
    states.iter().filter(|is| *is == state).count()
}

/// Twenty mails, of which one hangs after its final dot and the others are on the disk as sent.
fn one_hangs(office: &Office) -> (Postbox, Daemon) {
    let postbox = crowded(office, 20, Script { turns: vec![(Stage::Dot, Turn::Hang)], ..GOOD });
    let leadd = office.daemon();
    comes(&leadd, "nineteen on the disk", || count(&states(office), "sent") == 19);
    assert!(postbox.is_hung() && postbox.taken().len() == 19, "{}", postbox.talk());
    (postbox, leadd)
}

/// Once more, and only the one that hung, with the same bytes.
fn only_that_one_again(office: &Office, postbox: &Postbox) {
    // The first takes up what was left, the second comes ten minutes later.
    for later in [LATER, "2026-11-24T08:30:00+01:00"] {
        office.at(later);
        office.leadd_once().ok();
    }
    let parcels = postbox.parcels();
    let twice: Vec<_> = parcels.iter().filter(|parcel| !parcel.taken).collect();
    assert_eq!((parcels.len(), twice.len()), (21, 1), "{}", postbox.talk());
    assert_eq!(parcels.iter().filter(|parcel| parcel.bytes == twice[0].bytes).count(), 2);
    assert_eq!(count(&states(office), "sent"), 20);
}

direct!(stopped_while_one_hangs, "S3 O1 N1", |office| {
    let (postbox, leadd) = one_hangs(office);
    leadd.signal(Signal::SIGTERM);
    office.at(SOON);
    leadd.ended();
    let states = states(office);
    assert_eq!((count(&states, "sent"), count(&states, "unknown")), (19, 1), "{states:?}");
    only_that_one_again(office, &postbox);
});

direct!(killed_while_one_hangs, "O1 O6 N1", |office| {
    let (postbox, leadd) = one_hangs(office);
    leadd.murder();
    only_that_one_again(office, &postbox);
});

direct!(one_that_hangs_keeps_back_no_other, "O4 O6", |office| {
    let postbox = crowded(office, 65, Script { turns: vec![(Stage::Dot, Turn::Hang)], ..GOOD });
    office.user("sam", "sales");
    let leadd = office.daemon();
    comes(&leadd, "all others", || postbox.taken().len() == 64);
    // Nor what comes due meanwhile.
    office.add("'Nia Roe' --owner sam");
    comes(&leadd, "one more", || postbox.taken().len() == 65);
    let last = postbox.taken().pop().unwrap();
    assert_eq!(Letter::read(&last.bytes).kind(), "assigned");
    office.at(LATER);
    leadd.stop();
});

// One connection is enough for two mails, until it hangs.
direct!(another_connection_goes_round_one_that_hangs, "O4 O6", |office| {
    let postbox = crowded(office, 2, Script { turns: vec![(Stage::Rcpt, Turn::Hang)], ..GOOD });
    let leadd = office.daemon();
    comes(&leadd, "silence", || postbox.is_hung());
    assert_eq!(postbox.visits(), 1);
    office.at("2026-11-24T08:00:06+01:00");
    comes(&leadd, "the other", || count(&states(office), "sent") == 1);
    assert_eq!((postbox.visits(), count(&states(office), "sending")), (2, 1), "{}", postbox.talk());
    office.at(LATER);
    leadd.stop();
});

direct!(stopped_while_the_relay_greets_nobody, "S3 O2", |office| {
    let postbox = crowded(office, 2, Script { turns: vec![(Stage::Banner, Turn::Hang)], ..GOOD });
    let leadd = office.daemon();
    comes(&leadd, "silence", || postbox.is_hung());
    leadd.stop();
    assert_eq!(states(office), ["waiting", "waiting"]);
});

/// Three mails that go by a program: the first does this, the others are kept.
fn by_program(office: &Office, first: &str) {
    let program = office.file(
        "sendmail",
        &format!(
            "#!/bin/sh\ncd {home}\nif mkdir first 2>/dev/null; then\necho $$ >pid\n{first}\nfi\n\
             cat >kept.$$.part && mv kept.$$.part kept.$$\n",
            home = office.home().display()
        ),
    );
    fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).unwrap();
    office.init("mini");
    office.policy(&format!("[mail]\nvia = \"sendmail\"\n[mail.sendmail]\ncommand = \"{program}\""));
    office.fill(3);
    office.at("2026-11-24T08:00:00+01:00");
}

fn kept(office: &Office) -> usize {
    let names = fs::read_dir(office.home()).unwrap().map(|entry| entry.unwrap().file_name());
    names
        .filter(|name| {
            name.to_string_lossy().starts_with("kept.") && !name.to_string_lossy().ends_with("part")
        })
        .count()
}

/// Whether any process of the first program's group lives.
fn is_left(office: &Office) -> bool {
    let leader = fs::read_to_string(office.path("pid")).unwrap();
    fs::read_dir("/proc").unwrap().flatten().any(|entry| {
        let stat = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        let mut fields = stat.rsplit_once(") ").map_or("", |(_, rest)| rest).split(' ');
        let state = fields.next();
        fields.nth(1) == Some(leader.trim()) && !matches!(state, Some("Z" | "X"))
    })
}

/// A program that never ends keeps back no other mail, and is ended with all it started: by its
/// limit, or by the end of `leadd`.
fn never_ends(office: &Office, first: &str) {
    for is_stopped in [false, true] {
        by_program(office, first);
        let leadd = office.daemon();
        comes(&leadd, "the first", || office.path("pid").exists());
        office.at(SOON);
        comes(&leadd, "the others", || count(&states(office), "sent") == 2);
        assert_eq!((kept(office), count(&states(office), "sending")), (2, 1));
        if is_stopped {
            leadd.signal(Signal::SIGTERM);
            office.at("2026-11-24T08:00:40+01:00");
            leadd.ended();
        } else {
            office.at("2026-11-24T08:10:10+01:00");
            comes(&leadd, "the end of patience", || count(&states(office), "unknown") == 1);
            leadd.stop();
        }
        assert_eq!(count(&states(office), "unknown"), 1);
        assert!(!is_left(office), "{first}");
        for name in ["first", "data"] {
            fs::remove_dir_all(office.path(name)).unwrap();
        }
        fs::remove_file(office.path("pid")).unwrap();
        fs::read_dir(office.home()).unwrap().flatten().for_each(|entry| {
            if entry.file_name().to_string_lossy().starts_with("kept.") {
                fs::remove_file(entry.path()).unwrap();
            }
        });
        office.at("2026-11-22T09:00:00+01:00");
    }
}

direct!(a_program_that_hangs, "O4 O7 S3", |office| never_ends(office, "sleep 1000"));
direct!(a_program_that_minds_no_signal, "O4 O7 S3", |office| {
    never_ends(office, "trap '' TERM INT HUP PIPE\nwhile :; do sleep 1000; done");
});
direct!(a_program_that_complains_for_ever, "O4 O7 S3", |office| {
    never_ends(office, "while :; do echo 'queue full, queue full, queue full' >&2; done");
});

/// What the first of three comes to, by a program that does this; the others are sent.
fn comes_to(office: &Office, first: &str) -> (String, Run) {
    by_program(office, first);
    let run = office.leadd_once();
    let mut found = states(office);
    let sent = found.iter().position(|state| state == "sent").expect("the others are sent");
    found.remove(sent);
    let sent = found.iter().position(|state| state == "sent").expect("the others are sent");
    found.remove(sent);
    (found.remove(0), run)
}

direct!(a_program_that_a_signal_ends, "O7", |office| {
    let (state, run) = comes_to(office, "kill -SEGV $$");
    assert_eq!((state.as_str(), run.code), ("unknown", 0), "{run}");
});

// It takes nothing of a message that is longer than the pipe: its code is its word all the same.
direct!(a_program_that_does_not_listen, "O4 O7", |office| {
    let (state, run) = comes_to(office, "exec <&-\necho 'no such user' >&2\nexit 67");
    assert_eq!((state.as_str(), run.code), ("failed", 0), "{run}");
    run.says("no such user");
});

// What it leaves running keeps its stderr open, and is none of ours.
direct!(a_program_that_leaves_another_running, "O4 O7", |office| {
    let (state, run) = comes_to(office, "cat >/dev/null\nsleep 1000 &\necho $! >pid\nexit 0");
    let left = fs::read_to_string(office.path("pid")).unwrap();
    let ended = kill(Pid::from_raw(left.trim().parse().unwrap()), Signal::SIGKILL);
    assert_eq!((state.as_str(), run.code, ended), ("sent", 0, Ok(())), "{run}");
});
