//! What `--help` says: the verbs in groups, and each verb's examples before its options.
//!
//! The one-line meanings come from the verbs themselves, so that no list can grow stale.

use std::fmt::Write as _;

use clap::{Arg, ArgAction, Command, CommandFactory as _};

use super::Line;
use super::layout::{entries, paragraph};
use super::topic::TOPICS;

/// The verbs, in the groups of cli.md §1.
pub(super) const GROUPS: [(&str, &[&str]); 5] = [
    ("Work with leads", &["add", "list", "show", "edit", "tag", "note", "log", "merge", "trash", "restore"]),
    (
        "Move them forward",
        &["board", "today", "actions", "move", "claim", "own", "release", "assign", "schedule", "convert"],
    ),
    ("Customers", &["customer", "deal", "appointment"]),
    ("Look back", &["history", "undo", "report", "watch", "import", "export"]),
    (
        "Set up",
        &[
            "init",
            "status",
            "pipeline",
            "user",
            "config",
            "plan",
            "outbox",
            "doctor",
            "backup",
            "completions",
            "demo",
        ],
    ),
];

/// Lines that can be typed, for each verb.
pub(super) const EXAMPLES: &[(&str, &[&str])] = &[
    (
        "add",
        &[
            "lead add 'Kim Lee' --email kim@acme.example --source Referral",
            "lead add 'Kim Lee' --phone '+49 30 1234567' --follow-up 'fri 15:00'",
            "id=$(lead add 'Kim Lee' --via web-form --on-duplicate merge)",
        ],
    ),
    (
        "list",
        &[
            "lead list kind:open owner:me",
            "lead list created.within:24h contacted:never",
            "lead list due:overdue,today -F ids | lead schedule - tomorrow",
        ],
    ),
    ("show", &["lead show 12", "lead show 12,15 20-24 --json", "lead show kim@acme.example"]),
    (
        "edit",
        &[
            "lead edit 12 --email kim@acme.example --owner me --follow-up 'fri 15:00'",
            "lead edit 12 15 --clear company --set brand=Vaillant",
            "lead edit 12 --pipeline ID --map OLD=NEW",
            "lead edit 12   (opens $EDITOR)",
        ],
    ),
    ("tag", &["lead tag 12 vip commercial", "lead tag 12 15 hot --remove cold"]),
    (
        "note",
        &["lead note 12 asked for a quote", "lead note 12 < minutes.txt -", "lead note 12   (opens $EDITOR)"],
    ),
    (
        "log",
        &[
            "lead log 12 call spoke with her, wants an estimate --next '+3d'",
            "lead log 12 email --outcome sent --done",
        ],
    ),
    ("merge", &["lead merge 12 15", "lead merge 12 15,20-24 -n   (shows what would be done)"]),
    ("trash", &["lead trash 12 15", "lead trash --where 'idle.over:365d' -n"]),
    ("restore", &["lead restore 12", "lead list trash:yes -F ids | lead restore -"]),
    (
        "board",
        &[
            "lead board",
            "lead board owner:me kind:open",
            "lead board tag:vip --json",
            "lead board -i assignee:me",
        ],
    ),
    ("today", &["lead today", "lead today assignee:me", "lead today --check"]),
    ("actions", &["lead actions 12", "lead actions 12 --json"]),
    (
        "move",
        &[
            "lead move 12 15 TARGET",
            "lead move --to TARGET 12 15 --atomic",
            "lead move --where 'kind:open idle.over:30d' TARGET --yes",
        ],
    ),
    ("claim", &["lead claim 12", "lead claim --next"]),
    ("own", &["lead own 12"]),
    ("release", &["lead release 12", "lead release --where 'claim:any assignee:me'"]),
    (
        "assign",
        &[
            "lead assign 12 15 kim",
            "lead assign 12 none",
            "lead assign --next 12 15",
            "lead assign --where 'owner:sam kind:open' kim",
        ],
    ),
    (
        "schedule",
        &[
            "lead schedule 12 fri 15:00",
            "lead schedule 12 in 3 days --note 'send the offer'",
            "lead schedule 12 none",
        ],
    ),
    ("convert", &["lead convert 12", "lead convert 12 --into 3", "lead convert 12 --start-deal='New roof'"]),
    ("customer", &["lead customer list", "lead customer leads 3"]),
    ("customer add", &["lead customer add 'Kim Lee' --email kim@acme.example"]),
    ("customer list", &["lead customer list", "lead customer list --json"]),
    ("customer show", &["lead customer show 3"]),
    ("customer leads", &["lead customer leads 3"]),
    (
        "customer edit",
        &["lead customer edit 3 --phone '+49 30 1234567'", "lead customer edit 3 --clear company"],
    ),
    ("customer note", &["lead customer note 3 pays by invoice", "lead customer note 3 - < minutes.txt"]),
    ("customer merge", &["lead customer merge 3 5 8"]),
    ("deal", &["lead deal start 12 'New roof' --value 4500EUR", "lead deal list"]),
    ("deal start", &["lead deal start 12 New roof --value 4500EUR"]),
    ("deal list", &["lead deal list"]),
    ("deal show", &["lead deal show 4", "lead deal show 4 --json"]),
    ("deal edit", &["lead deal edit 4 --value 5200EUR", "lead deal edit 4 --title 'New roof' --value none"]),
    ("deal win", &["lead deal win 4"]),
    ("deal lose", &["lead deal lose 4"]),
    ("deal reopen", &["lead deal reopen 4"]),
    (
        "appointment",
        &["lead appointment add 12 fri 15:00 --for 90m --at 'the yard'", "lead appointment list"],
    ),
    (
        "appointment add",
        &[
            "lead appointment add 12 fri 15:00",
            "lead appointment add 12 2026-12-01 9:30 --for 90m --at 'Main St 1'",
        ],
    ),
    ("appointment list", &["lead appointment list", "lead appointment list 12 --all --json"]),
    (
        "appointment edit",
        &["lead appointment edit 4 --when 'next fri'", "lead appointment edit 4 --for 2h --clear place"],
    ),
    ("appointment cancel", &["lead appointment cancel 4"]),
    ("history", &["lead history 12", "lead history --since '1 week ago' --by kim"]),
    ("report", &["lead report ageing kind:open", "lead report all --since '30 days ago' -o report.html"]),
    ("report sources", &["lead report sources", "lead report sources --since 2026-01-01 --until 2026-03-31"]),
    ("report funnel", &["lead report funnel source:web", "lead report funnel -F html -o funnel.html"]),
    ("report ageing", &["lead report ageing kind:open"]),
    ("report people", &["lead report people --since '7 days ago'"]),
    ("report all", &["lead report all", "lead report all -F html -o report.html"]),
    (
        "import",
        &[
            "lead import leads.csv -n",
            "lead import leads.csv --map columns.toml --keep-going",
            "lead import leads.ndjson --update-by email",
            "lead import - --from csv",
            "lead import leads.csv --resume",
        ],
    ),
    (
        "export",
        &[
            "lead export -o leads.csv",
            "lead export stage.not:lost -F ndjson",
            "lead export tag:vip -F csv > vip.csv",
        ],
    ),
    ("purge", &["lead purge 12 --confirm='Kim Lee'", "lead purge 12 --confirm='Kim Lee' --with-customer"]),
    (
        "undo",
        &["lead undo 12", "lead undo", "lead undo --change 40", "lead undo 12 -n   (shows what it would do)"],
    ),
    (
        "watch",
        &["lead watch", "lead watch owner:me --from 813", "lead watch --from 1 --until-now > history.ndjson"],
    ),
    (
        "init",
        &[
            "lead init   (asks, on a terminal)",
            "lead init --pipeline ours.toml --zone Europe/Berlin --currency EUR",
            "lead init --set mail.via=smtp --set mail.smtp.host=mail.acme.example",
        ],
    ),
    ("status", &["lead status", "lead status --json"]),
    ("pipeline", &["lead pipeline show", "lead pipeline check ours.toml"]),
    ("pipeline list", &["lead pipeline list"]),
    ("pipeline show", &["lead pipeline show", "lead pipeline show --json"]),
    ("pipeline export", &["lead pipeline export ID > ours.toml"]),
    ("pipeline add", &["lead pipeline add ours.toml"]),
    ("pipeline default", &["lead pipeline default ours"]),
    (
        "pipeline replace",
        &["lead pipeline replace ours.toml", "lead pipeline replace ours.toml --map OLD=NEW -n"],
    ),
    ("pipeline graph", &["lead pipeline graph ours > ours.mmd"]),
    ("pipeline check", &["lead pipeline check ours.toml"]),
    ("user", &["lead user add kim --email kim@acme.example --role sales", "lead user list"]),
    ("user add", &["lead user add kim --name 'Kim Lee' --email kim@acme.example --role sales"]),
    ("user list", &["lead user list"]),
    ("user edit", &["lead user edit kim --zone Europe/Berlin", "lead user edit kim --pause"]),
    ("user disable", &["lead user disable kim", "lead user disable kim --dry-run"]),
    ("user enable", &["lead user enable kim"]),
    ("user grant", &["lead user grant kim view-all", "lead user grant kim manage"]),
    ("user revoke", &["lead user revoke kim reassign"]),
    (
        "config",
        &[
            "lead config list --origin",
            "lead config set reminders.at 07:30",
            "lead config path",
            "lead config templates ours",
        ],
    ),
    ("config list", &["lead config list --origin"]),
    ("config get", &["lead config get team.zone"]),
    ("config set", &["lead config set reminders.at 07:30", "lead config set overdue.days 1,3,7 -n"]),
    ("config unset", &["lead config unset reminders.at"]),
    ("config path", &["lead config path"]),
    ("config templates", &["lead config templates ours"]),
    ("outbox", &["lead outbox list", "lead outbox why 12", "lead outbox retry 4"]),
    ("plan", &["lead plan", "lead plan --until 'end of month' --lead 12", "lead plan --json"]),
    ("outbox retry", &["lead outbox retry 4"]),
    ("outbox drop", &["lead outbox drop 4"]),
    ("outbox why", &["lead outbox why 12"]),
    ("outbox list", &["lead outbox list"]),
    ("outbox show", &["lead outbox show 4"]),
    ("doctor", &["lead doctor", "lead doctor --reindex", "lead doctor --compact"]),
    ("backup", &["lead backup create lead.jsonl", "lead backup verify lead.jsonl"]),
    ("backup create", &["lead backup create lead.jsonl", "lead backup create lead.jsonl -n"]),
    ("backup verify", &["lead backup verify lead.jsonl"]),
    (
        "backup restore",
        &["lead backup restore lead.jsonl", "lead --store /tmp/look backup restore lead.jsonl"],
    ),
    (
        "completions",
        &[
            "lead completions bash > ~/.lead.bash",
            "lead completions fish > ~/.config/fish/completions/lead.fish",
        ],
    ),
    ("demo", &["lead demo"]),
];

