//! What comes over the socket and is no question: it is answered in words or cut off, alone. The next
//! one is served, and nothing is changed.

use std::fs;
use std::io::Write as _;
use std::time::{Duration, Instant};

use crate::harness::{Daemon, Office, account, direct};
use crate::sockets::{NIL, answer, asked, comes, connect, frame, kib, list, look, map, text};

/// A store with a lead, and its daemon.
fn served(office: &Office) -> (Daemon, String) {
    office.init("mini");
    office.user("sam", "sales");
    office.add("'Kim Lee'");
    (office.daemon(), office.snapshot())
}

/// The daemon serves others as before, and ends well.
#[track_caller]
fn unharmed(office: &Office, (leadd, before): (Daemon, String)) {
    assert!(answer(&connect(office), &list()).contains("Kim Lee"), "{}", leadd.log());
    assert_eq!(before, office.snapshot());
    assert!(!leadd.log().contains("panicked"), "{}", leadd.log());
    leadd.stop();
}

/// This is answered so, and the daemon says so in one line.
#[track_caller]
fn told(office: &Office, said: &[u8], told: &str) {
    let served = served(office);
    let before = kib(&served.0, "VmHWM:");
    let heard = answer(&connect(office), said);
    assert!(heard.contains("Fault") && heard.contains(told), "{heard:?}");
    let grown = kib(&served.0, "VmHWM:") - before;
    assert!(grown < 16 << 10, "{grown} KiB for a frame that is none");
    comes(&served.0, "word of it", || served.0.log().contains("a client was turned away"));
    unharmed(office, served);
}

direct!(a_length_of_0, "S4", |office| told(office, &frame(1, 0, b""), "an empty frame"));

direct!(a_length_of_2_to_the_32_less_1, "S4", |office| {
    told(office, &frame(1, u32::MAX, b"x"), "a frame of 4294967295 bytes, where 1048576 are allowed");
});

direct!(a_length_of_a_mebibyte_and_a_byte, "S4", |office| {
    told(office, &frame(1, (1 << 20) + 1, b"x"), "a frame of 1048577 bytes, where 1048576 are allowed");
});

direct!(another_version, "S4", |office| {
    told(office, &frame(2, u32::MAX, b""), "protocol version 2, where 1 is spoken");
});

direct!(noise, "S4", |office| {
    let noise: Vec<u8> = (0..4096_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    told(office, &asked(&noise), "a frame that cannot be read");
});

// An array of arrays, and one of so many that they would take all memory.
direct!(a_question_nested_100_000_deep, "S4", |office| {
    told(office, &asked(&vec![0x91; 100_000]), "a frame that cannot be read");
    let served = (office.daemon(), office.snapshot());
    let heard = answer(&connect(office), &asked(&[0xdd, 255, 255, 255, 255]));
    assert!(heard.contains("a frame that cannot be read"), "{heard:?}");
    unharmed(office, served);
});

// Who says nothing has five seconds, and who has begun thirty for all of it.
direct!(half_a_frame_and_silence, "S4", |office| {
    let served = served(office);
    let began = Instant::now();
    let silent = connect(office);
    let mut half = connect(office);
    half.write_all(&list()[..7]).unwrap();
    assert!(answer(&silent, b"").contains("nothing was asked in time"), "{}", served.0.log());
    let waited = began.elapsed();
    assert!(waited > Duration::from_millis(4900) && waited < Duration::from_secs(15), "{waited:?}");
    office.lead("add 'Sam Poe'").ok();
    office.lead("undo").ok();
    assert!(answer(&half, b"").contains("a frame took too long"), "{}", served.0.log());
    let waited = began.elapsed();
    assert!(waited > Duration::from_millis(29_900) && waited < Duration::from_secs(50), "{waited:?}");
    let (leadd, _) = served;
    let before = office.snapshot();
    unharmed(office, (leadd, before));
});

direct!(a_forged_actor, "S4 U2", |office| {
    let served = served(office);
    let body = || ("body", map(&[("Look", text("Users"))]));
    let forged = map(&[("Account", text("nobody"))]);
    // A caller that is told counts for nothing: the answer is the peer's.
    for caller in [text("System"), forged] {
        let heard =
            answer(&connect(office), &asked(&map(&[("as_user", vec![NIL]), body(), ("caller", caller)])));
        assert!(heard.contains("boss@acme.example"), "{heard:?}");
    }
    let heard = answer(&connect(office), &asked(&map(&[("as_user", text("nobody")), body()])));
    assert!(heard.contains("Refused") && !heard.contains("boss@acme.example"), "{heard:?}");
    // Whom one acts as stands in the history beside who one is.
    office.lead("--as sam note 1 hello").ok();
    let entry = office.events(1, "noted").pop().unwrap();
    assert_eq!(entry["actor"], "sam", "{entry}");
    assert!(entry.to_string().contains(&account()), "{entry}");
    let (leadd, _) = served;
    let before = office.snapshot();
    unharmed(office, (leadd, before));
});

direct!(a_hang_up_before_the_reply, "S4 L5", |office| {
    let served = served(office);
    for _ in 0..100 {
        connect(office).write_all(&list()).unwrap();
        connect(office).write_all(&look(text("Status"))[..3]).unwrap();
        drop(connect(office));
    }
    let files = || fs::read_dir(format!("/proc/{}/fd", served.0.pid())).unwrap().count();
    comes(&served.0, "the end of all of them", || files() < 60);
    unharmed(office, served);
});
