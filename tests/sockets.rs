//! The socket under clients that mean harm or know no better: whatever one does, the others go on.

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use nix::sys::resource::{Resource, getrlimit, setrlimit};

use crate::doorway::set_mode;
use crate::faults::is_wide;
use crate::harness::{Daemon, Office, Run, account, direct, skip};

/// A version byte, four bytes of length, and what follows.
pub fn frame(version: u8, length: u32, payload: &[u8]) -> Vec<u8> {
    [&[version][..], &length.to_be_bytes(), payload].concat()
}

/// MessagePack: a map of these, each key followed by its value.
pub fn map(pairs: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut made = vec![0x80 | u8::try_from(pairs.len()).unwrap()];
    for (key, value) in pairs {
        made.extend(text(key));
        made.extend(value);
    }
    made
}

pub fn text(text: &str) -> Vec<u8> {
    [&[0xa0 | u8::try_from(text.len()).unwrap()][..], text.as_bytes()].concat()
}

pub const NIL: u8 = 0xc0;
const FALSE: u8 = 0xc2;

/// A whole question.
pub fn asked(payload: &[u8]) -> Vec<u8> {
    frame(1, u32::try_from(payload.len()).unwrap(), payload)
}

pub fn look(look: Vec<u8>) -> Vec<u8> {
    asked(&map(&[("as_user", vec![NIL]), ("body", map(&[("Look", look)]))]))
}

pub fn list() -> Vec<u8> {
    let fields = [("terms", vec![0x90]), ("sort", vec![NIL]), ("limit", vec![NIL]), ("notes", vec![FALSE])];
    let fields: Vec<_> = fields.into_iter().chain([("actions", vec![FALSE])]).collect();
    look(map(&[("Leads", map(&fields))]))
}

pub fn connect(office: &Office) -> UnixStream {
    let stream = UnixStream::connect(office.store().join("leadd.sock")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    stream
}

/// All that is answered, up to the end of the connection.
pub fn answer(mut stream: &UnixStream, said: &[u8]) -> String {
    // It may be cut off before it has said all.
    let _ = stream.write_all(said);
    let mut heard = Vec::new();
    let _ = stream.read_to_end(&mut heard);
    String::from_utf8_lossy(&heard).into_owned()
}

/// A line of `/proc/PID/status`, in KiB.
pub fn kib(leadd: &Daemon, name: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", leadd.pid())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.trim_matches(|c: char| !c.is_ascii_digit()).parse().unwrap()
}

/// The processor's time that it has used, in ticks of a hundredth of a second.
pub fn ticks(leadd: &Daemon) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{}/stat", leadd.pid())).unwrap();
    let fields: Vec<&str> = stat.rsplit_once(") ").unwrap().1.split(' ').collect();
    fields[11..13].iter().map(|field| field.parse::<u64>().unwrap()).sum()
}

fn complaints(leadd: &Daemon) -> usize {
    leadd.log().lines().filter(|line| line.contains("WARN")).count()
}

/// Lets this process have so many files open.
fn open_files(wanted: u64) {
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
    if hard < wanted {
        skip(&format!("no more than {hard} files may be open"));
    }
    setrlimit(Resource::RLIMIT_NOFILE, soft.max(wanted), hard).unwrap();
}

#[track_caller]
pub fn comes(leadd: &Daemon, what: &str, mut is_so: impl FnMut() -> bool) {
    // Twenty looks at 100,000 leads at once keep two cores busy for minutes.
    let deadline = Instant::now() + Duration::from_secs(if is_wide() { 600 } else { 60 });
    while !is_so() {
        assert!(Instant::now() < deadline, "never came: {what}\n{}", leadd.log());
        sleep(Duration::from_millis(10));
    }
}