/// How the verbs are typed whose words clap cannot tell apart.
const USAGES: &[(&str, &str)] = &[
    ("edit", "lead edit ID… [OPTIONS]"),
    ("tag", "lead tag ID… TAG… [--remove TAG]"),
    ("note", "lead note ID [TEXT…|-]"),
    ("log", "lead log ID KIND [TEXT…|-] [OPTIONS]"),
    ("merge", "lead merge INTO FROM…"),
    ("move", "lead move ID… TARGET [OPTIONS]\n       lead move --to TARGET ID… [OPTIONS]"),
    ("claim", "lead claim ID…\n       lead claim --next"),
    ("assign", "lead assign ID… USER|me|none"),
    ("schedule", "lead schedule ID… WHEN|none [--note TEXT]"),
    ("customer note", "lead customer note N [TEXT…|-]"),
    ("undo", "lead undo [ID] [--change N]"),
    ("appointment add", "lead appointment add LEAD WHEN [OPTIONS]"),
    ("deal start", "lead deal start LEAD [TITLE…] [--value MONEY]"),
];

const VERB: &str = "{about-with-newline}\n{before-help}{usage-heading} {usage}\n\n{all-args}{after-help}";
const FOOT: &str = "Global options and topics: lead --help";

/// The command that reads a line; its help in lines of this width, with the options of every verb
/// where it is the `full` one.
pub(super) fn command(full: bool, width: usize) -> Command {
    let asked = |name: &'static str, short: char, action: ArgAction, meaning: &'static str| {
        Arg::new(name).short(short).long(name).action(action).help(meaning)
    };
    let heading = full.then_some("Global options");
    let help = asked("help", 'h', ArgAction::Help, "Short help, long help").help_heading(heading);
    let version = asked("version", 'V', ArgAction::Version, "Print the version");
    let mut command = Line::command().term_width(width).help_template("{before-help}");
    command = command.disable_help_flag(true).disable_version_flag(true);
    command = command.arg(help.global(true)).arg(version);
    command = command.mut_args(|one| {
        let hidden = !full && one.is_global_set() && one.get_id() != "help";
        one.hide(hidden)
    });
    for verb in command.get_subcommands_mut() {
        dress(verb, "", full);
    }
    let text = whole(&command, full, width);
    command.before_help(text)
}

