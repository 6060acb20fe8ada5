//! Any changes, then the undo of each in reverse, give back every record.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use serde_json::Value;

use crate::domain::customer::{Appointment, Customer, Deal};
use crate::domain::import::{Import, ImportRow, ImportRules, ImportStep, Portion};
use crate::domain::lead::Lead;
use crate::domain::pipeline::preset;
use crate::domain::record::{Booking, RecordDeed};
use crate::domain::reply::Outcome;
use crate::domain::request::{
    Ask, Call, Caller, Conversion, Deed, LeadRef, NewCustomer, NewLead, OnDuplicate, Request, Which,
};
use crate::engine::{Engine, Setup, views};
use crate::store::{Record, Typed, TypedStore, reindex, verify};

const PRESETS: [&str; 4] = ["field-service", "agency", "mini", "dealership"];
/// The kind of act that is an import; below it are requests.
const IMPORT: u8 = 21;
const START: &str = "2026-11-22T08:00:00Z";

struct Firm {
    engine: Engine,
    pipeline: &'static str,
    now: Timestamp,
    asked: u64,
    _dir: tempfile::TempDir,
}

impl Firm {
    fn new(pipeline: &'static str) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let setup = Setup {
            account: "boss".to_owned(),
            host: "acme.example".to_owned(),
            pipeline: Some(pipeline.to_owned()),
            settings: [("team.zone", "Europe/Berlin"), ("team.country", "DE")]
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .to_vec(),
            ..Setup::default()
        };
        let now = START.parse().expect("an instant");
        let engine = Engine::create(&dir.path().join("store"), &setup, now, 1 << 20).expect("a store");
        Self { engine, pipeline, now, asked: 0, _dir: dir }
    }

    /// Asks, a minute later; the change that was made, if one was.
    fn ask(&mut self, request: Request) -> Result<Option<u64>, Outcome> {
        self.asked += 1;
        self.now += SignedDuration::from_mins(1);
        let before = self.head();
        let ask = Ask {
            id: format!("ask-{}", self.asked),
            request,
            dry_run: false,
            if_revision: None,
            want_views: false,
        };
        let call = Call { caller: Caller::Account("boss".to_owned()), as_user: None };
        match self.engine.handle(call, ask, self.now) {
            Outcome::Ok(_) => Ok((self.head() > before).then(|| self.head())),
            refused => Err(refused),
        }
    }

    /// Does something of some kind: one request, or an import of two rows and its end.
    fn act(&mut self, kind: u8, lead: u64, which: usize) -> Result<Option<u64>, Outcome> {
        if kind != IMPORT {
            return self.ask(request(self.pipeline, kind, lead, which));
        }
        let row = |line, email: &str| ImportRow {
            line,
            lead: NewLead {
                name: format!("Row {which}"),
                email: Some(email.to_owned()),
                tags: vec!["imported".to_owned()],
                ..NewLead::default()
            },
        };
        let rules = ImportRules {
            on_duplicate: Some(if which.is_multiple_of(2) { OnDuplicate::Merge } else { OnDuplicate::Keep }),
            update_by_email: which.is_multiple_of(3),
            keep_going: false,
            ..ImportRules::default()
        };
        self.ask(Request::Import(ImportStep::Rows {
            of: Portion::First { source: "leads.csv".to_owned(), rules },
            rows: vec![row(2, "kim@acme.example"), row(3, &format!("new{which}@acme.example"))],
            unreadable: 0,
            is_trial: false,
        }))?;
        let mut import = 0;
        self.engine
            .inner
            .store
            .all::<Import>(&mut |one| {
                import = one.id;
                Ok(std::ops::ControlFlow::Continue(()))
            })
            .expect("imports");
        self.ask(Request::Import(ImportStep::Finish { import }))
    }

    fn head(&self) -> u64 {
        self.engine.inner.store.head().expect("a head").change
    }

    /// Every lead with its notes, every customer, deal and appointment, but for revision and last
    /// change.
    fn records(&self) -> Vec<(String, Value)> {
        let store = &*self.engine.inner.store;
        let mut all = Vec::new();
        self.all::<Lead>(&mut all);
        let is_seen = |(_, value): &(String, Value)| {
            let lead = store.lead(value["id"].as_u64().expect("a number")).expect("reads");
            !lead.expect("is there").staged
        };
        all.retain(is_seen);
        for (_, value) in &mut all {
            let lead: Lead =
                store.lead(value["id"].as_u64().expect("a number")).expect("reads").expect("is there");
            value["notes"] = views::notes(store, &lead).expect("notes").into();
        }
        self.all::<Customer>(&mut all);
        self.all::<Deal>(&mut all);
        self.all::<Appointment>(&mut all);
        all
    }

    fn all<R: Record>(&self, into: &mut Vec<(String, Value)>) {
        let store = &*self.engine.inner.store;
        store
            .all::<R>(&mut |record| {
                let mut value = serde_json::to_value(&record).expect("a record is JSON");
                let object = value.as_object_mut().expect("with fields");
                object.remove("revision");
                object.remove("changed_at");
                into.push((record.name(), value));
                Ok(std::ops::ControlFlow::Continue(()))
            })
            .expect("the store reads");
    }

    fn undo(&mut self, change: u64) -> Result<Option<u64>, Outcome> {
        self.ask(Request::Undo { lead: None, change: Some(change) })
    }

    fn is_sound(&self) {
        let store = &*self.engine.inner.store;
        assert_eq!(verify(store).expect("a history"), [], "the chain");
        let index = reindex(store).expect("indexes");
        let is_same = index.missing.is_empty() && index.extra.is_empty() && index.counts.is_empty();
        assert!(is_same, "{index:?}");
    }
}

