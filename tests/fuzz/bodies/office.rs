//! The engine, asked for anything by a client or a file: every question ends in an answer or in a refusal that can
//! be said, and no text comes in that a terminal could not show.
//!
//! Every change is a dry run over one small store that stays as it is.

use std::cell::Cell;
use std::io::Cursor;

use jiff::tz::TimeZone;
use lead_cli::import::{Map, Rows};
use lead_cli::words::{Clock, refusal};
use lead_shared::domain::reply::{Outcome, Reply, Settled};
use lead_shared::domain::request::{
    Ask, Call, Caller, Conversion, Deed, LeadRef, Look, NewLead, NewUser, OnDuplicate, Request, UserEdit,
    Which,
};
use lead_shared::domain::text::is_unsafe;
use lead_shared::engine::{Engine, Setup};
use lead_shared::protocol::{ANSWER_LIMIT, Body, Part, Question, decode, encode};
use serde_json::Value;
use tempfile::TempDir;

use super::is_plain;

const NOW: &str = "2026-11-22T13:00:00Z";
const OWNER: &str = "boss";
/// Rows of one file that are added.
const ROWS: usize = 20;

thread_local! {
    static FIRM: Firm = Firm::new();
}

/// A question as a frame holds it.
pub fn request(bytes: &[u8]) {
    let Ok(question) = decode::<Question>(bytes) else { return };
    FIRM.with(|firm| match question.body {
        Body::Ask(ask) => drop(firm.ask(question.as_user, Ask { dry_run: true, ..ask })),
        Body::Look(look) => firm.look(question.as_user, &look),
    });
}

/// A file of leads, each of which is added.
pub fn import(bytes: &[u8]) {
    let file = Box::new(Cursor::new(bytes.to_vec()));
    let Ok(mut rows) = Rows::begin(file, "it", None, Map::default()) else { return };
    for _ in 0..ROWS {
        let Ok(Some(row)) = rows.read() else { return };
        let Ok(lead) = row.lead else { continue };
        let lead = NewLead { on_duplicate: Some(OnDuplicate::Keep), ..lead };
        FIRM.with(|firm| firm.add(lead));
    }
}

struct Firm {
    engine: Engine,
    /// Changes that were kept.
    made: Cell<u32>,
    /// Removed behind the engine.
    _folder: TempDir,
}

impl Firm {
    /// A firm with two people, leads, a client, a deal and an appointment.
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let setup = Setup {
            account: OWNER.to_owned(),
            host: "acme.example".to_owned(),
            pipeline: Some("agency".to_owned()),
            settings: [("team.zone", "Europe/Berlin"), ("team.country", "DE"), ("team.currency", "EUR")]
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .to_vec(),
            ..Setup::default()
        };
        let now = NOW.parse().expect("an instant");
        let engine = Engine::create(&folder.path().join("store"), &setup, now, 1 << 20).expect("a store");
        let firm = Self { engine, made: Cell::new(0), _folder: folder };
        let values = UserEdit {
            email: Some("sam@acme.example".to_owned()),
            role: Some("sales".to_owned()),
            account: Some("sam".to_owned()),
            ..UserEdit::default()
        };
        firm.done(Request::AddUser(Box::new(NewUser { login: "sam".to_owned(), values })));
        for (name, email) in
            [("Kim Lee", "kim@acme.example"), ("Jo Park", "jo@park.example"), ("王", "w@x.example")]
        {
            let lead = NewLead {
                name: name.to_owned(),
                email: Some(email.to_owned()),
                phone: Some("030 1234567".to_owned()),
                source: Some("Referral".to_owned()),
                value: Some("4500".to_owned()),
                note: Some("asked for a quote".to_owned()),
                tags: vec!["vip".to_owned()],
                follow_up: Some("tomorrow 10:00".to_owned()),
                on_duplicate: Some(OnDuplicate::Keep),
                ..NewLead::default()
            };
            firm.done(Request::Add(Box::new(lead)));
        }
        let work = |lead: u64, deed: Deed| {
            let leads = Which::These(vec![LeadRef::Number(lead)]);
            firm.done(Request::Work { leads, deed, atomic: false });
        };
        work(1, Deed::Convert(Conversion { new: true, deal: Some(String::new()), ..Conversion::default() }));
        work(2, Deed::Claim);
        work(3, Deed::Trash);
        firm
    }

    /// A change that is kept.
    fn done(&self, request: Request) {
        let id = self.made.replace(self.made.get() + 1).to_string();
        let ask = Ask { id, request, dry_run: false, if_revision: None, want_views: false };
        let outcome = self.engine.handle(call(None), ask, NOW.parse().expect("an instant"));
        assert!(matches!(outcome, Outcome::Ok(_)), "{outcome:?}");
    }

    /// A change that is answered and not kept.
    fn ask(&self, as_user: Option<String>, ask: Ask) -> Option<Reply> {
        said(self.engine.handle(call(as_user), ask, NOW.parse().expect("an instant")))
    }

    fn look(&self, as_user: Option<String>, look: &Look) {
        let mut rows = 0;
        let outcome = self.engine.read(&call(as_user), look, NOW.parse().expect("an instant"), &mut |row| {
            rows += 1;
            let part = Part::Row(Box::new(row));
            assert!(encode(&part, ANSWER_LIMIT).is_ok(), "a row that no frame takes");
            rows < 10_000
        });
        assert!(rows < 10_000, "a small store has so many rows for {look:?}");
        said(outcome);
    }

    fn add(&self, lead: NewLead) {
        let request = Request::Add(Box::new(lead));
        let ask = Ask { id: "add".to_owned(), request, dry_run: true, if_revision: None, want_views: true };
        let Some(Reply::Leads(results)) = self.ask(None, ask) else { return };
        for result in results.into_iter().filter(|result| matches!(result.settled, Settled::Done(_))) {
            let view = result.view.expect("it was asked for");
            is_clean(&serde_json::to_value(&view).expect("a view is JSON"), "");
        }
    }
}

fn call(as_user: Option<String>) -> Call {
    Call { caller: Caller::Account(OWNER.to_owned()), as_user }
}

/// What was answered; a refusal is put into words, and nothing is a fault.
fn said(outcome: Outcome) -> Option<Reply> {
    match outcome {
        Outcome::Ok(reply) => Some(reply),
        Outcome::Refused(wrong) => {
            let clock = Clock { zone: TimeZone::UTC, now: NOW.parse().expect("an instant") };
            let said = refusal(&wrong, &clock);
            assert!(said.exit > 0, "{said:?}");
            is_plain(&said.message);
            said.hints.iter().for_each(|hint| is_plain(hint));
            None
        }
        Outcome::Fault(fault) => panic!("what was asked is no fault of the store: {fault}"),
    }
}

/// No stored text has what a terminal could not show; notes alone have lines.
fn is_clean(value: &Value, key: &str) {
    match value {
        Value::String(text) => {
            let is_kept = |c: char| key == "notes" && matches!(c, '\n' | '\t');
            let bad = text.chars().find(|c| is_unsafe(*c) && !is_kept(*c));
            assert!(bad.is_none(), "{key} was taken with {bad:?}: {text:?}");
        }
        Value::Array(values) => values.iter().for_each(|value| is_clean(value, key)),
        Value::Object(values) => values.iter().for_each(|(inner, value)| {
            is_clean(&Value::String(inner.clone()), "a key");
            is_clean(value, inner);
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
