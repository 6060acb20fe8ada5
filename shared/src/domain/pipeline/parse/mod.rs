//! From the text of a pipeline file to a checked pipeline, or to everything that is wrong with it (P2).
//!
//! Reads best effort: one fault does not hide the next. Refuses text over 128 KiB unread.

use toml::de::{DeTable, DeValue};

use super::{Finding, Pipeline, PipelineId, RecordKind, StageId, check, finding::Findings, name::shown};
use flow::Flow;
use office::Office;
use section::Section;
pub(crate) use span::elapsed;

mod flow;
mod office;
mod section;
mod span;

/// The longest pipeline file, in bytes: the history shows the old and the new one together.
pub const SIZE_LIMIT: usize = 128 << 10;

/// The version of the file format that is read.
const SCHEMA: u32 = 1;

const KNOWN: [&str; 17] = [
    "schema",
    "id",
    "title",
    "initial",
    "noun",
    "record",
    "stage",
    "transition",
    "convert",
    "automation",
    "activity",
    "fields",
    "intake",
    "claim",
    "duplicates",
    "role",
    "list",
];

impl Pipeline {
    /// The pipeline that a file describes.
    ///
    /// # Errors
    /// Everything that is wrong with it, in the order of the file; at most 100 findings.
    pub fn parse(text: &str) -> Result<Pipeline, Vec<Finding>> {
        let mut findings = Findings::new(text);
        let pipeline = read(text, &mut findings);
        let found = findings.into_sorted();
        match pipeline {
            Some(pipeline) if found.is_empty() => Ok(pipeline),
            _ => Err(found),
        }
    }

    /// Everything that is wrong with a file, in the order of the file; empty = good.
    pub fn check(text: &str) -> Vec<Finding> {
        Self::parse(text).err().unwrap_or_default()
    }
}

fn read(text: &str, findings: &mut Findings<'_>) -> Option<Pipeline> {
    if text.len() > SIZE_LIMIT {
        findings.add(
            0,
            format!("the file is {} bytes long, over the {SIZE_LIMIT} a pipeline may have", text.len()),
            None,
        );
        return None;
    }
    let (document, faults) = DeTable::parse_recoverable(text);
    if !faults.is_empty() {
        for fault in faults {
            let at = fault.span().map_or(0, |span| span.start.min(text.len()));
            findings.add(at, shown_line(fault.message()), None);
        }
        return None;
    }
    let root = Section::open("the pipeline", document.get_ref(), 0, &KNOWN, findings);
    let schema = root.needed("schema", "write `schema = 1`", findings, Section::number);
    if let Some(other) = schema.filter(|version| *version != SCHEMA) {
        let message = format!("schema {other} is not known; this program reads schema {SCHEMA}");
        findings.add(root.place("schema"), message, None);
    }
    let id = root.needed("id", "write `id = \"NAME\"`", findings, Section::id);
    let title = root.text("title", findings);
    let noun =
        root.needed("noun", "what a converted lead becomes, as people call it", findings, Section::text);
    let record = root.word("record", findings).unwrap_or(RecordKind::Separate);
    let office = Office::read(&root, findings);
    let flow = Flow::read(&root, &office.activities, findings);
    let id = id.map(|spot| spot.text).unwrap_or_default();
    let mut pipeline = Pipeline {
        schema: SCHEMA,
        title: title.map_or_else(|| id.clone(), |spot| spot.text),
        id: PipelineId::new(id),
        initial: flow.initial.unwrap_or_else(|| StageId::new("")),
        noun: noun.map(|spot| spot.text).unwrap_or_default(),
        record,
        stages: flow.stages,
        transitions: flow.transitions,
        convert: flow.convert,
        automation: flow.automation,
        activities: office.activities,
        fields: office.fields,
        sources: office.sources,
        intake: flow.intake,
        claim: office.claim,
        duplicates: office.duplicates,
        roles: office.roles,
        list: office.list,
        index: super::Index::default(),
    };
    pipeline.index();
    check::graph(&pipeline, &flow.places, findings);
    Some(pipeline)
}

/// A parser's message on one line, in the form of all others.
fn shown_line(message: &str) -> String {
    let mut line = message.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().any(crate::domain::text::is_unsafe) {
        line = line.chars().filter(|c| !crate::domain::text::is_unsafe(*c)).collect();
    }
    line.chars().take(200).collect()
}

/// Id and title of a file, empty where it has none.
pub(super) fn heading(text: &str) -> (String, String) {
    let (document, _) = DeTable::parse_recoverable(text);
    let word = |key| match document.get_ref().get(key).map(|value| value.get_ref()) {
        Some(DeValue::String(text)) => shown(text),
        _ => String::new(),
    };
    (word("id"), word("title"))
}

/// The file as an object with its attributes in the order of the file, for machine output.
///
/// # Errors
/// What keeps it from being read as TOML.
pub fn object(text: &str) -> Result<serde_json::Value, Vec<Finding>> {
    let mut findings = Findings::new(text);
    if text.len() > SIZE_LIMIT {
        read(text, &mut findings);
        return Err(findings.into_sorted());
    }
    let (document, faults) = DeTable::parse_recoverable(text);
    if faults.is_empty() {
        return Ok(table_object(document.get_ref()));
    }
    read(text, &mut findings);
    Err(findings.into_sorted())
}

fn table_object(table: &DeTable<'_>) -> serde_json::Value {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    let entries =
        entries.into_iter().map(|(key, value)| (key.get_ref().to_string(), value_object(value.get_ref())));
    serde_json::Value::Object(entries.collect())
}

fn value_object(value: &DeValue<'_>) -> serde_json::Value {
    match value {
        DeValue::String(text) => text.as_ref().into(),
        DeValue::Integer(digits) => i64::from_str_radix(digits.as_str(), digits.radix()).ok().into(),
        DeValue::Float(digits) => digits.as_str().parse::<f64>().ok().into(),
        DeValue::Boolean(flag) => (*flag).into(),
        DeValue::Datetime(instant) => instant.to_string().into(),
        DeValue::Array(array) => array.iter().map(|one| value_object(one.get_ref())).collect(),
        DeValue::Table(table) => table_object(table),
    }
}
