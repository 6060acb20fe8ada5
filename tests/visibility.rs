//! Who sees what: every verb, as every role of the agency, on a lead of one's own, on another's, on
//! one of the pool and on one that somebody else holds (A13, U3).
//!
//! What somebody may not see does not exist for them: to name it ends as to name nothing, and neither
//! its name nor its number, address or firm is in anything that is printed. The verbs are the program's
//! own, so that a new one without a row fails.

mod rows;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::harness::{Office, Run, Way, account, both, daemon, plain};
use rows::{ELSEWHERE, ROWS};

/// A number that nothing has.
const NOTHING: u64 = 9999;

/// How many leads stand before those that are looked for, so that their numbers are unlike others.
const FILLERS: u64 = 500;

/// Whose lead it is.
const CELLS: [&str; 4] = ["own", "other", "pool", "held"];

/// Who asks; of each which cells they do not see.
const ROLES: [(&str, &[usize]); 4] = [("sam", &[1, 2, 3]), ("cleo", &[1, 3]), ("max", &[]), ("me", &[])];

/// What a cell has: its words by what they are called in a line.
type Cell = BTreeMap<&'static str, String>;

fn verb_of(line: &str) -> String {
    let known = lead_cli::args::verbs();
    let starts = |verb: &&String| format!("{line} ").starts_with(&format!("{verb} "));
    known.iter().filter(starts).max_by_key(|verb| verb.len()).cloned().unwrap_or_default()
}

plain!(every_verb_has_a_row, "A13 U3", || {
    let has: BTreeSet<String> = ROWS.iter().map(|row| verb_of(row.0)).collect();
    let elsewhere = |verb: &String| ELSEWHERE.contains(&verb.as_str());
    let missing: Vec<String> =
        lead_cli::args::verbs().into_iter().filter(|verb| !has.contains(verb) && !elsewhere(verb)).collect();
    assert!(missing.is_empty(), "no row for {missing:?}");
});

/// An office with a lead for each cell and role, and everything that hangs on it.
fn firm(office: &Office) -> BTreeMap<&'static str, Vec<Cell>> {
    office.init("agency");
    office.user("sam", "sales");
    office.user("cleo", "sales");
    office.user("max", "manager");
    office.user("zed", "manager");
    office.lead("user grant cleo claim").ok();
    let mut table = "name,owner,phone\n".to_owned();
    for n in 0..FILLERS {
        table.push_str(&format!("Filler {n},zed,0308{n:04}\n"));
    }
    office.lead(format!("import {}", office.file("fillers.csv", &table))).ok();
    office.lead("tag --where name:filler padding --yes").ok();
    let mut cells = BTreeMap::new();
    for (role, _) in ROLES {
        let of_role = CELLS.iter().enumerate().map(|(n, cell)| add(office, role, cell, n as u64));
        let mut of_role: Vec<Cell> = of_role.collect();
        let (own, firm) = (of_role[0]["lead"].clone(), of_role[0]["customer"].clone());
        let agency = office.lead("pipeline export agency").ok().stdout.clone();
        let ours = office.file("ours.toml", &agency.replacen("\"agency\"", "\"ours\"", 1));
        let agency = office.file("agency.toml", &agency);
        for cell in &mut of_role {
            cell.extend([("own", own.clone()), ("firm", firm.clone())]);
            cell.extend([("agency", agency.clone()), ("pipeline", ours.clone())]);
        }
        cells.insert(role, of_role);
    }
    // The claims still live, and the follow-ups of the day before are overdue.
    office.at("2026-11-23T08:30:00+01:00");
    office.swept("the overdue are told", || office.mails_of("overdue").len() > ROLES.len());
    cells
}

/// A lead of that kind for that role; its firm has a customer, a deal and an appointment with it.
fn add(office: &Office, role: &str, cell: &str, n: u64) -> Cell {
    let owner = match cell {
        "own" if role == "me" => format!("--owner {}", account()),
        "own" => format!("--owner {role}"),
        "other" => "--owner zed".to_owned(),
        _ => String::new(),
    };
    let name = format!("Quill{role}{cell} Zimt");
    let (email, company) = (format!("{role}.{cell}@quill.example"), format!("Firm{role}{cell}"));
    let place = ROLES.iter().position(|(one, _)| *one == role).unwrap() as u64;
    let phone = format!("+49 30 77{place}{n}1");
    let said = office.lead(format!(
        "--as zed customer add '{company}' --email office@{role}{cell}.example --company {company}"
    ));
    let customer = said.ok().stdout.trim().to_owned();
    let lead = office.lead(format!(
        "--as zed add '{name}' --email {email} --phone '{phone}' --company {company} {owner} --note 'Secret{role}{cell}' \
         --tag Hush{role}{cell} --customer {customer} --follow-up 2026-11-22"
    ));
    let lead = lead.number();
    let at = format!("--as zed appointment add {lead} 2026-11-25 15:00 --at Yard{role}{cell}");
    office.lead(at).ok();
    if cell == "held" {
        office.lead(format!("--as zed claim {lead}")).ok();
    }
    let change = office.history(lead).last().unwrap()["change"].to_string();
    let file = format!("name,email\nAnother,{email}\n");
    let file = office.file(&format!("{role}-{cell}.csv"), &file);
    let appointment = office.lead("appointment list -F ids").ok().stdout.lines().count().to_string();
    BTreeMap::from([
        ("lead", lead.to_string()),
        ("name", name),
        ("email", email),
        ("phone", phone),
        ("customer", customer),
        ("appointment", appointment),
        ("change", change),
        ("file", file),
        ("tag", format!("Hush{role}{cell}")),
        ("office", format!("office@{role}{cell}.example")),
    ])
}