/// Whether all that was there is as it was, and all that was made since is put away.
fn is_back(before: &[(String, Value)], after: &[(String, Value)]) -> Result<(), String> {
    for (name, value) in after {
        match before.iter().find(|(known, _)| known == name) {
            Some((_, was)) if was != value => return Err(format!("{name}: was {was}, is {value}")),
            Some(_) => {}
            None if ["trashed_at", "removed_at", "cancelled_at"].iter().all(|gone| value[gone].is_null()) => {
                return Err(format!("{name} was made and still stands: {value}"));
            }
            None => {}
        }
    }
    Ok(())
}

fn one(deed: Deed, lead: u64) -> Request {
    Request::Work { leads: Which::These(vec![LeadRef::Number(lead)]), deed, atomic: false }
}

/// A request of some kind, its particulars drawn from three numbers.
fn request(pipeline: &str, kind: u8, lead: u64, which: usize) -> Request {
    let pipeline = preset(pipeline).expect("a preset").pipeline();
    let email = ["kim@acme.example", "sam@acme.example", "ida@acme.example"][which % 3].to_owned();
    let tag = ["hot", "vip", "cold"][which % 3].to_owned();
    let stages: Vec<&str> =
        pipeline.stages.iter().filter(|stage| !stage.is_final).map(|stage| stage.id.as_str()).collect();
    let target = stages[which % stages.len()].to_owned();
    let conversion = Conversion {
        into: (which % 5 == 1).then_some(1),
        new: which % 5 == 2,
        company_name: which.is_multiple_of(2),
        deal: (which.is_multiple_of(4)).then(String::new),
    };
    match kind {
        0 | 1 => Request::Add(Box::new(NewLead {
            name: "Kim Lee".to_owned(),
            email: Some(email),
            tags: vec![tag],
            sets: vec![format!("colour={which}")],
            note: (which.is_multiple_of(2)).then(|| "first".to_owned()),
            stage: Some(pipeline.initial.as_str().to_owned()),
            on_duplicate: Some(if which % 4 == 3 { OnDuplicate::Merge } else { OnDuplicate::Keep }),
            source: Some("Referral".to_owned()),
            follow_up: (which.is_multiple_of(3)).then(|| "+3d".to_owned()),
            ..NewLead::default()
        })),
        2 | 3 => one(Deed::Move { target, convert: None }, lead),
        4 => one(Deed::Tag { add: vec![tag], remove: vec!["hot".to_owned()] }, lead),
        5 => one(Deed::Note { text: format!("note {which}") }, lead),
        6 => one(
            Deed::Log {
                kind: pipeline.activities[which % pipeline.activities.len()].id.clone(),
                text: Some("said".to_owned()),
                outcome: None,
                next: (which.is_multiple_of(2)).then(|| "+2d".to_owned()),
                done: which % 2 == 1,
                target: None,
            },
            lead,
        ),
        7 => one(
            Deed::Schedule {
                when: if which.is_multiple_of(3) { "none" } else { "+5d" }.to_owned(),
                note: None,
            },
            lead,
        ),
        8 => one(Deed::Claim, lead),
        9 => one(if which.is_multiple_of(2) { Deed::Own } else { Deed::Release }, lead),
        10 => one(Deed::Assign { to: if which.is_multiple_of(2) { "me" } else { "none" }.to_owned() }, lead),
        11 | 12 => one(Deed::Convert(conversion), lead),
        13 => one(if which.is_multiple_of(2) { Deed::Trash } else { Deed::Restore }, lead),
        14 => Request::AddCustomer(Box::new(NewCustomer {
            name: "Ada Poe".to_owned(),
            email: Some(email),
            ..NewCustomer::default()
        })),
        15 => Request::StartDeal { lead: LeadRef::Number(lead), title: None, value: None },
        16 | 17 => Request::Merge {
            into: LeadRef::Number(lead),
            from: vec![LeadRef::Number(lead % 4 + 1), LeadRef::Number((lead + 1) % 4 + 1)]
                .split_off(which % 2),
        },
        18 => Request::Record(RecordDeed::Book {
            lead: LeadRef::Number(lead),
            booking: Box::new(Booking { when: Some("tomorrow 15:00".to_owned()), ..Booking::default() }),
        }),
        _ => Request::Work {
            leads: Which::These(vec![LeadRef::Range(1, 4)]),
            deed: if which.is_multiple_of(2) {
                Deed::Tag { add: vec![tag], remove: Vec::new() }
            } else {
                Deed::Move { target, convert: None }
            },
            atomic: false,
        },
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, max_shrink_iters: 200, ..ProptestConfig::default() })]

    /// L9, N4: and undone themselves in reverse, the undos give back every record as it was after.
    #[test]
    fn l9_undo_in_reverse_gives_everything_back(
        at in 0..PRESETS.len(),
        drawn in prop::collection::vec((0..=IMPORT, 1_u64..5, 0_usize..60), 1..24),
    ) {
        let mut firm = Firm::new(PRESETS[at]);
        let mut done = Vec::new();
        // Some leads to begin with, or most of what is drawn would be about none.
        let first = [(0, 1, 0), (0, 1, 1), (0, 1, 2)];
        for (kind, lead, which) in first.into_iter().chain(drawn) {
            let before = firm.records();
            if let Ok(Some(change)) = firm.act(kind, lead, which) {
                done.push((change, before));
            }
        }
        let last = firm.records();
        let mut undos = Vec::new();
        for (change, before) in done.iter().rev() {
            let undone = firm.undo(*change);
            prop_assert!(undone.is_ok(), "change {change}: {undone:?}");
            if let Err(why) = is_back(before, &firm.records()) {
                prop_assert!(false, "after the undo of {change}: {why}");
            }
            undos.extend(undone.into_iter().flatten());
        }
        prop_assert_eq!(undos.len(), done.len());
        for undo in undos.iter().rev() {
            let redone = firm.undo(*undo);
            prop_assert!(redone.is_ok(), "undo {undo}: {redone:?}");
        }
        prop_assert_eq!(firm.records(), last);
        firm.is_sound();
    }
}

