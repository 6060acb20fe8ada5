//! Text that is no text: bytes that are not UTF-8, and control characters, by every way in; and names
//! that are blank or too long.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;

use super::{stock, told};
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

both!(a_blank_name, "L1", |office| {
    stock(office);
    told(
        office,
        "\
$ lead add '' → 2
error: name `` is blank
$ lead add '   ' → 2
error: name `   ` is blank
$ lead add '\u{3000}\u{a0}' → 2
error: name `\u{3000}\u{a0}` is blank
$ lead add '\u{200b}' → 2
error: name `\u{200b}` is blank
$ lead edit 1 --name ' ' → 2
error: name ` ` is blank
$ lead customer add '' → 2
error: name `` is blank
$ lead user add '' --role sales → 2
error: login `` is blank
$ lead config set team.name '' → 2
error: team.name `` is blank
hint: put it in quotes
",
    );
});

both!(a_name_over_256_characters, "L1", |office| {
    stock(office);
    let long = "ä".repeat(257);
    // Of what is long the beginning is told.
    let shown = "ä".repeat(79);
    let lines = ["add", "edit 1 --name", "customer add", "user add zoe --role sales --name"];
    let transcript = lines.map(|line| {
        format!("$ lead {line} {long} → 2\nerror: name `{shown}…` is 257 characters long, more than 256\n")
    });
    told(office, &transcript.concat());
    office.add(&"ä".repeat(256));
});

