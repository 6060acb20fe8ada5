//! The keys of `[[report]]` in `STORE/lead.toml`: reports that are mailed once a week, one a table.
//!
//! Whether a login or a stage in it exists is not known here: `lead doctor` and the log tell that.

use jiff::civil::{Weekday, date};
use jiff::tz::TimeZone;
use serde_json::json;
use toml::Spanned;
use toml::de::DeValue;

use super::document::{Places, Series, fill_one};
use super::finding::{Finding, position};
use super::key::{Key, Kind};
use super::reading::{
    Misfit, Raw, Read, misfit, name_of, one_or_more, recipients, text, time as time_of_day, weekday, word,
    zone,
};
use crate::domain::command::split;
use crate::domain::likeness::closest;
use crate::domain::name;
use crate::domain::overview::Report;
use crate::domain::policy::Policy;
use crate::domain::refusal::Flaw;
use crate::domain::weekly::Weekly;
use crate::domain::when;

/// No firm mails more.
const MOST: usize = 50;

/// `[[report]]`
pub(super) const SERIES: Series<Policy> = Series { name: "report", take };

/// The days of the week as they are written.
pub(super) const DAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

/// Every key of one report.
pub const KEYS: &[Key<Weekly>] = &[
    Key::new(
        "report.name",
        Kind::Text("weekly"),
        None,
        "What it is called; sent once for each name, day and recipient.",
        |r, v| named(v).map(|it| r.name = it),
        |r| json!(r.name),
    ),
    Key::new(
        "report.title",
        Kind::Text("Leads of the week"),
        None,
        "What people read in its place.",
        |r, v| text(v).map(|it| r.title = Some(it)),
        |r| json!(r.title),
    ),
    Key::new(
        "report.show",
        Kind::Text("funnel"),
        None,
        "What it counts: funnel, ageing, sources, people, or a list of them.",
        |r, v| shown(v).map(|it| r.show = it),
        |r| json!(r.show.iter().map(|report| report.name()).collect::<Vec<_>>()),
    ),
    Key::new(
        "report.filter",
        Kind::Text("source:web"),
        None,
        "Which leads, as the terms of `lead list`; without it, all.",
        |r, v| terms(v).map(|it| r.filter = it),
        |r| if r.filter.is_empty() { json!(null) } else { json!(r.filter) },
    ),
    Key::new(
        "report.since",
        Kind::Text("30 days ago"),
        None,
        "From when on, such as `30 days ago`; without it, of all time.",
        |r, v| since(v).map(|it| r.since = Some(it)),
        |r| json!(r.since),
    ),
    Key::new(
        "report.weekday",
        Kind::Text("monday"),
        None,
        "The day of the week.",
        |r, v| weekday(v).map(|it| r.weekday = it),
        |r| json!(word(r.weekday, &DAYS)),
    ),
    Key::new(
        "report.at",
        Kind::Time,
        Some("08:00"),
        "The time of day.",
        |r, v| time_of_day(v).map(|it| r.at = it),
        |r| json!(r.at.strftime("%H:%M").to_string()),
    ),
    Key::new(
        "report.zone",
        Kind::Zone,
        Some("the team's"),
        "Where day and time are read.",
        |r, v| zone(v).map(|it| r.zone = Some(it)),
        |r| json!(r.zone.as_ref().and_then(TimeZone::iana_name)),
    ),
    Key::new(
        "report.to",
        Kind::People,
        None,
        "Who gets it: logins, `role:ID`, or mail addresses.",
        |r, v| recipients(v).map(|it| r.to = it),
        |r| json!(r.to),
    ),
];

/// The keys without which there is no report.
const NEEDED: [&str; 4] = ["name", "show", "weekday", "to"];

/// Whether a key is one of a report.
pub fn is_of_one(key: &str) -> bool {
    key.split('.').next() == Some(SERIES.name)
}

/// How a key of the report of this name is called among the settings.
pub(super) fn path(report: &str, key: &str) -> String {
    format!("{}.{report}.{key}", SERIES.name)
}

