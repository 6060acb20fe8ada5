//! What a shell offers at a press of the key: asked of a real one that has read our script.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::harness::{Office, Run, both, direct, skip};
use crate::terminal::on_terminal;

const LEAD: &str = env!("CARGO_BIN_EXE_lead");

/// A shell with the office's surroundings and our program in its path.
fn shell(office: &Office, program: &str, args: &[&str]) -> Run {
    let lead = office.lead_command("");
    let mut command = Command::new(program);
    command.env_clear().envs(lead.get_envs().filter_map(|(key, value)| value.map(|value| (key, value))));
    let ours = Path::new(LEAD).parent().unwrap().display().to_string();
    command.env("PATH", format!("{ours}:/usr/local/bin:/usr/bin:/bin")).env("TERM", "dumb");
    command.current_dir(office.home()).args(args);
    Run::of(command, None)
}

/// What bash offers behind these words, the last of which is being typed.
fn offered(office: &Office, words: &[&str]) -> Vec<String> {
    const ASK: &str = r#"
        source <(lead completions bash) || exit 1
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
        COMP_LINE=${COMP_LINE//' = '/=}; COMP_LINE=${COMP_LINE//' ='/=}
        COMP_LINE=${COMP_LINE//' : '/:}; COMP_LINE=${COMP_LINE//' :'/:}; COMP_POINT=${#COMP_LINE}
        _lead lead
        ((${#COMPREPLY[@]})) && printf '%s\n' "${COMPREPLY[@]}"
        exit 0
    "#;
    let mut args = vec!["--norc", "--noprofile", "-c", ASK, "bash"];
    args.extend(words);
    let run = shell(office, "bash", &args);
    run.ok().stderr("");
    run.stdout.lines().map(str::to_owned).collect()
}

/// A firm with three leads, of which sam sees one.
fn firm(office: &Office) {
    office.init("field-service");
    office.user("sam", "sales");
    office.add("'Kim Lee' --company Acme --tag vip --source Referral --owner me");
    office.add("'Kira Quill' --tag commercial --source 'Trade Show' --owner sam");
    // A tag is the same in any case: one word for it is enough.
    office.add("'Ann Poe' --stage customer --owner me --tag VIP");
}

both!(what_fits_is_offered_whole, "P5", |office| {
    firm(office);
    office.file("agents.toml", "");
    let moves = office.lead("actions 1 -F tsv");
    let moves: Vec<&str> = moves.ok().stdout.lines().filter_map(|line| line.split('\t').next()).collect();
    let moves: Vec<&str> =
        moves.into_iter().filter(|name| !["convert", "deal start"].contains(name)).collect();
    for (words, wanted) in [
        (&["lead", "mo"][..], &["move"][..]),
        (&["lead", "he"], &["help"]),
        (&["lead", "help", "f"], &["filters", "formats"]),
        (&["lead", "help", "e"], &["exit-codes", "environment", "edit", "export"]),
        (&["lead", "help", "deal", "st"], &["start"]),
        (&["lead", "help", "filters", ""], &[]),
        (&["lead", "help", "move", ""], &[]),
        (&["lead", "customer", "le"], &["leads"]),
        (&["lead", "report", ""], &["sources", "funnel", "ageing", "people", "all"]),
        (&["lead", "note", "--dry"], &["--dry-run"]),
        (&["lead", "-F", "j"], &["json"]),
        (&["lead", "show", ""], &["1  Kim Lee, Acme", "2  Kira Quill", "3  Ann Poe"]),
        (&["lead", "show", "ki"], &["1  Kim Lee, Acme", "2  Kira Quill", "ki"]),
        (&["lead", "show", "QUI"], &["2"]),
        (&["lead", "show", "Kim\\ l"], &["1"]),
        (&["lead", "show", "3"], &["3"]),
        (&["lead", "show", "1,qui"], &["1,2"]),
        (&["lead", "move", "1", "--to", ""], &moves),
        (&["lead", "move", "--dry-run", "1", "quo"], &["quoted"]),
        (&["lead", "move", "1,3", "--to", "l"], &[]),
        (&["lead", "edit", "1", "--stage", "pro"], &["prospect"]),
        (&["lead", "edit", "1", "--stage", "=", "pro"], &["prospect"]),
        (&["lead", "tag", "1", "v"], &["vip"]),
        (&["lead", "tag", "1", "--remove", "co"], &["commercial"]),
        (&["lead", "add", "X", "--source", ""], &["Referral", "Trade\\ Show"]),
        (&["lead", "add", "X", "--owner", "s"], &["sam"]),
        (&["lead", "user", "edit", "s"], &["sam"]),
        (&["lead", "config", "set", "reminders.a"], &["reminders.at"]),
        (&["lead", "pipeline", "show", "ag"], &["agency"]),
        (&["lead", "list", "--sort", "cr"], &["created"]),
        (&["lead", "list", "--sort", "-na"], &["-name"]),
        (&["lead", "init", "--pipeline", "ag"], &["agency", "agents.toml"]),
        (&["lead", "completions", ""], &["bash", "zsh", "fish"]),
        (&["lead", "note", "1", ""], &[]),
        (&["lead", "nonsense", "s"], &["show", "schedule", "status"]),
    ] {
        assert_eq!(offered(office, words), wanted, "{words:?}");
    }
});

both!(only_what_the_caller_may_see_is_offered, "A13", |office| {
    firm(office);
    office.lead("user revoke sam view-all").ok();
    assert_eq!(offered(office, &["lead", "--as", "sam", "show", ""]), ["2"]);
    assert_eq!(offered(office, &["lead", "--as", "sam", "show", "kim"]), [""; 0]);
    assert_eq!(offered(office, &["lead", "--as", "sam", "tag", "2", ""])[..1], ["commercial"]);
    assert_eq!(offered(office, &["lead", "--as", "nobody", "show", ""]), [""; 0]);
});

both!(the_terms_of_a_filter_are_offered, "A13", |office| {
    firm(office);
    for (words, wanted) in [
        (&["lead", "list", "sta"][..], &["stage:"][..]),
        (&["lead", "list", "stage"], &["stage:", "stage.not:"]),
        (&["lead", "board", "kind", ":"], &["open", "won", "lost", "parked"]),
        (&["lead", "export", "stage", ":", "pro"], &["prospect"]),
        (&["lead", "list", "kind:open", "owner.not", ":", "s"], &["sam"]),
        (&["lead", "list", "owner", ":", "none,s"], &["none,sam"]),
        (&["lead", "watch", "tag", ":", "v"], &["vip"]),
        (&["lead", "report", "funnel", "source", ":", "Tr"], &["Trade\\ Show"]),
        (&["lead", "list", "due", ":", "o"], &["overdue"]),
        (&["lead", "list", "nosuch", ":", ""], &[]),
    ] {
        assert_eq!(offered(office, words), wanted, "{words:?}");
    }
    let quoted = offered(office, &["lead", "list", "\"stage:"]);
    assert!(quoted.len() > 1 && quoted.iter().all(|word| word.starts_with("stage:")), "{quoted:?}");
});

direct!(where_nothing_can_be_said_nothing_is, "A13", |office| {
    let nothing = |what: &str| {
        let run = office.lead(["__complete", "bash", "lead show ", ""]);
        assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, "", ""), "{what}\n{run}");
    };
    nothing("there is no store");
    assert!(!office.store().exists(), "and none was made");
    firm(office);
    assert_ne!(office.lead(["__complete", "bash", "lead show ", ""]).stdout, "");
    for odd in ["__complete", "__complete tcsh 'lead ' ''", "__complete bash"] {
        let run = office.lead(odd);
        assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, "", ""), "{run}");
    }
    let held = File::options().write(true).open(office.store().join("lead.lock")).unwrap();
    held.lock().unwrap();
    let begun = Instant::now();
    nothing("the store is busy");
    assert!(begun.elapsed() < Duration::from_secs(10), "it waits as a change does");
    drop(held);
    let policy = office.store().join("lead.toml");
    fs::write(policy, "[team]\nzone = 1\n").unwrap();
    nothing("the policy is broken");
});

direct!(a_key_pressed_on_a_terminal_puts_the_number_in, "A13", |office| {
    let script = ["/usr/bin/script", "/bin/script"].into_iter().find(|path| Path::new(path).exists());
    let Some(script) = script else { skip("no `script` to make a terminal") };
    firm(office);
    let rc = office.file("rc", "source <(lead completions bash)\n");
    let lead = office.lead_command("");
    let mut command = Command::new(script);
    command.env_clear().envs(lead.get_envs().filter_map(|(key, value)| value.map(|value| (key, value))));
    let ours = Path::new(LEAD).parent().unwrap().display().to_string();
    command.env("PATH", format!("{ours}:/usr/local/bin:/usr/bin:/bin")).env("TERM", "dumb");
    command.env("SHELL", "/bin/sh").current_dir(office.home());
    command.args(["-qefc", &format!("bash --noprofile --rcfile {rc} -i"), "/dev/null"]);
    let run = Run::of(command, Some(b"lead no\tquil\tfound by her name\nexit\n"));
    assert_eq!(
        office.field(2, "notes").as_str().map(|notes| notes.contains("found by her name")),
        Some(true),
        "{run}"
    );
});

both!(fish_and_zsh_are_told_what_each_means, "A13", |office| {
    firm(office);
    for shell in ["fish", "zsh"] {
        let asked = |line: &str, piece: &str| office.lead(["__complete", shell, line, piece]);
        asked("lead show ki", "ki").ok().stdout("1\tKim Lee, Acme\n2\tKira Quill\n").stderr("");
        asked("lead edit 1 --stage=pro", "--stage=pro").ok().stdout("--stage=prospect\tProspect\n");
        asked("lead import x", "x").ok().stdout(":files\n");
    }
});

direct!(fish_offers_it, "A13", |office| {
    if !Path::new("/usr/bin/fish").exists() {
        skip("no fish");
    }
    firm(office);
    for (line, wanted) in [
        ("lead show ", "1\tKim Lee, Acme\n2\tKira Quill\n3\tAnn Poe\n"),
        ("lead list stage:quo", "stage:quoted\tQuoted\n"),
    ] {
        let ask = format!("lead completions fish | source; complete -C '{line}'");
        shell(office, "fish", &["--no-config", "-c", &ask]).ok().stdout(wanted);
    }
});

direct!(zsh_offers_it, "A13", |office| {
    if !Path::new("/usr/bin/zsh").exists() {
        skip("no zsh");
    }
    firm(office);
    let setup = "path=(%LEAD% $path) PROMPT= RPROMPT=; autoload -U compinit; compinit -u -D; \
        source <(lead completions zsh); report() { print -r -- \"<$BUFFER>\"; BUFFER=; }; \
        zle -N report; bindkey '^T' report";
    let setup = setup.replace("%LEAD%", &Path::new(LEAD).parent().unwrap().display().to_string());
    let keys = "lead mo\t\x14lead customer le\t\x14lead show quil\t\x14lead list sta\tquo\t\x14\nexit\n";
    let run = on_terminal(office, "TERM=dumb zsh -f -i", &format!("{setup}\n{keys}"));
    let found: Vec<&str> = run
        .ok()
        .stdout
        .split('<')
        .filter_map(|piece| piece.split_once(">\n"))
        .map(|(line, _)| line)
        .filter(|line| line.starts_with("lead "))
        .collect();
    assert_eq!(
        found,
        ["lead move ", "lead customer leads ", "lead show 2 ", "lead list stage:quoted "],
        "{run}"
    );
});