both!(an_escape_sequence, "L1 L2", |office| {
    stock(office);
    told(
        office,
        "\
$ lead add 'red \u{1b}[31mname' → 2
error: name `red \\u{1b}[31mname` contains a control character (\\u{1b})
$ lead add Ada --company '\u{1b}[2J' → 2
error: company `\\u{1b}[2J` contains a control character (\\u{1b})
$ lead add Ada --address '\u{1b}[2J' → 2
error: address `\\u{1b}[2J` contains a control character (\\u{1b})
$ lead add Ada --tag '\u{1b}[2J' → 2
error: tag `\\u{1b}[2J` contains a control character (\\u{1b})
$ lead add Ada --set 'col\u{1b}our=blue' → 2
error: set `col\\u{1b}our=blue` has a key that contains a control character (\\u{1b})
$ lead add Ada --set 'colour=bl\u{1b}ue' → 2
error: set `colour=bl\\u{1b}ue` has a value that contains a control character (\\u{1b})
$ lead add Ada --note '\u{1b}[2J' → 2
error: note `\\u{1b}[2J` contains a control character (\\u{1b})
$ lead add Ada --source '\u{1b}[2J' → 2
error: source `\\u{1b}[2J` contains a control character (\\u{1b})
$ lead edit 1 --name '\u{1b}[2J' → 2
error: name `\\u{1b}[2J` contains a control character (\\u{1b})
$ lead note 1 '\u{1b}[2J' → 2
error: note `\\u{1b}[2J` contains a control character (\\u{1b})
$ lead tag 1 '\u{1b}[2J' → 2
error: tag `\\u{1b}[2J` contains a control character (\\u{1b})
$ lead log 1 call '\u{1b}[2J' → 2
error: text `\\u{1b}[2J` contains a control character (\\u{1b})
$ lead log 1 call hello --outcome '\u{1b}[2J' → 2
error: outcome `\\u{1b}[2J` contains a control character (\\u{1b})
$ lead schedule 1 tomorrow --note '\u{1b}[2J' → 2
error: note `\\u{1b}[2J` contains a control character (\\u{1b})
$ lead appointment add 1 fri 15:00 --at '\u{1b}[2J' → 2
error: at `\\u{1b}[2J` contains a control character (\\u{1b})
$ lead user add '\u{1b}[2J' --role sales → 2
error: login `\\u{1b}[2J` contains a control character (\\u{1b})
$ lead user edit sam --name '\u{1b}[2J' → 2
error: name `\\u{1b}[2J` contains a control character (\\u{1b})
$ lead config set team.name '\u{1b}[2J' → 2
error: team.name `\\u{1b}[2J` holds a control character
$ lead show '\u{1b}[2J' → 2
error: id `\\u{1b}[2J` is not the number of a lead
hint: a lead is named by its number or its e-mail address: `lead list`
$ lead move 1 '\u{1b}[2J' → 3
error: no stage or move `\\u{1b}[2J`
hint: one of: contacted, qualified, lost
$ lead assign 1 '\u{1b}[2J' → 3
error: no user `\\u{1b}[2J`
hint: `lead user list`
$ lead list 'stage:\u{1b}[2J' → 2
error: filter `stage:\\u{1b}[2J` has the unknown stage `\\u{1b}[2J`
hint: one of: lead, prospect, quoted, customer, inactive, NOT_CONTACTED, CONTACTED, QUALIFIED, CONVERTED, LOST, new, engaged and 5 more
$ lead list --columns '\u{1b}[2J' → 2
error: --columns `\\u{1b}[2J` is not a column
hint: one of: id, name, company, email, phone, source, tags, value, assignee, stage, follow_up, badge and 17 more
$ lead pipeline check '\u{1b}[2J' → 2
error: cannot read `\\u{1b}[2J`: No such file or directory (os error 2)
$ lead export -o '\u{1b}[2J/x' → 1
error: cannot write `\\u{1b}[2J/x`: No such file or directory (os error 2)
$ lead --store '\u{1b}[2J' list → 3
error: no store in ~/\\u{1b}[2J
hint: `lead init`
$ lead --as '\u{1b}[2J' list → 3
error: no user `\\u{1b}[2J`
hint: `lead user list`
$ lead '\u{1b}[2J' → 2
error: there is no verb `\\u{1b}[2J`
hint: `lead --help`
",
    );
});

both!(a_sequence_for_the_clipboard, "L1", |office| {
    stock(office);
    told(
        office,
        "\
$ lead add '\u{1b}]52;c;cm0gLXJm\u{7}' → 2
error: name `\\u{1b}]52;c;cm0gLXJm\\u{7}` contains a control character (\\u{1b})
$ lead note 1 '\u{1b}]52;c;cm0gLXJm\u{1b}\\\\' → 2
error: note `\\u{1b}]52;c;cm0gLXJm\\u{1b}\\\\` contains a control character (\\u{1b})
$ lead add '\u{9d}52;c;cm0gLXJm\u{9c}' → 2
error: name `\\u{9d}52;c;cm0gLXJm\\u{9c}` contains a control character (\\u{9d})
$ lead tag 1 '\u{1b}]52;c;cm0gLXJm\u{7}' → 2
error: tag `\\u{1b}]52;c;cm0gLXJm\\u{7}` contains a control character (\\u{1b})
",
    );
});

both!(a_newline, "L1", |office| {
    stock(office);
    told(
        office,
        "\
$ lead add 'two\nlines' → 2
error: name `two\\u{a}lines` contains a control character (\\u{a})
$ lead add 'two\u{d}lines' → 2
error: name `two\\u{d}lines` contains a control character (\\u{d})
$ lead add 'two\u{2028}lines' → 2
error: name `two\\u{2028}lines` contains a control character (\\u{2028})
$ lead add Ada --company 'two\nlines' → 2
error: company `two\\u{a}lines` contains a control character (\\u{a})
$ lead add Ada --set 'colour=bl\nue' → 2
error: set `colour=bl\\u{a}ue` has a value that contains a control character (\\u{a})
$ lead tag 1 'two\nlines' → 2
error: tag `two\\u{a}lines` contains a control character (\\u{a})
$ lead user edit sam --name 'two\nlines' → 2
error: name `two\\u{a}lines` contains a control character (\\u{a})
$ lead log 1 call hello --outcome 'two\nlines' → 2
error: outcome `two\\u{a}lines` contains a control character (\\u{a})
",
    );
});

both!(a_bidi_override, "L1", |office| {
    stock(office);
    told(
        office,
        "\
$ lead add 'over\u{202e}ride' → 2
error: name `over\\u{202e}ride` contains a mark that turns the direction of writing (\\u{202e})
$ lead add 'iso\u{2066}late' → 2
error: name `iso\\u{2066}late` contains a mark that turns the direction of writing (\\u{2066})
$ lead add 'mark\u{200f}' → 2
error: name `mark\\u{200f}` contains a mark that turns the direction of writing (\\u{200f})
$ lead add Ada --company 'over\u{202e}ride' → 2
error: company `over\\u{202e}ride` contains a mark that turns the direction of writing (\\u{202e})
$ lead note 1 'over\u{202e}ride' → 2
error: note `over\\u{202e}ride` contains a mark that turns the direction of writing (\\u{202e})
$ lead tag 1 'over\u{202e}ride' → 2
error: tag `over\\u{202e}ride` contains a mark that turns the direction of writing (\\u{202e})
$ lead user edit sam --name 'over\u{202e}ride' → 2
error: name `over\\u{202e}ride` contains a mark that turns the direction of writing (\\u{202e})
$ lead config set team.name 'over\u{202e}ride' → 2
error: team.name `over\\u{202e}ride` holds a control character
$ lead show 'over\u{202e}ride' → 2
error: id `over\\u{202e}ride` is not the number of a lead
hint: a lead is named by its number or its e-mail address: `lead list`
",
    );
});

// No argument can hold one: it comes by what is read.
both!(a_nul, "L1 P1", |office| {
    stock(office);
    piped(office, b"a\0b", "note 1 -", "error: note `a\\u{0}b` contains a control character (\\u{0})\n");
    piped(office, b"1\0\n", "tag - hot", "error: id `1\\u{0}` is not the number of a lead\n");
    piped(
        office,
        b"name\nK\0m\n",
        "import - --from csv",
        "error: line 2: name `K\\u{0}m` contains a control character",
    );
    piped(
        office,
        b"{\"name\":\"K\\u0000m\"}\n",
        "import - --from ndjson",
        "error: line 1: name `K\\u{0}m` contains a control",
    );
    let card = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:K\0m\r\nEND:VCARD\r\n";
    piped(office, card, "import - --from vcard", "K\\u{0}m` contains a control character");
    office.file("own.toml", "id = \"o\0n\"\n");
    office.lead("pipeline check own.toml").code(10).shows("own.toml:1:");
});
