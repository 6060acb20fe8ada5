//! Records to store.

use jiff::Timestamp;
use serde_json::json;

use crate::domain::activity::{Content, Draft, Edit, Event};
use crate::domain::claim::Claim;
use crate::domain::follow_up::FollowUp;
use crate::domain::lead::Lead;
use crate::domain::money::Money;
use crate::domain::phone::Phone;
use crate::domain::pipeline::{PipelineId, StageId};
use crate::domain::user::Login;
use crate::store::NewChange;

pub(super) fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

pub(super) fn lead(id: u64) -> Lead {
    let now = at("2026-11-22T14:03:00.123456789Z");
    Lead {
        id,
        revision: 1,
        pipeline: PipelineId::new("p"),
        stage: StageId::new("new"),
        name: "Zoë O'Neil".to_owned(),
        company: None,
        email: Some(" Zoe@Example.com".to_owned()),
        phone: Some(Phone { typed: "030 1234567".to_owned(), e164: Some("+49301234567".to_owned()) }),
        address: None,
        source: None,
        tags: vec!["VIP".to_owned()],
        fields: [("colour".to_owned(), "red".to_owned())].into(),
        value: Some(Money::parse("4500.50 EUR", "EUR").expect("money")),
        owner: Some(Login("kim".to_owned())),
        claim: Some(Claim { by: Login("sam".to_owned()), at: now, until: at("2026-11-23T14:03:00Z") }),
        follow_up: Some(FollowUp {
            date: "2026-12-01".parse().expect("a date"),
            time: Some("09:30".parse().expect("a time")),
            zone: Some("Europe/Berlin".to_owned()),
            set_at: now,
            sequence: 2,
        }),
        last_contacted_at: None,
        converted_at: None,
        customer: Some(3),
        created_at: now,
        created_by: Login("kim".to_owned()),
        changed_at: now,
        trashed_at: None,
        merged_into: None,
        merged_from: Vec::new(),
        import: None,
        staged: false,
        unknown: [("later".to_owned(), json!({"deep": [1, -2, 0.5, null, "x", true]}))].into(),
    }
}

/// A change with one activity for each lead.
pub(in crate::store) fn change(request: &str, leads: &[u64]) -> NewChange {
    let kim = Login("kim".to_owned());
    let draft = |lead: &u64| Draft {
        at: at("2026-11-22T14:03:00Z"),
        actor: kim.clone(),
        lead: Some(*lead),
        customer: None,
        event: Event::Noted,
        action: None,
        stages: None,
        content: Content {
            text: Some(format!("note on {lead}")),
            edits: vec![Edit {
                record: format!("lead/{lead}"),
                field: "name".to_owned(),
                before: json!(null),
                after: json!("x"),
            }],
            ..Content::default()
        },
    };
    NewChange {
        request: request.to_owned(),
        actor: kim.clone(),
        via: None,
        at: at("2026-11-22T14:03:00Z"),
        verb: "note".to_owned(),
        needs: None,
        undoes: None,
        answer: json!({"done": leads.len()}),
        drafts: leads.iter().map(draft).collect(),
    }
}