/// Every verb that does something, in the order of the declaration.
pub(super) fn verbs() -> Vec<String> {
    fn below(command: &Command, above: &str, found: &mut Vec<String>) {
        for verb in command.get_subcommands() {
            let path = format!("{above}{}", verb.get_name());
            if verb.has_subcommands() { below(verb, &format!("{path} "), found) } else { found.push(path) }
        }
    }
    let mut found = Vec::new();
    below(&Line::command(), "", &mut found);
    found
}

/// Gives a verb, and those below it, its examples.
fn dress(verb: &mut Command, above: &str, full: bool) {
    let path =
        if above.is_empty() { verb.get_name().to_owned() } else { format!("{above} {}", verb.get_name()) };
    let known = EXAMPLES.iter().find(|(name, _)| *name == path);
    let lines = known.map(|(_, lines)| *lines).unwrap_or_default();
    let mut examples = String::from("Examples:");
    for line in lines {
        let _ = write!(examples, "\n  {line}");
    }
    let foot = if full { "" } else { FOOT };
    let plain = std::mem::take(verb).help_template(VERB).before_help(examples).after_help(foot);
    let plain =
        plain.disable_help_subcommand(true).subcommand_help_heading("Verbs").subcommand_value_name("VERB");
    *verb = match USAGES.iter().find(|(name, _)| *name == path) {
        Some((_, usage)) => plain.override_usage(*usage),
        None => plain,
    };
    for below in verb.get_subcommands_mut() {
        dress(below, &path, full);
    }
}

