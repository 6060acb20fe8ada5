//! Every line of cli.md that this stage has, and what is no line.

use std::ffi::OsString;

use clap::Command;

use super::help::command;
use super::{Read, Verb, read, read_in};
use crate::words::Said;

mod help;

fn words(line: &str) -> Vec<OsString> {
    let (mut words, mut word, mut quoted, mut open) = (Vec::new(), String::new(), None, false);
    for c in line.chars() {
        match c {
            '\'' | '"' if quoted.is_none() => (quoted, open) = (Some(c), true),
            c if quoted == Some(c) => quoted = None,
            ' ' if quoted.is_none() => {
                if open {
                    words.push(OsString::from(std::mem::take(&mut word)));
                }
                open = false;
            }
            c => {
                word.push(c);
                open = true;
            }
        }
    }
    if open {
        words.push(word.into());
    }
    words
}

fn wrong(line: &str) -> (Said, bool) {
    match read(words(line)) {
        Read::Wrong { said, json } => (said, json),
        other => panic!("{line}: {other:?}"),
    }
}

fn page(line: &str) -> String {
    match read_in(words(line), 80) {
        Read::Page(page) => page,
        other => panic!("{line}: {other:?}"),
    }
}

#[test]
fn the_command_is_sound() {
    command(true, 80).debug_assert();
    command(false, 80).debug_assert();
}

#[test]
fn every_line_of_the_contract_is_read() {
    for line in [
        "add 'Kim Lee' --email kim@acme.example --phone '+49 30 1234567' --company Acme --address 'Hauptstr. 1'",
        "add Kim --source Referral --value 4500EUR --note hi --set brand=x --set model=y --tag hot --tag vip",
        "add Kim --stage quoted --via office --owner me --customer 3 --follow-up 'fri 15:00' --pipeline p",
        "add Kim --on-duplicate merge --value -5",
        "add Kim --on-duplicate keep",
        "add Kim --on-duplicate fail",
        "list",
        "ls stage:new,qualified owner:me acme --sort -created --columns id,name --limit 10",
        "list created:2026-11-01..2026-11-30 'source:cold call'",
        "show 12",
        "show 12,15 3-7 kim@acme.example --json",
        "show -1",
        "edit 12",
        "edit 12,15 --name 'Kim Lee' --email kim@acme.example --clear phone --clear company --atomic",
        "edit 12 --pipeline p --map a=b --map c=d --stage won --owner none --follow-up none --customer 3",
        "edit 12 --source Web --value -5 --note hi --set brand=x --tag hot --address x --company y --phone 1",
        "tag 12 vip commercial",
        "tag 12 --remove cold --remove old",
        "note 12 asked for a quote",
        "note 12 -",
        "note 12",
        "log 12 call spoke with her --outcome answered --next '+3d' --move mark-contacted",
        "log 12 call --done",
        "trash 12 15",
        "restore - -q",
        "actions 12 --json",
        "move 12 won",
        "mv 12 15 appointment set",
        "move --to won 12 15 --atomic",
        "move 12 mark-won --convert --start-deal",
        "move 12 mark-won --convert --start-deal='New car'",
        "move --where 'stage:new idle.over:30d' lost --yes",
        "claim 12 15",
        "claim --next",
        "own 12",
        "release 12",
        "assign 12 kim",
        "assign 12 15 none",
        "schedule 12 fri 15:00 --note 'send the offer'",
        "schedule 12 none",
        "convert 12",
        "convert 12 --into 3",
        "convert 12 --new --company-name --start-deal='New roof'",
        "customer add 'Kim Lee' --email kim@acme.example",
        "client list",
        "contact show 3",
        "customer leads 3",
        "deal start 12 New roof --value 4500EUR",
        "deal list",
        "history",
        "history 12 --since 7d --until today --by kim --event noted",
        "init",
        "init --pipeline agency --zone Europe/Berlin --country DE --currency EUR --name Acme --email a@b.example",
        "status --json",
        "pipeline list",
        "pipeline show",
        "pipeline show agency -F json",
        "pipeline export agency",
        "pipeline check ours.toml",
        "user list",
        "user add sam --email s@b.example --role sales --zone UTC --account sam --name Sam",
        "user edit sam --role manager",
        "config list --origin",
        "config get team.zone",
        "config set team.name Acme",
        "config unset team.name",
        "config path",
        "config templates ours",
        "outbox list",
        "outbox show 4",
        "doctor",
        "doctor --reindex --compact",
        "backup create lead.jsonl",
        "backup verify lead.jsonl",
        "backup restore lead.jsonl --store /s",
        "completions bash",
        "demo",
        "-n -y --no-input --color never --as sam --if-revision 3 --store /s -v move 12 won",
        "move 12 won -n -y --no-input --color=always --as sam --if-revision 3 --store /s -vv -F ndjson",
    ] {
        let read = read(words(&format!("lead {line}")));
        assert!(matches!(read, Read::Line(_)), "{line}: {read:?}");
    }
}

