//! The parts of a file that name no stage: activities, fields, claims, duplicates, roles, lists.

use crate::domain::name::canonical;
use std::collections::{BTreeSet, HashSet};

use super::section::{Section, Spot, spelled, spelled_all, twice};
use super::span;
use crate::domain::{
    capability::Capability,
    pipeline::{
        ActivityKind, AtCreation, ClaimRule, Column, Duplicates, Field, FieldRules, IdentityKey, ListRule,
        Role, SortKey, finding::Findings, word::Word,
    },
};

/// What was read of them.
pub(super) struct Office {
    pub(super) activities: Vec<ActivityKind>,
    pub(super) fields: FieldRules,
    pub(super) sources: Option<Vec<String>>,
    pub(super) claim: ClaimRule,
    pub(super) duplicates: Duplicates,
    pub(super) roles: Vec<Role>,
    pub(super) list: ListRule,
}

impl Office {
    pub(super) fn read(root: &Section<'_>, findings: &mut Findings<'_>) -> Self {
        let (fields, sources) = fields(root, findings);
        Self {
            activities: activities(root, findings),
            fields,
            sources,
            claim: claim(root, findings),
            duplicates: duplicates(root, findings),
            roles: roles(root, findings),
            list: list(root, findings),
        }
    }
}

fn activities(root: &Section<'_>, findings: &mut Findings<'_>) -> Vec<ActivityKind> {
    let mut kinds = Vec::new();
    let mut seen = HashSet::new();
    for section in root.sections("activity", &["kind", "contact"], findings) {
        let contact = section.flag("contact", false, findings);
        let Some(spot) = section.needed("kind", "write `kind = \"NAME\"`", findings, Section::id) else {
            continue;
        };
        if seen.insert(canonical(&spot.text)) {
            kinds.push(ActivityKind { id: spot.text, contact });
        } else {
            twice("activity", &spot, findings);
        }
    }
    kinds
}

/// Fields that are searched but cannot be demanded.
const SEARCHED_ONLY: [Field; 2] = [Field::Notes, Field::Fields];
/// Fields that hold no text to search.
const WITHOUT_TEXT: [Field; 3] = [Field::Value, Field::Owner, Field::FollowUp];

fn fields(root: &Section<'_>, findings: &mut Findings<'_>) -> (FieldRules, Option<Vec<String>>) {
    let mut rules = FieldRules {
        required: vec![Field::Name],
        any_of: Vec::new(),
        recommended: Vec::new(),
        text_searched: vec![Field::Name, Field::Email],
    };
    let known = ["required", "any_of", "recommended", "text_searched", "sources"];
    let Some(section) = root.section("fields", &known, findings) else {
        return (rules, None);
    };
    if section.has("required") {
        rules.required = demanded("required", &section.texts("required", findings), findings);
    }
    if !rules.required.contains(&Field::Name) {
        let hint = "write `required = [\"name\"]`".to_owned();
        findings.add(section.place("required"), "`required` must hold `name`", Some(hint));
    }
    rules.recommended = demanded("recommended", &section.texts("recommended", findings), findings);
    for (at, group) in section.groups("any_of", findings) {
        if group.is_empty() {
            findings.add(at, "a group of `any_of` is empty", None);
        } else {
            rules.any_of.push(demanded("any_of", &group, findings));
        }
    }
    if section.has("text_searched") {
        rules.text_searched = spots_but(
            "text_searched",
            &section.texts("text_searched", findings),
            &WITHOUT_TEXT,
            "searched",
            findings,
        );
    }
    let sources = section.has("sources").then(|| {
        let mut sources = Vec::new();
        let mut seen = HashSet::new();
        let spots = section.texts("sources", findings);
        if spots.is_empty() {
            let hint = "leave `sources` out for free text".to_owned();
            findings.add(section.place("sources"), "`sources` is empty", Some(hint));
        }
        for spot in spots {
            if seen.insert(canonical(&spot.text)) {
                sources.push(spot.text);
            } else {
                twice("sources", &spot, findings);
            }
        }
        sources
    });
    (rules, sources)
}

fn demanded(key: &str, spots: &[Spot], findings: &mut Findings<'_>) -> Vec<Field> {
    spots_but(key, spots, &SEARCHED_ONLY, "demanded", findings)
}

fn spots_but(
    key: &str,
    spots: &[Spot],
    barred: &[Field],
    deed: &str,
    findings: &mut Findings<'_>,
) -> Vec<Field> {
    for spot in spots {
        if Field::named(&spot.text).is_some_and(|field| barred.contains(&field)) {
            findings.add(spot.at, format!("`{}` cannot be {deed}", spot.text), None);
        }
    }
    spelled_all(key, spots, findings)
}