/// All verbs; with them, where it is the full help, the options that each of them takes.
fn whole(command: &Command, full: bool, width: usize) -> String {
    let mut text = String::from("Sales leads in a pipeline\n\nUsage: lead [OPTIONS] VERB …\n");
    let about = |name: &str| {
        let about = command.find_subcommand(name).and_then(Command::get_about);
        about.map(ToString::to_string).unwrap_or_default()
    };
    let widest = GROUPS.iter().flat_map(|(_, verbs)| verbs.iter()).map(|name| name.len()).max();
    let widest = widest.unwrap_or_default();
    for (title, verbs) in GROUPS {
        let rows = verbs.iter().map(|name| (format!("{name:<widest$}"), about(name)));
        let rows: Vec<(String, String)> = rows.collect();
        let rows = rows.iter().map(|(name, about)| (name.as_str(), about.as_str()));
        let _ = write!(text, "\n{title}\n{}", entries(rows, width));
    }
    if !full {
        let more = "lead VERB --help says more of a verb, lead --help more of them all.";
        let _ = write!(text, "\n{}", paragraph(more, 0, width));
        return text;
    }
    let rows: Vec<(String, String)> = command.get_arguments().map(option).collect();
    let rows = rows.iter().map(|(name, about)| (name.as_str(), about.as_str()));
    let _ = write!(text, "\nGlobal options\n{}", entries(rows, width));
    let rows = TOPICS.iter().map(|topic| (topic.name(), topic.about));
    let _ = write!(text, "\nTopics: lead help TOPIC\n{}", entries(rows, width));
    let more = "lead VERB --help has examples of each verb, and `man lead` everything.";
    let _ = write!(text, "\n{}", paragraph(more, 0, width));
    text
}

/// An option as it is typed, and what it does.
fn option(one: &Arg) -> (String, String) {
    let short = one.get_short().map_or_else(|| "    ".to_owned(), |short| format!("-{short}, "));
    let value = one.get_value_names().filter(|_| one.get_action().takes_values());
    let value = value.and_then(<[_]>::first).map(|name| format!(" {name}")).unwrap_or_default();
    let about = one.get_help().map(ToString::to_string).unwrap_or_default();
    (format!("{short}--{}{value}", one.get_long().unwrap_or_default()), about)
}