#[test]
fn a_verb_s_own_words_are_not_taken_for_global_ones() {
    match read(words("lead list kind:open --where x")) {
        Read::Line(line) => {
            assert_eq!(line.global.where_terms, ["x"]);
            assert!(matches!(line.verb, Verb::List(list) if list.terms == ["kind:open"]));
        }
        other => panic!("{other:?}"),
    }
    let globals: Vec<String> =
        command(true, 80).get_arguments().map(|one| one.get_id().to_string()).collect();
    fn each(verb: &Command, globals: &[String]) {
        for one in verb.get_arguments().filter(|one| !one.is_global_set()) {
            assert!(!globals.contains(&one.get_id().to_string()), "{}: {}", verb.get_name(), one.get_id());
        }
        verb.get_subcommands().for_each(|below| each(below, globals));
    }
    command(true, 80).get_subcommands().for_each(|verb| each(verb, &globals));
}

#[test]
fn what_is_wrong_is_said_in_our_own_form() {
    for (line, message, hints) in [
        ("lead mvoe 12 won", "there is no verb `mvoe`", &["did you mean `move`?", "`lead --help`"] as &[_]),
        (
            "lead move 12 won --atmic",
            "there is no option `--atmic`",
            &["did you mean `--atomic`?", "`lead move --help`"],
        ),
        ("lead add", "NAME is missing", &["`lead add --help`"]),
        ("lead list --limit 0", "`--limit` `0` is not a number from 1 on", &["`lead list --help`"]),
        ("lead list --limit -1", "`--limit` `-1` is not a whole number", &["`lead list --help`"]),
        (
            "lead list --limit 100000000000000000000",
            "`--limit` `100000000000000000000` is beyond 18446744073709551615",
            &["`lead list --help`"],
        ),
        (
            "lead add Kim --on-duplicate merg",
            "`--on-duplicate` `merg` is not one of `merge`, `keep`, `fail`",
            &["did you mean `merge`?", "`lead add --help`"],
        ),
        ("lead add Kim --email", "`--email` needs a value", &["`lead add --help`"]),
        (
            "lead convert 12 --into 3 --new",
            "`--into` and `--new` exclude each other",
            &["`lead convert --help`"],
        ),
        ("lead claim 12 --next", "`ID` and `--next` exclude each other", &["`lead claim --help`"]),
        ("lead status twice", "`twice` is one word too many", &["`lead status --help`"]),
        (
            "lead customer shwo 3",
            "there is no verb `shwo`",
            &["did you mean `show`?", "`lead customer --help`"],
        ),
        (
            "lead customer",
            "a verb is missing",
            &["one of: add, list, show, leads, edit, note, merge", "`lead customer --help`"],
        ),
        ("lead", "a verb is missing", &["`lead --help`"]),
        (
            "lead customer show 0",
            "`N` `0` is not a number: they count from 1",
            &["`lead customer show --help`"],
        ),
        (
            "lead list -F yaml",
            "`--format` `yaml` is not one of `table`, `json`, `ndjson`, `csv`, `tsv`, `ids`, `html`, `vcard`, `ics`",
            &["`lead list --help`"],
        ),
    ] {
        let (said, json) = wrong(line);
        let hints: Vec<String> = hints.iter().map(|hint| (*hint).to_owned()).collect();
        assert_eq!((said.exit, said.code, json), (2, "usage", false), "{line}");
        assert_eq!((said.message.as_str(), &said.hints), (message, &hints), "{line}");
    }
}

#[test]
fn an_escape_sequence_is_not_repeated_raw() {
    let (said, _) = wrong("lead \u{1b}[31m");
    assert!(!said.message.contains('\u{1b}'), "{said:?}");
}

#[test]
fn json_is_asked_for_even_by_a_line_that_cannot_be_read() {
    for line in [
        "lead mvoe --json",
        "lead -F json mvoe",
        "lead mvoe --format=ndjson",
        "lead -Fjson mvoe",
        "lead mvoe --format ndjson",
    ] {
        assert!(wrong(line).1, "{line}");
    }
    for line in ["lead mvoe", "lead mvoe -F tsv", "lead mvoe -- --json"] {
        assert!(!wrong(line).1, "{line}");
    }
}

#[test]
fn what_is_not_utf_8_is_refused() {
    use std::os::unix::ffi::OsStringExt as _;
    let words = vec!["lead".into(), "add".into(), OsString::from_vec(b"K\xffm".to_vec())];
    match read(words) {
        Read::Wrong { said, .. } => {
            assert_eq!((said.exit, said.message.as_str()), (2, "argument 2 is not UTF-8: `K\u{fffd}m`"));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_deal_s_title_is_optional_and_no_word_behind_it_is_taken() {
    for (line, deal) in [
        ("lead convert 12", None),
        ("lead convert --start-deal 12", Some(None)),
        ("lead convert --start-deal=Roof 12", Some(Some("Roof".to_owned()))),
    ] {
        match read(words(line)) {
            Read::Line(line) => match line.verb {
                Verb::Convert(convert) => {
                    assert_eq!((convert.deal.start_deal, convert.words), (deal, vec!["12".to_owned()]));
                }
                other => panic!("{other:?}"),
            },
            other => panic!("{line}: {other:?}"),
        }
    }
}
