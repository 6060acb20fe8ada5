//! The page of each verb against its `--help`, and all pages against each other.

use std::collections::{BTreeMap, BTreeSet};

use super::{options, page, pages, verbs};
use crate::harness::{Office, Way, plain};

/// The lines of a page under a heading, up to the next.
pub(super) fn section<'p>(page: &'p str, heading: &str) -> impl Iterator<Item = &'p str> {
    let begins = format!(".Sh {heading}");
    page.lines().skip_while(move |line| *line != begins).skip(1).take_while(|line| !line.starts_with(".Sh "))
}

/// The options that lines name by the macro `Fl`, as typed.
fn flags<'p>(lines: impl Iterator<Item = &'p str>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for line in lines {
        let words: Vec<&str> = line.split_whitespace().collect();
        let named = words.windows(2).filter(|pair| pair[0].ends_with("Fl"));
        found.extend(named.map(|pair| format!("-{}", pair[1].trim_end_matches(','))));
    }
    found
}

/// The forms of a synopsis: of each verb, the options it shows.
fn synopsis(page: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut forms: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut verb = String::new();
    for line in section(page, "SYNOPSIS") {
        if let Some(words) = line.strip_prefix(".Nm lead Cm ") {
            let path = words.split(' ').take_while(|word| word.chars().all(|c| c.is_ascii_lowercase()));
            verb = path.collect::<Vec<_>>().join(" ");
        }
        forms.entry(verb.clone()).or_default().extend(flags(std::iter::once(line)));
    }
    forms
}

/// The options of a verb's own, without those of every verb.
fn own(office: &Office, verb: &str) -> BTreeSet<String> {
    let help = office.lead(format!("{verb} --help")).ok().stdout.clone();
    let (own, _) = help.split_once("\nGlobal options").expect("the global options come last");
    let mut own = options(own);
    own.retain(|option| !["-h", "--help"].contains(&option.as_str()));
    own
}

/// The top-level verbs, the hidden one too, each with those below it.
fn tree(office: &Office) -> BTreeMap<String, Vec<String>> {
    let mut tops = verbs(&office.lead("--help").ok().stdout);
    tops.push("purge".to_owned());
    assert!(tops.len() > 40, "{tops:?}");
    let below = |verb: &String| {
        let help = office.lead(format!("{verb} --help")).ok().stdout.clone();
        let below = verbs(&help).into_iter().map(|sub| format!("{verb} {sub}")).collect();
        (verb.clone(), below)
    };
    tops.iter().map(below).collect()
}

plain!(every_verb_has_a_page_with_its_options_and_no_others, "N6", || {
    let office = Office::new(Way::Direct);
    let mut expected = BTreeSet::new();
    for (verb, below) in tree(&office) {
        let name = format!("lead-{verb}.1");
        let page = page(&name);
        for heading in ["NAME", "SYNOPSIS", "DESCRIPTION", "EXAMPLES", "SEE ALSO"] {
            assert!(section(&page, heading).next().is_some(), "{name} has no {heading}");
        }
        let leaves = if below.is_empty() { vec![verb] } else { below };
        let known: BTreeMap<_, _> =
            leaves.into_iter().map(|leaf| (leaf.clone(), own(&office, &leaf))).collect();
        assert_eq!(synopsis(&page), known, "the synopsis of {name} against --help");
        let explained = flags(section(&page, "OPTIONS").filter(|line| line.starts_with(".It ")));
        assert_eq!(explained, known.into_values().flatten().collect(), "the options of {name}");
        expected.insert(name);
    }
    let found = pages().into_iter().filter(|name| name.starts_with("lead-") && name.ends_with(".1"));
    assert_eq!(found.collect::<BTreeSet<_>>(), expected, "each page has a verb");
});

plain!(lead_1_has_every_verb_in_its_group_and_the_options_of_all, "N6", || {
    let (office, page) = (Office::new(Way::Direct), page("lead.1"));
    let help = office.lead("--help").ok().stdout.clone();
    let mut group = "";
    for line in help.lines().take_while(|line| !line.starts_with("Global options")).skip(3) {
        if let Some((verb, meaning)) = line.strip_prefix("  ").and_then(|line| line.split_once(' ')) {
            let group =
                page.split("\n.Ss ").find(|part| part.starts_with(group)).expect("the group is there");
            let listed = format!("\n.It Xr lead-{verb} 1\n{}.\n", meaning.trim());
            assert!(group.contains(&listed), "not in lead.1:{listed}");
        } else if !line.is_empty() {
            group = line;
        }
    }
    let explained = flags(section(&page, "GLOBAL OPTIONS").filter(|line| line.starts_with(".It ")));
    assert_eq!(explained, options(&help), "the options of every verb");
});

plain!(what_a_page_refers_to_is_there, "N6", || {
    let known: BTreeSet<String> = pages().into_iter().collect();
    for name in &known {
        let text = page(name);
        for line in text.lines().filter(|line| line.starts_with('.')) {
            let words: Vec<&str> = line.split_whitespace().collect();
            for trio in words.windows(3).filter(|trio| trio[0].trim_start_matches('.') == "Xr") {
                let other = format!("{}.{}", trio[1], trio[2]);
                assert!(!trio[1].starts_with("lead") || known.contains(&other), "{name}: {line}");
            }
        }
        // A heading that is named behind a reference to a page is one of that page.
        for (at, line) in text.lines().enumerate() {
            let Some(heading) = line.strip_prefix(".Sx ") else { continue };
            let heading = heading.trim_end_matches([' ', '.', ';', ')']).trim_matches('"');
            let begins = |line: &str| {
                [".Sh ", ".Ss "]
                    .iter()
                    .any(|macro_| line.strip_prefix(macro_).is_some_and(|is| is.trim_matches('"') == heading))
            };
            let near: Vec<&str> = text.lines().skip(at.saturating_sub(2)).take(6).collect();
            let others = near.iter().filter_map(|line| line.strip_prefix(".Xr "));
            let others = others.filter_map(|line| line.split_once(' '));
            let others = others.map(|(other, number)| format!("{other}.{}", &number[..1]));
            let mut looked =
                others.filter(|other| known.contains(other)).map(|other| page(&other)).chain([text.clone()]);
            assert!(looked.any(|page| page.lines().any(begins)), "{name}: nothing is headed {heading}");
        }
    }
});

plain!(the_exit_codes_of_a_page_are_those_of_lead_1, "N6", || {
    let codes = |name: &str| -> BTreeSet<String> {
        let text = page(name);
        let listed = section(&text, "EXIT STATUS").filter_map(|line| line.strip_prefix(".It "));
        listed.map(str::to_owned).collect()
    };
    let all = codes("lead.1");
    assert_eq!(all.len(), 12, "{all:?}");
    for name in pages().iter().filter(|name| name.starts_with("lead-")) {
        assert!(codes(name).is_subset(&all), "{name}: {:?}", codes(name));
    }
});