direct!(frames_that_are_none_are_answered_and_cut_off, "S4", |office| {
    office.init("mini");
    office.add("'Kim Lee'");
    let leadd = office.daemon();
    let noise: Vec<u8> = (0..4096_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let whole = list();
    let before = kib(&leadd, "VmRSS:");
    let files = || fs::read_dir(format!("/proc/{}/fd", leadd.pid())).unwrap().count();
    let idle = files();
    for (said, told) in [
        (frame(1, 0, b""), "an empty frame"),
        (frame(1, u32::MAX, b""), "a frame of 4294967295 bytes, where 1048576 are allowed"),
        (frame(1, (1 << 20) + 1, b"x"), "a frame of 1048577 bytes, where 1048576 are allowed"),
        (frame(0, u32::MAX, b""), "protocol version 0, where 1 is spoken"),
        (vec![2], "protocol version 2, where 1 is spoken"),
        ([&[1][..], &noise].concat(), "a frame of"),
        (asked(&noise), "a frame that cannot be read"),
        (asked(&vec![0x91; 100_000]), "a frame that cannot be read"),
        (asked(&[0xdd, 255, 255, 255, 255]), "a frame that cannot be read"),
        (asked(&map(&[("as_user", vec![NIL])])), "a frame that cannot be read"),
    ] {
        let heard = answer(&connect(office), &said);
        assert!(heard.contains(told), "{told}: {heard:?}\n{}", leadd.log());
    }
    // Half a frame, and gone; a whole one, and gone before the answer; not a word.
    for _ in 0..200 {
        connect(office).write_all(&whole[..7]).unwrap();
        connect(office).write_all(&whole).unwrap();
        drop(connect(office));
    }
    assert!(answer(&connect(office), &whole).contains("Kim Lee"));
    let grown = kib(&leadd, "VmRSS:").saturating_sub(before);
    assert!(grown < 32 << 10, "{grown} KiB more");
    assert_eq!(complaints(&leadd), 1, "{}", leadd.log());
    // Who has not been heard to the end when it stops is none to speak of.
    comes(&leadd, "the end of all of them", || files() <= idle);
    leadd.signal(nix::sys::signal::Signal::SIGTERM);
    comes(&leadd, "the others' number", || leadd.log().contains("again and again more=209"));
    leadd.ended();
});

// A folder and a socket that are open to all, after the fact: what one says one is counts for nothing.
direct!(who_asks_is_never_in_the_frame, "S4 U2", |office| {
    let (setpriv, python) = (Path::new("/usr/bin/setpriv"), Path::new("/usr/bin/python3"));
    if account() != "root" || !setpriv.exists() || !python.exists() {
        skip("only root can become somebody else, with setpriv and python3");
    }
    office.init("mini");
    office.add("'Kim Lee'");
    let leadd = office.daemon();
    set_mode(office.home(), 0o755);
    set_mode(&office.path("data"), 0o755);
    set_mode(&office.store(), 0o755);
    set_mode(&office.store().join("leadd.sock"), 0o666);
    let fields = |extra: &[(&str, Vec<u8>)]| {
        let body = ("body", map(&[("Look", text("Users"))]));
        asked(&map(&[&[("as_user", vec![NIL]), body][..], extra].concat()))
    };
    let root = map(&[("Account", text("root"))]);
    for said in [
        fields(&[]),
        fields(&[("caller", root)]),
        fields(&[("caller", text("System"))]),
        asked(&map(&[("as_user", text("root")), ("body", map(&[("Look", text("Users"))]))])),
    ] {
        let said: String = said.iter().map(|byte| format!("{byte:02x}")).collect();
        let program = "import socket, sys\ns = socket.socket(socket.AF_UNIX)\ns.connect(sys.argv[1])\n\
                       s.sendall(bytes.fromhex(sys.argv[2]))\nwhile True:\n  b = s.recv(65536)\n  if not b: break\n  \
                       sys.stdout.buffer.write(b.replace(bytes([255]), b'?'))\n";
        let mut command = Command::new(setpriv);
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(python).args(["-c", program]);
        command.arg(office.store().join("leadd.sock")).arg(&said).env("PYTHONIOENCODING", "latin-1");
        let heard = command.current_dir("/").stderr(Stdio::inherit()).output().unwrap();
        let heard = String::from_utf8_lossy(&heard.stdout).into_owned();
        assert!(heard.contains("Refused") && !heard.contains("boss@acme"), "{heard:?}");
    }
    assert!(answer(&connect(office), &fields(&[])).contains("boss@acme"), "root may");
    leadd.stop();
});

direct!(five_thousand_that_say_nothing, "S4", |office| {
    open_files(6000);
    office.init("mini");
    let leadd = office.daemon();
    let idle: Vec<UnixStream> = (0..5000).map(|_| connect(office)).collect();
    let began = Instant::now();
    for number in 1..=5 {
        office.lead(format!("add 'Lead {number}'")).ok();
    }
    // They would wait for all five thousand, or for their five seconds again and again.
    assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
    assert!(kib(&leadd, "VmRSS:") < 96 << 10, "{} KiB", kib(&leadd, "VmRSS:"));
    for stream in &idle {
        answer(stream, b"");
    }
    assert!(began.elapsed() < Duration::from_secs(30), "each is cut off after five seconds");
    assert_eq!(complaints(&leadd), 1, "{}", leadd.log());
    leadd.signal(nix::sys::signal::Signal::SIGTERM);
    comes(&leadd, "the others' number", || leadd.log().contains("again and again more=4999"));
    leadd.ended();
});

direct!(over_the_places_one_waits, "S4 S3", |office| {
    open_files(6000);
    office.init("mini");
    let leadd = office.daemon();
    let half = |_| {
        let mut stream = connect(office);
        stream.write_all(&list()[..7]).unwrap();
        stream
    };
    let mut halves: Vec<UnixStream> = (0..127).map(half).collect();
    office.lead("add 'The last place'").ok();
    halves.extend((127..400).map(half));
    let mut lead = office.lead_command("add 'Waited'");
    let mut waiting = lead.stdout(Stdio::null()).spawn().unwrap();
    let began = Instant::now();
    comes(&leadd, "half a second", || began.elapsed() > Duration::from_millis(500));
    assert!(waiting.try_wait().unwrap().is_none(), "it has to wait");
    halves.clear();
    assert!(waiting.wait().unwrap().success(), "{}", leadd.log());
    assert_eq!(office.found(""), [1, 2]);
    // Those that have not asked hold up no end.
    let _halves: Vec<UnixStream> = (0..200).map(half).collect();
    leadd.stop();
});

/// Clients that ask for all leads and read nothing.
fn nobody_reads(office: &Office, leads: usize) {
    office.init("mini");
    let mut table = "name,email,company,note\n".to_owned();
    for lead in 1..=leads {
        table.push_str(&format!("Lead {lead},lead{lead}@acme.example,Acme {lead},\n"));
    }
    office.lead(format!("import {}", office.file("leads.csv", &table))).ok();
    let leadd = office.daemon();
    // What the store keeps in memory of what was read is no client's doing.
    assert_eq!(answer(&connect(office), &list()).matches("@acme.example").count(), leads);
    let before = kib(&leadd, "VmHWM:");
    let deaf: Vec<UnixStream> = (0..20)
        .map(|_| {
            let mut stream = connect(office);
            stream.write_all(&list()).unwrap();
            stream
        })
        .collect();
    let began = Instant::now();
    for number in 1..=5 {
        office.lead(format!("add 'Added {number}'")).ok();
        office.lead("show 1").ok();
    }
    // Not one of them waits for the thirty seconds of any that does not read.
    let patience = Duration::from_secs(if is_wide() { 90 } else { 20 });
    assert!(began.elapsed() < patience, "{:?}", began.elapsed());
    comes(&leadd, "the end of its patience", || leadd.log().contains("does not read its answer"));
    let most = kib(&leadd, "VmHWM:").saturating_sub(before);
    // Some pieces of 64 KiB and the numbers of the leads for each, and what four looks at once sort by.
    assert!(most < (48 << 10) + leads as u64, "{most} KiB more");
    assert_eq!(complaints(&leadd), 1, "{}", leadd.log());
    // One that reads gets all.
    assert_eq!(answer(&connect(office), &list()).matches("@acme.example").count(), leads);
    drop(deaf);
    leadd.stop();
}

direct!(a_reader_that_never_reads, "S4", |office| {
    nobody_reads(office, if is_wide() { 100_000 } else { 5_000 });
});

direct!(a_reader_that_never_reads_holds_up_no_end, "S3 S4", |office| {
    office.init("mini");
    office.fill(3000);
    let leadd = office.daemon();
    let mut stream = connect(office);
    stream.write_all(&list()).unwrap();
    let mut first = [0];
    stream.read_exact(&mut first).unwrap();
    leadd.stop();
});

// The files that it may open are gone: it waits without work, says so once, and goes on.
direct!(no_file_can_be_opened, "S4", |office| {
    if !Path::new("/usr/bin/prlimit").exists() {
        skip("no `prlimit`");
    }
    office.init("mini");
    let leadd = office.daemon();
    let limit = |files: &str| {
        let pid = format!("--pid={}", leadd.pid());
        let run = Command::new("/usr/bin/prlimit").arg(pid).arg(format!("--nofile={files}:")).status();
        assert!(run.unwrap().success());
    };
    let open = fs::read_dir(format!("/proc/{}/fd", leadd.pid())).unwrap().count();
    limit(&(open - 1).to_string());
    let stream = connect(office);
    comes(&leadd, "word of it", || leadd.log().contains("nobody can be let in"));
    let (before, began) = (ticks(&leadd), Instant::now());
    comes(&leadd, "a second", || began.elapsed() > Duration::from_secs(1));
    let used = ticks(&leadd) - before;
    assert!(used < 20, "{used} ticks in a second");
    assert_eq!(complaints(&leadd), 1, "{}", leadd.log());
    limit("1024");
    assert!(answer(&stream, &look(text("Status"))).contains("Ok"), "{}", leadd.log());
    leadd.stop();
});

direct!(few_files_may_be_opened, "S4", |office| {
    office.init("mini");
    let mut command = Command::new("/bin/sh");
    let leadd = office.leadd_command("");
    command.args(["-c", "ulimit -n 80; exec \"$0\""]).arg(leadd.get_program()).current_dir(office.home());
    command.env_clear().envs(leadd.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let leadd = Daemon::start(command);
    let _idle: Vec<UnixStream> = (0..100).map(|_| connect(office)).collect();
    for number in 1..=3 {
        let run: Run = office.lead(format!("add 'Lead {number}' --owner me --follow-up 2026-11-24"));
        run.ok();
    }
    // The store and the mail have files enough.
    office.at("2026-11-24T08:00:00+01:00");
    comes(&leadd, "the mail", || office.mails().len() == 3);
    assert!(!leadd.log().contains("Too many open files"), "{}", leadd.log());
    leadd.stop();
});