/// L9, D6, A11, M9, F4: a conversion undone, in each of the four ways.
#[test]
fn l9_a_conversion_of_every_preset_is_undone_exactly() {
    for pipeline in PRESETS {
        let mut firm = Firm::new(pipeline);
        firm.ask(request(pipeline, 0, 1, 0)).expect("added");
        let before = firm.records();
        let change =
            firm.ask(one(Deed::Convert(Conversion::default()), 1)).expect("converted").expect("a change");
        let after = firm.records();
        assert_ne!(before, after);
        let undo = firm.undo(change).expect("undone").expect("a change");
        is_back(&before, &firm.records()).expect(pipeline);
        firm.undo(undo).expect("done again");
        assert_eq!(firm.records(), after, "{pipeline}");
        firm.is_sound();
    }
}

/// L5: the answer kept with the change holds nothing personal.
#[test]
fn l5_an_undo_keeps_no_personal_data_in_its_answer() {
    let mut firm = Firm::new("mini");
    firm.ask(request("mini", 0, 1, 0)).expect("added");
    firm.ask(one(Deed::Tag { add: vec!["secret".to_owned()], remove: Vec::new() }, 1)).expect("tagged");
    let last = firm.head();
    let undo = firm.undo(last).expect("undone").expect("a change");
    let change = firm.engine.inner.store.change(undo).expect("reads").expect("is there");
    assert_eq!(change.undoes, Some(last));
    assert!(!change.answer.to_string().contains("secret"), "{}", change.answer);
    assert!(matches!(firm.undo(last), Ok(None)), "undone already");
}
