//! Leads written as CSV, JSON, NDJSON and cards: each comes back as it went out.
//!
//! The bytes are the lead's texts, one after the other, parted by `|`.

use std::collections::BTreeMap;
use std::io::Cursor;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use lead_cli::args::Form;
use lead_cli::formula;
use lead_cli::import::{self, Map};
use lead_cli::render::{ColorChoice, Format, Output, Rows, Shape, What, vcard};
use lead_shared::domain::chart::Ink;
use lead_shared::domain::pipeline::{PipelineId, StageId, StageKind};
use lead_shared::domain::request::NewLead;
use lead_shared::domain::user::Login;
use lead_shared::domain::view::{LeadView, Row};
use lead_shared::domain::{name, phone, text};

/// What is written of a lead and can be told of a new one.
const COLUMNS: [&str; 10] =
    ["name", "company", "email", "phone", "address", "source", "tags", "fields", "stage", "notes"];

pub fn body(bytes: &[u8]) {
    let typed = super::text(bytes);
    for cell in typed.split('|') {
        assert_eq!(formula::bare(&formula::guarded(cell)), cell, "the guard is not exact");
    }
    let Some(lead) = lead(typed) else { return };
    let row = Row::Lead(Box::new(lead.clone()));
    for (written, read) in
        [(Format::Csv, Form::Csv), (Format::Json, Form::Json), (Format::Ndjson, Form::Ndjson)]
    {
        let mut file = Vec::new();
        let out = output(written);
        let columns = COLUMNS.map(str::to_owned).to_vec();
        let shape = Shape { columns: Some(columns), ..Shape::many(What::Leads) };
        let mut rows = Rows::begin(&out, &mut file, shape);
        rows.row(&row).expect("memory takes it");
        rows.end().expect("memory takes it");
        comes_back(&lead, file, read);
    }
    comes_back(&lead, vcard::card(&lead).into_bytes(), Form::Vcard);
}

/// The lead of these texts, as far as they can be stored; none without a name.
fn lead(typed: &str) -> Option<LeadView> {
    let mut texts = typed.split('|');
    let mut next = || texts.next().and_then(|typed| text::line(typed).ok());
    let name = next()?;
    let [company, address, source] = [next(), next(), next()];
    let phone = next().and_then(|typed| phone::parse(&typed, Some("DE")).ok());
    let tags: Vec<String> =
        next().iter().flat_map(|typed| typed.split(' ')).filter_map(|tag| name::tag(tag).ok()).collect();
    let notes = texts.next().and_then(|typed| text::note(typed).ok());
    let mut fields = BTreeMap::new();
    while let (Some(key), Some(value)) = (texts.next(), texts.next()) {
        if let (Ok(key), Ok(value)) = (name::field_key(key), text::line(value)) {
            fields.insert(key, value);
        }
    }
    let at = Timestamp::UNIX_EPOCH;
    Some(LeadView {
        id: 12,
        revision: 1,
        pipeline: PipelineId::new("mini"),
        stage: StageId::new("new"),
        stage_label: "New".to_owned(),
        stage_kind: StageKind::Open,
        name,
        company,
        email: Some("kim@acme.example".to_owned()),
        phone,
        address,
        source,
        tags,
        fields,
        value: None,
        owner: None,
        claim: None,
        assignee: None,
        follow_up: None,
        follow_up_time: None,
        badge: None,
        last_contacted_at: None,
        converted_at: None,
        customer: None,
        notes,
        created_at: at,
        created_by: Login("kim".to_owned()),
        changed_at: at,
        trashed_at: None,
        merged_into: None,
        actions: None,
        appointments: None,
    })
}

fn output(form: Format) -> Output {
    Output {
        format: Some(form),
        color: ColorChoice::Never,
        terminal: false,
        error_terminal: false,
        width: 80,
        quiet: false,
        zone: TimeZone::UTC,
        ink: Ink::Plain,
        labels: BTreeMap::new(),
    }
}

/// What the file says of its one lead is what the lead was.
fn comes_back(lead: &LeadView, file: Vec<u8>, form: Form) {
    let shown = String::from_utf8_lossy(&file).into_owned();
    let mut rows = import::Rows::begin(Box::new(Cursor::new(file)), "it", Some(form), Map::default())
        .unwrap_or_else(|halt| panic!("{halt:?}: {shown}"));
    let row = rows.read().unwrap_or_else(|halt| panic!("{halt:?}: {shown}")).expect("a row");
    let new = row.lead.unwrap_or_else(|refusal| panic!("{refusal:?}: {shown}"));
    let sets: Vec<String> = lead.fields.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let expected = NewLead {
        name: lead.name.clone(),
        email: lead.email.clone(),
        phone: lead.phone.as_ref().map(|phone| phone.typed.clone()),
        company: lead.company.clone(),
        address: lead.address.clone(),
        source: lead.source.clone(),
        note: lead.notes.clone(),
        sets,
        tags: lead.tags.clone(),
        stage: Some(lead.stage.as_str().to_owned()),
        ..NewLead::default()
    };
    let new = NewLead { past: None, pipeline: None, otherwise: BTreeMap::new(), ..new };
    assert_eq!(new, expected, "{form:?}: {shown}");
    assert!(matches!(rows.read(), Ok(None)), "{form:?}: more than was written: {shown}");
}