fn claim(root: &Section<'_>, findings: &mut Findings<'_>) -> ClaimRule {
    let mut rule = ClaimRule { window: None, warn_before: None };
    let Some(section) = root.section("claim", &["window", "warn_before"], findings) else {
        return rule;
    };
    let mut read = |key: &str, example: &str| {
        let spot = section.text(key, findings)?;
        let time = span::elapsed(&spot.text);
        if time.is_none() {
            let message = format!("`{key}` is not a span of time: `{}`", super::shown(&spot.text));
            findings.add(spot.at, message, Some(format!("write it as `{example}`, up to 366 days")));
        }
        time
    };
    rule.window = read("window", "24h");
    rule.warn_before = read("warn_before", "2h");
    let at = section.place("warn_before");
    match (rule.window, rule.warn_before) {
        (Some(window), Some(warn)) if warn >= window => {
            findings.add(at, "`warn_before` is not shorter than `window`", None);
        }
        (None, Some(_)) if !section.has("window") => {
            findings.add(at, "`warn_before` without a `window`: nothing lapses", None);
        }
        _ => {}
    }
    rule
}

fn duplicates(root: &Section<'_>, findings: &mut Findings<'_>) -> Duplicates {
    let mut rule =
        Duplicates { keys: vec![IdentityKey::Email, IdentityKey::Phone], at_creation: AtCreation::Ignore };
    if let Some(section) = root.section("duplicates", &["keys", "at_creation"], findings) {
        if section.has("keys") {
            rule.keys = section.words("keys", findings);
        }
        rule.at_creation = section.word("at_creation", findings).unwrap_or(rule.at_creation);
    }
    rule
}

fn roles(root: &Section<'_>, findings: &mut Findings<'_>) -> Vec<Role> {
    let mut roles: Vec<Role> = Vec::new();
    let mut seen = HashSet::new();
    let sections = root.sections("role", &["id", "can"], findings);
    let mut is_governed = false;
    let first = sections.first().map_or(root.at, |section| section.at);
    for section in sections {
        let mut capabilities = BTreeSet::new();
        for spot in section.texts("can", findings) {
            match Capability::expand(&spot.text) {
                Some(more) => capabilities.extend(more),
                None => {
                    findings.unknown(spot.at, "capability", &spot.text, &Capability::known());
                }
            }
        }
        is_governed |= capabilities.contains(&Capability::Admin);
        let Some(spot) = section.needed("id", "write `id = \"NAME\"`", findings, Section::id) else {
            continue;
        };
        if seen.insert(canonical(&spot.text)) {
            roles.push(Role { id: spot.text, capabilities });
        } else {
            twice("role", &spot, findings);
        }
    }
    if !is_governed {
        let hint = "give one `[[role]]` the capability `admin`".to_owned();
        findings.add(first, "no role can `admin`", Some(hint));
    }
    roles
}

/// Columns that have no order.
const UNORDERED: [Column; 5] = [Column::Tags, Column::Fields, Column::Notes, Column::Actions, Column::Badge];

fn list(root: &Section<'_>, findings: &mut Findings<'_>) -> ListRule {
    let mut rule = ListRule {
        columns: vec![
            Column::Id,
            Column::Name,
            Column::Stage,
            Column::Assignee,
            Column::FollowUp,
            Column::Badge,
        ],
        order: vec![
            SortKey { column: Column::FollowUp, descending: false },
            SortKey { column: Column::Id, descending: false },
        ],
    };
    let Some(section) = root.section("list", &["columns", "order"], findings) else {
        return rule;
    };
    if section.has("columns") {
        let spots = section.texts("columns", findings);
        if spots.is_empty() {
            findings.add(section.place("columns"), "`columns` is empty", None);
        }
        rule.columns = columns(&spots, findings);
    }
    if section.has("order") {
        rule.order =
            section.texts("order", findings).iter().filter_map(|spot| sort_key(spot, findings)).collect();
    }
    rule
}

fn columns(spots: &[Spot], findings: &mut Findings<'_>) -> Vec<Column> {
    let mut columns = Vec::new();
    for spot in spots {
        match Column::named(&spot.text) {
            Some(column) if columns.contains(&column) => twice("columns", spot, findings),
            Some(column) => columns.push(column),
            None => {
                findings.unknown(spot.at, "column", &spot.text, &Column::spellings());
            }
        }
    }
    columns
}

fn sort_key(spot: &Spot, findings: &mut Findings<'_>) -> Option<SortKey> {
    let (descending, text) = match spot.text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, spot.text.as_str()),
    };
    let column: Column = spelled("order", &Spot { text: text.to_owned(), at: spot.at }, findings)?;
    if UNORDERED.contains(&column) {
        findings.add(spot.at, format!("a list cannot be ordered by `{column}`"), None);
        return None;
    }
    Some(SortKey { column, descending })
}
