//! The man pages against the programs: every verb, option, key and exit code stands in them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::harness::{Office, Way, plain};

mod topics;
mod verbs;

/// The folder of the pages.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("man")
}

/// The names of all pages: `lead-add.1`.
fn pages() -> Vec<String> {
    let listed =
        fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let listed: Vec<String> = listed.collect();
    assert!(listed.len() > 40, "{listed:?}");
    listed
}

/// A page's text with mdoc's macros and escapes taken off.
fn page(name: &str) -> String {
    let path = folder().join(name);
    let text = fs::read_to_string(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
    text.replace("\\-", "-")
        .replace("\\(en", "-")
        .replace("\\&", "")
        .replace("\\e", "\\")
        .replace("\\(dq", "\"")
}

/// The options of a help text, long and short, as typed.
fn options(help: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for line in help.lines().map(str::trim_start).filter(|line| line.starts_with('-')) {
        let (line, _) = line.split_once("  ").unwrap_or((line, ""));
        for word in line.split([' ', ',', '=', '[', '<']).filter(|word| word.starts_with('-')) {
            found.insert(word.trim_end_matches("...").to_owned());
        }
    }
    found
}

/// The verbs of a help text: the words in front of a meaning, before the global options.
fn verbs(help: &str) -> Vec<String> {
    help.lines()
        .take_while(|line| !line.starts_with("Global options"))
        .filter_map(|line| line.strip_prefix("  ")?.split_once("  "))
        .map(|(word, _)| word.to_owned())
        .filter(|word| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase()))
        .collect()
}

/// An option as mdoc has it: `Fl -name` for `--name`, `Fl n` for `-n`.
fn has_option(page: &str, option: &str) -> bool {
    let name = option.strip_prefix('-').unwrap_or(option);
    page.lines().any(|line| {
        let words: Vec<_> = line.split_whitespace().collect();
        words.windows(2).any(|pair| pair[0].ends_with("Fl") && pair[1].trim_matches([',', ']']) == name)
            || line.contains(option)
    })
}

fn has_word(page: &str, word: &str) -> bool {
    page.split(|c: char| !(c.is_alphanumeric() || "-_.".contains(c)))
        .any(|found| found.trim_matches('.') == word)
}

plain!(lead_1_has_every_exit_code_and_variable, "N6", || {
    let page = page("lead.1");
    for code in [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 130] {
        let listed = page.lines().any(|line| {
            line.starts_with(".It") && line.split_whitespace().any(|word| word == code.to_string())
        });
        assert!(listed, "exit code {code} is not in lead.1");
    }
    for name in ["LEAD_STORE", "LEAD_USER", "LEAD_NOW", "NO_COLOR", "XDG_DATA_HOME", "XDG_CONFIG_HOME"] {
        assert!(has_word(&page, name), "{name} is not in lead.1");
    }
});

plain!(leadd_8_has_every_option_and_exit_code, "N6", || {
    let (office, page) = (Office::new(Way::Direct), page("leadd.8"));
    for line in ["", "check"] {
        for option in options(&office.leadd(format!("{line} --help")).ok().stdout) {
            assert!(has_option(&page, &option), "{option} of leadd {line} is not in leadd.8");
        }
    }
    for word in ["check", "TERM", "HUP", "ready"] {
        assert!(has_word(&page, word), "{word} is not in leadd.8");
    }
    for code in [0, 1, 2, 6, 9] {
        let listed = page.lines().any(|line| {
            line.starts_with(".It") && line.split_whitespace().any(|word| word == code.to_string())
        });
        assert!(listed, "exit code {code} is not in leadd.8");
    }
});

plain!(lead_toml_5_has_every_key, "N6", || {
    let (office, page) = (Office::new(Way::Direct), page("lead.toml.5"));
    office.init("mini");
    let listed = office.lead("config list -F ndjson").lines();
    assert!(listed.len() >= 20, "{listed:?}");
    // What has no table stands in the user's own file.
    for (table, name) in listed.iter().filter_map(|one| one["key"].as_str()?.rsplit_once('.')) {
        let key = format!("{table}.{name}");
        assert!(has_word(&page, name) || has_word(&page, &key), "{key} is not in lead.toml.5");
        assert!(
            page.contains(&format!("[{table}]")) || has_word(&page, table),
            "[{table}] is not in lead.toml.5"
        );
    }
});

/// What the check of a pipeline's file offers in place of a word it does not know.
fn offered(office: &Office, text: &str) -> Vec<String> {
    let run = office.lead_with(text.as_bytes(), "pipeline check - --json");
    let findings: serde_json::Value = serde_json::from_str(&run.code(10).stdout).unwrap();
    let hints = findings.as_array().unwrap().iter().filter(|one| one["message"].to_string().contains("qqzz"));
    let hints: Vec<_> = hints.filter_map(|one| one["hint"].as_str()?.strip_prefix("one of: ")).collect();
    assert!(hints.len() == 1, "{text}: {findings}");
    hints[0].split(", ").map(str::to_owned).collect()
}