fn take(policy: &mut Policy, text: &str, tables: &[Spanned<DeValue<'_>>]) -> (Places, Vec<Finding>) {
    let (mut places, mut findings) = (Places::new(), Vec::new());
    for (place, table) in tables.iter().enumerate() {
        let at = table.span().start;
        let DeValue::Table(keys) = table.get_ref() else {
            let message = format!("{} is {}, not a table", SERIES.name, name_of(table.get_ref()));
            findings.push(Finding::at(text, at, message).hint(format!("[[{}]]", SERIES.name)));
            continue;
        };
        if place == MOST {
            findings.push(Finding::at(text, at, format!("there are over {MOST} reports")));
            break;
        }
        let mut report = Weekly::default();
        let (found, wrong) = fill_one(text, KEYS, SERIES.name, keys, &mut report);
        let is_whole = wrong.is_empty();
        findings.extend(wrong);
        for key in
            NEEDED.iter().filter(|key| is_whole && !keys.iter().any(|(name, _)| name.get_ref() == *key))
        {
            let example = KEYS.iter().find(|one| one.name() == *key).map(example).unwrap_or_default();
            let finding = Finding::at(text, at, format!("a report has no {key}"));
            findings.push(finding.hint(format!("{key} = {example}")));
        }
        if is_whole && policy.reports.iter().any(|known| name::same(&known.name, &report.name)) {
            let at = keys
                .iter()
                .find(|(name, _)| name.get_ref() == "name")
                .map_or(at, |(_, value)| value.span().start);
            let message = format!("report.name `{}` is the name of another", report.name);
            findings.push(Finding::at(text, at, message));
        }
        for (key, place) in found {
            let key = key.rsplit('.').next().unwrap_or_default();
            places.insert(path(&report.name, key), place);
        }
        places.entry(path(&report.name, "name")).or_insert_with(|| position(text, at));
        policy.reports.push(report);
    }
    (places, findings)
}

/// What stands behind a key that is missing.
fn example(key: &Key<Weekly>) -> &'static str {
    match key.name() {
        "name" => "\"monday-funnel\"",
        "show" => "[\"funnel\", \"sources\"]",
        "weekday" => "\"mon\"",
        _ => "[\"role:manager\"]",
    }
}

fn named(raw: Raw<'_, '_>) -> Read<String> {
    name::check(&text(raw)?).map_err(|flaw| Misfit { span: raw.span(), flaw })
}

fn shown(raw: Raw<'_, '_>) -> Read<Vec<Report>> {
    let mut reports = Vec::new();
    for (one, typed) in one_or_more(raw, "[\"funnel\", \"sources\"]")? {
        let known = || Report::ALL.iter().map(|report| report.name());
        match Report::ALL.iter().find(|report| report.name() == typed) {
            Some(report) if reports.contains(report) => {
                return misfit(one, Flaw::new("stands there twice"));
            }
            Some(report) => reports.push(*report),
            None => {
                let flaw = Flaw::new("is not a report");
                let hint = match closest(&typed, known()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("one of: {}", known().collect::<Vec<_>>().join(", ")),
                };
                return misfit(one, flaw.hint(hint));
            }
        }
    }
    Ok(reports)
}

/// Terms in one text, as on a command line, or a list of them.
fn terms(raw: Raw<'_, '_>) -> Read<Vec<String>> {
    match raw.get_ref() {
        DeValue::String(_) => {
            let typed = text(raw)?;
            split(&typed).or_else(|bad| misfit(raw, Flaw::new(format!("cannot be read: {bad}"))))
        }
        _ => Ok(one_or_more(raw, "\"kind:open source:web\"")?.into_iter().map(|(_, term)| term).collect()),
    }
}

/// A WHEN that lies behind, whatever the day it is read on.
fn since(raw: Raw<'_, '_>) -> Read<String> {
    let typed = text(raw)?;
    let example = "\"30 days ago\"";
    let Ok(someday) = date(2026, 1, 1).to_zoned(TimeZone::UTC) else { return Ok(typed) };
    let is_date = typed.get(..4).is_some_and(|year| year.bytes().all(|byte| byte.is_ascii_digit()));
    match when::parse(&typed, &someday) {
        Ok(when) if when.date > someday.date() && !is_date => {
            misfit(raw, Flaw::new("lies ahead").hint(example))
        }
        Ok(_) => Ok(typed),
        Err(flaw) if flaw.hints.is_empty() => misfit(raw, flaw.hint(example)),
        Err(flaw) => misfit(raw, flaw),
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    #[test]
    fn the_manual_has_every_key_of_a_report_and_its_example_holds() {
        let page = include_str!("../../../man/lead.toml.5");
        for key in KEYS {
            assert!(
                page.contains(&format!("\n.It Cm {}\n", key.name())),
                "{} is not in lead.toml.5",
                key.path
            );
            assert!(key.meaning.ends_with('.') && !key.meaning.contains('\n'), "{}", key.path);
        }
        let example = page.split("\n[[report]]\n").nth(1).and_then(|rest| rest.split("\n.Ed").next());
        let text = format!("[[report]]\n{}", example.expect("an example"));
        let policy = parse(&text).expect("the example is one");
        assert_eq!(policy.reports[0].show, [Report::Funnel, Report::Sources]);
        assert_eq!(policy.reports[0].at.to_string(), "07:30:00");
    }

    #[test]
    fn one_or_a_list_and_days_in_any_form() {
        let text = |day: &str, filter: &str| {
            format!("[[report]]\nname='a'\nshow='people'\nto='kim'\nweekday='{day}'\nfilter={filter}\n")
        };
        for (day, weekday) in
            [("mon", Weekday::Monday), ("Sunday", Weekday::Sunday), ("WED", Weekday::Wednesday)]
        {
            let report = parse(&text(day, "\"kind:open 'text:kim lee'\"")).expect("valid").reports.remove(0);
            assert_eq!((report.weekday, report.to), (weekday, vec!["kim".to_owned()]));
            assert_eq!(report.filter, ["kind:open", "text:kim lee"]);
        }
        assert_eq!(parse(&text("mon", "['a b', 'c']")).expect("valid").reports[0].filter, ["a b", "c"]);
    }
}
