//! Both ends of the socket against somebody who speaks for the other: questions that no `lead` would ask,
//! and answers that no `leadd` would give.

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use super::{stock, whole};
use crate::harness::{Office, Run, direct};
use crate::sockets::{answer, connect, frame};

/// A socket of ours in the place of the daemon's.
fn listener(office: &Office) -> UnixListener {
    let path = office.store().join("leadd.sock");
    let _ = fs::remove_file(&path);
    UnixListener::bind(path).unwrap()
}

/// One whole question, as it was sent.
fn question(mut stream: &UnixStream) -> Vec<u8> {
    let mut head = [0; 5];
    stream.read_exact(&mut head).unwrap();
    let mut rest = vec![0; u32::from_be_bytes(head[1..].try_into().unwrap()) as usize];
    stream.read_exact(&mut rest).unwrap();
    [&head[..], &rest].concat()
}

/// What this line asks the daemon; it is never done.
fn asked(office: &Office, line: &str) -> Vec<u8> {
    let listener = listener(office);
    let mut lead = office.lead_command(line);
    let mut child = lead.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let (stream, _) = listener.accept().unwrap();
    let question = question(&stream);
    child.kill().unwrap();
    child.wait().unwrap();
    fs::remove_file(office.store().join("leadd.sock")).unwrap();
    question
}

/// The text that stands in a question in the place of the one that is forged.
const TYPED: &[u8] = b"QQQQQQQQ";

/// As long as [`TYPED`], and refused in any text.
const FORGED: [&[u8]; 7] = [
    b"\x1b[2JQQQQ",
    b"\x1b]52;c;Q",
    b"QQQ\0QQQQ",
    b"QQ\r\nBcc:",
    b"QQ\xe2\x80\xaeQQQ",
    b"QQ\xff\xfe\xffQQQ",
    b"\t\t\t\t\n\n\n\n",
];

// The rules are the office's, not the command line's: what is typed is looked at where it is done.
direct!(questions_that_no_lead_asks, "S4 L1 L6", |office| {
    stock(office);
    let lines = [
        "add QQQQQQQQ",
        "add Ada --company QQQQQQQQ",
        "add Ada --address QQQQQQQQ",
        "add Ada --source QQQQQQQQ",
        "add Ada --email QQQQQQQQ@acme.example",
        "add Ada --phone QQQQQQQQ",
        "add Ada --value QQQQQQQQ",
        "add Ada --tag QQQQQQQQ",
        "add Ada --set QQQQQQQQ=x",
        "add Ada --set colour=QQQQQQQQ",
        "add Ada --follow-up QQQQQQQQ",
        "edit 1 --name QQQQQQQQ",
        "tag 1 QQQQQQQQ",
        "log 1 call hello --outcome QQQQQQQQ",
        "move 1 QQQQQQQQ",
        "assign 1 QQQQQQQQ",
        "customer add QQQQQQQQ",
        "user add QQQQQQQQ --role sales",
        "user edit sam --name QQQQQQQQ",
        "config set team.name QQQQQQQQ",
        "list stage:QQQQQQQQ",
    ];
    let questions = lines.map(|line| (line, asked(office, line)));
    let (before, leadd) = ((office.snapshot(), whole(office)), office.daemon());
    for (line, question) in questions {
        let at = question.windows(TYPED.len()).position(|part| part == TYPED);
        let at = at.unwrap_or_else(|| panic!("`{line}` does not send what was typed"));
        for forged in FORGED {
            let mut question = question.clone();
            question[at..at + TYPED.len()].copy_from_slice(forged);
            let heard = answer(&connect(office), &question);
            assert!(heard.contains("Refused") || heard.contains("Fault"), "{line}, {forged:?}: {heard:?}");
        }
    }
    assert_eq!(before, (office.snapshot(), whole(office)));
    assert!(!leadd.log().contains("panicked"), "{}", leadd.log());
    leadd.stop();
});

/// What `lead` makes of a daemon that answers so, each time it is asked.
#[track_caller]
fn answered(office: &Office, said: Vec<u8>, code: i32, words: &str) {
    let listener = listener(office);
    let mut lead = office.lead_command("list");
    let child = lead.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let server = thread::spawn(move || {
        // It asks once more what was not answered.
        for _ in 0..2 {
            listener.set_nonblocking(true).unwrap();
            let deadline = Instant::now() + Duration::from_secs(5);
            let stream = loop {
                match listener.accept() {
                    Ok((stream, _)) => break stream,
                    Err(_) if Instant::now() > deadline => return,
                    Err(_) => thread::sleep(Duration::from_millis(2)),
                }
            };
            stream.set_nonblocking(false).unwrap();
            let _ = question(&stream);
            let _ = (&stream).write_all(&said);
        }
    });
    let output = child.wait_with_output().unwrap();
    server.join().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let run = Run {
        line: "lead list".to_owned(),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
        code: output.status.code().unwrap_or(-1),
    };
    run.refused(code).says(words);
    fs::remove_file(office.store().join("leadd.sock")).unwrap();
    assert_eq!(office.found(""), [1]);
}

direct!(answers_that_no_leadd_gives, "S4", |office| {
    stock(office);
    let noise: Vec<u8> = (0..4096_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    for (said, code, words) in [
        (frame(1, 0, b""), 1, "an empty frame"),
        (frame(1, u32::MAX, b""), 1, "a frame of 4294967295 bytes, where 67108864 are allowed"),
        (frame(2, 9, b""), 1, "protocol version 2, where 1 is spoken"),
        (frame(1, 4096, &noise), 1, "a frame that cannot be read"),
        (frame(1, 100_000, &[0x91; 100_000]), 1, "a frame that cannot be read"),
        (frame(1, 5, &[0xdd, 255, 255, 255, 255]), 1, "a frame that cannot be read"),
        (frame(1, 4096, b"half"), 6, "the daemon went away before its answer was complete"),
        (Vec::new(), 6, "the daemon went away before its answer was complete"),
    ] {
        answered(office, said, code, words);
    }
});