fn filled(line: &str, cell: &Cell) -> String {
    cell.iter().fold(line.to_owned(), |line, (key, value)| line.replace(&format!("{{{key}}}"), value))
}

/// Whether a text names this as a whole word.
fn names(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let around = [text[..at].chars().next_back(), text[at + word.len()..].chars().next()];
        !around.iter().flatten().any(|letter| letter.is_alphanumeric())
    })
}

/// What of leads that the role does not see is in what was printed, but for what was typed.
fn leaks(
    firm: &BTreeMap<&str, Vec<Cell>>,
    role: &str,
    hidden: &[usize],
    run: &Run,
    typed: &str,
) -> Vec<String> {
    let printed = format!("{}\n{}", run.stdout, run.stderr).to_lowercase();
    let typed = typed.to_lowercase();
    let mut found = Vec::new();
    if hidden.is_empty() {
        return found;
    }
    let mut secrets: Vec<(String, bool)> = vec![("filler".to_owned(), false)];
    for (other, cells) in firm {
        for (n, cell) in cells.iter().enumerate() {
            // Of another role's leads those of the pool are there for who may claim.
            let is_seen = if *other == role { !hidden.contains(&n) } else { n == 2 && !hidden.contains(&2) };
            if is_seen {
                continue;
            }
            secrets.push((cell["lead"].clone(), true));
            for word in ["quill", "firm", "secret", "hush", "yard"] {
                secrets.push((format!("{word}{other}{}", CELLS[n]), false));
            }
            secrets.push((cell["email"].clone(), false));
            secrets.push((cell["phone"].replace(' ', ""), false));
        }
    }
    for (secret, is_number) in secrets {
        let secret = secret.to_lowercase();
        let is_there = if is_number { names(&printed, &secret) } else { printed.contains(&secret) };
        let was_typed = if is_number { names(&typed, &secret) } else { typed.contains(&secret) };
        if is_there && !was_typed {
            found.push(secret);
        }
    }
    found
}

/// Whether a line names something of a cell by its number and says nothing else of it.
fn is_by_number(line: &str) -> bool {
    let says = |keys: &[&str]| keys.iter().any(|key| line.contains(&format!("{{{key}}}")));
    let by_number = says(&["lead", "customer", "appointment", "change"]);
    by_number && !says(&["name", "email", "phone", "file", "tag", "office"]) && !line.contains('-')
        || line == "undo --change {change}"
}

/// How a run ended, whatever number was named.
fn anonymous(run: &Run, cell: &Cell) -> (i32, String, String) {
    let numbers = ["lead", "customer", "appointment", "change"].map(|key| cell[key].clone());
    let bare = |text: &str| {
        let letters = text.split_inclusive(|letter: char| !letter.is_alphanumeric());
        let plain = letters.map(|part| {
            let word = part.trim_end_matches(|letter: char| !letter.is_alphanumeric());
            if numbers.iter().any(|number| number == word) || word == NOTHING.to_string() {
                part.replace(word, "N")
            } else {
                part.to_owned()
            }
        });
        plain.collect::<String>()
    };
    (run.code, bare(&run.stdout), bare(&run.stderr))
}

/// What counts leads, and counts others than those the user is shown.
fn counts(office: &Office, user: &str) -> Vec<String> {
    let look = |line: &str| office.lead(format!("--as {user} {line} --json")).json();
    let sum = |rows: &Value, key: &str| {
        rows.as_array().unwrap().iter().filter_map(|row| row[key].as_u64()).sum::<u64>()
    };
    let seen = look("list").as_array().unwrap().len() as u64;
    let overdue = look("list due:overdue").as_array().unwrap().len() as u64;
    let status = look("status");
    let today = look("today");
    let found = [
        ("board", sum(&look("board"), "count"), seen),
        ("report sources", sum(&look("report sources"), "leads"), seen),
        ("report funnel", sum(&look("report funnel"), "leads"), seen),
        ("report ageing", sum(&look("report ageing"), "leads"), seen),
        ("report people", sum(&look("report people"), "leads"), seen),
        ("status", sum(&status["stages"], "leads"), seen),
        ("status: overdue", status["overdue"].as_u64().unwrap(), overdue),
        ("today: overdue", today["overdue"].as_array().unwrap().len() as u64, overdue),
    ];
    let wrong = found.iter().filter(|(_, found, expected)| found != expected);
    wrong
        .map(|(line, found, seen)| format!("{line}: counts {found} leads, and {user} is shown {seen}"))
        .collect()
}

