//! What a store holds that should not be in it reaches nobody raw: by no verb, in no form, on a pipe or
//! on a terminal, in no log and by no key of the shell.

use serde_json::Value;

use super::{harmless, hostile};
use crate::backups::forge;
use crate::harness::{Console, Office, Run, both, daemon, direct};
use crate::terminal::on_terminal;

/// Every way to look at a lead, and the changes that tell of one.
const LOOKS: [&str; 40] = [
    "list",
    "list trash:yes",
    "list --columns id,name,company,address,source,tags,fields,notes,owner",
    "show 1",
    "show 1,2,5",
    "board",
    "today",
    "history",
    "history 1",
    "history --event edited",
    "report sources",
    "report funnel",
    "report people",
    "report ageing",
    "customer list",
    "customer show 1",
    "customer leads 1",
    "deal list",
    "deal show 1",
    "appointment list --all",
    "user list",
    "status",
    "actions 1",
    "plan",
    "outbox list",
    "doctor",
    "config list --origin",
    "pipeline list",
    "export",
    "undo -n",
    "undo 1 -n",
    "note 1 hello -n",
    "merge 1 2 -n",
    "move 1 mark-lost -n",
    "assign 1 sam -n",
    "tag 2 x -n",
    "schedule 1 none -n",
    "trash 1 -n",
    "convert 2 -n",
    "purge 1 --confirm=x",
];

const FORMS: [&str; 9] = ["table", "json", "tsv", "csv", "ndjson", "ids", "html", "vcard", "ics"];

/// Standard output and error of a run are harmless; cards and calendars end their lines by CR LF.
#[track_caller]
fn quiet(run: &Run, form: &str) {
    let stdout =
        if ["vcard", "ics"].contains(&form) { run.stdout.replace("\r\n", "\n") } else { run.stdout.clone() };
    harmless(&run.line, &stdout);
    harmless(&run.line, &run.stderr);
}

both!(stored_text_on_a_pipe, "L1 M3 F8", |office| {
    hostile(office);
    let mut shown = 0;
    for look in LOOKS {
        let forms = if ["list", "show 1", "history", "export", "report sources", "report people", "board"]
            .contains(&look)
        {
            &FORMS
        } else {
            &FORMS[..3]
        };
        for form in forms {
            let run = office.lead(format!("{look} -F {form}"));
            // A form that the verb has not is a mistake of its own, told as such.
            assert!([0, 2, 10].contains(&run.code), "{run}");
            quiet(&run, form);
            shown += usize::from(run.stdout.contains("u{1b}") || run.stdout.contains("u001b"));
        }
    }
    assert!(shown > 40, "what is escaped is told all the same: {shown}");
});

both!(json_gives_back_what_is_stored, "L5 F8", |office| {
    hostile(office);
    let name = office.field(1, "name");
    let text = name.as_str().unwrap();
    for part in
        ["\u{1b}]52;c;eA==\u{7}", "\r\nBcc: x@evil.example", "\u{202e}", "\u{9b}2J", "\u{7f}", "\u{2028}"]
    {
        assert!(text.contains(part), "{part:?} in {text:?}");
    }
    let listed: Value = office.lead("list --json --sort id").json();
    assert_eq!(listed[0]["name"], name);
});

direct!(stored_text_on_a_terminal, "M3 U1", |office| {
    hostile(office);
    for look in LOOKS {
        let run = on_terminal(office, &format!("{} --color never {look}", env!("CARGO_BIN_EXE_lead")), "n\n");
        assert!([0, 1, 2, 10].contains(&run.code), "{run}");
        harmless(&run.line, &run.stdout);
    }
});

direct!(stored_text_on_the_full_screen_board, "M3", |office| {
    hostile(office);
    let mut console = Console::open(&office.lead_command("board -i"), (100, 30));
    console.shows("Kim");
    harmless("board -i", &console.screen());
    console.keys("q");
    assert_eq!(console.ends(), 0);
});

both!(errors_that_name_what_is_stored, "A8 L6", |office| {
    hostile(office);
    for (line, code) in [
        ("purge 1 --confirm=x", 2),
        ("own 1 --as sam", 4),
        ("claim 1 --as sam", 4),
        ("add 'Kim' --email kim@acme.example --phone 030123 --pipeline agency", 7),
        ("show 4", 0),
        ("tag x@evil.example y", 3),
        ("user disable root", 4),
    ] {
        let run = office.lead(line);
        assert_eq!(run.code, code, "{run}");
        quiet(&run, "");
    }
});

both!(candidates_that_a_shell_offers, "F9", |office| {
    hostile(office);
    for shell in ["bash", "zsh", "fish"] {
        for line in [
            "lead show ",
            "lead tag 2 ",
            "lead list tag:",
            "lead list owner:",
            "lead assign 1 ",
            "lead customer show ",
        ] {
            let run = office.lead(["__complete", shell, line, ""]);
            assert!(!run.ok().stdout.is_empty(), "{run}");
            quiet(&run, "");
        }
    }
});

daemon!(the_log_of_leadd, "S6", |office| {
    hostile(office);
    office.lead("note 1 hello").ok();
    office.at("2026-11-24T15:00:00+01:00");
    office.swept("mail", || !office.mails_of("reminder").is_empty());
    office.lead("--as sam claim 3");
    office.rest();
    let mut command = office.leadd_command("--once");
    command.env("LEADD_LOG", "debug");
    let run = Run::of(command, None);
    quiet(run.ok(), "");
    quiet(&office.leadd("--dry-run"), "");
    quiet(&office.leadd("check"), "");
});

// A watch tells it line by line, as JSON.
both!(what_a_watch_tells, "N5", |office| {
    hostile(office);
    let mut command = office.lead_command("watch --from 1");
    let mut child = command.stdout(std::process::Stdio::piped()).spawn().unwrap();
    let lines = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().unwrap()));
    let told: Vec<String> = lines.map_while(Result::ok).take(20).collect();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(told.iter().any(|line| line.contains("u001b")), "{told:#?}");
    told.iter().for_each(|line| harmless("watch", line));
});

// An editor gets a text that TOML can hold, without a control in it.
direct!(what_an_editor_is_given, "M7", |office: &Office| {
    hostile(office);
    let seen = office.path("seen");
    let script = office.file("editor", &format!("#!/bin/sh\ncp \"$1\" {}\n", seen.display()));
    crate::doorway::set_mode(std::path::Path::new(&script), 0o700);
    on_terminal(office, &format!("LEAD_EDITOR={script} {} edit 1", env!("CARGO_BIN_EXE_lead")), "");
    harmless("the sheet", &std::fs::read_to_string(seen).unwrap());
});

// No text that is typed begins with a tab: it is in the store as it might have come there.
direct!(a_cell_that_begins_with_a_tab, "F8 L1", |office| {
    hostile(office);
    office.lead("backup create tab.jsonl").ok();
    let backup = std::fs::read_to_string(office.path("tab.jsonl")).unwrap();
    let backup = forge(&backup, |line| line.replace("\"email\":\"d@acme.example\"", "\"email\":\"\\t=1+1\""));
    office.lead(["--store", "tab", "backup", "restore", &office.file("forged.jsonl", &backup)]).ok();
    let run = office.lead("--store tab list -F csv --columns id,email");
    assert!(run.ok().stdout.contains(",'\t=1+1\n"), "{run:?}");
});
