//! Text that is no text: bytes that are not UTF-8, and control characters, by every way in.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;

use crate::harness::{Office, Run, both, direct};

fn bytes() -> OsString {
    OsString::from_vec(b"K\xffm".to_vec())
}

direct!(arguments_that_are_not_utf_8, "L1", |office| {
    office.init("mini");
    office.add("'Kim Lee'");
    let before = office.snapshot();
    for line in
        ["add", "list", "show", "note 1", "mv 1", "tag 1", "export -o", "pipeline check", "--store", ""]
    {
        let mut words: Vec<OsString> = line.split_whitespace().map(OsString::from).collect();
        let place = words.len() + 1;
        words.push(bytes());
        office
            .lead(words)
            .refused(2)
            .stderr(&format!("error: argument {place} is not UTF-8: `K\u{fffd}m`\n"));
    }
    for words in [vec![bytes()], vec!["--store".into(), bytes()]] {
        let place = words.len();
        office.leadd(words).refused(2).says(&format!("error: argument {place} is not UTF-8: `K\u{fffd}m`\n"));
    }
    assert_eq!(before, office.snapshot());
});

direct!(an_environment_that_is_not_utf_8, "U2", |office| {
    office.init("mini");
    for (name, code, words) in
        [("LEAD_USER", 2, "LEAD_USER"), ("LEAD_NOW", 2, "LEAD_NOW"), ("LEAD_STORE", 3, "no store in ")]
    {
        let mut command = office.lead_command("list");
        command.env(name, bytes());
        Run::of(command, None).refused(code).says(words);
    }
    let mut command = office.lead_command("list");
    command.env("TERM", bytes());
    Run::of(command, None).ok();
});

/// Refused from standard input, with nothing changed.
fn piped(office: &Office, input: &[u8], line: &str, words: &str) {
    let before = office.snapshot();
    office.lead_with(input, line).refused(2).says(words);
    assert_eq!(before, office.snapshot(), "{line}");
}

both!(standard_input_that_is_no_text, "L1", |office| {
    office.init("mini");
    office.add("'Kim Lee'");
    piped(office, b"a\0b", "note 1 -", "note `a\\u{0}b` contains a control character");
    piped(office, b"a\x1b[2Jb", "note 1 -", "control character");
    piped(office, "a\u{202e}b".as_bytes(), "note 1 -", "note");
    piped(office, b"good\xffbad", "note 1 -", "standard input is not UTF-8 at byte 4");
    piped(office, &vec![b'x'; (1 << 20) + 1], "note 1 -", "longer than");
    piped(office, b"", "note 1 -", "note `` is blank");
    piped(office, b"1\nnobody\n", "tag - hot", "nobody");
    piped(office, b"\xff\n", "tag - hot", "UTF-8");
});