/// Runs all rows as one role; what was not as it must be.
fn matrix(office: &Office, role: &str) {
    let firm = firm(office);
    let (place, (_, hidden)) =
        ROLES.iter().enumerate().find(|(_, (one, _))| *one == role).expect("a role of the table");
    let user = if role == "me" { account() } else { role.to_owned() };
    let nothing: Cell =
        ["lead", "customer", "appointment", "change"].map(|key| (key, NOTHING.to_string())).into();
    let mut wrong = Vec::new();
    for (line, codes) in ROWS {
        let expected: Vec<&str> = codes[place].split(' ').collect();
        for (n, cell) in firm[role].iter().enumerate().take(if line.contains('{') { 4 } else { 1 }) {
            let typed = filled(line, cell);
            let run = office.lead(format!("--as {user} {typed} -n"));
            let want = expected.get(n).or(expected.first()).unwrap();
            if run.code.to_string() != **want {
                wrong.push(format!("{}: expected {want} for {role} on {}\n{run}", line, CELLS[n]));
            }
            let told = leaks(&firm, role, hidden, &run, &typed);
            if !told.is_empty() {
                wrong.push(format!("{line}: {role} learns {told:?} on {}\n{run}", CELLS[n]));
            }
            let loses_a_claim = verb_of(line) == "claim" && role == "cleo" && n == 3;
            if hidden.contains(&n) && is_by_number(line) && !loses_a_claim {
                let none = office.lead(format!("--as {user} {} -n", filled(&filled(line, &nothing), cell)));
                if anonymous(&run, cell) != anonymous(&none, cell) {
                    wrong.push(format!("{line}: {role} can tell {} from nothing\n{run}\n{none}", CELLS[n]));
                }
            }
        }
    }
    wrong.extend(counts(office, &user));
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

daemon!(as_sales_who_may_not_claim, "A13", |office| matrix(office, "sam"));
daemon!(as_sales_who_may_claim, "A13 A8", |office| matrix(office, "cleo"));
daemon!(as_a_manager, "A13", |office| matrix(office, "max"));
daemon!(as_an_owner, "A13", |office| matrix(office, "me"));

both!(a_stranger_gets_nothing_from_any_verb, "U3 A13", |office| {
    let own = Office::new(if office.is_served() { Way::Daemon } else { Way::Direct });
    let office = &own;
    office.init("agency");
    office.user("sam", "sales");
    let lead = office.add("'Quill Zimt' --email quill@acme.example --phone 030111 --company Firm");
    office.file("leads.csv", "name,email\nAnother,quill@acme.example\n");
    let agency = office.lead("pipeline export agency").ok().stdout.clone();
    let ours = office.file("ours.toml", &agency.replace("title = \"", "title = \"Quill "));
    office.lead(format!("pipeline replace {ours}")).ok();
    office.lead("pipeline export agency").ok().shows("Quill");
    // The account that runs the trial is nobody's from now on.
    office.lead(format!("user edit {} --account somebody-else", account())).ok();
    for (line, _) in ROWS {
        let cell: Cell = BTreeMap::from([
            ("lead", lead.to_string()),
            ("name", "Quill Zimt".to_owned()),
            ("email", "quill@acme.example".to_owned()),
            ("phone", "030111".to_owned()),
            ("customer", "1".to_owned()),
            ("appointment", "1".to_owned()),
            ("change", "3".to_owned()),
            ("file", "leads.csv".to_owned()),
            ("tag", "hush".to_owned()),
            ("office", "office@acme.example".to_owned()),
            ("own", lead.to_string()),
            ("firm", "1".to_owned()),
            ("pipeline", "ours.toml".to_owned()),
            ("agency", "ours.toml".to_owned()),
        ]);
        let run = office.lead(filled(line, &cell));
        if ["pipeline export", "pipeline graph"].contains(&verb_of(line).as_str()) {
            // What is built in is no secret; the store's own is not shown in its place.
            assert!(!run.ok().stdout.contains("Quill"), "{run}");
            continue;
        }
        assert_eq!(run.code, 4, "{run}");
        run.stdout("").says(&format!("the account `{}` is no user of this store", account()));
        let rest = run.stderr.replace(&account(), "");
        assert!(!rest.contains("sam") && !rest.contains("Quill") && rest.lines().count() < 3, "{run}");
    }
});