plain!(lead_pipeline_5_has_every_table_attribute_and_value, "N6 F12", || {
    let (office, page) = (Office::new(Way::Direct), page("lead-pipeline.5"));
    let top = offered(&office, "qqzz = 1\n");
    assert!(top.len() == 17, "{top:?}");
    let lists = ["stage", "transition", "automation", "activity", "intake", "role"];
    let tables = ["convert", "fields", "claim", "duplicates", "list"];
    let section = |heading: &str| {
        let found = page.split("\n.Ss ").find(|section| section.starts_with(&format!("{heading}\n")));
        found.unwrap_or_else(|| panic!("no section {heading}"))
    };
    let mut missing: Vec<String> = Vec::new();
    let mut attributes = |heading: &str, words: Vec<String>| {
        let lacks = |word: &String| !section(heading).lines().any(|line| line == format!(".It Cm {word}"));
        missing.extend(words.into_iter().filter(lacks).map(|word| format!("{heading} {word}")));
    };
    let is_table = |word: &String| lists.contains(&word.as_str()) || tables.contains(&word.as_str());
    let (mentioned, plain): (Vec<_>, Vec<_>) = top.into_iter().partition(is_table);
    assert_eq!(mentioned.len(), lists.len() + tables.len());
    attributes("At the top", plain);
    let headings = lists.map(|name| format!("[[{name}]]")).into_iter();
    for heading in headings.chain(tables.map(|name| format!("[{name}]"))) {
        attributes(&heading, offered(&office, &format!("{heading}\nqqzz = 1\n")));
    }
    for (heading, key) in [
        ("[[stage]]", "kind"),
        ("[[stage]]", "enter"),
        ("[[stage]]", "stamp"),
        ("[[transition]]", "kind"),
        ("[convert]", "again"),
        ("[convert]", "find_by"),
        ("[convert]", "on_existing"),
        ("[[automation]]", "then"),
        ("[fields]", "recommended"),
        ("[duplicates]", "keys"),
        ("[duplicates]", "at_creation"),
        ("[[role]]", "can"),
        ("[list]", "columns"),
        ("At the top", "record"),
    ] {
        let above = if heading.starts_with('[') { heading } else { "" };
        // A list of more than twenty is cut.
        for word in
            offered(&office, &format!("{above}\n{key} = \"qqzz\"\n")).iter().filter(|word| *word != "…")
        {
            missing.extend((!has_word(section(heading), word)).then(|| format!("{heading} {key} {word}")));
        }
    }
    assert!(missing.is_empty(), "not in lead-pipeline.5: {missing:#?}");
});

plain!(the_examples_of_lead_pipeline_5_are_as_they_say, "N6 P2", || {
    let (office, page) = (Office::new(Way::Direct), page("lead-pipeline.5"));
    let displays: Vec<&str> = page.split(".Bd -literal -offset indent\n").skip(1).collect();
    let shown: Vec<&str> = displays.iter().filter_map(|text| text.split("\n.Ed").next()).collect();
    let whole = shown.iter().find(|text| text.starts_with("schema = 1")).unwrap();
    office.file("own.toml", whole);
    office.lead("pipeline check own.toml").ok();
    office.lead("init --pipeline own.toml").ok();
    office.file("own.toml", &whole.replace("kind = \"open\"", "kinds = \"open\""));
    let wrong = shown.iter().find(|text| text.starts_with("$ lead pipeline check")).unwrap();
    let (_, line) = wrong.split_once('\n').unwrap();
    office.lead("pipeline check own.toml").code(10).shows(line);
});

/// The words in quotation marks behind each of these beginnings of a line of a source file.
fn quoted(source: &str, start: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(source);
    let text = fs::read_to_string(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
    let lines = text.lines().filter(|line| line.trim_start().starts_with(start));
    let words = lines.filter_map(|line| line.split('"').nth(1));
    words.map(str::to_owned).collect()
}

plain!(lead_formats_5_has_every_field_property_and_program, "N6", || {
    let (office, page) = (Office::new(Way::Direct), page("lead-formats.5"));
    let has = |word: &str| has_word(&page, word) || page.split_whitespace().any(|found| found == word);
    let mut missing = Vec::new();
    let fields = quoted("cli/src/import/field.rs", "(Field::");
    assert!(fields.len() > 20 && fields.contains(&"trashed_at".to_owned()), "{fields:?}");
    let own = quoted("cli/src/import/vcard.rs", "(\"X-LEAD");
    assert_eq!(own.len(), 13, "{own:?}");
    office.init("mini");
    office.add("'Kim Lee' --email kim@acme.example --phone 030123 --company Acme --address 'Main St 1' --tag vip --note x --follow-up 2026-12-01");
    office.lead("appointment add 1 2026-11-25 10:00").ok();
    let names = |text: &str| -> Vec<String> {
        let heads = text.split("\r\n").filter_map(|line| line.split_once(':')).map(|(head, _)| head);
        heads.map(|head| head.split(';').next().unwrap_or(head).to_owned()).collect()
    };
    let cards = names(&office.lead("export -F vcard").ok().stdout);
    let frame = ["BEGIN", "END", "VERSION", "PRODID"].map(str::to_owned);
    missing.extend(
        fields.into_iter().chain(own).chain(cards).filter(|word| !frame.contains(word) && !has(word)),
    );
    missing.extend(
        ["UID", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED"]
            .into_iter()
            .filter(|word| !has(word))
            .map(str::to_owned),
    );
    let vendors: toml::Table = include_str!("../../cli/src/import/vendors.toml").parse().unwrap();
    for (id, vendor) in &vendors {
        let title = vendor["title"].as_str().unwrap();
        missing
            .extend([id.as_str(), title].into_iter().filter(|word| !page.contains(word)).map(str::to_owned));
    }
    let file = office.file("leads.csv", "name\nKim\n");
    office.lead(["import", &file, "--report", "report.csv"]).ok();
    let report = fs::read_to_string(office.path("report.csv")).unwrap();
    missing.extend(report.lines().next().unwrap().split(',').filter(|word| !has(word)).map(str::to_owned));
    assert!(missing.is_empty(), "not in lead-formats.5: {missing:#?}");
});
